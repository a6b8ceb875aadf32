//! Every recorded answer of a real Loki and a real Prometheus, served again byte for byte: scout's own clients must read it, or
//! turn it into the right error.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::time::Duration;

use reqwest::Url;
use serde_json::Value;

use super::address;
use super::data_source::{self, Access};
use super::error::SourceError;
use super::http::{Http, Limits};
use super::loki::{Direction, Loki};
use super::prometheus::Prometheus;
use super::query::Moment;
use crate::evidence::FailureKind;
use crate::model::{Instant, Labels, LogStream, QueryResult, Secret, Series, Window};

/// A recorded exchange.
struct Case {
    name: String,
    path: String,
    params: Vec<(String, String)>,
    status: u16,
    content_type: String,
    /// As it was sent.
    body: String,
    /// As JSON; a text where it is none.
    value: Value,
}

impl Case {
    /// Reads a line of the record.
    fn read(line: &str) -> Self {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| case[key].as_str().unwrap().to_owned();
        let value = case["body"].clone();
        Self {
            name: text("name"),
            path: text("path"),
            params: serde_json::from_value(case["params"].clone()).unwrap(),
            status: case["status"].as_u64().unwrap().try_into().unwrap(),
            content_type: text("content_type"),
            body: value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned),
            value,
        }
    }

    /// A parameter; empty where it is not there.
    fn param(&self, name: &str) -> &str {
        let found = self.params.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value)
    }

    /// The type of its result; empty where it has none.
    fn result_type(&self) -> &str {
        self.value["data"]["resultType"]
            .as_str()
            .unwrap_or_default()
    }

    /// Its result.
    fn result(&self) -> &Vec<Value> {
        self.value["data"]["result"].as_array().unwrap()
    }
}

/// The cases of a record.
fn cases(record: &str) -> Vec<Case> {
    let cases: Vec<Case> = record
        .lines()
        .filter(|line| !line.is_empty())
        .map(Case::read)
        .collect();
    assert!(cases.len() >= 40, "{}", cases.len());
    cases
}

/// A server that gives a case's answer once, and the request's first line to its caller.
fn serve(case: &Case) -> (Url, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answer = format!(
        "HTTP/1.1 {} X\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
        case.status,
        case.content_type,
        case.body.len(),
        case.body
    );
    let served = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        for line in lines {
            if line.unwrap().is_empty() {
                break;
            }
        }
        stream.write_all(answer.as_bytes()).unwrap();
        first
    });
    (Url::parse(&url).unwrap(), served)
}

/// A connection pool.
fn http() -> Http {
    let limits = Limits {
        timeout: Duration::from_secs(20),
        answer_bytes: 1 << 24,
        parallel: 1,
        seed: 0,
    };
    Http::new(limits, &Url::parse("http://127.0.0.1").unwrap()).unwrap()
}

/// What a client made of an answer.
enum Read {
    Streams(Vec<LogStream>),
    Series(Vec<Series>),
    Names(Vec<String>),
    /// An answer of an endpoint that scout has no use for: only its status was judged.
    Other,
}

/// Runs a future to its end.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(future)
}

/// A window; the recorded answer does not depend on it.
fn window() -> Window {
    let from: Instant = "2026-11-21T08:00:00Z".parse().unwrap();
    Window::new(from, from + chrono::TimeDelta::hours(1)).unwrap()
}

/// Asks what a case asked, with the client that scout asks with.
async fn read_loki(case: &Case, base: Url) -> Result<Read, SourceError> {
    let http = http();
    let loki = Loki {
        http: &http,
        base: base.clone(),
        access: Access::of_token(Secret::new("t".to_owned())),
    };
    let query = case.param("query");
    match case.path.as_str() {
        "/loki/api/v1/labels" => loki.fetch_labels(window()).await.map(Read::Names),
        path if path.starts_with("/loki/api/v1/label/") => loki
            .fetch_label_values("x", window())
            .await
            .map(Read::Names),
        "/loki/api/v1/query_range" if case.result_type() == "matrix" => loki
            .fetch_steps(query, window(), chrono::TimeDelta::minutes(5))
            .await
            .map(Read::Series),
        "/loki/api/v1/query_range" => loki
            .fetch_entries(query, window(), 5, Direction::Backward)
            .await
            .map(Read::Streams),
        path => read_other("loki", &http, &base, path, case).await,
    }
}

/// The series of a metric answer.
fn series(result: QueryResult) -> Vec<Series> {
    match result {
        QueryResult::Vector(series) | QueryResult::Matrix(series) => series,
        QueryResult::Scalar(sample) => vec![Series {
            labels: Labels::default(),
            samples: vec![sample],
        }],
        other => panic!("{other:?}"),
    }
}

/// As [`read_loki`].
async fn read_prometheus(case: &Case, base: Url) -> Result<Read, SourceError> {
    let http = http();
    let prometheus = Prometheus {
        http: &http,
        base: base.clone(),
        access: Access::of_token(Secret::new("t".to_owned())),
    };
    let query = case.param("query");
    match case.path.as_str() {
        "/prometheus/api/v1/query" => prometheus
            .fetch_query(query, Moment::At(window().to))
            .await
            .map(|told| Read::Series(series(told.result))),
        "/prometheus/api/v1/query_range" => prometheus
            .fetch_range(query, window(), chrono::TimeDelta::minutes(5))
            .await
            .map(Read::Series),
        path if path.starts_with("/prometheus/api/v1/label/") => prometheus
            .fetch_label_values("__name__", window())
            .await
            .map(Read::Names),
        path => read_other("prometheus", &http, &base, path, case).await,
    }
}

/// An endpoint that no client of scout's has a function for: the status is judged as for all others, and a body of the common
/// forms is read.
async fn read_other(
    name: &'static str,
    http: &Http,
    base: &Url,
    path: &str,
    case: &Case,
) -> Result<Read, SourceError> {
    let access = Access::of_token(Secret::new("t".to_owned()));
    let call = access.get(address::join(base, path), case.params.clone());
    let answer = data_source::fetch(http, name, &call).await?;
    let told = |why: String| data_source::bad_answer(name, &call, &answer, &why);
    if !case.result_type().is_empty() {
        return data_source::parse_matrix(&answer.body)
            .map(Read::Series)
            .map_err(told);
    }
    if path.ends_with("/labels") {
        return data_source::parse_names(&answer.body)
            .map(Read::Names)
            .map_err(told);
    }
    Ok(Read::Other)
}

/// Asserts that what was read is what the body says.
fn is_faithful(case: &Case, read: &Read) {
    let name = &case.name;
    match read {
        Read::Streams(streams) => {
            let counted = |stream: &Value| stream["values"].as_array().unwrap().len();
            let expected: Vec<usize> = case.result().iter().map(counted).collect();
            let found: Vec<usize> = streams.iter().map(|stream| stream.entries.len()).collect();
            assert_eq!(found, expected, "{name}");
            for (stream, recorded) in streams.iter().zip(case.result()) {
                for (label, value) in recorded["stream"].as_object().unwrap() {
                    assert_eq!(stream.labels.get(label), value.as_str(), "{name}");
                }
                for (entry, value) in stream
                    .entries
                    .iter()
                    .zip(recorded["values"].as_array().unwrap())
                {
                    assert_eq!(
                        Some(entry.at.0.to_string().as_str()),
                        value[0].as_str(),
                        "{name}"
                    );
                    assert_eq!(Some(entry.line.as_str()), value[1].as_str(), "{name}");
                }
            }
        }
        Read::Series(series) if case.result_type() == "scalar" => {
            let sample = series[0].samples[0];
            assert_eq!(
                sample.value.to_string(),
                case.result()[1].as_str().unwrap(),
                "{name}"
            );
        }
        Read::Series(series) => {
            assert_eq!(series.len(), case.result().len(), "{name}");
            for (one, recorded) in series.iter().zip(case.result()) {
                let pairs = match recorded.get("values") {
                    Some(values) => values.as_array().unwrap().clone(),
                    None => vec![recorded["value"].clone()],
                };
                assert_eq!(one.samples.len(), pairs.len(), "{name}");
                for (sample, pair) in one.samples.iter().zip(&pairs) {
                    let text = pair[1].as_str().unwrap().replace("Inf", "inf");
                    let value: f64 = text.parse().unwrap();
                    assert!(sample.value.to_bits() == value.to_bits(), "{name}: {pair}");
                    assert!(
                        (sample.at_seconds - pair[0].as_f64().unwrap()).abs() < 1e-6,
                        "{name}"
                    );
                }
                for (label, value) in recorded["metric"].as_object().unwrap() {
                    assert_eq!(one.labels.get(label), value.as_str(), "{name}");
                }
            }
        }
        Read::Names(names) => {
            let recorded = case.value["data"].as_array().cloned().unwrap_or_default();
            let recorded: Vec<&str> = recorded.iter().filter_map(Value::as_str).collect();
            assert_eq!(names, &recorded, "{name}");
        }
        Read::Other => assert_eq!(case.status, 200, "{name}"),
    }
}

/// Asserts that an error is the one that the answer means, in the server's own words.
fn is_right_error(case: &Case, error: &SourceError) {
    let name = &case.name;
    let kind = match case.status {
        400 => FailureKind::BadRequest,
        404 => FailureKind::NotFound,
        _ => panic!("{name}: {error} for status {}", case.status),
    };
    assert_eq!(error.kind(), kind, "{name}");
    let words = case.value["error"].as_str().unwrap_or(&case.body);
    let first: String = words
        .trim()
        .lines()
        .next()
        .unwrap()
        .chars()
        .take(60)
        .collect();
    assert!(error.to_string().contains(&first), "{name}: {error}");
    assert!(
        error.to_string().contains(&case.status.to_string()),
        "{name}: {error}"
    );
}

/// Checks each case of a record; gives how many were read as something, and how many as an error.
fn check(
    cases: &[Case],
    read: &impl AsyncFn(&Case, Url) -> Result<Read, SourceError>,
) -> (usize, usize) {
    let mut counts = (0, 0);
    for case in cases {
        let (url, served) = serve(case);
        match block_on(read(case, url)) {
            Ok(found) => {
                assert_eq!(case.status, 200, "{}", case.name);
                is_faithful(case, &found);
                counts.0 += usize::from(!matches!(found, Read::Other));
            }
            Err(error) => {
                is_right_error(case, &error);
                counts.1 += 1;
            }
        }
        let first = served.join().unwrap();
        assert!(first.starts_with("GET /"), "{first}");
    }
    counts
}

#[test]
fn every_recorded_answer_of_loki_is_read_or_becomes_the_right_error() {
    let cases = cases(include_str!("../../tests/wire/loki/cases.ndjson"));
    let (read, refused) = check(&cases, &async |case, url| read_loki(case, url).await);
    assert!(read >= 25 && refused == 7, "{read} {refused}");
}

#[test]
fn every_recorded_answer_of_prometheus_is_read_or_becomes_the_right_error() {
    let cases = cases(include_str!("../../tests/wire/prometheus/cases.ndjson"));
    let (read, refused) = check(&cases, &async |case, url| read_prometheus(case, url).await);
    assert!(read >= 28 && refused == 7, "{read} {refused}");
}

#[test]
fn a_log_answer_of_another_type_is_no_sense_and_no_panic() {
    for case in cases(include_str!("../../tests/wire/loki/cases.ndjson")) {
        let (url, served) = serve(&case);
        let http = http();
        let loki = Loki {
            http: &http,
            base: url,
            access: Access::of_token(Secret::new("t".to_owned())),
        };
        let found = block_on(loki.fetch_entries("{a=\"b\"}", window(), 5, Direction::Backward));
        assert_eq!(
            found.is_ok(),
            case.status == 200 && case.result_type() == "streams",
            "{}",
            case.name
        );
        served.join().unwrap();
    }
}

#[test]
fn no_prefix_of_a_recorded_answer_is_taken_for_an_answer() {
    for record in [
        include_str!("../../tests/wire/loki/cases.ndjson"),
        include_str!("../../tests/wire/prometheus/cases.ndjson"),
    ] {
        for case in cases(record).iter().filter(|case| case.status == 200) {
            for end in (0..case.body.len().min(400)).filter(|end| case.body.is_char_boundary(*end))
            {
                let cut = &case.body.as_bytes()[..end];
                assert!(
                    super::loki::parse_streams(cut).is_err(),
                    "{} at {end}",
                    case.name
                );
                assert!(
                    data_source::parse_matrix(cut).is_err(),
                    "{} at {end}",
                    case.name
                );
                assert!(
                    data_source::parse_names(cut).is_err(),
                    "{} at {end}",
                    case.name
                );
            }
        }
    }
}

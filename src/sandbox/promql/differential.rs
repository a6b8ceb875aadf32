//! Does a real Prometheus answer as this one does? Random queries over a random world, asked of both.
//!
//! The comparison needs a real server over the same data, so it runs only where `SCOUT_TEST_PROMQL` holds its address
//! (`http://127.0.0.1:9090/prometheus`). The data is written to the file that `SCOUT_TEST_OPENMETRICS_OUT` names, for
//! `promtool tsdb create-blocks-from openmetrics`. `SCOUT_TEST_SEED` (1) begins the random queries and `SCOUT_TEST_COUNT` (2000)
//! says how many; the world does not depend on them.

use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use fastrand::Rng;
use serde_json::Value;

use self::compare::difference;
use self::expressions::Writer;
use super::super::metric_store::MetricStore;
use super::super::prometheus::routes;

pub(crate) mod compare;
mod expressions;
pub(crate) mod openmetrics;
mod world;

/// Seed of the world, which the real server's data was made from.
const WORLD: u64 = 11;

/// A variable of the environment.
#[expect(
    clippy::disallowed_methods,
    reason = "tests are told by whoever runs them where the real server is"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A number from the environment.
fn number(name: &str, default: u64) -> u64 {
    variable(name).map_or(default, |text| text.parse().expect("a number"))
}

#[test]
fn the_world_survives_being_written_as_openmetrics() {
    let series = world::series(WORLD);
    let text = openmetrics::render(&series);
    let store = MetricStore::new(series);
    let again = MetricStore::new(openmetrics::parse(&text));
    let all = |store: &MetricStore| {
        let series = store.select(None, |_| true);
        series
            .into_iter()
            .map(|one| format!("{one:?}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(all(&store), all(&again));
    if let Some(path) = variable("SCOUT_TEST_OPENMETRICS_OUT") {
        std::fs::write(path, text).unwrap();
    }
}

/// A request to both servers.
struct Case {
    /// `query` or `query_range`.
    path: &'static str,
    /// Its parameters.
    params: Vec<(&'static str, String)>,
}

impl Case {
    /// A random request.
    fn random(random: &mut Rng) -> Self {
        let ranged = random.bool();
        let broken = random.u32(..6) == 0;
        let mut writer = Writer::new(random.fork(), ranged);
        let query = if broken {
            writer.broken()
        } else {
            writer.query()
        };
        let time = |random: &mut Rng| world::FROM + random.i64(-600..15_600);
        if !ranged {
            let at = format!(
                "{}.{:03}",
                time(random),
                random.u32(..1000) * random.u32(..2)
            );
            return Self {
                path: "query",
                params: vec![("query", query), ("time", at)],
            };
        }
        let start = time(random);
        let end = start + random.i64(0..7200);
        let step = ["15", "60", "97", "300", "1000", "61.5"][random.usize(..6)];
        let params = vec![
            ("query", query),
            ("start", start.to_string()),
            ("end", end.to_string()),
            ("step", step.to_string()),
        ];
        Self {
            path: "query_range",
            params,
        }
    }

    /// Whether everything in it is evaluated at one step: no range query, no subquery.
    fn one_step(&self) -> bool {
        self.path == "query" && !self.params[0].1.contains(':')
    }

    /// What a server answers.
    async fn ask(&self, client: &reqwest::Client, base: &str) -> Value {
        let url = format!("{base}/api/v1/{}", self.path);
        let response = client
            .get(url)
            .query(&self.params)
            .timeout(Duration::from_secs(60))
            .send()
            .await
            .unwrap();
        let status = response.status().as_u16();
        let mut body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        if let Some(error) = body.get("error").and_then(Value::as_str) {
            body["error"] = Value::from(comparable(error, self.one_step()));
        }
        body["status"] = Value::from(format!("{} {status}", body["status"]));
        body
    }

    /// Whether the answers agree.
    ///
    /// A real server goes through the series of a range query in random order, and may then not agree with itself in the last
    /// digit and whatever hangs on it. So an answer that it gives sometimes is a right one, and so is one that it gives when
    /// asked for each step alone, which it does in a fixed order.
    async fn compare(&self, client: &reqwest::Client, real: &str, ours: &str) -> Outcome {
        let got = self.ask(client, ours).await;
        let mut found = None;
        for _ in 0..5 {
            found = difference(&self.ask(client, real).await, &got);
            if found.is_none() {
                break;
            }
        }
        if found.is_some() && self.path == "query_range" {
            found = self.difference_by_step(client, real, ours).await;
        }
        match found {
            Some(found) => Outcome::Different(found),
            None if got.get("error").is_some() => Outcome::SameError,
            None if got["data"]["result"].as_array().is_some_and(Vec::is_empty) => {
                Outcome::BothEmpty
            }
            None => Outcome::SameData,
        }
    }

    /// The first difference where each step of a range query is asked for alone, of both servers.
    async fn difference_by_step(
        &self,
        client: &reqwest::Client,
        real: &str,
        ours: &str,
    ) -> Option<String> {
        let param = |index: usize| self.params[index].1.as_str();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "written by the test, in milliseconds"
        )]
        let millis = |index: usize| (param(index).parse::<f64>().unwrap() * 1000.0) as i64;
        let (start, end, step) = (millis(1), millis(2), millis(3));
        let query = param(0)
            .replace("start()", param(1))
            .replace("end()", param(2));
        let mut at = start;
        while at <= end {
            let params = vec![
                ("query", query.clone()),
                ("time", format!("{:.3}", at as f64 / 1000.0)),
            ];
            let alone = Self {
                path: "query",
                params,
            };
            let found = difference(
                &alone.ask(client, real).await,
                &alone.ask(client, ours).await,
            );
            if found.is_some() {
                return found;
            }
            at += step;
        }
        None
    }
}

/// How two answers compare.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// Where they differ.
    Different(String),
    /// The same error.
    SameError,
    /// No series in either.
    BothEmpty,
    /// The same values.
    SameData,
}

/// An error text without what Go says of a pattern beyond its being wrong; over several steps also without the pair of series
/// and the group, since a real server goes through them in random order.
fn comparable(error: &str, one_step: bool) -> &str {
    let cuts = ["error parsing regexp", "found duplicate series"];
    let cuts = if one_step { &cuts[..1] } else { &cuts[..] };
    let cut = cuts
        .iter()
        .find_map(|cut| error.find(cut).map(|at| at + cut.len()));
    cut.map_or(error, |end| &error[..end])
}

/// Serves the world; its address.
async fn serve() -> String {
    let now = Arc::new(|| DateTime::from_timestamp(world::TO, 0).unwrap());
    let router = routes(Arc::new(MetricStore::new(world::series(WORLD))), now);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    format!("http://{address}/prometheus")
}

#[tokio::test]
async fn random_queries_are_answered_as_by_a_real_server() {
    let Some(real) = variable("SCOUT_TEST_PROMQL") else {
        eprintln!(
            "not compared with a real Prometheus: SCOUT_TEST_PROMQL is not set; `bash tests/run` sets it"
        );
        return;
    };
    let (seed, count) = (
        number("SCOUT_TEST_SEED", 1),
        number("SCOUT_TEST_COUNT", 2000),
    );
    let ours = serve().await;
    let client = reqwest::Client::new();
    let mut random = Rng::with_seed(seed);
    let mut differences = Vec::new();
    let [mut errors, mut empty, mut filled] = [0, 0, 0];
    for _ in 0..count {
        let case = Case::random(&mut random);
        match case.compare(&client, &real, &ours).await {
            Outcome::Different(found) => {
                differences.push(format!("{} {:?}\n    {found}", case.path, case.params));
            }
            Outcome::SameError => errors += 1,
            Outcome::BothEmpty => empty += 1,
            Outcome::SameData => filled += 1,
        }
    }
    let summary =
        format!("of {count} answers {filled} have values, {empty} have none, {errors} are errors");
    assert!(
        differences.is_empty(),
        "{summary}, {} differ:\n{}",
        differences.len(),
        differences.join("\n")
    );
    assert!(
        filled * 3 > count && errors * 10 > count,
        "too little was compared: {summary}"
    );
    eprintln!("{summary}");
}

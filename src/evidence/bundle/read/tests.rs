//! What another program leaves out or writes its own way is read; what is damaged is named with its place.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::model::{Health, Kind, Lang, Unit};

/// The least that a bundle says about itself.
const META: &str = r#"{"type":"meta","schema":1,"window":{"from":"2026-11-21T09:00:00Z","to":"2026-11-21T09:30:00Z"}}"#;

/// A bundle of these lines.
fn bundle(lines: &[&str]) -> Result<Evidence, BundleError> {
    let text = lines.iter().fold(String::new(), |mut text, line| {
        text.extend([*line, "\n"]);
        text
    });
    read_bundle(text.as_bytes(), "b.ndjson")
}

/// What is said about a bundle that does not hold.
fn refusal(lines: &[&str]) -> String {
    let error = bundle(lines).expect_err("it does not hold");
    assert!(!error.hint(Lang::En).is_empty() && !error.hint(Lang::Fr).is_empty());
    assert!(!error.say(Lang::Fr).is_empty());
    error.say(Lang::En)
}

#[test]
fn a_meta_with_a_window_alone_is_enough() {
    let evidence = bundle(&[META]).unwrap();
    assert_eq!(evidence.meta.baseline, evidence.meta.window.just_before());
    assert!(evidence.meta.map.services.is_empty());
    assert!(evidence.records.is_empty());
}

#[test]
fn what_was_recorded_before_the_window_is_the_baseline_where_none_is_given() {
    let evidence = bundle(&[
        META,
        r#"{"type":"metric","name":"latency","service":"a","samples":[[1795245600,1],[1795251600,2]]}"#,
    ])
    .unwrap();
    let baseline = evidence.meta.baseline;
    assert_eq!(baseline.from.timestamp(), 1_795_245_600);
    assert_eq!(baseline.to, evidence.meta.window.from);
}

#[test]
fn services_need_no_more_than_a_name() {
    let evidence = bundle(&[
        r#"{"type":"meta","window":{"from":"2026-11-21T09:00:00Z","to":"2026-11-21T09:30:00Z"},
            "map":{"services":{"shop":{"depends_on":["stock"]},"stock":{"kind":"mainframe"}}}}"#
            .replace('\n', " ")
            .as_str(),
        r#"{"type":"log","service":"till","ts":"2026-11-21T09:00:01.5Z","line":"hello"}"#,
    ])
    .unwrap();
    let services: Vec<Service> = evidence.meta.services().collect();
    let names: Vec<&str> = services
        .iter()
        .map(|service| service.name.as_str())
        .collect();
    assert_eq!(names, ["shop", "stock", "till"]);
    assert_eq!(services[0].depends_on, ["stock"]);
    assert!(services.iter().all(|service| service.kind == Kind::Custom
        && service.title == service.name
        && service.resource_name == service.name));
}

#[test]
fn records_of_others_are_read_with_their_nearest_meaning() {
    let evidence = bundle(&[
        META,
        r#"{"type":"metric","name":"up","samples":[[1,1],[2,null],[3,"NaN"],[4,"+Inf"],[14,0.5]]}"#,
        r#"{"type":"metric","name":"p99","unit":"s","samples":[]}"#,
        r#"{"type":"metric","name":"p99","unit":"parsecs","samples":[]}"#,
        r#"{"type":"state","kind":"job-run","name":"nightly","health":"Odd"}"#,
        r#"{"type":"source","source":"loki","ok":false}"#,
        r#"{"type":"source","source":"ssh","ok":false,"error":{"kind":"melted","message":"x"}}"#,
        r#"{"type":"log_summary","service":"a","limited":true}"#,
        r#"{"type":"alert","name":"HighLatency","state":"firing"}"#,
        r#"{"type":"ssh","target":"vm","command":"df -h","exit_code":0,"stdout":"…"}"#,
        r#"{"type":"probe","url":"https://example.com","ok":false,"error":"refused"}"#,
        r#"{"type":"trace","anything":[1,2,3]}"#,
    ])
    .unwrap();
    assert_eq!(evidence.records.len(), 10, "an unknown type is passed over");
    let units: Vec<Unit> = evidence.metrics().map(|metric| metric.unit).collect();
    assert_eq!(units, [Unit::Count, Unit::Seconds, Unit::Count]);
    let up = evidence.metrics().next().unwrap();
    assert!((up.step_seconds - 1.0).abs() < 1e-9);
    assert!(up.samples[1].1.0.is_nan() && up.samples[3].1.0.is_infinite());
    let run = evidence.events(Kind::JobRun).next().unwrap();
    assert_eq!(
        (run.name.as_str(), run.health),
        ("nightly", Health::Unknown)
    );
    assert!(evidence.states().next().is_none(), "a run is no resource");
    let failed = |source: &crate::evidence::SourceRecord| {
        matches!(source.outcome, SourceOutcome::Failed { .. })
    };
    assert!(evidence.sources().all(failed));
    let summary = evidence.log_summaries().next().unwrap();
    assert_eq!(summary.window, evidence.meta.window);
    let of = |wanted: fn(&Record) -> bool| evidence.records.iter().filter(|r| wanted(r)).count();
    assert_eq!(of(|record| matches!(record, Record::Alert(_))), 1);
    assert_eq!(of(|record| matches!(record, Record::Ssh(_))), 1);
    assert_eq!(of(|record| matches!(record, Record::Probe(_))), 1);
}

#[test]
fn what_was_written_reads_back_the_same() {
    let lines = [
        META,
        r#"{"type":"log","service":"a","ts":"2026-11-21T09:00:01.000000001Z","labels":{"app":"a"},"line":"x\u0000 é"}"#,
        r#"{"type":"metric","service":"a","name":"cpu","expr":"cpu","unit":"ratio","labels":{},"step_seconds":15.0,"samples":[[1.0,"NaN"],[2.0,0.1]]}"#,
        r#"{"type":"probe","service":"a","url":"https://a","ok":true,"status":200}"#,
    ];
    let evidence = bundle(&lines).unwrap();
    let mut written =
        vec![serde_json::to_string(&Record::Meta(Box::new(evidence.meta.clone()))).unwrap()];
    written.extend(
        evidence
            .records
            .iter()
            .map(|record| serde_json::to_string(record).unwrap()),
    );
    let again = bundle(&written.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
    // NaN is not equal to itself: what is compared is the text
    assert_eq!(format!("{again:?}"), format!("{evidence:?}"));
}

#[test]
fn damage_is_named_with_its_place() {
    let reversed = META.replace("09:30", "08:30");
    for (lines, expected) in [
        (
            vec![],
            "b.ndjson:1: the bundle does not begin with a meta record",
        ),
        (
            vec![r#"{"type":"log","ts":"2026-11-21T09:00:00Z","line":""}"#],
            "b.ndjson:1: the bundle does not begin",
        ),
        (vec!["[1,2]"], "b.ndjson:1: the bundle does not begin"),
        (
            vec!["", META, "{oops"],
            "b.ndjson:3:2: not an evidence record: key must be a string",
        ),
        (vec![META, "[]"], "b.ndjson:2:"),
        (
            vec![META, r#"{"type":"log","line":"no time"}"#],
            "missing field `ts`",
        ),
        (vec![META, META], "b.ndjson:2: a second meta record"),
        (
            vec![
                r#"{"type":"meta","schema":2,"window":{"from":"2026-11-21T09:00:00Z","to":"2026-11-21T09:30:00Z"}}"#,
            ],
            "schema is 2",
        ),
        (
            vec![r#"{"type":"meta","schema":1}"#],
            "missing field `window`",
        ),
        (vec![reversed.as_str()], "meta.window ends before it begins"),
    ] {
        let said = refusal(&lines);
        assert!(said.contains(expected), "{said} for {lines:?}");
    }
}

#[test]
fn a_line_without_its_end_is_a_bundle_cut_short() {
    let cut = format!("{META}\n{{\"type\":\"log\",\"ts\":\"2026-11-");
    let error = read_bundle(cut.as_bytes(), "b").unwrap_err();
    assert_eq!(error.fault, Fault::CutShort);
    assert_eq!(error.line, 2);
}

#[test]
fn bytes_that_are_no_text_are_refused_and_a_byte_order_mark_is_not() {
    let mut bytes = META.as_bytes().to_vec();
    bytes.extend(b"\n{\"type\":\"log\",\"line\":\"\xff\"}\n");
    let error = read_bundle(bytes.as_slice(), "b").unwrap_err();
    assert_eq!((error.line, error.fault), (2, Fault::NotText));
    let marked = format!("\u{feff}{META}\r\n");
    assert!(read_bundle(marked.as_bytes(), "b").is_ok());
}

#[test]
fn gzip_is_unpacked_whatever_the_name_and_a_cut_one_is_refused() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(format!("{META}\n").as_bytes()).unwrap();
    let lines = (0..500).map(|n| {
        format!(
            "{{\"type\":\"log\",\"ts\":\"2026-11-21T09:00:00Z\",\"line\":\"{}\"}}\n",
            n * 7919
        )
    });
    packed
        .write_all(lines.collect::<String>().as_bytes())
        .unwrap();
    let bytes = packed.finish().unwrap();
    assert_eq!(
        read_bundle(bytes.as_slice(), "b").unwrap().records.len(),
        500
    );
    for part in [2, 12, bytes.len() / 2, bytes.len() - 1] {
        let error = read_bundle(&bytes[..part], "b.gz").unwrap_err();
        assert!(
            matches!(error.fault, Fault::Gzip(_)),
            "{error} after {part} bytes"
        );
    }
}

#[test]
fn an_endless_line_is_refused_without_being_kept() {
    let endless = std::io::Read::take(std::io::repeat(b'x'), MOST_LINE_BYTES * 4);
    let error = read_bundle(BufReader::new(endless), "b").unwrap_err();
    assert_eq!(error.fault, Fault::LongLine(MOST_LINE_BYTES));
}

//! What do fuzzers call?
//!
//! In: any bytes. Out: nothing; a panic is a finding. The targets are in `fuzz/`, a workspace of its own; nobody else may use this.

use super::log_store::{LogStore, PushedEntry, PushedStream};
use super::logql::{Expr, LogWindow, Order, Steps, parse_query, run_log_query, run_metric_query};
use super::metric_store::{METRIC_NAME, MetricStore};
use super::promql::Query;
use super::scenario::Scenario;
use crate::model::{Sample, Series, UnixNanos};

/// A minute, in nanoseconds.
const MINUTE: i64 = 60_000_000_000;

/// Parses a `LogQL` query, prints and parses it again, and runs it over a few lines.
///
/// # Panics
/// Where what was printed does not parse to the same tree.
pub fn logql(text: &str) {
    let Ok(query) = parse_query(text) else {
        return;
    };
    let printed = query.to_string();
    assert_eq!(parse_query(&printed).as_ref(), Ok(&query), "{printed}");
    let lines = [
        r#"{"level":"error","message":"GET /a 500 12ms","n":{"a":[1,"2"]}}"#,
        r#"level=warn msg="took 3s" size=4KB"#,
        "a plain line from 10.0.0.1",
        "",
    ];
    let entries = (0..).zip(lines).map(|(index, line)| PushedEntry {
        at: UnixNanos(index * MINUTE),
        line: line.to_owned(),
        metadata: None,
    });
    let store = LogStore::new(vec![PushedStream {
        labels: [("app", "a")].into_iter().collect(),
        entries: entries.collect(),
    }]);
    match &query {
        Expr::Log(log) => {
            let window = LogWindow {
                from: 0,
                to: 10 * MINUTE,
                limit: 10,
                order: Order::Backward,
                interval: 0,
            };
            let _ = run_log_query(&store, log, window);
        }
        Expr::Metric(metric) => {
            let steps = Steps {
                first: 5 * MINUTE,
                last: 6 * MINUTE,
                step: Some(MINUTE),
            };
            let _ = run_metric_query(&store, metric, steps);
        }
    }
}

/// Parses a `PromQL` query and evaluates it over a few samples; not a subquery, which may rightly take its time.
pub fn promql(text: &str) {
    let Ok(query) = Query::parse(text) else {
        return;
    };
    let series = ["a", "b"].map(|name| Series {
        labels: [(METRIC_NAME, name), ("job", "x"), ("le", "1")]
            .into_iter()
            .collect(),
        samples: (0..20_u8)
            .map(|index| Sample {
                at_seconds: f64::from(index) * 15.0,
                value: f64::from(index % 7),
            })
            .collect(),
    });
    if !text.contains(':') {
        let _ = query.at(&MetricStore::new(series.into()), 300_000);
    }
}

/// Reads a scenario or a bundle, compressed or not.
pub fn scenario(bytes: &[u8]) {
    if let Err(error) = Scenario::read(bytes, "fuzz") {
        let _ = error.to_string();
    }
}

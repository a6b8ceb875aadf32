//! Differences between bad lines and others, in lines made up for it.

use std::collections::BTreeMap;

use super::*;
use crate::evidence::{Meta, MetaMap, Record};
use crate::model::{Labels, Window};

fn at(second: i64) -> Instant {
    Instant::from_timestamp(1_795_255_200 + second, 0).unwrap()
}

fn axis() -> Axis {
    Axis {
        baseline: Window::new(at(-1800), at(0)).unwrap(),
        window: Window::new(at(0), at(1800)).unwrap(),
    }
}

/// One line a second; `line` tells of each number.
fn evidence(line: impl Fn(i64) -> String) -> Evidence {
    let axis = axis();
    let log = |second| {
        Record::Log(LogRecord {
            service: "api".to_owned(),
            ts: at(second),
            labels: Labels::default().into(),
            line: line(second),
            metadata: None,
        })
    };
    Evidence {
        meta: Meta {
            schema: 1,
            bundle_id: String::new(),
            created_at: at(1800),
            tool: String::new(),
            environment: String::new(),
            window: axis.window,
            baseline: axis.baseline,
            issue: String::new(),
            params: serde_json::Map::new(),
            redacted: false,
            map: MetaMap {
                rules: Vec::new(),
                services: BTreeMap::new(),
            },
        },
        records: (0..1200).map(log).collect(),
    }
}

fn told(line: impl Fn(i64) -> String) -> Vec<String> {
    let facts = differences(&evidence(line), "api", at(0), &axis());
    facts.into_iter().map(|fact| fact.subject).collect()
}

/// The remainder of a number that is not negative.
fn place(number: i64, of: i64) -> usize {
    usize::try_from(number % of).unwrap()
}

#[test]
fn one_route_and_one_customer_are_told() {
    let subjects = told(|n| {
        let route = ["/v1/users", "/v1/orders", "/v1/items"][place(n, 3)];
        let customer = if n % 30 == 1 { "acme" } else { "other" };
        let bad = n % 3 == 1;
        let (level, status) = if bad { ("error", 500) } else { ("info", 200) };
        format!(
            r#"{{"level":"{level}","msg":"GET {route}","status":{status},"route":"{route}","customer":"{customer}","id":"{n}"}}"#
        )
    });
    assert_eq!(subjects, ["route=/v1/orders"]);
}

#[test]
fn one_copy_of_three_is_told_and_ids_are_not() {
    let subjects = told(|n| {
        let bad = n % 3 == 2 && n % 2 == 0;
        let level = if bad { "error" } else { "info" };
        let inner = format!(r#"level={level} msg=\"request {n}\" request_id=r{n} region=fr-par"#);
        format!(
            r#"{{"resource_instance":"api-b{}","message":"{inner}"}}"#,
            n % 3
        )
    });
    assert_eq!(subjects, ["copy=api-b2"]);
}

#[test]
fn lines_that_fail_everywhere_tell_nothing() {
    let subjects = told(|n| {
        let route = ["/a", "/b", "/c", "/d"][place(n, 4)];
        let (level, status) = if n % 5 == 0 {
            ("error", 500)
        } else {
            ("info", 200)
        };
        format!(r#"{{"level":"{level}","status":{status},"route":"{route}","method":"GET"}}"#)
    });
    assert!(subjects.is_empty(), "{subjects:?}");
}

#[test]
fn ids_in_routes_are_masked_and_versions_are_not() {
    assert_eq!(masked_route("/v1/orders/4711?x=1"), "/v1/orders/*");
    assert_eq!(masked_route("/v2/a/7f3a9c00/b"), "/v2/a/*/b");
}

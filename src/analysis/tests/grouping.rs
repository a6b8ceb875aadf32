//! Groups of lines made up for it.

use serde_json::json;

use super::super::axis::Axis;
use super::super::logs::mine_logs;
use super::super::map::ServiceMap;
use super::*;
use crate::evidence::Evidence;
use crate::model::{Instant, Window};

fn at(second: i64) -> Instant {
    Instant::from_timestamp(1_795_255_200 + second, 0).unwrap()
}

/// The groups of a service's lines, half an hour of baseline and half an hour of window, given with their second.
fn groups(lines: &[(i64, String)]) -> Vec<LogGroup> {
    let axis = Axis {
        baseline: Window::new(at(-1800), at(0)).unwrap(),
        window: Window::new(at(0), at(1800)).unwrap(),
    };
    let service = |kind: &str, needs: &[&str]| json!({"kind": kind, "title": "", "aliases": [], "resource_name": "", "depends_on": needs, "url": null, "ssh": null});
    let meta = json!({
        "schema": 1, "bundle_id": "1", "created_at": at(1800), "tool": "scout", "environment": "staging",
        "window": axis.window, "baseline": axis.baseline, "issue": "", "params": {}, "redacted": false,
        "map": {"services": {"api": service("container", &["ledger", "mailer"]), "ledger": service("container", &[]),
                             "mailer": service("container", &[])}},
    });
    let record = |(second, line): &(i64, String)| {
        let record = json!({"type": "log", "service": "api", "ts": at(*second), "labels": {"level": "error"}, "line": line});
        serde_json::from_value(record).unwrap()
    };
    let evidence = Evidence {
        meta: serde_json::from_value(meta).unwrap(),
        records: lines.iter().map(record).collect(),
    };
    let map = ServiceMap::of(&evidence);
    let logs = mine_logs(&evidence, &axis, &map).remove("api");
    logs.map(|logs| logs.groups).unwrap_or_default()
}

/// What is shown of some groups: signature, lines in window and baseline, change.
fn told(groups: &[LogGroup]) -> Vec<(&str, f64, f64, Change)> {
    groups
        .iter()
        .map(|group| {
            (
                group.signature.as_str(),
                group.now,
                group.before,
                group.change,
            )
        })
        .collect()
}

/// A line every so many seconds, made from its number.
fn every(seconds: usize, from: i64, to: i64, line: impl Fn(usize) -> String) -> Vec<(i64, String)> {
    let times = (from..to).step_by(seconds).enumerate();
    times
        .map(|(number, second)| (second, line(number)))
        .collect()
}

#[test]
fn words_that_vary_are_one_group_in_whatever_order_lines_arrive() {
    let names = ["alice", "bob", "carol", "dave", "erin", "frank"];
    let line = |number: usize| format!("cannot send the letter of {} again", names[number % 6]);
    let mut lines = every(10, -1800, 1800, line);
    let found = groups(&lines);
    assert_eq!(
        told(&found),
        [(
            "cannot send the letter of <*> again",
            180.0,
            180.0,
            Change::Steady
        )]
    );
    assert_eq!(found[0].sample, "cannot send the letter of alice again");
    lines.reverse();
    assert_eq!(format!("{:?}", groups(&lines)), format!("{found:?}"));
}

#[test]
fn a_value_that_rises_by_itself_is_a_group_of_its_own() {
    let usual =
        |number: usize| format!("cannot book: step={}", ["pay", "pack", "send"][number % 3]);
    let mut lines = every(10, -1800, 1800, usual);
    assert_eq!(
        told(&groups(&lines)),
        [("cannot book: step=<*>", 180.0, 180.0, Change::Steady)]
    );
    lines.extend(every(5, 600, 1800, |_| {
        "cannot book: step=refund".to_owned()
    }));
    let found = groups(&lines);
    assert_eq!(
        told(&found),
        [
            ("cannot book: step=<*>", 180.0, 180.0, Change::Steady),
            ("cannot book: step=<*>", 240.0, 0.0, Change::New)
        ]
    );
    assert_eq!(found[1].sample, "cannot book: step=refund");
}

#[test]
fn values_that_rise_together_are_one_thing_that_happened() {
    let mut lines = every(60, -1800, 1800, |_| "all is well".to_owned());
    let bad = |number: usize| format!("cannot book: step={}", ["pay", "pack", "send"][number % 3]);
    lines.extend(every(5, 600, 1800, bad));
    let found = groups(&lines);
    assert_eq!(
        told(&found)[1..],
        [("cannot book: step=<*>", 240.0, 0.0, Change::New)]
    );
}

#[test]
fn lines_that_accuse_different_services_stay_apart() {
    let hosts = ["ledger", "mailer", "a.example.org", "b.example.org"];
    let line = |number: usize| format!("refused by host={}:8080", hosts[number % 4]);
    let found = groups(&every(10, -1800, 1800, line));
    let samples: Vec<&str> = found.iter().map(|group| group.sample.as_str()).collect();
    assert_eq!(
        samples,
        [
            "refused by host=a.example.org:8080",
            "refused by host=ledger:8080",
            "refused by host=mailer:8080"
        ]
    );
}

#[test]
fn lines_that_never_repeat_fill_no_memory() {
    let word = |number: usize| -> String {
        let letters = number.to_string().into_bytes();
        letters.iter().map(|digit| char::from(digit + 49)).collect()
    };
    let line = |number: usize| format!("{} {}", word(number * 7919), word(number * 104_729));
    let lines: Vec<(i64, String)> = (0..MOST_SHAPES + 2000)
        .map(|number| (100, line(number)))
        .collect();
    let found = groups(&lines);
    assert!(!found.is_empty() && found.len() <= MOST_GROUPS);
}

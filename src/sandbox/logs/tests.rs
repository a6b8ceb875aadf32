//! Rates, order, formats and envelopes of lines.

use super::*;
use crate::sandbox::scenario::Scenario;

fn now() -> Instant {
    "2026-11-21T09:00:00Z".parse().unwrap()
}

/// The entries of one table: seconds from now, and line.
fn entries(table: &str) -> Vec<(f64, String)> {
    let text = format!("schema = 1\nname = \"x\"\n[[log]]\n{table}");
    let scenario = Scenario::parse(&text, "x").unwrap();
    let made = expand(scenario.logs[0].get_ref(), 7, 0, now());
    let from_now = |entry: &PushedEntry| (entry.at.0 - UnixNanos::from(now()).0) as f64 / 1e9;
    made.into_iter()
        .map(|entry| (from_now(&entry), entry.line))
        .collect()
}

#[test]
fn every_minute_holds_the_rate_and_nothing_leaves_the_window() {
    let made = entries("from = \"-10m\"\nto = \"-2m\"\nper_minute = 12\nmessage = \"m\"\n");
    assert_eq!(made.len(), 96);
    assert!(made.is_sorted_by(|a, b| a.0 < b.0));
    for minute in 2..10 {
        let (from, to) = (f64::from(minute) * -60.0 - 60.0, f64::from(minute) * -60.0);
        let inside = made
            .iter()
            .filter(|(at, _)| (from..to).contains(at))
            .count();
        assert_eq!(inside, 12, "minute {minute}");
    }
    let gaps: Vec<f64> = made.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    assert!(gaps.iter().any(|gap| (gap - 5.0).abs() > 1.0), "no jitter");
}

#[test]
fn a_rate_below_one_a_minute_is_spread_too() {
    assert_eq!(
        entries("from = \"-3h\"\nper_minute = 0.2\nmessage = \"m\"\n").len(),
        36
    );
    assert_eq!(
        entries("from = \"-1s\"\nper_minute = 1\nmessage = \"m\"\n").len(),
        0
    );
}

#[test]
fn single_events_are_exact_and_lines_are_a_microsecond_apart() {
    let made = entries(
        "at = [\"-1m\", \"-17m48s\"]\nlines = [\"a\", \"  b {n}\"]\nvars = { n = { int = [5, 5] } }\n",
    );
    let lines: Vec<&str> = made.iter().map(|(_, line)| line.as_str()).collect();
    assert_eq!(lines, ["a", "  b 5", "a", "  b 5"]);
    assert_eq!(made[0].0, -1068.0);
    assert!((made[1].0 - made[0].0 - 1e-6).abs() < 1e-7);
}

#[test]
fn json_has_level_message_and_fields_in_order() {
    let made = entries(
        "at = [\"0s\"]\nformat = \"json\"\nlevel = \"info\"\nmessage = \"say \\\"{w}\\\"\"\nfields = { z = \"{w}\", n = 3, a = \"{no}\" }\nvars = { w = [\"hi\"] }\n",
    );
    assert_eq!(
        made[0].1,
        r#"{"level":"info","message":"say \"hi\"","z":"hi","n":3,"a":"{no}"}"#
    );
}

#[test]
fn logfmt_quotes_only_what_needs_it() {
    let made = entries(
        "at = [\"0s\"]\nformat = \"logfmt\"\nlevel = \"info\"\nmessage = \"took {ms}\"\nfields = { took = \"{ms}\", q = \"a=\\\"b\\\"\", e = \"\" }\nvars = { ms = [\"4ms\"] }\n",
    );
    assert_eq!(
        made[0].1,
        r#"level=info msg="took 4ms" took=4ms q="a=\"b\"" e="""#
    );
}

#[test]
fn an_envelope_wraps_any_format_and_errors_go_to_stderr() {
    let table = "at = [\"0s\"]\nformat = \"json\"\nenvelope = \"copy-1\"\nlevel = \"error\"\nmessage = \"tab\\there\"\n";
    let line = entries(table).remove(0).1;
    assert!(
        line.starts_with(
            r#"{"stream":"stderr","resource_instance":"copy-1","message":"{\"level\":\"error\""#
        ),
        "{line}"
    );
    let outer: serde_json::Value = serde_json::from_str(&line).unwrap();
    let inner: serde_json::Value =
        serde_json::from_str(outer["message"].as_str().unwrap()).unwrap();
    assert_eq!(inner["message"], "tab\there");
    let plain = entries("at = [\"0s\"]\nenvelope = \"c\"\nmessage = \"\"\n")
        .remove(0)
        .1;
    assert_eq!(
        plain,
        r#"{"stream":"stdout","resource_instance":"c","message":""}"#
    );
}

#[test]
fn a_variable_has_one_value_in_an_event() {
    let made = entries(
        "from = \"-10m\"\nper_minute = 20\nmessage = \"{a} {a} {f} {h}\"\nvars = { a = { int = [0, 999999] }, f = { float = [1, 2] }, h = { hex = 6 } }\n",
    );
    for (_, line) in &made {
        let words: Vec<&str> = line.split(' ').collect();
        assert_eq!(words[0], words[1]);
        assert!((1.0..=2.0).contains(&words[2].parse::<f64>().unwrap()));
        assert!(words[3].len() == 6 && u32::from_str_radix(words[3], 16).is_ok());
    }
    let first: std::collections::BTreeSet<&str> =
        made.iter().map(|(_, line)| line.as_str()).collect();
    assert!(first.len() > 190, "values differ from event to event");
}

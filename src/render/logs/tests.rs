//! A log line in its three forms.

use super::*;
use crate::render::sample::{at, look};
use crate::render::style::Style;

fn line() -> LogLine {
    LogLine {
        at: at(9, 2) + chrono::TimeDelta::nanoseconds(123_456_789),
        service: "atlas-api".to_owned(),
        level: Some("error".to_owned()),
        message: "cannot reach the database".to_owned(),
        fields: vec![
            ("route".to_owned(), "/v1/orders".to_owned()),
            ("why".to_owned(), "no \"slot\" left".to_owned()),
        ],
        raw: "{\"level\":\"error\"}\n".to_owned(),
        labels: Arc::new(Labels::from_iter([
            ("resource_name", "atlas-api"),
            ("stream", "stderr"),
        ])),
        matched: None,
    }
}

fn human(line: &LogLine, view: &LogView, look: &Look) -> String {
    let mut out = Vec::new();
    write_human(line, view, look, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_line_shows_time_level_service_message_and_fields() {
    let view = LogView {
        service_columns: Some(12),
        ..LogView::default()
    };
    assert_eq!(
        human(&line(), &view, &look()),
        "10:02:00.123 ERROR atlas-api     cannot reach the database  route=/v1/orders why=\"no \\\"slot\\\" left\"\n"
    );
}

#[test]
fn dates_and_labels_are_shown_on_request() {
    let view = LogView {
        dated: true,
        labels: vec!["stream".to_owned(), "absent".to_owned()],
        service_columns: None,
    };
    let line = LogLine {
        level: None,
        fields: Vec::new(),
        ..line()
    };
    assert_eq!(
        human(&line, &view, &look()),
        "2026-11-21 10:02:00.123       cannot reach the database  stream=stderr\n"
    );
}

#[test]
fn a_line_feed_in_a_message_cannot_pass_for_another_entry() {
    let line = LogLine {
        message: "Traceback\n  File x\n10:02:00.000 INFO  all is well\n".to_owned(),
        fields: Vec::new(),
        ..line()
    };
    let text = human(&line, &LogView::default(), &look());
    assert_eq!(text.lines().count(), 3);
    assert!(
        text.lines()
            .skip(1)
            .all(|line| line.starts_with(&" ".repeat(19)))
    );
}

#[test]
fn levels_take_five_columns_whatever_they_are() {
    for (level, word) in [
        ("warning", "WARN "),
        ("critical", "CRIT "),
        ("info", "INFO "),
        ("NOTICEABLE", "NOTI…"),
        ("\x1b[31m", "␛[31M"),
        ("日本語", "日本…"),
    ] {
        let line = LogLine {
            level: Some(level.to_owned()),
            ..line()
        };
        let text = human(&line, &LogView::default(), &look());
        assert!(text.starts_with(&format!("10:02:00.123 {word} ")), "{text}");
    }
}

#[test]
fn hostile_text_is_made_visible() {
    let evil = "\x1b]8;;http://x\x07\u{202e}\0";
    let line = LogLine {
        service: evil.to_owned(),
        message: evil.to_owned(),
        fields: vec![(evil.to_owned(), evil.to_owned())],
        raw: evil.to_owned(),
        labels: Arc::new(Labels::from_iter([(evil, evil)])),
        ..line()
    };
    let view = LogView {
        service_columns: Some(10),
        labels: vec![evil.to_owned()],
        dated: false,
    };
    let mut out = human(&line, &view, &look()).into_bytes();
    write_head(Some(&line.labels), &look(), &mut out).unwrap();
    write_ndjson(&line, &mut out).unwrap();
    write_raw(&line.raw, true, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(
        !text.contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}'),
        "{text}"
    );
    assert_eq!(text.lines().count(), 5);
}

#[test]
fn the_stored_line_is_written_as_it_is_into_a_file() {
    let line = LogLine {
        raw: "\x1b[31mred\x1b[0m\r\n".to_owned(),
        ..line()
    };
    let mut out = Vec::new();
    write_raw(&line.raw, false, &mut out).unwrap();
    assert_eq!(out, b"\x1b[31mred\x1b[0m\r\n");
}

#[test]
fn the_head_says_the_offset_and_the_common_labels() {
    let mut out = Vec::new();
    write_head(Some(&line().labels), &look(), &mut out).unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "times in UTC+01:00\nall lines: {resource_name=\"atlas-api\", stream=\"stderr\"}\n"
    );
}

#[test]
fn colours_change_no_character() {
    let sgr = regex::Regex::new("\x1b\\[[0-9;]*m").unwrap();
    let colour = Look {
        style: Style::new(true),
        ..look()
    };
    let view = LogView {
        service_columns: Some(12),
        ..LogView::default()
    };
    let coloured = human(&line(), &view, &colour);
    assert_ne!(coloured, human(&line(), &view, &look()));
    assert_eq!(
        sgr.replace_all(&coloured, ""),
        human(&line(), &view, &look())
    );
}

/// The NDJSON form, declared again: a renamed or additional key fails here.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Promised {
    ts: String,
    service: String,
    level: Option<String>,
    message: String,
    fields: std::collections::BTreeMap<String, String>,
    labels: std::collections::BTreeMap<String, String>,
    line: String,
}

#[test]
fn the_json_form_is_as_promised_and_keeps_every_nanosecond() {
    let mut line = line();
    line.fields.push(("route".to_owned(), "second".to_owned()));
    let mut out = Vec::new();
    write_ndjson(&line, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(text.lines().count(), 1);
    assert_eq!(text.matches("\"route\"").count(), 1);
    let read: Promised = serde_json::from_str(&text).unwrap();
    assert_eq!(read.ts, "2026-11-21T09:02:00.123456789Z");
    assert_eq!((read.service, read.level), (line.service, line.level));
    assert_eq!((read.message, read.line), (line.message, line.raw));
    assert_eq!(read.fields["route"], "/v1/orders");
    assert_eq!(read.labels["stream"], "stderr");
}

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

#[test]
fn a_line_that_goes_on_stands_below_the_message_before_it() {
    let view = LogView {
        service_columns: Some(9),
        dated: true,
        labels: Vec::new(),
    };
    let frame = LogLine {
        message: "\tat com.example.Api\n\tat com.example.Net".to_owned(),
        fields: Vec::new(),
        ..line()
    };
    let head = human(&line(), &view, &look());
    let mut out = Vec::new();
    write_continuation(&frame, &view, &look(), &mut out).unwrap();
    let below = String::from_utf8(out).unwrap();
    let column = head.find("cannot").unwrap();
    assert_eq!(below.lines().count(), 2);
    for line in below.lines() {
        assert_eq!(line.find("at com"), Some(column + 4), "{head}{below}");
    }
}

#[test]
fn colours_of_the_program_are_left_out_and_nothing_else() {
    for (text, shown) in [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[1;38;5;196mbold\x1b[m", "bold"),
        ("\x1b[38:2::1:2:3mtrue\x1b[0m", "true"),
        ("\x1b[2J\x1b[31mx", "␛[2Jx"),
        ("\x1b]0;t\x07\x1b[", "␛]0;t␇␛["),
        ("\x1b[31", "␛[31"),
        ("[31m", "[31m"),
        ("\x1b\x1b[31m[31m", "␛[31m"),
    ] {
        let line = LogLine {
            message: text.to_owned(),
            fields: vec![("f".to_owned(), text.to_owned())],
            ..line()
        };
        let written = human(&line, &LogView::default(), &look());
        assert!(!written.contains('\x1b'), "{written:?}");
        assert!(
            written.contains(&format!("ERROR {shown}  f=")),
            "{written:?}"
        );
    }
}

#[test]
fn csv_quotes_commas_quotes_and_line_breaks_and_nothing_else() {
    let line = LogLine {
        message: "a,b \"c\"\r\nd =1+1".to_owned(),
        ..line()
    };
    let fields = ["route".to_owned(), "none".to_owned(), "why".to_owned()];
    let mut out = Vec::new();
    write_csv_head(&fields, false, &mut out).unwrap();
    write_csv(&line, &fields, false, &mut out).unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "ts,service,level,message,route,none,why\n\
         2026-11-21T09:02:00.123456789Z,atlas-api,error,\"a,b \"\"c\"\"\r\nd =1+1\",/v1/orders,,\"no \"\"slot\"\" left\"\n"
    );
    let mut out = Vec::new();
    write_csv(&line, &fields, true, &mut out).unwrap();
    assert!(
        !String::from_utf8(out)
            .unwrap()
            .trim_end()
            .contains(char::is_control)
    );
}

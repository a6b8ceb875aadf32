//! The report in every form: what people see, what scripts read, and what hostile text cannot do.

use super::*;
use crate::model::{Lang, TokenStatus};
use crate::render::sample::{hostile, look, report as sample, token};
use crate::render::style::Style;
use crate::render::{self, Format};
use crate::report::Verdict;

fn written(report: &Report, format: Format, look: &Look) -> String {
    let mut out = Vec::new();
    render::report(report, format, look, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn human(look: &Look) -> String {
    written(&sample(), Format::Human, look)
}

#[test]
fn the_report_at_100_columns_in_english() {
    insta::assert_snapshot!(human(&look()));
}

#[test]
fn the_report_at_60_columns_in_french() {
    let look = Look {
        width: Some(60),
        lang: Lang::Fr,
        ..look()
    };
    insta::assert_snapshot!(human(&look));
}

#[test]
fn the_report_at_40_columns() {
    insta::assert_snapshot!(human(&Look {
        width: Some(40),
        ..look()
    }));
}

#[test]
fn the_report_in_colour() {
    let look = Look {
        style: Style::new(true),
        ..look()
    };
    insta::assert_snapshot!(human(&look).replace('\x1b', "^["));
}

#[test]
fn the_report_in_markdown() {
    insta::assert_snapshot!(written(&sample(), Format::Markdown, &look()));
}

#[test]
fn the_head_keeps_its_order_and_the_token_has_the_last_line() {
    for width in [None, Some(100)] {
        let text = human(&Look { width, ..look() });
        let lines: Vec<_> = text.lines().filter(|line| !line.starts_with(' ')).collect();
        assert_eq!(lines[0], "stack-golem:observe-platform report");
        let labels = [
            "Issue:     ",
            "Source:    ",
            "Findings:  ",
            "Diagnosis: ",
            "Token:     ",
        ];
        for (line, label) in lines[1..].iter().zip(labels) {
            assert!(line.starts_with(label), "{line}");
        }
        assert_eq!(lines[5], "Token:     deleted ✓");
        assert!(text.ends_with("\nToken: deleted ✓\n"));
    }
}

#[test]
fn each_end_of_the_token_is_said_first_and_last() {
    for (status, ascii, last) in [
        (TokenStatus::Deleted, false, "Token: deleted ✓"),
        (TokenStatus::Deleted, true, "Token: deleted (ok)"),
        (TokenStatus::NotNeeded, false, "Token: not needed"),
        (
            TokenStatus::LeftBehind,
            false,
            "Token: LEFT BEHIND ✗ 22222222-2222-2222-2222-222222222222",
        ),
    ] {
        let report = Report {
            token: token(status),
            ..sample()
        };
        let look = Look { ascii, ..look() };
        for format in [Format::Human, Format::Markdown] {
            let text = written(&report, format, &look);
            let shown = text.lines().last().unwrap().replace('\\', "");
            assert_eq!(shown, last);
            let remedies = text
                .matches("scout token sweep --all --env staging")
                .count();
            assert_eq!(remedies > 0, status == TokenStatus::LeftBehind);
        }
        assert!(written(&report, Format::Human, &look).contains(&last.replacen(": ", ":     ", 1)));
    }
}

#[test]
fn a_token_whose_id_is_unknown_is_still_left_behind() {
    let mut report = Report {
        token: token(TokenStatus::LeftBehind),
        ..sample()
    };
    report.token.id = None;
    assert!(
        written(&report, Format::Human, &look()).ends_with("Token: LEFT BEHIND ✗ (id unknown)\n")
    );
}

#[test]
fn the_brief_report_is_the_head_alone_and_counts_the_gaps() {
    for (format, lang) in [
        (Format::Human, Lang::En),
        (Format::Markdown, Lang::En),
        (Format::Human, Lang::Fr),
        (Format::Markdown, Lang::Fr),
    ] {
        let look = Look {
            brief: true,
            width: None,
            lang,
            ..look()
        };
        let text = written(&sample(), format, &look);
        let lines: Vec<_> = text.lines().filter(|line| !line.is_empty()).collect();
        assert_eq!(lines.len(), 6, "{text}");
        assert!(lines[0].ends_with("stack-golem:observe-platform report"));
        let labels = crate::model::messages::render::head_labels(lang);
        for (line, label) in lines[1..].iter().zip(labels) {
            assert!(line.contains(label), "{line}");
        }
        let (gaps, down) = lang.pick(
            ("1 thing could not be checked", "down since 10:12:00"),
            (
                "1 point n'a pas pu être vérifié",
                "en panne depuis 10:12:00",
            ),
        );
        assert!(lines[3].contains(gaps) && lines[4].contains(down), "{text}");
    }
}

#[test]
fn a_brief_report_still_says_how_to_remove_a_token() {
    let report = Report {
        token: token(TokenStatus::LeftBehind),
        ..sample()
    };
    for format in [Format::Human, Format::Markdown] {
        let look = Look {
            brief: true,
            ..look()
        };
        let text = written(&report, format, &look);
        let last = text.lines().last().unwrap();
        assert!(
            last.contains("scout token sweep --all --env staging"),
            "{text}"
        );
    }
}

#[test]
fn an_empty_report_is_still_a_report() {
    let report = Report {
        sources: Vec::new(),
        findings: Vec::new(),
        diagnosis: Vec::new(),
        suspects: Vec::new(),
        timeline: Vec::new(),
        gaps: Vec::new(),
        checked: Vec::new(),
        courses: Vec::new(),
        metrics: Vec::new(),
        errors: Vec::new(),
        onset: None,
        verdict: Verdict::Unknown,
        token: token(TokenStatus::NotNeeded),
        ..sample()
    };
    insta::assert_snapshot!(written(&report, Format::Human, &look()));
}

#[test]
fn ascii_writes_nothing_else() {
    let text = human(&Look {
        ascii: true,
        ..look()
    });
    assert!(text.is_ascii(), "{text}");
}

#[test]
fn hostile_text_drives_nothing_in_any_form() {
    let long = "y".repeat(10_000);
    for text in [
        "\x1b[2J\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\",
        "\0nul \u{9b}31m \u{202e}desrever\u{2066} \u{200b}\u{feff} \u{e0041} \x7f\r",
        "fake\nToken: deleted ✓\n\n# heading\n```\n</td></table><script>",
        "日本語🦀 wide ⚠\u{fe0f}",
        "",
        " ",
        &long,
    ] {
        for (format, width) in [
            (Format::Human, None),
            (Format::Human, Some(40)),
            (Format::Human, Some(100)),
            (Format::Markdown, None),
            (Format::Json, None),
        ] {
            let out = written(&hostile(text), format, &Look { width, ..look() });
            let unseen = |c: char| {
                (c.is_control() && c != '\n')
                    || ('\u{200b}'..='\u{200f}').contains(&c)
                    || ('\u{2028}'..='\u{202e}').contains(&c)
                    || ('\u{2060}'..='\u{206f}').contains(&c)
                    || c == '\u{feff}'
                    || ('\u{e0000}'..='\u{e007f}').contains(&c)
            };
            assert!(!out.contains(unseen), "{format:?} {out}");
            assert!(
                !out.lines().any(|line| line == "Token: deleted ✓"),
                "{format:?}"
            );
            assert!(!out.lines().any(|line| line == "# heading"), "{format:?}");
            assert!(out.len() < 2_000_000, "{format:?} {}", out.len());
            if format == Format::Markdown {
                assert!(!out.contains("<script>") || out.contains("`fake␊"), "{out}");
            }
        }
    }
}

#[test]
fn markdown_tables_keep_their_cells_whatever_is_in_them() {
    for text in ["a | b", "a \\| b", "a \\\\| b", "`|`", "x\n| y |", "\\"] {
        let out = written(&hostile(text), Format::Markdown, &look());
        let lines: Vec<_> = out.lines().collect();
        let mut tables = 0;
        for table in lines
            .split(|line| !line.starts_with('|'))
            .filter(|t| !t.is_empty())
        {
            let bars = |line: &&str| line.matches('|').count();
            assert!(table[1].starts_with("| -"), "{table:#?}");
            assert!(
                table.iter().all(|line| bars(line) == bars(&table[0])),
                "{table:#?}"
            );
            tables += 1;
        }
        assert_eq!(tables, 7);
    }
}

#[test]
fn lines_keep_the_width_except_commands() {
    for width in 40..120 {
        let text = human(&Look {
            width: Some(width),
            ..look()
        });
        for line in text.lines().filter(|line| !line.contains("scout promql")) {
            assert!(columns(line) <= width, "{width}: {line}");
        }
    }
}

/// The JSON form, declared again: a renamed or additional key fails here.
mod promised {
    #![expect(
        dead_code,
        clippy::struct_field_names,
        reason = "only their shape is tested, and the names are the promise"
    )]
    use serde::Deserialize;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Report {
        pub(super) schema: u32,
        issue: String,
        environment: String,
        services: Vec<String>,
        understood: Option<serde_json::Value>,
        window: Window,
        pub(super) verdict: String,
        onset: Option<String>,
        ended_at: Option<String>,
        spells: Option<u64>,
        sources: Vec<Source>,
        pub(super) findings: Vec<Finding>,
        diagnosis: Vec<Cause>,
        suspects: Vec<Suspect>,
        timeline: Vec<Event>,
        gaps: Vec<Gap>,
        pub(super) token: Token,
        tool: String,
        generated_at: String,
        pub(super) checked: Vec<Checked>,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Checked {
        pub(super) service: String,
        pub(super) what: String,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Window {
        from: String,
        to: String,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Source {
        source: String,
        ok: bool,
        #[serde(default)]
        skipped: bool,
        reason: Option<String>,
        elapsed_seconds: f64,
        requests: u64,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Finding {
        id: String,
        pub(super) severity: String,
        service: String,
        kind: String,
        title: String,
        since: Option<String>,
        evidence: Vec<String>,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Cause {
        cause: String,
        service: Option<String>,
        confidence: f64,
        statement: String,
        because: Vec<String>,
        next: Vec<Next>,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Next {
        why: String,
        command: String,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Suspect {
        service: String,
        score: f64,
        signals: Vec<Signal>,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Signal {
        metric: String,
        shift: f64,
        since: Option<String>,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Event {
        ts: String,
        service: String,
        what: String,
        evidence: Vec<String>,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Gap {
        source: String,
        kind: String,
        message: String,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Token {
        pub(super) status: String,
        id: Option<String>,
        name: Option<String>,
        pub(super) scopes: Vec<String>,
        lived_seconds: Option<f64>,
        remedy: Option<String>,
    }
}

#[test]
fn the_json_form_is_as_promised() {
    let text = written(&sample(), Format::Json, &look());
    assert!(text.starts_with("{\n  \"schema\": 1,") && text.ends_with("}\n"));
    let read: promised::Report = serde_json::from_str(&text).unwrap();
    assert_eq!((read.schema, read.verdict.as_str()), (1, "down"));
    assert_eq!(read.findings[0].severity, "critical");
    let checked = &read.checked[0];
    assert_eq!(
        (checked.service.as_str(), checked.what.as_str()),
        ("redis", "state ready; no error line")
    );
    assert_eq!(read.token.status, "deleted");
    assert_eq!(read.token.scopes, ["read_only_logs", "read_only_metrics"]);
}

#[test]
fn the_json_form_holds_every_text_unchanged() {
    let text = "\x1b[2J\u{202e}\u{e0041}日本語\0";
    let out = written(&hostile(text), Format::Json, &look());
    let read: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(read["issue"], text);
    assert_eq!(read["findings"][0]["evidence"][0], text);
}

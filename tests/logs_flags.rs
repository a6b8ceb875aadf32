//! `scout logs`: each flag, each form, hostile lines, interruptions, and what is said about what is missing.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use serde::Deserialize;

use crate::logs::{Line, events, lines, messages, world};
use crate::support::SandboxProcess;
use crate::token::{signal, wait_until};

/// The document as programs read it, declared again.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    schema: u32,
    query: String,
    window: Span,
    entries: Vec<Line>,
    matched: Option<u64>,
    fetched: u64,
    shown: u64,
    limited: bool,
    interrupted: bool,
    gaps: Vec<Gap>,
}

/// A window.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Span {
    from: String,
    to: String,
}

/// What is missing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Gap {
    from: String,
    to: String,
    error: String,
}

/// Requests of one service: enveloped JSON, logfmt and text, a minute apart.
fn requests() -> SandboxProcess {
    let json = |at: &str, message: &str, fields: &str| {
        events(
            "api-1",
            &[at],
            &format!(
                "envelope = \"copy-1\"\nformat = \"json\"\nlevel = \"info\"\nmessage = '{message}'\nfields = {{ {fields} }}"
            ),
        )
    };
    let plain = |resource: &str, at: &str, message: &str| {
        events(resource, &[at], &format!("message = '{message}'"))
    };
    world(
        &[
            json(
                "-9m",
                "one",
                "status = 200, route = \"/v1/orders\", duration_ms = 12",
            ),
            json(
                "-8m",
                "two",
                "status = 503, route = \"/v1/orders\", duration_ms = 1500",
            ),
            json(
                "-7m",
                "three",
                "status = 500, route = \"/v1/users\", duration_ms = 900",
            ),
            plain(
                "api-1",
                "-6m",
                "level=info msg=four status=404 route=/v1/orders duration_ms=2500",
            ),
            plain("api-1", "-5m", "five: plain text without fields"),
            plain("db-1", "-4m", "six from the database"),
        ]
        .concat(),
    )
}

/// Messages that these flags let through.
#[track_caller]
fn found(sandbox: &SandboxProcess, flags: &[&str]) -> Vec<String> {
    let found = lines(sandbox, flags).into_iter();
    found.map(|line| line.message).collect()
}

#[test]
fn fields_are_tested_in_every_format_and_through_the_envelope() {
    let sandbox = requests();
    let five = "five: plain text without fields";
    let six = "six from the database";
    for (flags, expected) in [
        (&["--where", "status>=500"][..], &["two", "three"][..]),
        (
            &["--where", "status>=500", "--where", "route=/v1/orders"],
            &["two"],
        ),
        (&["--where", "route=/v1/orders"], &["one", "two", "four"]),
        (&["--where", "route=~/v1/u.*"], &["three"]),
        (
            &["--where", "status!=200"],
            &["two", "three", "four", five, six],
        ),
        (&["--where", "status!="], &["one", "two", "three", "four"]),
        (&["--where", "status="], &[five, six]),
        (&["--where", "route!~.*orders"], &["three", five, six]),
        (&["--where", "duration_ms>1s"], &["two", "four"]),
        (&["--where", "duration_ms <= 900"], &["one", "three"]),
        (&["--where", "none=1"], &[]),
    ] {
        assert_eq!(found(&sandbox, flags), expected, "{flags:?}");
        let all = [flags, &["--limit", "0"]].concat();
        assert_eq!(found(&sandbox, &all), expected, "{all:?}");
        let few = [flags, &["--limit", "2"]].concat();
        let newest = &expected[expected.len().saturating_sub(2)..];
        assert_eq!(found(&sandbox, &few), newest, "{few:?}");
    }
}

#[test]
fn texts_and_patterns_add_up() {
    let sandbox = requests();
    for (flags, expected) in [
        (
            &["--contains", "/v1/orders", "--contains", "503"][..],
            &["two"][..],
        ),
        (&["--contains", "two", "--contains", "three"], &[]),
        (
            &["--not-contains", "orders", "--not-contains", "five"],
            &["three", "six from the database"],
        ),
        (&["--grep", "orders", "--grep", "503"], &["two"]),
        (
            &["--exclude", "orders", "--exclude", "users|five"],
            &["six from the database"],
        ),
        (&["--contains", "a.b"], &[]),
        (
            &["--contains", "plain text", "--level", "info+"],
            &["five: plain text without fields"],
        ),
    ] {
        assert_eq!(found(&sandbox, flags), expected, "{flags:?}");
    }
}

#[test]
fn what_the_server_can_filter_is_in_the_query() {
    let sandbox = requests();
    let query = |flags: &[&str]| {
        let ran = sandbox.scout(["logs", "api", "--dry-run", "-o", "json"]);
        let ran = ran.args(flags).run().exits(0);
        let sheet: serde_json::Value = ran.json();
        sheet["requests"][0]["request"]
            .as_str()
            .expect("a query")
            .to_owned()
    };
    let selector = "{resource_name=\"api-1\"}";
    assert_eq!(query(&[]), selector);
    assert!(query(&["--contains", "needle"]).ends_with(" |~ \"needle\""));
    assert!(query(&["--where", "route=/v1"]).contains("route"));
    assert!(query(&["--where", "status>=500"]).contains("[6-9][0-9]{2}"));
    for flags in [
        &["--not-contains", "x"][..],
        &["--exclude", "x"],
        &["--where", "route!=/v1"],
        &["--level", "warn"],
        &["--contains", "needle", "-C", "1"],
    ] {
        assert_eq!(query(flags), selector, "{flags:?}");
    }
    let raw = "{resource_name=\"api-1\"} |= \"x\" # why";
    let ran = sandbox
        .scout(["logs", "--query", raw, "--dry-run", "-o", "json"])
        .run()
        .exits(0);
    let sheet: serde_json::Value = ran.json();
    assert_eq!(sheet["requests"][0]["request"], raw);
    assert!(sandbox.requests().is_empty());
}

#[test]
fn a_query_of_ones_own_shows_what_it_selects() {
    let sandbox = requests();
    for query in [
        "{resource_name=\"api-1\"} |= \"plain\"",
        "# those with text\n{resource_name=~\".+\"} |= \"plain\" # and no more",
        "({resource_name=\"api-1\"} |= \"plain\")",
    ] {
        let all = lines(&sandbox, &["--query", query]);
        assert_eq!(
            messages(&all),
            ["five: plain text without fields"],
            "{query}"
        );
        assert_eq!(all[0].service, "api", "{query}");
    }
    let both = lines(
        &sandbox,
        &[
            "--query",
            "{resource_name=~\".+\"}",
            "--where",
            "status>=500",
        ],
    );
    assert_eq!(messages(&both), ["two", "three"]);
    let ran = sandbox
        .scout(["logs", "--query", "{resource_name=\"api-1\"} |=="])
        .run()
        .exits(5);
    assert!(ran.stderr.contains("400"), "{ran}");
}

#[test]
fn the_newest_may_come_first() {
    let sandbox = world(&events(
        "api-1",
        &["-5m", "-4m", "-3m", "-2m"],
        "lines = [\"a {id}\", \"b {id}\"]\nvars = { id = { hex = 8 } }",
    ));
    let forward = lines(&sandbox, &["api", "--limit", "0"]);
    assert_eq!(forward.len(), 8);
    assert_eq!(lines(&sandbox, &["api", "--forward"]), forward);
    let mut reversed = forward.clone();
    reversed.reverse();
    for limit in ["0", "8", "50"] {
        assert_eq!(
            lines(&sandbox, &["api", "--reverse", "--limit", limit]),
            reversed
        );
    }
    assert_eq!(
        lines(&sandbox, &["api", "--reverse", "-n", "3"]),
        reversed[..3]
    );
    assert_eq!(lines(&sandbox, &["api", "-n", "3"]), forward[5..]);
    // Small requests, one at a time or many, change nothing.
    for flags in [
        &["--batch", "2"][..],
        &["--batch", "3", "--parallel", "1"],
        &["--parallel", "64"],
    ] {
        let all = [&["api", "--limit", "0"], flags].concat();
        assert_eq!(lines(&sandbox, &all), forward, "{flags:?}");
        let all = [&["api", "--reverse", "--limit", "0"], flags].concat();
        assert_eq!(lines(&sandbox, &all), reversed, "{flags:?}");
    }
}

#[test]
fn lines_around_a_match_are_of_its_service_and_in_groups() {
    let numbered = |from: usize, to: usize| -> String {
        let of = |resource: &str, number: usize| {
            let text = if number % 10 == 5 && resource == "api-1" {
                "hit"
            } else {
                "miss"
            };
            let at = format!("-{}s", 600 - number * 2 - usize::from(resource == "db-1"));
            events(
                resource,
                &[at.as_str()],
                &format!("message = \"{text} {number} of {resource}\""),
            )
        };
        (from..to)
            .flat_map(|number| [of("api-1", number), of("db-1", number)])
            .collect()
    };
    let sandbox = world(&numbered(0, 30));
    let around = |flags: &[&str]| -> Vec<(String, Option<bool>)> {
        let found = lines(&sandbox, &[&["--grep", "hit"], flags].concat());
        found
            .into_iter()
            .map(|line| (line.message, line.matched))
            .collect()
    };
    let api = |number: usize, matched| {
        let text = if number % 10 == 5 { "hit" } else { "miss" };
        (format!("{text} {number} of api-1"), Some(matched))
    };
    let hits: Vec<_> = [5, 15, 25].map(|n| (api(n, true).0, None)).to_vec();
    assert_eq!(around(&[]), hits);
    let expected = [4, 5, 6, 14, 15, 16, 24, 25, 26].map(|n| api(n, n % 10 == 5));
    for flags in [
        &["-C", "1"][..],
        &["-A", "1", "-B", "1"],
        &["--context", "1", "--limit", "0"],
    ] {
        assert_eq!(around(flags), expected, "{flags:?}");
    }
    assert_eq!(
        around(&["-A", "2", "-n", "1"]),
        [25, 26, 27].map(|n| api(n, n == 25))
    );
    assert_eq!(
        around(&["-B", "2", "-n", "1"]),
        [23, 24, 25].map(|n| api(n, n == 25))
    );
    // As wide as the distance: one group.
    assert_eq!(around(&["-C", "5"]).len(), 30);
    let human = sandbox
        .scout(["logs", "--grep", "hit", "-C", "1"])
        .run()
        .exits(0);
    assert_eq!(
        human.stdout.lines().filter(|line| *line == "--").count(),
        2,
        "{human}"
    );
    let human = sandbox
        .scout(["logs", "--grep", "hit", "-C", "5"])
        .run()
        .exits(0);
    assert_eq!(
        human.stdout.lines().filter(|line| *line == "--").count(),
        0,
        "{human}"
    );
    // Without a filter there is nothing to stand around.
    assert_eq!(lines(&sandbox, &["api", "-C", "2"]).len(), 30);
}

#[test]
fn the_document_is_as_promised() {
    let sandbox = requests();
    let document = |flags: &[&str]| -> Document {
        sandbox
            .scout(["logs", "-o", "json"])
            .args(flags)
            .run()
            .exits(0)
            .json()
    };
    let all = document(&["--limit", "0"]);
    assert_eq!(
        (all.schema, all.entries.len(), all.shown, all.fetched),
        (1, 6, 6, 6)
    );
    assert!(!all.limited && !all.interrupted && all.gaps.is_empty());
    assert!(all.query.starts_with("{resource_name=~"), "{}", all.query);
    assert!(all.window.from < all.entries[0].ts && all.entries[5].ts < all.window.to);
    assert_eq!(all.entries, lines(&sandbox, &["--limit", "0"]));
    let few = document(&["-n", "2", "-q"]);
    assert_eq!(
        (few.matched, few.fetched, few.shown, few.limited),
        (Some(6), 2, 2, true)
    );
    let whole = document(&["-n", "6"]);
    assert_eq!(
        (whole.matched, whole.shown, whole.limited),
        (Some(6), 6, false)
    );
    let filtered = document(&["--where", "status>=500"]);
    assert_eq!((filtered.matched, filtered.shown), (None, 2));
    let none = document(&["--contains", "nowhere to be found"]);
    assert_eq!((none.shown, none.entries.len()), (0, 0));
    let jsonl = sandbox.scout(["logs", "-o", "jsonl"]).run().exits(0);
    assert_eq!(jsonl.stdout.lines().count(), 6, "{jsonl}");
}

/// Reads RFC 4180, with the line ends of this system.
fn records(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut value) = (Vec::new(), Vec::new(), String::new());
    let mut chars = text.chars().peekable();
    let mut quoted = false;
    while let Some(c) = chars.next() {
        match (c, quoted) {
            ('"', true) if chars.peek() == Some(&'"') => value.extend(chars.next()),
            ('"', _) => quoted = !quoted,
            (',', false) => record.push(std::mem::take(&mut value)),
            ('\n', false) => {
                record.push(std::mem::take(&mut value));
                records.push(std::mem::take(&mut record));
            }
            (c, _) => value.push(c),
        }
    }
    assert!(
        record.is_empty() && value.is_empty(),
        "a record without its end"
    );
    records
}

#[test]
fn csv_has_a_head_and_quotes_what_needs_it() {
    let sandbox = world(&events(
        "api-1",
        &["-1m"],
        "format = \"json\"\nmessage = \"a \\\"b\\\", c\\nsecond line\"\nfields = { route = \"/x,y\", status = 7 }",
    ));
    let ran = sandbox
        .scout([
            "logs",
            "api",
            "-o",
            "csv",
            "--fields",
            "status,none,route",
            "-q",
        ])
        .run()
        .exits(0)
        .silent();
    let records = records(&ran.stdout);
    assert_eq!(records.len(), 2, "{ran}");
    assert_eq!(
        records[0],
        [
            "ts", "service", "level", "message", "status", "none", "route"
        ]
    );
    assert_eq!(
        records[1][1..],
        ["api", "info", "a \"b\", c\nsecond line", "7", "", "/x,y"]
    );
    let none = sandbox.scout(["logs", "db", "-o", "csv"]).run().exits(0);
    assert_eq!(none.stdout, "ts,service,level,message\n");
}

#[test]
fn people_choose_fields_and_labels() {
    let sandbox = requests();
    let shown = |flags: &[&str]| {
        sandbox
            .scout(["logs", "api", "--utc"])
            .args(flags)
            .run()
            .exits(0)
            .stdout
    };
    let some = shown(&["--fields", "status,route", "--contains", "two"]);
    assert!(
        some.contains("two  status=503 route=/v1/orders\n"),
        "{some}"
    );
    let some = shown(&["--fields", "none", "--contains", "two"]);
    assert!(some.ends_with("two\n"), "{some}");
    let some = shown(&["--labels", "resource_name", "--contains", "five"]);
    assert!(some.contains("resource_name=api-1"), "{some}");
    // What all lines share stands at the top, once.
    let all = shown(&[]);
    assert_eq!(all.matches("resource_name=\"api-1\"").count(), 1, "{all}");
    assert!(
        all.lines()
            .nth(1)
            .is_some_and(|line| line.starts_with("all lines: {")),
        "{all}"
    );
    let picked = lines(
        &sandbox,
        &["api", "--fields", "status", "--contains", "two"],
    );
    let keys: Vec<&String> = picked[0].fields.keys().collect();
    assert_eq!(keys, ["status"]);
}

#[test]
fn a_stack_trace_reads_as_one_block() {
    let sandbox = world(&format!(
        "{}{}",
        events(
            "api-1",
            &["-5m"],
            "lines = [\"2026-11-21 10:00:00 ERROR boom\", \"java.lang.IllegalStateException: boom\", \"\\tat com.example.Api.call(Api.java:7)\", \"Caused by: java.io.IOException: reset\", \"\\tat com.example.Net.read(Net.java:9)\"]",
        ),
        events(
            "api-1",
            &["-4m"],
            "message = \"2026-11-21 10:01:00 INFO fine again\""
        ),
    ));
    for flags in [&[][..], &["--limit", "0"]] {
        let ran = sandbox
            .scout(["logs", "api", "--utc"])
            .args(flags)
            .run()
            .exits(0);
        let shown: Vec<&str> = ran
            .stdout
            .lines()
            .filter(|line| !line.starts_with("times in") && !line.starts_with("all lines"))
            .collect();
        assert_eq!(shown.len(), 6, "{ran}");
        let has_head = |line: &&str| line.starts_with(|c: char| c.is_ascii_digit());
        let heads: Vec<bool> = shown.iter().map(has_head).collect();
        assert_eq!(heads, [true, false, false, false, false, true], "{ran}");
        assert!(shown[2].starts_with("                   "), "{ran}");
    }
    assert_eq!(lines(&sandbox, &["api"]).len(), 6);
}

/// A line that would drive a terminal in every way.
const HOSTILE: &str = "\\u001b[31mred\\u001b[0m \\u001b]8;;http://evil\\u0007link\\u001b[2J \\u0000 \\u202egnp.exe \\u200bzero \\u009b31m";

#[test]
fn hostile_lines_reach_no_terminal() {
    let table = |format: &str| {
        events(
            "api-1",
            &["-5m"],
            &format!(
                "format = \"{format}\"\nmessage = \"{HOSTILE}\"\nfields = {{ f = \"{HOSTILE}\" }}"
            ),
        )
    };
    let sandbox = world(&[table("plain"), table("json"), table("logfmt")].concat());
    let drives = |c: char| {
        (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{200b}')
    };
    for flags in [
        &[][..],
        &["--limit", "0"],
        &["--fields", "f"],
        &["-C", "1", "--grep", "red"],
        &["-o", "json"],
        &["-o", "ndjson"],
    ] {
        let ran = sandbox.scout(["logs", "api"]).args(flags).run().exits(0);
        assert!(!ran.stdout.contains(drives), "{flags:?}: {ran}");
        assert!(ran.stdout.contains("red"), "{flags:?}: {ran}");
    }
    // The program's own colours are left out of what people read, and stay in what programs read.
    let human = sandbox.scout(["logs", "api"]).run().exits(0);
    assert!(human.stdout.contains("red ␛]8;;http://evil"), "{human}");
    let raw = sandbox.scout(["logs", "api", "-o", "raw"]).run().exits(0);
    assert!(raw.stdout.contains("\u{1b}[31mred\u{1b}[0m"), "{raw}");
}

#[test]
fn a_line_of_five_megabytes_stays_whole() {
    let long = "abcdefgh ".repeat(5 * 1024 * 1024 / 9);
    let long = long.trim();
    let sandbox = world(&events("api-1", &["-5m"], &format!("message = \"{long}\"")));
    for form in ["raw", "human", "ndjson", "json", "csv"] {
        let ran = sandbox.scout(["logs", "api", "-o", form]).run().exits(0);
        assert!(ran.stdout.contains(long), "the line is cut in {form}");
    }
}

#[test]
fn a_private_key_written_line_by_line_is_masked_in_either_order_and_behind_filters() {
    let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
    let tail = "qX9aZ3kd0Pq8r7Tn1VbC5eW2yU4sLm6f";
    let sandbox = world(&events(
        "api-1",
        &["-5m"],
        &format!(
            "lines = [\"-----BEGIN PRIVATE KEY-----\", \"{body}\", \"{body}\", \"{tail}\", \"-----END PRIVATE KEY-----\", \"after\"]"
        ),
    ));
    for flags in [
        &[][..],
        &["--limit", "0"],
        &["--reverse"],
        &["--reverse", "--limit", "0", "--batch", "2"],
        &["--exclude", "PRIVATE"],
        &["--grep", "MIIE"],
        &["--query", "{resource_name=\"api-1\"} |= \"MIIE\""],
    ] {
        for form in ["raw", "human", "ndjson", "json", "csv"] {
            let ran = sandbox
                .scout(["logs", "-o", form])
                .args(flags)
                .run()
                .exits(0);
            assert!(!ran.stdout.contains(body), "{flags:?} {form}: {ran}");
            assert!(
                ran.stdout.contains("<key:") || ran.stdout.contains("<token:"),
                "{flags:?} {form}: {ran}"
            );
            let whole = !flags
                .iter()
                .any(|flag| ["PRIVATE", "MIIE", "--query"].contains(flag));
            assert!(
                !whole || !ran.stdout.contains(tail),
                "{flags:?} {form}: {ran}"
            );
        }
    }
}

/// 30 events of 10 lines.
fn many_lines(rest: &str) -> SandboxProcess {
    let at: Vec<String> = (0..30)
        .map(|number| format!("-{}s", 60 + number * 10))
        .collect();
    let at: Vec<&str> = at.iter().map(String::as_str).collect();
    let numbered: Vec<String> = (0..10)
        .map(|number| format!("{number} of {{id}}"))
        .collect();
    let logs = events(
        "api-1",
        &at,
        &format!("lines = {numbered:?}\nvars = {{ id = {{ hex = 16 }} }}"),
    );
    world(&format!("{logs}{rest}"))
}

/// How many log queries a sandbox has seen.
fn asked(sandbox: &SandboxProcess) -> usize {
    let requests = sandbox.requests();
    let queries = requests
        .iter()
        .filter(|request| request.ends_with("/query_range"));
    queries.count()
}

#[test]
fn an_interrupted_answer_is_gone_on_with_exactly_where_it_ended() {
    for reverse in [false, true] {
        let sandbox = many_lines(
            "[[fault]]\nsource = \"loki\"\npath = \"*/query_range\"\nnth = 5\ntimes = 1\ndelay = \"60s\"\n",
        );
        let order = if reverse { "--reverse" } else { "--forward" };
        let flags = [
            "--limit",
            "0",
            "--batch",
            "40",
            "--parallel",
            "1",
            "-o",
            "raw",
            order,
        ];
        let run = sandbox.scout(["logs", "api", "--since", "1h"]).args(&flags);
        let mut child = run.spawn(Stdio::piped(), Stdio::piped());
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut written = String::new();
        stdout.read_line(&mut written).expect("a line");
        wait_until("the slow request was made", || asked(&sandbox) >= 5);
        signal(&child, "INT");
        stdout.read_to_string(&mut written).expect("whole lines");
        let mut stderr = String::new();
        let mut pipe = child.stderr.take().expect("a pipe");
        pipe.read_to_string(&mut stderr).expect("text");
        assert_eq!(child.wait().expect("it ends").code(), Some(130), "{stderr}");
        assert_eq!(sandbox.tokens_left(), [""; 0]);
        assert!(written.ends_with('\n') && written.lines().count() < 300);
        let command = stderr
            .lines()
            .find_map(|line| line.strip_prefix("to go on: scout "))
            .unwrap_or_else(|| panic!("no hint in {stderr}"));
        let args: Vec<&str> = command.split(' ').collect();
        assert!(!args.contains(&"--since"), "{command}");
        let span = &args[args.len() - 4..];
        let rest = sandbox.scout([]).args(&args).run().exits(0);
        let whole = [&written[..], &rest.stdout].concat();
        let mut told: Vec<&str> = whole.lines().collect();
        assert_eq!(told.len(), 300, "{span:?}");
        told.sort_unstable();
        told.dedup();
        assert_eq!(told.len(), 300, "a line came twice");
        // Of one instant each, in order.
        let all = sandbox
            .scout([
                "logs", "api", "--since", "1h", "--limit", "0", "-o", "raw", order,
            ])
            .run()
            .exits(0);
        assert_eq!(whole, all.stdout);
    }
}

#[test]
fn an_interrupted_document_is_still_one() {
    let sandbox = many_lines(
        "[[fault]]\nsource = \"loki\"\npath = \"*/query_range\"\nnth = 5\ntimes = 1\ndelay = \"60s\"\n",
    );
    let run = sandbox.scout([
        "logs",
        "api",
        "--limit",
        "0",
        "--batch",
        "40",
        "--parallel",
        "1",
        "-o",
        "json",
    ]);
    let mut child = run.spawn(Stdio::piped(), Stdio::null());
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut written = String::new();
    // The head, and the first entry.
    stdout.read_line(&mut written).expect("a line");
    wait_until("the slow request was made", || asked(&sandbox) >= 5);
    signal(&child, "INT");
    stdout.read_to_string(&mut written).expect("text");
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    let document: Document = serde_json::from_str(&written).expect("a document");
    assert!(document.interrupted);
    assert_eq!(document.shown, document.entries.len() as u64);
}

#[test]
fn what_could_not_be_fetched_is_told_with_its_window() {
    let sandbox = many_lines(
        "[[fault]]\nsource = \"loki\"\npath = \"*/query_range\"\nnth = 3\nstatus = 400\nbody = \"no such thing\"\n",
    );
    let flags = ["--limit", "0", "--batch", "40", "--parallel", "1"];
    let run = |form: &str| {
        sandbox
            .scout(["logs", "api", "-o", form])
            .args(&flags)
            .run()
    };
    let ran = run("json").exits(5);
    let document: Document = ran.json();
    assert!(!document.gaps.is_empty(), "{ran}");
    for Gap { from, to, error } in &document.gaps {
        assert!(from < to && error.contains("no such thing"), "{ran}");
        let inside = |ts: &String| from <= ts && ts < to;
        assert!(
            !document.entries.iter().any(|line| inside(&line.ts)),
            "{ran}"
        );
    }
    assert!(
        document.shown < 300 && ran.stderr.contains("are missing"),
        "{ran}"
    );
    assert_eq!(sandbox.tokens_left(), [""; 0]);
}

#[test]
fn what_retention_cut_off_is_told() {
    let sandbox = world(&events("api-1", &["-1m"], "message = \"x\""));
    let map = std::fs::read_to_string(sandbox.map()).expect("the map");
    let without: Vec<&str> = map
        .lines()
        .filter(|line| !line.contains("_endpoint"))
        .collect();
    std::fs::write(sandbox.map(), without.join("\n")).expect("the map");
    let run = |since: &str| {
        sandbox
            .scout(["logs", "api", "--since", since])
            .run()
            .exits(0)
            .stderr
    };
    let told = run("20d");
    assert!(told.contains("logs are kept for 7 days"), "{told}");
    let told = run("6d");
    assert!(!told.contains("are kept for"), "{told}");
}

#[test]
fn what_is_complete_is_said_in_both_languages() {
    let sandbox = requests();
    let said = |flags: &[&str]| {
        sandbox
            .scout(["logs", "-o", "raw"])
            .args(flags)
            .run()
            .exits(0)
            .stderr
    };
    assert_eq!(
        said(&["-n", "1"]),
        "1 line shown, 1 fetched, 6 matched; limit reached: --limit 0 for all\n"
    );
    assert_eq!(
        said(&["--where", "status>=500"]),
        "2 lines shown, 2 fetched and looked at\n"
    );
    let nothing = said(&["--grep", "no+thing like this"]);
    assert_eq!(
        nothing,
        "no lines in this window; 0 lines shown, 6 fetched and looked at\n"
    );
    assert!(said(&["-n", "1", "--lang", "fr"]).contains("limite atteinte"));
    assert_eq!(said(&["-n", "1", "-q"]), "");
}

#[test]
fn fifty_lines_take_one_request_and_a_count_beside_it() {
    let sandbox = many_lines("");
    let queries = || {
        let all = sandbox.requests();
        let mut by_path: BTreeMap<String, usize> = BTreeMap::new();
        for request in all.iter().filter(|request| request.contains("/loki/")) {
            *by_path.entry(request.clone()).or_default() += 1;
        }
        by_path
    };
    assert_eq!(lines(&sandbox, &["api", "-q"]).len(), 50);
    assert_eq!(queries().values().sum::<usize>(), 1, "{:?}", queries());
    assert_eq!(lines(&sandbox, &["api"]).len(), 50);
    assert_eq!(queries().values().sum::<usize>(), 3, "{:?}", queries());
}

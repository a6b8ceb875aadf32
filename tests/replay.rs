//! `scout investigate --from FILE`: a report from a bundle alone, with nothing of Scaleway at hand, and what is said about files
//! that are no bundles.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::{Ran, closed_port, scout, scratch};

/// A database whose connections run out in the window, as another tool would write it down: no params, no baseline, no units.
fn bundle() -> String {
    let mut lines = vec![
        json!({"type": "meta", "schema": 1, "environment": "prod",
            "window": {"from": "2026-11-21T09:00:00Z", "to": "2026-11-21T09:30:00Z"},
            "issue": "shop is slow",
            "map": {"services": {"shop": {"kind": "container", "depends_on": ["db"]}, "db": {"kind": "postgres"}}}}),
        json!({"type": "record-of-the-future", "x": 1}),
    ];
    let refused =
        "FATAL: remaining connection slots are reserved for roles with the SUPERUSER attribute";
    for n in 0..120 {
        let at = 1_795_249_800 + n * 30;
        let ts = format!(
            "2026-11-21T{:02}:{:02}:{:02}Z",
            8 + (30 * 60 + n * 30) / 3600,
            (30 + n / 2) % 60,
            n % 2 * 30
        );
        lines.push(
            json!({"type": "log", "service": "db", "ts": ts, "line": "LOG: checkpoint complete"}),
        );
        if n >= 90 {
            lines.push(json!({"type": "log", "service": "db", "ts": ts, "line": refused}));
        }
        lines.push(json!({"type": "metric", "service": "db", "name": "connections", "samples": [[at, if n >= 90 { 100 } else { 20 }]]}));
    }
    lines.iter().fold(String::new(), |mut text, line| {
        writeln!(text, "{line}").expect("a string takes all");
        text
    })
}

/// A run where no network, map or key could serve it.
fn replay(folder: &Path, args: &[&str]) -> Ran {
    scout(["investigate"])
        .args(args)
        .folder(folder)
        .env("SCW_API_URL", &closed_port())
        .run()
}

#[test]
fn a_bundle_is_investigated_without_network_map_or_keys() {
    let folder = scratch();
    std::fs::write(folder.path().join("b.ndjson"), bundle()).unwrap();
    let ran = replay(folder.path(), &["--from", "b.ndjson", "-o", "json"])
        .exits(0)
        .silent();
    let report: Value = ran.json();
    assert_eq!(report["issue"], "shop is slow");
    assert_eq!(report["environment"], "prod");
    assert_eq!(report["services"], json!(["shop"]), "the issue names it");
    assert_eq!(report["window"]["from"], "2026-11-21T09:00:00Z");
    assert_eq!(
        report["diagnosis"][0]["cause"], "postgres-connections-exhausted",
        "{ran}"
    );
    assert_eq!(report["diagnosis"][0]["service"], "db");
    assert_eq!(report["token"]["status"], "not-needed");
    let next = report["diagnosis"][0]["next"][0]["command"]
        .as_str()
        .unwrap();
    assert!(
        next.contains("--from 2026-11-21T09:00:00Z --to 2026-11-21T09:30:00Z"),
        "{next}"
    );
}

#[test]
fn the_head_says_that_no_token_was_needed_in_either_language() {
    let folder = scratch();
    std::fs::write(folder.path().join("b.ndjson"), bundle()).unwrap();
    replay(folder.path(), &["--from", "b.ndjson"])
        .exits(0)
        .says(["Issue:     shop is slow", "Token:     not needed"]);
    replay(folder.path(), &["--from", "b.ndjson", "--lang", "fr"])
        .exits(0)
        .says(["Jeton"]);
}

#[test]
fn the_words_typed_replace_the_issue_of_the_bundle() {
    let folder = scratch();
    std::fs::write(folder.path().join("b.ndjson"), bundle()).unwrap();
    let report: Value = replay(
        folder.path(),
        &[
            "db is down",
            "--from",
            "b.ndjson",
            "-o",
            "json",
            "--exit-code",
        ],
    )
    .exits(1)
    .json();
    assert_eq!(report["issue"], "db is down");
    assert_eq!(report["services"], json!(["db"]));
}

#[test]
fn a_gzip_and_stdin_give_the_same_report_but_for_its_time() {
    let folder = scratch();
    std::fs::write(folder.path().join("b.ndjson"), bundle()).unwrap();
    let packed = Command::new("gzip")
        .args(["-c", "b.ndjson"])
        .current_dir(folder.path())
        .stdout(Stdio::from(
            std::fs::File::create(folder.path().join("b.ndjson.gz")).unwrap(),
        ))
        .status();
    assert!(packed.is_ok_and(|status| status.success()));
    let plain = replay(folder.path(), &["--from", "b.ndjson"])
        .exits(0)
        .stdout;
    let unpacked = replay(folder.path(), &["--from", "b.ndjson.gz"])
        .exits(0)
        .stdout;
    assert_eq!(plain, unpacked);
    let piped = scout(["investigate", "--from", "-"])
        .folder(folder.path())
        .run_in_shell(r#""$@" < b.ndjson"#)
        .exits(0)
        .stdout;
    assert_eq!(plain, piped);
}

#[test]
fn what_is_no_bundle_is_an_error_with_its_place() {
    let folder = scratch();
    let good = bundle();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    let meta = good.lines().next().unwrap();
    write("empty.ndjson", b"");
    write(
        "damaged.ndjson",
        format!("{meta}\n{{\"type\":\"log\",\n").as_bytes(),
    );
    write(
        "headless.ndjson",
        good.split_once('\n').unwrap().1.as_bytes(),
    );
    write(
        "newer.ndjson",
        meta.replace("\"schema\":1", "\"schema\":7").as_bytes(),
    );
    write(
        "latin.ndjson",
        &[meta.as_bytes(), b"\n{\"type\":\"\xe9\"}\n"].concat(),
    );
    write("cut.gz", &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b]);
    std::fs::create_dir(folder.path().join("folder.json")).unwrap();
    for (name, expected) in [
        (
            "empty.ndjson",
            "empty.ndjson:1: the bundle does not begin with a meta record",
        ),
        ("damaged.ndjson", "damaged.ndjson:2:"),
        (
            "headless.ndjson",
            "headless.ndjson:1: the bundle does not begin with a meta record",
        ),
        ("newer.ndjson", "newer.ndjson:1: the bundle's schema is 7"),
        ("latin.ndjson", "latin.ndjson:2: the line is not UTF-8"),
        ("cut.gz", "cut.gz:1: the compressed bundle ends too early"),
        ("folder.json", "the bundle cannot be read: Is a directory"),
        (
            "absent.ndjson",
            "absent.ndjson: the bundle cannot be read: No such file",
        ),
    ] {
        let ran = replay(folder.path(), &["--from", name]).exits(3);
        assert!(ran.stdout.is_empty(), "{ran}");
        ran.warns([expected, "hint:"]);
        let ran = replay(folder.path(), &["--from", name, "-o", "json"]).exits(3);
        let error: Value = serde_json::from_str(&ran.stderr).expect("an error as JSON");
        assert_eq!(error["error"]["code"], 3, "{ran}");
    }
}

#[test]
fn a_time_stays_a_time_and_what_is_neither_names_both_readings() {
    let folder = scratch();
    std::fs::write(folder.path().join("2h"), bundle()).unwrap();
    // a time first: without a sandbox this run would need keys
    replay(folder.path(), &["--from", "2h"]).exits(4);
    replay(folder.path(), &["--from", "./2h"]).exits(0);
    replay(folder.path(), &["--from", "yesterdayish"])
        .exits(2)
        .warns([
            "neither a time nor an evidence bundle",
            "hint:",
            "RFC 3339",
            "stdin",
        ]);
    for flags in [
        &["--to", "10m"][..],
        &["--baseline", "24h"],
        &["--sandbox"],
        &["--dry-run"],
        &["--env", "staging"],
        &["--since", "1h"],
    ] {
        let args = [&["--from", "./2h"], flags].concat();
        replay(folder.path(), &args).exits(2).warns([flags[0]]);
    }
    replay(folder.path(), &["--from", "./2h", "--env", "prod"]).exits(0);
}

/// Three services in a chain with metrics that no catalogue knows, each five minutes; `lost` seconds more at the bottom.
fn foreign(lost: f64) -> String {
    let mut lines = vec![json!({"type": "meta", "schema": 1,
        "window": {"from": "2026-11-21T09:00:00Z", "to": "2026-11-21T09:20:00Z"},
        "issue": "response time of Front Page is bad",
        "map": {"services": {"Front Page": {"depends_on": ["mid/tier"]}, "mid/tier": {"depends_on": ["core"]}, "core": {}}}})];
    for (service, usual) in [("Front Page", 0.3), ("mid/tier", 0.1), ("core", 0.02)] {
        for (name, value, gain) in [
            ("TargetResponseTime", usual, lost),
            ("RequestCount", 500.0, 0.0),
        ] {
            let samples: Vec<Value> = (-20..4)
                .map(|n: i32| {
                    let wave = 1.0 + 0.01 * f64::from(n.rem_euclid(3));
                    let more = if (1..3).contains(&n) { gain } else { 0.0 };
                    json!([1_795_251_600 + n * 300, value * wave + more])
                })
                .collect();
            lines.push(
                json!({"type": "metric", "service": service, "name": name, "samples": samples}),
            );
        }
    }
    lines.iter().fold(String::new(), |mut text, line| {
        writeln!(text, "{line}").expect("a string takes all");
        text
    })
}

#[test]
fn metrics_that_no_catalogue_knows_lead_down_to_the_service_that_loses_the_time() {
    let folder = scratch();
    std::fs::write(folder.path().join("slow.json"), foreign(0.2)).unwrap();
    std::fs::write(folder.path().join("well.json"), foreign(0.0)).unwrap();
    let ran = replay(folder.path(), &["--from", "slow.json", "-o", "json"]).exits(0);
    let report: Value = ran.json();
    assert_eq!(report["services"], json!(["Front Page"]));
    assert_eq!(report["verdict"], "degraded", "{ran}");
    assert_eq!(report["suspects"][0]["service"], "core", "{ran}");
    assert_eq!(report["diagnosis"][0]["service"], "core", "{ran}");
    let signal = &report["suspects"][0]["signals"][0];
    assert_eq!(signal["metric"], "TargetResponseTime");
    assert_eq!(signal["since"], "2026-11-21T09:05:00Z");
    assert!(signal["shift"].as_f64().unwrap() > 6.0);
    assert_eq!(report["findings"][0]["kind"], "shift-up");
    let report: Value = replay(folder.path(), &["--from", "well.json", "-o", "json"])
        .exits(0)
        .json();
    assert_eq!(report["verdict"], "healthy");
    assert_eq!(report["suspects"], json!([]));
}

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

/// A map with a cause of its own for the world of `unknown-feed-format`.
const OWN_RULES: &str = r#"
schema = 1
default_env = "prod"
[env.prod]
region = "nl-ams"
[services.feed-import]
kind = "container"
resource_name = "catal5b1c88d2-feed-import"
[[rules]]
id = "supplier-file-broken"
confidence = 0.8
statement = { en = "A supplier sent {service} a broken file.", fr = "Un fournisseur a envoyé un fichier abîmé à {service}." }
[[rules.sign]]
weight = 0.75
pattern = "malformedcsv"
[[rules.next]]
command = "scout logs {service} --grep CSV {window}"
why = "which file"
"#;

#[test]
fn the_maps_own_rules_hold_live_and_from_a_bundle() {
    let folder = scratch();
    std::fs::write(folder.path().join("own.toml"), OWN_RULES).unwrap();
    let world = concat!(
        "--sandbox=",
        env!("CARGO_MANIFEST_DIR"),
        "/tests/scenarios/unknown-feed-format.toml"
    );
    let live = scout([
        world,
        "--map",
        "own.toml",
        "investigate",
        "feed-import",
        "-o",
        "json",
    ])
    .args(&["--bundle", "b.ndjson"])
    .folder(folder.path())
    .run()
    .exits(0);
    let live: Value = live.json();
    assert_eq!(live["diagnosis"][0]["cause"], "supplier-file-broken");
    assert_eq!(live["diagnosis"][0]["confidence"], 0.75);
    assert_eq!(live["diagnosis"][0]["next"][0]["why"], "which file");
    let offline: Value = replay(folder.path(), &["--from", "b.ndjson", "-o", "json"])
        .exits(0)
        .json();
    assert_eq!(offline["diagnosis"], live["diagnosis"]);
    let french: Value = replay(
        folder.path(),
        &["--from", "b.ndjson", "-o", "json", "--lang", "fr"],
    )
    .exits(0)
    .json();
    let statement = french["diagnosis"][0]["statement"].as_str().unwrap();
    assert!(statement.contains("abîmé à feed-import"), "{statement}");
}

#[test]
fn a_threshold_of_the_map_stands_in_for_the_catalogues() {
    let folder = scratch();
    let breaches = |rules: Value| {
        let mut lines = bundle();
        let mut meta: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
        meta["map"]["rules"] = rules;
        let rest = lines.split_off(lines.find('\n').unwrap());
        std::fs::write(folder.path().join("b.ndjson"), format!("{meta}{rest}")).unwrap();
        let ran = replay(folder.path(), &["--from", "b.ndjson", "-o", "json"]).exits(0);
        let report: Value = ran.json();
        let findings = report["findings"].as_array().unwrap();
        findings
            .iter()
            .filter(|finding| finding["kind"] == "threshold")
            .count()
    };
    let at = |critical: f64| {
        let threshold = json!({"direction": "above", "critical": critical, "lasts_seconds": 0});
        json!([{"metric": "connections", "kind": "postgres", "threshold": threshold}, {"rule": "of the future"}])
    };
    assert_eq!(breaches(at(1000.0)), 0);
    assert!(breaches(at(50.0)) > 0);
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

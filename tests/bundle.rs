//! `investigate --bundle` and what no output may hold: planted secrets, through the real binary.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::support::{SandboxProcess, scout, scratch};

/// Secrets as programs log them; each holds [`CANARY`].
const PLANTED: [&str; 8] = [
    "login failed password=CANARY for app",
    "upstream said Authorization: Bearer CANARY and closed",
    "cannot connect to postgres://app:CANARY@db.internal:5432/shop",
    "Cookie: sid=CANARY; theme=dark",
    "GET /x?api_key=CANARY&page=2 500",
    "mail to CANARY@example.com bounced",
    "callback q=%7B%22client_secret%22%3A%22CANARY%22%7D failed",
    "config DB_PASSWORD: 'CANARY' rejected",
];

/// What none of the outputs may hold.
const CANARY: &str = "Zq7xK3vB9mW2nR5tY8uP";

/// A world whose services log secrets.
fn world() -> SandboxProcess {
    let lines: Vec<String> = PLANTED
        .iter()
        .map(|line| {
            let line = line.replace("CANARY", CANARY);
            format!(
                "[[log]]\nlabels = {{ resource_type = \"serverless_container\", resource_name = \"staging33333333-atlas-api\" }}\n\
                 from = \"-10m\"\nto = \"0s\"\nper_minute = 1\nformat = \"json\"\nenvelope = \"a1-7f9c4\"\nlevel = \"error\"\n\
                 message = '''{line}'''\n"
            )
        })
        .collect();
    SandboxProcess::with("postgres-connections", &lines.concat())
}

#[test]
fn no_output_holds_a_planted_secret() {
    let sandbox = world();
    let folder = scratch();
    let bundle = folder.path().join("b.ndjson");
    let bundle = bundle.to_str().expect("a UTF-8 path");
    for args in [
        &[
            "investigate",
            &format!("atlas-api, says {CANARY}@example.com"),
            "--bundle",
            bundle,
        ][..],
        &["investigate", "atlas-api", "-o", "json"],
        &["investigate", "atlas-api", "-o", "markdown"],
        &["logs", "atlas-api", "-n", "0"],
        &["logs", "atlas-api", "-n", "0", "-o", "ndjson"],
        &["logs", "atlas-api", "-n", "0", "-o", "raw"],
    ] {
        let ran = sandbox.scout([]).args(args).arg("-v").run().exits(0);
        assert!(!ran.stdout.contains(CANARY), "{ran}");
        assert!(!ran.stderr.contains(CANARY), "{ran}");
    }
    let kept = std::fs::read_to_string(bundle).expect("the bundle");
    assert!(!kept.contains(CANARY), "a secret is in the bundle");
    // One value, one pseudonym, wherever it stands; which class names it depends on which line comes first.
    for before in [
        "password=<",
        "Bearer <",
        "app:<",
        "api_key=<",
        "DB_PASSWORD: '<",
    ] {
        assert!(kept.contains(before), "no {before} in the bundle");
    }
    assert!(
        kept.contains("mail to <email:"),
        "the email has a pseudonym of its own"
    );
    let shown = sandbox
        .scout(["logs", "atlas-api", "-n", "0", "--no-redact"])
        .run()
        .exits(0);
    assert!(shown.stdout.contains(CANARY), "{shown}");
    assert_eq!(sandbox.tokens_left(), [""; 0]);
}

#[test]
fn a_bundle_holds_the_evidence_and_can_be_served_again() {
    let folder = scratch();
    let path = folder.path().join("incident.ndjson.gz");
    let name = path.to_str().expect("a UTF-8 path");
    let kept = scout([
        "--sandbox",
        "investigate",
        "atlas-api",
        "-o",
        "json",
        "--bundle",
        name,
    ])
    .run()
    .exits(0)
    .warns(["evidence kept in", "incident.ndjson.gz"]);
    let first: Value = kept.json();
    let mode = std::fs::metadata(&path)
        .expect("the bundle")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let again = scout(["investigate", "atlas-api", "-o", "json"])
        .arg(&format!("--sandbox={name}"))
        .args(&["--from", first["window"]["from"].as_str().expect("a time")])
        .args(&["--to", first["window"]["to"].as_str().expect("a time")])
        .run()
        .exits(0);
    let again: Value = again.json();
    assert_eq!(again["verdict"], first["verdict"]);
    assert_eq!(
        again["diagnosis"][0]["cause"],
        first["diagnosis"][0]["cause"]
    );
    assert_eq!(
        again["diagnosis"][0]["service"],
        first["diagnosis"][0]["service"]
    );
}

#[test]
fn a_bundle_that_cannot_be_kept_is_told_before_anything_is_asked() {
    let sandbox = SandboxProcess::builtin("healthy");
    let folder = scratch();
    let taken = folder.path().join("taken.ndjson");
    std::fs::write(&taken, "mine").expect("a file");
    let taken = taken.to_str().expect("a UTF-8 path");
    let run = |bundle: &str| sandbox.scout(["investigate", "--bundle", bundle]);
    run(taken)
        .run()
        .exits(3)
        .warns(["exists already", "--force"]);
    run(folder.path().to_str().expect("a UTF-8 path"))
        .run()
        .exits(3)
        .warns(["it is a folder"]);
    run(&format!("{taken}/x"))
        .run()
        .exits(3)
        .warns(["no such folder", "mkdir -p"]);
    assert_eq!(sandbox.requests(), [""; 0], "nothing was asked");
    run(taken).arg("--force").run().exits(0);
    assert!(
        std::fs::read_to_string(taken)
            .expect("a file")
            .starts_with("{\"type\":\"meta\"")
    );
    assert_eq!(sandbox.tokens_left(), [""; 0]);
}

#[test]
fn a_bundle_that_fails_leaves_the_report_and_no_token() {
    let sandbox = SandboxProcess::builtin("healthy");
    let ran = sandbox
        .scout([
            "investigate",
            "-o",
            "json",
            "--bundle",
            "/proc/scout.ndjson",
        ])
        .run()
        .exits(3)
        .warns(["cannot keep the evidence in /proc/scout.ndjson"]);
    let report: Value = ran.json();
    assert_eq!(report["verdict"], "healthy");
    assert_eq!(report["token"]["status"], "deleted");
    assert_eq!(sandbox.tokens_left(), [""; 0]);
}

#[test]
fn no_redact_is_for_the_screen_only() {
    for args in [
        &["investigate", "-o", "json"][..],
        &["investigate", "-o", "markdown"],
        &["investigate", "--bundle", "x.ndjson"],
        &["logs", "-o", "ndjson"],
        &["logs", "-o", "raw"],
    ] {
        scout(["--sandbox=healthy", "--no-redact"])
            .args(args)
            .run()
            .exits(2)
            .warns(["--no-redact is for the screen only"]);
    }
    scout(["--sandbox=healthy", "--no-redact", "--redact-ips", "state"])
        .run()
        .exits(2);
}

/// A report for people without its lines about the token, and without empty ones.
fn without_token(report: &str) -> String {
    let of_token = |line: &&str| {
        let words = line
            .trim_start_matches(['-', ' ', '*', '#', '_', '`'])
            .to_lowercase();
        words.is_empty() || words.starts_with("token")
    };
    report
        .lines()
        .filter(|line| !of_token(line))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_report_of_a_bundle_is_the_report_that_was_made() {
    let planted = world();
    let healthy = SandboxProcess::builtin("healthy");
    let deploy = SandboxProcess::builtin("bad-deploy");
    let question = "atlas-api fails, says bob@example.com";
    for (sandbox, name) in [
        (&planted, "a.ndjson"),
        (&planted, "b.ndjson.gz"),
        (&healthy, "c.ndjson"),
        (&deploy, "d.ndjson"),
    ] {
        for form in ["human", "markdown", "json"] {
            let folder = scratch();
            let path = folder.path().join(name);
            let path = path.to_str().expect("a UTF-8 path");
            let live = sandbox
                .scout(["investigate", question, "-o", form, "--bundle", path])
                .run()
                .exits(0);
            let kept = scout(["investigate", "--from", path, "-o", form])
                .run()
                .exits(0);
            if form == "json" {
                let [mut live, mut kept]: [Value; 2] = [live.json(), kept.json()];
                for report in [&mut live, &mut kept] {
                    for own in ["token", "generated_at"] {
                        report.as_object_mut().expect("an object").remove(own);
                    }
                }
                assert_eq!(live, kept, "{name}");
            } else {
                assert_eq!(
                    without_token(&live.stdout),
                    without_token(&kept.stdout),
                    "{name} {form}"
                );
            }
        }
    }
}

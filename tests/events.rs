//! What changed, through the real binary: alerts, runs of jobs, calls of the Audit Trail, in the plan, the report and the bundle.

use serde_json::Value;

use crate::support::{SandboxProcess, Scenario, scenarios, scout, scratch};

/// A scenario of the tests by its name.
fn scenario(name: &str) -> &'static Scenario {
    let mut all = scenarios().iter();
    all.find(|scenario| scenario.name == name)
        .unwrap_or_else(|| panic!("no scenario {name}"))
}

/// A running world of a scenario.
fn world(name: &str) -> SandboxProcess {
    SandboxProcess::of(&scenario(name).text)
}

/// How many requests of a world hold a text.
fn asked(world: &SandboxProcess, text: &str) -> usize {
    let requests = world.requests();
    requests
        .iter()
        .filter(|request| request.contains(text))
        .count()
}

#[test]
fn the_plan_shows_what_is_asked_about_changes_without_a_token() {
    let ran = scout(["--sandbox", "--dry-run", "investigate", "atlas-api"])
        .run()
        .exits(0);
    for path in [
        "/cockpit/v1/regions/fr-par/alerts",
        "/serverless-jobs/v1alpha2/regions/fr-par/job-runs",
        "/serverless-jobs/v1alpha2/regions/fr-par/job-definitions",
        "/audit-trail/v1alpha1/regions/fr-par/events",
    ] {
        let line = ran.stdout.lines().find(|line| line.contains(path));
        let line = line.unwrap_or_else(|| panic!("no {path}: {ran}"));
        assert!(!line.contains("read_only"), "{line}");
    }
}

#[test]
fn only_a_rule_that_fires_is_evaluated() {
    let quiet = world("job-takes-connections");
    quiet
        .scout(["investigate", "claims-api"])
        .run()
        .exits(0)
        .says([
            "job rebuild-index was started and still runs",
            "--workers 40",
        ]);
    let usual = asked(&quiet, "/prometheus/api/v1/query_range");
    let loud = world("alert-queue-grows");
    let ran = loud
        .scout(["investigate", "mails seem late"])
        .run()
        .exits(0);
    assert!(ran.stdout.contains("alert MailQueueTooLong fires"), "{ran}");
    // both worlds ask for a container and a database; one of two enabled rules fires
    assert_eq!(asked(&loud, "/prometheus/api/v1/query_range"), usual + 1);
}

#[test]
fn an_audit_trail_that_is_not_there_is_no_failure() {
    for fault in [
        "[permissions]\ndeny = [\"audit_trail:read\"]\n",
        "[[fault]]\nsource = \"scaleway\"\npath = \"/audit-trail/*\"\nstatus = 404\n",
        "[[fault]]\nsource = \"scaleway\"\npath = \"/audit-trail/*\"\nstatus = 400\n",
    ] {
        let world = SandboxProcess::with("healthy", fault);
        let ran = world
            .scout([
                "investigate",
                "is atlas-api ok?",
                "-o",
                "json",
                "--exit-code",
            ])
            .run()
            .exits(0);
        let report: Value = ran.json();
        assert_eq!(report["verdict"], "healthy", "{ran}");
        assert_eq!(report["diagnosis"][0]["confidence"], 0.9, "{ran}");
        let mut gaps = report["gaps"].as_array().expect("gaps").iter();
        let told = |gap: &Value| {
            gap["kind"] == "not-asked" && gap["message"].to_string().contains("Audit Trail")
        };
        assert!(gaps.any(told), "{ran}");
    }
}

#[test]
fn jobs_that_may_not_be_read_are_a_gap_that_names_the_right_and_no_failure() {
    let world = SandboxProcess::with(
        "postgres-connections",
        "[permissions]\ndeny = [\"serverless_job:read\"]\n",
    );
    let ran = world
        .scout(["investigate", "atlas-api is returning 500s", "-o", "json"])
        .run()
        .exits(0);
    let report: Value = ran.json();
    assert_eq!(
        report["diagnosis"][0]["cause"], "postgres-connections-exhausted",
        "{ran}"
    );
    let gaps = report["gaps"].as_array().expect("gaps");
    let told = |gap: &Value| {
        gap["message"]
            .to_string()
            .contains("ServerlessJobsReadOnly")
    };
    assert!(gaps.iter().any(told), "{ran}");
    assert_eq!(world.tokens_left(), [""; 0]);
}

#[test]
fn nobody_is_told_that_no_alert_fires_where_none_is_enabled() {
    let off = scout(["--sandbox=healthy", "investigate", "is atlas-api ok?"])
        .run()
        .exits(0);
    assert!(
        off.stdout.contains("none of the 22 alert rules is enabled"),
        "{off}"
    );
    assert!(!off.stdout.contains("none fires\n"), "{off}");
    let on = SandboxProcess::with(
        "healthy",
        "[[resource]]\nkind = \"alert\"\nname = \"PostgresqlTooManyConnections\"\nstatus = \"inactive\"\n",
    );
    on.scout(["investigate", "is atlas-api ok?", "-o", "json"])
        .run()
        .exits(0)
        .says(["alerts: 1 of 22 rules enabled, none fires"]);
}

#[test]
fn a_bundle_keeps_what_happened_and_no_secret_of_it() {
    let folder = scratch();
    for (name, kept, planted) in [
        (
            "job-takes-connections",
            "\"kind\":\"job-run\"",
            "planted-in-a-job-9f2c",
        ),
        (
            "namespace-changed-under-it",
            "\"kind\":\"audit-event\"",
            "planted-in-a-call-51ab",
        ),
        (
            "alert-queue-grows",
            "\"state\":\"firing\"",
            "lea.martin@example.com",
        ),
    ] {
        let path = folder.path().join(format!("{name}.ndjson"));
        let path = path.to_str().expect("a UTF-8 path");
        let issue = scenario(name).issue.as_str();
        let live: Value = world(name)
            .scout(["investigate", issue, "-o", "json", "--bundle", path])
            .run()
            .exits(0)
            .json();
        let text = std::fs::read_to_string(path).expect("the bundle");
        assert!(text.contains(kept), "{name}: no {kept}");
        assert!(
            !text.contains(planted),
            "{name}: {planted} is in the bundle"
        );
        assert!(
            !text.contains("203.0.113.99"),
            "{name}: an address is in the bundle"
        );
        let replayed: Value = scout(["investigate", "--from", path, "-o", "json"])
            .run()
            .exits(0)
            .json();
        for part in [
            "verdict", "onset", "findings", "timeline", "gaps", "checked",
        ] {
            assert_eq!(live[part], replayed[part], "{name}: {part}");
        }
        assert_eq!(
            live["diagnosis"][0]["statement"], replayed["diagnosis"][0]["statement"],
            "{name}"
        );
    }
}

#[test]
fn what_changed_is_told_in_french_too() {
    let of = |name: &str, issue: &str| {
        world(name)
            .scout(["--lang", "fr", "investigate", issue])
            .run()
            .exits(0)
    };
    of("namespace-changed-under-it", "bookings")
        .says(["Peu avant : UpdateNamespace de booking", "par <email:1>"]);
    of("job-out-of-memory", "invoice-export")
        .says(["elle a dépassé sa limite de mémoire et a été arrêtée"]);
}

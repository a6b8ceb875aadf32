//! Whatever happens while a token is held: afterwards none exists, or the run ends with 6 and says which and how to remove it.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use serde_json::Value;

use crate::support::{SandboxProcess, Scout};

/// The path of token creation.
const TOKENS: &str = "/cockpit/v1/regions/fr-par/tokens";

/// A fault on the tokens API.
fn fault(method: &str, rest: &str) -> String {
    let path = if method == "DELETE" {
        format!("{TOKENS}/*")
    } else {
        TOKENS.to_owned()
    };
    format!("[[fault]]\nsource = \"scaleway\"\npath = \"{path}\"\nmethod = \"{method}\"\n{rest}\n")
}

/// A world with a fault on the tokens API.
fn world(method: &str, rest: &str) -> SandboxProcess {
    SandboxProcess::with("postgres-connections", &fault(method, rest))
}

/// A run that needs a token and little else.
fn metrics(sandbox: &SandboxProcess) -> Scout {
    sandbox.scout(["metrics", "postgres", "--timeout", "2s"])
}

#[test]
fn a_run_deletes_its_token_and_says_so() {
    let sandbox = SandboxProcess::builtin("postgres-connections");
    let ran = sandbox
        .scout(["investigate", "atlas-api is returning 500s"])
        .run()
        .exits(0);
    assert!(ran.stdout.ends_with("Token: deleted ✓\n"), "{ran}");
    assert_eq!(sandbox.tokens_left(), [""; 0]);
    let creations = sandbox
        .requests()
        .iter()
        .filter(|request| request.starts_with("POST"))
        .count();
    assert_eq!(creations, 1);
}

#[test]
fn a_run_that_needs_no_token_makes_none() {
    let sandbox = SandboxProcess::builtin("postgres-connections");
    sandbox.scout(["state", "container"]).run().exits(0);
    sandbox
        .scout(["investigate", "atlas-api", "--dry-run"])
        .run()
        .exits(0);
    assert!(
        !sandbox
            .requests()
            .iter()
            .any(|request| request.starts_with("POST"))
    );
}

#[test]
fn a_token_has_only_the_scopes_that_the_plan_needs() {
    let sandbox = SandboxProcess::builtin("postgres-connections");
    for (args, scopes) in [
        (["metrics", "redis", "--dry-run"], vec!["read_only_metrics"]),
        (["logs", "redis", "--dry-run"], vec!["read_only_logs"]),
        (
            ["investigate", "redis", "--dry-run"],
            vec!["read_only_logs", "read_only_metrics"],
        ),
    ] {
        let ran = sandbox.scout(args).args(&["-o", "json"]).run().exits(0);
        let sheet: Value = ran.json();
        assert_eq!(sheet["scopes"], Value::from(scopes), "{ran}");
    }
}

#[test]
fn a_dry_run_sends_nothing_whatever_the_command_and_the_form() {
    let sandbox = SandboxProcess::builtin("postgres-connections");
    for args in [
        &["investigate", "atlas-api"][..],
        &["logs", "atlas-api"],
        &["metrics"],
        &["metrics", "--names"],
        &["state"],
        &["token", "list"],
        &["map", "show"],
    ] {
        for form in ["human", "json", "markdown"] {
            for map in [sandbox.var("SCOUT_INFRA_MAP"), ""] {
                if args[0] == "map" && map.is_empty() {
                    continue;
                }
                let ran = sandbox
                    .scout(["--dry-run", "-o", form])
                    .args(args)
                    .env("SCOUT_INFRA_MAP", map)
                    .run()
                    .exits(0);
                assert!(!ran.stdout.is_empty(), "{ran}");
                if form == "json" {
                    let _: Value = ran.json();
                }
            }
        }
    }
    assert_eq!(sandbox.requests(), [""; 0]);
}

#[test]
fn a_creation_answered_503_twice_is_tried_again() {
    let sandbox = world("POST", "status = 503\ntimes = 2");
    metrics(&sandbox).run().exits(0);
    assert_eq!(sandbox.tokens_left(), [""; 0]);
}

#[test]
fn a_creation_whose_answer_is_lost_leaves_nothing() {
    let sandbox = world("POST", "drop = true");
    metrics(&sandbox).run().exits(5);
    assert_eq!(sandbox.tokens_left(), [""; 0]);
}

#[test]
fn a_creation_whose_answer_is_lost_once_is_made_good() {
    let sandbox = world("POST", "drop = true\ntimes = 1");
    metrics(&sandbox).run().exits(0);
    assert_eq!(sandbox.tokens_left(), [""; 0]);
}

#[test]
fn a_creation_answered_too_late_leaves_nothing() {
    let sandbox = world("POST", "delay = \"4s\"");
    metrics(&sandbox).run().exits(5).warns(["within 2 s"]);
    assert_eq!(sandbox.tokens_left(), [""; 0]);
}

#[test]
fn a_creation_that_is_refused_names_the_permission() {
    let sandbox = SandboxProcess::with(
        "postgres-connections",
        "[permissions]\ndeny = [\"cockpit:write\"]\n",
    );
    metrics(&sandbox)
        .run()
        .exits(4)
        .warns(["ObservabilityFullAccess"]);
    let ran = sandbox
        .scout(["investigate", "atlas-api", "-o", "json"])
        .run()
        .exits(4);
    let report: Value = ran.json();
    assert_eq!(report["token"]["status"], "not-created", "{ran}");
    assert!(
        !report["gaps"].as_array().expect("gaps").is_empty(),
        "{ran}"
    );
}

#[test]
fn a_deletion_is_retried_until_it_is_done() {
    for rest in [
        "status = 429\ntimes = 1",
        "status = 500\ntimes = 1",
        "drop = true\ntimes = 1",
        "status = 404",
        "delay = \"3s\"\ntimes = 1",
    ] {
        let sandbox = world("DELETE", rest);
        metrics(&sandbox).run().exits(0);
        if !rest.contains("404") {
            assert_eq!(sandbox.tokens_left(), [""; 0], "{rest}");
        }
    }
}

#[test]
fn a_deletion_that_never_works_ends_with_6_the_id_and_the_remedy() {
    for rest in ["status = 500", "status = 403", "drop = true\nbefore = true"] {
        let sandbox = world("DELETE", rest);
        let ran = sandbox
            .scout([
                "investigate",
                "atlas-api is returning 500s",
                "--timeout",
                "1s",
                "-o",
                "json",
            ])
            .run()
            .exits(6);
        assert_eq!(sandbox.tokens_left().len(), 1, "{rest}");
        let report: Value = ran.json();
        let id = report["token"]["id"].as_str().expect("an id");
        assert_eq!(report["token"]["status"], "left-behind", "{ran}");
        assert!(
            ran.stderr.contains(id) && ran.stderr.contains("scw cockpit token delete"),
            "{ran}"
        );
    }
}

/// Waits, for at most ten seconds, until `holds`.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !holds() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Sends a signal.
pub(crate) fn signal(child: &Child, name: &str) {
    let status = std::process::Command::new("kill")
        .args(["-s", name, &child.id().to_string()])
        .status()
        .expect("kill runs");
    assert!(status.success());
}

/// The signals that end a run, with the exit codes that tell them.
const SIGNALS: [(&str, i32); 4] = [("INT", 130), ("TERM", 143), ("HUP", 129), ("QUIT", 131)];

/// Runs, sends a signal once `moment` has come, and asserts that no token is left.
fn interrupted_at(sandbox: &SandboxProcess, name: &str, code: i32, moment: impl FnMut() -> bool) {
    let mut child = sandbox
        .scout(["investigate", "atlas-api is returning 500s"])
        .spawn(Stdio::null(), Stdio::null());
    wait_until("the moment came", moment);
    signal(&child, name);
    assert_eq!(
        child.wait().expect("it ends").code(),
        Some(code),
        "SIG{name}"
    );
    assert_eq!(sandbox.tokens_left(), [""; 0], "SIG{name}");
}

#[test]
fn a_signal_during_creation_leaves_nothing() {
    for (name, code) in SIGNALS {
        let sandbox = world("POST", "delay = \"700ms\"");
        interrupted_at(&sandbox, name, code, || !sandbox.tokens_left().is_empty());
    }
}

#[test]
fn a_signal_before_the_token_exists_leaves_nothing() {
    for (name, code) in SIGNALS {
        let sandbox = world("POST", "delay = \"700ms\"\nbefore = true");
        interrupted_at(&sandbox, name, code, || {
            sandbox
                .requests()
                .iter()
                .any(|request| request.starts_with("POST"))
        });
    }
}

#[test]
fn a_signal_during_a_query_leaves_nothing() {
    for (name, code) in SIGNALS {
        let sandbox = SandboxProcess::with(
            "postgres-connections",
            "[[fault]]\nsource = \"loki\"\ndelay = \"20s\"\n",
        );
        interrupted_at(&sandbox, name, code, || !sandbox.tokens_left().is_empty());
    }
}

#[test]
fn a_signal_during_deletion_leaves_nothing() {
    for (name, code) in SIGNALS {
        let sandbox = world("DELETE", "delay = \"700ms\"\nbefore = true");
        let mut held = false;
        interrupted_at(&sandbox, name, code, || {
            // Both data sources have answered, so the run is at its deletion or about to be.
            held = held || !sandbox.tokens_left().is_empty();
            held && sandbox
                .requests()
                .iter()
                .filter(|request| request.contains("query_range"))
                .count()
                >= 8
        });
    }
}

/// An answer that nobody reads fills the pipe; the token is gone by then, and Ctrl-C must still work.
#[test]
fn a_signal_ends_a_run_whose_answer_nobody_reads() {
    for (name, code) in SIGNALS {
        let sandbox = SandboxProcess::builtin("postgres-connections");
        let run = sandbox.scout(["logs", "atlas-api", "--since", "2h", "--limit", "5000"]);
        let mut child = run.spawn(Stdio::piped(), Stdio::null());
        let mut held = false;
        wait_until("the token has come and gone", || {
            let left = sandbox.tokens_left();
            held = held || !left.is_empty();
            held && left.is_empty()
        });
        let pipe = child.stdout.as_ref().expect("a pipe");
        let mut polled = [PollFd::new(pipe, PollFlags::IN)];
        poll(&mut polled, None).expect("the answer is on its way");
        signal(&child, name);
        let ended = child.wait().expect("it ends");
        assert_eq!(ended.code(), Some(code), "SIG{name}");
    }
}

/// A panic does not hide that a token was left: 6 wins over 70, and the id and the remedy are told.
#[cfg(debug_assertions)]
#[test]
fn a_panic_that_leaves_a_token_behind_ends_with_6() {
    let sandbox = world("DELETE", "status = 403");
    let run = sandbox
        .scout(["metrics", "postgres"])
        .env("SCOUT_CHAOS_PANIC_MS", "0");
    let ran = run.run();
    let ids = sandbox.tokens_left();
    assert_eq!((ran.code, ids.len()), (Some(6), 1), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("scw cockpit token delete"),
        "{}",
        ran.stderr
    );
}

#[test]
fn two_signals_in_a_row_leave_nothing() {
    let sandbox = SandboxProcess::with(
        "postgres-connections",
        &format!(
            "[[fault]]\nsource = \"loki\"\ndelay = \"20s\"\n{}",
            fault("DELETE", "status = 503\ntimes = 2")
        ),
    );
    let mut child = sandbox
        .scout(["investigate", "atlas-api"])
        .spawn(Stdio::null(), Stdio::null());
    wait_until("the token exists", || !sandbox.tokens_left().is_empty());
    signal(&child, "INT");
    signal(&child, "INT");
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert_eq!(sandbox.tokens_left(), [""; 0]);
}

#[test]
fn token_list_shows_scouts_tokens_and_no_others() {
    let sandbox = world("DELETE", "status = 500");
    metrics(&sandbox).run().exits(6);
    let listed: Value = sandbox
        .scout(["token", "list", "-o", "json"])
        .run()
        .exits(0)
        .json();
    let tokens = listed["tokens"].as_array().expect("a list");
    assert_eq!(tokens.len(), 1);
    assert_eq!(
        tokens[0]["name"].as_str().map(str::to_owned),
        sandbox.tokens_left().pop()
    );
    assert_eq!(
        tokens[0]["scopes"],
        serde_json::json!(["read_only_metrics"])
    );
}

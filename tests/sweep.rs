//! `token sweep` finds what any machine left, and touches nothing else; `token list` says which run holds what.

use std::process::Stdio;

use serde::Deserialize;

use crate::support::SandboxProcess;
use crate::token::{signal, wait_until};

/// A name whose expiry has passed, and one whose has not.
const EXPIRED: &str = "scout-1700000000-00000000000a";
const UNEXPIRED: &str = "scout-4000000000-00000000000b";

/// The JSON form, declared again.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sweep {
    schema: u32,
    tokens: Vec<Row>,
}

/// A row of it.
#[derive(Debug, Deserialize)]
struct Row {
    name: String,
    id: String,
    expires_at: String,
    outcome: String,
    pid: Option<u32>,
}

/// A world with one token of each kind.
fn world() -> SandboxProcess {
    let sandbox = SandboxProcess::builtin("healthy");
    for name in [EXPIRED, UNEXPIRED, "scoutish", "scout-1700000000-NOTHEX"] {
        sandbox.make_token(name);
    }
    sandbox
}

/// Tokens whose names begin as scout's do: those that are not scout's own must survive everything.
fn left(sandbox: &SandboxProcess) -> Vec<String> {
    let mut names = sandbox.tokens_left();
    assert!(names.contains(&"scout-1700000000-NOTHEX".to_owned()));
    names.retain(|name| name != "scout-1700000000-NOTHEX");
    names
}

#[test]
fn only_expired_tokens_of_scouts_names_are_swept() {
    let sandbox = world();
    let sweep: Sweep = sandbox
        .scout(["token", "sweep", "-o", "json"])
        .run()
        .exits(0)
        .json();
    assert_eq!(sweep.schema, 1);
    let rows = sweep.tokens.iter();
    let mut rows: Vec<_> = rows
        .map(|row| (row.name.as_str(), row.outcome.as_str()))
        .collect();
    rows.sort_unstable();
    assert_eq!(rows, [(EXPIRED, "deleted"), (UNEXPIRED, "unexpired")]);
    assert!(
        sweep
            .tokens
            .iter()
            .all(|row| !row.id.is_empty() && row.expires_at.ends_with('Z') && row.pid.is_none())
    );
    assert_eq!(left(&sandbox), [UNEXPIRED]);
}

#[test]
fn a_dry_run_deletes_nothing() {
    let sandbox = world();
    sandbox
        .scout(["token", "sweep", "--all", "--dry-run"])
        .run()
        .exits(0)
        .says(["would be deleted", EXPIRED, UNEXPIRED]);
    assert_eq!(left(&sandbox).len(), 2);
    let deletions = sandbox.requests();
    assert!(
        !deletions
            .iter()
            .any(|request| request.starts_with("DELETE"))
    );
}

#[test]
fn unexpired_tokens_go_only_with_a_yes() {
    let sandbox = world();
    sandbox
        .scout(["token", "sweep", "--all"])
        .run()
        .exits(2)
        .warns(["--yes"]);
    assert_eq!(left(&sandbox).len(), 2);
    sandbox
        .scout(["token", "sweep", "--all", "--yes"])
        .run()
        .exits(0);
    assert_eq!(left(&sandbox), [""; 0]);
}

#[test]
fn sweeps_beside_each_other_do_no_harm() {
    let sandbox = world();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                sandbox
                    .scout(["token", "sweep", "--all", "--yes"])
                    .run()
                    .exits(0)
            });
        }
    });
    assert_eq!(left(&sandbox), [""; 0]);
}

#[test]
fn a_token_that_cannot_be_deleted_is_told_with_exit_code_6() {
    let sandbox = SandboxProcess::with(
        "healthy",
        "[permissions]\ndeny = [\"cockpit:write\"]\n\n[[fault]]\nsource = \"scaleway\"\nmethod = \"DELETE\"\nstatus = 403\n",
    );
    sandbox.scout(["token", "sweep"]).run().exits(0);
    let sandbox = SandboxProcess::with(
        "healthy",
        "[[fault]]\nsource = \"scaleway\"\nmethod = \"DELETE\"\nstatus = 500\n",
    );
    sandbox.make_token(EXPIRED);
    sandbox
        .scout(["token", "sweep"])
        .run()
        .exits(6)
        .says(["not deleted", EXPIRED])
        .warns(["could not be deleted: 1"]);
}

#[test]
fn the_token_of_a_live_run_is_listed_with_its_process_and_survives_every_sweep() {
    let sandbox = SandboxProcess::with(
        "healthy",
        "[[fault]]\nsource = \"prometheus\"\ndelay = \"20s\"\n",
    );
    let mut child = sandbox
        .scout(["metrics", "redis"])
        .spawn(Stdio::null(), Stdio::null());
    wait_until("the token exists", || !sandbox.tokens_left().is_empty());
    let list: serde_json::Value = sandbox
        .scout(["token", "list", "-o", "json"])
        .run()
        .exits(0)
        .json();
    assert_eq!(list["tokens"][0]["held_by_pid"], child.id());
    let sweep: Sweep = sandbox
        .scout(["token", "sweep", "--all", "--yes", "-o", "json"])
        .run()
        .exits(0)
        .json();
    assert_eq!(sweep.tokens[0].outcome, "in-use");
    assert_eq!(sweep.tokens[0].pid, Some(child.id()));
    assert_eq!(sandbox.tokens_left().len(), 1);
    signal(&child, "INT");
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert_eq!(sandbox.tokens_left(), [""; 0]);
}

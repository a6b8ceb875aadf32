//! `logs --follow`: what comes in is shown once and whole, and ends with the token deleted.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};

use crate::support::SandboxProcess;

/// A world with twenty lines a second, past and future.
const LIVE: &str = r#"
schema = 1
name = "live"
title = "A log that goes on"
seed = 7
issue = "atlas-api is slow"
[truth]
verdict = "healthy"
cause = "healthy"
[map.services.atlas-api]
kind = "container"
resource_name = "atlas-api"
[[log]]
labels = { resource_type = "serverless_container", resource_name = "atlas-api" }
from = "-5m"
to = "10m"
per_minute = 1200
format = "plain"
level = "info"
message = "GET /v1/users {id}"
vars = { id = { hex = 16 } }
"#;

/// A server without `tail`.
const NO_TAIL: &str = r#"
[[fault]]
source = "loki"
path = "/loki/api/v1/tail"
status = 404
"#;

/// Asks a process to end, as Ctrl-C does.
fn interrupt(child: &Child) {
    let pid = rustix::process::Pid::from_child(child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("as set up");
}

/// Follows until so many lines came, then ends it: the lines, what was said, and the exit code.
fn follow(sandbox: &SandboxProcess, args: [&str; 6], count: usize) -> (Vec<String>, String, i32) {
    let mut child = sandbox.scout(args).spawn(Stdio::piped(), Stdio::piped());
    let mut reader = BufReader::new(child.stdout.take().expect("as set up"));
    let mut lines: Vec<String> = reader
        .by_ref()
        .lines()
        .take(count)
        .map(Result::unwrap)
        .collect();
    interrupt(&child);
    lines.extend(reader.lines().map(Result::unwrap));
    let mut said = String::new();
    child
        .stderr
        .take()
        .expect("as set up")
        .read_to_string(&mut said)
        .expect("as set up");
    let code = child.wait().expect("as set up").code().expect("as set up");
    (lines, said, code)
}

#[test]
fn what_comes_in_is_shown_once_and_in_order_and_the_token_goes() {
    for fault in ["", NO_TAIL] {
        let sandbox = SandboxProcess::of(&format!("{LIVE}{fault}"));
        let args = ["logs", "-f", "-n", "5", "-o", "raw"];
        let (lines, said, code) = follow(&sandbox, args, 25);
        assert_eq!(code, 130, "{said}");
        assert!(sandbox.tokens_left().is_empty());
        let polls = said.contains("no live tail");
        assert_eq!(polls, !fault.is_empty(), "{said}");
        let all = sandbox
            .scout(["logs", "--limit", "0", "-o", "raw", "--since", "10m", "-q"])
            .run()
            .exits(0);
        let all: Vec<&str> = all.stdout.lines().collect();
        let first = all
            .iter()
            .position(|line| *line == lines[0])
            .expect("the first line is stored");
        assert_eq!(lines, all[first..first + lines.len()]);
    }
}

#[test]
fn a_document_or_an_end_is_refused_and_says_what_to_use() {
    let sandbox = SandboxProcess::of(LIVE);
    sandbox
        .scout(["logs", "-f", "-o", "json"])
        .run()
        .exits(2)
        .warns(["ndjson"]);
    sandbox.scout(["logs", "-f", "--to", "1m"]).run().exits(2);
    sandbox.scout(["logs", "-f", "--reverse"]).run().exits(2);
}

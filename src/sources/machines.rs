//! All looks into machines, at once: one connection a machine, its commands together, every outcome kept.
//!
//! A sandbox has machines of its own: where the Scaleway API is on loopback, it is asked first whether it answers for a
//! target. Only what it does not know is reached over SSH, and inside a `--sandbox` run nothing is.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use tokio::time::Instant as Clock;

use super::address;
use super::gather::Job;
use super::http::Call;
use super::ssh::{CommandAnswer, MOST_BYTES, Machine, SshError, last_line};
use crate::evidence::{FailureKind, Record, SourceOutcome, SshRecord};
use crate::model::SshTarget;
use crate::model::messages::machines as text;
use crate::plan::{LookRequest, Request};

/// The machines of a run.
#[derive(Debug, Clone)]
pub(crate) struct Machines {
    /// By the map's name; agents' sockets without `~`.
    pub(crate) targets: BTreeMap<String, SshTarget>,
    /// Whether they may be reached over SSH: not inside a `--sandbox` run.
    pub(crate) real: bool,
}

/// Who answers for a machine.
enum Door {
    /// The sandbox behind the API's address.
    Sandbox,
    /// The machine itself.
    Ssh(Machine),
}

/// Looks into all machines of the plan.
pub(super) async fn gather_machines(job: &Job<'_>) -> Vec<Record> {
    let mut by_target: BTreeMap<&str, Vec<&LookRequest>> = BTreeMap::new();
    for request in &job.plan.requests {
        if let Request::Look(look) = request {
            let looks = by_target.entry(&look.target).or_default();
            looks.push(look);
        }
    }
    let visits = by_target
        .into_iter()
        .map(|(target, looks)| visit(job, target, looks));
    join_all(visits).await.into_iter().flatten().collect()
}

/// All looks into one machine.
async fn visit(job: &Job<'_>, target: &str, looks: Vec<&LookRequest>) -> Vec<Record> {
    let started = Clock::now();
    let within = job.plan.budget.machine;
    let deadline = started + within;
    let host = job
        .machines
        .targets
        .get(target)
        .map_or(target, |known| known.host.as_str());
    let late = || SshError::TimedOut {
        host: host.to_owned(),
        seconds: within.as_secs(),
    };
    let opened = tokio::time::timeout_at(deadline, open(job, target, within)).await;
    let door = match opened.unwrap_or_else(|_| Err(late().outcome(job.lang))) {
        Ok(door) => door,
        Err(outcome) => {
            let note = |look: &&LookRequest| note(job, look, outcome.clone(), started.elapsed());
            return looks.iter().map(note).collect();
        }
    };
    let answers = looks.iter().map(|look| async {
        let started = Clock::now();
        let answer = tokio::time::timeout_at(deadline, ask(job, &door, host, look, within)).await;
        let answer = answer.unwrap_or_else(|_| Err(late()));
        record(job, look, answer, started.elapsed())
    });
    let records = join_all(answers).await.into_iter().flatten().collect();
    if let Door::Ssh(machine) = door {
        machine.close().await;
    }
    records
}

/// Finds out who answers for a machine, and connects.
async fn open(job: &Job<'_>, target: &str, within: Duration) -> Result<Door, SourceOutcome> {
    if address::is_loopback(job.api.base()) && ask_sandbox(job, target, "").await.is_some() {
        return Ok(Door::Sandbox);
    }
    match job.machines.targets.get(target) {
        Some(known) if job.machines.real => Machine::connect(known, within)
            .await
            .map(Door::Ssh)
            .map_err(|error| error.outcome(job.lang)),
        _ => Err(SourceOutcome::skipped(text::no_target(job.lang, target))),
    }
}

/// Runs one command.
async fn ask(
    job: &Job<'_>,
    door: &Door,
    host: &str,
    look: &LookRequest,
    within: Duration,
) -> Result<CommandAnswer, SshError> {
    let answer = match (door, look.command) {
        (Door::Ssh(machine), [program, arguments @ ..]) => machine.run(program, arguments).await?,
        (Door::Ssh(_), []) => CommandAnswer::default(),
        (Door::Sandbox, _) => ask_sandbox(job, &look.target, &look.line)
            .await
            .unwrap_or_default(),
    };
    if answer.exit_code == Some(255) && answer.stderr.starts_with("ssh: ") {
        let said = answer.stderr.trim_start_matches("ssh: ");
        return Err(SshError::of_words(host, said, within));
    }
    Ok(answer)
}

/// What the sandbox says for a machine; `None` where it has no such machine, or is none.
async fn ask_sandbox(job: &Job<'_>, target: &str, command: &str) -> Option<CommandAnswer> {
    let call = Call {
        method: Method::GET,
        url: address::join(job.api.base(), "/sandbox/ssh"),
        query: vec![
            ("target".to_owned(), target.to_owned()),
            ("command".to_owned(), command.to_owned()),
        ],
        credential: None,
        tenant: None,
        body: None,
    };
    let deadline = Clock::now() + job.plan.budget.machine;
    let answer = job.api.http().fetch_once(&call, deadline).await.ok()?;
    if !answer.is_success() {
        return None;
    }
    serde_json::from_slice(&answer.body).ok()
}

/// What is kept of a command: its answer, and how the question went.
fn record(
    job: &Job<'_>,
    look: &LookRequest,
    answer: Result<CommandAnswer, SshError>,
    elapsed: Duration,
) -> Vec<Record> {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return vec![note(job, look, error.outcome(job.lang), elapsed)],
    };
    let outcome = outcome(job, look, &answer);
    vec![
        note(job, look, outcome, elapsed),
        Record::Ssh(SshRecord {
            target: look.target.clone(),
            preset: Some(look.preset.to_owned()),
            command: look.line.clone(),
            exit_code: answer.exit_code,
            stdout: answer.stdout,
            stderr: answer.stderr,
            truncated: answer.truncated,
        }),
    ]
}

/// How a command went: one that the machine does not have, or keeps from this account, is no failure; one that cannot answer is.
fn outcome(job: &Job<'_>, look: &LookRequest, answer: &CommandAnswer) -> SourceOutcome {
    let (lang, target, line) = (job.lang, look.target.as_str(), look.line.as_str());
    match answer.exit_code {
        None if answer.truncated => SourceOutcome::failed(
            FailureKind::BadAnswer,
            text::cut(lang, target, line, MOST_BYTES),
        ),
        Some(127) => {
            let program = look.command.first().map_or(line, String::as_str);
            SourceOutcome::skipped(text::not_installed(lang, target, program))
        }
        Some(code) if code != 0 && answer.stdout.trim().is_empty() => {
            let said = last_line(&answer.stderr);
            let refused = ["ermission denied", "not permitted", "must be root"]
                .iter()
                .any(|words| said.contains(words));
            // What only root may read is nothing that an ordinary account could have been asked.
            let why = text::failed(lang, target, line, code, &said);
            if refused {
                SourceOutcome::skipped(why)
            } else {
                SourceOutcome::failed(FailureKind::ServerError, why)
            }
        }
        _ => SourceOutcome::answered(),
    }
}

/// Notes how a look went.
fn note(job: &Job<'_>, look: &LookRequest, outcome: SourceOutcome, elapsed: Duration) -> Record {
    let request = format!("{}: {}", look.target, look.line);
    job.note_text("ssh", &request, look.service.as_deref(), outcome, elapsed)
}

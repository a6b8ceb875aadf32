//! One test binary. Each module is one thing that a user sees, or one rule over the whole.

mod support;

/// A Loki that is not Cockpit's: what it is shown, and what it is not.
mod any_loki;
/// Bad input: one clear message, a hint, the right exit code.
mod bad_input;
/// `investigate --bundle`, and masks through the real binary.
mod bundle;
/// What changed: alerts, runs of jobs, calls of the Audit Trail.
mod events;
/// `logs --follow`: what comes in.
mod follow;
/// `health`, and probes.
mod health;
/// The HTML report, looked at by a real browser.
mod html;
/// `investigate`: the report's shape, verdicts, exit codes.
mod investigate;
/// The import rule of the rooms, and rules over files.
mod layering;
/// Rules over lists: help, exit codes, completions.
mod lists;
/// `logs`: windows, limits, pages.
mod logs;
/// `logs`: filters, forms, context, interruptions, what is said to be complete.
mod logs_flags;
/// What machines show over SSH, and how it is said that one did not answer.
mod machines;
/// The sample map, the map's errors.
mod map;
/// `metrics`, against the sandbox and a real Prometheus.
mod metrics;
/// `patterns`: templates of a file.
mod patterns;
/// `logql`, `promql`, `series`, `volume`, `labels`: queries as they are.
mod queries;
/// `errors`, `patterns SERVICE`, `slow`: what all lines of services add up to.
mod reading;
/// The README's commands run, and its promises hold.
mod readme;
/// `investigate --from FILE`: the report from an evidence bundle alone.
mod replay;
/// No output, log or error holds a secret.
mod secrets;
/// Closed pipes, full disks, closed inputs.
mod streams;
/// `token sweep`, and what `token list` says of live runs.
mod sweep;
/// Signals and failures while a token is held: none is left.
mod token;
/// `trace`: one request through every service, and its spans.
mod trace;
/// What must not change the answer, and what its confidence is worth.
mod variants;
/// Reaper and ledger: a token goes even where its run cannot see to it.
mod watch;

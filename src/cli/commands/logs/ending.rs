//! What is said once the lines are out: how many there are, what is missing, how to go on. And how the process ends.

use chrono::{SecondsFormat, TimeDelta};

use super::super::super::exit::{Exit, Failure};
use super::super::super::run::Ended;
use super::super::super::session::Session;
use super::Asked;
use super::fetch::Fetched;
use super::writer::Writer;
use crate::model::messages::cli as text;
use crate::model::messages::logs as words;
use crate::model::{Instant, Service, UnixNanos, Window, nearest};
use crate::render::logs::{DocumentGap, DocumentTail};
use crate::sources::download::{Gap, Order};

/// Gaps that are told one by one; a server that is down for a day could leave thousands.
const MOST_GAPS: usize = 20;

/// Ends a run: the answer, then what there is to say about it.
///
/// # Errors
/// The work's, or stdout's.
pub(super) fn end(
    session: &Session,
    asked: &Asked,
    writer: Writer,
    ended: &Ended<Result<Fetched, Failure>>,
) -> Result<Exit, Failure> {
    if ended.value.is_none() {
        let shared = writer.shared.clone();
        let tail = DocumentTail {
            interrupted: true,
            ..DocumentTail::default()
        };
        writer.stop(tail, || session.listen_for_signals());
        let exit = ended.settle(session, Exit::Done);
        if let Some(until) = shared.until().filter(|_| !shared.is_closed()) {
            say_resume(session, asked, until);
        }
        return Ok(exit);
    }
    ended.finish(session, |fetched| {
        let fetched = fetched.as_ref().map_err(Clone::clone)?;
        say_unknown(session, &asked.services, fetched.known.as_deref());
        let shared = writer.shared.clone();
        let tail = tail(session, fetched);
        let written = writer.finish(tail, || session.listen_for_signals());
        let left = matches!(&written, Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe);
        session.terminal.judge_write(written)?;
        if left {
            // Whoever reads has enough; what is missing is not missed.
            return Ok(Exit::Done);
        }
        Ok(say_rest(session, asked, fetched, shared.shown()))
    })
}

/// What a document ends with.
fn tail(session: &Session, fetched: &Fetched) -> DocumentTail {
    let gap = |Gap { window, error }: &Gap| {
        let mut error = error.say(session.lang());
        session.mask_with(|redactor| {
            redactor.mask(&mut error);
        });
        DocumentGap {
            from: window.from,
            to: window.to,
            error,
        }
    };
    DocumentTail {
        matched: fetched.matched,
        fetched: fetched.done.entries,
        shown: 0,
        limited: fetched.limited || fetched.full,
        interrupted: false,
        gaps: fetched.done.gaps.iter().map(gap).collect(),
    }
}

/// Says which services' names Loki does not know, where it was asked.
pub(in super::super) fn say_unknown(
    session: &Session,
    services: &[Service],
    known: Option<&[String]>,
) {
    let lang = session.lang();
    let Some(known) = known else { return };
    for service in services
        .iter()
        .filter(|service| !known.contains(&service.resource_name))
    {
        let near = nearest(&service.resource_name, known.iter().map(String::as_str));
        let names = text::known_resource_names(lang, near, &known.join(", "));
        let message = text::unknown_resource_name(lang, &service.name, &service.resource_name);
        session.terminal.note(&format!("{message}; {names}"));
    }
}

/// Says what is not among the lines, and how the run ends.
fn say_rest(session: &Session, asked: &Asked, fetched: &Fetched, shown: u64) -> Exit {
    let lang = session.lang();
    let done = &fetched.done;
    for at in &done.crowded {
        let at = at.to_rfc3339();
        session.terminal.warn(&text::crowded_instant(lang, &at));
    }
    say_gaps(session, &done.gaps);
    if done.gaps.is_empty() || done.entries > 0 {
        say_completeness(session, asked, fetched, shown);
    }
    if !done.gaps.is_empty() {
        return Exit::of_failures(done.gaps.iter().map(|gap| gap.error.kind()));
    }
    if done.crowded.is_empty() {
        Exit::Done
    } else {
        Exit::Incomplete
    }
}

/// Says each stretch of time that is missing.
pub(in super::super) fn say_gaps(session: &Session, gaps: &[Gap]) {
    let lang = session.lang();
    for Gap { window, error } in gaps.iter().take(MOST_GAPS) {
        let window = format!("[{}, {})", window.from.to_rfc3339(), window.to.to_rfc3339());
        session.terminal.fail(&Failure {
            message: text::missing_window(lang, &window, &error.say(lang)),
            ..Failure::of_source(error, lang)
        });
    }
    let more = gaps.len().saturating_sub(MOST_GAPS);
    if more > 0 {
        session.terminal.warn(&words::more_gaps(lang, more as u64));
    }
}

/// Says how many lines there are, were fetched and are shown, and what cut them off.
fn say_completeness(session: &Session, asked: &Asked, fetched: &Fetched, shown: u64) {
    let lang = session.lang();
    let counts = words::completeness(lang, fetched.matched, fetched.done.entries, shown);
    let mut said = if shown == 0 && fetched.matched.unwrap_or(0) == 0 {
        text::no_lines(lang)
    } else {
        counts.clone()
    };
    if shown == 0 && fetched.done.entries > 0 {
        said = format!("{}; {counts}", text::no_lines(lang));
    }
    if fetched.limited {
        said = format!("{said}; {}", words::limit_reached(lang));
    }
    if fetched.full {
        said = format!("{said}; {}", words::screen_full(lang));
    }
    session.terminal.note(&said);
    let kept = fetched.retention_days.and_then(|days| {
        let since = session
            .world
            .now
            .checked_sub_signed(TimeDelta::days(i64::from(days)))?;
        (asked.window.from < since).then_some((days, since))
    });
    if let Some((days, since)) = kept {
        session
            .terminal
            .note(&words::retention(lang, days, &instant(since)));
    }
}

/// Says with which command the rest can be had: nothing of it was written, and nothing that was is in it.
fn say_resume(session: &Session, asked: &Asked, until: UnixNanos) {
    let rest = match asked.order {
        Order::OldestFirst => Window::new(until.instant(), asked.window.to),
        Order::NewestFirst => Window::new(asked.window.from, until.instant()),
    };
    if let Some(rest) = rest {
        let command = resume_command(&session.world.typed, rest);
        session
            .terminal
            .note(&words::resume(session.lang(), &command));
    }
}

/// What was typed, with another window.
fn resume_command(typed: &[String], window: Window) -> String {
    const WINDOW_FLAGS: [&str; 3] = ["--since", "--from", "--to"];
    let mut words = vec!["scout".to_owned()];
    let mut args = typed.iter();
    while let Some(arg) = args.next() {
        if WINDOW_FLAGS.contains(&arg.as_str()) {
            args.next();
        } else if !WINDOW_FLAGS.iter().any(|flag| {
            arg.strip_prefix(flag)
                .is_some_and(|rest| rest.starts_with('='))
        }) {
            words.push(shell_word(arg));
        }
    }
    let (from, to) = (instant(window.from), instant(window.to));
    words.extend(["--from".to_owned(), from, "--to".to_owned(), to]);
    words.join(" ")
}

/// An argument as a shell reads it back.
fn shell_word(arg: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@=,+%".contains(c);
    if !arg.is_empty() && arg.chars().all(plain) {
        arg.to_owned()
    } else {
        format!("'{}'", arg.replace('\'', "'\\''"))
    }
}

/// An instant to the nanosecond.
fn instant(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

#[cfg(test)]
mod tests;

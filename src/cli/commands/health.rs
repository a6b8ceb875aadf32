//! `scout health`: one line a service, once or again and again.
//!
//! With `--watch` each round is a run of its own: it makes a token, asks, deletes the token, and only then waits. So there is none
//! between rounds, where a signal simply ends the process, and a night of watching leaves no credential that is a night old.

use std::time::Duration;

use serde_json::{Map, json};

use super::super::args::{GlobalArgs, HealthArgs};
use super::super::exit::{Exit, Failure};
use super::super::run::run_plan;
use super::super::session::Session;
use super::super::terminal::Terminal;
use super::super::time;
use super::investigate::{specs, tool};
use super::{budget, dry_run, ensure_services, failures, form, metrics};
use crate::analysis::analyse;
use crate::evidence::{Evidence, Meta, MetaMap, Record};
use crate::model::messages::health as text;
use crate::model::messages::words;
use crate::model::{Service, TokenOutcome, Window};
use crate::plan::{Ask, Question, plan};
use crate::render::Format;
use crate::render::health::{HealthSheet, health as render_health, health_on_a_line};
use crate::report::{Gap, HealthLine, Verdict, health_lines, source_gaps, worst_verdict};

/// The shortest pause between rounds: each makes a token and deletes it, and Scaleway limits how often.
const SHORTEST_PAUSE: Duration = Duration::from_secs(2);

/// Runs it.
///
/// # Errors
/// An unknown service, a wrong window or pause, no credentials.
pub(super) fn run(
    args: &HealthArgs,
    global: &GlobalArgs,
    session: &mut Session,
) -> Result<Exit, Failure> {
    let format = form(global.output, "health", true, session.lang())?;
    let pause = pause(args, session)?;
    // Before anything is asked: a wrong window is a wrong command line.
    window(args, session)?;
    if let Some(exit) = ensure_services(session, global)? {
        return Ok(exit);
    }
    let asked = session.asked(&args.services)?;
    if global.dry_run {
        let question = question(&asked, window(args, session)?, session);
        let plan = plan(&question, session.catalog, budget(session));
        return dry_run::show(&plan, global, session);
    }
    let Some(pause) = pause else {
        return Ok(round(args, &asked, format, None, session)?.exit);
    };
    loop {
        session.refresh();
        let ended = round(args, &asked, format, Some(pause), session)?;
        let goes_on = matches!(ended.exit, Exit::Done | Exit::Found | Exit::Incomplete);
        if !goes_on || !ended.heard {
            return Ok(ended.exit);
        }
        std::thread::sleep(pause.saturating_sub(session.world.started.elapsed()));
    }
}

/// The pause between rounds; `None` for a single one.
fn pause(args: &HealthArgs, session: &Session) -> Result<Option<Duration>, Failure> {
    let Some(typed) = &args.watch else {
        return Ok(None);
    };
    let pause = time::timeout("--watch", typed, session.lang())?;
    if pause < SHORTEST_PAUSE {
        return Err(Failure::usage(
            text::watch_too_short(session.lang(), SHORTEST_PAUSE.as_secs()),
            Some(text::watch_too_short_hint(session.lang())),
        ));
    }
    Ok(Some(pause))
}

/// The window of a round.
fn window(args: &HealthArgs, session: &Session) -> Result<Window, Failure> {
    time::window(
        &args.window,
        session.world.now,
        session.terminal.offset(),
        session.lang(),
    )
}

/// How a round ended.
struct Round {
    /// How the process would end with it.
    exit: Exit,
    /// Whether anybody still reads.
    heard: bool,
}

/// Asks once and shows the answer.
fn round(
    args: &HealthArgs,
    asked: &[String],
    format: Format,
    watched: Option<Duration>,
    session: &Session,
) -> Result<Round, Failure> {
    let question = question(asked, window(args, session)?, session);
    let plan = plan(&question, session.catalog, budget(session));
    let specs = specs(question.relevant(), session.catalog);
    let ended = run_plan(session, &plan, |records| {
        let mut evidence = evidence(session, &question, records);
        session.mask(&mut evidence);
        let analysis = analyse(&evidence, &specs);
        let lines = health_lines(&evidence, &analysis, &specs, session.lang());
        (lines, evidence.records)
    })?;
    let mut heard = true;
    let exit = ended.finish(session, |(lines, records)| {
        metrics::say_gaps(session, records);
        let gaps = source_gaps(records, session.lang());
        let answer = (question.window, lines.as_slice(), gaps.as_slice());
        heard = write(session, answer, &ended.token, format, watched.is_some())?;
        Ok(exit(args, lines, Exit::of_failures(failures(records))))
    })?;
    Ok(Round { exit, heard })
}

/// How the process ends: what could not be checked outweighs the verdict.
fn exit(args: &HealthArgs, lines: &[HealthLine], completeness: Exit) -> Exit {
    match (completeness, worst_verdict(lines)) {
        (Exit::Done, Verdict::Degraded | Verdict::Down) if args.exit_code => Exit::Found,
        (Exit::Done, Verdict::Unknown) if args.exit_code => Exit::Incomplete,
        (other, _) => other,
    }
}

/// Writes the answer. A screen is drawn over; in a pipe, rounds follow each other under the time of each, or as JSON on a line
/// each. Gives whether anybody still reads.
fn write(
    session: &Session,
    (window, lines, gaps): (Window, &[HealthLine], &[Gap]),
    token: &TokenOutcome,
    format: Format,
    watched: bool,
) -> Result<bool, Failure> {
    let terminal = &session.terminal;
    let sheet = HealthSheet {
        environment: &session.environment.name,
        window,
        at: session.world.now,
        lines,
        gaps,
        token,
    };
    let mut bytes = Vec::new();
    let rendered = if watched && format == Format::Json {
        health_on_a_line(&sheet, &mut bytes)
    } else {
        if watched && terminal.shows_screen {
            // home, and clear from there to the end
            bytes.extend_from_slice(b"\x1b[H\x1b[J");
        } else if watched {
            let at = words::date_time(session.world.now, terminal.offset());
            bytes.extend_from_slice(text::round(session.lang(), &at).as_bytes());
            bytes.push(b'\n');
        }
        render_health(&sheet, format, &terminal.look, &mut bytes)
    };
    terminal.judge_write(rendered)?;
    let written = Terminal::write_part(&bytes);
    let closed = |error: &std::io::Error| error.kind() == std::io::ErrorKind::BrokenPipe;
    let heard = !written.as_ref().is_err_and(closed);
    terminal.judge_write(written).map(|()| heard)
}

/// The question: these services by themselves. What one depends on tells whose fault it is only where it was asked for too.
fn question(asked: &[String], window: Window, session: &Session) -> Question {
    let services = session
        .services
        .iter()
        .filter(|service| asked.contains(&service.name))
        .map(|service| {
            let mut depends_on = service.depends_on.clone();
            depends_on.retain(|name| asked.contains(name));
            Service {
                depends_on,
                ..service.clone()
            }
        });
    Question {
        ask: vec![Ask::Errors, Ask::Metrics, Ask::State, Ask::Probes],
        asked: asked.to_vec(),
        services: services.collect(),
        window,
        baseline: Some(window.just_before()),
        region: session.region(),
        zones: session.zones(),
        organization: session.organization(),
    }
}

/// Records with what they are about.
fn evidence(session: &Session, question: &Question, records: Vec<Record>) -> Evidence {
    let named = |service: &Service| (service.name.clone(), service.clone());
    Evidence {
        meta: Meta {
            schema: 1,
            bundle_id: String::new(),
            created_at: session.world.now,
            tool: tool(),
            environment: session.environment.name.clone(),
            window: question.window,
            baseline: question.baseline.unwrap_or(question.window),
            issue: String::new(),
            params: Map::from_iter([("services".to_owned(), json!(question.asked))]),
            redacted: false,
            map: MetaMap {
                rules: session.rules.clone(),
                services: question.services.iter().map(named).collect(),
            },
        },
        records,
    }
}

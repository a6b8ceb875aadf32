//! `scout metrics`: the key metrics of services, judged; or the names of those that exist.

use std::collections::BTreeSet;

use super::super::args::{GlobalArgs, MetricsArgs};
use super::super::cockpit;
use super::super::exit::{Exit, Failure};
use super::super::run::{Leased, run_leased, run_plan};
use super::super::session::Session;
use super::super::time;
use super::investigate::{specs, tool};
use super::mask_names;
use super::{budget, dry_run, ensure_services, failures, form, write_names};
use crate::analysis::analyse;
use crate::evidence::{Evidence, Meta, MetaMap, Record, SourceOutcome};
use crate::model::messages::cli as text;
use crate::model::{Scope, Window};
use crate::plan::{Ask, Question, plan};
use crate::render::metrics::metrics as render_metrics;
use crate::report::{Gap, MetricLine, metric_lines, source_gaps};

/// Runs it.
///
/// # Errors
/// An unknown service, a wrong window, no credentials.
pub(super) fn run(
    args: &MetricsArgs,
    global: &GlobalArgs,
    session: &mut Session,
) -> Result<Exit, Failure> {
    let window = time::window(
        &args.window,
        session.world.now,
        session.terminal.offset(),
        session.lang(),
    )?;
    if let Some(prefix) = &args.names {
        return names(prefix, window, global, session);
    }
    let format = form(global.output, "metrics", true, session.lang())?;
    if let Some(exit) = ensure_services(session, global)? {
        return Ok(exit);
    }
    let question = Question {
        ask: vec![Ask::Metrics],
        asked: session.asked(&args.services)?,
        // What a service depends on was not asked for: only its own metrics are.
        services: session
            .services
            .iter()
            .map(|service| crate::model::Service {
                depends_on: Vec::new(),
                ..service.clone()
            })
            .collect(),
        window,
        baseline: Some(window.just_before()),
        region: session.region(),
        zones: session.zones(),
        organization: session.organization(),
    };
    let plan = plan(&question, session.catalog, budget(session));
    if global.dry_run {
        return dry_run::show(&plan, global, session);
    }
    let specs = specs(question.relevant(), session.catalog);
    let ended = run_plan(session, &plan, |records| {
        let mut evidence = evidence(session, &question, records);
        session.mask(&mut evidence);
        let lines = metric_lines(
            &evidence,
            &analyse(&evidence, &specs),
            &specs,
            session.lang(),
        );
        (lines, evidence.records)
    })?;
    ended.finish(session, |(lines, records)| {
        say_gaps(session, records);
        let gaps = source_gaps(records, session.lang());
        write(session, (window, &gaps), lines, format)
            .map(|()| Exit::of_failures(failures(records)))
    })
}

/// The answer.
fn write(
    session: &Session,
    (window, gaps): (Window, &[Gap]),
    lines: &[MetricLine],
    format: crate::render::Format,
) -> Result<(), Failure> {
    let mut bytes = Vec::new();
    let rendered = render_metrics(
        (&session.environment.name, window, gaps),
        lines,
        format,
        &session.terminal.look,
        &mut bytes,
    );
    session.terminal.judge_write(rendered)?;
    session.terminal.write_answer(&bytes)
}

/// Says on stderr what is missing from the answer, each reason once.
pub(super) fn say_gaps(session: &Session, records: &[Record]) {
    let mut said = BTreeSet::new();
    for record in records {
        let Record::Source(source) = record else {
            continue;
        };
        let (reason, failed) = match &source.outcome {
            SourceOutcome::Failed { error, .. } => (&error.message, true),
            SourceOutcome::Skipped { reason, .. } => (reason, false),
            SourceOutcome::Answered { .. } => continue,
        };
        let message = text::incomplete(session.lang(), &source.source, reason);
        if said.insert(message.clone()) {
            if failed {
                session.terminal.warn(&message);
            } else {
                session.terminal.note(&message);
            }
        }
    }
}

/// Records with what they are about.
fn evidence(session: &Session, question: &Question, records: Vec<Record>) -> Evidence {
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
            params: serde_json::Map::from_iter([(
                "services".to_owned(),
                serde_json::json!(question.asked),
            )]),
            redacted: false,
            map: MetaMap {
                rules: session.rules.clone(),
                services: question
                    .relevant()
                    .into_iter()
                    .map(|service| (service.name.clone(), service.clone()))
                    .collect(),
            },
        },
        records,
    }
}

/// The metrics that exist.
fn names(
    prefix: &str,
    window: Window,
    global: &GlobalArgs,
    session: &Session,
) -> Result<Exit, Failure> {
    if global.dry_run {
        let host = session.known_endpoints().metrics;
        let path = "/prometheus/api/v1/label/__name__/values";
        let request = ("prometheus", host, path);
        return dry_run::show_one(request, Some(window), Some(Scope::Metrics), global, session);
    }
    let format = form(global.output, "metrics --names", false, session.lang())?;
    let work =
        async |leased: &Leased<'_>| cockpit::fetch_metric_names(session, leased, window).await;
    let ended = run_leased(session, &[Scope::Metrics], 1, work, |found| found)?;
    ended.finish(session, |found| {
        let mut names = found.clone()?;
        names.retain(|name| name.starts_with(prefix));
        mask_names(session, &mut names);
        write_names(session, &names, format).map(|()| Exit::Done)
    })
}

//! `scout slow`: requests over a duration, and percentiles by route.

use super::super::args::{DurationUnit, GlobalArgs, Output, SlowArgs};
use super::super::cockpit;
use super::super::exit::{Exit, Failure};
use super::super::run::{Leased, run_leased};
use super::super::session::Session;
use super::super::time;
use super::ensure_services;
use super::survey::{Reading, Survey, empty_record, fill};
use crate::analysis::{RouteTimes, SlowTally, timed};
use crate::model::messages::cli as text;
use crate::model::messages::reading as words;
use crate::model::{Lang, Scope};
use crate::render::slow::{RouteRow, SlowForm, SlowSheet, WorstRow, write_slow};
use crate::sources::Wanted;

/// Routes that people are shown where they did not say how many.
const SHOWN: usize = 20;

/// Routes with their times, and how many lines told of one.
type Found = (Vec<((u16, String), RouteTimes)>, u64, Survey);

/// Runs it.
///
/// # Errors
/// An unknown service, a duration or window that does not hold, no credentials, Loki's refusal.
pub(super) fn run(
    args: &SlowArgs,
    global: &GlobalArgs,
    session: &mut Session,
) -> Result<Exit, Failure> {
    let lang = session.lang();
    let form = if global.dry_run {
        SlowForm::Human
    } else {
        form(global.output, lang)?
    };
    let over = time::length("--over", &args.over, lang)?.as_seconds_f64();
    let window = time::window(
        &args.window,
        session.world.now,
        session.terminal.offset(),
        lang,
    )?;
    if let Some(exit) = ensure_services(session, global)? {
        return Ok(exit);
    }
    let session = &*session;
    let reading = Reading::of(session, &args.services, "", args.sample)?;
    if global.dry_run {
        return reading.show_plan(&[window], global, session);
    }
    let unit = match args.unit {
        DurationUnit::S => 1.0,
        DurationUnit::Ms => 1e-3,
        DurationUnit::Us => 1e-6,
        DurationUnit::Ns => 1e-9,
    };
    let work = async |leased: &Leased<'_>| {
        let source = cockpit::open(session, leased, Wanted::Logs).await?;
        let mut tally = SlowTally::new(over);
        let mut record = empty_record();
        let mut survey = reading
            .read(&source, window, session, |entry| {
                fill(&mut record, entry);
                if let Some(timed) = timed(&record, unit) {
                    tally.add(reading.service_of(entry.labels), entry.at, timed);
                }
            })
            .await;
        survey.ensure_any()?;
        reading.find_silent(&source, &mut survey, session).await;
        let count = tally.timed();
        Ok((tally.finish(), count, survey))
    };
    let ended = run_leased(
        session,
        &[Scope::Logs],
        1,
        work,
        |found: Result<Found, Failure>| found,
    )?;
    ended.finish(session, |found| {
        let found = found.as_ref().map_err(Clone::clone)?;
        write(args, form, over, session, &reading, found)?;
        Ok(found.2.exit(true))
    })
}

/// The form of the answer.
fn form(output: Output, lang: Lang) -> Result<SlowForm, Failure> {
    match output {
        Output::Human => Ok(SlowForm::Human),
        Output::Json => Ok(SlowForm::Json),
        Output::Csv => Ok(SlowForm::Csv),
        Output::Ndjson | Output::Raw | Output::Markdown | Output::Html => Err(Failure::usage(
            text::no_such_form(lang, "slow", "human, json, csv"),
            None,
        )),
    }
}

/// Writes the routes.
fn write(
    args: &SlowArgs,
    form: SlowForm,
    over: f64,
    session: &Session,
    reading: &Reading,
    (routes, count, survey): &Found,
) -> Result<(), Failure> {
    let most = match args.limit {
        Some(0) => usize::MAX,
        Some(limit) => usize::try_from(limit).unwrap_or(usize::MAX),
        None if form == SlowForm::Human => SHOWN,
        None => usize::MAX,
    };
    let mut rows: Vec<RouteRow> = routes
        .iter()
        .take(most)
        .map(|((service, route), times)| row(reading.name_of(*service), route, times))
        .collect();
    session.mask_with(|redactor| {
        for row in &mut rows {
            redactor.mask(&mut row.route);
            for worst in &mut row.worst {
                redactor.mask(&mut worst.message);
                if let Some(id) = &mut worst.trace_id {
                    redactor.mask(id);
                }
            }
        }
    });
    let shown = rows.len() as u64;
    let sheet = SlowSheet {
        schema: 1,
        environment: session.environment.name.clone(),
        services: reading.names(),
        over_seconds: over,
        window: survey.coverage.clone(),
        timed: *count,
        slow: routes.iter().map(|(_, times)| times.over).sum(),
        total_routes: routes.len() as u64,
        routes: rows,
    };
    let mut bytes = Vec::new();
    let written = write_slow(&sheet, form, &session.terminal.look, &mut bytes);
    session.terminal.judge_write(written)?;
    session.terminal.write_answer(&bytes)?;
    if form == SlowForm::Human && shown < sheet.total_routes {
        let note = words::rows_shown(session.lang(), shown, sheet.total_routes);
        session.terminal.note(&note);
    }
    Ok(())
}

/// A route as a row.
fn row(service: &str, route: &str, times: &RouteTimes) -> RouteRow {
    let [p50, p90, p95, p99] = times.seconds.quantiles([0.5, 0.9, 0.95, 0.99]);
    let worst = times.worst.iter().map(|worst| WorstRow {
        ts: worst.at.instant(),
        seconds: worst.timed.seconds,
        trace_id: worst.timed.trace.clone(),
        message: worst.timed.message.clone(),
    });
    RouteRow {
        service: service.to_owned(),
        route: route.to_owned(),
        count: times.seconds.count(),
        over: times.over,
        p50_seconds: p50,
        p90_seconds: p90,
        p95_seconds: p95,
        p99_seconds: p99,
        max_seconds: times.seconds.greatest(),
        exact: times.seconds.is_exact(),
        worst: worst.collect(),
    }
}

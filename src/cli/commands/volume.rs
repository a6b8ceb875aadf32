//! `scout volume`: lines, bytes and error share, counted by the server, by service, level or label, over time.

use chrono::TimeDelta;

use super::super::args::{GlobalArgs, Output, VolumeArgs};
use super::super::cockpit;
use super::super::exit::{Exit, Failure};
use super::super::query::{self, Language};
use super::super::run::{Leased, run_leased};
use super::super::session::Session;
use super::labels::ensure_label_name;
use super::{dry_run, ensure_services};
use crate::analysis::volume::{CountLabels, Volume, VolumeRow, volume};
use crate::model::messages::query as text;
use crate::model::messages::sources::beyond_retention;
use crate::model::{Matcher, QueryResult, Scope, Selector, Series, Service, Window};
use crate::plan::round_step;
use crate::plan::volume::{DETECTED_LEVEL, Measure, SENT_LEVEL, course, last_instant, total};
use crate::render::volume::{VolumeForm, VolumeLine, VolumeSheet, write_volume};
use crate::sources::loki::Loki;
use crate::sources::{Moment, Wanted};

/// Points of a course: a count needs steps long enough to count something.
const POINTS: i32 = 60;

/// What is counted, and by what.
struct Count {
    /// The streams.
    selector: String,
    /// The label that names a row; `None` where a row is a level.
    label: Option<String>,
    /// The window.
    window: Window,
    /// Length of a step.
    step: TimeDelta,
}

/// What the server counted.
struct Counted {
    /// Lines by label and level.
    lines: Vec<Series>,
    /// Bytes by label and level.
    bytes: Vec<Series>,
    /// Lines of each step.
    course: Vec<Series>,
    /// Days that the server keeps.
    retention_days: Option<u32>,
}

/// Runs it.
///
/// # Errors
/// An unknown service, a label, selector or window that does not hold, no credentials, Loki's refusal.
pub(super) fn run(
    args: &VolumeArgs,
    global: &GlobalArgs,
    session: &mut Session,
) -> Result<Exit, Failure> {
    let form = match global.output {
        _ if global.dry_run => VolumeForm::Human,
        Output::Human => VolumeForm::Human,
        Output::Json => VolumeForm::Json,
        Output::Csv => VolumeForm::Csv {
            sanitise: session.terminal.shows_screen,
        },
        _ => return Err(query::no_such_form("volume", "human, json, csv", session)),
    };
    if !matches!(args.by.as_str(), "service" | "level") {
        ensure_label_name(&args.by, session.lang())?;
    }
    let window = query::window(&args.window, session)?;
    let step = match &args.step {
        Some(typed) => query::step(Some(typed), window, false, TimeDelta::zero(), session)?,
        None => round_step(window.length(), POINTS),
    };
    let needs_services = args.query.is_none() || session.foreign_loki().is_some();
    if needs_services && let Some(exit) = ensure_services(session, global)? {
        return Ok(exit);
    }
    let services = services(args, session)?;
    let count = count(args, &services, window, step, session)?;
    if global.dry_run {
        let label = count.label.as_deref().unwrap_or(DETECTED_LEVEL);
        let query = total(&count.selector, label, Measure::Lines, window);
        let request = ("loki", session.known_endpoints().logs, query.as_str());
        return dry_run::show_one(request, Some(window), Some(Scope::Logs), global, session);
    }
    let session = &*session;
    let work = async |leased: &Leased<'_>| {
        let source = cockpit::open(session, leased, Wanted::Logs).await?;
        let counted = fetch(&source.loki(), &count, session).await?;
        Ok(Counted {
            retention_days: source.retention_days(),
            ..counted
        })
    };
    let ended = run_leased(session, &[Scope::Logs], 3, work, |counted| counted)?;
    ended.finish(session, |counted: &Result<Counted, Failure>| {
        let counted = counted.as_ref().map_err(Clone::clone)?;
        write(args, &count, &services, counted, form, session)
    })
}

/// The services in question; none where a selector says which streams are.
fn services(args: &VolumeArgs, session: &Session) -> Result<Vec<Service>, Failure> {
    if args.query.is_some() {
        return Ok(Vec::new());
    }
    let asked = session.asked(&args.services)?;
    let of = |name: &String| {
        session
            .services
            .iter()
            .find(|service| service.name == *name)
    };
    Ok(asked.iter().filter_map(of).cloned().collect())
}

/// What is to be counted.
fn count(
    args: &VolumeArgs,
    services: &[Service],
    window: Window,
    step: TimeDelta,
    session: &Session,
) -> Result<Count, Failure> {
    let selector = if let Some(selector) = &args.query {
        query::ensure_query(selector, Language::Logql, session.lang())?;
        selector.clone()
    } else {
        let names = services
            .iter()
            .map(|service| service.resource_name.as_str());
        Selector(vec![Matcher::any_of(session.service_label.as_str(), names)]).to_string()
    };
    Ok(Count {
        selector,
        label: match args.by.as_str() {
            "service" => Some(session.service_label.clone()),
            "level" => None,
            label => Some(label.to_owned()),
        },
        window,
        step,
    })
}

/// Asks for totals and course, all at once.
async fn fetch(loki: &Loki<'_>, count: &Count, session: &Session) -> Result<Counted, Failure> {
    let label = count.label.as_deref().unwrap_or(DETECTED_LEVEL);
    let at = Moment::At(last_instant(count.window));
    let [lines, bytes] = [Measure::Lines, Measure::Bytes]
        .map(|measure| total(&count.selector, label, measure, count.window));
    let steps = course(&count.selector, label, Measure::Lines, count.step);
    let (lines, bytes, course) = futures_util::future::join3(
        loki.fetch_query(&lines, at),
        loki.fetch_query(&bytes, at),
        loki.fetch_steps(&steps, count.window, count.step),
    )
    .await;
    let refusal = |error| query::refusal(&error, &count.selector, Language::Logql, session.lang());
    let vector = |result| match result {
        QueryResult::Vector(series) => series,
        _ => Vec::new(),
    };
    Ok(Counted {
        lines: vector(lines.map_err(refusal)?.result),
        bytes: vector(bytes.map_err(refusal)?.result),
        course: course.map_err(refusal)?,
        retention_days: None,
    })
}

/// Writes the answer, masked, and says what it rests on.
fn write(
    args: &VolumeArgs,
    count: &Count,
    services: &[Service],
    counted: &Counted,
    form: VolumeForm,
    session: &Session,
) -> Result<Exit, Failure> {
    let labels = CountLabels {
        row: count.label.as_deref(),
        detected: DETECTED_LEVEL,
        sent: SENT_LEVEL,
    };
    let counts = (
        counted.lines.as_slice(),
        counted.bytes.as_slice(),
        counted.course.as_slice(),
    );
    let mut volume = volume(labels, counts);
    if args.by == "service" {
        name_services(&mut volume, services);
    }
    let levels = volume.level_label.is_some();
    let mut rows: Vec<VolumeLine> = volume
        .rows
        .into_iter()
        .map(|(name, row)| line(name, row, levels))
        .collect();
    rows.sort_by(|a, b| b.lines.cmp(&a.lines).then_with(|| a.name.cmp(&b.name)));
    let total = sum(&rows, levels, session);
    session.mask_with(|redactor| {
        for row in &mut rows {
            redactor.mask(&mut row.name);
        }
    });
    let sheet = VolumeSheet {
        environment: &session.environment.name,
        window: count.window,
        by: &args.by,
        query: &count.selector,
        step: count.step,
        level_label: volume.level_label.as_deref(),
        retention_days: counted.retention_days,
        rows: &rows,
        total: &total,
    };
    let mut bytes = Vec::new();
    let written = write_volume(&sheet, form, &session.terminal.look, &mut bytes);
    session.terminal.judge_write(written)?;
    session.terminal.write_answer(&bytes)?;
    say_basis(&sheet, session);
    Ok(Exit::Done)
}

/// Says where levels are from, how many lines have none, and what retention took.
fn say_basis(sheet: &VolumeSheet<'_>, session: &Session) {
    let lang = session.lang();
    let unknown = sheet.total.levels.get("unknown").copied().unwrap_or(0);
    if sheet.total.lines > 0 {
        let label = sheet.level_label;
        session
            .terminal
            .note(&text::levels_from(lang, label, unknown, sheet.total.lines));
    } else {
        session.terminal.note(&text::nothing_counted(lang));
    }
    let days = sheet.retention_days.unwrap_or(0);
    let kept = session.world.now - TimeDelta::days(i64::from(days));
    if days > 0 && sheet.window.from < kept {
        session.terminal.warn(&beyond_retention(lang, days));
    }
}

/// Rows of services bear the map's names; a service that wrote nothing has a row that says so.
fn name_services(volume: &mut Volume, services: &[Service]) {
    for service in services {
        let row = volume.rows.remove(&service.resource_name);
        let named = volume.rows.entry(service.name.clone()).or_default();
        if let Some(row) = row {
            *named = row;
        }
    }
}

/// A row as it is shown.
fn line(name: String, row: VolumeRow, levels: bool) -> VolumeLine {
    VolumeLine {
        name,
        lines: row.lines,
        bytes: row.bytes,
        errors: levels.then_some(row.errors),
        levels: row.levels,
        samples: row.samples,
    }
}

/// All rows together.
fn sum(rows: &[VolumeLine], levels: bool, session: &Session) -> VolumeLine {
    let mut total = VolumeLine {
        name: text::total(session.lang()).to_owned(),
        lines: 0,
        bytes: 0,
        errors: levels.then_some(0),
        levels: std::collections::BTreeMap::new(),
        samples: Vec::new(),
    };
    for row in rows {
        total.lines += row.lines;
        total.bytes += row.bytes;
        total.errors = total.errors.map(|errors| errors + row.errors.unwrap_or(0));
        for (level, lines) in &row.levels {
            *total.levels.entry(level.clone()).or_default() += lines;
        }
    }
    total
}

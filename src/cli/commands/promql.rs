//! `scout promql`: any PromQL, once or over a window; checked before it is sent.

use chrono::TimeDelta;

use super::super::args::{GlobalArgs, PromqlArgs};
use super::super::cockpit;
use super::super::exit::{Exit, Failure};
use super::super::query::{self, Language};
use super::super::run::{Leased, run_leased};
use super::super::session::Session;
use super::dry_run;
use crate::model::Scope;
use crate::model::messages::query as text;
use crate::sandbox::{Gives, check_syntax};
use crate::sources::{Moment, Wanted};

/// Least distance of points that scout chooses: Cockpit's own products are scraped about every 30 s.
const LEAST_STEP: TimeDelta = TimeDelta::seconds(15);

/// Runs it.
///
/// # Errors
/// An expression or window that does not hold, no credentials, Mimir's refusal.
pub(super) fn run(
    args: &PromqlArgs,
    global: &GlobalArgs,
    session: &Session,
) -> Result<Exit, Failure> {
    let lang = session.lang();
    let moment = moment(args, session)?;
    check(&args.expr, moment, session)?;
    if global.dry_run || args.explain {
        return explain(args, moment, global, session);
    }
    let form = query::number_form(global.output, args.chart, session)
        .ok_or_else(|| query::no_such_form("promql", "human, json, csv", session))?;
    let work = async |leased: &Leased<'_>| {
        let source = cockpit::open(session, leased, Wanted::Metrics).await?;
        let told = source.prometheus().fetch_query(&args.expr, moment).await;
        told.map_err(|error| query::refusal(&error, &args.expr, Language::Promql, lang))
    };
    let ended = run_leased(session, &[Scope::Metrics], 1, work, |told| told)?;
    ended.finish(session, |told| {
        let told = told.as_ref().map_err(Clone::clone)?;
        let unit = query::unit(args.unit);
        query::write_numbers(&args.expr, moment, unit, told, form, session)
    })
}

/// When it is asked about: over the window where anything of a range was typed, else once.
fn moment(args: &PromqlArgs, session: &Session) -> Result<Moment, Failure> {
    if let Some(at) = &args.at {
        return Ok(Moment::At(query::instant(at, session)?));
    }
    if !(args.range || args.chart || args.step.is_some() || args.window.is_set()) {
        return Ok(Moment::At(session.world.now));
    }
    let window = query::window(&args.window, session)?;
    let typed = args.step.as_deref();
    let step = query::step(typed, window, args.chart, LEAST_STEP, session)?;
    Ok(Moment::Over(window, step))
}

/// Finds what is wrong with an expression before it is sent.
fn check(expr: &str, moment: Moment, session: &Session) -> Result<(), Failure> {
    let lang = session.lang();
    query::ensure_query(expr, Language::Promql, lang)?;
    let gives = check_syntax(expr).map_err(|flaw| {
        let place = query::place_at(expr, flaw.place(), false);
        query::bad_query(expr, &flaw.to_string(), place, Language::Promql, lang)
    })?;
    match (gives, moment) {
        (Gives::Ranges | Gives::Text, Moment::Over(..)) => Err(Failure::usage(
            text::range_vector_over_range(lang),
            Some(text::range_vector_over_range_hint(lang)),
        )),
        _ => Ok(()),
    }
}

/// Shows what would be asked.
fn explain(
    args: &PromqlArgs,
    moment: Moment,
    global: &GlobalArgs,
    session: &Session,
) -> Result<Exit, Failure> {
    let lang = session.lang();
    let window = match moment {
        Moment::Over(window, step) => {
            session.terminal.note(&text::explained_over(lang, step));
            Some(window)
        }
        Moment::At(at) => {
            let at = crate::render::result::rfc3339(at);
            session.terminal.note(&text::explained_at(lang, &at));
            None
        }
    };
    let request = (
        "prometheus",
        session.known_endpoints().metrics,
        args.expr.as_str(),
    );
    dry_run::show_one(request, window, Some(Scope::Metrics), global, session)
}

//! `scout state`: resources as the Scaleway API lists them. No token is made for it.

use std::str::FromStr;

use serde_json::{Map, Value};

use super::super::args::{GlobalArgs, StateArgs};
use super::super::exit::{Exit, Failure};
use super::super::run::run_plan;
use super::super::session::Session;
use super::metrics::say_gaps;
use super::{budget, dry_run, failures, form};
use crate::evidence::{Record, StateRecord, redact_records};
use crate::model::messages::cli as text;
use crate::model::{Kind, Lang, nearest};
use crate::plan::{Plan, plan_listings};
use crate::render::state::{StateRow, state as render_state};
use crate::report::source_gaps;

/// Runs it.
///
/// # Errors
/// An unknown kind, no credentials.
pub(super) fn run(
    args: &StateArgs,
    global: &GlobalArgs,
    session: &Session,
) -> Result<Exit, Failure> {
    let format = form(global.output, "state", true, session.lang())?;
    let listed: Vec<Kind> = Kind::ALL
        .into_iter()
        .filter(|kind| session.catalog.listing(*kind).is_some())
        .collect();
    let kinds = kinds(&args.kinds, &listed, session.lang())?;
    let plan = Plan {
        requests: plan_listings(
            &kinds,
            session.region().as_deref(),
            &session.zones(),
            session.catalog,
        ),
        budget: budget(session),
    };
    if global.dry_run {
        return dry_run::show(&plan, global, session);
    }
    let ended = run_plan(session, &plan, |mut records| {
        session.mask_with(|redactor| redact_records(&mut records, redactor));
        records
    })?;
    ended.finish(session, |records| {
        say_gaps(session, records);
        let rows = rows(records, &kinds);
        let gaps = source_gaps(records, session.lang());
        let mut bytes = Vec::new();
        let rendered = render_state(
            (&session.environment.name, &gaps),
            &rows,
            format,
            &session.terminal.look,
            &mut bytes,
        );
        session.terminal.judge_write(rendered)?;
        session.terminal.write_answer(&bytes)?;
        Ok(Exit::of_failures(failures(records)))
    })
}

/// The kinds that were typed; all that can be listed where none was.
fn kinds(typed: &[String], listed: &[Kind], lang: Lang) -> Result<Vec<Kind>, Failure> {
    if typed.is_empty() {
        return Ok(listed.to_vec());
    }
    typed
        .iter()
        .map(|name| {
            let singular = name
                .strip_suffix('s')
                .filter(|_| Kind::from_str(name).is_err())
                .unwrap_or(name);
            Kind::from_str(&singular.to_lowercase())
                .ok()
                .filter(|kind| listed.contains(kind))
                .ok_or_else(|| unknown(name, listed, lang))
        })
        .collect()
}

/// No such kind.
fn unknown(name: &str, listed: &[Kind], lang: Lang) -> Failure {
    let names: Vec<&str> = listed.iter().map(|kind| kind.as_str()).collect();
    let near = nearest(name, names.iter().copied());
    Failure::usage(
        text::unknown_kind(lang, name),
        Some(text::unknown_kind_hint(lang, near, &names.join(", "))),
    )
}

/// Rows of the kinds asked for: PostgreSQL and MySQL come from one list.
fn rows(records: &[Record], kinds: &[Kind]) -> Vec<StateRow> {
    records
        .iter()
        .filter_map(|record| match record {
            Record::State(state) if kinds.contains(&state.kind) => Some(row(state)),
            _ => None,
        })
        .collect()
}

/// One resource.
fn row(state: &StateRecord) -> StateRow {
    StateRow {
        service: state.service.clone(),
        kind: state.kind.as_str().to_owned(),
        name: state.name.clone(),
        id: state.id.clone(),
        status: state.status.clone(),
        health: state.health,
        changed_at: state.changed_at,
        detail: detail(&state.resource),
    }
}

/// What else matters: size, version, image, messages, in the API's own words.
fn detail(resource: &Map<String, Value>) -> String {
    const FIELDS: [&str; 9] = [
        "error_message",
        "engine",
        "version",
        "node_type",
        "commercial_type",
        "type",
        "image",
        "runtime",
        "state_detail",
    ];
    let texts = FIELDS
        .iter()
        .filter_map(|field| resource.get(*field)?.as_str())
        .filter(|text| !text.is_empty())
        .map(str::to_owned);
    let scale = match (
        resource.get("min_scale").and_then(Value::as_u64),
        resource.get("max_scale").and_then(Value::as_u64),
    ) {
        (Some(min), Some(max)) => Some(format!("scale {min}-{max}")),
        _ => None,
    };
    texts.chain(scale).collect::<Vec<_>>().join(", ")
}

//! `scout labels`: what log selectors can ask for.

use super::super::args::{GlobalArgs, LabelsArgs, Output};
use super::super::cockpit;
use super::super::exit::{Exit, Failure};
use super::super::query;
use super::super::run::{Leased, run_leased};
use super::super::session::Session;
use super::super::time;
use super::{dry_run, mask_names, write_names};
use crate::model::messages::cli as text;
use crate::model::{Lang, Scope};
use crate::render::{Format, csv};
use crate::sources::Wanted;

/// Runs it.
///
/// # Errors
/// A wrong window, no credentials, Loki's refusal.
pub(super) fn run(
    args: &LabelsArgs,
    global: &GlobalArgs,
    session: &Session,
) -> Result<Exit, Failure> {
    let lang = session.lang();
    if let Some(name) = &args.name {
        ensure_label_name(name, lang)?;
    }
    let window = time::window(
        &args.window,
        session.world.now,
        session.terminal.offset(),
        lang,
    )?;
    if global.dry_run {
        let path = match &args.name {
            Some(label) => format!("/loki/api/v1/label/{label}/values"),
            None => "/loki/api/v1/labels".to_owned(),
        };
        let request = ("loki", session.known_endpoints().logs, path.as_str());
        return dry_run::show_one(request, Some(window), Some(Scope::Logs), global, session);
    }
    let form = match global.output {
        Output::Human => Some(Format::Human),
        Output::Json => Some(Format::Json),
        Output::Csv => None,
        _ => return Err(query::no_such_form("labels", "human, json, csv", session)),
    };
    let work = async |leased: &Leased<'_>| {
        let source = cockpit::open(session, leased, Wanted::Logs).await?;
        let loki = source.loki();
        let names = match &args.name {
            Some(label) => loki.fetch_label_values(label, window).await,
            None => loki.fetch_labels(window).await,
        };
        names.map_err(|error| Failure::of_source(&error, lang))
    };
    let ended = run_leased(
        session,
        &[Scope::Logs],
        1,
        work,
        |found: Result<Vec<String>, Failure>| found,
    )?;
    ended.finish(session, |found| {
        let mut names = found.clone()?;
        mask_names(session, &mut names);
        match form {
            Some(format) => write_names(session, &names, format)?,
            None => write_csv(args.name.as_deref().unwrap_or("label"), &names, session)?,
        }
        Ok(Exit::Done)
    })
}

/// Writes names as a column.
fn write_csv(title: &str, names: &[String], session: &Session) -> Result<(), Failure> {
    let screen = session.terminal.shows_screen;
    let mut bytes = Vec::new();
    for name in std::iter::once(title).chain(names.iter().map(String::as_str)) {
        let written = csv::write_row([name], screen, &mut bytes);
        session.terminal.judge_write(written)?;
    }
    session.terminal.write_answer(&bytes)
}

/// Refuses what cannot be the name of a label.
///
/// # Errors
/// It cannot.
pub(super) fn ensure_label_name(name: &str, lang: Lang) -> Result<(), Failure> {
    if is_label_name(name) {
        return Ok(());
    }
    Err(Failure::usage(
        text::bad_label(lang, name),
        Some(text::bad_label_hint(lang)),
    ))
}

/// Whether a label can have this name: it becomes part of a path and of queries.
fn is_label_name(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    name.bytes().next().is_some_and(letter)
        && name
            .bytes()
            .all(|byte| letter(byte) || byte.is_ascii_digit())
}

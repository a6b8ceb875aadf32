//! `scout labels`: what log selectors can ask for.

use super::super::args::{GlobalArgs, LabelsArgs};
use super::super::cockpit;
use super::super::exit::{Exit, Failure};
use super::super::run::{Leased, run_leased};
use super::super::session::Session;
use super::super::time;
use super::{dry_run, form, mask_names, write_names};
use crate::model::Scope;
use crate::model::messages::cli as text;
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
    if let Some(name) = args.name.as_deref().filter(|name| !is_label_name(name)) {
        return Err(Failure::usage(
            text::bad_label(lang, name),
            Some(text::bad_label_hint(lang)),
        ));
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
    let format = form(global.output, "labels", false, lang)?;
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
        write_names(session, &names, format).map(|()| Exit::Done)
    })
}

/// Whether a label can have this name: it becomes part of a path.
fn is_label_name(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    name.bytes().next().is_some_and(letter)
        && name
            .bytes()
            .all(|byte| letter(byte) || byte.is_ascii_digit())
}

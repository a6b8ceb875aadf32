//! `scout token sweep`: deletes scout's tokens whose runs must have ended, from any machine.
//!
//! Only names of scout's own pattern are looked at. A token that a live run of this machine holds is never deleted; its entry
//! was written before it existed, so the ledger is read after the list. A token that is already gone counts as deleted, so
//! that any number of sweeps may run at once.

use std::collections::BTreeMap;

use super::super::args::{GlobalArgs, SweepArgs};
use super::super::exit::{Exit, Failure};
use super::super::run::{Leased, run_leased};
use super::super::session::Session;
use super::form;
use crate::model::TokenName;
use crate::model::messages::tokens as text;
use crate::render::sweep::{Swept, SweptRow, sweep as render_sweep};
use crate::sources::{Api, Removal};

/// Runs it.
///
/// # Errors
/// No credentials; the API does not answer; `--all` without anybody to ask.
pub(super) fn run(
    args: &SweepArgs,
    global: &GlobalArgs,
    session: &Session,
) -> Result<Exit, Failure> {
    let lang = session.lang();
    let format = form(global.output, "token sweep", true, lang)?;
    let asks = args.all && !args.yes && !global.dry_run;
    if asks && !session.world.in_is_terminal {
        return Err(Failure::usage(
            text::sweep_needs_yes(lang),
            Some(text::sweep_needs_yes_hint(lang).to_owned()),
        ));
    }
    let work = async |leased: &Leased<'_>| {
        let mut rows = list(leased.ensure_api(session)?, args.all, session).await?;
        if asks && !confirmed(&rows, session).await {
            spare_unexpired(&mut rows, session);
        }
        if !global.dry_run {
            delete(leased.ensure_api(session)?, &mut rows, session).await;
        }
        Ok::<_, Failure>(rows)
    };
    let ended = run_leased(session, &[], 1, work, |rows| rows)?;
    let Some(rows) = ended.value.as_ref() else {
        return Ok(ended.settle(session, Exit::Done));
    };
    let rows = rows.as_ref().map_err(Clone::clone)?;
    let mut bytes = Vec::new();
    let rendered = render_sweep(rows, format, &session.terminal.look, &mut bytes);
    session.terminal.judge_write(rendered)?;
    session.terminal.write_answer(&bytes)?;
    let failed = |row: &&SweptRow| matches!(row.outcome, Swept::Failed { .. });
    let failed = rows.iter().filter(failed).count();
    if failed > 0 {
        let message = text::sweep_failed(lang, failed);
        return Err(Failure::new(Exit::TokenLeft, message, None));
    }
    Ok(ended.settle(session, Exit::Done))
}

/// scout's tokens, with what is to become of each.
async fn list(api: &Api, all: bool, session: &Session) -> Result<Vec<SweptRow>, Failure> {
    let tokens = api
        .fetch_tokens()
        .await
        .map_err(|error| Failure::of_source(&error, session.lang()))?;
    let live = live(session);
    let rows = tokens.into_iter().filter_map(|token| {
        let expires_at = token.name.parse::<TokenName>().ok()?.expires();
        let outcome = match live.get(&token.name) {
            Some(pid) => Swept::InUse { pid: *pid },
            None if all || expires_at <= session.world.now => Swept::WouldDelete,
            None => Swept::Unexpired,
        };
        Some(SweptRow {
            name: token.name,
            id: token.id,
            expires_at,
            outcome,
        })
    });
    Ok(rows.collect())
}

/// Tokens that live runs of this machine hold.
pub(super) fn live(session: &Session) -> BTreeMap<String, u32> {
    let watch = session.watch.ledger.as_ref();
    watch.map(|watch| watch.ledger.live()).unwrap_or_default()
}

/// Whether a token that is to be deleted has not expired.
fn is_unexpired(row: &SweptRow, session: &Session) -> bool {
    row.outcome == Swept::WouldDelete && row.expires_at > session.world.now
}

/// Asks about the unexpired ones; without any there is no question.
async fn confirmed(rows: &[SweptRow], session: &Session) -> bool {
    let unexpired = rows.iter().filter(|row| is_unexpired(row, session)).count();
    if unexpired == 0 {
        return true;
    }
    let question = text::sweep_question(session.lang(), unexpired);
    session.terminal.clear_progress();
    text::is_yes(&session.terminal.ask(&question).await)
}

/// Leaves the unexpired ones alone.
fn spare_unexpired(rows: &mut [SweptRow], session: &Session) {
    for row in rows.iter_mut() {
        if is_unexpired(row, session) {
            row.outcome = Swept::Unexpired;
        }
    }
}

/// Deletes those that are to be deleted, one after the other.
async fn delete(api: &Api, rows: &mut [SweptRow], session: &Session) {
    let wanted = rows
        .iter_mut()
        .filter(|row| row.outcome == Swept::WouldDelete);
    for row in wanted {
        row.outcome = match api.run_remove_token(&row.id).await {
            Ok(Removal::Deleted) => Swept::Deleted,
            Ok(Removal::Absent) => Swept::Gone,
            Err(error) => Swept::Failed {
                error: error.say(session.lang()),
            },
        };
    }
}

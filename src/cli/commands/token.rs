//! `scout token`: scout's own tokens that exist in the account.

use std::collections::BTreeMap;

use super::super::args::GlobalArgs;
use super::super::exit::{Exit, Failure};
use super::super::run::{Leased, run_leased};
use super::super::session::Session;
use super::sweep::live;
use super::{dry_run, form};
use crate::model::{Instant, TokenName};
use crate::render::tokens::{TokenRow, tokens as render_tokens};
use crate::sources::Token;

/// Lists them. Tokens of other names are not scout's and are not shown.
///
/// # Errors
/// No credentials; the API does not answer.
pub(super) fn list(global: &GlobalArgs, session: &Session) -> Result<Exit, Failure> {
    let format = form(global.output, "token list", true, session.lang())?;
    if global.dry_run {
        let region = session.region().unwrap_or_default();
        let path = format!("/cockpit/v1/regions/{region}/tokens");
        let request = ("scaleway", dry_run::api_host(session), path.as_str());
        return dry_run::show_one(request, None, None, global, session);
    }
    let work = async |leased: &Leased<'_>| {
        let tokens = leased.ensure_api(session)?.fetch_tokens().await;
        tokens.map_err(|error| Failure::of_source(&error, session.lang()))
    };
    let ended = run_leased(session, &[], 1, work, |found| found)?;
    let Some(found) = &ended.value else {
        return Ok(ended.settle(session, Exit::Done));
    };
    let tokens = found.as_ref().map_err(Clone::clone)?;
    let live = live(session);
    let rows: Vec<TokenRow> = tokens
        .iter()
        .filter_map(|token| row(token, &live, session.world.now))
        .collect();
    let mut bytes = Vec::new();
    let rendered = render_tokens(&rows, format, &session.terminal.look, &mut bytes);
    session.terminal.judge_write(rendered)?;
    session.terminal.write_answer(&bytes)?;
    Ok(ended.settle(session, Exit::Done))
}

/// One token; `None` where it is not scout's.
fn row(token: &Token, live: &BTreeMap<String, u32>, now: Instant) -> Option<TokenRow> {
    let expires: TokenName = token.name.parse().ok()?;
    Some(TokenRow {
        name: token.name.clone(),
        id: token.id.clone(),
        created_at: token.created_at,
        age: token.created_at.map(|created| now - created),
        expires_at: Some(expires.expires()),
        expired: expires.expires() <= now,
        held_by_pid: live.get(&token.name).copied(),
        scopes: token.scopes.clone(),
    })
}

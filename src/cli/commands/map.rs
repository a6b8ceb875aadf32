//! `scout map`: does the map hold, and what do its names stand for?

use serde_json::json;

use super::super::args::GlobalArgs;
use super::super::exit::{Exit, Failure};
use super::super::session::Session;
use super::form;
use crate::model::messages::cli as text;
use crate::render::Format;
use crate::render::map::map as render_map;

/// Says whether the map holds. Opening the session has read and checked it.
///
/// # Errors
/// There is no map; a form that there is not.
pub(super) fn check(global: &GlobalArgs, session: &Session) -> Result<Exit, Failure> {
    let path = path(session)?;
    let (environments, services) = (session.environments, session.services.len());
    let answer = match form(global.output, "map check", false, session.lang())? {
        Format::Json => json!({
            "schema": 1, "path": path, "ok": true, "environments": environments, "services": services,
        })
        .to_string(),
        _ => text::map_holds(session.lang(), path, environments, services),
    };
    session
        .terminal
        .write_answer(format!("{answer}\n").as_bytes())?;
    Ok(Exit::Done)
}

/// Shows the services of the environment.
///
/// # Errors
/// There is no map; an unknown service.
pub(super) fn show(
    typed: &[String],
    global: &GlobalArgs,
    session: &Session,
) -> Result<Exit, Failure> {
    path(session)?;
    let format = form(global.output, "map show", true, session.lang())?;
    let asked = session.asked(typed)?;
    let services: Vec<_> = session
        .services
        .iter()
        .filter(|service| asked.contains(&service.name))
        .cloned()
        .collect();
    let mut bytes = Vec::new();
    let rendered = render_map(
        &session.environment.name,
        &services,
        format,
        &session.terminal.look,
        &mut bytes,
    );
    session.terminal.judge_write(rendered)?;
    session.terminal.write_answer(&bytes)?;
    Ok(Exit::Done)
}

/// The map's path.
fn path(session: &Session) -> Result<&str, Failure> {
    session.map_path.as_deref().ok_or_else(|| {
        Failure::config(
            text::no_map(session.lang()),
            Some(text::no_map_hint(session.lang())),
        )
    })
}

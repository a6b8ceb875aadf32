//! `scout sandbox`: the world behind `--sandbox`, for any tool, until it is interrupted.

use anyhow::Context;

use super::super::args::{GlobalArgs, SandboxArgs};
use super::super::exit::{Exit, Failure};
use super::super::session::{language, scenario, window_flags};
use super::super::signals::SignalDesk;
use super::super::terminal::Terminal;
use super::super::world::World;
use crate::model::messages::cli as text;
use crate::sandbox::{Sandbox, Scenario};

/// The variables that point scout and the official tools at a sandbox.
pub(in crate::cli) fn sandbox_variables(sandbox: &Sandbox) -> Vec<(&'static str, String)> {
    let keys = sandbox.keys();
    vec![
        ("SCW_API_URL", sandbox.url().to_owned()),
        ("SCW_ACCESS_KEY", keys.access_key),
        ("SCW_SECRET_KEY", keys.secret_key.expose().to_owned()),
        ("SCW_DEFAULT_ORGANIZATION_ID", keys.organization_id),
        ("SCW_DEFAULT_PROJECT_ID", keys.project_id),
        ("SCW_DEFAULT_REGION", keys.region),
        ("SCW_DEFAULT_ZONE", keys.zone),
    ]
}

/// Runs it.
///
/// # Errors
/// No such scenario, an address that is taken or not loopback.
pub(super) fn run(args: &SandboxArgs, global: &GlobalArgs, world: &World) -> Result<Exit, Failure> {
    let lang = language(global, world, None);
    let terminal = Terminal::new(global, world, lang);
    if args.list {
        let lines: Vec<String> = Scenario::builtins()
            .into_iter()
            .map(|(name, title)| format!("{name:<24} {title}"))
            .collect();
        terminal.write_answer(format!("{}\n", lines.join("\n")).as_bytes())?;
        return Ok(Exit::Done);
    }
    let scenario = scenario(&args.scenario, &world.folder, lang)?;
    if !args.listen.ip().is_loopback() {
        return Err(Failure::usage(
            text::listen_loopback_only(lang, &args.listen.to_string()),
            Some(text::listen_loopback_only_hint(lang)),
        ));
    }
    let sandbox = Sandbox::start(scenario, args.listen, world.now)
        .map_err(|error| Failure::config(error.say(lang), error.hint(lang)))?;
    if let Some(path) = &args.write_map {
        std::fs::write(path, sandbox.map_toml()).map_err(|error| {
            Failure::config(
                text::cannot_save(lang, &path.display().to_string(), &error.to_string()),
                None,
            )
        })?;
    }
    terminal.write_answer(exports(&sandbox, args).as_bytes())?;
    terminal.note(&text::sandbox_up(lang, &args.scenario, sandbox.url()));
    if let Some(window) = sandbox.window() {
        terminal.note(&text::recorded_window(lang, &window_flags(window)));
    }
    if !sandbox.issue().is_empty() {
        terminal.note(&text::sandbox_issue(lang, sandbox.issue()));
    }
    wait(lang)
}

/// What to put into a shell so that other tools ask the sandbox.
fn exports(sandbox: &Sandbox, args: &SandboxArgs) -> String {
    let url = sandbox.url();
    let mut lines: Vec<String> = sandbox_variables(sandbox)
        .into_iter()
        .map(|(name, value)| format!("export {name}={value}"))
        .collect();
    if let Some(path) = &args.write_map {
        lines.push(format!("export SCOUT_INFRA_MAP={}", path.display()));
    }
    lines.push(format!("export LOKI_ADDR={url}"));
    let token = sandbox.keys().reader_token.expose().to_owned();
    lines.push(format!("export LOKI_BEARER_TOKEN={token}"));
    // promtool of Prometheus 2 has no option for a token: it goes in front of the host
    let with_token = url.replace("://", &format!("://scout:{token}@"));
    lines.push(format!("export PROMTOOL_URL={with_token}/prometheus"));
    lines.push(format!("export PROMETHEUS_URL={url}/prometheus"));
    lines.push(String::new());
    lines.join("\n")
}

/// Waits for a signal.
fn wait(lang: crate::model::Lang) -> Result<Exit, Failure> {
    let failed = |error: anyhow::Error| Failure::of_system(&error, lang);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("starting the event loop")
        .map_err(failed)?;
    let caught = runtime.block_on(async {
        let desk = SignalDesk::open()
            .context("listening for signals")
            .map_err(failed)?;
        Ok(desk.listen().next().await)
    })?;
    Ok(Exit::Signal(caught.number))
}

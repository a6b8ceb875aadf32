//! `--dry-run`: the plan, printed; nothing is sent.

use chrono::TimeDelta;

use super::super::args::{GlobalArgs, Output};
use super::super::exit::{Exit, Failure};
use super::super::session::Session;
use super::form;
use crate::model::{Scope, Window};
use crate::plan::{Plan, Request};
use crate::render::plan::{PlanRow, PlanSheet, plan as render_plan};

/// Prints a plan.
///
/// # Errors
/// A form that there is not; stdout.
pub(super) fn show(plan: &Plan, global: &GlobalArgs, session: &Session) -> Result<Exit, Failure> {
    let rows = plan
        .requests
        .iter()
        .map(|request| row(plan, request, session));
    show_rows(rows.collect(), plan.scopes(), global, session)
}

/// Prints the one request of a command that has no plan.
///
/// # Errors
/// As [`show`].
pub(super) fn show_one(
    (source, host, path): (&str, Option<String>, &str),
    window: Option<Window>,
    scope: Option<Scope>,
    global: &GlobalArgs,
    session: &Session,
) -> Result<Exit, Failure> {
    let row = PlanRow {
        source: source.to_owned(),
        method: Some("GET".to_owned()),
        host: host.unwrap_or_default(),
        request: path.to_owned(),
        window,
        limit: None,
        deadline: TimeDelta::from_std(session.timeout).unwrap_or(TimeDelta::MAX),
        scope,
    };
    show_rows(vec![row], scope.into_iter().collect(), global, session)
}

/// Prints requests. Whatever form the command's own answer would have, a plan is a sheet: JSON for programs, a table for people.
fn show_rows(
    requests: Vec<PlanRow>,
    scopes: Vec<Scope>,
    global: &GlobalArgs,
    session: &Session,
) -> Result<Exit, Failure> {
    let output = match global.output {
        Output::Ndjson => Output::Json,
        Output::Raw | Output::Csv => Output::Human,
        other => other,
    };
    let (requests, scopes) = match session.foreign_loki() {
        Some(_) => (
            requests.into_iter().map(without_scope).collect(),
            Vec::new(),
        ),
        None => (requests, scopes),
    };
    let format = form(output, "--dry-run", true, session.lang())?;
    let sheet = PlanSheet {
        schema: 1,
        environment: session.environment.name.clone(),
        scopes,
        requests,
        skipped: Vec::new(),
    };
    let mut bytes = Vec::new();
    let rendered = render_plan(&sheet, format, &session.terminal.look, &mut bytes);
    session.terminal.judge_write(rendered)?;
    session.terminal.write_answer(&bytes)?;
    Ok(Exit::Done)
}

/// One request.
fn row(plan: &Plan, request: &Request, session: &Session) -> PlanRow {
    let known = session.known_endpoints();
    let host = match request {
        Request::Logs(_) | Request::Count(_) | Request::Errors(_) => known.logs,
        Request::Metrics(_) => known.metrics,
        Request::State(_) | Request::Events(_) => api_host(session),
        Request::Look(look) => session
            .environment
            .ssh
            .get(&look.target)
            .map(|target| target.host.clone()),
        Request::Probe(probe) => probe.host(),
    };
    let deadline = match request {
        Request::Look(_) => plan.budget.machine,
        Request::Probe(_) => plan.budget.probe,
        _ => plan.budget.timeout,
    };
    PlanRow {
        source: request.source().to_owned(),
        method: (!matches!(request, Request::Look(_))).then(|| "GET".to_owned()),
        host: host.unwrap_or_default(),
        request: request.text().to_owned(),
        window: request.window(),
        limit: match request {
            Request::Logs(logs) => Some(u64::from(logs.limit)),
            Request::Errors(errors) => Some(u64::from(errors.limit)),
            Request::Count(_)
            | Request::Metrics(_)
            | Request::State(_)
            | Request::Events(_)
            | Request::Look(_)
            | Request::Probe(_) => None,
        },
        deadline: TimeDelta::from_std(deadline).unwrap_or(TimeDelta::MAX),
        scope: request.scope(),
    }
}

/// A request to a server that no token is made for.
fn without_scope(row: PlanRow) -> PlanRow {
    PlanRow { scope: None, ..row }
}

/// Where the Scaleway API is; `None` where that is not known.
pub(super) fn api_host(session: &Session) -> Option<String> {
    session.account().ok().map(|account| account.api_url)
}

//! One file a verb: what it asks, how it answers.

mod completions;
mod dry_run;
mod errors;
mod foreign;
mod health;
mod investigate;
mod labels;
mod logql;
mod logs;
mod map;
mod matching;
mod metrics;
mod patterns;
mod promql;
mod replay;
mod sandbox;
mod series;
mod slow;
mod state;
mod survey;
mod sweep;
mod token;
mod trace;
mod volume;

use super::args::{Cli, Command, GlobalArgs, MapCommand, Output, TokenCommand};
use super::exit::{Exit, Failure};
use super::session::{Session, language};
use super::world::World;
use crate::config::Catalog;
use crate::model::messages::cli as text;
use crate::model::{Kind, Lang, Service};
use crate::plan::{Budget, language_of, plan_listings};
use crate::render::Format;
use crate::render::visible::visible;

pub(super) use sandbox::sandbox_variables;

/// Runs what needs neither map nor credentials; `None` for any other command.
///
/// # Errors
/// The command's.
pub(super) fn run_without_session(cli: &Cli, world: &World) -> Result<Option<Exit>, Failure> {
    ensure_screen(cli, language(&cli.global, world, None))?;
    match &cli.command {
        Command::Completions(args) => completions::run(args, &cli.global, world).map(Some),
        Command::Sandbox(args) => sandbox::run(args, &cli.global, world).map(Some),
        Command::Investigate(args) => replay::run(args, &cli.global, world),
        Command::Patterns(args) => patterns::run(args, &cli.global, world),
        _ => Ok(None),
    }
}

/// Runs any other command.
///
/// # Errors
/// The command's.
pub(super) fn run(cli: &Cli, session: &mut Session) -> Result<Exit, Failure> {
    match &cli.command {
        Command::Investigate(args) => investigate::run(args, &cli.global, session),
        Command::Health(args) => health::run(args, &cli.global, session),
        Command::Logs(args) => logs::run(args, &cli.global, session),
        Command::Errors(args) => errors::run(args, &cli.global, session),
        Command::Patterns(args) => errors::run_patterns(args, &cli.global, session),
        Command::Trace(args) => trace::run(args, &cli.global, session),
        Command::Slow(args) => slow::run(args, &cli.global, session),
        Command::Volume(args) => volume::run(args, &cli.global, session),
        Command::Labels(args) => labels::run(args, &cli.global, session),
        Command::Series(args) => series::run(args, &cli.global, session),
        Command::Logql(args) => logql::run(args, &cli.global, session),
        Command::Metrics(args) => metrics::run(args, &cli.global, session),
        Command::Promql(args) => promql::run(args, &cli.global, session),
        Command::State(args) => state::run(args, &cli.global, session),
        Command::Map(args) => match &args.command {
            MapCommand::Check => map::check(&cli.global, session),
            MapCommand::Show { services } => map::show(services, &cli.global, session),
        },
        Command::Token(args) => match &args.command {
            TokenCommand::List => token::list(&cli.global, session),
            TokenCommand::Sweep(args) => sweep::run(args, &cli.global, session),
        },
        Command::Completions(_) | Command::Sandbox(_) => Ok(Exit::Done),
    }
}

/// The language of the question, where it gave itself away.
pub(super) fn question_lang(command: &Command) -> Option<Lang> {
    match command {
        Command::Investigate(args) => language_of(&args.issue.join(" ")),
        _ => None,
    }
}

/// The limits of a run.
fn budget(session: &Session) -> Budget {
    Budget::new(session.timeout)
}

/// Refuses to show secrets anywhere but on the screen.
///
/// # Errors
/// `--no-redact` with a form for programs or documents, or with a bundle.
fn ensure_screen(cli: &Cli, lang: Lang) -> Result<(), Failure> {
    let elsewhere = match &cli.command {
        _ if !cli.global.no_redact => None,
        Command::Investigate(args) if args.bundle.is_some() => Some("--bundle"),
        _ => (cli.global.output != Output::Human).then_some("--output"),
    };
    match elsewhere {
        None => Ok(()),
        Some(flag) => Err(Failure::usage(
            text::no_redact_elsewhere(lang, flag),
            Some(text::no_redact_elsewhere_hint(lang)),
        )),
    }
}

/// The form of an answer, for a command that has these.
fn form(output: Output, command: &str, markdown: bool, lang: Lang) -> Result<Format, Failure> {
    match output {
        Output::Human => Ok(Format::Human),
        Output::Json => Ok(Format::Json),
        Output::Markdown if markdown => Ok(Format::Markdown),
        _ => {
            let forms = if markdown {
                "human, json, markdown"
            } else {
                "human, json"
            };
            Err(Failure::usage(
                text::no_such_form(lang, command, forms),
                None,
            ))
        }
    }
}

/// The form of a report, which has one more than tables have.
fn report_form(output: Output, command: &str, lang: Lang) -> Result<Format, Failure> {
    match output {
        Output::Html => Ok(Format::Html),
        Output::Human | Output::Json | Output::Markdown => form(output, command, true, lang),
        Output::Ndjson | Output::Csv | Output::Raw => Err(Failure::usage(
            text::no_such_form(lang, command, "human, json, markdown, html"),
            None,
        )),
    }
}

/// Without a map, takes the resources that the account lists for services. A dry run must not ask for them: it shows those
/// lists as all that can be planned, and ends.
///
/// # Errors
/// No credentials, or nothing found.
fn ensure_services(session: &mut Session, global: &GlobalArgs) -> Result<Option<Exit>, Failure> {
    if session.map_path.is_some() || !session.services.is_empty() {
        return Ok(None);
    }
    if session.foreign_loki().is_some() {
        return foreign::find_services(session, global);
    }
    let requests = plan_listings(
        &Kind::ALL,
        session.region().as_deref(),
        &session.zones(),
        session.catalog,
    );
    let plan = crate::plan::Plan {
        requests,
        budget: budget(session),
    };
    if global.dry_run {
        session
            .terminal
            .note(&text::plan_without_map(session.lang()));
        return dry_run::show(&plan, global, session).map(Some);
    }
    let ended = super::run::run_plan(session, &plan, |records| records)?;
    let Some(records) = &ended.value else {
        return Ok(Some(ended.settle(session, Exit::Done)));
    };
    metrics::say_gaps(session, records);
    let services = services_of(records, session.catalog);
    if services.is_empty() {
        let failure = first_failure(records);
        return Err(failure.unwrap_or_else(|| {
            Failure::config(
                text::no_services(session.lang()),
                Some(text::no_map_hint(session.lang())),
            )
        }));
    }
    session
        .terminal
        .note(&text::services_from_account(session.lang(), services.len()));
    session.services = services;
    Ok(None)
}

/// The first source that failed, as a failure of the run.
fn first_failure(records: &[crate::evidence::Record]) -> Option<Failure> {
    records.iter().find_map(|record| match record {
        crate::evidence::Record::Source(source) => match &source.outcome {
            crate::evidence::SourceOutcome::Failed { error, .. } => Some(Failure::new(
                Exit::of_failures([error.kind]),
                error.message.clone(),
                None,
            )),
            _ => None,
        },
        _ => None,
    })
}

/// The failures among records.
fn failures(records: &[crate::evidence::Record]) -> Vec<crate::evidence::FailureKind> {
    records
        .iter()
        .filter_map(|record| match record {
            crate::evidence::Record::Source(source) => match &source.outcome {
                crate::evidence::SourceOutcome::Failed { error, .. } => Some(error.kind),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

/// Services made of listed resources: one each, named as the resource; a name that two share gets its kind behind it.
fn services_of(records: &[crate::evidence::Record], catalog: &Catalog) -> Vec<Service> {
    let states: Vec<&crate::evidence::StateRecord> = records
        .iter()
        .filter_map(|record| match record {
            crate::evidence::Record::State(state) if !state.name.is_empty() => Some(state),
            _ => None,
        })
        .filter(|state| catalog.prefix(state.kind).is_some())
        .collect();
    states
        .iter()
        .map(|state| {
            let shared = states
                .iter()
                .filter(|other| other.name == state.name)
                .count()
                > 1;
            let name = if shared {
                format!("{}-{}", state.name, state.kind)
            } else {
                state.name.clone()
            };
            Service {
                title: name.clone(),
                name,
                kind: state.kind,
                aliases: Vec::new(),
                resource_name: crate::sources::log_name(&state.resource)
                    .unwrap_or_else(|| state.name.clone()),
                depends_on: Vec::new(),
                url: None,
                ssh: None,
            }
        })
        .collect()
}

/// Masks names that a server gave.
fn mask_names(session: &Session, names: &mut [String]) {
    session.mask_with(|redactor| {
        for name in names {
            redactor.mask(name);
        }
    });
}

/// Writes a list of names, one a line.
///
/// # Errors
/// Stdout.
fn write_names(session: &Session, names: &[String], format: Format) -> Result<(), Failure> {
    let bytes = if format == Format::Json {
        format!("{}\n", serde_json::json!({ "schema": 1, "names": names }))
    } else {
        names.iter().fold(String::new(), |mut lines, name| {
            lines.extend([visible(name).as_ref(), "\n"]);
            lines
        })
    };
    session.terminal.write_answer(bytes.as_bytes())
}

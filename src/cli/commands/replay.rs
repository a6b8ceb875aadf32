//! `scout investigate --from FILE`: the report again, from an evidence bundle alone.
//!
//! No network, no map, no credentials, no token: window, baseline, issue and services are the bundle's. `--from` is also the
//! start of a window: what reads as a time is one, so that a file whose name looks like a time needs a `./` in front.

use std::fs::File;
use std::io::BufReader;

use chrono::{Offset, Utc};
use serde_json::{Map, Value, json};

use super::super::args::{GlobalArgs, InvestigateArgs};
use super::super::exit::{Exit, Failure};
use super::super::session::language;
use super::super::terminal::Terminal;
use super::super::time;
use super::super::world::World;
use super::investigate::{FLAGS, about, claim, exit, params, specs, write_report};
use super::{failures, form};
use crate::config::Catalog;
use crate::evidence::{Evidence, Meta, read_bundle};
use crate::model::messages::bundle as text;
use crate::model::{Lang, RedactOptions, Redactor, Service};
use crate::plan::{language_of, understand};

/// Stdin as a file.
const STDIN: &str = "-";

/// What names of bundles end in: such a name is meant as a file even where there is none.
const ENDINGS: [&str; 4] = [".ndjson", ".jsonl", ".json", ".gz"];

/// Runs it; `None` where `--from` is no bundle.
///
/// # Errors
/// A value that is neither time nor file, a bundle that cannot be read, a flag that does not go with one.
pub(super) fn run(
    args: &InvestigateArgs,
    global: &GlobalArgs,
    world: &World,
) -> Result<Option<Exit>, Failure> {
    let lang = language(global, world, None);
    let Some(name) = bundle_name(args, global, world, lang)? else {
        return Ok(None);
    };
    refuse_flags(args, global, lang)?;
    let mut evidence = read(name, world, lang)?;
    if let Some(wanted) = &global.env
        && *wanted != evidence.meta.environment
    {
        return Err(not_with_bundle("--env", lang));
    }
    ask(&args.issue.join(" "), &mut evidence.meta);
    mask(global, &mut evidence);
    let lang = language(global, world, language_of(&evidence.meta.issue));
    let terminal = Terminal::new(global, world, lang);
    let format = form(global.output, "investigate", true, lang)?;
    let services: Vec<Service> = evidence.meta.services().collect();
    let specs = specs(&services, Catalog::builtin());
    let report = claim(&evidence, &specs, &about(lang, world.now, flags(&evidence)));
    write_report(&report, args, format, &terminal)?;
    let completeness = Exit::of_failures(failures(&evidence.records));
    Ok(Some(exit(args, &report, completeness)))
}

/// The bundle that `--from` names; `None` where it is not given or is a time.
fn bundle_name<'a>(
    args: &'a InvestigateArgs,
    global: &GlobalArgs,
    world: &World,
    lang: Lang,
) -> Result<Option<&'a str>, Failure> {
    let Some(value) = args.window.from.as_deref() else {
        return Ok(None);
    };
    let offset = Terminal::new(global, world, lang).offset();
    if time::is_time(value, world.now, offset) {
        return Ok(None);
    }
    let is_file = value == STDIN
        || ENDINGS.iter().any(|ending| value.ends_with(ending))
        || !value.trim().is_empty() && world.folder.join(value).exists();
    if is_file {
        return Ok(Some(value));
    }
    Err(Failure::usage(
        text::neither_time_nor_file(lang, value),
        Some(text::neither_time_nor_file_hint(lang)),
    ))
}

/// Refuses flags that a bundle has already answered.
fn refuse_flags(args: &InvestigateArgs, global: &GlobalArgs, lang: Lang) -> Result<(), Failure> {
    let given = [
        ("--to", args.window.to.is_some()),
        ("--baseline", args.baseline.is_some()),
        ("--sandbox", global.sandbox.is_some()),
        ("--dry-run", global.dry_run),
        ("--bundle", args.bundle.is_some()),
    ];
    match given.into_iter().find(|(_, given)| *given) {
        Some((flag, _)) => Err(not_with_bundle(flag, lang)),
        None => Ok(()),
    }
}

/// A flag that a bundle has already answered.
fn not_with_bundle(flag: &str, lang: Lang) -> Failure {
    Failure::usage(
        text::not_with_bundle(lang, flag),
        Some(text::not_with_bundle_hint(lang)),
    )
}

/// Reads the bundle.
fn read(name: &str, world: &World, lang: Lang) -> Result<Evidence, Failure> {
    let read = if name == STDIN {
        read_bundle(std::io::stdin().lock(), "stdin")
    } else {
        let file = File::open(world.folder.join(name)).map_err(|error| {
            Failure::config(
                text::unreadable(lang, name, &error.to_string()),
                Some(text::unreadable_hint(lang)),
            )
        })?;
        read_bundle(BufReader::new(file), name)
    };
    read.map_err(|error| Failure::config(error.say(lang), Some(error.hint(lang))))
}

/// Puts the question into the evidence: the words of the command line where there are any, else the bundle's own, which only
/// matter where the bundle does not say which services they are about.
fn ask(typed: &str, meta: &mut Meta) {
    let typed = typed.trim();
    let known: Vec<Service> = meta.services().collect();
    let named = named_services(&meta.params, &known);
    let (issue, named) = if typed.is_empty() {
        (meta.issue.clone(), named)
    } else {
        (typed.to_owned(), Vec::new())
    };
    // The bundle has its window: what the words say of time only fills the line that says what was understood.
    let understood = understand(&issue, &known, meta.created_at, Utc.fix());
    let services = [named, understood.services.clone()]
        .into_iter()
        .find(|names| !names.is_empty())
        .unwrap_or_else(|| known.iter().map(|service| service.name.clone()).collect());
    if !typed.is_empty() || !meta.params.contains_key("symptom") {
        meta.params.extend(params(&issue, &understood, true));
    }
    meta.params.insert("services".to_owned(), json!(services));
    meta.issue = issue;
}

/// Masks what the bundle holds, unless the user wants to see it as it is. A masked bundle has its numbers already: what is found
/// beside them, in the words of the command line, gets none.
fn mask(global: &GlobalArgs, evidence: &mut Evidence) {
    if global.no_redact {
        evidence.sort();
        return;
    }
    let options = RedactOptions {
        ips: global.redact_ips,
        unnumbered: evidence.meta.redacted,
    };
    evidence.redact(&mut Redactor::new(options));
}

/// The services that the parameters name, of those that there are, under the keys that people use for them.
fn named_services(params: &Map<String, Value>, known: &[Service]) -> Vec<String> {
    let mut names = Vec::new();
    for key in ["services", "service", "target"] {
        match params.get(key) {
            Some(Value::Array(values)) => names.extend(values.iter().filter_map(Value::as_str)),
            Some(Value::String(name)) => names.push(name),
            Some(Value::Object(target)) => names.extend(
                ["service", "node", "name"]
                    .iter()
                    .find_map(|key| target.get(*key)?.as_str()),
            ),
            _ => {}
        }
    }
    names
        .into_iter()
        .filter(|name| known.iter().any(|service| service.name == *name))
        .map(str::to_owned)
        .collect()
}

/// The flags that a further command needs to ask about the same world, as the run that was kept had them.
fn flags(evidence: &Evidence) -> String {
    let flags = evidence.meta.params.get(FLAGS).and_then(Value::as_str);
    flags.unwrap_or_default().to_owned()
}

//! `scout logs`: the lines of services, oldest of the newest first.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use regex::Regex;

use super::super::args::{GlobalArgs, LevelChoice, LogsArgs, Output};
use super::super::cockpit;
use super::super::exit::{Exit, Failure};
use super::super::run::{Leased, run_leased};
use super::super::session::Session;
use super::super::time;
use super::{budget, dry_run, ensure_services};
use crate::analysis::{Level, Opened, open};
use crate::evidence::{LogRecord, redact_logs};
use crate::model::messages::cli as text;
use crate::model::{Entry, Labels, Lang, Matcher, Scope, Selector, Service, Window, nearest};
use crate::plan::{LogsRequest, Plan, Request, Span, contains_filter};
use crate::render::logs::{LogLine, LogView, write_head, write_human, write_ndjson, write_raw};
use crate::sources::Wanted;
use crate::sources::download::{Downloaded, Gap, Order, Wish, download};
use crate::sources::loki::Loki;

/// Forms of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// For people.
    Human,
    /// One JSON object a line.
    Ndjson,
    /// As stored.
    Raw,
}

/// The lines, and where there are none the values of `resource_name` that Loki has, if it says.
type Found = (Fetched, Option<Vec<String>>);

/// Which lines are wanted, beyond what the query can say.
struct Filter {
    /// Must match.
    grep: Option<Regex>,
    /// Must not match.
    exclude: Option<Regex>,
    /// This bad at least.
    level: Option<Level>,
}

/// The lines that are shown.
#[derive(Debug, Default)]
struct Fetched {
    /// Accepted entries, oldest first.
    entries: Vec<(Arc<Labels>, Entry)>,
    /// Whether there are more that were not wanted.
    more: bool,
    /// How the download ended.
    done: Downloaded,
}

/// Runs it.
///
/// # Errors
/// An unknown service, a pattern or window that does not hold, no credentials, Loki's refusal.
pub(super) fn run(
    args: &LogsArgs,
    global: &GlobalArgs,
    session: &mut Session,
) -> Result<Exit, Failure> {
    let lang = session.lang();
    // A plan has forms of its own.
    let form = if global.dry_run {
        Form::Human
    } else {
        form(global.output, lang)?
    };
    let filter = Filter::of(args, lang)?;
    let window = time::window(
        &args.window,
        session.world.now,
        session.terminal.offset(),
        lang,
    )?;
    if let Some(exit) = ensure_services(session, global)? {
        return Ok(exit);
    }
    let asked = session.asked(&args.services)?;
    let services: Vec<Service> = session
        .services
        .iter()
        .filter(|service| asked.contains(&service.name))
        .cloned()
        .collect();
    let query = query(&services, args);
    let wanted = usize::try_from(args.limit).ok().filter(|limit| *limit > 0);
    let page = budget(session).page_entries;
    if global.dry_run {
        return dry_run::show(&plan(session, &query, window, page), global, session);
    }
    let work = async |leased: &Leased<'_>| {
        let source = cockpit::open(session, leased, Wanted::Logs).await?;
        let wish = Wish {
            query: query.clone(),
            window,
            order: Order::NewestFirst,
            enough: wanted
                .filter(|_| filter.is_empty())
                .map(|wanted| wanted as u64),
            page_entries: page,
            parallel: budget(session).parallel,
        };
        let fetched = fetch_newest(&source.loki(), &wish, wanted, &filter).await;
        let known = if fetched.entries.is_empty() && fetched.done.gaps.is_empty() {
            // Nothing at all may mean a name that Loki does not know: worth one more request.
            source
                .loki()
                .fetch_label_values("resource_name", window)
                .await
                .ok()
        } else {
            None
        };
        Ok((fetched, known))
    };
    let ended = run_leased(
        session,
        &[Scope::Logs],
        1,
        work,
        |found: Result<Found, Failure>| found,
    )?;
    ended.finish(session, |found| {
        let (fetched, known) = found.as_ref().map_err(Clone::clone)?;
        say_unknown(session, &services, known.as_deref());
        write(session, form, &services, window, fetched)?;
        Ok(say_rest(session, args, fetched))
    })
}

/// Fetches the newest entries that a filter accepts: `wanted` of them, or all for `None`.
async fn fetch_newest(
    loki: &Loki<'_>,
    wish: &Wish,
    wanted: Option<usize>,
    filter: &Filter,
) -> Fetched {
    let mut entries = Vec::new();
    let mut more = false;
    let done = download(loki, wish, async |page| {
        for found in page.entries() {
            let entry = Entry {
                at: found.at,
                line: found.line.to_owned(),
            };
            if !filter.accepts(found.labels, &entry) {
                continue;
            }
            if wanted.is_some_and(|wanted| entries.len() >= wanted) {
                more = true;
                return ControlFlow::Break(());
            }
            entries.push((found.labels.clone(), entry));
        }
        ControlFlow::Continue(())
    })
    .await;
    entries.reverse();
    Fetched {
        entries,
        more,
        done,
    }
}

/// The form of the answer.
fn form(output: Output, lang: Lang) -> Result<Form, Failure> {
    match output {
        Output::Human => Ok(Form::Human),
        Output::Ndjson => Ok(Form::Ndjson),
        Output::Raw => Ok(Form::Raw),
        Output::Json | Output::Markdown | Output::Html => Err(Failure::usage(
            text::no_such_form(lang, "logs", "human, ndjson, raw"),
            None,
        )),
    }
}

/// The log query: the services' streams, and what of the pattern the server can filter without losing a line.
fn query(services: &[Service], args: &LogsArgs) -> String {
    let names = services
        .iter()
        .map(|service| service.resource_name.as_str());
    let selector = Selector(vec![Matcher::any_of("resource_name", names)]);
    match args
        .grep
        .as_deref()
        .filter(|pattern| regex::escape(pattern) == *pattern)
    {
        Some(literal) if !literal.is_empty() => format!("{selector}{}", contains_filter(literal)),
        _ => selector.to_string(),
    }
}

/// The plan, for `--dry-run`.
fn plan(session: &Session, query: &str, window: Window, limit: u32) -> Plan {
    let request = Request::Logs(LogsRequest {
        service: String::new(),
        query: query.to_owned(),
        window,
        span: Span::Window,
        limit,
    });
    Plan {
        requests: vec![request],
        budget: budget(session),
    }
}

impl Filter {
    /// The filter that the flags want.
    fn of(args: &LogsArgs, lang: Lang) -> Result<Self, Failure> {
        let pattern = |flag: &str, pattern: &Option<String>| match pattern {
            Some(pattern) => Regex::new(pattern).map(Some).map_err(|error| {
                let why = error
                    .to_string()
                    .lines()
                    .last()
                    .unwrap_or_default()
                    .trim()
                    .trim_start_matches("error: ")
                    .trim_end_matches('.')
                    .to_owned();
                Failure::usage(
                    text::bad_pattern(lang, flag, &why),
                    Some(text::bad_pattern_hint(lang)),
                )
            }),
            None => Ok(None),
        };
        Ok(Self {
            grep: pattern("--grep", &args.grep)?,
            exclude: pattern("--exclude", &args.exclude)?,
            level: args.level.map(|level| match level {
                LevelChoice::Debug => Level::Debug,
                LevelChoice::Info => Level::Info,
                LevelChoice::Warn => Level::Warn,
                LevelChoice::Error => Level::Error,
                LevelChoice::Fatal => Level::Fatal,
            }),
        })
    }

    /// Whether it lets everything through.
    fn is_empty(&self) -> bool {
        self.grep.is_none() && self.exclude.is_none() && self.level.is_none()
    }

    /// Whether an entry is wanted. Patterns look at the line as the program wrote it, and at its text once opened.
    fn accepts(&self, labels: &Arc<Labels>, entry: &Entry) -> bool {
        if self.is_empty() {
            return true;
        }
        let opened = open(&record(String::new(), labels, entry));
        let matches = |pattern: &Regex| {
            pattern.is_match(&opened.written) || pattern.is_match(&opened.message)
        };
        self.grep.as_ref().is_none_or(matches)
            && !self.exclude.as_ref().is_some_and(matches)
            && self.level.is_none_or(|level| opened.level >= level)
    }
}

/// An entry as a record.
fn record(service: String, labels: &Arc<Labels>, entry: &Entry) -> LogRecord {
    LogRecord {
        service,
        ts: entry.at.instant(),
        labels: labels.clone(),
        line: entry.line.clone(),
        metadata: None,
    }
}

/// Writes the lines.
fn write(
    session: &Session,
    form: Form,
    services: &[Service],
    window: Window,
    fetched: &Fetched,
) -> Result<(), Failure> {
    let by_resource: BTreeMap<&str, &str> = services
        .iter()
        .map(|service| (service.resource_name.as_str(), service.name.as_str()))
        .collect();
    let offset = session.terminal.offset();
    let days = [window.from, window.to].map(|at| at.with_timezone(&offset).date_naive());
    let view = LogView {
        service_columns: (services.len() > 1).then(|| {
            services
                .iter()
                .map(|service| service.name.chars().count())
                .max()
                .unwrap_or(0)
        }),
        dated: days[0] != days[1],
        labels: Vec::new(),
    };
    let look = &session.terminal.look;
    let mut bytes = Vec::new();
    if form == Form::Human && !fetched.entries.is_empty() {
        session
            .terminal
            .judge_write(write_head(None, look, &mut bytes))?;
    }
    let service_of = |labels: &Labels| {
        let name = labels.get("resource_name")?;
        by_resource.get(name).map(|service| (*service).to_owned())
    };
    let mut records: Vec<LogRecord> = fetched
        .entries
        .iter()
        .map(|(labels, entry)| record(service_of(labels).unwrap_or_default(), labels, entry))
        .collect();
    session.mask_with(|redactor| redact_logs(&mut records, redactor));
    for record in records {
        let line = log_line(record);
        let written = match form {
            Form::Human => write_human(&line, &view, look, &mut bytes),
            Form::Ndjson => write_ndjson(&line, &mut bytes),
            Form::Raw => write_raw(&line, session.terminal.shows_screen, &mut bytes),
        };
        session.terminal.judge_write(written)?;
    }
    session.terminal.write_answer(&bytes)
}

/// An entry as render wants it.
fn log_line(record: LogRecord) -> LogLine {
    let Opened {
        level,
        message,
        fields,
        ..
    } = open(&record);
    LogLine {
        at: record.ts,
        service: record.service,
        level: Some(level.as_str().to_owned()),
        message,
        fields,
        raw: record.line,
        labels: Labels::clone(&record.labels),
    }
}

/// Says which services' names Loki does not know, where it was asked.
fn say_unknown(session: &Session, services: &[Service], known: Option<&[String]>) {
    let lang = session.lang();
    let Some(known) = known else { return };
    for service in services
        .iter()
        .filter(|service| !known.contains(&service.resource_name))
    {
        let near = nearest(&service.resource_name, known.iter().map(String::as_str));
        let names = text::known_resource_names(lang, near, &known.join(", "));
        let message = text::unknown_resource_name(lang, &service.name, &service.resource_name);
        session.terminal.note(&format!("{message}; {names}"));
    }
}

/// Says what is not among the lines, and how the run ends.
fn say_rest(session: &Session, args: &LogsArgs, fetched: &Fetched) -> Exit {
    let lang = session.lang();
    for at in &fetched.done.crowded {
        session
            .terminal
            .warn(&text::crowded_instant(lang, &at.to_rfc3339()));
    }
    if let Some(Gap { window, error }) = fetched.done.gaps.first() {
        let window = format!("[{}, {})", window.from.to_rfc3339(), window.to.to_rfc3339());
        session.terminal.fail(&Failure {
            message: text::missing_window(lang, &window, &error.say(lang)),
            ..Failure::of_source(error, lang)
        });
        return Exit::of_failures([error.kind()]);
    }
    if fetched.entries.is_empty() {
        session.terminal.note(&text::no_lines(lang));
    } else if fetched.more {
        session
            .terminal
            .note(&text::limit_reached(lang, args.limit));
    }
    if !fetched.done.crowded.is_empty() {
        Exit::Incomplete
    } else {
        Exit::Done
    }
}

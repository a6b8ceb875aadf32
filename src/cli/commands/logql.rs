//! `scout logql`: any LogQL, log or metric query, instant or range.

use std::ops::ControlFlow;
use std::sync::Arc;

use anyhow::Context as _;
use chrono::TimeDelta;

use super::super::args::{GlobalArgs, LogqlArgs, Output};
use super::super::cockpit;
use super::super::exit::{Exit, Failure};
use super::super::outlet::Outlet;
use super::super::query::{self, Language};
use super::super::run::{Leased, run_leased};
use super::super::session::Session;
use super::logs::say_gaps;
use super::{budget, dry_run};
use crate::evidence::{LogMasker, LogRecord};
use crate::model::messages::cli as words;
use crate::model::messages::query as text;
use crate::model::{Lang, Scope, Window};
use crate::plan::{LogsRequest, Plan, Request, Span, is_log_query};
use crate::render::result::entries::{EntriesEnd, EntryForm, EntryView, EntryWriter};
use crate::sources::download::{Downloaded, Order, Page, Wish, download};
use crate::sources::loki::Loki;
use crate::sources::{Moment, Wanted};

/// Lines of a log query where nobody says how many.
const LINES: u64 = 50;

/// Least distance of points: Loki counts in seconds.
const LEAST_STEP: TimeDelta = TimeDelta::seconds(1);

/// Runs it.
///
/// # Errors
/// A query or window that does not hold, no credentials, Loki's refusal.
pub(super) fn run(
    args: &LogqlArgs,
    global: &GlobalArgs,
    session: &Session,
) -> Result<Exit, Failure> {
    query::ensure_query(&args.expr, Language::Logql, session.lang())?;
    let window = query::window(&args.window, session)?;
    if is_log_query(&args.expr) {
        run_lines(args, global, window, session)
    } else {
        run_numbers(args, global, window, session)
    }
}

/// A metric query.
fn run_numbers(
    args: &LogqlArgs,
    global: &GlobalArgs,
    window: Window,
    session: &Session,
) -> Result<Exit, Failure> {
    let lang = session.lang();
    let of_lines = [
        (args.limit.is_some(), "--limit"),
        (args.forward, "--forward"),
    ];
    refuse(&of_lines, false, lang)?;
    let moment = match &args.at {
        Some(at) => Moment::At(query::instant(at, session)?),
        None if args.instant => Moment::At(window.to),
        None => {
            let typed = args.step.as_deref();
            let step = query::step(typed, window, args.chart, LEAST_STEP, session)?;
            Moment::Over(window, step)
        }
    };
    if global.dry_run {
        return show(&args.expr, moment, global, session);
    }
    let Some(form) = query::number_form(global.output, args.chart, session) else {
        return Err(match global.output {
            Output::Raw => Failure::usage(text::form_is_for_lines(lang, "raw"), None),
            Output::Ndjson => Failure::usage(text::form_is_for_lines(lang, "ndjson"), None),
            _ => no_such_form(session),
        });
    };
    let work = async |leased: &Leased<'_>| {
        let source = cockpit::open(session, leased, Wanted::Logs).await?;
        let told = source.loki().fetch_query(&args.expr, moment).await;
        told.map_err(|error| query::refusal(&error, &args.expr, Language::Logql, lang))
    };
    let ended = run_leased(session, &[Scope::Logs], 1, work, |told| told)?;
    ended.finish(session, |told| {
        let told = told.as_ref().map_err(Clone::clone)?;
        let unit = query::unit(args.unit);
        query::write_numbers(&args.expr, moment, unit, told, form, session)
    })
}

/// Refuses flags of the other kind of query: `for_metrics` says which these are of.
fn refuse(flags: &[(bool, &str)], for_metrics: bool, lang: Lang) -> Result<(), Failure> {
    match flags.iter().find(|(typed, _)| *typed) {
        Some((_, flag)) => Err(Failure::usage(
            text::flag_is_for(lang, flag, for_metrics),
            None,
        )),
        None => Ok(()),
    }
}

/// The forms that there are.
fn no_such_form(session: &Session) -> Failure {
    query::no_such_form("logql", "human, json, csv, raw, ndjson", session)
}

/// Shows what would be asked.
fn show(
    expr: &str,
    moment: Moment,
    global: &GlobalArgs,
    session: &Session,
) -> Result<Exit, Failure> {
    let host = session.known_endpoints().logs;
    let window = match moment {
        Moment::Over(window, _) => Some(window),
        Moment::At(_) => None,
    };
    let request = ("loki", host, expr);
    dry_run::show_one(request, window, Some(Scope::Logs), global, session)
}

/// A log query.
fn run_lines(
    args: &LogqlArgs,
    global: &GlobalArgs,
    window: Window,
    session: &Session,
) -> Result<Exit, Failure> {
    let lang = session.lang();
    if args.instant || args.at.is_some() {
        return Err(query::no_instant(lang));
    }
    let of_numbers = [
        (args.step.is_some(), "--step"),
        (args.chart, "--chart"),
        (args.unit.is_some(), "--unit"),
    ];
    refuse(&of_numbers, true, lang)?;
    let limit = args.limit.unwrap_or(LINES);
    let wish = Wish {
        query: args.expr.clone(),
        window,
        order: if args.forward || limit == 0 {
            Order::OldestFirst
        } else {
            Order::NewestFirst
        },
        enough: (limit > 0).then_some(limit),
        page_entries: budget(session).page_entries,
        parallel: budget(session).parallel,
    };
    if global.dry_run {
        return dry_run::show(&plan(&wish, session), global, session);
    }
    let form = match global.output {
        Output::Human => EntryForm::Human,
        Output::Json => EntryForm::Json,
        Output::Ndjson => EntryForm::Ndjson,
        Output::Raw => EntryForm::Raw,
        Output::Csv => EntryForm::Csv,
        Output::Markdown | Output::Html => return Err(no_such_form(session)),
    };
    // A bounded answer is written when the token is gone; an unbounded one while it is downloaded.
    let outlet = match wish.enough {
        Some(_) => None,
        None => Some(
            Outlet::start()
                .context("starting the thread that writes the answer")
                .map_err(|error| Failure::of_system(&error, session.lang()))?,
        ),
    };
    let work = async |leased: &Leased<'_>| {
        let source = cockpit::open(session, leased, Wanted::Logs).await?;
        fetch_lines(&source.loki(), &wish, form, outlet.as_ref(), session).await
    };
    let ended = run_leased(session, &[Scope::Logs], 1, work, |lines| lines)?;
    ended.finish(session, |lines| {
        let lines = lines.as_ref().map_err(Clone::clone)?;
        if let Some(outlet) = outlet {
            session.terminal.judge_write(outlet.finish())?;
        }
        session.terminal.write_answer(&lines.rest)?;
        Ok(say_rest(&wish, lines, session))
    })
}

/// The plan of a log query, for `--dry-run`.
fn plan(wish: &Wish, session: &Session) -> Plan {
    let enough = wish.enough.and_then(|enough| u32::try_from(enough).ok());
    Plan {
        requests: vec![Request::Logs(LogsRequest {
            service: String::new(),
            query: wish.query.clone(),
            window: wish.window,
            span: Span::Window,
            limit: enough.map_or(wish.page_entries, |enough| enough.min(wish.page_entries)),
        })],
        budget: budget(session),
    }
}

/// What became of the lines.
struct Lines {
    /// Lines shown.
    shown: u64,
    /// What of the answer is not written yet.
    rest: Vec<u8>,
    /// Whether there are more.
    more: bool,
    /// How the download ended.
    done: Downloaded,
}

/// Downloads lines: all of them, written as they come, or the first or newest that are wanted, kept until they are all there.
async fn fetch_lines(
    loki: &Loki<'_>,
    wish: &Wish,
    form: EntryForm,
    outlet: Option<&Outlet>,
    session: &Session,
) -> Result<Lines, Failure> {
    let mut pages = Pages::new(wish, form, session);
    let mut held: Vec<LogRecord> = Vec::new();
    let mut more = false;
    let mut outcome = Ok(());
    let done = download(loki, wish, async |page| {
        held.extend(records(&page));
        let Some(outlet) = outlet else {
            let wanted = wish.enough.and_then(|wanted| usize::try_from(wanted).ok());
            let wanted = wanted.unwrap_or(usize::MAX);
            more = held.len() > wanted;
            held.truncate(wanted);
            return if more {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            };
        };
        let read_on = match pages.write(std::mem::take(&mut held)) {
            Ok(part) => outlet.offer(part).await,
            Err(failure) => {
                outcome = Err(failure);
                false
            }
        };
        if read_on {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    })
    .await;
    outcome?;
    if let (0, Some(gap)) = (done.entries, done.gaps.first()) {
        let lang = session.lang();
        return Err(query::refusal(
            &gap.error,
            &wish.query,
            Language::Logql,
            lang,
        ));
    }
    if wish.order == Order::NewestFirst {
        held.reverse();
    }
    let mut rest = pages.write(held)?;
    let end = EntriesEnd {
        limit_reached: more,
        complete: done.gaps.is_empty() && done.crowded.is_empty() && !more,
    };
    session
        .terminal
        .judge_write(pages.writer.end(end, &mut rest))?;
    Ok(Lines {
        shown: pages.writer.written(),
        rest,
        more,
        done,
    })
}

/// The entries of a page as records.
fn records(page: &Page) -> Vec<LogRecord> {
    page.entries()
        .map(|entry| LogRecord {
            service: String::new(),
            ts: entry.at.instant(),
            labels: Arc::clone(entry.labels),
            line: entry.line.to_owned(),
            metadata: None,
        })
        .collect()
}

/// Pages as they are shown.
struct Pages<'a> {
    /// What is asked.
    wish: &'a Wish,
    /// Writes entries.
    writer: EntryWriter<'a>,
    /// Masks them; `None` for `--no-redact`.
    masker: Option<LogMasker>,
    /// Whether what stands before them is written.
    begun: bool,
    /// Whose terminal it is.
    session: &'a Session,
}

impl<'a> Pages<'a> {
    /// Nothing written yet.
    fn new(wish: &'a Wish, form: EntryForm, session: &'a Session) -> Self {
        let terminal = &session.terminal;
        // A query with a pipeline, or a limit, may leave out the line that a private key begins with.
        let wary = wish.enough.is_some() || wish.query.contains('|');
        Self {
            wish,
            writer: EntryWriter::new(form, wish.window, terminal.shows_screen, &terminal.look),
            masker: session
                .own_redactor()
                .map(|redactor| LogMasker::new(redactor, wary)),
            begun: false,
            session,
        }
    }

    /// Entries as they are shown; the first time with what stands before them.
    ///
    /// # Errors
    /// The writer's.
    fn write(&mut self, mut records: Vec<LogRecord>) -> Result<Vec<u8>, Failure> {
        if let Some(masker) = &mut self.masker {
            for record in &mut records {
                masker.mask(&record.labels, record.ts, &mut record.line);
                record.labels = masker.labels(&record.labels);
            }
        }
        let views: Vec<EntryView<'_>> = records
            .iter()
            .map(|record| EntryView {
                at: record.ts,
                labels: &record.labels,
                line: &record.line,
            })
            .collect();
        let mut bytes = Vec::new();
        let terminal = &self.session.terminal;
        if !std::mem::replace(&mut self.begun, true) {
            let (query, window) = (&self.wish.query, self.wish.window);
            terminal.judge_write(self.writer.begin(query, window, &mut bytes))?;
        }
        terminal.judge_write(self.writer.page(&views, &mut bytes))?;
        Ok(bytes)
    }
}

/// Says what is not among the lines, and how the run ends.
fn say_rest(wish: &Wish, lines: &Lines, session: &Session) -> Exit {
    let lang = session.lang();
    for at in &lines.done.crowded {
        session
            .terminal
            .warn(&words::crowded_instant(lang, &at.to_rfc3339()));
    }
    if !lines.done.gaps.is_empty() {
        say_gaps(session, &lines.done.gaps);
        let kinds = lines.done.gaps.iter().map(|gap| gap.error.kind());
        return Exit::of_failures(kinds);
    }
    if lines.shown == 0 {
        session.terminal.note(&words::no_lines(lang));
    } else if lines.more {
        let limit = wish.enough.unwrap_or(0);
        session.terminal.note(&match wish.order {
            Order::NewestFirst => text::newest_reached(lang, limit),
            Order::OldestFirst => text::oldest_reached(lang, limit),
        });
    }
    if lines.done.crowded.is_empty() {
        Exit::Done
    } else {
        Exit::Incomplete
    }
}

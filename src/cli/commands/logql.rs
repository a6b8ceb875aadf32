//! `scout logql`: any LogQL, log or metric query, instant or range.

use std::ops::ControlFlow;
use std::sync::Arc;

use chrono::TimeDelta;

use super::super::args::{GlobalArgs, LogqlArgs, Output};
use super::super::cockpit;
use super::super::exit::{Exit, Failure};
use super::super::query::{self, Language};
use super::super::run::{Leased, run_leased};
use super::super::session::Session;
use super::super::terminal::Terminal;
use super::{budget, dry_run};
use crate::evidence::{LogMasker, LogRecord};
use crate::model::messages::cli as words;
use crate::model::messages::query as text;
use crate::model::{Lang, Scope, Window};
use crate::plan::{LogsRequest, Plan, Request, Span};
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

/// Whether a query gives lines: it begins with a stream selector. Comments, blanks and parentheses may stand before it; whatever
/// gives numbers begins with a name, a number or a sign.
fn is_log_query(query: &str) -> bool {
    let mut rest = query;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
        match rest.strip_prefix('#') {
            Some(comment) => rest = comment.split_once('\n').map_or("", |(_, after)| after),
            None => return rest.starts_with('{'),
        }
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
    let work = async |leased: &Leased<'_>| {
        let source = cockpit::open(session, leased, Wanted::Logs).await?;
        write_lines(&source.loki(), &wish, form, session).await
    };
    let ended = run_leased(session, &[Scope::Logs], 1, work, |lines| lines)?;
    ended.finish(session, |lines| {
        let lines = lines.as_ref().map_err(Clone::clone)?;
        say_rest(&wish, lines, session)
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
    /// Lines written.
    written: u64,
    /// Whether there are more.
    more: bool,
    /// How the download ended.
    done: Downloaded,
}

/// Downloads lines and writes them: all of them as they come; the newest once they are all there, since they come in reverse.
async fn write_lines(
    loki: &Loki<'_>,
    wish: &Wish,
    form: EntryForm,
    session: &Session,
) -> Result<Lines, Failure> {
    let look = &session.terminal.look;
    let screen = session.terminal.shows_screen;
    let mut writer = EntryWriter::new(form, wish.window, screen, look);
    // A query with a pipeline, or a limit, may leave out the line that a private key begins with.
    let wary = wish.enough.is_some() || wish.query.contains('|');
    let mut masker = session
        .own_redactor()
        .map(|redactor| LogMasker::new(redactor, wary));
    let mut begun = false;
    let mut held: Vec<LogRecord> = Vec::new();
    let mut left = wish.enough;
    let mut outcome: Result<bool, Failure> = Ok(false);
    let done = download(loki, wish, async |page| {
        let mut records = records(&page);
        let wanted = left.map_or(usize::MAX, |left| {
            usize::try_from(left).unwrap_or(usize::MAX)
        });
        let more = records.len() > wanted;
        records.truncate(wanted);
        left = left.map(|left| left.saturating_sub(records.len() as u64));
        let written = if wish.order == Order::NewestFirst {
            held.append(&mut records);
            Ok(ControlFlow::Continue(()))
        } else {
            let first = !std::mem::replace(&mut begun, true);
            write_page(&mut writer, &mut masker, first, records, wish, session)
        };
        match written {
            Ok(ControlFlow::Continue(())) if !more => ControlFlow::Continue(()),
            Ok(_) => {
                outcome = Ok(more);
                ControlFlow::Break(())
            }
            Err(failure) => {
                outcome = Err(failure);
                ControlFlow::Break(())
            }
        }
    })
    .await;
    let more = outcome?;
    if let (0, Some(gap)) = (done.entries, done.gaps.first()) {
        return Err(query::refusal(
            &gap.error,
            &wish.query,
            Language::Logql,
            session.lang(),
        ));
    }
    held.reverse();
    if !begun {
        // Nothing more comes: whether anybody reads on no longer matters.
        let _ = write_page(&mut writer, &mut masker, true, held, wish, session)?;
    }
    let end = EntriesEnd {
        limit_reached: more,
        complete: done.gaps.is_empty() && done.crowded.is_empty() && !more,
    };
    let mut bytes = Vec::new();
    session.terminal.judge_write(writer.end(end, &mut bytes))?;
    session.terminal.write_answer(&bytes)?;
    Ok(Lines {
        written: writer.written(),
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

/// Writes entries, masked; the first time with what stands before them.
fn write_page(
    writer: &mut EntryWriter<'_>,
    masker: &mut Option<LogMasker>,
    first: bool,
    mut records: Vec<LogRecord>,
    wish: &Wish,
    session: &Session,
) -> Result<ControlFlow<()>, Failure> {
    if let Some(masker) = masker {
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
    if first {
        let begun = writer.begin(&wish.query, wish.window, &mut bytes);
        session.terminal.judge_write(begun)?;
    }
    session
        .terminal
        .judge_write(writer.page(&views, &mut bytes))?;
    let written = Terminal::write_part(&bytes);
    let closed = written.is_err();
    session.terminal.judge_write(written)?;
    Ok(if closed {
        ControlFlow::Break(())
    } else {
        ControlFlow::Continue(())
    })
}

/// Says what is not among the lines, and how the run ends.
fn say_rest(wish: &Wish, lines: &Lines, session: &Session) -> Result<Exit, Failure> {
    let lang = session.lang();
    for at in &lines.done.crowded {
        session
            .terminal
            .warn(&words::crowded_instant(lang, &at.to_rfc3339()));
    }
    if let Some(gap) = lines.done.gaps.first() {
        let window = format!(
            "[{}, {})",
            gap.window.from.to_rfc3339(),
            gap.window.to.to_rfc3339()
        );
        let refusal = query::refusal(&gap.error, &wish.query, Language::Logql, lang);
        return Err(Failure {
            message: words::missing_window(lang, &window, &gap.error.say(lang)),
            ..refusal
        });
    }
    if lines.written == 0 {
        session.terminal.note(&words::no_lines(lang));
    } else if lines.more {
        let limit = wish.enough.unwrap_or(0);
        session.terminal.note(&match wish.order {
            Order::NewestFirst => text::newest_reached(lang, limit),
            Order::OldestFirst => text::oldest_reached(lang, limit),
        });
    }
    Ok(if lines.done.crowded.is_empty() {
        Exit::Done
    } else {
        Exit::Incomplete
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_numbers_are_told_apart_by_how_a_query_begins() {
        for query in [
            "{a=\"b\"}",
            " \n({a=\"b\"} |= \"x\")",
            "# all of it\n{a=\"b\"} | json",
        ] {
            assert!(is_log_query(query), "{query}");
        }
        for query in [
            "count_over_time({a=\"b\"}[5m])",
            "(sum(rate({a=\"b\"}[5m])))",
            "1 + 1",
            "-1",
            "# {\nvector(1)",
            "#",
            "",
        ] {
            assert!(!is_log_query(query), "{query}");
        }
    }
}

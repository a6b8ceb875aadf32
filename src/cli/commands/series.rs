//! `scout series`: the label sets of log streams, with their lines where that is wanted; or their labels.

use futures_util::future::try_join_all;

use super::super::args::{GlobalArgs, Output, SeriesArgs};
use super::super::cockpit;
use super::super::exit::{Exit, Failure};
use super::super::query::{self, Language};
use super::super::run::{Leased, run_leased};
use super::super::session::Session;
use super::dry_run;
use crate::analysis::volume::whole;
use crate::model::messages::query as text;
use crate::model::{Labels, QueryResult, Scope, Series, Window};
use crate::plan::volume::{last_instant, lines_of_streams};
use crate::render::series::{SeriesForm, SeriesSheet, StreamRow, write_series};
use crate::sources::loki::Loki;
use crate::sources::{Moment, Wanted};

/// Runs it.
///
/// # Errors
/// A selector or window that does not hold, no credentials, Loki's refusal.
pub(super) fn run(
    args: &SeriesArgs,
    global: &GlobalArgs,
    session: &Session,
) -> Result<Exit, Failure> {
    let lang = session.lang();
    for selector in &args.selectors {
        query::ensure_query(selector, Language::Logql, lang)?;
    }
    let window = query::window(&args.window, session)?;
    if global.dry_run {
        let host = session.known_endpoints().logs;
        let selectors = args.selectors.join(" ");
        let request = ("loki", host, selectors.as_str());
        return dry_run::show_one(request, Some(window), Some(Scope::Logs), global, session);
    }
    let form = form(args, global, session)?;
    let work = async |leased: &Leased<'_>| {
        let source = cockpit::open(session, leased, Wanted::Logs).await?;
        let loki = source.loki();
        let each = args
            .selectors
            .iter()
            .map(|selector| fetch(&loki, selector, window, args.count, session));
        try_join_all(each).await
    };
    let ended = run_leased(
        session,
        &[Scope::Logs],
        args.selectors.len(),
        work,
        |found| found,
    )?;
    ended.finish(session, |found| {
        let rows = united(found.as_ref().map_err(Clone::clone)?.concat());
        write(args, window, rows, form, session)
    })
}

/// The form of the answer.
fn form(args: &SeriesArgs, global: &GlobalArgs, session: &Session) -> Result<SeriesForm, Failure> {
    Ok(match global.output {
        Output::Human => SeriesForm::Human,
        Output::Json => SeriesForm::Json,
        Output::Ndjson if !args.analyze_labels => SeriesForm::Ndjson,
        Output::Csv => SeriesForm::Csv {
            sanitise: session.terminal.shows_screen,
        },
        _ => {
            let forms = "human, json, ndjson, csv";
            return Err(query::no_such_form("series", forms, session));
        }
    })
}

/// The streams of one selector, with their lines where these are wanted.
async fn fetch(
    loki: &Loki<'_>,
    selector: &str,
    window: Window,
    count: bool,
    session: &Session,
) -> Result<Vec<StreamRow>, Failure> {
    let refusal = |error| query::refusal(&error, selector, Language::Logql, session.lang());
    let sets = loki.fetch_label_sets(selector, window);
    if !count {
        let sets = sets.await.map_err(refusal)?;
        let row = |labels| StreamRow {
            labels,
            lines: None,
        };
        return Ok(sets.into_iter().map(row).collect());
    }
    let counting = lines_of_streams(selector, window);
    let counts = loki.fetch_query(&counting, Moment::At(last_instant(window)));
    let (sets, counts) = futures_util::future::join(sets, counts).await;
    let sets = sets.map_err(refusal)?;
    let counts = match counts.map_err(refusal)?.result {
        QueryResult::Vector(series) => series,
        _ => Vec::new(),
    };
    let row = |labels: Labels| StreamRow {
        lines: Some(lines(&labels, &counts)),
        labels,
    };
    Ok(sets.into_iter().map(row).collect())
}

/// The lines of a stream. A count may have labels beyond the stream's: structured metadata, the detected level.
fn lines(stream: &Labels, counts: &[Series]) -> u64 {
    let belongs = |series: &&Series| {
        stream
            .iter()
            .all(|(name, value)| series.labels.get(name) == Some(value))
    };
    let values = counts
        .iter()
        .filter(belongs)
        .filter_map(|series| series.samples.first())
        .map(|sample| sample.value);
    whole(values.sum())
}

/// Each stream once, by its labels.
fn united(mut rows: Vec<StreamRow>) -> Vec<StreamRow> {
    rows.sort_by(|a, b| a.labels.cmp(&b.labels).then(b.lines.cmp(&a.lines)));
    rows.dedup_by(|later, earlier| later.labels == earlier.labels);
    rows
}

/// Writes the answer, masked.
fn write(
    args: &SeriesArgs,
    window: Window,
    mut rows: Vec<StreamRow>,
    form: SeriesForm,
    session: &Session,
) -> Result<Exit, Failure> {
    session.mask_with(|redactor| {
        for row in &mut rows {
            query::mask_labels(&mut row.labels, redactor);
        }
    });
    let sheet = SeriesSheet {
        selectors: &args.selectors,
        window,
        rows: &rows,
        counted: args.count,
    };
    let mut bytes = Vec::new();
    let look = &session.terminal.look;
    let written = write_series(&sheet, args.analyze_labels, form, look, &mut bytes);
    session.terminal.judge_write(written)?;
    session.terminal.write_answer(&bytes)?;
    if rows.is_empty() {
        session.terminal.note(&text::no_streams(session.lang()));
    } else if args.analyze_labels && form == SeriesForm::Human {
        let total = rows.len() as u64;
        session
            .terminal
            .note(&text::streams_in_all(session.lang(), total));
    }
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_gets_the_lines_of_all_its_levels_and_of_no_other_stream() {
        let labels = |pairs: &[(&str, &str)]| pairs.iter().copied().collect::<Labels>();
        let count = |pairs: &[(&str, &str)], value| Series {
            labels: labels(pairs),
            samples: vec![crate::model::Sample {
                at_seconds: 0.0,
                value,
            }],
        };
        let counts = [
            count(&[("app", "a"), ("detected_level", "info")], 3.0),
            count(&[("app", "a"), ("detected_level", "error")], 2.0),
            count(&[("app", "b")], 7.0),
        ];
        assert_eq!(lines(&labels(&[("app", "a")]), &counts), 5);
        assert_eq!(lines(&labels(&[("app", "c")]), &counts), 0);
    }
}

//! What is asked about signatures once they are known: their lines again, shown as `logs` does, and counts of the server.

use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use chrono::TimeDelta;
use futures_util::future::join_all;

use super::super::args::Output;
use super::super::exit::{Exit, Failure};
use super::super::session::Session;
use super::budget;
use super::errors::mark_hash;
use super::logs::say_gaps;
use super::survey::{Reading, empty_record, fill};
use crate::analysis::{Level, LineMark, Opened, Tallied, line_text, open, open_line};
use crate::evidence::{LogMasker, LogRecord};
use crate::model::Window;
use crate::model::messages::reading as words;
use crate::plan::{has_template, template_filter};
use crate::render::logs::{LogLine, LogView, write_head, write_human, write_ndjson, write_raw};
use crate::sources::Source;
use crate::sources::download::{Downloaded, Order, Wish, download};
use crate::sources::loki::Direction;

/// Lines that were fetched again.
pub(super) struct Shown {
    /// The lines, oldest first.
    records: Vec<LogRecord>,
    /// How many there are in all.
    all: usize,
    /// How many were looked for.
    wanted: usize,
    /// How fetching them again ended.
    done: Downloaded,
}

/// Signatures that the server counts: as many as people are shown.
const MOST_COUNTED: usize = 20;

/// Lines that a filter is tried on before the server counts with it.
const TRIED: u32 = 200;

/// Has the server count signatures of which only a sample was read, by id. Only those that a line filter tells from all other lines:
/// every one of the newest lines that it keeps must be of the signature.
pub(super) async fn count_on_server(
    tallied: &Tallied,
    reading: &Reading,
    source: &Source,
    window: Window,
    level: Option<Level>,
) -> BTreeMap<String, u64> {
    let loki = source.loki();
    let shown = tallied
        .signatures
        .iter()
        .filter(|signature| signature.now > 0);
    let counts = shown.take(MOST_COUNTED).map(async |signature| {
        let query = format!("{}{}", reading.query, template_filter(&signature.text)?);
        let tried = loki
            .fetch_entries(&query, window, TRIED, Direction::Backward)
            .await
            .ok()?;
        let mut record = empty_record();
        let mut fits = !tried.is_empty();
        for stream in tried {
            record.labels = Arc::new(stream.labels);
            for entry in stream.entries {
                record.line = entry.line;
                fits &= open_line(&record, |line| {
                    level.is_none_or(|level| line.level() >= level)
                        && has_template(line_text(line).trim(), signature.text.trim())
                });
            }
        }
        if !fits {
            return None;
        }
        let count = loki.fetch_count(&query, window).await.ok()?;
        Some((signature.id.clone(), count))
    });
    let counts: Vec<Option<(String, u64)>> = join_all(counts).await;
    counts.into_iter().flatten().collect()
}

/// Fetches the newest of the lines that marks stand for.
pub(super) async fn fetch_lines(
    reading: &Reading,
    source: &Source,
    marks: &HashSet<LineMark>,
    most: Option<usize>,
    session: &Session,
) -> Shown {
    let mut wanted: Vec<LineMark> = marks.iter().copied().collect();
    wanted.sort_by_key(|mark| (std::cmp::Reverse(mark.at), mark.hash));
    wanted.truncate(most.unwrap_or(usize::MAX));
    let mut shown = Shown {
        records: Vec::new(),
        all: marks.len(),
        wanted: wanted.len(),
        done: Downloaded::default(),
    };
    let (Some(newest), Some(oldest)) = (wanted.first(), wanted.last()) else {
        return shown;
    };
    let end = newest.at.instant() + TimeDelta::nanoseconds(1);
    let Some(window) = Window::new(oldest.at.instant(), end) else {
        return shown;
    };
    let wanted: HashSet<LineMark> = wanted.into_iter().collect();
    let wish = Wish {
        query: reading.query.clone(),
        window,
        order: Order::OldestFirst,
        enough: None,
        page_entries: budget(session).page_entries,
        parallel: budget(session).parallel,
    };
    shown.done = download(&source.loki(), &wish, async |page| {
        for entry in page.entries() {
            let mark = LineMark {
                at: entry.at,
                hash: mark_hash(entry),
                service: reading.service_of(entry.labels),
            };
            if wanted.contains(&mark) {
                let mut record = empty_record();
                fill(&mut record, entry);
                reading
                    .name_of(mark.service)
                    .clone_into(&mut record.service);
                shown.records.push(record);
            }
        }
        ControlFlow::Continue(())
    })
    .await;
    shown
}

/// Writes them.
///
/// # Errors
/// Stdout.
pub(super) fn write_lines(
    shown: &Shown,
    reading: &Reading,
    window: Window,
    output: Output,
    session: &Session,
) -> Result<Exit, Failure> {
    let mut records = shown.records.clone();
    mask_records(&mut records, session);
    let offset = session.terminal.offset();
    let days = [window.from, window.to].map(|at| at.with_timezone(&offset).date_naive());
    let widths = reading
        .services
        .iter()
        .map(|service| service.name.chars().count());
    let view = LogView {
        service_columns: widths.max().filter(|_| reading.services.len() > 1),
        dated: days[0] != days[1],
        labels: Vec::new(),
    };
    let look = &session.terminal.look;
    let mut bytes = Vec::new();
    if output == Output::Human {
        session
            .terminal
            .judge_write(write_head(None, look, &mut bytes))?;
    }
    for record in records {
        let line = log_line(record);
        let written = match output {
            Output::Ndjson => write_ndjson(&line, &mut bytes),
            Output::Raw => write_raw(&line.raw, session.terminal.shows_screen, &mut bytes),
            _ => write_human(&line, &view, look, &mut bytes),
        };
        session.terminal.judge_write(written)?;
    }
    session.terminal.write_answer(&bytes)?;
    if shown.wanted < shown.all {
        let note = words::newest_shown(session.lang(), shown.wanted as u64);
        session.terminal.note(&note);
    }
    let gaps = &shown.done.gaps;
    if !gaps.is_empty() {
        say_gaps(session, gaps);
        return Ok(Exit::of_failures(gaps.iter().map(|gap| gap.error.kind())));
    }
    // A line that was there a moment ago and is no more makes the answer incomplete.
    Ok(if shown.records.len() < shown.wanted {
        Exit::Incomplete
    } else {
        Exit::Done
    })
}

/// Masks lines as `logs` does: some of a private key's lines may not be among them.
pub(super) fn mask_records(records: &mut [LogRecord], session: &Session) {
    session.mask_with(|redactor| {
        let mut masker = LogMasker::new(redactor.clone(), true);
        for record in records {
            let labels = masker.labels(&record.labels);
            masker.mask(&record.labels, record.ts, &mut record.line);
            record.labels = labels;
        }
    });
}

/// A record as it is shown.
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
        labels: record.labels,
        matched: None,
    }
}

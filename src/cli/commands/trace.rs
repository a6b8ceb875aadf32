//! `scout trace`: one request through every service, and its spans where the project keeps traces.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::super::args::{GlobalArgs, Output, TraceArgs};
use super::super::cockpit;
use super::super::exit::{Exit, Failure};
use super::super::run::{Leased, run_leased};
use super::super::session::Session;
use super::super::time;
use super::matching::mask_records;
use super::survey::{Reading, Survey, empty_record, fill};
use super::{budget, ensure_services};
use crate::analysis::{Level, open, timed};
use crate::evidence::{FailureKind, LogRecord};
use crate::model::messages::cli as text;
use crate::model::messages::reading as words;
use crate::model::{Scope, TraceSpan, UnixNanos};
use crate::plan::TraceId;
use crate::render::timeline::{
    ServiceLines, SpansSheet, SpansStatus, Timeline, TimelineRow, write_json, write_timeline,
};
use crate::render::waterfall::SpanRow;
use crate::sources::tempo::Tempo;
use crate::sources::{Closed, Limits, SourceError, Wanted};

/// What was found.
struct Found {
    /// Its lines, oldest first, up to the limit.
    records: Vec<LogRecord>,
    /// Lines by the number of the service, one more for lines of none.
    counts: Vec<u64>,
    /// Of all its lines, those beyond the limit too.
    extent: Extent,
    /// How much was looked at.
    survey: Survey,
    /// Its spans.
    spans: Spans,
}

/// What all lines of a request come to.
#[derive(Debug, Clone, Copy, Default)]
struct Extent {
    /// The first.
    first: Option<UnixNanos>,
    /// The last.
    last: Option<UnixNanos>,
    /// Errors among them.
    errors: u64,
}

impl Extent {
    /// Seconds from the first to the last.
    fn seconds(self) -> f64 {
        let (Some(first), Some(last)) = (self.first, self.last) else {
            return 0.0;
        };
        (last.instant() - first.instant()).as_seconds_f64()
    }
}

/// What the traces data source said.
enum Spans {
    /// The spans of the trace.
    Found(Vec<TraceSpan>),
    /// It has no such trace.
    NotFound,
    /// The project keeps no traces.
    NoSource,
    /// The id is not one of a trace.
    NotATraceId,
    /// It could not be asked.
    Failed(SourceError),
}

/// Runs it.
///
/// # Errors
/// A text that is no id, a window that does not hold, no credentials, Loki's refusal.
pub(super) fn run(
    args: &TraceArgs,
    global: &GlobalArgs,
    session: &mut Session,
) -> Result<Exit, Failure> {
    let lang = session.lang();
    if !global.dry_run && !matches!(global.output, Output::Human | Output::Json) {
        return Err(Failure::usage(
            text::no_such_form(lang, "trace", "human, json"),
            None,
        ));
    }
    let id = TraceId::parse(&args.id).ok_or_else(|| {
        Failure::usage(
            words::bad_trace_id(lang),
            Some(words::bad_trace_id_hint(lang)),
        )
    })?;
    let window = time::window(
        &args.window,
        session.world.now,
        session.terminal.offset(),
        lang,
    )?;
    if let Some(exit) = ensure_services(session, global)? {
        return Ok(exit);
    }
    let session = &*session;
    // A trace is read whole or up to the limit, never sampled.
    let reading = Reading::of(session, &[], &id.filter(), Some(0))?;
    if global.dry_run {
        return reading.show_plan(&[window], global, session);
    }
    let most = usize::try_from(args.limit)
        .ok()
        .filter(|most| *most > 0)
        .unwrap_or(usize::MAX);
    let work = async |leased: &Leased<'_>| {
        let lines = async {
            let source = cockpit::open(session, leased, Wanted::Logs).await?;
            let mut records = Vec::new();
            let mut counts = vec![0; reading.services.len() + 1];
            let mut extent = Extent::default();
            let mut record = empty_record();
            let survey = reading
                .read(&source, window, session, |entry| {
                    fill(&mut record, entry);
                    let opened = open(&record);
                    if !id.is_in(&opened.written) && !id.is_in(&record.line) {
                        return;
                    }
                    extent.errors += u64::from(opened.level >= Level::Error);
                    extent.last = Some(entry.at);
                    extent.first.get_or_insert(entry.at);
                    let service = usize::from(reading.service_of(entry.labels));
                    counts[service.min(reading.services.len())] += 1;
                    if records.len() < most {
                        let mut kept = record.clone();
                        reading
                            .name_of(reading.service_of(entry.labels))
                            .clone_into(&mut kept.service);
                        records.push(kept);
                    }
                })
                .await;
            survey.ensure_any()?;
            Ok((records, counts, extent, survey))
        };
        let (lines, spans) = tokio::join!(lines, fetch_spans(&id, session, leased));
        let (records, counts, extent, survey) = lines?;
        Ok(Found {
            records,
            counts,
            extent,
            survey,
            spans,
        })
    };
    let scopes: &[Scope] = match id.trace() {
        Some(_) => &[Scope::Logs, Scope::Traces],
        None => &[Scope::Logs],
    };
    let ended = run_leased(session, scopes, 1, work, |found: Result<Found, Failure>| {
        found
    })?;
    ended.finish(session, |found| {
        let found = found.as_ref().map_err(Clone::clone)?;
        write(&id, found, &reading, global.output, session)?;
        Ok(exit(found))
    })
}

/// How the run ends: refused or incomplete where lines or spans could not be had.
fn exit(found: &Found) -> Exit {
    let kinds: Vec<FailureKind> = match &found.spans {
        Spans::Failed(error) => vec![error.kind()],
        _ => Vec::new(),
    };
    match (found.survey.exit(false), Exit::of_failures(kinds)) {
        (Exit::Done, of_spans) => of_spans,
        (of_lines, _) => of_lines,
    }
}

/// The spans of the trace. Whatever happens to them, the lines are shown.
async fn fetch_spans(id: &TraceId, session: &Session, leased: &Leased<'_>) -> Spans {
    let Some(trace) = id.trace() else {
        return Spans::NotATraceId;
    };
    let (Some(lease), Some(api)) = (leased.lease, leased.api) else {
        return Spans::NoSource;
    };
    let limits = Limits {
        timeout: session.timeout,
        answer_bytes: budget(session).answer_bytes,
        parallel: 1,
        seed: session.world.random,
    };
    let known = session.environment.endpoints.tempo.as_deref();
    let tempo = match Tempo::open(api, lease, known, limits).await {
        Ok(tempo) => tempo,
        Err(Closed::Missing) => return Spans::NoSource,
        Err(Closed::Failed(error)) => return Spans::Failed(error),
    };
    match tempo.fetch_trace(trace).await {
        Ok(Some(spans)) if !spans.is_empty() => Spans::Found(spans),
        Ok(_) => Spans::NotFound,
        Err(error) => Spans::Failed(error),
    }
}

/// Writes what was found.
///
/// # Errors
/// Stdout.
fn write(
    id: &TraceId,
    found: &Found,
    reading: &Reading,
    output: Output,
    session: &Session,
) -> Result<(), Failure> {
    let lang = session.lang();
    let mut records = found.records.clone();
    mask_records(&mut records, session);
    let lines = rows(&records);
    let shown = lines.len() as u64;
    let services = reading.services.iter().zip(&found.counts);
    let timeline = Timeline {
        schema: 1,
        id: id.typed().to_owned(),
        forms: id.forms().to_vec(),
        environment: session.environment.name.clone(),
        window: found.survey.coverage.clone(),
        total_lines: found.counts.iter().sum(),
        duration_seconds: found.extent.seconds(),
        errors: found.extent.errors,
        services: services
            .map(|(service, lines)| ServiceLines {
                service: service.name.clone(),
                lines: *lines,
            })
            .collect(),
        lines,
        spans: spans_sheet(&found.spans, session),
    };
    let mut bytes = Vec::new();
    let written = if output == Output::Json {
        write_json(&timeline, &mut bytes)
    } else {
        write_timeline(&timeline, &session.terminal.look, &mut bytes)
    };
    session.terminal.judge_write(written)?;
    session.terminal.write_answer(&bytes)?;
    if output == Output::Human && timeline.total_lines == 0 {
        session.terminal.note(words::look_further(lang));
    } else if output == Output::Human && shown < timeline.total_lines {
        session
            .terminal
            .note(&words::rows_shown(lang, shown, timeline.total_lines));
    }
    Ok(())
}

/// The lines, with the time between them. A gap is long from a second on, and where it is a fifth of the whole and not less than a
/// tenth of a second.
fn rows(records: &[LogRecord]) -> Vec<TimelineRow> {
    let (Some(first), Some(last)) = (records.first(), records.last()) else {
        return Vec::new();
    };
    let whole = last.ts - first.ts;
    let long = TimeDelta::seconds(1).min((whole / 5).max(TimeDelta::milliseconds(100)));
    let mut before = first.ts;
    records
        .iter()
        .map(|record| {
            let gap = record.ts - before;
            before = record.ts;
            let opened = open(record);
            TimelineRow {
                ts: record.ts,
                offset_seconds: (record.ts - first.ts).as_seconds_f64(),
                gap_seconds: gap.as_seconds_f64(),
                long_gap: gap >= long,
                service: record.service.clone(),
                level: opened.level.as_str().to_owned(),
                error: opened.level >= Level::Error,
                message: opened.message,
                duration_seconds: timed(record, 1e-3).map(|timed| timed.seconds),
                fields: opened.fields.into_iter().collect::<BTreeMap<_, _>>(),
            }
        })
        .collect()
}

/// The spans as they are shown.
fn spans_sheet(spans: &Spans, session: &Session) -> SpansSheet {
    let lang = session.lang();
    let (status, message, spans) = match spans {
        Spans::Found(spans) => (SpansStatus::Found, None, spans.as_slice()),
        Spans::NotFound => (SpansStatus::NotFound, None, &[][..]),
        Spans::NoSource => (SpansStatus::NoSource, None, &[][..]),
        Spans::NotATraceId => (SpansStatus::NotATraceId, None, &[][..]),
        Spans::Failed(error) => (SpansStatus::Failed, Some(error.say(lang)), &[][..]),
    };
    let start = spans.iter().map(|span| span.start).min();
    let end = spans.iter().map(|span| span.end).max();
    let whole = start
        .zip(end)
        .map_or(0.0, |(start, end)| seconds(end.0 - start.0));
    let mut rows: Vec<SpanRow> = in_tree(spans)
        .into_iter()
        .map(|(span, depth)| SpanRow {
            span_id: span.id.clone(),
            parent_id: Some(span.parent.clone()).filter(|parent| !parent.is_empty()),
            depth,
            service: span.service.clone(),
            name: span.name.clone(),
            start: span.start.instant(),
            offset_seconds: seconds(span.start.0 - start.map_or(0, |start| start.0)),
            duration_seconds: seconds(span.end.0 - span.start.0),
            error: span.error,
        })
        .collect();
    session.mask_with(|redactor| {
        for row in &mut rows {
            redactor.mask(&mut row.service);
            redactor.mask(&mut row.name);
        }
    });
    SpansSheet {
        status,
        message,
        duration_seconds: whole,
        spans: rows,
    }
}

/// Nanoseconds in seconds.
fn seconds(nanos: i64) -> f64 {
    nanos as f64 / 1e9
}

/// Spans below the spans that they are a part of, each with its depth; one whose parent is missing is a root. Every span comes once,
/// whatever the parents say.
fn in_tree(spans: &[TraceSpan]) -> Vec<(&TraceSpan, u32)> {
    let known: BTreeMap<&str, usize> = spans
        .iter()
        .enumerate()
        .map(|(place, span)| (span.id.as_str(), place))
        .collect();
    let mut children: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut roots = Vec::new();
    for (place, span) in spans.iter().enumerate() {
        match known
            .get(span.parent.as_str())
            .filter(|parent| **parent != place && !span.parent.is_empty())
        {
            Some(parent) => children.entry(*parent).or_default().push(place),
            None => roots.push(place),
        }
    }
    let mut seen = vec![false; spans.len()];
    let mut ordered = Vec::with_capacity(spans.len());
    // What stands in a circle has no root: it begins with its first span.
    for root in roots.into_iter().chain(0..spans.len()) {
        let mut stack = vec![(root, 0)];
        while let Some((place, depth)) = stack.pop() {
            if std::mem::replace(&mut seen[place], true) {
                continue;
            }
            ordered.push((&spans[place], depth));
            let below = children.get(&place).into_iter().flatten().rev();
            stack.extend(below.map(|child| (*child, depth + 1)));
        }
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::UnixNanos;

    fn span(id: &str, parent: &str) -> TraceSpan {
        TraceSpan {
            id: id.to_owned(),
            parent: parent.to_owned(),
            service: String::new(),
            name: String::new(),
            start: UnixNanos(0),
            end: UnixNanos(0),
            error: false,
        }
    }

    #[test]
    fn every_span_stands_once_below_its_parent() {
        let spans = [
            span("a", ""),
            span("c", "b"),
            span("b", "a"),
            span("x", "gone"),
            span("p", "q"),
            span("q", "p"),
            span("s", "s"),
        ];
        let told: Vec<(&str, u32)> = in_tree(&spans)
            .into_iter()
            .map(|(span, depth)| (span.id.as_str(), depth))
            .collect();
        assert_eq!(
            told,
            [
                ("a", 0),
                ("b", 1),
                ("c", 2),
                ("x", 0),
                ("s", 0),
                ("p", 0),
                ("q", 1)
            ]
        );
    }
}

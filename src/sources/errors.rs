//! Who has errors, and what do they say? Two counts for all services, then the lines of those that have any.
//!
//! In: an [`ErrorsRequest`]. Out: log entries and summaries as of any log question, so that whoever reads them need not know how
//! they were asked for. A service without an error has a summary that says how much it wrote, and no line.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use tokio::time::Instant as Clock;

use super::gather::{Job, log_records, matched, summary};
use super::loki::{Direction, Loki};
use crate::evidence::{LogSummary, Record};
use crate::model::{LogStream, Series, Window};
use crate::plan::{Batch, CountRequest, ErrorsRequest, LogsRequest, Span};

/// Counts, then reads.
pub(super) async fn gather_errors(
    job: &Job<'_>,
    loki: &Loki<'_>,
    errors: &ErrorsRequest,
) -> Vec<Record> {
    let count = &errors.count;
    let (lines, suspicious) = tokio::join!(
        fetch_count(job, loki, (&count.query, count.window, count.step)),
        fetch_count(job, loki, (&errors.query, errors.window, errors.step))
    );
    let mut records = vec![lines.1, suspicious.1];
    let counted: Vec<(&CountRequest, Vec<Series>)> =
        lines.0.map(|series| (count, series)).into_iter().collect();
    // Without it nobody knows who has errors, and nobody may be said to have none.
    let Some(suspicious) = suspicious.0 else {
        return records;
    };
    let written = who_writes(errors, &counted, &suspicious);
    let asked = errors
        .batches(&written)
        .into_iter()
        .flat_map(|batch| {
            errors
                .slices
                .iter()
                .map(move |slice| (batch.clone(), *slice))
        })
        .map(|(batch, slice)| fetch_slice(job, loki, errors, batch, slice, &counted));
    records.extend(join_all(asked).await.into_iter().flatten());
    let quiet = count
        .services
        .iter()
        .filter(|(resource, _)| !written.contains_key(resource.as_str()));
    records.extend(
        quiet.filter_map(|(resource, service)| unread(errors, resource, service, &counted)),
    );
    records
}

/// One count.
async fn fetch_count(
    job: &Job<'_>,
    loki: &Loki<'_>,
    (query, window, step): (&str, Window, chrono::TimeDelta),
) -> (Option<Vec<Series>>, Record) {
    let started = Clock::now();
    let result = loki.fetch_steps(query, window, step).await;
    let outcome = job.outcome(&result);
    let record = job.note_text("loki", query, None, outcome, started.elapsed());
    (result.ok(), record)
}

/// How many lines each resource wrote in the window, of those that have something that may be an error.
fn who_writes<'a>(
    errors: &'a ErrorsRequest,
    counted: &[(&CountRequest, Vec<Series>)],
    suspicious: &[Series],
) -> BTreeMap<&'a str, u64> {
    let has_errors = |resource: &str| {
        suspicious.iter().any(|series| {
            series.labels.get("resource_name") == Some(resource)
                && series.samples.iter().any(|sample| sample.value > 0.0)
        })
    };
    errors
        .count
        .services
        .iter()
        .filter(|(resource, _)| has_errors(resource))
        .map(|(resource, service)| {
            let question = question(errors, resource, service, (errors.window, Span::Window));
            let lines = total(&question, counted);
            (resource.as_str(), lines.unwrap_or(u64::from(errors.limit)))
        })
        .collect()
}

/// What was counted for a question.
fn total(question: &LogsRequest, counted: &[(&CountRequest, Vec<Series>)]) -> Option<u64> {
    counted
        .iter()
        .find_map(|(count, series)| matched(question, count, series))
}

/// The question after one service's lines in one slice that a batch is part of.
fn question(
    errors: &ErrorsRequest,
    resource: &str,
    service: &str,
    (window, span): (Window, Span),
) -> LogsRequest {
    let names = BTreeSet::from([resource.to_owned()]);
    LogsRequest {
        service: service.to_owned(),
        query: Batch::of(names).query,
        window,
        span,
        limit: errors.limit,
    }
}

/// The lines of one batch in one slice.
async fn fetch_slice(
    job: &Job<'_>,
    loki: &Loki<'_>,
    errors: &ErrorsRequest,
    batch: Batch,
    slice: (Window, Span),
    counted: &[(&CountRequest, Vec<Series>)],
) -> Vec<Record> {
    let started = Clock::now();
    let result = loki
        .fetch_entries(&batch.query, slice.0, errors.limit, Direction::Backward)
        .await;
    let outcome = job.outcome(&result);
    let mut records = vec![job.note_text("loki", &batch.query, None, outcome, started.elapsed())];
    let Ok(streams) = result else { return records };
    let entries: usize = streams.iter().map(|stream| stream.entries.len()).sum();
    let cut = entries as u64 >= u64::from(errors.limit);
    let mut by_resource: BTreeMap<String, Vec<LogStream>> = BTreeMap::new();
    for stream in streams {
        let resource = stream.labels.get("resource_name").unwrap_or_default();
        by_resource
            .entry(resource.to_owned())
            .or_default()
            .push(stream);
    }
    for resource in &batch.resources {
        let Some(service) = errors.count.services.get(resource) else {
            continue;
        };
        let streams = by_resource.remove(resource).unwrap_or_default();
        let question = question(errors, resource, service, slice);
        records.push(Record::LogSummary(LogSummary {
            limited: cut,
            ..summary(&question, &streams, counted)
        }));
        records.extend(log_records(service, streams).map(Record::Log));
    }
    records
}

/// What is known of the lines of a service that has no error: how many there are.
fn unread(
    errors: &ErrorsRequest,
    resource: &str,
    service: &str,
    counted: &[(&CountRequest, Vec<Series>)],
) -> Option<Record> {
    let question = question(errors, resource, service, (errors.window, Span::Window));
    let summary = summary(&question, &[], counted);
    // Where the count failed nothing is known, and the count's own record says so.
    summary.matched.map(|_| Record::LogSummary(summary))
}

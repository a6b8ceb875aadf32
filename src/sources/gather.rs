//! Runs a plan: all requests at once, every outcome kept.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;
use tokio::time::Instant as Clock;

use super::Lease;
use super::cockpit::{self, Endpoint, Endpoints, KnownEndpoints};
use super::error::SourceError;
use super::errors::gather_errors;
use super::events::{Firing, assign_services, drop_evaluated, gather_events};
use super::http::Limits;
use super::loki::{Direction, Loki};
use super::machines::{Machines, gather_machines};
use super::metrics;
use super::probe::{ProbeReach, gather_probes};
use super::scaleway::Api;
use crate::config::Catalog;
use crate::evidence::{FailureKind, LogRecord, LogSummary, Record, SourceOutcome, SourceRecord};
use crate::model::{Instant, Lang, LogStream, Series, Service, messages};
use crate::plan::{CountRequest, LogsRequest, Plan, Request, StateRequest};

/// What is needed to run a plan, beside the plan.
pub(crate) struct Job<'a> {
    /// The requests.
    pub(crate) plan: &'a Plan,
    /// Services of the environment.
    pub(crate) services: &'a [Service],
    /// What is known about kinds.
    pub(crate) catalog: &'a Catalog,
    /// The Scaleway API.
    pub(crate) api: &'a Api,
    /// Addresses that the map names.
    pub(crate) endpoints: KnownEndpoints,
    /// Machines that the map names.
    pub(crate) machines: &'a Machines,
    /// How far probes may go.
    pub(crate) probes: ProbeReach,
    /// The run's token; `None` where the plan needs none.
    pub(crate) lease: Option<&'a Lease>,
    /// Language of the messages.
    pub(crate) lang: Lang,
    /// When the run began.
    pub(crate) now: Instant,
    /// Seed of the jitter between tries.
    pub(crate) seed: u64,
    /// Told of each request as it ends; nobody need listen.
    pub(crate) progress: UnboundedSender<SourceRecord>,
}

impl Job<'_> {
    /// Limits for the connections to one host.
    pub(crate) fn limits(&self) -> Limits {
        let budget = &self.plan.budget;
        Limits {
            timeout: budget.timeout,
            answer_bytes: budget.answer_bytes,
            parallel: budget.parallel,
            seed: self.seed,
        }
    }

    /// Notes how a request went.
    pub(super) fn note(
        &self,
        request: &Request,
        service: Option<&str>,
        outcome: SourceOutcome,
        elapsed: Duration,
    ) -> Record {
        self.note_text(request.source(), request.text(), service, outcome, elapsed)
    }

    /// The same for a request that is not part of the plan.
    pub(super) fn note_text(
        &self,
        source: &str,
        request: &str,
        service: Option<&str>,
        outcome: SourceOutcome,
        elapsed: Duration,
    ) -> Record {
        let record = SourceRecord {
            source: source.to_owned(),
            request: request.to_owned(),
            service: service.map(str::to_owned),
            outcome,
            elapsed_seconds: (elapsed.as_secs_f64() * 1000.0).round() / 1000.0,
        };
        // Nobody need listen to the progress.
        let _ = self.progress.send(record.clone());
        Record::Source(record)
    }

    /// The outcome of a request's result.
    pub(super) fn outcome<T>(&self, result: &Result<T, SourceError>) -> SourceOutcome {
        match result {
            Ok(_) => SourceOutcome::answered(),
            Err(error) => error.outcome(self.lang),
        }
    }
}

/// Runs the plan and gives everything that was learnt, failures included.
pub(crate) async fn gather(job: &Job<'_>) -> Vec<Record> {
    let (firing, told) = oneshot::channel();
    let cockpit = async {
        let records = gather_cockpit(job, told).await;
        // Neither the Scaleway API nor a machine nor a probe needs the token: it goes as soon as nobody asks with it any more.
        job.lease.inspect(|lease| lease.begin_close());
        records
    };
    // In this order they take their places under the cap: events are asked last, since nothing waits for them.
    let (state, cockpit, mut events, machines, probes) = tokio::join!(
        gather_state(job),
        cockpit,
        gather_events(job, firing),
        gather_machines(job),
        gather_probes(job)
    );
    drop_evaluated(&mut events, &cockpit);
    let parts = [state, cockpit, events, machines, probes];
    let mut records: Vec<Record> = parts.into_iter().flatten().collect();
    assign_services(&mut records, job.services);
    records
}

/// Everything that the Scaleway API is asked.
async fn gather_state(job: &Job<'_>) -> Vec<Record> {
    let requests = job
        .plan
        .requests
        .iter()
        .filter_map(|request| match request {
            Request::State(state) => Some(fetch_state(job, request, state)),
            _ => None,
        });
    join_all(requests).await.into_iter().flatten().collect()
}

/// One list of resources.
async fn fetch_state(job: &Job<'_>, request: &Request, state: &StateRequest) -> Vec<Record> {
    let started = Clock::now();
    let result = job.api.fetch_state(state, job.services, job.catalog).await;
    let mut records = vec![job.note(request, None, job.outcome(&result), started.elapsed())];
    records.extend(result.unwrap_or_default().into_iter().map(Record::State));
    records
}

/// Everything that the data sources are asked, once they and the token are there.
async fn gather_cockpit(job: &Job<'_>, firing: oneshot::Receiver<Firing>) -> Vec<Record> {
    let Some(lease) = job.lease else {
        return Vec::new();
    };
    let wants = |source: &str| {
        job.plan
            .requests
            .iter()
            .any(|request| request.source() == source)
    };
    let (wants_logs, wants_metrics) = (wants("loki"), wants("prometheus"));
    let (endpoints, secret) = tokio::join!(
        Endpoints::find(job.api, &job.endpoints, wants_logs, wants_metrics),
        lease.secret()
    );
    let token = match secret {
        Ok(token) => token,
        Err(error) => {
            return vec![job.note_text(
                "cockpit",
                "token",
                None,
                error.outcome(job.lang),
                Duration::ZERO,
            )];
        }
    };
    let (logs, metrics) = tokio::join!(
        async {
            match usable(job, "loki", &endpoints.logs, wants_logs) {
                Ok((url, retention)) => {
                    let mut records = gather_logs(job, url, token.clone()).await;
                    records.extend(retention_gap(job, "loki", retention));
                    records
                }
                Err(records) => records,
            }
        },
        async {
            match usable(job, "prometheus", &endpoints.metrics, wants_metrics) {
                Ok((url, retention)) => {
                    let mut records =
                        metrics::gather_metrics(job, url, token.clone(), firing).await;
                    records.extend(retention_gap(job, "prometheus", retention));
                    records
                }
                Err(records) => records,
            }
        }
    );
    logs.into_iter().chain(metrics).collect()
}

/// The address of a source that is wanted and can be asked; else the records that say why it cannot.
fn usable(
    job: &Job<'_>,
    source: &'static str,
    endpoint: &Endpoint,
    wanted: bool,
) -> Result<(reqwest::Url, Option<u32>), Vec<Record>> {
    if !wanted {
        return Err(Vec::new());
    }
    let outcome = match endpoint {
        Endpoint::At {
            url,
            retention_days,
        } => return Ok((url.clone(), *retention_days)),
        Endpoint::Missing => {
            SourceOutcome::skipped(messages::sources::no_data_source(job.lang, source))
        }
        Endpoint::Failed(error) => error.outcome(job.lang),
    };
    Err(vec![job.note_text(
        source,
        "data-sources",
        None,
        outcome,
        Duration::ZERO,
    )])
}

/// A gap where the window begins before what the source keeps.
fn retention_gap(job: &Job<'_>, source: &str, retention_days: Option<u32>) -> Option<Record> {
    let days = retention_days?;
    let kept_from = job.now - chrono::TimeDelta::days(i64::from(days));
    let asked_from = job
        .plan
        .requests
        .iter()
        .filter(|request| request.source() == source)
        .filter_map(Request::window)
        .map(|window| window.from)
        .min()?;
    (asked_from < kept_from).then(|| {
        let message = messages::sources::beyond_retention(job.lang, days);
        let outcome = SourceOutcome::failed(FailureKind::Retention, message);
        job.note_text(source, "retention", None, outcome, Duration::ZERO)
    })
}

/// What one log request brought.
struct LogsAnswer<'a> {
    /// The request.
    request: &'a LogsRequest,
    /// Its streams; `None` where it failed.
    streams: Option<Vec<LogStream>>,
    /// How it went.
    record: Record,
}

/// All log requests and their count.
async fn gather_logs(job: &Job<'_>, url: reqwest::Url, token: crate::model::Secret) -> Vec<Record> {
    let http = match cockpit::connect(job.api, "loki", &url, job.limits()) {
        Ok(http) => http,
        Err(error) => {
            return vec![job.note_text(
                "loki",
                "connect",
                None,
                error.outcome(job.lang),
                Duration::ZERO,
            )];
        }
    };
    let loki = cockpit::loki(&http, url, token);
    let entries = job
        .plan
        .requests
        .iter()
        .filter_map(|request| match request {
            Request::Logs(logs) => Some(fetch_logs(job, &loki, request, logs)),
            _ => None,
        });
    let counts = job
        .plan
        .requests
        .iter()
        .filter_map(|request| match request {
            Request::Count(count) => Some(fetch_count(job, &loki, request, count)),
            _ => None,
        });
    let errors = job
        .plan
        .requests
        .iter()
        .filter_map(|request| match request {
            Request::Errors(errors) => Some(gather_errors(job, &loki, errors)),
            _ => None,
        });
    let (answers, counts, errors) =
        tokio::join!(join_all(entries), join_all(counts), join_all(errors));
    let mut records: Vec<Record> = errors.into_iter().flatten().collect();
    let mut counted = Vec::new();
    for (count, series, record) in counts {
        records.push(record);
        counted.extend(series.map(|series| (count, series)));
    }
    for answer in answers {
        if let Some(streams) = answer.streams {
            records.push(Record::LogSummary(summary(
                answer.request,
                &streams,
                &counted,
            )));
            records.extend(log_records(&answer.request.service, streams).map(Record::Log));
        }
        records.push(answer.record);
    }
    records
}

/// One slice of entries.
async fn fetch_logs<'a>(
    job: &Job<'_>,
    loki: &Loki<'_>,
    request: &Request,
    logs: &'a LogsRequest,
) -> LogsAnswer<'a> {
    let started = Clock::now();
    let result = loki
        .fetch_entries(&logs.query, logs.window, logs.limit, Direction::Backward)
        .await;
    let record = job.note(
        request,
        Some(&logs.service),
        job.outcome(&result),
        started.elapsed(),
    );
    LogsAnswer {
        request: logs,
        streams: result.ok(),
        record,
    }
}

/// One count.
async fn fetch_count<'a>(
    job: &Job<'_>,
    loki: &Loki<'_>,
    request: &Request,
    count: &'a CountRequest,
) -> (&'a CountRequest, Option<Vec<Series>>, Record) {
    let started = Clock::now();
    let result = loki
        .fetch_steps(&count.query, count.window, count.step)
        .await;
    let record = job.note(request, None, job.outcome(&result), started.elapsed());
    (count, result.ok(), record)
}

/// What the server counted for a slice, beside what was fetched of it.
pub(super) fn summary(
    request: &LogsRequest,
    streams: &[LogStream],
    counted: &[(&CountRequest, Vec<Series>)],
) -> LogSummary {
    let entries = || streams.iter().flat_map(|stream| &stream.entries);
    let returned = entries().count() as u64;
    let mut levels = std::collections::BTreeMap::new();
    for stream in streams {
        let level = stream.labels.get("detected_level").unwrap_or("unknown");
        *levels.entry(level.to_owned()).or_insert(0) += stream.entries.len() as u64;
    }
    LogSummary {
        service: request.service.clone(),
        query: request.query.clone(),
        window: request.window,
        matched: counted
            .iter()
            .find_map(|(count, series)| matched(request, count, series))
            // The count's steps end inclusively, the slice does not: an entry on the edge may be counted next door.
            .map(|matched| matched.max(returned)),
        returned,
        limited: returned >= u64::from(request.limit),
        bytes: entries().map(|entry| entry.line.len() as u64).sum(),
        levels,
    }
}

/// The entries that a count saw in a slice; `None` where the count does not cover it.
pub(super) fn matched(
    request: &LogsRequest,
    count: &CountRequest,
    series: &[Series],
) -> Option<u64> {
    let covers = count.window.from <= request.window.from && request.window.to <= count.window.to;
    if !covers
        || !count
            .services
            .values()
            .any(|service| *service == request.service)
    {
        return None;
    }
    let inside = |sample: &crate::model::Sample| {
        let end = sample.instant();
        request.window.from < end && end <= request.window.to
    };
    let total: f64 = series
        .iter()
        .filter(|series| {
            let name = series.labels.get("resource_name").unwrap_or_default();
            count.services.get(name) == Some(&request.service)
        })
        .flat_map(|series| &series.samples)
        .filter(|sample| inside(sample))
        .map(|sample| sample.value)
        .sum();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "as saturates; a count is not negative"
    )]
    let total = total as u64;
    Some(total)
}

/// Streams as records of a service.
pub(crate) fn log_records(
    service: &str,
    streams: Vec<LogStream>,
) -> impl Iterator<Item = LogRecord> {
    let service = service.to_owned();
    streams.into_iter().flat_map(move |stream| {
        let service = service.clone();
        let labels = Arc::new(stream.labels);
        stream.entries.into_iter().map(move |entry| LogRecord {
            service: service.clone(),
            ts: entry.at.instant(),
            labels: labels.clone(),
            line: entry.line,
            metadata: None,
        })
    })
}

//! Runs the metric requests of a plan: one joined query a kind, taken apart again by service and metric.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Url;
use tokio::sync::oneshot;
use tokio::time::Instant as Clock;

use super::cockpit;
use super::error::{Problem, SourceError};
use super::events::{Firing, evaluate_rules};
use super::gather::Job;
use super::prometheus::Prometheus;
use crate::evidence::{MetricRecord, Number, Record};
use crate::model::{Labels, Secret, Series};
use crate::plan::{METRIC_LABEL, MetricPart, MetricsRequest, Request};

/// All metric requests.
pub(super) async fn gather_metrics(
    job: &Job<'_>,
    url: Url,
    token: Secret,
    mut firing: oneshot::Receiver<Firing>,
) -> Vec<Record> {
    let http = match cockpit::connect(job.api, "prometheus", &url, job.limits()) {
        Ok(http) => http,
        Err(error) => {
            return vec![job.note_text(
                "prometheus",
                "connect",
                None,
                error.outcome(job.lang),
                Duration::ZERO,
            )];
        }
    };
    let prometheus = cockpit::prometheus(&http, url, token);
    let requests = job
        .plan
        .requests
        .iter()
        .filter_map(|request| match request {
            Request::Metrics(metrics) => Some(fetch_metrics(job, &prometheus, request, metrics)),
            _ => None,
        });
    let asked = join_all(requests);
    tokio::pin!(asked);
    let (answers, firing) = tokio::select! {
        biased;
        answers = &mut asked => (Some(answers), firing.try_recv().ok()),
        firing = &mut firing => (None, firing.ok()),
    };
    let alerts = async {
        match firing {
            Some(firing) => evaluate_rules(job, &prometheus, firing).await,
            None => Vec::new(),
        }
    };
    let (answers, alerts) = if let Some(answers) = answers {
        (answers, alerts.await)
    } else {
        tokio::join!(asked, alerts)
    };
    let mut records = joined(answers.into_iter().flatten());
    records.extend(alerts);
    records
}

/// Records with the samples of one series in one record, whether they came with one answer or with two: baseline and window
/// may have been asked for apart.
fn joined(records: impl Iterator<Item = Record>) -> Vec<Record> {
    let mut kept: Vec<Record> = Vec::new();
    let mut known: HashMap<(String, String, String, Labels), usize> = HashMap::new();
    for record in records {
        let Record::Metric(metric) = record else {
            kept.push(record);
            continue;
        };
        let key = (
            metric.service.clone(),
            metric.name.clone(),
            metric.expr.clone(),
            metric.labels.clone(),
        );
        let first = known.get(&key).and_then(|index| kept.get_mut(*index));
        if let Some(Record::Metric(first)) = first {
            first.samples.extend(metric.samples);
            first.samples.sort_by(|a, b| a.0.total_cmp(&b.0));
        } else {
            known.insert(key, kept.len());
            kept.push(Record::Metric(metric));
        }
    }
    kept
}

/// One kind's metrics, all at once; one by one where the server does not accept the whole, so that one expression that it
/// refuses does not hide the others.
async fn fetch_metrics(
    job: &Job<'_>,
    prometheus: &Prometheus<'_>,
    request: &Request,
    metrics: &MetricsRequest,
) -> Vec<Record> {
    let started = Clock::now();
    let result = prometheus
        .fetch_range(&metrics.query, metrics.window, metrics.step)
        .await;
    if result.as_ref().is_err_and(is_refused_expression) && metrics.parts.len() > 1 {
        let parts = metrics
            .parts
            .iter()
            .map(|part| fetch_part(job, prometheus, metrics, part));
        return join_all(parts).await.into_iter().flatten().collect();
    }
    let mut records = vec![job.note(request, None, job.outcome(&result), started.elapsed())];
    for mut series in result.unwrap_or_default() {
        let id = series.labels.remove(METRIC_LABEL);
        let part = metrics
            .parts
            .iter()
            .find(|part| Some(&part.id) == id.as_ref());
        records.extend(
            part.and_then(|part| metric_record(metrics, part, series))
                .map(Record::Metric),
        );
    }
    records
}

/// One metric of a kind.
async fn fetch_part(
    job: &Job<'_>,
    prometheus: &Prometheus<'_>,
    metrics: &MetricsRequest,
    part: &MetricPart,
) -> Vec<Record> {
    let started = Clock::now();
    let result = prometheus
        .fetch_range(&part.expr, metrics.window, metrics.step)
        .await;
    let mut records = vec![job.note_text(
        "prometheus",
        &part.expr,
        None,
        job.outcome(&result),
        started.elapsed(),
    )];
    records.extend(
        result
            .unwrap_or_default()
            .into_iter()
            .filter_map(|series| metric_record(metrics, part, series))
            .map(Record::Metric),
    );
    records
}

/// Whether the server understood the request and did not like the expression.
fn is_refused_expression(error: &SourceError) -> bool {
    matches!(
        error.problem,
        Problem::Status {
            status: 400 | 422,
            ..
        }
    )
}

/// A series as evidence keeps it; `None` where it belongs to no service of the request.
fn metric_record(
    metrics: &MetricsRequest,
    part: &MetricPart,
    mut series: Series,
) -> Option<MetricRecord> {
    let resource = series.labels.remove(&metrics.label)?;
    let service = metrics.services.get(&resource)?;
    Some(MetricRecord {
        service: service.clone(),
        name: part.id.clone(),
        expr: part.expr.clone(),
        unit: part.unit,
        labels: series.labels,
        step_seconds: metrics.step.as_seconds_f64(),
        samples: series
            .samples
            .iter()
            .map(|sample| (sample.at_seconds, Number(sample.value)))
            .collect(),
    })
}

//! Metric questions as `PromQL`: the catalogue's expressions, filled in and joined. The one place where they are written.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::{MetricPart, MetricsRequest, Question, Request};
use crate::config::Catalog;
use crate::model::{Kind, Service, Window, quoted};

/// The label that tells joined metrics apart in one answer. Cockpit's own labels do not begin like this.
pub(crate) const METRIC_LABEL: &str = "scout_metric";

/// Least distance between samples: Cockpit's own products are scraped about every 30 s, so less shows nothing more.
const MIN_STEP: TimeDelta = TimeDelta::seconds(15);

/// Most samples a series: enough for a sparkline and for change points, far below Prometheus's limit of 11,000.
const MAX_POINTS: i32 = 240;

/// Plans the metrics of a question: one request for each kind among its services, two where the baseline lies apart from the
/// window, so that what is between does not make the samples sparse.
pub(super) fn plan_metrics(question: &Question, catalog: &Catalog) -> Vec<Request> {
    let relevant = question.relevant();
    let mut kinds: Vec<Kind> = relevant.iter().map(|service| service.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
        .into_iter()
        .flat_map(|kind| {
            let services: Vec<&Service> = relevant
                .iter()
                .copied()
                .filter(|service| service.kind == kind)
                .collect();
            plan_kind(question, catalog, kind, &services)
        })
        .map(Request::Metrics)
        .collect()
}

/// One kind's requests; none for a kind without metrics.
fn plan_kind(
    question: &Question,
    catalog: &Catalog,
    kind: Kind,
    services: &[&Service],
) -> Vec<MetricsRequest> {
    let names = || {
        services
            .iter()
            .map(|service| service.resource_name.as_str())
    };
    let parts: Vec<MetricPart> = catalog
        .metrics(kind)
        .iter()
        .map(|spec| MetricPart {
            id: spec.id.clone(),
            expr: catalog.expression(spec, names()),
            unit: spec.unit,
        })
        .collect();
    if parts.is_empty() {
        return Vec::new();
    }
    let windows = match question.baseline {
        Some(baseline) if baseline.to < question.window.from => vec![baseline, question.window],
        _ => vec![question.whole()],
    };
    let length = windows.iter().map(Window::length).sum();
    let request = |window| MetricsRequest {
        kind,
        query: join(&parts),
        parts: parts.clone(),
        label: catalog.label(kind).to_owned(),
        services: by_resource_name(services),
        step: step(length),
        window,
    };
    windows.into_iter().map(request).collect()
}

/// Service name by resource name.
fn by_resource_name(services: &[&Service]) -> BTreeMap<String, String> {
    services
        .iter()
        .map(|service| (service.resource_name.clone(), service.name.clone()))
        .collect()
}

/// Joins expressions with `or`, each marked by its id, so that one request answers them all.
fn join(parts: &[MetricPart]) -> String {
    parts
        .iter()
        .map(|part| {
            format!(
                "label_replace({}, {}, {}, \"\", \"\")",
                part.expr,
                quoted(METRIC_LABEL),
                quoted(&part.id)
            )
        })
        .collect::<Vec<_>>()
        .join(" or ")
}

/// Distance between samples for a window: a whole number of seconds that keeps a series within [`MAX_POINTS`].
pub(crate) fn step(length: TimeDelta) -> TimeDelta {
    round_step(length, MAX_POINTS).max(MIN_STEP)
}

/// A round number of seconds, at least one, that keeps a series over a window within so many points or little more.
pub(crate) fn round_step(length: TimeDelta, points: i32) -> TimeDelta {
    let seconds = (length / points.max(1)).num_seconds().max(1);
    let nice = [
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 86_400,
    ]
    .into_iter()
    .find(|candidate| *candidate >= seconds)
    .unwrap_or(seconds);
    TimeDelta::seconds(nice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_keeps_the_points_of_a_series_bounded() {
        assert_eq!(step(TimeDelta::hours(1)), TimeDelta::seconds(15));
        assert_eq!(step(TimeDelta::hours(6)), TimeDelta::seconds(120));
        for hours in [1, 3, 24, 24 * 7, 24 * 60] {
            let length = TimeDelta::hours(hours);
            assert!(length.num_seconds() / step(length).num_seconds() <= i64::from(MAX_POINTS) + 1);
        }
    }
    #[test]
    fn a_baseline_that_lies_apart_does_not_make_samples_sparse() {
        let end: crate::model::Instant = "2026-11-21T09:00:00Z".parse().unwrap();
        let window = Window::new(end - TimeDelta::minutes(30), end).unwrap();
        let planned = |baseline| {
            let service = Service {
                name: "db".to_owned(),
                kind: Kind::Postgres,
                title: String::new(),
                aliases: Vec::new(),
                resource_name: "db".to_owned(),
                depends_on: Vec::new(),
                url: None,
                ssh: None,
            };
            let question = Question {
                ask: vec![super::super::Ask::Metrics],
                asked: vec!["db".to_owned()],
                services: vec![service],
                window,
                baseline: Some(baseline),
                region: None,
                organization: None,
                zones: Vec::new(),
            };
            plan_metrics(&question, Catalog::builtin())
        };
        let spans = |requests: Vec<Request>| -> Vec<(Option<Window>, TimeDelta)> {
            let step = |request: &Request| match request {
                Request::Metrics(metrics) => metrics.step,
                _ => TimeDelta::zero(),
            };
            requests
                .iter()
                .map(|request| (request.window(), step(request)))
                .collect()
        };
        let fine = TimeDelta::seconds(15);
        let whole = Window::new(end - TimeDelta::hours(1), end);
        assert_eq!(spans(planned(window.just_before())), [(whole, fine)]);
        let day_before = window.shifted_back(TimeDelta::hours(24));
        assert_eq!(
            spans(planned(day_before)),
            [(Some(day_before), fine), (Some(window), fine)]
        );
    }
}

//! What people see beside the claims: every metric judged, error lines by signature, what was checked and is in order.

use crate::analysis::{Analysis, Detail, JudgedSeries, Level};
use crate::evidence::Evidence;
use crate::model::messages::{machines, report as say};
use crate::model::{Breach, Health, MetricSpec, Severity};

use super::probes;
use super::wording::{Wording, printable, rounded};
use super::{Checked, ErrorGroup, MetricLine};
use super::{events, verdict};

/// Error groups that are listed: more is a log, not a table.
const MOST_GROUPS: usize = 100;

/// Every metric judged, as it was ordered.
pub(super) fn metrics(analysis: &Analysis, wording: &Wording<'_>) -> Vec<MetricLine> {
    analysis
        .series
        .iter()
        .map(|series| metric_line(series, wording))
        .collect()
}

/// The same, and a line without values for each metric that its kind always has and that has no series.
pub(super) fn metrics_with_missing(
    evidence: &Evidence,
    analysis: &Analysis,
    specs: &[MetricSpec],
    wording: &Wording<'_>,
) -> Vec<MetricLine> {
    let mut lines = metrics(analysis, wording);
    let has = |lines: &[MetricLine], service: &str, id: &str| {
        lines
            .iter()
            .any(|line| line.service == service && line.id == id)
    };
    for service in evidence.meta.services() {
        for spec in specs
            .iter()
            .filter(|spec| spec.kind == service.kind && spec.always_present)
        {
            if !has(&lines, &service.name, &spec.id) {
                lines.push(without_data(&service.name, spec, wording));
            }
        }
    }
    lines
}

/// A metric that has no series.
fn without_data(service: &str, spec: &MetricSpec, wording: &Wording<'_>) -> MetricLine {
    MetricLine {
        service: service.to_owned(),
        id: spec.id.clone(),
        title: spec.title.text(wording.lang).to_owned(),
        series: String::new(),
        unit: spec.unit,
        now: None,
        baseline: None,
        min: None,
        max: None,
        breach: None,
        breach_since: None,
        breach_lasts: None,
        trend: Vec::new(),
    }
}

/// One metric.
fn metric_line(series: &JudgedSeries, wording: &Wording<'_>) -> MetricLine {
    let ongoing = series.breach.filter(|breach| breach.ongoing);
    MetricLine {
        service: series.service.clone(),
        id: series.id.clone(),
        title: series.title.text(wording.lang).to_owned(),
        series: printable(&series.series, 80),
        unit: series.unit,
        now: series.now,
        baseline: series.baseline,
        min: series.min,
        max: series.max,
        breach: series
            .threshold
            .as_ref()
            .map(|_| ongoing.map_or(Breach::Ok, |breach| breach.breach)),
        breach_since: ongoing.map(|breach| breach.since),
        breach_lasts: ongoing.map(|breach| breach.lasts),
        trend: series.trend.clone(),
    }
}

/// Error lines of the window by signature, most first.
pub(super) fn errors(analysis: &Analysis) -> Vec<ErrorGroup> {
    let mut groups: Vec<ErrorGroup> = analysis
        .logs
        .iter()
        .flat_map(|(service, logs)| logs.groups.iter().map(move |group| (service, group)))
        .filter(|(_, group)| group.level >= Level::Error && group.now > 0.0)
        .filter_map(|(service, group)| {
            Some(ErrorGroup {
                service: service.clone(),
                signature: printable(&group.signature, 300),
                count: rounded(group.now),
                estimated: group.estimated,
                baseline_count: rounded(group.before),
                first: analysis.axis.instant(group.first_now(&analysis.axis)?),
                last: analysis.axis.instant(group.places.last().copied()?),
                sample: printable(&group.sample, 200),
            })
        })
        .collect();
    groups.sort_by(|a, b| {
        b.count
            .cmp(&a.count)
            .then_with(|| (&a.service, &a.signature).cmp(&(&b.service, &b.signature)))
    });
    groups.truncate(MOST_GROUPS);
    groups
}

/// What was looked at and is in order: metrics inside their thresholds, logs with the usual errors, healthy states.
pub(super) fn checked(
    evidence: &Evidence,
    analysis: &Analysis,
    wording: &Wording<'_>,
) -> Vec<Checked> {
    let lang = wording.lang;
    let mut checked = Vec::new();
    let first = verdict::asked(evidence, analysis).into_iter().min();
    for service in analysis.map.names() {
        let mut add = |what: String| {
            checked.push(Checked {
                service: service.to_owned(),
                what,
            });
        };
        if let Some(logs) = analysis.logs.get(service).filter(|logs| logs.fetched > 0) {
            let noisy = analysis.facts.iter().any(|fact| {
                fact.service == service
                    && fact.severity >= Severity::Warning
                    && (fact.sign.is_errors() || fact.subject == "silence")
            });
            if !noisy {
                let errors = logs
                    .groups
                    .iter()
                    .filter(|group| group.level >= Level::Error);
                let (now, before) = errors.fold((0.0, 0.0), |(now, before), group| {
                    (now + group.now, before + group.before)
                });
                let total = say::lines(lang, rounded(logs.now), logs.estimated);
                add(say::checked_log(
                    lang,
                    &total,
                    rounded(now),
                    rounded(before),
                ));
            }
        }
        for series in analysis
            .series
            .iter()
            .filter(|series| series.service == service)
        {
            let fine =
                series.threshold.is_some() && series.breach.is_none_or(|breach| !breach.ongoing);
            if let (true, Some(now)) = (fine, series.now) {
                add(format!(
                    "{}{}{}",
                    wording.series_name(series),
                    lang.pick(": ", " : "),
                    say::amount(lang, series.unit, now)
                ));
            }
        }
        let mut states: Vec<_> = evidence
            .states()
            .filter(|state| {
                state.service.as_deref() == Some(service) && state.health == Health::Healthy
            })
            .collect();
        states.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        for state in states {
            add(say::checked_state(
                lang,
                &printable(&state.name, 80),
                &printable(&state.status, 40),
            ));
        }
        let looks = fine_looks(service, evidence, analysis);
        if !looks.is_empty() {
            add(machines::checked(lang, &looks.join(", ")));
        }
        probes::fine(service, evidence, analysis, lang)
            .into_iter()
            .for_each(&mut add);
        if Some(service) == first {
            checked.extend(events::checked(evidence, service, lang));
        }
    }
    checked
}

/// The commands on a service's machine that were answered and showed nothing worth telling, in order.
fn fine_looks<'a>(service: &str, evidence: &'a Evidence, analysis: &Analysis) -> Vec<&'a str> {
    let target = analysis
        .map
        .service(service)
        .and_then(|service| service.ssh.as_deref());
    let told = |shown: &str| {
        analysis.facts.iter().any(
            |fact| matches!(&fact.detail, Detail::Machine { command, .. } if *command == shown),
        )
    };
    let mut fine: Vec<&str> = evidence
        .looks()
        .filter(|look| Some(look.target.as_str()) == target && look.exit_code == Some(0))
        .filter(|look| !told(&format!("{}: {}", look.target, look.command)))
        .map(|look| look.command.as_str())
        .collect();
    fine.sort_unstable();
    fine
}

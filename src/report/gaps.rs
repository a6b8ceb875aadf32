//! What could not be checked, and how each source did.

use std::collections::{BTreeMap, BTreeSet};

use super::{Gap, SourceLine, Verdict, events};
use crate::analysis::Analysis;
use crate::evidence::{Evidence, Record, SourceOutcome, SourceRecord};
use crate::model::messages::report as say;
use crate::model::{Kind, Lang, MetricSpec};

/// One line for each source: all its requests together.
pub(super) fn sources(evidence: &Evidence) -> Vec<SourceLine> {
    let mut by_source: BTreeMap<&str, Vec<&SourceRecord>> = BTreeMap::new();
    for record in evidence.sources() {
        by_source.entry(&record.source).or_default().push(record);
    }
    by_source
        .into_iter()
        .map(|(source, mut records)| {
            records.sort_by(|a, b| (&a.service, &a.request).cmp(&(&b.service, &b.request)));
            source_line(source, &records)
        })
        .collect()
}

/// The line of one source.
fn source_line(source: &str, records: &[&SourceRecord]) -> SourceLine {
    let failure = records.iter().find_map(|record| match &record.outcome {
        SourceOutcome::Failed { error, .. } => {
            Some(format!("{}: {}", error.kind.as_str(), error.message))
        }
        _ => None,
    });
    let reason = records.iter().find_map(|record| match &record.outcome {
        SourceOutcome::Skipped { reason, .. } => Some(reason.clone()),
        _ => None,
    });
    let skipped = records
        .iter()
        .all(|record| matches!(record.outcome, SourceOutcome::Skipped { .. }));
    let sent = records
        .iter()
        .filter(|record| !matches!(record.outcome, SourceOutcome::Skipped { .. }));
    SourceLine {
        source: source.to_owned(),
        ok: failure.is_none() && !skipped,
        skipped,
        requests: sent.count() as u64,
        elapsed_seconds: records
            .iter()
            .map(|record| record.elapsed_seconds)
            .fold(0.0, f64::max),
        reason: failure.or(reason.filter(|_| skipped)),
    }
}

/// All gaps, failed sources first.
pub(super) fn gaps(
    evidence: &Evidence,
    analysis: &Analysis,
    (verdict, asked): (Verdict, &[&str]),
    specs: &[MetricSpec],
    lang: Lang,
) -> Vec<Gap> {
    let mut gaps = failures(evidence.sources(), lang);
    gaps.extend(analysis.blackout.map(|at| Gap {
        source: "cockpit".to_owned(),
        kind: "no-data".to_owned(),
        message: say::blackout(lang, &at.format("%H:%M:%S").to_string()),
    }));
    gaps.extend(limits(evidence, lang));
    gaps.extend(events::gaps(evidence, analysis, verdict, lang));
    gaps.extend(absences(evidence, analysis, asked, specs, lang));
    gaps
}

/// What is missing from an answer that is no report: the questions without one.
pub(crate) fn source_gaps(records: &[Record], lang: Lang) -> Vec<Gap> {
    let sources = records.iter().filter_map(|record| match record {
        Record::Source(source) => Some(source),
        _ => None,
    });
    failures(sources, lang)
}

/// Questions without an answer, those that failed in the same way together. A source that was wanted and could not be asked,
/// because the project has none, is a gap too: the answer rests on less.
fn failures<'a>(sources: impl Iterator<Item = &'a SourceRecord>, lang: Lang) -> Vec<Gap> {
    let mut groups: BTreeMap<(&str, &str, &str), (BTreeSet<&str>, u64)> = BTreeMap::new();
    for record in sources {
        let (kind, message) = match &record.outcome {
            SourceOutcome::Failed { error, .. } => (error.kind.as_str(), &error.message),
            SourceOutcome::Skipped { reason, .. } => ("not-asked", reason),
            SourceOutcome::Answered { .. } => continue,
        };
        let (services, count) = groups.entry((&record.source, kind, message)).or_default();
        services.extend(record.service.as_deref());
        *count += 1;
    }
    groups
        .into_iter()
        .map(|((source, kind, message), (services, count))| {
            let services = services.into_iter().collect::<Vec<_>>().join(", ");
            Gap {
                source: source.to_owned(),
                kind: kind.to_owned(),
                message: say::failed_source(lang, &services, message, count),
            }
        })
        .collect()
}

/// Answers that a limit cut, by service.
fn limits(evidence: &Evidence, lang: Lang) -> Vec<Gap> {
    let mut by_service: BTreeMap<&str, (u64, Option<u64>, bool)> = BTreeMap::new();
    for summary in evidence.log_summaries() {
        let (returned, matched, limited) =
            by_service
                .entry(&summary.service)
                .or_insert((0, Some(0), false));
        *returned += summary.returned;
        // slices that were not cut have all that matched
        let all = summary
            .matched
            .or((!summary.limited).then_some(summary.returned));
        *matched = matched.zip(all).map(|(sum, all)| sum + all);
        *limited |= summary.limited;
    }
    by_service
        .into_iter()
        .filter(|(_, (_, _, limited))| *limited)
        .map(|(service, (returned, matched, _))| Gap {
            source: "loki".to_owned(),
            kind: "limited".to_owned(),
            message: say::limited(lang, service, returned, matched),
        })
        .collect()
}

/// Services, logs, baselines and metrics of which nothing was seen though they were asked for.
fn absences(
    evidence: &Evidence,
    analysis: &Analysis,
    asked: &[&str],
    specs: &[MetricSpec],
    lang: Lang,
) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let gap = |source: &str, message: String| Gap {
        source: source.to_owned(),
        kind: "no-data".to_owned(),
        message,
    };
    for service in analysis.map.names() {
        let Some(kind) = analysis.map.kind(service) else {
            continue;
        };
        let logs = analysis.logs.get(service);
        let lines = logs.is_some_and(|logs| logs.now + logs.before > 0.0);
        let series = analysis
            .series
            .iter()
            .any(|series| series.service == service && series.now.is_some());
        let state = evidence
            .states()
            .chain(evidence.events(Kind::JobRun))
            .any(|state| state.service.as_deref() == Some(service));
        if !lines && !series && !state {
            if asked.contains(&service) {
                gaps.push(gap("all", say::unseen(lang, service)));
            }
            continue;
        }
        let answered = evidence
            .log_summaries()
            .any(|summary| summary.service == service);
        if !lines && answered && writes_logs(kind) {
            gaps.push(gap("loki", say::no_lines(lang, service)));
        }
        if logs.is_some_and(|logs| logs.now > 0.0 && !logs.has_baseline) {
            gaps.push(Gap {
                kind: "no-baseline".to_owned(),
                ..gap("loki", say::no_baseline(lang, service))
            });
        }
        if series {
            for spec in specs
                .iter()
                .filter(|spec| spec.kind == kind && spec.always_present)
            {
                if !analysis
                    .series
                    .iter()
                    .any(|series| series.service == service && series.id == spec.id)
                {
                    gaps.push(gap(
                        "prometheus",
                        say::no_series(lang, service, spec.title.text(lang)),
                    ));
                }
            }
        }
    }
    gaps
}

/// Kinds that send their log to Cockpit and always have something to say.
fn writes_logs(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Container | Kind::Function | Kind::Postgres | Kind::Mysql | Kind::Kubernetes
    )
}

//! How is each service? One line a service, out of one analysis of all of them: the facts, causes and verdicts of the report, told
//! apart by whose they are.
//!
//! In: evidence of any number of services, and what the analysis made of it. Out: lines, worst first. Nothing is judged here that
//! the report would judge otherwise: a service is down for the same facts, and unknown for the same want of them.

use serde::Serialize;

use super::wording::{Wording, rounded};
use super::{Breach, MetricLine, Severity, Verdict, tables, verdict};
use crate::analysis::{Analysis, Fact, Level};
use crate::evidence::{Evidence, ProbeProblem, ProbeRecord};
use crate::model::{CERTIFICATE_DAYS, Health, Instant, Kind, Lang, MetricSpec};

/// Metrics that a line shows beside those that are past a threshold: the kind's most telling ones.
const MOST_METRICS: usize = 2;

/// How one service is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct HealthLine {
    /// Service of the map.
    pub(crate) service: String,
    /// What it is.
    pub(crate) kind: Kind,
    /// The answer in one word.
    pub(crate) verdict: Verdict,
    /// What the API says of its resources, worst first; empty where it lists none.
    pub(crate) states: Vec<StateSeen>,
    /// Its metrics, those past a threshold first, then as the catalogue orders them.
    pub(crate) metrics: Vec<MetricLine>,
    /// How many of these are for the short line.
    pub(crate) key_metrics: usize,
    /// Its error lines; `None` where its log could not be asked, or has no line.
    pub(crate) errors: Option<ErrorCount>,
    /// What its address answered; `None` where it has none, or was not asked.
    pub(crate) probe: Option<ProbeSeen>,
    /// The named cause that begins in it; `None` where there is none.
    pub(crate) cause: Option<String>,
    /// What speaks most against it; `None` where nothing does.
    pub(crate) why: Option<String>,
    /// Since when, where that is known.
    pub(crate) since: Option<Instant>,
}

/// A resource's status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct StateSeen {
    /// The API's own word.
    pub(crate) status: String,
    /// The same, grouped.
    pub(crate) health: Health,
}

/// Error lines of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct ErrorCount {
    /// In the window.
    pub(crate) count: u64,
    /// In the time before that it is compared with.
    pub(crate) baseline_count: u64,
    /// Whether a limit cut what the count rests on.
    pub(crate) estimated: bool,
}

/// What an address answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ProbeSeen {
    /// The address.
    pub(crate) url: String,
    /// Whether it answered as it should.
    pub(crate) ok: bool,
    /// The HTTP status.
    pub(crate) status: Option<u16>,
    /// What kept it from answering.
    pub(crate) problem: Option<ProbeProblem>,
    /// The same in words.
    pub(crate) error: Option<String>,
    /// Until the first byte.
    pub(crate) ttfb_seconds: Option<f64>,
    /// When its certificate expires.
    pub(crate) cert_expires_at: Option<Instant>,
    /// Whole days until then; negative where it has expired.
    pub(crate) cert_days_left: Option<i64>,
    /// Whether these are few.
    pub(crate) cert: Option<Breach>,
    /// Where it sends on to.
    pub(crate) redirect: Option<String>,
}

/// The lines, worst first: down, degraded, unknown, healthy; within each those where a cause begins first, then
/// by what speaks against them, then by name.
pub(crate) fn health_lines(
    evidence: &Evidence,
    analysis: &Analysis,
    specs: &[MetricSpec],
    lang: Lang,
) -> Vec<HealthLine> {
    let wording = Wording {
        analysis,
        evidence,
        lang,
    };
    let all = tables::metrics_with_missing(evidence, analysis, specs, &wording);
    let mut lines: Vec<(Option<Severity>, HealthLine)> = verdict::asked(evidence, analysis)
        .into_iter()
        .filter_map(|service| {
            let kind = analysis.map.kind(service);
            let mut metrics: Vec<MetricLine> = all
                .iter()
                .filter(|line| line.service == service)
                .cloned()
                .collect();
            metrics.sort_by_key(|line| {
                let place = specs
                    .iter()
                    .position(|spec| Some(spec.kind) == kind && spec.id == line.id);
                let breach = line.breach.unwrap_or(Breach::Ok);
                (std::cmp::Reverse(breach), place.unwrap_or(usize::MAX))
            });
            let worst = worst_fact(service, analysis);
            let line = health_line(service, metrics, worst, &wording)?;
            Some((worst.map(|fact| fact.severity), line))
        })
        .collect();
    lines.sort_by(|(a_worst, a), (b_worst, b)| {
        badness(b.verdict)
            .cmp(&badness(a.verdict))
            .then_with(|| b.cause.is_some().cmp(&a.cause.is_some()))
            .then_with(|| b_worst.cmp(a_worst))
            .then_with(|| a.service.cmp(&b.service))
    });
    lines.into_iter().map(|(_, line)| line).collect()
}

/// The worst verdict of all; unknown where there is no service.
pub(crate) fn worst_verdict(lines: &[HealthLine]) -> Verdict {
    let verdicts = lines.iter().map(|line| line.verdict);
    verdicts
        .max_by_key(|verdict| badness(*verdict))
        .unwrap_or(Verdict::Unknown)
}

/// The order of verdicts: what is not known may be bad.
fn badness(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Healthy => 0,
        Verdict::Unknown => 1,
        Verdict::Degraded => 2,
        Verdict::Down => 3,
    }
}

/// One line; `None` for a service that the evidence does not know.
fn health_line(
    service: &str,
    metrics: Vec<MetricLine>,
    worst: Option<&Fact>,
    wording: &Wording<'_>,
) -> Option<HealthLine> {
    let (evidence, analysis) = (wording.evidence, wording.analysis);
    let kind = analysis.map.kind(service)?;
    let causes = &analysis.causes;
    let cause = causes.iter().find(|cause| cause.service == service);
    let statement = cause.map(|cause| {
        let text = cause.statement().text(wording.lang);
        text.replace("{service}", service)
    });
    let bad = metrics
        .iter()
        .filter(|line| line.breach > Some(Breach::Ok))
        .count();
    let first = |fact: &&Fact| fact.severity >= Severity::Warning && fact.service == service;
    let since = analysis.facts.iter().filter(first);
    Some(HealthLine {
        service: service.to_owned(),
        kind,
        verdict: verdict::judge_service(service, evidence, analysis),
        states: states(service, evidence),
        key_metrics: bad.max(MOST_METRICS).min(metrics.len()),
        metrics,
        errors: errors(service, evidence, analysis),
        probe: probe(service, evidence),
        cause: cause.map(|cause| cause.rule.id.clone()),
        why: statement.or_else(|| worst.map(|fact| wording.title(fact))),
        since: since.filter_map(|fact| fact.since).min(),
    })
}

/// What speaks most against a service: the facts are ordered already.
fn worst_fact<'a>(service: &str, analysis: &'a Analysis) -> Option<&'a Fact> {
    analysis
        .facts
        .iter()
        .find(|fact| fact.service == service && fact.severity >= Severity::Warning)
}

/// The statuses of a service's resources, worst first.
fn states(service: &str, evidence: &Evidence) -> Vec<StateSeen> {
    let mut states: Vec<StateSeen> = evidence
        .states()
        .filter(|state| state.service.as_deref() == Some(service))
        .map(|state| StateSeen {
            status: state.status.clone(),
            health: state.health,
        })
        .collect();
    let order = |health: Health| match health {
        Health::Unhealthy => 0,
        Health::Transitional => 1,
        Health::Unknown => 2,
        Health::Healthy => 3,
    };
    states.sort_by(|a, b| (order(a.health), &a.status).cmp(&(order(b.health), &b.status)));
    states
}

/// The error lines of a service. A log that was counted and of which nothing was read has none: only those with lines that look
/// like errors are read.
fn errors(service: &str, evidence: &Evidence, analysis: &Analysis) -> Option<ErrorCount> {
    let mut summaries = evidence.log_summaries();
    // A log without a line says nothing, not even that there is no error.
    let written = |matched: Option<u64>| matched.is_none_or(|lines| lines > 0);
    summaries.find(|summary| summary.service == service && written(summary.matched))?;
    let groups = analysis.logs.get(service).map(|logs| &logs.groups);
    let bad = groups
        .into_iter()
        .flatten()
        .filter(|group| group.level >= Level::Error);
    let (now, before, estimated) = bad.fold((0.0, 0.0, false), |(now, before, cut), group| {
        (
            now + group.now,
            before + group.before,
            cut || group.estimated,
        )
    });
    Some(ErrorCount {
        count: rounded(now),
        baseline_count: rounded(before),
        estimated,
    })
}

/// What a service's address answered.
fn probe(service: &str, evidence: &Evidence) -> Option<ProbeSeen> {
    let probe: &ProbeRecord = evidence.probes().find(|probe| probe.service == service)?;
    let days = probe.cert_expires_at.map(|at| {
        (at - evidence.meta.created_at)
            .num_seconds()
            .div_euclid(86_400)
    });
    Some(ProbeSeen {
        url: probe.url.clone(),
        ok: probe.ok,
        status: probe.status,
        problem: probe.problem,
        error: probe.error.clone(),
        ttfb_seconds: probe.ttfb_seconds,
        cert_expires_at: probe.cert_expires_at,
        cert_days_left: days,
        cert: days.map(|days| CERTIFICATE_DAYS.judge(days as f64)),
        redirect: probe.redirect.clone(),
    })
}

//! Which services does the trouble start in, and when did it begin?
//!
//! A service is suspect by its own facts. A service that needs another suspect one, whose trouble began no later, is more
//! likely a victim: a symptom must not outrank its cause. What metrics alone say comes as blame, spread over the graph; a named
//! cause outweighs both.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::axis::Axis;
use super::blame::Blame;
use super::fact::{Detail, Fact, Seen, Sign};
use super::loss::{Harm, Loss};
use super::map::ServiceMap;
use super::rules::NamedCause;
use super::series::JudgedSeries;
use crate::model::{Breach, Instant, Severity};

/// How much later than its caller's the trouble of a dependency may be seen and still come first: bins, scrapes and clocks.
pub(super) const SLACK: TimeDelta = TimeDelta::minutes(2);

/// What is left of a service's score where a dependency explains it.
const VICTIM: f64 = 0.6;

/// What all the blame counts: metrics and the graph alone never prove a thing.
const MOST_BLAME: f64 = 0.9;

/// What a loss counts beside the blame, for services that blame reached and for others: enough to be listed.
const REACHED: f64 = 0.08;
/// See [`REACHED`].
const STRAY: f64 = 0.06;

/// How much earlier than the first hard sign a metric may have left its level and still be the onset: a climb over five
/// minutes leads to a failure, one over hours is its background.
const LEAD: TimeDelta = TimeDelta::minutes(5);

/// The longest time from the usual level past a critical threshold that is a leap and not a climb: two scrapes and a bin.
const LEAP: TimeDelta = TimeDelta::seconds(90);

/// A service and how much points at it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ranked {
    /// The service.
    pub(crate) service: String,
    /// 0 to 1.
    pub(crate) score: f64,
    /// Indices of the series that moved, farthest first.
    pub(crate) series: Vec<usize>,
}

/// The services by how much points at them, most first; those that nothing points at are left out.
pub(crate) fn rank_suspects(
    facts: &[Fact],
    causes: &[NamedCause],
    map: &ServiceMap,
    losses: &BTreeMap<(String, Harm), Loss>,
    blame: &Blame,
) -> Vec<Ranked> {
    let mut against: BTreeMap<&str, f64> = BTreeMap::new();
    let mut since: BTreeMap<&str, Instant> = BTreeMap::new();
    for fact in facts
        .iter()
        .filter(|fact| !is_shift(fact) || blame.is_empty())
    {
        *against.entry(&fact.service).or_insert(1.0) *= 1.0 - weight_of(fact);
        if let (Some(at), true) = (fact.since, fact.hurts()) {
            let first = since.entry(&fact.service).or_insert(at);
            *first = at.min(*first);
        }
    }
    let own: BTreeMap<&str, f64> = against
        .into_iter()
        .map(|(service, against)| (service, 1.0 - against))
        .collect();
    let mut scores = own.clone();
    for (service, score) in &mut scores {
        let explained = own.iter().any(|(other, other_score)| {
            let no_later = match (since.get(other), since.get(service)) {
                (Some(other), Some(service)) => *other <= *service + SLACK,
                (Some(_), None) => true,
                _ => false,
            };
            *other_score >= 0.3 && no_later && map.depends(service, other)
        });
        if explained {
            *score *= VICTIM;
        }
    }
    add_blame(&mut scores, losses, blame);
    for (place, cause) in causes.iter().enumerate() {
        let score = scores.entry(&cause.service).or_insert(0.0);
        let share = if place == 0 { 1.0 } else { 0.9 };
        *score = score.max(cause.confidence() * share);
    }
    if let Some(first) = causes.first() {
        let top = first.confidence();
        for (service, score) in &mut scores {
            if *service != first.service && *score >= top {
                *score = top * 0.95;
            }
        }
    }
    let mut ranked: Vec<Ranked> = scores
        .into_iter()
        .filter(|(_, score)| *score >= 0.05)
        .map(|(service, score)| Ranked {
            service: service.to_owned(),
            score: score.min(0.99),
            series: moved(service, facts),
        })
        .collect();
    let callers = |service: &str| {
        map.names()
            .filter(|name| map.depends(name, service))
            .count()
    };
    // equal scores: what is needed by more comes first, then what began earlier, and only then the name
    ranked.sort_by_cached_key(|ranked| {
        let name = ranked.service.as_str();
        (
            Reverse(millionths(ranked.score)),
            Reverse(callers(name)),
            since.get(name).copied().unwrap_or(Instant::MAX_UTC),
            ranked.service.clone(),
        )
    });
    ranked
}

/// A score as a whole number, so that what differs by rounding alone is equal.
fn millionths(score: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a score lies between 0 and 1"
    )]
    let whole = (score * 1e6).round() as u32;
    whole
}

/// Whether a fact is a metric's move, which blame has weighed where there is any.
fn is_shift(fact: &Fact) -> bool {
    matches!(fact.sign, Sign::ShiftUp | Sign::ShiftDown)
}

/// Adds what metrics alone say: the blame that each service keeps, and a little for any loss that blame did not reach.
fn add_blame<'a>(
    scores: &mut BTreeMap<&'a str, f64>,
    losses: &'a BTreeMap<(String, Harm), Loss>,
    blame: &'a Blame,
) {
    let mut add = |service: &'a str, part: f64| {
        let score = scores.entry(service).or_insert(0.0);
        *score = 1.0 - (1.0 - *score) * (1.0 - part);
    };
    for (service, part) in blame {
        add(service, part * MOST_BLAME);
    }
    for ((service, _), loss) in losses.iter().filter(|(_, loss)| loss.is_real()) {
        let most = if blame.contains_key(service) {
            REACHED
        } else {
            STRAY
        };
        add(service, most * loss.extremity());
    }
}

/// What a fact adds to the suspicion of its service.
fn weight_of(fact: &Fact) -> f64 {
    match (fact.severity, fact.sign) {
        (Severity::Info, Sign::Alert | Sign::JobRun | Sign::JobFailed | Sign::Call) => 0.0,
        // it repeats what lines and metrics say
        (_, Sign::Alert) => 0.1,
        (Severity::Critical, _) => 0.5,
        (Severity::Warning, _) => 0.3,
        (_, Sign::ShiftUp | Sign::ShiftDown) => (fact.amount / 100.0).min(0.3),
        (_, Sign::NewLines | Sign::NewWarnings | Sign::NewCopies) => 0.0,
        _ => 0.05,
    }
}

/// The series of a service that left their baseline, farthest first.
fn moved(service: &str, facts: &[Fact]) -> Vec<usize> {
    let mut moved: Vec<(f64, usize)> = facts
        .iter()
        .filter(|fact| {
            fact.service == service && matches!(fact.sign, Sign::ShiftUp | Sign::ShiftDown)
        })
        .filter_map(|fact| match fact.detail {
            Detail::Series(index) => Some((fact.amount, index)),
            _ => None,
        })
        .collect();
    moved.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    moved.into_iter().map(|(_, index)| index).collect()
}

/// When the trouble began: the first hard sign of the first cause, or a metric's own start shortly before it; without a
/// cause the first sign of anything that hurts.
pub(crate) fn find_onset(
    facts: &[Fact],
    causes: &[NamedCause],
    series: &[JudgedSeries],
    map: &ServiceMap,
    axis: &Axis,
) -> Option<Instant> {
    let chosen: Vec<&Fact> = match causes.first() {
        Some(cause) => cause.because.iter().map(|index| &facts[*index]).collect(),
        None => facts
            .iter()
            .filter(|fact| fact.severity >= Severity::Warning)
            .collect(),
    };
    let earliest = |hard: bool| {
        chosen
            .iter()
            .filter(|fact| is_hard(fact, series) == Some(hard))
            .filter_map(|fact| fact.since)
            .min()
    };
    let felt = match (earliest(true), earliest(false)) {
        (Some(hard), Some(soft)) if soft < hard && hard - soft <= LEAD => Some(soft),
        (Some(hard), _) => Some(hard),
        (None, soft) => soft,
    };
    let ended = ended_at(&chosen, axis);
    match (felt, ended) {
        (Some(felt), Some((ended, doubt))) if ended + doubt < felt => Some(ended),
        (None, ended) => ended
            .map(|(at, _)| at)
            .or_else(|| first_harm(facts, causes, map)),
        (felt, _) => felt,
    }
}

/// When the first container behind a cause ended, and how much later that may have been: Docker counts minutes up to an hour,
/// then it rounds to hours. One that ended long before the window is no beginning.
fn ended_at(chosen: &[&Fact], axis: &Axis) -> Option<(Instant, TimeDelta)> {
    const EXACT: TimeDelta = TimeDelta::minutes(55);
    const ROUNDED: TimeDelta = TimeDelta::minutes(30);
    let at = chosen
        .iter()
        .filter(|fact| is_container(fact))
        .filter_map(|fact| fact.since)
        .filter(|at| *at >= axis.window.from - LEAD)
        .min()?;
    let exact = axis.window.to - at < EXACT;
    Some((at, if exact { TimeDelta::zero() } else { ROUNDED }))
}

/// Whether a fact is about a container of a machine.
fn is_container(fact: &Fact) -> bool {
    let container = |seen: &Seen| matches!(seen, Seen::Container { .. });
    matches!(&fact.detail, Detail::Machine { seen, .. } if container(seen))
}

/// When the first harm was seen in the service of the first cause or in what needs it: the cause itself may have no date.
fn first_harm(facts: &[Fact], causes: &[NamedCause], map: &ServiceMap) -> Option<Instant> {
    let cause = causes.first()?;
    let concerned = |fact: &&Fact| {
        fact.hurts()
            && (fact.service == cause.service || map.depends(&fact.service, &cause.service))
    };
    facts
        .iter()
        .filter(concerned)
        .filter_map(|fact| fact.since)
        .min()
}

/// Whether a fact happens at a moment (`true`), builds up (`false`), or tells no onset (`None`). A metric that goes from its
/// usual level past its critical threshold in one leap happens at a moment, and its samples know better than log lines of
/// which only the latest could be read.
fn is_hard(fact: &Fact, series: &[JudgedSeries]) -> Option<bool> {
    match fact.sign {
        Sign::Threshold => Some(match fact.detail {
            Detail::Series(index) => series.get(index).is_some_and(leapt),
            _ => false,
        }),
        Sign::ShiftUp | Sign::ShiftDown | Sign::Alert => Some(false),
        Sign::Changed
        | Sign::NewVersion
        | Sign::NewCopies
        | Sign::Machine
        | Sign::JobRun
        | Sign::Call => None,
        // Of the moment of the run, but for a certificate's own date.
        Sign::Probe => fact.since.map(|_| true),
        _ => Some(true),
    }
}

/// Whether a series was at its usual level at most [`LEAP`] before it passed its critical threshold.
fn leapt(series: &JudgedSeries) -> bool {
    match (&series.breach, &series.shift) {
        (Some(breach), Some(shift)) => {
            breach.breach == Breach::Critical
                && !breach.chronic
                && shift.since <= breach.since
                && breach.since - shift.since <= LEAP
        }
        _ => false,
    }
}

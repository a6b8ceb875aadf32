//! From counts and judged series to facts: what is worth telling, and how bad is it by itself?
//!
//! The thresholds here decide between a finding and noise. They lean towards silence for few lines and towards telling for
//! failing requests, because a steady trickle of odd errors is what every healthy platform has.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::axis::Axis;
use super::fact::{Detail, Fact, Sign};
use super::group::{Change, LogGroup};
use super::level::{Level, implied_by_words};
use super::logs::ServiceLogs;
use super::series::JudgedSeries;
use super::stats::surprise;
use crate::model::{Breach, Direction, Instant, Severity};

/// New error lines that are worth acting on: with so many, chance is below 1 in 200 if the baseline is as long as the window.
const MANY_NEW: f64 = 8.0;

/// Fewer new lines than this are not even mentioned.
const FEW_NEW: f64 = 3.0;

/// A share of failed requests that hurts: one in five.
const HURTING_SHARE: f64 = 0.2;

/// A share of failed requests that is no health however long it has lasted: the error share that the catalogue calls critical.
/// An outage older than its baseline looks like the baseline.
const LASTING_SHARE: f64 = 0.05;

/// A share of failed requests below which nothing is said.
const LEAST_SHARE: f64 = 0.03;

/// How long after a change its errors may begin and still be its doing; copies are replaced within minutes.
const AFTER_CHANGE: TimeDelta = TimeDelta::minutes(10);

/// How much earlier than the recorded change they may begin: clocks and bins.
const BEFORE_CHANGE: TimeDelta = TimeDelta::minutes(1);

/// The same where a rollout was seen: the API notes a deployment when it ends.
const BEFORE_ROLLOUT: TimeDelta = TimeDelta::minutes(5);

/// The facts of all services' logs.
pub(crate) fn facts_of_logs(logs: &BTreeMap<String, ServiceLogs>, axis: &Axis) -> Vec<Fact> {
    let mut facts = Vec::new();
    for (service, logs) in logs {
        for (index, group) in logs.groups.iter().enumerate() {
            facts.extend(group_fact(service, index, group, logs, axis));
        }
        facts.extend(failing_fact(service, logs, axis));
        facts.extend(rate_facts(service, logs, axis));
        facts.extend(silence_fact(service, logs, axis));
        facts.extend(copies_facts(service, logs, axis));
    }
    facts
}

/// What a group of lines says, if it says anything.
fn group_fact(
    service: &str,
    index: usize,
    group: &LogGroup,
    logs: &ServiceLogs,
    axis: &Axis,
) -> Option<Fact> {
    let (sign, severity) = if group.level >= Level::Error {
        judge_errors(group, logs)?
    } else {
        let sign = if group.level == Level::Warn {
            Sign::NewWarnings
        } else {
            Sign::NewLines
        };
        let notable = matches!(group.change, Change::New | Change::Surged);
        let severity = if is_refusal(group, logs, axis) || is_failing_work(group, logs) {
            Severity::Warning
        } else {
            Severity::Info
        };
        (notable.then_some(sign)?, severity)
    };
    let since = match group.change {
        Change::New | Change::Surged => group.since(),
        _ => group.first_now(axis),
    };
    Some(Fact {
        sign,
        service: service.to_owned(),
        severity,
        since: since.map(|place| axis.instant(place)),
        subject: group.subject(),
        amount: group.now,
        detail: Detail::Group(index),
    })
}

/// Whether lines without a bad level report requests that are refused now and were not: a client's mistake at one in a
/// hundred, somebody's outage at one in ten.
fn is_refusal(group: &LogGroup, logs: &ServiceLogs, axis: &Axis) -> bool {
    const REFUSALS: [&str; 3] = [" status=401", " status=403", " status=429"];
    let share = group.now
        / logs
            .traffic
            .between(axis.split(), axis.end())
            .requests
            .max(1.0);
    let refused = REFUSALS
        .iter()
        .any(|status| group.signature.contains(status));
    let failed = group.signature.contains(" status=4");
    group.read_now >= MANY_NEW && ((refused && share >= 0.1) || (failed && share >= 0.3))
}

/// Whether warnings say that a good part of the work fails: programs that try again warn of what others call an error. The part
/// is one of the lines since they began, since a long window does not make them fewer.
fn is_failing_work(group: &LogGroup, logs: &ServiceLogs) -> bool {
    /// Lines of the window, and their share of the log since then, from which it is no accident.
    const MANY: f64 = 30.0;
    const PART: f64 = 0.1;
    group.level == Level::Warn
        && matches!(group.change, Change::New)
        && group.read_now >= MANY
        && group.read_now >= PART * logs.read_since(group.since()) as f64
        && implied_by_words(&group.sample) >= Level::Error
}

/// Whether error lines are a finding, and how bad.
fn judge_errors(group: &LogGroup, logs: &ServiceLogs) -> Option<(Sign, Severity)> {
    /// A group that is such a part of a busy log is no noise, however old.
    const LARGE_PART: f64 = 0.3;
    /// Lines in the window from which a log is busy.
    const BUSY: f64 = 200.0;
    let share = group.now / logs.now.max(1.0);
    let bad = if share >= 0.05 || group.read_now >= 50.0 {
        Severity::Critical
    } else {
        Severity::Warning
    };
    match group.change {
        Change::New if group.read_now < FEW_NEW => None,
        Change::New if group.read_now < MANY_NEW && group.level < Level::Fatal => {
            Some((Sign::NewErrors, Severity::Info))
        }
        Change::New => Some((Sign::NewErrors, bad)),
        Change::Surged => Some((Sign::MoreErrors, bad)),
        Change::Steady if share >= LARGE_PART && logs.fetched as f64 >= BUSY => {
            Some((Sign::ConstantErrors, Severity::Critical))
        }
        Change::Unjudged if group.read_now >= MANY_NEW && share >= 0.05 => {
            Some((Sign::ConstantErrors, Severity::Warning))
        }
        Change::Unjudged if group.read_now >= FEW_NEW => {
            Some((Sign::ConstantErrors, Severity::Info))
        }
        _ => None,
    }
}

/// The share of requests that fail, where it rose or is high.
fn failing_fact(service: &str, logs: &ServiceLogs, axis: &Axis) -> Option<Fact> {
    let traffic = &logs.traffic;
    let before = traffic.between(0, axis.split());
    let window = traffic.between(axis.split(), axis.end());
    // A log of which only the failures have a status tells nothing of their share.
    let succeeded = before.requests + window.requests - before.failed - window.failed;
    let lines = (logs.before + logs.now).max(1.0);
    if succeeded < 1.0 && before.requests + window.requests < 0.5 * lines {
        return None;
    }
    let rose = window.read_failed >= 5.0
        && window.ratio() >= (2.0 * before.ratio()).max(before.ratio() + 0.005)
        && (before.requests <= 0.0
            || surprise(
                window.read_failed,
                before.read_failed,
                axis.ratio() * window.read_part() / before.read_part(),
            ) >= 3.0);
    let since = traffic.failing_since(axis).filter(|_| rose);
    let share = traffic.between(since.unwrap_or(axis.split()), axis.end());
    let always = window.read_failed >= 20.0 && window.ratio() >= LASTING_SHARE;
    let worth_telling = always || (rose && share.ratio() >= LEAST_SHARE);
    if !worth_telling {
        return None;
    }
    let severity = if share.ratio() >= HURTING_SHARE {
        Severity::Critical
    } else {
        Severity::Warning
    };
    Some(Fact {
        sign: Sign::FailingRequests,
        service: service.to_owned(),
        severity,
        since: since.map(|place| axis.instant(place)),
        subject: format!("failing={:.2}", share.ratio()),
        amount: share.failed,
        detail: Detail::Failing {
            failed: share.failed,
            requests: share.requests,
            usual: before.ratio(),
        },
    })
}

/// More requests, or slower ones.
fn rate_facts(service: &str, logs: &ServiceLogs, axis: &Axis) -> Vec<Fact> {
    /// Times the usual rate: the waves of a day stay below twice within an hour.
    const SURGE: f64 = 2.0;
    let up = logs.traffic.rate_shift(axis, SURGE).map(|shift| Fact {
        sign: Sign::TrafficUp,
        service: service.to_owned(),
        severity: Severity::Info,
        // Of a log that was cut the older lines are missing: it began by then, and nobody read when.
        since: (!logs.estimated).then(|| axis.instant(shift.since)),
        subject: format!("requests {:.1} times", shift.now / shift.before),
        amount: shift.now,
        detail: Detail::Rate {
            before: shift.before,
            now: shift.now,
        },
    });
    let slow = logs.traffic.slow_shift(axis).map(|shift| Fact {
        sign: Sign::SlowRequests,
        service: service.to_owned(),
        severity: Severity::Warning,
        since: Some(axis.instant(shift.since)),
        subject: format!("slow {:.1} times", shift.now / shift.before.max(1.0)),
        amount: shift.now,
        detail: Detail::Rate {
            before: shift.before,
            now: shift.now,
        },
    });
    up.into_iter().chain(slow).collect()
}

/// A log that fell silent before the window's end, where ten or more lines were due.
fn silence_fact(service: &str, logs: &ServiceLogs, axis: &Axis) -> Option<Fact> {
    /// Lines that were due and did not come: the chance is e^-10 for lines that come one by one.
    const DUE: f64 = 10.0;
    /// Lines arrive late by seconds; two minutes are no delay.
    const LEAST_MS: i64 = 120_000;
    let last = *logs.places.last()?;
    let silent = axis.end() - last;
    let per_ms = logs.before / axis.split().max(1) as f64;
    if logs.estimated
        || silent < LEAST_MS
        || per_ms * (silent as f64) < DUE
        || !is_even(&logs.places, silent, axis)
    {
        return None;
    }
    Some(Fact {
        sign: Sign::LogSilence,
        service: service.to_owned(),
        severity: Severity::Warning,
        since: Some(axis.instant(last)),
        subject: "silence".to_owned(),
        amount: silent as f64 / 1000.0,
        detail: Detail::Silence {
            per_minute: per_ms * 60_000.0,
        },
    })
}

/// Whether the log was never silent for half as long before: bursts with pauses are their own usual.
fn is_even(places: &[i64], silent: i64, axis: &Axis) -> bool {
    let longest = places
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .max()
        .unwrap_or(axis.split());
    longest < silent / 2
}

/// Restarts, new copies and new versions.
fn copies_facts(service: &str, logs: &ServiceLogs, axis: &Axis) -> Vec<Fact> {
    let copies = &logs.copies;
    let mut facts = Vec::new();
    let fact = |sign, severity, since: i64, amount: usize, detail| Fact {
        sign,
        service: service.to_owned(),
        severity,
        since: Some(axis.instant(since)),
        subject: format!("copies={amount}"),
        amount: amount as f64,
        detail,
    };
    let lines = |copies: &[super::copies::RunningCopy]| {
        copies
            .iter()
            .map(|copy| {
                format!(
                    "{} {}",
                    copy.name,
                    copy.banner.as_deref().unwrap_or_default()
                )
                .trim()
                .to_owned()
            })
            .collect::<Vec<String>>()
    };
    let (restarts, banners) = restarts_of(logs, axis);
    if let Some((first, count)) = restarts.filter(|_| !copies.rollout) {
        let severity = if count >= 2 {
            Severity::Warning
        } else {
            Severity::Info
        };
        let lines = if copies.replaced.is_empty() {
            banners
        } else {
            lines(&copies.replaced)
        };
        facts.push(fact(
            Sign::Restarts,
            severity,
            first,
            count,
            Detail::Copies { count, lines },
        ));
    } else if let Some(first) = copies.started.first() {
        let count = copies.started.len();
        let mut new = fact(
            Sign::NewCopies,
            Severity::Info,
            first.first,
            count,
            Detail::Copies {
                count,
                lines: lines(&copies.started),
            },
        );
        if copies.rollout {
            new.subject.push_str(" rollout");
        }
        facts.push(new);
    }
    if let Some((old, new, since)) = &copies.new_version {
        let detail = Detail::Version {
            old: old.clone(),
            new: new.clone(),
        };
        facts.push(fact(Sign::NewVersion, Severity::Info, *since, 1, detail));
    }
    facts
}

/// The first restart and how many there were: copies that replaced others, or start banners that one copy wrote again and again.
fn restarts_of(logs: &ServiceLogs, axis: &Axis) -> (Option<(i64, usize)>, Vec<String>) {
    /// Banners that only a loop explains where copies have no names of their own.
    const LOOP: usize = 3;
    let replaced = &logs.copies.replaced;
    let banner = logs
        .groups
        .iter()
        .filter(|group| super::copies::is_banner(&group.sample) && group.before <= group.now / 4.0)
        .filter_map(|group| {
            let starts = starts_apart(&group.places, axis);
            (starts >= LOOP && starts > 2 * logs.copies.new_since(axis.split()))
                .then_some((group, starts))
        })
        .max_by(|(a, n), (b, m)| n.cmp(m).then_with(|| b.signature.cmp(&a.signature)));
    match (banner, replaced.first()) {
        (Some((group, starts)), _) => (
            group.first_now(axis).map(|first| (first, starts)),
            vec![group.sample.clone()],
        ),
        (None, Some(first)) => (Some((first.first, replaced.len())), Vec::new()),
        (None, None) => (None, Vec::new()),
    }
}

/// Starts in the window that do not belong together: workers of one program start within moments of each other.
fn starts_apart(places: &[i64], axis: &Axis) -> usize {
    /// A program that fails at once is started again after about so long.
    const APART_MS: i64 = 5_000;
    let mut last = i64::MIN / 2;
    let mut starts = 0;
    for place in places.iter().filter(|place| **place >= axis.split()) {
        if place - last >= APART_MS {
            starts += 1;
            last = *place;
        }
    }
    starts
}

/// The facts of all series. `caches` are the services whose memory may be full.
pub(crate) fn facts_of_series(series: &[JudgedSeries], caches: &BTreeSet<&str>) -> Vec<Fact> {
    let mut facts = Vec::new();
    for (index, one) in series.iter().enumerate() {
        let fact = |sign, severity, since, amount: f64| Fact {
            sign,
            service: one.service.clone(),
            severity,
            since,
            subject: format!("metric={} series={} expr={}", one.id, one.series, one.expr),
            amount,
            detail: Detail::Series(index),
        };
        if let Some((severity, since)) = breach_of(one) {
            let cache = caches.contains(one.service.as_str()) && one.id == "memory";
            let severity = if cache { Severity::Info } else { severity };
            facts.push(fact(Sign::Threshold, severity, since, 1.0));
        }
        if let Some(shift) = one.shift {
            let sign = if shift.deviations > 0.0 {
                Sign::ShiftUp
            } else {
                Sign::ShiftDown
            };
            let mut moved = fact(
                sign,
                severity_of_shift(one),
                Some(shift.since),
                shift.deviations.abs(),
            );
            let usual = one.baseline.filter(|usual| *usual > 0.0);
            if usual.is_some_and(|usual| shift.level >= 2.0 * usual) {
                moved.subject.push_str(" doubled");
            }
            facts.push(moved);
        }
        if let Some(since) = one.peak {
            facts.push(fact(Sign::Peak, Severity::Info, Some(since), 1.0));
        }
        if let Some(since) = one.vanished.filter(|_| is_last_of_metric(one, series)) {
            let severity = if one.always_present {
                Severity::Warning
            } else {
                Severity::Info
            };
            facts.push(fact(Sign::NoData, severity, Some(since), 1.0));
        }
    }
    facts
}

/// How bad it is that a series left its level: by itself no harm, unless no catalogue says what harm is and its name says that
/// callers feel it and that this way is worse.
fn severity_of_shift(series: &JudgedSeries) -> Severity {
    let (Some(meaning), Some(shift)) = (series.unlisted, series.shift) else {
        return Severity::Info;
    };
    let worse = match meaning.worse() {
        Some(Direction::Above) => shift.deviations > 0.0,
        Some(Direction::Below) => shift.deviations < 0.0,
        None => false,
    };
    if worse && meaning.is_felt() {
        Severity::Warning
    } else {
        Severity::Info
    }
}

/// How bad a breach is now, and since when: from the climb that led to it, where that was short; not known where it was
/// there before the baseline began.
fn breach_of(series: &JudgedSeries) -> Option<(Severity, Option<Instant>)> {
    /// A longer climb is a trend; the trouble starts at the threshold.
    const SHORT_CLIMB: TimeDelta = TimeDelta::minutes(5);
    let breach = series.breach?;
    let severity = match (breach.breach, breach.chronic, breach.ongoing) {
        (Breach::Critical, false, _) => Severity::Critical,
        (Breach::Critical, true, _) | (_, false, true) => Severity::Warning,
        _ => Severity::Info,
    };
    let climb = series
        .shift
        .map(|shift| shift.since)
        .filter(|since| *since <= breach.since && breach.since - *since <= SHORT_CLIMB);
    let since = (!breach.chronic).then(|| climb.unwrap_or(breach.since));
    Some((severity, since))
}

/// Whether no other series of the same metric goes on: copies come and go, the metric stays.
fn is_last_of_metric(one: &JudgedSeries, series: &[JudgedSeries]) -> bool {
    let mut same = series
        .iter()
        .filter(|other| other.service == one.service && other.id == one.id);
    same.all(|other| {
        other
            .vanished
            .is_some_and(|since| one.vanished.is_some_and(|own| since <= own))
    })
}

/// Whether a fact is the start of copies of another deployment.
fn is_rollout(fact: &Fact) -> bool {
    fact.sign == Sign::NewCopies && fact.subject.ends_with("rollout")
}

/// Whether a change is one of the number of copies alone: their limit came down with it.
fn is_scaling(change: &Fact, facts: &[Fact]) -> bool {
    facts.iter().any(|fact| {
        fact.sign == Sign::AtLimit
            && fact.service == change.service
            && fact.subject == "limit fell"
            && !facts
                .iter()
                .any(|other| other.service == fact.service && other.sign == Sign::NewVersion)
    })
}

/// What follows from several facts together: errors right behind a change of the same service.
pub(crate) fn facts_of_changes(facts: &[Fact]) -> Vec<Fact> {
    let mut derived = Vec::new();
    let changes = facts
        .iter()
        .filter(|fact| {
            matches!(fact.sign, Sign::Changed | Sign::NewVersion | Sign::Call) || is_rollout(fact)
        })
        .filter(|fact| !(fact.sign == Sign::Call && fact.subject.ends_with(" scaling")));
    for change in changes {
        let Some(at) = change.since else {
            continue;
        };
        if is_scaling(change, facts) {
            continue;
        }
        let rolled_out = facts.iter().any(|fact| {
            fact.service == change.service && (fact.sign == Sign::NewVersion || is_rollout(fact))
        });
        let early = if rolled_out {
            BEFORE_ROLLOUT
        } else {
            BEFORE_CHANGE
        };
        let own_errors = |fact: &&Fact| {
            fact.service == change.service
                && fact.sign.is_errors()
                && fact.severity >= Severity::Warning
        };
        // What was broken before the change was not broken by it.
        let mut troubles = facts
            .iter()
            .filter(own_errors)
            .filter_map(|fact| fact.since);
        if troubles.any(|since| since < at - early) {
            continue;
        }
        let first = facts
            .iter()
            .filter(own_errors)
            .filter_map(|fact| match (fact.since, &fact.detail) {
                (Some(since), Detail::Group(group)) => Some((since, *group, fact)),
                _ => None,
            })
            .filter(|(since, _, _)| *since >= at - early && *since <= at + AFTER_CHANGE)
            .min_by_key(|(since, group, _)| (*since, *group));
        if let Some((since, group, errors)) = first {
            derived.push(Fact {
                sign: Sign::ErrorsAfterChange,
                service: change.service.clone(),
                severity: Severity::Warning,
                since: Some(since),
                subject: errors.subject.clone(),
                amount: errors.amount,
                detail: Detail::AfterChange { changed: at, group },
            });
        }
    }
    // one such fact a service: the change closest to its errors
    derived.sort_by_key(|fact| match fact.detail {
        Detail::AfterChange { changed, group } => {
            let since = fact.since.unwrap_or(changed);
            (fact.service.clone(), (since - changed).abs(), group)
        }
        _ => (fact.service.clone(), TimeDelta::zero(), 0),
    });
    derived.dedup_by(|a, b| a.service == b.service);
    derived
}

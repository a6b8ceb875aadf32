//! The answer in one word: is what was asked about healthy, degraded or down, and was enough seen to say so?

use serde_json::Value;

use crate::analysis::{Analysis, Detail, Fact, Sign};
use crate::evidence::{Evidence, SourceOutcome, StateRecord};
use crate::model::{Health, Kind, Severity};

use super::Verdict;

/// The share of failed requests from which a service does not do its job.
const DOWN_SHARE: f64 = 0.8;

/// Failed requests from which a share says something.
const LEAST_FAILED: f64 = 10.0;

/// The services in question: those asked about, or all where the question names none.
pub(super) fn asked<'a>(evidence: &'a Evidence, analysis: &'a Analysis) -> Vec<&'a str> {
    let asked: Vec<&str> = evidence
        .meta
        .asked_services()
        .into_iter()
        .filter(|name| analysis.map.service(name).is_some())
        .collect();
    if asked.is_empty() {
        analysis.map.names().collect()
    } else {
        asked
    }
}

/// Those of the services in question of which enough was seen to say that they are healthy.
pub(super) fn seen<'a>(evidence: &'a Evidence, analysis: &'a Analysis) -> Vec<&'a str> {
    asked(evidence, analysis)
        .into_iter()
        .filter(|service| is_checked(service, evidence, analysis))
        .collect()
}

/// Whether a source that was wanted for one of some services, or for all at once, failed: what it would have said is not
/// known. One that could not be asked at all is no failure.
pub(super) fn misses_a_part(asked: &[&str], evidence: &Evidence) -> bool {
    evidence.sources().any(|source| {
        matches!(source.outcome, SourceOutcome::Failed { .. })
            && source
                .service
                .as_deref()
                .is_none_or(|name| asked.contains(&name))
    })
}

/// The verdict on the services in question.
pub(super) fn judge(evidence: &Evidence, analysis: &Analysis) -> Verdict {
    let asked = asked(evidence, analysis);
    let hurts = analysis
        .facts
        .iter()
        .any(|fact| fact.severity >= Severity::Warning);
    if analysis
        .facts
        .iter()
        .any(|fact| asked.contains(&fact.service.as_str()) && is_down(fact, analysis))
    {
        return Verdict::Down;
    }
    if is_cut_off(&asked, analysis) {
        return Verdict::Down;
    }
    if hurts || !analysis.causes.is_empty() {
        return Verdict::Degraded;
    }
    if analysis.blackout.is_some() || seen(evidence, analysis).is_empty() {
        Verdict::Unknown
    } else {
        Verdict::Healthy
    }
}

/// The verdict on one service by itself: by its own facts and causes, as [`judge`] weighs them. What it depends on has a verdict of
/// its own.
pub(super) fn judge_service(service: &str, evidence: &Evidence, analysis: &Analysis) -> Verdict {
    let own = || analysis.facts.iter().filter(|fact| fact.service == service);
    let begins_here = |name: &str| name == service;
    let first = analysis.causes.first();
    let cut_off =
        first.is_some_and(|cause| begins_here(&cause.service)) && is_cut_off(&[service], analysis);
    if own().any(|fact| is_down(fact, analysis)) || cut_off {
        return Verdict::Down;
    }
    let named = analysis
        .causes
        .iter()
        .any(|cause| begins_here(&cause.service));
    if named || own().any(|fact| fact.severity >= Severity::Warning) {
        return Verdict::Degraded;
    }
    let seen = is_checked(service, evidence, analysis) || is_counted(service, evidence);
    if analysis.blackout.is_some() || !seen {
        Verdict::Unknown
    } else {
        Verdict::Healthy
    }
}

/// Whether a service's log was counted, has lines, and was not read since none of them looks like an error.
fn is_counted(service: &str, evidence: &Evidence) -> bool {
    evidence.log_summaries().any(|summary| {
        let lines = summary.matched.is_some_and(|lines| lines > 0);
        summary.service == service && lines && summary.returned == 0 && !summary.limited
    })
}

/// Whether the likeliest cause is that a service does nothing at all, and it is one in question, or none of those in question
/// that need it goes on answering.
fn is_cut_off(asked: &[&str], analysis: &Analysis) -> bool {
    /// Below it the cause is a guess.
    const SURE: f64 = 0.6;
    let Some(cause) = analysis.causes.first() else {
        return false;
    };
    let touched = |name: &&&str| analysis.map.related(name, &cause.service);
    cause.rule.down
        && cause.confidence() >= SURE
        && asked.iter().any(|name| touched(&name))
        && !still_answers(&cause.service, analysis)
        && !asked
            .iter()
            .filter(touched)
            .any(|name| still_answers(name, analysis))
}

/// Whether a fact says that its service does not do its job.
fn is_down(fact: &Fact, analysis: &Analysis) -> bool {
    match &fact.detail {
        Detail::Failing {
            failed, requests, ..
        } => *failed >= LEAST_FAILED && failed / requests.max(1.0) >= DOWN_SHARE,
        Detail::Resource { health, .. } => {
            let broken = fact.sign == Sign::State && *health == Health::Unhealthy;
            broken && !is_warning(fact) && !still_answers(&fact.service, analysis)
        }
        Detail::Silence { .. } => {
            serves(&fact.service, analysis) && gives_other_signs(&fact.service, analysis)
        }
        Detail::Series(index) if fact.sign == Sign::NoData => {
            analysis
                .series
                .get(*index)
                .is_some_and(|series| series.always_present)
                && matches!(
                    analysis.map.kind(&fact.service),
                    Some(Kind::Instance | Kind::Postgres | Kind::Mysql | Kind::Redis)
                )
        }
        Detail::Group(_) => only_errors(fact, analysis),
        // From here users are turned away; where the log shows others that are served, some are.
        Detail::Probe { .. } => {
            fact.severity == Severity::Critical && !still_answers(&fact.service, analysis)
        }
        _ => false,
    }
}

/// Whether a service went on answering requests until the end: an old copy may serve while a new one cannot start.
fn still_answers(service: &str, analysis: &Analysis) -> bool {
    /// The last minutes that count, in milliseconds.
    const LAST_MS: i64 = 180_000;
    let end = analysis.axis.end();
    analysis.logs.get(service).is_some_and(|logs| {
        let share = logs.traffic.between(end - LAST_MS, end);
        share.requests >= LEAST_FAILED && share.ratio() < DOWN_SHARE
    })
}

/// A status of `warning` means that something is wrong, not that nothing works.
fn is_warning(fact: &Fact) -> bool {
    fact.subject.starts_with("status=warning")
}

/// Whether a service answers requests, as far as its log tells.
fn serves(service: &str, analysis: &Analysis) -> bool {
    analysis
        .logs
        .get(service)
        .is_some_and(|logs| logs.traffic.between(0, analysis.axis.split()).requests > 0.0)
}

/// Whether something beside the silence speaks against a service: silence alone may be the path of its log.
fn gives_other_signs(service: &str, analysis: &Analysis) -> bool {
    analysis.facts.iter().any(|fact| {
        fact.service == service
            && matches!(
                fact.sign,
                Sign::NoData | Sign::State | Sign::ShiftDown | Sign::Threshold | Sign::Restarts
            )
    })
}

/// Whether a service that reports no requests writes almost nothing but new errors.
fn only_errors(fact: &Fact, analysis: &Analysis) -> bool {
    let Some(logs) = analysis.logs.get(&fact.service) else {
        return false;
    };
    let kind = analysis.map.kind(&fact.service);
    let program = matches!(kind, Some(Kind::Container | Kind::Function | Kind::Custom));
    let requests = logs.traffic.between(0, analysis.axis.end()).requests;
    let Some(since) = fact.since.and_then(|since| analysis.axis.place(since)) else {
        return false;
    };
    let lines = logs.places.iter().filter(|place| **place >= since).count();
    let weighted = lines as f64 * (logs.now / (logs.fetched.max(1) as f64)).max(1.0);
    fact.sign == Sign::NewErrors
        && program
        && requests <= 0.0
        && fact.amount >= LEAST_FAILED
        && fact.amount >= 0.9 * weighted
}

/// Whether enough was seen of a service to call it healthy: lines or samples of its own. Its state alone is enough only where
/// nothing more is to be expected of it, and whatever else was wanted was asked and answered.
fn is_checked(service: &str, evidence: &Evidence, analysis: &Analysis) -> bool {
    let log = analysis
        .logs
        .get(service)
        .is_some_and(|logs| logs.fetched > 0);
    let metric = analysis
        .series
        .iter()
        .any(|series| series.service == service && series.now.is_some());
    let state = evidence.states().any(|state| {
        state.service.as_deref() == Some(service)
            && state.health == Health::Healthy
            && may_be_silent(state)
    });
    let unanswered = |name: &str| {
        evidence.sources().any(|source| {
            !matches!(source.outcome, SourceOutcome::Answered { .. })
                && (source.source == name || source.source == "cockpit")
                && source
                    .service
                    .as_deref()
                    .is_none_or(|asked| asked == service)
        })
    };
    let failed = |name: &str| {
        evidence.sources().any(|source| {
            matches!(source.outcome, SourceOutcome::Failed { .. })
                && (source.source == name || source.source == "cockpit")
                && source
                    .service
                    .as_deref()
                    .is_none_or(|asked| asked == service)
        })
    };
    // A source that failed altogether may have had the very thing to say.
    let sends_logs = !matches!(
        analysis.map.kind(service),
        Some(Kind::Instance | Kind::PrivateNetwork)
    );
    let blind = (sends_logs && !log && failed("loki")) || (!metric && failed("prometheus"));
    let state_alone = state && !unanswered("loki") && !unanswered("prometheus");
    !blind && (log || metric || state_alone)
}

/// Whether a resource that is well may send neither lines nor samples: a kind of which nobody official attests any, or one
/// that may be scaled to zero.
fn may_be_silent(state: &StateRecord) -> bool {
    let at_zero = state.resource.get("min_scale").and_then(Value::as_u64) == Some(0);
    at_zero || matches!(state.kind, Kind::PrivateNetwork | Kind::Edge)
}

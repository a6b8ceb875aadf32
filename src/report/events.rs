//! Alerts, runs of jobs and recorded calls in words; what they add to a cause; what could not be told of them.

use super::wording::printable;
use super::{Checked, Gap, Verdict};
use crate::analysis::{Analysis, Detail, Fact, NamedCause, Sign, service_of_alert};
use crate::evidence::{AlertRecord, Evidence};
use crate::model::Lang;
use crate::model::messages::events as say;

/// Characters of a name.
const NAME_CHARS: usize = 80;

/// Characters of a text of somebody's own.
const TEXT_CHARS: usize = 240;

/// Alerts of nobody that are told.
const MOST_GAPS: usize = 3;

/// Events that a statement names: two are a sentence, more are the timeline.
const MOST_NAMED: usize = 2;

/// The title of a fact about an event; empty for any other.
pub(super) fn title(fact: &Fact, lang: Lang) -> String {
    match &fact.detail {
        Detail::Alert {
            name,
            fires,
            summary,
            ..
        } => {
            let name = printable(name, NAME_CHARS);
            let title = if *fires {
                say::fires(lang, &name)
            } else {
                say::waits(lang, &name)
            };
            match summary {
                Some(summary) => format!(
                    "{title}{}{}",
                    lang.pick(": ", " : "),
                    printable(summary, NAME_CHARS)
                ),
                None => title,
            }
        }
        Detail::Run {
            job,
            reason,
            exit_code,
            ..
        } if fact.sign == Sign::JobFailed => {
            let meaning = say::job_reason(lang, &printable(reason, NAME_CHARS), *exit_code);
            say::job_failed(lang, &printable(job, NAME_CHARS), &meaning)
        }
        Detail::Run { job, lasted, .. } => {
            say::job_started(lang, &printable(job, NAME_CHARS), *lasted)
        }
        Detail::Call {
            method,
            resource,
            who,
            settings,
            ..
        } => {
            let settings: Vec<String> = settings
                .iter()
                .map(|(name, value)| format!("{}={}", printable(name, 40), printable(value, 60)))
                .take(4)
                .collect();
            say::call(
                lang,
                &printable(method, NAME_CHARS),
                &printable(resource, NAME_CHARS),
                &settings.join(", "),
                &printable(who, NAME_CHARS),
            )
        }
        _ => String::new(),
    }
}

/// What a fact about an event rests on.
pub(super) fn evidence(fact: &Fact, lang: Lang) -> Vec<String> {
    let lines = match &fact.detail {
        Detail::Alert { rule, labels, .. } => vec![rule.clone(), labels.clone()],
        Detail::Run {
            state,
            message,
            exit_code,
            command,
            reason,
            ..
        } => vec![
            say::run(
                lang,
                &printable(command, TEXT_CHARS),
                &printable(state, 40),
                *exit_code,
            ),
            reason.clone(),
            message.clone(),
        ],
        Detail::Call {
            method,
            resource,
            who,
            program,
            settings,
        } => {
            let set = settings
                .iter()
                .map(|(name, value)| format!("{name}={value}"));
            let mut lines = vec![say::call(lang, method, resource, "", who)];
            lines.extend(set);
            if !program.is_empty() {
                lines.push(say::program(lang, program));
            }
            lines
        }
        _ => Vec::new(),
    };
    lines
        .iter()
        .map(|line| printable(line, TEXT_CHARS))
        .filter(|line| !line.is_empty())
        .collect()
}

/// What came shortly before a cause, as a sentence behind its statement; empty where nothing did.
pub(super) fn shortly_before<'a>(facts: impl Iterator<Item = &'a Fact>, lang: Lang) -> String {
    let mut events: Vec<&Fact> = facts
        .filter(|fact| matches!(fact.sign, Sign::JobRun | Sign::Call))
        .collect();
    events.sort_by_key(|fact| (std::cmp::Reverse(fact.since), fact.subject.clone()));
    events.truncate(MOST_NAMED);
    let titles: Vec<String> = events.iter().map(|fact| title(fact, lang)).collect();
    if titles.is_empty() {
        String::new()
    } else {
        say::shortly_before(lang, &titles.join("; "))
    }
}

/// The facts behind a cause.
pub(super) fn behind<'a>(
    cause: &'a NamedCause,
    analysis: &'a Analysis,
) -> impl Iterator<Item = &'a Fact> {
    cause
        .because
        .iter()
        .filter_map(|index| analysis.facts.get(*index))
}

/// Whether an alert rule may fire at all. One that fires is on, whoever wrote it down.
fn is_enabled(alert: &AlertRecord) -> bool {
    !matches!(alert.rule_status.as_str(), "disabled" | "enabling") && alert.state != "unknown_state"
}

/// What could not be told of alerts: that no rule is on, where nothing else told of trouble either, and those that fire for
/// something else.
pub(super) fn gaps(
    evidence: &Evidence,
    analysis: &Analysis,
    verdict: Verdict,
    lang: Lang,
) -> Vec<Gap> {
    let gap = |kind: &str, message: String| Gap {
        source: "cockpit".to_owned(),
        kind: kind.to_owned(),
        message,
    };
    let rules = evidence.alerts().count() as u64;
    let quiet = matches!(verdict, Verdict::Healthy | Verdict::Unknown);
    if rules > 0 && quiet && !evidence.alerts().any(is_enabled) {
        return vec![gap("not-enabled", say::none_enabled(lang, rules))];
    }
    let nobodys = |alert: &&AlertRecord| {
        alert.state == "firing" && service_of_alert(alert, &analysis.map).is_none()
    };
    let mut messages: Vec<String> = evidence
        .alerts()
        .filter(nobodys)
        .map(|alert| {
            let label = |name: &str| alert.labels.get(name);
            let where_ = label("resource_name").or_else(|| label("resource_id"));
            let name = printable(&alert.name, NAME_CHARS);
            say::fires_somewhere(
                lang,
                &name,
                &printable(where_.unwrap_or_default(), NAME_CHARS),
            )
        })
        .collect();
    messages.sort();
    messages.dedup();
    messages.truncate(MOST_GAPS);
    messages
        .into_iter()
        .map(|message| gap("not-attributed", message))
        .collect()
}

/// That rules are on and none of them fires, said once, of the first service in question.
pub(super) fn checked(evidence: &Evidence, service: &str, lang: Lang) -> Option<Checked> {
    let mut names: Vec<(&str, &str)> = evidence
        .alerts()
        .map(|alert| (alert.name.as_str(), alert.rule.as_str()))
        .collect();
    names.sort_unstable();
    names.dedup();
    let enabled = evidence.alerts().filter(|alert| is_enabled(alert)).count();
    let quiet = evidence
        .alerts()
        .all(|alert| !matches!(alert.state.as_str(), "firing" | "pending"));
    (quiet && enabled > 0).then(|| Checked {
        service: service.to_owned(),
        what: say::none_fires(lang, enabled as u64, names.len() as u64),
    })
}

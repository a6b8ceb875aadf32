//! From an analysis to a report: which facts become findings, which causes are claimed, what to do next.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::wording::Wording;
use super::{
    Cause, Event, Finding, MetricLine, NextStep, Report, Signal, Suspect, Verdict, courses, events,
    gaps, tables, verdict,
};
use crate::analysis::{
    Analysis, Course, Detail, Fact, JudgedSeries, NamedCause, Sign, events_before,
};
use crate::evidence::Evidence;
use crate::model::messages::report as say;
use crate::model::{Instant, Lang, MetricSpec, Severity, TokenOutcome};

/// Findings in one report: the worst; whoever needs all has `scout errors` and `scout metrics`.
const MOST_FINDINGS: usize = 40;

/// Facts of one cause that become findings: the strongest; the rest repeat them.
const MOST_BEHIND_A_CAUSE: usize = 10;

/// Signals listed for one suspect.
const MOST_SIGNALS: usize = 10;

/// Beyond this a deviation says "flat before, not now"; JSON readers should not have to draw it.
const MOST_DEVIATIONS: f64 = 1000.0;

/// Who asks, and for whom the report is written.
#[derive(Debug, Clone)]
pub(crate) struct About {
    /// The reader's language.
    pub(crate) lang: Lang,
    /// `scout 0.1.0`
    pub(crate) tool: String,
    /// When the report is made.
    pub(crate) generated_at: Instant,
    /// Flags that the next commands need beside their own, such as `--sandbox`; often empty.
    pub(crate) flags: String,
}

/// Makes the report. Its token says `not-needed` until the caller knows better.
pub(crate) fn report(
    evidence: &Evidence,
    analysis: &Analysis,
    specs: &[MetricSpec],
    about: &About,
) -> Report {
    let wording = Wording {
        analysis,
        evidence,
        lang: about.lang,
    };
    let asked = verdict::asked(evidence, analysis);
    let verdict = verdict::judge(evidence, analysis);
    let (findings, ids) = findings(analysis, &wording);
    let courses = courses::courses(evidence, analysis, &findings, &ids, &wording);
    let steps = Steps {
        evidence,
        analysis,
        about,
    };
    let checked = tables::checked(evidence, analysis, &wording);
    let diagnosis = match verdict {
        Verdict::Healthy => {
            let part = verdict::misses_a_part(&asked, evidence);
            let seen = verdict::seen(evidence, analysis);
            vec![healthy(&seen, checked.len(), part, about.lang)]
        }
        Verdict::Unknown => vec![unchecked(&steps)],
        _ => diagnosis(analysis, &ids, &wording, &steps, &asked),
    };
    let onset = analysis
        .onset
        .filter(|_| matches!(verdict, Verdict::Degraded | Verdict::Down));
    Report {
        schema: 1,
        issue: evidence.meta.issue.clone(),
        environment: evidence.meta.environment.clone(),
        services: evidence
            .meta
            .asked_services()
            .into_iter()
            .map(str::to_owned)
            .collect(),
        understood: evidence.meta.understanding(),
        window: evidence.meta.window,
        verdict,
        onset,
        ended_at: match analysis.course {
            Course::Over(at) if onset.is_some() => Some(at),
            _ => None,
        },
        spells: match analysis.course {
            Course::Flapping(spells) if onset.is_some() => Some(spells),
            _ => None,
        },
        sources: gaps::sources(evidence),
        timeline: timeline(&findings),
        findings,
        diagnosis,
        suspects: suspects(analysis, verdict),
        gaps: gaps::gaps(evidence, analysis, (verdict, &asked), specs, about.lang),
        token: TokenOutcome::not_needed(),
        tool: about.tool.clone(),
        generated_at: about.generated_at,
        checked,
        baseline: evidence.meta.baseline,
        courses,
        metrics: tables::metrics(analysis, &wording),
        errors: tables::errors(analysis),
    }
}

/// Every metric judged, for the table of the metrics alone; those that should be there and are not have no values.
pub(crate) fn metric_lines(
    evidence: &Evidence,
    analysis: &Analysis,
    specs: &[MetricSpec],
    lang: Lang,
) -> Vec<MetricLine> {
    let wording = Wording {
        analysis,
        evidence,
        lang,
    };
    tables::metrics_with_missing(evidence, analysis, specs, &wording)
}

/// The findings, worst first, and the id of each fact that is in one.
fn findings(analysis: &Analysis, wording: &Wording<'_>) -> (Vec<Finding>, BTreeMap<usize, String>) {
    let mut chosen: BTreeSet<usize> = BTreeSet::new();
    for cause in &analysis.causes {
        chosen.extend(cause.because.iter().take(MOST_BEHIND_A_CAUSE));
    }
    for (index, fact) in analysis.facts.iter().enumerate() {
        if chosen.len() >= MOST_FINDINGS {
            break;
        }
        if fact.severity >= Severity::Warning
            || is_unlisted(fact, analysis)
            || is_worth_knowing(fact) && !is_said_by_a_threshold(fact, &analysis.facts)
        {
            chosen.insert(index);
        }
    }
    chosen.extend(warnings_beside(&chosen, analysis));
    let twins = twins(&chosen, &analysis.facts, analysis);
    let mut ids: BTreeMap<usize, String> = BTreeMap::new();
    let mut findings = Vec::new();
    for index in chosen.iter().filter(|index| !twins.contains_key(index)) {
        let fact = &analysis.facts[*index];
        let id = format!("f{}", findings.len() + 1);
        ids.insert(*index, id.clone());
        findings.push(Finding {
            id,
            severity: fact.severity,
            service: fact.service.clone(),
            kind: fact.sign.as_str().to_owned(),
            title: wording.title(fact),
            since: fact.since,
            evidence: wording.evidence(fact),
        });
    }
    for (twin, kept) in twins {
        if let Some(id) = ids.get(&kept).cloned() {
            ids.insert(twin, id);
        }
    }
    (findings, ids)
}

/// New warnings of services that have a finding, where something hurts: what a program says of its own trouble, short of an error.
fn warnings_beside(chosen: &BTreeSet<usize>, analysis: &Analysis) -> Vec<usize> {
    /// Warnings that are added: the first are the most frequent.
    const MOST: usize = 4;
    let facts = &analysis.facts;
    let hurts = |index: &usize| facts[*index].severity >= Severity::Warning;
    let hurt: BTreeSet<&str> = chosen
        .iter()
        .filter(|index| hurts(index))
        .map(|index| facts[*index].service.as_str())
        .collect();
    let concerned = |service: &str| {
        hurt.iter()
            .any(|other| analysis.map.related(service, other))
    };
    facts
        .iter()
        .enumerate()
        .filter(|(_, fact)| fact.sign == Sign::NewWarnings && concerned(&fact.service))
        .map(|(index, _)| index)
        .take(MOST)
        .collect()
}

/// Facts without harm of their own that a reader wants to see beside the others.
fn is_worth_knowing(fact: &Fact) -> bool {
    matches!(
        fact.sign,
        Sign::Changed
            | Sign::Maintenance
            | Sign::NewVersion
            | Sign::Differs
            | Sign::Restarts
            | Sign::TrafficUp
            | Sign::NewCopies
            | Sign::Peak
            | Sign::Machine
            | Sign::Alert
            | Sign::JobRun
            | Sign::JobFailed
            | Sign::Call
            | Sign::Probe
    )
}

/// Whether a fact is the move of a metric that no catalogue knows: nothing else would tell of it.
fn is_unlisted(fact: &Fact, analysis: &Analysis) -> bool {
    let Detail::Series(index) = fact.detail else {
        return false;
    };
    let unlisted = |series: &JudgedSeries| series.unlisted.is_some();
    matches!(fact.sign, Sign::ShiftUp | Sign::ShiftDown)
        && analysis.series.get(index).is_some_and(unlisted)
}

/// Whether a fact is the peak of a series of which the finding about its threshold tells the greatest value too.
fn is_said_by_a_threshold(fact: &Fact, facts: &[Fact]) -> bool {
    let Detail::Series(index) = fact.detail else {
        return false;
    };
    let same = |other: &Fact| matches!(other.detail, Detail::Series(of) if of == index);
    fact.sign == Sign::Peak
        && facts
            .iter()
            .any(|other| other.sign == Sign::Threshold && same(other))
}

/// Error groups whose line is part of another group's, written twice for one failure: each with the fact that is kept.
fn twins(chosen: &BTreeSet<usize>, facts: &[Fact], analysis: &Analysis) -> BTreeMap<usize, usize> {
    let group = |index: &usize| match (&facts[*index].detail, facts[*index].sign.is_errors()) {
        (Detail::Group(group), true) => analysis
            .logs
            .get(&facts[*index].service)?
            .groups
            .get(*group),
        _ => None,
    };
    let mut twins = BTreeMap::new();
    for index in chosen {
        let Some(short) = group(index) else { continue };
        let kept = chosen.iter().find(|other| {
            *other != index
                && facts[**other].service == facts[*index].service
                && facts[**other].sign == facts[*index].sign
                && !twins.contains_key(*other)
                && group(other).is_some_and(|long| {
                    long.signature.len() > short.signature.len()
                        && long.signature.contains(short.signature.as_str())
                        && long.now >= 0.5 * short.now
                })
        });
        if let Some(kept) = kept {
            twins.insert(*index, *kept);
        }
    }
    twins
}

/// What happened, in order: the findings with a time.
fn timeline(findings: &[Finding]) -> Vec<Event> {
    let mut events: Vec<Event> = findings
        .iter()
        .filter_map(|finding| {
            Some(Event {
                ts: finding.since?,
                service: finding.service.clone(),
                what: finding.title.clone(),
                evidence: vec![finding.id.clone()],
            })
        })
        .collect();
    events.sort_by_key(|event| event.ts);
    events
}

/// The suspects, with the metrics that moved; none where nothing is wrong.
fn suspects(analysis: &Analysis, verdict: Verdict) -> Vec<Suspect> {
    if matches!(verdict, Verdict::Healthy | Verdict::Unknown) {
        return Vec::new();
    }
    analysis
        .suspects
        .iter()
        .map(|ranked| Suspect {
            service: ranked.service.clone(),
            score: (ranked.score * 1000.0).round() / 1000.0,
            signals: ranked
                .series
                .iter()
                .take(MOST_SIGNALS)
                .filter_map(|index| {
                    let series = analysis.series.get(*index)?;
                    let shift = series.shift?;
                    Some(Signal {
                        metric: series.id.clone(),
                        shift: round(shift.deviations.clamp(-MOST_DEVIATIONS, MOST_DEVIATIONS)),
                        since: Some(shift.since),
                    })
                })
                .collect(),
        })
        .collect()
}

/// Two decimals: more would claim a precision that is not there.
fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// The causes of a report that has something to say; never empty.
fn diagnosis(
    analysis: &Analysis,
    ids: &BTreeMap<usize, String>,
    wording: &Wording<'_>,
    steps: &Steps<'_>,
    asked: &[&str],
) -> Vec<Cause> {
    if analysis.causes.is_empty() {
        return vec![unknown(analysis, ids, wording, steps, asked)];
    }
    analysis
        .causes
        .iter()
        .map(|cause| named(cause, ids, wording, steps))
        .collect()
}

/// A named cause.
fn named(
    cause: &NamedCause,
    ids: &BTreeMap<usize, String>,
    wording: &Wording<'_>,
    steps: &Steps<'_>,
) -> Cause {
    Cause {
        cause: cause.rule.id.clone(),
        service: Some(cause.service.clone()),
        confidence: round(cause.confidence()),
        statement: cause
            .statement()
            .text(wording.lang)
            .replace("{service}", &cause.service)
            + &events::shortly_before(events::behind(cause, wording.analysis), wording.lang),
        because: in_order(cause.because.iter().copied(), ids),
        next: cause
            .rule
            .next
            .iter()
            .filter_map(|step| {
                Some(NextStep {
                    why: step.why.text(wording.lang).to_owned(),
                    command: steps.command(&step.command, &cause.service)?,
                })
            })
            .collect(),
    }
}

/// The ids of some facts' findings, in the findings' order, each once.
fn in_order(facts: impl Iterator<Item = usize>, ids: &BTreeMap<usize, String>) -> Vec<String> {
    let mut found: Vec<&String> = facts.filter_map(|fact| ids.get(&fact)).collect();
    found.sort_by_key(|id| id[1..].parse::<u32>().unwrap_or(u32::MAX));
    found.dedup();
    found.into_iter().cloned().collect()
}

/// What is said where something is wrong and no rule fits: the service that most points at.
fn unknown(
    analysis: &Analysis,
    ids: &BTreeMap<usize, String>,
    wording: &Wording<'_>,
    steps: &Steps<'_>,
    asked: &[&str],
) -> Cause {
    let suspect = analysis
        .suspects
        .first()
        .map(|ranked| ranked.service.as_str())
        .or(asked.first().copied());
    let service = suspect.unwrap_or_default();
    let worst = analysis.facts.iter().find(|fact| fact.service == service);
    let title = worst.map(|fact| wording.title(fact)).unwrap_or_default();
    let mut because: Vec<usize> = analysis
        .facts
        .iter()
        .enumerate()
        .filter(|(_, fact)| fact.service == service && fact.severity >= Severity::Warning)
        .map(|(index, _)| index)
        .collect();
    // of trouble that no rule knows nobody can say that more work does not make it
    let began = analysis.onset.iter();
    because.extend(began.flat_map(|at| events_before(&analysis.facts, service, *at, true)));
    let before = because
        .iter()
        .filter_map(|index| analysis.facts.get(*index));
    let before = events::shortly_before(before, wording.lang);
    let score = analysis.suspects.first().map_or(0.2, |ranked| ranked.score);
    Cause {
        cause: "unknown".to_owned(),
        service: suspect.map(str::to_owned),
        // that the trouble is here, not what it is: never more than a coin's toss
        confidence: round((score * 0.5).clamp(0.1, 0.5)),
        statement: say::unknown(wording.lang, service, &title) + &before,
        because: in_order(because.into_iter(), ids),
        next: [
            (
                "scout logs {service} --level error {window} {env}",
                say::why_errors(wording.lang),
            ),
            (
                "scout logs {service} {window} {env}",
                say::why_logs(wording.lang),
            ),
        ]
        .into_iter()
        .filter_map(|(command, why)| {
            Some(NextStep {
                why,
                command: steps.command(command, service)?,
            })
        })
        .collect(),
    }
}

/// What is said of the services that were seen where nothing is wrong. `part` says that a source failed: less sure then.
fn healthy(seen: &[&str], checks: usize, part: bool, lang: Lang) -> Cause {
    let services = seen.join(", ");
    let (confidence, statement) = if part {
        (0.6, say::healthy_in_part(lang, &services, checks as u64))
    } else {
        (0.9, say::healthy(lang, &services, checks as u64))
    };
    Cause {
        cause: "healthy".to_owned(),
        service: None,
        confidence,
        statement,
        because: Vec::new(),
        next: Vec::new(),
    }
}

/// What is said where too little was seen: nobody is named, since nothing points at anybody.
fn unchecked(steps: &Steps<'_>) -> Cause {
    let lang = steps.about.lang;
    Cause {
        cause: "unknown".to_owned(),
        service: None,
        confidence: 0.0,
        statement: say::unchecked(lang),
        because: Vec::new(),
        next: steps
            .command("scout state {env} -v", "")
            .map(|command| NextStep {
                why: say::why_unseen(lang),
                command,
            })
            .into_iter()
            .collect(),
    }
}

/// Fills in the commands of next steps.
struct Steps<'a> {
    /// For window and environment.
    evidence: &'a Evidence,
    /// For kinds and ssh targets.
    analysis: &'a Analysis,
    /// For flags.
    about: &'a About,
}

impl Steps<'_> {
    /// A command line with service, kind, window, environment and machine filled in; `None` where it needs a machine and the
    /// service has none.
    fn command(&self, template: &str, service: &str) -> Option<String> {
        let known = self.analysis.map.service(service);
        let mut command = template.replace("{service}", &quoted(service));
        if command.contains("{ssh}") {
            command = command.replace("{ssh}", &quoted(known?.ssh.as_deref()?));
        }
        if command.contains("{kind}") {
            command = command.replace("{kind}", known?.kind.as_str());
        }
        let command = command.replace("{window}", &self.window()).replace(
            "{env}",
            &format!("-e {}", quoted(&self.evidence.meta.environment)),
        );
        let flags = self.about.flags.trim();
        Some(if flags.is_empty() {
            command
        } else {
            format!("{command} {flags}")
        })
    }

    /// The window as flags: `--since 30m` where it ended with the run, else its two ends.
    fn window(&self) -> String {
        let meta = &self.evidence.meta;
        let length = meta.window.length();
        let recent = (meta.created_at - meta.window.to).abs() <= TimeDelta::minutes(2);
        let seconds = length.num_seconds();
        if recent && seconds > 0 {
            return match (seconds % 3600, seconds % 60) {
                (0, _) => format!("--since {}h", seconds / 3600),
                (_, 0) => format!("--since {}m", seconds / 60),
                _ => format!("--since {seconds}s"),
            };
        }
        let format = |at: Instant| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        format!(
            "--from {} --to {}",
            format(meta.window.from),
            format(meta.window.to)
        )
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = !word.is_empty()
        && word
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | '/'));
    if plain {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

//! Which named causes do the facts make? The rules are data: `rules.toml` beside this file, whose head explains their form.
//!
//! Every sign that holds adds its weight; causes that another explains are dropped; what is left is ordered by score. Nothing
//! is named that no fact supports, and nothing at all while nothing hurts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use super::accused::{accused, accused_by_lines, named_by_lines, names_somebody};
use super::events::events_before;
use super::fact::{Detail, Fact, Sign};
use super::map::ServiceMap;
use super::rank::SLACK;
use crate::model::{Bilingual, Blamed, Instant, Kind, MapRule, Rule, RuleSign, SeenOn, Severity};

/// The least score with which a cause is named.
const LEAST_SCORE: f64 = 0.5;

/// A second cause must score so much, and rest on something that the first does not.
const LEAST_SECOND: f64 = 0.6;

/// Causes named in one report: more is no diagnosis.
const MOST_CAUSES: usize = 4;

/// What an error group with few lines counts for, beside one with many; also what a healthy machine may show.
const FEW_LINES: f64 = 0.65;

/// A rule that can be tried.
#[derive(Debug)]
pub(crate) struct Tried {
    /// What it says.
    rule: Arc<Rule>,
    /// For each of its signs, what the fact's subject must match and must not.
    patterns: Vec<[Pattern; 2]>,
}

/// A sign with its patterns.
type Sought<'a> = (&'a RuleSign, &'a [Pattern; 2]);

/// What a subject is held against.
#[derive(Debug)]
enum Pattern {
    /// Nothing.
    None,
    /// An expression.
    Is(Box<Regex>),
    /// One that does not hold, which evidence of any origin may bring: nothing matches it.
    Broken,
}

impl Tried {
    /// Compiles the patterns of a rule.
    fn new(rule: Rule) -> Self {
        let patterns = rule.sign.iter();
        let patterns = patterns
            .map(|sign| [&sign.pattern, &sign.not].map(|text| Pattern::of(text.as_deref())))
            .collect();
        Self {
            rule: Arc::new(rule),
            patterns,
        }
    }

    /// Its signs with their patterns.
    fn signs(&self) -> impl Iterator<Item = Sought<'_>> {
        self.rule.sign.iter().zip(&self.patterns)
    }
}

impl Pattern {
    /// Whether a subject passes what it must match.
    fn lets(&self, subject: &str) -> bool {
        match self {
            Self::None => true,
            Self::Is(pattern) => pattern.is_match(subject),
            Self::Broken => false,
        }
    }

    /// Whether a subject matches what it must not.
    fn forbids(&self, subject: &str) -> bool {
        matches!(self, Self::Is(pattern) if pattern.is_match(subject))
    }

    /// Compiles a pattern, which ignores case.
    fn of(text: Option<&str>) -> Self {
        let Some(text) = text else {
            return Self::None;
        };
        let built = RegexBuilder::new(text).case_insensitive(true).build();
        built.map_or(Self::Broken, |pattern| Self::Is(Box::new(pattern)))
    }
}

/// The file's form.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    /// All causes.
    cause: Vec<Rule>,
}

/// The built-in rules, read once.
fn rules() -> &'static [Tried] {
    static RULES: LazyLock<Vec<Tried>> = LazyLock::new(|| {
        let file: RuleFile =
            toml::from_str(include_str!("rules.toml")).expect("a test reads the built-in rules");
        file.cause.into_iter().map(Tried::new).collect()
    });
    &RULES
}

/// The rules that the map adds.
pub(crate) fn own_rules(map: &[MapRule]) -> Vec<Tried> {
    map.iter()
        .filter_map(|rule| match rule {
            MapRule::Cause(rule) => Some(Tried::new((**rule).clone())),
            MapRule::Limit(_) => None,
        })
        .collect()
}

/// A cause that holds.
#[derive(Debug, Clone)]
pub(crate) struct NamedCause {
    /// The rule.
    pub(crate) rule: Arc<Rule>,
    /// Where the trouble starts.
    pub(crate) service: String,
    /// Whether it is told of a caller, since nobody knows whom it accuses.
    by_caller: bool,
    /// How much speaks for it, 0 to 1, before the rule's own bound.
    pub(crate) score: f64,
    /// Indices of the facts behind it.
    pub(crate) because: BTreeSet<usize>,
}

impl NamedCause {
    /// What it says; `{service}` is filled in.
    pub(crate) fn statement(&self) -> &Bilingual {
        let own = self.rule.statement_caller.as_ref();
        own.filter(|_| self.by_caller)
            .unwrap_or(&self.rule.statement)
    }

    /// What it may claim.
    pub(crate) fn confidence(&self) -> f64 {
        self.score.min(self.rule.confidence)
    }

    /// When the first of what hurts behind it began.
    fn began(&self, facts: &[Fact]) -> Option<Instant> {
        self.because
            .iter()
            .map(|index| &facts[*index])
            .filter(|fact| fact.severity >= Severity::Warning)
            .filter_map(|fact| fact.since)
            .min()
    }
}

/// The causes that hold, likeliest first. `own` are rules beside the built-in ones.
pub(crate) fn name_causes(facts: &[Fact], map: &ServiceMap, own: &[Tried]) -> Vec<NamedCause> {
    if !facts.iter().any(Fact::hurts) {
        return Vec::new();
    }
    let mut causes: Vec<NamedCause> = rules()
        .iter()
        .chain(own)
        .flat_map(|rule| map.names().map(move |service| (rule, service)))
        .filter_map(|(rule, service)| try_rule(rule, service, facts, map))
        .collect();
    causes = merge_services(causes, map);
    drop_explained(&mut causes, map);
    drop_passed_on(&mut causes, facts, map);
    drop_last_resorts(&mut causes);
    causes.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| b.because.len().cmp(&a.because.len()))
            .then_with(|| a.rule.id.cmp(&b.rule.id))
            .then_with(|| a.service.cmp(&b.service))
    });
    put_origins_first(&mut causes, facts, map);
    let mut explained: BTreeSet<usize> = BTreeSet::new();
    causes.retain(|cause| {
        let first = explained.is_empty();
        let own = cause
            .because
            .iter()
            .any(|fact| !explained.contains(fact) && speaks_for_itself(&facts[*fact]));
        let stays = first || (own && cause.score >= LEAST_SECOND);
        if stays {
            explained.extend(&cause.because);
        }
        stays
    });
    causes.truncate(MOST_CAUSES);
    for cause in &mut causes {
        add_consequences(cause, facts, map);
    }
    causes
}

/// Whether a second cause may rest on a fact alone: harm, or copies that came to their limit, which is true beside whatever
/// brought them there.
fn speaks_for_itself(fact: &Fact) -> bool {
    fact.severity >= Severity::Warning || fact.sign == Sign::AtLimit
}

/// Puts a cause right before the first of those that it brings about in what the same services need, where it began no later.
fn put_origins_first(causes: &mut Vec<NamedCause>, facts: &[Fact], map: &ServiceMap) {
    let leads = |origin: &NamedCause, other: &NamedCause| {
        let no_later = match (origin.began(facts), other.began(facts)) {
            (Some(origin), Some(other)) => origin <= other + SLACK,
            _ => false,
        };
        let share_caller = map
            .names()
            .any(|name| map.depends(name, &origin.service) && map.depends(name, &other.service));
        origin.rule.leads_to.contains(&other.rule.id) && no_later && share_caller
    };
    for at in 1..causes.len() {
        if let Some(to) = (0..at).find(|before| leads(&causes[at], &causes[*before])) {
            let origin = causes.remove(at);
            causes.insert(to, origin);
        }
    }
}

/// Drops causes that another one explains: one of their `unless` that is held by the same service or one related to it.
/// What holds elsewhere explains nothing here.
fn drop_explained(causes: &mut Vec<NamedCause>, map: &ServiceMap) {
    let held: Vec<(String, String)> = causes
        .iter()
        .map(|cause| (cause.rule.id.clone(), cause.service.clone()))
        .collect();
    causes.retain(|cause| {
        !held.iter().any(|(id, service)| {
            cause.rule.unless.iter().any(|other| other == id)
                && map.related(&cause.service, service)
        })
    });
}

/// Drops causes that say little of a service of which another one says more.
fn drop_last_resorts(causes: &mut Vec<NamedCause>) {
    let told: BTreeSet<String> = causes
        .iter()
        .filter(|cause| !cause.rule.last_resort)
        .map(|cause| cause.service.clone())
        .collect();
    causes.retain(|cause| !cause.rule.last_resort || !told.contains(&cause.service));
}

/// Drops causes that only pass on what goes wrong behind their service, where a cause is named there that began no later, or
/// something there is broken by itself.
fn drop_passed_on(causes: &mut Vec<NamedCause>, facts: &[Fact], map: &ServiceMap) {
    let origins: Vec<(String, Option<Instant>)> = causes
        .iter()
        .filter(|cause| !cause.rule.passes_on)
        .map(|cause| (cause.service.clone(), cause.began(facts)))
        .collect();
    causes.retain(|cause| {
        let began = cause.began(facts);
        let no_later = |origin: Option<Instant>| match (origin, began) {
            (Some(origin), Some(began)) => origin <= began + SLACK,
            _ => true,
        };
        let broken = |fact: &Fact| {
            is_broken_by_itself(fact)
                && map.depends(&cause.service, &fact.service)
                && fact.since.is_some()
                && no_later(fact.since)
        };
        let behind = |(service, origin): &(String, Option<Instant>)| {
            map.depends(&cause.service, service) && no_later(*origin)
        };
        !cause.rule.passes_on || !(origins.iter().any(behind) || facts.iter().any(broken))
    });
}

/// Whether a fact says that its service is broken, whoever calls it.
fn is_broken_by_itself(fact: &Fact) -> bool {
    fact.severity >= Severity::Critical && matches!(fact.sign, Sign::Threshold | Sign::State)
}

/// Adds what a cause explains beside its own signs: the errors behind a change, and requests that fail in the service or in
/// what depends on it; then what happened shortly before it.
fn add_consequences(cause: &mut NamedCause, facts: &[Fact], map: &ServiceMap) {
    let behind_change: Vec<usize> = cause
        .because
        .iter()
        .filter_map(|index| match facts[*index].detail {
            Detail::AfterChange { group, .. } => Some(group),
            _ => None,
        })
        .collect();
    for (index, fact) in facts.iter().enumerate() {
        let fails = fact.sign == Sign::FailingRequests
            && (fact.service == cause.service || map.depends(&fact.service, &cause.service));
        let follows = fact.service == cause.service
            && matches!(fact.detail, Detail::Group(group) if behind_change.contains(&group));
        if fails || follows {
            cause.because.insert(index);
        }
    }
    if let Some(began) = cause.began(facts) {
        let events = events_before(facts, &cause.service, began, cause.rule.load);
        cause.because.extend(events);
    }
}

/// Tries a rule on a service.
fn try_rule(tried: &Tried, service: &str, facts: &[Fact], map: &ServiceMap) -> Option<NamedCause> {
    let rule = &tried.rule;
    let kind = map.kind(service)?;
    if !rule.kinds.is_empty() && !rule.kinds.contains(&kind) {
        return None;
    }
    let mut against = 1.0;
    let mut because = BTreeSet::new();
    for sign in tried.signs() {
        let mut weight: f64 = 0.0;
        for (index, fact) in facts.iter().enumerate() {
            if holds(sign, &rule.kinds, fact, service, facts, map) {
                let few = fact.severity == Severity::Info
                    && (fact.sign.is_errors() || fact.sign == Sign::Machine);
                weight = weight.max(if few {
                    sign.0.weight * FEW_LINES
                } else {
                    sign.0.weight
                });
                because.insert(index);
            }
        }
        against *= 1.0 - weight;
    }
    let score = 1.0 - against;
    let hurts = because.iter().any(|index| facts[*index].hurts())
        || facts
            .iter()
            .any(|fact| fact.hurts() && map.related(&fact.service, service));
    if score < LEAST_SCORE || !hurts || (rule.first && !comes_first(&because, service, facts, map))
    {
        return None;
    }
    let mut by_caller = false;
    let blamed = match rule.blame {
        Blamed::Accused => {
            let accused = accused_by_lines(&because, service, facts, map);
            by_caller = accused.is_none();
            let told = rule.statement_caller.as_ref();
            accused.or_else(|| {
                told.filter(|_| names_somebody(&because, service, facts))
                    .map(|_| service)
            })?
        }
        Blamed::Named => match shown_by_machine(tried, service, facts, map) {
            Some((machine, index)) => {
                because.insert(index);
                machine
            }
            None => named_by_lines(&because, service, facts, map)
                .filter(|named| may_be_named(rule, named, map))
                .unwrap_or(service),
        },
        _ => service,
    };
    Some(NamedCause {
        rule: Arc::clone(rule),
        service: blamed.to_owned(),
        by_caller,
        score,
        because,
    })
}

/// Whether a rule lets a dependency be named by its caller's lines.
fn may_be_named(rule: &Rule, service: &str, map: &ServiceMap) -> bool {
    let kinds = &rule.named_kinds;
    kinds.is_empty() || map.kind(service).is_some_and(|kind| kinds.contains(&kind))
}

/// The dependency of a service whose own machine shows the rule's cause, and the fact that shows it: whatever the lines name is
/// what could not be reached, and this is why.
fn shown_by_machine<'a>(
    tried: &Tried,
    service: &str,
    facts: &[Fact],
    map: &'a ServiceMap,
) -> Option<(&'a str, usize)> {
    map.needs(service).find_map(|need| {
        let shows = |fact: &Fact| {
            fact.sign == Sign::Machine
                && tried
                    .signs()
                    .any(|sign| holds(sign, &tried.rule.kinds, fact, need, facts, map))
        };
        facts.iter().position(shows).map(|index| (need, index))
    })
}

/// Whether a fact is the sign of a rule tried on a service.
fn holds(
    (sign, [pattern, not]): Sought<'_>,
    rule_kinds: &[Kind],
    fact: &Fact,
    service: &str,
    facts: &[Fact],
    map: &ServiceMap,
) -> bool {
    const LINES: [Sign; 5] = [
        Sign::NewErrors,
        Sign::MoreErrors,
        Sign::ConstantErrors,
        Sign::NewWarnings,
        Sign::NewLines,
    ];
    let kinds: &[Sign] = if sign.signs.is_empty() {
        &LINES
    } else {
        &sign.signs
    };
    if !kinds.contains(&fact.sign) {
        return false;
    }
    let placed = match sign.on {
        SeenOn::Itself => fact.service == service,
        SeenOn::Caller => accused(fact, rule_kinds, facts, map) == Some(service),
        SeenOn::Any => {
            fact.service == service || accused(fact, rule_kinds, facts, map) == Some(service)
        }
    };
    placed && pattern.lets(&fact.subject) && !not.forbids(&fact.subject)
}

/// Whether the first of a cause's facts began no later than all trouble of the service and of what it needs.
fn comes_first(because: &BTreeSet<usize>, service: &str, facts: &[Fact], map: &ServiceMap) -> bool {
    let surges = || {
        let facts = because.iter().map(|index| &facts[*index]);
        facts.filter(|fact| matches!(fact.sign, Sign::TrafficUp | Sign::ShiftUp))
    };
    if surges().any(|fact| fact.since.is_none()) {
        return true;
    }
    let own = surges().filter_map(|fact| fact.since).min();
    let trouble = facts
        .iter()
        .filter(|fact| {
            (fact.service == service || map.depends(service, &fact.service)) && fact.hurts()
        })
        .filter_map(|fact| fact.since)
        .min();
    match (own, trouble) {
        (Some(own), Some(trouble)) => own <= trouble + chrono::TimeDelta::seconds(60),
        (own, _) => own.is_some(),
    }
}

/// Of one cause held by several services that depend on each other, keeps the one to blame and gives it all the facts.
fn merge_services(causes: Vec<NamedCause>, map: &ServiceMap) -> Vec<NamedCause> {
    let mut by_rule: BTreeMap<String, Vec<NamedCause>> = BTreeMap::new();
    for cause in causes {
        by_rule
            .entry(cause.rule.id.clone())
            .or_default()
            .push(cause);
    }
    let mut merged = Vec::new();
    for (_, causes) in by_rule {
        let mut kept: Vec<NamedCause> = Vec::new();
        for cause in causes {
            let same = kept.iter_mut().find(|other| {
                other.service == cause.service
                    || map.depends(&other.service, &cause.service)
                    || map.depends(&cause.service, &other.service)
            });
            let Some(other) = same else {
                kept.push(cause);
                continue;
            };
            let caller_blamed = cause.rule.blame == Blamed::Caller;
            let takes_over = if caller_blamed {
                map.depends(&cause.service, &other.service)
            } else {
                map.depends(&other.service, &cause.service)
            };
            let because: BTreeSet<usize> = other.because.union(&cause.because).copied().collect();
            if takes_over {
                other.service.clone_from(&cause.service);
            }
            other.score = other.score.max(cause.score);
            other.because = because;
        }
        merged.extend(kept);
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::BUILT_IN_CAUSES;

    /// The rules of the file.
    fn built_in() -> impl Iterator<Item = &'static Rule> {
        rules().iter().map(|tried| &*tried.rule)
    }

    #[test]
    fn every_promised_cause_has_a_rule_and_no_other_has() {
        let ids: BTreeSet<&str> = built_in().map(|rule| rule.id.as_str()).collect();
        assert_eq!(ids, BUILT_IN_CAUSES.into_iter().collect());
        assert_eq!(ids.len(), rules().len());
    }

    #[test]
    fn every_built_in_pattern_holds() {
        for tried in rules() {
            let broken = tried.patterns.iter().flatten();
            let broken = broken.filter(|pattern| matches!(pattern, Pattern::Broken));
            assert_eq!(broken.count(), 0, "{}", tried.rule.id);
        }
    }

    #[test]
    fn rules_refer_to_each_other_and_speak_both_languages() {
        for rule in built_in() {
            for other in &rule.unless {
                assert!(
                    BUILT_IN_CAUSES.contains(&other.as_str()),
                    "{} unless {other}",
                    rule.id
                );
                assert_ne!(*other, rule.id);
            }
            assert!((0.5..1.0).contains(&rule.confidence), "{}", rule.id);
            assert!(
                rule.statement.en.contains("{service}") && rule.statement.fr.contains("{service}"),
                "{}",
                rule.id
            );
            assert!(!rule.next.is_empty(), "{} has no next step", rule.id);
            assert!(
                rule.next
                    .iter()
                    .all(|step| step.command.starts_with("scout ")),
                "{}",
                rule.id
            );
            assert!(
                rule.sign
                    .iter()
                    .all(|sign| (0.0..1.0).contains(&sign.weight)),
                "{}",
                rule.id
            );
        }
    }
}

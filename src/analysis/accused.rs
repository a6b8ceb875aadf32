//! Whom does a line accuse? An error in one service often speaks of another: by its name, its host, its port, or the words that go
//! with its kind.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::fact::{Detail, Fact, Sign};
use super::map::ServiceMap;
use crate::model::Kind;

/// The dependency of the fact's service, among some kinds, that the fact speaks of; `None` where there is none or the text
/// speaks of another.
pub(super) fn accused<'a>(
    fact: &Fact,
    kinds: &[Kind],
    facts: &[Fact],
    map: &'a ServiceMap,
) -> Option<&'a str> {
    let possible: Vec<&str> = map
        .needs(&fact.service)
        .filter(|name| {
            map.kind(name)
                .is_some_and(|kind| kinds.is_empty() || kinds.contains(&kind))
        })
        .collect();
    let named: Vec<&str> = map
        .needs(&fact.service)
        .filter(|name| map.is_named(name, &fact.subject))
        .collect();
    if !named.is_empty() {
        return named.into_iter().find(|name| possible.contains(name));
    }
    match possible.as_slice() {
        [] => None,
        [one] => Some(one),
        many => many
            .iter()
            .find(|name| {
                facts
                    .iter()
                    .any(|fact| fact.service == **name && fact.hurts())
            })
            .or(many.first())
            .copied(),
    }
}

/// Whether what a witness says matters to the question: bad lines that name a service which it needs, and whatever does not
/// come from its log.
pub(super) fn testifies(fact: &Fact, map: &ServiceMap) -> bool {
    let names = || {
        let mut needs = map.needs(&fact.service);
        needs.any(|name| map.is_named(name, &fact.subject))
    };
    match fact.detail {
        Detail::Group(_) => (fact.sign.is_errors() || fact.sign == Sign::NewWarnings) && names(),
        Detail::Series(_) | Detail::Resource { .. } => true,
        _ => false,
    }
}

/// The dependency of a service that its own lines behind a cause name. One of no known kind is somebody else's: what it has is
/// the caller's to live with.
pub(super) fn named_by_lines<'a>(
    because: &BTreeSet<usize>,
    service: &str,
    facts: &[Fact],
    map: &'a ServiceMap,
) -> Option<&'a str> {
    let mut lines = because.iter().map(|index| &facts[*index]);
    let names = |fact: &Fact| {
        let mut needs = map.needs(service);
        needs.find(|name| map.is_named(name, &fact.subject) && map.kind(name) != Some(Kind::Custom))
    };
    lines.find_map(|fact| (fact.service == service).then(|| names(fact)).flatten())
}

/// The dependency that the lines behind a cause accuse: one that they name; where some name no host at all, the one with
/// trouble of its own, else the only one. `None` where they speak of something that the map does not know.
pub(super) fn accused_by_lines<'a>(
    because: &BTreeSet<usize>,
    service: &str,
    facts: &[Fact],
    map: &'a ServiceMap,
) -> Option<&'a str> {
    let lines: Vec<&Fact> = because
        .iter()
        .map(|index| &facts[*index])
        .filter(|fact| fact.service == service)
        .collect();
    let named = map
        .needs(service)
        .find(|name| lines.iter().any(|fact| map.is_named(name, &fact.subject)));
    let possible: Vec<&str> = map
        .needs(service)
        .filter(|name| {
            lines
                .iter()
                .any(|fact| !names_a_host(&fact.subject) && map.fits_port(name, &fact.subject))
        })
        .collect();
    let troubled = || {
        possible.iter().copied().find(|name| {
            facts
                .iter()
                .any(|fact| fact.service == *name && fact.hurts())
        })
    };
    let only = || (map.needs(service).count() == 1).then(|| possible.first().copied())?;
    named.or_else(troubled).or_else(only)
}

/// Whether the lines of a service behind a cause name a host at all: a time-out of its own requests accuses nobody.
pub(super) fn names_somebody(because: &BTreeSet<usize>, service: &str, facts: &[Fact]) -> bool {
    let mut lines = because.iter().map(|index| &facts[*index]);
    lines.any(|fact| fact.service == service && names_a_host(&fact.subject))
}

/// Whether a text names a host: in a URL, with a port, or as what was looked up. Bare addresses and the machine itself name
/// nobody.
fn names_a_host(text: &str) -> bool {
    static HOST: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?i)\b[a-z][a-z0-9+.-]*://(?:[^/@\s]*@)?([a-z0-9_.-]+)|\b([a-z0-9_-]+(?:\.[a-z0-9_-]+)+):\d{2,5}\b|\b(?:lookup|enotfound|host) ([a-z0-9_-]+(?:\.[a-z0-9_-]+)+)",
        )
        .expect("a constant pattern")
    });
    HOST.captures_iter(text).any(|found| {
        let host = found
            .iter()
            .skip(1)
            .flatten()
            .next()
            .map_or("", |host| host.as_str());
        let is_address = host
            .split('.')
            .next_back()
            .is_some_and(|part| part.bytes().all(|b| b.is_ascii_digit()));
        !is_address && host != "localhost"
    })
}

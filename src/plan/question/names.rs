//! Which services does a question name, by name, alias or title, typos included?

use crate::model::{Service, edit_distance};

use super::words_of;

/// A word that was taken for the name of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slip {
    /// As it was typed, in lower case.
    pub(crate) typed: String,
    /// The service.
    pub(crate) service: String,
}

/// Services whose name, alias or title occurs; where none does, those that a word is a slip of, with these slips.
pub(super) fn named_services(
    lower: &str,
    words: &[&str],
    services: &[Service],
) -> (Vec<String>, Vec<Slip>) {
    let exact = services_where(services, |name| {
        words
            .iter()
            .position(|word| is_name(word, name))
            .or_else(|| joined(words, name))
            // a title with signs between its words: where it begins, in words
            .or_else(|| {
                let at = lower.find(name).filter(|_| name.contains(' '))?;
                Some(words_of(&lower[..at]).len())
            })
    });
    if !exact.is_empty() {
        return (
            exact.into_iter().map(|(_, name)| name).collect(),
            Vec::new(),
        );
    }
    let slips = services_where(services, |name| {
        words.iter().position(|word| is_slip_of(word, name))
    });
    let slip = |(at, service): (usize, String)| Slip {
        typed: words[at].to_owned(),
        service,
    };
    let slips: Vec<Slip> = slips.into_iter().map(slip).collect();
    (
        slips.iter().map(|slip| slip.service.clone()).collect(),
        slips,
    )
}

/// Whether a word is a name, or one of several of them: `newsletters` are what `newsletter` sends.
fn is_name(word: &str, name: &str) -> bool {
    /// The shortest name that has a plural: `logs` is no service `log`.
    const LEAST: usize = 4;
    let plural = |one: &str, many: &str| {
        one.len() >= LEAST && many.strip_suffix('s').is_some_and(|stem| stem == one)
    };
    word == name || plural(name, word) || plural(word, name)
}

/// Where `name` occurs written as several words: `atlas api` for `atlas-api`.
fn joined(words: &[&str], name: &str) -> Option<usize> {
    let parts: Vec<&str> = name.split(['-', '_', ' ']).collect();
    (parts.len() > 1)
        .then(|| {
            words
                .windows(parts.len())
                .position(|window| window == parts.as_slice())
        })
        .flatten()
}

/// The services that `place` finds by any of their names, ordered by where.
fn services_where(
    services: &[Service],
    place: impl Fn(&str) -> Option<usize>,
) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = services
        .iter()
        .filter_map(|service| {
            std::iter::once(&service.name)
                .chain(&service.aliases)
                .chain(std::iter::once(&service.title))
                .filter_map(|name| place(&name.to_lowercase()))
                .min()
                .map(|at| (at, service.name.clone()))
        })
        .collect();
    found.sort_unstable();
    found
}

/// Whether a word is a slip of the pen for a name: one edit in five letters or more, two in eight or more. Of four letters one
/// may be missing.
fn is_slip_of(word: &str, name: &str) -> bool {
    let (typed, meant) = (word.chars().count(), name.chars().count());
    let allowed = match typed.min(meant) {
        4 if meant == 5 => 1,
        0..=4 => return false,
        5..=7 => 1,
        _ => 2,
    };
    typed.abs_diff(meant) <= allowed && edit_distance(word, name) <= allowed
}

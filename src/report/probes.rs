//! A probe in words: the title and the evidence of a finding, and what is said of one that went well.

use crate::analysis::{Analysis, Detail, Probed};
use crate::evidence::Evidence;
use crate::model::Lang;
use crate::model::messages::probes as say;

use super::wording::printable;

/// Characters of what a probe says.
const WHY_CHARS: usize = 160;

/// Characters of an address.
const URL_CHARS: usize = 200;

/// The title of what a probe shows.
pub(super) fn title(seen: &Probed, lang: Lang) -> String {
    match seen {
        Probed::Failed { why, status } if why.is_empty() => match status {
            Some(status) => say::failed(lang, &say::answered(lang, *status)),
            None => say::failed(lang, &say::closed(lang)),
        },
        Probed::Failed { why, .. } => say::failed(lang, &printable(why, WHY_CHARS)),
        Probed::Expires { left } if left.num_seconds() < 0 => say::expired(lang),
        Probed::Expires { left } => say::expires(lang, *left),
        Probed::Slow { seconds } => say::slow(lang, *seconds),
    }
}

/// The address, and how far the probe came.
pub(super) fn evidence(url: &str, times: [Option<f64>; 4]) -> Vec<String> {
    let steps = ["dns", "connect", "tls", "first byte"];
    let took: Vec<String> = steps
        .iter()
        .zip(times)
        .filter_map(|(step, seconds)| Some(format!("{step} {:.3} s", seconds?)))
        .collect();
    std::iter::once(printable(url, URL_CHARS))
        .chain((!took.is_empty()).then(|| took.join(", ")))
        .collect()
}

/// What the probes of a service say that showed nothing worth telling.
pub(super) fn fine(
    service: &str,
    evidence: &Evidence,
    analysis: &Analysis,
    lang: Lang,
) -> Vec<String> {
    let told = |probed: &str| {
        analysis.facts.iter().any(|fact| {
            fact.service == service
                && matches!(&fact.detail, Detail::Probe { url, .. } if url == probed)
        })
    };
    evidence
        .probes()
        .filter(|probe| probe.service == service && probe.ok && !told(&probe.url))
        .filter_map(|probe| Some(say::fine(lang, probe.status?, probe.ttfb_seconds?)))
        .collect()
}

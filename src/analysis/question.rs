//! What is complained of: which services, and are they slow or do they fail?
//!
//! In: what the evidence says about its question. Out: where blame starts. It must not answer: words only set the weights.

use serde_json::Value;

use super::loss::Harm;
use super::map::ServiceMap;
use super::meaning::{meaning_of, words_of};
use crate::evidence::Meta;

/// The weight of a harm that is not complained of beside one that is: it may be the same trouble.
const UNSAID: f64 = 0.25;

/// The services in question, of those that there are; none where the question is about all of them.
pub(crate) fn asked<'a>(meta: &'a Meta, map: &ServiceMap) -> Vec<&'a str> {
    let asked: Vec<&str> = meta
        .asked_services()
        .into_iter()
        .filter(|name| map.service(name).is_some())
        .collect();
    if asked.len() > 1 && asked.len() >= map.names().count() {
        return Vec::new();
    }
    asked
}

/// How the services are said to do harm: the symptom that was understood, else the metric that is named, else either way.
pub(crate) fn harms(meta: &Meta) -> [(Harm, f64); 2] {
    let named = |key: &str| meta.params.get(key).and_then(Value::as_str);
    let said = named("metric")
        .and_then(harm_in)
        .or_else(|| match named("symptom") {
            Some("slow") => Some(Harm::Slow),
            Some("errors" | "down" | "auth") => Some(Harm::Failing),
            _ => None,
        })
        .or_else(|| harm_in(&meta.issue));
    Harm::ALL.map(|harm| match said {
        Some(said) if said != harm => (harm, UNSAID),
        _ => (harm, 1.0),
    })
}

/// The harms that people complain of, each with its service.
pub(crate) fn complaints<'a>(asked: &[&'a str], harms: &[(Harm, f64)]) -> Vec<(&'a str, Harm)> {
    let said = harms.iter().filter(|(_, weight)| *weight > UNSAID);
    said.flat_map(|(harm, _)| asked.iter().map(|service| (*service, *harm)))
        .collect()
}

/// The harm that the first telling word of a text names.
fn harm_in(text: &str) -> Option<Harm> {
    words_of(text)
        .iter()
        .find_map(|word| Harm::of(meaning_of(word, false)))
}

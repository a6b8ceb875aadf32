//! Which machines are looked into, and with which commands?
//!
//! In: a question. Out: one request for each preset and each ssh target that a service in question, or one that it needs, runs
//! on. Services that share a machine share its requests. A service without a target asks nothing.

use std::collections::BTreeMap;

use super::{Question, Request};
use crate::config::{Preset, presets};

/// A read-only command on a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LookRequest {
    /// The ssh target of the map.
    pub(crate) target: String,
    /// The service that it is about; `None` where several share the machine.
    pub(crate) service: Option<String>,
    /// The preset's name.
    pub(crate) preset: &'static str,
    /// The program and its arguments; never empty.
    pub(crate) command: &'static [String],
    /// The same in one line.
    pub(crate) line: String,
}

/// Plans the looks into the machines of a question.
pub(super) fn plan_looks(question: &Question) -> Vec<Request> {
    let mut machines: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for service in question.relevant() {
        if let Some(target) = &service.ssh {
            machines.entry(target).or_default().push(&service.name);
        }
    }
    let look = |target: &str, services: &[&str], preset: &'static Preset| {
        Request::Look(LookRequest {
            target: target.to_owned(),
            service: match services {
                [one] => Some((*one).to_owned()),
                _ => None,
            },
            preset: &preset.name,
            command: &preset.command,
            line: preset.command.join(" "),
        })
    };
    machines
        .iter()
        .flat_map(|(target, services)| {
            presets()
                .iter()
                .map(move |preset| look(target, services, preset))
        })
        .collect()
}

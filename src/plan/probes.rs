//! Which addresses are asked as a user would ask them?
//!
//! In: a question. Out: one request for each service in question, or that one of them needs, whose map entry has a `url`. An
//! address that several services share is asked once for each: what it answers is a fact about every one of them.

use super::{Question, Request};

/// An address to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProbeRequest {
    /// Service of the map.
    pub(crate) service: String,
    /// The address.
    pub(crate) url: String,
}

impl ProbeRequest {
    /// Scheme and host of the address, for people; `None` where it has none.
    pub(crate) fn host(&self) -> Option<String> {
        let after_scheme = self.url.find("://")? + 3;
        let rest = &self.url[after_scheme..];
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        Some(self.url[..after_scheme + end].to_owned())
    }
}

/// Plans the probes of a question.
pub(super) fn plan_probes(question: &Question) -> Vec<Request> {
    let probe = |service: &&crate::model::Service| {
        Some(Request::Probe(ProbeRequest {
            service: service.name.clone(),
            url: service.url.clone()?,
        }))
    };
    question.relevant().iter().filter_map(probe).collect()
}

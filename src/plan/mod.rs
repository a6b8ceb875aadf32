//! A question, the map and a window into requests. Pure: nothing is sent, nothing is read.
//!
//! ```text
//! Question ──► plan() ──► Plan { requests, budget, scopes } ──► sources
//!                              └──► printed by --dry-run
//! ```
//!
//! What is asked, and why so:
//!
//! * **Logs**: the window and the baseline of each service, in slices that go out together, so that a busy service is
//!   sampled over the whole window and not only at its end; one metric query counts them all on the server, so that a
//!   limit that cut an answer is known and can be weighed.
//! * **Metrics**: one request a kind, two where the baseline lies apart, whatever the number of services and metrics: the
//!   catalogue's expressions answer for many resources at once, and `or` joins them under a label that tells them apart.
//! * **State**: one list a kind and place.
//! * **Events**: alerts, runs of jobs and the Audit Trail, a list each: what changed.
//! * **Machines**: every preset once on each ssh target that a service runs on.
//! * **Probes**: the address of each service that has one, once.
//! * **Errors**: where many services are looked at in brief, one count of what looks like errors, and lines only of those that
//!   have any, in a number of requests that does not grow with the services.

mod budget;
mod errors;
mod events;
mod field_test;
mod log_query;
mod logql;
mod machines;
mod probes;
mod promql;
mod question;
mod request;
mod trace_id;
pub(crate) mod volume;

use std::collections::BTreeSet;

pub(crate) use budget::Budget;
pub(crate) use errors::{Batch, ErrorsRequest};
pub(crate) use events::{EventsRequest, Topic};
pub(crate) use field_test::{FieldTest, FieldTestFault};
pub(crate) use log_query::{LineQuery, count_query, is_log_query};
pub(crate) use logql::{contains_filter, duration_literal, has_template, template_filter};
pub(crate) use machines::LookRequest;
pub(crate) use probes::ProbeRequest;
pub(crate) use promql::{METRIC_LABEL, round_step};
pub(crate) use question::{Ask, Question, Understood, language_of, understand};
pub(crate) use request::{
    CountRequest, LogsRequest, MetricPart, MetricsRequest, Request, Span, StateRequest,
    plan_listings,
};
pub(crate) use trace_id::TraceId;

use crate::config::Catalog;
use crate::model::{Scope, Service};

/// Everything that one run will ask.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plan {
    /// The requests; they go out together, under the budget's caps.
    pub(crate) requests: Vec<Request>,
    /// Limits.
    pub(crate) budget: Budget,
}

impl Plan {
    /// The fewest token scopes that the requests need; empty where no token is needed.
    pub(crate) fn scopes(&self) -> Vec<Scope> {
        let scopes: BTreeSet<Scope> = self.requests.iter().filter_map(Request::scope).collect();
        scopes.into_iter().collect()
    }
}

/// Plans the requests that answer `question`.
pub(crate) fn plan(question: &Question, catalog: &Catalog, budget: Budget) -> Plan {
    let mut requests = Vec::new();
    if question.asks(Ask::Logs) {
        requests.extend(logql::plan_logs(question, catalog, &budget));
    }
    if question.asks(Ask::Metrics) {
        requests.extend(promql::plan_metrics(question, catalog));
    }
    if question.asks(Ask::State) {
        requests.extend(request::plan_state(question, catalog));
    }
    if question.asks(Ask::Events) {
        requests.extend(events::plan_events(question));
    }
    if question.asks(Ask::Machines) {
        requests.extend(machines::plan_looks(question));
    }
    if question.asks(Ask::Probes) {
        requests.extend(probes::plan_probes(question));
    }
    if question.asks(Ask::Errors) {
        requests.extend(errors::plan_errors(question, &budget));
    }
    Plan { requests, budget }
}

/// The services that a question is about and those that they depend on, directly or through others, in that order.
pub(crate) fn with_dependencies<'a>(asked: &[String], all: &'a [Service]) -> Vec<&'a Service> {
    let mut names: Vec<&str> = asked.iter().map(String::as_str).collect();
    let mut found = Vec::new();
    let mut next = 0;
    while next < names.len() {
        if let Some(service) = all.iter().find(|service| service.name == names[next]) {
            for dependency in &service.depends_on {
                if !names.contains(&dependency.as_str()) {
                    names.push(dependency);
                }
            }
            found.push(service);
        }
        next += 1;
    }
    found
}

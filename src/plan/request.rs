//! The requests that a plan is made of, one variant a kind of question to a source.

use std::collections::BTreeMap;
use std::fmt;

use chrono::TimeDelta;

use super::{ErrorsRequest, EventsRequest, LookRequest, ProbeRequest, Question};
use crate::config::catalog::{Catalog, Listing, ListingScope};
use crate::model::{Kind, Scope, Unit, Window};

/// One question to one source.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Request {
    /// Log entries.
    Logs(LogsRequest),
    /// How many log entries there are.
    Count(CountRequest),
    /// Series of one kind of resource.
    Metrics(MetricsRequest),
    /// Resources of one kind in one place.
    State(StateRequest),
    /// Things that happened.
    Events(EventsRequest),
    /// A look inside a machine.
    Look(LookRequest),
    /// An address, as a user would ask it.
    Probe(ProbeRequest),
    /// How many lines look like errors, and the lines of those services that have any.
    Errors(ErrorsRequest),
}

impl Request {
    /// The token scope that it needs; `None` for the Scaleway API, which takes the user's own key, for machines and for probes.
    pub(crate) fn scope(&self) -> Option<Scope> {
        match self {
            Self::Logs(_) | Self::Count(_) | Self::Errors(_) => Some(Scope::Logs),
            Self::Metrics(_) => Some(Scope::Metrics),
            Self::State(_) | Self::Events(_) | Self::Look(_) | Self::Probe(_) => None,
        }
    }

    /// The source it goes to, as evidence names it.
    pub(crate) fn source(&self) -> &'static str {
        match self {
            Self::Logs(_) | Self::Count(_) | Self::Errors(_) => "loki",
            Self::Metrics(_) => "prometheus",
            Self::State(_) | Self::Events(_) => "scaleway",
            Self::Look(_) => "ssh",
            Self::Probe(_) => "probe",
        }
    }

    /// The window it covers; `None` for state, events, machines and probes, which are of now.
    pub(crate) fn window(&self) -> Option<Window> {
        match self {
            Self::Logs(logs) => Some(logs.window),
            Self::Count(count) => Some(count.window),
            Self::Metrics(metrics) => Some(metrics.window),
            Self::Errors(errors) => Some(errors.count.window),
            Self::State(_) | Self::Events(_) | Self::Look(_) | Self::Probe(_) => None,
        }
    }

    /// The request in one line: the query, the path, or the command.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Logs(logs) => &logs.query,
            Self::Count(count) => &count.query,
            Self::Metrics(metrics) => &metrics.query,
            Self::State(state) => &state.path,
            Self::Events(events) => &events.path,
            Self::Look(look) => &look.line,
            Self::Probe(probe) => &probe.url,
            Self::Errors(errors) => &errors.query,
        }
    }
}

/// Which window a request belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Span {
    /// The window in question.
    Window,
    /// What it is compared with.
    Baseline,
}

/// Entries of one service in one slice of time, newest first, up to a limit.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LogsRequest {
    /// Service of the map.
    pub(crate) service: String,
    /// The `LogQL` log query.
    pub(crate) query: String,
    /// The slice.
    pub(crate) window: Window,
    /// Which window the slice is part of.
    pub(crate) span: Span,
    /// Most entries wanted.
    pub(crate) limit: u32,
}

/// How many entries each service wrote, counted by the server in steps of equal length.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CountRequest {
    /// The `LogQL` metric query; its result is labelled by `resource_name`.
    pub(crate) query: String,
    /// Service by the value of the label `resource_name`.
    pub(crate) services: BTreeMap<String, String>,
    /// From the start of the first step to the end of the last.
    pub(crate) window: Window,
    /// Length of a step.
    pub(crate) step: TimeDelta,
}

/// The metrics of one kind of resource, for all services of that kind.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MetricsRequest {
    /// The kind.
    pub(crate) kind: Kind,
    /// The joined `PromQL` expression.
    pub(crate) query: String,
    /// What is joined in it, by id: asked one by one where the server refuses the whole.
    pub(crate) parts: Vec<MetricPart>,
    /// The label that names the resource in the result.
    pub(crate) label: String,
    /// Service by that label's value.
    pub(crate) services: BTreeMap<String, String>,
    /// Baseline and window together, or one of them where they lie apart.
    pub(crate) window: Window,
    /// Distance between samples.
    pub(crate) step: TimeDelta,
}

/// One metric of a [`MetricsRequest`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MetricPart {
    /// The catalogue's id.
    pub(crate) id: String,
    /// Its `PromQL`, resources filled in.
    pub(crate) expr: String,
    /// What its numbers count.
    pub(crate) unit: Unit,
}

/// Where a list is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A region's name.
    Region(String),
    /// A zone's name.
    Zone(String),
    /// Nowhere in particular.
    Global,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Region(name) | Self::Zone(name) => f.write_str(name),
            Self::Global => f.write_str("global"),
        }
    }
}

/// All resources of one kind in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StateRequest {
    /// The kind.
    pub(crate) kind: Kind,
    /// Path below the API's base, place filled in.
    pub(crate) path: String,
    /// Where.
    pub(crate) place: Place,
    /// Key of the list in the answer.
    pub(crate) list_key: String,
    /// Name of the query parameter that filters by project.
    pub(crate) project_parameter: String,
    /// Field of a resource that holds its status; `None` where the kind has none.
    pub(crate) status_field: Option<String>,
    /// Field of a resource that holds its last change; `None` where the API does not tell.
    pub(crate) changed_field: Option<String>,
    /// Name of the query parameter that takes the size of a page.
    pub(crate) page_size_parameter: String,
}

/// Plans the lists that show the question's services, one for each kind and place.
pub(super) fn plan_state(question: &Question, catalog: &Catalog) -> Vec<Request> {
    let mut kinds: Vec<Kind> = question
        .relevant()
        .iter()
        .map(|service| service.kind)
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    plan_listings(&kinds, question.region.as_deref(), &question.zones, catalog)
}

/// Plans the lists of `kinds` in a region and its zones. A kind that no API lists gives none.
pub(crate) fn plan_listings(
    kinds: &[Kind],
    region: Option<&str>,
    zones: &[String],
    catalog: &Catalog,
) -> Vec<Request> {
    let mut requests: Vec<StateRequest> = kinds
        .iter()
        .filter_map(|kind| catalog.listing(*kind).map(|listing| (*kind, listing)))
        .flat_map(|(kind, listing)| {
            places(listing, region, zones)
                .into_iter()
                .map(move |place| state_request(kind, listing, place))
        })
        .collect();
    // PostgreSQL and MySQL are one list: ask once, the answer tells them apart.
    let mut seen = Vec::new();
    requests.retain(|request| {
        let first = !seen.contains(&request.path);
        seen.push(request.path.clone());
        first
    });
    requests.into_iter().map(Request::State).collect()
}

/// Where a list must be asked for: the region, or its zones, as far as the API exists there.
fn places(listing: &Listing, region: Option<&str>, zones: &[String]) -> Vec<Place> {
    let exists = |place: &&str| listing.places.iter().any(|known| known == place);
    match listing.scope {
        ListingScope::Global => vec![Place::Global],
        ListingScope::Region => region
            .filter(exists)
            .map(|region| Place::Region(region.to_owned()))
            .into_iter()
            .collect(),
        ListingScope::Zone => zones
            .iter()
            .filter(|zone| exists(&zone.as_str()))
            .map(|zone| Place::Zone(zone.clone()))
            .collect(),
    }
}

/// One list in one place.
fn state_request(kind: Kind, listing: &Listing, place: Place) -> StateRequest {
    StateRequest {
        kind,
        path: listing
            .path
            .replace("{region}", &place.to_string())
            .replace("{zone}", &place.to_string()),
        list_key: listing.list.clone(),
        project_parameter: listing.project_filter.clone(),
        status_field: listing.status.clone(),
        changed_field: listing.changed_at.clone(),
        page_size_parameter: listing.page_size.clone(),
        place,
    }
}

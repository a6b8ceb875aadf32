//! What is in the world of a scenario at a given now?
//!
//! In: a scenario, now, and the URL that data sources answer on. Out: log streams, series, the Scaleway API with its tokens. It is
//! the same for the same seed and now. Labels that Scaleway puts on every stream and series are added where a scenario leaves
//! them out, so that they agree with the ids that the API lists.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;

use super::identity::Identity;
use super::log_store::{PushedEntry, PushedStream};
use super::scaleway::{Api, Clock, Inventory, KnownResource, NewToken, TokenBook};
use super::scenario::{ResourceKind, ResourceTable, Scenario};
use super::{logs, metrics};
use crate::model::{Instant, Labels, Sample, Series};

/// Everything that the sandbox serves.
pub(super) struct World {
    /// Lines, one entry for each label set.
    pub(super) streams: Vec<PushedStream>,
    /// Samples, one entry for each label set.
    pub(super) series: Vec<Series>,
    /// The Scaleway API.
    pub(super) api: Api,
}

impl World {
    /// The world of a scenario. `clock` tells the time once it is served; `now` is when it begins.
    pub(super) fn of(scenario: &Scenario, now: Instant, url: &str, clock: Clock) -> Self {
        let identity = Identity::of(scenario);
        let inventory = Inventory::of(scenario, &identity, now, url);
        let labeller = Labeller::new(&identity, &inventory.known);
        let streams = streams(scenario, &labeller, now);
        let series = series(scenario, &labeller, now);
        let tokens = first_tokens(scenario, &identity, now);
        let denials = scenario.permissions.deny.iter();
        let denials = denials.map(|denial| denial.get_ref().clone()).collect();
        Self {
            streams,
            series,
            api: Api {
                identity,
                inventory,
                tokens,
                denials,
                now: clock,
                answers: AtomicU64::new(0),
            },
        }
    }
}

/// The streams of all log tables; tables with one label set share a stream.
fn streams(scenario: &Scenario, labeller: &Labeller<'_>, now: Instant) -> Vec<PushedStream> {
    let mut by_labels: BTreeMap<Labels, Vec<PushedEntry>> = BTreeMap::new();
    for (index, table) in scenario.logs.iter().enumerate() {
        let table = table.get_ref();
        let labels = labeller.of_log(&table.labels);
        let entries = logs::expand(table, scenario.seed, index, now);
        by_labels.entry(labels).or_default().extend(entries);
    }
    by_labels
        .into_iter()
        .map(|(labels, mut entries)| {
            entries.sort_by_key(|entry| entry.at);
            PushedStream { labels, entries }
        })
        .collect()
}

/// The series of all metric tables; where two tables have one label set, the later one fills the gaps of the earlier.
fn series(scenario: &Scenario, labeller: &Labeller<'_>, now: Instant) -> Vec<Series> {
    let mut by_labels: BTreeMap<Labels, Vec<Sample>> = BTreeMap::new();
    for (index, table) in scenario.metrics.iter().enumerate() {
        let table = table.get_ref();
        let labels = labeller.of_metric(&table.name, &table.labels);
        let samples = metrics::expand(table, scenario.seed, index, now);
        by_labels.entry(labels).or_default().extend(samples);
    }
    by_labels
        .into_iter()
        .map(|(labels, mut samples)| {
            samples.sort_by(|a, b| a.at_seconds.total_cmp(&b.at_seconds));
            samples.dedup_by(|later, earlier| later.at_seconds <= earlier.at_seconds);
            Series { labels, samples }
        })
        .collect()
}

/// The tokens that exist before anybody asks: somebody else's, those of the scenario, and the reader's.
fn first_tokens(scenario: &Scenario, identity: &Identity, now: Instant) -> TokenBook {
    let tokens = TokenBook::default();
    let add = |name: &str, scopes: Vec<String>, at: Instant| {
        let home = identity.home();
        let new = NewToken {
            name,
            project_id: &home.project_id,
            region: &home.region,
            scopes,
        };
        tokens.create(identity, new, at);
    };
    let foreign = ["write_only_metrics", "write_only_logs"].map(str::to_owned);
    add(
        "grafana-agent",
        foreign.into(),
        now - chrono::TimeDelta::days(170),
    );
    let tables = scenario.resources.iter().map(toml::Spanned::get_ref);
    for table in tables.filter(|table| table.kind == ResourceKind::Token) {
        let at = table.changed_at.map_or(now, |offset| now + offset.0);
        add(&table.name, token_scopes(table), at);
    }
    tokens.add_reader(identity, now);
    tokens
}

/// What a token of the scenario may do; reading logs where it does not say.
fn token_scopes(table: &ResourceTable) -> Vec<String> {
    let scopes = table.fields.get("scopes").and_then(toml::Value::as_array);
    let scopes = scopes.map(|scopes| {
        let texts = scopes.iter().filter_map(toml::Value::as_str);
        texts.map(str::to_owned).collect()
    });
    scopes.unwrap_or_else(|| vec!["read_only_logs".to_owned()])
}

/// Adds the labels that Scaleway puts on everything.
struct Labeller<'a> {
    /// Whose world it is.
    identity: &'a Identity,
    /// Resources by `resource_name`, and buckets and the like by `resource_id`.
    by_name: BTreeMap<&'a str, Vec<&'a KnownResource>>,
    /// Resources by `resource_id`.
    by_id: BTreeMap<&'a str, &'a KnownResource>,
}

impl<'a> Labeller<'a> {
    /// A labeller that knows these resources.
    fn new(identity: &'a Identity, known: &'a [KnownResource]) -> Self {
        let mut by_name: BTreeMap<&str, Vec<&KnownResource>> = BTreeMap::new();
        for resource in known {
            by_name
                .entry(&resource.resource_name)
                .or_default()
                .push(resource);
        }
        Self {
            identity,
            by_name,
            by_id: known
                .iter()
                .map(|resource| (resource.id.as_str(), resource))
                .collect(),
        }
    }

    /// Labels of a log stream.
    fn of_log(&self, own: &BTreeMap<String, String>) -> Labels {
        let resource_type = own.get("resource_type").map_or("", String::as_str);
        let resource = self.resource(own, |known| known.resource_type == resource_type);
        let mut labels = self.common(own, resource);
        let home = self.identity.home();
        set(&mut labels, "project_name", || home.name.clone());
        if let Some(resource) = resource {
            set(&mut labels, "resource_type", || {
                resource.resource_type.to_owned()
            });
        }
        labels
    }

    /// Labels of a series.
    fn of_metric(&self, name: &str, own: &BTreeMap<String, String>) -> Labels {
        let is_family = |family: &str| {
            let rest = name.strip_prefix(family);
            rest.is_some_and(|rest| rest.starts_with(['_', ':']))
        };
        let resource = self.resource(own, |known| is_family(known.resource_type));
        let mut labels = self.common(own, resource);
        if is_family("serverless_container") {
            set(&mut labels, "resource_type", || {
                "serverless_container".to_owned()
            });
        }
        labels.insert("__name__", name);
        labels
    }

    /// The resource that labels name; where several have the name, the one that `fits`.
    fn resource(
        &self,
        own: &BTreeMap<String, String>,
        fits: impl Fn(&KnownResource) -> bool,
    ) -> Option<&'a KnownResource> {
        if let Some(id) = own.get("resource_id") {
            return self.by_id.get(id.as_str()).copied();
        }
        let named = self.by_name.get(own.get("resource_name")?.as_str())?;
        let fitting = named.iter().find(|known| fits(known));
        fitting.or_else(|| named.first()).copied()
    }

    /// What logs and metrics have in common.
    fn common(&self, own: &BTreeMap<String, String>, resource: Option<&KnownResource>) -> Labels {
        let home = self.identity.home();
        let mut labels = Labels(own.clone());
        set(&mut labels, "project_id", || {
            resource
                .map_or(&home.project_id, |known| &known.project_id)
                .clone()
        });
        set(&mut labels, "region", || {
            resource.map_or(&home.region, |known| &known.region).clone()
        });
        match (resource, own.get("resource_name")) {
            (Some(known), _) => {
                set(&mut labels, "resource_id", || known.id.clone());
                set(&mut labels, "resource_name", || known.resource_name.clone());
            }
            (None, Some(name)) => {
                set(&mut labels, "resource_id", || {
                    self.identity.id(&format!("unlisted {name}"))
                });
            }
            (None, None) => {}
        }
        labels
    }
}

/// Sets a label unless it is there.
fn set(labels: &mut Labels, name: &str, value: impl FnOnce() -> String) {
    if labels.get(name).is_none() {
        labels.insert(name, value());
    }
}

#[cfg(test)]
mod tests;

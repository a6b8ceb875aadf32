//! How does a resource of a scenario become an object of the API?
//!
//! In: one `[[resource]]` table after the other, parents first. Out: the objects on their shelves. The template of the kind is
//! filled with facts, then the status is laid over it, then the scenario's own `fields`.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde_json::{Map, Value, json};

use super::{Inventory, KnownResource, Listed, Shelf};
use crate::model::Instant;
use crate::sandbox::dice::Dice;
use crate::sandbox::identity::Identity;
use crate::sandbox::scaleway::kinds::{self, KindFacts};
use crate::sandbox::scaleway::templates::{Facts, template, zulu};
use crate::sandbox::scenario::{ResourceKind, ResourceTable, parse_offset};

/// Fills an inventory.
pub(super) struct Builder<'a> {
    /// Ids.
    pub(super) identity: &'a Identity,
    /// Now.
    now: Instant,
    /// Where data sources answer.
    url: &'a str,
    /// What has been added.
    pub(super) inventory: Inventory,
    /// How often a kind and name were seen, so that a second one gets another id.
    pub(super) seen: BTreeMap<(ResourceKind, String), u32>,
}

impl<'a> Builder<'a> {
    /// A builder of an empty inventory.
    pub(super) fn new(identity: &'a Identity, now: Instant, url: &'a str) -> Self {
        Self {
            identity,
            now,
            url,
            inventory: Inventory::default(),
            seen: BTreeMap::new(),
        }
    }

    /// Puts an object on a shelf.
    pub(super) fn put(&mut self, sort: Shelf, facts: &Facts<'_>, object: Value) {
        let own = |key: &str| object.get(key).and_then(Value::as_str).map(str::to_owned);
        let fact = |key: &str| facts.value(key).to_owned();
        let listed = Listed {
            project_id: own("project_id")
                .or_else(|| own("project"))
                .unwrap_or_else(|| fact("project_id")),
            region: own("region").unwrap_or_else(|| fact("region")),
            zone: own("zone").unwrap_or_else(|| fact("zone")),
            parent_id: own("cluster_id").unwrap_or_else(|| fact("parent_id")),
            object,
        };
        self.inventory.shelves.entry(sort).or_default().push(listed);
    }

    /// Facts that hold for everything in the default environment.
    pub(super) fn home_facts(&self) -> Facts<'a> {
        let home = self.identity.home();
        let keys = &self.identity.keys;
        Facts::new(self.identity)
            .with("project_id", home.project_id.as_str())
            .with("project_name", home.name.as_str())
            .with("organization_id", keys.organization_id.as_str())
            .with("region", home.region.as_str())
            .with("zone", home.zone.as_str())
            .with("access_key", keys.access_key.as_str())
            .with("url", self.url)
            .with("vpc_id", self.identity.id("vpc"))
            .with("private_network_id", self.private_network_id())
            .with("metrics_source_id", self.metrics_source_id())
            .with("tomorrow", zulu(self.now + TimeDelta::hours(17)))
            .with_times(self.days_ago(300), self.days_ago(300))
    }

    /// The first private network's id, or that of one which is not listed.
    fn private_network_id(&self) -> String {
        self.first_id(Shelf::PrivateNetworks)
            .unwrap_or_else(|| self.identity.id("private network"))
    }

    /// The id of Scaleway's own metrics source in the default environment.
    pub(super) fn metrics_source_id(&self) -> String {
        let home = self.identity.home();
        source_id(self.identity, "metrics", &home.project_id, &home.region)
    }

    /// The id of the first object on a shelf.
    pub(super) fn first_id(&self, sort: Shelf) -> Option<String> {
        let first = self.inventory.on(sort).first()?;
        first.object.get("id")?.as_str().map(str::to_owned)
    }

    /// An instant some days ago.
    fn days_ago(&self, days: i64) -> Instant {
        self.now - TimeDelta::days(days)
    }

    /// Adds a resource of the scenario.
    pub(super) fn add(&mut self, table: &ResourceTable) {
        let kind = kinds::facts(table.kind);
        let number = self.count(table);
        let facts = self.facts_of(table, &kind, number);
        let known = KnownResource {
            resource_type: kind.resource_type,
            id: facts.value("id").to_owned(),
            resource_name: facts.value("resource_name").to_owned(),
            project_id: facts.value("project_id").to_owned(),
            region: facts.value("region").to_owned(),
        };
        if !kind.resource_type.is_empty() {
            self.inventory.known.push(known);
        }
        let Some((sort, template)) = kind.object else {
            return;
        };
        let mut object = facts.fill(template);
        kinds::apply_status(table.kind, &kind, table.status.as_deref(), &mut object);
        if let Some(map) = object.as_object_mut() {
            map.extend(self.overlay(&table.fields));
        }
        match table.kind {
            ResourceKind::Alert => self.put_alert(&facts, object, table),
            ResourceKind::DataSource => self.put_data_source(&facts, object, table),
            ResourceKind::Container => {
                self.put_container_namespace(&object, &facts);
                self.put(
                    Shelf::ContainersBeta,
                    &facts,
                    kinds::container_beta(&object),
                );
                self.put(sort, &facts, object);
            }
            _ => self.put(sort, &facts, object),
        }
    }

    /// How many resources of this kind and name came before.
    fn count(&mut self, table: &ResourceTable) -> u32 {
        let seen = self
            .seen
            .entry((table.kind, table.name.clone()))
            .or_default();
        *seen += 1;
        *seen - 1
    }

    /// The facts about a resource.
    fn facts_of(&self, table: &ResourceTable, kind: &KindFacts, number: u32) -> Facts<'a> {
        let id = self.id_of(table, number);
        let (created, updated) = self.times_of(table, kind, &id);
        let resource_name = table.resource_name.as_deref().unwrap_or(&table.name);
        let machine_id = self.first_id(Shelf::LoadBalancers);
        let machine_id = machine_id.map(|id| self.identity.id(&format!("{id} machine")));
        let facts = self
            .home_facts()
            .with("id", id)
            .with("name", table.name.as_str())
            .with("resource_name", resource_name)
            .with_times(created, updated)
            .with("namespace_id", self.namespace_id(table, resource_name))
            .with("parent_id", self.parent_id(table))
            .with("pool_id", self.first_id(Shelf::Pools).unwrap_or_default())
            .with("machine_id", machine_id.unwrap_or_default());
        let places = [
            ("project_id", "project_id"),
            ("project_id", "project"),
            ("region", "region"),
            ("zone", "zone"),
        ];
        places.into_iter().fold(facts, |facts, (fact, key)| {
            match table.fields.get(key).and_then(toml::Value::as_str) {
                Some(value) => facts.with(fact, value),
                None => facts,
            }
        })
    }

    /// The id of the `number`th resource of its kind and name. A bucket's id is its name.
    fn id_of(&self, table: &ResourceTable, number: u32) -> String {
        if let Some(id) = table.fields.get("id").and_then(toml::Value::as_str) {
            return id.to_owned();
        }
        let (kind, name) = (table.kind, &table.name);
        match (kind, number) {
            (ResourceKind::Bucket, _) => name.clone(),
            (_, 0) => self.identity.id(&format!("{kind:?} {name}")),
            _ => self.identity.id(&format!("{kind:?} {name} {number}")),
        }
    }

    /// When a resource was created and last changed. Where the scenario does not say, it has been at rest for weeks.
    fn times_of(&self, table: &ResourceTable, kind: &KindFacts, id: &str) -> (Instant, Instant) {
        let mut dice = Dice::named(0, id);
        let rest = TimeDelta::seconds(dice.between(10 * 86_400, 90 * 86_400));
        let updated = self.now + table.changed_at.map_or(-rest, |offset| offset.0);
        let age = if kind.is_event {
            90
        } else {
            dice.between(86_400, 200 * 86_400)
        };
        (updated - TimeDelta::seconds(age), updated)
    }

    /// The cluster, balancer or job that an object belongs to; empty where it belongs to none.
    fn parent_id(&self, table: &ResourceTable) -> String {
        let sort = match table.kind {
            ResourceKind::Pool | ResourceKind::Node => Shelf::Clusters,
            ResourceKind::BackendServer => Shelf::LoadBalancers,
            ResourceKind::JobRun => return self.identity.id(&format!("Job {}", table.name)),
            _ => return String::new(),
        };
        self.first_id(sort).unwrap_or_default()
    }

    /// The namespace of a container or function.
    ///
    /// A container's host name begins with its namespace's name and the first eight digits of the namespace's id, so a
    /// `resource_name` tells both.
    fn namespace_id(&self, table: &ResourceTable, resource_name: &str) -> String {
        if let Some(id) = table
            .fields
            .get("namespace_id")
            .and_then(toml::Value::as_str)
        {
            return id.to_owned();
        }
        if table.kind == ResourceKind::Function {
            return self.identity.id("function namespace");
        }
        let (name, digits) = namespace_of(resource_name, &table.name);
        let id = self.identity.id(&format!("namespace {name}"));
        match digits {
            Some(digits) => format!("{digits}{}", &id[8..]),
            None if name.is_empty() => self.first_id(Shelf::ContainerNamespaces).unwrap_or(id),
            None => id,
        }
    }

    /// Keys laid over an object, with times turned into dates.
    pub(super) fn overlay(&self, fields: &toml::Table) -> Map<String, Value> {
        fields
            .iter()
            .map(|(key, value)| (key.clone(), self.json_of(key, value)))
            .collect()
    }

    /// A TOML value as JSON; an offset under a key that names a time becomes a date.
    fn json_of(&self, key: &str, value: &toml::Value) -> Value {
        match value {
            toml::Value::String(text) => {
                let time = ["_at", "_date", "_before", "_after"]
                    .iter()
                    .any(|end| key.ends_with(end));
                match parse_offset(text).filter(|_| time) {
                    Some(offset) => json!(zulu(self.now + offset)),
                    None => json!(text),
                }
            }
            toml::Value::Integer(number) => json!(number),
            toml::Value::Float(number) => json!(number),
            toml::Value::Boolean(truth) => json!(truth),
            toml::Value::Datetime(time) => json!(time.to_string()),
            toml::Value::Array(items) => items.iter().map(|item| self.json_of(key, item)).collect(),
            toml::Value::Table(table) => Value::Object(self.overlay(table)),
        }
    }

    /// Adds a container's namespace unless it is there.
    fn put_container_namespace(&mut self, container: &Value, facts: &Facts<'_>) {
        let id = container["namespace_id"].as_str().unwrap_or_default();
        let there = self.inventory.on(Shelf::ContainerNamespaces);
        if there.iter().any(|listed| listed.object["id"] == id) {
            return;
        }
        let (name, _) = namespace_of(facts.value("resource_name"), facts.value("name"));
        let name = if name.is_empty() {
            facts.value("project_name")
        } else {
            name
        };
        let facts = facts.clone().with("id", id).with("name", name);
        let object = facts.fill(template!("container_namespace"));
        self.put(Shelf::ContainerNamespaces, &facts, object);
    }
}

/// Name and first digits of the namespace that a container's `resource_name` tells; empty and none where it does not.
fn namespace_of<'a>(resource_name: &'a str, name: &str) -> (&'a str, Option<&'a str>) {
    let prefix = resource_name
        .strip_suffix(name)
        .and_then(|rest| rest.strip_suffix('-'))
        .unwrap_or_default();
    match prefix
        .len()
        .checked_sub(8)
        .and_then(|at| prefix.split_at_checked(at))
    {
        Some((name, digits))
            if digits.bytes().all(|b| b.is_ascii_hexdigit()) && !name.is_empty() =>
        {
            (name, Some(digits))
        }
        _ => (prefix, None),
    }
}

/// The id of one of Scaleway's own data sources.
pub(super) fn source_id(identity: &Identity, kind: &str, project_id: &str, region: &str) -> String {
    identity.id(&format!("source {kind} {project_id} {region}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_tells_its_namespace() {
        assert_eq!(
            namespace_of("staging33333333-atlas-api", "atlas-api"),
            ("staging", Some("33333333"))
        );
        assert_eq!(namespace_of("atlas-api", "atlas-api"), ("", None));
        assert_eq!(namespace_of("shop-atlas-api", "atlas-api"), ("shop", None));
        assert_eq!(namespace_of("éééé-a", "a"), ("éééé", None));
    }
}

//! What does the API have that a scenario need not list?
//!
//! In: a builder before and after the scenario's own resources. Out: Cockpit's data sources and alert rules, projects, the VPC,
//! namespaces, pools with nodes, servers behind a balancer, definitions of jobs. A resource of a scenario that is one of these
//! takes its place.

use serde_json::{Value, json};

use super::builder::{Builder, source_id};
use super::{Listed, Shelf};
use crate::sandbox::scaleway::templates::{Facts, template};
use crate::sandbox::scenario::{ResourceKind, ResourceTable};

/// What Scaleway's own data sources took in this month: not zero, which would mean that nothing ever sent to them.
const USED_THIS_MONTH: u64 = 4_874_094;

impl Builder<'_> {
    /// Adds an alert rule, or switches on the preconfigured one of that name.
    pub(super) fn put_alert(&mut self, facts: &Facts<'_>, object: Value, table: &ResourceTable) {
        let state = table.status.as_deref().unwrap_or("inactive");
        let source = self.metrics_source_id();
        let overlay = self.overlay(&table.fields);
        let alerts = self.inventory.shelves.entry(Shelf::Alerts).or_default();
        let preconfigured = alerts
            .iter_mut()
            .find(|listed| listed.object["name"] == table.name.as_str());
        match preconfigured.and_then(|listed| listed.object.as_object_mut()) {
            Some(rule) => {
                rule.insert("rule_status".to_owned(), json!("enabled"));
                rule.insert("state".to_owned(), json!(state));
                rule.insert("data_source_id".to_owned(), json!(source));
                rule.extend(overlay);
            }
            None => self.put(Shelf::Alerts, facts, object),
        }
    }

    /// Adds a data source. One of Scaleway's own takes the place of the one that was added for it, or takes it away.
    pub(super) fn put_data_source(
        &mut self,
        facts: &Facts<'_>,
        object: Value,
        table: &ResourceTable,
    ) {
        let is_same = |listed: &Listed| {
            let same = |key: &str| listed.object[key] == object[key];
            same("origin") && same("type") && same("region") && object["origin"] == "scaleway"
        };
        let absent = table.status.as_deref() == Some("absent");
        let sources = self
            .inventory
            .shelves
            .entry(Shelf::DataSources)
            .or_default();
        sources.retain(|listed| {
            let named = absent && listed.object["name"] == table.name.as_str();
            !named && !is_same(listed)
        });
        if !absent {
            self.put(Shelf::DataSources, facts, object);
        }
    }

    /// Adds Scaleway's own data sources of each region, and its alert rules, which are off until somebody enables them.
    pub(super) fn add_cockpit_defaults(&mut self) {
        for (project_id, region) in self.identity.places() {
            self.add_source("metrics", "Scaleway Metrics", 31, (project_id, region));
            self.add_source("logs", "Scaleway Logs", 7, (project_id, region));
        }
        let facts = self.home_facts();
        if let Value::Array(rules) = facts.fill(template!("cockpit_alerts")) {
            for rule in rules {
                self.put(Shelf::Alerts, &facts, rule);
            }
        }
    }

    /// Adds one of Scaleway's own data sources to a project and region.
    fn add_source(
        &mut self,
        kind: &str,
        name: &str,
        days: u32,
        (project_id, region): (&str, &str),
    ) {
        let facts = self
            .home_facts()
            .with("id", source_id(self.identity, kind, project_id, region))
            .with("name", name)
            .with("project_id", project_id)
            .with("region", region);
        let mut object = facts.fill(template!("data_source"));
        object["type"] = json!(kind);
        object["origin"] = json!("scaleway");
        object["retention_days"] = json!(days);
        object["current_month_usage"] = json!(USED_THIS_MONTH);
        self.put(Shelf::DataSources, &facts, object);
    }

    /// Adds what the API has whether a scenario lists it or not.
    pub(super) fn add_the_rest(&mut self) {
        use ResourceKind as K;
        self.add_projects();
        self.add_vpc();
        self.add_function_namespace();
        self.add_parts(Shelf::Clusters, Shelf::Pools, K::Pool, &["default"]);
        self.add_parts(
            Shelf::Clusters,
            Shelf::Nodes,
            K::Node,
            &["node-1", "node-2"],
        );
        self.add_parts(
            Shelf::LoadBalancers,
            Shelf::BackendServers,
            K::BackendServer,
            &["server"],
        );
        self.add_job_definitions();
    }

    /// Adds the project of each environment, once.
    fn add_projects(&mut self) {
        let facts = self.home_facts();
        for env in &self.identity.envs {
            let mut projects = self.inventory.on(Shelf::Projects).iter();
            if projects.any(|project| project.project_id == env.project_id) {
                continue;
            }
            let facts = facts
                .clone()
                .with("project_id", env.project_id.as_str())
                .with("project_name", env.name.as_str());
            self.put(Shelf::Projects, &facts, facts.fill(template!("project")));
        }
    }

    /// Adds the VPC that every project has.
    fn add_vpc(&mut self) {
        let facts = self.home_facts().with("name", "default");
        let mut vpc = facts.fill(template!("vpc"));
        vpc["private_network_count"] = json!(self.inventory.on(Shelf::PrivateNetworks).len());
        self.put(Shelf::Vpcs, &facts, vpc);
    }

    /// Adds the namespace of functions, where there are any.
    fn add_function_namespace(&mut self) {
        if self.inventory.on(Shelf::Functions).is_empty() {
            return;
        }
        let facts = self
            .home_facts()
            .with("id", self.identity.id("function namespace"))
            .with("name", self.identity.home().name.as_str());
        let object = facts.fill(template!("function_namespace"));
        self.put(Shelf::FunctionNamespaces, &facts, object);
    }

    /// Adds parts of the first object on `whole` where the scenario lists none.
    fn add_parts(&mut self, whole: Shelf, parts: Shelf, kind: ResourceKind, names: &[&str]) {
        if self.inventory.on(whole).is_empty() || !self.inventory.on(parts).is_empty() {
            return;
        }
        for name in names {
            self.add(&plain(kind, name));
        }
    }

    /// Adds the definition of each job that only has runs.
    fn add_job_definitions(&mut self) {
        let defined = |builder: &Self, id: &str| {
            let mut definitions = builder.inventory.on(Shelf::JobDefinitions).iter();
            definitions.any(|listed| listed.object["id"] == id)
        };
        let runs: Vec<String> = self
            .seen
            .keys()
            .filter(|(kind, _)| *kind == ResourceKind::JobRun)
            .map(|(_, name)| name.clone())
            .collect();
        for name in runs {
            if !defined(self, &self.identity.id(&format!("Job {name}"))) {
                self.add(&plain(ResourceKind::Job, &name));
            }
        }
    }
}

/// A resource that only has a name.
fn plain(kind: ResourceKind, name: &str) -> ResourceTable {
    ResourceTable {
        kind,
        name: name.to_owned(),
        resource_name: None,
        status: None,
        fields: toml::Table::new(),
        changed_at: None,
    }
}

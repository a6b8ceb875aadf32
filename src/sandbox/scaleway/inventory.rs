//! Which objects does the Scaleway API list in this world?
//!
//! In: the `[[resource]]` tables, the world's identity, now, and the URL that data sources answer on. Out: shelves of JSON objects,
//! and for each resource the labels that its logs and metrics carry. What the API always has but a scenario need not list (the
//! project, its VPC, namespaces, Cockpit's own data sources and alert rules, a pool with nodes) is added.

mod builder;
mod defaults;

use std::collections::BTreeMap;

use serde_json::Value;

use self::builder::Builder;
use super::kinds;
use crate::model::Instant;
use crate::sandbox::identity::Identity;
use crate::sandbox::scenario::Scenario;

/// A place where objects of one sort are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shelf {
    /// Containers, as API v1 shows them.
    Containers,
    /// The same, as API v1beta1 shows them.
    ContainersBeta,
    /// Their namespaces.
    ContainerNamespaces,
    /// Functions.
    Functions,
    /// Their namespaces.
    FunctionNamespaces,
    /// `PostgreSQL` and `MySQL`.
    Databases,
    /// Redis.
    Redis,
    /// Virtual machines.
    Servers,
    /// Edge Services.
    Pipelines,
    /// Private networks.
    PrivateNetworks,
    /// What private networks are part of.
    Vpcs,
    /// Kubernetes.
    Clusters,
    /// Their pools.
    Pools,
    /// Their nodes.
    Nodes,
    /// Load balancers.
    LoadBalancers,
    /// What is behind them.
    BackendServers,
    /// Serverless jobs.
    JobDefinitions,
    /// Their runs.
    JobRuns,
    /// Serverless SQL.
    SqlDatabases,
    /// Projects.
    Projects,
    /// Cockpit's data sources.
    DataSources,
    /// Cockpit's alert rules.
    Alerts,
    /// The audit trail.
    AuditEvents,
    /// Sorts that this world has none of.
    Nothing,
}

/// An object on a shelf.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    /// Project, also where the object itself does not say it.
    pub(super) project_id: String,
    /// Region.
    pub(super) region: String,
    /// Zone.
    pub(super) zone: String,
    /// Id of the cluster or balancer that it belongs to; empty for most.
    pub(super) parent_id: String,
    /// The object itself.
    pub(super) object: Value,
}

/// What the labels of a resource's logs and metrics say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox) struct KnownResource {
    /// Value of `resource_type`, which metric names begin with.
    pub(in crate::sandbox) resource_type: &'static str,
    /// Value of `resource_id`.
    pub(in crate::sandbox) id: String,
    /// Value of `resource_name`.
    pub(in crate::sandbox) resource_name: String,
    /// Project.
    pub(in crate::sandbox) project_id: String,
    /// Region.
    pub(in crate::sandbox) region: String,
}

/// Everything that is listed.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct Inventory {
    /// Objects by sort.
    shelves: BTreeMap<Shelf, Vec<Listed>>,
    /// Resources that send logs or metrics.
    pub(in crate::sandbox) known: Vec<KnownResource>,
}

impl Inventory {
    /// The inventory of a scenario at `now`, with data sources on `url`.
    pub(in crate::sandbox) fn of(
        scenario: &Scenario,
        identity: &Identity,
        now: Instant,
        url: &str,
    ) -> Self {
        let mut builder = Builder::new(identity, now, url);
        let tables = || scenario.resources.iter().map(toml::Spanned::get_ref);
        builder.add_cockpit_defaults();
        // parents first: pools look for their cluster, containers for their private network
        for wanted in [true, false] {
            let group = tables().filter(|table| kinds::is_parent(table.kind) == wanted);
            for table in group {
                builder.add(table);
            }
        }
        builder.add_the_rest();
        builder.inventory
    }

    /// The objects on a shelf.
    pub(super) fn on(&self, sort: Shelf) -> &[Listed] {
        self.shelves.get(&sort).map_or(&[], Vec::as_slice)
    }
}

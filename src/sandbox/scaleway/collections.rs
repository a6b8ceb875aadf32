//! Which paths of the Scaleway API list things, and how?
//!
//! In: a path. Out: the [`Collection`] that it names, with the region or zone and the id that it holds. All that differs between
//! products is in one table: path, key of the list, filters, places, permission, and how a missing object is reported.

use super::inventory::Shelf;

/// A list of the Scaleway API.
#[derive(Debug)]
pub(super) struct Collection {
    /// Path; `{region}`, `{zone}` and `{parent}` stand for one segment each.
    pub(super) path: &'static str,
    /// Where its objects are.
    pub(super) shelf: Shelf,
    /// Key of the list in the answer.
    pub(super) list_key: &'static str,
    /// Product whose permission it needs.
    pub(super) product: &'static str,
    /// What a 404 calls one of its objects.
    pub(super) noun: &'static str,
    /// Regions or zones that have this API.
    pub(super) places: &'static [&'static str],
    /// Filters beside those on project and organisation.
    pub(super) filters: &'static [Filter],
    /// Which of two families of conventions it follows.
    pub(super) style: Style,
    /// A query without this parameter is refused; empty where none is needed.
    pub(super) required: &'static str,
}

/// Conventions for paging, errors and single objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Everything but the two below.
    Standard,
    /// Instance API: `per_page`, totals in headers, objects wrapped.
    Instance,
    /// Load balancer API: as standard, but its 404 has a message only.
    LoadBalancer,
}

/// A filter of a list.
#[derive(Debug)]
pub(super) struct Filter {
    /// Name in the query.
    pub(super) param: &'static str,
    /// Key of the object.
    pub(super) key: &'static str,
    /// How they are compared.
    pub(super) how: How,
}

/// How a filter compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// The value is one of those asked for.
    AnyOf,
    /// The value holds the text.
    Contains,
    /// The list holds everything asked for.
    HasAll,
    /// The list holds something asked for.
    HasAny,
}

/// A filter that compares whole values.
const fn exact(param: &'static str, key: &'static str) -> Filter {
    Filter {
        param,
        key,
        how: How::AnyOf,
    }
}

/// Name as a pattern, and tags.
const NAME_AND_TAGS: &[Filter] = &[NAME, TAGS];

/// `name` as a part of the name.
const NAME: Filter = Filter {
    param: "name",
    key: "name",
    how: How::Contains,
};

/// All `tags`.
const TAGS: Filter = Filter {
    param: "tags",
    key: "tags",
    how: How::HasAll,
};

/// Regions of Cockpit, containers, functions, databases and jobs.
pub(super) const REGIONS: &[&str] = &["fr-par", "nl-ams", "pl-waw"];

/// Regions of Kubernetes and VPC.
const ALL_REGIONS: &[&str] = &["fr-par", "nl-ams", "pl-waw", "it-mil"];

/// Zones of Redis.
const REDIS_ZONES: &[&str] = &[
    "fr-par-1", "fr-par-2", "nl-ams-1", "nl-ams-2", "pl-waw-1", "pl-waw-2",
];

/// Zones of load balancers.
const LB_ZONES: &[&str] = &[
    "fr-par-1", "fr-par-2", "nl-ams-1", "nl-ams-2", "nl-ams-3", "pl-waw-1", "pl-waw-2", "pl-waw-3",
];

/// Zones of machines.
const ALL_ZONES: &[&str] = &[
    "fr-par-1", "fr-par-2", "fr-par-3", "nl-ams-1", "nl-ams-2", "nl-ams-3", "pl-waw-1", "pl-waw-2",
    "pl-waw-3", "it-mil-1",
];

/// What most collections have in common; the table states only what differs.
const PLAIN: Collection = Collection {
    path: "",
    shelf: Shelf::Nothing,
    list_key: "",
    product: "",
    noun: "",
    places: REGIONS,
    filters: NAME_AND_TAGS,
    style: Style::Standard,
    required: "",
};

/// Every list of the API that scout or its users may ask for, Cockpit's own calls apart.
const COLLECTIONS: &[Collection] = &[
    Collection {
        path: "/containers/v1/regions/{region}/containers",
        shelf: Shelf::Containers,
        list_key: "containers",
        product: "container",
        noun: "container",
        filters: &[
            exact("name", "name"),
            exact("namespace_id", "namespace_id"),
            TAGS,
        ],
        ..PLAIN
    },
    Collection {
        path: "/containers/v1beta1/regions/{region}/containers",
        shelf: Shelf::ContainersBeta,
        list_key: "containers",
        product: "container",
        noun: "container",
        filters: &[exact("name", "name"), exact("namespace_id", "namespace_id")],
        ..PLAIN
    },
    Collection {
        path: "/containers/v1/regions/{region}/namespaces",
        shelf: Shelf::ContainerNamespaces,
        list_key: "namespaces",
        product: "container",
        noun: "namespace",
        filters: &[exact("name", "name")],
        ..PLAIN
    },
    Collection {
        path: "/containers/v1beta1/regions/{region}/namespaces",
        shelf: Shelf::ContainerNamespaces,
        list_key: "namespaces",
        product: "container",
        noun: "namespace",
        filters: &[exact("name", "name")],
        ..PLAIN
    },
    Collection {
        path: "/containers/v1/regions/{region}/domains",
        list_key: "domains",
        product: "container",
        noun: "domain",
        ..PLAIN
    },
    Collection {
        path: "/containers/v1/regions/{region}/triggers",
        list_key: "triggers",
        product: "container",
        noun: "trigger",
        ..PLAIN
    },
    Collection {
        path: "/functions/v1beta1/regions/{region}/functions",
        shelf: Shelf::Functions,
        list_key: "functions",
        product: "function",
        noun: "function",
        filters: &[exact("name", "name"), exact("namespace_id", "namespace_id")],
        ..PLAIN
    },
    Collection {
        path: "/functions/v1beta1/regions/{region}/namespaces",
        shelf: Shelf::FunctionNamespaces,
        list_key: "namespaces",
        product: "function",
        noun: "namespace",
        filters: &[exact("name", "name")],
        ..PLAIN
    },
    Collection {
        path: "/functions/v1beta1/regions/{region}/domains",
        list_key: "domains",
        product: "function",
        noun: "domain",
        ..PLAIN
    },
    Collection {
        path: "/functions/v1beta1/regions/{region}/triggers",
        list_key: "triggers",
        product: "function",
        noun: "trigger",
        ..PLAIN
    },
    Collection {
        path: "/functions/v1beta1/regions/{region}/crons",
        list_key: "crons",
        product: "function",
        noun: "cron",
        ..PLAIN
    },
    Collection {
        path: "/rdb/v1/regions/{region}/instances",
        shelf: Shelf::Databases,
        list_key: "instances",
        product: "rdb",
        noun: "instance",
        ..PLAIN
    },
    Collection {
        path: "/redis/v1/zones/{zone}/clusters",
        shelf: Shelf::Redis,
        list_key: "clusters",
        product: "redis",
        noun: "cluster",
        places: REDIS_ZONES,
        filters: &[NAME, TAGS, exact("version", "version")],
        ..PLAIN
    },
    Collection {
        path: "/instance/v1/zones/{zone}/servers",
        shelf: Shelf::Servers,
        list_key: "servers",
        product: "instance",
        noun: "server",
        places: ALL_ZONES,
        filters: &[NAME, TAGS, exact("state", "state"), exact("servers", "id")],
        style: Style::Instance,
        ..PLAIN
    },
    Collection {
        path: "/k8s/v1/regions/{region}/clusters",
        shelf: Shelf::Clusters,
        list_key: "clusters",
        product: "k8s",
        noun: "cluster",
        places: ALL_REGIONS,
        filters: &[NAME, exact("status", "status"), exact("type", "type")],
        ..PLAIN
    },
    Collection {
        path: "/k8s/v1/regions/{region}/clusters/{parent}/pools",
        shelf: Shelf::Pools,
        list_key: "pools",
        product: "k8s",
        noun: "pool",
        places: ALL_REGIONS,
        filters: &[NAME, exact("status", "status")],
        ..PLAIN
    },
    Collection {
        path: "/k8s/v1/regions/{region}/clusters/{parent}/nodes",
        shelf: Shelf::Nodes,
        list_key: "nodes",
        product: "k8s",
        noun: "node",
        places: ALL_REGIONS,
        filters: &[NAME, exact("status", "status"), exact("pool_id", "pool_id")],
        ..PLAIN
    },
    Collection {
        path: "/lb/v1/zones/{zone}/lbs",
        shelf: Shelf::LoadBalancers,
        list_key: "lbs",
        product: "lb",
        noun: "lbs",
        places: LB_ZONES,
        filters: &[NAME, TAGS, exact("lb_ids", "id")],
        style: Style::LoadBalancer,
        ..PLAIN
    },
    Collection {
        path: "/lb/v1/zones/{zone}/lbs/{parent}/backend-stats",
        shelf: Shelf::BackendServers,
        list_key: "backend_servers_stats",
        product: "lb",
        noun: "backends",
        places: LB_ZONES,
        filters: &[exact("backend_id", "backend_id")],
        style: Style::LoadBalancer,
        ..PLAIN
    },
    Collection {
        path: "/lb/v1/zones/{zone}/lbs/{parent}/backends",
        list_key: "backends",
        product: "lb",
        noun: "backends",
        places: LB_ZONES,
        style: Style::LoadBalancer,
        ..PLAIN
    },
    Collection {
        path: "/lb/v1/zones/{zone}/lbs/{parent}/frontends",
        list_key: "frontends",
        product: "lb",
        noun: "frontends",
        places: LB_ZONES,
        style: Style::LoadBalancer,
        ..PLAIN
    },
    Collection {
        path: "/lb/v1/zones/{zone}/lbs/{parent}/certificates",
        list_key: "certificates",
        product: "lb",
        noun: "certificates",
        places: LB_ZONES,
        style: Style::LoadBalancer,
        ..PLAIN
    },
    Collection {
        path: "/lb/v1/zones/{zone}/lbs/{parent}/private-networks",
        list_key: "private_network",
        product: "lb",
        noun: "private networks",
        places: LB_ZONES,
        style: Style::LoadBalancer,
        ..PLAIN
    },
    Collection {
        path: "/serverless-jobs/v1alpha2/regions/{region}/job-definitions",
        shelf: Shelf::JobDefinitions,
        list_key: "job_definitions",
        product: "serverless_job",
        noun: "job_definition",
        ..PLAIN
    },
    Collection {
        path: "/serverless-jobs/v1alpha2/regions/{region}/job-runs",
        shelf: Shelf::JobRuns,
        list_key: "job_runs",
        product: "serverless_job",
        noun: "job_run",
        filters: &[
            exact("job_definition_id", "job_definition_id"),
            exact("states", "state"),
            exact("state", "state"),
            exact("reasons", "reason"),
        ],
        ..PLAIN
    },
    Collection {
        path: "/serverless-sqldb/v1alpha1/regions/{region}/databases",
        shelf: Shelf::SqlDatabases,
        list_key: "databases",
        product: "serverless_sqldb",
        noun: "database",
        places: &["fr-par"],
        filters: &[NAME],
        ..PLAIN
    },
    Collection {
        path: "/edge-services/v1beta1/pipelines",
        shelf: Shelf::Pipelines,
        list_key: "pipelines",
        product: "edge_services",
        noun: "pipeline",
        filters: &[NAME],
        ..PLAIN
    },
    Collection {
        path: "/edge-services/v1beta1/pipelines-stages",
        list_key: "pipelines",
        product: "edge_services",
        noun: "pipeline",
        ..PLAIN
    },
    Collection {
        path: "/vpc/v2/regions/{region}/private-networks",
        shelf: Shelf::PrivateNetworks,
        list_key: "private_networks",
        product: "private_network",
        noun: "private_network",
        places: ALL_REGIONS,
        filters: &[
            NAME,
            TAGS,
            exact("vpc_id", "vpc_id"),
            exact("private_network_ids", "id"),
        ],
        ..PLAIN
    },
    Collection {
        path: "/vpc/v2/regions/{region}/vpcs",
        shelf: Shelf::Vpcs,
        list_key: "vpcs",
        product: "vpc",
        noun: "vpc",
        places: ALL_REGIONS,
        ..PLAIN
    },
    Collection {
        path: "/account/v3/projects",
        shelf: Shelf::Projects,
        list_key: "projects",
        product: "project",
        noun: "project",
        filters: &[exact("name", "name"), exact("project_ids", "id")],
        required: "organization_id",
        ..PLAIN
    },
    Collection {
        path: "/audit-trail/v1alpha1/regions/{region}/events",
        shelf: Shelf::AuditEvents,
        list_key: "events",
        product: "audit_trail",
        noun: "event",
        filters: &[
            exact("product_name", "product_name"),
            exact("method_name", "method_name"),
        ],
        ..PLAIN
    },
    Collection {
        path: "/cockpit/v1/regions/{region}/data-sources",
        shelf: Shelf::DataSources,
        list_key: "data_sources",
        product: "cockpit",
        noun: "data source",
        filters: &[
            exact("origin", "origin"),
            exact("types", "type"),
            exact("name", "name"),
        ],
        required: "project_id",
        ..PLAIN
    },
    Collection {
        path: "/cockpit/v1/regions/{region}/alerts",
        shelf: Shelf::Alerts,
        list_key: "alerts",
        product: "cockpit",
        noun: "alert",
        filters: &[
            exact("rule_status", "rule_status"),
            exact("is_preconfigured", "preconfigured"),
            exact("state", "state"),
        ],
        required: "project_id",
        ..PLAIN
    },
    Collection {
        path: "/cockpit/v1/regions/{region}/exporters",
        list_key: "exporters",
        product: "cockpit",
        noun: "exporter",
        required: "project_id",
        ..PLAIN
    },
];

/// Tokens: they come and go, so they are not on a shelf, but they are listed like the rest.
pub(super) const TOKENS: Collection = Collection {
    path: "/cockpit/v1/regions/{region}/tokens",
    list_key: "tokens",
    product: "cockpit",
    noun: "token",
    filters: &[Filter {
        param: "token_scopes",
        key: "scopes",
        how: How::HasAny,
    }],
    required: "project_id",
    ..PLAIN
};

/// Products: a fixed list.
pub(super) const PRODUCTS: Collection = Collection {
    path: "/cockpit/v1/regions/{region}/products",
    list_key: "products_list",
    product: "cockpit",
    noun: "product",
    filters: &[],
    ..PLAIN
};

/// Dashboards: a fixed list.
pub(super) const DASHBOARDS: Collection = Collection {
    path: "/cockpit/v1/grafana/product-dashboards",
    list_key: "dashboards",
    product: "cockpit",
    noun: "dashboard",
    filters: &[TAGS],
    required: "project_id",
    ..PLAIN
};

/// What a path names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Route<'a> {
    /// Region; empty where the path has none.
    pub(super) region: &'a str,
    /// Zone; empty where the path has none.
    pub(super) zone: &'a str,
    /// The object that a list belongs to; empty where it belongs to none.
    pub(super) parent: &'a str,
    /// The one object asked for; `None` for the list.
    pub(super) id: Option<&'a str>,
}

/// The collection that a path names, and what it says.
pub(super) fn find(path: &str) -> Option<(&'static Collection, Route<'_>)> {
    COLLECTIONS
        .iter()
        .find_map(|collection| Some((collection, route(collection.path, path)?)))
}

/// Compares a path with a pattern; one more segment is the id of an object.
pub(super) fn route<'a>(pattern: &str, path: &'a str) -> Option<Route<'a>> {
    let mut route = Route::default();
    let mut segments = path.split('/');
    for wanted in pattern.split('/') {
        let segment = segments.next()?;
        match wanted {
            "{region}" => route.region = segment,
            "{zone}" => route.zone = segment,
            "{parent}" => route.parent = segment,
            literal if literal == segment => {}
            _ => return None,
        }
    }
    route.id = segments.next();
    (segments.next().is_none() && route.id != Some("")).then_some(route)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_list_or_one_object() {
        let (collection, route) = find("/k8s/v1/regions/fr-par/clusters/c1/pools").unwrap();
        assert_eq!(collection.list_key, "pools");
        assert_eq!(
            (route.region, route.parent, route.id),
            ("fr-par", "c1", None)
        );
        let (collection, route) = find("/k8s/v1/regions/fr-par/clusters/c1").unwrap();
        assert_eq!(collection.list_key, "clusters");
        assert_eq!(route.id, Some("c1"));
        assert!(find("/k8s/v1/regions/fr-par/clusters/").is_none());
        assert!(find("/k8s/v1/regions/fr-par").is_none());
    }

    #[test]
    fn every_product_has_a_permission() {
        for collection in COLLECTIONS {
            let known = super::super::permission::PRODUCTS;
            assert!(known.contains(&collection.product), "{}", collection.path);
        }
    }
}

//! What does the sandbox know about each kind of resource?
//!
//! In: a kind. Out: the prefix of its metrics, its shelf and template, and where its status goes. A status changes more than one
//! key of the real objects (a stopped machine has no location); that is done here too, before a scenario's own `fields`.

use serde_json::{Value, json};

use super::inventory::Shelf;
use super::templates::template;
use crate::sandbox::scenario::ResourceKind;

/// What the sandbox knows about a kind.
pub(super) struct KindFacts {
    /// `resource_type` of its logs, and what the names of its metrics begin with; empty where it sends neither.
    pub(super) resource_type: &'static str,
    /// Its shelf and template; `None` where no API lists it.
    pub(super) object: Option<(Shelf, &'static str)>,
    /// Key that holds its status; empty where it has none.
    pub(super) status_key: &'static str,
    /// It happened once, so it was created when it ended.
    pub(super) is_event: bool,
}

/// Whether other resources look for this one when they are added.
pub(super) fn is_parent(kind: ResourceKind) -> bool {
    matches!(
        kind,
        ResourceKind::PrivateNetwork
            | ResourceKind::Kubernetes
            | ResourceKind::LoadBalancer
            | ResourceKind::Pool
    )
}

impl KindFacts {
    /// A kind that sends logs or metrics and is listed.
    const fn sending(
        resource_type: &'static str,
        sort: Shelf,
        template: &'static str,
        status_key: &'static str,
    ) -> Self {
        Self {
            resource_type,
            object: Some((sort, template)),
            status_key,
            is_event: false,
        }
    }

    /// A kind that sends neither and is listed.
    const fn part(sort: Shelf, template: &'static str, status_key: &'static str) -> Self {
        Self::sending("", sort, template, status_key)
    }

    /// A kind that no API lists.
    const fn unlisted(resource_type: &'static str) -> Self {
        Self {
            resource_type,
            object: None,
            status_key: "",
            is_event: false,
        }
    }

    /// The same for things that happen once.
    const fn event(self) -> Self {
        Self {
            is_event: true,
            ..self
        }
    }
}

/// The facts about a kind.
#[rustfmt::skip] // one line a kind: it is a table
pub(super) fn facts(kind: ResourceKind) -> KindFacts {
    use ResourceKind as K;
    let of = KindFacts::sending;
    let part = KindFacts::part;
    match kind {
        K::Container => of("serverless_container", Shelf::Containers, template!("container"), "status"),
        K::Function => of("serverless_function", Shelf::Functions, template!("function"), "status"),
        K::Postgres => of("rdb_instance_postgresql", Shelf::Databases, template!("postgres"), "status"),
        K::Mysql => of("rdb_instance_mysql", Shelf::Databases, template!("mysql"), "status"),
        K::Redis => of("rkv_cluster", Shelf::Redis, template!("redis"), "status"),
        K::Instance => of("instance_server", Shelf::Servers, template!("instance"), "state"),
        K::Edge => of("edge_content_delivery_service", Shelf::Pipelines, template!("edge"), "status"),
        K::PrivateNetwork => of("vpc_pn", Shelf::PrivateNetworks, template!("private_network"), ""),
        K::Kubernetes => of("kubernetes_cluster", Shelf::Clusters, template!("kubernetes"), "status"),
        K::LoadBalancer => of("load_balancer", Shelf::LoadBalancers, template!("load_balancer"), "status"),
        K::ServerlessSql => of("serverless_db_postgresql", Shelf::SqlDatabases, template!("serverless_sql"), "status"),
        K::JobRun => of("serverless_job", Shelf::JobRuns, template!("job_run"), "state").event(),
        K::Bucket => KindFacts::unlisted("object_storage_bucket"),
        K::Custom => KindFacts::unlisted("custom"),
        K::Token => KindFacts::unlisted(""),
        K::DataSource => part(Shelf::DataSources, template!("data_source"), ""),
        K::Alert => part(Shelf::Alerts, template!("alert"), "state"),
        K::Job => part(Shelf::JobDefinitions, template!("job"), ""),
        K::AuditEvent => part(Shelf::AuditEvents, template!("audit_event"), "").event(),
        K::Pool => part(Shelf::Pools, template!("pool"), "status"),
        K::Node => part(Shelf::Nodes, template!("node"), "status"),
        K::BackendServer => part(Shelf::BackendServers, template!("backend_server"), "server_state"),
    }
}

/// Gives an object its status and what goes with it.
pub(super) fn apply_status(
    kind: ResourceKind,
    facts: &KindFacts,
    status: Option<&str>,
    object: &mut Value,
) {
    let (Some(status), Some(map)) = (status, object.as_object_mut()) else {
        return;
    };
    if facts.status_key.is_empty() {
        return;
    }
    map.insert(facts.status_key.to_owned(), json!(status));
    if let Value::Object(changes) = goes_with(kind, status) {
        map.extend(changes);
    }
    let dropped: &[&str] = match (kind, status) {
        (ResourceKind::Container, "creating") => &["error_message"],
        (ResourceKind::JobRun, "initialized" | "validated" | "queued" | "running" | "retrying") => {
            &["terminated_at", "run_duration", "exit_code"]
        }
        _ => &[],
    };
    for key in dropped {
        map.remove(*key);
    }
}

/// Keys that go with a status.
fn goes_with(kind: ResourceKind, status: &str) -> Value {
    match (kind, status) {
        (ResourceKind::Container, "error") => {
            json!({"error_message": "Container is unable to start OR is not listening on port 8080"})
        }
        (ResourceKind::Function, "error") => {
            json!({"error_message": "internal error", "ready_at": null})
        }
        (ResourceKind::Instance, "stopped") => json!({
            "location": null, "state_detail": "", "public_ip": null, "public_ips": [],
            "allowed_actions": ["poweron", "backup"],
        }),
        (ResourceKind::Instance, "stopped in place") => {
            json!({"state_detail": "", "allowed_actions": ["poweron", "backup"]})
        }
        (ResourceKind::Node, "not_ready") => json!({"conditions": {
            "Ready": "False", "DiskPressure": "False", "MemoryPressure": "False", "PIDPressure": "False",
        }}),
        (ResourceKind::BackendServer, "stopped" | "stopping") => {
            json!({"last_health_check_status": "failed"})
        }
        (ResourceKind::JobRun, "failed") => {
            json!({"exit_code": 1, "reason": "exited_with_error", "error_message": ""})
        }
        _ => json!({}),
    }
}

/// Keys that both versions have in common.
const SAME: [&str; 21] = [
    "id",
    "name",
    "namespace_id",
    "status",
    "environment_variables",
    "min_scale",
    "max_scale",
    "timeout",
    "privacy",
    "description",
    "protocol",
    "port",
    "sandbox",
    "region",
    "scaling_option",
    "created_at",
    "updated_at",
    "tags",
    "private_network_id",
    "command",
    "args",
];

/// A container as the deprecated API v1beta1 shows it.
pub(super) fn container_beta(v1: &Value) -> Value {
    let megabytes = |key: &str| json!(v1[key].as_i64().unwrap_or_default() / 1_000_000);
    let endpoint = v1["public_endpoint"].as_str().unwrap_or_default();
    let message = v1["error_message"].as_str().filter(|text| !text.is_empty());
    let redirect = v1["https_connections_only"] == true;
    let mut beta = json!({
        "memory_limit": megabytes("memory_limit_bytes"),
        "local_storage_limit": megabytes("local_storage_limit_bytes"),
        "cpu_limit": v1["mvcpu_limit"],
        "registry_image": v1["image"],
        "domain_name": endpoint.trim_start_matches("https://"),
        "error_message": message,
        "http_option": if redirect { "redirected" } else { "enabled" },
        "health_check": v1["liveness_probe"],
        "max_concurrency": v1["scaling_option"]["concurrent_requests_threshold"].as_i64().unwrap_or(80),
        "ready_at": v1["updated_at"],
        "secret_environment_variables": secret_list(&v1["secret_environment_variables"]),
    });
    for key in SAME {
        beta[key] = v1[key].clone();
    }
    beta
}

/// Secrets as v1beta1 lists them.
fn secret_list(secrets: &Value) -> Value {
    let entries = secrets.as_object().into_iter().flatten();
    entries
        .map(|(key, hash)| json!({"key": key, "hashed_value": hash}))
        .collect()
}

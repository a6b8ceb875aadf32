//! Which infra map leads into this world?
//!
//! In: `[map]` of a scenario, the world's identity, the URL that it answers on. Out: the text of an `infra-map.toml`. Project,
//! region and endpoints are filled in for each environment where the scenario does not say them; a scenario without services gets
//! one for each of its resources.

use toml::{Table, Value};

use super::identity::Identity;
use super::scenario::{ResourceKind, ResourceTable, Scenario};

/// The map of a scenario, complete.
pub(super) fn render_map(scenario: &Scenario, identity: &Identity, url: &str) -> String {
    let mut map = scenario.map.clone();
    map.entry("schema").or_insert(Value::Integer(1));
    map.entry("default_env")
        .or_insert(Value::String(identity.home().name.clone()));
    let envs = table_in(&mut map, "env");
    for env in &identity.envs {
        let table = table_in(envs, &env.name);
        let zones = Value::Array(vec![Value::String(env.zone.clone())]);
        for (key, text) in [
            ("project_id", env.project_id.as_str()),
            ("region", &env.region),
            ("loki_endpoint", url),
            ("prom_endpoint", url),
        ] {
            table.entry(key).or_insert(Value::String(text.to_owned()));
        }
        table.entry("zones").or_insert(zones);
    }
    let services = table_in(&mut map, "services");
    if services.is_empty() {
        for resource in &scenario.resources {
            add_service(services, resource.get_ref());
        }
    }
    map.to_string()
}

/// The table under a key, made where there is none.
fn table_in<'a>(parent: &'a mut Table, key: &str) -> &'a mut Table {
    let value = parent
        .entry(key)
        .or_insert_with(|| Value::Table(Table::new()));
    if !value.is_table() {
        *value = Value::Table(Table::new());
    }
    value.as_table_mut().expect("it was just made one")
}

/// A service for a resource of a kind that the map has.
fn add_service(services: &mut Table, resource: &ResourceTable) {
    let Some(kind) = map_kind(resource.kind) else {
        return;
    };
    let resource_name = resource.resource_name.as_deref().unwrap_or(&resource.name);
    let mut service = Table::new();
    service.insert("kind".to_owned(), Value::String(kind.to_owned()));
    service.insert(
        "resource_name".to_owned(),
        Value::String(resource_name.to_owned()),
    );
    let taken = services.contains_key(&resource.name);
    let name = if taken {
        format!("{}-{kind}", resource.name)
    } else {
        resource.name.clone()
    };
    services.insert(name, Value::Table(service));
}

/// The map's word for a kind; `None` for what the map does not name.
fn map_kind(kind: ResourceKind) -> Option<&'static str> {
    Some(match kind {
        ResourceKind::Container => "container",
        ResourceKind::Function => "function",
        ResourceKind::Postgres => "postgres",
        ResourceKind::Mysql => "mysql",
        ResourceKind::Redis => "redis",
        ResourceKind::Instance => "instance",
        ResourceKind::Bucket => "bucket",
        ResourceKind::Edge => "edge",
        ResourceKind::PrivateNetwork => "private-network",
        ResourceKind::Kubernetes => "kubernetes",
        ResourceKind::LoadBalancer => "load-balancer",
        ResourceKind::Custom => "custom",
        _ => return None,
    })
}

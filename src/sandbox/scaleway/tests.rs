//! The Scaleway API's answers, compared with what the real one was recorded to say.

use std::collections::BTreeSet;

use super::*;
use crate::sandbox::scenario::Scenario;
use crate::sandbox::world::World;

/// One of each kind that the API lists.
const EVERYTHING: &str = "schema = 1\nname = \"x\"\nseed = 2\n\
[map.env.staging]\nregion = \"fr-par\"\n\
[[resource]]\nkind = \"container\"\nname = \"atlas-api\"\nresource_name = \"staging33333333-atlas-api\"\nstatus = \"ready\"\nchanged_at = \"-16m\"\nfields = { min_scale = 2 }\n\
[[resource]]\nkind = \"container\"\nname = \"worker\"\nstatus = \"creating\"\n\
[[resource]]\nkind = \"function\"\nname = \"resize\"\n[[resource]]\nkind = \"postgres\"\nname = \"pg\"\nstatus = \"disk_full\"\nfields = { maintenances = [{ starts_at = \"-20m\", status = \"ongoing\" }] }\n\
[[resource]]\nkind = \"mysql\"\nname = \"my\"\n[[resource]]\nkind = \"redis\"\nname = \"r\"\nchanged_at = \"-5m\"\n\
[[resource]]\nkind = \"instance\"\nname = \"vm\"\nstatus = \"stopped\"\nchanged_at = \"-5m\"\n\
[[resource]]\nkind = \"edge\"\nname = \"cdn\"\n[[resource]]\nkind = \"private-network\"\nname = \"pn\"\n\
[[resource]]\nkind = \"kubernetes\"\nname = \"k\"\n[[resource]]\nkind = \"load-balancer\"\nname = \"lb\"\n\
[[resource]]\nkind = \"job-run\"\nname = \"nightly\"\nstatus = \"failed\"\n[[resource]]\nkind = \"job-run\"\nname = \"nightly\"\nstatus = \"succeeded\"\n\
[[resource]]\nkind = \"serverless-sql\"\nname = \"sql\"\n[[resource]]\nkind = \"alert\"\nname = \"PostgresqlTooManyConnections\"\nstatus = \"firing\"\n\
[[resource]]\nkind = \"alert\"\nname = \"own-rule\"\nstatus = \"pending\"\n[[resource]]\nkind = \"data-source\"\nname = \"mine\"\nfields = { type = \"traces\" }\n\
[[resource]]\nkind = \"token\"\nname = \"scout-1795168800-1b2c3d\"\nchanged_at = \"-1d\"\n[[resource]]\nkind = \"audit-event\"\nname = \"UpdateContainer\"\n";

fn api() -> Api {
    let now: Instant = "2026-11-21T09:00:00Z".parse().unwrap();
    let scenario = Scenario::parse(EVERYTHING, "x").unwrap();
    World::of(&scenario, now, "http://127.0.0.1:1", Arc::new(move || now)).api
}

fn get(api: &Api, path: &str) -> Value {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let keys = &api.identity.keys;
    let query = query
        .replace("$P", &keys.project_id)
        .replace("$O", &keys.organization_id);
    let path = path.replace("$K", &keys.access_key);
    let call = Call::new("GET", &path, &query, b"", Some(keys.secret_key.expose()));
    let answer = api.answer(&call);
    assert_eq!(answer.status, 200, "{path}?{query} {answer:?}");
    answer.body.unwrap()
}

fn keys(value: &Value) -> BTreeSet<&String> {
    value.as_object().unwrap().keys().collect()
}

/// Compares an answer, or the first object of a list, with a recorded one.
macro_rules! same_shape {
    ($api:expr, $path:expr, $fixture:literal $(, $list:literal)?) => {{
        let recorded: Value = serde_json::from_str(include_str!(concat!("../../../tests/fixtures/scaleway/", $fixture, ".json"))).unwrap();
        let served = get($api, $path);
        assert_eq!(keys(&served), keys(&recorded), $fixture);
        $(assert_eq!(keys(&served[$list][0]), keys(&recorded[$list][0]), $fixture);)?
    }};
}

#[test]
#[rustfmt::skip] // one line an answer: it is a table
fn every_answer_has_the_keys_of_the_recorded_one() {
    let api = &api();
    same_shape!(api, "/containers/v1/regions/fr-par/containers?project_id=$P&name=atlas-api", "containers_v1_list", "containers");
    same_shape!(api, "/containers/v1beta1/regions/fr-par/containers?name=atlas-api", "containers_v1beta1_list", "containers");
    same_shape!(api, "/containers/v1/regions/fr-par/namespaces", "container_namespaces_v1_list", "namespaces");
    same_shape!(api, "/functions/v1beta1/regions/fr-par/functions", "functions_list", "functions");
    same_shape!(api, "/functions/v1beta1/regions/fr-par/namespaces", "function_namespaces_list", "namespaces");
    same_shape!(api, "/rdb/v1/regions/fr-par/instances", "rdb_instances_list", "instances");
    same_shape!(api, "/redis/v1/zones/fr-par-1/clusters", "redis_clusters_list", "clusters");
    same_shape!(api, "/instance/v1/zones/fr-par-1/servers?project=$P", "instance_servers_list", "servers");
    same_shape!(api, "/edge-services/v1beta1/pipelines", "edge_pipelines_list", "pipelines");
    same_shape!(api, "/vpc/v2/regions/fr-par/private-networks", "private_networks_list", "private_networks");
    same_shape!(api, "/vpc/v2/regions/fr-par/vpcs", "vpcs_list", "vpcs");
    same_shape!(api, "/k8s/v1/regions/fr-par/clusters", "k8s_clusters_list", "clusters");
    same_shape!(api, "/lb/v1/zones/fr-par-1/lbs", "lbs_list", "lbs");
    same_shape!(api, "/serverless-jobs/v1alpha2/regions/fr-par/job-definitions", "job_definitions_list", "job_definitions");
    same_shape!(api, "/serverless-jobs/v1alpha2/regions/fr-par/job-runs?states=succeeded", "job_runs_list", "job_runs");
    same_shape!(api, "/serverless-sqldb/v1alpha1/regions/fr-par/databases", "sqldb_databases_list", "databases");
    same_shape!(api, "/account/v3/projects?organization_id=$O", "account_projects_list");
    same_shape!(api, "/iam/v1alpha1/api-keys/$K", "iam_api_key_get");
    same_shape!(api, "/cockpit/v1/regions/fr-par/tokens?project_id=$P", "cockpit_tokens_list", "tokens");
    same_shape!(api, "/cockpit/v1/regions/fr-par/data-sources?project_id=$P", "cockpit_data_sources_list", "data_sources");
    same_shape!(api, "/cockpit/v1/regions/fr-par/alerts?project_id=$P", "cockpit_alerts_list", "alerts");
    same_shape!(api, "/cockpit/v1/regions/fr-par/rules/count?project_id=$P", "cockpit_rules_count", "rules_count_by_datasource");
    same_shape!(api, "/cockpit/v1/regions/fr-par/alert-manager?project_id=$P", "cockpit_alert_manager_enabled");
    same_shape!(api, "/cockpit/v1/regions/fr-par/usage-overview?project_id=$P", "cockpit_usage_overview");
    same_shape!(api, "/cockpit/v1/regions/fr-par/config", "cockpit_config");
    same_shape!(api, "/cockpit/v1/regions/fr-par/products", "cockpit_products_list", "products_list");
    same_shape!(api, "/cockpit/v1/grafana?project_id=$P", "cockpit_grafana_get");
    same_shape!(api, "/cockpit/v1/grafana/product-dashboards?project_id=$P", "cockpit_product_dashboards_list", "dashboards");
    same_shape!(api, "/cockpit/v1/grafana/product-dashboards/scw-redis-overview?project_id=$P", "cockpit_product_dashboard_get");
    same_shape!(api, "/cockpit/v1/plans", "cockpit_plans_list", "plans");
    same_shape!(api, "/cockpit/v1/current-plan?project_id=$P", "cockpit_current_plan");
}

#[test]
fn parts_are_listed_under_their_whole() {
    let api = &api();
    let id = |list: &str, key: &str| get(api, list)[key][0]["id"].as_str().unwrap().to_owned();
    let cluster = id("/k8s/v1/regions/fr-par/clusters", "clusters");
    let nodes: &str = &format!("/k8s/v1/regions/fr-par/clusters/{cluster}/nodes");
    same_shape!(api, nodes, "k8s_nodes_list", "nodes");
    let pools: &str = &format!("/k8s/v1/regions/fr-par/clusters/{cluster}/pools");
    same_shape!(api, pools, "k8s_pools_list", "pools");
    let balancer = id("/lb/v1/zones/fr-par-1/lbs", "lbs");
    let stats: &str = &format!("/lb/v1/zones/fr-par-1/lbs/{balancer}/backend-stats");
    same_shape!(api, stats, "lb_backend_stats", "backend_servers_stats");
}

#[test]
fn status_change_and_fields_land_where_the_kind_keeps_them() {
    let api = api();
    let container = &get(
        &api,
        "/containers/v1/regions/fr-par/containers?name=atlas-api",
    )["containers"][0];
    assert_eq!(container["min_scale"], 2);
    assert_eq!(container["updated_at"], "2026-11-21T08:44:00.000000Z");
    assert_eq!(
        container["public_endpoint"],
        "https://staging33333333-atlas-api.functions.fnc.fr-par.scw.cloud"
    );
    assert!(
        container["namespace_id"]
            .as_str()
            .unwrap()
            .starts_with("33333333-")
    );
    let names = get(
        &api,
        "/containers/v1/regions/fr-par/namespaces?name=staging",
    );
    assert_eq!(names["namespaces"][0]["id"], container["namespace_id"]);
    let creating =
        &get(&api, "/containers/v1/regions/fr-par/containers?name=worker")["containers"][0];
    assert_eq!(
        (&creating["status"], creating.get("error_message")),
        (&json!("creating"), None)
    );
    let database = &get(&api, "/rdb/v1/regions/fr-par/instances?name=pg")["instances"][0];
    assert_eq!(database["status"], "disk_full");
    assert_eq!(
        database["maintenances"][0]["starts_at"],
        "2026-11-21T08:40:00.000000Z"
    );
    assert_eq!(database.get("updated_at"), None);
    let server = &get(&api, "/instance/v1/zones/fr-par-1/servers")["servers"][0];
    assert_eq!(
        (&server["state"], &server["location"]),
        (&json!("stopped"), &Value::Null)
    );
    assert_eq!(
        server["modification_date"],
        "2026-11-21T08:55:00.000000+00:00"
    );
    let failed = &get(
        &api,
        "/serverless-jobs/v1alpha2/regions/fr-par/job-runs?states=failed",
    )["job_runs"][0];
    let definitions = get(
        &api,
        "/serverless-jobs/v1alpha2/regions/fr-par/job-definitions",
    );
    assert_eq!(
        definitions["job_definitions"][0]["id"],
        failed["job_definition_id"]
    );
    let events = get(&api, "/audit-trail/v1alpha1/regions/fr-par/events");
    assert_eq!(events["events"][0]["method_name"], "UpdateContainer");
}

#[test]
fn alerts_are_off_until_a_scenario_lists_them() {
    let api = api();
    let alerts = |query: &str| {
        get(
            &api,
            &format!("/cockpit/v1/regions/fr-par/alerts?project_id=$P&{query}"),
        )
    };
    assert_eq!(alerts("")["total_count"], 23);
    assert_eq!(
        alerts("state=firing")["alerts"][0]["name"],
        "PostgresqlTooManyConnections"
    );
    assert_eq!(
        alerts("is_preconfigured=false")["alerts"][0]["state"],
        "pending"
    );
    assert_eq!(
        alerts("rule_status=disabled&state=unknown_state")["total_count"],
        21
    );
    let quiet = Scenario::parse("schema = 1\nname = \"x\"\n", "x").unwrap();
    let now = Instant::UNIX_EPOCH;
    let api = World::of(&quiet, now, "", Arc::new(move || now)).api;
    let manager = get(
        &api,
        "/cockpit/v1/regions/fr-par/alert-manager?project_id=$P",
    );
    assert_eq!(
        (
            &manager["alert_manager_enabled"],
            &manager["alert_manager_url"]
        ),
        (&json!(false), &Value::Null)
    );
}

#[test]
fn a_scenario_can_take_a_data_source_away() {
    let text = "schema = 1\nname = \"x\"\n[[resource]]\nkind = \"data-source\"\nname = \"Scaleway Logs\"\nstatus = \"absent\"\n";
    let now = Instant::UNIX_EPOCH;
    let api = World::of(
        &Scenario::parse(text, "x").unwrap(),
        now,
        "",
        Arc::new(move || now),
    )
    .api;
    let sources = get(
        &api,
        "/cockpit/v1/regions/fr-par/data-sources?project_id=$P",
    );
    assert_eq!(sources["total_count"], 1);
    assert_eq!(sources["data_sources"][0]["type"], "metrics");
}

#[test]
fn no_placeholder_is_left_in_any_object() {
    let api = api();
    for path in [
        "/k8s/v1/regions/fr-par/clusters",
        "/instance/v1/zones/fr-par-1/servers",
        "/rdb/v1/regions/fr-par/instances",
        "/lb/v1/zones/fr-par-1/lbs",
        "/containers/v1/regions/fr-par/containers",
    ] {
        let text = get(&api, path).to_string();
        for start in ["\"{", "{id", "{name", "{zone"] {
            assert!(!text.contains(start), "{start} in {text}");
        }
    }
}

//! What does Cockpit's own API answer, beside its plain lists?
//!
//! In: a call under `/cockpit/v1`. Out: tokens made, shown and deleted; the alert manager, rule counts, usage, Grafana and the
//! fixed lists of the product; `None` for a path that Cockpit does not have.

use serde_json::{Value, json};

use super::call::{Answer, Call};
use super::collections::{self, Collection, Route};
use super::errors::{bad_argument, forbidden, invalid, message, not_found, quota_exceeded};
use super::inventory::{Listed, Shelf};
use super::list;
use super::templates::{Facts, template};
use super::tokens::{NewToken, QUOTA, SCOPES};
use super::{Api, in_place};

/// What Cockpit answers; `None` where the path is none of its own.
pub(super) fn answer(api: &Api, call: &Call<'_>) -> Option<Answer> {
    if let Some(route) = collections::route(collections::TOKENS.path, call.path) {
        return Some(in_place(&collections::TOKENS, &route, || {
            tokens(api, call, &route)
        }));
    }
    if let Some(answer) = fixed_list(api, call) {
        return Some(answer);
    }
    if let Some(rest) = call.path.strip_prefix("/cockpit/v1/regions/") {
        let (region, what) = rest.split_once('/')?;
        return regional(api, call, region, what);
    }
    global(api, call, call.path.strip_prefix("/cockpit/v1/")?)
}

/// Creation, list, look-up and deletion of tokens.
fn tokens(api: &Api, call: &Call<'_>, route: &Route<'_>) -> Answer {
    let region = route.region;
    match (call.method, route.id) {
        ("POST", None) => api
            .refusal("cockpit", "write")
            .unwrap_or_else(|| create_token(api, call, region)),
        ("GET", None) => api
            .list_refusal(&collections::TOKENS, call)
            .unwrap_or_else(|| {
                let project = call.param("project_id").unwrap_or_default();
                let mut tokens = api.tokens.in_region(region);
                tokens.retain(|token| token["project_id"] == project);
                list::answer(&collections::TOKENS, call, tokens)
            }),
        ("GET", Some(id)) => api.refusal("cockpit", "read").unwrap_or_else(|| {
            let token = api.tokens.find(region, id);
            token.map_or_else(|| not_found("token", id), Answer::ok)
        }),
        ("DELETE", Some(id)) => api.refusal("cockpit", "write").unwrap_or_else(|| {
            if api.tokens.delete(region, id) {
                Answer::no_content()
            } else {
                not_found("token", id)
            }
        }),
        _ => message(405, "method not allowed"),
    }
}

/// Makes a token, or says what is wrong with the request.
fn create_token(api: &Api, call: &Call<'_>, region: &str) -> Answer {
    let Ok(body) = serde_json::from_slice::<Value>(call.body) else {
        return invalid(&[bad_argument("body", "format", "body must be JSON")]);
    };
    let text = |key: &str| body[key].as_str().unwrap_or_default();
    let (project_id, name) = (text("project_id"), text("name"));
    let scopes = body["token_scopes"].as_array().into_iter().flatten();
    let scopes: Vec<&str> = scopes.filter_map(Value::as_str).collect();
    let details = creation_problems(project_id, name, &scopes);
    if !details.is_empty() {
        return invalid(&details);
    }
    if !api.identity.owns_project(project_id) {
        return forbidden("write", "cockpit");
    }
    let new = NewToken {
        name,
        project_id,
        region,
        scopes: scopes.into_iter().map(str::to_owned).collect(),
    };
    let made = api.tokens.create(&api.identity, new, (api.now)());
    made.map_or_else(|| quota_exceeded(QUOTA, project_id), Answer::ok)
}

/// What is wrong with each argument of a creation.
fn creation_problems(project_id: &str, name: &str, scopes: &[&str]) -> Vec<Value> {
    let mut details = Vec::new();
    if project_id.is_empty() {
        details.push(bad_argument("project_id", "required", ""));
    } else if !super::is_uuid(project_id) {
        let help = "value must be a valid UUID";
        details.push(bad_argument("project_id", "format", help));
    }
    if name.is_empty() {
        details.push(bad_argument("name", "required", ""));
    }
    if scopes.is_empty() {
        details.push(bad_argument("token_scopes", "required", ""));
    } else if scopes.iter().any(|scope| !SCOPES.contains(scope)) {
        let help = "value must be a known scope";
        details.push(bad_argument("token_scopes", "constraint", help));
    }
    details
}

/// The lists that are the same in every world.
fn fixed_list(api: &Api, call: &Call<'_>) -> Option<Answer> {
    let lists: [(&Collection, &str, &str); 2] = [
        (
            &collections::PRODUCTS,
            template!("cockpit_products"),
            "name",
        ),
        (
            &collections::DASHBOARDS,
            template!("cockpit_dashboards"),
            "name",
        ),
    ];
    lists.into_iter().find_map(|(collection, text, key)| {
        let route = collections::route(collection.path, call.path)?;
        let refusal = read_only(call).or_else(|| match route.id {
            None => api.list_refusal(collection, call),
            Some(_) => api.refusal("cockpit", "read"),
        });
        if let Some(refusal) = refusal {
            return Some(refusal);
        }
        let project = call.param("project_id").unwrap_or_default();
        let facts = Facts::new(&api.identity).with("project_id", project);
        let Value::Array(objects) = facts.fill(text) else {
            return None;
        };
        Some(match route.id {
            None => list::answer(collection, call, objects),
            Some(id) => objects
                .into_iter()
                .find(|object| object[key] == id)
                .map_or_else(|| not_found(collection.noun, id), Answer::ok),
        })
    })
}

/// 405 for anything but a read.
fn read_only(call: &Call<'_>) -> Option<Answer> {
    (call.method != "GET").then(|| message(405, "method not allowed"))
}

/// The single answers of a region.
fn regional(api: &Api, call: &Call<'_>, region: &str, what: &str) -> Option<Answer> {
    let build: fn(&Api, &str, &str) -> Value = match what {
        "alert-manager" => alert_manager,
        "rules/count" => rules_count,
        "usage-overview" => usage_overview,
        "config" => |api, _, _| Facts::new(&api.identity).fill(template!("cockpit_config")),
        _ => return None,
    };
    let place = Route {
        region,
        ..Route::default()
    };
    Some(in_place(&collections::TOKENS, &place, || {
        let refusal = read_only(call).or_else(|| {
            if what == "config" {
                return api.refusal("cockpit", "read");
            }
            api.list_refusal(&collections::TOKENS, call)
        });
        refusal.unwrap_or_else(|| {
            let project = call.param("project_id").unwrap_or_default();
            Answer::ok(build(api, project, region))
        })
    }))
}

/// The answers that belong to no region.
fn global(api: &Api, call: &Call<'_>, what: &str) -> Option<Answer> {
    let project_of_query =
        || read_only(call).or_else(|| api.list_refusal(&collections::TOKENS, call));
    let project = call.param("project_id").unwrap_or_default();
    Some(match what {
        "grafana" => project_of_query().unwrap_or_else(|| {
            Answer::ok(json!({
                "grafana_url": format!("https://{project}.dashboard.cockpit.scaleway.com"),
            }))
        }),
        "grafana/sync-data-sources" => sync(api, call),
        "current-plan" => project_of_query().unwrap_or_else(|| Answer::ok(plan("free"))),
        "plans" => read_only(call).unwrap_or_else(|| {
            let plans = ["free", "premium", "custom"].map(plan);
            Answer::ok(json!({"plans": plans, "total_count": plans.len()}))
        }),
        _ => return None,
    })
}

/// Takes note that Grafana's data sources are to be synchronised. Nothing depends on it here.
fn sync(api: &Api, call: &Call<'_>) -> Answer {
    if call.method != "POST" {
        return message(405, "method not allowed");
    }
    let body: Value = serde_json::from_slice(call.body).unwrap_or_default();
    let project = body["project_id"].as_str().unwrap_or_default();
    if project.is_empty() {
        return invalid(&[bad_argument("project_id", "required", "")]);
    }
    if !api.identity.owns_project(project) {
        return forbidden("write", "cockpit");
    }
    api.refusal("cockpit", "write")
        .unwrap_or_else(Answer::no_content)
}

/// A plan. Plans are deprecated; the prices are of no consequence here.
fn plan(name: &str) -> Value {
    json!({
        "name": name, "retention_metrics_interval": "2678400s", "retention_logs_interval": "604800s",
        "retention_traces_interval": "604800s", "sample_ingestion_price": 15, "logs_ingestion_price": 35,
        "traces_ingestion_price": 35, "monthly_price": 0,
    })
}

/// Objects on a shelf that belong to a project and region.
fn listed<'a>(
    api: &'a Api,
    shelf: Shelf,
    project: &'a str,
    region: &'a str,
) -> impl Iterator<Item = &'a Value> {
    let ours = move |listed: &&Listed| listed.project_id == project && listed.region == region;
    api.inventory
        .on(shelf)
        .iter()
        .filter(ours)
        .map(|listed| &listed.object)
}

/// Whether alerts are sent to anybody: on as soon as one rule is enabled.
fn alert_manager(api: &Api, project: &str, region: &str) -> Value {
    let mut rules = listed(api, Shelf::Alerts, project, region);
    let enabled = rules.any(|rule| rule["rule_status"] == "enabled");
    let id = api
        .identity
        .id(&format!("alert manager {project} {region}"));
    let url = format!("https://{id}.alertmanager.cockpit.{region}.scw.cloud");
    json!({
        "alert_manager_enabled": enabled, "alert_manager_url": enabled.then_some(url),
        "managed_alerts_enabled": enabled, "region": region,
    })
}

/// How many rules each data source has.
fn rules_count(api: &Api, project: &str, region: &str) -> Value {
    let enabled = |rule: &&Value| rule["rule_status"] == "enabled";
    let rules: Vec<&Value> = listed(api, Shelf::Alerts, project, region)
        .filter(enabled)
        .collect();
    let by_source: Vec<Value> = listed(api, Shelf::DataSources, project, region)
        .map(|source| {
            let of_source = rules
                .iter()
                .filter(|rule| rule["data_source_id"] == source["id"]);
            json!({
                "data_source_id": source["id"], "data_source_name": source["name"],
                "rules_count": of_source.count(),
            })
        })
        .filter(|entry| entry["rules_count"] != 0)
        .collect();
    let preconfigured = rules
        .iter()
        .filter(|rule| rule["preconfigured"] == true)
        .count();
    json!({
        "rules_count_by_datasource": by_source, "preconfigured_rules_count": preconfigured,
        "custom_rules_count": rules.len() - preconfigured,
    })
}

/// How much each kind of data source took in.
fn usage_overview(api: &Api, project: &str, region: &str) -> Value {
    let usage = |origin: &str, kind: &str| {
        let mut sources = listed(api, Shelf::DataSources, project, region);
        let source = sources.find(|source| source["origin"] == origin && source["type"] == kind)?;
        let unit = if kind == "metrics" {
            "samples"
        } else {
            "bytes"
        };
        Some(json!({
            "data_source_id": source["id"], "project_id": project, "data_source_origin": origin,
            "data_source_type": kind, "unit": unit, "interval": "2592000s",
            "quantity_over_interval": source["current_month_usage"], "region": region,
        }))
    };
    json!({
        "scaleway_metrics_usage": usage("scaleway", "metrics"),
        "scaleway_logs_usage": usage("scaleway", "logs"),
        "external_metrics_usage": usage("custom", "metrics"),
        "external_logs_usage": usage("custom", "logs"),
        "external_traces_usage": usage("custom", "traces"),
    })
}

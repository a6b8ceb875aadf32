//! Lists of things that happened: newest first, read back to the time that matters, and kept without what may hold a secret.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Map, Value};

use super::super::error::{Problem, SourceError};
use super::Api;
use super::lists::{PAGE_ITEMS, drop_secrets};
use crate::evidence::{AlertRecord, StateRecord};
use crate::model::duration::parse_duration;
use crate::model::{Health, Instant, Kind, Labels};
use crate::plan::EventsRequest;

/// Pages of one list: 300 runs or calls. What came before them is rarely what changed, and each page is a round trip.
const MOST_PAGES: usize = 3;

/// States of a run on its way.
const UNDER_WAY: [&str; 7] = [
    "initialized",
    "validated",
    "queued",
    "running",
    "retrying",
    "interrupting",
    "scheduled",
];

/// Keys of a request's body whose text says what was changed and cannot hold a secret.
const TELLING: [&str; 10] = [
    "image",
    "registry_image",
    "image_uri",
    "runtime",
    "node_type",
    "commercial_type",
    "engine",
    "version",
    "action",
    "status",
];

/// Characters of a text that another program wrote.
const MOST_CHARS: usize = 200;

/// What a list holds.
#[derive(Debug, Default)]
pub(in crate::sources) struct Events {
    /// The API's objects, newest first where the list has an order.
    pub(in crate::sources) items: Vec<Map<String, Value>>,
    /// Whether there is more inside the time that matters.
    pub(in crate::sources) cut: bool,
}

impl Api {
    /// Things that happened.
    ///
    /// # Errors
    /// [`SourceError`] of the first page that failed.
    pub(in crate::sources) async fn fetch_events(
        &self,
        request: &EventsRequest,
    ) -> Result<Events, SourceError> {
        let mut query = vec![("project_id".to_owned(), self.account.project_id.clone())];
        let parameters = request.parameters.iter();
        query.extend(parameters.map(|(name, value)| ((*name).to_owned(), value.clone())));
        query.push(("page_size".to_owned(), PAGE_ITEMS.to_string()));
        let mut events = Events::default();
        let mut next = Vec::new();
        for page in 1..=MOST_PAGES {
            let query = query.iter().cloned().chain(next).collect();
            let call = self.call(Method::GET, &request.path, query);
            let answer = self.fetch(&call).await?;
            let mut body: Map<String, Value> = Self::read(&call, &answer)?;
            let items: Vec<Map<String, Value>> = body
                .remove(request.list_key)
                .filter(|list| !list.is_null())
                .map_or(Ok(Vec::new()), serde_json::from_value)
                .map_err(|_| {
                    let key = request.list_key;
                    let why = format!("no list {key:?} of the expected form");
                    super::error(&call, Problem::BadAnswer(why))
                })?;
            let told = !items.is_empty() && !is_too_old(items.last(), request);
            events.items.extend(items);
            let more = next_page(&body, events.items.len(), page).filter(|_| told);
            events.cut = more.is_some();
            match more {
                Some(parameter) => next = vec![parameter],
                None => break,
            }
        }
        Ok(events)
    }
}

/// The parameter that asks for the next page: a token where the list gives one, else a number where its total is not reached.
fn next_page(body: &Map<String, Value>, read: usize, page: usize) -> Option<(String, String)> {
    let token = body.get("next_page_token").and_then(Value::as_str);
    if let Some(token) = token.filter(|token| !token.is_empty()) {
        return Some(("page_token".to_owned(), token.to_owned()));
    }
    let total = body.get("total_count").and_then(Value::as_u64)?;
    ((read as u64) < total).then(|| ("page".to_owned(), (page + 1).to_string()))
}

/// Whether an item of a list that is ordered by time lies before the time that matters.
fn is_too_old(item: Option<&Map<String, Value>>, request: &EventsRequest) -> bool {
    let field = request.topic.time_field();
    let at = field.and_then(|field| time(item?, field));
    at.is_some_and(|at| at < request.window.from)
}

/// A time of an object.
fn time(object: &Map<String, Value>, field: &str) -> Option<Instant> {
    object.get(field)?.as_str()?.parse().ok()
}

/// A text of an object, of bounded length.
fn text(object: &Map<String, Value>, field: &str) -> Option<String> {
    let text = object.get(field)?.as_str()?;
    (!text.is_empty()).then(|| text.chars().take(MOST_CHARS).collect())
}

/// A run of a job as evidence keeps it, called like its definition. What it was run with may hold secrets: dropped.
pub(in crate::sources) fn job_run(
    mut run: Map<String, Value>,
    definitions: &[Map<String, Value>],
) -> StateRecord {
    drop_secrets(&mut run);
    let id = text(&run, "job_definition_id").unwrap_or_default();
    let definition = definitions
        .iter()
        .find(|definition| definition.get("id").and_then(Value::as_str) == Some(id.as_str()));
    if let Some(schedule) = definition.and_then(|definition| definition.get("cron_schedule")) {
        run.insert("cron_schedule".to_owned(), schedule.clone());
    }
    let status = text(&run, "state").unwrap_or_default();
    StateRecord {
        service: None,
        kind: Kind::JobRun,
        id: text(&run, "id").unwrap_or_default(),
        name: definition
            .and_then(|definition| text(definition, "name"))
            .unwrap_or(id),
        health: match status.as_str() {
            "succeeded" => Health::Healthy,
            "failed" | "interrupted" | "internal_error" | "canceled" => Health::Unhealthy,
            word if UNDER_WAY.contains(&word) => Health::Transitional,
            _ => Health::Unknown,
        },
        changed_at: time(&run, "updated_at").or_else(|| time(&run, "created_at")),
        status,
        resource: run,
    }
}

/// A call that the Audit Trail recorded, as evidence keeps it: who called what about which resource, and what it set. Addresses
/// and free text, which may hold a secret, are left out.
pub(in crate::sources) fn recorded_call(event: &Map<String, Value>) -> StateRecord {
    let mut kept = Map::new();
    for field in [
        "product_name",
        "service_name",
        "method_name",
        "locality",
        "recorded_at",
    ] {
        if let Some(text) = text(event, field) {
            kept.insert(field.to_owned(), Value::from(text));
        }
    }
    // the program and its version; the rest tells the machine that it ran on
    let agent = text(event, "user_agent");
    if let Some(program) = agent.and_then(|agent| Some(agent.split_whitespace().next()?.to_owned()))
    {
        kept.insert("user_agent".to_owned(), Value::from(program));
    }
    kept.insert(
        "principal".to_owned(),
        only(event.get("principal"), &["id", "email"]),
    );
    let resources = event.get("resources").and_then(Value::as_array);
    let resources = resources.into_iter().flatten().take(20);
    kept.insert(
        "resources".to_owned(),
        resources
            .map(|resource| only(Some(resource), &["id", "type", "name"]))
            .collect(),
    );
    kept.insert("request_body".to_owned(), settings(event));
    let status = event.get("status_code").and_then(Value::as_u64);
    StateRecord {
        service: None,
        kind: Kind::AuditEvent,
        id: text(event, "id").unwrap_or_default(),
        name: text(event, "method_name").unwrap_or_default(),
        status: status.map(|code| code.to_string()).unwrap_or_default(),
        health: match status {
            Some(..400) => Health::Healthy,
            Some(_) => Health::Unhealthy,
            None => Health::Unknown,
        },
        changed_at: time(event, "recorded_at"),
        resource: kept,
    }
}

/// Some texts of an object.
fn only(value: Option<&Value>, fields: &[&str]) -> Value {
    let object = value.and_then(Value::as_object);
    let texts = fields.iter().filter_map(|field| {
        let text = text(object?, field)?;
        Some(((*field).to_owned(), Value::from(text)))
    });
    Value::Object(texts.collect())
}

/// What a call set: numbers, switches, and texts that are known to tell no secret. Of the others the names alone.
fn settings(event: &Map<String, Value>) -> Value {
    /// Settings of one call.
    const MOST: usize = 30;
    let mut body = event
        .get("request_body")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let secret = body.contains_key("secret_environment_variables")
        || body.contains_key("environment_variables");
    drop_secrets(&mut body);
    let mut kept: Map<String, Value> = body
        .into_iter()
        .take(MOST)
        .map(|(name, value)| {
            let keep = match &value {
                Value::Bool(_) | Value::Number(_) => true,
                Value::String(text) => TELLING.contains(&name.as_str()) && text.len() <= MOST_CHARS,
                _ => false,
            };
            (name, if keep { value } else { Value::from("…") })
        })
        .collect();
    if secret {
        kept.insert("environment".to_owned(), Value::from("…"));
    }
    Value::Object(kept)
}

/// An alert rule as evidence keeps it. Of one that is switched off little more than its name: it says nothing of any resource.
pub(in crate::sources) fn alert_rule(rule: &Map<String, Value>) -> AlertRecord {
    let word = |field| text(rule, field).unwrap_or_default();
    let status = word("rule_status");
    let off = matches!(status.as_str(), "disabled" | "enabling");
    let annotations = rule.get("annotations").and_then(Value::as_object);
    let texts = annotations
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| {
            let value: String = value.as_str()?.chars().take(MOST_CHARS).collect();
            Some((name.clone(), value))
        });
    let mut annotations = Labels::default();
    for (name, value) in texts.filter(|_| !off) {
        annotations.insert(name, value);
    }
    let expression = rule.get("rule").and_then(Value::as_str).unwrap_or_default();
    AlertRecord {
        name: word("name"),
        state: word("state"),
        severity: annotations.get("severity").unwrap_or_default().to_owned(),
        service: None,
        since: None,
        labels: Labels::default(),
        annotations,
        rule: if off {
            String::new()
        } else {
            expression.to_owned()
        },
        for_seconds: parse_duration(&word("duration"))
            .unwrap_or(TimeDelta::zero())
            .as_seconds_f64(),
        rule_status: status,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_run_is_called_like_its_job_and_keeps_no_secret() {
        let run = object(&json!({
            "id": "r1", "job_definition_id": "d1", "state": "failed", "reason": "timeout", "exit_code": 1,
            "updated_at": "2026-11-21T08:00:00Z", "environment_variables": {"DB_PASSWORD": "canary"},
            "secret_reference": "canary", "args": ["--daily"],
        }));
        let definitions = [object(&json!({
            "id": "d1", "name": "report", "cron_schedule": {"schedule": "0 2 * * *"}, "environment_variables": {"A": "canary"},
        }))];
        let record = job_run(run.clone(), &definitions);
        assert_eq!(
            (record.name.as_str(), record.status.as_str()),
            ("report", "failed")
        );
        assert_eq!(
            (record.kind, record.health),
            (Kind::JobRun, Health::Unhealthy)
        );
        assert!(record.changed_at.is_some());
        let written = serde_json::to_string(&record).unwrap();
        assert!(!written.contains("canary"), "{written}");
        assert!(written.contains("--daily") && written.contains("0 2 * * *"));
        assert_eq!(
            job_run(run, &[]).name,
            "d1",
            "without a definition its id is all there is"
        );
    }

    #[test]
    fn a_call_keeps_who_did_what_and_no_address_and_no_text_of_its_own() {
        let event = object(&json!({
            "id": "e1", "recorded_at": "2026-11-21T08:00:00Z", "method_name": "UpdateContainer", "status_code": 200,
            "source_ip": "203.0.113.9", "user_agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/141.0",
            "principal": {"id": "p1", "email": "a@example.com", "name": "canary"},
            "resources": [{"id": "c1", "type": "container", "name": "api", "info": {"note": "canary"}}],
            "request_body": {"max_scale": 2, "image": "rg/api:2", "description": "canary", "db_password": "canary",
                             "environment_variables": {"KEY": "canary"}, "command": ["canary"]},
        }));
        let record = recorded_call(&event);
        assert_eq!(
            (record.name.as_str(), record.status.as_str()),
            ("UpdateContainer", "200")
        );
        let written = serde_json::to_string(&record).unwrap();
        for lost in ["canary", "203.0.113.9", "Linux"] {
            assert!(!written.contains(lost), "{lost} in {written}");
        }
        let body = &record.resource["request_body"];
        assert_eq!(
            *body,
            json!({"max_scale": 2, "image": "rg/api:2", "description": "…", "command": "…", "environment": "…"})
        );
        assert_eq!(record.resource["user_agent"], "Mozilla/5.0");
    }

    #[test]
    fn a_rule_that_is_off_keeps_little_more_than_its_name() {
        let rule = |status: &str| {
            alert_rule(&object(&json!({
                "name": "Full", "rule": "up == 0", "duration": "10m", "rule_status": status, "state": "unknown_state",
                "annotations": {"summary": "full", "severity": "critical", "odd": 7},
            })))
        };
        assert_eq!(rule("disabled").rule, "");
        assert_eq!(rule("disabled").annotations, Labels::default());
        let on = rule("enabled");
        assert_eq!(
            (on.rule.as_str(), on.severity.as_str()),
            ("up == 0", "critical")
        );
        assert!((on.for_seconds - 600.0).abs() < 1e-9);
    }

    #[test]
    fn the_next_page_is_asked_by_token_or_by_number_while_there_is_more() {
        let page = |body: Value, read| next_page(&object(&body), read, 1).map(|(name, _)| name);
        assert_eq!(
            page(json!({"next_page_token": "t"}), 100).as_deref(),
            Some("page_token")
        );
        assert_eq!(page(json!({"next_page_token": ""}), 100), None);
        assert_eq!(
            page(json!({"total_count": 250}), 100).as_deref(),
            Some("page")
        );
        assert_eq!(page(json!({"total_count": 100}), 100), None);
        assert_eq!(page(json!({}), 100), None);
    }

    #[test]
    fn objects_of_any_shape_become_records() {
        let odd = object(&json!({
            "id": 7, "state": null, "started_at": [], "principal": "x", "resources": {"a": 1}, "request_body": [1],
            "user_agent": " ", "status_code": -1, "annotations": [], "duration": "soon", "name": {},
        }));
        assert_eq!(job_run(odd.clone(), &[]).health, Health::Unknown);
        assert_eq!(recorded_call(&odd).health, Health::Unknown);
        assert_eq!(alert_rule(&odd).name, "");
    }
}

//! Paged lists: data sources and resources of every kind.

use reqwest::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::super::error::{Problem, SourceError};
use super::Api;
use crate::config::Catalog;
use crate::evidence::StateRecord;
use crate::model::{Instant, Kind, Service};
use crate::plan::StateRequest;

/// Items asked for on a page: the most that is documented anywhere. The server may give fewer; the total tells.
pub(super) const PAGE_ITEMS: usize = 100;

/// Pages after which a list is taken to be endless: 20,000 resources of one kind.
const MOST_PAGES: usize = 200;

/// A Cockpit data source.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct DataSource {
    /// `logs`, `metrics`, `traces`.
    #[serde(rename = "type", default)]
    pub(crate) kind: String,
    /// `scaleway`, `custom`, `external`.
    #[serde(default)]
    pub(crate) origin: String,
    /// Base address.
    #[serde(default)]
    pub(crate) url: String,
    /// Days that it keeps.
    #[serde(default)]
    pub(crate) retention_days: Option<u32>,
}

impl Api {
    /// The project's data sources in the account's region.
    ///
    /// # Errors
    /// [`SourceError`] of the first page that failed.
    pub(crate) async fn fetch_data_sources(&self) -> Result<Vec<DataSource>, SourceError> {
        let query = vec![("project_id".to_owned(), self.account.project_id.clone())];
        self.fetch_list(
            &format!("{}/data-sources", self.cockpit_path()),
            "data_sources",
            query,
        )
        .await
    }

    /// All resources of a kind in a place, each with the service that it belongs to.
    ///
    /// # Errors
    /// [`SourceError`] of the first page that failed.
    pub(crate) async fn fetch_state(
        &self,
        request: &StateRequest,
        services: &[Service],
        catalog: &Catalog,
    ) -> Result<Vec<StateRecord>, SourceError> {
        let project = vec![(
            request.project_parameter.clone(),
            self.account.project_id.clone(),
        )];
        let objects: Vec<Map<String, Value>> = self
            .fetch_pages(
                &request.path,
                &request.list_key,
                project,
                &request.page_size_parameter,
            )
            .await?;
        let mut records: Vec<StateRecord> = objects
            .into_iter()
            .map(|object| state_record(object, request, services, catalog))
            .collect();
        records.sort_by(|a, b| (a.kind, &a.name, &a.id).cmp(&(b.kind, &b.name, &b.id)));
        records.dedup_by(|a, b| !a.id.is_empty() && a.id == b.id);
        Ok(records)
    }

    /// A list that pages as all APIs but Instance do.
    pub(super) async fn fetch_list<T: DeserializeOwned>(
        &self,
        path: &str,
        key: &str,
        query: Vec<(String, String)>,
    ) -> Result<Vec<T>, SourceError> {
        self.fetch_pages(path, key, query, "page_size").await
    }

    /// Pages through a list until its total is reached or a page is empty. A short page proves nothing: the server may cap
    /// the page size without a word.
    async fn fetch_pages<T: DeserializeOwned>(
        &self,
        path: &str,
        key: &str,
        query: Vec<(String, String)>,
        size_parameter: &str,
    ) -> Result<Vec<T>, SourceError> {
        let mut items = Vec::new();
        for page in 1..=MOST_PAGES {
            let mut query = query.clone();
            query.push(("page".to_owned(), page.to_string()));
            query.push((size_parameter.to_owned(), PAGE_ITEMS.to_string()));
            let call = self.call(Method::GET, path, query);
            let answer = self.fetch(&call).await?;
            let mut body: Map<String, Value> = Self::read(&call, &answer)?;
            let total = answer
                .total_count
                .or_else(|| body.get("total_count").and_then(Value::as_u64));
            let page_items: Vec<T> = body
                .remove(key)
                .filter(|list| !list.is_null())
                .map_or(Ok(Vec::new()), serde_json::from_value)
                .map_err(|_| {
                    super::error(
                        &call,
                        Problem::BadAnswer(format!("no list {key:?} of the expected form")),
                    )
                })?;
            let is_last = page_items.is_empty();
            items.extend(page_items);
            // Without a total, only an empty page is the end.
            if is_last || total.is_some_and(|total| items.len() as u64 >= total) {
                return Ok(items);
            }
        }
        let call = self.call(Method::GET, path, query);
        let why = format!(
            "a list without end: {} items in {MOST_PAGES} pages",
            items.len()
        );
        Err(super::error(&call, Problem::BadAnswer(why)))
    }
}

/// One resource as evidence keeps it, without what may hold a secret.
fn state_record(
    mut object: Map<String, Value>,
    request: &StateRequest,
    services: &[Service],
    catalog: &Catalog,
) -> StateRecord {
    drop_secrets(&mut object);
    let text = |field: &str| object.get(field).and_then(Value::as_str).map(str::to_owned);
    let kind = actual_kind(request.kind, &object, catalog);
    let name = text("name").unwrap_or_default();
    let status = request
        .status_field
        .as_deref()
        .and_then(text)
        .unwrap_or_default();
    StateRecord {
        service: owner(kind, &name, &object, services),
        kind,
        id: text("id").unwrap_or_default(),
        health: catalog.health(kind, &status),
        changed_at: request
            .changed_field
            .as_deref()
            .and_then(text)
            .and_then(|at| at.parse::<Instant>().ok()),
        name,
        status,
        resource: object,
    }
}

/// The kind of an object of a list that several kinds share, as PostgreSQL and MySQL do; else the kind asked for.
fn actual_kind(asked: Kind, object: &Map<String, Value>, catalog: &Catalog) -> Kind {
    let path = |kind| catalog.listing(kind).map(|listing| listing.path.as_str());
    let is_of = |kind: &Kind| {
        let only = catalog
            .listing(*kind)
            .and_then(|listing| listing.only.as_ref());
        only.is_some_and(|only| {
            let value = object.get(&only.field).and_then(Value::as_str);
            value.is_some_and(|value| value.starts_with(&only.starts_with))
        })
    };
    Kind::ALL
        .into_iter()
        .filter(|kind| path(*kind) == path(asked))
        .find(is_of)
        .unwrap_or(asked)
}

/// The service that a resource belongs to: the same kind, and its resource name is the resource's name, or the first
/// label of its host name, which is what logs and metrics of containers bear.
fn owner(
    kind: Kind,
    name: &str,
    object: &Map<String, Value>,
    services: &[Service],
) -> Option<String> {
    let host = log_name(object);
    services
        .iter()
        .filter(|service| service.kind == kind)
        .find(|service| {
            service.resource_name == name || Some(&service.resource_name) == host.as_ref()
        })
        .map(|service| service.name.clone())
}

/// The first label of a container's or function's public host name.
pub(crate) fn log_name(object: &Map<String, Value>) -> Option<String> {
    let endpoint = ["public_endpoint", "domain_name"]
        .iter()
        .find_map(|field| object.get(*field).and_then(Value::as_str))?;
    let host = endpoint
        .split_once("://")
        .map_or(endpoint, |(_, rest)| rest);
    let label = host.split(['.', '/', ':']).next()?;
    (!label.is_empty()).then(|| label.to_owned())
}

/// Removes, at any depth, what programs keep secrets in. Lists of containers hold environment variables in plain text.
pub(super) fn drop_secrets(object: &mut Map<String, Value>) {
    object.retain(|key, _| {
        let key = key.to_ascii_lowercase();
        ![
            "environment_variables",
            "secret",
            "password",
            "token",
            "private_key",
        ]
        .iter()
        .any(|word| key.contains(word))
    });
    for value in object.values_mut() {
        drop_secrets_in(value);
    }
}

/// The same for any value.
fn drop_secrets_in(value: &mut Value) {
    match value {
        Value::Object(object) => drop_secrets(object),
        Value::Array(items) => items.iter_mut().for_each(drop_secrets_in),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn environment_variables_and_secrets_are_dropped_at_any_depth() {
        let mut object = json!({
            "name": "x", "environment_variables": {"A": "canary"}, "secret_environment_variables": [{"key": "B"}],
            "nested": [{"db_password": "canary", "kept": 1}],
        });
        let object = object.as_object_mut().unwrap();
        drop_secrets(object);
        assert_eq!(
            Value::Object(object.clone()),
            json!({"name": "x", "nested": [{"kept": 1}]})
        );
    }

    #[test]
    fn a_container_is_known_by_its_host_name() {
        let object = json!({"public_endpoint": "https://staging33333333-atlas-api.functions.fnc.fr-par.scw.cloud"});
        assert_eq!(
            log_name(object.as_object().unwrap()).as_deref(),
            Some("staging33333333-atlas-api")
        );
        let object = json!({"domain_name": "x.functions.fnc.fr-par.scw.cloud"});
        assert_eq!(log_name(object.as_object().unwrap()).as_deref(), Some("x"));
    }
}

//! What would the Scaleway API answer?
//!
//! In: a [`Call`], with HTTP already off. Out: an [`Answer`]. In this order: is the key right, does the path exist, does the product
//! exist in that region or zone, may the key do this, does the project exist, and then the objects themselves. It must not sleep,
//! fail at random or know about faults: those are laid over it by the server.

mod account;
mod call;
mod cockpit;
mod collections;
pub(in crate::sandbox) mod errors;
mod inventory;
mod kinds;
mod list;
pub(in crate::sandbox) mod permission;
mod templates;
mod tokens;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

pub(super) use call::{Answer, Call};
pub(super) use inventory::{Inventory, KnownResource};
pub(super) use tokens::{Access, NewToken, TokenBook};

use self::collections::{Collection, Route, Style};
use self::errors::{
    bad_argument, denied, forbidden, invalid, message, not_found, unknown_resource,
};
use self::inventory::{Listed, Shelf};
use super::identity::Identity;
use crate::model::Instant;

/// Tells the time inside the sandbox.
pub(super) type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// The Scaleway API of one world.
pub(super) struct Api {
    /// Whose world it is.
    pub(super) identity: Identity,
    /// What it lists.
    pub(super) inventory: Inventory,
    /// Cockpit tokens.
    pub(super) tokens: TokenBook,
    /// What the key may not do.
    pub(super) denials: Vec<String>,
    /// The time.
    pub(super) now: Clock,
    /// Answers given, for request ids.
    pub(super) answers: AtomicU64,
}

impl Api {
    /// Answers a call.
    pub(super) fn answer(&self, call: &Call<'_>) -> Answer {
        let Some(key) = call.key else {
            return denied(false);
        };
        if key != self.identity.keys.secret_key.expose() {
            return denied(true);
        }
        if let Some(answer) = cockpit::answer(self, call) {
            return answer;
        }
        if let Some(answer) = account::answer(self, call) {
            return answer;
        }
        match collections::find(call.path) {
            None => not_found("path", call.path),
            Some(_) if call.method != "GET" => message(405, "method not allowed"),
            Some((collection, route)) => in_place(collection, &route, || match route.id {
                None => self.list(collection, call, &route),
                Some(id) => self.one(collection, id, &route),
            }),
        }
    }

    /// The id of the next answer.
    pub(super) fn next_request_id(&self) -> String {
        let number = self.answers.fetch_add(1, Ordering::Relaxed);
        self.identity.id(&format!("request {number}"))
    }

    /// 403 where the key lacks a permission.
    fn refusal(&self, product: &str, action: &str) -> Option<Answer> {
        permission::is_denied(&self.denials, product, action).then(|| forbidden(action, product))
    }

    /// Why a list is not given: permission, project or organisation.
    fn list_refusal(&self, collection: &Collection, call: &Call<'_>) -> Option<Answer> {
        if let Some(refusal) = self.refusal(collection.product, "read") {
            return Some(refusal);
        }
        if !collection.required.is_empty() && call.param(collection.required).is_none() {
            return Some(invalid(&[bad_argument(
                collection.required,
                "required",
                "",
            )]));
        }
        for (param, is_project) in [
            ("project_id", true),
            ("project", true),
            ("organization_id", false),
            ("organization", false),
        ] {
            let Some(id) = call.param(param) else {
                continue;
            };
            if !is_uuid(id) {
                let help = "value must be a valid UUID";
                return Some(invalid(&[bad_argument(param, "format", help)]));
            }
            let ours = if is_project {
                self.identity.owns_project(id)
            } else {
                id == self.identity.keys.organization_id
            };
            if !ours {
                return Some(forbidden("read", collection.product));
            }
        }
        None
    }

    /// A list.
    fn list(&self, collection: &Collection, call: &Call<'_>, route: &Route<'_>) -> Answer {
        if let Some(refusal) = self.list_refusal(collection, call) {
            return refusal;
        }
        if !route.parent.is_empty() && !self.has_parent(collection, route) {
            return missing(collection, route.parent);
        }
        let project_param = match collection.style {
            Style::Instance => "project",
            _ => "project_id",
        };
        let project = call.param(project_param);
        let in_project = |listed: &&Listed| project.is_none_or(|id| listed.project_id == id);
        let mut objects: Vec<Value> = self
            .inventory
            .on(collection.shelf)
            .iter()
            .filter(|listed| is_here(listed, route))
            .filter(in_project)
            .map(|listed| listed.object.clone())
            .collect();
        if collection.shelf == Shelf::Alerts {
            self.keep_rules_of(call.param("data_source_id"), &mut objects);
        }
        list::answer(collection, call, objects)
    }

    /// Rules of one data source; without one, those of Scaleway's metrics sources and those that are off.
    fn keep_rules_of(&self, source: Option<&str>, rules: &mut Vec<Value>) {
        let own: Vec<&Value> = self
            .inventory
            .on(Shelf::DataSources)
            .iter()
            .filter(|listed| listed.object["origin"] == "scaleway")
            .map(|listed| &listed.object["id"])
            .collect();
        rules.retain(|rule| match source {
            Some(id) => rule["data_source_id"] == id,
            None => rule["data_source_id"] == "" || own.contains(&&rule["data_source_id"]),
        });
    }

    /// Whether the object that a list belongs to exists here.
    fn has_parent(&self, collection: &Collection, route: &Route<'_>) -> bool {
        let sort = match collection.style {
            Style::LoadBalancer => Shelf::LoadBalancers,
            _ => Shelf::Clusters,
        };
        let place = Route {
            parent: "",
            ..*route
        };
        let mut parents = self.inventory.on(sort).iter();
        parents.any(|listed| is_here(listed, &place) && listed.object["id"] == route.parent)
    }

    /// One object.
    fn one(&self, collection: &Collection, id: &str, route: &Route<'_>) -> Answer {
        if let Some(refusal) = self.refusal(collection.product, "read") {
            return refusal;
        }
        let mut objects = self.inventory.on(collection.shelf).iter();
        let found = objects.find(|listed| is_here(listed, route) && listed.object["id"] == id);
        match found {
            None => missing(collection, id),
            Some(listed) if collection.style == Style::Instance => {
                Answer::ok(json!({"server": listed.object}))
            }
            Some(listed) => Answer::ok(listed.object.clone()),
        }
    }
}

/// Refuses a place that the product does not have, else asks `answer`.
fn in_place(collection: &Collection, route: &Route<'_>, answer: impl FnOnce() -> Answer) -> Answer {
    for (name, place) in [("region", route.region), ("zone", route.zone)] {
        if !place.is_empty() && !collection.places.contains(&place) {
            let help = format!("{name} {place} does not have this product");
            return invalid(&[bad_argument(name, "constraint", &help)]);
        }
    }
    answer()
}

/// Whether an object is in the region, zone and parent that a path names.
fn is_here(listed: &Listed, route: &Route<'_>) -> bool {
    let same = |wanted: &str, own: &str| wanted.is_empty() || wanted == own;
    same(route.region, &listed.region)
        && same(route.zone, &listed.zone)
        && same(route.parent, &listed.parent_id)
}

/// 404 in the words of the product.
fn missing(collection: &Collection, id: &str) -> Answer {
    match collection.style {
        Style::Standard => not_found(collection.noun, id),
        Style::Instance => unknown_resource(id),
        Style::LoadBalancer => message(404, &format!("{} not Found", collection.noun)),
    }
}

/// Whether a text is a UUID, in any letter case.
fn is_uuid(text: &str) -> bool {
    let dashes = [8, 13, 18, 23];
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| {
            if dashes.contains(&at) {
                byte == b'-'
            } else {
                byte.is_ascii_hexdigit()
            }
        })
}

#[cfg(test)]
mod tests;

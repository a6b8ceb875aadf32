//! What does a plausible object of each kind look like?
//!
//! In: the facts about one object. Out: its JSON, shaped as the real API was recorded. The shapes are data
//! (`templates/*.json`) with `{placeholders}`; `{id:x}` stands for a further id that belongs to the object.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::Instant;
use crate::sandbox::identity::Identity;

/// Reads a template that is part of the binary.
macro_rules! template {
    ($name:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src/sandbox/scaleway/templates/",
            $name,
            ".json"
        ))
    };
}
pub(super) use template;

/// What the placeholders of a template stand for.
#[derive(Debug, Clone)]
pub(super) struct Facts<'a> {
    /// Draws the further ids.
    identity: &'a Identity,
    /// Values of placeholders, by name.
    values: BTreeMap<&'static str, String>,
}

impl<'a> Facts<'a> {
    /// Facts about nothing yet.
    pub(super) fn new(identity: &'a Identity) -> Self {
        Self {
            identity,
            values: BTreeMap::new(),
        }
    }

    /// Adds a fact.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.values.insert(name, value.into());
        self
    }

    /// Adds the times of creation and of the last change, in both notations.
    pub(super) fn with_times(self, created: Instant, updated: Instant) -> Self {
        self.with("created_at", zulu(created))
            .with("updated_at", zulu(updated))
            .with("created_offset", offset(created))
            .with("updated_offset", offset(updated))
    }

    /// A fact; empty where it is not known.
    pub(super) fn value(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// A template with its placeholders filled in.
    pub(super) fn fill(&self, template: &str) -> Value {
        let value = serde_json::from_str(template).expect("templates are read by a test");
        self.filled(value)
    }

    /// Fills in every text inside a value.
    fn filled(&self, value: Value) -> Value {
        match value {
            Value::String(text) if text.contains('{') => Value::String(self.filled_text(&text)),
            Value::Array(items) => items.into_iter().map(|item| self.filled(item)).collect(),
            Value::Object(map) => {
                let filled = map.into_iter().map(|(key, item)| (key, self.filled(item)));
                Value::Object(filled.collect())
            }
            other => other,
        }
    }

    /// Fills in one text. Braces around anything else stay: alert rules are full of them.
    fn filled_text(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + 32);
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            out.push_str(&rest[..open]);
            rest = &rest[open..];
            let value = rest.find('}').and_then(|close| {
                let value = self.placeholder(&rest[1..close])?;
                Some((value, close))
            });
            if let Some((value, close)) = value {
                out.push_str(&value);
                rest = &rest[close + 1..];
            } else {
                out.push('{');
                rest = &rest[1..];
            }
        }
        out + rest
    }

    /// What a placeholder stands for; `None` where it is not one.
    fn placeholder(&self, name: &str) -> Option<String> {
        match name.strip_prefix("id:") {
            Some(part) => Some(self.identity.id(&format!("{} {part}", self.value("id")))),
            None => self.values.get(name).cloned(),
        }
    }
}

/// `2026-11-21T09:00:00.168927Z`, as most of the API writes times.
pub(in crate::sandbox) fn zulu(at: Instant) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

/// `2026-11-21T09:00:00.168927+00:00`, as the Instance API does.
pub(super) fn offset(at: Instant) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string()
}

//! What do the names stand for? infra-map.toml, read and checked, and resolved for one environment.
//!
//! In: the text of the map and the name of its file. Out: an [`InfraMap`], or a [`MapError`] that lists everything that is
//! wrong with it, each with line, column, the line drawn and the nearest valid name. A map with a fault is not used at
//! all: half a map would give half an answer that looks whole.
//!
//! The steps: `read.rs` checks each value by itself (`reader.rs` takes values out of tables), `check.rs` how they fit
//! together, `rules.rs` reads `[[rules]]`, `resolve.rs` makes the values that other stages use. A hand-written reader over the parsed tree rather than
//! serde: serde stops at the first fault, and a wrong value inside an unknown place loses its line.

mod check;
mod fault;
mod placeholder;
mod read;
mod reader;
mod resolve;
mod rules;
mod schema;
#[cfg(test)]
mod tests;

use toml::de::DeTable;

pub(crate) use fault::{MapError, MapFault};
pub(crate) use resolve::{ResolvedEnv, find_service};

use super::excerpt::Excerpt;
use crate::model::MapRule;
use reader::Fault;
use schema::Document;

/// The most faults that are reported: more would scroll the first one away, and each is fixed by hand.
const MOST_FAULTS: usize = 20;

/// A map in which every check passed.
#[derive(Debug, Clone)]
pub(crate) struct InfraMap {
    /// Its path, as the user gave it.
    file: String,
    /// What it says.
    document: Document,
}

impl InfraMap {
    /// Reads and checks a map. `file` is its path for messages.
    ///
    /// # Errors
    ///
    /// Where it is not TOML, or anything in it is wrong.
    pub(crate) fn parse(text: &str, file: &str) -> Result<Self, MapError> {
        let root = DeTable::parse(text).map_err(|error| syntax_error(text, file, &error))?;
        let mut faults = Vec::new();
        let document = read::read_document(text, root.get_ref(), &mut faults);
        check::check_document(&document, &mut faults);
        if let Some(error) = gathered(text, file, faults) {
            return Err(error);
        }
        Ok(Self {
            file: file.to_owned(),
            document,
        })
    }

    /// The names of its environments, in the order of the file.
    pub(crate) fn environment_names(&self) -> impl Iterator<Item = &str> {
        let environments = self.document.environments.iter();
        environments.map(|environment| environment.name.get_ref().as_str())
    }

    /// Its own rules and thresholds, beside the built-in ones.
    pub(crate) fn rules(&self) -> &[MapRule] {
        &self.document.rules
    }
}

/// The error for text that is not TOML.
fn syntax_error(text: &str, file: &str, error: &toml::de::Error) -> MapError {
    let span = error.span().unwrap_or(0..0);
    let reason = error.message().lines().collect::<Vec<_>>().join(", ");
    MapError::new(file, Excerpt::new(text, &span), MapFault::Syntax(reason))
}

/// One error out of all faults, first in the file first; `None` where there are none.
fn gathered(text: &str, file: &str, mut faults: Vec<Fault>) -> Option<MapError> {
    faults.sort_by_key(|(span, _)| span.start);
    faults.dedup();
    let mut errors = faults
        .into_iter()
        .take(MOST_FAULTS)
        .map(|(span, fault)| MapError::new(file, Excerpt::new(text, &span), fault));
    let mut first = errors.next()?;
    first.more = errors.collect();
    Some(first)
}

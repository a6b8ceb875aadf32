//! The labels of one entry while it passes through a pipeline.
//!
//! A name may come from the stream, from structured metadata or from a parser; the later wins over the earlier. What is
//! deleted hides the stream's label. One value is reused for all entries of a query, so that nothing is allocated for
//! entries that a line filter drops.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::model::Labels;
use crate::sandbox::log_level::Level;
use crate::sandbox::log_store::StoredEntry;

/// The label that names what went wrong in the pipeline.
pub(super) const ERROR: &str = "__error__";
/// The label that says why.
pub(super) const ERROR_DETAILS: &str = "__error_details__";
/// The label that keeps a metric query alive although an entry has an error.
pub(super) const PRESERVE_ERROR: &str = "__preserve_error__";

/// Where a label comes from, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// The stream.
    Stream,
    /// Structured metadata.
    Metadata,
    /// A parser or a format stage.
    Parsed,
}

/// What an entry starts with before it is taken up.
static NO_LABELS: Labels = Labels(BTreeMap::new());

/// A name and its value.
type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// See the module.
#[derive(Debug)]
pub(super) struct LineLabels<'a> {
    /// The stream's labels.
    base: &'a Labels,
    /// What was added, by [`Origin`].
    added: [Vec<Pair<'a>>; 3],
    /// What was deleted.
    deleted: Vec<String>,
    /// Value of [`ERROR`]; empty for none.
    error: &'static str,
    /// Value of [`ERROR_DETAILS`]; empty for none.
    details: String,
    /// Whether a stage changed anything since the entry was taken up.
    touched: bool,
}

impl<'a> LineLabels<'a> {
    /// Starts with no entry.
    pub(super) fn new() -> Self {
        Self {
            base: &NO_LABELS,
            added: [Vec::new(), Vec::new(), Vec::new()],
            deleted: Vec::new(),
            error: "",
            details: String::new(),
            touched: false,
        }
    }

    /// Takes up another entry.
    pub(super) fn reset(&mut self, base: &'a Labels, entry: &'a StoredEntry) {
        self.base = base;
        self.added.iter_mut().for_each(Vec::clear);
        self.deleted.clear();
        self.error = "";
        self.details.clear();
        if entry.level != Level::Stated {
            self.add_metadata("detected_level", entry.level.as_str());
        }
        for (name, value) in entry.metadata.iter().flat_map(|given| given.iter()) {
            self.add_metadata(name, value);
        }
        self.touched = false;
    }

    /// Adds structured metadata, under another name where the stream has the label.
    fn add_metadata(&mut self, name: &'a str, value: &'a str) {
        let name = if self.base_has(name) {
            Cow::Owned(format!("{name}_extracted"))
        } else {
            Cow::Borrowed(name)
        };
        self.added[Origin::Metadata as usize].push((name, Cow::Borrowed(value)));
    }

    /// Whether nothing but the stream and the entry's own metadata is in it.
    pub(super) fn is_untouched(&self) -> bool {
        !self.touched
    }

    /// Whether the stream has the label.
    pub(super) fn base_has(&self, name: &str) -> bool {
        self.base.get(name).is_some()
    }

    /// The name under which a parser sets a label: with a suffix where the stream has it.
    pub(super) fn parsed_name(&self, name: String) -> String {
        if self.base_has(&name) {
            name + "_extracted"
        } else {
            name
        }
    }

    /// A label with its origin.
    pub(super) fn find(&self, name: &str) -> Option<(Origin, &str)> {
        for origin in [Origin::Stream, Origin::Metadata, Origin::Parsed] {
            if let Some((_, value)) = self.added[origin as usize]
                .iter()
                .find(|(held, _)| held == name)
            {
                return Some((origin, value));
            }
        }
        if self.deleted.iter().any(|gone| gone == name) {
            return None;
        }
        self.base.get(name).map(|value| (Origin::Stream, value))
    }

    /// A label's value.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.find(name).map(|(_, value)| value)
    }

    /// A label's value as conditions see it: the error under its name, nothing for a label that is missing.
    pub(super) fn value(&self, name: &str) -> &str {
        if name == ERROR {
            self.error
        } else {
            self.get(name).unwrap_or_default()
        }
    }

    /// Whether a parser has set the label.
    pub(super) fn has_parsed(&self, name: &str) -> bool {
        self.added[Origin::Parsed as usize]
            .iter()
            .any(|(held, _)| held == name)
    }

    /// Sets a label, unless a stronger origin holds it.
    pub(super) fn set(&mut self, origin: Origin, name: &str, value: String) {
        self.touched = true;
        let place = origin as usize;
        let stronger = self.added[place + 1..]
            .iter()
            .flatten()
            .any(|(held, _)| held == name);
        for weaker in &mut self.added[..place] {
            weaker.retain(|(held, _)| held != name);
        }
        if stronger {
            return;
        }
        let list = &mut self.added[place];
        match list.iter_mut().find(|(held, _)| held == name) {
            Some((_, held)) => *held = Cow::Owned(value),
            None => list.push((Cow::Owned(name.to_owned()), Cow::Owned(value))),
        }
    }

    /// Deletes a label.
    pub(super) fn delete(&mut self, name: &str) {
        self.touched = true;
        for list in &mut self.added {
            list.retain(|(held, _)| held != name);
        }
        self.deleted.push(name.to_owned());
    }

    /// The error; empty for none.
    pub(super) fn error(&self) -> &'static str {
        self.error
    }

    /// Sets the error and, where there is something to say, its details.
    pub(super) fn set_error(&mut self, error: &'static str, details: Option<String>) {
        self.touched = true;
        self.error = error;
        if let Some(details) = details {
            self.details = details;
        }
    }

    /// Forgets the error.
    pub(super) fn forget_error(&mut self) {
        self.touched = true;
        self.error = "";
    }

    /// Forgets the details.
    pub(super) fn forget_details(&mut self) {
        self.touched = true;
        self.details.clear();
    }

    /// All names that are present, errors apart.
    pub(super) fn names(&self) -> Vec<String> {
        self.labels_only().0.into_keys().collect()
    }

    /// The labels as they stand, errors included.
    pub(super) fn labels(&self) -> Labels {
        let mut labels = self.labels_only();
        if !self.error.is_empty() {
            labels.insert(ERROR, self.error);
        }
        if !self.details.is_empty() {
            labels.insert(ERROR_DETAILS, self.details.as_str());
        }
        labels
    }

    /// The labels as they stand, without the errors.
    fn labels_only(&self) -> Labels {
        let kept = self
            .base
            .iter()
            .filter(|(name, _)| !self.deleted.iter().any(|gone| gone == name));
        let mut labels: Labels = kept.collect();
        for (name, value) in self.added.iter().flatten() {
            if *name != *"" {
                labels.insert(&**name, &**value);
            }
        }
        labels
    }
}

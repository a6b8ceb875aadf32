//! Which labels does a metric query need from its parsers?
//!
//! Loki skips what nobody asks for, and that shows: `sum(count_over_time({…} | json [5m]))` never parses, so broken
//! lines count; with a grouping, parsing stops once all wanted labels are there.

use super::line_labels::{ERROR, LineLabels};

/// What parsers may leave out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Hints {
    /// Nothing is wanted.
    none_wanted: bool,
    /// The only labels wanted; empty for all.
    required: Vec<String>,
    /// Errors were asked for by name and do not fail the query.
    pub(super) preserve_error: bool,
}

impl Hints {
    /// The hints of a metric query over `used` labels (by its stages), grouped by `groups`.
    ///
    /// `no_labels` says that the result has no labels at all.
    pub(super) fn new(
        used: Vec<String>,
        groups: &[String],
        without: bool,
        no_labels: bool,
    ) -> Self {
        let mut required = Vec::new();
        for name in used
            .into_iter()
            .chain(groups.iter().cloned())
            .filter(|name| !name.is_empty())
        {
            if let Some(stem) = name.strip_suffix("_extracted") {
                required.push(stem.to_owned());
            }
            required.push(name);
        }
        if no_labels && required.is_empty() {
            return Self {
                none_wanted: true,
                ..Self::default()
            };
        }
        if !no_labels && (without || groups.is_empty()) {
            return Self::default();
        }
        let preserve_error = required.iter().any(|name| name == ERROR);
        Self {
            none_wanted: false,
            required,
            preserve_error,
        }
    }

    /// Whether the label is wanted.
    pub(super) fn wants(&self, name: &str) -> bool {
        self.required.is_empty() || self.required.iter().any(|wanted| wanted == name)
    }

    /// Whether a label that starts like this is wanted.
    pub(super) fn wants_prefix(&self, prefix: &str) -> bool {
        self.required.is_empty()
            || self
                .required
                .iter()
                .any(|wanted| wanted.starts_with(prefix))
    }

    /// Whether parsing can stop, or need not start.
    pub(super) fn satisfied(&self, labels: &LineLabels<'_>) -> bool {
        self.none_wanted
            || (!self.required.is_empty()
                && self.required.iter().all(|name| labels.has_parsed(name)))
    }
}

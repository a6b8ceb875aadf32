//! What scout knows about one metric of one kind of resource: how to ask for it and when it is bad.

use serde::{Deserialize, Serialize};

use super::{Kind, Lang, Threshold, Unit};

/// A text in both languages, from a data file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bilingual {
    /// English.
    pub(crate) en: String,
    /// French.
    pub(crate) fr: String,
}

impl Bilingual {
    /// The text in one language.
    pub(crate) fn text(&self, lang: Lang) -> &str {
        lang.pick(&self.en, &self.fr)
    }
}

/// An entry of the catalogue: one key health metric of a kind.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MetricSpec {
    /// The kind it belongs to.
    pub(crate) kind: Kind,
    /// Its id, unique within the kind: `connections`, `cpu`. Also the `name` of its records in evidence.
    pub(crate) id: String,
    /// Its name for people.
    pub(crate) title: Bilingual,
    /// `PromQL` with `{resource}` where the matcher of the resource goes and aggregated `by (…)` the label that `{label}`
    /// names, so that one query answers for many resources.
    pub(crate) expr: String,
    /// What the numbers count.
    pub(crate) unit: Unit,
    /// When it is bad; `None` for a metric that is only shown.
    pub(crate) threshold: Option<Threshold>,
    /// Whether no data is a finding: the kind always has this metric while the resource runs.
    pub(crate) always_present: bool,
}

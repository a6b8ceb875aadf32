//! What does scout know about each kind of resource? The catalogue that it ships with, read once.
//!
//! In: `catalog.toml`, embedded. Out: for a kind, its key health metrics with thresholds, what its statuses mean, and where
//! the API lists it. The knowledge is data so that it can be read and corrected without reading Rust; this file only gives
//! it types. It asks nothing of anyone: `plan` turns it into requests.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::model::{Bilingual, Health, Kind, Matcher, MetricSpec, Threshold, Unit};

/// The file.
const SOURCE: &str = include_str!("catalog.toml");

/// What is known about every kind.
#[derive(Debug)]
pub(crate) struct Catalog {
    /// By kind.
    kinds: BTreeMap<Kind, KindEntry>,
}

/// What is known about one kind.
#[derive(Debug)]
struct KindEntry {
    /// The start of its metrics' names.
    prefix: Option<String>,
    /// The value of the label `resource_type` on its logs.
    resource_type: Option<String>,
    /// The label that holds the resource's name.
    label: String,
    /// Its key health metrics.
    metrics: Vec<MetricSpec>,
    /// Ids of metrics whose names nobody official attests.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "tests hold the catalogue to it")
    )]
    unconfirmed: Vec<String>,
    /// What its statuses mean.
    health: Statuses,
    /// Where the API lists it.
    listing: Option<Listing>,
}

/// Statuses by health; what is in no list is unknown.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Statuses {
    /// As it should be.
    healthy: Vec<String>,
    /// On its way.
    transitional: Vec<String>,
    /// Broken, stopped or locked.
    unhealthy: Vec<String>,
}

/// Where and how the API lists the resources of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listing {
    /// Path after the API's address, with `{region}` or `{zone}`.
    pub(crate) path: String,
    /// The key of the list in the answer.
    pub(crate) list: String,
    /// The query parameter that takes the project's id.
    pub(crate) project_filter: String,
    /// The query parameter that takes the size of a page; at most 100 is accepted everywhere.
    pub(crate) page_size: String,
    /// What it is asked for: each region, each zone, or once.
    pub(crate) scope: ListingScope,
    /// Regions or zones that have this API; empty for a global one. Others must not be asked.
    pub(crate) places: Vec<String>,
    /// The field of the status; `None` for a kind that has none.
    #[serde(default)]
    pub(crate) status: Option<String>,
    /// The field of the last change; `None` where the API does not say.
    #[serde(default)]
    pub(crate) changed_at: Option<String>,
    /// Which objects of the list are of this kind; `None` for all.
    #[serde(default)]
    pub(crate) only: Option<ListingFilter>,
}

/// What a listing is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ListingScope {
    /// Each region.
    Region,
    /// Each zone.
    Zone,
    /// Once.
    Global,
}

/// Picks objects out of a list that holds several kinds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListingFilter {
    /// A text field of the object.
    pub(crate) field: String,
    /// What its value starts with.
    pub(crate) starts_with: String,
}

/// `[KIND]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KindText {
    /// See [`KindEntry::prefix`].
    #[serde(default)]
    prefix: Option<String>,
    /// See [`KindEntry::resource_type`].
    #[serde(default)]
    resource_type: Option<String>,
    /// See [`KindEntry::label`].
    label: String,
    /// See [`KindEntry::metrics`].
    #[serde(default)]
    metrics: Vec<MetricText>,
    /// See [`KindEntry::health`].
    #[serde(default)]
    health: Statuses,
    /// See [`KindEntry::listing`].
    #[serde(default)]
    listing: Option<Listing>,
}

/// `[[KIND.metrics]]` as it is written; see [`MetricSpec`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MetricText {
    /// See [`MetricSpec::id`].
    id: String,
    /// See [`MetricSpec::title`].
    title: Bilingual,
    /// See [`MetricSpec::expr`].
    expr: String,
    /// See [`MetricSpec::unit`].
    unit: Unit,
    /// See [`MetricSpec::threshold`].
    #[serde(default)]
    threshold: Option<Threshold>,
    /// See [`MetricSpec::always_present`].
    #[serde(default)]
    always_present: bool,
    /// Whether nobody official attests the name.
    #[serde(default)]
    unconfirmed: bool,
}

impl Catalog {
    /// The catalogue that scout ships with.
    pub(crate) fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<Catalog> = OnceLock::new();
        BUILTIN.get_or_init(|| Self::parse(SOURCE).expect("a test parses the embedded file"))
    }

    /// Reads a catalogue.
    fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let kinds: BTreeMap<Kind, KindText> = toml::from_str(text)?;
        Ok(Self {
            kinds: kinds
                .into_iter()
                .map(|(kind, text)| (kind, entry(kind, text)))
                .collect(),
        })
    }

    /// What is known about a kind.
    fn entry(&self, kind: Kind) -> &KindEntry {
        self.kinds
            .get(&kind)
            .expect("a test finds every kind in the embedded file")
    }

    /// The key health metrics of a kind, most telling first; empty where none is known.
    pub(crate) fn metrics(&self, kind: Kind) -> &[MetricSpec] {
        &self.entry(kind).metrics
    }

    /// One metric of a kind by its id.
    #[cfg(test)]
    pub(crate) fn metric(&self, kind: Kind, id: &str) -> Option<&MetricSpec> {
        self.metrics(kind).iter().find(|spec| spec.id == id)
    }

    /// Whether Scaleway itself attests the names in a metric's expression. No data from others means nothing.
    #[cfg(test)]
    pub(crate) fn is_confirmed(&self, spec: &MetricSpec) -> bool {
        !self.entry(spec.kind).unconfirmed.contains(&spec.id)
    }

    /// The start of the names of a kind's metrics: `serverless_container_`. `None` for [`Kind::Custom`].
    pub(crate) fn prefix(&self, kind: Kind) -> Option<&str> {
        self.entry(kind).prefix.as_deref()
    }

    /// The value of the label `resource_type` on a kind's logs: `serverless_container`. `None` for [`Kind::Custom`].
    pub(crate) fn resource_type(&self, kind: Kind) -> Option<&str> {
        self.entry(kind).resource_type.as_deref()
    }

    /// The label of a kind's series that holds [`crate::model::Service::resource_name`].
    pub(crate) fn label(&self, kind: Kind) -> &str {
        &self.entry(kind).label
    }

    /// What a status means. An unknown one is [`Health::Unknown`]; so is none at all, except for a kind that has no status,
    /// where being listed is being well.
    pub(crate) fn health(&self, kind: Kind, status: &str) -> Health {
        let entry = self.entry(kind);
        let within = |list: &[String]| list.iter().any(|known| known == status);
        if within(&entry.health.healthy) {
            Health::Healthy
        } else if within(&entry.health.transitional) {
            Health::Transitional
        } else if within(&entry.health.unhealthy) {
            Health::Unhealthy
        } else if status.is_empty() && entry.listing.as_ref().is_some_and(|l| l.status.is_none()) {
            Health::Healthy
        } else {
            Health::Unknown
        }
    }

    /// Where the API lists a kind; `None` for buckets, which only S3 lists, and for [`Kind::Custom`].
    pub(crate) fn listing(&self, kind: Kind) -> Option<&Listing> {
        self.entry(kind).listing.as_ref()
    }

    /// A metric's `PromQL` for some resources, by their names as [`Catalog::label`] holds them. One result a resource.
    pub(crate) fn expression<'a>(
        &self,
        spec: &MetricSpec,
        resources: impl IntoIterator<Item = &'a str>,
    ) -> String {
        let label = self.label(spec.kind);
        let matcher = Matcher::any_of(label, resources).to_string();
        // The label first: a resource's name could hold the text of a placeholder.
        spec.expr
            .replace("{label}", label)
            .replace("{resource}", &matcher)
    }
}

/// A kind's entry out of its text.
fn entry(kind: Kind, text: KindText) -> KindEntry {
    let unconfirmed = text.metrics.iter().filter(|metric| metric.unconfirmed);
    KindEntry {
        prefix: text.prefix,
        resource_type: text.resource_type,
        label: text.label,
        unconfirmed: unconfirmed.map(|metric| metric.id.clone()).collect(),
        metrics: text
            .metrics
            .into_iter()
            .map(|metric| MetricSpec {
                kind,
                id: metric.id,
                title: metric.title,
                expr: metric.expr,
                unit: metric.unit,
                threshold: metric.threshold,
                always_present: metric.always_present,
            })
            .collect(),
        health: text.health,
        listing: text.listing,
    }
}

#[cfg(test)]
mod tests;

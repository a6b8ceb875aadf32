//! What is a diagnosis rule? The form of `rules.toml` and of the map's `[[rules]]`: which signs make which cause.
//!
//! The head of `analysis/rules.toml` explains each key. Patterns are kept as written; analysis compiles them.

use serde::{Deserialize, Serialize};

use super::{Bilingual, Kind, Sign, Threshold};

/// The ids of the built-in causes: a promise.
pub(crate) const BUILT_IN_CAUSES: [&str; 28] = [
    "container-oom-killed",
    "container-crash-loop",
    "container-scaled-to-zero",
    "container-max-scale-reached",
    "container-cpu-saturated",
    "container-image-pull-failed",
    "app-panic",
    "bad-deploy",
    "postgres-connections-exhausted",
    "postgres-disk-full",
    "postgres-unavailable",
    "postgres-slow-queries",
    "postgres-deadlocks",
    "redis-memory-full",
    "redis-unavailable",
    "redis-evictions",
    "vm-down",
    "vm-memory-exhausted",
    "vm-disk-full",
    "vm-container-exited",
    "dependency-unreachable",
    "dns-failure",
    "tls-certificate-expired",
    "upstream-rate-limited",
    "credentials-rejected",
    "bucket-access-denied",
    "edge-origin-errors",
    "traffic-surge",
];

/// An entry of the map's `[[rules]]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum MapRule {
    /// A cause.
    Cause(Box<Rule>),
    /// When a metric is bad here.
    Limit(MetricLimit),
}

/// Another threshold for a metric of the catalogue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MetricLimit {
    /// The metric's id in the catalogue.
    pub(crate) metric: String,
    /// The kind that it is a metric of.
    pub(crate) kind: Kind,
    /// What holds instead of the catalogue's.
    pub(crate) threshold: Threshold,
}

/// A cause and what speaks for it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "marks of a rule in its file, no states"
)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// Its id: a promise.
    pub(crate) id: String,
    /// The kinds of service that it can be about; empty for any.
    #[serde(default)]
    pub(crate) kinds: Vec<Kind>,
    /// The most that it claims.
    pub(crate) confidence: f64,
    /// Causes that explain it away.
    #[serde(default)]
    pub(crate) unless: Vec<String>,
    /// Causes that it brings about in what the same services need: it comes before those.
    #[serde(default)]
    pub(crate) leads_to: Vec<String>,
    /// Whose trouble it is.
    #[serde(default)]
    pub(crate) blame: Blamed,
    /// The kinds of dependency that may be `named`; empty for any.
    #[serde(default)]
    pub(crate) named_kinds: Vec<Kind>,
    /// Whether it must begin before anything else goes wrong.
    #[serde(default)]
    pub(crate) first: bool,
    /// Whether any other cause of the same service rules it out.
    #[serde(default)]
    pub(crate) last_resort: bool,
    /// What it says of a caller that accuses somebody unknown; `None` where it then says nothing.
    #[serde(default)]
    pub(crate) statement_caller: Option<Bilingual>,
    /// Whether a service that has it does nothing at all.
    #[serde(default)]
    pub(crate) down: bool,
    /// Whether it only passes on what goes wrong behind the service: a cause named there explains it.
    #[serde(default)]
    pub(crate) passes_on: bool,
    /// Whether more work than usual can make it: a job that began shortly before is then part of the story.
    #[serde(default)]
    pub(crate) load: bool,
    /// What it says; `{service}` is filled in.
    pub(crate) statement: Bilingual,
    /// What speaks for it.
    pub(crate) sign: Vec<RuleSign>,
    /// What to do next.
    #[serde(default)]
    pub(crate) next: Vec<RuleStep>,
}

/// Whose trouble a cause is where both ends of a dependency show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Blamed {
    /// The one that is depended on.
    #[default]
    Dependency,
    /// The one that depends.
    Caller,
    /// The dependency that the caller's lines accuse.
    Accused,
    /// The dependency whose machine shows it, else the one that the caller's lines name, else the caller.
    Named,
}

/// Where a sign must be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SeenOn {
    /// In the service itself or in one that depends on it.
    #[default]
    Any,
    /// In the service itself.
    #[serde(rename = "self")]
    Itself,
    /// In a service that depends on it.
    Caller,
}

/// One sign of a cause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleSign {
    /// What it adds.
    pub(crate) weight: f64,
    /// Kinds of facts; empty for lines.
    #[serde(default)]
    pub(crate) signs: Vec<Sign>,
    /// What the fact's subject must match: a regular expression, case ignored.
    #[serde(default)]
    pub(crate) pattern: Option<String>,
    /// What the fact's subject must not match.
    #[serde(default)]
    pub(crate) not: Option<String>,
    /// Where it is seen.
    #[serde(default)]
    pub(crate) on: SeenOn,
}

/// A next step of a cause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleStep {
    /// A scout command with `{service}`, `{kind}`, `{window}`, `{env}`, `{ssh}`.
    pub(crate) command: String,
    /// What it tells.
    pub(crate) why: Bilingual,
}

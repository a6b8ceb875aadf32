//! What may be written in a scenario file?
//!
//! In: the text of a `.toml` file, an evidence bundle, or the name of a scenario that is built in. Out: a [`Scenario`], checked: every key known,
//! every time readable, every size bounded. It must not look at a clock: times stay offsets until a world is made of them.
//!
//! Beside what the scenario format promises, the sandbox reads a few things of its own:
//!
//! ```toml
//! [permissions]
//! deny = ["cockpit:write", "rdb:read"]   # what the IAM key may not do: product:action, `*` for any
//!
//! [rate_limit]
//! requests = 20    # what the Scaleway API takes ...
//! per = "1s"       # ... in this time; beyond it, 429
//!
//! [[fault]]
//! source = "scaleway"
//! method = "POST"         # only requests of this method
//! path = "/cockpit/v1/*"  # `*` stands for any text
//! nth = 2                 # the first matching request that it applies to, counted from 1
//! before = true           # delay or drop before the request is acted on, not after
//! status = 200            # the answer instead of acting on the request …
//! body = "<html>"         # … with this body
//! content_type = "text/html"
//! ```
//!
//! In `fields` of a resource, a text such as `-20m` under a key that ends in `_at`, `_date`, `_before` or `_after` is a time
//! too. A data source with `status = "absent"` takes away the one of its type that the sandbox would add.

mod check;
mod error;
mod ordered;
mod tables;
mod times;

use std::io::{BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use serde::Deserialize;
use toml::Spanned;

pub(super) use check::{MOST_LINES, MOST_SAMPLES};
pub(super) use error::Problem;
pub(crate) use error::ScenarioError;
pub(crate) use tables::{SshTable, Truth};

pub(super) use ordered::{FieldSpec, VarSpec};
pub(super) use tables::{
    FaultSource, FaultTable, Format, LogTable, MetricTable, Permissions, RateLimitTable,
    ResourceKind, ResourceTable, Segment, Wave,
};
pub(super) use times::{Offset, parse_offset};

use super::bundle::Recorded;

/// What gzip files begin with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The longest scenario that is read: a thousand times the longest that is built in.
const MOST_TEXT_BYTES: u64 = 64 << 20;

/// The scenario that runs when none is named: the one whose report shows most of what scout does.
pub(crate) const DEFAULT_SCENARIO: &str = "postgres-connections";

/// The scenarios inside the binary, by name.
const BUILTINS: [(&str, &str); 15] = [
    ("bad-deploy", include_str!("scenarios/bad-deploy.toml")),
    (
        "bucket-access-denied",
        include_str!("scenarios/bucket-access-denied.toml"),
    ),
    (
        "container-oom",
        include_str!("scenarios/container-oom.toml"),
    ),
    (
        "credentials-rejected",
        include_str!("scenarios/credentials-rejected.toml"),
    ),
    (
        "edge-origin-errors",
        include_str!("scenarios/edge-origin-errors.toml"),
    ),
    ("healthy", include_str!("scenarios/healthy.toml")),
    (
        "kubernetes-nodes-lost",
        include_str!("scenarios/kubernetes-nodes-lost.toml"),
    ),
    ("no-data", include_str!("scenarios/no-data.toml")),
    (
        "postgres-connections",
        include_str!("scenarios/postgres-connections.toml"),
    ),
    (
        "redis-memory-full",
        include_str!("scenarios/redis-memory-full.toml"),
    ),
    (
        "tls-certificate-expired",
        include_str!("scenarios/tls-certificate-expired.toml"),
    ),
    (
        "traffic-surge",
        include_str!("scenarios/traffic-surge.toml"),
    ),
    ("two-faults", include_str!("scenarios/two-faults.toml")),
    ("vm-down", include_str!("scenarios/vm-down.toml")),
    (
        "vm-memory-exhausted",
        include_str!("scenarios/vm-memory-exhausted.toml"),
    ),
];

/// A small world, as it is written down: times are offsets from a `now` that is not known yet.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    /// Version of the format; 1.
    pub(super) schema: u32,
    /// Its name.
    pub(crate) name: String,
    /// What it is about, in one line.
    #[serde(default)]
    pub(crate) title: String,
    /// What every random choice follows from.
    #[serde(default)]
    pub(super) seed: u64,
    /// What a person would type; empty where the scenario does not say.
    #[serde(default)]
    pub(crate) issue: String,
    /// What a perfect investigation says. For tests: the sandbox never serves it.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "checked for its form; never served")
    )]
    pub(crate) truth: Option<Truth>,
    /// The infra map of this world, in the map's own form. Not checked here.
    #[serde(default)]
    pub(super) map: toml::Table,
    /// What the IAM key may not do.
    #[serde(default)]
    pub(super) permissions: Permissions,
    /// How many requests the Scaleway API takes; left out, any number.
    pub(super) rate_limit: Option<RateLimitTable>,
    /// What the Scaleway API lists.
    #[serde(default, rename = "resource")]
    pub(super) resources: Vec<Spanned<ResourceTable>>,
    /// Series.
    #[serde(default, rename = "metric")]
    pub(super) metrics: Vec<Spanned<MetricTable>>,
    /// Log lines.
    #[serde(default, rename = "log")]
    pub(super) logs: Vec<Spanned<LogTable>>,
    /// What commands on machines answer.
    #[serde(default, rename = "ssh")]
    pub(crate) ssh: Vec<SshTable>,
    /// What goes wrong on the wire.
    #[serde(default, rename = "fault")]
    pub(super) faults: Vec<Spanned<FaultTable>>,
    /// What was recorded; nothing for a scenario that is written down.
    #[serde(skip)]
    pub(super) recorded: Recorded,
}

impl Scenario {
    /// Reads a scenario; `origin` is the file's name, for messages.
    ///
    /// # Errors
    /// Where the text is not TOML, has an unknown key or a value that makes no sense, or asks for more data than the sandbox
    /// holds. The error names the line.
    pub(crate) fn parse(text: &str, origin: &str) -> Result<Self, ScenarioError> {
        let scenario: Self =
            toml::from_str(text).map_err(|error| ScenarioError::from_toml(origin, text, &error))?;
        match check::first_problem(&scenario) {
            None => Ok(scenario),
            Some((offset, problem)) => Err(ScenarioError::at(origin, text, offset, problem)),
        }
    }

    /// Reads a scenario or an evidence bundle, compressed or not: the first bytes tell which. `origin` is the file's name.
    ///
    /// # Errors
    /// As [`Self::parse`]; where a line of a bundle is no record; where the file cannot be read or is not text.
    pub(crate) fn read(mut source: impl BufRead, origin: &str) -> Result<Self, ScenarioError> {
        let unreadable =
            |error: std::io::Error| ScenarioError::unreadable(origin, error.to_string());
        if source.fill_buf().map_err(unreadable)?.starts_with(&GZIP) {
            let unpacked = MultiGzDecoder::new(source);
            return Self::read_text(BufReader::new(unpacked), origin);
        }
        Self::read_text(source, origin)
    }

    /// The same, uncompressed.
    fn read_text(mut source: impl BufRead, origin: &str) -> Result<Self, ScenarioError> {
        let unreadable =
            |error: std::io::Error| ScenarioError::unreadable(origin, error.to_string());
        if source.fill_buf().map_err(unreadable)?.starts_with(b"{") {
            return Self::of_bundle(source, origin);
        }
        let mut text = String::new();
        source
            .take(MOST_TEXT_BYTES)
            .read_to_string(&mut text)
            .map_err(unreadable)?;
        Self::parse(&text, origin)
    }

    /// A scenario that is built in; `None` for any other name.
    pub(crate) fn builtin(name: &str) -> Option<Self> {
        let (_, text) = BUILTINS.iter().find(|(builtin, _)| *builtin == name)?;
        Some(Self::parse(text, name).expect("built-in scenarios are parsed by a test"))
    }

    /// Name and title of each scenario that is built in, by name.
    pub(crate) fn builtins() -> Vec<(String, String)> {
        BUILTINS
            .iter()
            .filter_map(|(name, _)| Self::builtin(name))
            .map(|scenario| (scenario.name, scenario.title))
            .collect()
    }
}

#[cfg(test)]
mod tests;

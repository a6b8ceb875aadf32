//! A service: a name of the map and everything that it stands for in one environment.

use serde::{Deserialize, Serialize};

use super::Kind;

/// A service of the map, resolved for one environment: overrides applied, `{env}` filled in.
///
/// Its serialised form is the map's own (`[services.NAME]`), which is also how evidence keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Service {
    /// Its name, the key under `services`.
    #[serde(skip)]
    pub(crate) name: String,
    /// What it is.
    pub(crate) kind: Kind,
    /// A name for people; the name itself where the map gives none.
    pub(crate) title: String,
    /// Other names that people use.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) aliases: Vec<String>,
    /// The value of the label `resource_name` on its logs and metrics, and the resource's name.
    pub(crate) resource_name: String,
    /// Services that it needs, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) depends_on: Vec<String>,
    /// Probed as a user would see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    /// The ssh target that runs it, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ssh: Option<String>,
}

/// A machine of the map that may be looked into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SshTarget {
    /// A `Host` alias of the user's ssh configuration, or `user@host`.
    pub(crate) host: String,
    /// The agent's socket for this target, `~` allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) agent_sock: Option<String>,
}

//! What a resource's own status says about it.

use serde::{Deserialize, Serialize};

/// A resource's status, grouped. Which status belongs where is data: `config/catalog.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Health {
    /// As it should be.
    Healthy,
    /// On its way to another state.
    Transitional,
    /// Broken, stopped or locked.
    Unhealthy,
    /// A status that scout does not know, or none.
    Unknown,
}

//! What one entry says.

use serde::{Deserialize, Serialize};

use super::super::scaleway::Account;
use crate::model::{Instant, TokenName};

/// Version of the form.
const SCHEMA: u32 = 1;

/// A token that a run is about to make, or has made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LedgerEntry {
    /// Version of the form.
    schema: u32,
    /// The token's name.
    pub(super) name: String,
    /// The token's id, once it is known.
    id: Option<String>,
    /// Base address of the API.
    api_url: String,
    /// Project.
    project_id: String,
    /// Region.
    region: String,
    /// The run's process.
    pub(super) pid: u32,
    /// When the run began.
    started_at: Instant,
}

impl LedgerEntry {
    /// An entry for a token that does not exist yet.
    pub(crate) fn new(account: &Account, name: &TokenName, pid: u32, started_at: Instant) -> Self {
        Self {
            schema: SCHEMA,
            name: name.to_string(),
            id: None,
            api_url: account.api_url.clone(),
            project_id: account.project_id.clone(),
            region: account.region.clone(),
            pid,
            started_at,
        }
    }

    /// The same, once the token's id is known.
    pub(super) fn with_id(mut self, id: &str) -> Self {
        self.id = Some(id.to_owned());
        self
    }

    /// Reads an entry; `None` for anything that scout did not write. Region and id go into the path of a request, so they
    /// may not hold what changes its meaning, and a name that is not scout's is not scout's to touch.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let entry: Self = serde_json::from_slice(bytes).ok()?;
        let plain = |text: &str| {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            !text.is_empty() && text.bytes().all(fits)
        };
        let holds = entry.schema == SCHEMA
            && entry.name.parse::<TokenName>().is_ok()
            && plain(&entry.region)
            && entry.id.as_deref().is_none_or(plain);
        holds.then_some(entry)
    }

    /// The token's name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The token's id, where the run learnt it.
    pub(crate) fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// When the run began.
    pub(crate) fn started_at(&self) -> Instant {
        self.started_at
    }

    /// The account to delete it from, where `account` has the right to: the same API and project, in the entry's region.
    pub(crate) fn account(&self, account: &Account) -> Option<Account> {
        let same = self.api_url == account.api_url && self.project_id == account.project_id;
        same.then(|| Account {
            region: self.region.clone(),
            ..account.clone()
        })
    }
}

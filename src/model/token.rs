//! A temporary Cockpit token: what it may read, and the name that says when it should be gone.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Instant;

/// What a token may do. scout only ever asks for these three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Scope {
    /// Query logs.
    #[serde(rename = "read_only_logs")]
    Logs,
    /// Query metrics.
    #[serde(rename = "read_only_metrics")]
    Metrics,
    /// Query traces.
    #[serde(rename = "read_only_traces")]
    Traces,
}

impl Scope {
    /// The API's name.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Logs => "read_only_logs",
            Self::Metrics => "read_only_metrics",
            Self::Traces => "read_only_traces",
        }
    }
}

/// The name of a token that scout made: `scout-<unix-expiry>-<random>`.
///
/// Scaleway's tokens never expire; the name says when this one has outlived the longest run there may be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct TokenName {
    /// When the run that made it must have ended, in Unix seconds.
    expires: i64,
    /// What makes the name unique: 12 hexadecimal digits in names that scout makes.
    random: String,
}

impl TokenName {
    /// A name for a token of a run that ends by `expires`; `random` makes it unique.
    pub(crate) fn new(expires: Instant, random: u64) -> Self {
        Self {
            expires: expires.timestamp(),
            random: format!("{:012x}", random & 0xffff_ffff_ffff),
        }
    }

    /// When the run that made it must have ended.
    pub(crate) fn expires(&self) -> Instant {
        Instant::from_timestamp(self.expires, 0).unwrap_or_default()
    }
}

impl fmt::Display for TokenName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "scout-{}-{}", self.expires, self.random)
    }
}

impl FromStr for TokenName {
    type Err = ();

    /// Reads a name of scout's pattern. Any other name is an error: it is not scout's to touch.
    fn from_str(name: &str) -> Result<Self, ()> {
        let rest = name.strip_prefix("scout-").ok_or(())?;
        let (expires, random) = rest.split_once('-').ok_or(())?;
        let digits =
            (9..=11).contains(&expires.len()) && expires.bytes().all(|b| b.is_ascii_digit());
        let hex = (6..=32).contains(&random.len())
            && random
                .bytes()
                .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if !digits || !hex {
            return Err(());
        }
        Ok(Self {
            expires: expires.parse().map_err(|_| ())?,
            random: random.to_owned(),
        })
    }
}

/// What became of the token of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TokenStatus {
    /// The run asked nothing that needs one, so none was made.
    NotNeeded,
    /// One was wanted and the API would not make it; none exists.
    NotCreated,
    /// Made, used, deleted.
    Deleted,
    /// It may still exist. The run ends with exit code 6.
    LeftBehind,
}

/// The whole life of a run's token, for the last line of the report. Never holds the secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct TokenOutcome {
    /// How it ended.
    pub(crate) status: TokenStatus,
    /// Its id, where one was learnt.
    pub(crate) id: Option<String>,
    /// Its name, for a token whose id was never learnt; `None` where no token was wanted.
    #[serde(skip)]
    pub(crate) name: Option<String>,
    /// What it could read; empty where none was needed.
    pub(crate) scopes: Vec<Scope>,
    /// From creation to deletion; `None` where there was no token.
    pub(crate) lived_seconds: Option<f64>,
    /// Where it was left behind: the exact command that removes it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) remedy: Option<String>,
}

impl TokenOutcome {
    /// The outcome of a run that needs no token.
    pub(crate) fn not_needed() -> Self {
        Self {
            status: TokenStatus::NotNeeded,
            id: None,
            name: None,
            scopes: Vec::new(),
            lived_seconds: None,
            remedy: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_back_and_tells_its_expiry() {
        let expires = Instant::from_timestamp(1_795_255_200, 0).unwrap();
        let name = TokenName::new(expires, 0x007f_3a9c);
        assert_eq!(name.to_string(), "scout-1795255200-0000007f3a9c");
        assert_eq!(name.to_string().parse(), Ok(name.clone()));
        assert_eq!(name.expires(), expires);
    }

    #[test]
    fn other_names_are_not_scouts() {
        for name in [
            "grafana",
            "scout",
            "scout-x-7f3a9c",
            "scout-1795255200-",
            "scout-1795255200-ZZZZZZ",
            "my-scout-1795255200-7f3a9c",
        ] {
            assert_eq!(name.parse::<TokenName>(), Err(()), "{name}");
        }
    }
}

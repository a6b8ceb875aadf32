//! Log entries and log streams.

use serde::{Deserialize, Serialize};

use super::{Instant, Labels};

/// Nanoseconds since 1970, as Loki counts time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct UnixNanos(pub(crate) i64);

impl UnixNanos {
    /// The same instant as a date. Exact.
    pub(crate) fn instant(self) -> Instant {
        Instant::from_timestamp_nanos(self.0)
    }
}

impl From<Instant> for UnixNanos {
    /// Saturates outside the years 1677 to 2262, which 64 bits of nanoseconds cannot hold.
    fn from(at: Instant) -> Self {
        let fallback = if at.timestamp() < 0 {
            i64::MIN
        } else {
            i64::MAX
        };
        Self(at.timestamp_nanos_opt().unwrap_or(fallback))
    }
}

/// One log line and when it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// When, to the nanosecond.
    pub(crate) at: UnixNanos,
    /// The line as stored, control characters included: never print it unescaped.
    pub(crate) line: String,
}

/// A label set and its entries, in the order in which the source gave them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogStream {
    /// What identifies the stream.
    pub(crate) labels: Labels,
    /// Its entries.
    pub(crate) entries: Vec<Entry>,
}

//! Log lines as one JSON document that is written while they arrive: what was asked, the entries, then how many there are.
//!
//! ```text
//! {"schema": 1, "query": "{…}", "window": {"from": …, "to": …}, "entries": [
//! {…},
//! {…}
//! ], "matched": 1234, "fetched": 50, "shown": 50, "limited": true, "interrupted": false, "gaps": []}
//! ```

use std::io::{self, Write};

use serde::Serialize;

use crate::model::{Instant, Window};
use crate::render::json;

/// What a document begins with.
pub(crate) struct DocumentHead<'a> {
    /// The log query that was sent.
    pub(crate) query: &'a str,
    /// The window asked for.
    pub(crate) window: Window,
}

/// What a document ends with.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct DocumentTail {
    /// Entries that there are, as the server counts them; `None` where it was not asked, did not answer, or cannot say.
    pub(crate) matched: Option<u64>,
    /// Entries that were fetched and looked at.
    pub(crate) fetched: u64,
    /// Entries above.
    pub(crate) shown: u64,
    /// Whether a limit left entries out.
    pub(crate) limited: bool,
    /// Whether the run was stopped before its end.
    pub(crate) interrupted: bool,
    /// What could not be fetched.
    pub(crate) gaps: Vec<DocumentGap>,
}

/// A stretch of time whose entries are missing.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct DocumentGap {
    /// Its first instant.
    pub(crate) from: Instant,
    /// The first instant after it.
    pub(crate) to: Instant,
    /// Why.
    pub(crate) error: String,
}

/// Writes the beginning, up to the entries.
///
/// # Errors
/// The writer's.
pub(crate) fn write_open(head: &DocumentHead<'_>, out: &mut dyn Write) -> io::Result<()> {
    /// As it is written.
    #[derive(Serialize)]
    struct Open<'a> {
        schema: u32,
        query: &'a str,
        window: Window,
    }
    let open = Open {
        schema: 1,
        query: head.query,
        window: head.window,
    };
    let mut text = Vec::new();
    json::write_line(&open, &mut text)?;
    out.write_all(text.strip_suffix(b"}\n").unwrap_or(&text))?;
    out.write_all(b",\"entries\":[")
}

/// Writes the end, behind the last entry.
///
/// # Errors
/// The writer's.
pub(crate) fn write_close(tail: &DocumentTail, out: &mut dyn Write) -> io::Result<()> {
    let mut text = Vec::new();
    json::write_line(tail, &mut text)?;
    out.write_all(b"\n],")?;
    out.write_all(text.strip_prefix(b"{").unwrap_or(&text))
}

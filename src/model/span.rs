//! A span of a trace: one piece of work of one service.

use super::UnixNanos;

/// A piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TraceSpan {
    /// Its id, hexadecimal where it could be read as such.
    pub(crate) id: String,
    /// The span that it is a part of; empty for the root.
    pub(crate) parent: String,
    /// The service that did it, by its own name.
    pub(crate) service: String,
    /// What it was.
    pub(crate) name: String,
    /// When it began.
    pub(crate) start: UnixNanos,
    /// When it ended; not before it began.
    pub(crate) end: UnixNanos,
    /// Whether it failed.
    pub(crate) error: bool,
}

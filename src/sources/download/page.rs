//! Entries of a stretch of time, whole and in order.
//!
//! A page keeps its lines in one text and its label sets once: a million lines are then a few hundred allocations, not millions.

use std::ops::Range;
use std::sync::Arc;

use super::Order;
use crate::model::{Labels, LogStream, UnixNanos, Window};

/// All entries of a stretch of time, in order: by time, then by label set, then as the server gave them.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    /// The stretch. Pages of one download touch and do not overlap.
    pub(crate) covers: Window,
    /// Label sets of the entries.
    streams: Vec<Arc<Labels>>,
    /// All lines, one behind the other.
    text: String,
    /// The entries, in the order of the download.
    rows: Vec<Row>,
}

/// Where an entry is.
#[derive(Debug, Clone)]
struct Row {
    /// When.
    at: UnixNanos,
    /// Index of its label set.
    stream: usize,
    /// Its line.
    line: Range<usize>,
}

/// One entry of a page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageEntry<'a> {
    /// When, to the nanosecond.
    pub(crate) at: UnixNanos,
    /// What identifies its log stream.
    pub(crate) labels: &'a Arc<Labels>,
    /// The line as stored, control characters included: never print it unescaped.
    pub(crate) line: &'a str,
}

impl Page {
    /// A page of what a server gave for `covers`.
    pub(super) fn new(covers: Window, found: Vec<LogStream>, order: Order) -> Self {
        let mut page = Self {
            covers,
            streams: Vec::with_capacity(found.len()),
            text: String::new(),
            rows: Vec::new(),
        };
        let mut found = found;
        found.sort_by(|a, b| a.labels.cmp(&b.labels));
        for (stream, LogStream { labels, entries }) in found.into_iter().enumerate() {
            page.streams.push(Arc::new(labels));
            for entry in entries {
                let start = page.text.len();
                page.text.push_str(&entry.line);
                page.rows.push(Row {
                    at: entry.at,
                    stream,
                    line: start..page.text.len(),
                });
            }
        }
        match order {
            Order::OldestFirst => page.rows.sort_by_key(|row| (row.at, row.stream)),
            Order::NewestFirst => page
                .rows
                .sort_by_key(|row| std::cmp::Reverse((row.at, row.stream))),
        }
        page
    }

    /// The entries, in the order of the download.
    pub(crate) fn entries(&self) -> impl ExactSizeIterator<Item = PageEntry<'_>> {
        self.rows.iter().map(|row| PageEntry {
            at: row.at,
            labels: &self.streams[row.stream],
            line: &self.text[row.line.clone()],
        })
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Bytes of all lines.
    pub(crate) fn line_bytes(&self) -> usize {
        self.text.len()
    }
}

//! Answers a log query: which entries, grouped by their final labels?
//!
//! Streams are merged by time from the asked-for end, entry by entry, and the walk stops at the limit; what lies beyond
//! it is never looked at.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

use super::error::QueryError;
use super::filter::StreamTest;
use super::line_labels::LineLabels;
use super::pipeline::Pipeline;
use super::places::Places;
use super::tree::LogExpr;
use crate::model::Labels;
use crate::sandbox::log_store::{LogStore, StoredEntry, StoredStream};

/// From which end entries are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Oldest first.
    Forward,
    /// Newest first.
    Backward,
}

/// Which part of the entries is wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LogWindow {
    /// First nanosecond inside.
    pub(crate) from: i64,
    /// First nanosecond after.
    pub(crate) to: i64,
    /// How many entries at most, over all streams.
    pub(crate) limit: usize,
    /// From which end.
    pub(crate) order: Order,
    /// Least distance between two entries, nanoseconds; zero for all.
    pub(crate) interval: i64,
}

/// Entries that share their final labels.
#[derive(Debug)]
pub(crate) struct FoundStream<'a> {
    /// The labels.
    pub(crate) labels: Labels,
    /// Nanoseconds and line, in the order asked for.
    pub(crate) entries: Vec<(i64, Cow<'a, str>)>,
}

/// A stream's entries inside the window, taken from one end.
struct Rest<'a> {
    /// Where they come from.
    stream: &'a StoredStream,
    /// What is left.
    entries: &'a [StoredEntry],
}

impl<'a> Rest<'a> {
    /// When the next entry was written.
    fn next_at(&self, order: Order) -> Option<i64> {
        let entry = match order {
            Order::Forward => self.entries.first(),
            Order::Backward => self.entries.last(),
        };
        entry.map(|entry| entry.at)
    }

    /// Takes the next entry.
    fn take(&mut self, order: Order) -> Option<&'a StoredEntry> {
        let (entry, rest) = match order {
            Order::Forward => self.entries.split_first()?,
            Order::Backward => self.entries.split_last()?,
        };
        self.entries = rest;
        Some(entry)
    }
}

/// The entries that a query selects.
///
/// # Errors
/// A selector or stage that Loki refuses.
pub(crate) fn run_log_query<'a>(
    store: &'a LogStore,
    query: &LogExpr,
    window: LogWindow,
) -> Result<Vec<FoundStream<'a>>, QueryError> {
    let selector = StreamTest::new(&query.selector)?;
    let pipeline = Pipeline::new(&query.stages)?;
    let mut rests: Vec<Rest<'a>> = store
        .streams()
        .iter()
        .filter(|stream| selector.selects(&stream.labels))
        .map(|stream| Rest {
            stream,
            entries: stream.window(window.from, window.to),
        })
        .collect();
    // Equal times come in the order of the streams, whichever the direction.
    let rank = |at: i64| match window.order {
        Order::Forward => !at,
        Order::Backward => at,
    };
    let mut heap: BinaryHeap<_> = rests
        .iter()
        .enumerate()
        .filter_map(|(index, rest)| Some((rank(rest.next_at(window.order)?), Reverse(index))))
        .collect();
    let mut labels = LineLabels::new();
    let mut found = Found::default();
    let mut last: Option<i64> = None;
    while found.count < window.limit
        && let Some(mut top) = heap.peek_mut()
    {
        let index = top.1.0;
        let rest = &mut rests[index];
        let taken = rest.take(window.order);
        match rest.next_at(window.order) {
            Some(at) => top.0 = rank(at),
            None => drop(PeekMut::pop(top)),
        }
        let Some(entry) = taken.filter(|entry| pipeline.admits(&entry.line)) else {
            continue;
        };
        let known = found.place_of_filtered(&pipeline, index, entry);
        let line = if known.is_some() {
            Some(Cow::Borrowed(&*entry.line))
        } else {
            labels.reset(&rest.stream.labels, entry);
            pipeline.run(entry.at, &entry.line, &mut labels)
        };
        let Some(line) = line else { continue };
        if last.is_some_and(|last| entry.at.abs_diff(last) < window.interval.unsigned_abs()) {
            continue;
        }
        last = Some(entry.at);
        let place = known.unwrap_or_else(|| found.place(index, entry, &labels));
        found.add(place, entry.at, line);
    }
    Ok(found.streams())
}

/// Entries by their final labels.
#[derive(Default)]
struct Found<'a> {
    /// How many.
    count: usize,
    /// Position in `groups`.
    places: Places,
    /// The entries.
    groups: Vec<Vec<(i64, Cow<'a, str>)>>,
}

impl<'a> Found<'a> {
    /// The place of an entry that the pipeline leaves as it is, if that is known.
    fn place_of_filtered(
        &self,
        pipeline: &Pipeline,
        stream: usize,
        entry: &StoredEntry,
    ) -> Option<usize> {
        let filtered = pipeline.is_filter();
        filtered.then(|| self.places.plain(stream, entry))?
    }

    /// The place of an entry with these labels.
    fn place(&mut self, stream: usize, entry: &StoredEntry, labels: &LineLabels<'_>) -> usize {
        let place = self.places.place(stream, entry, labels, || labels.labels());
        if place == self.groups.len() {
            self.groups.push(Vec::new());
        }
        place
    }

    /// Adds an entry.
    fn add(&mut self, place: usize, at: i64, line: Cow<'a, str>) {
        self.count += 1;
        self.groups[place].push((at, line));
    }

    /// The streams, by labels.
    fn streams(mut self) -> Vec<FoundStream<'a>> {
        self.places
            .into_sorted()
            .map(|(labels, place)| FoundStream {
                labels,
                entries: std::mem::take(&mut self.groups[place]),
            })
            .collect()
    }
}

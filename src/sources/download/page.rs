//! Entries of a stretch of time, whole and in order.
//!
//! A page keeps its lines in one text and shares its label sets with all others: a million lines are then a few hundred
//! allocations, not millions.

use std::ops::Range;
use std::sync::Arc;

use super::Order;
use super::decode::Arena;
use crate::model::{Labels, UnixNanos, Window};

/// All entries of a stretch of time, in order: by time, then by label set, then as the server keeps them. Newest first is the
/// exact reverse of that.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    /// The stretch. Pages of one download do not overlap, and touch where no gap lies between.
    pub(crate) covers: Window,
    /// Label sets of the entries, in order.
    streams: Vec<Arc<Labels>>,
    /// All lines, one behind the other.
    text: String,
    /// The entries, in the order of the download.
    rows: Vec<Row>,
    /// Bytes of the lines of all rows.
    line_bytes: usize,
}

/// Where an entry is.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// When.
    pub(super) at: UnixNanos,
    /// Index of its label set.
    pub(super) stream: usize,
    /// Its line.
    pub(super) line: Range<usize>,
}

/// One entry of a page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageEntry<'a> {
    /// When, to the nanosecond.
    pub(crate) at: UnixNanos,
    /// What identifies its log stream. Equal sets of one download mostly are one and the same in memory.
    pub(crate) labels: &'a Arc<Labels>,
    /// The line as stored, control characters included: never print it unescaped.
    pub(crate) line: &'a str,
}

impl Page {
    /// A page of what a server gave for `covers`, in one answer or in several that share no entry; of one log stream, the
    /// older entries in the earlier answer.
    pub(super) fn new(
        covers: Window,
        parts: impl IntoIterator<Item = Arena>,
        order: Order,
    ) -> Self {
        let mut parts = parts.into_iter().map(Arena::oldest_first);
        let mut all = parts.next().unwrap_or_default();
        parts.for_each(|part| all.append(part));
        let (streams, places) = ranked(&all.streams);
        let mut rows = all.rows;
        for row in &mut rows {
            row.stream = places[row.stream];
        }
        // Stable: equal times of a stream stay as the server keeps them.
        rows.sort_by_key(|row| (row.at, row.stream));
        if order == Order::NewestFirst {
            rows.reverse();
        }
        Self {
            covers,
            streams,
            line_bytes: rows.iter().map(|row| row.line.len()).sum(),
            text: all.text,
            rows,
        }
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
        self.line_bytes
    }

    /// Bytes that it takes in memory, label sets aside.
    pub(super) fn memory_bytes(&self) -> usize {
        self.text.capacity() + self.rows.capacity() * size_of::<Row>()
    }
}

/// Label sets in order, equal ones as one, and for each of the given its place among them.
fn ranked(streams: &[Arc<Labels>]) -> (Vec<Arc<Labels>>, Vec<usize>) {
    let mut sorted = streams.to_vec();
    sorted.sort();
    sorted.dedup();
    let place = |labels: &Arc<Labels>| sorted.partition_point(|other| other < labels);
    let places = streams.iter().map(place).collect();
    (sorted, places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::loki::Direction;
    use crate::sources::streams::Sink;

    /// An answer with entries of one label set: times, and one line for each.
    fn answer(direction: Direction, streams: &[(&str, &[(i64, &str)])]) -> Arena {
        let mut arena = Arena::new(direction, &super::super::decode::LabelSets::default(), 0);
        for (app, entries) in streams {
            for (at, line) in *entries {
                arena.entry(UnixNanos(*at), line);
            }
            arena.stream([("app", *app)].into_iter().collect());
        }
        arena
    }

    fn lines(parts: Vec<Arena>, order: Order) -> String {
        let at = UnixNanos(0).instant();
        let covers = Window { from: at, to: at };
        let page = Page::new(covers, parts, order);
        let lines: Vec<&str> = page.entries().map(|entry| entry.line).collect();
        lines.join(" ")
    }

    #[test]
    fn equal_times_come_by_label_set_then_as_stored_and_newest_first_is_the_reverse() {
        let forward = || {
            answer(
                Direction::Forward,
                &[
                    ("b", &[(1, "b1"), (1, "b2")]),
                    ("a", &[(1, "a1"), (2, "a2")]),
                ],
            )
        };
        let backward = || {
            answer(
                Direction::Backward,
                &[
                    ("b", &[(1, "b2"), (1, "b1")]),
                    ("a", &[(2, "a2"), (1, "a1")]),
                ],
            )
        };
        for part in [forward, backward] as [fn() -> Arena; 2] {
            assert_eq!(lines(vec![part()], Order::OldestFirst), "a1 b1 b2 a2");
            assert_eq!(lines(vec![part()], Order::NewestFirst), "a2 b2 b1 a1");
        }
    }

    #[test]
    fn parts_of_several_answers_become_one_page() {
        let parts = || {
            vec![
                answer(Direction::Forward, &[("b", &[(1, "b1")])]),
                answer(Direction::Forward, &[("a", &[(1, "a1")])]),
                answer(Direction::Backward, &[("b", &[(1, "b3"), (1, "b2")])]),
            ]
        };
        assert_eq!(lines(parts(), Order::OldestFirst), "a1 b1 b2 b3");
        assert_eq!(lines(parts(), Order::NewestFirst), "b3 b2 b1 a1");
    }
}

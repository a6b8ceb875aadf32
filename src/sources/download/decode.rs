//! From an answer's body to the part of a page that is certainly whole.
//!
//! In: a body and what it was asked for. Out: [`Found`]: a page, and what is left to be asked. Lines go straight from the JSON into one
//! text. Pure; runs on a thread of its own, so that the network goes on meanwhile.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::Order;
use super::page::{Page, Row};
use super::span::Span;
use crate::model::{Labels, UnixNanos};
use crate::sources::loki::Direction;
use crate::sources::streams::{Sink, read_streams};

/// Bytes of label sets that are kept to be shared. Ten thousand sets of a Cockpit stream; where every line has its own (a trace id
/// as structured metadata), remembering all would fill memory, so the sets are forgotten and learnt anew.
const KEPT_LABEL_BYTES: usize = 4 << 20;

/// Label sets seen in a download, each kept once.
#[derive(Debug, Clone, Default)]
pub(super) struct LabelSets(Arc<Mutex<Known>>);

/// The sets and their size.
#[derive(Debug, Default)]
struct Known {
    /// The sets.
    sets: HashSet<Arc<Labels>>,
    /// Bytes of their names and values.
    bytes: usize,
}

impl LabelSets {
    /// The one that equals `labels`.
    fn shared(&self, labels: Labels) -> Arc<Labels> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(same) = known.sets.get(&labels) {
            return same.clone();
        }
        if known.bytes > KEPT_LABEL_BYTES {
            *known = Known::default();
        }
        known.bytes += labels
            .iter()
            .map(|(name, value)| name.len() + value.len())
            .sum::<usize>();
        let labels = Arc::new(labels);
        known.sets.insert(labels.clone());
        labels
    }
}

/// Entries of an answer, as they came.
#[derive(Debug)]
pub(super) struct Arena {
    /// In which direction equal times stand.
    direction: Direction,
    /// Label sets; entries of an index that is not there yet belong to the stream that is being read.
    pub(super) streams: Vec<Arc<Labels>>,
    /// All lines.
    pub(super) text: String,
    /// The entries.
    pub(super) rows: Vec<Row>,
    /// Where label sets are shared.
    labels: LabelSets,
}

impl Default for Arena {
    fn default() -> Self {
        Self::new(Direction::Forward, &LabelSets::default(), 0)
    }
}

impl Arena {
    /// Without entries; `bytes` is about what the lines will take.
    pub(super) fn new(direction: Direction, labels: &LabelSets, bytes: usize) -> Self {
        Self {
            direction,
            streams: Vec::new(),
            text: String::with_capacity(bytes),
            rows: Vec::new(),
            labels: labels.clone(),
        }
    }

    /// Reads a body.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(
        body: &[u8],
        direction: Direction,
        labels: &LabelSets,
    ) -> Result<Self, String> {
        let mut arena = Self::new(direction, labels, body.len() * 3 / 4);
        read_streams(body, &mut arena)?;
        Ok(arena)
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The same with equal times of a stream as the server keeps them, whichever direction it was asked in.
    pub(super) fn oldest_first(mut self) -> Self {
        if self.direction == Direction::Backward {
            self.rows.reverse();
            self.direction = Direction::Forward;
        }
        self
    }

    /// Adds the entries of another answer in the same direction behind these.
    pub(super) fn append(&mut self, other: Self) {
        let (streams, text) = (self.streams.len(), self.text.len());
        self.streams.extend(other.streams);
        self.text.push_str(&other.text);
        self.rows.extend(other.rows.into_iter().map(|row| Row {
            at: row.at,
            stream: row.stream + streams,
            line: row.line.start + text..row.line.end + text,
        }));
    }

    /// Time of the first and of the last entry; `None` where there is none.
    fn bounds(&self) -> Option<(i64, i64)> {
        let times = || self.rows.iter().map(|row| row.at.0);
        Some((times().min()?, times().max()?))
    }
}

impl Sink for Arena {
    fn entry(&mut self, at: UnixNanos, line: &str) {
        let start = self.text.len();
        self.text.push_str(line);
        self.rows.push(Row {
            at,
            stream: self.streams.len(),
            line: start..self.text.len(),
        });
    }

    fn stream(&mut self, labels: Labels) {
        self.streams.push(self.labels.shared(labels));
    }
}

/// The direction in which a server gives what a download hands over first.
pub(super) fn natural(order: Order) -> Direction {
    match order {
        Order::OldestFirst => Direction::Forward,
        Order::NewestFirst => Direction::Backward,
    }
}

/// What an answer brought.
#[derive(Debug)]
pub(super) struct Found {
    /// Entries of the answer, those included that are not in the page.
    pub(super) returned: usize,
    /// The entries that are certainly all of what `page.covers` says; `None` where there are none.
    pub(super) page: Option<Page>,
    /// Nanoseconds of which the answer shows all entries.
    pub(super) covered: u64,
    /// What is still to be asked.
    pub(super) left: Left,
}

/// What an answer leaves to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// Nothing.
    Nothing,
    /// This.
    Rest(Span),
    /// The answer is full of one nanosecond, which begins this.
    Crowd(i64, Span),
}

/// Reads an answer to a request for `limit` entries of a span, from its near end.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read_answer(
    body: &[u8],
    span: Span,
    limit: u32,
    order: Order,
    labels: &LabelSets,
) -> Result<Found, String> {
    let mut arena = Arena::read(body, natural(order), labels)?;
    let returned = arena.len();
    // What was not asked for belongs to another slice, which would bring it a second time.
    arena.rows.retain(|row| span.contains(row.at.0));
    let found = |page: Option<Page>, covered: u64, left| Found {
        returned,
        page,
        covered,
        left,
    };
    let is_full = returned >= limit as usize;
    let Some((oldest, newest)) = arena.bounds() else {
        return if is_full {
            Err("entries of another time than was asked for".to_owned())
        } else {
            Ok(found(None, span.length(), Left::Nothing))
        };
    };
    if !is_full {
        let page = Page::new(span.window(), [arena], order);
        return Ok(found(Some(page), span.length(), Left::Nothing));
    }
    let edge = match order {
        Order::OldestFirst => newest,
        Order::NewestFirst => oldest,
    };
    let (whole, rest) = span.split_at(edge, order);
    let rest = rest.unwrap_or(span);
    if oldest == newest {
        return Ok(found(None, 1, Left::Crowd(edge, rest)));
    }
    // The answer may end in the middle of its last nanosecond: that is left to the next.
    arena.rows.retain(|row| row.at.0 != edge);
    let covered = whole.map_or(1, Span::length);
    let page = whole.map(|whole| Page::new(whole.window(), [arena], order));
    Ok(found(page, covered, Left::Rest(rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(times: &[i64]) -> Vec<u8> {
        let values: Vec<String> = times
            .iter()
            .map(|at| format!(r#"["{at}","line {at}"]"#))
            .collect();
        format!(
            r#"{{"data":{{"resultType":"streams","result":[{{"stream":{{"a":"b"}},"values":[{}]}}]}}}}"#,
            values.join(",")
        )
        .into_bytes()
    }

    fn read(times: &[i64], limit: u32, order: Order) -> Found {
        let span = Span::new(0, 100).unwrap();
        read_answer(&body(times), span, limit, order, &LabelSets::default()).unwrap()
    }

    fn span(from: i64, to: i64) -> Span {
        Span::new(from, to).unwrap()
    }

    #[test]
    fn an_answer_below_its_limit_is_whole() {
        let found = read(&[5, 7], 3, Order::OldestFirst);
        assert_eq!(found.left, Left::Nothing);
        assert_eq!(found.covered, 100);
        let page = found.page.unwrap();
        assert_eq!((page.len(), page.line_bytes()), (2, 12));
        assert_eq!(page.covers, span(0, 100).window());
        assert!(read(&[], 3, Order::OldestFirst).page.is_none());
    }

    #[test]
    fn a_full_answer_gives_up_its_last_nanosecond() {
        let found = read(&[5, 7, 7], 3, Order::OldestFirst);
        assert_eq!(found.left, Left::Rest(span(7, 100)));
        assert_eq!(found.page.unwrap().covers, span(0, 7).window());
        let found = read(&[7, 5, 5], 3, Order::NewestFirst);
        assert_eq!(found.left, Left::Rest(span(0, 6)));
        let page = found.page.unwrap();
        assert_eq!(page.covers, span(6, 100).window());
        assert_eq!((page.len(), page.line_bytes()), (1, 6));
    }

    #[test]
    fn an_answer_full_of_one_nanosecond_is_a_crowd() {
        for order in [Order::OldestFirst, Order::NewestFirst] {
            let found = read(&[7, 7, 7], 3, order);
            let rest = match order {
                Order::OldestFirst => span(7, 100),
                Order::NewestFirst => span(0, 8),
            };
            assert_eq!(found.left, Left::Crowd(7, rest));
            assert!(found.page.is_none());
        }
    }

    #[test]
    fn entries_that_were_not_asked_for_are_not_taken() {
        let found = read(&[-1, 5, 100], 10, Order::OldestFirst);
        assert_eq!(found.page.unwrap().len(), 1);
        let strange = body(&[200, 201]);
        let labels = LabelSets::default();
        let why = read_answer(&strange, span(0, 100), 2, Order::OldestFirst, &labels);
        assert!(why.is_err());
    }

    #[test]
    fn equal_label_sets_of_two_answers_are_one_in_memory() {
        let labels = LabelSets::default();
        let [one, other] = [1, 2].map(|at| {
            Arena::read(&body(&[at]), Direction::Forward, &labels)
                .unwrap()
                .streams
                .remove(0)
        });
        assert!(Arc::ptr_eq(&one, &other));
    }

    #[test]
    fn label_sets_without_end_do_not_fill_memory() {
        let labels = LabelSets::default();
        for number in 0..50_000 {
            let value = format!("{number:0>200}");
            labels.shared([("trace_id", value)].into_iter().collect());
        }
        assert!(labels.0.lock().unwrap().bytes <= KEPT_LABEL_BYTES + 300);
    }
}

//! The window in pieces, in the order of the download: what is still to be asked, what is under way, what waits to be handed over.
//!
//! ```text
//!   near                                                          far
//!   ┌──────┬───────┬───────┬───────┬───────┬──────────────────────┐
//!   │ page │ asked │ page  │ asked │ asked │ to do (cut as needed)│
//!   └──────┴───────┴───────┴───────┴───────┴──────────────────────┘
//!     head: handed over next
//! ```
//!
//! Pure. Pieces never overlap. What is empty is no piece any more, so the head is always what comes next.

use std::collections::BTreeMap;

use super::page::Page;
use super::span::Span;
use super::{Gap, Order};
use crate::sources::error::SourceError;

/// A piece that must be asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Task {
    /// Which.
    pub(super) span: Span,
    /// How.
    pub(super) manner: Manner,
    /// How often it was halved because of failures.
    pub(super) halvings: u32,
    /// How often it was asked for again as it is.
    pub(super) repeats: u32,
}

/// How a piece is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// As all are.
    Usual,
    /// With fewer entries at a time: its lines are too long.
    Few(u32),
    /// A nanosecond with more entries than an answer holds, so many at a time.
    Crowd(u32),
    /// To see whether the source is alive, far from where it failed.
    Probe,
}

impl Task {
    /// A piece of which nothing is known.
    pub(super) fn new(span: Span) -> Self {
        Self {
            span,
            manner: Manner::Usual,
            halvings: 0,
            repeats: 0,
        }
    }

    /// The same for another span.
    pub(super) fn with_span(&self, span: Span) -> Self {
        Self { span, ..*self }
    }

    /// Whether nothing is known of it.
    fn is_fresh(&self) -> bool {
        self.manner == Manner::Usual && self.halvings == 0 && self.repeats == 0
    }
}

/// A piece that can be handed over.
#[derive(Debug)]
pub(super) enum Stretch {
    /// Its entries.
    Page(Page),
    /// Its entries, as far as the server could give them.
    Crowded(Page),
    /// It could not be had.
    Gap(Span, SourceError),
}

/// What became of a piece.
#[derive(Debug)]
pub(super) enum Slot {
    /// It must be asked for.
    Todo(Task),
    /// It has been asked for.
    Asked(Task),
    /// It can be handed over.
    Ready(Span, Stretch),
}

impl Slot {
    /// Which piece.
    fn span(&self) -> Span {
        match self {
            Self::Todo(task) | Self::Asked(task) => task.span,
            Self::Ready(span, _) => *span,
        }
    }

    /// Bytes that it holds.
    fn bytes(&self) -> usize {
        match self {
            Self::Ready(_, Stretch::Page(page) | Stretch::Crowded(page)) => page.memory_bytes(),
            _ => 0,
        }
    }
}

/// All pieces that have not been handed over.
#[derive(Debug)]
pub(super) struct Queue {
    /// Order of the download.
    order: Order,
    /// By [`Span::rank`].
    slots: BTreeMap<i64, Slot>,
    /// Bytes of the pages that wait.
    bytes: usize,
    /// Pages that wait.
    waiting: usize,
}

impl Queue {
    /// One piece, to do.
    pub(super) fn new(span: Option<Span>, order: Order) -> Self {
        let mut queue = Self {
            order,
            slots: BTreeMap::new(),
            bytes: 0,
            waiting: 0,
        };
        if let Some(span) = span {
            queue.insert(Slot::Todo(Task::new(span)));
        }
        queue
    }

    /// Whether all has been handed over.
    pub(super) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Bytes of the pages that wait.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Pages that wait.
    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }

    /// Whether what comes next has not even been asked for.
    pub(super) fn head_is_todo(&self) -> bool {
        matches!(self.slots.first_key_value(), Some((_, Slot::Todo(_))))
    }

    /// Takes the nearest piece that is to be done, at most `length` long, and counts it as asked for. Fresh neighbours are
    /// joined up to that length: a rest of a slice need not be a request of its own.
    pub(super) fn pick(&mut self, length: u64) -> Option<Task> {
        let key = *self
            .slots
            .iter()
            .find(|(_, slot)| matches!(slot, Slot::Todo(_)))?
            .0;
        let Some(Slot::Todo(mut task)) = self.slots.remove(&key) else {
            return None;
        };
        while task.is_fresh()
            && task.span.length() < length
            && let Some((&next, Slot::Todo(neighbour))) = self.slots.range(key..).next()
            && neighbour.is_fresh()
            && let Some(joined) = task.span.joined(neighbour.span, self.order)
        {
            self.slots.remove(&next);
            task.span = joined;
        }
        let (near, far) = task.span.cut(length, self.order);
        if let Some(far) = far {
            self.insert(Slot::Todo(task.with_span(far)));
        }
        Some(self.asked(task.with_span(near)))
    }

    /// Takes the farthest end of what is to be done, at most `length` long, and counts it as asked for.
    pub(super) fn pick_far(&mut self, length: u64) -> Option<Task> {
        let key = *self
            .slots
            .iter()
            .rev()
            .find(|(_, slot)| matches!(slot, Slot::Todo(_)))?
            .0;
        let Some(Slot::Todo(task)) = self.slots.remove(&key) else {
            return None;
        };
        let kept = task.span.length().saturating_sub(length);
        let far = if kept == 0 {
            task.span
        } else {
            let (near, far) = task.span.cut(kept, self.order);
            self.insert(Slot::Todo(task.with_span(near)));
            far.unwrap_or(near)
        };
        Some(self.asked(task.with_span(far)))
    }

    /// Counts a piece as asked for.
    fn asked(&mut self, task: Task) -> Task {
        self.insert(Slot::Asked(task));
        task
    }

    /// Puts in place of a piece that was asked for what came of it; nothing where it is empty.
    pub(super) fn settle(&mut self, asked: Span, outcome: impl IntoIterator<Item = Slot>) {
        self.slots.remove(&asked.rank(self.order));
        for slot in outcome {
            self.insert(slot);
        }
    }

    /// Adds a piece where there is none.
    fn insert(&mut self, slot: Slot) {
        self.bytes += slot.bytes();
        self.waiting += usize::from(matches!(slot, Slot::Ready(..)));
        self.slots.insert(slot.span().rank(self.order), slot);
    }

    /// Takes the head, if it can be handed over.
    pub(super) fn pop_ready(&mut self) -> Option<Stretch> {
        let first = self.slots.first_entry()?;
        if !matches!(first.get(), Slot::Ready(..)) {
            return None;
        }
        let slot = first.remove();
        self.bytes -= slot.bytes();
        self.waiting -= 1;
        match slot {
            Slot::Ready(_, stretch) => Some(stretch),
            _ => None,
        }
    }

    /// Gives up all that is not there yet.
    pub(super) fn give_up(&mut self, error: &SourceError) {
        for slot in self.slots.values_mut() {
            if !matches!(slot, Slot::Ready(..)) {
                let span = slot.span();
                *slot = Slot::Ready(span, Stretch::Gap(span, error.clone()));
                self.waiting += 1;
            }
        }
    }

    /// What is lost of the stretch that fails just before `span`: the length of its gaps, and where it begins. Halves that are
    /// not decided yet belong to it; a success ends it.
    pub(super) fn lost_before(&self, span: Span) -> (u64, Span) {
        let mut begin = span;
        let mut lost = 0_u64;
        for (_, slot) in self.slots.range(..span.rank(self.order)).rev() {
            let gap = match slot {
                Slot::Ready(gap, Stretch::Gap(..)) => gap.length(),
                Slot::Todo(task) | Slot::Asked(task) if task.halvings > 0 => 0,
                _ => break,
            };
            if slot.span().joined(begin, self.order).is_none() {
                break;
            }
            lost = lost.saturating_add(gap);
            begin = slot.span();
        }
        (lost, begin)
    }
}

/// Gaps in the order of a download, neighbours as one.
#[derive(Debug, Default)]
pub(super) struct Gaps(Vec<(Span, SourceError)>);

impl Gaps {
    /// Adds the next.
    pub(super) fn add(&mut self, span: Span, error: SourceError, order: Order) {
        if let Some((last, _)) = self.0.last_mut()
            && let Some(joined) = last.joined(span, order)
        {
            *last = joined;
        } else {
            self.0.push((span, error));
        }
    }

    /// Length of the last one, where it ends where `span` begins.
    pub(super) fn before(&self, span: Span, order: Order) -> u64 {
        self.0
            .last()
            .filter(|(last, _)| last.joined(span, order).is_some())
            .map_or(0, |(last, _)| last.length())
    }

    /// As the caller wants them.
    pub(super) fn finish(self) -> Vec<Gap> {
        let gap = |(span, error): (Span, SourceError)| Gap {
            window: span.window(),
            error,
        };
        self.0.into_iter().map(gap).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Window;
    use crate::sources::error::Problem;

    fn span(from: i64, to: i64) -> Span {
        Span::new(from, to).unwrap()
    }

    fn error() -> SourceError {
        SourceError {
            source_name: "loki",
            url: String::new(),
            problem: Problem::BadAnswer("x".to_owned()),
        }
    }

    fn gap(from: i64, to: i64) -> Slot {
        Slot::Ready(span(from, to), Stretch::Gap(span(from, to), error()))
    }

    #[test]
    fn pieces_are_cut_near_end_first_and_never_twice() {
        for (order, expected) in [
            (Order::OldestFirst, [span(0, 4), span(4, 8), span(8, 10)]),
            (Order::NewestFirst, [span(6, 10), span(2, 6), span(0, 2)]),
        ] {
            let mut queue = Queue::new(Some(span(0, 10)), order);
            let picked: Vec<Span> = std::iter::from_fn(|| queue.pick(4))
                .map(|task| task.span)
                .collect();
            assert_eq!(picked, expected);
            assert!(!queue.is_empty() && !queue.head_is_todo());
        }
    }

    #[test]
    fn a_rest_is_joined_with_what_follows_it() {
        let order = Order::OldestFirst;
        let mut queue = Queue::new(Some(span(0, 100)), order);
        let first = queue.pick(20).unwrap().span;
        queue.settle(first, [Slot::Todo(Task::new(span(15, 20)))]);
        assert_eq!(queue.pick(20).unwrap().span, span(15, 35));
    }

    #[test]
    fn what_has_failed_is_not_joined() {
        let order = Order::OldestFirst;
        let mut queue = Queue::new(Some(span(0, 100)), order);
        let first = queue.pick(20).unwrap();
        let halved = Task {
            halvings: 1,
            ..first.with_span(span(0, 10))
        };
        queue.settle(first.span, [Slot::Todo(halved)]);
        assert_eq!(queue.pick(20).unwrap().span, span(0, 10));
    }

    #[test]
    fn the_head_comes_first_whatever_is_ready_behind_it() {
        let order = Order::OldestFirst;
        let mut queue = Queue::new(Some(span(0, 10)), order);
        let first = queue.pick(5).unwrap().span;
        let second = queue.pick(5).unwrap().span;
        queue.settle(second, [gap(5, 10)]);
        assert!(queue.pop_ready().is_none());
        queue.settle(first, []);
        assert!(matches!(queue.pop_ready(), Some(Stretch::Gap(..))));
        assert!(queue.is_empty());
    }

    #[test]
    fn the_far_end_can_be_probed() {
        let mut queue = Queue::new(Some(span(0, 100)), Order::OldestFirst);
        assert_eq!(queue.pick_far(10).unwrap().span, span(90, 100));
        assert_eq!(queue.pick(200).unwrap().span, span(0, 90));
        assert!(queue.pick_far(10).is_none());
    }

    #[test]
    fn gaps_that_touch_are_one() {
        for order in [Order::OldestFirst, Order::NewestFirst] {
            let mut pieces = [span(0, 5), span(5, 7), span(8, 9)];
            if order == Order::NewestFirst {
                pieces = [span(8, 9), span(5, 7), span(0, 5)];
            }
            let mut gaps = Gaps::default();
            for piece in pieces {
                gaps.add(piece, error(), order);
            }
            let found: Vec<Window> = gaps.finish().iter().map(|gap| gap.window).collect();
            assert_eq!(found.len(), 2);
            assert!(found.contains(&span(0, 7).window()) && found.contains(&span(8, 9).window()));
        }
    }

    #[test]
    fn a_failing_stretch_is_measured_back_to_the_last_success() {
        let mut queue = Queue::new(Some(span(0, 100)), Order::OldestFirst);
        let whole = queue.pick(100).unwrap();
        let halved = Slot::Todo(Task {
            halvings: 1,
            ..whole.with_span(span(30, 40))
        });
        queue.settle(
            whole.span,
            [gap(10, 20), gap(20, 30), halved, gap(40, 50), gap(60, 70)],
        );
        let lost = |from, to| queue.lost_before(span(from, to));
        assert_eq!(lost(30, 40), (20, span(10, 20)));
        assert_eq!(lost(50, 60), (30, span(10, 20)));
        assert_eq!(lost(55, 60), (0, span(55, 60)));
        assert_eq!(lost(0, 10), (0, span(0, 10)));
    }
}

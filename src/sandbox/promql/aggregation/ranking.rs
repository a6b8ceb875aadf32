//! `topk` and `bottomk`: which values of a group are kept, and in which order?
//!
//! Which of several equal values is kept follows from Go's heap, see [`heap`].

use std::collections::HashMap;
use std::sync::Arc;

use super::super::error::QueryError;
use super::super::heap;
use super::super::numbers::go_shown;
use super::super::value::{Gathered, Steps, Track};
use super::Groups;

/// A value and the index of its series.
type Ranked = (usize, f64);

/// Which end of the order is kept.
#[derive(Debug, Clone, Copy)]
struct Ranking {
    /// Whether the largest values are kept, or the smallest.
    largest: bool,
    /// How many.
    kept: usize,
}

impl Ranking {
    /// Whether `a` ranks behind `b`.
    fn behind(self, a: f64, b: f64) -> bool {
        if self.largest { a < b } else { a > b }
    }

    /// Whether `a` leaves before `b` does: NaN does, then what ranks behind.
    fn leaves_first(self, a: &Ranked, b: &Ranked) -> bool {
        a.1.is_nan() || self.behind(a.1, b.1)
    }

    /// Takes a value into the heap of those kept, in place of the first to leave where the heap is full.
    fn offer(self, heap: &mut Vec<Ranked>, one: Ranked) {
        let leaves_first = |a: &Ranked, b: &Ranked| self.leaves_first(a, b);
        if heap.len() < self.kept {
            heap::push(heap, one, &leaves_first);
            return;
        }
        let Some(top) = heap.first_mut() else {
            return;
        };
        if !self.behind(top.1, one.1) && !top.1.is_nan() {
            return;
        }
        if self.kept == 1 {
            *top = one;
            return;
        }
        heap::pop(heap, &leaves_first);
        heap::push(heap, one, &leaves_first);
    }

    /// Sorts so that the first to leave comes last.
    ///
    /// By insertion, as Go sorts up to twelve items: that also decides where NaNs, which have no order among each other, end up.
    fn sort(self, items: &mut [Ranked]) {
        for unsorted in 1..items.len() {
            let mut index = unsorted;
            while index > 0 && self.leaves_first(&items[index - 1], &items[index]) {
                items.swap(index - 1, index);
                index -= 1;
            }
        }
    }
}

/// The largest or smallest values of each group, with their own labels; how many, `counts` says for each step.
///
/// # Errors
///
/// Where a number of values to keep does not fit 64 bits.
pub(super) fn selected(
    tracks: &[Track],
    groups: &Groups,
    counts: &[f64],
    largest: bool,
) -> Result<Vec<Track>, QueryError> {
    let mut gathered = Gathered::default();
    let mut places: HashMap<usize, usize> = HashMap::new();
    let mut steps = Steps::new(tracks);
    for (step, count) in counts.iter().enumerate() {
        let ranking = Ranking {
            largest,
            kept: kept_count(*count)?,
        };
        let mut heaps: Vec<Vec<Ranked>> = vec![Vec::new(); groups.labels.len()];
        for (index, value) in steps.at(step) {
            ranking.offer(&mut heaps[groups.member[index]], (index, value));
        }
        for mut heap in heaps {
            ranking.sort(&mut heap);
            for (index, value) in heap {
                let place = *places
                    .entry(index)
                    .or_insert_with(|| gathered.begin(Arc::clone(&tracks[index].labels)));
                gathered.push(place, step, value);
            }
        }
    }
    Ok(gathered.into_tracks())
}

/// How many values are kept.
fn kept_count(count: f64) -> Result<usize, QueryError> {
    if !(count >= i64::MIN as f64 && count < i64::MAX as f64) {
        return Err(QueryError::execution(format_args!(
            "Scalar value {} overflows int64",
            go_shown(count)
        )));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "negative becomes zero, fractions are cut"
    )]
    let kept = count.max(0.0) as usize;
    Ok(kept)
}

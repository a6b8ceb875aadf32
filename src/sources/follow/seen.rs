//! Which of the latest entries have been handed over?
//!
//! Two entries are the same only if label set, time and line are the same; Loki itself keeps such entries once. What is older than
//! the horizon is forgotten, so memory follows the rate of the log and not its age.

use std::collections::BTreeMap;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::model::{Labels, UnixNanos};

/// The latest entries that have been handed over.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// By time, what stands for the entries of that nanosecond.
    marks: BTreeMap<UnixNanos, HashSet<u128>>,
}

impl Seen {
    /// Remembers an entry; `false` where it is known already.
    pub(super) fn note(&mut self, at: UnixNanos, labels: &Labels, line: &str) -> bool {
        self.marks.entry(at).or_default().insert(mark(labels, line))
    }

    /// Forgets what is older than the horizon.
    pub(super) fn forget_before(&mut self, horizon: UnixNanos) {
        self.marks = self.marks.split_off(&horizon);
    }
}

/// What stands for an entry beside its time: 128 bits, since two lines that got one mark would be one line lost.
fn mark(labels: &Labels, line: &str) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        salt.hash(&mut hasher);
        labels.hash(&mut hasher);
        line.hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(value: &str) -> Labels {
        [("app", value)].into_iter().collect()
    }

    #[test]
    fn entries_are_the_same_only_if_time_labels_and_line_are() {
        let mut seen = Seen::default();
        assert!(seen.note(UnixNanos(1), &labels("a"), "x"));
        assert!(!seen.note(UnixNanos(1), &labels("a"), "x"));
        assert!(seen.note(UnixNanos(1), &labels("b"), "x"));
        assert!(seen.note(UnixNanos(1), &labels("a"), "y"));
        assert!(seen.note(UnixNanos(2), &labels("a"), "x"));
    }

    #[test]
    fn what_is_older_than_the_horizon_is_forgotten() {
        let mut seen = Seen::default();
        seen.note(UnixNanos(1), &labels("a"), "x");
        seen.note(UnixNanos(2), &labels("a"), "x");
        seen.forget_before(UnixNanos(2));
        assert!(seen.note(UnixNanos(1), &labels("a"), "x"));
        assert!(!seen.note(UnixNanos(2), &labels("a"), "x"));
    }
}

//! A stretch of time in whole nanoseconds, cut from the end at which a download begins.
//!
//! Everything that depends on the order of a download is here: whoever cuts, sorts or joins stretches speaks of near and far.

use chrono::DateTime;

use super::Order;
use crate::model::{UnixNanos, Window};

/// `[from, to)` in nanoseconds since 1970; never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// First nanosecond inside.
    from: i64,
    /// First nanosecond after.
    to: i64,
}

impl Span {
    /// `[from, to)`; `None` where it would be empty or reversed.
    pub(super) fn new(from: i64, to: i64) -> Option<Self> {
        (from < to).then_some(Self { from, to })
    }

    /// A window; `None` where it lies outside the years that nanoseconds can count.
    pub(super) fn of(window: Window) -> Option<Self> {
        Self::new(UnixNanos::from(window.from).0, UnixNanos::from(window.to).0)
    }

    /// One nanosecond.
    pub(super) fn instant(at: i64) -> Self {
        Self {
            from: at.min(i64::MAX - 1),
            to: at.saturating_add(1),
        }
    }

    /// As a window.
    pub(super) fn window(self) -> Window {
        Window {
            from: DateTime::from_timestamp_nanos(self.from),
            to: DateTime::from_timestamp_nanos(self.to),
        }
    }

    /// Nanoseconds; never zero.
    pub(super) fn length(self) -> u64 {
        self.to.abs_diff(self.from)
    }

    /// Whether a nanosecond lies inside.
    pub(super) fn contains(self, at: i64) -> bool {
        self.from <= at && at < self.to
    }

    /// Where it stands in a download: the nearer, the smaller.
    pub(super) fn rank(self, order: Order) -> i64 {
        match order {
            Order::OldestFirst => self.from,
            // `to` is never the least of all numbers, so this does not overflow.
            Order::NewestFirst => -self.to,
        }
    }

    /// The nearest `length` nanoseconds, and what is left of it.
    pub(super) fn cut(self, length: u64, order: Order) -> (Self, Option<Self>) {
        let length = length.max(1);
        if length >= self.length() {
            return (self, None);
        }
        let edge = match order {
            Order::OldestFirst => self.from.saturating_add_unsigned(length),
            Order::NewestFirst => self.to.saturating_sub_unsigned(length),
        };
        let (older, newer) = (
            Self {
                from: self.from,
                to: edge,
            },
            Self {
                from: edge,
                to: self.to,
            },
        );
        match order {
            Order::OldestFirst => (older, Some(newer)),
            Order::NewestFirst => (newer, Some(older)),
        }
    }

    /// What lies before `at` in a download, then what begins with it.
    pub(super) fn split_at(self, at: i64, order: Order) -> (Option<Self>, Option<Self>) {
        match order {
            Order::OldestFirst => (Self::new(self.from, at), Self::new(at, self.to)),
            Order::NewestFirst => {
                let edge = at.saturating_add(1);
                (Self::new(edge, self.to), Self::new(self.from, edge))
            }
        }
    }

    /// What lies behind `at` in a download.
    pub(super) fn after(self, at: i64, order: Order) -> Option<Self> {
        match order {
            Order::OldestFirst => Self::new(at.saturating_add(1), self.to),
            Order::NewestFirst => Self::new(self.from, at),
        }
    }

    /// This and `next` as one, where `next` begins where this ends.
    pub(super) fn joined(self, next: Self, order: Order) -> Option<Self> {
        let (older, newer) = match order {
            Order::OldestFirst => (self, next),
            Order::NewestFirst => (next, self),
        };
        (older.to == newer.from).then_some(Self {
            from: older.from,
            to: newer.to,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: i64, to: i64) -> Span {
        Span::new(from, to).unwrap()
    }

    #[test]
    fn cuts_are_made_at_the_near_end() {
        let whole = span(0, 10);
        let near = whole.cut(3, Order::OldestFirst);
        assert_eq!(near, (span(0, 3), Some(span(3, 10))));
        let near = whole.cut(3, Order::NewestFirst);
        assert_eq!(near, (span(7, 10), Some(span(0, 7))));
        assert_eq!(whole.cut(10, Order::OldestFirst), (whole, None));
        assert_eq!(
            whole.cut(0, Order::OldestFirst),
            (span(0, 1), Some(span(1, 10)))
        );
    }

    #[test]
    fn a_nanosecond_splits_with_itself_on_the_far_side() {
        let whole = span(0, 10);
        assert_eq!(
            whole.split_at(4, Order::OldestFirst),
            (Some(span(0, 4)), Some(span(4, 10)))
        );
        assert_eq!(
            whole.split_at(4, Order::NewestFirst),
            (Some(span(5, 10)), Some(span(0, 5)))
        );
        assert_eq!(
            whole.split_at(9, Order::NewestFirst),
            (None, Some(span(0, 10)))
        );
        assert_eq!(whole.after(4, Order::OldestFirst), Some(span(5, 10)));
        assert_eq!(whole.after(0, Order::NewestFirst), None);
    }

    #[test]
    fn the_ends_of_time_do_not_overflow() {
        let all = span(i64::MIN, i64::MAX);
        assert_eq!(all.length(), u64::MAX);
        for order in [Order::OldestFirst, Order::NewestFirst] {
            let (near, far) = all.cut(u64::MAX - 1, order);
            assert_eq!(near.joined(far.unwrap(), order), Some(all));
            assert!(near.rank(order) < far.unwrap().rank(order));
        }
        assert!(Span::instant(i64::MAX).length() == 1);
    }
}

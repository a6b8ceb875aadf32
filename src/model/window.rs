//! A half-open window of time, `[from, to)`, and the instants that bound it.
//!
//! Every stage thinks in half-open windows; each source converts at its own edge (Loki's end is exclusive too,
//! Prometheus also evaluates at the end).

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// A point in time, in UTC.
pub(crate) type Instant = DateTime<Utc>;

/// A half-open interval: `from` belongs to it, `to` does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Window {
    /// First instant inside.
    pub(crate) from: Instant,
    /// First instant after.
    pub(crate) to: Instant,
}

impl Window {
    /// The window `[from, to)`, or `None` where it would be empty or reversed.
    pub(crate) fn new(from: Instant, to: Instant) -> Option<Self> {
        (from < to).then_some(Self { from, to })
    }

    /// How long it lasts; always positive for a window made by [`Window::new`].
    pub(crate) fn length(&self) -> TimeDelta {
        self.to - self.from
    }

    /// The window of the same length that ends where this one starts.
    pub(crate) fn just_before(&self) -> Self {
        self.shifted_back(self.length())
    }

    /// The same window, `by` earlier.
    pub(crate) fn shifted_back(&self, by: TimeDelta) -> Self {
        Self {
            from: self.from - by,
            to: self.to - by,
        }
    }

    /// Whether `at` lies inside.
    pub(crate) fn contains(&self, at: Instant) -> bool {
        self.from <= at && at < self.to
    }

    /// Cuts the window into `parts` windows that touch and do not overlap, oldest first. Zero counts as one.
    ///
    /// The last part takes the remainder of a division that does not come out even.
    pub(crate) fn split(&self, parts: usize) -> Vec<Self> {
        let parts = i32::try_from(parts.max(1)).unwrap_or(i32::MAX);
        let step = self.length() / parts;
        if step <= TimeDelta::zero() {
            return vec![*self];
        }
        (0..parts)
            .map(|part| Self {
                from: self.from + step * part,
                to: if part + 1 == parts {
                    self.to
                } else {
                    self.from + step * (part + 1)
                },
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Instant {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn a_reversed_or_empty_window_does_not_exist() {
        assert_eq!(Window::new(at(5), at(5)), None);
        assert_eq!(Window::new(at(6), at(5)), None);
    }

    #[test]
    fn parts_touch_and_cover_the_whole() {
        let window = Window::new(at(0), at(100)).unwrap();
        let parts = window.split(7);
        assert_eq!(parts.len(), 7);
        assert_eq!(parts[0].from, window.from);
        assert_eq!(parts[6].to, window.to);
        assert!(parts.windows(2).all(|pair| pair[0].to == pair[1].from));
    }

    #[test]
    fn the_end_is_outside() {
        let window = Window::new(at(0), at(10)).unwrap();
        assert!(window.contains(at(0)));
        assert!(!window.contains(at(10)));
    }
}

//! One line of time that holds the baseline and, right behind it, the window, whatever lies between them in the calendar.
//!
//! Counting before and after needs the two windows side by side, also where the baseline is the same hour of the day
//! before. A place on the axis is a whole number of milliseconds since the baseline began.

use chrono::TimeDelta;

use crate::model::{Instant, Window};

/// Baseline and window, joined.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Axis {
    /// What is compared with.
    pub(crate) baseline: Window,
    /// What is in question.
    pub(crate) window: Window,
}

impl Axis {
    /// Where the window starts, in milliseconds: the baseline's length.
    pub(crate) fn split(&self) -> i64 {
        self.baseline.length().num_milliseconds()
    }

    /// Where the window ends.
    pub(crate) fn end(&self) -> i64 {
        self.split() + self.window.length().num_milliseconds()
    }

    /// The place of an instant; `None` for one in neither window.
    pub(crate) fn place(&self, at: Instant) -> Option<i64> {
        if self.window.contains(at) {
            Some(self.split() + (at - self.window.from).num_milliseconds())
        } else if self.baseline.contains(at) {
            Some((at - self.baseline.from).num_milliseconds())
        } else {
            None
        }
    }

    /// The instant at a place.
    pub(crate) fn instant(&self, place: i64) -> Instant {
        if place >= self.split() {
            self.window.from + TimeDelta::milliseconds(place - self.split())
        } else {
            self.baseline.from + TimeDelta::milliseconds(place)
        }
    }

    /// The window's length over the baseline's: what a steady count is multiplied by.
    pub(crate) fn ratio(&self) -> f64 {
        let baseline = self.split().max(1);
        (self.end() - self.split()) as f64 / baseline as f64
    }
}

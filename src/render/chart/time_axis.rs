//! Which times stand below a chart? In: a window, columns, an offset; out: columns and their labels, round in local time.

use chrono::{FixedOffset, TimeDelta};

use crate::model::{Instant, Window};

/// Distances between times that people read at a glance, in seconds.
const STEPS: [i64; 24] = [
    1,
    2,
    5,
    10,
    15,
    30,
    60,
    120,
    300,
    600,
    900,
    1800,
    3600,
    7200,
    3 * 3600,
    6 * 3600,
    12 * 3600,
    86_400,
    2 * 86_400,
    7 * 86_400,
    14 * 86_400,
    30 * 86_400,
    91 * 86_400,
    365 * 86_400,
];

/// Columns between two labels, at least.
const GAP: usize = 3;

/// A mark on the axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tick {
    /// Its column.
    pub(super) column: usize,
    /// What stands below it.
    pub(super) label: String,
}

/// The ticks of a window over so many columns, earliest first.
pub(super) fn ticks(window: Window, columns: usize, offset: FixedOffset) -> Vec<Tick> {
    let length = window.length().num_milliseconds().max(1) as f64 / 1000.0;
    let dates = [window.from, window.to].map(|at| at.with_timezone(&offset).date_naive());
    let one_day = dates[0] == dates[1];
    let fits = |step: &&i64| {
        let room = columns as f64 * **step as f64 / length;
        room >= (label_columns(**step, one_day) + GAP) as f64
    };
    let Some(&step) = STEPS.iter().find(fits) else {
        return Vec::new();
    };
    let local = |at: Instant| at.timestamp() + i64::from(offset.local_minus_utc());
    let (first, last) = (local(window.from), local(window.to));
    let mut ticks = Vec::new();
    let mut at = first.div_euclid(step) * step;
    if at < first {
        at += step;
    }
    while at <= last && ticks.len() < columns {
        let utc = at - i64::from(offset.local_minus_utc());
        if let Some(instant) = Instant::from_timestamp(utc, 0) {
            ticks.push(Tick {
                column: column(window, instant, columns),
                label: label(instant, step, one_day, offset),
            });
        }
        at += step;
    }
    ticks
}

/// The column that an instant stands in; the window's start is the first, its end the last.
fn column(window: Window, at: Instant, columns: usize) -> usize {
    let share = seconds(at - window.from) / seconds(window.length());
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a column"
    )]
    let column = (share.clamp(0.0, 1.0) * (columns.max(1) - 1) as f64).round() as usize;
    column
}

/// A length in seconds.
fn seconds(length: TimeDelta) -> f64 {
    length.num_milliseconds() as f64 / 1000.0
}

/// Columns of the labels at a distance.
fn label_columns(step: i64, one_day: bool) -> usize {
    match (step, one_day) {
        (..60, true) => 8,
        (..86_400, true) => 5,
        (..86_400, false) => 11,
        _ => 10,
    }
}

/// A label: no finer than the distance needs, with its date where there are several.
fn label(at: Instant, step: i64, one_day: bool, offset: FixedOffset) -> String {
    let form = match (step, one_day) {
        (..60, true) => "%H:%M:%S",
        (..86_400, true) => "%H:%M",
        (..86_400, false) => "%m-%d %H:%M",
        _ => "%Y-%m-%d",
    };
    at.with_timezone(&offset).format(form).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(from: &str, to: &str, columns: usize, offset: i32) -> Vec<String> {
        let window = Window::new(from.parse().unwrap(), to.parse().unwrap()).unwrap();
        ticks(window, columns, FixedOffset::east_opt(offset).unwrap())
            .into_iter()
            .map(|tick| format!("{}@{}", tick.label, tick.column))
            .collect()
    }

    #[test]
    fn times_are_round_in_local_time() {
        let half_hour = ("2026-11-21T08:32:10Z", "2026-11-21T09:02:10Z");
        assert_eq!(
            labels(half_hour.0, half_hour.1, 60, 3600),
            [
                "09:35@6", "09:40@15", "09:45@25", "09:50@35", "09:55@45", "10:00@55"
            ]
        );
        // India stands at a half hour: its full hours are not those of UTC.
        assert_eq!(
            labels("2026-11-21T00:00:00Z", "2026-11-21T06:00:00Z", 40, 19_800),
            ["06:00@3", "08:00@16", "10:00@29"]
        );
    }

    #[test]
    fn several_days_show_their_dates() {
        assert_eq!(
            labels("2026-11-20T22:00:00Z", "2026-11-21T02:00:00Z", 60, 0),
            [
                "11-20 22:00@0",
                "11-20 23:00@15",
                "11-21 00:00@30",
                "11-21 01:00@44",
                "11-21 02:00@59"
            ]
        );
        assert_eq!(
            labels("2026-11-01T00:00:00Z", "2026-11-21T00:00:00Z", 40, 0),
            ["2026-11-05@8", "2026-11-12@21", "2026-11-19@35"]
        );
    }

    proptest::proptest! {
        #[test]
        fn labels_never_crowd(from in 0_i64..4_000_000_000, length in 1_i64..400_000_000, columns in 16_usize..240, offset in -50_000_i32..50_000) {
            let from = Instant::from_timestamp(from, 0).unwrap();
            let window = Window::new(from, from + TimeDelta::seconds(length)).unwrap();
            let found = ticks(window, columns, FixedOffset::east_opt(offset).unwrap());
            for pair in found.windows(2) {
                proptest::prop_assert!(pair[0].column + pair[0].label.len() < pair[1].column + 1, "{:?}", found);
            }
            proptest::prop_assert!(found.iter().all(|tick| tick.column < columns));
        }
    }
}

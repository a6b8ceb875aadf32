//! Tests of how series are judged.

use super::*;
use crate::model::Window;

fn at(seconds: i64) -> Instant {
    Instant::from_timestamp(1_795_255_200 + seconds, 0).unwrap()
}

fn axis() -> Axis {
    Axis {
        baseline: Window::new(at(0), at(1800)).unwrap(),
        window: Window::new(at(1800), at(3600)).unwrap(),
    }
}

/// A series with a sample each 30 seconds.
fn samples(value: impl Fn(i64) -> Option<f64>) -> Vec<Sample> {
    (0..120)
        .filter_map(|n| {
            let seconds = n * 30;
            value(seconds).map(|value| Sample {
                at_seconds: (1_795_255_200 + seconds) as f64,
                value,
            })
        })
        .collect()
}

fn over(limit: f64, lasts_seconds: u32) -> Threshold {
    Threshold {
        direction: Direction::Above,
        warning: None,
        critical: Some(limit),
        lasts_seconds,
    }
}

fn halves(samples: &[Sample]) -> (Vec<Sample>, Vec<Sample>) {
    samples
        .iter()
        .partition(|sample| sample.instant() < at(1800))
}

#[test]
fn a_breach_counts_from_its_first_sample_once_it_lasts() {
    let series = samples(|s| Some(if s >= 2700 { 0.95 } else { 0.5 }));
    let breach = find_breach(&series, &over(0.9, 300), 30.0, &axis()).unwrap();
    assert_eq!(breach.since, at(2700));
    assert!(breach.ongoing && !breach.chronic);
    assert!(find_breach(&series, &over(0.9, 1200), 30.0, &axis()).is_none());
}

#[test]
fn a_spike_is_no_breach_and_no_shift() {
    let series = samples(|s| Some(if (2700..2760).contains(&s) { 0.99 } else { 0.5 }));
    let (before, now) = halves(&series);
    assert!(find_breach(&series, &over(0.9, 300), 30.0, &axis()).is_none());
    assert!(find_shift(&before, &now, Unit::Ratio, 30.0).is_none());
}

#[test]
fn a_lost_sample_does_not_end_a_breach() {
    let series = samples(|s| match s {
        2850 => None,
        3000 => Some(0.89),
        s if s >= 2700 => Some(0.95),
        _ => Some(0.5),
    });
    let breach = find_breach(&series, &over(0.9, 600), 30.0, &axis()).unwrap();
    assert_eq!(breach.since, at(2700));
}

#[test]
fn a_shift_from_a_flat_baseline_is_found_at_its_start() {
    let series = samples(|s| Some(if s >= 2400 { 3.0 } else { 0.0 }));
    let (before, now) = halves(&series);
    let shift = find_shift(&before, &now, Unit::Count, 30.0).unwrap();
    assert_eq!(shift.since, at(2400));
    assert!(shift.ongoing && shift.deviations > 6.0);
}

#[test]
fn a_slow_wave_is_no_shift() {
    let series = samples(|s| {
        Some(
            1.9 + 0.4 * (s as f64 / 4200.0 * std::f64::consts::TAU).sin()
                + 0.1 * ((s * 7919) % 13) as f64 / 13.0,
        )
    });
    let (before, now) = halves(&series);
    assert!(find_shift(&before, &now, Unit::PerSecond, 30.0).is_none());
}

#[test]
fn a_series_that_ends_is_seen_and_one_that_was_sparse_is_not() {
    let ended = samples(|s| (s < 3000).then_some(1.0));
    let (before, now) = halves(&ended);
    assert_eq!(vanished_since(&before, &now, 30.0, &axis()), Some(at(3000)));
    let sparse = samples(|s| (s % 600 == 0 && s < 3000).then_some(1.0));
    let (before, now) = halves(&sparse);
    assert_eq!(vanished_since(&before, &now, 30.0, &axis()), None);
}

#[test]
fn a_peak_needs_a_range_and_a_calm_baseline() {
    let climbs = samples(|s| {
        Some(if (2700..2800).contains(&s) {
            0.99
        } else {
            0.35
        })
    });
    let (before, now) = halves(&climbs);
    assert_eq!(find_peak(&before, &now, Unit::Ratio, None), Some(at(2700)));
    assert_eq!(find_peak(&before, &now, Unit::Bytes, None), None);
    let always = samples(|_| Some(0.99));
    let (before, now) = halves(&always);
    assert_eq!(find_peak(&before, &now, Unit::Ratio, None), None);
}

//! Courses by hand: where lines, requests and samples fall, and what is left out.

use super::*;
use crate::evidence::Number;
use crate::model::{Labels, Window};

fn axis() -> Axis {
    let at = |seconds: i64| Instant::from_timestamp(1_795_255_200 + seconds, 0).unwrap();
    let window = Window::new(at(1800), at(3600)).unwrap();
    Axis {
        baseline: window.just_before(),
        window,
    }
}

fn record(step_seconds: f64, samples: &[(f64, f64)]) -> MetricRecord {
    MetricRecord {
        service: "postgres".to_owned(),
        name: "connections".to_owned(),
        expr: "x".to_owned(),
        unit: Unit::Count,
        labels: Labels::default(),
        step_seconds,
        samples: samples
            .iter()
            .map(|(at, value)| (1_795_255_200.0 + at, Number(*value)))
            .collect(),
    }
}

#[test]
fn no_course_has_more_than_120_steps_and_none_is_finer_than_its_samples() {
    assert_eq!(steps(&axis(), 15_000), 120);
    assert_eq!(steps(&axis(), 60_000), 60);
    assert_eq!(steps(&axis(), i64::MAX), 1);
    for place in [0, 1, 3_599_999, 3_600_000, i64::MAX] {
        assert!(step_at(place, 120, &axis()) < 120);
    }
}

#[test]
fn each_step_shows_its_worst_sample_and_a_gap_stays_a_gap() {
    let samples = [(0.0, 1.0), (15.0, 9.0), (60.0, f64::NAN), (90.0, 4.0)];
    let high = worst_of_steps(&record(15.0, &samples), 15_000, f64::max, &axis());
    assert_eq!(high[..5], [Some(9.0), None, None, Some(4.0), None]);
    let low = worst_of_steps(&record(15.0, &samples), 15_000, f64::min, &axis());
    assert_eq!(low[0], Some(1.0));
}

#[test]
fn samples_at_every_step_leave_no_gap() {
    for step in [15.0, 20.0, 60.0, 77.0] {
        let samples: Vec<(f64, f64)> = (0..240)
            .map(|n| f64::from(n) * step)
            .take_while(|at| *at < 3600.0)
            .map(|at| (at, 1.0))
            .collect();
        #[expect(clippy::cast_possible_truncation, reason = "small and whole")]
        let step_ms = (step * 1000.0) as i64;
        let values = worst_of_steps(&record(step, &samples), step_ms, f64::max, &axis());
        assert!(values.iter().all(Option::is_some), "{step}: {values:?}");
    }
}

#[test]
fn lines_count_by_the_minute_and_by_their_weight() {
    // Two lines of the baseline that stand for two, two of the window that stand for six.
    let places = [0, 1_000, 1_800_000, 1_829_999];
    let values = lines_a_minute(&places, (2.0, 6.0), &axis());
    assert_eq!(values.len(), 120);
    assert_eq!(
        (values[0], values[1], values[60]),
        (Some(4.0), Some(0.0), Some(12.0))
    );
    assert!(
        lines_a_minute(&[], (0.0, 0.0), &axis())
            .iter()
            .all(|v| *v == Some(0.0))
    );
}

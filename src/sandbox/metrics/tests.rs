//! Courses, gaps, noise and counters of series.

use super::*;
use crate::sandbox::scenario::Scenario;

/// The samples of one table: seconds from now, and value.
fn samples(table: &str) -> Vec<(f64, f64)> {
    let now: Instant = "2026-11-21T09:00:00Z".parse().unwrap();
    let text = format!("schema = 1\nname = \"x\"\n[[metric]]\nname = \"m\"\n{table}");
    let scenario = Scenario::parse(&text, "x").unwrap();
    let metric = scenario.metrics[0].get_ref();
    let made = expand(metric, 7, 0, now);
    assert!(made.len() as u64 <= sample_count(metric));
    let zero = unix_seconds(now);
    made.iter()
        .map(|sample| (sample.at_seconds - zero, sample.value))
        .collect()
}

fn value_at(samples: &[(f64, f64)], at: f64) -> f64 {
    let mut samples = samples.iter();
    samples
        .find(|(time, _)| (time - at).abs() < 0.001)
        .unwrap()
        .1
}

#[test]
fn a_value_holds_until_the_next_part_and_a_ramp_takes_its_time() {
    let made = samples(
        "shape = [{ from = \"-1h\", value = 10 }, { from = \"-30m\", to_value = 70, over = \"10m\" }, { from = \"-5m\", value = 1 }]\n",
    );
    assert_eq!(made.len(), 241);
    assert_eq!(value_at(&made, -1815.0), 10.0);
    assert_eq!(value_at(&made, -1800.0), 10.0);
    assert_eq!(value_at(&made, -1500.0), 40.0);
    assert_eq!(value_at(&made, -1200.0), 70.0);
    assert_eq!(value_at(&made, -315.0), 70.0);
    assert_eq!(value_at(&made, -300.0), 1.0);
    assert_eq!(value_at(&made, 0.0), 1.0);
}

#[test]
fn a_ramp_that_is_cut_short_goes_on_from_where_it_was() {
    let made = samples(
        "step = \"60s\"\nshape = [{ from = \"-20m\", value = 0, to_value = 100, over = \"20m\" }, { from = \"-10m\", to_value = 0, over = \"5m\" }]\n",
    );
    assert_eq!(value_at(&made, -600.0), 50.0);
    assert_eq!(value_at(&made, -480.0), 30.0);
    assert_eq!(value_at(&made, 0.0), 0.0);
}

#[test]
fn absent_parts_have_no_samples() {
    let made = samples(
        "shape = [{ from = \"-1h\", value = 1 }, { from = \"-30m\", value = 0 }, { from = \"-25m\", absent = true }, { from = \"-10m\", value = 1 }]\n",
    );
    assert!(!made.iter().any(|(at, _)| (-1500.0..-600.0).contains(at)));
    assert_eq!(value_at(&made, -1515.0), 0.0);
    assert_eq!(value_at(&made, -600.0), 1.0);
}

#[test]
fn a_counter_never_falls_and_grows_by_its_rate() {
    let made = samples(
        "counter = true\nshape = [{ from = \"-2h\", value = 0.05, noise = 0.2 }, { from = \"-1h\", value = 5, noise = 1 }]\n",
    );
    assert!(made.is_sorted_by(|a, b| a.1 <= b.1));
    let hour = made.last().unwrap().1 - value_at(&made, -3600.0);
    assert!((17_000.0..19_000.0).contains(&hour), "{hour}");
    let exact =
        samples("counter = true\nstep = \"15s\"\nshape = [{ from = \"-1m\", value = 9 }]\n");
    let values: Vec<f64> = exact.iter().map(|(_, value)| *value).collect();
    assert_eq!(values, [135.0, 270.0, 405.0, 540.0, 675.0]);
}

#[test]
fn noise_spreads_around_the_value_and_does_not_cross_zero() {
    let made = samples("step = \"1s\"\nshape = [{ from = \"-1h\", value = 42, noise = 3 }]\n");
    let mean = made.iter().map(|(_, value)| value).sum::<f64>() / made.len() as f64;
    assert!((mean - 42.0).abs() < 0.3, "{mean}");
    assert!(
        made.iter().all(|(_, value)| value.fract() == 0.0),
        "counts are whole"
    );
    let low = samples("shape = [{ from = \"-1h\", value = 1, noise = 3 }]\n");
    assert!(low.iter().all(|(_, value)| *value >= 0.0));
    assert!(
        samples("shape = [{ from = \"-1h\", value = 0.5, noise = 0.1 }]\n")
            .iter()
            .any(|(_, value)| value.fract() != 0.0)
    );
}

#[test]
fn a_wave_swings_around_the_shape() {
    let made = samples(
        "wave = { amplitude = 4, period = \"40m\" }\nshape = [{ from = \"-40m\", value = 10 }]\n",
    );
    let highest = made
        .iter()
        .map(|(_, value)| *value)
        .fold(f64::MIN, f64::max);
    let lowest = made
        .iter()
        .map(|(_, value)| *value)
        .fold(f64::MAX, f64::min);
    assert!((13.9..=14.0).contains(&highest) && (6.0..=6.1).contains(&lowest));
}

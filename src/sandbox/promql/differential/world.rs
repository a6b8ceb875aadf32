//! A small world of metrics for comparing with a real server: counters with resets, gauges with NaN and infinities, gaps,
//! sparse series, histograms with and without flaws. The same for the same seed.

use fastrand::Rng;

use crate::model::{Labels, Sample, Series};
use crate::sandbox::metric_store::METRIC_NAME;

/// First second with samples; four hours follow.
pub(crate) const FROM: i64 = 1_795_240_000;
/// Last second with samples.
pub(crate) const TO: i64 = FROM + 4 * 3600;
/// Upper bounds of the histograms' buckets.
const BOUNDS: [&str; 6] = ["0.05", "0.1", "0.5", "1", "5", "+Inf"];

/// All series.
pub(crate) fn series(seed: u64) -> Vec<Series> {
    let mut random = Rng::with_seed(seed);
    let random = &mut random;
    let mut all = Vec::new();
    for job in ["api", "db", "web"] {
        for instance in ["0", "1"] {
            let own = [("job", job), ("instance", instance)];
            for code in ["200", "404", "500"] {
                let times = times(random, 15_000, 2_000, 0.02);
                let labels = [own.as_slice(), &[("code", code)]].concat();
                all.push(one("requests_total", &labels, &times, counter(random)));
            }
            let sampled = times(random, 15_000, 0, 0.01);
            all.push(one("up", &own, &sampled, levels(random, 2)));
            let sampled = times(random, 30_000, 500, 0.01);
            all.push(one("temperature", &own, &sampled, walk(random)));
            let sampled = times(random, 30_000, 0, 0.0);
            all.push(one("temperature_limit", &own, &sampled, levels(random, 3)));
        }
        for zone in ["a", "b", "c"] {
            let sampled = times(random, 60_000, 0, 0.05);
            all.push(one(
                "queue",
                &[("job", job), ("zone", zone)],
                &sampled,
                levels(random, 6),
            ));
        }
        let version = format!("1.{}", random.u8(0..4));
        let sampled = times(random, 60_000, 0, 0.0);
        all.push(one(
            "build_info",
            &[("job", job), ("version", &version)],
            &sampled,
            levels(random, 1),
        ));
        let sampled = times(random, 400_000, 150_000, 0.1);
        all.push(one("rare", &[("job", job)], &sampled, walk(random)));
        histogram(random, job, &mut all);
    }
    let sampled = times(random, 20_000, 1_000, 0.02);
    all.push(one("odd", &[("job", "api")], &sampled, odd(random)));
    let sampled = times(random, 20_000, 1_000, 0.02);
    all.push(one("odd", &[("job", "db")], &sampled, odd(random)));
    all
}

/// One series: a value from `value` at each of `times` (Unix milliseconds).
fn one(
    name: &str,
    labels: &[(&str, &str)],
    times: &[i64],
    mut value: impl FnMut() -> f64,
) -> Series {
    let name = std::iter::once((METRIC_NAME, name));
    let labels: Labels = name.chain(labels.iter().copied()).collect();
    let samples = times.iter().map(|time| Sample {
        at_seconds: *time as f64 / 1000.0,
        value: value(),
    });
    Series {
        labels,
        samples: samples.collect(),
    }
}

/// Sampling times in milliseconds, every `step` give or take `jitter`; with probability `gap` after each a gap of minutes.
fn times(random: &mut Rng, step: i64, jitter: i64, gap: f64) -> Vec<i64> {
    let mut time = FROM * 1000 + random.i64(0..step);
    let mut times = Vec::new();
    while time <= TO * 1000 {
        times.push(time);
        time += step
            + if jitter > 0 {
                random.i64(-jitter..=jitter)
            } else {
                0
            };
        if random.f64() < gap {
            time += random.i64(60_000..900_000);
        }
    }
    times
}

/// A counter that now and then restarts.
fn counter(random: &mut Rng) -> impl FnMut() -> f64 + use<> {
    let mut random = random.fork();
    let mut total = if random.bool() {
        0.0
    } else {
        random.f64() * 1e4
    };
    let rate = random.f64() * 50.0;
    move || {
        total = if random.f64() < 0.01 {
            random.f64() * 10.0
        } else {
            total + (random.f64() * rate).round()
        };
        total
    }
}

/// A gauge of few whole values, so that there are ties.
fn levels(random: &mut Rng, count: u32) -> impl FnMut() -> f64 + use<> {
    let mut random = random.fork();
    let mut level = 1.0;
    move || {
        if random.f64() < 0.2 {
            level = if count == 1 {
                1.0
            } else {
                f64::from(random.u32(0..count))
            };
        }
        level
    }
}

/// A gauge that wanders.
fn walk(random: &mut Rng) -> impl FnMut() -> f64 + use<> {
    let mut random = random.fork();
    let mut value = random.f64() * 100.0 - 30.0;
    move || {
        value += random.f64() * 4.0 - 2.0;
        value
    }
}

/// A gauge that now and then is no number, infinite, tiny or huge.
fn odd(random: &mut Rng) -> impl FnMut() -> f64 + use<> {
    let mut random = random.fork();
    move || match random.u8(0..40) {
        0 => f64::NAN,
        1 => f64::INFINITY,
        2 => f64::NEG_INFINITY,
        3 => 0.0,
        4 => 1e-300,
        5 => 1e300,
        6 => -0.0,
        _ => random.f64() * 10.0 - 5.0,
    }
}

/// The buckets of a histogram; that of `web` has no last bucket, that of `db` has counts that fall.
fn histogram(random: &mut Rng, job: &str, all: &mut Vec<Series>) {
    let sampled = times(random, 30_000, 0, 0.005);
    let weights: Vec<f64> = BOUNDS.iter().map(|_| random.f64() * 10.0).collect();
    let mut counts = vec![0.0; BOUNDS.len()];
    let mut columns: Vec<Vec<f64>> = vec![Vec::new(); BOUNDS.len()];
    for _ in &sampled {
        let mut total = 0.0;
        for (index, weight) in weights.iter().enumerate() {
            counts[index] += (random.f64() * weight).round();
            total += counts[index];
            let flaw = if job == "db" && random.f64() < 0.1 {
                5.0
            } else {
                0.0
            };
            columns[index].push(total - flaw);
        }
    }
    for (bound, column) in BOUNDS.iter().zip(columns) {
        if job == "web" && *bound == "+Inf" {
            continue;
        }
        let mut values = column.into_iter();
        all.push(one(
            "latency_bucket",
            &[("job", job), ("le", bound)],
            &sampled,
            || values.next().unwrap(),
        ));
    }
}

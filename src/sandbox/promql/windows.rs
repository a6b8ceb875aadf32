//! The functions of a range: what does a window of samples come to?
//!
//! In comes one window, never empty, out comes one number, or none where the window holds too few samples.

use super::numbers::{CompensatedSum, mean_stays};
use super::selection::Window;

/// A function of a window without further parameters.
pub(super) type WindowFunction = fn(&Window<'_>) -> Option<f64>;

/// The function of that name.
pub(super) fn window_function(name: &str) -> Option<WindowFunction> {
    Some(match name {
        "rate" => |window| extrapolated(window, true, seconds(window.to - window.from)),
        "increase" => |window| extrapolated(window, true, 1.0),
        "delta" => |window| extrapolated(window, false, 1.0),
        "irate" => |window| last_two(window, true),
        "idelta" => |window| last_two(window, false),
        "deriv" => |window| regression(window, window.times[0]).map(|line| line.slope),
        "avg_over_time" => |window| Some(mean(window.values)),
        "sum_over_time" => |window| Some(sum(window.values)),
        "min_over_time" => |window| Some(extreme(window.values, |value, least| value < least)),
        "max_over_time" => |window| Some(extreme(window.values, |value, most| value > most)),
        "count_over_time" => |window| Some(window.values.len() as f64),
        "stdvar_over_time" => |window| Some(variance(window.values)),
        "stddev_over_time" => |window| Some(variance(window.values).sqrt()),
        "last_over_time" => |window| window.values.last().copied(),
        "present_over_time" => |_| Some(1.0),
        "changes" => |window| Some(count_pairs(window.values, |a, b| !same(a, b))),
        "resets" => |window| Some(count_pairs(window.values, |a, b| b < a)),
        _ => return None,
    })
}

/// Milliseconds as seconds.
fn seconds(millis: i64) -> f64 {
    millis as f64 / 1000.0
}

/// The increase (counters) or difference (gauges) over the whole range, extrapolated from the samples in it, divided by
/// `per_seconds`.
///
/// Prometheus 2.42's rule: towards each end of the range by the distance to it, or by half the average distance of samples where
/// the end is further away than 1.1 times that average; for a counter never beyond the instant at which it would have been zero.
fn extrapolated(window: &Window<'_>, counter: bool, per_seconds: f64) -> Option<f64> {
    let (times, values) = (window.times, window.values);
    let (&[first, .., last], &[first_value, .., last_value]) = (times, values) else {
        return None;
    };
    let mut increase = last_value - first_value;
    if counter {
        for pair in values.windows(2).filter(|pair| pair[1] < pair[0]) {
            increase += pair[0];
        }
    }
    let mut to_start = seconds(first - window.from);
    let to_end = seconds(window.to - last);
    let sampled = seconds(last - first);
    let average = sampled / (values.len() - 1) as f64;
    if counter && increase > 0.0 && first_value >= 0.0 {
        let to_zero = sampled * (first_value / increase);
        if to_zero < to_start {
            to_start = to_zero;
        }
    }
    let reach = |distance: f64| {
        if distance < average * 1.1 {
            distance
        } else {
            average / 2.0
        }
    };
    let covered = sampled + reach(to_start) + reach(to_end);
    Some(increase * (covered / sampled / per_seconds))
}

/// The difference of the last two samples, or its rate a second with counter resets.
fn last_two(window: &Window<'_>, rate: bool) -> Option<f64> {
    let (&[.., before, last], &[.., value_before, value]) = (window.times, window.values) else {
        return None;
    };
    if !rate {
        return Some(value - value_before);
    }
    let increase = if value < value_before {
        value
    } else {
        value - value_before
    };
    Some(increase / seconds(last - before))
}

/// A straight line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// Change a second.
    pub(super) slope: f64,
    /// Value at the instant that the line was asked for.
    pub(super) intercept: f64,
}

/// The line of least squares through a window's samples, its intercept at `zero`; `None` for fewer than two samples.
pub(super) fn regression(window: &Window<'_>, zero: i64) -> Option<Line> {
    let first = *window.values.first()?;
    if window.values.len() < 2 {
        return None;
    }
    if window
        .values
        .iter()
        .all(|value| !value.is_nan() && same(*value, first))
    {
        return Some(if first.is_infinite() {
            Line {
                slope: f64::NAN,
                intercept: f64::NAN,
            }
        } else {
            Line {
                slope: 0.0,
                intercept: first,
            }
        });
    }
    let [mut times, mut values, mut products, mut squares] = [CompensatedSum::default(); 4];
    for (time, y) in window.times.iter().zip(window.values) {
        let x = seconds(time - zero);
        times.add(x);
        values.add(*y);
        products.add(x * y);
        squares.add(x * x);
    }
    let n = window.values.len() as f64;
    let (x, y) = (times.value(), values.value());
    let covariance = products.value() - x * y / n;
    let variance = squares.value() - x * x / n;
    let slope = covariance / variance;
    Some(Line {
        slope,
        intercept: y / n - slope * x / n,
    })
}

/// Double exponential smoothing with factors between zero and one; `None` for fewer than two samples.
pub(super) fn smoothed(window: &Window<'_>, smoothing: f64, trend: f64) -> Option<f64> {
    let values = window.values;
    let (mut before, mut level) = (0.0, *values.first()?);
    let mut slope = values.get(1)? - level;
    for (index, value) in values.iter().enumerate().skip(1) {
        let scaled = smoothing * value;
        if index > 1 {
            slope = trend * (level - before) + (1.0 - trend) * slope;
        }
        let carried = (1.0 - smoothing) * (level + slope);
        (before, level) = (level, scaled + carried);
    }
    Some(level)
}

/// The mean, computed so that it does not overflow where the sum would.
fn mean(values: &[f64]) -> f64 {
    let mut mean = CompensatedSum::default();
    let mut count = 0.0;
    for value in values {
        count += 1.0;
        if !mean_stays(mean.plain(), *value) {
            mean.add(value / count - mean.plain() / count);
        }
    }
    mean.value_or_infinity()
}

/// The sum.
fn sum(values: &[f64]) -> f64 {
    let mut sum = CompensatedSum::default();
    for value in values {
        sum.add(*value);
    }
    sum.value_or_infinity()
}

/// The variance of a whole population (Welford's method).
fn variance(values: &[f64]) -> f64 {
    let [mut mean, mut squares] = [CompensatedSum::default(); 2];
    let mut count = 0.0;
    for value in values {
        count += 1.0;
        let delta = value - mean.value();
        mean.add(delta / count);
        squares.add(delta * (value - mean.value()));
    }
    squares.value() / count
}

/// The value that `beats` all others; NaN only where all are.
fn extreme(values: &[f64], beats: impl Fn(f64, f64) -> bool) -> f64 {
    let mut best = values[0];
    for value in values {
        if beats(*value, best) || best.is_nan() {
            best = *value;
        }
    }
    best
}

/// Whether two values are equal, or both no numbers.
#[expect(clippy::float_cmp, reason = "a change in the last digit is a change")]
fn same(a: f64, b: f64) -> bool {
    a == b || (a.is_nan() && b.is_nan())
}

/// How many neighbours fit.
fn count_pairs(values: &[f64], fits: impl Fn(f64, f64) -> bool) -> f64 {
    values
        .windows(2)
        .filter(|pair| fits(pair[0], pair[1]))
        .count() as f64
}

//! Function calls: which arguments are evaluated how, and what the function makes of them.
//!
//! Functions of one number, of a window and of a date come from tables; the rest are here by name. Every name in `signatures`
//! has its place; a test calls them all.

use promql_parser::parser::{Call, Expr};

use super::binary::each_value;
use super::calendar::{calendar_function, date};
use super::error::QueryError;
use super::evaluator::{Evaluator, misplaced};
use super::histogram;
use super::numbers::{go_max, go_min, go_plain, nan_first, quantile};
use super::relabel;
use super::value::{Grid, Track, Value, joined};
use super::windows::{regression, smoothed, window_function};
use crate::model::Labels;
use absence::absent;
use arguments::Arguments;

mod absence;
mod arguments;

/// What a function gives, or Prometheus's execution error.
type Result<T> = std::result::Result<T, QueryError>;

/// The function of one number that has this name.
fn math_function(name: &str) -> Option<fn(f64) -> f64> {
    Some(match name {
        "abs" => f64::abs,
        "acos" => f64::acos,
        "acosh" => f64::acosh,
        "asin" => f64::asin,
        "asinh" => f64::asinh,
        "atan" => f64::atan,
        "atanh" => f64::atanh,
        "ceil" => f64::ceil,
        "cos" => f64::cos,
        "cosh" => f64::cosh,
        "deg" => |value| value * 180.0 / std::f64::consts::PI,
        "exp" => f64::exp,
        "floor" => f64::floor,
        "ln" => f64::ln,
        "log10" => f64::log10,
        "log2" => f64::log2,
        "rad" => |value| value * std::f64::consts::PI / 180.0,
        "sgn" => sign,
        "sin" => f64::sin,
        "sinh" => f64::sinh,
        "sqrt" => f64::sqrt,
        "tan" => f64::tan,
        "tanh" => f64::tanh,
        _ => return None,
    })
}

/// 1 or -1 by sign; zeros and NaN as they are.
fn sign(value: f64) -> f64 {
    if value > 0.0 {
        1.0
    } else if value < 0.0 {
        -1.0
    } else {
        value
    }
}

impl Evaluator<'_> {
    /// A function call.
    ///
    /// # Errors
    ///
    /// Prometheus's execution errors.
    pub(super) fn call(&self, call: &Call, grid: Grid) -> Result<Value> {
        let arguments = Arguments::new(self, call, grid);
        match call.func.name {
            "time" => Ok(Value::Scalar(grid.times().map(seconds).collect())),
            "pi" => Ok(Value::Scalar(vec![std::f64::consts::PI; grid.len()])),
            "scalar" => Ok(Value::Scalar(only_values(&arguments.vector(0)?, grid))),
            name => vector_call(name, &arguments).map(Value::Vector),
        }
    }
}

/// A function that gives an instant vector.
fn vector_call(name: &str, arguments: &Arguments<'_>) -> Result<Vec<Track>> {
    if let Some(function) = math_function(name) {
        return arguments.each_number(|value, _| Some(function(value)));
    }
    if let Some(function) = window_function(name) {
        let keep_name = name == "last_over_time";
        return arguments.each_window(0, keep_name, |window, _| Ok(function(window)));
    }
    if let Some(function) = calendar_function(name) {
        if arguments.count() > 0 {
            return arguments.each_number(|value, _| Some(function(&date(value))));
        }
        let values = arguments
            .grid
            .times()
            .map(|at| function(&date((at / 1000) as f64)));
        return Ok(vec![Track::dense(Labels::default(), values.collect())]);
    }
    named_call(name, arguments)
}

/// A function that needs more than one number, window or date at a time.
fn named_call(name: &str, arguments: &Arguments<'_>) -> Result<Vec<Track>> {
    let grid = arguments.grid;
    match name {
        "vector" => Ok(vec![Track::dense(Labels::default(), arguments.scalar(0)?)]),
        "absent" => Ok(absent(&arguments.vector(0)?, arguments.expr(0)?, grid)),
        "absent_over_time" => Ok(absent(&arguments.presence(0)?, arguments.expr(0)?, grid)),
        "timestamp" => timestamps(arguments),
        "round" => rounded(arguments),
        "clamp" => clamped(arguments),
        "clamp_min" => {
            let least = arguments.scalar(1)?;
            arguments.each_number(|value, step| Some(go_max(least[step], value)))
        }
        "clamp_max" => {
            let most = arguments.scalar(1)?;
            arguments.each_number(|value, step| Some(go_min(most[step], value)))
        }
        "quantile_over_time" => {
            let phi = arguments.scalar(0)?;
            let quantile = |values: &[f64], step: usize| quantile(phi[step], &mut values.to_vec());
            arguments.each_window(1, false, |window, step| {
                Ok(Some(quantile(window.values, step)))
            })
        }
        "predict_linear" => predictions(arguments),
        "holt_winters" => smoothings(arguments),
        "histogram_quantile" => {
            let phi = arguments.scalar(0)?;
            joined(histogram::quantiles(&phi, &arguments.vector(1)?, grid))
        }
        // These read native histograms only, of which this server has none.
        "histogram_count" | "histogram_sum" => arguments.vector(0).map(|_| Vec::new()),
        "histogram_fraction" => arguments.vector(2).map(|_| Vec::new()),
        "label_replace" => {
            let texts = [
                arguments.text(1)?,
                arguments.text(2)?,
                arguments.text(3)?,
                arguments.text(4)?,
            ];
            relabel::replace(arguments.vector(0)?, texts)
        }
        "label_join" => {
            let sources: Result<Vec<&str>> = (3..arguments.count())
                .map(|index| arguments.text(index))
                .collect();
            relabel::join(
                arguments.vector(0)?,
                arguments.text(1)?,
                arguments.text(2)?,
                &sources?,
            )
        }
        "sort" => Ok(sorted(arguments.vector(0)?, false)),
        "sort_desc" => Ok(sorted(arguments.vector(0)?, true)),
        other => Err(misplaced(&format!("call to function {other:?}"))),
    }
}

/// Unix milliseconds in seconds.
fn seconds(millis: i64) -> f64 {
    millis as f64 / 1000.0
}

/// `scalar`: the value at each step where there is exactly one, else NaN.
fn only_values(tracks: &[Track], grid: Grid) -> Vec<f64> {
    let mut counts = vec![0; grid.len()];
    let mut values = vec![f64::NAN; grid.len()];
    for point in tracks.iter().flat_map(|track| &track.points) {
        counts[point.step] += 1;
        values[point.step] = if counts[point.step] == 1 {
            point.value
        } else {
            f64::NAN
        };
    }
    values
}

/// `timestamp`: of a selector, when its samples were taken; of anything else, the instant of evaluation.
fn timestamps(arguments: &Arguments<'_>) -> Result<Vec<Track>> {
    if let Expr::VectorSelector(selector) = arguments.expr(0)? {
        let times = arguments.evaluator.select_times(selector, arguments.grid)?;
        return each_value(times, true, |seconds, _| Some(seconds));
    }
    let times: Vec<i64> = arguments.grid.times().collect();
    arguments.each_number(|_, step| Some(seconds(times[step])))
}

/// `round`: to the nearest multiple, halves upwards.
fn rounded(arguments: &Arguments<'_>) -> Result<Vec<Track>> {
    let nearest = match arguments.count() {
        1 => vec![1.0; arguments.grid.len()],
        _ => arguments.scalar(1)?,
    };
    arguments.each_number(|value, step| {
        let inverse = 1.0 / nearest[step];
        Some((value * inverse + 0.5).floor() / inverse)
    })
}

/// `clamp`: between two bounds; nothing where they are the wrong way round.
fn clamped(arguments: &Arguments<'_>) -> Result<Vec<Track>> {
    let (least, most) = (arguments.scalar(1)?, arguments.scalar(2)?);
    arguments.each_number(|value, step| {
        let reversed = most[step] < least[step];
        (!reversed).then(|| go_max(least[step], go_min(most[step], value)))
    })
}

/// `predict_linear`: where the line through a window will be so many seconds after the instant of evaluation.
fn predictions(arguments: &Arguments<'_>) -> Result<Vec<Track>> {
    let ahead = arguments.scalar(1)?;
    arguments.each_window(0, false, |window, step| {
        let line = regression(window, window.at);
        Ok(line.map(|line| line.slope * ahead[step] + line.intercept))
    })
}

/// `holt_winters`: double exponential smoothing.
fn smoothings(arguments: &Arguments<'_>) -> Result<Vec<Track>> {
    let (smoothing, trend) = (arguments.scalar(1)?, arguments.scalar(2)?);
    arguments.each_window(0, false, |window, step| {
        let smoothing = factor(smoothing[step], "smoothing", "sf")?;
        let trend = factor(trend[step], "trend", "tf")?;
        Ok(smoothed(window, smoothing, trend))
    })
}

/// A factor of smoothing, which must lie between zero and one; NaN passes, as in Prometheus.
fn factor(value: f64, what: &str, short: &str) -> Result<f64> {
    if value <= 0.0 || value >= 1.0 {
        let shown = if value.is_infinite() {
            go_plain(value)
        } else {
            format!("{value:.6}")
        };
        return Err(QueryError::execution(format_args!(
            "invalid {what} factor. Expected: 0 < {short} < 1, got: {shown}"
        )));
    }
    Ok(value)
}

/// Series in the order of their values at the first step, NaN last; over several steps the order means nothing.
fn sorted(mut tracks: Vec<Track>, descending: bool) -> Vec<Track> {
    let value = |track: &Track| track.points.first().map_or(f64::NAN, |point| point.value);
    tracks.sort_by(|a, b| {
        let (a, b) = (value(a), value(b));
        let by_value = if descending {
            nan_first(b, a)
        } else {
            nan_first(a, b)
        };
        a.is_nan().cmp(&b.is_nan()).then(by_value)
    });
    tracks
}

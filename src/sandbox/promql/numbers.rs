//! The arithmetic that several functions share, with Prometheus's and Go's rules for NaN, infinities and rounding.

/// A sum that carries the rounding error of each addition along (Kahan's, in Neumaier's version).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct CompensatedSum {
    /// The sum.
    sum: f64,
    /// What rounding lost.
    lost: f64,
}

impl CompensatedSum {
    /// Adds a number.
    pub(super) fn add(&mut self, number: f64) {
        let next = self.sum + number;
        self.lost += if self.sum.abs() >= number.abs() {
            (self.sum - next) + number
        } else {
            (number - next) + self.sum
        };
        self.sum = next;
    }

    /// The sum alone, as it decides whether it overflowed.
    pub(super) fn plain(self) -> f64 {
        self.sum
    }

    /// The sum with what rounding lost.
    pub(super) fn value(self) -> f64 {
        self.sum + self.lost
    }

    /// The sum with what rounding lost; an infinite sum as it is, since what it lost is not a number.
    pub(super) fn value_or_infinity(self) -> f64 {
        if self.sum.is_infinite() {
            self.sum
        } else {
            self.value()
        }
    }
}

/// Whether a mean that became infinite stays so when `value` joins: only an infinity of the other sign or NaN changes it.
pub(super) fn mean_stays(mean: f64, value: f64) -> bool {
    mean.is_infinite()
        && if value.is_infinite() {
            (mean > 0.0) == (value > 0.0)
        } else {
            !value.is_nan()
        }
}

/// The φ-quantile of `values`, interpolated between neighbours; NaN counts as smallest. Reorders `values`.
pub(super) fn quantile(phi: f64, values: &mut [f64]) -> f64 {
    if values.is_empty() || phi.is_nan() {
        return f64::NAN;
    }
    if phi < 0.0 {
        return f64::NEG_INFINITY;
    }
    if phi > 1.0 {
        return f64::INFINITY;
    }
    values.sort_by(|a, b| nan_first(*a, *b));
    let last = values.len() - 1;
    let rank = phi * last as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between zero and the last index"
    )]
    let lower = (rank.floor() as usize).min(last);
    let upper = (lower + 1).min(last);
    let weight = rank - rank.floor();
    values[lower] * (1.0 - weight) + values[upper] * weight
}

/// Rising order with NaN before everything.
pub(super) fn nan_first(a: f64, b: f64) -> std::cmp::Ordering {
    a.partial_cmp(&b)
        .unwrap_or_else(|| b.is_nan().cmp(&a.is_nan()))
}

/// Go's `math.Max`: NaN wins over everything but infinity.
pub(super) fn go_max(a: f64, b: f64) -> f64 {
    if a == f64::INFINITY || b == f64::INFINITY {
        f64::INFINITY
    } else if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if a == 0.0 && b == 0.0 {
        if a.is_sign_negative() { b } else { a }
    } else {
        a.max(b)
    }
}

/// Go's `math.Min`: NaN wins over everything but negative infinity.
pub(super) fn go_min(a: f64, b: f64) -> f64 {
    -go_max(-a, -b)
}

/// A number as Go's `%v` writes it, for error messages.
pub(super) fn go_shown(value: f64) -> String {
    if !value.is_finite() {
        return go_plain(value);
    }
    if value != 0.0 && !(1e-4..1e21).contains(&value.abs()) {
        return go_exponent(value);
    }
    format!("{value}")
}

/// A number as Go's `strconv.FormatFloat(value, 'f', -1, 64)` writes it.
pub(in super::super) fn go_plain(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_string()
    } else if value.is_infinite() {
        if value > 0.0 { "+Inf" } else { "-Inf" }.to_string()
    } else {
        format!("{value}")
    }
}

/// A number as Go's `strconv.FormatFloat(value, 'e', -1, 64)` writes it: at least two digits of exponent, always signed.
pub(in super::super) fn go_exponent(value: f64) -> String {
    let text = format!("{value:e}");
    match text.split_once('e') {
        Some((digits, exponent)) => {
            let (sign, exponent) = match exponent.strip_prefix('-') {
                Some(rest) => ('-', rest),
                None => ('+', exponent),
            };
            format!("{digits}e{sign}{exponent:0>2}")
        }
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Equal, infinities included.
    fn same(a: f64, b: f64) -> bool {
        a.total_cmp(&b).is_eq()
    }

    #[test]
    fn a_sum_keeps_what_a_plain_one_loses() {
        let mut sum = CompensatedSum::default();
        for number in [1.0, 1e100, 1.0, -1e100] {
            sum.add(number);
        }
        assert!(same(sum.value(), 2.0));
    }

    #[test]
    fn numbers_are_written_as_go_writes_them() {
        assert_eq!(go_exponent(1.5e-7), "1.5e-07");
        assert_eq!(go_exponent(1e21), "1e+21");
        assert_eq!(go_exponent(1e100), "1e+100");
        assert_eq!(go_plain(1e20), "100000000000000000000");
        assert_eq!(go_plain(f64::NEG_INFINITY), "-Inf");
        assert_eq!(go_shown(1e21), "1e+21");
    }

    #[test]
    fn quantiles_interpolate_and_know_their_bounds() {
        assert!(same(quantile(0.5, &mut [3.0, 1.0]), 2.0));
        assert!(same(quantile(1.0, &mut [3.0, 1.0]), 3.0));
        assert!(same(quantile(-0.1, &mut [3.0]), f64::NEG_INFINITY));
        assert!(same(quantile(1.1, &mut [3.0]), f64::INFINITY));
        assert!(quantile(0.5, &mut []).is_nan());
        assert!(quantile(0.0, &mut [1.0, f64::NAN]).is_nan());
    }
}

//! The few statistics that the analysis rests on: median, MAD, quantiles, a test for counts, a change-point.
//!
//! All are robust or exact for small numbers, because logs and metrics are full of outliers and of zeros.

/// What a median absolute deviation is multiplied by to estimate a normal distribution's standard deviation.
const MAD_TO_SIGMA: f64 = 1.4826;

/// The quantile `q` (0 to 1) of some values by nearest rank; `None` for no values. Reorders them.
pub(crate) fn quantile(values: &mut [f64], q: f64) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank within the slice"
    )]
    let rank = (q.clamp(0.0, 1.0) * (values.len() - 1) as f64).round() as usize;
    let (_, value, _) = values.select_nth_unstable_by(rank, f64::total_cmp);
    Some(*value)
}

/// The median; `None` for no values. Reorders them.
pub(crate) fn median(values: &mut [f64]) -> Option<f64> {
    quantile(values, 0.5)
}

/// Centre and spread of some values: the median, and the standard deviation that the median absolute deviation implies.
///
/// The spread is 0 where more than half of the values are equal; the caller sets a floor that fits the unit.
pub(crate) fn centre_and_spread(values: &[f64]) -> Option<(f64, f64)> {
    let mut sorted = values.to_vec();
    let centre = median(&mut sorted)?;
    let mut distances: Vec<f64> = values.iter().map(|value| (value - centre).abs()).collect();
    let spread = median(&mut distances)? * MAD_TO_SIGMA;
    Some((centre, spread))
}

/// Where values usually lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Usual {
    /// The median.
    pub(crate) centre: f64,
    /// A standard deviation, as the median absolute deviation or the middle nine tenths imply it: the greater. The second sees
    /// what the first is blind to, values that are mostly equal and now and then far away.
    pub(crate) spread: f64,
}

/// Where some values usually lie; `None` for no values.
pub(crate) fn usual(values: &[f64]) -> Option<Usual> {
    /// The middle nine tenths of a normal distribution are so many standard deviations wide.
    const NINE_TENTHS: f64 = 3.29;
    let (centre, spread) = centre_and_spread(values)?;
    let mut sorted = values.to_vec();
    let width = quantile(&mut sorted, 0.95)? - quantile(&mut sorted, 0.05)?;
    Some(Usual {
        centre,
        spread: spread.max(width / NINE_TENTHS),
    })
}

/// Where a series usually lies: before the window, or, where too little was recorded before it, inside: trouble is short, and the
/// median of a window that is mostly well does not see it. `None` where both hold too little.
pub(crate) fn usual_level(before: &[f64], now: &[f64]) -> Option<Usual> {
    /// Values before the window that say what is usual.
    const LEAST_BEFORE: usize = 4;
    /// Values inside the window that do, when they must.
    const LEAST_INSIDE: usize = 12;
    if before.len() >= LEAST_BEFORE {
        return usual(before);
    }
    if now.len() < LEAST_INSIDE {
        return None;
    }
    // the middle nine tenths would hold the trouble
    let (centre, spread) = centre_and_spread(now)?;
    Some(Usual { centre, spread })
}

/// How surprising `now` events are where `before` were seen in a time that is `1 / ratio` as long, as minus the decimal
/// logarithm of the chance; 0 where there are not more than expected.
///
/// The conditional test for two Poisson rates (Przyborowski and Wilenski 1940): given the sum, `now` is binomial. The tail is
/// bounded by Chernoff's inequality, which errs to the side of silence.
pub(crate) fn surprise(now: f64, before: f64, ratio: f64) -> f64 {
    let total = now + before;
    if total <= 0.0 || ratio <= 0.0 {
        return 0.0;
    }
    let expected_share = ratio / (1.0 + ratio);
    let share = now / total;
    if share <= expected_share {
        return 0.0;
    }
    let relative_entropy = xlogy(share, share / expected_share)
        + xlogy(1.0 - share, (1.0 - share) / (1.0 - expected_share));
    total * relative_entropy / std::f64::consts::LN_10
}

/// `x ln y`, 0 where `x` is 0.
fn xlogy(x: f64, y: f64) -> f64 {
    if x <= 0.0 { 0.0 } else { x * y.ln() }
}

/// The place from which events come faster than before: the start of the burst that ends with the last event.
///
/// `places` are sorted milliseconds on an axis that starts at 0. The split that two constant rates explain best (greatest
/// Poisson likelihood); `None` for no events. With a steady rate the answer is the first event or close to it.
pub(crate) fn burst_start(places: &[i64]) -> Option<i64> {
    /// A burst is taken to last at least this long, so that two events at the same moment are no infinite rate.
    const LEAST_LENGTH_MS: f64 = 15_000.0;
    let last = *places.last()?;
    let total = places.len();
    let mut best = (f64::NEG_INFINITY, *places.first()?);
    for (before, &place) in places.iter().enumerate() {
        if before > 0 && places[before - 1] == place {
            continue;
        }
        let after = (total - before) as f64;
        let length_before = (place as f64).max(1.0);
        let length_after = ((last - place) as f64).max(LEAST_LENGTH_MS);
        let before = before as f64;
        let likelihood = xlogy(before, before / length_before) + xlogy(after, after / length_after);
        if likelihood > best.0 {
            best = (likelihood, place);
        }
    }
    Some(best.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_rates_are_no_surprise_and_new_events_are() {
        assert!(surprise(12.0, 12.0, 1.0) < 0.01);
        assert!(surprise(13.0, 11.0, 1.0) < 0.5);
        assert!(surprise(20.0, 0.0, 1.0) > 5.0);
        assert!(surprise(60.0, 10.0, 1.0) > 5.0);
        assert!(surprise(3.0, 0.0, 1.0) < 1.0);
        assert!(surprise(10.0, 10.0, 0.25) > 1.0);
    }

    #[test]
    fn a_burst_starts_where_the_rate_rises_not_at_the_first_stray_event() {
        let mut places = vec![60_000, 700_000];
        places.extend((0..100).map(|n| 2_000_000 + n * 5_000));
        assert_eq!(burst_start(&places), Some(2_000_000));
        assert_eq!(burst_start(&[]), None);
        assert_eq!(burst_start(&[5]), Some(5));
    }

    #[test]
    fn without_a_baseline_a_window_that_is_mostly_well_says_what_is_usual() {
        let mut window = vec![1.0; 20];
        window.extend([9.0, 9.0, 9.0]);
        let inside = usual_level(&[5.0], &window).unwrap();
        assert!((inside.centre - 1.0).abs() < 1e-9 && inside.spread < 1e-9);
        let before = usual_level(&[5.0, 5.1, 4.9, 5.0], &window).unwrap();
        assert!((before.centre - 5.0).abs() < 0.2);
        assert_eq!(usual_level(&[5.0], &[1.0, 2.0]), None);
    }

    #[test]
    fn a_spread_sees_values_that_are_mostly_equal_and_now_and_then_far_away() {
        let mut values = vec![100.0; 90];
        values.extend([0.0; 10]);
        let seen = usual(&values).unwrap();
        assert!((seen.centre - 100.0).abs() < 1e-9 && seen.spread > 25.0);
    }

    #[test]
    fn the_spread_ignores_an_outlier() {
        let (centre, spread) = centre_and_spread(&[1.0, 1.1, 0.9, 1.0, 50.0]).unwrap();
        assert!((centre - 1.0).abs() < 1e-9);
        assert!(spread < 0.2);
    }
}

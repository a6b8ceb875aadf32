//! How does a series look in one line? In: values in equal steps, `None` in gaps; out: one character a column.
//!
//! The line is scaled to its own least and greatest value: it shows the shape, the figures beside it show the size. A
//! constant series is flat at the bottom. More values than columns are resampled by their **maximum**, so that a short spike
//! survives; a dip shorter than a column does not. Fewer values than columns stay as they are: nothing is invented.

/// From low to high.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// From low to high, where the terminal is not UTF-8: more ink is higher.
const ASCII: [char; 8] = ['_', '-', '~', '=', '+', '*', '#', '@'];
/// A column without data: visible, because a gap is not a low value.
const GAP: char = '·';
/// The same in ASCII.
const ASCII_GAP: char = '.';

/// The series in at most `width` columns; empty where there are no values or no columns.
pub(crate) fn sparkline(values: &[Option<f64>], width: usize, ascii: bool) -> String {
    let (levels, gap) = if ascii {
        (ASCII, ASCII_GAP)
    } else {
        (BLOCKS, GAP)
    };
    let values = resample(values, width);
    let finite = || values.iter().flatten().copied().filter(|v| v.is_finite());
    let low = finite().fold(f64::INFINITY, f64::min);
    let high = finite().fold(f64::NEG_INFINITY, f64::max);
    values
        .iter()
        .map(|value| value.map_or(gap, |value| levels[level(value, low, high)]))
        .collect()
}

/// Which of the eight levels a value stands on; the infinities stand at the ends.
fn level(value: f64, low: f64, high: f64) -> usize {
    if value == f64::INFINITY {
        return BLOCKS.len() - 1;
    }
    // Halves: the span of two finite numbers may be too large for a float.
    let span = high / 2.0 - low / 2.0;
    if span <= 0.0 || !value.is_finite() {
        return 0;
    }
    let share = ((value / 2.0 - low / 2.0) / span).clamp(0.0, 1.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 7"
    )]
    let level = (share * (BLOCKS.len() - 1) as f64).round() as usize;
    level
}

/// The values in at most `width` buckets, each the greatest of its values; NaN counts as a gap.
fn resample(values: &[Option<f64>], width: usize) -> Vec<Option<f64>> {
    let buckets = width.min(values.len());
    (0..buckets)
        .map(|bucket| {
            let from = bucket * values.len() / buckets;
            let to = (bucket + 1) * values.len() / buckets;
            values[from..to]
                .iter()
                .flatten()
                .copied()
                .filter(|value| !value.is_nan())
                .reduce(f64::max)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
    }

    #[test]
    fn a_ramp_climbs_through_all_levels() {
        let ramp = some(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
        assert_eq!(sparkline(&ramp, 8, false), "▁▂▃▄▅▆▇█");
        assert_eq!(sparkline(&ramp, 8, true), "_-~=+*#@");
        assert_eq!(sparkline(&ramp, 4, false), "▁▃▆█");
    }

    #[test]
    fn a_constant_series_is_flat_and_gaps_are_seen() {
        assert_eq!(sparkline(&some(&[5.0, 5.0, 5.0]), 10, false), "▁▁▁");
        assert_eq!(
            sparkline(&[Some(1.0), None, Some(f64::NAN), Some(2.0)], 10, false),
            "▁··█"
        );
        assert_eq!(sparkline(&[None, None], 10, true), "..");
        assert_eq!(sparkline(&[], 10, false), "");
        assert_eq!(sparkline(&some(&[1.0]), 0, false), "");
    }

    #[test]
    fn a_spike_survives_resampling() {
        let mut values = vec![1.0; 1000];
        values[503] = 9.0;
        assert_eq!(sparkline(&some(&values), 10, false), "▁▁▁▁▁█▁▁▁▁");
    }

    #[test]
    fn extreme_values_stay_on_the_scale() {
        let values = some(&[f64::NEG_INFINITY, f64::MIN, f64::MAX, f64::INFINITY]);
        assert_eq!(sparkline(&values, 4, false), "▁▁██");
        assert_eq!(sparkline(&some(&[f64::INFINITY]), 4, false), "█");
    }
}

//! Has a series left the level of its baseline?
//!
//! Median and MAD of the baseline say what is usual. A shift is a run of samples in the window that are all far from it, on
//! the same side, long enough to be no spike.

use super::meaning::Meaning;
use super::stats::{centre_and_spread, median, usual_level};
use crate::model::{Instant, Sample, Unit};

/// Robust standard deviations that a sample must be away: waves of the day and noise of small counts stay below.
const FAR: f64 = 6.0;

/// A run must have so many samples and last so long; 90 seconds is the shortest trouble that an operator can still act on.
const LEAST_SAMPLES: usize = 3;
/// See [`LEAST_SAMPLES`].
const LEAST_SECONDS: f64 = 90.0;

/// Samples that a baseline needs before it says what is usual.
const LEAST_BASELINE: usize = 5;

/// A level shift.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shift {
    /// How far, in robust standard deviations of the baseline; negative is down.
    pub(crate) deviations: f64,
    /// The median since the shift.
    pub(crate) level: f64,
    /// When it left its usual level.
    pub(crate) since: Instant,
    /// Whether it lasts to the end of the series.
    pub(crate) ongoing: bool,
}

/// The longest shift in the window against the baseline; `None` where there is none or too little to tell.
pub(crate) fn find_shift(
    before: &[Sample],
    now: &[Sample],
    unit: Unit,
    step: f64,
) -> Option<Shift> {
    if before.len() < LEAST_BASELINE || now.len() < LEAST_SAMPLES {
        return None;
    }
    let values: Vec<f64> = before.iter().map(|sample| sample.value).collect();
    let (centre, spread) = centre_and_spread(&values)?;
    let spread = spread.max(least_spread(unit, centre));
    let far = (FAR * spread).max(least_change(unit, centre));
    shift_of(now, (centre, spread, far), LEAST_SAMPLES, step)
}

/// The same for a metric that no catalogue knows: what its name tells sets the floors, and the spread is the greater of two,
/// since nobody says how such a metric behaves. With long steps fewer samples are no spike any more; what people complain of
/// (`complained`) is believed sooner.
pub(crate) fn find_unlisted_shift(
    before: &[Sample],
    now: &[Sample],
    (meaning, unit): (Meaning, Unit),
    step: f64,
    complained: bool,
) -> Option<Shift> {
    /// Two samples that are so far apart last longer than trouble that heals itself.
    const LONG_STEP: f64 = 120.0;
    /// A sample of so many seconds is a mean over trouble that lasted.
    const LONG_SAMPLE: f64 = 240.0;
    /// Robust standard deviations that confirm a complaint: one sample in 400 is there by chance.
    const CONFIRMING: f64 = 3.0;
    let values =
        |samples: &[Sample]| -> Vec<f64> { samples.iter().map(|sample| sample.value).collect() };
    let usual = usual_level(&values(before), &values(now))?;
    let spread = usual.spread.max(meaning.least_spread(unit, usual.centre));
    let (least, far) = if complained {
        let least = if step >= LONG_SAMPLE {
            1
        } else {
            LEAST_SAMPLES
        };
        (least, CONFIRMING * spread)
    } else {
        let least = if step >= LONG_STEP { 2 } else { LEAST_SAMPLES };
        let least_change = meaning.least_change(unit, usual.centre);
        (least, (FAR * spread).max(least_change))
    };
    shift_of(now, (usual.centre, spread, far), least, step)
}

/// The longest run of at least so many samples that are `far` from the centre.
fn shift_of(
    now: &[Sample],
    (centre, spread, far): (f64, f64, f64),
    least_samples: usize,
    step: f64,
) -> Option<Shift> {
    let side = |sample: &Sample| {
        let distance = sample.value - centre;
        if distance.abs() < far {
            0
        } else if distance > 0.0 {
            1
        } else {
            -1
        }
    };
    let (first, last) = longest_run(now, step, side)?;
    let run = &now[first..=last];
    let length = run[run.len() - 1].at_seconds - run[0].at_seconds + step;
    if run.len() < least_samples || length < LEAST_SECONDS {
        return None;
    }
    let level = median(&mut run.iter().map(|sample| sample.value).collect::<Vec<f64>>())?;
    // the climb to the run belongs to it: back to the last sample that was still usual
    let start = (0..first)
        .rev()
        .take_while(|index| (now[*index].value - centre).abs() > 3.0 * spread)
        .last()
        .unwrap_or(first);
    Some(Shift {
        deviations: (level - centre) / spread,
        level,
        since: now[start].instant(),
        ongoing: last + 2 >= now.len(),
    })
}

/// First and last index of the longest run of samples on the same far side; a single sample in between is forgiven.
fn longest_run(
    samples: &[Sample],
    step: f64,
    side: impl Fn(&Sample) -> i8,
) -> Option<(usize, usize)> {
    let mut best: Option<(usize, usize)> = None;
    let mut current: Option<(usize, usize, i8)> = None;
    for (index, sample) in samples.iter().enumerate() {
        let at = side(sample);
        if at == 0 {
            continue;
        }
        current = match current {
            Some((first, last, same))
                if same == at && sample.at_seconds - samples[last].at_seconds <= 2.5 * step =>
            {
                Some((first, index, at))
            }
            _ => Some((index, index, at)),
        };
        if let Some((first, last, _)) = current
            && best.is_none_or(|(a, b)| last - first > b - a)
        {
            best = Some((first, last));
        }
    }
    best
}

/// The spread that a flat baseline is given, so that a MAD of 0 does not make every sample infinitely far.
fn least_spread(unit: Unit, centre: f64) -> f64 {
    let relative = |share: f64, least: f64| (share * centre.abs()).max(least);
    match unit {
        Unit::Ratio => 0.01,
        Unit::Percent => 1.0,
        Unit::Flag => 0.1,
        Unit::Bytes => relative(0.01, 1.0),
        Unit::Seconds => relative(0.05, 0.005),
        Unit::Count => relative(0.05, 0.1),
        Unit::PerSecond => relative(0.05, 0.05),
    }
}

/// The least change worth a word, whatever the spread.
fn least_change(unit: Unit, centre: f64) -> f64 {
    match unit {
        Unit::Ratio => 0.1,
        Unit::Percent => 10.0,
        Unit::Flag => 0.5,
        Unit::Count => (0.3 * centre.abs()).max(1.0),
        Unit::Bytes => 0.3 * centre.abs(),
        // rates and times follow the day: a third more within the hour is usual
        Unit::Seconds | Unit::PerSecond => 0.5 * centre.abs(),
    }
}

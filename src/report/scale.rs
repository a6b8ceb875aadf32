//! Between which values is a course drawn, and which figures stand beside it? In: values, thresholds, a unit; out: a [`Scale`]
//! with round figures. Quantities start at zero, as people expect, unless they hardly move: then the scale is cut to where they
//! are.

use crate::model::Unit;

/// The value axis of a chart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scale {
    /// The value at its foot.
    pub(crate) low: f64,
    /// The value at its top; above `low`.
    pub(crate) high: f64,
    /// Figures beside it, lowest first; two to seven.
    pub(crate) ticks: Vec<f64>,
}

impl Scale {
    /// Whether a value lies on it.
    pub(crate) fn holds(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// Values beyond this cannot be told apart on a chart, nor their difference be computed without care.
const MOST: f64 = 1e15;

/// A quantity that moves by less than this part of its height would look flat from zero.
const HARDLY_MOVES: f64 = 0.1;

/// A threshold further away than this many times the height of the values would press them flat.
const LIMIT_IN_SIGHT: f64 = 0.6;

/// A quantity that moves by less than this part of itself is constant: smaller steps would drown in rounding.
const LEAST_PART: f64 = 1e-9;

/// Steps between ticks that people read as lengths of time, in seconds.
const TIME_STEPS: [f64; 12] = [
    60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 14_400.0, 21_600.0, 43_200.0,
    86_400.0,
];

/// The scale that holds all values, and the thresholds near them; `None` without values or with values beyond drawing.
pub(crate) fn scale_of(values: &[Option<f64>], limits: &[f64], unit: Unit) -> Option<Scale> {
    let finite = || values.iter().flatten().copied().filter(|v| v.is_finite());
    let mut low = finite().reduce(f64::min)?;
    let mut high = finite().reduce(f64::max)?;
    if low < -MOST || high > MOST {
        return None;
    }
    let reach = LIMIT_IN_SIGHT * (high - low).max(high.abs());
    for limit in limits.iter().filter(|limit| limit.abs() < MOST) {
        if (low - reach..=high + reach).contains(limit) {
            low = low.min(*limit);
            high = high.max(*limit);
        }
    }
    let whole = match unit {
        Unit::Ratio | Unit::Flag => Some(1.0),
        Unit::Percent => Some(100.0),
        _ => None,
    };
    if low >= 0.0 && high - low >= HARDLY_MOVES * high {
        low = 0.0;
        if let Some(whole) = whole.filter(|whole| (0.5 * whole..=*whole).contains(&high)) {
            high = whole;
        }
    }
    if high - low <= LEAST_PART * high.abs().max(low.abs()) {
        let room = if high == 0.0 { 1.0 } else { high.abs() * 0.1 };
        low = if low >= 0.0 {
            (low - room).max(0.0)
        } else {
            low - room
        };
        high += room;
    }
    Some(round_scale(low, high, unit))
}

/// A scale around two values with a round distance between its ticks.
fn round_scale(low: f64, high: f64, unit: Unit) -> Scale {
    let step = round_step((high - low) / 3.0, unit);
    let first = (low / step + 1e-9).floor();
    let last = (high / step - 1e-9).ceil().max(first + 1.0);
    let mut ticks = Vec::new();
    let mut tick = first;
    while tick <= last && ticks.len() < 7 {
        ticks.push(tick * step);
        tick += 1.0;
    }
    Scale {
        low: first * step,
        high: last * step,
        ticks,
    }
}

/// The least round number that is not below `least`.
fn round_step(least: f64, unit: Unit) -> f64 {
    if unit == Unit::Seconds
        && let Some(step) = TIME_STEPS.iter().find(|step| **step >= least)
        && least > 30.0
    {
        return *step;
    }
    let power = 10.0_f64.powf(least.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= least * (1.0 - 1e-9))
        .unwrap_or(10.0 * power);
    if unit == Unit::Flag {
        step.max(1.0)
    } else {
        step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(values: &[f64], limits: &[f64], unit: Unit) -> Scale {
        let values: Vec<_> = values.iter().copied().map(Some).collect();
        scale_of(&values, limits, unit).unwrap()
    }

    #[test]
    fn figures_beside_a_scale_are_round_and_few() {
        for (values, limits, unit, ticks) in [
            (
                &[0.54, 0.98][..],
                &[0.9][..],
                Unit::Ratio,
                &[0.0, 0.5, 1.0][..],
            ),
            (&[0.0, 137.0], &[], Unit::Count, &[0.0, 50.0, 100.0, 150.0]),
            (&[3.0, 2.0], &[500.0], Unit::Count, &[0.0, 1.0, 2.0, 3.0]),
            (
                &[1000.0, 1010.0],
                &[],
                Unit::Count,
                &[1000.0, 1005.0, 1010.0],
            ),
            (&[0.0, 0.0], &[], Unit::Count, &[0.0, 0.5, 1.0]),
            (&[0.0, 1.0], &[], Unit::Flag, &[0.0, 1.0]),
            (
                &[10.0, 1500.0],
                &[],
                Unit::Seconds,
                &[0.0, 600.0, 1200.0, 1800.0],
            ),
            (&[-5.0, 5.0], &[], Unit::Count, &[-5.0, 0.0, 5.0]),
        ] {
            let scale = scale(values, limits, unit);
            assert_eq!(scale.ticks, ticks, "{values:?}");
            assert!(values.iter().all(|value| scale.holds(*value)), "{scale:?}");
        }
    }

    #[test]
    fn a_threshold_in_sight_is_on_the_scale() {
        assert!(scale(&[40.0, 70.0], &[90.0], Unit::Count).holds(90.0));
        assert!(!scale(&[40.0, 70.0], &[9000.0], Unit::Count).holds(9000.0));
    }

    #[test]
    fn values_that_cannot_be_drawn_have_no_scale() {
        for values in [
            &[][..],
            &[None],
            &[Some(f64::NAN)],
            &[Some(f64::MAX)],
            &[Some(-1e300)],
        ] {
            assert_eq!(scale_of(values, &[], Unit::Count), None, "{values:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_scale_holds_its_values_and_has_height(values in proptest::collection::vec(-1e15_f64..1e15, 1..20), limit in -1e15_f64..1e15) {
            for unit in [Unit::Ratio, Unit::Percent, Unit::Bytes, Unit::Seconds, Unit::Count, Unit::Flag] {
                let scale = scale(&values, &[limit], unit);
                proptest::prop_assert!(scale.high > scale.low);
                proptest::prop_assert!((2..=7).contains(&scale.ticks.len()), "{:?}", scale);
                for value in &values {
                    let room = 1e-6 * (scale.high - scale.low);
                    proptest::prop_assert!((scale.low - room..=scale.high + room).contains(value), "{} {:?}", value, scale);
                }
            }
        }
    }
}

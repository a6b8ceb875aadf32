//! Does the trouble go on, is it over, or does it come and go?
//!
//! In: the error lines behind the likeliest cause, and the metrics past their thresholds. Out: a [`Course`]. A pause counts only
//! where lines were due in it: trouble that shows once in five minutes is not over after four.

use std::collections::BTreeMap;

use super::axis::Axis;
use super::fact::{Detail, Fact};
use super::logs::ServiceLogs;
use super::rules::NamedCause;
use super::series::JudgedSeries;
use crate::model::{Instant, Severity};

/// How the trouble went on after its onset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Course {
    /// It lasts, or nobody can tell.
    Ongoing,
    /// Nothing of it was seen any more from here on.
    Over(Instant),
    /// It came and went so many times.
    Flapping(u64),
}

/// Times the usual gap between two lines that make a pause: of lines that come by chance, one gap in 4,000 is so long.
const PAUSE: i64 = 12;

/// The shortest pause, in milliseconds: shorter ones are the unevenness of any load.
const LEAST_PAUSE: i64 = 60_000;

/// The shortest pause at the end that is an end.
const LEAST_END: i64 = 180_000;

/// Lines from which a usual gap can be told.
const LEAST_LINES: usize = 20;

/// Spells that make a flapping: two may be a relapse.
const LEAST_SPELLS: u64 = 3;

/// The course of what the first cause explains, or, without a cause, of whatever hurts.
pub(crate) fn course_of(
    facts: &[Fact],
    causes: &[NamedCause],
    logs: &BTreeMap<String, ServiceLogs>,
    series: &[JudgedSeries],
    axis: &Axis,
) -> Course {
    let behind: Vec<&Fact> = match causes.first() {
        Some(cause) => cause.because.iter().map(|index| &facts[*index]).collect(),
        None => facts.iter().collect(),
    };
    let hurting = || {
        behind
            .iter()
            .filter(|fact| fact.severity >= Severity::Warning)
    };
    let lasts = hurting().any(|fact| match fact.detail {
        Detail::Series(index) => series
            .get(index)
            .and_then(|one| one.breach)
            .is_some_and(|breach| breach.ongoing),
        Detail::Resource { .. } => true,
        _ => false,
    });
    let mut places: Vec<i64> = Vec::new();
    for fact in hurting().filter(|fact| fact.sign.is_errors()) {
        let Detail::Group(index) = fact.detail else {
            continue;
        };
        let log = logs.get(&fact.service).filter(|log| !log.estimated);
        let Some(group) = log.and_then(|log| log.groups.get(index)) else {
            return Course::Ongoing;
        };
        places.extend(group.places.iter().filter(|place| **place >= axis.split()));
    }
    places.sort_unstable();
    if lasts {
        return Course::Ongoing;
    }
    course_of_places(&places, axis)
}

/// The course of bad lines at some places, sorted.
fn course_of_places(places: &[i64], axis: &Axis) -> Course {
    let (Some(first), Some(last)) = (places.first(), places.last()) else {
        return Course::Ongoing;
    };
    let mut gaps: Vec<i64> = places.windows(2).map(|pair| pair[1] - pair[0]).collect();
    gaps.sort_unstable();
    let usual = gaps.get(gaps.len() / 2).copied().unwrap_or_default();
    let is_pause = |gap: i64, least: i64| gap >= least.max(usual * PAUSE);
    let pauses = gaps
        .iter()
        .filter(|gap| is_pause(**gap, LEAST_PAUSE))
        .count() as u64;
    if places.len() < LEAST_LINES || last <= first {
        Course::Ongoing
    } else if pauses + 1 >= LEAST_SPELLS {
        Course::Flapping(pauses + 1)
    } else if is_pause(axis.end() - last, LEAST_END) {
        Course::Over(axis.instant(*last))
    } else {
        Course::Ongoing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Window;

    fn axis() -> Axis {
        let at = |second: i64| Instant::from_timestamp(1_795_255_200 + second, 0).unwrap();
        Axis {
            baseline: Window::new(at(0), at(1800)).unwrap(),
            window: Window::new(at(1800), at(3600)).unwrap(),
        }
    }

    /// A line every two seconds within these seconds of the axis.
    fn lines(spells: &[(i64, i64)]) -> Vec<i64> {
        let all = spells.iter().flat_map(|(from, to)| (*from..*to).step_by(2));
        all.map(|second| second * 1000).collect()
    }

    #[test]
    fn lasting_over_and_flapping_are_told_apart() {
        let course = |spells: &[(i64, i64)]| course_of_places(&lines(spells), &axis());
        assert_eq!(course(&[(2400, 3600)]), Course::Ongoing);
        let over = axis().instant(2_998_000);
        assert_eq!(course(&[(2400, 3000)]), Course::Over(over));
        let spells = [
            (2000, 2180),
            (2360, 2540),
            (2720, 2900),
            (3080, 3260),
            (3440, 3600),
        ];
        assert_eq!(course(&spells), Course::Flapping(5));
        assert_eq!(course(&[]), Course::Ongoing);
    }

    #[test]
    fn rare_lines_end_nothing() {
        let rare: Vec<i64> = (0..20).map(|n| 1_800_000 + n * 85_000).collect();
        assert_eq!(course_of_places(&rare, &axis()), Course::Ongoing);
        let rare: Vec<i64> = (0..25).map(|n| 1_800_000 + n * 58_000).collect();
        assert_eq!(course_of_places(&rare, &axis()), Course::Ongoing);
    }
}

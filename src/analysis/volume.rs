//! How much is written, and how much of it is bad? In: counts of lines and bytes that the server made, by a label and level; out: a
//! [`Volume`] with a row for each value of the label. Nothing is estimated: what has no level is counted as such.

use std::collections::BTreeMap;

use super::{Level, level_of_word};
use crate::model::{Sample, Series};

/// Labels of a count: whose lines they are, the level that Loki detected, the level that the sender gave.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CountLabels<'a> {
    /// The label that names a row; `None` where a row is a level.
    pub(crate) row: Option<&'a str>,
    /// Detected by Loki.
    pub(crate) detected: &'a str,
    /// Given by the sender.
    pub(crate) sent: &'a str,
}

/// Lines and bytes of a window.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Volume {
    /// The label that told the level of most lines; `None` where none did.
    pub(crate) level_label: Option<String>,
    /// The rows, by name.
    pub(crate) rows: BTreeMap<String, VolumeRow>,
}

/// Lines and bytes of one row.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct VolumeRow {
    /// Lines.
    pub(crate) lines: u64,
    /// Bytes.
    pub(crate) bytes: u64,
    /// Lines that are errors or worse.
    pub(crate) errors: u64,
    /// Lines without a level.
    pub(crate) without_level: u64,
    /// Lines by level, in the labels' own words in lower case; `unknown` where there is none.
    pub(crate) levels: BTreeMap<String, u64>,
    /// Lines of each step, by its end, oldest first; zero where the server counted none.
    pub(crate) samples: Vec<Sample>,
}

/// Lines without a level.
const UNKNOWN: &str = "unknown";

/// Puts counts together: totals of lines and bytes, and lines step by step.
pub(crate) fn volume(
    labels: CountLabels<'_>,
    (lines, bytes, course): (&[Series], &[Series], &[Series]),
) -> Volume {
    let mut found = Volume::default();
    let (mut by_detected, mut by_sent) = (0, 0);
    for series in lines {
        let (count, level) = (total(series), level(series, labels));
        let row = found.rows.entry(name(series, labels)).or_default();
        row.lines += count;
        *row.levels.entry(level.word.clone()).or_default() += count;
        match level_of_word(&level.word) {
            Some(known) if known >= Level::Error => row.errors += count,
            _ if level.word == UNKNOWN => row.without_level += count,
            _ => {}
        }
        match level.label {
            Some(label) if label == labels.detected => by_detected += count,
            Some(_) => by_sent += count,
            None => {}
        }
    }
    for series in bytes {
        let row = found.rows.entry(name(series, labels)).or_default();
        row.bytes += total(series);
    }
    add_course(&mut found, labels, course);
    found.level_label = match (by_detected, by_sent) {
        (0, 0) => None,
        (detected, sent) if detected >= sent => Some(labels.detected.to_owned()),
        _ => Some(labels.sent.to_owned()),
    };
    found
}

/// Adds the lines of each step; all rows get all steps.
fn add_course(found: &mut Volume, labels: CountLabels<'_>, course: &[Series]) {
    let millis = |sample: &Sample| sample.instant().timestamp_millis();
    let mut steps: BTreeMap<i64, f64> = BTreeMap::new();
    let mut counts: BTreeMap<String, BTreeMap<i64, f64>> = BTreeMap::new();
    for series in course {
        let row = counts.entry(name(series, labels)).or_default();
        for sample in series.samples.iter().filter(|s| s.value.is_finite()) {
            steps.insert(millis(sample), sample.at_seconds);
            *row.entry(millis(sample)).or_default() += sample.value;
        }
    }
    for (name, row) in &mut found.rows {
        let own = counts.get(name);
        let value = |at: &i64| own.and_then(|own| own.get(at)).copied().unwrap_or(0.0);
        row.samples = steps
            .iter()
            .map(|(at, seconds)| Sample {
                at_seconds: *seconds,
                value: value(at),
            })
            .collect();
    }
}

/// The row that a count belongs to.
fn name(series: &Series, labels: CountLabels<'_>) -> String {
    match labels.row {
        Some(label) => series.labels.get(label).unwrap_or_default().to_owned(),
        None => level(series, labels).word,
    }
}

/// A level in a label's word, and the label that said it.
struct Told<'a> {
    /// In lower case.
    word: String,
    /// Which label.
    label: Option<&'a str>,
}

/// The level of a count: the detected one, else the sender's.
fn level<'a>(series: &Series, labels: CountLabels<'a>) -> Told<'a> {
    for label in [labels.detected, labels.sent] {
        let word = series.labels.get(label).unwrap_or_default().trim();
        if !word.is_empty() && !word.eq_ignore_ascii_case(UNKNOWN) {
            return Told {
                word: word.to_lowercase(),
                label: Some(label),
            };
        }
    }
    Told {
        word: UNKNOWN.to_owned(),
        label: None,
    }
}

/// The value of a count: whole, not negative.
fn total(series: &Series) -> u64 {
    whole(series.samples.iter().map(|sample| sample.value).sum())
}

/// A count as a whole number; nothing for what is none.
pub(crate) fn whole(value: f64) -> u64 {
    /// 2^53: no server counts further.
    const MOST: f64 = 9.007e15;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped"
    )]
    let whole = value.clamp(0.0, MOST).round() as u64;
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: CountLabels<'static> = CountLabels {
        row: Some("app"),
        detected: "detected_level",
        sent: "level",
    };

    fn count(labels: &[(&str, &str)], values: &[(f64, f64)]) -> Series {
        Series {
            labels: labels.iter().copied().collect(),
            samples: values
                .iter()
                .map(|(at_seconds, value)| Sample {
                    at_seconds: *at_seconds,
                    value: *value,
                })
                .collect(),
        }
    }

    #[test]
    fn a_detected_level_wins_and_a_senders_stands_in() {
        let lines = [
            count(
                &[("app", "a"), ("detected_level", "error"), ("level", "info")],
                &[(9.0, 3.0)],
            ),
            count(
                &[
                    ("app", "a"),
                    ("detected_level", "unknown"),
                    ("level", "CRIT"),
                ],
                &[(9.0, 2.0)],
            ),
            count(
                &[("app", "a"), ("detected_level", "unknown")],
                &[(9.0, 5.0)],
            ),
            count(&[("app", "b"), ("detected_level", "warn")], &[(9.0, 7.0)]),
            count(&[], &[(9.0, f64::NAN)]),
        ];
        let bytes = [count(&[("app", "a")], &[(9.0, 1000.0)])];
        let found = volume(LABELS, (&lines, &bytes, &[]));
        let a = &found.rows["a"];
        assert_eq!(
            (a.lines, a.bytes, a.errors, a.without_level),
            (10, 1000, 5, 5)
        );
        assert_eq!(a.levels["crit"], 2);
        assert_eq!(found.rows["b"].errors, 0);
        assert_eq!(found.rows[""].lines, 0);
        assert_eq!(found.level_label.as_deref(), Some("detected_level"));
    }

    #[test]
    fn a_step_without_lines_is_zero_and_not_a_gap() {
        let lines = [
            count(&[("app", "a")], &[(9.0, 1.0)]),
            count(&[("app", "b")], &[(9.0, 1.0)]),
        ];
        let course = [
            count(
                &[("app", "a"), ("level", "x")],
                &[(60.0, 1.0), (120.0, 2.0)],
            ),
            count(&[("app", "a")], &[(120.0, 3.0)]),
            count(&[("app", "b")], &[(120.0, 4.0)]),
        ];
        let found = volume(LABELS, (&lines, &[], &course));
        let values =
            |name: &str| -> Vec<f64> { found.rows[name].samples.iter().map(|s| s.value).collect() };
        assert_eq!(values("a"), [1.0, 5.0]);
        assert_eq!(values("b"), [0.0, 4.0]);
        assert_eq!(found.level_label, None);
    }
}

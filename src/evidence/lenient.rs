//! What do records say that another program or a person wrote?
//!
//! In: words of a bundle where scout has an enum of its own. Out: the enum, with the nearest meaning for words that scout does
//! not use: a bundle is not refused for a unit written `ms`. It must not guess where nothing is near: that is a count, a custom
//! service, an unknown state.

use std::str::FromStr;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{FailureKind, ProbeProblem};
use crate::model::{Health, Instant, Kind, Unit, Window};

/// Units by the words that people and other programs use for them, lowercase.
const UNITS: [(Unit, &[&str]); 7] = [
    (Unit::Ratio, &["ratio", "share", "fraction", "percentunit"]),
    (Unit::Percent, &["percent", "percentage", "pct", "%"]),
    (Unit::Bytes, &["bytes", "byte", "b", "decbytes"]),
    (Unit::Seconds, &["seconds", "second", "sec", "s"]),
    (
        Unit::PerSecond,
        &[
            "per-second",
            "per_second",
            "/s",
            "1/s",
            "rps",
            "reqps",
            "ops",
            "hertz",
            "hz",
        ],
    ),
    (Unit::Flag, &["flag", "bool", "boolean"]),
    (Unit::Count, &["count", "short", "none", ""]),
];

/// What a metric counts where nobody says.
pub(super) fn plain_count() -> Unit {
    Unit::Count
}

/// A health that nobody tells.
pub(super) fn unknown_health() -> Health {
    Health::Unknown
}

/// A window that nobody tells; the reader puts the bundle's own in its place.
pub(super) fn unknown_window() -> Window {
    Window {
        from: Instant::default(),
        to: Instant::default(),
    }
}

/// A unit by any of its words; a count for other words.
pub(super) fn read_unit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Unit, D::Error> {
    let word = read_word(deserializer)?.to_lowercase();
    Ok(UNITS
        .iter()
        .find(|(_, words)| words.contains(&word.trim()))
        .map_or_else(plain_count, |(unit, _)| *unit))
}

/// A kind of a resource or of something that happened; `custom` for other words.
pub(super) fn read_kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Kind, D::Error> {
    let word = read_word(deserializer)?;
    let mut events = [Kind::JobRun, Kind::AuditEvent].into_iter();
    let event = events.find(|event| event.as_str() == word);
    Ok(event.unwrap_or_else(|| kind_of(&word)))
}

/// The kind of a service of that name; `custom` for other words.
pub(super) fn kind_of(word: &str) -> Kind {
    Kind::from_str(word).unwrap_or(Kind::Custom)
}

/// A health; unknown for other words.
pub(super) fn read_health<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Health, D::Error> {
    let word = read_word(deserializer)?.to_lowercase();
    Ok(Health::deserialize(Value::from(word)).unwrap_or(Health::Unknown))
}

/// A kind of failure; for other words a server's error.
pub(super) fn read_failure_kind<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<FailureKind, D::Error> {
    let word = read_word(deserializer)?.to_lowercase();
    Ok(FailureKind::deserialize(Value::from(word)).unwrap_or(FailureKind::ServerError))
}

/// What kept an address from answering; none for other words.
pub(super) fn read_problem<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<ProbeProblem>, D::Error> {
    let word = read_word(deserializer)?.to_lowercase();
    Ok(ProbeProblem::deserialize(Value::from(word)).ok())
}

/// A word; empty for `null`.
fn read_word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.unwrap_or_default())
}

//! How are times written in a scenario?
//!
//! In: `-3h`, `0s`, `-17m48s` (an [`Offset`] from now), `40m` (a [`Length`]). Out: time deltas. An error carries a code that
//! [`super::error`] turns into a message in the reader's language.

use chrono::TimeDelta;
use serde::{Deserialize, Deserializer, de};

use super::error::Code;
use crate::model::duration::parse_duration;

/// The farthest offset: ten years. Beyond it no scenario makes sense, and arithmetic on instants could overflow.
const FARTHEST: TimeDelta = TimeDelta::days(3653);

/// A time, as the distance from now: negative in the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::sandbox) struct Offset(pub(in crate::sandbox) TimeDelta);

/// A length of time, above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox) struct Length(pub(in crate::sandbox) TimeDelta);

/// Reads `-3h`, `+5m`, `0s`; `None` for anything else or beyond ten years.
pub(in crate::sandbox) fn parse_offset(text: &str) -> Option<TimeDelta> {
    let (sign, rest) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    let length = parse_duration(rest).filter(|length| *length <= FARTHEST)?;
    Some(length * sign)
}

impl<'de> Deserialize<'de> for Offset {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_offset(&text)
            .map(Self)
            .ok_or_else(|| de::Error::custom(Code::Offset.with(&text)))
    }
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_duration(&text)
            .filter(|length| *length > TimeDelta::zero() && *length <= FARTHEST)
            .map(Self)
            .ok_or_else(|| de::Error::custom(Code::Length.with(&text)))
    }
}

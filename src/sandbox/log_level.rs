//! Which `detected_level` would Loki 3 attach to an entry when it arrives?
//!
//! In: the stream's labels, the entry's structured metadata, the line. Out: one of Loki's level names, or the word that
//! a level label states. The order is Loki's: a label, then metadata, then OpenTelemetry's severity number, then a field
//! of a JSON or logfmt line, then the first level word of the line that stands alone. It must not look inside JSON that
//! is quoted inside JSON: Loki does not either, which is why enveloped container lines are mostly `unknown`.

use super::logql::{json, logfmt};
use crate::model::Labels;

/// Fields and labels that may state a level, in Loki's order of preference (`log_level_fields`, at its default).
const LEVEL_FIELDS: [&str; 14] = [
    "level",
    "LEVEL",
    "Level",
    "log.level",
    "severity",
    "SEVERITY",
    "Severity",
    "SeverityText",
    "lvl",
    "LVL",
    "Lvl",
    "severity_text",
    "Severity_Text",
    "SEVERITY_TEXT",
];

/// How deep Loki looks for a level field in a JSON line (`log_level_from_json_max_depth`, at its default).
const JSON_DEPTH: usize = 2;

/// A level, small enough to keep one per entry in a store of millions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Level {
    /// `trace`
    Trace,
    /// `debug`
    Debug,
    /// `info`
    Info,
    /// `warn`
    Warn,
    /// `error`
    Error,
    /// `critical`
    Critical,
    /// `fatal`
    Fatal,
    /// `unknown`: nothing stated a level.
    Unknown,
    /// The entry's own metadata holds `detected_level`, with a word that is not one of the above.
    Stated,
}

impl Level {
    /// How many there are.
    pub(crate) const COUNT: usize = Self::Stated as usize + 1;
}

/// The words that count as a level when they stand alone in a line.
const WORDS: [(&str, Level); 9] = [
    ("trace", Level::Trace),
    ("debug", Level::Debug),
    ("fatal", Level::Fatal),
    ("critical", Level::Critical),
    ("error", Level::Error),
    ("err", Level::Error),
    ("warning", Level::Warn),
    ("warn", Level::Warn),
    ("info", Level::Info),
];

impl Level {
    /// The label value; empty for [`Level::Stated`], whose value is in the metadata.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::Critical => "critical",
            Self::Fatal => "fatal",
            Self::Unknown => "unknown",
            Self::Stated => "",
        }
    }

    /// The level that a field's value names, abbreviations included; `None` for other words.
    fn named(value: &str) -> Option<Self> {
        const NAMES: [(&str, Level); 13] = [
            ("trace", Level::Trace),
            ("trc", Level::Trace),
            ("debug", Level::Debug),
            ("dbg", Level::Debug),
            ("info", Level::Info),
            ("inf", Level::Info),
            ("information", Level::Info),
            ("warn", Level::Warn),
            ("wrn", Level::Warn),
            ("warning", Level::Warn),
            ("error", Level::Error),
            ("err", Level::Error),
            ("critical", Level::Critical),
        ];
        if value.eq_ignore_ascii_case("fatal") {
            return Some(Self::Fatal);
        }
        NAMES
            .iter()
            .find(|(name, _)| value.eq_ignore_ascii_case(name))
            .map(|(_, level)| *level)
    }
}

/// The level of an entry; `Err` holds a stated word that Loki passes on as it is.
///
/// An empty statement counts as none at all in Loki and is answered as [`Level::Unknown`] here.
pub(crate) fn detect_level(
    labels: &Labels,
    metadata: Option<&Labels>,
    line: &str,
) -> Result<Level, String> {
    if let Some(word) = metadata.and_then(|given| given.get("detected_level")) {
        return stated(word);
    }
    for given in [Some(labels), metadata].into_iter().flatten() {
        if let Some(word) = LEVEL_FIELDS.iter().find_map(|name| given.get(name)) {
            return stated(word);
        }
    }
    if let Some(number) = metadata.and_then(|given| given.get("severity_number")) {
        return Ok(from_severity_number(number));
    }
    Ok(from_line(line))
}

/// A level word as Loki normalises it: known names become Loki's own, others stay.
fn stated(word: &str) -> Result<Level, String> {
    match Level::named(word) {
        Some(level) => Ok(level),
        None if word.is_empty() => Ok(Level::Unknown),
        None => Err(word.to_owned()),
    }
}

/// OpenTelemetry's severity number: four numbers a level, from 1.
fn from_severity_number(text: &str) -> Level {
    match text.parse::<i64>() {
        Ok(0) => Level::Unknown,
        Ok(..=4) => Level::Trace,
        Ok(5..=8) => Level::Debug,
        Err(_) | Ok(9..=12) => Level::Info,
        Ok(13..=16) => Level::Warn,
        Ok(17..=20) => Level::Error,
        Ok(21..=24) => Level::Fatal,
        Ok(_) => Level::Unknown,
    }
}

/// The level that the line itself gives away.
fn from_line(line: &str) -> Level {
    let trimmed = line.trim();
    let field = if trimmed.starts_with('{') && trimmed.ends_with('}') {
        json_level(line, 0)
    } else if line.contains('=') {
        logfmt_level(line)
    } else {
        None
    };
    field.unwrap_or_else(|| first_word(line))
}

/// The level that a JSON line's first level field names.
fn json_level(line: &str, depth: usize) -> Option<Level> {
    json_level_field(line, depth).and_then(|value| Level::named(&value))
}

/// The first level field's text, in document order, objects entered as they are met.
fn json_level_field(object: &str, depth: usize) -> Option<String> {
    if depth >= JSON_DEPTH {
        return None;
    }
    let mut found = None;
    // A malformed rest does not matter: what was read before it counts.
    let _ = json::each_member(object, &mut |key, value| {
        match value.kind {
            json::Kind::String if LEVEL_FIELDS.contains(&key) => found = Some(value.raw.to_owned()),
            json::Kind::Object => found = json_level_field(value.raw, depth + 1),
            _ => {}
        }
        found.is_none()
    });
    found
}

/// The level that the best-ranked level field of a logfmt line names.
fn logfmt_level(line: &str) -> Option<Level> {
    let mut best: Option<(usize, String)> = None;
    let mut decoder = logfmt::Decoder::new(line);
    while let Some(Ok(pair)) = decoder.next_pair() {
        let rank = LEVEL_FIELDS
            .iter()
            .position(|name| pair.key.eq_ignore_ascii_case(name));
        if let Some(rank) = rank
            && best.as_ref().is_none_or(|(held, _)| rank < *held)
        {
            best = Some((rank, pair.value.into_owned()));
        }
    }
    best.and_then(|(_, value)| Level::named(&value))
}

/// The first level word of the line that stands alone, in either case.
fn first_word(line: &str) -> Level {
    let bytes = line.as_bytes();
    for start in 0..bytes.len() {
        if start > 0 && !opens_word(bytes[start - 1]) {
            continue;
        }
        let here = &bytes[start..];
        let found = WORDS.iter().find(|(word, _)| {
            here.len() >= word.len()
                && here[..word.len()].eq_ignore_ascii_case(word.as_bytes())
                && here.get(word.len()).is_none_or(|after| closes_word(*after))
        });
        if let Some((_, level)) = found {
            return *level;
        }
    }
    Level::Unknown
}

/// Whether a word may begin after this byte. A colon is missing on purpose: `misc:error` is not a level.
fn opens_word(before: u8) -> bool {
    matches!(
        before,
        b' ' | b'\t' | b'\n' | b'[' | b'(' | b'{' | b'"' | b'='
    )
}

/// Whether a word may end before this byte. A backslash is missing: `\"error\"` inside quoted JSON is not found.
fn closes_word(after: u8) -> bool {
    matches!(
        after,
        b' ' | b'\t'
            | b'\n'
            | b'['
            | b']'
            | b'('
            | b')'
            | b'{'
            | b'}'
            | b':'
            | b','
            | b'!'
            | b'"'
            | b'='
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(line: &str) -> &'static str {
        detect_level(&Labels::default(), None, line)
            .unwrap()
            .as_str()
    }

    #[test]
    fn plain_lines_are_judged_by_their_first_lone_level_word() {
        for (line, expected) in [
            ("449 [FATAL] remaining connection slots", "fatal"),
            ("311 [LOG] checkpoint complete", "unknown"),
            ("this is a warning log", "warn"),
            ("debug: something happened", "debug"),
            ("misc:error", "unknown"),
            ("errors were found", "unknown"),
            ("INFO then error", "info"),
            ("Error!", "error"),
            ("", "unknown"),
        ] {
            assert_eq!(level(line), expected, "{line}");
        }
    }

    #[test]
    fn a_field_beats_the_words_around_it() {
        assert_eq!(
            level(r#"{"msg":"an error here","level":"Warning"}"#),
            "warn"
        );
        assert_eq!(level(r#"{"log":{"severity":"CRITICAL"}}"#), "critical");
        assert_eq!(
            level(r#"{"a":{"b":{"level":"error"}}}"#),
            "error",
            "as a word, not as a field"
        );
        assert_eq!(level("msg=\"info\" level=dbg"), "debug");
        assert_eq!(
            level("severity=info LEVEL=err"),
            "error",
            "level outranks severity"
        );
        assert_eq!(level(r#"{"msg":"message with keyword INFO"}"#), "info");
        assert_eq!(level("msg=x level=NA"), "unknown");
    }

    #[test]
    fn the_level_inside_an_envelope_is_not_seen() {
        let line =
            r#"{"stream":"stdout","message":"{\"level\":\"error\",\"msg\":\"db query failed\"}"}"#;
        assert_eq!(level(line), "unknown");
        assert_eq!(
            level(r#"{"stream":"stdout","message":"an error occurred"}"#),
            "error"
        );
    }

    #[test]
    fn labels_and_metadata_come_first_and_unknown_words_pass() {
        let labels: Labels = [("level", "WARN")].into_iter().collect();
        assert_eq!(detect_level(&labels, None, "fatal"), Ok(Level::Warn));
        let metadata: Labels = [("detected_level", "notice")].into_iter().collect();
        assert_eq!(
            detect_level(&labels, Some(&metadata), "x"),
            Err("notice".to_owned())
        );
        let metadata: Labels = [("severity_number", "17")].into_iter().collect();
        assert_eq!(
            detect_level(&Labels::default(), Some(&metadata), "info"),
            Ok(Level::Error)
        );
    }
}

//! A log line opened for a reader: its level, its text and all its fields, where analysis itself only needs a few of them.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::json::parse_object;
use super::level::Level;
use super::line::{envelope_of, looks_like_logfmt, open_line, parse_logfmt};
use super::trace::{SAME_WRITE, is_continuation};
use crate::evidence::LogRecord;

/// Fields that hold the text or the level, by the names that logging libraries give them: shown as such, not again as fields.
const SHOWN: [&str; 11] = [
    "message",
    "msg",
    "level",
    "lvl",
    "severity",
    "loglevel",
    "log_level",
    "@message",
    "levelname",
    "text",
    "event",
];

/// A log line, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Opened {
    /// How bad it is.
    pub(crate) level: Level,
    /// Its text.
    pub(crate) message: String,
    /// What else it holds, in the line's order; values that are not text as JSON.
    pub(crate) fields: Vec<(String, String)>,
    /// The line as the program wrote it: out of the platform's envelope, otherwise untouched.
    pub(crate) written: String,
    /// Whether it may go on with the line before it: it has neither level nor time of its own, or looks like a stack frame.
    pub(crate) continues: Continues,
    /// The running copy that wrote it, where the line or its labels name it.
    pub(crate) copy: Option<String>,
}

/// Whether a line goes on with the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Continues {
    /// It stands for itself.
    No,
    /// It has no head of its own: it does where both were written together.
    Perhaps,
    /// It is a stack frame, a nested cause, an indented part.
    Yes,
}

/// Whether two lines of one stream were written together: so close, in nanoseconds, as nothing but one write is.
pub(crate) fn written_together(before: i64, after: i64) -> bool {
    (0..=SAME_WRITE).contains(&after.saturating_sub(before))
}

/// Opens a record. An object without any text of its own is its own text.
pub(crate) fn open(record: &LogRecord) -> Opened {
    let outer = parse_object(&record.line);
    let envelope = outer.as_deref().and_then(envelope_of);
    let written: Cow<'_, str> = envelope.map_or(Cow::Borrowed(record.line.as_str()), |envelope| {
        envelope.message
    });
    let (level, message, continues, copy) = open_line(record, |line| {
        let continues = match () {
            () if line.is_request() => Continues::No,
            () if is_continuation(&line.message) => Continues::Yes,
            () if line.headless => Continues::Perhaps,
            () => Continues::No,
        };
        let copy = line.copy.as_deref().map(str::to_owned);
        let message = line.message.clone().into_owned();
        (line.level(), message, continues, copy)
    });
    let fields = fields(&written, &message);
    Opened {
        level,
        message: if message.is_empty() {
            written.clone().into_owned()
        } else {
            message
        },
        fields,
        written: written.into_owned(),
        continues,
        copy,
    }
}

/// The line as the program wrote it: out of the platform's envelope where it is in one.
pub(crate) fn written_line(line: &str) -> Cow<'_, str> {
    parse_object(line)
        .as_deref()
        .and_then(envelope_of)
        .map_or(Cow::Borrowed(line), |envelope| {
            Cow::Owned(envelope.message.into_owned())
        })
}

/// The fields of a line as the program wrote it, each by its name; of several with one name, the first.
#[derive(Debug)]
pub(crate) struct LineFields(Vec<(String, Value)>);

impl LineFields {
    /// Reads a line that is JSON or logfmt; any other has no fields.
    pub(crate) fn of(written: &str) -> Self {
        let trimmed = written.trim();
        if trimmed.starts_with('{') {
            return Self(serde_json::from_str::<Ordered>(trimmed).map_or(Vec::new(), |all| all.0));
        }
        if !looks_like_logfmt(trimmed) {
            return Self(Vec::new());
        }
        let pairs = parse_logfmt(trimmed);
        Self(
            pairs
                .map(|(key, value)| (key.to_owned(), Value::String(value.into_owned())))
                .collect(),
        )
    }

    /// The value of a field that is a text, a number or a truth value, as text. A name with dots is that name, or a way into objects.
    pub(crate) fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        let first = |name: &str| self.0.iter().find(|(key, _)| key == name).map(|(_, v)| v);
        let value = first(name).or_else(|| {
            let (head, rest) = name.split_once('.')?;
            rest.split('.')
                .try_fold(first(head)?, |value, part| value.as_object()?.get(part))
        })?;
        match value {
            Value::String(text) => Some(Cow::Borrowed(text)),
            Value::Number(_) | Value::Bool(_) => Some(Cow::Owned(value.to_string())),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }
}

/// The fields of a line that is JSON or logfmt, without those that `message` already shows.
fn fields(written: &str, message: &str) -> Vec<(String, String)> {
    let trimmed = written.trim();
    let all: Vec<(String, String)> = if trimmed.starts_with('{') {
        match serde_json::from_str::<Ordered>(trimmed) {
            Ok(object) => object
                .0
                .into_iter()
                .map(|(key, value)| (key, shown(value)))
                .collect(),
            Err(_) => Vec::new(),
        }
    } else if looks_like_logfmt(trimmed) {
        parse_logfmt(trimmed)
            .map(|(key, value)| (key.to_owned(), value.into_owned()))
            .collect()
    } else {
        Vec::new()
    };
    all.into_iter()
        .filter(|(key, value)| {
            value != message && !SHOWN.contains(&key.to_ascii_lowercase().as_str())
        })
        .collect()
}

/// A value as text.
fn shown(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// A JSON object in its own order.
struct Ordered(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Ordered {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Ordered;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ordered, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Ordered(pairs))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Instant, Labels};

    fn opened(line: &str) -> Opened {
        open(&LogRecord {
            service: String::new(),
            ts: Instant::default(),
            labels: std::sync::Arc::new(Labels::default()),
            line: line.to_owned(),
            metadata: None,
        })
    }

    #[test]
    fn an_enveloped_json_line_shows_text_and_fields_in_order() {
        let inner = r#"{"level":"error","msg":"boom","z":1,"a":"x","ok":true,"list":[1]}"#;
        let line =
            serde_json::json!({"stream": "stderr", "resource_instance": "c1", "message": inner})
                .to_string();
        let found = opened(&line);
        assert_eq!(
            (found.level, found.message.as_str()),
            (Level::Error, "boom")
        );
        let fields: Vec<String> = found
            .fields
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        assert_eq!(fields, ["z=1", "a=x", "ok=true", "list=[1]"]);
        assert_eq!(found.written, inner);
    }

    #[test]
    fn text_stays_text_and_logfmt_gives_fields() {
        assert_eq!(opened("FATAL:  no more").message, "FATAL:  no more");
        let found = opened("level=info msg=\"saving\" pid=80 took=11ms");
        assert_eq!(found.message, "saving");
        assert_eq!(
            found.fields,
            [
                ("pid".to_owned(), "80".to_owned()),
                ("took".to_owned(), "11ms".to_owned())
            ]
        );
    }
}

//! A log line opened for a reader: its level, its text and all its fields, where analysis itself only needs a few of them.

use std::borrow::Cow;

use serde_json::Value;

use super::json::{parse_object, parse_whole};
use super::level::Level;
use super::line::{Body, looks_like_logfmt, parse_logfmt, read_body, take_envelope};
use super::trace::{SAME_WRITE, is_continuation, is_exception};
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
    let envelope = parse_object(&record.line).map(take_envelope);
    let (written, copy) = match envelope {
        Some(Ok(envelope)) => (envelope.message, envelope.copy),
        Some(Err(_)) | None => (Cow::Borrowed(record.line.as_str()), None),
    };
    let (body, mut fields) = body_and_fields(&written);
    let line = read_body(record, copy, body);
    let level = line.level();
    let continues = match () {
        () if line.is_request() => Continues::No,
        () if is_continuation(&line.message) => Continues::Yes,
        () if line.headless || is_exception(&line.message) => Continues::Perhaps,
        () => Continues::No,
    };
    let copy = line.copy.map(Cow::into_owned);
    let message = line.message.into_owned();
    fields.retain(|(_, value)| *value != message);
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
    match parse_object(line).map(take_envelope) {
        Some(Ok(envelope)) => envelope.message,
        Some(Err(_)) | None => Cow::Borrowed(line),
    }
}

/// The fields of a line as the program wrote it, each by its name; of several with one name, the first.
#[derive(Debug)]
pub(crate) struct LineFields(Vec<(String, Value)>);

impl LineFields {
    /// Reads a line that is JSON or logfmt; any other has no fields.
    pub(crate) fn of(written: &str) -> Self {
        let trimmed = written.trim();
        if trimmed.starts_with('{') {
            let fields = parse_whole(trimmed).unwrap_or_default().into_iter();
            return Self(
                fields
                    .map(|(name, value)| (name.into_owned(), value.into_value()))
                    .collect(),
            );
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

/// What was written, for analysis to read, and its fields as they are shown, where it is JSON or logfmt.
fn body_and_fields(written: &str) -> (Body<'_>, Vec<(String, String)>) {
    let trimmed = written.trim();
    if !trimmed.starts_with('{') {
        let fields = if looks_like_logfmt(trimmed) {
            parse_logfmt(trimmed)
                .filter(|(key, _)| is_field(key))
                .map(|(key, value)| (key.to_owned(), value.into_owned()))
                .collect()
        } else {
            Vec::new()
        };
        return (Body::parse(written), fields);
    }
    let Some(whole) = parse_whole(trimmed) else {
        return (Body::parse(written), Vec::new());
    };
    let mut fields = Vec::with_capacity(whole.len());
    let body = whole.into_iter().map(|(key, value)| {
        if is_field(&key) {
            fields.push((key.to_string(), value.text()));
        }
        (key, value.json)
    });
    (Body::Fields(body.collect()), fields)
}

/// Whether what stands under a name is shown as a field.
fn is_field(name: &str) -> bool {
    !SHOWN.iter().any(|shown| name.eq_ignore_ascii_case(shown))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::super::line::open_line;
    use super::*;
    use crate::model::{Instant, Labels};

    fn record(line: &str) -> LogRecord {
        LogRecord {
            service: String::new(),
            ts: Instant::default(),
            labels: std::sync::Arc::new(Labels::default()),
            line: line.to_owned(),
            metadata: None,
        }
    }

    fn opened(line: &str) -> Opened {
        open(&record(line))
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

    /// The fields of a line as a plain reading gives them.
    fn fields_read_plainly(written: &str, message: &str) -> Vec<(String, String)> {
        let Ok(Value::Object(object)) = serde_json::from_str(written) else {
            return Vec::new();
        };
        let fields = object.into_iter().map(|(name, value)| match value {
            Value::String(text) => (name, text),
            other => (name, other.to_string()),
        });
        fields
            .filter(|(name, value)| {
                value != message && !SHOWN.contains(&name.to_ascii_lowercase().as_str())
            })
            .collect()
    }

    /// Any JSON value.
    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "\\PC{0,8}".prop_map(Value::from),
            "[\"\\\\\n\u{1b}é]{0,4}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(name(), inner, 0..4)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    /// A field's name, often one that means something.
    fn name() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-zé\"]{0,4}",
            "(message|Level|status|error|code|http|log)"
        ]
    }

    proptest! {
        #[test]
        fn reading_a_line_once_gives_what_two_readings_give(
            fields in prop::collection::btree_map(name(), json(), 0..6),
            enveloped in any::<bool>(),
        ) {
            let written = Value::Object(fields.into_iter().collect()).to_string();
            let line = if enveloped {
                serde_json::json!({"stream": "stdout", "message": written}).to_string()
            } else {
                written.clone()
            };
            let record = record(&line);
            let found = open(&record);
            let (level, message) =
                open_line(&record, |line| (line.level(), line.message.clone().into_owned()));
            let mut fields = found.fields.clone();
            fields.sort();
            let mut plainly = fields_read_plainly(&found.written, &message);
            plainly.sort();
            prop_assert_eq!(fields, plainly, "{}", line);
            prop_assert_eq!(found.level, level, "{}", line);
            prop_assert_eq!(if message.is_empty() { &found.written } else { &message }, &found.message, "{}", line);
        }
    }

    #[test]
    fn what_cannot_be_written_again_has_a_message_and_no_fields() {
        let deep = format!(
            r#"{{"msg":"boom","n":1,"list":{}{}}}"#,
            "[".repeat(200),
            "]".repeat(200)
        );
        let found = opened(&deep);
        assert_eq!(found.message, "boom");
        assert_eq!(found.fields, []);
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

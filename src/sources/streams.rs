//! Loki's answer to a log query, read in one pass: each line goes from the JSON to where it is kept, and nowhere in between.
//!
//! In: a body. Out: calls to a [`Sink`]. Text that is not Unicode (a lone surrogate such as `\ud800`, a stray byte) becomes U+FFFD:
//! a line with a broken character is still a line. Unknown keys, and whatever stands behind a line (structured metadata), are
//! skipped. The format: <https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-logs-within-a-range-of-time>.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::data_source;
use crate::model::{Entry, Labels, LogStream, UnixNanos};

/// Where entries are kept.
pub(super) trait Sink {
    /// An entry of the stream that is being read.
    fn entry(&mut self, at: UnixNanos, line: &str);

    /// The stream is read: its labels, and all entries since the last stream are its.
    fn stream(&mut self, labels: Labels);
}

/// Reads the answer to a log query.
///
/// # Errors
/// What is wrong with it, without quoting it: it may hold anything. The sink may then have been given some of it.
pub(super) fn read_streams(body: &[u8], sink: &mut impl Sink) -> Result<(), String> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let mut reading = Reading {
        sink,
        result_type: None,
    };
    let part = Part {
        place: Place::Body,
        reading: &mut reading,
    };
    part.deserialize(&mut json)
        .and_then(|()| json.end())
        .map_err(|error| data_source::position(&error))?;
    match reading.result_type.as_deref() {
        Some("streams") => Ok(()),
        Some(other) => Err(format!(
            "a result of another type than log streams: {other:?}"
        )),
        None => Err("JSON without a result".to_owned()),
    }
}

/// Reads the answer to a log query into streams.
///
/// # Errors
/// As [`read_streams`].
pub(crate) fn parse_streams(body: &[u8]) -> Result<Vec<LogStream>, String> {
    /// Streams, and the entries of the one that is being read.
    #[derive(Default)]
    struct Collected {
        streams: Vec<LogStream>,
        entries: Vec<Entry>,
    }
    impl Sink for Collected {
        fn entry(&mut self, at: UnixNanos, line: &str) {
            self.entries.push(Entry {
                at,
                line: line.to_owned(),
            });
        }

        fn stream(&mut self, labels: Labels) {
            let entries = std::mem::take(&mut self.entries);
            self.streams.push(LogStream { labels, entries });
        }
    }
    let mut collected = Collected::default();
    read_streams(body, &mut collected)?;
    Ok(collected.streams)
}

/// What is known while a body is read.
struct Reading<'s, S> {
    /// Where entries go.
    sink: &'s mut S,
    /// `resultType`, once it has come.
    result_type: Option<String>,
}

/// Where in the body the reader is.
#[derive(Clone, Copy)]
enum Place {
    /// `{"status": …, "data": …}`
    Body,
    /// `{"resultType": …, "result": …}`
    Data,
    /// `[stream, …]`
    Streams,
    /// `{"stream": {labels}, "values": …}`
    Stream,
    /// `[entry, …]`
    Values,
    /// `["<nanoseconds>", "<line>"]`
    Entry,
}

/// The rest of the body from one place on: seed and visitor in one.
struct Part<'a, 's, S> {
    /// Where it begins.
    place: Place,
    /// What is known.
    reading: &'a mut Reading<'s, S>,
}

impl<'s, S: Sink> Part<'_, 's, S> {
    /// What stands below.
    fn inner(&mut self, place: Place) -> Part<'_, 's, S> {
        Part {
            place,
            reading: self.reading,
        }
    }

    /// A key of an object, and its value.
    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        let place = match (self.place, key) {
            (Place::Body, "data") => Place::Data,
            (Place::Data, "result") if self.is_streams() => Place::Streams,
            (Place::Stream, "values") => Place::Values,
            (Place::Data, "resultType") => {
                self.reading.result_type = Some(map.next_value::<Text>()?.0);
                return Ok(());
            }
            _ => {
                map.next_value::<IgnoredAny>()?;
                return Ok(());
            }
        };
        map.next_value_seed(self.inner(place))
    }

    /// Whether a result may be read as streams: its type has not come yet, or says so.
    fn is_streams(&self) -> bool {
        self.reading
            .result_type
            .as_deref()
            .is_none_or(|known| known == "streams")
    }
}

impl<'de, S: Sink> DeserializeSeed<'de> for Part<'_, '_, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, S: Sink> Visitor<'de> for Part<'_, '_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("log streams")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        match self.place {
            Place::Streams | Place::Values => Ok(()),
            _ => Err(E::custom("nothing where something must be")),
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        if !matches!(self.place, Place::Body | Place::Data | Place::Stream) {
            return Err(A::Error::custom("an object where a list must be"));
        }
        let mut labels = Labels::default();
        while let Some(Text(key)) = map.next_key()? {
            if matches!(self.place, Place::Stream) && key == "stream" {
                labels = map.next_value::<LabelSet>()?.0;
            } else {
                self.member(&key, &mut map)?;
            }
        }
        if matches!(self.place, Place::Stream) {
            self.reading.sink.stream(labels);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        let item = match self.place {
            Place::Streams => Place::Stream,
            Place::Values => Place::Entry,
            Place::Entry => {
                let Timestamp(at) = seq
                    .next_element()?
                    .ok_or_else(|| A::Error::invalid_length(0, &self))?;
                seq.next_element_seed(Line(at, self.reading.sink))?
                    .ok_or_else(|| A::Error::invalid_length(1, &self))?;
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(());
            }
            Place::Body | Place::Data | Place::Stream => {
                return Err(A::Error::custom("a list where an object must be"));
            }
        };
        while seq.next_element_seed(self.inner(item))?.is_some() {}
        Ok(())
    }
}

/// Nanoseconds since 1970, written as text.
struct Timestamp(UnixNanos);

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text: &str = Deserialize::deserialize(deserializer)?;
        text.parse()
            .map(|nanos| Self(UnixNanos(nanos)))
            .map_err(|_| D::Error::custom("a timestamp that is not a number"))
    }
}

/// A line on its way to a sink.
struct Line<'a, S>(UnixNanos, &'a mut S);

impl<'de, S: Sink> DeserializeSeed<'de> for Line<'_, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        // As bytes: as text, a lone surrogate would be refused together with its line.
        deserializer.deserialize_bytes(self)
    }
}

impl<S: Sink> Visitor<'_> for Line<'_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a line")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<(), E> {
        self.1.entry(self.0, &readable(bytes));
        Ok(())
    }
}

/// A text, whatever its bytes are.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Text, E> {
                Ok(Text(readable(bytes).into_owned()))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

/// `{"name": "value"}`
struct LabelSet(Labels);

impl<'de> Deserialize<'de> for LabelSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pairs: BTreeMap<Text, Text> = Deserialize::deserialize(deserializer)?;
        let pairs = pairs.into_iter().map(|(name, value)| (name.0, value.0));
        Ok(Self(pairs.collect()))
    }
}

/// Bytes as text, one U+FFFD for each thing in it that is no character.
fn readable(bytes: &[u8]) -> Cow<'_, str> {
    let Err(mut error) = std::str::from_utf8(bytes) else {
        return String::from_utf8_lossy(bytes);
    };
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        let (valid, broken) = rest.split_at(error.valid_up_to());
        text.push_str(&String::from_utf8_lossy(valid));
        text.push(char::REPLACEMENT_CHARACTER);
        let length = match broken {
            // A surrogate, as the JSON library writes a lone one.
            [0xed, 0xa0..=0xbf, 0x80..=0xbf, ..] => 3,
            _ => error.error_len().unwrap_or(broken.len()),
        };
        rest = &broken[length..];
        match std::str::from_utf8(rest) {
            Ok(valid) => {
                text.push_str(valid);
                return Cow::Owned(text);
            }
            Err(next) => error = next,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of a body with one stream, whose values are `values`.
    fn lines(values: &str) -> Result<Vec<String>, String> {
        let body = format!(
            r#"{{"status":"success","data":{{"resultType":"streams","result":[{{"stream":{{"a":"b"}},"values":{values}}}],"stats":{{}}}}}}"#
        );
        let streams = parse_streams(body.as_bytes())?;
        let entries = streams.into_iter().flat_map(|stream| stream.entries);
        Ok(entries.map(|entry| entry.line).collect())
    }

    #[test]
    fn a_lone_surrogate_costs_a_character_and_not_its_line() {
        for (escaped, read) in [
            (r"a\ud800b", "a\u{fffd}b"),
            (r"\udc00", "\u{fffd}"),
            (r"\ud800\ud800", "\u{fffd}\u{fffd}"),
            (r"\ud83d\ude00", "\u{1f600}"),
            (r"\ud800\n", "\u{fffd}\n"),
            (r"\ud800é", "\u{fffd}é"),
            (r"\u0000\u001b[0m", "\0\u{1b}[0m"),
        ] {
            assert_eq!(
                lines(&format!(r#"[["1","{escaped}"]]"#)),
                Ok(vec![read.to_owned()]),
                "{escaped}"
            );
        }
    }

    #[test]
    fn bytes_that_are_not_unicode_become_one_mark_each() {
        for (bytes, read) in [
            (b"a\xffb".as_slice(), "a\u{fffd}b"),
            (b"\xed\xa0\x80x", "\u{fffd}x"),
            (b"cut \xe2\x82", "cut \u{fffd}"),
            (b"\xf0\x9f\xff\xfe", "\u{fffd}\u{fffd}\u{fffd}"),
        ] {
            assert_eq!(readable(bytes), read, "{bytes:?}");
        }
    }

    #[test]
    fn what_stands_behind_a_line_is_skipped() {
        assert_eq!(
            lines(r#"[["1","x",{"trace_id":"1","n":{"a":[1,null]}}],["2","",7]]"#),
            Ok(vec!["x".to_owned(), String::new()])
        );
        assert_eq!(lines("null"), Ok(Vec::new()));
    }

    #[test]
    fn keys_may_come_in_any_order_and_the_type_is_judged_at_the_end() {
        let body =
            |kind: &str| format!(r#"{{"data":{{"result":[],"resultType":"{kind}"}},"more":[]}}"#);
        assert_eq!(parse_streams(body("streams").as_bytes()), Ok(Vec::new()));
        assert!(parse_streams(body("matrix").as_bytes()).is_err());
        let turned = r#"{"data":{"resultType":"streams","result":[{"values":[["5","x"]],"stream":{"a":"b"}}]}}"#;
        let streams = parse_streams(turned.as_bytes()).unwrap();
        assert_eq!(streams[0].labels.get("a"), Some("b"));
        assert_eq!(streams[0].entries.len(), 1);
    }

    #[test]
    fn what_is_no_answer_is_refused_without_quoting_it() {
        for body in [
            "",
            "null",
            "[]",
            "{}",
            "<html>",
            r#"{"data":null}"#,
            r#"{"data":{"resultType":"streams"}} x"#,
            r#"{"data":{"resultType":"streams","result":{}}}"#,
            r#"{"data":{"resultType":"streams","result":[[]]}}"#,
            r#"{"data":{"resultType":"streams","result":[{"values":[["1"]]}]}}"#,
            r#"{"data":{"resultType":"streams","result":[{"values":[["hunter2","x"]]}]}}"#,
            r#"{"data":{"resultType":"streams","result":[{"values":[["1",2]]}]}}"#,
        ] {
            let why = parse_streams(body.as_bytes()).unwrap_err();
            assert!(!why.contains("hunter2"), "{why}");
        }
    }
}

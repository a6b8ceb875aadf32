//! JSON of a log line, read once, borrowing its strings: lists are skipped, depth is the parser's own limit. A listing shows lists
//! too, and all that is no text as it would be written again: for it, both are read at once.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// A value of a log line.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Json<'a> {
    /// `null`, true, false or a list: nothing that scout reads.
    #[default]
    Other,
    /// A number.
    Number(f64),
    /// A string.
    Text(Cow<'a, str>),
    /// An object, in its own order.
    Map(Fields<'a>),
}

/// The fields of an object, in its own order.
pub(crate) type Fields<'a> = Vec<(Cow<'a, str>, Json<'a>)>;

/// The fields of a line that is one JSON object; `None` for any other line.
pub(crate) fn parse_object(text: &str) -> Option<Fields<'_>> {
    let text = text.trim();
    if !text.starts_with('{') || !text.ends_with('}') {
        return None;
    }
    match serde_json::from_str(text) {
        Ok(Json::Map(fields)) => Some(fields),
        _ => None,
    }
}

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

/// Reads any JSON value.
struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Json<'de>, E> {
        Ok(Json::Other)
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json<'de>, E> {
        Ok(Json::Number(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json<'de>, E> {
        Ok(Json::Number(number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json<'de>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Json::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json<'de>, A::Error> {
        let mut fields = Vec::new();
        while let Some((key, value)) = map.next_entry::<Key<'de>, Json<'de>>()? {
            fields.push((key.0, value));
        }
        Ok(Json::Map(fields))
    }
}

/// A key, borrowed where it holds no escape.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Json::deserialize(deserializer)? {
            Json::Text(text) => Ok(Self(text)),
            _ => Ok(Self(Cow::Borrowed(""))),
        }
    }
}

/// A value of a log line, and the same as it would be written again.
#[derive(Debug)]
pub(super) struct Whole<'a> {
    /// The value.
    pub(super) json: Json<'a>,
    /// The same; `None` for a string, which is its own text.
    value: Option<Value>,
}

/// The fields of an object in its own order; `None` for any other text, and for what could not be written again.
pub(super) fn parse_whole(text: &str) -> Option<Vec<(Cow<'_, str>, Whole<'_>)>> {
    let WholeObject(fields) = serde_json::from_str(text).ok()?;
    Some(fields)
}

impl Whole<'_> {
    /// The value as text: a string as it is, anything else in JSON.
    pub(super) fn text(&self) -> String {
        match (&self.json, &self.value) {
            (_, Some(value)) => value.to_string(),
            (Json::Text(text), None) => text.to_string(),
            (_, None) => String::new(),
        }
    }

    /// The value as it would be written again.
    pub(super) fn into_value(mut self) -> Value {
        self.take_value()
    }

    /// The same, leaving what analysis reads.
    fn take_value(&mut self) -> Value {
        self.value
            .take()
            .unwrap_or_else(|| Value::String(self.text()))
    }
}

impl<'de> Deserialize<'de> for Whole<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WholeVisitor)
    }
}

/// Reads any JSON value, whole.
struct WholeVisitor;

impl WholeVisitor {
    /// A number.
    fn number<'de>(json: f64, value: Option<Number>) -> Whole<'de> {
        Whole {
            json: Json::Number(json),
            value: Some(value.map_or(Value::Null, Value::Number)),
        }
    }

    /// What analysis does not read.
    fn other<'de>(value: Value) -> Whole<'de> {
        Whole {
            json: Json::Other,
            value: Some(value),
        }
    }
}

impl<'de> Visitor<'de> for WholeVisitor {
    type Value = Whole<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Whole<'de>, E> {
        Ok(Self::other(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Whole<'de>, E> {
        Ok(Self::other(Value::Bool(value)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Whole<'de>, E> {
        Ok(Self::number(number as f64, Some(number.into())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Whole<'de>, E> {
        Ok(Self::number(number as f64, Some(number.into())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Whole<'de>, E> {
        Ok(Self::number(number, Number::from_f64(number)))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Whole<'de>, E> {
        let json = Json::Text(Cow::Borrowed(text));
        Ok(Whole { json, value: None })
    }

    fn visit_str<E>(self, text: &str) -> Result<Whole<'de>, E> {
        let json = Json::Text(Cow::Owned(text.to_owned()));
        Ok(Whole { json, value: None })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Whole<'de>, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element::<Value>()? {
            values.push(value);
        }
        Ok(Self::other(Value::Array(values)))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Whole<'de>, A::Error> {
        let mut values = Map::new();
        let mut fields = Vec::new();
        for (key, mut whole) in WholeObjectVisitor.visit_map(map)?.0 {
            values.insert(key.to_string(), whole.take_value());
            fields.push((key, whole.json));
        }
        Ok(Whole {
            json: Json::Map(fields),
            value: Some(Value::Object(values)),
        })
    }
}

/// An object whose values are whole.
struct WholeObject<'a>(Vec<(Cow<'a, str>, Whole<'a>)>);

impl<'de> Deserialize<'de> for WholeObject<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(WholeObjectVisitor)
    }
}

/// Reads an object.
struct WholeObjectVisitor;

impl<'de> Visitor<'de> for WholeObjectVisitor {
    type Value = WholeObject<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<WholeObject<'de>, A::Error> {
        let mut fields = Vec::new();
        while let Some((key, value)) = map.next_entry::<Key<'de>, Whole<'de>>()? {
            fields.push((key.0, value));
        }
        Ok(WholeObject(fields))
    }
}

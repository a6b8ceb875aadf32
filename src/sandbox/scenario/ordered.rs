//! How do `vars` and `fields` of a log table keep the order in which they are written?
//!
//! In: TOML tables. Out: lists of names and values, in the order of the file, because the fields of a JSON line appear in that
//! order and TOML tables forget it. Each value is one of a few forms, told apart here.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::error::Code;

/// Names and values in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::sandbox) struct Ordered<T>(pub(in crate::sandbox) Vec<(String, T)>);

impl<T> Default for Ordered<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Ordered<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OrderedVisitor(PhantomData))
    }
}

/// Collects a table and puts its entries back into the order of the file.
struct OrderedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OrderedVisitor<T> {
    type Value = Ordered<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries: Vec<(String, Spanned<T>)> = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        entries.sort_by_key(|(_, value)| value.span().start);
        let plain = entries
            .into_iter()
            .map(|(name, value)| (name, value.into_inner()));
        Ok(Ordered(plain.collect()))
    }
}

/// What a variable is drawn from, once for each event.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::sandbox) enum VarSpec {
    /// One of these.
    List(Vec<String>),
    /// A whole number, both ends included.
    Int(i64, i64),
    /// A number with at most three decimals, both ends included.
    Float(f64, f64),
    /// This many hexadecimal digits.
    Hex(usize),
    /// A UUID.
    Uuid,
}

/// The table form of a variable: one of the keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct VarTable {
    /// Bounds.
    int: Option<(i64, i64)>,
    /// Bounds.
    float: Option<(f64, f64)>,
    /// Number of digits.
    hex: Option<usize>,
    /// Present and true.
    uuid: Option<bool>,
}

/// The most digits of a `hex` variable: more than any id has.
const MOST_HEX_DIGITS: usize = 256;

impl VarTable {
    /// The variable that the table describes; `None` unless it has exactly one form and sensible bounds.
    fn spec(&self) -> Option<VarSpec> {
        match (self.int, self.float, self.hex, self.uuid) {
            (Some((low, high)), None, None, None) if low <= high => Some(VarSpec::Int(low, high)),
            (None, Some((low, high)), None, None) if low <= high && (high - low).is_finite() => {
                Some(VarSpec::Float(low, high))
            }
            (None, None, Some(digits), None) if (1..=MOST_HEX_DIGITS).contains(&digits) => {
                Some(VarSpec::Hex(digits))
            }
            (None, None, None, Some(true)) => Some(VarSpec::Uuid),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for VarSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(VarVisitor)
    }
}

/// Tells a list from a table.
struct VarVisitor;

impl<'de> Visitor<'de> for VarVisitor {
    type Value = VarSpec;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list, { int = [a, b] }, { float = [a, b] }, { hex = n } or { uuid = true }")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<VarSpec, A::Error> {
        let mut choices = Vec::new();
        while let Some(choice) = seq.next_element::<FieldSpec>()? {
            choices.push(match choice {
                FieldSpec::Text(text) => text,
                FieldSpec::Value(value) => value.to_string(),
            });
        }
        if choices.is_empty() {
            return Err(de::Error::custom(Code::Var.with("[]")));
        }
        Ok(VarSpec::List(choices))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<VarSpec, A::Error> {
        let table = VarTable::deserialize(MapAccessDeserializer::new(map))?;
        table
            .spec()
            .ok_or_else(|| de::Error::custom(Code::Var.with(&format!("{table:?}"))))
    }
}

/// The value of a field of a structured line, or a choice of a variable.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::sandbox) enum FieldSpec {
    /// A text that may hold `{placeholders}`; a string in JSON.
    Text(String),
    /// A number or truth value; itself in JSON.
    Value(serde_json::Value),
}

impl<'de> Deserialize<'de> for FieldSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FieldVisitor)
    }
}

/// Takes a text, a number or a truth value.
struct FieldVisitor;

impl Visitor<'_> for FieldVisitor {
    type Value = FieldSpec;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number, true or false")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<FieldSpec, E> {
        Ok(FieldSpec::Text(text.to_owned()))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<FieldSpec, E> {
        Ok(FieldSpec::Value(number.into()))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<FieldSpec, E> {
        Ok(FieldSpec::Value(number.into()))
    }

    fn visit_bool<E: de::Error>(self, truth: bool) -> Result<FieldSpec, E> {
        Ok(FieldSpec::Value(truth.into()))
    }
}

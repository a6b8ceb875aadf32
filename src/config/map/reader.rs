//! How is a value taken out of a TOML table, with its place? The reader that `read.rs` reads the map's tables with.
//!
//! Everything that is not as expected is noted and comes back as `None`, so that reading goes on to the next fault.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::{MapFault, TomlType};
use super::placeholder::{PlaceholderFault, fill, find_fault};
use super::schema::Text;
use crate::config::web_address::check_address;
use crate::model::nearest;

/// What is wrong, with the bytes of the file that are meant.
pub(super) type Fault = (Range<usize>, MapFault);

/// A table and where it stands.
pub(super) struct Table<'t> {
    /// Its keys.
    pub(super) keys: &'t DeTable<'t>,
    /// Its dotted name, empty for the top.
    pub(super) place: &'t str,
    /// What to point at where something is missing from it.
    pub(super) span: Range<usize>,
}

/// Reads tables and notes faults.
pub(super) struct Reader<'f> {
    /// The map's text.
    pub(super) source: &'f str,
    /// Where faults go.
    pub(super) faults: &'f mut Vec<Fault>,
}

impl Reader<'_> {
    /// Notes a fault.
    pub(super) fn note(&mut self, span: Range<usize>, fault: MapFault) {
        self.faults.push((span, fault));
    }

    /// Notes every key that nothing reads.
    pub(super) fn known_keys(&mut self, table: &Table<'_>, known: &'static [&'static str]) {
        for key in table.keys.keys() {
            let name = key.get_ref().as_ref();
            if !known.contains(&name) {
                let fault = MapFault::UnknownKey {
                    key: name.to_owned(),
                    near: nearest(name, known.iter().copied()).map(str::to_owned),
                    known,
                };
                self.note(key.span(), fault);
            }
        }
    }

    /// Notes a value of the wrong type.
    pub(super) fn wrong_type(
        &mut self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        expected: TomlType,
    ) {
        let fault = MapFault::WrongType {
            key: key.to_owned(),
            expected,
            found: value.get_ref().type_str(),
        };
        self.note(value.span(), fault);
    }

    /// Notes a key that must be there.
    pub(super) fn missing(&mut self, key: &'static str, table: &Table<'_>) {
        let place = table.place.to_owned();
        self.note(table.span.clone(), MapFault::MissingKey { key, place });
    }

    /// A text, `None` where it is left out or not a text. An empty one is a fault.
    pub(super) fn text(&mut self, table: &Table<'_>, key: &str) -> Option<Text> {
        let value = table.keys.get(key)?;
        self.text_of(key, value)
    }

    /// The text of a value.
    pub(super) fn text_of(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Text> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(key, value, TomlType::Text);
            return None;
        };
        if text.trim().is_empty() {
            self.note(value.span(), MapFault::Empty(key.to_owned()));
            return None;
        }
        Some(Spanned::new(value.span(), text.to_owned()))
    }

    /// A list of texts, `None` where it is left out.
    pub(super) fn texts(&mut self, table: &Table<'_>, key: &str) -> Option<Vec<Text>> {
        let value = table.keys.get(key)?;
        let Some(items) = value.get_ref().as_array() else {
            self.wrong_type(key, value, TomlType::Texts);
            return None;
        };
        Some(
            items
                .iter()
                .filter_map(|item| self.text_of(key, item))
                .collect(),
        )
    }

    /// A text in which `{env}` may stand, and nothing else in braces.
    pub(super) fn template(&mut self, table: &Table<'_>, key: &str) -> Option<Text> {
        let text = self.text(table, key)?;
        self.placeholders(text)
    }

    /// The text, where its braces are in order.
    pub(super) fn placeholders(&mut self, text: Text) -> Option<Text> {
        let Some((fault, _)) = find_fault(text.get_ref()) else {
            return Some(text);
        };
        let fault = match fault {
            PlaceholderFault::Unknown(name) => MapFault::UnknownPlaceholder(name),
            PlaceholderFault::Lone => MapFault::LoneBrace,
        };
        let span = self.brace_span(&text);
        self.note(span, fault);
        None
    }

    /// The bytes of a text's first faulty brace in the file; the whole value where it is written with escapes.
    fn brace_span(&self, text: &Text) -> Range<usize> {
        let whole = text.span();
        let written = self.source.get(whole.clone()).and_then(find_fault);
        written.map_or(whole.clone(), |(_, part)| {
            whole.start + part.start..whole.start + part.end
        })
    }

    /// An address, in which `{env}` may stand.
    pub(super) fn address(&mut self, table: &Table<'_>, key: &str) -> Option<Text> {
        let text = self.template(table, key)?;
        self.check_address(key, text)
    }

    /// The text, where it is an address that scout may use. `{env}` is tried as a plain word.
    pub(super) fn check_address(&mut self, key: &str, text: Text) -> Option<Text> {
        match check_address(&fill(text.get_ref(), "env")) {
            Ok(()) => Some(text),
            Err(fault) => {
                let key = key.to_owned();
                self.note(text.span(), MapFault::BadAddress { key, fault });
                None
            }
        }
    }

    /// Reads each table under a table of tables, in the order of the file.
    pub(super) fn each<T>(
        &mut self,
        table: &Table<'_>,
        key: &str,
        read: impl Fn(&mut Self, Text, &Table<'_>) -> Option<T>,
    ) -> Vec<T> {
        let Some(value) = table.keys.get(key) else {
            return Vec::new();
        };
        let Some(inner) = value.get_ref().as_table() else {
            self.wrong_type(key, value, TomlType::Table);
            return Vec::new();
        };
        let mut found: Vec<_> = inner.iter().collect();
        found.sort_by_key(|(name, _)| name.span().start);
        let mut read_ones = Vec::new();
        for (name, value) in found {
            let Some(keys) = value.get_ref().as_table() else {
                self.wrong_type(name.get_ref(), value, TomlType::Table);
                continue;
            };
            let place = dotted(table.place, key, name.get_ref());
            let name = self.name(name);
            let table = Table {
                keys,
                place: &place,
                span: name.span(),
            };
            read_ones.extend(read(self, name, &table));
        }
        read_ones
    }

    /// The tables of a list of tables.
    pub(super) fn tables<'t>(&mut self, table: &Table<'t>, key: &'t str) -> Vec<Table<'t>> {
        let Some(value) = table.keys.get(key) else {
            return Vec::new();
        };
        let Some(items) = value.get_ref().as_array() else {
            self.wrong_type(key, value, TomlType::Tables);
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items {
            match item.get_ref().as_table() {
                Some(keys) => tables.push(Table {
                    keys,
                    place: key,
                    span: item.span(),
                }),
                None => self.wrong_type(key, item, TomlType::Table),
            }
        }
        tables
    }

    /// The name of a table: one word that can be typed.
    pub(super) fn name(&mut self, key: &Spanned<Cow<'_, str>>) -> Text {
        let name = key.get_ref().as_ref();
        if !is_name(name) {
            self.note(key.span(), MapFault::BadName(name.to_owned()));
        }
        Spanned::new(key.span(), name.to_owned())
    }
}

/// The dotted name of a table for messages.
fn dotted(place: &str, key: &str, name: &str) -> String {
    if place.is_empty() {
        format!("{key}.{name}")
    } else {
        format!("{place}.{key}.{name}")
    }
}

/// Whether a name is one word that can be typed as an argument: not empty, no blank, no control character, no `-` first
/// (it would be an option), no brace.
fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('-')
        && !name
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '{' | '}'))
}

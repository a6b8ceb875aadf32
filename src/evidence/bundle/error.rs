//! Why can a bundle not be read: which file, which line, and what to do about it?

use crate::model::Lang;
use crate::model::messages::bundle as text;

/// A bundle that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.say(Lang::En))]
pub(crate) struct BundleError {
    /// The file, as it was named.
    pub(super) origin: String,
    /// The line, from 1.
    pub(super) line: u64,
    /// What is wrong.
    pub(super) fault: Fault,
}

/// What is wrong with a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// The system refuses to read on, in its own words.
    Unreadable(String),
    /// Compressed data that ends too early or does not unpack.
    Gzip(String),
    /// Bytes that are no UTF-8.
    NotText,
    /// A line of more bytes than this.
    LongLine(u64),
    /// More bytes in all than this.
    TooMuch(u64),
    /// A line that is no record: the column, and why, in the JSON reader's words.
    Record(usize, String),
    /// The last line stops in its middle.
    CutShort,
    /// The first record is not `meta`, or there is no record at all.
    NoMeta,
    /// A second `meta`.
    SecondMeta,
    /// A version of the format that is not known.
    Schema(String),
    /// A field of `meta` that cannot do without, or makes no sense.
    Meta(String),
    /// A window of `meta` that is empty or reversed: which.
    Reversed(&'static str),
}

impl BundleError {
    /// The message.
    pub(crate) fn say(&self, lang: Lang) -> String {
        let place = format!("{}:{}", self.origin, self.line);
        match &self.fault {
            Fault::Unreadable(why) => text::unreadable(lang, &place, why),
            Fault::Gzip(why) => text::bad_gzip(lang, &place, why),
            Fault::NotText => text::not_text(lang, &place),
            Fault::LongLine(most) => text::long_line(lang, &place, *most >> 20),
            Fault::TooMuch(most) => text::too_much(lang, &place, *most >> 30),
            Fault::Record(column, why) => text::not_a_record(lang, &place, *column, why),
            Fault::CutShort => text::cut_short(lang, &place),
            Fault::NoMeta => text::no_meta(lang, &place),
            Fault::SecondMeta => text::second_meta(lang, &place),
            Fault::Schema(found) => text::unknown_schema(lang, &place, found),
            Fault::Meta(why) => text::bad_meta(lang, &place, why),
            Fault::Reversed(which) => text::reversed_window(lang, &place, which),
        }
    }

    /// What to do about it.
    pub(crate) fn hint(&self, lang: Lang) -> String {
        match &self.fault {
            Fault::Unreadable(_) => text::unreadable_hint(lang),
            Fault::Gzip(_) | Fault::CutShort => text::copy_again_hint(lang),
            Fault::NotText => text::not_text_hint(lang),
            Fault::LongLine(_) | Fault::TooMuch(_) => text::too_much_hint(lang),
            Fault::Record(..) => text::not_a_record_hint(lang, self.line),
            Fault::NoMeta => text::no_meta_hint(lang),
            Fault::SecondMeta => text::second_meta_hint(lang),
            Fault::Schema(_) => text::unknown_schema_hint(lang),
            Fault::Meta(_) | Fault::Reversed(_) => text::bad_meta_hint(lang),
        }
    }
}

//! What is a template, as people see it?

use super::digest::digest;
use super::row::Row;
use super::words::Words;

/// Lines of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template {
    /// A short name: the same for the same text, in any file and any run.
    pub(crate) id: String,
    /// The text that the lines share, with `<*>` for what varies. Without the header; control characters stand as they are.
    pub(crate) text: String,
    /// How many lines.
    pub(crate) count: u64,
    /// One of the lines, its first bytes; what is no UTF-8 replaced.
    pub(crate) sample: String,
}

/// The template of a row; the id is not yet told from others of the same text.
pub(super) fn template_of(row: &Row, words: &Words, count: u64) -> Template {
    let text = text_of(row, words);
    Template {
        id: format!("{:012x}", digest(text.as_bytes()) >> 16),
        text,
        count,
        sample: String::from_utf8_lossy(&row.sample).into_owned(),
    }
}

/// The text that the lines of a row share.
fn text_of(row: &Row, words: &Words) -> String {
    let mut text = Vec::with_capacity(row.sample.len());
    let mut at = row.tokens.first().map_or(0, |token| token.start);
    for token in &row.tokens {
        text.extend_from_slice(&row.sample[at.min(token.start) as usize..token.start as usize]);
        words.write(token.word, &mut text);
        if token.repeats {
            text.extend_from_slice(b" <*>");
        }
        at = token.end;
    }
    String::from_utf8_lossy(&text).into_owned()
}

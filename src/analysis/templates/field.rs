//! The fields that a line begins with: what white space, brackets and bars part, each with what it looks like.

use super::class::{DIGIT, LETTER, is};
use super::digest::mix;
use super::piece::{Form, Piece};

/// Fields of a line that are looked at: no header is longer.
const MOST_FIELDS: usize = 14;

/// Pieces that a bracket may hold and still be one field: the name of a thread, the ids of a request.
const LONGEST_BRACKET: usize = 24;

/// What a field looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A date or a time of day, with the numbers behind it.
    Time,
    /// A level.
    Level,
    /// Something in brackets.
    Bracket,
    /// It ends in a colon, or in a bracket that an earlier field opened.
    Colon,
    /// A dash or a bar by itself.
    Dash,
    /// Anything else.
    Other,
}

/// A field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    /// What it looks like.
    pub(super) kind: Kind,
    /// Pieces up to its end.
    pub(super) end: usize,
    /// Whether more than one space, or a tab, stands behind it: a column.
    pub(super) padded: bool,
    /// Whether it has brackets or a dotted name in it, as `cron[42]:` and `com.example.Main:`.
    pub(super) detailed: bool,
    /// A hash of its text.
    pub(super) text: u64,
}

/// The fields that a line begins with.
pub(super) fn fields(pieces: &[Piece], line: &[u8]) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut start = 0;
    while start < pieces.len() && fields.len() < MOST_FIELDS {
        let end = end_of_field(pieces, start);
        let own = &pieces[start..end];
        let gap = pieces
            .get(end)
            .map(|next| &line[pieces[end - 1].end as usize..next.start as usize]);
        fields.push(Field {
            kind: kind_of(own, line),
            end,
            padded: gap.is_some_and(|gap| gap.len() > 1 || gap == b"\t"),
            detailed: own.iter().any(|piece| is_detail(piece, line)),
            text: own.iter().fold(0, |hash, piece| mix(hash, piece.text)),
        });
        start = end;
    }
    fields
}

/// Where the field ends that starts here: before white space or a bar, unless a bracket that it began with is still open.
fn end_of_field(pieces: &[Piece], start: usize) -> usize {
    let opens = matches!(pieces[start].mark(), b'[' | b'<');
    let mut depth = 0;
    for (at, piece) in pieces.iter().enumerate().skip(start) {
        let gap = at > start && piece.start > pieces[at - 1].end;
        let bar = at > start && (piece.mark() == b'|' || pieces[at - 1].mark() == b'|');
        let inside = opens && depth > 0 && at - start < LONGEST_BRACKET;
        if (gap || bar) && !inside {
            return at;
        }
        match piece.mark() {
            b'[' | b'(' | b'<' | b'{' => depth += 1,
            b']' | b')' | b'>' | b'}' => depth -= 1,
            _ => {}
        }
    }
    pieces.len()
}

/// What a field looks like.
fn kind_of(own: &[Piece], line: &[u8]) -> Kind {
    let first = own[0].mark();
    let last = own[own.len() - 1].mark();
    let bracketed =
        own.len() > 1 && matches!((first, last), (b'[', b']') | (b'(', b')') | (b'<', b'>'));
    let mut solid = own.iter().filter(|piece| piece.form != Form::Mark);
    let Some(body) = solid.next() else {
        let alone = own.len() == 1 && matches!(first, b'-' | b'|' | b':' | b'>');
        return match (bracketed, alone) {
            (true, _) => Kind::Bracket,
            (_, true) => Kind::Dash,
            _ => Kind::Other,
        };
    };
    let single = solid.next().is_none();
    let timed = own.iter().any(|piece| piece.form == Form::Time);
    let closes = last == b']' && own.iter().all(|piece| piece.mark() != b'[');
    let text = body.of(line);
    if timed && (single || first == b'[' || own[0].form == Form::Time) {
        Kind::Time
    } else if single && (first == 0 || bracketed || first == b'[') && is_level(text) {
        Kind::Level
    } else if bracketed {
        Kind::Bracket
    } else if last == b':' || closes {
        Kind::Colon
    } else if own.len() == 1 && text.iter().all(|byte| !is(*byte, LETTER | DIGIT)) {
        Kind::Dash
    } else {
        Kind::Other
    }
}

/// Whether a piece is a bracket, or a text with a dot inside.
fn is_detail(piece: &Piece, line: &[u8]) -> bool {
    piece.mark() == b'[' || (piece.form != Form::Mark && piece.of(line).contains(&b'.'))
}

/// Levels, as logging libraries, syslog and databases name them.
const LEVELS: [&[u8]; 20] = [
    b"trace",
    b"debug",
    b"verbose",
    b"fine",
    b"info",
    b"information",
    b"notice",
    b"log",
    b"warn",
    b"warning",
    b"err",
    b"error",
    b"severe",
    b"failure",
    b"crit",
    b"critical",
    b"alert",
    b"fatal",
    b"panic",
    b"emerg",
];

/// Levels of one letter.
const LEVEL_LETTERS: &[u8] = b"TVDINWEF";

/// Whether a word is a level.
fn is_level(word: &[u8]) -> bool {
    match word {
        [letter] => LEVEL_LETTERS.contains(letter),
        _ => LEVELS.iter().any(|level| word.eq_ignore_ascii_case(level)),
    }
}

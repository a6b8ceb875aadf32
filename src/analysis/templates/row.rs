//! A line's form as a row of words, while it is compared with others.

use super::piece::Piece;
use super::words::{Nature, VALUE, Word, Words};

/// The longest stretch that is looked for again right behind itself.
const LONGEST_REPEAT: usize = 8;

/// One word of a row, and where its sample has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    /// Which word.
    pub(super) word: Word,
    /// The first byte in the sample.
    pub(super) start: u32,
    /// The byte after the last; repeats of the stretch that ends here included.
    pub(super) end: u32,
    /// Whether there are such repeats.
    pub(super) repeats: bool,
}

/// Lines that have become one form so far.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// The form.
    pub(super) tokens: Vec<Token>,
    /// One of the lines, its first bytes.
    pub(super) sample: Box<[u8]>,
    /// The tickets of the lines.
    pub(super) tickets: Vec<u32>,
}

/// The words of a row.
pub(super) fn words_of(tokens: &[Token]) -> Vec<Word> {
    tokens.iter().map(|token| token.word).collect()
}

/// A token for each piece.
pub(super) fn tokens_of(
    pieces: &[Piece],
    sample: &[u8],
    mut word: impl FnMut(&Piece, &[u8]) -> Word,
) -> Vec<Token> {
    let token = |piece: &Piece| Token {
        word: word(piece, piece.of(sample)),
        start: piece.start,
        end: piece.end,
        repeats: piece.mark() != 0 && piece.end - piece.start > 1,
    };
    pieces.iter().map(token).collect()
}

/// Makes one of lists: values in a row, and stretches that repeat, a name or a value among them, with other values.
pub(super) fn shorten(tokens: &mut Vec<Token>, words: &Words) {
    join_values(tokens, words);
    let mut at = 0;
    while at < tokens.len() {
        match repeat_at(tokens, at, words) {
            Some(length) => {
                let end = tokens[at + 2 * length - 1].end;
                tokens.drain(at + length..at + 2 * length);
                let last = &mut tokens[at + length - 1];
                last.end = end;
                last.repeats |= last.word != VALUE;
            }
            None => at += 1,
        }
    }
}

/// Makes one value of values in a row, with or without one of `,:|;` between them.
fn join_values(tokens: &mut Vec<Token>, words: &Words) {
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens.drain(..) {
        if token.word == VALUE {
            let joins = kept.last().is_some_and(|last| {
                matches!(
                    words.nature(last.word),
                    Nature::Mark(b',' | b':' | b'|' | b';')
                )
            });
            let behind = kept.len().checked_sub(1 + usize::from(joins));
            if let Some(value) = behind.filter(|at| kept[*at].word == VALUE) {
                kept.truncate(value + 1);
                kept[value].end = token.end;
                continue;
            }
        }
        kept.push(token);
    }
    *tokens = kept;
}

/// The length of the stretch that starts here and stands again right behind itself.
fn repeat_at(tokens: &[Token], at: usize, words: &Words) -> Option<usize> {
    let varies = |token: &Token| matches!(words.nature(token.word), Nature::Value | Nature::Name);
    let is_quote = |token: &&Token| words.nature(token.word) == Nature::Mark(b'"');
    (1..=LONGEST_REPEAT.min((tokens.len() - at) / 2)).find(|length| {
        let (first, second) = (
            &tokens[at..at + length],
            &tokens[at + length..at + 2 * length],
        );
        let same = first.iter().zip(second).all(|(a, b)| a.word == b.word);
        same && first.iter().any(varies) && first.iter().filter(is_quote).count() % 2 == 0
    })
}

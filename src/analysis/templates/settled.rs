//! Which known row does a line fit, once its shape is forgotten? What keeps a stream of unbounded length in bounded memory.
//!
//! A line fits a row when both are the same at every place that does not vary. The places that vary are few patterns for each
//! length of row, so a line is looked up once for each. What fits nothing is kept as a new shape while there is room; where
//! merging no longer makes room, it is counted under its first word, and where there are too many of those, under `<*>`.

use std::collections::BTreeMap;

use super::digest::{HashedMap, SEED, mix};
use super::family::Headers;
use super::merge::merge;
use super::new_ticket;
use super::piece::Piece;
use super::row::{Row, Token, shorten, tokens_of, words_of};
use super::words::{UNKNOWN, VALUE, Word, Words};

/// Patterns of places that are tried for a line: rows of a length seldom have more.
const MOST_PATTERNS: usize = 256;

/// First words of lines that fit nothing and are told apart.
const MOST_RESTS: usize = 1000;

/// What has been merged.
#[derive(Debug)]
pub(super) struct Settled {
    /// Where messages begin.
    headers: Headers,
    /// The words of the rows.
    words: Words,
    /// The rows.
    rows: Vec<Row>,
    /// By length of row, the patterns of places that vary.
    patterns: BTreeMap<usize, Vec<Vec<bool>>>,
    /// A row's words, hashed, to a ticket of its.
    tickets: HashedMap<u32>,
    /// Whether nothing new is taken.
    full: bool,
    /// First words of lines that fit nothing then, to the row's ticket.
    rest: BTreeMap<Vec<Word>, u32>,
}

impl Settled {
    /// Nothing merged yet.
    pub(super) fn new(headers: Headers) -> Self {
        Self {
            headers,
            words: Words::new(),
            rows: Vec::new(),
            patterns: BTreeMap::new(),
            tickets: HashedMap::default(),
            full: false,
            rest: BTreeMap::new(),
        }
    }

    /// Takes a shape as a row of its own, without its header.
    pub(super) fn take(&mut self, ticket: u32, pieces: &[Piece], sample: Box<[u8]>) {
        let length = self.headers.length(pieces, &sample);
        let learn = |piece: &Piece, text: &[u8]| self.words.learn(piece, text);
        let tokens = tokens_of(&pieces[length..], &sample, learn);
        self.rows.push(Row {
            tokens,
            sample,
            tickets: vec![ticket],
        });
    }

    /// Merges the rows, and makes ready to fit lines to them. Where that leaves less than half of the room, it is full.
    pub(super) fn merge(&mut self, room: usize) {
        self.rows = merge(std::mem::take(&mut self.rows), &mut self.words);
        self.full |= self.rows.len() * 2 > room;
        self.forget_words();
        self.patterns.clear();
        self.tickets.clear();
        for row in &self.rows {
            let words = words_of(&row.tokens);
            let pattern: Vec<bool> = words.iter().map(|word| *word == VALUE).collect();
            let patterns = self.patterns.entry(words.len()).or_default();
            if !patterns.contains(&pattern) && patterns.len() < MOST_PATTERNS {
                patterns.push(pattern);
            }
            if let Some(ticket) = row.tickets.first() {
                self.tickets.insert(hash(words.iter().copied()), *ticket);
            }
        }
    }

    /// Forgets the words that no row has any more.
    fn forget_words(&mut self) {
        let tokens = || self.rows.iter().flat_map(|row| &row.tokens);
        let used = tokens().map(|token| token.word).collect();
        let renamed = self.words.keep(&used);
        for token in self.rows.iter_mut().flat_map(|row| &mut row.tokens) {
            token.word = renamed[&token.word];
        }
    }

    /// The ticket of the row that a line fits; `None` where it should be kept as a new shape.
    pub(super) fn fit(
        &mut self,
        pieces: &[Piece],
        sample: &[u8],
        counts: &mut Vec<u64>,
    ) -> Option<u32> {
        let pieces = &pieces[self.headers.length(pieces, sample)..];
        let mut tokens = tokens_of(pieces, sample, |piece, text| self.words.find(piece, text));
        shorten(&mut tokens, &self.words);
        let words = words_of(&tokens);
        let patterns = self.patterns.get(&words.len());
        let fitting = patterns.into_iter().flatten().find_map(|pattern| {
            let masked = words.iter().zip(pattern);
            let hash = hash(masked.map(|(word, varies)| if *varies { VALUE } else { *word }));
            self.tickets.get(&hash).copied()
        });
        fitting.or_else(|| self.full.then(|| self.fit_rest(&tokens, sample, counts)))
    }

    /// The ticket of the lines that begin like this one and fit nothing.
    fn fit_rest(&mut self, tokens: &[Token], sample: &[u8], counts: &mut Vec<u64>) -> u32 {
        let known = tokens.first().filter(|token| token.word != UNKNOWN);
        let mut first: Vec<Token> = known.copied().into_iter().collect();
        if self.rest.len() >= MOST_RESTS && !self.rest.contains_key(&words_of(&first)) {
            first.clear();
        }
        let key = words_of(&first);
        if let Some(ticket) = self.rest.get(&key) {
            return *ticket;
        }
        let ticket = new_ticket(counts);
        let end = u32::try_from(sample.len()).unwrap_or(u32::MAX);
        let rest = Token {
            word: VALUE,
            start: first.first().map_or(end, |token| token.end),
            end,
            repeats: false,
        };
        self.rows.push(Row {
            tokens: first.into_iter().chain([rest]).collect(),
            sample: sample.into(),
            tickets: vec![ticket],
        });
        self.rest.insert(key, ticket);
        ticket
    }

    /// The rows and their words.
    pub(super) fn into_parts(self) -> (Vec<Row>, Words) {
        (self.rows, self.words)
    }
}

/// The hash of a row of words.
fn hash(words: impl Iterator<Item = Word>) -> u64 {
    words.fold(SEED, |hash, word| mix(hash, u64::from(word)))
}

//! Which word is this, and how readily may it vary? The words of all shapes, each once, with what its form says of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::BuildHasherDefault;

use super::class::{DIGIT, LETTER, is};
use super::digest::Hashed;
use super::piece::{Form, Piece};
use super::value::is_text_key;

/// The number of a word; [`VALUE`] is whatever varies.
pub(super) type Word = u32;

/// What varies.
pub(super) const VALUE: Word = 0;

/// A word that no shape has.
pub(super) const UNKNOWN: Word = u32::MAX;

/// What stands in a masked text where digits were.
const DIGITS: u8 = 0;

/// How readily a word may vary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nature {
    /// It varies.
    Value,
    /// Punctuation.
    Mark(u8),
    /// One of a pair that says which of two things happened: `true`, `no`, `null`.
    Switch,
    /// An ordinary word: part of what happened, unless many others stand in its place.
    Plain,
    /// A name with one digit that does not count: `lan0`, `IPv6`.
    Numbered,
    /// A name of something: with several digits, dots inside, an at sign.
    Name,
}

/// Words that say which of two: they seldom name a thing, and what they switch is what the line tells.
const SWITCHES: [&[u8]; 9] = [
    b"true", b"false", b"yes", b"no", b"on", b"off", b"null", b"none", b"nil",
];

/// What is known of a word.
#[derive(Debug, Clone)]
struct Entry {
    /// Its text; digits masked where it is a [`Nature::Name`].
    text: Vec<u8>,
    /// How readily it may vary.
    nature: Nature,
    /// Whether it is a key whose value is a text for people.
    text_key: bool,
    /// Whether it ends like a verb that says what was done or is being done.
    verb: bool,
}

/// The words of all shapes.
#[derive(Debug, Clone)]
pub(super) struct Words {
    /// Text to number.
    index: HashMap<Vec<u8>, Word, BuildHasherDefault<Hashed>>,
    /// By number.
    entries: Vec<Entry>,
    /// Names with one digit that turned out to count something, masked, to the one word that stands for all of them.
    counted: BTreeMap<Vec<u8>, Word>,
}

impl Words {
    /// None but what varies.
    pub(super) fn new() -> Self {
        let value = Entry {
            text: b"<*>".to_vec(),
            nature: Nature::Value,
            text_key: false,
            verb: false,
        };
        Self {
            index: HashMap::default(),
            entries: vec![value],
            counted: BTreeMap::new(),
        }
    }

    /// How readily a word may vary.
    pub(super) fn nature(&self, word: Word) -> Nature {
        self.entry(word).map_or(Nature::Plain, |entry| entry.nature)
    }

    /// Whether a word ends like a verb.
    pub(super) fn is_verb(&self, word: Word) -> bool {
        self.entry(word).is_some_and(|entry| entry.verb)
    }

    /// Whether a word is a key whose value is a text for people.
    pub(super) fn is_text_key(&self, word: Word) -> bool {
        self.entry(word).is_some_and(|entry| entry.text_key)
    }

    /// Appends a word as templates show it.
    pub(super) fn write(&self, word: Word, out: &mut Vec<u8>) {
        for &byte in self.entry(word).map_or(&b"<*>"[..], |entry| &entry.text) {
            if byte == DIGITS {
                out.extend_from_slice(b"<*>");
            } else {
                out.push(byte);
            }
        }
    }

    /// What is known of a word that a shape has.
    fn entry(&self, word: Word) -> Option<&Entry> {
        self.entries.get(word as usize)
    }

    /// The number of a piece's word, made where there is none.
    pub(super) fn learn(&mut self, piece: &Piece, text: &[u8]) -> Word {
        let known = self.find(piece, text);
        if known != UNKNOWN {
            return known;
        }
        let (nature, key) = read(piece, text);
        let word = Word::try_from(self.entries.len()).unwrap_or(VALUE);
        self.index.insert(key.clone(), word);
        self.entries.push(Entry {
            text_key: is_text_key(text),
            verb: ends_like_verb(text),
            text: key,
            nature,
        });
        word
    }

    /// The number of a piece's word; [`UNKNOWN`] where no shape has it.
    pub(super) fn find(&self, piece: &Piece, text: &[u8]) -> Word {
        if piece.form.varies() {
            return VALUE;
        }
        if piece.form == Form::Word {
            return self.index.get(text).copied().unwrap_or(UNKNOWN);
        }
        let (nature, key) = read(piece, text);
        if nature == Nature::Numbered
            && let Some(word) = self.counted.get(&mask(text))
        {
            return *word;
        }
        self.index.get(&key).copied().unwrap_or(UNKNOWN)
    }

    /// Forgets the words that are not among these, and gives the new numbers of those that are.
    pub(super) fn keep(&mut self, used: &BTreeSet<Word>) -> BTreeMap<Word, Word> {
        let old = std::mem::replace(self, Self::new());
        let mut renamed = BTreeMap::from([(VALUE, VALUE)]);
        for (word, entry) in (0..).zip(old.entries).skip(1) {
            if used.contains(&word) {
                let new = Word::try_from(self.entries.len()).unwrap_or(VALUE);
                self.index.insert(entry.text.clone(), new);
                self.entries.push(entry);
                renamed.insert(word, new);
            }
        }
        let counted = old.counted.into_iter();
        self.counted = counted
            .filter_map(|(masked, word)| Some((masked, *renamed.get(&word)?)))
            .collect();
        renamed
    }

    /// Finds the names with one digit that count something: those that also come with more digits, with neighbouring digits
    /// (`cpu0`, `cpu1`), or with three. Gives the words that others take the place of.
    pub(super) fn count_names(&mut self) -> BTreeMap<Word, Word> {
        let mut families: BTreeMap<Vec<u8>, Vec<Word>> = BTreeMap::new();
        for (number, entry) in self.entries.iter().enumerate() {
            if entry.nature == Nature::Numbered {
                let word = Word::try_from(number).unwrap_or(VALUE);
                families.entry(mask(&entry.text)).or_default().push(word);
            }
        }
        let mut instead = BTreeMap::new();
        for (masked, family) in families {
            let name = self.index.get(&masked).copied();
            if name.is_none() && !self.counts(&family) {
                continue;
            }
            let name = name.unwrap_or(family[0]);
            let entry = &mut self.entries[name as usize];
            entry.nature = Nature::Name;
            entry.text.clone_from(&masked);
            self.index.insert(masked.clone(), name);
            self.counted.insert(masked, name);
            instead.extend(family.into_iter().map(|word| (word, name)));
        }
        instead
    }

    /// Whether the digits of names that are the same but for them count something.
    fn counts(&self, family: &[Word]) -> bool {
        let digit = |word: &Word| {
            let text = &self.entries[*word as usize].text;
            text.iter().copied().find(u8::is_ascii_digit).unwrap_or(0)
        };
        let digits: Vec<u8> = family.iter().map(digit).collect();
        digits.len() >= 3 || digits.iter().any(|digit| digits.contains(&(digit + 1)))
    }
}

/// What a piece's form says of its word, and the text that tells it from others.
fn read(piece: &Piece, text: &[u8]) -> (Nature, Vec<u8>) {
    let inner = |pair: &[u8]| {
        matches!(pair[1], b'.' | b'@') && is(pair[0], LETTER | DIGIT) && is(pair[2], LETTER | DIGIT)
    };
    let named = text.windows(3).any(inner);
    let digits = text.iter().filter(|byte| is(**byte, DIGIT)).count();
    let nature = match piece.form {
        Form::Value | Form::Time => Nature::Value,
        Form::Mark => return (Nature::Mark(piece.mark()), vec![piece.mark()]),
        Form::Mixed if digits == 1 && !named => Nature::Numbered,
        Form::Mixed => return (Nature::Name, mask(text)),
        Form::Word if SWITCHES.iter().any(|word| text.eq_ignore_ascii_case(word)) => Nature::Switch,
        Form::Word if named => Nature::Name,
        Form::Word => Nature::Plain,
    };
    (nature, text.to_vec())
}

/// A text with every run of digits, and what joins them, masked.
fn mask(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for run in text.chunk_by(|a, b| is(*a, LETTER) == is(*b, LETTER)) {
        if run.iter().any(|byte| is(*byte, DIGIT)) {
            out.push(DIGITS);
        } else {
            out.extend_from_slice(run);
        }
    }
    out
}

/// Whether a word ends like an English participle: what was done, or is being done. Capitals are names of states.
fn ends_like_verb(text: &[u8]) -> bool {
    text.len() > 4 && (text.ends_with(b"ed") || text.ends_with(b"ing"))
}

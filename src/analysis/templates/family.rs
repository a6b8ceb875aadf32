//! Which headers does a log have? One for each way in which its lines write the time: a file may hold the logs of several systems.
//!
//! How a line writes the time says more of its header than any word in it, and nothing of its message, so lines are parted by
//! that alone; those that are too few to learn from, or that bear no time, get the header that all lines have in common.

use std::collections::BTreeMap;

use super::class::{DIGIT, LETTER, is};
use super::header::Header;
use super::piece::{Form, Piece};

/// Bytes of a time that tell ways of writing it apart, digits in a row being one: a date, and a time to the second.
const TIME_BYTES: usize = 12;

/// Pieces of a line among which the first time is looked for.
const TIME_WITHIN: usize = 16;

/// A family has at least this share of the lines, and [`FEWEST_LINES`]: fewer may have something in common by chance.
const LEAST_SHARE: f64 = 0.02;
/// See [`LEAST_SHARE`].
const FEWEST_LINES: u64 = 50;

/// How a line writes the time.
type Way = Vec<u8>;

/// A form of lines: its pieces, its bytes, and how many lines have it.
pub(super) type LineForm<'a> = (&'a [Piece], &'a [u8], u64);

/// The headers of a log.
#[derive(Debug, Clone, Default)]
pub(super) struct Headers {
    /// By how the time is written.
    families: BTreeMap<Way, Header>,
    /// Of all other lines.
    others: Header,
}

impl Headers {
    /// Learns the headers from forms of lines.
    pub(super) fn learn(forms: &[LineForm<'_>]) -> Self {
        let mut families: BTreeMap<Way, Vec<LineForm<'_>>> = BTreeMap::new();
        for form in forms {
            if let Some(way) = way_of(form.0, form.1) {
                families.entry(way).or_default().push(*form);
            }
        }
        let count = |forms: &[LineForm<'_>]| forms.iter().map(|(_, _, count)| count).sum::<u64>();
        let fewest = (count(forms) as f64 * LEAST_SHARE).max(FEWEST_LINES as f64);
        families.retain(|_, family| count(family) as f64 >= fewest);
        let learned = families
            .into_iter()
            .map(|(way, family)| (way, Header::learn(&family)));
        Self {
            families: learned.collect(),
            others: Header::learn(forms),
        }
    }

    /// How many pieces of a line are its header; 0 where it has none.
    pub(super) fn length(&self, pieces: &[Piece], line: &[u8]) -> usize {
        let family = way_of(pieces, line).and_then(|way| self.families.get(&way));
        family.unwrap_or(&self.others).length(pieces, line)
    }
}

/// How a line writes its first time; `None` where it has none near its beginning.
fn way_of(pieces: &[Piece], line: &[u8]) -> Option<Way> {
    let near = &pieces[..pieces.len().min(TIME_WITHIN)];
    let time = near.iter().position(|piece| piece.form == Form::Time)?;
    // What stands before the time tells families apart by how much it is, not by what.
    let mut way = vec![u8::try_from(time).unwrap_or(u8::MAX)];
    for &byte in near[time].of(line) {
        let kind = match byte {
            _ if is(byte, DIGIT) => b'0',
            _ if is(byte, LETTER) => b'a',
            _ => byte,
        };
        if kind != *way.last().unwrap_or(&0) || !matches!(kind, b'0' | b'a' | b' ') {
            way.push(kind);
        }
        if way.len() > TIME_BYTES {
            break;
        }
    }
    Some(way)
}

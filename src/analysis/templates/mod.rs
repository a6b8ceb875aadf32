//! Which lines are the same line with other values in it? Lines in, of any system; templates out, and which line has which.
//!
//! ```text
//! line ─► scan ─► pieces ─► shape (by hash, counted) ─► … at the end, over the shapes alone:
//!                                    header ─► rows ─► merge ─► templates
//! ```
//!
//! Each line is scanned once and counted under its *shape*: what is left when values are masked by their form. A log of a million
//! lines has some thousand shapes, so what is dear is done on those: finding where headers end (`header`), and which words vary
//! (`merge`). Nothing is configured, and no word of any one system is known here.
//!
//! | file | answers |
//! |---|---|
//! | `class`, `date`, `value`, `scan`, `fold` | what are the pieces of a line, and which vary by their form? |
//! | `field`, `header`, `family` | where does the message begin? |
//! | `words`, `row`, `merge` | which words vary? |
//! | `settled` | which known row does a line fit, once its shape is forgotten? |
//! | `template` | how is it shown? |
//!
//! **Bounded memory.** Shapes are kept up to a limit; then they are merged into rows and forgotten, and later lines are fitted to
//! the rows first. Up to that limit the answer does not depend on the order of the lines; beyond it, it comes close
//! (see the tests), since a place that has not varied yet may vary later.

mod class;
mod date;
mod digest;
mod family;
mod field;
mod fold;
mod header;
mod merge;
mod piece;
mod row;
mod scan;
mod settled;
mod template;
#[cfg(test)]
mod tests;
mod value;
mod words;

pub(crate) use template::Template;

use digest::{HashedMap, SEED, mix};
use family::{Headers, LineForm};
use piece::{Piece, Sink};
use row::Row;
use scan::{head, scan};
use settled::Settled;
use template::template_of;
use words::Words;

/// What the lines are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lines {
    /// As a system wrote them, with time, level and whatever stands before the message.
    Whole,
    /// Messages alone.
    Messages,
}

/// Shapes that are kept before they are merged: some ten times what the most varied of ordinary logs has.
const MOST_SHAPES: usize = 32_768;

/// Bytes of samples and pieces that are kept before shapes are merged.
const MOST_BYTES: usize = 48 << 20;

/// Hashes of lines that are remembered, so that a line of a known shape needs no fitting: 16 MiB at the most.
const MOST_HASHES: usize = 1 << 19;

/// Pieces of a line that are kept: `scan` bounds the bytes already, this bounds what `merge` compares.
const MOST_PIECES: usize = 320;

/// Mines templates from lines.
#[derive(Debug)]
pub(crate) struct Miner {
    /// What the lines are.
    lines: Lines,
    /// Shapes that are kept before they are merged.
    room: usize,
    /// Hashes of shapes, to their ticket.
    known: HashedMap<u32>,
    /// Lines by ticket.
    counts: Vec<u64>,
    /// Shapes that have not been merged.
    fresh: Vec<Shape>,
    /// Bytes of those.
    fresh_bytes: usize,
    /// What has been merged, once there was too much.
    settled: Option<Settled>,
}

/// Lines that are the same when values are masked by their form.
#[derive(Debug)]
struct Shape {
    /// Their ticket.
    ticket: u32,
    /// The pieces of the first of them.
    pieces: Vec<Piece>,
    /// The first of them, as far as the pieces go.
    sample: Box<[u8]>,
}

/// What was mined.
#[derive(Debug)]
pub(crate) struct Mined {
    /// The templates, the most frequent first.
    pub(crate) templates: Vec<Template>,
    /// For each ticket that [`Miner::add`] gave, the template's place in the list.
    pub(crate) of_ticket: Vec<u32>,
    /// How many lines.
    pub(crate) lines: u64,
}

impl Miner {
    /// A miner that has seen nothing.
    pub(crate) fn new(lines: Lines) -> Self {
        Self::with_room(lines, MOST_SHAPES)
    }

    /// The same with another limit of shapes.
    fn with_room(lines: Lines, room: usize) -> Self {
        Self {
            lines,
            room,
            known: HashedMap::default(),
            counts: Vec::new(),
            fresh: Vec::new(),
            fresh_bytes: 0,
            settled: None,
        }
    }

    /// Takes a line, without its line end. The ticket says which template it has, once [`Miner::finish`] has found them.
    #[inline]
    pub(crate) fn add(&mut self, line: &[u8]) -> u32 {
        let mut hash = Digest(SEED);
        scan(line, &mut hash);
        let ticket = match self.known.get(&hash.0) {
            Some(ticket) => *ticket,
            None => self.add_shape(hash.0, line),
        };
        self.counts[ticket as usize] += 1;
        ticket
    }

    /// Finds or makes the ticket of a line whose shape is not remembered.
    fn add_shape(&mut self, hash: u64, line: &[u8]) -> u32 {
        let mut pieces = Pieces(Vec::new());
        scan(line, &mut pieces);
        let pieces = pieces.0;
        let end = pieces.last().map_or(0, |piece| piece.end as usize);
        let sample = &head(line)[..end];
        if self.known.len() >= MOST_HASHES {
            self.known.clear();
        }
        let fitting = self
            .settled
            .as_mut()
            .and_then(|settled| settled.fit(&pieces, sample, &mut self.counts));
        let ticket = fitting.unwrap_or_else(|| {
            let ticket = new_ticket(&mut self.counts);
            self.fresh_bytes += sample.len() + pieces.len() * size_of::<Piece>();
            self.fresh.push(Shape {
                ticket,
                pieces,
                sample: sample.into(),
            });
            ticket
        });
        self.known.insert(hash, ticket);
        if self.fresh.len() >= self.room || self.fresh_bytes >= MOST_BYTES {
            self.settle();
        }
        ticket
    }

    /// Merges what was kept, and forgets the shapes.
    fn settle(&mut self) {
        self.fresh_bytes = 0;
        let fresh = std::mem::take(&mut self.fresh);
        let mut settled = self
            .settled
            .take()
            .unwrap_or_else(|| Settled::new(learn_headers(self.lines, &fresh, &self.counts)));
        for shape in fresh {
            settled.take(shape.ticket, &shape.pieces, shape.sample);
        }
        settled.merge(self.room);
        self.known.clear();
        self.settled = Some(settled);
    }

    /// Finds the templates of all lines.
    pub(crate) fn finish(mut self) -> Mined {
        self.settle();
        let (rows, words) = self
            .settled
            .take()
            .map_or_else(|| (Vec::new(), Words::new()), Settled::into_parts);
        let count = |row: &Row| {
            row.tickets
                .iter()
                .map(|ticket| self.counts[*ticket as usize])
                .sum()
        };
        let mut found: Vec<(Template, &Row)> = rows
            .iter()
            .map(|row| (template_of(row, &words, count(row)), row))
            .filter(|(template, _)| template.count > 0)
            .collect();
        found.sort_by(|(a, one), (b, other)| {
            (b.count.cmp(&a.count))
                .then_with(|| a.text.cmp(&b.text))
                .then_with(|| one.tickets.iter().min().cmp(&other.tickets.iter().min()))
        });
        let mut of_ticket = vec![0; self.counts.len()];
        for (place, (_, row)) in (0..).zip(&found) {
            for ticket in &row.tickets {
                of_ticket[*ticket as usize] = place;
            }
        }
        let mut templates: Vec<Template> =
            found.into_iter().map(|(template, _)| template).collect();
        tell_apart(&mut templates);
        Mined {
            templates,
            of_ticket,
            lines: self.counts.iter().sum(),
        }
    }
}

/// A ticket that no line has.
fn new_ticket(counts: &mut Vec<u64>) -> u32 {
    counts.push(0);
    u32::try_from(counts.len() - 1).unwrap_or(u32::MAX)
}

/// The headers of the lines.
fn learn_headers(lines: Lines, shapes: &[Shape], counts: &[u64]) -> Headers {
    if lines == Lines::Messages {
        return Headers::default();
    }
    let count = |shape: &Shape| counts[shape.ticket as usize];
    let forms: Vec<LineForm<'_>> = shapes
        .iter()
        .map(|shape| (&shape.pieces[..], &shape.sample[..], count(shape)))
        .collect();
    Headers::learn(&forms)
}

/// Gives templates of one text ids of their own.
fn tell_apart(templates: &mut [Template]) {
    let mut seen = std::collections::BTreeMap::new();
    for template in templates {
        let times = seen.entry(template.id.clone()).or_insert(0_u32);
        *times += 1;
        if *times > 1 {
            template.id = format!("{}-{times}", template.id);
        }
    }
}

/// Hashes the pieces of a line.
struct Digest(u64);

impl Sink for Digest {
    #[inline]
    fn take(&mut self, piece: Piece) {
        self.0 = mix(self.0, piece.text ^ (piece.form as u64) << 56);
    }
}

/// Keeps the pieces of a line.
struct Pieces(Vec<Piece>);

impl Sink for Pieces {
    fn take(&mut self, piece: Piece) {
        if self.0.len() < MOST_PIECES {
            self.0.push(piece);
        }
    }
}

//! The pieces of a line, and who takes them.

/// What a piece is by its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Form {
    /// A text without digits.
    Word,
    /// Letters with a few digits, as in `node-12` or `eth0`.
    Mixed,
    /// What varies by its form: a number, an id, an address, a path.
    Value,
    /// The same, and it reads as a date or a time of day. Greater than [`Form::Value`]: values in a row are a time if one of them is.
    Time,
    /// One byte of punctuation.
    Mark,
}

impl Form {
    /// Whether it varies by its form.
    pub(super) fn varies(self) -> bool {
        matches!(self, Form::Value | Form::Time)
    }
}

/// One piece of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    /// What it is.
    pub(super) form: Form,
    /// What tells it from others of its form: 0 for what varies, the byte of a mark, else a hash.
    pub(super) text: u64,
    /// The first byte in the line.
    pub(super) start: u32,
    /// The byte after the last.
    pub(super) end: u32,
}

impl Piece {
    /// A piece that spans `start..end`: lines are cut far below what `u32` holds.
    #[inline]
    pub(super) fn new(form: Form, text: u64, start: usize, end: usize) -> Self {
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            form,
            text,
            start: place(start),
            end: place(end),
        }
    }

    /// Its bytes in the line that it is from.
    pub(super) fn of<'a>(&self, line: &'a [u8]) -> &'a [u8] {
        &line[self.start as usize..self.end as usize]
    }

    /// The byte of a mark; 0 for anything else, which no mark is.
    pub(super) fn mark(&self) -> u8 {
        match self.form {
            Form::Mark => u8::try_from(self.text).unwrap_or_default(),
            _ => 0,
        }
    }
}

/// Takes the pieces of a line.
pub(super) trait Sink {
    /// Takes the next piece.
    fn take(&mut self, piece: Piece);
}

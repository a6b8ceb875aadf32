//! Which values are one? A list of three numbers is the same as a list of four, and so are fields that are not set.
//!
//! Stands between the scanner and a [`Sink`]: values that follow each other, or that one of `,:|;` parts, become one; so do dashes
//! that stand for fields without a value.

use super::piece::{Form, Piece, Sink};

/// Hands pieces on, values in a row as one.
pub(super) struct Fold<'a, S> {
    /// Where pieces go.
    sink: &'a mut S,
    /// A value, or a dash of its own, that may still grow.
    last: Option<Piece>,
    /// A mark behind that value: part of it if another value follows.
    held: Option<Piece>,
    /// Where a sign stands that belongs to the next piece.
    sign: Option<usize>,
}

impl<'a, S: Sink> Fold<'a, S> {
    /// Before a sink.
    pub(super) fn new(sink: &'a mut S) -> Self {
        Self {
            sink,
            last: None,
            held: None,
            sign: None,
        }
    }

    /// Takes a mark.
    #[inline]
    pub(super) fn mark(&mut self, byte: u8, at: usize) {
        let piece = Piece::new(Form::Mark, u64::from(byte), at, at + 1);
        match &mut self.last {
            Some(last) if last.mark() == b'-' && byte == b'-' => last.end = piece.end,
            Some(last)
                if last.form.varies()
                    && self.held.is_none()
                    && matches!(byte, b',' | b':' | b'|' | b';') =>
            {
                self.held = Some(piece);
            }
            _ => {
                self.release();
                if byte == b'-' {
                    self.last = Some(piece);
                } else {
                    self.sink.take(piece);
                }
            }
        }
    }

    /// Takes a sign that belongs to the number behind it.
    pub(super) fn sign(&mut self, at: usize) {
        self.sign = Some(at);
    }

    /// Takes what varies.
    #[inline]
    pub(super) fn value(&mut self, form: Form, start: usize, end: usize) {
        let start = self.sign.take().unwrap_or(start);
        let piece = Piece::new(form, 0, start, end);
        match &mut self.last {
            Some(last) if last.form.varies() => {
                last.form = last.form.max(form);
                last.end = piece.end;
                self.held = None;
            }
            _ => {
                self.release();
                self.last = Some(piece);
            }
        }
    }

    /// Takes a word.
    #[inline]
    pub(super) fn word(&mut self, form: Form, text: u64, start: usize, end: usize) {
        self.release();
        self.sink.take(Piece::new(form, text, start, end));
    }

    /// Hands on what was kept back.
    #[inline]
    pub(super) fn release(&mut self) {
        self.sign = None;
        if let Some(last) = self.last.take() {
            self.sink.take(last);
        }
        if let Some(held) = self.held.take() {
            self.sink.take(held);
        }
    }
}

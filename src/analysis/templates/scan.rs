//! What are the pieces of a line, and which of them vary by their very form? One pass over the bytes, no allocation.
//!
//! In: the bytes of a line, of any system and any encoding. Out: pieces in order, to a [`Sink`]. A word whose form says that it is
//! a number, an id, an address, a path or a time is a value; a word with a few digits keeps its letters; other words and
//! punctuation stand for themselves. Whether a plain word varies cannot be seen here: `merge` has seen them all.

use super::class::{DIGIT, IN_WORD, LETTER, MARK, SLASH, SPACE, class};
use super::date::{is_clock, is_date, is_date_name};
use super::digest::digest;
use super::fold::Fold;
use super::piece::{Form, Sink};
use super::value::{end_of_quoted, end_over_colon, end_with_rest, is_bound, is_value, mixed};

/// Bytes of a line that are looked at: what tells two events apart stands before that, and hostile lines may be megabytes.
pub(super) const LONGEST: usize = 4096;

/// The part of a line that is looked at.
pub(super) fn head(line: &[u8]) -> &[u8] {
    &line[..line.len().min(LONGEST)]
}

/// Hands the pieces of a line to a sink.
#[inline]
pub(super) fn scan(line: &[u8], sink: &mut impl Sink) {
    let line = head(line);
    let mut fold = Fold::new(sink);
    let mut at = 0;
    while let Some(&byte) = line.get(at) {
        let kind = class(byte);
        if kind & SPACE != 0 {
            at += 1;
        } else if kind & MARK != 0 {
            at = scan_mark(line, at, &mut fold);
        } else {
            at = scan_word(line, at, &mut fold);
        }
    }
    fold.release();
}

/// Reads a mark, or the quoted value that it opens; gives where the next piece may start.
#[inline]
fn scan_mark<S: Sink>(line: &[u8], at: usize, fold: &mut Fold<'_, S>) -> usize {
    match line[at] {
        b'"' => {
            if let Some(end) = end_of_quoted(line, at) {
                fold.value(Form::Value, at, end);
                return end;
            }
            fold.mark(b'"', at);
        }
        b'<' | b'>' if is_bound(&line[at + 1..]) => fold.sign(at),
        byte => fold.mark(byte, at),
    }
    at + 1
}

/// Reads the word that starts here; gives where the next piece may start.
#[inline]
fn scan_word<S: Sink>(line: &[u8], start: usize, fold: &mut Fold<'_, S>) -> usize {
    let mut end = start;
    let mut seen = 0;
    while let Some(&byte) = line.get(end) {
        let kind = class(byte);
        if kind & IN_WORD == 0 {
            break;
        }
        seen |= kind;
        end += 1;
    }
    if let Some(end) = end_over_colon(line, start, end, seen) {
        let clock = is_clock(&line[start..end]);
        fold.value(if clock { Form::Time } else { Form::Value }, start, end);
        return end;
    }
    let word = &line[start..end];
    if seen & DIGIT == 0 {
        if word.len() == 1 && seen & LETTER == 0 && word != b"/" {
            fold.mark(word[0], start);
        } else if is_value(word, seen) {
            let end = end_with_rest(line, end, seen | SLASH);
            fold.value(Form::Value, start, end);
            return end;
        } else if is_date_name(line, start, end) {
            fold.value(Form::Time, start, end);
        } else {
            fold.word(Form::Word, digest(word), start, end);
        }
        return end;
    }
    if is_date(word) {
        fold.value(Form::Time, start, end);
    } else if let Some(text) = mixed(word, seen) {
        fold.word(Form::Mixed, text, start, end);
    } else {
        let end = end_with_rest(line, end, seen);
        fold.value(Form::Value, start, end);
        return end;
    }
    end
}

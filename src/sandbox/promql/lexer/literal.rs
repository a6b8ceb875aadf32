//! Numbers, durations and strings: how far does each reach, and what is wrong with it?

use super::token::{Kind, Token, go_quoted};
use super::{Lexer, is_alphanumeric};

impl<'a> Lexer<'a> {
    /// A number or a duration.
    pub(super) fn number_or_duration(&mut self) -> Token<'a> {
        if self.scan_number() {
            return self.emit(Kind::Number);
        }
        if self.scan_rest_of_duration() {
            return self.emit(Kind::Duration);
        }
        let read = go_quoted(&self.text[self.start..self.pos]);
        self.broken(format!("bad number or duration syntax: {read}"))
    }

    /// The duration that must follow an opening bracket.
    pub(super) fn range_duration(&mut self) -> Token<'a> {
        if self.scan_number() {
            return self.broken("missing unit character in duration");
        }
        if self.scan_rest_of_duration() {
            return self.emit(Kind::Duration);
        }
        let read = go_quoted(&self.text[self.start..self.pos]);
        self.broken(format!("bad duration syntax: {read}"))
    }

    /// Reads what looks like a number; false where a letter, a digit or an underscore follows it.
    fn scan_number(&mut self) -> bool {
        let hexadecimal = self.accept(|c| c == '0') && self.accept(|c| matches!(c, 'x' | 'X'));
        let digit = |c: char| {
            if hexadecimal {
                c.is_ascii_hexdigit()
            } else {
                c.is_ascii_digit()
            }
        };
        self.accept_run(digit);
        if self.accept(|c| c == '.') {
            self.accept_run(digit);
        }
        if self.accept(|c| matches!(c, 'e' | 'E')) {
            self.accept(|c| matches!(c, '+' | '-'));
            self.accept_run(|c| c.is_ascii_digit());
        }
        !self.peek().is_some_and(is_alphanumeric)
    }

    /// Reads the units of a duration whose first digits were read; false where it is none.
    fn scan_rest_of_duration(&mut self) -> bool {
        if !self.accept(|c| "smhdwy".contains(c)) {
            return false;
        }
        self.accept(|c| c == 's');
        while self.accept(|c| c.is_ascii_digit()) {
            self.accept_run(|c| c.is_ascii_digit());
            if !self.accept(|c| "smhdw".contains(c)) {
                return false;
            }
            self.accept(|c| c == 's');
        }
        if self.peek().is_some_and(is_alphanumeric) {
            self.advance();
            return false;
        }
        true
    }

    /// A string in single or double quotes; the first has been read.
    pub(super) fn quoted(&mut self, quote: char) -> Token<'a> {
        loop {
            match self.advance() {
                None | Some('\n') => return self.broken("unterminated quoted string"),
                Some('\\') => {
                    if let Err(why) = self.escape(quote) {
                        return self.broken(why);
                    }
                }
                Some(c) if c == quote => return self.emit(Kind::Text),
                Some('\u{fffd}') => return self.broken("invalid UTF-8 rune"),
                Some(_) => {}
            }
        }
    }

    /// A string in back quotes; the first has been read.
    pub(super) fn raw(&mut self) -> Token<'a> {
        loop {
            match self.advance() {
                None => return self.broken("unterminated raw string"),
                Some('`') => return self.emit(Kind::Text),
                Some('\u{fffd}') => return self.broken("invalid UTF-8 rune"),
                Some(_) => {}
            }
        }
    }

    /// The rest of an escape sequence; the backslash has been read.
    fn escape(&mut self, quote: char) -> Result<(), String> {
        let Some(c) = self.advance() else {
            return Err("escape sequence not terminated".to_string());
        };
        let (digits, base, largest) = match c {
            'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | '\\' => return Ok(()),
            c if c == quote => return Ok(()),
            '0'..='7' => {
                self.pos -= 1;
                (3, 8, 255)
            }
            'x' => (2, 16, 255),
            'u' => (4, 16, u32::from(char::MAX)),
            'U' => (8, 16, u32::from(char::MAX)),
            c => return Err(format!("unknown escape sequence {}", code_point(c))),
        };
        let mut value: u32 = 0;
        for _ in 0..digits {
            let Some(c) = self.advance() else {
                return Err("escape sequence not terminated".to_string());
            };
            let Some(digit) = c.to_digit(base) else {
                return Err(format!(
                    "illegal character {} in escape sequence",
                    code_point(c)
                ));
            };
            value = value.wrapping_mul(base).wrapping_add(digit);
        }
        if value > largest || (0xD800..0xE000).contains(&value) {
            return Err("escape sequence is an invalid Unicode code point".to_string());
        }
        Ok(())
    }
}

/// A character as Go's `%#U` writes it.
fn code_point(c: char) -> String {
    format!("U+{:04X} '{c}'", u32::from(c))
}

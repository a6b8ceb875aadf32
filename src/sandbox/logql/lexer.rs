//! Cuts a query into tokens, each with the place that Loki's messages would name.
//!
//! In: query text. Out: tokens up to and including [`Token::End`]. Text that is no token becomes [`Token::Invalid`], so
//! that whichever mistake comes first is the one reported. Functions are functions only before a parenthesis or a
//! grouping; elsewhere the same word is a label name.

use super::quantity::{parse_bytes, parse_go_duration, parse_prometheus_duration};
use super::tree::{RangeOp, VectorOp};

/// A token.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    /// The end of the query.
    End,
    /// A string, unquoted.
    Text(String),
    /// A number as written.
    Number(String),
    /// `5m`, nanoseconds
    Duration(i64),
    /// `5KB`
    Bytes(u64),
    /// `[5m]`, nanoseconds
    Range(i64),
    /// A label name.
    Identifier(String),
    /// `--strict`
    Flag(&'static str),
    /// A range aggregation.
    RangeOp(RangeOp),
    /// A vector aggregation.
    VectorOp(VectorOp),
    /// Any other function, keyword or symbol.
    Word(&'static str),
    /// Not a token; why.
    Invalid(String),
}

impl Token {
    /// The name under which Loki's messages know the token.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::End => "$end".to_owned(),
            Self::Text(_) => "STRING".to_owned(),
            Self::Number(_) => "NUMBER".to_owned(),
            Self::Duration(_) => "DURATION".to_owned(),
            Self::Bytes(_) => "BYTES".to_owned(),
            Self::Range(_) => "RANGE".to_owned(),
            Self::Identifier(_) => "IDENTIFIER".to_owned(),
            Self::Flag(_) => "FUNCTION_FLAG".to_owned(),
            Self::RangeOp(op) => op.as_str().to_uppercase(),
            Self::VectorOp(op) => op.as_str().to_uppercase(),
            Self::Word(word @ ("bytes" | "duration" | "duration_seconds")) => {
                format!("{}_CONV", word.to_uppercase())
            }
            Self::Word("vector") => "VECTOR".to_owned(),
            Self::Word(word) => (*word).to_owned(),
            Self::Invalid(why) => why.clone(),
        }
    }
}

/// A token and where Loki says that it is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Placed {
    /// The token.
    pub(crate) token: Token,
    /// Line from 1; 0 for tokens of several characters that Loki's scanner puts together itself, which lose their line.
    pub(crate) line: usize,
    /// Column of its first character, from 1.
    pub(crate) column: usize,
}

/// Words that are functions before a parenthesis and label names elsewhere; aggregations come beside these.
const FUNCTIONS: [&str; 6] = [
    "vector",
    "label_replace",
    "bytes",
    "duration",
    "duration_seconds",
    "ip",
];

/// Words that are reserved everywhere.
const KEYWORDS: [&str; 27] = [
    "by",
    "without",
    "bool",
    "offset",
    "on",
    "ignoring",
    "group_left",
    "group_right",
    "or",
    "and",
    "unless",
    "json",
    "regexp",
    "logfmt",
    "unpack",
    "pattern",
    "label_format",
    "line_format",
    "decolorize",
    "drop",
    "keep",
    "unwrap",
    "label_replace",
    "ip",
    "variants",
    "of",
    "xml",
];

/// Symbols of two characters.
const PAIRS: [&str; 10] = ["!=", "=~", "!~", "!>", "|=", "|~", "|>", "==", ">=", "<="];

/// Symbols of one character.
const SINGLES: [&str; 16] = [
    ",", ".", "{", "}", "=", "|", "(", ")", "]", "+", "-", "*", "/", "%", "^", ">",
];

/// Flags of `logfmt`.
const FLAGS: [&str; 2] = ["--strict", "--keep-empty"];

/// Cuts `query` into tokens; the last is [`Token::End`] or [`Token::Invalid`].
pub(crate) fn tokens(query: &str) -> Vec<Placed> {
    let mut lexer = Lexer {
        rest: query,
        line: 1,
        column: 1,
        joined: false,
    };
    let mut out = Vec::new();
    loop {
        lexer.skip_blank();
        let (line, column) = lexer.place(query);
        lexer.joined = false;
        let token = lexer.next_token();
        let last = matches!(token, Token::End | Token::Invalid(_));
        let line = if lexer.joined { 0 } else { line };
        out.push(Placed {
            token,
            line,
            column,
        });
        if last {
            return out;
        }
    }
}

/// The walk over a query.
struct Lexer<'a> {
    /// What is left.
    rest: &'a str,
    /// Present line.
    line: usize,
    /// Present column.
    column: usize,
    /// Whether the token was put together from several scans.
    joined: bool,
}

impl Lexer<'_> {
    /// The present place; an empty query has none.
    fn place(&self, query: &str) -> (usize, usize) {
        if query.is_empty() {
            (0, 0)
        } else {
            (self.line, self.column)
        }
    }

    /// Moves on by `bytes`.
    fn advance(&mut self, bytes: usize) {
        let (passed, rest) = self.rest.split_at(bytes);
        for c in passed.chars() {
            if c == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.rest = rest;
    }

    /// Skips white space and comments: `# …`, `// …`, `/* … */`.
    fn skip_blank(&mut self) {
        loop {
            let blank =
                self.rest.len() - self.rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
            self.advance(blank);
            let comment = if self.rest.starts_with('#') || self.rest.starts_with("//") {
                self.rest.find('\n').unwrap_or(self.rest.len())
            } else if self.rest.starts_with("/*") {
                self.rest.find("*/").map_or(self.rest.len(), |end| end + 2)
            } else {
                return;
            };
            self.advance(comment);
        }
    }

    /// The token that starts here.
    fn next_token(&mut self) -> Token {
        let Some(first) = self.rest.chars().next() else {
            return Token::End;
        };
        let second = self.rest[first.len_utf8()..].chars().next();
        match first {
            '"' => self.quoted(),
            '`' => self.raw(),
            '0'..='9' => self.number(),
            '.' if second.is_some_and(|c| c.is_ascii_digit()) => self.number(),
            '[' => self.range(),
            '-' => self.minus(),
            c if c == '_' || c.is_alphabetic() => self.word(),
            _ => self.symbol(first),
        }
    }

    /// A symbol; anything unknown counts as an identifier, as in Loki.
    fn symbol(&mut self, first: char) -> Token {
        if let Some(pair) = PAIRS.iter().find(|pair| self.rest.starts_with(**pair)) {
            self.joined = true;
            self.advance(pair.len());
            return Token::Word(pair);
        }
        self.advance(first.len_utf8());
        if first == '<' {
            return Token::Word("<");
        }
        let mut buffer = [0; 4];
        let text = &*first.encode_utf8(&mut buffer);
        match SINGLES.iter().find(|single| **single == text) {
            Some(single) => Token::Word(single),
            None => Token::Identifier(text.to_owned()),
        }
    }

    /// A flag, a negative duration, or a minus.
    fn minus(&mut self) -> Token {
        if let Some(flag) = FLAGS.iter().find(|flag| {
            self.rest
                .strip_prefix(**flag)
                .is_some_and(|after| !after.starts_with(|c: char| c.is_alphabetic() || c == '-'))
        }) {
            self.joined = true;
            self.advance(flag.len());
            return Token::Flag(flag);
        }
        if let Some(nanos) = self.unit(1, is_duration_rune, any_duration) {
            return Token::Duration(nanos);
        }
        self.advance(1);
        Token::Word("-")
    }

    /// A number, or a duration or size where a unit follows.
    fn number(&mut self) -> Token {
        let digits = number_length(self.rest);
        if let Some(nanos) = self.unit(digits, is_duration_rune, any_duration) {
            return Token::Duration(nanos);
        }
        if let Some(bytes) = self.unit(digits, is_size_rune, |text| parse_bytes(text).ok()) {
            return Token::Bytes(bytes);
        }
        let text = self.rest[..digits].to_owned();
        self.advance(digits);
        Token::Number(text)
    }

    /// Reads on over a unit's letters, and takes the whole where `parse` makes sense of it.
    fn unit<T>(
        &mut self,
        digits: usize,
        belongs: fn(char) -> bool,
        parse: fn(&str) -> Option<T>,
    ) -> Option<T> {
        let tail = &self.rest[digits..];
        let length = tail
            .find(|c: char| !c.is_numeric() && c != '.' && !belongs(c))
            .unwrap_or(tail.len());
        if length == 0 {
            return None;
        }
        let value = parse(&self.rest[..digits + length])?;
        self.joined = true;
        self.advance(digits + length);
        Some(value)
    }

    /// `[5m]`
    fn range(&mut self) -> Token {
        self.joined = true;
        let Some(end) = self.rest.find(']') else {
            return Token::Invalid("missing closing ']' in duration".to_owned());
        };
        match parse_prometheus_duration(&self.rest[1..end]) {
            Ok(nanos) => {
                self.advance(end + 1);
                Token::Range(nanos)
            }
            Err(why) => Token::Invalid(why),
        }
    }

    /// A keyword, function or label name.
    fn word(&mut self) -> Token {
        let length = self
            .rest
            .find(|c: char| c != '_' && !c.is_alphanumeric())
            .unwrap_or(self.rest.len());
        let text = self.rest[..length].to_owned();
        self.advance(length);
        let lower = text.to_lowercase();
        let range = RangeOp::ALL.iter().find(|op| op.as_str() == lower);
        let vector = VectorOp::ALL.iter().find(|op| op.as_str() == lower);
        let function = FUNCTIONS.iter().find(|name| **name == lower);
        if range.is_some() || vector.is_some() || function.is_some() {
            if !opens_call(self.rest) {
                return Token::Identifier(text);
            }
            return match (range, vector, function) {
                (Some(op), _, _) => Token::RangeOp(*op),
                (_, Some(op), _) => Token::VectorOp(*op),
                (_, _, Some(name)) => Token::Word(name),
                _ => Token::Identifier(text),
            };
        }
        match KEYWORDS.iter().find(|keyword| **keyword == lower) {
            Some(keyword) => Token::Word(keyword),
            None => Token::Identifier(text),
        }
    }

    /// `` `…` ``, taken as it is.
    fn raw(&mut self) -> Token {
        let Some(end) = self.rest[1..].find('`') else {
            return Token::Invalid("literal not terminated".to_owned());
        };
        let text = self.rest[1..=end].to_owned();
        self.advance(end + 2);
        Token::Text(text)
    }

    /// `"…"` with Go's escapes.
    fn quoted(&mut self) -> Token {
        let mut out = String::new();
        let mut at = 1;
        while let Some(c) = self.rest[at..].chars().next() {
            at += c.len_utf8();
            match c {
                '"' => {
                    self.advance(at);
                    return Token::Text(out);
                }
                '\n' => break,
                '\\' => match unescape(&self.rest[at..]) {
                    Some((character, used)) => {
                        out.push(character);
                        at += used;
                    }
                    None => return Token::Invalid("invalid char escape".to_owned()),
                },
                _ => out.push(c),
            }
        }
        Token::Invalid("literal not terminated".to_owned())
    }
}

/// The character of an escape, given what follows the backslash, and how many bytes that took.
fn unescape(after: &str) -> Option<(char, usize)> {
    let number = |from: usize, length: usize, radix| {
        let digits = after.get(from..from + length)?;
        let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let code = plain
            .then(|| u32::from_str_radix(digits, radix).ok())
            .flatten()?;
        Some((char::from_u32(code)?, from + length))
    };
    let character = match after.chars().next()? {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        '\\' => '\\',
        '"' => '"',
        'x' => return number(1, 2, 16),
        'u' => return number(1, 4, 16),
        'U' => return number(1, 8, 16),
        '0'..='7' => return number(0, 3, 8),
        _ => return None,
    };
    Some((character, 1))
}

/// How many bytes of `text` are a Go number: digits, a fraction, an exponent.
fn number_length(text: &str) -> usize {
    let digits = |from: usize| {
        text.as_bytes()[from..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let mut length = digits(0);
    if text[length..].starts_with('.') {
        length += 1 + digits(length + 1);
    }
    if text[length..].starts_with(['e', 'E']) {
        let sign = usize::from(text[length + 1..].starts_with(['+', '-']));
        let exponent = digits(length + 1 + sign);
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    length
}

/// A duration in Prometheus's or Go's spelling.
fn any_duration(text: &str) -> Option<i64> {
    parse_prometheus_duration(text)
        .or_else(|_| parse_go_duration(text))
        .ok()
}

/// Letters of duration units.
fn is_duration_rune(c: char) -> bool {
    matches!(c, 'n' | 'u' | 'µ' | 'm' | 's' | 'h' | 'd' | 'w' | 'y')
}

/// Letters of size units.
fn is_size_rune(c: char) -> bool {
    matches!(c, 'B' | 'i' | 'k' | 'K' | 'M' | 'G' | 'T' | 'P')
}

/// Whether a call's parenthesis follows, perhaps after `by` or `without`.
fn opens_call(rest: &str) -> bool {
    let rest = rest.trim_start();
    if rest.starts_with('(') {
        return true;
    }
    ["by", "without"].iter().any(|word| {
        rest.get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
            && rest[word.len()..].trim_start().starts_with('(')
    })
}

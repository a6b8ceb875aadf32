//! What are the words of a query, and where does each stand?
//!
//! In comes the text of a query, out come [`Token`]s with byte positions, the last of which is the end of input or what is
//! lexically wrong, in Prometheus's words. It follows the states of Prometheus's own lexer (braces, brackets and everything
//! else read differently), because error texts and positions depend on them. It must not judge grammar.

use token::{AGGREGATORS, KEYWORDS, WORD_OPERATORS, go_quoted_char};
pub(super) use token::{Kind, Token, go_quoted};

mod literal;
mod token;

/// The tokens of a query, comments left out. Never empty: the last is [`Kind::End`] or [`Kind::Broken`].
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut lexer = Lexer {
        text,
        start: 0,
        pos: 0,
        open_parens: 0,
        in_braces: false,
        brackets: Brackets::Closed,
    };
    let mut tokens = Vec::new();
    loop {
        let token = lexer.next_token();
        let last = matches!(token.kind, Kind::End | Kind::Broken(_));
        tokens.push(token);
        if last {
            return tokens;
        }
    }
}

/// The reading position and what is open there.
struct Lexer<'a> {
    /// The query.
    text: &'a str,
    /// Where the token being read begins.
    start: usize,
    /// The next character to read.
    pos: usize,
    /// How many parentheses are open.
    open_parens: usize,
    /// Whether a selector's braces are open.
    in_braces: bool,
    /// How far the brackets of a range were read.
    brackets: Brackets,
}

/// How far the brackets of a range were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Brackets {
    /// None are open.
    Closed,
    /// They were just opened: a duration must follow.
    Opened,
    /// The duration was read.
    Duration,
    /// The colon of a subquery was read.
    Colon,
}

impl<'a> Lexer<'a> {
    /// The next character, not consumed.
    fn peek(&self) -> Option<char> {
        self.text[self.pos..].chars().next()
    }

    /// Consumes one character.
    fn advance(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.pos += c.len_utf8();
        Some(c)
    }

    /// Consumes the next character where `fits`.
    fn accept(&mut self, fits: impl Fn(char) -> bool) -> bool {
        let found = self.peek().is_some_and(fits);
        if found {
            self.advance();
        }
        found
    }

    /// Consumes characters while `fits`.
    fn accept_run(&mut self, fits: impl Fn(char) -> bool) {
        while self.accept(&fits) {}
    }

    /// The text since the token's start, as a token.
    fn emit(&mut self, kind: Kind) -> Token<'a> {
        let token = Token {
            kind,
            at: self.start,
            text: &self.text[self.start..self.pos],
        };
        self.start = self.pos;
        token
    }

    /// The text is wrong from the token's start on.
    fn broken(&mut self, why: impl Into<String>) -> Token<'a> {
        self.emit(Kind::Broken(why.into()))
    }

    /// The next token, after spaces and comments.
    fn next_token(&mut self) -> Token<'a> {
        self.accept_run(is_space);
        if self.brackets == Brackets::Opened {
            self.brackets = Brackets::Duration;
            self.start = self.pos;
            return self.range_duration();
        }
        while self.peek() == Some('#') {
            self.accept_run(|c| c != '\n' && c != '\r');
            self.accept_run(is_space);
        }
        self.start = self.pos;
        if self.in_braces {
            self.inside_braces()
        } else {
            self.statement()
        }
    }

    /// A token outside braces.
    fn statement(&mut self) -> Token<'a> {
        let Some(c) = self.advance() else {
            return self.end();
        };
        match c {
            '*' => self.emit(Kind::Operator("*")),
            '/' => self.emit(Kind::Operator("/")),
            '%' => self.emit(Kind::Operator("%")),
            '+' => self.emit(Kind::Operator("+")),
            '-' => self.emit(Kind::Operator("-")),
            '^' => self.emit(Kind::Operator("^")),
            '@' => self.emit(Kind::Operator("@")),
            ',' => self.emit(Kind::Mark(',')),
            '=' | '!' | '<' | '>' => self.comparison(c),
            '"' | '\'' => self.quoted(c),
            '`' => self.raw(),
            '(' | ')' | '{' | '[' | ']' => self.bracket(c),
            c if c.is_ascii_digit()
                || (c == '.' && self.peek().is_some_and(|n| n.is_ascii_digit())) =>
            {
                self.pos = self.start;
                self.number_or_duration()
            }
            c if is_alpha(c) || c == ':' => self.word_or_colon(c),
            c => self.broken(format!("unexpected character: {}", go_quoted_char(Some(c)))),
        }
    }

    /// The end of input, or what is still open there.
    fn end(&mut self) -> Token<'a> {
        if self.open_parens != 0 {
            self.broken("unclosed left parenthesis")
        } else if self.brackets != Brackets::Closed {
            self.broken("unclosed left bracket")
        } else {
            self.emit(Kind::End)
        }
    }

    /// A comparison operator, or the `=` of nothing.
    fn comparison(&mut self, first: char) -> Token<'a> {
        let equal = self.peek() == Some('=');
        if equal {
            self.advance();
        }
        match (first, equal) {
            ('=', true) => self.emit(Kind::Operator("==")),
            ('!', true) => self.emit(Kind::Operator("!=")),
            ('<', true) => self.emit(Kind::Operator("<=")),
            ('>', true) => self.emit(Kind::Operator(">=")),
            ('<', false) => self.emit(Kind::Operator("<")),
            ('>', false) => self.emit(Kind::Operator(">")),
            ('=', false) if self.peek() == Some('~') => {
                self.broken("unexpected character after '=': '~'")
            }
            ('=', false) => self.emit(Kind::Mark('=')),
            _ => {
                let next = go_quoted_char(self.peek());
                self.broken(format!("unexpected character after '!': {next}"))
            }
        }
    }

    /// A parenthesis, brace or bracket, with its effect on what is open.
    fn bracket(&mut self, c: char) -> Token<'a> {
        match c {
            '(' => self.open_parens += 1,
            ')' if self.open_parens == 0 => {
                self.start = self.pos;
                return self.broken("unexpected right parenthesis ')'");
            }
            ')' => self.open_parens -= 1,
            '{' => self.in_braces = true,
            '[' if self.brackets == Brackets::Closed => self.brackets = Brackets::Opened,
            '[' => return self.broken("unexpected left bracket '['"),
            _ if self.brackets == Brackets::Closed => {
                return self.broken("unexpected right bracket ']'");
            }
            _ => self.brackets = Brackets::Closed,
        }
        self.emit(Kind::Mark(c))
    }

    /// A keyword, an operator, a name; inside brackets, the colon of a subquery.
    fn word_or_colon(&mut self, first: char) -> Token<'a> {
        match self.brackets {
            Brackets::Closed => {}
            Brackets::Colon => {
                return self.broken(format!("unexpected colon {}", go_quoted_char(Some(first))));
            }
            _ => {
                self.brackets = Brackets::Colon;
                return self.emit(Kind::Mark(':'));
            }
        }
        self.accept_run(|c| is_alphanumeric(c) || c == ':');
        let kind = word_kind(&self.text[self.start..self.pos]);
        self.emit(kind)
    }

    /// A token inside braces, where keywords are names.
    fn inside_braces(&mut self) -> Token<'a> {
        let Some(c) = self.advance() else {
            return self.broken("unexpected end of input inside braces");
        };
        match c {
            ',' => self.emit(Kind::Mark(',')),
            '"' | '\'' => self.quoted(c),
            '`' => self.raw(),
            '=' if self.accept(|c| c == '~') => self.emit(Kind::Operator("=~")),
            '=' => self.emit(Kind::Mark('=')),
            '!' => match self.advance() {
                Some('~') => self.emit(Kind::Operator("!~")),
                Some('=') => self.emit(Kind::Operator("!=")),
                other => {
                    let next = go_quoted_char(other);
                    self.broken(format!(
                        "unexpected character after '!' inside braces: {next}"
                    ))
                }
            },
            '{' => self.broken("unexpected left brace '{'"),
            '}' => {
                self.in_braces = false;
                self.emit(Kind::Mark('}'))
            }
            c if is_alpha(c) => {
                self.accept_run(is_alphanumeric);
                self.emit(Kind::Identifier)
            }
            c => self.broken(format!(
                "unexpected character inside braces: {}",
                go_quoted_char(Some(c))
            )),
        }
    }
}

/// What a word outside braces is.
fn word_kind(word: &str) -> Kind {
    let lower = word.to_lowercase();
    let listed = |list: &'static [&'static str]| list.iter().copied().find(|known| *known == lower);
    if let Some(operator) = listed(&WORD_OPERATORS) {
        Kind::Operator(operator)
    } else if let Some(aggregator) = listed(&AGGREGATORS) {
        Kind::Aggregator(aggregator)
    } else if let Some(keyword) = listed(&KEYWORDS) {
        Kind::Keyword(keyword)
    } else if lower == "start" || lower == "end" {
        Kind::Preprocessor
    } else if lower == "inf" || lower == "nan" {
        Kind::Number
    } else if word.contains(':') {
        Kind::MetricIdentifier
    } else {
        Kind::Identifier
    }
}

/// What Prometheus skips between words.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// What a name may begin with.
fn is_alpha(c: char) -> bool {
    c == '_' || c.is_ascii_alphabetic()
}

/// What a name may go on with.
fn is_alphanumeric(c: char) -> bool {
    is_alpha(c) || c.is_ascii_digit()
}

//! A place in a list of tokens, and the complaints that can be made there.

use super::error::QueryError;
use super::lexer::{Placed, Token, tokens};

/// How deep parentheses may nest. Deeper than any query of a person, shallow enough for every stack.
const MAX_DEPTH: usize = 100;

/// How many operators a query may have. Each makes the tree deeper, and trees are walked by recursion.
const MAX_OPERATORS: usize = 250;

/// Walks over the tokens of a query.
pub(super) struct Cursor {
    /// All tokens; the last one is the end or invalid.
    tokens: Vec<Placed>,
    /// Which one is next.
    at: usize,
    /// Open parentheses.
    depth: usize,
    /// Operators so far.
    operators: usize,
}

impl Cursor {
    /// Starts at the beginning of `query`.
    pub(super) fn new(query: &str) -> Self {
        Self {
            tokens: tokens(query),
            at: 0,
            depth: 0,
            operators: 0,
        }
    }

    /// The next token.
    pub(super) fn peek(&self) -> &Token {
        &self.tokens[self.at].token
    }

    /// The token after the next.
    pub(super) fn peek_second(&self) -> &Token {
        let last = self.tokens.len() - 1;
        &self.tokens[(self.at + 1).min(last)].token
    }

    /// Takes the next token; the last one stays.
    pub(super) fn take(&mut self) -> Token {
        let token = self.peek().clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    /// Whether the next token is this word.
    pub(super) fn is(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Word(found) if *found == word)
    }

    /// Takes the next token if it is this word.
    pub(super) fn accept(&mut self, word: &str) -> bool {
        let found = self.is(word);
        if found {
            self.take();
        }
        found
    }

    /// Takes this word.
    ///
    /// # Errors
    /// Anything else is unexpected.
    pub(super) fn expect(&mut self, word: &'static str) -> Result<(), QueryError> {
        if self.accept(word) {
            Ok(())
        } else {
            Err(self.unexpected(&[word]))
        }
    }

    /// Takes this word where Loki's parser could go on in too many ways to list.
    ///
    /// # Errors
    /// Anything else is unexpected.
    pub(super) fn expect_quietly(&mut self, word: &str) -> Result<(), QueryError> {
        if self.accept(word) {
            Ok(())
        } else {
            Err(self.unexpected(&[]))
        }
    }

    /// Takes a string.
    ///
    /// # Errors
    /// Anything else is unexpected.
    pub(super) fn expect_text(&mut self) -> Result<String, QueryError> {
        match self.peek() {
            Token::Text(text) => {
                let text = text.clone();
                self.take();
                Ok(text)
            }
            _ => Err(self.unexpected(&["STRING"])),
        }
    }

    /// Takes a label name.
    ///
    /// # Errors
    /// Anything else is unexpected; `others` are what could also stand here.
    pub(super) fn expect_identifier(&mut self, others: &[&str]) -> Result<String, QueryError> {
        if let Token::Identifier(name) = self.peek() {
            let name = name.clone();
            self.take();
            return Ok(name);
        }
        let mut expected = vec!["IDENTIFIER"];
        expected.extend(others);
        Err(self.unexpected(&expected))
    }

    /// Enters a parenthesis.
    ///
    /// # Errors
    /// Where they nest too deep.
    pub(super) fn enter(&mut self) -> Result<(), QueryError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(QueryError::invalid("expression is nested too deeply"));
        }
        Ok(())
    }

    /// Counts an operator.
    ///
    /// # Errors
    /// Where there are too many.
    pub(super) fn count_operator(&mut self) -> Result<(), QueryError> {
        self.operators += 1;
        if self.operators > MAX_OPERATORS {
            return Err(QueryError::invalid("expression has too many operators"));
        }
        Ok(())
    }

    /// Leaves a parenthesis.
    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// The complaint about the next token. Loki lists what it expected where that is at most four things.
    pub(super) fn unexpected(&self, expected: &[&str]) -> QueryError {
        let Placed {
            token,
            line,
            column,
        } = &self.tokens[self.at];
        if let Token::Invalid(why) = token {
            return QueryError::parse(*line, *column, why);
        }
        let list = if expected.is_empty() {
            String::new()
        } else {
            format!(", expecting {}", expected.join(" or "))
        };
        let what = format!("syntax error: unexpected {}{list}", token.name());
        QueryError::parse(*line, *column, what)
    }
}

//! Is this text a query of Prometheus 2.42, and if not, what does Prometheus say and where?
//!
//! In comes the text, out comes the query's type or the first [`SyntaxError`] that Prometheus would report, word for word. The
//! tree to evaluate comes from `promql-parser`, which has no positions, few of Prometheus's messages and a newer grammar; so
//! this file reads the same words once more, keeps no tree, and settles what is wrong before that parser is asked. It must not
//! evaluate anything.
//!
//! Syntax errors are returned as soon as they are met. A wrong type counts only where the whole text is grammatical, and then the
//! first in Prometheus's order of checking: so each expression carries the first flaw found in it ([`Checked::flaw`]).

use super::error::SyntaxError;
use super::lexer::{Kind, Token, go_quoted, tokens};
use super::signatures::ValueType;

mod calls;
mod modifiers;
mod selector;

use selector::CheckedMatcher;

/// How deep an expression may be nested, chains of operators included. Prometheus has no limit; here every level takes stack in
/// the checker, the parser and the evaluator. 2 MiB, what a worker thread has, hold over 300 levels even unoptimised; a test
/// goes to the limit on such a stack.
pub(super) const DEEPEST: usize = 200;

/// Checks a whole query; its type, or what Prometheus says about it.
///
/// # Errors
///
/// The first error that Prometheus 2.42 reports for the text.
pub(super) fn check_query(text: &str) -> Result<ValueType, SyntaxError> {
    let mut checker = Checker::new(text);
    if checker.token().kind == Kind::End {
        return Err(checker.error_at(0, "no expression found in input"));
    }
    let query = checker.expression(0)?;
    checker.expect_end()?;
    match query.flaw {
        Some(flaw) => Err(flaw),
        None => Ok(query.value_type),
    }
}

/// Reads a bare selector, as `match[]` takes it: the metric name outside the braces, and the label matchers.
///
/// # Errors
///
/// The first error that Prometheus 2.42 reports for the text.
pub(super) fn read_selector(
    text: &str,
) -> Result<(Option<String>, Vec<CheckedMatcher>), SyntaxError> {
    let mut checker = Checker::new(text);
    if !checker.at_selector() {
        return Err(checker.unexpected("", ""));
    }
    let parts = checker.selector_parts()?;
    checker.expect_end()?;
    Ok(parts)
}

/// What is known of an expression after reading it.
struct Checked {
    /// Byte position of its first character.
    at: usize,
    /// Its type.
    value_type: ValueType,
    /// What modifiers may follow.
    shape: Shape,
    /// The first error that holds only if the whole text is grammatical.
    flaw: Option<SyntaxError>,
    /// How deep it is nested.
    depth: usize,
}

/// What modifiers may follow an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// A selector, a range or a subquery, with the modifiers that it has.
    Selection {
        /// Whether it is a bare selector, which alone may become a range.
        bare: bool,
        /// Whether it has an `offset`.
        offset: bool,
        /// Whether it has an `@`.
        fixed: bool,
    },
    /// Anything else.
    Other,
}

/// The operators by how tightly they bind, and whether they group to the right.
fn precedence(operator: &str) -> Option<usize> {
    match operator {
        "or" => Some(1),
        "and" | "unless" => Some(2),
        "==" | "!=" | "<" | "<=" | ">" | ">=" => Some(3),
        "+" | "-" => Some(4),
        "*" | "/" | "%" | "atan2" => Some(5),
        "^" => Some(6),
        _ => None,
    }
}

/// Whether an operator compares.
fn compares(operator: &str) -> bool {
    matches!(operator, "==" | "!=" | "<" | "<=" | ">" | ">=")
}

/// Whether an operator combines sets.
fn combines_sets(operator: &str) -> bool {
    matches!(operator, "and" | "or" | "unless")
}

/// A reading position among the tokens of one text.
struct Checker<'a> {
    /// The text.
    text: &'a str,
    /// Its tokens; the last ends them.
    tokens: Vec<Token<'a>>,
    /// Index of the token to read next.
    next: usize,
    /// How many aggregations are being read, which error messages mention.
    aggregations: usize,
    /// How many expressions are being read.
    nesting: usize,
}

impl<'a> Checker<'a> {
    /// At the start of a text.
    fn new(text: &'a str) -> Self {
        Self {
            text,
            tokens: tokens(text),
            next: 0,
            aggregations: 0,
            nesting: 0,
        }
    }

    /// The token to read next.
    fn token(&self) -> &Token<'a> {
        &self.tokens[self.next.min(self.tokens.len() - 1)]
    }

    /// Reads a token.
    fn advance(&mut self) -> Token<'a> {
        let token = self.token().clone();
        self.next += 1;
        token
    }

    /// Whether the next token is that mark.
    fn at_mark(&self, mark: char) -> bool {
        self.token().kind == Kind::Mark(mark)
    }

    /// Reads that mark where it is next.
    fn accept_mark(&mut self, mark: char) -> bool {
        let found = self.at_mark(mark);
        if found {
            self.next += 1;
        }
        found
    }

    /// An error at a byte position.
    fn error_at(&self, at: usize, what: impl Into<String>) -> SyntaxError {
        SyntaxError::at(self.text, at, what.into())
    }

    /// The next token does not belong where it stands; a token that could not be read says so itself.
    fn unexpected(&self, context: &str, expected: &str) -> SyntaxError {
        let token = self.token();
        if let Kind::Broken(why) = &token.kind {
            return self.error_at(token.at, why.clone());
        }
        let mut what = format!("unexpected {}", token.describe());
        if !context.is_empty() {
            what = format!("{what} in {context}");
        }
        if !expected.is_empty() {
            what = format!("{what}, expected {expected}");
        }
        self.error_at(token.at, what)
    }

    /// The next token cannot go on an expression.
    fn unexpected_in_expression(&self) -> SyntaxError {
        let context = if self.aggregations > 0 {
            "aggregation"
        } else {
            ""
        };
        self.unexpected(context, "")
    }

    /// Nothing may follow.
    fn expect_end(&self) -> Result<(), SyntaxError> {
        if self.token().kind == Kind::End {
            Ok(())
        } else {
            Err(self.unexpected_in_expression())
        }
    }

    /// An expression whose operators all bind at least as tightly as `loosest`.
    fn expression(&mut self, loosest: usize) -> Result<Checked, SyntaxError> {
        if self.nesting > DEEPEST {
            return Err(self.too_deep(self.token().at));
        }
        self.nesting += 1;
        let mut left = self.operand()?;
        while let Kind::Operator(operator) = self.token().kind {
            let Some(binds) = precedence(operator).filter(|binds| *binds >= loosest) else {
                break;
            };
            let at = self.advance().at;
            let modifier = self.binary_modifier()?;
            let right = self.expression(if operator == "^" { binds } else { binds + 1 })?;
            left = self.binary(left, (operator, at), &modifier, right)?;
        }
        self.nesting -= 1;
        Ok(left)
    }

    /// The refusal of what is nested deeper than this server reads.
    fn too_deep(&self, at: usize) -> SyntaxError {
        self.error_at(
            at,
            format!(
                "expression nested deeper than the {DEEPEST} levels that this server evaluates"
            ),
        )
    }

    /// An operand with its signs and modifiers.
    fn operand(&mut self) -> Result<Checked, SyntaxError> {
        if !matches!(self.token().kind, Kind::Operator("+" | "-")) {
            let bare = self.bare_operand()?;
            return self.modified(bare);
        }
        let at = self.advance().at;
        // A sign binds like `*`: only `^` and the modifiers bind more tightly.
        let signed = self.expression(6)?;
        let value_type = signed.value_type;
        let flaw = signed.flaw.or_else(|| {
            let wrong = !matches!(value_type, ValueType::Scalar | ValueType::Vector);
            wrong.then(|| {
                let got = go_quoted(value_type.documented());
                self.error_at(at, format!("unary expression only allowed on expressions of type scalar or instant vector, got {got}"))
            })
        });
        Ok(Checked {
            at,
            value_type,
            shape: Shape::Other,
            flaw,
            depth: signed.depth + 1,
        })
    }

    /// An operand without its modifiers.
    fn bare_operand(&mut self) -> Result<Checked, SyntaxError> {
        let after = self.tokens.get(self.next + 1).map(|token| &token.kind);
        let opens = after == Some(&Kind::Mark('('));
        match self.token().kind {
            Kind::Number => self.number(),
            Kind::Text => {
                let at = self.advance().at;
                Ok(leaf(at, ValueType::Text))
            }
            Kind::Mark('(') => self.parenthesised(),
            Kind::Identifier if opens => self.call(),
            Kind::Aggregator(name)
                if opens || matches!(after, Some(Kind::Keyword("by" | "without"))) =>
            {
                self.aggregation(name)
            }
            _ if self.at_selector() => self.selector(),
            _ => Err(self.unexpected_in_expression()),
        }
    }

    /// A number.
    fn number(&mut self) -> Result<Checked, SyntaxError> {
        let token = self.advance();
        self.number_value(&token)?;
        Ok(leaf(token.at, ValueType::Scalar))
    }

    /// The value of a number token.
    ///
    /// A leading zero means octal where all digits fit, as in Go.
    fn number_value(&self, token: &Token<'_>) -> Result<f64, SyntaxError> {
        let lower = token.text.to_lowercase();
        let value = if let Some(digits) = lower.strip_prefix("0x") {
            i64::from_str_radix(digits, 16)
                .ok()
                .map(|value| value as f64)
        } else if lower.len() > 1
            && lower.starts_with('0')
            && lower.bytes().all(|b| (b'0'..=b'7').contains(&b))
        {
            i64::from_str_radix(&lower, 8)
                .ok()
                .map(|value| value as f64)
        } else {
            lower.parse().ok()
        };
        value.ok_or_else(|| {
            let text = go_quoted(token.text);
            self.error_at(
                token.at,
                format!("error parsing number: strconv.ParseFloat: parsing {text}: invalid syntax"),
            )
        })
    }

    /// An expression in parentheses.
    fn parenthesised(&mut self) -> Result<Checked, SyntaxError> {
        let at = self.advance().at;
        let inner = self.expression(0)?;
        if !self.accept_mark(')') {
            return Err(self.unexpected_in_expression());
        }
        Ok(Checked {
            at,
            value_type: inner.value_type,
            shape: Shape::Other,
            flaw: inner.flaw,
            depth: inner.depth + 1,
        })
    }
}

/// An expression without parts.
fn leaf(at: usize, value_type: ValueType) -> Checked {
    Checked {
        at,
        value_type,
        shape: Shape::Other,
        flaw: None,
        depth: 1,
    }
}

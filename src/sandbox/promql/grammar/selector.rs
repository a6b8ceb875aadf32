//! Selectors: a metric name, label matchers in braces, or both.

use super::super::error::SyntaxError;
use super::super::lexer::{Kind, Token, go_quoted};
use super::super::matcher::{Test, unquoted};
use super::super::signatures::ValueType;
use super::{Checked, Checker, Shape};

/// Where label matchers stand, in error messages.
const CONTEXT: &str = "label matching";

/// A label matcher.
pub(in super::super) struct CheckedMatcher {
    /// Label name.
    pub(in super::super) name: String,
    /// Literal value or regular expression, as written.
    value: String,
    /// What it asks of the label.
    pub(in super::super) test: Test,
}

impl Checker<'_> {
    /// Whether the next token can begin a selector.
    pub(super) fn at_selector(&self) -> bool {
        match self.token().kind {
            Kind::Mark('{') => true,
            _ => self.at_metric_name(),
        }
    }

    /// Whether the next token can be a metric name outside braces.
    fn at_metric_name(&self) -> bool {
        match self.token().kind {
            Kind::Identifier
            | Kind::MetricIdentifier
            | Kind::Aggregator(_)
            | Kind::Preprocessor => true,
            Kind::Operator(word) => matches!(word, "and" | "or" | "unless"),
            Kind::Keyword(word) => matches!(word, "by" | "offset" | "without"),
            _ => false,
        }
    }

    /// A selector, as an expression.
    pub(super) fn selector(&mut self) -> Result<Checked, SyntaxError> {
        let at = self.token().at;
        let (name, matchers) = self.selector_parts()?;
        Ok(Checked {
            at,
            value_type: ValueType::Vector,
            shape: Shape::Selection {
                bare: true,
                offset: false,
                fixed: false,
            },
            flaw: self.selector_flaw(at, name.as_deref(), &matchers),
            depth: 1,
        })
    }

    /// A selector's metric name outside the braces and its label matchers.
    pub(super) fn selector_parts(
        &mut self,
    ) -> Result<(Option<String>, Vec<CheckedMatcher>), SyntaxError> {
        let name = self
            .at_metric_name()
            .then(|| self.advance().text.to_string());
        let matchers = if self.accept_mark('{') {
            self.matchers()?
        } else {
            Vec::new()
        };
        Ok((name, matchers))
    }

    /// What is wrong with a selector as a whole.
    fn selector_flaw(
        &self,
        at: usize,
        name: Option<&str>,
        matchers: &[CheckedMatcher],
    ) -> Option<SyntaxError> {
        match name {
            Some(name) => matchers
                .iter()
                .find(|matcher| matcher.name == "__name__")
                .map(|again| {
                    let (name, again) = (go_quoted(name), go_quoted(&again.value));
                    self.error_at(
                        at,
                        format!("metric name must not be set twice: {name} or {again}"),
                    )
                }),
            None if matchers.iter().all(|matcher| matcher.test.accepts("")) => Some(self.error_at(
                at,
                "vector selector must contain at least one non-empty matcher",
            )),
            None => None,
        }
    }

    /// Label matchers; the opening brace has been read.
    fn matchers(&mut self) -> Result<Vec<CheckedMatcher>, SyntaxError> {
        let mut matchers = Vec::new();
        if self.accept_mark('}') {
            return Ok(matchers);
        }
        loop {
            matchers.push(self.matcher()?);
            if self.accept_mark('}') {
                return Ok(matchers);
            }
            if !self.accept_mark(',') {
                return Err(self.unexpected(CONTEXT, "\",\" or \"}\""));
            }
            if self.accept_mark('}') {
                return Ok(matchers);
            }
        }
    }

    /// One label matcher.
    fn matcher(&mut self) -> Result<CheckedMatcher, SyntaxError> {
        if self.token().kind != Kind::Identifier {
            return Err(self.unexpected(CONTEXT, "identifier or \"}\""));
        }
        let name = self.advance();
        let operator = match self.token().kind {
            Kind::Mark('=') => "=",
            Kind::Operator(operator @ ("!=" | "=~" | "!~")) => operator,
            _ => return Err(self.unexpected(CONTEXT, "label matching operator")),
        };
        self.advance();
        if self.token().kind != Kind::Text {
            return Err(self.unexpected(CONTEXT, "string"));
        }
        let token = self.advance();
        self.checked_matcher(&name, operator, &token)
    }

    /// A label matcher from its three tokens.
    fn checked_matcher(
        &self,
        name: &Token<'_>,
        operator: &str,
        quoted: &Token<'_>,
    ) -> Result<CheckedMatcher, SyntaxError> {
        let value = unquoted(quoted.text);
        let test = Test::new(operator, value.clone()).map_err(|why| self.error_at(name.at, why))?;
        Ok(CheckedMatcher {
            name: name.text.to_string(),
            value,
            test,
        })
    }
}

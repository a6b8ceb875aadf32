//! What may stand between, before and after operands: `bool`, `on`, `group_left`, `by`, `offset`, `@`, ranges and subqueries.

use super::super::duration::parse_duration_ms;
use super::super::error::SyntaxError;
use super::super::lexer::{Kind, Token};
use super::super::signatures::ValueType;
use super::{Checked, Checker, DEEPEST, Shape, combines_sets, compares};

/// What stands between an operator and its right operand.
#[derive(Default)]
pub(super) struct BinaryModifier {
    /// Whether `bool` is there.
    bool_result: bool,
    /// Whether the labels are those of `on`.
    on: bool,
    /// The labels of `on` or `ignoring`.
    matching: Vec<String>,
    /// Whether `group_left` or `group_right` is there.
    grouped: bool,
    /// The labels of `group_left` or `group_right`.
    include: Vec<String>,
}

impl BinaryModifier {
    /// What is wrong with it, whatever the operands are; `scalars` says that both are.
    fn flaw(&self, operator: &str, scalars: bool) -> Option<String> {
        if self.bool_result && !compares(operator) {
            return Some("bool modifier can only be used on comparison operators".to_string());
        }
        if compares(operator) && !self.bool_result && scalars {
            return Some("comparisons between scalars must use BOOL modifier".to_string());
        }
        let twice = self
            .matching
            .iter()
            .find(|label| self.on && self.include.contains(label));
        twice
            .map(|label| format!("label \"{label}\" must not occur in ON and GROUP clause at once"))
    }
}

impl Checker<'_> {
    /// Reads `bool`, `on`, `ignoring`, `group_left`, `group_right` where they are next.
    pub(super) fn binary_modifier(&mut self) -> Result<BinaryModifier, SyntaxError> {
        let mut modifier = BinaryModifier::default();
        if self.token().kind == Kind::Keyword("bool") {
            self.advance();
            modifier.bool_result = true;
        }
        let Kind::Keyword(word @ ("on" | "ignoring")) = self.token().kind else {
            return Ok(modifier);
        };
        self.advance();
        modifier.on = word == "on";
        modifier.matching = self.grouping_labels()?;
        if matches!(
            self.token().kind,
            Kind::Keyword("group_left" | "group_right")
        ) {
            self.advance();
            modifier.grouped = true;
            if self.at_mark('(') || !self.at_expression() {
                modifier.include = self.grouping_labels()?;
            }
        }
        Ok(modifier)
    }

    /// Two operands and what joins them, as one expression.
    pub(super) fn binary(
        &self,
        left: Checked,
        (operator, at): (&str, usize),
        modifier: &BinaryModifier,
        right: Checked,
    ) -> Result<Checked, SyntaxError> {
        let depth = left.depth.max(right.depth) + 1;
        if depth > DEEPEST {
            return Err(self.too_deep(at));
        }
        let scalars = left.value_type == ValueType::Scalar && right.value_type == ValueType::Scalar;
        let own = self.binary_flaw(&left, (operator, at), modifier, &right);
        Ok(Checked {
            at: left.at,
            value_type: if scalars {
                ValueType::Scalar
            } else {
                ValueType::Vector
            },
            shape: Shape::Other,
            flaw: left.flaw.or(right.flaw).or(own),
            depth,
        })
    }

    /// The first thing wrong with an operator and the types of its operands.
    fn binary_flaw(
        &self,
        left: &Checked,
        (operator, at): (&str, usize),
        modifier: &BinaryModifier,
        right: &Checked,
    ) -> Option<SyntaxError> {
        let both = |want: ValueType| left.value_type == want && right.value_type == want;
        let numeric =
            |side: &&Checked| matches!(side.value_type, ValueType::Scalar | ValueType::Vector);
        if let Some(what) = modifier.flaw(operator, both(ValueType::Scalar)) {
            return Some(self.error_at(at, what));
        }
        if let Some(wrong) = [left, right].into_iter().find(|side| !numeric(side)) {
            let what = "binary expression must contain only scalar and instant vector types";
            return Some(self.error_at(wrong.at, what));
        }
        let sets = combines_sets(operator);
        let what = match both(ValueType::Vector) {
            false if !modifier.matching.is_empty() => {
                "vector matching only allowed between instant vectors".to_string()
            }
            false if sets => {
                format!("set operator \"{operator}\" not allowed in binary scalar expression")
            }
            true if sets && modifier.grouped => {
                format!("no grouping allowed for \"{operator}\" operation")
            }
            _ => return None,
        };
        Some(self.error_at(left.at, what))
    }

    /// Reads `by (…)` or `without (…)` where it is next; whether it was.
    pub(super) fn grouping(&mut self) -> Result<bool, SyntaxError> {
        if !matches!(self.token().kind, Kind::Keyword("by" | "without")) {
            return Ok(false);
        }
        self.advance();
        self.grouping_labels()?;
        Ok(true)
    }

    /// Label names in parentheses.
    fn grouping_labels(&mut self) -> Result<Vec<String>, SyntaxError> {
        const CONTEXT: &str = "grouping opts";
        let mut labels = Vec::new();
        if !self.accept_mark('(') {
            return Err(self.unexpected(CONTEXT, "\"(\""));
        }
        loop {
            if self.accept_mark(')') {
                return Ok(labels);
            }
            if !may_be_label(self.token()) {
                return Err(self.unexpected(CONTEXT, "label"));
            }
            labels.push(self.advance().text.to_string());
            if self.at_mark(')') {
                continue;
            }
            if !self.accept_mark(',') {
                return Err(self.unexpected(CONTEXT, "\",\" or \")\""));
            }
        }
    }

    /// An operand with the ranges, subqueries, `offset` and `@` that follow it.
    pub(super) fn modified(&mut self, mut operand: Checked) -> Result<Checked, SyntaxError> {
        loop {
            if operand.depth > DEEPEST {
                return Err(self.too_deep(operand.at));
            }
            operand = match self.token().kind {
                Kind::Mark('[') => self.bracketed(operand)?,
                Kind::Keyword("offset") => self.offset(operand)?,
                Kind::Operator("@") => self.fixed(operand)?,
                _ => return Ok(operand),
            };
        }
    }

    /// A duration that the next token must be; in milliseconds.
    fn duration(&mut self) -> Result<i64, SyntaxError> {
        let token = self.advance();
        parse_duration_ms(token.text).map_err(|why| self.error_at(token.at, why.to_string()))
    }

    /// A range or a subquery over an operand.
    fn bracketed(&mut self, operand: Checked) -> Result<Checked, SyntaxError> {
        let bracket = self.advance().at;
        if self.token().kind != Kind::Duration {
            return Err(self.unexpected("subquery selector", "duration"));
        }
        self.duration()?;
        if self.accept_mark(']') {
            return self.range(operand, bracket);
        }
        if !self.accept_mark(':') {
            return Err(self.unexpected("subquery or range", "\":\" or \"]\""));
        }
        if self.accept_mark(']') {
            return Ok(self.subquery(operand));
        }
        if self.token().kind != Kind::Duration {
            return Err(self.unexpected("subquery selector", "duration or \"]\""));
        }
        self.duration()?;
        if !self.accept_mark(']') {
            return Err(self.unexpected("subquery selector", "\"]\""));
        }
        Ok(self.subquery(operand))
    }

    /// A range over a selector.
    fn range(&self, operand: Checked, bracket: usize) -> Result<Checked, SyntaxError> {
        let what = match operand.shape {
            Shape::Selection {
                bare: true,
                offset: true,
                ..
            } => "no offset modifiers allowed before range",
            Shape::Selection {
                bare: true,
                fixed: true,
                ..
            } => "no @ modifiers allowed before range",
            Shape::Selection { bare: true, .. } => {
                return Ok(Checked {
                    value_type: ValueType::Range,
                    shape: Shape::Selection {
                        bare: false,
                        offset: false,
                        fixed: false,
                    },
                    ..operand
                });
            }
            _ => "ranges only allowed for vector selectors",
        };
        Err(self.error_at(bracket, what))
    }

    /// A subquery over an expression.
    fn subquery(&self, operand: Checked) -> Checked {
        let got = operand.value_type;
        let flaw = operand.flaw.or_else(|| {
            (got != ValueType::Vector).then(|| {
                let got = got.internal();
                self.error_at(
                    operand.at,
                    format!("subquery is only allowed on instant vector, got {got} instead"),
                )
            })
        });
        Checked {
            at: operand.at,
            value_type: ValueType::Range,
            shape: Shape::Selection {
                bare: false,
                offset: false,
                fixed: false,
            },
            flaw,
            depth: operand.depth + 1,
        }
    }

    /// `offset` after an operand.
    fn offset(&mut self, mut operand: Checked) -> Result<Checked, SyntaxError> {
        self.advance();
        if self.token().kind == Kind::Operator("-") {
            self.advance();
        }
        if self.token().kind != Kind::Duration {
            return Err(self.unexpected("offset", "duration"));
        }
        self.duration()?;
        match &mut operand.shape {
            Shape::Other => Err(self.error_at(operand.at, "offset modifier must be preceded by an instant vector selector or range vector selector or a subquery")),
            Shape::Selection { offset: true, .. } => Err(self.error_at(operand.at, "offset may not be set multiple times")),
            Shape::Selection { offset, .. } => {
                *offset = true;
                Ok(operand)
            }
        }
    }

    /// `@` after an operand.
    fn fixed(&mut self, mut operand: Checked) -> Result<Checked, SyntaxError> {
        self.advance();
        self.instant(operand.at)?;
        match &mut operand.shape {
            Shape::Other => Err(self.error_at(operand.at, "@ modifier must be preceded by an instant vector selector or range vector selector or a subquery")),
            Shape::Selection { fixed: true, .. } => Err(self.error_at(operand.at, "@ <timestamp> may not be set multiple times")),
            Shape::Selection { fixed, .. } => {
                *fixed = true;
                Ok(operand)
            }
        }
    }

    /// What follows `@`: a number, `start()` or `end()`. An instant out of bounds is an error at `operand_at`.
    fn instant(&mut self, operand_at: usize) -> Result<(), SyntaxError> {
        if self.token().kind == Kind::Preprocessor {
            self.advance();
            if !self.accept_mark('(') || !self.accept_mark(')') {
                return Err(self.unexpected("@", "timestamp"));
            }
            return Ok(());
        }
        let negative = self.token().kind == Kind::Operator("-");
        if negative || self.token().kind == Kind::Operator("+") {
            self.advance();
        }
        if self.token().kind != Kind::Number {
            return Err(self.unexpected("@", "timestamp"));
        }
        let token = self.advance();
        let seconds = self.number_value(&token)? * if negative { -1.0 } else { 1.0 };
        if seconds.is_finite() && seconds.abs() < i64::MAX as f64 {
            return Ok(());
        }
        let shown = if seconds.is_nan() {
            "NaN".to_string()
        } else if seconds.is_infinite() {
            if seconds > 0.0 { "+Inf" } else { "-Inf" }.to_string()
        } else {
            format!("{seconds:.6}")
        };
        Err(self.error_at(
            operand_at,
            format!("timestamp out of bounds for @ modifier: {shown}"),
        ))
    }
}

/// Whether a token can be a label name in a grouping.
fn may_be_label(token: &Token<'_>) -> bool {
    match token.kind {
        Kind::Keyword(word) => word != "without",
        Kind::Identifier | Kind::Aggregator(_) | Kind::Preprocessor => true,
        Kind::Operator(word) => matches!(word, "and" | "or" | "unless" | "atan2"),
        _ => false,
    }
}

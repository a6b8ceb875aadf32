//! Function calls and aggregations: names, arguments and their types.

use super::super::error::SyntaxError;
use super::super::lexer::{Kind, go_quoted};
use super::super::signatures::{Extra, Signature, ValueType, signature};
use super::{Checked, Checker, Shape};

impl Checker<'_> {
    /// The arguments of a call or an aggregation, parentheses included.
    fn arguments(&mut self) -> Result<Vec<Checked>, SyntaxError> {
        let mut arguments = Vec::new();
        self.advance();
        if self.accept_mark(')') {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.expression(0)?);
            if self.accept_mark(')') {
                return Ok(arguments);
            }
            let comma = self.token().at;
            if !self.accept_mark(',') {
                return Err(self.unexpected_in_expression());
            }
            if !self.at_expression() {
                let broken = matches!(self.token().kind, Kind::Broken(_));
                return Err(if broken {
                    self.unexpected("", "")
                } else {
                    self.error_at(comma, "trailing commas not allowed in function call args")
                });
            }
        }
    }

    /// Whether the next token can begin an expression.
    pub(super) fn at_expression(&self) -> bool {
        matches!(
            self.token().kind,
            Kind::Number | Kind::Text | Kind::Mark('(') | Kind::Operator("+" | "-")
        ) || self.at_selector()
    }

    /// A function call.
    pub(super) fn call(&mut self) -> Result<Checked, SyntaxError> {
        let name = self.advance();
        let arguments = self.arguments()?;
        let Some(function) = signature(name.text) else {
            let quoted = go_quoted(name.text);
            return Err(self.error_at(name.at, format!("unknown function with name {quoted}")));
        };
        let depth = arguments.iter().map(|argument| argument.depth).max();
        let flaw = self
            .wrong_count(function, name.at, arguments.len())
            .or_else(|| self.wrong_argument(function, arguments));
        Ok(Checked {
            at: name.at,
            value_type: function.gives,
            shape: Shape::Other,
            flaw,
            depth: depth.unwrap_or(0) + 1,
        })
    }

    /// What is wrong with the number of arguments.
    fn wrong_count(&self, function: &Signature, at: usize, got: usize) -> Option<SyntaxError> {
        let listed = function.takes.len();
        let least = listed.saturating_sub(1);
        let name = go_quoted(function.name);
        let what = match function.extra {
            Extra::None if got != listed => format!("expected {listed}"),
            Extra::LastOptional | Extra::LastRepeats if got < least => {
                format!("expected at least {least}")
            }
            Extra::LastOptional if got > listed => format!("expected at most {listed}"),
            _ => return None,
        };
        Some(self.error_at(
            at,
            format!("{what} argument(s) in call to {name}, got {got}"),
        ))
    }

    /// The first flaw of an argument or of its type.
    fn wrong_argument(&self, function: &Signature, arguments: Vec<Checked>) -> Option<SyntaxError> {
        let mut wanted = function.takes.iter();
        let mut want = ValueType::Vector;
        for argument in arguments {
            want = wanted.next().copied().unwrap_or(want);
            if argument.flaw.is_some() {
                return argument.flaw;
            }
            if argument.value_type != want {
                let (want, got) = (want.documented(), argument.value_type.documented());
                let name = go_quoted(function.name);
                return Some(self.error_at(
                    argument.at,
                    format!("expected type {want} in call to function {name}, got {got}"),
                ));
            }
        }
        None
    }

    /// An aggregation.
    pub(super) fn aggregation(&mut self, name: &'static str) -> Result<Checked, SyntaxError> {
        let at = self.advance().at;
        self.aggregations += 1;
        let before = self.grouping()?;
        if !self.at_mark('(') {
            return Err(self.unexpected_in_expression());
        }
        let arguments = self.arguments()?;
        if !before {
            self.grouping()?;
        }
        self.aggregations -= 1;
        if let (Kind::Broken(_), false) = (&self.token().kind, before) {
            return Err(self.unexpected("", ""));
        }
        let depth = arguments.iter().map(|argument| argument.depth).max();
        self.expect_arguments(name, at, arguments.len())?;
        Ok(Checked {
            at,
            value_type: ValueType::Vector,
            shape: Shape::Other,
            flaw: self.wrong_operand(name, arguments),
            depth: depth.unwrap_or(0) + 1,
        })
    }

    /// An aggregation takes one argument, or a parameter before it.
    fn expect_arguments(&self, name: &str, at: usize, got: usize) -> Result<(), SyntaxError> {
        let parameterised = matches!(name, "topk" | "bottomk" | "count_values" | "quantile");
        let wanted = 1 + usize::from(parameterised);
        if got == 0 {
            return Err(self.error_at(at, "no arguments for aggregate expression provided"));
        }
        if got != wanted {
            return Err(self.error_at(
                at,
                format!("wrong number of arguments for aggregate expression provided, expected {wanted}, got {got}"),
            ));
        }
        Ok(())
    }

    /// The first flaw of an aggregation's argument or parameter, or of its type; the argument is looked at first.
    fn wrong_operand(&self, name: &str, arguments: Vec<Checked>) -> Option<SyntaxError> {
        let parameter = if name == "count_values" {
            ValueType::Text
        } else {
            ValueType::Scalar
        };
        let roles = [
            (ValueType::Vector, "aggregation expression"),
            (parameter, "aggregation parameter"),
        ];
        arguments
            .into_iter()
            .rev()
            .zip(roles)
            .find_map(|(argument, (want, role))| {
                let (at, got) = (argument.at, argument.value_type);
                argument.flaw.or_else(|| {
                    let (wanted, got_name) = (want.documented(), got.documented());
                    let what = || format!("expected type {wanted} in {role}, got {got_name}");
                    (want != got).then(|| self.error_at(at, what()))
                })
            })
    }
}

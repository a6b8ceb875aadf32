//! Turns query text into a tree: entry point, selectors and pipelines. Metric expressions are in `metric_parser`.
//!
//! In: a query. Out: its tree, or the mistake in Loki's words and at the place that Loki names. It follows Loki's
//! grammar by recursive descent; a list of expected tokens is given where Loki's generated parser gives one.

use super::cursor::Cursor;
use super::error::QueryError;
use super::lexer::Token;
use super::metric_parser::parse_expression;
use super::quantity::parse_float;
use super::tree::{
    Comparison, Expr, Extraction, LabelFilter, LabelFormat, LineFilter, LineOp, LogExpr,
    NamedMatcher, Needle, Stage,
};
use crate::model::{MatchOp, Matcher, Selector};

/// Loki's bound on the length of a query.
const MAX_QUERY_BYTES: usize = 131_072;

/// Parses a query.
///
/// # Errors
/// The first mistake; status 400.
pub(crate) fn parse_query(query: &str) -> Result<Expr, QueryError> {
    if query.len() >= MAX_QUERY_BYTES {
        let length = query.len();
        return Err(QueryError::invalid(format!(
            "input size too long ({length} > {MAX_QUERY_BYTES})"
        )));
    }
    let mut cursor = Cursor::new(query);
    let expr = parse_expression(&mut cursor, 0)?;
    match cursor.peek() {
        Token::End => Ok(expr),
        _ => Err(cursor.unexpected(&[])),
    }
}

/// `{a="b"}` with the stages behind it; `| unwrap` is left for the caller.
pub(super) fn parse_log(cursor: &mut Cursor) -> Result<LogExpr, QueryError> {
    let selector = parse_selector(cursor)?;
    let stages = parse_stages(cursor)?;
    Ok(LogExpr { selector, stages })
}

/// `{a="b", c!~"d"}`
pub(super) fn parse_selector(cursor: &mut Cursor) -> Result<Selector, QueryError> {
    cursor.expect_quietly("{")?;
    let mut matchers = Vec::new();
    if cursor.accept("}") {
        return Ok(Selector(matchers));
    }
    let mut others: &[&str] = &["}"];
    loop {
        let name = cursor.expect_identifier(others)?;
        let Some(op) = match_op(cursor) else {
            return Err(cursor.unexpected(&["=", "=~", "!~", "!="]));
        };
        cursor.take();
        let value = cursor.expect_text()?;
        matchers.push(Matcher { name, op, value });
        if cursor.accept("}") {
            return Ok(Selector(matchers));
        }
        if !cursor.accept(",") {
            return Err(cursor.unexpected(&["}", ","]));
        }
        others = &[];
    }
}

/// The matcher operator that is next.
fn match_op(cursor: &Cursor) -> Option<MatchOp> {
    match cursor.peek() {
        Token::Word("=") => Some(MatchOp::Equal),
        Token::Word("!=") => Some(MatchOp::NotEqual),
        Token::Word("=~") => Some(MatchOp::Regex),
        Token::Word("!~") => Some(MatchOp::NotRegex),
        _ => None,
    }
}

/// The stages from here on, up to something that is none (or `| unwrap`).
pub(super) fn parse_stages(cursor: &mut Cursor) -> Result<Vec<Stage>, QueryError> {
    let mut stages = Vec::new();
    loop {
        if let Some(op) = line_op(cursor) {
            cursor.take();
            stages.push(Stage::LineFilter(parse_line_filter(cursor, op)?));
        } else if cursor.is("|") && !matches!(cursor.peek_second(), Token::Word("unwrap")) {
            cursor.take();
            stages.push(parse_stage(cursor)?);
        } else {
            return Ok(stages);
        }
    }
}

/// The line filter operator that is next.
fn line_op(cursor: &Cursor) -> Option<LineOp> {
    Some(match cursor.peek() {
        Token::Word("|=") => LineOp::Contains,
        Token::Word("!=") => LineOp::NotContains,
        Token::Word("|~") => LineOp::Matches,
        Token::Word("!~") => LineOp::NotMatches,
        Token::Word("|>") => LineOp::Pattern,
        Token::Word("!>") => LineOp::NotPattern,
        _ => return None,
    })
}

/// `"a" or ip("b")`, behind the operator.
fn parse_line_filter(cursor: &mut Cursor, op: LineOp) -> Result<LineFilter, QueryError> {
    let mut needles = vec![parse_needle(cursor)?];
    while cursor.accept("or") {
        needles.push(parse_needle(cursor)?);
    }
    Ok(LineFilter { op, needles })
}

/// `"a"` or `ip("a")`
fn parse_needle(cursor: &mut Cursor) -> Result<Needle, QueryError> {
    if cursor.accept("ip") {
        return Ok(Needle {
            ip: true,
            text: parse_call_text(cursor)?,
        });
    }
    match cursor.peek() {
        Token::Text(_) => Ok(Needle {
            ip: false,
            text: cursor.expect_text()?,
        }),
        _ => Err(cursor.unexpected(&["STRING", "ip"])),
    }
}

/// `("a")`
fn parse_call_text(cursor: &mut Cursor) -> Result<String, QueryError> {
    cursor.expect("(")?;
    let text = cursor.expect_text()?;
    cursor.expect(")")?;
    Ok(text)
}

/// A stage behind its `|`.
fn parse_stage(cursor: &mut Cursor) -> Result<Stage, QueryError> {
    let Token::Word(word) = *cursor.peek() else {
        return parse_label_filter(cursor, 0).map(Stage::LabelFilter);
    };
    match word {
        "(" => return parse_label_filter(cursor, 0).map(Stage::LabelFilter),
        "xml" => return Err(QueryError::unsupported("the xml parser")),
        "json" | "logfmt" | "pattern" | "regexp" | "unpack" | "decolorize" | "line_format"
        | "label_format" | "drop" | "keep" => {}
        _ => return Err(cursor.unexpected(&[])),
    }
    cursor.take();
    Ok(match word {
        "json" => Stage::Json(parse_extractions(cursor)?),
        "logfmt" => parse_logfmt(cursor)?,
        "pattern" => Stage::Pattern(cursor.expect_text()?),
        "regexp" => Stage::Regexp(cursor.expect_text()?),
        "unpack" => Stage::Unpack,
        "decolorize" => Stage::Decolorize,
        "line_format" => Stage::LineFormat(cursor.expect_text()?),
        "label_format" => Stage::LabelFormat(parse_label_formats(cursor)?),
        "drop" => Stage::Drop(parse_named_matchers(cursor)?),
        _ => Stage::Keep(parse_named_matchers(cursor)?),
    })
}

/// Flags and extractions of `logfmt`.
fn parse_logfmt(cursor: &mut Cursor) -> Result<Stage, QueryError> {
    let (mut strict, mut keep_empty) = (false, false);
    while let Token::Flag(flag) = *cursor.peek() {
        cursor.take();
        strict |= flag == "--strict";
        keep_empty |= flag == "--keep-empty";
    }
    let wanted = parse_extractions(cursor)?;
    Ok(Stage::Logfmt {
        strict,
        keep_empty,
        wanted,
    })
}

/// `a, b="c.d"`, or nothing.
fn parse_extractions(cursor: &mut Cursor) -> Result<Vec<Extraction>, QueryError> {
    let mut wanted = Vec::new();
    if !matches!(cursor.peek(), Token::Identifier(_)) {
        return Ok(wanted);
    }
    loop {
        let label = cursor.expect_identifier(&[])?;
        let source = if cursor.accept("=") {
            cursor.expect_text()?
        } else {
            label.clone()
        };
        wanted.push(Extraction { label, source });
        if !cursor.accept(",") {
            return Ok(wanted);
        }
    }
}

/// `a=b, c="{{.d}}"`
fn parse_label_formats(cursor: &mut Cursor) -> Result<Vec<LabelFormat>, QueryError> {
    let mut formats = Vec::new();
    loop {
        let to = cursor.expect_identifier(&[])?;
        cursor.expect("=")?;
        formats.push(match cursor.peek() {
            Token::Text(_) => LabelFormat::Template {
                to,
                template: cursor.expect_text()?,
            },
            _ => LabelFormat::Rename {
                to,
                from: cursor.expect_identifier(&["STRING"])?,
            },
        });
        if !cursor.accept(",") {
            return Ok(formats);
        }
    }
}

/// `a, b="c"`
fn parse_named_matchers(cursor: &mut Cursor) -> Result<Vec<NamedMatcher>, QueryError> {
    let mut names = Vec::new();
    loop {
        let name = cursor.expect_identifier(&[])?;
        names.push(match match_op(cursor) {
            None => NamedMatcher::Name(name),
            Some(op) => {
                cursor.take();
                NamedMatcher::Matcher(Matcher {
                    name,
                    op,
                    value: cursor.expect_text()?,
                })
            }
        });
        if !cursor.accept(",") {
            return Ok(names);
        }
    }
}

/// A condition on labels. `or` binds looser than `and`; a comma, or nothing at all, joins everything that follows, as
/// Loki's grammar does: `a=1, b=2 or c=3` is `a=1 and (b=2 or c=3)`.
pub(super) fn parse_label_filter(
    cursor: &mut Cursor,
    binding: u8,
) -> Result<LabelFilter, QueryError> {
    cursor.enter()?;
    let mut left = parse_condition(cursor)?;
    loop {
        cursor.count_operator()?;
        let both = |left, right| LabelFilter::And(Box::new(left), Box::new(right));
        if cursor.accept(",") || starts_condition(cursor) {
            left = both(left, parse_label_filter(cursor, 0)?);
        } else if cursor.is("and") && binding < 2 {
            cursor.take();
            left = both(left, parse_label_filter(cursor, 2)?);
        } else if cursor.is("or") && binding < 1 {
            cursor.take();
            left = LabelFilter::Or(Box::new(left), Box::new(parse_label_filter(cursor, 1)?));
        } else {
            cursor.leave();
            return Ok(left);
        }
    }
}

/// Whether another condition follows without a joining word.
fn starts_condition(cursor: &Cursor) -> bool {
    matches!(cursor.peek(), Token::Identifier(_) | Token::Word("("))
}

/// `a="b"`, `a>1s`, or a condition in parentheses.
fn parse_condition(cursor: &mut Cursor) -> Result<LabelFilter, QueryError> {
    if cursor.accept("(") {
        let inner = parse_label_filter(cursor, 0)?;
        cursor.expect_quietly(")")?;
        return Ok(inner);
    }
    let Token::Identifier(name) = cursor.peek().clone() else {
        return Err(cursor.unexpected(&[]));
    };
    cursor.take();
    let op = match_op(cursor);
    let Some(comparison) = comparison(cursor) else {
        let Some(op @ (MatchOp::Regex | MatchOp::NotRegex)) = op else {
            return Err(cursor.unexpected(&[]));
        };
        cursor.take();
        return Ok(LabelFilter::Text(Matcher {
            name,
            op,
            value: cursor.expect_text()?,
        }));
    };
    cursor.take();
    match (op, cursor.peek()) {
        (Some(op), Token::Text(_)) => Ok(LabelFilter::Text(Matcher {
            name,
            op,
            value: cursor.expect_text()?,
        })),
        (Some(op), Token::Word("ip")) => {
            cursor.take();
            let equal = op == MatchOp::Equal;
            Ok(LabelFilter::Ip {
                name,
                equal,
                range: parse_call_text(cursor)?,
            })
        }
        _ => parse_amount(cursor, name, comparison),
    }
}

/// The comparison that is next; `=` counts as equality.
fn comparison(cursor: &Cursor) -> Option<Comparison> {
    Some(match cursor.peek() {
        Token::Word("=" | "==") => Comparison::Equal,
        Token::Word("!=") => Comparison::NotEqual,
        Token::Word(">") => Comparison::Greater,
        Token::Word(">=") => Comparison::GreaterOrEqual,
        Token::Word("<") => Comparison::Less,
        Token::Word("<=") => Comparison::LessOrEqual,
        _ => return None,
    })
}

/// The amount that a label is compared with.
fn parse_amount(
    cursor: &mut Cursor,
    name: String,
    op: Comparison,
) -> Result<LabelFilter, QueryError> {
    match *cursor.peek() {
        Token::Duration(nanos) => {
            cursor.take();
            Ok(LabelFilter::Duration(name, op, nanos))
        }
        Token::Bytes(bytes) => {
            cursor.take();
            Ok(LabelFilter::Bytes(name, op, bytes))
        }
        _ => Ok(LabelFilter::Number(name, op, parse_literal(cursor, &[])?)),
    }
}

/// `1.5`, `+1`, `-1`
pub(super) fn parse_literal(cursor: &mut Cursor, expected: &[&str]) -> Result<f64, QueryError> {
    let signed = cursor.is("+") || cursor.is("-");
    let negative = cursor.is("-");
    if signed {
        cursor.take();
    }
    let Token::Number(text) = cursor.peek().clone() else {
        let expected = if signed { &["NUMBER"] } else { expected };
        return Err(cursor.unexpected(expected));
    };
    cursor.take();
    let value = parse_float(&text)
        .map_err(|why| QueryError::invalid(format!("unable to parse literal as a float: {why}")))?;
    Ok(if negative { -value } else { value })
}

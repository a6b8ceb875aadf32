//! The part of the parser that reads metric expressions: aggregations over time and series, arithmetic, literals.
//!
//! What the grammar allows and Loki then refuses while it builds the tree (a grouping on `rate`, `topk` without its
//! number) is refused here too, without a place, as Loki does.

use super::cursor::Cursor;
use super::error::QueryError;
use super::lexer::Token;
use super::parser::{parse_label_filter, parse_literal, parse_log, parse_stages};
use super::quantity::parse_float;
use super::tree::{
    Binary, BinaryOp, Cardinality, Conversion, Expr, Grouping, LogExpr, Matching, Metric,
    RangeAggregation, RangeOp, Unwrap, VectorAggregation, VectorOp,
};

/// An expression whose operators bind tighter than `binding`.
pub(super) fn parse_expression(cursor: &mut Cursor, binding: u8) -> Result<Expr, QueryError> {
    cursor.enter()?;
    let mut left = parse_operand(cursor)?;
    while let Some(op) = binary_op(cursor).filter(|op| op.precedence() > binding) {
        cursor.take();
        cursor.count_operator()?;
        let returns_bool = cursor.accept("bool");
        let matching = parse_matching(cursor)?;
        // `^` groups to the right, everything else to the left.
        let inner = if op == BinaryOp::Pow {
            op.precedence() - 1
        } else {
            op.precedence()
        };
        let right = parse_expression(cursor, inner)?;
        let binary = Binary {
            left: leg(left, "left", op)?,
            op,
            right: leg(right, "right", op)?,
            returns_bool,
            matching,
        };
        refuse_literal_sets(&binary)?;
        left = Expr::Metric(Metric::Binary(Box::new(binary)));
    }
    cursor.leave();
    Ok(left)
}

/// The binary operator that is next.
fn binary_op(cursor: &Cursor) -> Option<BinaryOp> {
    let Token::Word(word) = cursor.peek() else {
        return None;
    };
    BinaryOp::ALL
        .iter()
        .find(|op| op.as_str() == *word)
        .copied()
}

/// A leg of a binary operation, which must be a metric.
fn leg(expr: Expr, side: &str, op: BinaryOp) -> Result<Metric, QueryError> {
    let kind = match expr {
        Expr::Metric(metric) => return Ok(metric),
        Expr::Log(log) if log.stages.is_empty() => "MatchersExpr",
        Expr::Log(_) => "PipelineExpr",
    };
    let op = op.as_str();
    Err(QueryError::invalid(format!(
        "unexpected type for {side} leg of binary operation ({op}): *syntax.{kind}"
    )))
}

/// `and`, `or` and `unless` join vectors only.
fn refuse_literal_sets(binary: &Binary) -> Result<(), QueryError> {
    if !binary.op.is_set() {
        return Ok(());
    }
    for (side, leg) in [("left", &binary.left), ("right", &binary.right)] {
        if let Some(value) = super::binary::constant(leg) {
            let op = binary.op.as_str();
            return Err(QueryError::invalid(format!(
                "unexpected literal for {side} leg of logical/set binary operation ({op}): {value:.6}"
            )));
        }
    }
    Ok(())
}

/// `on (a) group_left (b)` and the like, or nothing.
fn parse_matching(cursor: &mut Cursor) -> Result<Matching, QueryError> {
    let mut matching = Matching::default();
    if !cursor.is("on") && !cursor.is("ignoring") {
        return Ok(matching);
    }
    matching.on = cursor.is("on");
    cursor.take();
    matching.labels = parse_label_list(cursor)?;
    matching.cardinality = match cursor.peek() {
        Token::Word("group_left") => Cardinality::ManyToOne,
        Token::Word("group_right") => Cardinality::OneToMany,
        _ => return Ok(matching),
    };
    cursor.take();
    if cursor.is("(") && !opens_operand(cursor) {
        matching.include = parse_label_list(cursor)?;
    }
    Ok(matching)
}

/// Whether the parenthesis that is next holds an operand and not a list of labels.
fn opens_operand(cursor: &Cursor) -> bool {
    !matches!(
        cursor.peek_second(),
        Token::Identifier(_) | Token::Word(")")
    )
}

/// `(a, b)`
fn parse_label_list(cursor: &mut Cursor) -> Result<Vec<String>, QueryError> {
    cursor.expect("(")?;
    let mut labels = Vec::new();
    if cursor.accept(")") {
        return Ok(labels);
    }
    let mut others: &[&str] = &[")"];
    loop {
        labels.push(cursor.expect_identifier(others)?);
        if cursor.accept(")") {
            return Ok(labels);
        }
        if !cursor.accept(",") {
            return Err(cursor.unexpected(&[",", ")"]));
        }
        others = &[];
    }
}

/// `by (a)` or `without (a)`, or nothing.
fn parse_grouping(cursor: &mut Cursor) -> Result<Option<Grouping>, QueryError> {
    let without = cursor.is("without");
    if !without && !cursor.is("by") {
        return Ok(None);
    }
    cursor.take();
    Ok(Some(Grouping {
        without,
        labels: parse_label_list(cursor)?,
    }))
}

/// Something between operators.
fn parse_operand(cursor: &mut Cursor) -> Result<Expr, QueryError> {
    Ok(match *cursor.peek() {
        Token::Word("{") => {
            let log = parse_log(cursor)?;
            // Only `| unwrap` is left behind a pipeline, and it has no place outside a range aggregation.
            if cursor.accept("|") {
                return Err(cursor.unexpected(&[]));
            }
            Expr::Log(log)
        }
        Token::Word("(") => {
            cursor.take();
            let inner = parse_expression(cursor, 0)?;
            cursor.expect_quietly(")")?;
            inner
        }
        Token::RangeOp(op) => Expr::Metric(parse_range_aggregation(cursor, op)?),
        Token::VectorOp(op) => Expr::Metric(parse_vector_aggregation(cursor, op)?),
        Token::Word("label_replace") => Expr::Metric(parse_label_replace(cursor)?),
        Token::Word("vector") => Expr::Metric(parse_vector(cursor)?),
        Token::Word("variants") => return Err(QueryError::unsupported("variants")),
        Token::Number(_) | Token::Word("+" | "-") => {
            Expr::Metric(Metric::Literal(parse_literal(cursor, &[])?))
        }
        _ => return Err(cursor.unexpected(&[])),
    })
}

/// A metric inside a call.
fn parse_inner_metric(cursor: &mut Cursor) -> Result<Metric, QueryError> {
    match parse_expression(cursor, 0)? {
        Expr::Metric(metric) => Ok(metric),
        // Loki's parser notices at the token behind the selector.
        Expr::Log(_) => Err(cursor.unexpected(&[])),
    }
}

/// `vector(1)`
fn parse_vector(cursor: &mut Cursor) -> Result<Metric, QueryError> {
    cursor.take();
    cursor.expect("(")?;
    let Token::Number(_) = cursor.peek() else {
        return Err(cursor.unexpected(&["NUMBER"]));
    };
    let value = parse_literal(cursor, &[])?;
    cursor.expect(")")?;
    Ok(Metric::VectorOf(value))
}

/// `label_replace(v, "dst", "$1", "src", "(.*)")`
fn parse_label_replace(cursor: &mut Cursor) -> Result<Metric, QueryError> {
    cursor.take();
    cursor.expect("(")?;
    let inner = Box::new(parse_inner_metric(cursor)?);
    cursor.expect_quietly(",")?;
    let target = cursor.expect_text()?;
    cursor.expect(",")?;
    let replacement = cursor.expect_text()?;
    cursor.expect(",")?;
    let source = cursor.expect_text()?;
    cursor.expect(",")?;
    let regex = cursor.expect_text()?;
    cursor.expect(")")?;
    if let Err(why) = super::go_regex::compile_anchored(&regex) {
        return Err(QueryError::invalid(format!(
            "invalid regex in label_replace: {why}"
        )));
    }
    if !is_label_name(&target) {
        return Err(QueryError::invalid(format!(
            "invalid destination label name in label_replace: {target}"
        )));
    }
    Ok(Metric::LabelReplace {
        inner,
        target,
        replacement,
        source,
        regex,
    })
}

/// Whether Prometheus allows the name for a label.
pub(super) fn is_label_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|first| first == b'_' || first.is_ascii_alphabetic())
        && bytes.all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
}

/// `sum by (a) (v)`, `sum(v) by (a)`, `topk(3, v)`
fn parse_vector_aggregation(cursor: &mut Cursor, op: VectorOp) -> Result<Metric, QueryError> {
    cursor.take();
    let before = parse_grouping(cursor)?;
    cursor.expect("(")?;
    let mut parameter = None;
    if let (Token::Number(text), Token::Word(",")) = (cursor.peek(), cursor.peek_second()) {
        parameter = Some(text.clone());
        cursor.take();
        cursor.take();
    }
    let inner = Box::new(parse_inner_metric(cursor)?);
    cursor.expect_quietly(")")?;
    let grouping = match before {
        Some(grouping) => Some(grouping),
        None => parse_grouping(cursor)?,
    };
    let parameter = check_vector_parameter(op, parameter.as_deref())?;
    if matches!(op, VectorOp::Sort | VectorOp::SortDesc)
        && grouping
            .as_ref()
            .is_some_and(|grouping| !grouping.labels.is_empty())
    {
        return Err(QueryError::invalid(
            "sort and sort_desc doesn't allow grouping by ",
        ));
    }
    Ok(Metric::Vector(VectorAggregation {
        op,
        parameter,
        grouping,
        inner,
    }))
}

/// The number that `topk` and `bottomk` need and the others may not have.
fn check_vector_parameter(
    op: VectorOp,
    parameter: Option<&str>,
) -> Result<Option<usize>, QueryError> {
    let name = op.as_str();
    match (op, parameter) {
        (VectorOp::ApproxTopK, _) => Err(QueryError::unsupported("approx_topk")),
        (VectorOp::TopK | VectorOp::BottomK, None) => Err(QueryError::invalid(format!(
            "parameter required for operation {name}"
        ))),
        (VectorOp::TopK | VectorOp::BottomK, Some(text)) => match text.parse::<usize>() {
            Ok(0) => Err(QueryError::invalid(format!(
                "invalid parameter (must be greater than 0) {name}({text}"
            ))),
            Ok(k) => Ok(Some(k)),
            Err(_) => Err(QueryError::invalid(format!(
                "invalid parameter {name}({text},"
            ))),
        },
        (_, Some(text)) => Err(QueryError::invalid(format!(
            "unsupported parameter for operation {name}({text},"
        ))),
        (_, None) => Ok(None),
    }
}

/// `rate({…}[5m]) by (a)`, `quantile_over_time(0.9, {…} | unwrap a [5m])`
fn parse_range_aggregation(cursor: &mut Cursor, op: RangeOp) -> Result<Metric, QueryError> {
    cursor.take();
    cursor.expect("(")?;
    let mut parameter = None;
    if let Token::Number(text) = cursor.peek().clone() {
        cursor.take();
        cursor.expect(",")?;
        parameter = Some(text);
    } else if !cursor.is("{") && !cursor.is("(") {
        return Err(cursor.unexpected(&["NUMBER", "{", "("]));
    }
    let range = parse_log_range(cursor)?;
    cursor.expect(")")?;
    let grouping = parse_grouping(cursor)?;
    let aggregation = RangeAggregation {
        op,
        parameter: check_range_parameter(op, parameter.as_deref())?,
        log: range.log,
        range: range.range.unwrap_or_default(),
        offset: range.offset.unwrap_or_default(),
        unwrap: range.unwrap,
        grouping,
    };
    check_range_aggregation(&aggregation)?;
    Ok(Metric::Range(aggregation))
}

/// The quantile that `quantile_over_time` needs and the others may not have.
fn check_range_parameter(op: RangeOp, parameter: Option<&str>) -> Result<Option<f64>, QueryError> {
    let name = op.as_str();
    match (op, parameter) {
        (RangeOp::Quantile, None) => Err(QueryError::invalid(format!(
            "parameter required for operation {name}"
        ))),
        (RangeOp::Quantile, Some(text)) => parse_float(text).map(Some).map_err(|why| {
            QueryError::invalid(format!("invalid parameter for operation {name}: {why}"))
        }),
        (_, Some(text)) => Err(QueryError::invalid(format!(
            "parameter {text} not supported for operation {name}"
        ))),
        (_, None) => Ok(None),
    }
}

/// What Loki refuses although it is grammatical: a grouping or an unwrap where the operation has no use for it.
fn check_range_aggregation(aggregation: &RangeAggregation) -> Result<(), QueryError> {
    use RangeOp::{
        Absent, Avg, Bytes, BytesRate, Count, First, Last, Max, Min, Quantile, Rate, RateCounter,
        Stddev, Stdvar, Sum,
    };
    let op = aggregation.op;
    let groups = matches!(
        op,
        Avg | Stddev | Stdvar | Quantile | Max | Min | First | Last
    );
    if aggregation.grouping.is_some() && !groups {
        return Err(QueryError::invalid(format!(
            "grouping not allowed for {} aggregation",
            op.as_str()
        )));
    }
    let fits = match aggregation.unwrap {
        Some(_) => groups || matches!(op, Sum | Rate | RateCounter | Absent),
        None => matches!(op, Bytes | BytesRate | Count | Rate | Absent),
    };
    if fits {
        return Ok(());
    }
    let with = if aggregation.unwrap.is_some() {
        "with"
    } else {
        "without"
    };
    Err(QueryError::invalid(format!(
        "invalid aggregation {} {with} unwrap",
        op.as_str()
    )))
}

/// A log expression with its window, the parts in whichever order they were written.
struct LogRange {
    /// Which entries.
    log: LogExpr,
    /// Window length.
    range: Option<i64>,
    /// How far back.
    offset: Option<i64>,
    /// Which label holds the value.
    unwrap: Option<Unwrap>,
}

/// `{…} | json [5m] offset 1m`, `({…} | json)[5m]`, `{…}[5m] | json`; the window must be there.
fn parse_log_range(cursor: &mut Cursor) -> Result<LogRange, QueryError> {
    let mut log_range = parse_log_range_part(cursor)?;
    if log_range.range.is_none() {
        let Token::Range(range) = *cursor.peek() else {
            return Err(cursor.unexpected(&[]));
        };
        cursor.take();
        log_range.range = Some(range);
        log_range.offset = parse_offset(cursor)?;
        if log_range.log.stages.is_empty() && log_range.unwrap.is_none() {
            log_range.log.stages = parse_stages(cursor)?;
            log_range.unwrap = parse_unwrap(cursor)?;
        }
    }
    Ok(log_range)
}

/// A log expression with what stands before its window, or all of it in parentheses.
fn parse_log_range_part(cursor: &mut Cursor) -> Result<LogRange, QueryError> {
    if !cursor.accept("(") {
        if !cursor.is("{") {
            return Err(cursor.unexpected(&["{", "("]));
        }
        let log = parse_log(cursor)?;
        let unwrap = parse_unwrap(cursor)?;
        return Ok(LogRange {
            log,
            range: None,
            offset: None,
            unwrap,
        });
    }
    cursor.enter()?;
    let mut inner = parse_log_range_part(cursor)?;
    if !cursor.is(")") && inner.range.is_none() {
        let Token::Range(range) = *cursor.peek() else {
            return Err(cursor.unexpected(&[]));
        };
        cursor.take();
        inner.range = Some(range);
        inner.offset = parse_offset(cursor)?;
        if inner.log.stages.is_empty() && inner.unwrap.is_none() {
            inner.log.stages = parse_stages(cursor)?;
            inner.unwrap = parse_unwrap(cursor)?;
        }
    }
    cursor.expect(")")?;
    cursor.leave();
    Ok(inner)
}

/// `offset 5m`, or nothing.
fn parse_offset(cursor: &mut Cursor) -> Result<Option<i64>, QueryError> {
    if !cursor.accept("offset") {
        return Ok(None);
    }
    let Token::Duration(offset) = *cursor.peek() else {
        return Err(cursor.unexpected(&["DURATION"]));
    };
    cursor.take();
    Ok(Some(offset))
}

/// `| unwrap duration(a) | b="c"`, or nothing.
fn parse_unwrap(cursor: &mut Cursor) -> Result<Option<Unwrap>, QueryError> {
    if !cursor.is("|") {
        return Ok(None);
    }
    cursor.take();
    cursor.expect_quietly("unwrap")?;
    let conversion = match cursor.peek() {
        Token::Word("bytes") => Conversion::Bytes,
        Token::Word("duration") => Conversion::Duration,
        Token::Word("duration_seconds") => Conversion::DurationSeconds,
        _ => Conversion::Number,
    };
    let label = if conversion == Conversion::Number {
        cursor.expect_identifier(&["BYTES_CONV", "DURATION_CONV", "DURATION_SECONDS_CONV"])?
    } else {
        cursor.take();
        cursor.expect("(")?;
        let label = cursor.expect_identifier(&[])?;
        cursor.expect(")")?;
        label
    };
    let mut filters = Vec::new();
    while cursor.accept("|") {
        filters.push(parse_label_filter(cursor, 0)?);
    }
    Ok(Some(Unwrap {
        label,
        conversion,
        filters,
    }))
}

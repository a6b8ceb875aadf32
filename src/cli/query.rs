//! What the commands share that take a query as it is: when it is asked about, how its refusal is shown, how its answer is masked.

use std::ops::Range;

use chrono::TimeDelta;

use super::args::{Output, UnitChoice};
use super::exit::{Exit, Failure};
use super::session::Session;
use super::time;
use crate::config::excerpt::Excerpt;
use crate::model::messages::cli as words;
use crate::model::messages::query as text;
use crate::model::{Instant, Labels, Lang, QueryResult, Redactor, Unit, Window};
use crate::plan::round_step;
use crate::render::result::{Asked, Form, When, write_result};
use crate::sources::{Moment, Problem, SourceError, Told};

/// Points of a series for a table, CSV or JSON.
const POINTS: i32 = 240;

/// Points of a series for a chart where nobody knows the terminal's width.
const CHART_POINTS: i32 = 180;

/// Most points of a series that Loki and Prometheus give.
const MOST_POINTS: i64 = 11_000;

/// A query language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// Loki's.
    Logql,
    /// Prometheus's.
    Promql,
}

impl Language {
    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Logql => "LogQL",
            Self::Promql => "PromQL",
        }
    }
}

/// The unit that was typed.
pub(super) fn unit(choice: Option<UnitChoice>) -> Option<Unit> {
    Some(match choice? {
        UnitChoice::Count => Unit::Count,
        UnitChoice::Bytes => Unit::Bytes,
        UnitChoice::Seconds => Unit::Seconds,
        UnitChoice::Ratio => Unit::Ratio,
        UnitChoice::Percent => Unit::Percent,
        UnitChoice::PerSecond => Unit::PerSecond,
    })
}

/// The distance between the points of a query over a window: what was typed, else as many as a chart has dots or a table needs.
///
/// # Errors
/// No duration, or one that gives more points than servers do.
pub(super) fn step(
    typed: Option<&str>,
    window: Window,
    chart: bool,
    least: TimeDelta,
    session: &Session,
) -> Result<TimeDelta, Failure> {
    let lang = session.lang();
    let Some(typed) = typed else {
        let columns = session.terminal.look.width.and_then(|columns| {
            // Two dots a column, beside an axis of about ten.
            i32::try_from(columns.saturating_sub(10).max(20) * 2).ok()
        });
        let points = if chart {
            columns.unwrap_or(CHART_POINTS).min(480)
        } else {
            POINTS
        };
        return Ok(round_step(window.length(), points).max(least));
    };
    // Prometheus's own steps may be plain numbers of seconds.
    let length = match typed.parse::<u32>() {
        Ok(seconds) if seconds > 0 => TimeDelta::seconds(i64::from(seconds)),
        _ => time::length("--step", typed, lang)?,
    };
    let millis = length.num_milliseconds().max(1);
    let points = window.length().num_milliseconds() / millis;
    if points > MOST_POINTS {
        return Err(Failure::usage(
            text::too_many_steps(lang, points, MOST_POINTS),
            Some(text::too_many_points_hint(lang)),
        ));
    }
    Ok(length)
}

/// Refuses an empty query.
///
/// # Errors
/// It is.
pub(super) fn ensure_query(query: &str, language: Language, lang: Lang) -> Result<(), Failure> {
    if !query.trim().is_empty() {
        return Ok(());
    }
    Err(Failure::usage(
        text::empty_query(lang, language.name()),
        Some(text::query_hint(lang, language.name())),
    ))
}

/// Why a query got no answer. What the server cannot read is shown below the query, with carets at the place that it names; what is
/// too much for it comes with what to do.
pub(super) fn refusal(error: &SourceError, query: &str, language: Language, lang: Lang) -> Failure {
    let plain = Failure::of_source(error, lang);
    let Problem::Status {
        status, message, ..
    } = &error.problem
    else {
        return plain;
    };
    if let Some(hint) = limit_hint(message, lang) {
        return Failure {
            hint: Some(hint),
            ..plain
        };
    }
    let lower = message.to_ascii_lowercase();
    if *status == 400 && lower.contains("parse error") {
        return bad_query(
            query,
            message,
            place(message, query, language),
            language,
            lang,
        );
    }
    if *status == 400 && lower.contains("instant query type") {
        return no_instant(lang);
    }
    plain
}

/// A log query where a single instant was asked about.
pub(super) fn no_instant(lang: Lang) -> Failure {
    Failure::usage(
        text::log_query_is_no_instant(lang),
        Some(text::log_query_is_no_instant_hint(lang)),
    )
}

/// A query that cannot be read: what is wrong, and where.
pub(super) fn bad_query(
    query: &str,
    what: &str,
    place: Option<Range<usize>>,
    language: Language,
    lang: Lang,
) -> Failure {
    let drawn = place.map(|place| Excerpt::new(query, &place).draw("query"));
    Failure {
        excerpt: drawn
            .iter()
            .flat_map(|drawn| drawn.lines())
            .map(str::to_owned)
            .collect(),
        ..Failure::usage(
            text::not_a_query(lang, language.name(), what),
            Some(text::query_hint(lang, language.name())),
        )
    }
}

/// What to do about a query that is too much for the server; `None` where its words are of something else.
fn limit_hint(message: &str, lang: Lang) -> Option<String> {
    let lower = message.to_ascii_lowercase();
    let says = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    if says(&["time range exceeds", "query length", "lookback"]) {
        Some(text::window_too_long_hint(lang))
    } else if says(&["maximum resolution", "points per time"]) {
        Some(text::too_many_points_hint(lang))
    } else if says(&[
        "maximum of series",
        "maximum number of series",
        "max number of series",
        "too many series",
        "cardinality limit",
    ]) {
        Some(text::too_many_series_hint(lang))
    } else if says(&["pipeline error"]) {
        Some(text::pipeline_hint(lang))
    } else if says(&[
        "too many bytes",
        "too many samples",
        "too many chunks",
        "max number of chunks",
        "limit exceeded",
        "outstanding requests",
        "deadline exceeded",
        "query timed out",
        "exceeds the limit",
    ]) {
        Some(text::too_much_read_hint(lang))
    } else {
        None
    }
}

/// The place that a server names: Loki counts characters (`line 1, col 12`), Prometheus bytes (`1:12: parse error`), both from one.
fn place(message: &str, query: &str, language: Language) -> Option<Range<usize>> {
    let (line, column) = match language {
        Language::Logql => {
            let rest = message.split_once("line ")?.1;
            let (line, rest) = rest.split_once(", col ")?;
            (line.parse().ok()?, leading_number(rest)?)
        }
        Language::Promql => {
            let before = message.split(": parse error").next()?;
            let mut parts = before.rsplit([':', ' ']);
            let column = parts.next()?.parse().ok()?;
            (parts.next()?.parse().ok()?, column)
        }
    };
    place_at(query, (line, column), language == Language::Logql)
}

/// The number that a text begins with.
fn leading_number(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text[..digits].parse().ok()
}

/// The word or sign at a line and column, both from one; an empty range where the query ends there. `chars` where the column
/// counts characters and not bytes.
pub(super) fn place_at(
    query: &str,
    (line, column): (usize, usize),
    chars: bool,
) -> Option<Range<usize>> {
    let (line, column) = (line.checked_sub(1)?, column.checked_sub(1)?);
    if line > query.matches('\n').count() {
        return None;
    }
    let before: usize = query.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = query.get(before..)?;
    let inside = if chars {
        rest.char_indices()
            .nth(column)
            .map_or(rest.len(), |(at, _)| at)
    } else {
        (0..=column.min(rest.len()))
            .rev()
            .find(|at| rest.is_char_boundary(*at))?
    };
    let start = before + inside;
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '.');
    let rest = &query[start..];
    let length = match rest.chars().next() {
        None => 0,
        Some(quote @ ('"' | '`' | '\'')) => rest[1..].find(quote).map_or(1, |end| end + 2),
        Some(c) if word(c) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
        Some(c) => c.len_utf8(),
    };
    Some(start..start + length)
}

/// The form of numbers that was typed; `None` for a form that they do not have.
pub(super) fn number_form(output: Output, chart: bool, session: &Session) -> Option<Form> {
    match output {
        Output::Human if chart => Some(Form::Chart),
        Output::Human => Some(Form::Table),
        Output::Json => Some(Form::Json),
        Output::Csv => Some(Form::Csv {
            sanitise: session.terminal.shows_screen,
        }),
        Output::Ndjson | Output::Raw | Output::Markdown | Output::Html => None,
    }
}

/// Writes an answer in numbers, masked, and says what the server said about it.
///
/// # Errors
/// Stdout.
pub(super) fn write_numbers(
    query: &str,
    moment: Moment,
    unit: Option<Unit>,
    told: &Told,
    form: Form,
    session: &Session,
) -> Result<Exit, Failure> {
    let mut result = told.result.clone();
    session.mask_with(|redactor| mask_result(&mut result, redactor));
    let asked = Asked {
        query,
        when: match moment {
            Moment::At(at) => When::At(at),
            Moment::Over(window, step) => When::Over(window, step),
        },
        unit,
        warnings: &told.warnings,
    };
    let mut bytes = Vec::new();
    let written = write_result(&asked, &result, form, &session.terminal.look, &mut bytes);
    session.terminal.judge_write(written)?;
    session.terminal.write_answer(&bytes)?;
    for warning in &told.warnings {
        session
            .terminal
            .note(&text::server_warns(session.lang(), warning));
    }
    Ok(Exit::Done)
}

/// Masks the labels of an answer in numbers.
fn mask_result(result: &mut QueryResult, redactor: &mut Redactor) {
    match result {
        QueryResult::Vector(series) | QueryResult::Matrix(series) => {
            for one in series {
                mask_labels(&mut one.labels, redactor);
            }
        }
        QueryResult::Text(value) => {
            redactor.mask(value);
        }
        QueryResult::Streams(_) | QueryResult::Scalar(_) => {}
    }
}

/// Masks the values of labels.
pub(super) fn mask_labels(labels: &mut Labels, redactor: &mut Redactor) {
    for (name, value) in &mut labels.0 {
        redactor.mask_named(name, value);
    }
}

/// The instant that `--at` names.
///
/// # Errors
/// It cannot be read.
pub(super) fn instant(typed: &str, session: &Session) -> Result<Instant, Failure> {
    time::instant(
        "--at",
        typed,
        session.world.now,
        session.terminal.offset(),
        session.lang(),
    )
}

/// The window that the flags mean.
///
/// # Errors
/// It does not hold.
pub(super) fn window(args: &super::args::WindowArgs, session: &Session) -> Result<Window, Failure> {
    time::window(
        args,
        session.world.now,
        session.terminal.offset(),
        session.lang(),
    )
}

/// The failure of a form that a command does not have.
pub(super) fn no_such_form(command: &str, forms: &str, session: &Session) -> Failure {
    Failure::usage(words::no_such_form(session.lang(), command, forms), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(query: &str, message: &str, language: Language) -> Option<String> {
        place(message, query, language).map(|range| query[range].to_owned())
    }

    #[test]
    fn the_place_is_found_in_the_words_of_both_servers() {
        let syntax = "parse error at line 1, col 11: syntax error: unexpected IDENTIFIER";
        for (query, message, language, expected) in [
            ("{app=\"x\"} nope", syntax, Language::Logql, Some("nope")),
            (
                "{a=\"é\"}\n| json\n|= nope",
                "parse error at line 3, col 4: syntax error",
                Language::Logql,
                Some("nope"),
            ),
            (
                "{é=\"x\"} nope",
                "parse error at line 1, col 9: x",
                Language::Logql,
                Some("nope"),
            ),
            (
                "{a",
                "parse error at line 1, col 3: x",
                Language::Logql,
                Some(""),
            ),
            ("{}", "parse error : queries require", Language::Logql, None),
            (
                "sum(é)",
                "invalid parameter \"query\": 1:7: parse error: unexpected \")\"",
                Language::Promql,
                Some(")"),
            ),
            (
                "x y",
                "1:3: parse error: unexpected identifier",
                Language::Promql,
                Some("y"),
            ),
            ("x", "line 9, col 9: parse error", Language::Logql, None),
            ("x", "0:0: parse error", Language::Promql, None),
        ] {
            assert_eq!(
                shown(query, message, language).as_deref(),
                expected,
                "{query} {message}"
            );
        }
    }

    #[test]
    fn limits_come_with_their_own_advice() {
        for message in [
            "the query time range exceeds the limit (query length: 1441h0m0s, limit: 721h0m0s)",
            "exceeded maximum resolution of 11,000 points per time series. Try increasing",
            "maximum of series (500) reached for a single query",
            "the query would read too many bytes (query: 1TB, limit: 1GB)",
            "pipeline error: 'JSONParserErr' for series: '{}'.",
            "context deadline exceeded",
        ] {
            assert!(limit_hint(message, Lang::En).is_some(), "{message}");
        }
        assert_eq!(
            limit_hint("parse error at line 1, col 1: x", Lang::En),
            None
        );
    }

    proptest::proptest! {
        #[test]
        fn no_place_makes_the_excerpt_panic(query in "\\PC{0,20}(\n\\PC{0,9}){0,2}", line in 0_usize..5, column in 0_usize..30, chars in proptest::bool::ANY) {
            if let Some(range) = place_at(&query, (line, column), chars) {
                proptest::prop_assert!(query.get(range.clone()).is_some());
                Excerpt::new(&query, &range).draw("query");
            }
        }
    }
}

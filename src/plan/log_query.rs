//! What does `scout logs` ask Loki? In: the streams, and what lines must be like. Out: the log query, with those filters that the
//! server can apply without losing a line, and the metric query that counts what it selects.

use super::{FieldTest, contains_filter};
use crate::model::{Selector, Window};

/// A log query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LineQuery {
    /// The `LogQL` log query.
    pub(crate) text: String,
}

impl LineQuery {
    /// The lines of streams that may contain each of `literals` and for which each of `tests` may hold. A superset: the caller
    /// looks again.
    pub(crate) fn of_streams<'a>(
        selector: &Selector,
        literals: impl IntoIterator<Item = &'a str>,
        tests: &[FieldTest],
    ) -> Self {
        let literals = literals
            .into_iter()
            .filter(|literal| !literal.is_empty())
            .map(contains_filter);
        let tests = tests.iter().filter_map(FieldTest::line_filter);
        let filters: String = literals.chain(tests).collect();
        Self {
            text: format!("{selector}{filters}"),
        }
    }

    /// A query that somebody wrote, as it is.
    pub(crate) fn raw(text: &str) -> Self {
        Self {
            text: text.trim().to_owned(),
        }
    }
}

/// The metric query that counts the entries of a log query in a window, for an evaluation at the window's last nanosecond: a range
/// looks back over `(t - range, t]`, so that it is `[from, to)`. `None` for a window that is longer than 292 years.
pub(crate) fn count_query(query: &str, window: Window) -> Option<String> {
    let nanos = window.length().num_nanoseconds()?;
    // The line break ends a comment, in which the query may end.
    let end = if query.contains('#') { "\n" } else { "" };
    Some(format!(
        "sum(count_over_time({query}{end}[{}]))",
        range(nanos)
    ))
}

/// A range in the largest unit that holds it without a fraction.
fn range(nanos: i64) -> String {
    let units = [("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000)];
    let whole = units.iter().find(|(_, size)| nanos % size == 0);
    whole.map_or_else(
        || format!("{nanos}ns"),
        |(unit, size)| format!("{}{unit}", nanos / size),
    )
}

/// Whether a query selects lines: it begins with a stream selector, perhaps in parentheses or behind comments.
pub(crate) fn is_log_query(query: &str) -> bool {
    let mut rest = query;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
        let Some(comment) = rest.strip_prefix('#') else {
            return rest.starts_with('{');
        };
        rest = comment.split_once('\n').map_or("", |(_, after)| after);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_numbers_are_told_apart_by_how_a_query_begins() {
        for query in [
            "{a=\"b\"}",
            " \n({a=\"b\"} |= \"x\")",
            "# all of it\n{a=\"b\"} | json",
        ] {
            assert!(is_log_query(query), "{query}");
        }
        for query in [
            "count_over_time({a=\"b\"}[5m])",
            "(sum(rate({a=\"b\"}[5m])))",
            "1 + 1",
            "-1",
            "# {\nvector(1)",
            "#",
            "",
        ] {
            assert!(!is_log_query(query), "{query}");
        }
    }
}

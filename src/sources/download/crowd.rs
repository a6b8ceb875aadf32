//! More entries at one nanosecond than an answer holds.
//!
//! Loki pages by time alone, so entries of one nanosecond cannot be paged. What can be done, in this order:
//!
//! 1. ask for the nanosecond alone, with the largest limit;
//! 2. ask for each log stream alone: those that the index lists there (`series`), by all of their labels;
//! 3. where a stream alone is too much, ask for it from both ends. `count_over_time` tells how many entries there are, and with
//!    that how many of the two answers are the same: up to twice the limit of one stream can be had.
//!
//! What then is still missing is said.

use std::collections::BTreeSet;

use super::ask::Asker;
use super::decode::Arena;
use super::span::Span;
use crate::model::{Labels, Matcher};
use crate::sources::error::SourceError;
use crate::sources::loki::Direction;

/// Most bytes of the lines of one nanosecond: they are ordered by label set and so must be in memory together. 250,000 lines of
/// 130 bytes.
const MOST_BYTES: usize = 32 << 20;

/// Most log streams that are asked one by one: at ten requests a second that takes a minute, for one nanosecond.
const MOST_STREAMS: usize = 600;

/// The entries of one nanosecond.
#[derive(Debug)]
pub(super) struct Crowd {
    /// Answers that share no entry.
    pub(super) parts: Vec<Arena>,
    /// Whether these are all.
    pub(super) is_whole: bool,
}

impl Crowd {
    /// All there are.
    fn whole(arena: Arena) -> Self {
        Self {
            parts: vec![arena],
            is_whole: true,
        }
    }

    /// Those of one answer, of more.
    fn part(arena: Arena) -> Self {
        Self {
            parts: vec![arena],
            is_whole: false,
        }
    }
}

/// Fetches the entries of a nanosecond.
///
/// # Errors
/// The first request's. Those of others too, unless `is_last_try`: then what there is counts.
pub(super) async fn fetch_crowd(
    asker: &Asker<'_>,
    at: i64,
    limit: u32,
    is_last_try: bool,
) -> Result<Crowd, SourceError> {
    let direction = Direction::Forward;
    let all = asker
        .fetch_instant(asker.query, at, limit, direction, MOST_BYTES)
        .await?;
    if all.len() < limit as usize {
        return Ok(Crowd::whole(all));
    }
    match fetch_by_stream(asker, at, limit).await {
        Ok(Some(crowd)) => Ok(crowd),
        Ok(None) => Ok(Crowd::part(all)),
        Err(_) if is_last_try => Ok(Crowd::part(all)),
        Err(error) => Err(error),
    }
}

/// Fetches a nanosecond stream by stream; `None` where the streams are not known.
///
/// # Errors
/// Any request's, except that the API may not have `series`.
async fn fetch_by_stream(
    asker: &Asker<'_>,
    at: i64,
    limit: u32,
) -> Result<Option<Crowd>, SourceError> {
    let Some((selector, pipeline)) = split_selector(asker.query) else {
        return Ok(None);
    };
    let window = Span::instant(at).window();
    let streams = match asker.loki.fetch_label_sets(selector, window).await {
        Ok(streams) if (1..=MOST_STREAMS).contains(&streams.len()) => streams,
        Err(error) if error.may_pass() => return Err(error),
        _ => return Ok(None),
    };
    let streams: BTreeSet<Labels> = streams.into_iter().collect();
    let names: BTreeSet<&str> = streams
        .iter()
        .flat_map(Labels::iter)
        .map(|(name, _)| name)
        .collect();
    let mut crowd = Crowd {
        parts: Vec::new(),
        is_whole: true,
    };
    let mut left = MOST_BYTES;
    for stream in &streams {
        let query = narrowed(selector, pipeline, stream, &names);
        let of_stream = fetch_stream(asker, &query, at, limit, left).await?;
        let bytes: usize = of_stream.parts.iter().map(|part| part.text.len()).sum();
        crowd.is_whole &= of_stream.is_whole;
        crowd.parts.extend(of_stream.parts);
        left = left.saturating_sub(bytes);
        if left == 0 {
            crowd.is_whole = false;
            break;
        }
    }
    Ok(Some(crowd))
}

/// Fetches one stream's entries of a nanosecond, from both ends where one answer does not hold them.
async fn fetch_stream(
    asker: &Asker<'_>,
    query: &str,
    at: i64,
    limit: u32,
    most_bytes: usize,
) -> Result<Crowd, SourceError> {
    let fetch = async |direction| {
        asker
            .fetch_instant(query, at, limit, direction, most_bytes)
            .await
    };
    let first = fetch(Direction::Forward).await?;
    if first.len() < limit as usize {
        return Ok(Crowd::whole(first));
    }
    let instant = Span::instant(at).window();
    let count = match asker.loki.fetch_count(query, instant).await {
        Ok(count) => count,
        Err(error) if error.may_pass() => return Err(error),
        Err(_) => return Ok(Crowd::part(first)),
    };
    if count == first.len() as u64 {
        return Ok(Crowd::whole(first));
    }
    let mut last = fetch(Direction::Backward).await?;
    let is_one = [&first, &last]
        .iter()
        .all(|answer| answer.streams.len() == 1 && answer.streams[0] == first.streams[0]);
    // Of several label sets (a level that the server found in the lines), the answers say nothing about what lies between them.
    let missing = usize::try_from(count)
        .ok()
        .and_then(|count| count.checked_sub(first.len()));
    let Some(missing) = missing.filter(|_| is_one) else {
        return Ok(Crowd::part(first));
    };
    let is_whole = missing <= last.len();
    // From the last entry back: as many as the first answer lacks.
    last.rows.truncate(missing);
    Ok(Crowd {
        parts: vec![first, last],
        is_whole,
    })
}

/// A query's stream selector, braces included, and what stands behind it; `None` where it does not begin with one.
fn split_selector(query: &str) -> Option<(&str, &str)> {
    let query = query.trim_start();
    if !query.starts_with('{') {
        return None;
    }
    let mut quote = None;
    let mut is_escaped = false;
    for (index, byte) in query.bytes().enumerate() {
        match (quote, byte) {
            _ if is_escaped => is_escaped = false,
            (Some(b'"'), b'\\') => is_escaped = true,
            (Some(open), close) if open == close => quote = None,
            (None, b'"' | b'`') => quote = Some(byte),
            (None, b'}') => return Some(query.split_at(index + 1)),
            _ => {}
        }
    }
    None
}

/// The query for one stream alone: a label that it lacks and another stream has must be empty.
fn narrowed(selector: &str, pipeline: &str, stream: &Labels, names: &BTreeSet<&str>) -> String {
    let given = selector
        .trim_start_matches('{')
        .trim_end_matches('}')
        .trim()
        .trim_end_matches(',');
    let mut matchers = Vec::new();
    if !given.is_empty() {
        matchers.push(given.to_owned());
    }
    matchers.extend(
        names
            .iter()
            .map(|name| Matcher::equal(*name, stream.get(name).unwrap_or_default()).to_string()),
    );
    format!("{{{}}}{pipeline}", matchers.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selector_ends_where_its_brace_closes() {
        for (query, expected) in [
            (r#"{a="b"}"#, Some((r#"{a="b"}"#, ""))),
            (r#" {a="}"} |= "x}""#, Some((r#"{a="}"}"#, r#" |= "x}""#))),
            (r#"{a="\"}"} | json"#, Some((r#"{a="\"}"}"#, " | json"))),
            ("{a=~`\\}`}|json", Some(("{a=~`\\}`}", "|json"))),
            ("sum(x)", None),
            (r#"{a="}"#, None),
        ] {
            assert_eq!(split_selector(query), expected, "{query}");
        }
    }

    #[test]
    fn one_stream_is_told_from_another_that_has_more_labels() {
        let stream: Labels = [("a", "1\"")].into_iter().collect();
        let names = BTreeSet::from(["a", "b"]);
        assert_eq!(
            narrowed(r#"{a=~".+",}"#, " | json", &stream, &names),
            r#"{a=~".+", a="1\"", b=""} | json"#
        );
        assert_eq!(narrowed("{}", "", &stream, &names), r#"{a="1\"", b=""}"#);
    }
}

//! Writes Loki's JSON bodies.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::model::Labels;
use crate::sandbox::logql::quantity::sample_text;
use crate::sandbox::logql::{Answer, FoundStream};

/// Bytes that a label set or a line takes in JSON beside its text, for sizing buffers.
const OVERHEAD_BYTES: usize = 64;

/// `{"status":"success","data":["a","b"]}`; without `data` where there is nothing.
pub(super) fn status_body(names: &BTreeSet<&str>) -> String {
    if names.is_empty() {
        return r#"{"status":"success"}"#.to_owned();
    }
    let mut out = String::from(r#"{"status":"success","data":["#);
    separated(&mut out, names, |out, name| push_text(out, name));
    out.push_str("]}");
    out
}

/// `{"status":"success","data":[{"a":"b"}]}`
pub(super) fn series_body(series: &[&Labels]) -> String {
    let mut out = String::from(r#"{"status":"success","data":["#);
    separated(&mut out, series, |out, labels| push_labels(out, labels));
    out.push_str("]}");
    out
}

/// A streams answer.
pub(super) fn streams_body(streams: &[FoundStream<'_>]) -> String {
    let entries = streams.iter().flat_map(|stream| &stream.entries);
    let (lines, bytes) = entries.fold((0, 0), |(lines, bytes), (_, line)| {
        (lines + 1, bytes + line.len())
    });
    let mut out = String::with_capacity(bytes * 5 / 4 + (lines + streams.len()) * OVERHEAD_BYTES);
    out.push_str(r#"{"status":"success","data":{"resultType":"streams","result":["#);
    separated(&mut out, streams, push_stream);
    finish(out, lines, bytes)
}

/// `{"stream":{"a":"b"},"values":[["1795248300000000000","line"]]}`
fn push_stream(out: &mut String, stream: &FoundStream<'_>) {
    out.push_str(r#"{"stream":"#);
    push_labels(out, &stream.labels);
    out.push_str(r#","values":["#);
    separated(out, &stream.entries, |out, (at, line)| {
        push(out, format_args!("[\"{at}\","));
        push_text(out, line);
        out.push(']');
    });
    out.push_str("]}");
}

/// A message of `tail`, entries oldest first; empty where there are none. Of more than `most` entries the latest are dropped, and
/// named as such.
pub(super) fn tail_body(streams: &mut Vec<FoundStream<'_>>, most: usize) -> String {
    let mut times: Vec<i64> = streams
        .iter()
        .flat_map(|stream| stream.entries.iter().map(|(at, _)| *at))
        .collect();
    times.sort_unstable();
    let bound = times.get(most).copied().unwrap_or(i64::MAX);
    let mut dropped: Vec<(i64, Labels)> = Vec::new();
    for stream in streams.iter_mut() {
        let kept = stream.entries.partition_point(|(at, _)| *at < bound);
        let late = stream.entries.drain(kept..);
        dropped.extend(late.map(|(at, _)| (at, stream.labels.clone())));
    }
    streams.retain(|stream| !stream.entries.is_empty());
    if streams.is_empty() && dropped.is_empty() {
        return String::new();
    }
    let mut out = String::from(r#"{"streams":["#);
    separated(&mut out, streams.iter(), push_stream);
    out.push(']');
    if !dropped.is_empty() {
        out.push_str(r#","dropped_entries":["#);
        separated(&mut out, &dropped, |out, (at, labels)| {
            out.push_str(r#"{"labels":"#);
            push_labels(out, labels);
            push(out, format_args!(",\"timestamp\":\"{at}\"}}"));
        });
        out.push(']');
    }
    out.push('}');
    out
}

/// A scalar, vector or matrix answer; `at` is the instant of the first two.
pub(super) fn metric_body(answer: &Answer, at: i64) -> String {
    let mut out = String::from(r#"{"status":"success","data":{"resultType":"#);
    match answer {
        Answer::Scalar(value) => {
            out.push_str("\"scalar\",\"result\":");
            push_point(&mut out, at, *value);
            // `finish` closes an array, and a scalar is one.
            out.pop();
        }
        Answer::Vector(vector) => {
            out.push_str("\"vector\",\"result\":[");
            separated(&mut out, vector, |out, (labels, value)| {
                out.push_str(r#"{"metric":"#);
                push_labels(out, labels);
                out.push_str(r#","value":"#);
                push_point(out, at, *value);
                out.push('}');
            });
        }
        Answer::Matrix(matrix) => {
            out.push_str("\"matrix\",\"result\":[");
            separated(&mut out, matrix, |out, (labels, points)| {
                out.push_str(r#"{"metric":"#);
                push_labels(out, labels);
                out.push_str(r#","values":["#);
                separated(out, points, |out, (at, value)| push_point(out, *at, *value));
                out.push_str("]}");
            });
        }
    }
    finish(out, 0, 0)
}

/// Closes the result and adds the few statistics that are true of a look-alike.
fn finish(mut out: String, lines: usize, bytes: usize) -> String {
    push(
        &mut out,
        format_args!(
            "],\"stats\":{{\"summary\":{{\"totalEntriesReturned\":{lines},\"totalBytesProcessed\":{bytes},\
             \"totalLinesProcessed\":{lines}}}}}}}}}"
        ),
    );
    out
}

/// Items with commas.
fn separated<T>(
    out: &mut String,
    items: impl IntoIterator<Item = T>,
    mut push_item: impl FnMut(&mut String, T),
) {
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        push_item(out, item);
    }
}

/// Formatted text.
fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text)
        .expect("writing to a String does not fail");
}

/// `{"a":"b"}`
fn push_labels(out: &mut String, labels: &Labels) {
    out.push('{');
    separated(out, labels.iter(), |out, (name, value)| {
        push_text(out, name);
        out.push(':');
        push_text(out, value);
    });
    out.push('}');
}

/// `[1795248300,"1.5"]`, seconds to the millisecond.
fn push_point(out: &mut String, at: i64, value: f64) {
    let millis = at.div_euclid(1_000_000);
    let (seconds, rest) = (millis.div_euclid(1000), millis.rem_euclid(1000));
    push(out, format_args!("[{seconds}"));
    if rest != 0 {
        let fraction = format!("{rest:03}");
        push(out, format_args!(".{}", fraction.trim_end_matches('0')));
    }
    push(out, format_args!(",\"{}\"]", sample_text(value)));
}

/// A JSON string.
fn push_text(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| matches!(c, '"' | '\\') || c < ' ') {
        out.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            control => push(out, format_args!("\\u{control:04x}")),
        }
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
}

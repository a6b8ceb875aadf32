//! Writes Loki's JSON bodies.

use std::collections::BTreeSet;
use std::io::Write;

use crate::model::Labels;
use crate::sandbox::logql::quantity::sample_text;
use crate::sandbox::logql::{Answer, FoundStream};

/// Bytes that a label set or a line takes in JSON beside its text, for sizing buffers.
const OVERHEAD_BYTES: usize = 64;

/// `{"status":"success","data":["a","b"]}`; without `data` where there is nothing.
pub(super) fn status_body(names: &BTreeSet<&str>) -> Vec<u8> {
    if names.is_empty() {
        return br#"{"status":"success"}"#.to_vec();
    }
    let mut out = r#"{"status":"success","data":["#.as_bytes().to_vec();
    separated(&mut out, names, |out, name| push_text(out, name));
    out.extend_from_slice(b"]}");
    out
}

/// `{"status":"success","data":[{"a":"b"}]}`
pub(super) fn series_body(series: &[&Labels]) -> Vec<u8> {
    let mut out = r#"{"status":"success","data":["#.as_bytes().to_vec();
    separated(&mut out, series, |out, labels| push_labels(out, labels));
    out.extend_from_slice(b"]}");
    out
}

/// A streams answer.
pub(super) fn streams_body(streams: &[FoundStream<'_>]) -> Vec<u8> {
    let entries = streams.iter().flat_map(|stream| &stream.entries);
    let (lines, bytes) = entries.fold((0, 0), |(lines, bytes), (_, line)| {
        (lines + 1, bytes + line.len())
    });
    let mut out = Vec::with_capacity(bytes * 5 / 4 + (lines + streams.len()) * OVERHEAD_BYTES);
    out.extend_from_slice(br#"{"status":"success","data":{"resultType":"streams","result":["#);
    separated(&mut out, streams, push_stream);
    finish(out, lines, bytes)
}

/// `{"stream":{"a":"b"},"values":[["1795248300000000000","line"]]}`
fn push_stream(out: &mut Vec<u8>, stream: &FoundStream<'_>) {
    out.extend_from_slice(br#"{"stream":"#);
    push_labels(out, &stream.labels);
    out.extend_from_slice(br#","values":["#);
    separated(out, &stream.entries, |out, (at, line)| {
        push(out, format_args!("[\"{at}\","));
        push_text(out, line);
        out.push(b']');
    });
    out.extend_from_slice(b"]}");
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
    let mut out = r#"{"streams":["#.as_bytes().to_vec();
    separated(&mut out, streams.iter(), push_stream);
    out.push(b']');
    if !dropped.is_empty() {
        out.extend_from_slice(br#","dropped_entries":["#);
        separated(&mut out, &dropped, |out, (at, labels)| {
            out.extend_from_slice(br#"{"labels":"#);
            push_labels(out, labels);
            push(out, format_args!(",\"timestamp\":\"{at}\"}}"));
        });
        out.push(b']');
    }
    out.push(b'}');
    String::from_utf8(out).expect("texts and what stands between them")
}

/// A scalar, vector or matrix answer; `at` is the instant of the first two.
pub(super) fn metric_body(answer: &Answer, at: i64) -> Vec<u8> {
    let mut out = r#"{"status":"success","data":{"resultType":"#.as_bytes().to_vec();
    match answer {
        Answer::Scalar(value) => {
            out.extend_from_slice(b"\"scalar\",\"result\":");
            push_point(&mut out, at, *value);
            // `finish` closes an array, and a scalar is one.
            out.pop();
        }
        Answer::Vector(vector) => {
            out.extend_from_slice(b"\"vector\",\"result\":[");
            separated(&mut out, vector, |out, (labels, value)| {
                out.extend_from_slice(br#"{"metric":"#);
                push_labels(out, labels);
                out.extend_from_slice(br#","value":"#);
                push_point(out, at, *value);
                out.push(b'}');
            });
        }
        Answer::Matrix(matrix) => {
            out.extend_from_slice(b"\"matrix\",\"result\":[");
            separated(&mut out, matrix, |out, (labels, points)| {
                out.extend_from_slice(br#"{"metric":"#);
                push_labels(out, labels);
                out.extend_from_slice(br#","values":["#);
                separated(out, points, |out, (at, value)| push_point(out, *at, *value));
                out.extend_from_slice(b"]}");
            });
        }
    }
    finish(out, 0, 0)
}

/// Closes the result and adds the few statistics that are true of a look-alike.
fn finish(mut out: Vec<u8>, lines: usize, bytes: usize) -> Vec<u8> {
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
    out: &mut Vec<u8>,
    items: impl IntoIterator<Item = T>,
    mut push_item: impl FnMut(&mut Vec<u8>, T),
) {
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        push_item(out, item);
    }
}

/// Formatted text.
fn push(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text)
        .expect("writing to a String does not fail");
}

/// `{"a":"b"}`
fn push_labels(out: &mut Vec<u8>, labels: &Labels) {
    out.push(b'{');
    separated(out, labels.iter(), |out, (name, value)| {
        push_text(out, name);
        out.push(b':');
        push_text(out, value);
    });
    out.push(b'}');
}

/// `[1795248300,"1.5"]`, seconds to the millisecond.
fn push_point(out: &mut Vec<u8>, at: i64, value: f64) {
    let millis = at.div_euclid(1_000_000);
    let (seconds, rest) = (millis.div_euclid(1000), millis.rem_euclid(1000));
    push(out, format_args!("[{seconds}"));
    if rest != 0 {
        let fraction = format!("{rest:03}");
        push(out, format_args!(".{}", fraction.trim_end_matches('0')));
    }
    push(out, format_args!(",\"{}\"]", sample_text(value)));
}

/// How a byte is written in a JSON string: as it stands.
const PLAIN: u8 = 0;

/// Behind a backslash.
const SHORT: u8 = 1;

/// As `\u` and digits.
const LONG: u8 = 2;

/// How each byte is written, and the letter for it.
static WRITTEN: [(u8, u8); 256] = {
    let mut table = [(PLAIN, 0); 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "below 256")]
        let letter = byte as u8;
        table[byte] = match letter {
            b'"' | b'\\' => (SHORT, letter),
            b'\n' => (SHORT, b'n'),
            b'\r' => (SHORT, b'r'),
            b'\t' => (SHORT, b't'),
            0..b' ' => (LONG, letter),
            _ => (PLAIN, letter),
        };
        byte += 1;
    }
    table
};

/// A JSON string. Lines in envelopes are full of quotes, so each byte takes the same steps whatever it is: a backslash is always
/// written, and stays only where one is needed. What must be written longer is rare, and its part of the text is written again.
fn push_text(out: &mut Vec<u8>, text: &str) {
    const PART: usize = 64;
    let mut room = [0; 2 * PART];
    out.push(b'"');
    for part in text.as_bytes().chunks(PART) {
        let (mut at, mut seen) = (0, 0);
        for byte in part {
            let (how, letter) = WRITTEN[usize::from(*byte)];
            seen |= how;
            room[at] = b'\\';
            at += usize::from(how & SHORT);
            room[at] = letter;
            at += 1;
        }
        if seen & LONG == 0 {
            out.extend_from_slice(&room[..at]);
        } else {
            for byte in part {
                push_byte(out, *byte);
            }
        }
    }
    out.push(b'"');
}

/// One byte of a JSON string.
fn push_byte(out: &mut Vec<u8>, byte: u8) {
    match WRITTEN[usize::from(byte)] {
        (SHORT, letter) => out.extend_from_slice(&[b'\\', letter]),
        (LONG, _) => push(out, format_args!("\\u{byte:04x}")),
        _ => out.push(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_escaped_wherever_a_byte_stands() {
        for byte in 0..=0x7f_u8 {
            for before in [0, 1, 7, 61, 62, 63, 64, 130] {
                let text = format!("{}{}é…\"z", "a".repeat(before), char::from(byte));
                let mut out = Vec::new();
                push_text(&mut out, &text);
                let read: String = serde_json::from_slice(&out).unwrap();
                assert_eq!(read, text);
                let short = [b'"', b'\\', b'\n', b'\r', b'\t'].contains(&byte);
                let length = if short {
                    2
                } else if byte < b' ' {
                    6
                } else {
                    1
                };
                assert_eq!(out.len(), text.len() + 2 + length, "{byte} after {before}");
            }
        }
    }
}

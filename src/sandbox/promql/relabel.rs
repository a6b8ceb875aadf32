//! `label_replace` and `label_join`.

use std::sync::Arc;

use super::error::QueryError;
use super::matcher;
use super::value::{Track, joined, set_label};
use crate::model::Labels;

/// Whether a label may have that name.
pub(in super::super) fn is_label_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|first| first == b'_' || first.is_ascii_alphabetic())
        && bytes.all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
}

/// Sets label `destination` to `replacement` with its `$1`s filled in, where `pattern` fits all of label `source`.
///
/// # Errors
///
/// A pattern or name that is none; two results with equal labels at one step.
pub(super) fn replace(
    tracks: Vec<Track>,
    [destination, replacement, source, pattern]: [&str; 4],
) -> Result<Vec<Track>, QueryError> {
    let regex = matcher::anchored(pattern).map_err(|_| {
        QueryError::execution(format_args!(
            "invalid regular expression in label_replace(): {pattern}"
        ))
    })?;
    if !is_label_name(destination) {
        return Err(QueryError::execution(format_args!(
            "invalid destination label name in label_replace(): {destination}"
        )));
    }
    relabelled(tracks, |labels| {
        let value = labels.get(source).unwrap_or("").to_string();
        if let Some(captures) = regex.captures(&value) {
            let mut filled = String::new();
            captures.expand(replacement, &mut filled);
            set_label(labels, destination, &filled);
        }
    })
}

/// Sets label `destination` to the values of `sources` with `separator` between them.
///
/// # Errors
///
/// A name that is none; two results with equal labels at one step.
pub(super) fn join(
    tracks: Vec<Track>,
    destination: &str,
    separator: &str,
    sources: &[&str],
) -> Result<Vec<Track>, QueryError> {
    if let Some(wrong) = sources.iter().find(|name| !is_label_name(name)) {
        return Err(QueryError::execution(format_args!(
            "invalid source label name in label_join(): {wrong}"
        )));
    }
    if !is_label_name(destination) {
        return Err(QueryError::execution(format_args!(
            "invalid destination label name in label_join(): {destination}"
        )));
    }
    relabelled(tracks, |labels| {
        let values: Vec<&str> = sources
            .iter()
            .map(|name| labels.get(name).unwrap_or(""))
            .collect();
        let value = values.join(separator);
        set_label(labels, destination, &value);
    })
}

/// The series with changed labels.
fn relabelled(tracks: Vec<Track>, change: impl Fn(&mut Labels)) -> Result<Vec<Track>, QueryError> {
    let changed = tracks.into_iter().map(|track| {
        let mut labels = Labels::clone(&track.labels);
        change(&mut labels);
        Track {
            labels: Arc::new(labels),
            points: track.points,
        }
    });
    joined(changed.collect())
}

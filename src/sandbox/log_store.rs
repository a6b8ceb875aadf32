//! What has been pushed, held the way queries need it: which entries of which stream lie in a window?
//!
//! In: streams as a collector pushes them, in any order. Out: streams with `service_name` added, entries sorted by time,
//! a level beside each line. Built for a million lines: entries of a stream are one sorted array (windows are found by
//! binary search) and the level is one byte, not a label map. It must not evaluate queries.

use std::collections::BTreeMap;

use super::log_level::{Level, detect_level};
use crate::model::{Labels, UnixNanos};

/// Labels that name a service, in Loki's order (`discover_service_name`, at its default).
const SERVICE_LABELS: [&str; 13] = [
    "service",
    "app",
    "application",
    "app_name",
    "name",
    "app_kubernetes_io_name",
    "container",
    "container_name",
    "k8s_container_name",
    "component",
    "workload",
    "job",
    "k8s_job_name",
];

/// A log stream as it is pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PushedStream {
    /// What identifies the stream.
    pub(crate) labels: Labels,
    /// Its entries, in any order of time.
    pub(crate) entries: Vec<PushedEntry>,
}

/// An entry as it is pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PushedEntry {
    /// When it was written.
    pub(crate) at: UnixNanos,
    /// The line.
    pub(crate) line: String,
    /// Structured metadata, where there is any.
    pub(crate) metadata: Option<Labels>,
}

/// All that was pushed, ready to be asked.
#[derive(Debug, Default)]
pub(crate) struct LogStore {
    /// By label set.
    streams: Vec<StoredStream>,
}

/// A stream of the store.
#[derive(Debug)]
pub(crate) struct StoredStream {
    /// Labels, `service_name` included.
    pub(crate) labels: Labels,
    /// Entries by time; equal times in order of arrival.
    entries: Vec<StoredEntry>,
}

/// An entry of the store.
#[derive(Debug)]
pub(crate) struct StoredEntry {
    /// Nanoseconds since 1970.
    pub(crate) at: i64,
    /// The line.
    pub(crate) line: Box<str>,
    /// What Loki would detect.
    pub(crate) level: Level,
    /// Structured metadata, `detected_level` included where [`Level::Stated`].
    pub(crate) metadata: Option<Box<Labels>>,
}

impl LogStore {
    /// Stores what was pushed: streams of equal labels are one, entries equal in time, line and metadata are one.
    pub(crate) fn new(streams: Vec<PushedStream>) -> Self {
        let mut by_labels: BTreeMap<Labels, Vec<StoredEntry>> = BTreeMap::new();
        for stream in streams {
            let labels = with_service_name(stream.labels);
            let entries = stream
                .entries
                .into_iter()
                .map(|entry| stored(&labels, entry));
            if let Some(held) = by_labels.get_mut(&labels) {
                held.extend(entries);
            } else {
                let entries = entries.collect();
                by_labels.insert(labels, entries);
            }
        }
        let streams = by_labels
            .into_iter()
            .map(|(labels, mut entries)| {
                entries.sort_by_key(|entry| entry.at);
                drop_repeats(&mut entries);
                StoredStream { labels, entries }
            })
            .collect();
        Self { streams }
    }

    /// All streams, by label set.
    pub(crate) fn streams(&self) -> &[StoredStream] {
        &self.streams
    }
}

impl StoredStream {
    /// The entries of `[from, to)`, oldest first.
    pub(crate) fn window(&self, from: i64, to: i64) -> &[StoredEntry] {
        let first = self.entries.partition_point(|entry| entry.at < from);
        let after = self.entries.partition_point(|entry| entry.at < to);
        &self.entries[first..after.max(first)]
    }
}

/// One entry with its level.
fn stored(labels: &Labels, entry: PushedEntry) -> StoredEntry {
    let mut metadata = entry.metadata.filter(|given| !given.0.is_empty());
    let level = match detect_level(labels, metadata.as_ref(), &entry.line) {
        Ok(level) => level,
        Err(word) => {
            metadata
                .get_or_insert_default()
                .insert("detected_level", word);
            Level::Stated
        }
    };
    if level != Level::Stated
        && let Some(given) = metadata.as_mut()
    {
        given.0.remove("detected_level");
    }
    StoredEntry {
        at: entry.at.0,
        line: entry.line.into_boxed_str(),
        level,
        metadata: metadata.filter(|given| !given.0.is_empty()).map(Box::new),
    }
}

/// Adds `service_name` where it is missing, as Loki's distributor does.
fn with_service_name(mut labels: Labels) -> Labels {
    if labels.get("service_name").is_none() {
        let name = SERVICE_LABELS
            .iter()
            .find_map(|label| labels.get(label))
            .unwrap_or("unknown_service")
            .to_owned();
        labels.insert("service_name", name);
    }
    labels
}

/// How many entries of one instant are searched for a repeat: bounds the work where a whole file has one time.
const REPEAT_SPAN: usize = 1000;

/// Loki drops an entry whose time, line and metadata a stream already holds.
fn drop_repeats(entries: &mut Vec<StoredEntry>) {
    let mut kept: Vec<StoredEntry> = Vec::with_capacity(entries.len());
    for entry in entries.drain(..) {
        let repeated = kept
            .iter()
            .rev()
            .take_while(|held| held.at == entry.at)
            .take(REPEAT_SPAN)
            .any(|held| held.line == entry.line && held.metadata == entry.metadata);
        if !repeated {
            kept.push(entry);
        }
    }
    *entries = kept;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pushed(labels: &[(&str, &str)], entries: &[(i64, &str)]) -> PushedStream {
        PushedStream {
            labels: labels.iter().copied().collect(),
            entries: entries
                .iter()
                .map(|(at, line)| PushedEntry {
                    at: UnixNanos(*at),
                    line: (*line).to_owned(),
                    metadata: None,
                })
                .collect(),
        }
    }

    #[test]
    fn equal_label_sets_are_one_stream_sorted_by_time_without_repeats() {
        let store = LogStore::new(vec![
            pushed(&[("a", "1")], &[(5, "late"), (1, "early")]),
            pushed(&[("a", "1")], &[(5, "late"), (5, "other")]),
        ]);
        assert_eq!(store.streams().len(), 1);
        let lines: Vec<&str> = store.streams()[0]
            .window(0, 10)
            .iter()
            .map(|entry| &*entry.line)
            .collect();
        assert_eq!(lines, ["early", "late", "other"]);
        assert_eq!(
            store.streams()[0].window(1, 5).len(),
            1,
            "the end is outside"
        );
        assert!(store.streams()[0].window(9, 2).is_empty());
    }

    #[test]
    fn the_service_name_comes_from_the_first_label_of_lokis_list() {
        let name = |labels: &[(&str, &str)]| {
            let store = LogStore::new(vec![pushed(labels, &[])]);
            store.streams()[0]
                .labels
                .get("service_name")
                .unwrap()
                .to_owned()
        };
        assert_eq!(name(&[("x", "1")]), "unknown_service");
        assert_eq!(name(&[("job", "j"), ("container", "c"), ("app", "a")]), "a");
        assert_eq!(name(&[("app", "a"), ("service_name", "given")]), "given");
    }
}

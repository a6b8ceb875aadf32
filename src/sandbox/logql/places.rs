//! Which place has a final label set in an answer?
//!
//! Most entries keep the labels of their stream and the level that was detected when they arrived: their label set is built once
//! for each stream and level, not once an entry.

use std::collections::BTreeMap;

use super::line_labels::LineLabels;
use crate::model::Labels;
use crate::sandbox::log_level::Level;
use crate::sandbox::log_store::StoredEntry;

/// The places of label sets, numbered in order of first appearance.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// By labels.
    by_labels: BTreeMap<Labels, usize>,
    /// Of entries whose labels no stage touched: by stream, by level.
    plain: Vec<[Option<usize>; Level::COUNT]>,
}

impl Places {
    /// The place of an entry whose labels no stage touches; `None` until one like it was seen.
    pub(super) fn plain(&self, stream: usize, entry: &StoredEntry) -> Option<usize> {
        if entry.metadata.is_some() {
            return None;
        }
        self.plain.get(stream)?[entry.level as usize]
    }

    /// The place of an entry; its label set is asked for only where that is not known.
    pub(super) fn place(
        &mut self,
        stream: usize,
        entry: &StoredEntry,
        labels: &LineLabels<'_>,
        label_set: impl FnOnce() -> Labels,
    ) -> usize {
        let plain = labels.is_untouched() && entry.metadata.is_none();
        if plain && let Some(place) = self.plain(stream, entry) {
            return place;
        }
        let next = self.by_labels.len();
        let place = *self.by_labels.entry(label_set()).or_insert(next);
        if plain {
            if self.plain.len() <= stream {
                self.plain.resize(stream + 1, [None; Level::COUNT]);
            }
            self.plain[stream][entry.level as usize] = Some(place);
        }
        place
    }

    /// All of them, by labels.
    pub(super) fn into_sorted(self) -> impl Iterator<Item = (Labels, usize)> {
        self.by_labels.into_iter()
    }
}

//! One request of a download: asked, and read on a thread of its own.

use super::Order;
use super::decode::{Arena, Found, LabelSets, read_answer};
use super::slices::{FEWEST, PAGE_MOST};
use super::span::Span;
use crate::sources::error::SourceError;
use crate::sources::loki::{Asked, Direction, Loki, Read};

/// Asks Loki for a download.
#[derive(Debug, Clone)]
pub(super) struct Asker<'a> {
    /// Whom.
    pub(super) loki: &'a Loki<'a>,
    /// For what.
    pub(super) query: &'a str,
    /// In which order.
    pub(super) order: Order,
    /// Label sets seen so far.
    pub(super) labels: LabelSets,
}

impl Asker<'_> {
    /// The nearest `limit` entries of a span.
    ///
    /// # Errors
    /// As [`Loki::fetch_entries`]; an answer of more than [`PAGE_MOST`] bytes, where fewer entries could be asked for.
    pub(super) async fn fetch_slice(
        &self,
        span: Span,
        limit: u32,
    ) -> Result<Read<Found>, SourceError> {
        let asked = Asked {
            query: self.query,
            window: span.window(),
            limit,
            direction: super::decode::natural(self.order),
            most_bytes: most_bytes(limit, PAGE_MOST),
        };
        let (order, labels) = (self.order, self.labels.clone());
        let read = move |body: &[u8]| read_answer(body, span, limit, order, &labels);
        self.loki.fetch_read(asked, read).await
    }

    /// The first or last `limit` entries that a query finds at one nanosecond.
    ///
    /// # Errors
    /// As [`Asker::fetch_slice`], beyond `most_bytes`.
    pub(super) async fn fetch_instant(
        &self,
        query: &str,
        at: i64,
        limit: u32,
        direction: Direction,
        most_bytes_of_many: usize,
    ) -> Result<Arena, SourceError> {
        let span = Span::instant(at);
        let asked = Asked {
            query,
            window: span.window(),
            limit,
            direction,
            most_bytes: most_bytes(limit, most_bytes_of_many),
        };
        let labels = self.labels.clone();
        let read = move |body: &[u8]| {
            let mut arena = Arena::read(body, direction, &labels)?;
            arena.rows.retain(|row| span.contains(row.at.0));
            Ok(arena)
        };
        let read = self.loki.fetch_read(asked, read).await?;
        Ok(read.value)
    }
}

/// Most bytes of an answer: a request for very few entries is bounded by the caller's budget alone, since a line may be as long as
/// that allows.
fn most_bytes(limit: u32, of_many: usize) -> usize {
    if limit <= FEWEST { usize::MAX } else { of_many }
}

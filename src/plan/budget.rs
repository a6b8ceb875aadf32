//! Limits on what one run may ask: each says why it stands where it stands.

use std::time::Duration;

/// Limits of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Budget {
    /// Deadline of one request, body included (`--timeout`).
    pub(crate) timeout: Duration,
    /// Deadline of one machine, connection and commands together. One that is down must not hold up what is known without it.
    pub(crate) machine: Duration,
    /// Deadline of one probe, from the name to the answer. Users have gone by then, and nothing else should wait for longer.
    pub(crate) probe: Duration,
    /// Requests in flight to one host. Scaleway publishes no figure for its data sources; eight has been assumed safe, and
    /// an `investigate` of one service with two dependencies fits into one round of eight.
    pub(crate) parallel: usize,
    /// Entries that one log request may return. Cockpit's Loki refuses more than 5,000.
    pub(crate) page_entries: u32,
    /// Bytes that one answer may have once decompressed. A page of 5,000 lines at Cockpit's 256 kB a line could pass 1 GB;
    /// beyond this the answer is refused rather than kept in memory.
    pub(crate) answer_bytes: usize,
    /// Entries that a command which looks at every line reads of one window before it takes a sample instead. That is 100 pages
    /// of the server's own limit, about 100 MB: some ten seconds where a page takes one and eight come at a time. An on-call
    /// person waits for no more, and what is rarer than one line in half a million is better asked for by name.
    pub(crate) mined_entries: u64,
}

impl Budget {
    /// The default limits with one request's deadline.
    pub(crate) fn new(timeout: Duration) -> Self {
        Self {
            timeout,
            machine: timeout.min(Duration::from_secs(10)),
            probe: timeout.min(Duration::from_secs(5)),
            parallel: 8,
            page_entries: 5_000,
            answer_bytes: 256 * 1024 * 1024,
            mined_entries: 500_000,
        }
    }
}

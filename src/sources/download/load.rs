//! How much a server is asked at once, and when it is given up.
//!
//! Two rules. [`Load`]: a server that answers 429 is asked half as much at once, and little by little more again. [`Patience`]: failures
//! in a row, with no success in between, make the download look elsewhere; if that fails too, the source is down. So a broken
//! stretch costs only itself, and a source that is down costs some ten requests and not hundreds of slices.

/// Successes after which one more request may be under way again. A page takes some 100 ms, so that is about a second.
const CALM: u32 = 8;

/// Failures in a row before the far end is probed. A slice that fails is halved twice within them: whatever is broken is then
/// more than one bad spot.
const PATIENCE: u32 = 6;

/// Requests under way.
#[derive(Debug)]
pub(super) struct Load {
    /// Most that the caller allows.
    most: usize,
    /// Most for now.
    allowed: usize,
    /// Successes since that last changed.
    calm: u32,
}

impl Load {
    /// At most `most`, and at least one.
    pub(super) fn new(most: usize) -> Self {
        let most = most.max(1);
        Self {
            most,
            allowed: most,
            calm: 0,
        }
    }

    /// Most requests under way for now.
    pub(super) fn allowed(&self) -> usize {
        self.allowed
    }

    /// The server complained while `under_way` other requests were.
    pub(super) fn complaint(&mut self, under_way: usize) {
        // Those that left before the last complaint say nothing new.
        if under_way < self.allowed {
            self.allowed = (self.allowed / 2).max(1);
        }
        self.calm = 0;
    }

    /// The server answered without complaint.
    pub(super) fn answered(&mut self) {
        self.calm += 1;
        if self.calm >= CALM && self.allowed < self.most {
            self.allowed += 1;
            self.calm = 0;
        }
    }
}

/// Whether a source is alive.
#[derive(Debug, Default)]
pub(super) struct Patience {
    /// Failures since the last success.
    failures: u32,
    /// Whether anything has ever succeeded.
    has_answered: bool,
}

impl Patience {
    /// Something succeeded.
    pub(super) fn succeeded(&mut self) {
        self.failures = 0;
        self.has_answered = true;
    }

    /// Something failed.
    pub(super) fn failed(&mut self) {
        self.failures = self.failures.saturating_add(1);
    }

    /// Whether so much failed in a row that it is time to look elsewhere.
    pub(super) fn is_spent(&self) -> bool {
        self.failures >= PATIENCE
    }

    /// Whether anything has ever succeeded.
    pub(super) fn has_answered(&self) -> bool {
        self.has_answered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints_about_requests_of_one_moment_count_once() {
        let mut load = Load::new(8);
        load.complaint(7);
        assert_eq!(load.allowed(), 4);
        load.complaint(6);
        load.complaint(5);
        load.complaint(4);
        assert_eq!(load.allowed(), 4);
        load.complaint(3);
        assert_eq!(load.allowed(), 2);
        load.complaint(0);
        load.complaint(0);
        assert_eq!(load.allowed(), 1);
    }

    #[test]
    fn trust_comes_back_one_by_one_and_not_beyond_the_bound() {
        let mut load = Load::new(3);
        load.complaint(0);
        assert_eq!(load.allowed(), 1);
        for _ in 0..CALM {
            load.answered();
        }
        assert_eq!(load.allowed(), 2);
        for _ in 0..CALM * 5 {
            load.answered();
        }
        assert_eq!(load.allowed(), 3);
    }

    #[test]
    fn a_success_renews_patience() {
        let mut patience = Patience::default();
        for _ in 0..PATIENCE {
            assert!(!patience.is_spent());
            patience.failed();
        }
        assert!(patience.is_spent() && !patience.has_answered());
        patience.succeeded();
        assert!(!patience.is_spent() && patience.has_answered());
    }
}

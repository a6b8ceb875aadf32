//! How long a slice must be to hold about one page, learnt from the answers.
//!
//! The first request asks for the whole window: where a few lines are all there is, it stays the only one. If it is full, its entries
//! say how dense the log is, and slices are cut to hold [`FILL`] of a page each. From then on every answer teaches: a
//! full one shortens the next slices at once, since it measures exactly; a short or empty one lengthens them step by step,
//! since beyond its end anything may follow. A slice that turns out too long costs nothing: its page is full, and the rest
//! of it is cut anew.
//!
//! Rejected: asking for `count_over_time` first, which would make the server read everything twice.

/// How much of a page a slice is meant to hold. An answer that hits its limit leaves a rest that costs a request of its own,
/// so slices aim a little lower: entries that come independently of each other fluctuate by 1.4 % of 5,000. A million lines at an
/// even pace are 215 requests of 5,000 (`benches/download.rs`).
const FILL: f64 = 0.93;

/// How much longer an answer may make the next slices. Out of a burst into silence that needs a dozen answers from seconds to weeks;
/// more, and one quiet second would send all slices far ahead of what is handed over.
const GROWTH: f64 = 4.0;

/// Bytes of a body at which pages aim. 5,000 lines of 700 bytes; with longer lines, fewer are asked for at a time, so
/// that several requests fit into memory at once.
pub(super) const PAGE_AIM: usize = 4 << 20;

/// Most bytes of an answer of more than two entries: twice what pages aim at, since lines differ. Beyond, fewer are asked for.
pub(super) const PAGE_MOST: usize = 2 * PAGE_AIM;

/// Fewest entries of a request. With one, an answer would be full of a single nanosecond and never show where the next begins.
pub(super) const FEWEST: u32 = 2;

/// What the answers have taught about density and limits.
#[derive(Debug)]
pub(super) struct Pace {
    /// Most entries that the server gives at once.
    most: u32,
    /// Nanoseconds between two entries; `None` before the first answer.
    gap: Option<f64>,
    /// Bytes of an answer for each of its entries; zero before the first.
    entry_bytes: f64,
    /// The longest window that the server allows.
    longest: u64,
    /// A length that is not yet known to be too much work for the server.
    ceiling: u64,
}

impl Pace {
    /// Nothing is known, except how many entries may be asked for.
    pub(super) fn new(most: u32) -> Self {
        Self {
            most: most.max(FEWEST),
            gap: None,
            entry_bytes: 0.0,
            longest: u64::MAX,
            ceiling: u64::MAX,
        }
    }

    /// Entries to ask for: as many as the server gives, less where lines are long.
    pub(super) fn limit(&self) -> u32 {
        let fit = whole(PAGE_AIM as f64 / self.entry_bytes.max(1.0));
        u32::try_from(fit)
            .unwrap_or(u32::MAX)
            .clamp(FEWEST, self.most)
    }

    /// Most entries that the server gives at once.
    pub(super) fn most(&self) -> u32 {
        self.most
    }

    /// Length of a slice that holds about a page of `limit` entries.
    pub(super) fn length(&self, limit: u32) -> u64 {
        self.gap
            .map_or(u64::MAX, |gap| whole(gap * f64::from(limit) * FILL))
            .min(self.bound())
    }

    /// Length that no slice may pass.
    pub(super) fn bound(&self) -> u64 {
        self.longest.min(self.ceiling).max(1)
    }

    /// Bytes that a request for `limit` entries may take in memory: its body, and what is read of it.
    pub(super) fn cost(&self, limit: u32) -> usize {
        let body = if self.entry_bytes > 0.0 {
            usize::try_from(whole(self.entry_bytes * f64::from(limit))).unwrap_or(PAGE_MOST)
        } else {
            PAGE_AIM
        };
        2 * body.min(PAGE_MOST)
    }

    /// An answer of `returned` entries had a body of `bytes`.
    pub(super) fn weigh(&mut self, returned: usize, bytes: usize) {
        if returned > 0 {
            let each = bytes as f64 / returned as f64;
            // One long line must not be followed by many; many short ones are soon trusted again.
            self.entry_bytes = each.max(self.entry_bytes / 8.0);
        }
    }

    /// An answer of `limit` entries would be larger than [`PAGE_MOST`].
    pub(super) fn too_large(&mut self, limit: u32) {
        let each = PAGE_MOST as f64 / f64::from(limit);
        self.entry_bytes = self.entry_bytes.max(each);
    }

    /// An answer showed that `covered` nanoseconds hold `entries`.
    pub(super) fn learn(&mut self, covered: u64, entries: usize) {
        let seen = covered as f64 / entries.max(1) as f64;
        self.gap = Some(match self.gap {
            Some(gap) if entries == 0 => (gap * GROWTH).max(seen / f64::from(self.most)),
            Some(gap) if seen > gap => (gap * seen).sqrt().min(gap * GROWTH),
            _ => seen,
        });
        // What was too much here may be little elsewhere.
        self.ceiling = self.ceiling.saturating_add(self.ceiling / 8);
    }

    /// The server gives no more than `most` entries at once.
    pub(super) fn allow(&mut self, most: u32) {
        self.most = most.max(FEWEST);
    }

    /// The server answers no window longer than this.
    pub(super) fn allow_length(&mut self, longest: u64) {
        self.longest = longest.max(1);
    }

    /// A slice of this length was too much work for the server.
    pub(super) fn too_long(&mut self, length: u64) {
        self.ceiling = self.ceiling.min(length / 2).max(1);
    }
}

/// How many entries and how many pages a caller is worth that has said how many entries it will take.
#[derive(Debug)]
pub(super) struct Appetite {
    /// Entries that it will take, and one more that tells whether there are more; `None` where it takes all.
    enough: Option<u64>,
    /// Entries that it has taken.
    taken: u64,
    /// Pages that it has taken.
    pages: u32,
}

impl Appetite {
    /// Of a caller that will take `enough` entries.
    pub(super) fn new(enough: Option<u64>) -> Self {
        Self {
            enough: enough.map(|enough| enough.saturating_add(1)),
            taken: 0,
            pages: 0,
        }
    }

    /// It took a page.
    pub(super) fn took(&mut self, entries: usize) {
        self.taken += entries as u64;
        self.pages = self.pages.saturating_add(1);
    }

    /// Entries to ask for in one request, of at most `most`. Whoever takes more than it said is given four times as many each time.
    pub(super) fn limit(&self, most: u32) -> u32 {
        let Some(enough) = self.enough else {
            return most;
        };
        let grown = enough.saturating_mul(4_u64.saturating_pow(self.pages.min(32)));
        u32::try_from(grown)
            .unwrap_or(u32::MAX)
            .clamp(FEWEST, most.max(FEWEST))
    }

    /// Pages of `limit` entries that may be under way at once.
    pub(super) fn pages(&self, limit: u32) -> usize {
        let Some(enough) = self.enough else {
            return usize::MAX;
        };
        let wanted = enough
            .saturating_sub(self.taken)
            .div_ceil(u64::from(limit.max(1)));
        let beyond = if self.taken < enough {
            1
        } else {
            1_u64 << self.pages.min(16)
        };
        usize::try_from(wanted.max(beyond)).unwrap_or(usize::MAX)
    }
}

/// A number without its fraction; as large as possible where it is too large.
fn whole(number: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "as saturates; lengths and sizes are not negative"
    )]
    let number = number as u64;
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_cut_before_the_density_is_known() {
        assert_eq!(Pace::new(5000).length(5000), u64::MAX);
    }

    #[test]
    fn a_full_answer_makes_slices_of_about_a_page() {
        let mut pace = Pace::new(5000);
        pace.learn(4_999_000, 4999);
        assert_eq!(pace.length(5000), 4_650_000);
        assert_eq!(pace.length(500), 465_000);
    }

    #[test]
    fn denser_counts_at_once_and_sparser_step_by_step() {
        let mut pace = Pace::new(1000);
        pace.learn(1_000_000, 1000);
        let usual = pace.length(1000);
        pace.learn(100_000, 1000);
        assert!(pace.length(1000).abs_diff(usual / 10) <= 1);
        pace.learn(100_000_000, 1);
        assert!(pace.length(1000).abs_diff(usual * 4 / 10) <= 4);
    }

    #[test]
    fn out_of_a_burst_a_dozen_empty_answers_reach_over_weeks() {
        let mut pace = Pace::new(5000);
        pace.learn(1_000_000_000, 4999);
        let mut answers = 0;
        while pace.length(5000) < 28 * 86_400 * 1_000_000_000 {
            let length = pace.length(5000);
            pace.learn(length, 0);
            answers += 1;
        }
        assert!(answers <= 12, "{answers}");
    }

    #[test]
    fn long_lines_are_asked_for_in_small_numbers_and_soon_forgotten() {
        let mut pace = Pace::new(5000);
        pace.weigh(2, 10_000_000);
        assert_eq!(pace.limit(), FEWEST);
        assert!(pace.cost(pace.limit()) <= 2 * PAGE_MOST);
        let mut answers = 0;
        while pace.limit() < 5000 {
            pace.weigh(100, 13_000);
            answers += 1;
        }
        assert!(answers <= 5, "{answers}");
    }

    #[test]
    fn what_was_too_much_work_is_not_asked_again() {
        let mut pace = Pace::new(5000);
        pace.too_long(1000);
        assert_eq!(pace.length(5000), 500);
        pace.too_long(500);
        assert_eq!(pace.length(5000), 250);
        pace.allow_length(100);
        assert_eq!(pace.length(5000), 100);
    }

    #[test]
    fn a_caller_that_wants_few_is_asked_for_few_until_it_wants_more() {
        let mut appetite = Appetite::new(Some(50));
        assert_eq!((appetite.limit(5000), appetite.pages(51)), (51, 1));
        appetite.took(41);
        assert_eq!((appetite.limit(5000), appetite.pages(204)), (204, 1));
        appetite.took(203);
        assert_eq!((appetite.limit(5000), appetite.pages(816)), (816, 4));
        let appetite = Appetite::new(Some(20_000));
        assert_eq!((appetite.limit(5000), appetite.pages(5000)), (5000, 5));
        let appetite = Appetite::new(None);
        assert_eq!(
            (appetite.limit(5000), appetite.pages(5000)),
            (5000, usize::MAX)
        );
    }
}

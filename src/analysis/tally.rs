//! Which signatures do events have, how often in a window and how often before it? Streamed: memory is bounded however many come.
//!
//! In: events of the window, then of the baseline. Out: one [`Signature`] for each template and exception type, with counts, times,
//! trend and services, and how it compares with the baseline.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::group::Change;
use super::joined::Event;
use super::level::Level;
use super::stats::surprise;
use super::templates::{Lines, Miner};
use crate::model::{Instant, UnixNanos, Window};

/// Steps of a signature's trend: as many columns as a table has room for, a minute and more each in the default half hour.
pub(crate) const TREND_STEPS: usize = 24;

/// Shapes of lines that are told apart; events of further ones are counted together. Programs have thousands; lines that never repeat
/// must not fill the memory.
const MOST_SHAPES: usize = 100_000;

/// Exception types that are told apart.
const MOST_EXCEPTIONS: usize = 5_000;

/// Times the baseline's rate from which a signature surges.
const SURGE: f64 = 2.0;

/// Minus the decimal logarithm of the chance from which a surge is told: 1 in 200. A person reads a few dozen rows.
const LEAST_SURPRISE: f64 = 2.3;

/// Which of the two stretches of time an event is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Period {
    /// The window in question.
    Window,
    /// What it is compared with.
    Baseline,
}

/// What a signature is counted by: the ticket of its shape, and the number of its exception.
type Key = (u32, u32);

/// Counts events.
#[derive(Debug)]
pub(crate) struct Tally {
    /// The window in question.
    window: Window,
    /// Finds the templates.
    miner: Miner,
    /// By shape.
    counts: HashMap<Key, Counts>,
    /// Exception types, to their numbers, 0 being none.
    exceptions: HashMap<String, u32>,
    /// Which line has which shape, where somebody wants to see the lines again.
    trail: Option<Vec<(LineMark, Key)>>,
    /// Events in window and baseline.
    events: [u64; 2],
    /// Events of the window whose shape is one too many.
    unlisted: u64,
}

/// A line of the log, as little of it as finds it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct LineMark {
    /// When it was written.
    pub(crate) at: UnixNanos,
    /// A hash of what it holds.
    pub(crate) hash: u64,
    /// The number of its service.
    pub(crate) service: u16,
}

/// What is counted of one shape.
#[derive(Debug, Default)]
struct Counts {
    /// Events in the window.
    now: u64,
    /// Lines of those.
    lines: u64,
    /// Events in the baseline.
    before: u64,
    /// First and last in the window.
    span: Option<(i64, i64)>,
    /// First and last in the baseline.
    span_before: Option<(i64, i64)>,
    /// The worst level.
    level: Option<Level>,
    /// Events by step of the trend, those that have any.
    steps: Vec<(u8, u64)>,
    /// Events by the number of the service, in the window.
    services: Vec<(u16, u64)>,
}

/// Events of one template and exception type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Signature {
    /// The same for the same text.
    pub(crate) id: String,
    /// What the events share, `<*>` for what varies.
    pub(crate) text: String,
    /// The exception type behind them.
    pub(crate) exception: Option<String>,
    /// One of them.
    pub(crate) sample: String,
    /// The worst level.
    pub(crate) level: Level,
    /// Events in the window that were looked at.
    pub(crate) now: u64,
    /// Lines of those: more where they are traces written line by line.
    pub(crate) lines: u64,
    /// Events in the baseline that were looked at.
    pub(crate) before: u64,
    /// The first in the window, else in the baseline.
    pub(crate) first: Instant,
    /// The last of those.
    pub(crate) last: Instant,
    /// Events in each step of the window.
    pub(crate) trend: Vec<u64>,
    /// Events in the window by the number of the service, most first.
    pub(crate) services: Vec<(u16, u64)>,
    /// Where its lines are, if those were asked for.
    pub(crate) marks: HashSet<LineMark>,
    /// How it compares with the baseline.
    pub(crate) change: Change,
    /// Times the baseline's rate, where both have it.
    pub(crate) times: Option<f64>,
}

/// All that was counted.
#[derive(Debug)]
pub(crate) struct Tallied {
    /// The signatures, most events first.
    pub(crate) signatures: Vec<Signature>,
    /// Events in the window.
    pub(crate) now: u64,
    /// Events in the baseline.
    pub(crate) before: u64,
    /// Events of the window that no signature counts, since there are too many shapes.
    pub(crate) unlisted: u64,
}

impl Tally {
    /// Counts nothing yet. `marked` keeps where each line of the window is.
    pub(crate) fn new(window: Window, marked: bool) -> Self {
        Self {
            window,
            miner: Miner::new(Lines::Messages),
            counts: HashMap::new(),
            exceptions: HashMap::new(),
            trail: marked.then(Vec::new),
            events: [0; 2],
            unlisted: 0,
        }
    }

    /// Counts an event; it is of its first line's service.
    pub(crate) fn add(&mut self, event: &Event<LineMark>, period: Period) {
        let service = event.lines.first().map_or(0, |mark| mark.service);
        let in_window = period == Period::Window;
        self.events[usize::from(!in_window)] += 1;
        let exception = self.exception_of(event.exception.as_deref());
        let ticket = self.miner.add(event.text.as_bytes());
        let key = (ticket, exception);
        if self.counts.len() >= MOST_SHAPES && !self.counts.contains_key(&key) {
            self.unlisted += u64::from(in_window);
            return;
        }
        let counts = self.counts.entry(key).or_default();
        counts.level = counts.level.max(Some(event.level));
        let span = if in_window {
            counts.now += 1;
            counts.lines += event.lines.len() as u64;
            add_to(&mut counts.services, service);
            add_to(&mut counts.steps, step_of(event.at, self.window));
            &mut counts.span
        } else {
            counts.before += 1;
            &mut counts.span_before
        };
        let (first, last) = span.unwrap_or((event.at, event.at));
        *span = Some((first.min(event.at), last.max(event.at)));
        if let (true, Some(trail)) = (in_window, &mut self.trail) {
            trail.extend(event.lines.iter().map(|mark| (*mark, key)));
        }
    }

    /// The number of an exception type.
    fn exception_of(&mut self, name: Option<&str>) -> u32 {
        let Some(name) = name else { return 0 };
        if let Some(number) = self.exceptions.get(name) {
            return *number;
        }
        if self.exceptions.len() >= MOST_EXCEPTIONS {
            return 0;
        }
        let number = u32::try_from(self.exceptions.len() + 1).unwrap_or(u32::MAX);
        self.exceptions.insert(name.to_owned(), number);
        number
    }

    /// The signatures.
    pub(crate) fn finish(self) -> Tallied {
        let mined = self.miner.finish();
        let names: HashMap<u32, String> = self
            .exceptions
            .into_iter()
            .map(|(name, number)| (number, name))
            .collect();
        let place = |key: Key| {
            (
                mined.of_ticket.get(key.0 as usize).copied().unwrap_or(0),
                key.1,
            )
        };
        let mut merged: BTreeMap<Key, Counts> = BTreeMap::new();
        for (key, counts) in self.counts {
            merged.entry(place(key)).or_default().merge(counts);
        }
        let mut marks: HashMap<Key, HashSet<LineMark>> = HashMap::new();
        for (mark, key) in self.trail.unwrap_or_default() {
            marks.entry(place(key)).or_default().insert(mark);
        }
        let mut signatures: Vec<Signature> = merged
            .into_iter()
            .filter_map(|(key, counts)| {
                let template = mined.templates.get(key.0 as usize)?;
                let marks = marks.remove(&key).unwrap_or_default();
                Some(counts.signature(template, names.get(&key.1).cloned(), marks))
            })
            .collect();
        signatures.sort_by(|a, b| {
            (b.now, b.before)
                .cmp(&(a.now, a.before))
                .then_with(|| a.text.cmp(&b.text))
                .then_with(|| a.exception.cmp(&b.exception))
        });
        tell_apart(&mut signatures);
        Tallied {
            signatures,
            now: self.events[0],
            before: self.events[1],
            unlisted: self.unlisted,
        }
    }
}

impl Tallied {
    /// Compares each signature with the baseline: see [`change_of`]. Of a baseline that was sampled, what it does not show may still
    /// have been there.
    pub(crate) fn judge(&mut self, ratio: Option<f64>, sampled: bool) {
        for signature in &mut self.signatures {
            let (now, before) = (signature.now, signature.before);
            (signature.change, signature.times) = change_of(now, before, ratio);
            let chance = ratio.map_or(0.0, |ratio| surprise(now as f64, before as f64, ratio));
            if sampled && signature.change == Change::New && chance < LEAST_SURPRISE {
                signature.change = Change::Unjudged;
            }
        }
    }

    /// Puts the most notable first: what is new, what surged, then the rest by level and number; what is gone comes last.
    pub(crate) fn sort_by_note(&mut self) {
        let rank = |signature: &Signature| match signature.change {
            Change::New => 0,
            Change::Surged => 1,
            Change::Steady | Change::Unjudged => 2,
            Change::Gone => 3,
        };
        self.signatures.sort_by(|a, b| {
            rank(a)
                .cmp(&rank(b))
                .then_with(|| b.level.cmp(&a.level))
                .then_with(|| (b.now, b.before).cmp(&(a.now, a.before)))
        });
    }
}

impl Counts {
    /// Adds what was counted of another shape of the same signature.
    fn merge(&mut self, other: Self) {
        self.now += other.now;
        self.lines += other.lines;
        self.before += other.before;
        self.span = union(self.span, other.span);
        self.span_before = union(self.span_before, other.span_before);
        self.level = self.level.max(other.level);
        for (step, count) in other.steps {
            add_many(&mut self.steps, step, count);
        }
        for (service, count) in other.services {
            add_many(&mut self.services, service, count);
        }
    }

    /// As a signature.
    fn signature(
        mut self,
        template: &super::templates::Template,
        exception: Option<String>,
        marks: HashSet<LineMark>,
    ) -> Signature {
        let (first, last) = self.span.or(self.span_before).unwrap_or_default();
        self.services
            .sort_by_key(|(service, count)| (std::cmp::Reverse(*count), *service));
        let mut trend = vec![0; TREND_STEPS];
        for (step, count) in self.steps {
            trend[usize::from(step).min(TREND_STEPS - 1)] += count;
        }
        Signature {
            id: template.id.clone(),
            text: template.text.clone(),
            exception,
            sample: template.sample.clone(),
            level: self.level.unwrap_or(Level::Info),
            now: self.now,
            lines: self.lines,
            before: self.before,
            first: UnixNanos(first).instant(),
            last: UnixNanos(last).instant(),
            trend,
            services: self.services,
            marks,
            change: Change::Unjudged,
            times: None,
        }
    }
}

/// How a count of the window compares with one of a baseline; `ratio` is the window's length over the baseline's, each times the share
/// of its lines that was looked at. `None` stands for a baseline that nothing can be told from.
fn change_of(now: u64, before: u64, ratio: Option<f64>) -> (Change, Option<f64>) {
    let Some(ratio) = ratio else {
        return (Change::Unjudged, None);
    };
    match (now, before) {
        (0, _) => return (Change::Gone, None),
        (_, 0) => return (Change::New, None),
        _ => {}
    }
    let times = now as f64 / (before as f64 * ratio);
    if times >= SURGE && surprise(now as f64, before as f64, ratio) >= LEAST_SURPRISE {
        (Change::Surged, Some(times))
    } else {
        (Change::Steady, Some(times))
    }
}

/// The step of the trend that an instant is in.
fn step_of(at: i64, window: Window) -> u8 {
    let from = UnixNanos::from(window.from).0;
    let length = i128::from(UnixNanos::from(window.to).0) - i128::from(from);
    let step = (i128::from(at) - i128::from(from)) * TREND_STEPS as i128 / length.max(1);
    u8::try_from(step.clamp(0, TREND_STEPS as i128 - 1)).unwrap_or(0)
}

/// Counts one of a kind.
fn add_to<K: PartialEq>(counts: &mut Vec<(K, u64)>, kind: K) {
    add_many(counts, kind, 1);
}

/// Counts several of a kind. The last kind that was counted is the likeliest.
fn add_many<K: PartialEq>(counts: &mut Vec<(K, u64)>, kind: K, count: u64) {
    match counts.iter_mut().rev().find(|(known, _)| *known == kind) {
        Some((_, sum)) => *sum += count,
        None => counts.push((kind, count)),
    }
}

/// The span that holds both.
fn union(one: Option<(i64, i64)>, other: Option<(i64, i64)>) -> Option<(i64, i64)> {
    match (one, other) {
        (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
        (one, other) => one.or(other),
    }
}

/// Gives signatures of one template ids of their own.
fn tell_apart(signatures: &mut [Signature]) {
    let mut seen = BTreeMap::new();
    for signature in signatures {
        let times = seen.entry(signature.id.clone()).or_insert(0_u32);
        *times += 1;
        if *times > 1 {
            signature.id = format!("{}-{times}", signature.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window() -> Window {
        let at = |seconds| Instant::from_timestamp(seconds, 0).unwrap();
        Window::new(at(1000), at(2000)).unwrap()
    }

    fn event(seconds: i64, text: &str, exception: Option<&str>) -> Event<LineMark> {
        let at = seconds * 1_000_000_000;
        Event {
            at,
            level: Level::Error,
            text: text.to_owned(),
            exception: exception.map(str::to_owned),
            lines: vec![LineMark {
                at: UnixNanos(at),
                hash: 0,
                service: 1,
            }],
        }
    }

    #[test]
    fn events_of_a_template_are_one_signature_and_types_are_kept_apart() {
        let mut tally = Tally::new(window(), true);
        for number in 0..40 {
            let text = format!("cannot reach 10.0.0.{number}:5432");
            tally.add(&event(1000 + number * 10, &text, None), Period::Window);
        }
        tally.add(
            &event(1500, "TypeError: x", Some("TypeError")),
            Period::Window,
        );
        tally.add(&event(100, "gone since", None), Period::Baseline);
        let tallied = tally.finish();
        assert_eq!((tallied.now, tallied.before, tallied.unlisted), (41, 1, 0));
        let [reach, kind, gone] = &tallied.signatures[..] else {
            panic!("{tallied:?}");
        };
        assert_eq!((reach.now, reach.before, reach.lines), (40, 0, 40));
        assert_eq!(reach.first.timestamp(), 1000);
        assert_eq!(reach.last.timestamp(), 1390);
        assert_eq!(reach.trend.iter().sum::<u64>(), 40);
        assert_eq!(reach.trend[TREND_STEPS - 1], 0);
        assert_eq!(
            (&reach.services[..], reach.marks.len()),
            (&[(1, 40)][..], 40)
        );
        assert_eq!(kind.exception.as_deref(), Some("TypeError"));
        assert_eq!((gone.now, gone.before, gone.last.timestamp()), (0, 1, 100));
    }

    #[test]
    fn a_change_is_told_where_it_is_no_chance() {
        let told = |now, before| change_of(now, before, Some(1.0));
        assert_eq!(told(3, 0), (Change::New, None));
        assert_eq!(told(0, 3), (Change::Gone, None));
        assert_eq!(told(120, 10), (Change::Surged, Some(12.0)));
        assert_eq!(told(2, 1), (Change::Steady, Some(2.0)));
        assert_eq!(told(100, 100), (Change::Steady, Some(1.0)));
        assert_eq!(change_of(3, 0, None), (Change::Unjudged, None));
        // The same counts in a baseline of twice the length are twice the rate.
        assert_eq!(change_of(100, 100, Some(0.5)), (Change::Surged, Some(2.0)));
    }
}

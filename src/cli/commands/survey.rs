//! Reads every line of services in a window, or a bounded sample spread evenly over it, for the commands that say what is in
//! them; and says how much of it that was.
//!
//! In: a log query, a window, how many lines at most. Out: the lines, one after the other and never kept here, then a
//! [`Survey`]. The server counts first: what is looked at is held against that figure, and it decides whether to sample.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use chrono::TimeDelta;

use super::super::exit::{Exit, Failure};
use super::super::session::Session;
use super::logs::say_unknown;
use super::{budget, dry_run};
use crate::evidence::{FailureKind, LogRecord};
use crate::model::messages::reading as text;
use crate::model::{Instant, Labels, Lang, Matcher, Selector, Service, Window};
use crate::plan::{CountRequest, LogsRequest, Plan, Request, Span, count_query, duration_literal};
use crate::render::coverage::{Coverage, Missing};
use crate::sources::download::{Downloaded, Order, PageEntry, Wish, download};
use crate::sources::loki::Loki;
use crate::sources::{Source, SourceError};

/// Parts of the window that a sample is taken from: enough that a burst of a hundredth of it is not missed, and each still fills a page.
const SLICES: usize = 100;

/// What is read.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    /// Services, in the order of their numbers.
    pub(super) services: Vec<Service>,
    /// Whether somebody named them; else they are all that there are.
    named: bool,
    /// The label by which their streams are told apart.
    pub(super) label: String,
    /// A log query.
    pub(super) query: String,
    /// Most lines of one window; `None` for all.
    pub(super) most: Option<u64>,
}

/// How much of a window was read.
pub(super) struct Survey {
    /// As it is shown.
    pub(super) coverage: Coverage,
    /// Why the rest was not.
    failures: Vec<FailureKind>,
    /// The first of these.
    first: Option<SourceError>,
    /// Of which services, by number, a line was seen.
    seen: Vec<bool>,
    /// Whether a service that somebody named may have another name in Loki.
    unproven: bool,
    /// The language of what is said about it.
    lang: Lang,
}

impl Reading {
    /// The streams of services that were typed, all where none was; `filter` narrows the lines on the server.
    ///
    /// # Errors
    /// A name that no service has.
    pub(super) fn of(
        session: &Session,
        typed: &[String],
        filter: &str,
        sample: Option<u64>,
    ) -> Result<Self, Failure> {
        let asked = session.asked(typed)?;
        let services: Vec<Service> = session
            .services
            .iter()
            .filter(|service| asked.contains(&service.name))
            .cloned()
            .collect();
        let names = services
            .iter()
            .map(|service| service.resource_name.as_str());
        let label = session.service_label.clone();
        let selector = Selector(vec![Matcher::any_of(label.as_str(), names)]);
        Ok(Self {
            services,
            named: !typed.is_empty(),
            label,
            query: format!("{selector}{filter}"),
            most: Some(sample.unwrap_or(budget(session).mined_entries)).filter(|most| *most > 0),
        })
    }

    /// Names of the services.
    pub(super) fn names(&self) -> Vec<String> {
        self.services
            .iter()
            .map(|service| service.name.clone())
            .collect()
    }

    /// The number of the service that a stream is of; one past the last for a stream of none.
    pub(super) fn service_of(&self, labels: &Labels) -> u16 {
        let name = labels.get(&self.label);
        let place = self
            .services
            .iter()
            .position(|service| Some(service.resource_name.as_str()) == name);
        u16::try_from(place.unwrap_or(self.services.len())).unwrap_or(u16::MAX)
    }

    /// The name of the service of a number; empty for none.
    pub(super) fn name_of(&self, service: u16) -> &str {
        self.services
            .get(usize::from(service))
            .map_or("", |service| service.name.as_str())
    }

    /// What `--dry-run` shows.
    ///
    /// # Errors
    /// Stdout.
    pub(super) fn show_plan(
        &self,
        windows: &[Window],
        global: &super::super::args::GlobalArgs,
        session: &Session,
    ) -> Result<Exit, Failure> {
        let budget = budget(session);
        let requests = windows
            .iter()
            .flat_map(|window| {
                let count = Request::Count(CountRequest {
                    query: count_query(&self.query, *window).unwrap_or_default(),
                    services: BTreeMap::new(),
                    window: *window,
                    step: window.length(),
                });
                let lines = Request::Logs(LogsRequest {
                    service: String::new(),
                    query: self.query.clone(),
                    window: *window,
                    span: Span::Window,
                    limit: budget.page_entries,
                });
                [count, lines]
            })
            .collect();
        dry_run::show(&Plan { requests, budget }, global, session)
    }

    /// Finds out which services Loki has no log stream of: that they have no errors says nothing of them. Of services that somebody
    /// named it is said, and nothing is complete without them.
    pub(super) async fn find_silent(
        &self,
        source: &Source,
        survey: &mut Survey,
        session: &Session,
    ) {
        let unseen = survey.seen.iter().any(|seen| !seen);
        if !unseen || !survey.failures.is_empty() {
            return;
        }
        let window = survey.coverage.window;
        let known = source.loki().fetch_label_values(&self.label, window).await;
        let Ok(known) = known else { return };
        let silent = self
            .services
            .iter()
            .filter(|service| !known.contains(&service.resource_name));
        survey.coverage.no_streams = silent.map(|service| service.name.clone()).collect();
        if self.named && !survey.coverage.no_streams.is_empty() {
            survey.coverage.complete = false;
            survey.unproven = true;
            say_unknown(session, &self.services, Some(&known));
        }
    }

    /// Reads a window, oldest line first.
    pub(super) async fn read(
        &self,
        source: &Source,
        window: Window,
        session: &Session,
        mut take: impl FnMut(PageEntry<'_>),
    ) -> Survey {
        let mut survey = Survey {
            coverage: Coverage::new(window),
            failures: Vec::new(),
            first: None,
            seen: vec![false; self.services.len()],
            unproven: false,
            lang: session.lang(),
        };
        let mut seen = std::mem::take(&mut survey.seen);
        let mut last: Option<std::sync::Arc<Labels>> = None;
        let mut take = |entry: PageEntry<'_>| {
            // Entries of one log stream follow each other.
            if !last
                .as_ref()
                .is_some_and(|last| std::sync::Arc::ptr_eq(last, entry.labels))
            {
                last = Some(entry.labels.clone());
                if let Some(seen) = seen.get_mut(usize::from(self.service_of(entry.labels))) {
                    *seen = true;
                }
            }
            take(entry);
        };
        let kept = source
            .retention_days()
            .map(|days| session.world.now - TimeDelta::days(i64::from(days)));
        survey.coverage.kept_since = kept.filter(|since| window.from < *since);
        let loki = source.loki();
        let counted = loki.fetch_count(&self.query, window).await;
        survey.coverage.matched = counted.as_ref().ok().copied();
        let wish = Wish {
            query: self.query.clone(),
            window,
            order: Order::OldestFirst,
            enough: None,
            page_entries: budget(session).page_entries,
            parallel: budget(session).parallel,
        };
        match (counted, self.most) {
            (Ok(matched), Some(most)) if matched > most => {
                survey.coverage.sampled = true;
                survey.sample(&loki, &wish, most, &mut take).await;
            }
            (Err(error), Some(most)) => {
                survey
                    .read_up_to(&loki, &wish, (most, &error), &mut take)
                    .await;
            }
            _ => {
                let done = fetch(&loki, &wish, None, &mut take).await;
                survey.add(done);
            }
        }
        survey.seen = seen;
        survey.coverage.settle();
        survey
    }
}

impl Survey {
    /// Takes a share of each slice of the window in proportion to what the server counts there, its oldest lines.
    async fn sample(
        &mut self,
        loki: &Loki<'_>,
        wish: &Wish,
        most: u64,
        take: &mut impl FnMut(PageEntry<'_>),
    ) {
        let parts = usize::try_from(most / 2).unwrap_or(SLICES).clamp(1, SLICES);
        let (slices, step) = steps_of(wish.window, parts);
        let counts = count_slices(loki, wish, &slices, step).await;
        let all: f64 = counts.iter().sum();
        let most = most.saturating_sub(slices.len() as u64);
        for (slice, count) in slices.into_iter().zip(counts) {
            let share = if all > 0.0 { count / all } else { 0.0 };
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 0 and the number of lines wanted"
            )]
            // One at least: a slice in which the server counts nothing may get a line after all.
            let wanted = 1 + (share * most as f64) as u64;
            let wish = Wish {
                window: slice,
                enough: Some(wanted),
                ..wish.clone()
            };
            let done = fetch(loki, &wish, Some(wanted), take).await;
            self.add(done);
        }
    }

    /// Reads lines that nobody counted, up to a bound; what lies behind it is missing.
    async fn read_up_to(
        &mut self,
        loki: &Loki<'_>,
        wish: &Wish,
        (most, error): (u64, &SourceError),
        take: &mut impl FnMut(PageEntry<'_>),
    ) {
        let mut last = None;
        let done = fetch(loki, wish, Some(most), &mut |entry: PageEntry<'_>| {
            last = Some(entry.at.instant());
            take(entry);
        })
        .await;
        let cut = done.1 && last.is_some();
        self.add(done);
        let lang = self.lang;
        if let Some(window) = last
            .filter(|_| cut)
            .and_then(|at| Window::new(at, wish.window.to))
        {
            self.failures.push(error.kind());
            self.coverage.gaps.push(Missing {
                window,
                message: format!("{}: {}", text::not_counted(lang, most), error.say(lang)),
            });
        }
    }

    /// Adds how a download ended.
    fn add(&mut self, (done, _, taken): (Downloaded, bool, u64)) {
        self.coverage.looked_at += taken;
        self.coverage.crowded.extend(done.crowded);
        for gap in done.gaps {
            self.failures.push(gap.error.kind());
            self.coverage.gaps.push(Missing {
                window: gap.window,
                message: gap.error.say(self.lang),
            });
            self.first.get_or_insert(gap.error);
        }
    }

    /// Whether anything at all could be read.
    ///
    /// # Errors
    /// Nothing could, and why.
    pub(super) fn ensure_any(&self) -> Result<(), Failure> {
        match &self.first {
            Some(error) if self.coverage.looked_at == 0 => {
                Err(Failure::of_source(error, self.lang))
            }
            _ => Ok(()),
        }
    }

    /// How a run ends for what failed alone.
    pub(super) fn failed(&self) -> Exit {
        Exit::of_failures(self.failures.iter().copied())
    }

    /// How a run ends that rests on this: incomplete where lines are missing, refused where that is why.
    pub(super) fn exit(&self, sample_is_enough: bool) -> Exit {
        let exit = self.failed();
        let whole = self.coverage.complete || (sample_is_enough && self.only_sampled());
        match exit {
            Exit::Done if !whole => Exit::Incomplete,
            exit => exit,
        }
    }

    /// Whether nothing is missing but what a sample leaves out.
    fn only_sampled(&self) -> bool {
        let coverage = &self.coverage;
        coverage.sampled
            && !self.unproven
            && coverage.gaps.is_empty()
            && coverage.crowded.is_empty()
            && coverage.kept_since.is_none()
    }

    /// Whether a baseline can be compared with: nothing of it is missing.
    pub(super) fn is_comparable(&self) -> bool {
        self.coverage.complete || self.only_sampled()
    }
}

/// A window in about so many parts that end at multiples of a step, but the last: servers move the steps of a query to such times.
fn steps_of(window: Window, parts: usize) -> (Vec<Window>, TimeDelta) {
    let parts = i64::try_from(parts.max(1)).unwrap_or(i64::MAX);
    let seconds = (window.length().num_seconds() / parts).max(0) + 1;
    let step = TimeDelta::seconds(seconds);
    let mut slices = Vec::new();
    let mut from = window.from;
    while from < window.to {
        let end = (from.timestamp().div_euclid(seconds) + 1) * seconds;
        let end = Instant::from_timestamp(end, 0).map_or(window.to, |end| end.min(window.to));
        slices.extend(Window::new(from, end));
        from = end;
    }
    (slices, step)
}

/// About how many lines each slice has; all the same where the server does not say. The first and the last are counted with what lies
/// beside them.
async fn count_slices(
    loki: &Loki<'_>,
    wish: &Wish,
    slices: &[Window],
    step: TimeDelta,
) -> Vec<f64> {
    let seconds = step.num_seconds().max(1);
    let end_of =
        |slice: &Window| (slice.to.timestamp() - 1).div_euclid(seconds) * seconds + seconds;
    let query = format!(
        "sum(count_over_time({}[{}]))",
        wish.query,
        duration_literal(step)
    );
    let even = vec![1.0; slices.len()];
    let (Some(first), Some(last)) = (slices.first(), slices.last()) else {
        return even;
    };
    let at = |seconds| Instant::from_timestamp(seconds, 0);
    let Some(window) = at(end_of(first) - seconds)
        .zip(at(end_of(last)))
        .and_then(|(from, to)| Window::new(from, to))
    else {
        return even;
    };
    let Ok(series) = loki.fetch_steps(&query, window, step).await else {
        return even;
    };
    let samples = series.iter().flat_map(|series| &series.samples);
    let counts: BTreeMap<i64, f64> = samples
        .map(|sample| (sample.instant().timestamp(), sample.value.max(0.0)))
        .collect();
    slices
        .iter()
        .map(|slice| counts.get(&end_of(slice)).copied().unwrap_or(0.0))
        .collect()
}

/// Downloads, at most so many lines. Tells also whether that cut it, and how many were taken.
async fn fetch(
    loki: &Loki<'_>,
    wish: &Wish,
    most: Option<u64>,
    take: &mut impl FnMut(PageEntry<'_>),
) -> (Downloaded, bool, u64) {
    let mut taken = 0;
    let mut cut = false;
    let done = download(loki, wish, async |page| {
        for entry in page.entries() {
            if most.is_some_and(|most| taken >= most) {
                cut = true;
                return ControlFlow::Break(());
            }
            taken += 1;
            take(entry);
        }
        ControlFlow::Continue(())
    })
    .await;
    (done, cut, taken)
}

/// A record that takes one line after the other without new memory for each.
pub(super) fn empty_record() -> LogRecord {
    LogRecord {
        service: String::new(),
        ts: Instant::default(),
        labels: std::sync::Arc::new(Labels::default()),
        line: String::new(),
        metadata: None,
    }
}

/// Puts an entry into a record.
pub(super) fn fill(record: &mut LogRecord, entry: PageEntry<'_>) {
    record.ts = entry.at.instant();
    record.labels = entry.labels.clone();
    record.line.clear();
    record.line.push_str(entry.line);
}

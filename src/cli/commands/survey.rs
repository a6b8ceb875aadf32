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
use crate::plan::{CountRequest, LogsRequest, Plan, Request, Span};
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
                    query: format!(
                        "sum(count_over_time({}[{}s]))",
                        self.query,
                        window.length().num_seconds().max(1)
                    ),
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

    /// Says which services Loki has no log stream of, where nothing at all was read: "none" then says nothing of them.
    pub(super) async fn say_silent(
        &self,
        source: &Source,
        window: Window,
        survey: &Survey,
        session: &Session,
    ) {
        if survey.coverage.looked_at > 0 || !survey.failures.is_empty() {
            return;
        }
        let known = source.loki().fetch_label_values(&self.label, window).await;
        say_unknown(session, &self.services, known.ok().as_deref());
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
            lang: session.lang(),
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
                survey
                    .sample(&loki, &wish, (matched, most), &mut take)
                    .await;
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
        (matched, most): (u64, u64),
        take: &mut impl FnMut(PageEntry<'_>),
    ) {
        let slices = wish.window.split(SLICES);
        let counts = count_slices(loki, wish, slices.len()).await;
        for (slice, count) in slices.into_iter().zip(counts) {
            // Where the slices are not counted, all have the same share.
            let share = count.unwrap_or(matched as f64 / SLICES as f64) / (matched.max(1) as f64);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 0 and the number of lines wanted"
            )]
            let wanted = (share.clamp(0.0, 1.0) * most as f64).ceil() as u64;
            // Servers move the steps of a count: a slice without any may have some.
            let wanted = wanted.max(1);
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
            && coverage.gaps.is_empty()
            && coverage.crowded.is_empty()
            && coverage.kept_since.is_none()
    }

    /// Whether a baseline can be compared with: nothing of it is missing.
    pub(super) fn is_comparable(&self) -> bool {
        self.coverage.complete || self.only_sampled()
    }
}

/// How many lines each of the equal slices of a window has, as far as the server says.
async fn count_slices(loki: &Loki<'_>, wish: &Wish, slices: usize) -> Vec<Option<f64>> {
    let parts = i32::try_from(slices.max(1)).unwrap_or(i32::MAX);
    let step = wish.window.length() / parts;
    let query = format!(
        "sum(count_over_time({}[{}]))",
        wish.query,
        crate::plan::duration_literal(step)
    );
    let Ok(series) = loki.fetch_steps(&query, wish.window, step).await else {
        return vec![None; slices];
    };
    let mut counts = vec![Some(0.0); slices];
    let step_seconds = step.as_seconds_f64().max(f64::MIN_POSITIVE);
    for sample in series.iter().flat_map(|series| &series.samples) {
        let after = (sample.instant() - wish.window.from).as_seconds_f64() / step_seconds;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a place in a list of a hundred"
        )]
        let place = (after.round().max(1.0) as usize - 1).min(slices - 1);
        counts[place] = counts[place].map(|count| count + sample.value.max(0.0));
    }
    counts
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

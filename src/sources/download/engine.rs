//! Runs a download: keeps requests under way, decides what an answer or a failure means, and hands pages over in order.

use std::ops::ControlFlow;
use std::pin::pin;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;

use super::ask::Asker;
use super::crowd::{Crowd, fetch_crowd};
use super::decode::{Found, LabelSets, Left};
use super::fault::{Remedy, remedy};
use super::load::{Load, Patience};
use super::page::Page;
use super::queue::{Gaps, Manner, Queue, Slot, Stretch, Task};
use super::slices::{Appetite, FEWEST, Pace};
use super::span::Span;
use super::{Downloaded, Order, Wish};
use crate::model::{Instant, UnixNanos, Window};
use crate::sources::error::SourceError;
use crate::sources::loki::Loki;

/// Bytes of pages that wait for the head and of answers under way: of pages of 5,000 lines of 130 bytes, eight under way and as many
/// waiting. A download may take 64 MiB: the program itself is some 15, the lines that wait to be written up to 8, and what the
/// allocator keeps of answers that were read is about as much again as this.
const AHEAD_BYTES: usize = 12 << 20;

/// Length of a slice that is not halved any more once it has been halved [`HALVINGS`] times, nanoseconds. What is missing around a
/// broken spot is then a tenth of a second; from an hour down it takes 15 halvings, some ten seconds of a server's 500s.
const FLOOR: u64 = 100_000_000;

/// Halvings that every failing slice is granted, however short it is: in a burst, a tenth of a second may be several pages.
const HALVINGS: u32 = 3;

/// How often what cannot be halved is asked for again.
const REPEATS: u32 = 2;

/// Longest stretch that is asked for to see whether the source is alive, nanoseconds: a minute is never too much work.
const PROBE_LENGTH: u64 = 60_000_000_000;

/// Most entries of such a request: they wait in memory until the head gets there.
const PROBE_ENTRIES: u32 = 100;

/// What a request brought.
enum Brought {
    /// A slice.
    Slice(Found),
    /// A nanosecond.
    Crowd(Crowd),
}

/// How a request ended.
struct Reply {
    /// What was asked for.
    task: Task,
    /// With this limit.
    limit: u32,
    /// What came, the bytes of its body, and whether the server complained before.
    outcome: Result<(Brought, usize, bool), SourceError>,
}

/// A download that is going on.
pub(super) struct Engine<'a> {
    /// Who asks.
    asker: Asker<'a>,
    /// The window in pieces.
    queue: Queue,
    /// Requests under way.
    under_way: FuturesUnordered<BoxFuture<'a, Reply>>,
    /// How long slices are.
    pace: Pace,
    /// How many requests may be under way.
    load: Load,
    /// Whether the source is alive.
    patience: Patience,
    /// The far end, while it is being probed.
    probed: Option<Span>,
    /// What the caller wants.
    appetite: Appetite,
    /// What could not be had so far.
    gaps: Gaps,
    /// Up to where all has been handed over.
    reached: Instant,
    /// What is to be said at the end.
    done: Downloaded,
}

impl<'a> Engine<'a> {
    /// A download of which nothing has been asked yet.
    pub(super) fn new(loki: &'a Loki<'a>, wish: &'a Wish) -> Self {
        let order = wish.order;
        Self {
            asker: Asker {
                loki,
                query: &wish.query,
                order,
                labels: LabelSets::default(),
            },
            queue: Queue::new(Span::of(wish.window), order),
            under_way: FuturesUnordered::new(),
            pace: Pace::new(wish.page_entries),
            load: Load::new(wish.parallel),
            patience: Patience::default(),
            probed: None,
            appetite: Appetite::new(wish.enough),
            gaps: Gaps::default(),
            reached: match order {
                Order::OldestFirst => wish.window.from,
                Order::NewestFirst => wish.window.to,
            },
            done: Downloaded::default(),
        }
    }

    /// Runs it to its end, or until the caller breaks off.
    pub(super) async fn run(
        mut self,
        mut take: impl AsyncFnMut(Page) -> ControlFlow<()>,
    ) -> Downloaded {
        loop {
            self.start();
            let page = match self.queue.pop_ready() {
                Some(Stretch::Gap(span, error)) => {
                    self.pass(span);
                    self.gaps.add(span, error, self.asker.order);
                    continue;
                }
                Some(Stretch::Crowded(page)) => {
                    self.done.crowded.push(page.covers.from);
                    page
                }
                Some(Stretch::Page(page)) => page,
                None => {
                    let Some(reply) = self.under_way.next().await else {
                        debug_assert!(self.queue.is_empty(), "something was left behind");
                        break;
                    };
                    self.absorb(reply);
                    continue;
                }
            };
            if self.hand_over(page, &mut take).await.is_break() {
                self.done.broken_off = !self.queue.is_empty();
                break;
            }
        }
        self.done.gaps = self.gaps.finish();
        self.done
    }

    /// Hands a page over, and goes on with the requests while the caller takes its time.
    async fn hand_over(
        &mut self,
        mut page: Page,
        take: &mut impl AsyncFnMut(Page) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        // What lies between the last page and this one has been asked for, and is empty.
        match self.asker.order {
            Order::OldestFirst => page.covers.from = self.reached,
            Order::NewestFirst => page.covers.to = self.reached,
        }
        self.reached = self.far_end(page.covers);
        self.done.entries += page.len() as u64;
        self.done.bytes += page.line_bytes() as u64;
        self.appetite.took(page.len());
        let mut taking = pin!(take(page));
        loop {
            tokio::select! {
                biased;
                Some(reply) = self.under_way.next() => {
                    self.absorb(reply);
                    self.start();
                }
                flow = &mut taking => return flow,
            }
        }
    }

    /// A stretch that is not handed over has been passed.
    fn pass(&mut self, span: Span) {
        self.reached = self.far_end(span.window());
    }

    /// The end of a window at which a download leaves it.
    fn far_end(&self, window: Window) -> Instant {
        match self.asker.order {
            Order::OldestFirst => window.to,
            Order::NewestFirst => window.from,
        }
    }

    /// Sends as many requests as may be under way.
    fn start(&mut self) {
        while self.under_way.len() < self.load.allowed() {
            let limit = self.pace.limit().min(self.appetite.limit(self.pace.most()));
            let task = if self.patience.is_spent() {
                self.pick_probe()
            } else if self.queue.head_is_todo() || self.has_room(limit) {
                self.queue.pick(self.length(limit))
            } else {
                None
            };
            let Some(task) = task else { break };
            let limit = match task.manner {
                Manner::Usual => limit,
                Manner::Few(few) => limit.min(few),
                Manner::Crowd(most) => most,
                Manner::Probe => limit.min(PROBE_ENTRIES),
            };
            self.done.requests += 1;
            self.under_way
                .push(Box::pin(fetch(self.asker.clone(), task, limit)));
        }
    }

    /// The far end of what is left, if it is not under way already.
    fn pick_probe(&mut self) -> Option<Task> {
        if self.probed.is_some() {
            return None;
        }
        let mut task = self.queue.pick_far(PROBE_LENGTH.min(self.pace.bound()))?;
        if !matches!(task.manner, Manner::Crowd(_)) {
            task.manner = Manner::Probe;
        }
        self.probed = Some(task.span);
        Some(task)
    }

    /// Whether one more page may be asked for that will have to wait for the head.
    fn has_room(&self, limit: u32) -> bool {
        let under_way = self.under_way.len();
        let bytes = self.queue.bytes() + (under_way + 1) * self.pace.cost(limit);
        bytes <= AHEAD_BYTES && under_way + self.queue.waiting() < self.appetite.pages(limit)
    }

    /// Length of the next slice. Where there is only one at a time, the server's limit cuts best.
    fn length(&self, limit: u32) -> u64 {
        if self.load.allowed().min(self.appetite.pages(limit)) == 1 {
            self.pace.bound()
        } else {
            self.pace.length(limit)
        }
    }

    /// Draws the conclusions of a request that ended.
    fn absorb(&mut self, reply: Reply) {
        let Reply {
            task,
            limit,
            outcome,
        } = reply;
        let is_probe = self.probed == Some(task.span);
        match outcome {
            Ok((brought, bytes, throttled)) => {
                self.patience.succeeded();
                if throttled {
                    self.load.complaint(self.under_way.len());
                } else {
                    self.load.answered();
                }
                match brought {
                    Brought::Slice(found) => self.settle_slice(&task, found, bytes),
                    Brought::Crowd(crowd) => self.settle_crowd(&task, crowd),
                }
            }
            Err(error) if is_probe && self.patience.is_spent() => self.give_up(&error),
            Err(error) => self.remedy(task, limit, error),
        }
        if is_probe {
            self.probed = None;
        }
    }

    /// A slice came.
    fn settle_slice(&mut self, task: &Task, found: Found, bytes: usize) {
        self.pace.weigh(found.returned, bytes);
        let mut slots = Vec::with_capacity(3);
        let entries = found.page.as_ref().map_or(0, Page::len);
        if let Some(page) = found.page {
            let span = Span::of(page.covers).unwrap_or(task.span);
            slots.push(Slot::Ready(span, Stretch::Page(page)));
        }
        match found.left {
            Left::Nothing => self.pace.learn(found.covered, entries),
            Left::Rest(rest) => {
                self.pace.learn(found.covered, entries);
                slots.push(Slot::Todo(Task::new(rest)));
            }
            Left::Crowd(at, rest) => {
                // Says nothing about how dense the rest is.
                slots.push(Slot::Todo(Task {
                    manner: Manner::Crowd(self.pace.most()),
                    ..Task::new(Span::instant(at))
                }));
                let after = rest.after(at, self.asker.order);
                slots.extend(after.map(|after| Slot::Todo(Task::new(after))));
            }
        }
        self.queue.settle(task.span, slots);
    }

    /// A nanosecond came.
    fn settle_crowd(&mut self, task: &Task, crowd: Crowd) {
        let page = Page::new(task.span.window(), crowd.parts, self.asker.order);
        let stretch = if crowd.is_whole {
            Stretch::Page(page)
        } else {
            Stretch::Crowded(page)
        };
        self.queue
            .settle(task.span, [Slot::Ready(task.span, stretch)]);
    }

    /// Does what may help a failed request.
    fn remedy(&mut self, task: Task, limit: u32, error: SourceError) {
        match remedy(&error) {
            Remedy::Stop => self.give_up(&error),
            Remedy::Unreachable if !self.patience.has_answered() => self.give_up(&error),
            Remedy::Entries(most) if most >= limit => self.give_up(&error),
            Remedy::Entries(most) => {
                self.pace.allow(most);
                let manner = match task.manner {
                    Manner::Crowd(_) => Manner::Crowd(self.pace.most()),
                    other => other,
                };
                self.again(Task { manner, ..task });
            }
            Remedy::Length(longest) if longest < task.span.length() => {
                self.pace.allow_length(longest);
                self.again(task);
            }
            Remedy::Fewer if limit > FEWEST => {
                self.pace.too_large(limit);
                let few = (limit / 8).max(FEWEST);
                let manner = match task.manner {
                    Manner::Crowd(_) => Manner::Crowd(few),
                    _ => Manner::Few(few),
                };
                self.again(Task { manner, ..task });
            }
            Remedy::Later => {
                self.load.complaint(self.under_way.len());
                self.patience.failed();
                self.repeat(task, error);
            }
            Remedy::Length(_) | Remedy::Shorter => {
                self.pace.too_long(task.span.length());
                self.halve(task, error);
            }
            Remedy::Fewer | Remedy::Halve | Remedy::Unreachable => self.halve(task, error),
        }
    }

    /// Asks for a piece again.
    fn again(&mut self, task: Task) {
        self.queue.settle(task.span, [Slot::Todo(task)]);
    }

    /// Asks for a piece again as it is, a few times.
    fn repeat(&mut self, task: Task, error: SourceError) {
        if task.repeats < REPEATS {
            self.again(Task {
                repeats: task.repeats + 1,
                ..task
            });
        } else {
            self.leave(task.span, error);
        }
    }

    /// Halves a piece that failed, until what fails is short. Behind a stretch that failed, a piece is given up while it is
    /// no longer than half of that: the way out of it is then short too.
    fn halve(&mut self, task: Task, error: SourceError) {
        self.patience.failed();
        let length = task.span.length();
        if length == 1 {
            return self.repeat(task, error);
        }
        let order = self.asker.order;
        let (lost, begin) = self.queue.lost_before(task.span);
        let lost = lost.saturating_add(self.gaps.before(begin, order));
        if length <= lost / 2 || (task.halvings >= HALVINGS && length <= FLOOR) {
            return self.leave(task.span, error);
        }
        let manner = match task.manner {
            Manner::Probe => Manner::Usual,
            other => other,
        };
        let half = |span| {
            Slot::Todo(Task {
                span,
                manner,
                halvings: task.halvings + 1,
                repeats: 0,
            })
        };
        let (near, far) = task.span.cut(length / 2, order);
        let halves = std::iter::once(near).chain(far).map(half);
        self.queue.settle(task.span, halves);
    }

    /// A piece cannot be had.
    fn leave(&mut self, span: Span, error: SourceError) {
        self.queue
            .settle(span, [Slot::Ready(span, Stretch::Gap(span, error))]);
    }

    /// Nothing more can be had. What is there already is still handed over.
    fn give_up(&mut self, error: &SourceError) {
        self.under_way.clear();
        self.queue.give_up(error);
    }
}

/// Asks for a piece.
async fn fetch(asker: Asker<'_>, task: Task, limit: u32) -> Reply {
    let outcome = match task.manner {
        Manner::Crowd(_) => {
            let at = UnixNanos::from(task.span.window().from).0;
            let is_last_try = task.repeats >= REPEATS;
            fetch_crowd(&asker, at, limit, is_last_try)
                .await
                .map(|crowd| (Brought::Crowd(crowd), 0, false))
        }
        _ => asker
            .fetch_slice(task.span, limit)
            .await
            .map(|read| (Brought::Slice(read.value), read.body_bytes, read.throttled)),
    };
    Reply {
        task,
        limit,
        outcome,
    }
}

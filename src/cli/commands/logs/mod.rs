//! `scout logs`: the lines of services, while they arrive.
//!
//! ```text
//!            ┌─► count ──────────────────────────────────────────────────────► what is said at the end
//! flags ─► asked ─► download ─► pages ─┬─► writer ─► pick, mask, render ─► stdout   (--limit 0)
//!                                      └─► pick ─► writer                           (the newest --limit)
//! ```
//!
//! What the flags ask for is settled here, once, as [`Asked`]; whoever shows lines from elsewhere hands them to the same writer.

mod ending;
mod fetch;
mod filter;
mod follow;
mod picker;
mod shape;
mod writer;

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context as _;

use super::super::args::{GlobalArgs, LogsArgs, Output};
use super::super::exit::{Exit, Failure};
use super::super::pager::Screen;
use super::super::run::{Leased, run_leased};
use super::super::session::Session;
use super::super::time;
use super::{budget, dry_run, ensure_services};
use crate::evidence::LogMasker;
use crate::model::messages::cli as text;
use crate::model::messages::logs as words;
use crate::model::{Lang, Matcher, Scope, Selector, Service, Window};
use crate::plan::{
    CountRequest, LineQuery, LogsRequest, Plan, Request, Span, count_query, is_log_query,
};
use crate::render::logs::LogView;
use crate::sources::download::{Order, Wish};

pub(super) use ending::{say_gaps, say_unknown};
use fetch::{Fetched, fetch};
use filter::Filter;
use picker::{Context, Picker};
use shape::{Form, Shape};
use writer::{Sink, Writer};

/// What the flags ask for.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each stands for a flag; none excludes another"
)]
struct Asked {
    /// The form of the answer.
    form: Form,
    /// The services in question; none for a query of the user's own.
    services: Vec<Service>,
    /// What Loki is asked.
    query: LineQuery,
    /// Whether the user wrote the query.
    is_raw: bool,
    /// Whether the server is asked how many there are: not where a count is not what is wanted, or nobody is told.
    counts: bool,
    /// Which lines are wanted.
    filter: Arc<Filter>,
    /// How many around each, in the order of time.
    context: Context,
    /// Most of them; `None` for all.
    limit: Option<u64>,
    /// In which order they are shown.
    order: Order,
    /// The window.
    window: Window,
    /// Fields that are shown; empty for all.
    fields: Vec<String>,
    /// Labels that people see.
    labels: Vec<String>,
    /// Entries of one request.
    page_entries: u32,
    /// Most requests at once.
    parallel: usize,
    /// No pager is wanted.
    plain: bool,
    /// What comes in later is wanted too.
    follows: bool,
}

/// Runs it.
///
/// # Errors
/// An unknown service, a pattern or window that does not hold, no credentials, Loki's refusal.
pub(super) fn run(
    args: &LogsArgs,
    global: &GlobalArgs,
    session: &mut Session,
) -> Result<Exit, Failure> {
    let lang = session.lang();
    // A plan has forms of its own.
    let form = if global.dry_run {
        Form::Human
    } else {
        form(global.output, lang)?
    };
    let filter = Filter::of(args, lang)?;
    let query = args.query.as_deref();
    if query.is_some_and(|query| !is_log_query(query)) {
        return Err(Failure::usage(
            words::not_a_log_query(lang),
            Some(words::not_a_log_query_hint(lang)),
        ));
    }
    let now = session.world.now;
    let window = time::window(&args.window, now, session.terminal.offset(), lang)?;
    if query.is_none()
        && let Some(exit) = ensure_services(session, global)?
    {
        return Ok(exit);
    }
    if args.follow && form == Form::Json {
        return Err(Failure::usage(
            words::no_end(lang),
            Some(words::no_end_hint(lang)),
        ));
    }
    let asked = Asked::of(args, form, filter, window, session)?;
    if global.dry_run {
        return dry_run::show(&asked.plan(session), global, session);
    }
    let mut writer = asked
        .writer(session)
        .context("starting the thread that writes the answer")
        .map_err(|error| Failure::of_system(&error, lang))?;
    if asked.follows {
        return follow::run(session, &asked, writer);
    }
    let ended = run_leased(
        session,
        &[Scope::Logs],
        1,
        async |leased: &Leased<'_>| fetch(session, leased, &asked, &mut writer).await,
        |fetched: Result<Fetched, Failure>| fetched,
    )?;
    ending::end(session, &asked, writer, &ended)
}

/// The form of the answer.
fn form(output: Output, lang: Lang) -> Result<Form, Failure> {
    match output {
        Output::Human => Ok(Form::Human),
        Output::Ndjson => Ok(Form::Ndjson),
        Output::Json => Ok(Form::Json),
        Output::Csv => Ok(Form::Csv),
        Output::Raw => Ok(Form::Raw),
        Output::Markdown | Output::Html => Err(Failure::usage(
            text::no_such_form(lang, "logs", "human, raw, ndjson, json, csv"),
            None,
        )),
    }
}

impl Asked {
    /// What the flags ask for.
    ///
    /// # Errors
    /// A name that no service has.
    fn of(
        args: &LogsArgs,
        form: Form,
        filter: Filter,
        window: Window,
        session: &Session,
    ) -> Result<Self, Failure> {
        let services: Vec<Service> = if args.query.is_some() {
            Vec::new()
        } else {
            let asked = session.asked(&args.services)?;
            let all = session.services.iter();
            all.filter(|service| asked.contains(&service.name))
                .cloned()
                .collect()
        };
        let query = match &args.query {
            Some(query) => LineQuery::raw(query),
            None => query(&services, &session.service_label, &filter, args),
        };
        let around = args.context.unwrap_or(0);
        let context = Context {
            before: args.before_context.unwrap_or(around) as usize,
            after: args.after_context.unwrap_or(around) as usize,
        };
        let budget = budget(session);
        let mut asked = Self {
            form,
            services,
            query,
            is_raw: args.query.is_some(),
            counts: false,
            filter: Arc::new(filter),
            context,
            limit: Some(args.limit).filter(|limit| *limit > 0),
            order: if args.reverse {
                Order::NewestFirst
            } else {
                Order::OldestFirst
            },
            window,
            fields: named(&args.fields),
            labels: named(&args.labels),
            page_entries: args.batch.unwrap_or(budget.page_entries),
            parallel: args.parallel.map_or(budget.parallel, usize::from),
            plain: args.no_pager || args.follow,
            follows: args.follow,
        };
        let is_told = session.terminal.shows_notes() || form == Form::Json;
        asked.counts = asked.limit.is_some() && asked.shows_all() && is_told && !asked.follows;
        Ok(asked)
    }

    /// Whether every line that the query selects is wanted.
    fn shows_all(&self) -> bool {
        self.filter.is_empty()
    }

    /// From which end the window is read: the newest lines are those that a limit keeps.
    fn download_order(&self) -> Order {
        match self.limit {
            Some(_) => Order::NewestFirst,
            None => self.order,
        }
    }

    /// The download.
    fn wish(&self) -> Wish {
        Wish {
            query: self.query.text.clone(),
            window: self.window,
            order: self.download_order(),
            enough: self.limit.filter(|_| self.shows_all()),
            page_entries: self.page_entries,
            parallel: self.parallel,
        }
    }

    /// The context in the order of a download; none where there are no matches to stand around.
    fn context_of(&self, order: Order) -> Context {
        match order {
            _ if self.filter.is_empty() => Context::default(),
            Order::OldestFirst => self.context,
            Order::NewestFirst => self.context.reversed(),
        }
    }

    /// What shows the answer.
    ///
    /// # Errors
    /// The system's: there is no thread.
    fn writer(&self, session: &Session) -> std::io::Result<Writer> {
        let order = self.download_order();
        let picker = Picker::new(self.filter.clone(), self.context_of(order), None)
            .by(&session.service_label);
        let screen = session.terminal.shows_screen;
        let sink = if screen {
            let screen = Screen::new(&session.world, self.plain);
            Sink::Screen(Box::new(screen))
        } else {
            Sink::Plain
        };
        Writer::start(self.shape(session), picker, order, sink)
    }

    /// How the answer is written.
    fn shape(&self, session: &Session) -> Shape {
        let shown = if self.is_raw {
            &session.services
        } else {
            &self.services
        };
        let offset = session.terminal.offset();
        let (from, to) = (self.window.from, self.window.to);
        let days = [from, to].map(|at| at.with_timezone(&offset).date_naive());
        let wary = self.order == Order::NewestFirst
            || !self.filter.is_empty()
            || self.is_raw
            || self.follows;
        Shape {
            form: self.form,
            view: LogView {
                service_columns: (shown.len() > 1)
                    .then(|| shown.iter().map(|service| service.name.chars().count()))
                    .map(|columns| columns.max().unwrap_or(0)),
                dated: days[0] != days[1],
                labels: self.labels.clone(),
            },
            look: session.terminal.look,
            screen: session.terminal.shows_screen,
            masker: session
                .own_redactor()
                .map(|redactor| LogMasker::new(redactor, wary)),
            service_label: session.service_label.clone(),
            services: shown
                .iter()
                .map(|service| (service.resource_name.clone(), service.name.clone()))
                .collect::<BTreeMap<_, _>>(),
            fields: self.fields.clone(),
            context: self.context_of(self.order).is_some(),
            forward: self.order == Order::OldestFirst,
            query: self.query.text.clone(),
            window: self.window,
            shown: 0,
            last: None,
            buffer: String::new(),
        }
    }

    /// The plan, for `--dry-run`.
    fn plan(&self, session: &Session) -> Plan {
        let wanted = self.limit.filter(|_| self.shows_all());
        let wanted = wanted.map_or(u32::MAX, |limit| {
            u32::try_from(limit.saturating_add(1)).unwrap_or(u32::MAX)
        });
        let lines = Request::Logs(LogsRequest {
            service: String::new(),
            query: self.query.text.clone(),
            window: self.window,
            span: Span::Window,
            limit: self.page_entries.min(wanted),
        });
        let count = count_query(&self.query.text, self.window)
            .filter(|_| self.counts)
            .map(|query| {
                Request::Count(CountRequest {
                    query,
                    services: BTreeMap::new(),
                    window: self.window,
                    step: self.window.length(),
                })
            });
        Plan {
            requests: [lines].into_iter().chain(count).collect(),
            budget: budget(session),
        }
    }
}

/// The log query: the services' streams, and what of the filter the server can apply without losing a line. Lines around matches are
/// lines that do not match: with context nothing is left to the server.
fn query(services: &[Service], label: &str, filter: &Filter, args: &LogsArgs) -> LineQuery {
    let names = services
        .iter()
        .map(|service| service.resource_name.as_str());
    let selector = Selector(vec![Matcher::any_of(label, names)]);
    let flags = [args.context, args.before_context, args.after_context];
    if flags.iter().flatten().any(|lines| *lines > 0) {
        return LineQuery::of_streams(&selector, [], &[]);
    }
    LineQuery::of_streams(&selector, filter.literals(), filter.tests())
}

/// Names that are not empty, without the spaces around them.
fn named(names: &[String]) -> Vec<String> {
    let trimmed = names.iter().map(|name| name.trim());
    trimmed
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

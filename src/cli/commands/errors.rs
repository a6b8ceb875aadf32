//! `scout errors` and `scout patterns SERVICE...`: the lines of services by signature, against a baseline.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::super::args::{ErrorsArgs, GlobalArgs, Output, PatternsArgs, SignatureArgs, WindowArgs};
use super::super::cockpit;
use super::super::exit::{Exit, Failure};
use super::super::run::{Leased, run_leased};
use super::super::session::Session;
use super::super::time;
use super::ensure_services;
use super::matching::{Shown, count_on_server, fetch_lines, write_lines};
use super::survey::{Reading, Survey, empty_record, fill};
use crate::analysis::{
    Change, Event, Events, Level, LineMark, Period, Signature, Tallied, Tally, open_line,
};
use crate::evidence::{LogMasker, LogRecord};
use crate::model::messages::cli as text;
use crate::model::messages::reading as words;
use crate::model::{Labels, Lang, Scope, Window};
use crate::render::signatures::{
    Changed, ServiceCount, SignatureForm, SignatureRow, SignatureSheet, write_signatures,
};
use crate::sources::Wanted;
use crate::sources::download::PageEntry;

/// Signatures that people are shown where they did not say how many.
const SHOWN_ERRORS: usize = 20;

/// The same of `patterns`.
const SHOWN_PATTERNS: usize = 50;

/// Lines of one signature that are shown where nobody said how many, as `logs` does.
const SHOWN_LINES: usize = 50;

/// What was asked.
struct Ask<'a> {
    /// The command's name.
    command: &'static str,
    /// Services that were typed.
    services: &'a [String],
    /// The least level; `None` for all.
    level: Option<Level>,
    /// How many rows.
    limit: Option<u64>,
    /// Rows for people where nobody said how many.
    shown: usize,
    /// Baseline, sample, `--show`.
    signatures: &'a SignatureArgs,
    /// The window.
    window: &'a WindowArgs,
}

/// What came of it.
enum Answer {
    /// The signatures.
    Sheet(Box<Sheet>),
    /// The lines of one of them, and how much of the window the search for it looked at.
    Lines(Box<(Shown, Survey)>),
}

/// The signatures, and what they rest on.
struct Sheet {
    /// What was counted.
    tallied: Tallied,
    /// How much of the window was read.
    survey: Survey,
    /// How much of the baseline was.
    before: Survey,
    /// Counts by id that the server made, where only a sample was read.
    counted: BTreeMap<String, u64>,
}

/// Runs `errors`.
///
/// # Errors
/// An unknown service, a window that does not hold, no credentials, Loki's refusal.
pub(super) fn run(
    args: &ErrorsArgs,
    global: &GlobalArgs,
    session: &mut Session,
) -> Result<Exit, Failure> {
    let ask = Ask {
        command: "errors",
        services: &args.services,
        level: Some(args.level.level()),
        limit: args.limit,
        shown: SHOWN_ERRORS,
        signatures: &args.signatures,
        window: &args.window,
    };
    answer(&ask, global, session)
}

/// Runs `patterns` over services.
///
/// # Errors
/// As [`run`].
pub(super) fn run_patterns(
    args: &PatternsArgs,
    global: &GlobalArgs,
    session: &mut Session,
) -> Result<Exit, Failure> {
    let ask = Ask {
        command: "patterns",
        services: &args.services,
        level: None,
        limit: args.limit,
        shown: SHOWN_PATTERNS,
        signatures: &args.signatures,
        window: &args.window,
    };
    answer(&ask, global, session)
}

/// Reads window and baseline and says which signatures they have.
fn answer(ask: &Ask<'_>, global: &GlobalArgs, session: &mut Session) -> Result<Exit, Failure> {
    let lang = session.lang();
    if !global.dry_run {
        ensure_form(ask, global.output, lang)?;
    }
    let window = time::window(
        ask.window,
        session.world.now,
        session.terminal.offset(),
        lang,
    )?;
    let baseline = match &ask.signatures.baseline {
        Some(ago) => window.shifted_back(time::length("--baseline", ago, lang)?),
        None => window.just_before(),
    };
    if let Some(exit) = ensure_services(session, global)? {
        return Ok(exit);
    }
    let session = &*session;
    let reading = Reading::of(session, ask.services, "", ask.signatures.sample)?;
    if global.dry_run {
        return reading.show_plan(&[window, baseline], global, session);
    }
    let windows = (window, baseline);
    let work = async |leased: &Leased<'_>| read(ask, &reading, windows, session, leased).await;
    let ended = run_leased(
        session,
        &[Scope::Logs],
        1,
        work,
        |found: Result<Answer, Failure>| found,
    )?;
    ended.finish(session, |found| match found {
        Err(failure) => Err(failure.clone()),
        Ok(Answer::Sheet(sheet)) => {
            write_sheet(ask, global, session, &reading, sheet)?;
            Ok(match sheet.survey.exit(ask.level.is_none()) {
                // A baseline that failed takes the comparison away.
                Exit::Done => sheet.before.failed(),
                exit => exit,
            })
        }
        Ok(Answer::Lines(answer)) => {
            let (shown, survey) = &**answer;
            let exit = write_lines(shown, &reading, window, global.output, session)?;
            Ok(match survey.exit(true) {
                Exit::Done => exit,
                exit => exit,
            })
        }
    })
}

/// Reads window and baseline, and the lines of one signature where they are wanted.
async fn read(
    ask: &Ask<'_>,
    reading: &Reading,
    (window, baseline): (Window, Window),
    session: &Session,
    leased: &Leased<'_>,
) -> Result<Answer, Failure> {
    let source = cockpit::open(session, leased, Wanted::Logs).await?;
    let marked = ask.signatures.show.is_some();
    let mut counter = Counter::new(reading, ask.level, window, marked);
    let mut survey = reading
        .read(&source, window, session, |entry| {
            counter.take(entry, Period::Window);
        })
        .await;
    survey.ensure_any()?;
    reading.find_silent(&source, &mut survey, session).await;
    counter.end(Period::Window);
    let before = reading
        .read(&source, baseline, session, |entry| {
            counter.take(entry, Period::Baseline);
        })
        .await;
    counter.end(Period::Baseline);
    let tallied = judged(counter.tally.finish(), ask, &survey, &before);
    if let Some(wanted) = &ask.signatures.show {
        let signature = find(&tallied, wanted, session.lang())?;
        let most = ask
            .limit
            .map_or(Some(SHOWN_LINES), |limit| usize::try_from(limit).ok())
            .filter(|most| *most > 0);
        let shown = fetch_lines(reading, &source, &signature.marks, most, session).await;
        return Ok(Answer::Lines(Box::new((shown, survey))));
    }
    let counted = if survey.coverage.sampled {
        count_on_server(&tallied, reading, &source, window, ask.level).await
    } else {
        BTreeMap::new()
    };
    Ok(Answer::Sheet(Box::new(Sheet {
        tallied,
        survey,
        before,
        counted,
    })))
}

/// Compares the signatures with the baseline and puts them in order.
fn judged(mut tallied: Tallied, ask: &Ask<'_>, survey: &Survey, before: &Survey) -> Tallied {
    let length = |survey: &Survey| survey.coverage.window.length().as_seconds_f64();
    let (now, then) = (&survey.coverage, &before.coverage);
    let ratio = length(survey) / length(before) * now.share() / then.share();
    let ratio = Some(ratio).filter(|_| before.is_comparable());
    tallied.judge(ratio, then.sampled);
    if ask.level.is_some() {
        tallied.sort_by_note();
    }
    tallied
}

/// The signature of an id, or of a number of the list.
fn find<'a>(tallied: &'a Tallied, wanted: &str, lang: Lang) -> Result<&'a Signature, Failure> {
    let by_id = tallied
        .signatures
        .iter()
        .find(|signature| signature.id == wanted);
    let by_number = || {
        let number: usize = wanted.trim_start_matches('#').parse().ok()?;
        tallied.signatures.get(number.checked_sub(1)?)
    };
    by_id.or_else(by_number).ok_or_else(|| {
        Failure::usage(
            words::no_such_signature(lang, wanted, tallied.signatures.len() as u64),
            Some(words::no_such_signature_hint(lang)),
        )
    })
}

/// Refuses a form that there is not, before anything is asked.
///
/// # Errors
/// That form.
fn ensure_form(ask: &Ask<'_>, output: Output, lang: Lang) -> Result<(), Failure> {
    let (fits, forms) = if ask.signatures.show.is_some() {
        (
            matches!(output, Output::Human | Output::Ndjson | Output::Raw),
            "human, ndjson, raw",
        )
    } else {
        (form(output).is_some(), "human, json, csv, markdown")
    };
    if fits {
        return Ok(());
    }
    Err(Failure::usage(
        text::no_such_form(lang, ask.command, forms),
        None,
    ))
}

/// The form of a sheet.
fn form(output: Output) -> Option<SignatureForm> {
    match output {
        Output::Human => Some(SignatureForm::Human),
        Output::Json => Some(SignatureForm::Json),
        Output::Csv => Some(SignatureForm::Csv),
        Output::Markdown => Some(SignatureForm::Markdown),
        Output::Ndjson | Output::Raw | Output::Html => None,
    }
}

/// Counts lines as they come.
struct Counter<'a> {
    /// Names the services.
    reading: &'a Reading,
    /// The least level; `None` for all.
    level: Option<Level>,
    /// What is counted.
    tally: Tally,
    /// Puts lines together.
    events: Events<LineMark>,
    /// The line at hand.
    record: LogRecord,
    /// The copy that wrote it.
    copy: String,
    /// Whether its lines will be looked for again.
    marked: bool,
}

impl<'a> Counter<'a> {
    /// Counts nothing yet.
    fn new(reading: &'a Reading, level: Option<Level>, window: Window, marked: bool) -> Self {
        Self {
            reading,
            level,
            tally: Tally::new(window, marked),
            events: Events::default(),
            record: empty_record(),
            copy: String::new(),
            marked,
        }
    }

    /// Takes a line.
    fn take(&mut self, entry: PageEntry<'_>, period: Period) {
        let service = self.reading.service_of(entry.labels);
        let mark = LineMark {
            at: entry.at,
            hash: if self.marked { mark_hash(entry) } else { 0 },
            service,
        };
        fill(&mut self.record, entry);
        let Self {
            level,
            tally,
            events,
            record,
            copy,
            reading,
            ..
        } = self;
        open_line(record, |line| {
            copy.clear();
            copy.push_str(record.labels.get(&reading.label).unwrap_or_default());
            copy.push('\0');
            copy.push_str(line.copy.as_deref().unwrap_or_default());
            events.add(copy, line, entry.at.0, mark, &mut |event| {
                count(tally, &event, *level, period);
            });
        });
    }

    /// The end of a window: nothing goes on with what is before it.
    fn end(&mut self, period: Period) {
        let Self {
            level,
            tally,
            events,
            ..
        } = self;
        events.finish(&mut |event| count(tally, &event, *level, period));
    }
}

/// Counts an event, if it is bad enough and says anything.
fn count(tally: &mut Tally, event: &Event<LineMark>, level: Option<Level>, period: Period) {
    if level.is_none_or(|level| event.level >= level) && !event.text.trim().is_empty() {
        tally.add(event, period);
    }
}

/// What finds a line again, beside its time.
pub(super) fn mark_hash(entry: PageEntry<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    entry.labels.hash(&mut hasher);
    entry.line.hash(&mut hasher);
    hasher.finish()
}

/// Writes the signatures.
fn write_sheet(
    ask: &Ask<'_>,
    global: &GlobalArgs,
    session: &Session,
    reading: &Reading,
    found: &Sheet,
) -> Result<(), Failure> {
    let Sheet {
        tallied,
        survey,
        before,
        ..
    } = found;
    let lang = session.lang();
    let form = form(global.output).unwrap_or(SignatureForm::Human);
    let all = matches!(form, SignatureForm::Json | SignatureForm::Csv);
    let most = match ask.limit {
        Some(0) => usize::MAX,
        Some(limit) => usize::try_from(limit).unwrap_or(usize::MAX),
        None if all => usize::MAX,
        None => ask.shown,
    };
    let estimated = survey.coverage.sampled;
    let all_events = total(found);
    let mut rows: Vec<SignatureRow> = tallied
        .signatures
        .iter()
        .take(most)
        .map(|signature| row(signature, reading, found, all_events))
        .collect();
    session.mask_with(|redactor| {
        // A line of a private key is an event like any other: it is masked wherever it stands.
        let mut masker = LogMasker::new(redactor.clone(), true);
        let labels = Arc::new(Labels::default());
        for row in &mut rows {
            masker.mask(&labels, row.first, &mut row.signature);
            masker.mask(&labels, row.first, &mut row.sample);
        }
    });
    let shown = rows.len() as u64;
    let sheet = SignatureSheet {
        schema: 1,
        environment: session.environment.name.clone(),
        services: reading.names(),
        level: ask.level.map(Level::as_str),
        window: survey.coverage.clone(),
        baseline: before.coverage.clone(),
        count: all_events,
        estimated,
        before: before
            .is_comparable()
            .then(|| scaled(tallied.before, 1.0 / before.coverage.share())),
        unlisted: tallied.unlisted,
        total_signatures: tallied.signatures.len() as u64,
        signatures: rows,
    };
    let mut bytes = Vec::new();
    let written = write_signatures(&sheet, form, &session.terminal.look, &mut bytes);
    session.terminal.judge_write(written)?;
    session.terminal.write_answer(&bytes)?;
    if form == SignatureForm::Human && shown < sheet.total_signatures {
        session
            .terminal
            .note(&words::rows_shown(lang, shown, sheet.total_signatures));
    }
    if form == SignatureForm::Human && shown > 0 {
        session.terminal.note(words::show_hint(lang));
    }
    Ok(())
}

/// How often a signature occurs: as the server counts, where it was asked, else what was looked at stands for the rest.
fn count_of(signature: &Signature, found: &Sheet) -> u64 {
    let counted = found.counted.get(&signature.id).copied();
    counted.unwrap_or_else(|| scaled(signature.now, 1.0 / found.survey.coverage.share()))
}

/// All events: the sum of what is told of each signature, and those that have none.
fn total(found: &Sheet) -> u64 {
    let listed: u64 = found.tallied.signatures.iter().map(|one| one.now).sum();
    let rest = scaled(
        found.tallied.now.saturating_sub(listed),
        1.0 / found.survey.coverage.share(),
    );
    let counted = found.tallied.signatures.iter();
    counted.map(|one| count_of(one, found)).sum::<u64>() + rest
}

/// A signature as a row; `total` is all events.
fn row(signature: &Signature, reading: &Reading, found: &Sheet, total: u64) -> SignatureRow {
    let scale = 1.0 / found.survey.coverage.share();
    let counted = found.counted.get(&signature.id).copied();
    let services = signature
        .services
        .iter()
        .map(|(service, count)| ServiceCount {
            service: reading.name_of(*service).to_owned(),
            count: *count,
        });
    let change = match signature.change {
        Change::New => Changed::New,
        Change::Surged => Changed::Surged,
        Change::Steady => Changed::Known,
        Change::Gone => Changed::Gone,
        Change::Unjudged => Changed::Unknown,
    };
    let scale_before = 1.0 / found.before.coverage.share();
    SignatureRow {
        id: signature.id.clone(),
        signature: signature.text.clone(),
        exception: signature.exception.clone(),
        level: signature.level.as_str(),
        count: count_of(signature, found),
        lines: scaled(signature.lines, scale),
        estimated: found.survey.coverage.sampled && counted.is_none(),
        share_ratio: count_of(signature, found) as f64 / total.max(1) as f64,
        before: found
            .before
            .is_comparable()
            .then(|| scaled(signature.before, scale_before)),
        change,
        times: signature.times,
        first: signature.first,
        last: signature.last,
        trend: signature.trend.clone(),
        services: services.collect(),
        sample: signature.sample.clone(),
    }
}

/// A count, times what each line that was looked at stands for.
fn scaled(count: u64, scale: f64) -> u64 {
    if scale <= 1.0 {
        return count;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a positive number of lines"
    )]
    let scaled = (count as f64 * scale).round() as u64;
    scaled
}

//! `scout investigate`: the report.

use serde_json::{Map, Value, json};

use super::super::args::{GlobalArgs, InvestigateArgs};
use super::super::exit::{Exit, Failure};
use super::super::run::run_plan;
use super::super::session::Session;
use super::super::terminal::Terminal;
use super::super::time;
use super::{budget, dry_run, ensure_services, failures, report_form};
use crate::analysis::analyse;
use crate::config::Catalog;
use crate::evidence::{BundlePath, BundleWriteError, Evidence, Meta, MetaMap, Understanding};
use crate::model::messages::cli as text;
use crate::model::messages::evidence::bundle_kept;
use crate::model::{Instant, Lang, MetricSpec, Service, Window};
use crate::plan::{Ask, Question, Understood, plan, understand};
use crate::render::{Format, Look, report as render_report};
use crate::report::{About, Report, Verdict, report};

/// The parameter of evidence that keeps the flags which a further command needs to ask about the same world.
pub(super) const FLAGS: &str = "flags";

/// Runs it.
///
/// # Errors
/// No credentials, a wrong window; sources that fail are gaps in the report.
pub(super) fn run(
    args: &InvestigateArgs,
    global: &GlobalArgs,
    session: &mut Session,
) -> Result<Exit, Failure> {
    let format = report_form(global.output, "investigate", session.lang())?;
    let (now, offset) = (session.world.now, session.terminal.offset());
    let flagged = time::window(&args.window, now, offset, session.lang())?;
    let bundle = bundle_path(args, session)?;
    if let Some(exit) = ensure_services(session, global)? {
        return Ok(exit);
    }
    let issue = args.issue.join(" ");
    let understood = understand(&issue, &session.services, now, offset);
    say_understood(session, &issue, &understood);
    let window = match &understood.time {
        Some(said) if !args.window.is_set() => said.window(),
        _ => flagged,
    };
    let baseline = baseline(args, window, session)?;
    let question = question(session, &understood, window, baseline);
    let plan = plan(&question, session.catalog, budget(session));
    if global.dry_run {
        return dry_run::show(&plan, global, session);
    }
    let mut meta = meta(session, &issue, &question, baseline);
    meta.params
        .extend(params(&issue, &understood, args.window.is_set()));
    let specs = specs(question.relevant(), session.catalog);
    let about = about(session.lang(), session.world.now, session.flags.clone());
    let ended = run_plan(session, &plan, |records| {
        let failed = failures(&records);
        let mut evidence = Evidence { meta, records };
        session.mask(&mut evidence);
        let report = claim(&evidence, &specs, &about);
        let kept = keep(session, bundle.as_ref(), &evidence);
        (report, Exit::of_failures(failed), kept)
    })?;
    ended.finish(session, |(report, completeness, kept)| {
        let report = Report {
            token: ended.token.clone(),
            ..report.clone()
        };
        write_report(&report, args, format, &session.terminal)?;
        kept.clone()?;
        Ok(exit(args, &report, *completeness))
    })
}

/// Where the evidence is to be kept, looked at before anything is asked.
fn bundle_path(args: &InvestigateArgs, session: &Session) -> Result<Option<BundlePath>, Failure> {
    let Some(path) = &args.bundle else {
        return Ok(None);
    };
    BundlePath::check(&session.world.folder.join(path), args.force)
        .map(Some)
        .map_err(|error| not_kept(&error, session.lang()))
}

/// Keeps the evidence, where the user wants that, and says so.
fn keep(
    session: &Session,
    bundle: Option<&BundlePath>,
    evidence: &Evidence,
) -> Result<(), Failure> {
    let Some(bundle) = bundle else { return Ok(()) };
    let lang = session.lang();
    let written = bundle
        .write(evidence)
        .map_err(|error| not_kept(&error, lang))?;
    let path = bundle.path().display().to_string();
    session
        .terminal
        .note(&bundle_kept(lang, &path, written.records, written.bytes));
    Ok(())
}

/// A bundle that cannot be kept.
fn not_kept(error: &BundleWriteError, lang: Lang) -> Failure {
    Failure::config(error.say(lang), Some(error.hint(lang)))
}

/// Writes the report in the form that was asked for.
///
/// # Errors
/// Stdout.
pub(super) fn write_report(
    report: &Report,
    args: &InvestigateArgs,
    format: Format,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let look = Look {
        brief: args.brief,
        ..terminal.look
    };
    let mut bytes = Vec::new();
    let rendered = render_report(report, format, &look, &mut bytes);
    terminal.judge_write(rendered)?;
    terminal.write_answer(&bytes)
}

/// How the process ends: what could not be checked outweighs the verdict, since a verdict may be wrong without it. With
/// `--exit-code` a verdict of unknown is no success: nothing was found out.
pub(super) fn exit(args: &InvestigateArgs, report: &Report, completeness: Exit) -> Exit {
    match (completeness, report.verdict) {
        (Exit::Done, Verdict::Degraded | Verdict::Down) if args.exit_code => Exit::Found,
        (Exit::Done, Verdict::Unknown) if args.exit_code => Exit::Incomplete,
        (other, _) => other,
    }
}

/// Says what the question was not understood to name: an answer about other services must not pass for one about this one.
fn say_understood(session: &Session, issue: &str, understood: &Understood) {
    if understood.services.is_empty() && !issue.trim().is_empty() {
        let known: Vec<&str> = session
            .services
            .iter()
            .map(|service| service.name.as_str())
            .collect();
        session
            .terminal
            .note(&text::no_service_named(session.lang(), &known.join(", ")));
    }
}

/// The window that the question's is compared with.
fn baseline(args: &InvestigateArgs, window: Window, session: &Session) -> Result<Window, Failure> {
    match &args.baseline {
        Some(text) => Ok(window.shifted_back(time::length("--baseline", text, session.lang())?)),
        None => Ok(window.just_before()),
    }
}

/// The question, ready to be planned.
fn question(
    session: &Session,
    understood: &Understood,
    window: Window,
    baseline: Window,
) -> Question {
    let all = || {
        session
            .services
            .iter()
            .map(|service| service.name.clone())
            .collect()
    };
    Question {
        ask: vec![
            Ask::Logs,
            Ask::Metrics,
            Ask::State,
            Ask::Events,
            Ask::Machines,
            Ask::Probes,
        ],
        asked: if understood.services.is_empty() {
            all()
        } else {
            understood.services.clone()
        },
        services: session.services.clone(),
        window,
        baseline: Some(baseline),
        region: session.region(),
        zones: session.zones(),
        organization: session.organization(),
    }
}

/// What evidence must say about itself.
fn meta(session: &Session, issue: &str, question: &Question, baseline: Window) -> Meta {
    let mut params = Map::new();
    params.insert("services".to_owned(), json!(question.asked));
    if !session.flags.is_empty() {
        params.insert(FLAGS.to_owned(), Value::from(session.flags.as_str()));
    }
    Meta {
        schema: 1,
        bundle_id: format!("{:016x}", session.world.random),
        created_at: session.world.now,
        tool: tool(),
        environment: session.environment.name.clone(),
        window: question.window,
        baseline,
        issue: issue.to_owned(),
        params,
        redacted: false,
        map: MetaMap {
            rules: session.rules.clone(),
            services: question
                .relevant()
                .into_iter()
                .chain(question.witnesses())
                .map(|service| (service.name.clone(), service.clone()))
                .collect(),
        },
    }
}

/// What evidence must say about the question; of no words nothing was understood.
pub(super) fn params(
    issue: &str,
    understood: &Understood,
    window_by_flags: bool,
) -> Map<String, Value> {
    let symptom = understood.symptom.as_str();
    let mut params = Map::new();
    params.insert("symptom".to_owned(), Value::from(symptom));
    if !issue.trim().is_empty() {
        let slips = understood.slips.iter();
        let understanding = Understanding {
            services: understood.services.clone(),
            slips: slips
                .map(|slip| (slip.typed.clone(), slip.service.clone()))
                .collect(),
            symptom: symptom.to_owned(),
            time: understood.time.as_ref().map(|said| said.words.clone()),
            window_by_flags,
        };
        params.insert("understood".to_owned(), json!(understanding));
    }
    params
}

/// The catalogue's entries for the kinds of some services.
pub(super) fn specs<'a>(
    services: impl IntoIterator<Item = &'a Service>,
    catalog: &Catalog,
) -> Vec<MetricSpec> {
    let mut kinds: Vec<_> = services.into_iter().map(|service| service.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
        .into_iter()
        .flat_map(|kind| catalog.metrics(kind).iter().cloned())
        .collect()
}

/// Who asks: in this language, now; `flags` are repeated in the commands that the report suggests.
pub(super) fn about(lang: Lang, now: Instant, flags: String) -> About {
    About {
        lang,
        tool: tool(),
        generated_at: now,
        flags,
    }
}

/// Analysis and report.
pub(super) fn claim(evidence: &Evidence, specs: &[MetricSpec], about: &About) -> Report {
    report(evidence, &analyse(evidence, specs), specs, about)
}

/// Name and version.
pub(super) fn tool() -> String {
    concat!("scout ", env!("CARGO_PKG_VERSION")).to_owned()
}

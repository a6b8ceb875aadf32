//! One data source for one command: found, opened, asked; its failures as failures of the command.

use super::exit::{Exit, Failure};
use super::run::Leased;
use super::session::Session;
use crate::model::{Lang, Window, messages};
use crate::plan::Budget;
use crate::sources::{Closed, Limits, Source, Wanted};

/// Opens a data source with the run's token; a Loki of the user's own with what the user has for it.
///
/// # Errors
/// It does not exist, or cannot be asked.
pub(super) async fn open(
    session: &Session,
    leased: &Leased<'_>,
    wanted: Wanted,
) -> Result<Source, Failure> {
    let parallel = Budget::new(session.timeout).parallel;
    open_for(session, leased, wanted, parallel).await
}

/// As [`open`], for as many requests at once.
///
/// # Errors
/// As [`open`].
pub(super) async fn open_for(
    session: &Session,
    leased: &Leased<'_>,
    wanted: Wanted,
    parallel: usize,
) -> Result<Source, Failure> {
    let lang = session.lang();
    let budget = Budget::new(session.timeout);
    let limits = Limits {
        timeout: session.timeout,
        answer_bytes: budget.answer_bytes,
        parallel,
        seed: session.world.random,
    };
    let failed = |closed| match closed {
        Closed::Missing => missing(wanted, lang),
        Closed::Failed(error) => Failure::of_source(&error, lang),
    };
    if let (Wanted::Logs, Some(loki)) = (wanted, session.foreign_loki()) {
        return Source::foreign(loki, limits).map_err(failed);
    }
    let (Some(lease), Some(api)) = (leased.lease, leased.api) else {
        return Err(missing(wanted, lang));
    };
    Source::open(api, lease, &session.known_endpoints(), wanted, limits)
        .await
        .map_err(failed)
}

/// There is no such data source.
fn missing(wanted: Wanted, lang: Lang) -> Failure {
    let name = match wanted {
        Wanted::Logs => "loki",
        Wanted::Metrics => "prometheus",
    };
    Failure::new(
        Exit::Incomplete,
        messages::sources::no_data_source(lang, name),
        None,
    )
}

/// Names of the metrics that exist.
///
/// # Errors
/// As [`open`], and the source's own.
pub(super) async fn fetch_metric_names(
    session: &Session,
    leased: &Leased<'_>,
    window: Window,
) -> Result<Vec<String>, Failure> {
    let source = open(session, leased, Wanted::Metrics).await?;
    source
        .prometheus()
        .fetch_label_values("__name__", window)
        .await
        .map_err(|error| Failure::of_source(&error, session.lang()))
}

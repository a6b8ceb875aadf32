//! Services of a Loki that is not Cockpit's: the values of the label that names them there.

use chrono::TimeDelta;

use super::super::args::GlobalArgs;
use super::super::cockpit;
use super::super::exit::{Exit, Failure};
use super::super::run::{Leased, run_leased};
use super::super::session::Session;
use super::dry_run;
use crate::model::messages::loki as text;
use crate::model::{Kind, Service, Window};
use crate::sources::Wanted;

/// Labels that name services, the surest first: Cockpit's own, Loki's own, what agents and charts set.
const SERVICE_LABELS: [&str; 6] = [
    "resource_name",
    "service_name",
    "app",
    "service",
    "job",
    "container",
];

/// How far back a service is known: beyond most windows that are asked about, and below Loki's limit on windows.
const KNOWN_FOR: TimeDelta = TimeDelta::days(7);

/// Takes the values of the first of [`SERVICE_LABELS`] that this Loki has for services. A dry run must not ask: it shows that
/// request as all that can be planned, and ends.
///
/// # Errors
/// Loki does not answer, or has none of them.
pub(super) fn find_services(
    session: &mut Session,
    global: &GlobalArgs,
) -> Result<Option<Exit>, Failure> {
    let lang = session.lang();
    let now = session.world.now;
    let window = Window {
        from: now - KNOWN_FOR,
        to: now,
    };
    if global.dry_run {
        let host = session.known_endpoints().logs;
        let request = ("loki", host, "/loki/api/v1/labels");
        return dry_run::show_one(request, Some(window), None, global, session).map(Some);
    }
    let asked = &*session;
    let work = async |leased: &Leased<'_>| {
        let source = cockpit::open(asked, leased, Wanted::Logs).await?;
        let loki = source.loki();
        let failed = |error| Failure::of_source(&error, lang);
        let labels = loki.fetch_labels(window).await.map_err(failed)?;
        let known = SERVICE_LABELS
            .into_iter()
            .find(|label| labels.iter().any(|known| known == label));
        let Some(label) = known else {
            return Err(Failure::config(
                text::no_service_label(lang, &SERVICE_LABELS.join(", ")),
                Some(text::no_service_label_hint(lang)),
            ));
        };
        let values = loki.fetch_label_values(label, window).await;
        Ok((label, values.map_err(failed)?))
    };
    let ended = run_leased(asked, &[], 2, work, |found| found)?;
    let Some(found) = &ended.value else {
        return Ok(Some(ended.settle(asked, Exit::Done)));
    };
    let (label, values) = found.as_ref().map_err(Clone::clone)?;
    let services: Vec<Service> = values.iter().map(|value| service(value)).collect();
    session
        .terminal
        .note(&text::services_of_label(lang, label, services.len()));
    (*label).clone_into(&mut session.service_label);
    session.services = services;
    Ok(None)
}

/// A service that is known by its name alone.
fn service(name: &str) -> Service {
    Service {
        name: name.to_owned(),
        kind: Kind::Custom,
        title: name.to_owned(),
        aliases: Vec::new(),
        resource_name: name.to_owned(),
        depends_on: Vec::new(),
        url: None,
        ssh: None,
    }
}

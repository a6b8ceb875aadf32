//! Which questions tell what happened shortly before: alerts that fire, runs of jobs, calls that changed something?
//!
//! In: a question. Out: one list of the Scaleway API each, asked with the user's own key, so that none of them waits for the
//! token. All four are lists of the whole project: what overloads a service need not be named in the map.

use chrono::{SecondsFormat, TimeDelta};

use super::promql;
use super::{Question, Request};
use crate::model::{Instant, Window};

/// Regions that have Cockpit, serverless jobs and the Audit Trail: the same three.
const REGIONS: [&str; 3] = ["fr-par", "nl-ams", "pl-waw"];

/// How long before the window a call may have changed what fails in it: as long as a change of a resource counts as recent.
const BEFORE: TimeDelta = TimeDelta::minutes(30);

/// What a list tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Topic {
    /// Cockpit's alert rules, and whether they fire.
    Alerts,
    /// What serverless jobs are called, and when they are due.
    JobDefinitions,
    /// When they ran, and how that ended.
    JobRuns,
    /// Who called which method of the API.
    AuditEvents,
}

/// One list of things that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EventsRequest {
    /// What it tells.
    pub(crate) topic: Topic,
    /// Path below the API's base.
    pub(crate) path: String,
    /// Key of the list in the answer.
    pub(crate) list_key: &'static str,
    /// Parameters beside project and page.
    pub(crate) parameters: Vec<(&'static str, String)>,
    /// The time that matters. Of a list that is ordered by time, newest first, nothing older is read.
    pub(crate) window: Window,
    /// Distance between samples where an alert's rule is evaluated over that time.
    pub(crate) step: TimeDelta,
}

impl Topic {
    /// The field of an item by which its list is ordered; `None` for a list without order.
    pub(crate) fn time_field(self) -> Option<&'static str> {
        match self {
            Self::Alerts | Self::JobDefinitions => None,
            Self::JobRuns => Some("created_at"),
            Self::AuditEvents => Some("recorded_at"),
        }
    }
}

/// Plans the lists; none in a region that has no such products.
pub(super) fn plan_events(question: &Question) -> Vec<Request> {
    let region = question.region.as_deref().unwrap_or_default();
    if !REGIONS.contains(&region) {
        return Vec::new();
    }
    let length = question.window.length();
    let around = Window {
        from: question.window.from - length,
        to: question.window.to,
    };
    let request = |topic, path: &str, list_key, parameters| {
        Request::Events(EventsRequest {
            topic,
            path: path.replace("{region}", region),
            list_key,
            parameters,
            window: around,
            step: promql::step(around.length()),
        })
    };
    let newest = |field: &str| ("order_by", format!("{field}_desc"));
    let mut audit = vec![
        newest("recorded_at"),
        // without them the answer covers the last hour
        (
            "recorded_after",
            written(around.from.min(question.window.from - BEFORE)),
        ),
        ("recorded_before", written(question.window.to)),
    ];
    audit.extend(
        question
            .organization
            .iter()
            .map(|id| ("organization_id", id.clone())),
    );
    vec![
        request(
            Topic::Alerts,
            "/cockpit/v1/regions/{region}/alerts",
            "alerts",
            Vec::new(),
        ),
        request(
            Topic::JobDefinitions,
            "/serverless-jobs/v1alpha2/regions/{region}/job-definitions",
            "job_definitions",
            Vec::new(),
        ),
        request(
            Topic::JobRuns,
            "/serverless-jobs/v1alpha2/regions/{region}/job-runs",
            "job_runs",
            vec![newest("created_at")],
        ),
        request(
            Topic::AuditEvents,
            "/audit-trail/v1alpha1/regions/{region}/events",
            "events",
            audit,
        ),
    ]
}

/// A time as the API takes it.
fn written(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(region: Option<&str>, organization: Option<&str>) -> Vec<EventsRequest> {
        let to = Instant::from_timestamp(1_795_255_200, 0).unwrap();
        let window = Window::new(to - TimeDelta::minutes(10), to).unwrap();
        let question = Question {
            ask: Vec::new(),
            asked: Vec::new(),
            services: Vec::new(),
            window,
            baseline: Some(window.just_before()),
            region: region.map(str::to_owned),
            zones: Vec::new(),
            organization: organization.map(str::to_owned),
        };
        plan_events(&question)
            .into_iter()
            .map(|request| match request {
                Request::Events(events) => events,
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn each_list_is_asked_for_once_and_only_where_it_exists() {
        let requests = planned(Some("nl-ams"), None);
        let topics: Vec<Topic> = requests.iter().map(|request| request.topic).collect();
        assert_eq!(
            topics,
            [
                Topic::Alerts,
                Topic::JobDefinitions,
                Topic::JobRuns,
                Topic::AuditEvents
            ]
        );
        assert!(
            requests
                .iter()
                .all(|request| request.path.contains("/regions/nl-ams/"))
        );
        assert!(planned(Some("it-mil"), None).is_empty());
        assert!(planned(None, None).is_empty());
    }

    #[test]
    fn the_audit_trail_is_asked_from_before_the_window_to_its_end() {
        let requests = planned(Some("fr-par"), Some("o1"));
        let audit = requests.last().unwrap();
        let value = |name: &str| {
            let mut parameters = audit.parameters.iter();
            let found = parameters.find(|(known, _)| *known == name);
            found.map(|(_, value)| value.as_str())
        };
        // a short window: changes count as recent for half an hour
        assert_eq!(value("recorded_after"), Some("2026-11-21T09:20:00.000Z"));
        assert_eq!(value("recorded_before"), Some("2026-11-21T10:00:00.000Z"));
        assert_eq!(value("organization_id"), Some("o1"));
        assert_eq!(value("order_by"), Some("recorded_at_desc"));
    }
}

//! What do the facts show? Evidence in, an [`Analysis`] out; pure and synchronous, the same answer whatever the order of the
//! records.
//!
//! ```text
//! log records ─► line ─► logs (groups, traffic, copies) ─┐
//! metric records ─► series (threshold, shift) ───────────┼─► facts ─► rules ─► causes ─► rank (suspects, onset)
//! state records ─► state ────────────────────────────────┤                            ▲
//! ssh, probe records ─► machines, probes ────────────────┤                            │
//! alerts, job runs, calls ─► events ─────────────────────┘                            │
//! question + metric records ─► meaning ─► loss (by service and moment) ─► blame ───────┘
//! ```
//!
//! Analysis says what is so; what may be claimed of it, and in which words, is the report's.

mod accused;
mod axis;
mod blackout;
mod blame;
mod copies;
mod course;
mod covered;
mod differs;
mod events;
mod exception;
mod fact;
mod facts;
mod group;
mod grouping;
mod joined;
mod json;
mod kernel;
mod latency;
mod level;
mod limits;
mod line;
mod logs;
mod loss;
mod machines;
mod map;
mod meaning;
mod opened;
mod probes;
mod question;
mod rank;
mod rules;
mod series;
mod shift;
mod signature;
mod sketch;
mod slow;
mod state;
mod stats;
mod tally;
pub(crate) mod templates;
mod trace;
mod traffic;
pub(crate) mod volume;

use std::collections::BTreeMap;

use crate::evidence::Evidence;
use crate::model::{Instant, MetricSpec};

pub(crate) use axis::Axis;
pub(crate) use course::Course;
pub(crate) use events::{events_before, service_of_alert};
pub(crate) use fact::{Detail, Fact, Probed, Seen, Sign};
pub(crate) use group::{Change, LogGroup};
pub(crate) use joined::{Event, Events, line_text};
pub(crate) use latency::timed;
pub(crate) use level::{Level, level_of_word};
pub(crate) use line::open_line;
pub(crate) use logs::ServiceLogs;
pub(crate) use map::ServiceMap;
pub(crate) use opened::{Continues, LineFields, Opened, open, written_line, written_together};
pub(crate) use rank::Ranked;
pub(crate) use rules::NamedCause;
pub(crate) use series::JudgedSeries;
pub(crate) use slow::{RouteTimes, SlowTally};
pub(crate) use tally::{LineMark, Period, Signature, Tallied, Tally};

/// What the evidence shows.
#[derive(Debug, Clone)]
pub(crate) struct Analysis {
    /// Baseline and window, as far as the telemetry covers them.
    pub(crate) axis: Axis,
    /// The services and who needs whom.
    pub(crate) map: ServiceMap,
    /// What each service's log adds up to.
    pub(crate) logs: BTreeMap<String, ServiceLogs>,
    /// Every series, judged.
    pub(crate) series: Vec<JudgedSeries>,
    /// What is worth telling, worst first.
    pub(crate) facts: Vec<Fact>,
    /// Named causes, likeliest first; empty where none fits.
    pub(crate) causes: Vec<NamedCause>,
    /// Services by how much points at them.
    pub(crate) suspects: Vec<Ranked>,
    /// When it began.
    pub(crate) onset: Option<Instant>,
    /// How it went on.
    pub(crate) course: Course,
    /// When the telemetry of all services stopped at once; `None` where it goes on.
    pub(crate) blackout: Option<Instant>,
}

/// Looks at all the evidence. `specs` is the catalogue: thresholds and titles of metrics.
pub(crate) fn analyse(evidence: &Evidence, specs: &[MetricSpec]) -> Analysis {
    let axis = covered::covered_axis(evidence);
    let map = ServiceMap::of(evidence);
    let logs = logs::mine_logs(evidence, &axis, &map);
    let asked = question::asked(&evidence.meta, &map);
    let harms = question::harms(&evidence.meta);
    let complaints = question::complaints(&asked, &harms);
    let specs = series::with_own_limits(specs, &evidence.meta.map.rules);
    let series = series::judge_series(evidence, &specs, &axis, &complaints);
    let mut facts = facts::facts_of_logs(&logs, &axis);
    facts.extend(facts::facts_of_series(
        &series,
        &state::evicting_caches(evidence),
    ));
    facts.extend(state::read_states(evidence, &axis));
    facts.extend(limits::facts_at_limit(evidence, &series));
    facts.extend(machines::read_machines(evidence, &axis, &map));
    facts.extend(probes::read_probes(evidence, &axis));
    let blackout = blackout::find_blackout(&logs, &series, &axis);
    facts.retain(|fact| !blackout.is_some_and(|at| blackout::is_artefact(fact, at)));
    let witnesses = map.witnesses(&evidence.meta.asked_services());
    facts.retain(|fact| {
        !witnesses.contains(fact.service.as_str()) || accused::testifies(fact, &map)
    });
    let hurting = facts.iter().filter(|fact| fact.hurts());
    let trouble = hurting.filter_map(|fact| fact.since).min();
    facts.extend(events::read_events(evidence, &axis, &map, trouble));
    facts.extend(facts::facts_of_changes(&facts));
    facts.extend(differs::facts_of_differences(evidence, &facts, &axis));
    facts.sort_by(|a, b| {
        b.severity
            .cmp(&a.severity)
            .then_with(|| a.sign.cmp(&b.sign))
            .then_with(|| b.amount.total_cmp(&a.amount))
            .then_with(|| a.service.cmp(&b.service))
            .then_with(|| a.since.cmp(&b.since))
            .then_with(|| a.subject.cmp(&b.subject))
    });
    let own = rules::own_rules(&evidence.meta.map.rules);
    let causes = rules::name_causes(&facts, &map, &own);
    let losses = loss::find_losses(evidence, &axis, &complaints);
    let blame = blame::spread_blame(&losses, &map, &asked, &harms);
    let suspects = rank::rank_suspects(&facts, &causes, &map, &losses, &blame);
    let onset = rank::find_onset(&facts, &causes, &series, &map, &axis);
    let course = course::course_of(&facts, &causes, &logs, &series, &axis);
    Analysis {
        axis,
        map,
        logs,
        series,
        facts,
        causes,
        suspects,
        onset,
        course,
        blackout,
    }
}

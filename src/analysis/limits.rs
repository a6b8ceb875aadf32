//! Which services run as many copies as they may, where they did not before?
//!
//! In: the judged series of running copies, and the limit that the API states. A service that always runs at its limit says
//! nothing by that; one that came to it, or whose limit came down to it, may be short of copies.

use serde_json::Value;

use super::fact::{Detail, Fact, Sign};
use super::series::JudgedSeries;
use crate::evidence::Evidence;
use crate::model::Severity;

/// Ids of metrics that count running copies.
const COPIES: [&str; 3] = ["instances", "copies", "replicas"];

/// The facts of all services whose copies came to their limit.
pub(crate) fn facts_at_limit(evidence: &Evidence, series: &[JudgedSeries]) -> Vec<Fact> {
    let mut facts = Vec::new();
    for state in evidence.states() {
        let limit = state.resource.get("max_scale").and_then(Value::as_f64);
        let (Some(service), Some(limit)) = (state.service.as_deref(), limit) else {
            continue;
        };
        let of_service =
            |one: &&JudgedSeries| one.service == service && COPIES.contains(&one.id.as_str());
        let counted = series.iter().position(|one| of_service(&one));
        let Some(index) = counted else { continue };
        facts.extend(at_limit(service, limit, index, &series[index]));
    }
    facts
}

/// The fact of one service.
fn at_limit(service: &str, limit: f64, index: usize, copies: &JudgedSeries) -> Option<Fact> {
    let before = copies.baseline?;
    let shift = copies.shift?;
    // Copies that come down to the limit stay there; those that came up to it may have gone again.
    let fell = before >= limit + 1.0 && copies.now? <= limit && copies.now? > 0.0;
    let reached = before <= limit - 1.0 && copies.max? >= limit;
    (fell || reached).then(|| Fact {
        sign: Sign::AtLimit,
        service: service.to_owned(),
        severity: Severity::Info,
        since: Some(shift.since),
        subject: if fell { "limit fell" } else { "limit reached" }.to_owned(),
        amount: limit,
        detail: Detail::Series(index),
    })
}

//! What must hold between the keys of a scenario?
//!
//! In: a scenario whose every key has been read. Out: the first problem and the byte it is at, or nothing. The bounds on size
//! are here, so that expansion can trust what it is given.

use toml::Spanned;

use super::error::Problem;
use super::tables::{FaultTable, LogTable, MetricTable};
use super::{Offset, Scenario};
use crate::sandbox::logs::event_count;
use crate::sandbox::metrics::sample_count;
use crate::sandbox::scaleway::permission::valid_denials;

/// The most log lines of a world: five times what the largest download is measured with, about 1.5 GB in memory.
pub(in crate::sandbox) const MOST_LINES: u64 = 5_000_000;

/// The most samples of a world: 160 MB in memory, a thousand series of a day at 15 s twice over.
pub(in crate::sandbox) const MOST_SAMPLES: u64 = 10_000_000;

/// The first problem of a scenario and where it is.
pub(super) fn first_problem(scenario: &Scenario) -> Option<(usize, Problem)> {
    if scenario.schema != 1 {
        return Some((0, Problem::Schema(scenario.schema)));
    }
    denials(scenario)
        .or_else(|| in_tables(&scenario.logs, log_problem))
        .or_else(|| in_tables(&scenario.metrics, metric_problem))
        .or_else(|| in_tables(&scenario.faults, fault_problem))
        .or_else(|| too_much(&scenario.logs, line_count, MOST_LINES))
        .or_else(|| too_much(&scenario.metrics, sample_count, MOST_SAMPLES))
}

/// Applies a rule to each table of a kind.
fn in_tables<T>(
    tables: &[Spanned<T>],
    rule: impl Fn(&T) -> Option<Problem>,
) -> Option<(usize, Problem)> {
    tables
        .iter()
        .find_map(|table| rule(table.get_ref()).map(|problem| (table.span().start, problem)))
}

/// The table at which a running total passes its limit.
fn too_much<T>(
    tables: &[Spanned<T>],
    size: impl Fn(&T) -> u64,
    most: u64,
) -> Option<(usize, Problem)> {
    let mut total: u64 = 0;
    tables.iter().find_map(|table| {
        total = total.saturating_add(size(table.get_ref()));
        (total > most).then(|| (table.span().start, Problem::TooMuch(total, most)))
    })
}

/// Lines that a log table makes.
fn line_count(table: &LogTable) -> u64 {
    event_count(table).saturating_mul(table.lines.len().max(1) as u64)
}

/// Permissions that do not exist.
fn denials(scenario: &Scenario) -> Option<(usize, Problem)> {
    let valid = valid_denials();
    scenario.permissions.deny.iter().find_map(|denial| {
        let name = denial.get_ref();
        let problem = || Problem::UnknownName(name.clone(), valid.clone());
        (!valid.contains(name)).then(|| (denial.span().start, problem()))
    })
}

/// Rules of `[[log]]`.
fn log_problem(table: &LogTable) -> Option<Problem> {
    let spread = table.from.is_some() || table.to.is_some() || table.per_minute.is_some();
    let complete = table.from.is_some() && table.per_minute.is_some();
    if spread != table.at.is_empty() || spread && !complete {
        return Some(Problem::LogTimes);
    }
    if table.message.is_some() != table.lines.is_empty() {
        return Some(Problem::LogText);
    }
    if !(0.0..1e12).contains(&table.per_minute.unwrap_or_default()) {
        return Some(Problem::Rate);
    }
    let reversed = table.from > Some(table.to.unwrap_or(Offset(chrono::TimeDelta::zero())));
    (spread && reversed).then_some(Problem::Order)
}

/// Rules of `[[metric]]`.
fn metric_problem(table: &MetricTable) -> Option<Problem> {
    let first = table.shape.first();
    let starts =
        first.is_some_and(|part| part.absent || part.value.is_some() || part.to_value.is_some());
    if !starts {
        return Some(Problem::Shape);
    }
    let sorted = table
        .shape
        .windows(2)
        .all(|pair| pair[0].from < pair[1].from);
    if !sorted {
        return Some(Problem::Order);
    }
    let numbers = table
        .shape
        .iter()
        .all(|part| part.noise >= 0.0 && part.noise.is_finite());
    (!numbers).then_some(Problem::Rate)
}

/// Rules of `[[fault]]`.
fn fault_problem(table: &FaultTable) -> Option<Problem> {
    let effect = table.status.is_some()
        || table.delay.is_some()
        || table.drop
        || table.truncate_at.is_some()
        || table.body.is_some();
    if !effect {
        return Some(Problem::FaultEffect);
    }
    let status = table.status.filter(|status| !(200..=599).contains(status));
    status.map(Problem::Status)
}

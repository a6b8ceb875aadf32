//! Where does the loss of the service in question come from, going by metrics and the graph of calls alone?
//!
//! Blame starts at the service that people complain about and goes down the calls: to each service that it needs goes the part
//! of the loss that this one accounts for, moment by moment; what no callee accounts for stays. A slow callee makes its caller
//! slow by as many seconds as it loses itself, and a failing one makes it fail as often: so a symptom passes its blame on, and
//! the deepest service that loses more than its own callees explain keeps it.
//!
//! It is the accounting of exclusive time in a profile, done with metrics. Rejected: ranking by deviation alone (a caller's view
//! of its callee deviates as far as the callee itself), and correlation alone (with few points everything correlates).

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::loss::{Harm, Loss, measured};
use super::map::ServiceMap;

/// The share of a caller's loss from which a callee accounts for all of it: the rest is what noise and gaps take. At 1 blame gets
/// stuck half-way down long chains; at 0.5 a callee that merely jitters takes it (made-up worlds: 0.65 is best).
const FULL_SHARE: f64 = 0.65;

/// The share below which it accounts for nothing: what noise has in common with anything.
const LEAST_SHARE: f64 = 0.1;

/// Blame below this is passed on whole, but for what rounding leaves.
const LEAST_KEPT: f64 = 1e-6;

/// What a callee's loss says about a caller's loss of another measure, where only their course can be held together.
const BY_COURSE: f64 = 0.8;

/// What slowness says about failures and failures about slowness: time-outs and retries do that, but not as a rule.
const ACROSS: f64 = 0.4;

/// A service as a place of one harm.
type Place<'a> = (&'a str, Harm);

/// Places with a part of something each.
type Parts<'a> = Vec<(Place<'a>, f64)>;

/// How much of the blame each service keeps.
pub(crate) type Blame = BTreeMap<String, f64>;

/// Spreads blame from the services in question. `harms` are those that people complain of, with their weights.
pub(crate) fn spread_blame(
    losses: &BTreeMap<(String, Harm), Loss>,
    map: &ServiceMap,
    asked: &[&str],
    harms: &[(Harm, f64)],
) -> Blame {
    let ledger = Ledger {
        losses,
        map,
        measured: measured(losses),
    };
    let mut kept: Blame = BTreeMap::new();
    for ((service, harm), amount) in ledger.starts(asked, harms) {
        for (service, part) in ledger.spread((service, harm)) {
            *kept.entry(service.to_owned()).or_insert(0.0) += part * amount;
        }
    }
    let total: f64 = kept.values().sum();
    if total > 0.0 {
        for part in kept.values_mut() {
            *part /= total;
        }
    }
    kept.retain(|_, part| *part >= LEAST_KEPT);
    kept
}

/// The losses and who calls whom.
struct Ledger<'a> {
    /// By service and harm.
    losses: &'a BTreeMap<(String, Harm), Loss>,
    /// The graph.
    map: &'a ServiceMap,
    /// Services of which anything is known.
    measured: BTreeSet<&'a str>,
}

impl<'a> Ledger<'a> {
    /// A place's loss, where there is one.
    fn loss(&self, (service, harm): Place<'a>) -> Option<&'a Loss> {
        self.losses
            .get(&(service.to_owned(), harm))
            .filter(|loss| loss.is_real())
    }

    /// Where blame starts and how much of it: at the services in question; else at those whose loss no caller shows.
    fn starts(&self, asked: &[&'a str], harms: &[(Harm, f64)]) -> Parts<'a> {
        let of = |services: &[&'a str], harms: &[(Harm, f64)]| -> Parts<'a> {
            services
                .iter()
                .flat_map(|service| {
                    harms
                        .iter()
                        .map(|(harm, weight)| ((*service, *harm), *weight))
                })
                .filter_map(|(place, weight)| {
                    let loss = self.loss(place)?;
                    Some((place, weight * loss.certainty() * self.extent(loss)))
                })
                .filter(|(_, amount)| *amount > 0.0)
                .collect()
        };
        let all = Harm::ALL.map(|harm| (harm, 1.0));
        let below: Vec<&str> = asked
            .iter()
            .flat_map(|service| self.callees(service))
            .collect();
        let entries = self.entries();
        [
            of(asked, harms),
            of(asked, &all),
            of(&below, harms),
            of(&below, &all),
            of(&entries, harms),
            of(&entries, &all),
        ]
        .into_iter()
        .find(|starts| !starts.is_empty())
        .unwrap_or_default()
    }

    /// How great a loss is beside the greatest of its measure: few slow requests are not the trouble where many are slow.
    fn extent(&self, loss: &Loss) -> f64 {
        let same = self.losses.values().filter(|other| {
            other.measure == loss.measure && other.weighted.is_some() == loss.weighted.is_some()
        });
        let greatest = same.map(Loss::total).fold(0.0, f64::max);
        if greatest > 0.0 {
            loss.total() / greatest
        } else {
            1.0
        }
    }

    /// Services that lost something while none of their callers did.
    fn entries(&self) -> Vec<&'a str> {
        let lossy = |service: &str| {
            Harm::ALL.iter().any(|harm| {
                self.losses
                    .get(&(service.to_owned(), *harm))
                    .is_some_and(Loss::is_real)
            })
        };
        let called: BTreeSet<&str> = self
            .measured
            .iter()
            .filter(|service| lossy(service))
            .flat_map(|service| self.callees(service))
            .collect();
        self.measured
            .iter()
            .copied()
            .filter(|service| lossy(service) && !called.contains(service))
            .collect()
    }

    /// What a service calls, seen through services of which nothing is known.
    fn callees(&self, service: &str) -> Vec<&'a str> {
        let mut found: Vec<&'a str> = Vec::new();
        let mut seen: BTreeSet<&'a str> = BTreeSet::new();
        let mut ahead: Vec<&'a str> = self.map.needs(service).collect();
        while let Some(next) = ahead.pop() {
            if next == service || !seen.insert(next) {
                continue;
            }
            if self.measured.contains(next) {
                found.push(next);
            } else {
                ahead.extend(self.map.needs(next));
            }
        }
        found.sort_unstable();
        found
    }

    /// The callees that account for a part of a place's loss, with their parts; together at most 1.
    fn accounts(&self, place: Place<'a>) -> Parts<'a> {
        let Some(loss) = self.loss(place) else {
            return Vec::new();
        };
        let mut parts: Parts<'a> = Vec::new();
        for callee in self.callees(place.0) {
            let own = self
                .loss((callee, place.1))
                .map(|own| share(own, loss) * own.certainty());
            match own {
                Some(part) if part > 0.0 => parts.push(((callee, place.1), part)),
                _ => {
                    let other = Harm::ALL.into_iter().find(|harm| *harm != place.1);
                    let across = other.and_then(|harm| {
                        let own = self.loss((callee, harm))?;
                        let part = course(own, loss) * own.certainty() * ACROSS;
                        Some(((callee, harm), part))
                    });
                    parts.extend(across);
                }
            }
        }
        parts.retain(|(_, part)| *part >= LEAST_SHARE);
        // callees that say the same thing twice share what they explain, the one that says more of it first
        let total: f64 = parts.iter().map(|(_, part)| *part).sum();
        let pulls: f64 = parts.iter().map(|(_, part)| part * ramp(*part)).sum();
        for (_, part) in &mut parts {
            *part = ramp(total) * *part * ramp(*part) / pulls.max(f64::MIN_POSITIVE);
        }
        parts.retain(|(_, part)| *part > 0.0);
        parts
    }

    /// What each service keeps of the blame of one place.
    fn spread(&self, start: Place<'a>) -> Vec<(&'a str, f64)> {
        let (order, accounts) = self.reached(start);
        let place_of: BTreeMap<Place<'a>, usize> = order
            .iter()
            .enumerate()
            .map(|(place, of)| (*of, place))
            .collect();
        let mut blame: BTreeMap<Place<'a>, f64> = BTreeMap::from([(start, 1.0)]);
        let mut kept = Vec::new();
        for place in &order {
            let amount = blame.get(place).copied().unwrap_or(0.0);
            let mut rest = amount;
            for (callee, part) in accounts.get(place).into_iter().flatten() {
                // a call back up goes nowhere: its part stays
                if place_of[callee] > place_of[place] {
                    *blame.entry(*callee).or_insert(0.0) += amount * part;
                    rest -= amount * part;
                }
            }
            kept.push((place.0, rest.max(0.0)));
        }
        kept
    }

    /// All places that blame reaches, callers before callees, and what each of them passes on. Without recursion: a chain of
    /// calls may be as long as a bundle makes it.
    fn reached(&self, start: Place<'a>) -> (Vec<Place<'a>>, BTreeMap<Place<'a>, Parts<'a>>) {
        let mut accounts = BTreeMap::new();
        let mut order = Vec::new();
        let mut ahead = vec![(start, false)];
        while let Some((place, done)) = ahead.pop() {
            if done {
                order.push(place);
            } else if let Entry::Vacant(unseen) = accounts.entry(place) {
                let parts = unseen.insert(self.accounts(place));
                ahead.push((place, true));
                ahead.extend(parts.iter().map(|(callee, _)| (*callee, false)));
            }
        }
        order.reverse();
        (order, accounts)
    }
}

/// A share as a part of the blame: nothing below [`LEAST_SHARE`], all from [`FULL_SHARE`] on.
fn ramp(share: f64) -> f64 {
    ((share - LEAST_SHARE) / (FULL_SHARE - LEAST_SHARE)).clamp(0.0, 1.0)
}

/// The part of a caller's loss that a callee's accounts for, moment by moment, of those in which the callee was seen.
fn share(callee: &Loss, caller: &Loss) -> f64 {
    let by_course = || course(callee, caller) * BY_COURSE;
    if callee.measure != caller.measure {
        return by_course();
    }
    let seen = &callee.seen;
    match (&callee.weighted, &caller.weighted) {
        (Some(callee), Some(caller)) => common(callee, caller, seen),
        // how often the callee is called is not known: few calls that take much longer, or many that take a little longer
        _ => common(&callee.excess, &caller.excess, seen).max(by_course()),
    }
}

/// The part of one loss that another one covers, of the moments that were seen.
fn common(callee: &BTreeMap<i64, f64>, caller: &BTreeMap<i64, f64>, seen: &BTreeSet<i64>) -> f64 {
    let (mut total, mut covered) = (0.0, 0.0);
    for (at, lost) in caller.iter().filter(|(at, _)| seen.contains(at)) {
        total += lost;
        covered += callee.get(at).copied().unwrap_or(0.0).min(*lost);
    }
    covered / total.max(f64::MIN_POSITIVE)
}

/// How alike the courses of two losses are: 1 where they rise and fall together, 0 where they never meet.
fn course(callee: &Loss, caller: &Loss) -> f64 {
    let both = |loss: &Loss, seen: &BTreeSet<i64>| -> BTreeMap<i64, f64> {
        let shown = loss.excess.iter().filter(|(at, _)| seen.contains(at));
        let total: f64 = shown.clone().map(|(_, lost)| *lost).sum();
        shown
            .map(|(at, lost)| (*at, lost / total.max(f64::MIN_POSITIVE)))
            .collect()
    };
    let (own, others) = (both(callee, &caller.seen), both(caller, &callee.seen));
    others
        .iter()
        .map(|(at, lost)| own.get(at).copied().unwrap_or(0.0).min(*lost))
        .sum()
}

#[cfg(test)]
#[path = "tests/blame.rs"]
mod tests;

//! Made-up worlds of services with a fault in one of them: the ranking must find it, whatever the services are called, in
//! whichever order they come, with few points or many, gaps, flat baselines and noisy neighbours.

use fastrand::Rng;
use serde_json::json;

use super::*;
use crate::analysis::analyse;
use crate::evidence::{Evidence, Meta, MetaMap, MetricRecord, Number, Record};
use crate::model::{Instant, Kind, Labels, Service, Unit, Window};

/// When every window begins, in Unix seconds.
const FROM: i64 = 1_795_248_000;

/// A made-up world.
struct World {
    evidence: Evidence,
    culprit: String,
    slow: bool,
    coarse: bool,
    counted: bool,
}

/// How the services of a world call each other and what is wrong in one of them.
struct Plan {
    /// By service: those that it calls, and how often for each of its own requests.
    calls: Vec<Vec<(usize, f64)>>,
    /// Seconds that each takes itself.
    own: Vec<f64>,
    /// Where the fault is.
    culprit: usize,
    /// A slow one rather than a failing one.
    slow: bool,
    /// Seconds more, and the share of requests that fail, at the fault's height.
    harm: (f64, f64),
}

impl Plan {
    fn new(rng: &mut Rng) -> Self {
        let n = rng.usize(8..=30);
        let mut calls = vec![Vec::new(); n];
        for callee in 1..n {
            let near = callee.saturating_sub(4);
            let first = rng.usize(near..callee);
            calls[first].push((callee, rng.f64() * 1.5 + 0.3));
            if callee > 2 && rng.f64() < 0.35 {
                let second = rng.usize(0..callee);
                if second != first {
                    calls[second].push((callee, rng.f64() + 0.2));
                }
            }
        }
        let own: Vec<f64> = (0..n).map(|_| 0.002 * (rng.f64() * 3.2).exp()).collect();
        let mut plan = Self {
            calls,
            own,
            culprit: rng.usize(1..n),
            slow: rng.bool(),
            harm: (0.0, 0.0),
        };
        let usual = plan.seconds(0.0)[0];
        plan.harm = (1.0, 1.0);
        let weight = plan.seconds(1.0)[0] - usual;
        let failing = plan.failures(0.01)[0] / 0.01;
        // so bad that whoever calls the first service notices
        let seconds = usual * (0.3 + rng.f64() * 1.2) / weight;
        let share = ((0.03 + rng.f64() * 0.15) / failing).min(0.9);
        plan.harm = if plan.slow {
            (seconds, 0.0)
        } else {
            (seconds * 0.2 * rng.f64(), share)
        };
        plan
    }

    /// What a request of each service takes.
    fn seconds(&self, height: f64) -> Vec<f64> {
        let mut seconds = self.own.clone();
        seconds[self.culprit] += self.harm.0 * height;
        for caller in (0..seconds.len()).rev() {
            seconds[caller] += self.calls[caller]
                .iter()
                .map(|(callee, often)| often * seconds[*callee])
                .sum::<f64>();
        }
        seconds
    }

    /// The share of requests of each service that fail; one in ten failures of a callee is caught.
    fn failures(&self, height: f64) -> Vec<f64> {
        let mut failures = vec![0.0; self.own.len()];
        failures[self.culprit] = self.harm.1 * height;
        for caller in (0..failures.len()).rev() {
            let below: f64 = self.calls[caller]
                .iter()
                .map(|(callee, often)| 0.9 * often * failures[*callee])
                .sum();
            failures[caller] = f64::min(1.0, failures[caller] + below);
        }
        failures
    }

    /// The requests of each service for one of the first's.
    fn requests(&self) -> Vec<f64> {
        let mut requests = vec![0.0; self.own.len()];
        requests[0] = 1.0;
        for caller in 0..requests.len() {
            for (callee, often) in &self.calls[caller] {
                requests[*callee] += often * requests[caller];
            }
        }
        requests
    }
}

/// A number around 1.
fn noise(rng: &mut Rng, spread: f64) -> f64 {
    let sum: f64 = (0..6).map(|_| rng.f64() - 0.5).sum();
    (sum * 1.41 * spread).exp()
}

/// What the series of a world look like.
struct Shape {
    /// Seconds between samples.
    step: i64,
    /// Samples before the window, and in it.
    samples: (i64, i64),
    /// The fault's first sample in the window, and the first one after it.
    fault: (i64, i64),
    /// Requests of the first service.
    rate: f64,
    /// By service, how much its time varies.
    jitter: Vec<f64>,
    /// A neighbour that is never quiet.
    noisy: usize,
}

impl Shape {
    fn new(rng: &mut Rng, n: usize) -> Self {
        let (step, before, now) = if rng.bool() {
            (300, 26, 4)
        } else {
            (30, 60, 60)
        };
        Self {
            step,
            samples: (before, now),
            fault: (
                rng.i64(0..now / 2),
                if rng.bool() { now } else { now - now / 4 },
            ),
            rate: 150.0 + rng.f64() * 2000.0,
            jitter: (0..n).map(|_| 0.02 + rng.f64() * 0.06).collect(),
            noisy: rng.usize(1..n),
        }
    }
}

/// The four series of one service.
type Kinds = [Vec<(f64, Number)>; 4];

/// The series of all services, and behind them those of a caller's own view of its calls to the culprit: as bad as the culprit,
/// but for a tenth of the requests.
fn series(rng: &mut Rng, plan: &Plan, shape: &Shape) -> Vec<Kinds> {
    let n = plan.own.len();
    let requests = plan.requests();
    let mut series: Vec<Kinds> = (0..=n).map(|_| Kinds::default()).collect();
    for k in -shape.samples.0..shape.samples.1 {
        let at = (FROM + k * shape.step) as f64;
        let ill = (shape.fault.0..shape.fault.1).contains(&k);
        let height = if ill { 0.6 + rng.f64() * 0.8 } else { 0.0 };
        let (seconds, failures) = (plan.seconds(height), plan.failures(height));
        let traffic = shape.rate * noise(rng, 0.05);
        for (service, kinds) in series.iter_mut().enumerate() {
            let (of, part) = if service < n {
                (service, 1.0)
            } else {
                (plan.culprit, 0.1)
            };
            let count = (traffic * requests[of] * part * noise(rng, 0.05))
                .ceil()
                .max(1.0);
            let loud = service == shape.noisy && service != plan.culprit && rng.f64() < 0.1;
            let spread = shape.jitter[of] + if loud { 0.5 } else { 0.0 };
            let mean = seconds[of] * noise(rng, spread) * if service == n { 1.2 } else { 1.0 };
            let failed = (count * (failures[of] + 0.0003) + rng.f64()).floor();
            let success = 100.0 * (1.0 - (failed / count).min(1.0));
            let values = [mean, mean * 3.0 * noise(rng, 0.3), success, count];
            for (kind, value) in kinds.iter_mut().zip(values) {
                if rng.f64() > 0.06 {
                    kind.push((at, Number(value)));
                }
            }
        }
    }
    series
}

fn world(seed: u64) -> World {
    let mut rng = Rng::with_seed(seed);
    let plan = Plan::new(&mut rng);
    let n = plan.own.len();
    let shape = Shape::new(&mut rng, n);
    let counted = rng.f64() < 0.8;
    let mut names: Vec<String> = (0..=n).map(|k| format!("svc-{k:02}")).collect();
    rng.shuffle(&mut names);
    let calls_culprit = |k: &usize| {
        plan.calls[*k]
            .iter()
            .any(|(callee, _)| *callee == plan.culprit)
    };
    let view = (0..n).find(calls_culprit).filter(|_| rng.bool());
    // one of which only requests are known
    let dark = Some(rng.usize(1..n)).filter(|dark| *dark != plan.culprit);
    let mut records = Vec::new();
    for (service, kinds) in series(&mut rng, &plan, &shape).into_iter().enumerate() {
        if service < n || view.is_some() {
            let wanted = |kind: usize| {
                if kind == 3 {
                    counted
                } else {
                    dark != Some(service)
                }
            };
            records.extend(metrics(&names[service], kinds, shape.step, wanted));
        }
    }
    let services = (0..=n).map(|k| {
        let calls = plan
            .calls
            .get(k)
            .into_iter()
            .flatten()
            .map(|(callee, _)| *callee);
        let needs = calls.chain((Some(k) == view).then_some(n));
        service(
            &names[k],
            needs.map(|callee| names[callee].clone()).collect(),
        )
    });
    World {
        evidence: Evidence {
            meta: meta(
                services,
                &names[0],
                shape.step * shape.samples.0,
                shape.step * shape.samples.1,
            ),
            records,
        },
        culprit: names[plan.culprit].clone(),
        slow: plan.slow,
        coarse: shape.step == 300,
        counted,
    }
}

/// The records of one service, of the kinds that are wanted.
fn metrics(service: &str, kinds: Kinds, step: i64, wanted: impl Fn(usize) -> bool) -> Vec<Record> {
    let known = [
        ("latency", "avg", Unit::Seconds),
        ("latency", "p99", Unit::Seconds),
        ("availability", "avg", Unit::Percent),
        ("requests", "sum", Unit::Count),
    ];
    let named = kinds.into_iter().zip(known).enumerate();
    named
        .filter(|(kind, _)| wanted(*kind))
        .map(|(_, (samples, (name, statistic, unit)))| {
            Record::Metric(MetricRecord {
                service: service.to_owned(),
                name: name.to_owned(),
                expr: name.to_owned(),
                unit,
                labels: Labels::from_iter([("statistic", statistic)]),
                step_seconds: step as f64,
                samples,
            })
        })
        .collect()
}

fn service(name: &str, depends_on: Vec<String>) -> Service {
    Service {
        name: name.to_owned(),
        kind: Kind::Custom,
        title: name.to_owned(),
        aliases: Vec::new(),
        resource_name: name.to_owned(),
        depends_on,
        url: None,
        ssh: None,
    }
}

fn meta(services: impl Iterator<Item = Service>, asked: &str, before: i64, now: i64) -> Meta {
    let at = |seconds: i64| Instant::from_timestamp(FROM + seconds, 0).unwrap();
    Meta {
        schema: 1,
        bundle_id: String::new(),
        created_at: at(now),
        tool: String::new(),
        environment: "made-up".to_owned(),
        window: Window::new(at(0), at(now)).unwrap(),
        baseline: Window::new(at(-before), at(0)).unwrap(),
        issue: format!("{asked} is bad"),
        params: serde_json::from_value(json!({ "services": [asked] })).unwrap(),
        redacted: false,
        map: MetaMap {
            rules: Vec::new(),
            services: services
                .map(|service| (service.name.clone(), service))
                .collect(),
        },
    }
}

fn ranking(evidence: &Evidence) -> Vec<String> {
    let suspects = analyse(evidence, &[]).suspects;
    suspects.into_iter().map(|ranked| ranked.service).collect()
}

/// How often the culprit is first, and among the first three, over some worlds.
fn shares(worlds: &[(World, Vec<String>)], of: impl Fn(&World) -> bool) -> (f64, f64, usize) {
    let places: Vec<Option<usize>> = worlds
        .iter()
        .filter(|(world, _)| of(world))
        .map(|(world, ranking)| ranking.iter().position(|name| *name == world.culprit))
        .collect();
    let share = |within: usize| {
        let hits = places
            .iter()
            .filter(|place| place.is_some_and(|place| place < within));
        hits.count() as f64 / places.len().max(1) as f64
    };
    (share(1), share(3), places.len())
}

#[test]
fn the_culprit_comes_first_in_made_up_worlds() {
    let worlds: Vec<(World, Vec<String>)> = (0..200)
        .map(|seed| {
            let world = world(seed);
            let ranking = ranking(&world.evidence);
            (world, ranking)
        })
        .collect();
    let bars = [
        ("all", shares(&worlds, |_| true), 0.85, 0.95),
        ("slow", shares(&worlds, |world| world.slow), 0.85, 0.95),
        ("failing", shares(&worlds, |world| !world.slow), 0.85, 0.95),
        (
            "few points",
            shares(&worlds, |world| world.coarse),
            0.85,
            0.95,
        ),
        (
            "many points",
            shares(&worlds, |world| !world.coarse),
            0.85,
            0.95,
        ),
        // a caller's view of the culprit then looks just like it: half of these worlds cannot be told
        (
            "uncounted requests",
            shares(&worlds, |world| !world.counted),
            0.55,
            0.95,
        ),
    ];
    for (kind, (first, among, count), least_first, least_among) in bars {
        println!("{kind:<20} {first:.3} {among:.3} of {count}");
        assert!(count >= 30, "{kind}: {count} worlds say little");
        assert!(
            first >= least_first && among >= least_among,
            "{kind}: {first:.3} {among:.3}"
        );
    }
}

#[test]
fn names_and_order_do_not_change_who_is_blamed() {
    for seed in 0..20 {
        let World { evidence, .. } = world(seed);
        let original = ranking(&evidence);
        let mut rng = Rng::with_seed(seed);
        let mut shuffled = evidence.clone();
        rng.shuffle(&mut shuffled.records);
        assert_eq!(ranking(&shuffled), original, "{seed}");
        // names that sort the other way round
        let renamed = |name: &str| {
            let number: u32 = name["svc-".len()..].parse().unwrap();
            format!("other-{:02}", 99 - number)
        };
        let text = format!("{}\n", evidence.meta.asked_services()[0]);
        let mut other = evidence;
        for record in &mut other.records {
            if let Record::Metric(metric) = record {
                metric.service = renamed(&metric.service);
            }
        }
        let services = std::mem::take(&mut other.meta.map.services);
        other.meta.map.services = services
            .into_values()
            .map(|old| {
                let needs = old.depends_on.iter().map(|name| renamed(name)).collect();
                (renamed(&old.name), service(&renamed(&old.name), needs))
            })
            .collect();
        other.meta.params =
            serde_json::from_value(json!({ "services": [renamed(text.trim())] })).unwrap();
        let expected: Vec<String> = original.iter().map(|name| renamed(name)).collect();
        assert_eq!(ranking(&other), expected, "{seed}");
    }
}

/// A loss of so much at each of these moments, a hundred spreads from usual.
fn loss(amounts: &[(i64, f64)]) -> Loss {
    Loss {
        excess: amounts.iter().copied().collect(),
        weighted: Some(amounts.iter().copied().collect()),
        seen: (0..10).collect(),
        measure: "latency".to_owned(),
        deviations: if amounts.is_empty() { 0.0 } else { 100.0 },
    }
}

/// Who keeps most of the blame for `a` being slow, where these services call each other and lost this much.
fn blamed(calls: &[(&str, &[&str])], losses: Vec<(&str, Harm, Loss)>) -> String {
    let services = calls
        .iter()
        .map(|(name, needs)| service(name, needs.iter().map(|need| (*need).to_owned()).collect()));
    let evidence = Evidence {
        meta: meta(services, "a", 3600, 1800),
        records: Vec::new(),
    };
    let map = ServiceMap::of(&evidence);
    let losses = losses
        .into_iter()
        .map(|(service, harm, loss)| ((service.to_owned(), harm), loss))
        .collect();
    let blame = spread_blame(&losses, &map, &["a"], &[(Harm::Slow, 1.0)]);
    let most = blame.into_iter().max_by(|a, b| a.1.total_cmp(&b.1));
    most.map(|(service, _)| service).unwrap_or_default()
}

#[test]
fn blame_goes_down_to_where_the_time_is_lost_and_no_further() {
    use Harm::{Failing, Slow};
    let chain: &[(&str, &[&str])] = &[("a", &["b"]), ("b", &["c"]), ("c", &[])];
    let peak = [(3, 10.0), (4, 20.0)];
    let much = || loss(&peak);
    let none = || loss(&[]);
    // all three are slow: the deepest
    let all = vec![
        ("a", Slow, much()),
        ("b", Slow, much()),
        ("c", Slow, much()),
    ];
    assert_eq!(blamed(chain, all), "c");
    // the deepest is well
    let two = vec![
        ("a", Slow, much()),
        ("b", Slow, much()),
        ("c", Slow, none()),
    ];
    assert_eq!(blamed(chain, two), "b");
    // the deepest lost a little
    let little = loss(&[(3, 1.0), (4, 1.0)]);
    let three = vec![
        ("a", Slow, much()),
        ("b", Slow, much()),
        ("c", Slow, little),
    ];
    assert_eq!(blamed(chain, three), "b");
    // the deepest lost much at another time
    let later = loss(&[(8, 40.0)]);
    let three = vec![("a", Slow, much()), ("b", Slow, much()), ("c", Slow, later)];
    assert_eq!(blamed(chain, three), "b");
    // nothing is known of the one between
    let ends = vec![("a", Slow, much()), ("c", Slow, much())];
    assert_eq!(blamed(chain, ends), "c");
    // nobody below lost anything
    assert_eq!(
        blamed(chain, vec![("a", Slow, much()), ("b", Slow, none())]),
        "a"
    );
    // the callee fails and so makes its caller slow
    let across = vec![
        ("a", Slow, much()),
        ("b", Slow, none()),
        ("b", Failing, loss(&peak)),
    ];
    let kept = blamed(chain, across);
    assert!(kept == "a" || kept == "b");
    assert_eq!(blamed(chain, Vec::new()), "");
}

#[test]
fn calls_in_a_circle_and_chains_without_end_are_no_trouble() {
    let peak = [(3, 10.0), (4, 20.0)];
    let circle: &[(&str, &[&str])] = &[("a", &["b"]), ("b", &["c"]), ("c", &["a"])];
    let slow = |name| (name, Harm::Slow, loss(&peak));
    assert_eq!(blamed(circle, vec![slow("a"), slow("b"), slow("c")]), "c");
    let names: Vec<String> = (0..3000).map(|n| format!("s{n}")).collect();
    let needs: Vec<Vec<&str>> = (0..3000)
        .map(|n| names.get(n + 1).map(String::as_str).into_iter().collect())
        .collect();
    let mut chain: Vec<(&str, &[&str])> = vec![("a", &["s0"])];
    chain.extend(
        names
            .iter()
            .zip(&needs)
            .map(|(name, needs)| (name.as_str(), needs.as_slice())),
    );
    let losses = std::iter::once("a")
        .chain(names.iter().map(String::as_str))
        .map(slow)
        .collect();
    assert_eq!(blamed(&chain, losses), "s2999");
}

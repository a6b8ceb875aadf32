//! Where does it fail, and where does it not? Values of fields that bad lines have far more often than the others: one route, one
//! copy, one region, one customer.
//!
//! In: the records of a service in trouble. Out: facts such as "only `/v1/orders`". Both kinds of lines are read from the same
//! time, from the first bad line on, and only those that have the field at all. A value is told where its share among bad lines is
//! large, far larger than among the others, and beyond chance.

use std::collections::{BTreeMap, BTreeSet};

use super::axis::Axis;
use super::fact::{Detail, Fact, Sign};
use super::json::{Json, parse_object};
use super::level::Level;
use super::line::{Line, looks_like_logfmt, open_line, parse_logfmt, take_envelope};
use crate::evidence::{Evidence, LogRecord};
use crate::model::{Instant, Severity};

/// Lines of each kind that are looked at, evenly over all: enough to see a share of one in a hundred.
const MOST_LINES: usize = 2_000;

/// Lines of each kind that must have a field before it can tell anything.
const LEAST_LINES: u32 = 20;

/// A larger share of bad lines than this makes a value worth telling.
const LARGE_SHARE: f64 = 0.6;

/// And by so much larger than among the others.
const LARGE_DIFFERENCE: f64 = 0.35;

/// Standard errors of the difference that chance does not reach, though hundreds of values are tried.
const BEYOND_CHANCE: f64 = 6.0;

/// A field with more values than this is a name of its own for each line, or nearly.
const MOST_VALUES: usize = 60;

/// Longest value that is compared, in bytes.
const LONGEST_VALUE: usize = 64;

/// Facts of one service: more would say the same in other words.
const MOST_FACTS: usize = 2;

/// Services that are looked at, worst first.
const MOST_SERVICES: usize = 2;

/// Fields that say what is wrong or when, and not where, in their plain form.
const NOT_WHERE: [&str; 34] = [
    "level",
    "severity",
    "lvl",
    "loglevel",
    "levelname",
    "detectedlevel",
    "message",
    "msg",
    "text",
    "event",
    "body",
    "error",
    "err",
    "exception",
    "reason",
    "cause",
    "stack",
    "stacktrace",
    "trace",
    "code",
    "errorcode",
    "status",
    "statuscode",
    "httpstatus",
    "httpstatuscode",
    "time",
    "ts",
    "timestamp",
    "date",
    "logger",
    "caller",
    "line",
    "file",
    "thread",
];

/// Facts about the services whose logs hold new trouble.
pub(crate) fn facts_of_differences(evidence: &Evidence, facts: &[Fact], axis: &Axis) -> Vec<Fact> {
    let mut since: BTreeMap<&str, Instant> = BTreeMap::new();
    let mut worst: Vec<&str> = Vec::new();
    for fact in facts.iter().filter(|fact| is_trouble(fact)) {
        let Some(at) = fact.since else { continue };
        let first = since.entry(&fact.service).or_insert(at);
        *first = at.min(*first);
        if !worst.contains(&fact.service.as_str()) {
            worst.push(&fact.service);
        }
    }
    let services = worst.into_iter().take(MOST_SERVICES);
    services
        .flat_map(|service| differences(evidence, service, since[service], axis))
        .collect()
}

/// Whether a fact is about bad lines.
fn is_trouble(fact: &Fact) -> bool {
    fact.severity >= Severity::Warning
        && (matches!(
            fact.sign,
            Sign::NewErrors | Sign::MoreErrors | Sign::FailingRequests
        ))
}

/// The differences in one service's log.
fn differences(evidence: &Evidence, service: &str, since: Instant, axis: &Axis) -> Vec<Fact> {
    let mut records: Vec<&LogRecord> = evidence
        .logs()
        .filter(|log| log.service == service && log.ts >= since && axis.window.contains(log.ts))
        .collect();
    records.sort_unstable_by(|a, b| a.ts.cmp(&b.ts).then_with(|| a.line.cmp(&b.line)));
    let mut kinds: [Vec<&LogRecord>; 2] = [Vec::new(), Vec::new()];
    for record in records {
        match open_line(record, level_of) {
            Level::Error | Level::Fatal => kinds[0].push(record),
            Level::Debug | Level::Info => kinds[1].push(record),
            Level::Warn => {}
        }
    }
    let mut fields: BTreeMap<String, Field> = BTreeMap::new();
    for (kind, records) in kinds.iter().enumerate() {
        let stride = records.len().div_ceil(MOST_LINES).max(1);
        for record in records.iter().step_by(stride) {
            count(record, kind, &mut fields);
        }
    }
    let bad_lines = kinds[0].len().min(MOST_LINES);
    let mut told = told(&fields, bad_lines);
    told.sort_by(|a, b| {
        let by = |one: &Told<'_>| one.bad - one.good;
        by(b).total_cmp(&by(a)).then_with(|| a.field.cmp(b.field))
    });
    // The same lines under another name say nothing more.
    let mut seen: BTreeSet<(u64, u64)> = BTreeSet::new();
    told.retain(|one| seen.insert((one.bad.to_bits(), one.good.to_bits())));
    told.truncate(MOST_FACTS);
    told.into_iter()
        .map(|one| one.fact(service, since))
        .collect()
}

/// The level of a line.
fn level_of(line: &Line<'_>) -> Level {
    line.level()
}

/// The values of one field.
#[derive(Debug, Default)]
struct Field {
    /// Lines that have it: bad ones, others.
    lines: [u32; 2],
    /// The same by value; no more values are added once there are too many.
    values: BTreeMap<String, [u32; 2]>,
}

/// A value worth telling.
struct Told<'a> {
    /// The field.
    field: &'a str,
    /// Its value.
    value: &'a str,
    /// Its share among bad lines.
    bad: f64,
    /// Its share among the others.
    good: f64,
}

impl Told<'_> {
    /// The fact.
    fn fact(&self, service: &str, since: Instant) -> Fact {
        Fact {
            sign: Sign::Differs,
            service: service.to_owned(),
            severity: Severity::Info,
            since: Some(since),
            subject: format!("{}={}", self.field, self.value),
            amount: self.bad - self.good,
            detail: Detail::Differs {
                field: self.field.to_owned(),
                value: self.value.to_owned(),
                bad: self.bad,
                good: self.good,
            },
        }
    }
}

/// The values that bad lines have far more often.
fn told(fields: &BTreeMap<String, Field>, bad_lines: usize) -> Vec<Told<'_>> {
    let mut told = Vec::new();
    for (name, field) in fields {
        let [bad, good] = field.lines;
        let common = bad as usize * 2 >= bad_lines;
        if bad < LEAST_LINES || good < LEAST_LINES || !common || field.values.len() > MOST_VALUES {
            continue;
        }
        for (value, [in_bad, in_good]) in &field.values {
            let (a, b) = (
                f64::from(*in_bad) / f64::from(bad),
                f64::from(*in_good) / f64::from(good),
            );
            let both = f64::from(in_bad + in_good) / f64::from(bad + good);
            let error =
                (both * (1.0 - both) * (1.0 / f64::from(bad) + 1.0 / f64::from(good))).sqrt();
            if a >= LARGE_SHARE && a - b >= LARGE_DIFFERENCE && a - b >= BEYOND_CHANCE * error {
                told.push(Told {
                    field: name,
                    value,
                    bad: a,
                    good: b,
                });
            }
        }
    }
    told
}

/// Counts the fields of a line of one kind.
fn count(record: &LogRecord, kind: usize, fields: &mut BTreeMap<String, Field>) {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    visit_fields(record, &mut |name, value| {
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let plain = plain.to_ascii_lowercase();
        let told =
            value.is_empty() || value.len() > LONGEST_VALUE || NOT_WHERE.contains(&plain.as_str());
        if told
            || plain.ends_with("ms")
            || plain.contains("duration")
            || !seen.insert(name.to_owned())
        {
            return;
        }
        let field = fields.entry(name.to_owned()).or_default();
        field.lines[kind] += 1;
        if let Some(counts) = field.values.get_mut(value) {
            counts[kind] += 1;
        } else if field.values.len() <= MOST_VALUES {
            let mut counts = [0; 2];
            counts[kind] = 1;
            field.values.insert(value.to_owned(), counts);
        }
    });
}

/// Hands on the fields of a line: route and copy by their own names, whatever the line calls them; its labels; its own fields,
/// with dots between the names of nested ones.
fn visit_fields(record: &LogRecord, visit: &mut dyn FnMut(&str, &str)) {
    open_line(record, |line| {
        if let Some(route) = &line.route {
            visit("route", &masked_route(route));
        }
        if let Some(copy) = &line.copy {
            visit("copy", copy);
        }
    });
    for (name, value) in record.labels.iter() {
        visit(name, value);
    }
    let Some(fields) = parse_object(&record.line) else {
        visit_text(&record.line, visit);
        return;
    };
    match take_envelope(fields) {
        Ok(envelope) => match parse_object(&envelope.message) {
            Some(inner) => visit_json("", &inner, visit),
            None => visit_text(&envelope.message, visit),
        },
        Err(fields) => visit_json("", &fields, visit),
    }
}

/// The pairs of a logfmt line.
fn visit_text(text: &str, visit: &mut dyn FnMut(&str, &str)) {
    if looks_like_logfmt(text) {
        for (name, value) in parse_logfmt(text) {
            visit(name, &value);
        }
    }
}

/// The fields of an object: texts and whole numbers.
fn visit_json(
    path: &str,
    fields: &[(std::borrow::Cow<'_, str>, Json<'_>)],
    visit: &mut dyn FnMut(&str, &str),
) {
    for (name, value) in fields {
        let name = if path.is_empty() {
            name.to_string()
        } else {
            format!("{path}.{name}")
        };
        match value {
            Json::Text(text) => visit(&name, text),
            Json::Number(number) if number.fract() == 0.0 => visit(&name, &number.to_string()),
            Json::Map(inner) if path.is_empty() => visit_json(&name, inner, visit),
            _ => {}
        }
    }
}

/// A route without its query, ids in it masked: `/v1/orders/4711` is `/v1/orders/*`.
fn masked_route(route: &str) -> String {
    let path = route.split(['?', '#']).next().unwrap_or_default();
    let masked = path.split('/').map(|part| {
        let digits = part.bytes().filter(u8::is_ascii_digit).count();
        // `v1` is a name, `4711` and `7f3a9c` are not
        if digits * 2 > part.len() || (digits > 0 && part.len() >= 6) {
            "*"
        } else {
            part
        }
    });
    masked.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
#[path = "tests/differs.rs"]
mod tests;

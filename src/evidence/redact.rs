//! Evidence without secrets: every text of every record goes through one [`Redactor`], in one order.
//!
//! In: evidence as the sources gave it. Out: the same records in their canonical order, masked. Analysis reads masked evidence,
//! so that a report made of a bundle is the report that was made when the bundle was written; what is masked is no sign of any
//! cause. Must not: change what tells records apart in another way in one record than in the next.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use chrono::TimeDelta;
use serde::Serialize;
use serde_json::{Map, Value};

use super::record::{AlertRecord, SshRecord};
use super::{
    Evidence, LogRecord, Meta, ProbeRecord, Record, SourceOutcome, SourceRecord, StateRecord,
};
use crate::model::{Instant, Labels, MapRule, OpenKey, Redactor, Rule, Service};

/// How long after its first line the lines of a private key are looked for: a program writes them in one go.
const KEY_LINES_WITHIN: TimeDelta = TimeDelta::seconds(10);

impl Evidence {
    /// Masks everything, and puts the records into canonical order.
    pub(crate) fn redact(&mut self, redactor: &mut Redactor) {
        self.sort();
        redact_meta(&mut self.meta, redactor);
        redact_records(&mut self.records, redactor);
        // Masked lines of one instant may stand in another order than the lines themselves.
        self.sort();
        self.meta.redacted = true;
    }

    /// Puts the records into canonical order: the same whatever the order in which the sources answered.
    pub(crate) fn sort(&mut self) {
        self.records.sort_by(canonical);
    }
}

/// The canonical order of records. What is left equal is the same but for the time that an answer took.
fn canonical(a: &Record, b: &Record) -> Ordering {
    match (a, b) {
        (Record::Log(a), Record::Log(b)) => (a.ts, &a.service)
            .cmp(&(b.ts, &b.service))
            .then_with(|| {
                if Arc::ptr_eq(&a.labels, &b.labels) {
                    Ordering::Equal
                } else {
                    a.labels.cmp(&b.labels)
                }
            })
            .then_with(|| a.line.cmp(&b.line))
            .then_with(|| a.metadata.cmp(&b.metadata)),
        (Record::LogSummary(a), Record::LogSummary(b)) => (&a.service, &a.query, a.window.from)
            .cmp(&(&b.service, &b.query, b.window.from))
            .then_with(|| by_text(a, b)),
        (Record::Metric(a), Record::Metric(b)) => (&a.service, &a.name, &a.expr, &a.labels)
            .cmp(&(&b.service, &b.name, &b.expr, &b.labels))
            .then_with(|| by_text(a, b)),
        (Record::State(a), Record::State(b)) => (&a.service, a.kind, &a.name, &a.id)
            .cmp(&(&b.service, b.kind, &b.name, &b.id))
            .then_with(|| by_text(a, b)),
        (Record::Alert(a), Record::Alert(b)) => by_text(a, b),
        (Record::Ssh(a), Record::Ssh(b)) => by_text(a, b),
        (Record::Probe(a), Record::Probe(b)) => by_text(a, b),
        (Record::Source(a), Record::Source(b)) => (&a.source, &a.request, &a.service)
            .cmp(&(&b.source, &b.request, &b.service))
            .then_with(|| by_text(&a.outcome, &b.outcome)),
        (a, b) => rank(a).cmp(&rank(b)),
    }
}

/// Orders by the written form: for the rare records that nothing else tells apart.
fn by_text(a: &impl Serialize, b: &impl Serialize) -> Ordering {
    let a = serde_json::to_string(a).unwrap_or_default();
    let b = serde_json::to_string(b).unwrap_or_default();
    a.cmp(&b)
}

/// Where a type of record stands in canonical order.
fn rank(record: &Record) -> u8 {
    match record {
        Record::Meta(_) => 0,
        Record::Source(_) => 1,
        Record::LogSummary(_) => 2,
        Record::State(_) => 3,
        Record::Alert(_) => 4,
        Record::Probe(_) => 5,
        Record::Ssh(_) => 6,
        Record::Metric(_) => 7,
        Record::Log(_) => 8,
    }
}

/// Masks records in the order in which they stand.
pub(crate) fn redact_records(records: &mut [Record], redactor: &mut Redactor) {
    let mut logs = LogMasks::default();
    for record in records.iter_mut() {
        match record {
            Record::Meta(meta) => redact_meta(meta, redactor),
            Record::Log(log) => logs.mask(log, redactor),
            Record::LogSummary(summary) => {
                redactor.mask(&mut summary.service);
                redactor.mask(&mut summary.query);
                mask_keys(&mut summary.levels, redactor);
            }
            Record::Metric(metric) => {
                redactor.mask(&mut metric.service);
                redactor.mask(&mut metric.name);
                redactor.mask(&mut metric.expr);
                mask_labels(&mut metric.labels, redactor);
            }
            Record::State(state) => redact_state(state, redactor),
            Record::Source(source) => redact_source(source, redactor),
            Record::Alert(alert) => redact_alert(alert, redactor),
            Record::Ssh(look) => redact_ssh(look, redactor),
            Record::Probe(probe) => redact_probe(probe, redactor),
        }
    }
    let logs = logs.keys;
    if !logs.is_empty() {
        mask_key_lines(
            records.iter_mut().filter_map(|record| match record {
                Record::Log(log) => Some(log),
                _ => None,
            }),
            &logs,
            redactor,
        );
    }
}

/// Masks log lines one after the other, for a listing that is written while it arrives.
#[derive(Debug)]
pub(crate) struct LogMasker {
    /// What has been masked.
    redactor: Redactor,
    /// Label sets, masked.
    labels: LogMasks,
    /// Private keys of which a line has been seen: their streams, and the times between which lines may be part of them.
    keys: Vec<(Arc<Labels>, Instant, Instant)>,
    /// Whether lines come against time, or not all of them: the first line of a key may then come late, or never.
    wary: bool,
}

impl LogMasker {
    /// Masks with a redactor. `wary` where lines come newest first, or where a filter may leave out the line that a private key
    /// begins with: then a line that is nothing but a key's letters is masked wherever it stands.
    pub(crate) fn new(redactor: Redactor, wary: bool) -> Self {
        Self {
            redactor,
            labels: LogMasks::default(),
            keys: Vec::new(),
            wary,
        }
    }

    /// A label set, masked.
    pub(crate) fn labels(&mut self, labels: &Arc<Labels>) -> Arc<Labels> {
        // Each page has label sets of its own: what is remembered must not grow with the answer.
        const MOST_SETS: usize = 4096;
        if self.labels.labels.len() >= MOST_SETS {
            self.labels.labels.clear();
        }
        self.labels.masked(labels, &mut self.redactor)
    }

    /// Masks a line.
    pub(crate) fn mask(&mut self, labels: &Arc<Labels>, at: Instant, line: &mut String) {
        let opens = self.redactor.mask(line) == OpenKey::Yes;
        if !self.keys.is_empty() {
            self.keys.retain(|(_, from, to)| *from <= at && at <= *to);
            let of_key = self.keys.iter_mut().find(|(known, ..)| known == labels);
            if let Some((_, begin, end)) = of_key {
                if line.contains("-----END ") && at > *begin {
                    *end = at;
                }
                if !line.contains("PRIVATE KEY-----") {
                    self.redactor.mask_key_body(line);
                }
            }
        }
        if self.wary && is_key_line(line) {
            self.redactor.mask_key_body(line);
        }
        if opens {
            self.keys.push((labels.clone(), at, at + KEY_LINES_WITHIN));
        } else if self.wary && line.contains("-----END ") && line.contains("PRIVATE KEY-----") {
            self.keys.push((labels.clone(), at - KEY_LINES_WITHIN, at));
        }
    }
}

/// Whether a line holds a run of letters as a private key's lines are, which are 64 long, or 76: between quotes, or alone.
fn is_key_line(line: &str) -> bool {
    const LENGTHS: std::ops::RangeInclusive<usize> = 60..=80;
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    line.split(|c| !is_part(c)).any(|run| {
        LENGTHS.contains(&run.len())
            && run.bytes().any(|byte| byte.is_ascii_digit())
            && run.bytes().any(|byte| byte.is_ascii_uppercase())
            && run.bytes().any(|byte| byte.is_ascii_lowercase())
    })
}

/// Masks one question and its outcome.
fn redact_source(source: &mut SourceRecord, redactor: &mut Redactor) {
    redactor.mask(&mut source.source);
    redactor.mask(&mut source.request);
    if let Some(service) = &mut source.service {
        redactor.mask(service);
    }
    match &mut source.outcome {
        SourceOutcome::Failed { error, .. } => {
            redactor.mask(&mut error.message);
        }
        SourceOutcome::Skipped { reason, .. } => {
            redactor.mask(reason);
        }
        SourceOutcome::Answered { .. } => {}
    }
}

/// Masks an alert.
fn redact_alert(alert: &mut AlertRecord, redactor: &mut Redactor) {
    let texts = [
        &mut alert.name,
        &mut alert.state,
        &mut alert.severity,
        &mut alert.rule_status,
        &mut alert.rule,
    ];
    for text in texts.into_iter().chain(&mut alert.service) {
        redactor.mask(text);
    }
    mask_labels(&mut alert.labels, redactor);
    mask_labels(&mut alert.annotations, redactor);
}

/// Masks a look inside a machine.
fn redact_ssh(look: &mut SshRecord, redactor: &mut Redactor) {
    let texts = [
        &mut look.target,
        &mut look.command,
        &mut look.stdout,
        &mut look.stderr,
    ];
    for text in texts.into_iter().chain(&mut look.preset) {
        redactor.mask(text);
    }
}

/// Masks a probe.
fn redact_probe(probe: &mut ProbeRecord, redactor: &mut Redactor) {
    let texts = [&mut probe.service, &mut probe.url];
    let more = probe.error.iter_mut().chain(&mut probe.redirect);
    for text in texts.into_iter().chain(more) {
        redactor.mask(text);
    }
}

/// Masks what evidence says about itself.
fn redact_meta(meta: &mut Meta, redactor: &mut Redactor) {
    redactor.mask(&mut meta.issue);
    redactor.mask(&mut meta.environment);
    mask_object(&mut meta.params, None, redactor);
    mask_keys(&mut meta.map.services, redactor);
    for service in meta.map.services.values_mut() {
        redact_service(service, redactor);
    }
    for rule in &mut meta.map.rules {
        match rule {
            MapRule::Cause(rule) => redact_rule(rule, redactor),
            MapRule::Limit(limit) => {
                redactor.mask(&mut limit.metric);
            }
        }
    }
}

/// Masks a rule of the map, its patterns too: they are held against lines that are masked alike.
fn redact_rule(rule: &mut Rule, redactor: &mut Redactor) {
    let steps = rule.next.iter_mut();
    let (commands, reasons): (Vec<_>, Vec<_>) =
        steps.map(|step| (&mut step.command, &mut step.why)).unzip();
    let told = std::iter::once(&mut rule.statement);
    let told = told.chain(&mut rule.statement_caller).chain(reasons);
    let told = told.flat_map(|text| [&mut text.en, &mut text.fr]);
    let signs = rule.sign.iter_mut();
    let patterns = signs.flat_map(|sign| sign.pattern.iter_mut().chain(&mut sign.not));
    let ids = std::iter::once(&mut rule.id).chain(&mut rule.unless);
    for text in ids.chain(commands).chain(told).chain(patterns) {
        redactor.mask(text);
    }
}

/// Masks a service of the map.
fn redact_service(service: &mut Service, redactor: &mut Redactor) {
    let texts = [
        &mut service.name,
        &mut service.title,
        &mut service.resource_name,
    ];
    let more = service.aliases.iter_mut().chain(&mut service.depends_on);
    let addresses = service.url.iter_mut().chain(&mut service.ssh);
    for text in texts.into_iter().chain(more).chain(addresses) {
        redactor.mask(text);
    }
}

/// Masks a resource.
fn redact_state(state: &mut StateRecord, redactor: &mut Redactor) {
    let texts = [&mut state.id, &mut state.name, &mut state.status];
    for text in texts.into_iter().chain(&mut state.service) {
        redactor.mask(text);
    }
    mask_object(&mut state.resource, None, redactor);
}

/// Masks a label set: the value of a label whose name says so, and what is found in the others.
fn mask_labels(labels: &mut Labels, redactor: &mut Redactor) {
    for (name, value) in &mut labels.0 {
        redactor.mask_named(name, value);
    }
    mask_keys(&mut labels.0, redactor);
}

/// A label set as it is masked: most stay as they are.
fn masked_labels(labels: &Arc<Labels>, redactor: &mut Redactor) -> Arc<Labels> {
    let mut pairs = labels.iter();
    if pairs.all(|(name, value)| redactor.leaves_named(name, value)) {
        return labels.clone();
    }
    let mut masked = Labels::clone(labels);
    mask_labels(&mut masked, redactor);
    if masked == **labels {
        labels.clone()
    } else {
        Arc::new(masked)
    }
}

/// Masks the names of a table.
fn mask_keys<V>(table: &mut std::collections::BTreeMap<String, V>, redactor: &mut Redactor) {
    let masked: Vec<(String, String)> = table
        .keys()
        .map(|key| (key.clone(), redactor.masked(key)))
        .filter(|(key, masked)| key != masked)
        .collect();
    for (key, masked) in masked {
        if let Some(value) = table.remove(&key) {
            table.insert(masked, value);
        }
    }
}

/// Masks an object; `above` is the name of a secret that all of it is part of.
fn mask_object(object: &mut Map<String, Value>, above: Option<&str>, redactor: &mut Redactor) {
    let named = ["key", "name"]
        .iter()
        .find_map(|field| object.get(*field)?.as_str())
        .filter(|name| Redactor::is_secret_name(name))
        .map(str::to_owned);
    for (name, value) in object.iter_mut() {
        let name = match &named {
            // `{"key": "DB_PASSWORD", "value": …}`
            Some(named) if name == "value" => named,
            _ if Redactor::is_secret_name(name) => name,
            _ => above.unwrap_or(name),
        };
        mask_value(value, name, redactor);
    }
    let renamed: Vec<(String, String)> = object
        .keys()
        .map(|key| (key.clone(), redactor.masked(key)))
        .filter(|(key, masked)| key != masked)
        .collect();
    for (key, masked) in renamed {
        if let Some(value) = object.remove(&key) {
            object.insert(masked, value);
        }
    }
}

/// Masks a value that stands under a name.
fn mask_value(value: &mut Value, name: &str, redactor: &mut Redactor) {
    match value {
        Value::String(text) => {
            redactor.mask_named(name, text);
        }
        Value::Number(number) => {
            let mut text = number.to_string();
            redactor.mask_named(name, &mut text);
            if text != number.to_string() {
                *value = Value::String(text);
            }
        }
        Value::Array(items) => {
            for item in items {
                mask_value(item, name, redactor);
            }
        }
        Value::Object(object) => {
            let above = Redactor::is_secret_name(name).then_some(name);
            mask_object(object, above, redactor);
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// A log stream in which a private key begins, and when.
type KeyBegins = (String, Arc<Labels>, Instant);

/// What is remembered while log entries are masked.
#[derive(Debug, Default)]
struct LogMasks {
    /// Label sets by their address, each with its masked form; the first keeps the address from being used again.
    labels: HashMap<usize, (Arc<Labels>, Arc<Labels>)>,
    /// Private keys whose ends were not in the same line.
    keys: Vec<KeyBegins>,
}

impl LogMasks {
    /// A label set, masked.
    fn masked(&mut self, labels: &Arc<Labels>, redactor: &mut Redactor) -> Arc<Labels> {
        let known = self
            .labels
            .entry(Arc::as_ptr(labels).addr())
            .or_insert_with(|| {
                let masked = masked_labels(labels, redactor);
                (labels.clone(), masked)
            });
        known.1.clone()
    }

    /// Masks an entry.
    fn mask(&mut self, log: &mut LogRecord, redactor: &mut Redactor) {
        redactor.mask(&mut log.service);
        log.labels = self.masked(&log.labels, redactor);
        if let Some(metadata) = &mut log.metadata {
            mask_labels(metadata, redactor);
        }
        if redactor.mask(&mut log.line) == OpenKey::Yes {
            self.keys
                .push((log.service.clone(), log.labels.clone(), log.ts));
        }
    }
}

/// Masks the lines of private keys that were written line by line: those of the same stream after a first line, up to a last one.
fn mask_key_lines<'a>(
    logs: impl Iterator<Item = &'a mut LogRecord>,
    keys: &[KeyBegins],
    redactor: &mut Redactor,
) {
    let mut ends: HashMap<usize, Instant> = HashMap::new();
    for log in logs {
        for (index, (service, labels, begin)) in keys.iter().enumerate() {
            let end = ends
                .get(&index)
                .copied()
                .unwrap_or(*begin + KEY_LINES_WITHIN);
            if log.ts < *begin || log.ts > end || log.service != *service || log.labels != *labels {
                continue;
            }
            if log.line.contains("-----END ") && log.ts > *begin {
                ends.insert(index, log.ts);
            }
            if !log.line.contains("PRIVATE KEY-----") {
                redactor.mask_key_body(&mut log.line);
            }
        }
    }
}

#[cfg(test)]
mod tests;

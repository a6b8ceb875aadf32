//! What does a world hold that was recorded and not made up?
//!
//! In: an evidence bundle, one JSON record a line, `meta` first. Out: a [`Scenario`] without tables of lines and samples, but with
//! the recorded ones in [`Recorded`], at their own times. The record types are declared here again and not taken from the room
//! that writes bundles, so that a field lost there is missed here. Records of other types are passed over: they may be newer.

use std::collections::BTreeMap;
use std::io::BufRead;

use serde::Deserialize;
use serde_json::{Map, Value};
use toml::Spanned;

use super::log_store::{PushedEntry, PushedStream};
use super::metric_store::METRIC_NAME;
use super::recorded::RecordedAnswers;
use super::scenario::{
    MOST_LINES, MOST_SAMPLES, Offset, Permissions, Problem, ResourceKind, ResourceTable, Scenario,
    ScenarioError,
};
use crate::model::{Instant, Labels, Sample, Series, UnixNanos, Window};

/// The longest line that is read: Loki's own limit for a log line is a thousandth of it; a series of a month at 15 s has 5 MB.
const MOST_LINE_BYTES: u64 = 256 << 20;

/// What was recorded.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recorded {
    /// When the recorded window ends: the world's now.
    pub(super) now: Option<Instant>,
    /// The recorded window.
    pub(crate) window: Option<Window>,
    /// Lines by label set.
    pub(super) streams: Vec<PushedStream>,
    /// Samples.
    pub(super) series: Vec<Series>,
    /// Expressions whose answers were recorded.
    pub(super) answers: RecordedAnswers,
}

/// One line of a bundle.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Entry {
    /// What was asked.
    Meta(Meta),
    /// A log entry.
    Log(Log),
    /// A series.
    Metric(Metric),
    /// A resource.
    State(State),
    /// Anything else.
    #[serde(other)]
    Other,
}

/// What was asked, as far as a world needs it.
#[derive(Debug, Deserialize)]
struct Meta {
    /// Version of the format.
    schema: u32,
    /// Name of the bundle.
    #[serde(default)]
    bundle_id: String,
    /// When it was made.
    created_at: Instant,
    /// The map's environment.
    #[serde(default)]
    environment: String,
    /// The window in question.
    window: Option<Window>,
    /// The user's words.
    #[serde(default)]
    issue: String,
    /// The services relied on.
    #[serde(default)]
    map: MetaMap,
}

/// The part of the map that a bundle holds.
#[derive(Debug, Default, Deserialize)]
struct MetaMap {
    /// Services in the map's own form.
    #[serde(default)]
    services: Map<String, Value>,
}

/// A log entry.
#[derive(Debug, Deserialize)]
struct Log {
    /// When.
    ts: Instant,
    /// Labels as Loki answered them.
    #[serde(default)]
    labels: Labels,
    /// The line.
    line: String,
    /// Structured metadata.
    #[serde(default)]
    metadata: Option<Labels>,
}

/// A series: one of a metric, or one that an expression answered.
#[derive(Debug, Deserialize)]
struct Metric {
    /// The service that it is about.
    #[serde(default)]
    service: String,
    /// The metric's name, or the catalogue's word for the expression.
    name: String,
    /// What was asked.
    #[serde(default)]
    expr: String,
    /// What tells it from others.
    #[serde(default)]
    labels: Labels,
    /// Distance between samples.
    #[serde(default)]
    step_seconds: f64,
    /// Unix seconds and value.
    #[serde(default)]
    samples: Vec<(f64, Number)>,
}

/// A sample's value.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Number {
    /// As JSON has it.
    Finite(f64),
    /// `NaN`, `+Inf`, `-Inf`.
    Text(String),
}

/// A resource.
#[derive(Debug, Deserialize)]
struct State {
    /// What it is.
    kind: Value,
    /// The API's name.
    #[serde(default)]
    name: String,
    /// The API's word.
    #[serde(default)]
    status: Option<String>,
    /// When it last changed.
    #[serde(default)]
    changed_at: Option<Instant>,
    /// The API's object.
    #[serde(default)]
    resource: Map<String, Value>,
}

impl Scenario {
    /// Reads a bundle; `origin` is the file's name, for messages.
    ///
    /// # Errors
    /// Where a line is no record, the first is not `meta`, or there is more than the sandbox holds. The error names the line.
    pub(super) fn of_bundle(source: impl BufRead, origin: &str) -> Result<Self, ScenarioError> {
        let mut reading = Reading::default();
        each_line(source, |number, line| {
            reading
                .add(line)
                .map_err(|problem| ScenarioError::on_line(origin, number, problem))
        })
        .map_err(|error| match error {
            Stop::Problem(error) => error,
            Stop::Unreadable(number, why) => {
                ScenarioError::on_line(origin, number, Problem::Record(why))
            }
        })?;
        reading
            .finish(origin)
            .ok_or_else(|| ScenarioError::on_line(origin, 1, Problem::NoMeta))
    }
}

/// Why reading stopped.
enum Stop {
    /// A line holds what it should not.
    Problem(ScenarioError),
    /// A line cannot be read.
    Unreadable(usize, String),
}

/// Hands on every line that is not blank, with its number from 1.
fn each_line(
    mut source: impl BufRead,
    mut take: impl FnMut(usize, &str) -> Result<(), ScenarioError>,
) -> Result<(), Stop> {
    let mut line = String::new();
    for number in 1.. {
        line.clear();
        let read = std::io::Read::take(&mut source, MOST_LINE_BYTES).read_line(&mut line);
        match read {
            Ok(0) => break,
            Ok(_) if line.trim().is_empty() => {}
            Ok(_) => take(number, line.trim()).map_err(Stop::Problem)?,
            Err(error) => return Err(Stop::Unreadable(number, error.to_string())),
        }
    }
    Ok(())
}

/// What has been read so far.
#[derive(Debug, Default)]
struct Reading {
    /// The first record.
    meta: Option<Meta>,
    /// Lines by label set.
    streams: BTreeMap<Labels, Vec<PushedEntry>>,
    /// Lines read.
    lines: u64,
    /// Samples.
    series: Vec<Series>,
    /// Samples read.
    samples: u64,
    /// Expressions with their answers.
    answers: RecordedAnswers,
    /// Resources.
    states: Vec<State>,
}

impl Reading {
    /// Takes one line.
    fn add(&mut self, line: &str) -> Result<(), Problem> {
        let entry: Entry =
            serde_json::from_str(line).map_err(|error| Problem::Record(error.to_string()))?;
        match (entry, self.meta.is_some()) {
            (Entry::Meta(meta), false) if meta.schema != 1 => {
                return Err(Problem::Schema(meta.schema));
            }
            (Entry::Meta(meta), false) => self.meta = Some(meta),
            (_, false) => return Err(Problem::NoMeta),
            (Entry::Log(log), _) => self.add_log(log)?,
            (Entry::Metric(metric), _) => self.add_metric(metric)?,
            (Entry::State(state), _) => self.states.push(state),
            (Entry::Meta(_) | Entry::Other, _) => {}
        }
        Ok(())
    }

    /// Takes a log entry. Loki answers `detected_level` among the labels; it is no label of the stream, and is detected again.
    fn add_log(&mut self, log: Log) -> Result<(), Problem> {
        self.lines += 1;
        if self.lines > MOST_LINES {
            return Err(Problem::TooMuch(self.lines, MOST_LINES));
        }
        let mut labels = log.labels;
        labels.0.remove("detected_level");
        self.streams.entry(labels).or_default().push(PushedEntry {
            at: UnixNanos::from(log.ts),
            line: log.line,
            metadata: log.metadata,
        });
        Ok(())
    }

    /// Takes a series: under its own name, and as the answer to its expression where that is more than a name.
    fn add_metric(&mut self, metric: Metric) -> Result<(), Problem> {
        self.samples += metric.samples.len() as u64;
        if self.samples > MOST_SAMPLES {
            return Err(Problem::TooMuch(self.samples, MOST_SAMPLES));
        }
        let samples: Vec<Sample> = metric.samples.iter().map(sample).collect();
        if is_selector(&metric.expr, &metric.name) {
            let mut labels = metric.labels;
            if labels.get(METRIC_NAME).is_none() {
                labels.insert(METRIC_NAME, metric.name);
            }
            self.series.push(Series { labels, samples });
        } else {
            let mut labels = metric.labels;
            let label = if metric.expr.contains("resource_id") {
                "resource_id"
            } else {
                "resource_name"
            };
            let resource = self.resource_name(&metric.service);
            if let (None, Some(resource)) = (labels.get(label), resource) {
                labels.insert(label, resource);
            }
            let step = metric.step_seconds;
            self.series
                .push(self.answers.add(metric.expr, labels, samples, step));
        }
        Ok(())
    }

    /// The `resource_name` of a service of the recorded map.
    fn resource_name(&self, service: &str) -> Option<String> {
        let service = self.meta.as_ref()?.map.services.get(service)?;
        service["resource_name"].as_str().map(str::to_owned)
    }

    /// The world; `None` where nothing was read.
    fn finish(self, origin: &str) -> Option<Scenario> {
        let meta = self.meta?;
        let now = meta.window.map_or(meta.created_at, |window| {
            window.to.min(meta.created_at).max(window.from)
        });
        let streams = self.streams.into_iter();
        Some(Scenario {
            schema: 1,
            name: if meta.bundle_id.is_empty() {
                origin.to_owned()
            } else {
                meta.bundle_id.clone()
            },
            title: String::new(),
            seed: 0,
            issue: meta.issue.clone(),
            truth: None,
            map: map_of(&meta, &self.states),
            permissions: Permissions::default(),
            rate_limit: None,
            resources: self
                .states
                .iter()
                .filter_map(|state| resource(state, now))
                .map(|table| Spanned::new(0..0, table))
                .collect(),
            metrics: Vec::new(),
            logs: Vec::new(),
            ssh: Vec::new(),
            faults: Vec::new(),
            recorded: Recorded {
                now: Some(now),
                window: meta.window,
                streams: streams
                    .map(|(labels, entries)| PushedStream { labels, entries })
                    .collect(),
                series: self.series,
                answers: self.answers,
            },
        })
    }
}

/// A sample.
fn sample((at_seconds, number): &(f64, Number)) -> Sample {
    Sample {
        at_seconds: *at_seconds,
        value: match number {
            Number::Finite(value) => *value,
            Number::Text(text) => text.parse().unwrap_or(f64::NAN),
        },
    }
}

/// Whether an expression only selects the series of one name.
fn is_selector(expr: &str, name: &str) -> bool {
    let rest = expr.trim();
    rest.is_empty()
        || rest == name
        || rest.strip_prefix(name).is_some_and(|rest| {
            let rest = rest.trim_start();
            rest.starts_with('{') && rest.find('}') == Some(rest.len() - 1)
        })
}

/// The recorded services as an infra map. What the map's checks would miss in a part of a map is left out.
fn map_of(meta: &Meta, states: &[State]) -> toml::Table {
    let known = &meta.map.services;
    let mut services = toml::Table::new();
    for (name, service) in known {
        let mut service = service.as_object().cloned().unwrap_or_default();
        service.remove("ssh");
        if let Some(Value::Array(needs)) = service.get_mut("depends_on") {
            needs.retain(|need| need.as_str().is_some_and(|need| known.contains_key(need)));
        }
        services.insert(name.clone(), to_toml(&Value::Object(service)));
    }
    let mut env = toml::Table::new();
    for key in ["project_id", "region"] {
        let value = states
            .iter()
            .find_map(|state| state.resource.get(key)?.as_str());
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            env.insert(key.to_owned(), value.into());
        }
    }
    let zone = states
        .iter()
        .find_map(|state| state.resource.get("zone")?.as_str());
    if let Some(zone) = zone {
        env.insert("zones".to_owned(), toml::Value::Array(vec![zone.into()]));
    }
    let mut map = toml::Table::new();
    if !meta.environment.is_empty() {
        let envs = toml::Table::from_iter([(meta.environment.clone(), toml::Value::Table(env))]);
        map.insert("default_env".to_owned(), meta.environment.clone().into());
        map.insert("env".to_owned(), toml::Value::Table(envs));
    }
    map.insert("services".to_owned(), toml::Value::Table(services));
    map
}

/// A recorded resource as a table of a scenario; `None` for a kind that is not known.
fn resource(state: &State, now: Instant) -> Option<ResourceTable> {
    let kind = ResourceKind::deserialize(&state.kind).ok()?;
    let mut object = state.resource.clone();
    if kind == ResourceKind::JobRun {
        // its definition was not recorded: the world makes one of the run's name
        object.remove("job_definition_id");
    }
    let fields = to_toml(&Value::Object(object));
    Some(ResourceTable {
        kind,
        name: state.name.clone(),
        resource_name: None,
        status: state.status.clone().filter(|status| !status.is_empty()),
        fields: fields.as_table().cloned().unwrap_or_default(),
        changed_at: state.changed_at.map(|at| Offset(at - now)),
    })
}

/// JSON as TOML; nulls, which TOML has not, are left out.
fn to_toml(value: &Value) -> toml::Value {
    match value {
        Value::Null => toml::Value::String(String::new()),
        Value::Bool(value) => (*value).into(),
        Value::Number(number) => number.as_i64().map_or_else(
            || number.as_f64().unwrap_or_default().into(),
            toml::Value::from,
        ),
        Value::String(text) => text.clone().into(),
        Value::Array(items) => {
            let items = items.iter().filter(|item| !item.is_null());
            toml::Value::Array(items.map(to_toml).collect())
        }
        Value::Object(map) => {
            let pairs = map.iter().filter(|(_, value)| !value.is_null());
            toml::Value::Table(
                pairs
                    .map(|(key, value)| (key.clone(), to_toml(value)))
                    .collect(),
            )
        }
    }
}

#[cfg(test)]
mod tests;

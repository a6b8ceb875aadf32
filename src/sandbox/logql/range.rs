//! Range aggregations: samples out of entries, and one value per series and window `(t - range, t]`.

use std::sync::Arc;

use super::error::QueryError;
use super::filter::{LabelTest, StreamTest};
use super::hints::Hints;
use super::line_labels::{ERROR, LineLabels, PRESERVE_ERROR};
use super::pipeline::Pipeline;
use super::places::Places;
use super::quantity::{SECOND, parse_bytes, parse_float, parse_go_duration};
use super::tree::{Conversion, Grouping, RangeAggregation, RangeOp, Unwrap};
use super::vector::{Sample, moments};
use crate::model::{Labels, MatchOp, Selector};
use crate::sandbox::log_store::{LogStore, StoredEntry};

/// `__error__` of an unwrapped label that is not the number it should be.
const SAMPLE_ERROR: &str = "SampleExtractionErr";

/// All samples that a range aggregation may need, by series.
#[derive(Debug)]
pub(super) struct RangeData {
    /// The operation.
    op: RangeOp,
    /// Whether values were unwrapped, which changes what `rate` means.
    unwrapped: bool,
    /// The quantile.
    quantile: f64,
    /// Window length, nanoseconds.
    range: i64,
    /// How far back.
    offset: i64,
    /// By labels.
    series: Vec<Series>,
    /// What `absent_over_time` answers where nothing is.
    absent: Arc<Labels>,
}

/// A series.
#[derive(Debug)]
struct Series {
    /// Its labels.
    labels: Arc<Labels>,
    /// Nanoseconds and value, by time.
    samples: Vec<(i64, f64)>,
}

/// How an entry becomes a sample.
struct Sampler {
    /// The stages.
    pipeline: Pipeline,
    /// The label that holds the value, how it is read, and what is asked afterwards.
    unwrap: Option<(String, Conversion, Vec<LabelTest>)>,
    /// Samples count bytes.
    counts_bytes: bool,
    /// The result has no labels.
    no_labels: bool,
    /// Labels kept, or removed.
    groups: Vec<String>,
    /// Removed.
    without: bool,
}

impl RangeData {
    /// Takes the samples for evaluations between `first` and `last` out of the store.
    ///
    /// `pushed` is the grouping of a `sum` right around the aggregation, which Loki lets the parsers know.
    ///
    /// # Errors
    /// A selector or stage that Loki refuses.
    pub(super) fn load(
        store: &LogStore,
        aggregation: &RangeAggregation,
        pushed: Option<&Grouping>,
        (first, last): (i64, i64),
    ) -> Result<Self, QueryError> {
        let selector = StreamTest::new(&aggregation.log.selector)?;
        let sampler = Sampler::new(aggregation, pushed)?;
        let from = first
            .saturating_sub(aggregation.offset)
            .saturating_sub(aggregation.range);
        let to = last.saturating_sub(aggregation.offset);
        let mut labels = LineLabels::new();
        let mut collected = Collected::default();
        for (index, stream) in store.streams().iter().enumerate() {
            if !selector.selects(&stream.labels) {
                continue;
            }
            for entry in stream.window(from.saturating_add(1), to.saturating_add(1)) {
                if !sampler.pipeline.admits(&entry.line) {
                    continue;
                }
                if sampler.takes_all()
                    && let Some(place) = collected.places.plain(index, entry)
                {
                    collected.add(place, entry.at, sampler.size(&entry.line));
                    continue;
                }
                labels.reset(&stream.labels, entry);
                if let Some(value) = sampler.sample(entry, &mut labels) {
                    let place = collected.place(index, entry, &labels, &sampler);
                    collected.add(place, entry.at, value);
                }
            }
        }
        Ok(Self {
            op: aggregation.op,
            unwrapped: aggregation.unwrap.is_some(),
            quantile: aggregation.parameter.unwrap_or_default(),
            range: aggregation.range,
            offset: aggregation.offset,
            series: collected.series(),
            absent: Arc::new(absent_labels(&aggregation.log.selector)),
        })
    }

    /// The vector at an instant.
    ///
    /// # Errors
    /// An entry of the window whose pipeline failed.
    pub(super) fn at(&self, at: i64) -> Result<Vec<Sample>, QueryError> {
        let to = at.saturating_sub(self.offset);
        let from = to.saturating_sub(self.range);
        let mut out = Vec::new();
        for series in &self.series {
            let first = series.samples.partition_point(|(at, _)| *at <= from);
            let after = series.samples.partition_point(|(at, _)| *at <= to);
            if first >= after {
                continue;
            }
            let labels = &series.labels;
            if let Some(error) = labels.get(ERROR)
                && labels.get(PRESERVE_ERROR) != Some("true")
            {
                return Err(QueryError::pipeline(error, labels));
            }
            let value = self.value(&series.samples[first..after]);
            out.push(Sample {
                labels: Arc::clone(labels),
                value,
            });
        }
        if self.op == RangeOp::Absent {
            let absent = Sample {
                labels: Arc::clone(&self.absent),
                value: 1.0,
            };
            return Ok(if out.is_empty() {
                vec![absent]
            } else {
                Vec::new()
            });
        }
        Ok(out)
    }

    /// The value of a window, which is not empty.
    fn value(&self, samples: &[(i64, f64)]) -> f64 {
        let values = || samples.iter().map(|(_, value)| *value);
        let count = samples.len() as f64;
        let seconds = self.range as f64 / SECOND as f64;
        match self.op {
            RangeOp::Count | RangeOp::Absent => count,
            RangeOp::Rate if !self.unwrapped => count / seconds,
            RangeOp::Rate | RangeOp::BytesRate => values().sum::<f64>() / seconds,
            RangeOp::RateCounter => counter_rate(samples, self.range),
            RangeOp::Bytes | RangeOp::Sum => values().sum(),
            RangeOp::Avg => moments(values()).0,
            RangeOp::Stdvar => moments(values()).1,
            RangeOp::Stddev => moments(values()).1.sqrt(),
            RangeOp::Min => values().fold(f64::NAN, f64::min),
            RangeOp::Max => values().fold(f64::NAN, f64::max),
            RangeOp::First => values().next().unwrap_or(f64::NAN),
            RangeOp::Last => values().next_back().unwrap_or(f64::NAN),
            RangeOp::Quantile => quantile(self.quantile, values().collect()),
        }
    }
}

impl Sampler {
    /// Compiles how entries become samples, with the hints that Loki would give its parsers.
    fn new(aggregation: &RangeAggregation, pushed: Option<&Grouping>) -> Result<Self, QueryError> {
        let grouping = aggregation.grouping.as_ref().or(pushed);
        let mut without = grouping.is_some_and(|grouping| grouping.without);
        let mut groups = grouping
            .map(|grouping| grouping.labels.clone())
            .unwrap_or_default();
        let absent = aggregation.op == RangeOp::Absent;
        let no_labels = absent || (grouping.is_some() && groups.is_empty() && !without);
        let pipeline = Pipeline::new(&aggregation.log.stages)?;
        let mut used = pipeline.used_labels();
        let unwrap = aggregation
            .unwrap
            .as_ref()
            .map(compile_unwrap)
            .transpose()?;
        if let Some((label, _, filters)) = &unwrap {
            if groups.is_empty() || without {
                without = true;
                groups.push(label.clone());
            }
            used.push(label.clone());
            for filter in filters {
                filter.names(&mut used);
            }
        }
        let hints = Hints::new(used, &groups, without, no_labels);
        Ok(Self {
            pipeline: pipeline.with_hints(hints),
            unwrap,
            counts_bytes: matches!(aggregation.op, RangeOp::Bytes | RangeOp::BytesRate),
            no_labels,
            groups,
            without,
        })
    }

    /// Whether every admitted entry is a sample, with the labels that it came with.
    fn takes_all(&self) -> bool {
        self.unwrap.is_none() && self.pipeline.is_filter()
    }

    /// The sample of a line that nothing was unwrapped from: its bytes, or one.
    fn size(&self, line: &str) -> f64 {
        if self.counts_bytes {
            line.len() as f64
        } else {
            1.0
        }
    }

    /// An admitted entry's sample; `None` where a filter dropped it or the label is missing.
    fn sample<'a>(&self, entry: &'a StoredEntry, labels: &mut LineLabels<'a>) -> Option<f64> {
        let line = self.pipeline.run(entry.at, &entry.line, labels)?;
        let Some((label, conversion, filters)) = &self.unwrap else {
            return Some(self.size(&line));
        };
        let text = labels.get(label).filter(|text| !text.is_empty())?;
        let read = match conversion {
            Conversion::Number => parse_float(text),
            Conversion::Bytes => parse_bytes(text).map(|bytes| bytes as f64),
            Conversion::Duration | Conversion::DurationSeconds => {
                parse_go_duration(text).map(|nanos| nanos as f64 / SECOND as f64)
            }
        };
        let value = read.unwrap_or_else(|why| {
            labels.set_error(SAMPLE_ERROR, Some(why));
            0.0
        });
        filters
            .iter()
            .all(|filter| filter.passes(labels))
            .then_some(value)
    }

    /// The labels of an entry's series. An entry with an error keeps all, so that the error is not lost.
    fn series_labels(&self, labels: &LineLabels<'_>) -> Labels {
        if !labels.error().is_empty() {
            return labels.labels();
        }
        if self.no_labels {
            return Labels::default();
        }
        let mut all = labels.labels();
        if !self.groups.is_empty() {
            all.0
                .retain(|name, _| self.groups.contains(name) != self.without);
        }
        all
    }
}

/// Compiles `| unwrap`.
fn compile_unwrap(unwrap: &Unwrap) -> Result<(String, Conversion, Vec<LabelTest>), QueryError> {
    let filters = unwrap
        .filters
        .iter()
        .map(LabelTest::new)
        .collect::<Result<_, _>>()?;
    Ok((unwrap.label.clone(), unwrap.conversion, filters))
}

/// Samples by series, while they are collected.
#[derive(Default)]
struct Collected {
    /// Position in `samples`.
    places: Places,
    /// Samples.
    samples: Vec<Vec<(i64, f64)>>,
}

impl Collected {
    /// The place of an entry with these labels.
    fn place(
        &mut self,
        stream: usize,
        entry: &StoredEntry,
        labels: &LineLabels<'_>,
        sampler: &Sampler,
    ) -> usize {
        let place = self
            .places
            .place(stream, entry, labels, || sampler.series_labels(labels));
        if place == self.samples.len() {
            self.samples.push(Vec::new());
        }
        place
    }

    /// Adds a sample.
    fn add(&mut self, place: usize, at: i64, value: f64) {
        self.samples[place].push((at, value));
    }

    /// The series, samples by time. Several streams may have fed one series.
    fn series(mut self) -> Vec<Series> {
        self.places
            .into_sorted()
            .map(|(labels, place)| {
                let mut samples = std::mem::take(&mut self.samples[place]);
                samples.sort_by_key(|(at, _)| *at);
                Series {
                    labels: Arc::new(labels),
                    samples,
                }
            })
            .collect()
    }
}

/// The labels that `absent_over_time` can know: those of equality matchers, where a name has only one matcher.
fn absent_labels(selector: &Selector) -> Labels {
    let mut labels = Labels::default();
    let mut unsure = Vec::new();
    for matcher in &selector.0 {
        if matcher.op == MatchOp::Equal && labels.get(&matcher.name).is_none() {
            labels.insert(&matcher.name, &matcher.value);
        } else {
            unsure.push(&matcher.name);
        }
    }
    labels
        .0
        .retain(|name, value| !unsure.contains(&name) && !value.is_empty());
    labels
}

/// The quantile of values, between neighbours in proportion, as Prometheus computes it.
fn quantile(q: f64, mut values: Vec<f64>) -> f64 {
    if values.is_empty() || q.is_nan() {
        return f64::NAN;
    }
    if q < 0.0 {
        return f64::NEG_INFINITY;
    }
    if q > 1.0 {
        return f64::INFINITY;
    }
    values.sort_by(f64::total_cmp);
    let rank = q * (values.len() - 1) as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the last index"
    )]
    let lower = rank.floor() as usize;
    let upper = (lower + 1).min(values.len() - 1);
    let weight = rank - rank.floor();
    values[lower] * (1.0 - weight) + values[upper] * weight
}

/// The rate per second of a counter that may restart, extrapolated as Loki does.
///
/// Loki took the formula from Prometheus, where times are milliseconds, but feeds it nanoseconds: the window's length
/// then weighs a millionth of what it should, and the extrapolation all but vanishes. Clients see that, so it is kept.
fn counter_rate(samples: &[(i64, f64)], range: i64) -> f64 {
    let ([(first_at, first), ..], [.., (last_at, last)]) = (samples, samples) else {
        return 0.0;
    };
    if samples.len() < 2 || first_at == last_at {
        return 0.0;
    }
    let restarts: f64 = samples
        .windows(2)
        .filter(|pair| pair[1].1 < pair[0].1)
        .map(|pair| pair[0].1)
        .sum();
    let increase = last - first + restarts;
    let seconds = range as f64 / SECOND as f64;
    let covered = (last_at - first_at) as f64 / 1000.0;
    let between = covered / (samples.len() - 1) as f64;
    let mut to_start = seconds;
    if increase > 0.0 && *first >= 0.0 {
        to_start = to_start.min(covered * (first / increase));
    }
    if to_start >= between * 1.1 {
        to_start = between / 2.0;
    }
    increase * ((covered + to_start) / covered) / seconds
}

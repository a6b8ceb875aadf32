//! `OpenMetrics` text, as far as tests need it: series into text that `promtool` loads, and recorded text into series.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::model::{Labels, Sample, Series};
use crate::sandbox::metric_store::METRIC_NAME;
use crate::sandbox::promql::numbers::go_plain;

/// Series as text, each metric's series together, as the format demands.
pub(crate) fn render(series: &[Series]) -> String {
    let mut metrics: BTreeMap<&str, Vec<&Series>> = BTreeMap::new();
    for one in series {
        metrics
            .entry(one.labels.get(METRIC_NAME).unwrap())
            .or_default()
            .push(one);
    }
    let mut out = String::new();
    for (name, series) in metrics {
        writeln!(out, "# TYPE {name} unknown").unwrap();
        for one in series {
            let labels = one.labels.iter().filter(|(label, _)| *label != METRIC_NAME);
            let labels: Vec<String> = labels
                .map(|(label, value)| format!("{label}={}", serde_json::Value::from(value)))
                .collect();
            for sample in &one.samples {
                writeln!(
                    out,
                    "{name}{{{}}} {} {:.3}",
                    labels.join(","),
                    go_plain(sample.value),
                    sample.at_seconds
                )
                .unwrap();
            }
        }
    }
    out.push_str("# EOF\n");
    out
}

/// The series of a recorded text, one sample a line.
pub(crate) fn parse(text: &str) -> Vec<Series> {
    let mut series: BTreeMap<Labels, Vec<Sample>> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (labels, numbers) = if let Some((selector, numbers)) = line.split_once('}') {
            let (name, pairs) = selector.split_once('{').unwrap();
            let pairs = pairs
                .split("\",")
                .filter(|pair| !pair.is_empty())
                .map(|pair| {
                    let (label, value) = pair.split_once("=\"").unwrap();
                    (label, value.trim_end_matches('"'))
                });
            (
                std::iter::once((METRIC_NAME, name)).chain(pairs).collect(),
                numbers,
            )
        } else {
            let (name, numbers) = line.split_once(' ').unwrap();
            ([(METRIC_NAME, name)].into_iter().collect(), numbers)
        };
        let mut numbers = numbers
            .split_whitespace()
            .map(|number| number.parse().unwrap());
        let value = numbers.next().unwrap();
        series.entry(labels).or_default().push(Sample {
            at_seconds: numbers.next().unwrap(),
            value,
        });
    }
    series
        .into_iter()
        .map(|(labels, samples)| Series { labels, samples })
        .collect()
}

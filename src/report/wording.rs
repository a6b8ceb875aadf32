//! A fact in words: the title and the evidence of a finding.
//!
//! Times stay out of the texts: they are fields, and the renderer knows the reader's clock. Log lines are shown with their
//! control characters escaped, for a line may hold anything.

use chrono::TimeDelta;

use super::{events, probes};
use crate::analysis::{Analysis, Detail, Fact, JudgedSeries, LogGroup, Seen, Sign};
use crate::evidence::Evidence;
use crate::model::messages::{machines, report as say};
use crate::model::{Breach, Lang, Unit};

/// Characters of a sample line in evidence.
const SAMPLE_CHARS: usize = 480;

/// Characters of a line in a title.
const TITLE_CHARS: usize = 110;

/// What the words are made from.
pub(super) struct Wording<'a> {
    /// The facts' details.
    pub(super) analysis: &'a Analysis,
    /// For the queries.
    pub(super) evidence: &'a Evidence,
    /// The reader's language.
    pub(super) lang: Lang,
}

impl Wording<'_> {
    /// The title of a fact's finding.
    pub(super) fn title(&self, fact: &Fact) -> String {
        let lang = self.lang;
        match &fact.detail {
            Detail::Group(index) => self.group_title(fact, *index),
            Detail::Series(index) => self.series_title(fact, *index),
            Detail::Resource {
                name,
                status,
                message,
                ..
            } => {
                let title = match fact.sign {
                    Sign::Changed => say::changed(lang, &printable(name, TITLE_CHARS)),
                    Sign::Maintenance => say::maintenance(lang, &printable(name, TITLE_CHARS)),
                    _ => say::status(lang, &printable(name, TITLE_CHARS), &printable(status, 40)),
                };
                match message {
                    Some(message) => format!("{title} ({})", printable(message, TITLE_CHARS)),
                    None => title,
                }
            }
            Detail::Copies { count, .. } if fact.sign == Sign::Restarts => {
                say::restarts(lang, *count as u64)
            }
            Detail::Copies { count, .. } => say::new_copies(lang, *count as u64),
            Detail::Differs {
                field,
                value,
                bad,
                good,
            } => say::differs(
                lang,
                &printable(field, 40),
                &printable(value, 70),
                *bad,
                *good,
            ),
            Detail::Version { old, new } => {
                say::new_version(lang, &printable(old, 60), &printable(new, 60))
            }
            Detail::Failing {
                failed, requests, ..
            } => say::failing(lang, failed / requests.max(1.0)),
            Detail::Rate { before, now } if fact.sign == Sign::SlowRequests => {
                say::slow(lang, milliseconds(*before), milliseconds(*now))
            }
            Detail::Rate { before, now } => {
                let rate = |value| say::amount(lang, Unit::PerSecond, value);
                say::traffic(lang, &rate(*before), &rate(*now))
            }
            Detail::Silence { per_minute } => say::silence(lang, *per_minute),
            Detail::Machine { seen, .. } => machine_title(seen, lang),
            Detail::Alert { .. } | Detail::Run { .. } | Detail::Call { .. } => {
                events::title(fact, lang)
            }
            Detail::Probe { seen, .. } => probes::title(seen, lang),
            Detail::AfterChange { changed, .. } => {
                let since = fact.since.unwrap_or(*changed);
                say::after_change(lang, (since - *changed).abs())
            }
        }
    }

    /// The title of a group of lines.
    fn group_title(&self, fact: &Fact, index: usize) -> String {
        let text = self
            .group(fact, index)
            .map(|group| printable(&group.sample, TITLE_CHARS))
            .unwrap_or_default();
        match fact.sign {
            Sign::NewErrors => say::new_errors(self.lang, &text),
            Sign::MoreErrors => say::more_errors(self.lang, &text),
            Sign::ConstantErrors => say::constant_errors(self.lang, &text),
            Sign::NewWarnings => say::new_warnings(self.lang, &text),
            _ => say::new_lines(self.lang, &text),
        }
    }

    /// The title of a series.
    fn series_title(&self, fact: &Fact, index: usize) -> String {
        let Some(series) = self.analysis.series.get(index) else {
            return fact.sign.as_str().to_owned();
        };
        let lang = self.lang;
        let title = self.series_name(series);
        let amount = |value: Option<f64>| {
            value.map_or_else(
                || say::nothing(lang),
                |value| say::amount(lang, series.unit, value),
            )
        };
        match fact.sign {
            Sign::Threshold => {
                let limit =
                    series
                        .threshold
                        .as_ref()
                        .zip(series.breach)
                        .and_then(|(threshold, breach)| {
                            if breach.breach == Breach::Critical {
                                threshold.critical
                            } else {
                                threshold.warning
                            }
                        });
                let (lasts, ongoing) = series.breach.map_or((TimeDelta::zero(), false), |breach| {
                    (breach.lasts, breach.ongoing)
                });
                say::threshold(
                    lang,
                    &title,
                    &amount(series.now),
                    &amount(limit),
                    lasts,
                    ongoing,
                )
            }
            Sign::Peak => say::peak(lang, &title, &amount(series.max)),
            Sign::NoData => say::no_data(lang, &title),
            Sign::AtLimit => {
                say::at_limit(lang, &title, &amount(series.baseline), &amount(series.now))
            }
            _ => say::shift(
                lang,
                &title,
                &amount(series.baseline),
                &amount(series.shift.map(|shift| shift.level)),
            ),
        }
    }

    /// A metric's name, with what tells the series from others.
    pub(super) fn series_name(&self, series: &JudgedSeries) -> String {
        let title = series.title.text(self.lang);
        if series.series.is_empty() {
            title.to_owned()
        } else {
            format!("{title} ({})", printable(&series.series, 60))
        }
    }

    /// What a fact rests on: query, counts, samples.
    pub(super) fn evidence(&self, fact: &Fact) -> Vec<String> {
        let lang = self.lang;
        match &fact.detail {
            Detail::Group(index) | Detail::AfterChange { group: index, .. } => {
                self.group_evidence(fact, *index)
            }
            Detail::Series(index) => {
                let Some(series) = self.analysis.series.get(*index) else {
                    return Vec::new();
                };
                let amount = |value: Option<f64>| {
                    value.map_or_else(
                        || say::nothing(lang),
                        |value| say::amount(lang, series.unit, value),
                    )
                };
                vec![
                    series.expr.clone(),
                    say::values(
                        lang,
                        &amount(series.now),
                        &amount(series.baseline),
                        &amount(series.max),
                    ),
                ]
            }
            Detail::Resource {
                name,
                status,
                message,
                ..
            } => {
                let mut lines = vec![format!(
                    "{}: {}",
                    printable(name, 80),
                    printable(status, 40)
                )];
                lines.extend(
                    message
                        .iter()
                        .map(|message| printable(message, SAMPLE_CHARS)),
                );
                lines
            }
            Detail::Copies { lines, .. } => lines
                .iter()
                .take(6)
                .map(|line| printable(line, SAMPLE_CHARS))
                .collect(),
            Detail::Differs { .. } => self.query(&fact.service).into_iter().collect(),
            Detail::Version { old, new } => {
                vec![format!("{} -> {}", printable(old, 60), printable(new, 60))]
            }
            Detail::Failing {
                failed,
                requests,
                usual,
            } => {
                let counts =
                    say::failing_counts(lang, rounded(*failed), rounded(*requests), *usual);
                self.query(&fact.service)
                    .into_iter()
                    .chain([counts])
                    .collect()
            }
            Detail::Machine { command, line, .. } => {
                vec![command.clone(), printable(line, SAMPLE_CHARS)]
            }
            Detail::Probe { url, times, .. } => probes::evidence(url, *times),
            Detail::Rate { .. } | Detail::Silence { .. } => {
                self.query(&fact.service).into_iter().collect()
            }
            Detail::Alert { .. } | Detail::Run { .. } | Detail::Call { .. } => {
                events::evidence(fact, lang)
            }
        }
    }

    /// Query, counts, sample, routes and frames of a group.
    fn group_evidence(&self, fact: &Fact, index: usize) -> Vec<String> {
        /// Routes that are listed.
        const ROUTES: usize = 5;
        let Some(group) = self.group(fact, index) else {
            return Vec::new();
        };
        let mut lines: Vec<String> = self.query(&fact.service).into_iter().collect();
        lines.push(say::counts(
            self.lang,
            rounded(group.now),
            rounded(group.before),
            group.estimated,
        ));
        lines.push(say::sample(
            self.lang,
            &printable(&group.sample, SAMPLE_CHARS),
        ));
        lines.extend(
            group
                .frames
                .iter()
                .map(|frame| printable(frame, SAMPLE_CHARS)),
        );
        let mut routes: Vec<(&String, &u64)> = group.routes.iter().collect();
        routes.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
        if !routes.is_empty() {
            let list: Vec<String> = routes
                .iter()
                .take(ROUTES)
                .map(|(route, count)| format!("{} ({count})", printable(route, 80)))
                .collect();
            lines.push(say::routes(self.lang, &list.join(", ")));
        }
        lines
    }

    /// The group that a fact speaks of.
    fn group(&self, fact: &Fact, index: usize) -> Option<&LogGroup> {
        self.analysis.logs.get(&fact.service)?.groups.get(index)
    }

    /// The log query that was asked for a service: the first of its slices.
    fn query(&self, service: &str) -> Option<String> {
        let queries = self
            .evidence
            .log_summaries()
            .filter(|summary| summary.service == service);
        queries
            .min_by_key(|summary| (summary.window.from, summary.query.clone()))
            .map(|summary| summary.query.clone())
    }
}

/// The title of what a machine shows.
fn machine_title(seen: &Seen, lang: Lang) -> String {
    let short = |text: &str| printable(text, 80);
    match seen {
        Seen::Container { name, status } => machines::container(lang, &short(name), &short(status)),
        Seen::FileSystem {
            mount,
            percent,
            inodes: true,
        } => machines::inodes(lang, &short(mount), *percent),
        Seen::FileSystem { mount, percent, .. } => machines::disk(lang, &short(mount), *percent),
        Seen::Memory { available, total } => {
            machines::memory(lang, &short(available), &short(total))
        }
        Seen::Killed { process, times } => machines::killed(lang, &short(process), *times),
        Seen::Unit { name } => machines::unit(lang, &short(name)),
    }
}

/// Milliseconds as a length of time.
fn milliseconds(millis: f64) -> TimeDelta {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "saturates; durations in logs may be anything"
    )]
    let micros = (millis * 1000.0) as i64;
    TimeDelta::microseconds(micros)
}

/// A weighted count as a whole number.
pub(super) fn rounded(count: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates; counts are never negative"
    )]
    let count = count.round() as u64;
    count
}

/// A text of unknown origin in at most so many characters, with everything that could steer a terminal escaped.
pub(super) fn printable(text: &str, chars: usize) -> String {
    let mut out = String::new();
    for (index, c) in text.trim().chars().enumerate() {
        if index >= chars {
            out.push('…');
            break;
        }
        if c == '\t' || c == '\n' {
            out.push(' ');
        } else if c.is_control() || is_invisible(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// Characters that show nothing and reorder or hide what stands around them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_line_cannot_drive_the_terminal() {
        let shown = printable("\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}txt.exe\r", 200);
        assert!(
            shown.chars().all(|c| !c.is_control() && !is_invisible(c)),
            "{shown}"
        );
        assert!(shown.contains("\\u{1b}"));
        assert_eq!(printable(&"é".repeat(500), 10).chars().count(), 11);
    }
}

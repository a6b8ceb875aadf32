//! What stands before the message of a whole line, and where does it end? By what most lines have in common: no format is known.
//!
//! A header is a time, a level, or both, and what follows them in nearly every line: fields in brackets, dashes and bars, a name
//! that ends in a colon, a padded column. What varies by its form alone (a process's number) needs no cutting: it is a value
//! anyway. Where most lines have neither time nor level there is no header, and nothing is cut: a message must not lose words.

use std::collections::BTreeSet;

use super::family::LineForm;
use super::field::{Field, Kind, fields};
use super::piece::Piece;

/// The share of lines that must have something in the same place for it to be the header's. Lines of another form (stack traces,
/// banners, a few services that have no process number) are expected; a message that happens to begin like that is not so common.
const NEARLY_ALL: f64 = 0.9;

/// The share of lines that must bear a time for it to be the header's: the rest may be continuations.
const MOST: f64 = 0.5;

/// Fields in which times are looked for, and fields behind them in which a level is.
const TIME_WITHIN: usize = 8;
/// See [`TIME_WITHIN`].
const LEVEL_WITHIN: usize = 5;
/// Fields within which a dash, a bracket or a colon ends a part of the header: names of programs may have spaces.
const END_WITHIN: usize = 4;
/// Texts that a padded column may hold: more are the beginnings of messages.
const MOST_COLUMN_TEXTS: usize = 64;
/// Parts that a header may have.
const MOST_STEPS: usize = 8;

/// A part of a header behind time and level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The next field, which is in brackets, a time or a dash.
    Direct,
    /// Up to a dash or a bar.
    Dash,
    /// Up to a field in brackets.
    Bracket,
    /// A padded column.
    Column,
    /// Up to a colon: the last part.
    Colon,
}

/// What stands before the message of a line.
#[derive(Debug, Clone, Default)]
pub(super) struct Header {
    /// How many times it has.
    times: usize,
    /// Whether it has a level.
    level: bool,
    /// What follows.
    steps: Vec<Step>,
}

/// Forms of lines, with how many lines each stands for.
struct Crowd {
    /// The fields, and the weight.
    lines: Vec<(Vec<Field>, f64)>,
    /// The weight of all.
    total: f64,
}

impl Header {
    /// Learns the header from forms of lines.
    pub(super) fn learn(forms: &[LineForm<'_>]) -> Self {
        let lines: Vec<(Vec<Field>, f64)> = forms
            .iter()
            .map(|(pieces, line, count)| (fields(pieces, line), *count as f64))
            .collect();
        let crowd = Crowd {
            total: lines.iter().map(|(_, weight)| weight).sum(),
            lines,
        };
        let mut header = Self::default();
        let timed = crowd.weight(|fields| times(fields).next().is_some());
        if timed >= MOST * crowd.total && timed > 0.0 {
            let has = |count: usize| crowd.weight(|fields| times(fields).nth(count - 1).is_some());
            header.times = (2..=3)
                .take_while(|count| has(*count) >= NEARLY_ALL * timed)
                .last()
                .unwrap_or(1);
        }
        let whole = if header.times > 0 { timed } else { crowd.total };
        let levelled = crowd.weight(|fields| header.level_end(fields).is_some());
        header.level = levelled > 0.0 && levelled >= NEARLY_ALL * whole;
        if header.times > 0 || header.level {
            header.learn_steps(&crowd);
        }
        header
    }

    /// How many pieces of a line are its header; 0 where it has none.
    pub(super) fn length(&self, pieces: &[Piece], line: &[u8]) -> usize {
        if self.times == 0 && !self.level {
            return 0;
        }
        let fields = fields(pieces, line);
        match self.end(&fields) {
            Some(end) if end > 0 => fields[end - 1].end,
            _ => 0,
        }
    }

    /// How many fields the header of a line takes; `None` where it has none.
    fn end(&self, fields: &[Field]) -> Option<usize> {
        let start = self.start(fields)?;
        let walk = |at: usize, step: &Step| at + step_length(*step, &fields[at..]).unwrap_or(0);
        Some(self.steps.iter().fold(start, walk))
    }

    /// How many fields end with time and level.
    fn start(&self, fields: &[Field]) -> Option<usize> {
        let level = if self.level {
            self.level_end(fields)
        } else {
            None
        };
        let time = times(fields).take(self.times).last();
        level.max(time)
    }

    /// How many fields end with the level that follows the first time, or the last where the line has as many as others.
    fn level_end(&self, fields: &[Field]) -> Option<usize> {
        let mut from = 0;
        if self.times > 0 {
            from = times(fields).take(self.times).last()?;
        }
        let before = (0..from).rev();
        (from..fields.len().min(from + LEVEL_WITHIN))
            .chain(before)
            .find(|at| fields[*at].kind == Kind::Level)
            .map(|at| at + 1)
    }

    /// Learns what follows time and level.
    fn learn_steps(&mut self, crowd: &Crowd) {
        let base = crowd.weight(|fields| self.start(fields).is_some());
        while self.steps.len() < MOST_STEPS {
            let Some(step) = self.next_step(crowd, base) else {
                return;
            };
            self.steps.push(step);
            if step == Step::Colon {
                return;
            }
        }
    }

    /// What nearly all lines have next.
    fn next_step(&self, crowd: &Crowd, base: f64) -> Option<Step> {
        let share = |test: &dyn Fn(&[Field]) -> bool| {
            let test = |fields: &Vec<Field>| {
                let rest = self.end(fields).map(|end| &fields[end..]);
                rest.is_some_and(|rest| !rest.is_empty() && test(rest))
            };
            crowd.weight(test) / base
        };
        let has = |step: Step| share(&|rest| step_length(step, rest).is_some()) >= NEARLY_ALL;
        let named = |rest: &[Field]| {
            let end = step_length(Step::Colon, rest);
            end.is_some_and(|end| end > 1 || rest[0].detailed)
        };
        let few = || {
            let texts = crowd.lines.iter().filter_map(|(fields, _)| {
                let end = self.end(fields)?;
                fields.get(end).map(|field| field.text)
            });
            texts.collect::<BTreeSet<u64>>().len() <= MOST_COLUMN_TEXTS
        };
        [
            Step::Direct,
            Step::Dash,
            Step::Bracket,
            Step::Colon,
            Step::Column,
        ]
        .into_iter()
        .find(|step| {
            has(*step)
                && match step {
                    // Without a level, a plain word before a colon may be the message's own: "Connected: …".
                    Step::Colon => self.level || share(&named) >= MOST,
                    Step::Column => few(),
                    _ => true,
                }
        })
    }
}

impl Crowd {
    /// The weight of the lines that pass a test.
    fn weight(&self, test: impl Fn(&Vec<Field>) -> bool) -> f64 {
        let passing = self.lines.iter().filter(|(fields, _)| test(fields));
        passing.map(|(_, weight)| weight).sum()
    }
}

/// How many fields end with each time.
fn times(fields: &[Field]) -> impl Iterator<Item = usize> + '_ {
    let near = fields.iter().take(TIME_WITHIN).enumerate();
    near.filter(|(_, field)| field.kind == Kind::Time)
        .map(|(at, _)| at + 1)
}

/// How many of the next fields a part takes; `None` where they are not such a part.
fn step_length(step: Step, rest: &[Field]) -> Option<usize> {
    let within = |kind: Kind| {
        let near = rest.iter().take(END_WITHIN);
        near.map(|field| field.kind)
            .position(|other| other == kind)
            .map(|at| at + 1)
    };
    match step {
        Step::Direct => rest
            .first()
            .is_some_and(|field| matches!(field.kind, Kind::Bracket | Kind::Dash | Kind::Time))
            .then_some(1),
        Step::Dash => within(Kind::Dash),
        Step::Bracket => within(Kind::Bracket),
        Step::Colon => within(Kind::Colon),
        Step::Column => rest
            .first()
            .is_some_and(|field| field.padded && field.kind == Kind::Other)
            .then_some(1),
    }
}

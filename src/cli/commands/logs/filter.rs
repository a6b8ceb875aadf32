//! Which lines are wanted, whatever the server has left out already? In: the flags. Out: a yes or no for each line.

use std::cell::OnceCell;
use std::sync::Arc;

use regex::Regex;

use super::super::super::args::{LevelChoice, LogsArgs};
use super::super::super::exit::Failure;
use crate::analysis::{Level, LineFields, open, written_line};
use crate::evidence::LogRecord;
use crate::model::messages::cli as text;
use crate::model::messages::logs as words;
use crate::model::{Labels, Lang, UnixNanos};
use crate::plan::{FieldTest, FieldTestFault};

/// Which lines are wanted.
#[derive(Debug, Default)]
pub(super) struct Filter {
    /// Each must match.
    grep: Vec<Regex>,
    /// None may match.
    exclude: Vec<Regex>,
    /// Each must stand in the line.
    contains: Vec<String>,
    /// None may.
    lacks: Vec<String>,
    /// This bad at least.
    level: Option<Level>,
    /// Each must hold.
    tests: Vec<FieldTest>,
}

impl Filter {
    /// The filter that the flags want.
    ///
    /// # Errors
    /// A pattern or test that does not hold.
    pub(super) fn of(args: &LogsArgs, lang: Lang) -> Result<Self, Failure> {
        let patterns = |flag: &str, patterns: &[String]| -> Result<Vec<Regex>, Failure> {
            let parse = |pattern: &String| {
                Regex::new(pattern).map_err(|error| bad_pattern(flag, &error.to_string(), lang))
            };
            patterns.iter().map(parse).collect()
        };
        let tests = args.tests.iter().map(|test| {
            FieldTest::parse(test).map_err(|fault| match fault {
                FieldTestFault::Pattern(why) => bad_pattern("--where", &why, lang),
                FieldTestFault::Form => Failure::usage(
                    words::bad_test(lang, test),
                    Some(words::bad_test_hint(lang)),
                ),
                FieldTestFault::NoNumber(value) => Failure::usage(
                    words::no_number(lang, test, &value),
                    Some(words::no_number_hint(lang)),
                ),
            })
        });
        Ok(Self {
            grep: patterns("--grep", &args.grep)?,
            exclude: patterns("--exclude", &args.exclude)?,
            contains: args.contains.clone(),
            lacks: args.not_contains.clone(),
            level: args.level.map(LevelChoice::level),
            tests: tests.collect::<Result<_, _>>()?,
        })
    }

    /// Whether it lets everything through.
    pub(super) fn is_empty(&self) -> bool {
        self.grep.is_empty()
            && self.exclude.is_empty()
            && self.contains.is_empty()
            && self.lacks.is_empty()
            && self.level.is_none()
            && self.tests.is_empty()
    }

    /// Texts that must stand in every line that it lets through.
    pub(super) fn literals(&self) -> impl Iterator<Item = &str> {
        let plain = |pattern: &&Regex| regex::escape(pattern.as_str()) == pattern.as_str();
        let greps = self.grep.iter().filter(plain).map(Regex::as_str);
        self.contains.iter().map(String::as_str).chain(greps)
    }

    /// What is asked of fields.
    pub(super) fn tests(&self) -> &[FieldTest] {
        &self.tests
    }

    /// Whether a line is wanted. Patterns and texts look at the line as the program wrote it, and at its text once opened.
    pub(super) fn accepts(&self, labels: &Arc<Labels>, at: UnixNanos, line: &str) -> bool {
        if self.is_empty() {
            return true;
        }
        let written = written_line(line);
        let opened = OnceCell::new();
        let opened = || opened.get_or_init(|| open(&record(labels, at, line)));
        let has = |test: &dyn Fn(&str) -> bool| test(&written) || test(&opened().message);
        let fields_hold = || {
            let fields = LineFields::of(&written);
            let holds = |test: &FieldTest| test.holds(fields.text(&test.name).as_deref());
            self.tests.iter().all(holds)
        };
        self.contains
            .iter()
            .all(|text| has(&|line| line.contains(text.as_str())))
            && self
                .grep
                .iter()
                .all(|regex| has(&|line| regex.is_match(line)))
            && (self.tests.is_empty() || fields_hold())
            && !self
                .lacks
                .iter()
                .any(|text| has(&|line| line.contains(text.as_str())))
            && !self
                .exclude
                .iter()
                .any(|regex| has(&|line| regex.is_match(line)))
            && self.level.is_none_or(|level| opened().level >= level)
    }
}

/// An entry as a record of no service.
pub(super) fn record(labels: &Arc<Labels>, at: UnixNanos, line: &str) -> LogRecord {
    LogRecord {
        service: String::new(),
        ts: at.instant(),
        labels: labels.clone(),
        line: line.to_owned(),
        metadata: None,
    }
}

/// What is wrong with a pattern, in the parser's last words, which say why.
fn bad_pattern(flag: &str, error: &str, lang: Lang) -> Failure {
    let why = error
        .lines()
        .last()
        .unwrap_or_default()
        .trim()
        .trim_start_matches("error: ")
        .trim_end_matches('.');
    Failure::usage(
        text::bad_pattern(lang, flag, why),
        Some(text::bad_pattern_hint(lang)),
    )
}

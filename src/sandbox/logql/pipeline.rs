//! A pipeline, compiled: what becomes of a line and its labels?
//!
//! In: an entry. Out: the line as the last stage left it, or nothing where a filter dropped it; the labels are changed
//! in place. Nothing is allocated before a stage changes something.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::error::QueryError;
use super::extract::{Extractor, PathStep, parse_path};
use super::filter::{LabelTest, LineTest, TextTest};
use super::go_regex::compile;
use super::hints::Hints;
use super::line_labels::{ERROR, ERROR_DETAILS, LineLabels, Origin, PRESERVE_ERROR};
use super::metric_parser::is_label_name;
use super::pattern::Pattern;
use super::template::{Entry, Template};
use super::tree::{Extraction, LabelFormat, NamedMatcher, Stage};

/// `__error__` of a template that failed.
const TEMPLATE_ERROR: &str = "TemplateFormatErr";

/// ANSI control sequences: an introducer, then parameters and a final character, or text up to a bell.
static ANSI: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        "[\u{1b}\u{9b}][\\[\\]()#;?]*(?:(?:(?:[a-zA-Z0-9]*(?:;[a-zA-Z0-9]*)*)?\u{7})\
         |(?:(?:[0-9]{1,4}(?:;[0-9]{0,4})*)?[0-9A-PRZcf-ntqry=><~]))",
    )
    .expect("the pattern is a constant and covered by a test")
});

/// See the module.
#[derive(Debug)]
pub(super) struct Pipeline {
    /// Line filters that come first: they need no labels.
    first: Vec<LineTest>,
    /// The other stages, in order.
    stages: Vec<Step>,
    /// What parsers may leave out.
    hints: Hints,
}

/// A stage.
#[derive(Debug)]
enum Step {
    /// Drops lines.
    Line(LineTest),
    /// Drops entries.
    Labels(LabelTest),
    /// Makes labels from the line.
    Extract(Extractor),
    /// Strips control sequences.
    Decolorize,
    /// Replaces the line.
    LineFormat(Template),
    /// Sets labels.
    LabelFormat(Vec<Format>),
    /// Removes labels.
    Drop(Vec<NameTest>),
    /// Removes all other labels.
    Keep(Vec<NameTest>),
}

/// One assignment of `label_format`.
#[derive(Debug)]
enum Format {
    /// New name, old name.
    Rename(String, String),
    /// Label, its template.
    Template(String, Template),
}

/// A label by name, perhaps only with a certain value.
#[derive(Debug)]
struct NameTest {
    /// The name.
    name: String,
    /// The value, where one is asked for.
    value: Option<TextTest>,
}

impl NameTest {
    /// Compiles one.
    fn new(named: &NamedMatcher) -> Result<Self, QueryError> {
        Ok(match named {
            NamedMatcher::Name(name) => Self {
                name: name.clone(),
                value: None,
            },
            NamedMatcher::Matcher(matcher) => Self {
                name: matcher.name.clone(),
                value: Some(TextTest::new(matcher)?),
            },
        })
    }

    /// Whether a label is meant.
    fn means(&self, value: &str) -> bool {
        self.value.as_ref().is_none_or(|test| test.passes(value))
    }
}

impl Pipeline {
    /// Compiles stages, for a query that wants every label.
    ///
    /// # Errors
    /// An expression, pattern or template that cannot be read.
    pub(super) fn new(stages: &[Stage]) -> Result<Self, QueryError> {
        let filters = stages.iter().map_while(|stage| match stage {
            Stage::LineFilter(filter) => Some(LineTest::new(filter)),
            _ => None,
        });
        let first = filters.collect::<Result<Vec<_>, _>>()?;
        let rest = stages[first.len()..].iter().map(compile_stage);
        let stages = rest.collect::<Result<_, _>>()?;
        Ok(Self {
            first,
            stages,
            hints: Hints::default(),
        })
    }

    /// The same pipeline, for a query that wants only some labels.
    pub(super) fn with_hints(mut self, hints: Hints) -> Self {
        self.hints = hints;
        self
    }

    /// The labels that its stages look at.
    pub(super) fn used_labels(&self) -> Vec<String> {
        let mut out = Vec::new();
        for step in &self.stages {
            match step {
                Step::Labels(test) => test.names(&mut out),
                Step::LineFormat(template) => out.extend(template.fields()),
                Step::LabelFormat(formats) => {
                    for format in formats {
                        match format {
                            Format::Rename(_, from) => out.push(from.clone()),
                            Format::Template(_, template) => out.extend(template.fields()),
                        }
                    }
                }
                _ => {}
            }
        }
        out
    }

    /// Whether a line passes the filters that come first. To be asked before [`Self::run`], which goes on from there.
    pub(super) fn admits(&self, line: &str) -> bool {
        self.first.iter().all(|test| test.passes(line))
    }

    /// Whether nothing comes after the filters that come first, so that an entry that they admit stays as it is.
    pub(super) fn is_filter(&self) -> bool {
        self.stages.is_empty()
    }

    /// Runs an admitted entry through what comes after the first filters; `None` where it is dropped.
    pub(super) fn run<'a>(
        &self,
        at: i64,
        line: &'a str,
        labels: &mut LineLabels<'a>,
    ) -> Option<Cow<'a, str>> {
        let mut line = Cow::Borrowed(line);
        for step in &self.stages {
            match step {
                Step::Line(test) if !test.passes(&line) => return None,
                Step::Labels(test) if !test.passes(labels) => return None,
                Step::Line(_) | Step::Labels(_) => {}
                Step::Extract(extractor) => {
                    if let Some(entry) = extractor.run(&line, labels, &self.hints) {
                        line = Cow::Owned(entry);
                    }
                }
                Step::Decolorize => {
                    if let Cow::Owned(plain) = ANSI.replace_all(&line, "") {
                        line = Cow::Owned(plain);
                    }
                }
                Step::LineFormat(template) => {
                    if let Some(formatted) = render(template, at, &line, labels) {
                        line = Cow::Owned(formatted);
                    }
                }
                Step::LabelFormat(formats) => set_labels(formats, at, &line, labels),
                Step::Drop(names) => drop_labels(names, labels),
                Step::Keep(names) => keep_labels(names, labels),
            }
        }
        Some(line)
    }
}

/// Compiles a stage.
fn compile_stage(stage: &Stage) -> Result<Step, QueryError> {
    let names = |names: &[NamedMatcher]| names.iter().map(NameTest::new).collect::<Result<_, _>>();
    Ok(match stage {
        Stage::LineFilter(filter) => Step::Line(LineTest::new(filter)?),
        Stage::LabelFilter(filter) => Step::Labels(LabelTest::new(filter)?),
        Stage::Json(wanted) if wanted.is_empty() => Step::Extract(Extractor::Json),
        Stage::Json(wanted) => Step::Extract(Extractor::JsonPaths(paths(wanted)?)),
        Stage::Logfmt {
            strict,
            keep_empty,
            wanted,
        } => {
            let keys = paths(wanted)?
                .into_iter()
                .map(|(label, path)| (label, first_key(path)));
            let (strict, keep_empty) = (*strict, *keep_empty);
            Step::Extract(Extractor::Logfmt {
                strict,
                keep_empty,
                wanted: keys.collect(),
            })
        }
        Stage::Pattern(text) => Step::Extract(Extractor::Pattern(
            Pattern::for_parser(text).map_err(QueryError::invalid)?,
        )),
        Stage::Regexp(text) => Step::Extract(Extractor::Regexp(named_regex(text)?)),
        Stage::Unpack => Step::Extract(Extractor::Unpack),
        Stage::Decolorize => Step::Decolorize,
        Stage::LineFormat(text) => Step::LineFormat(
            Template::parse("line", text)
                .map_err(|why| QueryError::invalid(format!("invalid line template: {why}")))?,
        ),
        Stage::LabelFormat(formats) => Step::LabelFormat(label_formats(formats)?),
        Stage::Drop(given) => Step::Drop(names(given)?),
        Stage::Keep(given) => Step::Keep(names(given)?),
    })
}

/// Labels with their paths.
fn paths(wanted: &[Extraction]) -> Result<Vec<(String, Vec<PathStep>)>, QueryError> {
    wanted
        .iter()
        .map(|Extraction { label, source }| {
            let path = parse_path(source).map_err(|why| {
                QueryError::invalid(format!("cannot parse expression [{source}]: {why}"))
            })?;
            Ok((label.clone(), path))
        })
        .collect()
}

/// The key of a logfmt expression, which has no levels.
fn first_key(path: Vec<PathStep>) -> String {
    match path.into_iter().next() {
        Some(PathStep::Key(key)) => key,
        _ => String::new(),
    }
}

/// An expression with at least one named capture, each name once.
fn named_regex(text: &str) -> Result<Regex, QueryError> {
    let regex = compile(text).map_err(QueryError::invalid)?;
    let names: Vec<&str> = regex.capture_names().flatten().collect();
    if names.is_empty() {
        return Err(QueryError::invalid(
            "at least one named capture must be supplied",
        ));
    }
    if let Some(name) = names.iter().find(|name| !is_label_name(name)) {
        return Err(QueryError::invalid(format!(
            "invalid extracted label name '{name}'"
        )));
    }
    Ok(regex)
}

/// Compiles the assignments of `label_format`.
fn label_formats(formats: &[LabelFormat]) -> Result<Vec<Format>, QueryError> {
    let mut seen: Vec<&str> = Vec::new();
    let mut out = Vec::new();
    for format in formats {
        let (LabelFormat::Rename { to, .. } | LabelFormat::Template { to, .. }) = format;
        if to == ERROR {
            return Err(QueryError::invalid(format!("{to} cannot be formatted")));
        }
        if seen.contains(&to.as_str()) {
            return Err(QueryError::invalid(format!(
                "multiple label name '{to}' not allowed in a single format operation"
            )));
        }
        seen.push(to);
        out.push(match format {
            LabelFormat::Rename { to, from } => Format::Rename(to.clone(), from.clone()),
            LabelFormat::Template { to, template } => {
                let compiled = Template::parse("label", template).map_err(|why| {
                    QueryError::invalid(format!("invalid template for label '{to}': {why}"))
                })?;
                Format::Template(to.clone(), compiled)
            }
        });
    }
    Ok(out)
}

/// Fills a template in; `None` leaves an error on the entry.
fn render(template: &Template, at: i64, line: &str, labels: &mut LineLabels<'_>) -> Option<String> {
    let all = labels.labels();
    let label = |name: &str| all.get(name).map(str::to_owned);
    match template.render(&Entry {
        label: &label,
        line,
        at,
    }) {
        Ok(text) => Some(text),
        Err(why) => {
            labels.set_error(TEMPLATE_ERROR, Some(why));
            None
        }
    }
}

/// `label_format`: templates see the labels as they were before the stage, renames see the present ones.
fn set_labels(formats: &[Format], at: i64, line: &str, labels: &mut LineLabels<'_>) {
    let before = labels.labels();
    let label = |name: &str| before.get(name).map(str::to_owned);
    for format in formats {
        match format {
            Format::Rename(to, from) => {
                let held = labels
                    .find(from)
                    .map(|(origin, value)| (origin, value.to_owned()));
                if let Some((origin, value)) = held {
                    labels.set(origin, to, value);
                    labels.delete(from);
                }
            }
            Format::Template(to, template) => match template.render(&Entry {
                label: &label,
                line,
                at,
            }) {
                Ok(text) => labels.set(Origin::Parsed, to, text),
                Err(why) => labels.set_error(TEMPLATE_ERROR, Some(why)),
            },
        }
    }
}

/// `drop`
fn drop_labels(names: &[NameTest], labels: &mut LineLabels<'_>) {
    for test in names {
        match test.name.as_str() {
            ERROR if test.means(labels.error()) => labels.forget_error(),
            ERROR_DETAILS => labels.forget_details(),
            name if labels.get(name).is_some_and(|value| test.means(value)) => labels.delete(name),
            _ => {}
        }
    }
}

/// `keep`; errors stay.
fn keep_labels(names: &[NameTest], labels: &mut LineLabels<'_>) {
    for name in labels.names() {
        let kept = name == PRESERVE_ERROR
            || names.iter().any(|test| {
                test.name == name && labels.get(&name).is_some_and(|value| test.means(value))
            });
        if !kept {
            labels.delete(&name);
        }
    }
}

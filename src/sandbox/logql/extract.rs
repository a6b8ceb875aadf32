//! Parser stages: labels out of a line.

use regex::Regex;

use super::hints::Hints;
use super::json::{self, Kind, Value, without_replacement};
use super::line_labels::{LineLabels, Origin, PRESERVE_ERROR};
use super::logfmt::Decoder;
use super::pattern::Pattern;

/// `__error__` of a line that is not the JSON it should be.
const JSON_ERROR: &str = "JSONParserErr";
/// `__error__` of a line that is not strict logfmt.
const LOGFMT_ERROR: &str = "LogfmtParserErr";

/// How deep nested objects become labels. Loki has no bound; a line's length bounds its stack, ours is smaller.
const MAX_DEPTH: usize = 64;

/// A parser stage.
#[derive(Debug)]
pub(super) enum Extractor {
    /// All members of a JSON object.
    Json,
    /// Certain values of a JSON document.
    JsonPaths(Vec<(String, Vec<PathStep>)>),
    /// Keys of a logfmt line.
    Logfmt {
        /// Stop at a fault.
        strict: bool,
        /// Keep empty values.
        keep_empty: bool,
        /// Labels and the keys they come from; empty for all.
        wanted: Vec<(String, String)>,
    },
    /// Captures of a pattern.
    Pattern(Pattern),
    /// Named captures of an expression.
    Regexp(Regex),
    /// What `pack` packed.
    Unpack,
}

/// A step into a JSON document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PathStep {
    /// To a member.
    Key(String),
    /// To an element.
    Index(usize),
}

/// Reads `a.b[0]["c d"]`.
///
/// # Errors
/// What Loki's parser would say, roughly.
pub(super) fn parse_path(text: &str) -> Result<Vec<PathStep>, String> {
    let mut steps = Vec::new();
    let mut rest = text.trim();
    let wrong = |what: &str| format!("syntax error: unexpected {what}");
    if rest.is_empty() {
        return Err(wrong("$end, expecting FIELD"));
    }
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let (step, after) = if let Some(key) = inside.strip_prefix('"') {
                let (key, after) = key.split_once("\"]").ok_or_else(|| wrong("$end"))?;
                (
                    PathStep::Key(
                        json::unescape(key)
                            .ok_or_else(|| wrong("STRING"))?
                            .into_owned(),
                    ),
                    after,
                )
            } else {
                let (index, after) = inside.split_once(']').ok_or_else(|| wrong("$end"))?;
                (
                    PathStep::Index(index.trim().parse().map_err(|_| wrong("FIELD"))?),
                    after,
                )
            };
            steps.push(step);
            rest = after;
            continue;
        }
        if let Some(after) = rest.strip_prefix('.') {
            if steps.is_empty() || after.is_empty() || after.starts_with(['.', '[']) {
                return Err(wrong("DOT"));
            }
            rest = after;
        } else if !steps.is_empty() {
            return Err(wrong("FIELD"));
        }
        let length = rest
            .find(|c: char| {
                !(c.is_alphanumeric() || matches!(c, '_' | '-' | '@' | '/' | '$' | ':'))
            })
            .unwrap_or(rest.len());
        if length == 0 {
            return Err(wrong("character"));
        }
        steps.push(PathStep::Key(rest[..length].to_owned()));
        rest = &rest[length..];
    }
    Ok(steps)
}

impl Extractor {
    /// Sets labels from `line`; answers another line where the stage replaces it.
    pub(super) fn run(
        &self,
        line: &str,
        labels: &mut LineLabels<'_>,
        hints: &Hints,
    ) -> Option<String> {
        let always = matches!(self, Self::Regexp(_));
        if !always && hints.satisfied(labels) {
            return None;
        }
        match self {
            Self::Json => run_json(line, labels, hints),
            Self::JsonPaths(wanted) => run_json_paths(line, wanted, labels, hints),
            Self::Logfmt {
                strict,
                keep_empty,
                wanted,
            } if wanted.is_empty() => {
                run_logfmt(line, *strict, *keep_empty, labels, hints);
            }
            Self::Logfmt { strict, wanted, .. } => {
                run_logfmt_keys(line, *strict, wanted, labels, hints);
            }
            Self::Pattern(pattern) => {
                for (name, value) in pattern.captures(line) {
                    set(name.to_owned(), value.to_owned(), labels, hints);
                }
            }
            Self::Regexp(regex) => run_regexp(line, regex, labels, hints),
            Self::Unpack => return run_unpack(line, labels, hints),
        }
        None
    }
}

/// Sets a parsed label, if it is wanted.
fn set(name: String, value: String, labels: &mut LineLabels<'_>, hints: &Hints) {
    let name = labels.parsed_name(name);
    if hints.wants(&name) {
        labels.set(Origin::Parsed, &name, value);
    }
}

/// Leaves an error on the entry.
fn fail(error: &'static str, details: Option<String>, labels: &mut LineLabels<'_>, hints: &Hints) {
    labels.set_error(error, details);
    if hints.preserve_error {
        labels.set(Origin::Parsed, PRESERVE_ERROR, "true".to_owned());
    }
}

/// `json`
fn run_json(line: &str, labels: &mut LineLabels<'_>, hints: &Hints) {
    let mut walk = JsonWalk {
        prefix: String::new(),
        labels,
        hints,
        depth: 0,
        satisfied: false,
    };
    let outcome = walk.object(line);
    if let Err(why) = outcome {
        fail(JSON_ERROR, Some(why.to_string()), labels, hints);
    }
}

/// The walk of `json` over nested objects.
struct JsonWalk<'w, 'a> {
    /// Names of the objects around, joined.
    prefix: String,
    /// Where labels go.
    labels: &'w mut LineLabels<'a>,
    /// What is wanted.
    hints: &'w Hints,
    /// Objects around.
    depth: usize,
    /// Everything wanted has been found.
    satisfied: bool,
}

impl JsonWalk<'_, '_> {
    /// Walks over an object.
    fn object(&mut self, text: &str) -> Result<(), json::Malformed> {
        let mut inner = Ok(());
        json::each_member(text, &mut |key, value| {
            inner = self.member(key, value);
            inner.is_ok() && !self.satisfied
        })?;
        inner
    }

    /// Sets a member's label, or walks into it. Null and arrays are skipped.
    fn member(&mut self, key: &str, value: Value<'_>) -> Result<(), json::Malformed> {
        let before = self.prefix.len();
        let mut outcome = Ok(());
        if !self.prefix.is_empty() {
            self.prefix.push('_');
        }
        push_sanitized(&mut self.prefix, key);
        match value.kind {
            Kind::Object if self.depth < MAX_DEPTH && self.hints.wants_prefix(&self.prefix) => {
                self.depth += 1;
                outcome = self.object(value.raw);
                self.depth -= 1;
            }
            Kind::String | Kind::Number | Kind::Bool if !self.prefix.is_empty() => {
                set(
                    self.prefix.clone(),
                    value.text().into_owned(),
                    self.labels,
                    self.hints,
                );
                self.satisfied |= self.hints.satisfied(self.labels);
            }
            _ => {}
        }
        self.prefix.truncate(before);
        outcome
    }
}

/// Appends a key as a label name: anything but letters, digits and `_` becomes `_`; a name does not start with a digit.
fn push_sanitized(out: &mut String, key: &str) {
    let key = key.trim();
    if out.is_empty() && key.starts_with(|c: char| c.is_ascii_digit()) {
        out.push('_');
    }
    out.extend(
        key.chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }),
    );
}

/// A key as a label name.
fn sanitized(key: &str) -> String {
    let mut out = String::with_capacity(key.len());
    push_sanitized(&mut out, key);
    out
}

/// `json a="b.c"`: every label is set, to nothing where the path leads nowhere.
fn run_json_paths(
    line: &str,
    wanted: &[(String, Vec<PathStep>)],
    labels: &mut LineLabels<'_>,
    hints: &Hints,
) {
    if line.is_empty() {
        return;
    }
    if !line.starts_with(['"', '{', '[']) {
        fail(JSON_ERROR, None, labels, hints);
        return;
    }
    for (label, path) in wanted {
        if let Some(value) = follow(line, path) {
            let text = match value.kind {
                Kind::Array => json::unescape(value.raw).unwrap_or_default(),
                _ => value.text(),
            };
            let name = labels.parsed_name(label.clone());
            labels.set(Origin::Parsed, &name, text.into_owned());
        }
    }
    for (label, _) in wanted {
        if labels.get(label).is_none() {
            labels.set(Origin::Parsed, label, String::new());
        }
    }
}

/// The value at the end of a path.
fn follow<'t>(text: &'t str, path: &[PathStep]) -> Option<Value<'t>> {
    let mut value = None;
    let mut text = text;
    for step in path {
        let next = match step {
            PathStep::Key(key) => json::member(text, key)?,
            PathStep::Index(index) => json::element(text, *index)?,
        };
        text = next.raw;
        value = Some(next);
    }
    value
}

/// `logfmt`
fn run_logfmt(
    line: &str,
    strict: bool,
    keep_empty: bool,
    labels: &mut LineLabels<'_>,
    hints: &Hints,
) {
    let mut decoder = Decoder::new(line);
    while let Some(next) = decoder.next_pair() {
        match next {
            Ok(pair) => {
                let name = sanitized(pair.key);
                let value = without_replacement(pair.value);
                if name.is_empty() || (value.is_empty() && !keep_empty) {
                    continue;
                }
                set(name, value.into_owned(), labels, hints);
                if hints.satisfied(labels) {
                    return;
                }
            }
            Err(fault) if strict => {
                fail(LOGFMT_ERROR, Some(fault.to_string()), labels, hints);
                return;
            }
            Err(_) => {}
        }
    }
}

/// `logfmt a="b"`: every label is set, to nothing where its key is missing.
fn run_logfmt_keys(
    line: &str,
    strict: bool,
    wanted: &[(String, String)],
    labels: &mut LineLabels<'_>,
    hints: &Hints,
) {
    for (label, _) in wanted {
        if !labels.base_has(label) {
            labels.set(Origin::Parsed, label, String::new());
        }
    }
    let mut decoder = Decoder::new(line);
    while let Some(next) = decoder.next_pair() {
        match next {
            Ok(pair) => {
                let key = sanitized(pair.key);
                if let Some((label, _)) = wanted.iter().find(|(_, source)| *source == key) {
                    let name = labels.parsed_name(label.clone());
                    labels.set(
                        Origin::Parsed,
                        &name,
                        without_replacement(pair.value).into_owned(),
                    );
                }
            }
            Err(fault) if strict => {
                fail(LOGFMT_ERROR, Some(fault.to_string()), labels, hints);
                return;
            }
            Err(_) => {}
        }
    }
}

/// `regexp`: a capture that took no part counts as empty.
fn run_regexp(line: &str, regex: &Regex, labels: &mut LineLabels<'_>, hints: &Hints) {
    let Some(captures) = regex.captures(line) else {
        return;
    };
    for name in regex.capture_names().flatten() {
        let value = captures.name(name).map_or("", |found| found.as_str());
        set(name.to_owned(), value.to_owned(), labels, hints);
    }
}

/// `unpack`: labels only where the line was packed, which its `_entry` shows.
fn run_unpack(line: &str, labels: &mut LineLabels<'_>, hints: &Hints) -> Option<String> {
    if line.is_empty() {
        return None;
    }
    if !line.trim_start().starts_with('{') {
        fail(
            JSON_ERROR,
            Some("expecting json object(6), but it is not".to_owned()),
            labels,
            hints,
        );
        return None;
    }
    let mut packed = Vec::new();
    let mut entry = None;
    let outcome = json::each_member(line, &mut |key, value| {
        match value.kind {
            Kind::String if key == "_entry" => entry = Some(value.text().into_owned()),
            Kind::String => packed.push((key.to_owned(), value.text().into_owned())),
            _ => {}
        }
        true
    });
    if let Err(why) = outcome {
        fail(JSON_ERROR, Some(why.to_string()), labels, hints);
        return None;
    }
    let entry = entry?;
    for (name, value) in packed {
        set(name, value, labels, hints);
    }
    Some(entry)
}

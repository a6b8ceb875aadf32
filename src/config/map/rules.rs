//! How is `[[rules]]` read? Causes in the form of the built-in ones, and thresholds for metrics of the catalogue.
//!
//! An entry with `metric` is a threshold, any other a cause. As everywhere in the map nothing is guessed: a word that means nothing,
//! a pattern that does not compile and a number out of range are faults with their place.

use std::collections::BTreeSet;
use std::str::FromStr;

use regex::RegexBuilder;
use toml::Spanned;
use toml::de::DeValue;

use super::fault::{MapFault, TomlType};
use super::reader::{Reader, Table};
use super::schema::{LIMIT_KEYS, RULE_KEYS, SIGN_KEYS, STATEMENT_KEYS, STEP_KEYS, Text};
use crate::config::catalog::Catalog;
use crate::model::{
    BUILT_IN_CAUSES, Bilingual, Blamed, Direction, Kind, MapRule, MetricLimit, Rule, RuleSign,
    RuleStep, SeenOn, Sign, Threshold, nearest,
};

/// The greatest confidence: nothing is certain.
const MOST_CONFIDENCE: f64 = 0.99;

/// The longest time that a threshold may ask for: a day.
const LONGEST: f64 = 86_400.0;

/// Whose trouble it may be, in words.
const BLAMED: [(&str, Blamed); 4] = [
    ("dependency", Blamed::Dependency),
    ("caller", Blamed::Caller),
    ("accused", Blamed::Accused),
    ("named", Blamed::Named),
];

/// Where a sign may be seen, in words.
const SEEN_ON: [(&str, SeenOn); 3] = [
    ("any", SeenOn::Any),
    ("self", SeenOn::Itself),
    ("caller", SeenOn::Caller),
];

/// Which way may be bad, in words.
const DIRECTIONS: [(&str, Direction); 2] =
    [("above", Direction::Above), ("below", Direction::Below)];

impl Reader<'_> {
    /// The map's own rules, in the order of the file.
    pub(super) fn rules(&mut self, top: &Table<'_>) -> Vec<MapRule> {
        let mut ids: BTreeSet<String> = BUILT_IN_CAUSES.map(str::to_owned).into();
        let mut rules = Vec::new();
        let mut explained: Vec<(&str, Text)> = Vec::new();
        for table in self.tables(top, "rules") {
            if table.keys.contains_key("metric") {
                rules.extend(self.limit(&table).map(MapRule::Limit));
            } else if let Some((rule, id)) = self.cause(&table) {
                if !ids.insert(rule.id.clone()) {
                    self.note(id.span(), MapFault::RuleTaken(rule.id.clone()));
                }
                rules.push(MapRule::Cause(Box::new(rule)));
            }
            for key in ["unless", "leads_to"] {
                explained.extend(texts_quietly(&table, key).into_iter().map(|id| (key, id)));
            }
        }
        for (key, id) in explained {
            if !ids.contains(id.get_ref()) {
                self.unknown_word(key, &id, ids.iter().map(String::as_str));
            }
        }
        rules
    }

    /// A cause, with its id's place.
    fn cause(&mut self, table: &Table<'_>) -> Option<(Rule, Text)> {
        self.known_keys(table, RULE_KEYS);
        for key in ["id", "confidence", "statement", "sign"] {
            if !table.keys.contains_key(key) {
                self.missing(key, table);
            }
        }
        let id = self.text(table, "id");
        let confidence = self.number(table, "confidence", 0.5, MOST_CONFIDENCE);
        let statement = self.bilingual(table, "statement");
        let rule = Rule {
            id: id
                .as_ref()
                .map(|id| id.get_ref().clone())
                .unwrap_or_default(),
            kinds: self.kinds(table, "kinds"),
            confidence: confidence.unwrap_or_default(),
            unless: self.plain_texts(table, "unless"),
            leads_to: self.plain_texts(table, "leads_to"),
            named_kinds: self.kinds(table, "named_kinds"),
            blame: self.word(table, "blame", &BLAMED).unwrap_or_default(),
            first: self.flag(table, "first"),
            last_resort: self.flag(table, "last_resort"),
            statement_caller: self.bilingual(table, "statement_caller"),
            down: self.flag(table, "down"),
            passes_on: self.flag(table, "passes_on"),
            load: self.flag(table, "load"),
            sign: self.signs(table),
            next: self.steps(table),
            statement: statement?,
        };
        Some((rule, id?))
    }

    /// What speaks for a cause.
    fn signs(&mut self, rule: &Table<'_>) -> Vec<RuleSign> {
        let mut signs = Vec::new();
        for table in self.tables(rule, "sign") {
            self.known_keys(&table, SIGN_KEYS);
            if !table.keys.contains_key("weight") {
                self.missing("weight", &table);
            }
            signs.push(RuleSign {
                weight: self
                    .number(&table, "weight", 0.0, MOST_CONFIDENCE)
                    .unwrap_or_default(),
                signs: self.fact_kinds(&table),
                pattern: self.pattern(&table, "pattern"),
                not: self.pattern(&table, "not"),
                on: self.word(&table, "on", &SEEN_ON).unwrap_or_default(),
            });
        }
        signs
    }

    /// What to do next.
    fn steps(&mut self, rule: &Table<'_>) -> Vec<RuleStep> {
        let mut steps = Vec::new();
        for table in self.tables(rule, "next") {
            self.known_keys(&table, STEP_KEYS);
            for key in ["command", "why"] {
                if !table.keys.contains_key(key) {
                    self.missing(key, &table);
                }
            }
            let command = self.text(&table, "command");
            let why = self.bilingual(&table, "why");
            if let Some(command) = &command
                && !command.get_ref().starts_with("scout ")
            {
                let fault = MapFault::NotCommand(command.get_ref().clone());
                self.note(command.span(), fault);
            }
            if let (Some(command), Some(why)) = (command, why) {
                let command = command.into_inner();
                steps.push(RuleStep { command, why });
            }
        }
        steps
    }

    /// A threshold. What it leaves out is as in the catalogue.
    fn limit(&mut self, table: &Table<'_>) -> Option<MetricLimit> {
        self.known_keys(table, LIMIT_KEYS);
        if !table.keys.contains_key("kind") {
            self.missing("kind", table);
        }
        let metric = self.text(table, "metric");
        let kind = self.kind(table).map(Spanned::into_inner);
        let direction = self.word(table, "direction", &DIRECTIONS);
        let warning = self.number(table, "warning", f64::MIN, f64::MAX);
        let critical = self.number(table, "critical", f64::MIN, f64::MAX);
        let lasts = self.number(table, "lasts_seconds", 0.0, LONGEST);
        let (metric, kind) = (metric?, kind?);
        let specs = Catalog::builtin().metrics(kind);
        let Some(spec) = specs.iter().find(|spec| spec.id == *metric.get_ref()) else {
            let known = specs.iter().map(|spec| spec.id.as_str());
            self.unknown_word("metric", &metric, known);
            return None;
        };
        let usual = spec.threshold.as_ref();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and a day, just checked"
        )]
        let lasts = lasts.map(|seconds| seconds as u32);
        let threshold = Threshold {
            direction: direction
                .or(usual.map(|usual| usual.direction))
                .unwrap_or(Direction::Above),
            warning: warning.or(usual.and_then(|usual| usual.warning)),
            critical: critical.or(usual.and_then(|usual| usual.critical)),
            lasts_seconds: lasts
                .or(usual.map(|usual| usual.lasts_seconds))
                .unwrap_or(0),
        };
        let metric = metric.into_inner();
        Some(MetricLimit {
            metric,
            kind,
            threshold,
        })
    }

    /// A list of kinds of service.
    fn kinds(&mut self, table: &Table<'_>, key: &str) -> Vec<Kind> {
        let mut kinds = Vec::new();
        for text in self.texts(table, key).unwrap_or_default() {
            if let Ok(kind) = Kind::from_str(text.get_ref()) {
                kinds.push(kind);
            } else {
                let value = text.get_ref().clone();
                self.note(text.span(), MapFault::UnknownKind { value });
            }
        }
        kinds
    }

    /// The kinds of facts that a sign is.
    fn fact_kinds(&mut self, table: &Table<'_>) -> Vec<Sign> {
        let mut signs = Vec::new();
        for text in self.texts(table, "signs").unwrap_or_default() {
            match Sign::ALL
                .into_iter()
                .find(|sign| sign.as_str() == text.get_ref())
            {
                Some(sign) => signs.push(sign),
                None => self.unknown_word("signs", &text, Sign::ALL.map(Sign::as_str).into_iter()),
            }
        }
        signs
    }

    /// A regular expression.
    fn pattern(&mut self, table: &Table<'_>, key: &str) -> Option<String> {
        let text = self.text(table, key)?;
        let built = RegexBuilder::new(text.get_ref())
            .case_insensitive(true)
            .build();
        if let Err(error) = built {
            // The last line of the library's message says what is wrong; those before draw the pattern.
            let shown = error.to_string();
            let reason = shown.lines().last().unwrap_or_default();
            let reason = reason.trim_start_matches("error: ").to_owned();
            let key = key.to_owned();
            self.note(text.span(), MapFault::BadPattern { key, reason });
            return None;
        }
        Some(text.into_inner())
    }

    /// A text in both languages: `{ en = "…", fr = "…" }`, or one text for both.
    fn bilingual(&mut self, table: &Table<'_>, key: &'static str) -> Option<Bilingual> {
        let value = table.keys.get(key)?;
        let Some(keys) = value.get_ref().as_table() else {
            let text = self.text_of(key, value)?.into_inner();
            return Some(Bilingual {
                en: text.clone(),
                fr: text,
            });
        };
        let inner = Table {
            keys,
            place: key,
            span: value.span(),
        };
        self.known_keys(&inner, STATEMENT_KEYS);
        if !keys.contains_key("en") {
            self.missing("en", &inner);
        }
        let fr = self.text(&inner, "fr");
        let en = self.text(&inner, "en")?.into_inner();
        let fr = fr.map_or_else(|| en.clone(), Spanned::into_inner);
        Some(Bilingual { en, fr })
    }

    /// One of some words.
    fn word<T: Copy>(&mut self, table: &Table<'_>, key: &str, known: &[(&str, T)]) -> Option<T> {
        let text = self.text(table, key)?;
        let found = known.iter().find(|(word, _)| word == text.get_ref());
        if found.is_none() {
            self.unknown_word(key, &text, known.iter().map(|(word, _)| *word));
        }
        found.map(|(_, meaning)| *meaning)
    }

    /// Notes a word that means nothing.
    fn unknown_word<'k>(&mut self, key: &str, text: &Text, known: impl Iterator<Item = &'k str>) {
        let known: Vec<&str> = known.collect();
        let value = text.get_ref().clone();
        let fault = MapFault::UnknownWord {
            key: key.to_owned(),
            near: nearest(&value, known.iter().copied()).map(str::to_owned),
            known: known.join(", "),
            value,
        };
        self.note(text.span(), fault);
    }

    /// A list of texts without their places.
    fn plain_texts(&mut self, table: &Table<'_>, key: &str) -> Vec<String> {
        let texts = self.texts(table, key).unwrap_or_default();
        texts.into_iter().map(Spanned::into_inner).collect()
    }

    /// A yes or no; no where it is left out.
    fn flag(&mut self, table: &Table<'_>, key: &str) -> bool {
        let Some(value) = table.keys.get(key) else {
            return false;
        };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong_type(key, value, TomlType::Flag);
            false
        })
    }

    /// A number between two others, these included.
    fn number(&mut self, table: &Table<'_>, key: &str, low: f64, high: f64) -> Option<f64> {
        let value = table.keys.get(key)?;
        let number = match value.get_ref() {
            DeValue::Integer(number) => number.as_str().replace('_', "").parse().ok(),
            DeValue::Float(number) => number.as_str().replace('_', "").parse().ok(),
            _ => {
                self.wrong_type(key, value, TomlType::Number);
                return None;
            }
        };
        let good = number.filter(|number: &f64| (low..=high).contains(number));
        if good.is_none() {
            let key = key.to_owned();
            self.note(
                value.span(),
                MapFault::OutOfRange {
                    key,
                    low: low.to_string(),
                    high: high.to_string(),
                },
            );
        }
        good
    }
}

/// A list of texts whose faults somebody else notes.
fn texts_quietly(table: &Table<'_>, key: &str) -> Vec<Text> {
    let items = table
        .keys
        .get(key)
        .and_then(|value| value.get_ref().as_array());
    let text = |item: &Spanned<DeValue<'_>>| {
        let text = item.get_ref().as_str()?;
        Some(Spanned::new(item.span(), text.to_owned()))
    };
    items.into_iter().flatten().filter_map(text).collect()
}

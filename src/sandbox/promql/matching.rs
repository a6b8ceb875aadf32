//! Operators between two instant vectors: which series of one side meets which of the other?

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use promql_parser::parser::{BinModifier, BinaryExpr, LabelModifier, VectorMatchCardinality};

use super::super::metric_store::METRIC_NAME;
use super::binary::{Operator, drops_name};
use super::error::QueryError;
use super::evaluator::{Evaluator, misplaced};
use super::value::{Gathered, Grid, Steps, Track, joined, set_label};
use crate::model::Labels;

/// By which labels two series are held to match.
struct Matching<'a> {
    /// Whether only `labels` count; otherwise all but them and the name.
    on: bool,
    /// The labels of `on` or `ignoring`.
    labels: &'a [String],
}

impl Matching<'_> {
    /// The labels that count, in which matching series agree.
    fn key(&self, labels: &Labels) -> Labels {
        let counts = |name: &str| {
            let listed = self.labels.iter().any(|label| label == name);
            if self.on {
                listed
            } else {
                !listed && name != METRIC_NAME
            }
        };
        labels.iter().filter(|(name, _)| counts(name)).collect()
    }
}

/// Which side may have several series for one of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Many {
    /// Neither.
    Neither,
    /// The left, by `group_left`.
    Left,
    /// The right, by `group_right`.
    Right,
}

/// The numbers of the matching keys of each series of both sides, equal where the keys are, and how many there are.
struct Keys {
    /// Keys of the left side.
    left: Vec<usize>,
    /// Keys of the right side.
    right: Vec<usize>,
    /// How many different ones.
    count: usize,
}

/// Numbers the keys of both sides.
fn number_keys(matching: &Matching<'_>, left: &[Track], right: &[Track]) -> Keys {
    let mut numbers: HashMap<Labels, usize> = HashMap::new();
    let mut number = |track: &Track| {
        let next = numbers.len();
        *numbers.entry(matching.key(&track.labels)).or_insert(next)
    };
    let left = left.iter().map(&mut number).collect();
    let right = right.iter().map(&mut number).collect();
    Keys {
        left,
        right,
        count: numbers.len(),
    }
}

impl Evaluator<'_> {
    /// Two vectors joined by the operator and matching of `binary`.
    ///
    /// # Errors
    ///
    /// Prometheus's execution errors: several series on a side that may have one, results that cannot be told apart.
    pub(super) fn matched(
        &self,
        binary: &BinaryExpr,
        left: &[Track],
        right: &[Track],
        grid: Grid,
    ) -> Result<Vec<Track>, QueryError> {
        let modifier = binary.modifier.clone().unwrap_or_default();
        let empty = Vec::new();
        let matching = match &modifier.matching {
            Some(LabelModifier::Include(labels)) => Matching {
                on: true,
                labels: &labels.labels,
            },
            Some(LabelModifier::Exclude(labels)) => Matching {
                on: false,
                labels: &labels.labels,
            },
            None => Matching {
                on: false,
                labels: &empty,
            },
        };
        let keys = number_keys(&matching, left, right);
        let text = binary.op.to_string();
        if binary.op.is_set_operator() {
            return combine_sets(&text, left, right, &keys, grid);
        }
        let operator = Operator::of(&text).ok_or_else(|| misplaced(&text))?;
        let pairing = Pairing {
            text: &text,
            operator,
            matching: &matching,
            modifier: &modifier,
        };
        self.keep(
            left.iter()
                .chain(right)
                .map(|track| track.points.len())
                .sum(),
        )?;
        pairing.pair(left, right, &keys, grid)
    }
}

/// `and`, `or` and `unless`.
fn combine_sets(
    text: &str,
    left: &[Track],
    right: &[Track],
    keys: &Keys,
    grid: Grid,
) -> Result<Vec<Track>, QueryError> {
    let mut gathered = Gathered::default();
    let mut places: HashMap<(bool, usize), usize> = HashMap::new();
    let (mut left_steps, mut right_steps) = (Steps::new(left), Steps::new(right));
    for step in 0..grid.len() {
        let (from_left, from_right) = (left_steps.at(step), right_steps.at(step));
        let on_left = keys_of(&from_left, &keys.left, keys.count);
        let on_right = keys_of(&from_right, &keys.right, keys.count);
        let stays = |index: usize| match text {
            "and" => on_right[keys.left[index]],
            "unless" => !on_right[keys.left[index]],
            _ => true,
        };
        let kept_left = from_left
            .iter()
            .filter(|(index, _)| stays(*index))
            .map(|one| (true, one));
        let joins = |index: usize| text == "or" && !on_left[keys.right[index]];
        let kept_right = from_right
            .iter()
            .filter(|(index, _)| joins(*index))
            .map(|one| (false, one));
        for (is_left, (index, value)) in kept_left.chain(kept_right) {
            let track = if is_left {
                &left[*index]
            } else {
                &right[*index]
            };
            let place = places
                .entry((is_left, *index))
                .or_insert_with(|| gathered.begin(Arc::clone(&track.labels)));
            gathered.push(*place, step, *value);
        }
    }
    joined(gathered.into_tracks())
}

/// Which keys the values of one side at one step have.
fn keys_of(values: &[(usize, f64)], keys: &[usize], count: usize) -> Vec<bool> {
    let mut found = vec![false; count];
    for (index, _) in values {
        found[keys[*index]] = true;
    }
    found
}

/// An operator that computes from pairs of series.
struct Pairing<'a> {
    /// The operator as written.
    text: &'a str,
    /// What it does.
    operator: Operator,
    /// Which labels match.
    matching: &'a Matching<'a>,
    /// `bool`, `group_left` and their like.
    modifier: &'a BinModifier,
}

impl Pairing<'_> {
    /// Which side may have several series.
    fn many(&self) -> Many {
        match self.modifier.card {
            VectorMatchCardinality::ManyToOne(_) => Many::Left,
            VectorMatchCardinality::OneToMany(_) => Many::Right,
            _ => Many::Neither,
        }
    }

    /// The results of all pairs at all steps.
    ///
    /// For `group_right` the sides change places, so that the side of one is always `one`.
    fn pair(
        &self,
        left: &[Track],
        right: &[Track],
        keys: &Keys,
        grid: Grid,
    ) -> Result<Vec<Track>, QueryError> {
        let swapped = self.many() == Many::Right;
        let (many, one) = if swapped {
            (right, left)
        } else {
            (left, right)
        };
        let (many_keys, one_keys) = if swapped {
            (&keys.right, &keys.left)
        } else {
            (&keys.left, &keys.right)
        };
        let (mut many_steps, mut one_steps) = (Steps::new(many), Steps::new(one));
        let mut results = Results::new(keys.count);
        for step in 0..grid.len() {
            let (from_many, from_one) = (many_steps.at(step), one_steps.at(step));
            if from_many.is_empty() || from_one.is_empty() {
                continue;
            }
            let unique = self.unique(&from_one, one, one_keys, keys.count)?;
            results.begin_step();
            for (index, value) in from_many {
                let key = many_keys[index];
                let Some((partner, partner_value)) = unique[key] else {
                    continue;
                };
                let (a, b) = if swapped {
                    (partner_value, value)
                } else {
                    (value, partner_value)
                };
                if let Some(result) = self.operator.apply(a, b, self.modifier.return_bool) {
                    let place = results.place((index, partner), || {
                        self.result_labels(&many[index].labels, &one[partner].labels)
                    });
                    results.note(self.many(), key, place)?;
                    results.gathered.push(place, step, result);
                }
            }
        }
        joined(results.gathered.into_tracks())
    }

    /// For each key the series and value of the side that may have one.
    fn unique(
        &self,
        values: &[(usize, f64)],
        tracks: &[Track],
        keys: &[usize],
        count: usize,
    ) -> Result<Vec<Option<(usize, f64)>>, QueryError> {
        let mut unique: Vec<Option<(usize, f64)>> = vec![None; count];
        for (index, value) in values {
            let slot = &mut unique[keys[*index]];
            if let Some((first, _)) = slot {
                return Err(self.duplicate(&tracks[*index].labels, &tracks[*first].labels));
            }
            *slot = Some((*index, *value));
        }
        Ok(unique)
    }

    /// Two series of the side that may have one match the same series of the other.
    fn duplicate(&self, series: &Labels, first: &Labels) -> QueryError {
        let side = if self.many() == Many::Right {
            "left"
        } else {
            "right"
        };
        let group = self.matching.key(series);
        QueryError::execution(format_args!(
            "found duplicate series for the match group {group} on the {side} hand-side of the operation: [{series}, {first}]\
             ;many-to-many matching not allowed: matching labels must be unique on one side"
        ))
    }

    /// The labels of a pair's result.
    fn result_labels(&self, many: &Labels, one: &Labels) -> Labels {
        let mut labels = many.clone();
        if drops_name(self.text, false) {
            labels.0.remove(METRIC_NAME);
        }
        let listed = |name: &str| self.matching.labels.iter().any(|label| label == name);
        if self.many() == Many::Neither {
            labels.0.retain(|name, _| listed(name) == self.matching.on);
        }
        for name in self
            .modifier
            .card
            .labels()
            .map_or(&[][..], |labels| &labels.labels)
        {
            set_label(&mut labels, name, one.get(name).unwrap_or(""));
        }
        if self.modifier.return_bool {
            labels.0.remove(METRIC_NAME);
        }
        labels
    }
}

/// The results so far, and which keys and labels the current step has, to see that none comes twice.
struct Results {
    /// The resulting series.
    gathered: Gathered,
    /// The series of each pair.
    places: HashMap<(usize, usize), usize>,
    /// Which keys have a result at this step.
    keys: Vec<bool>,
    /// The labels that each key has results with at this step.
    labels: HashSet<(usize, Arc<Labels>)>,
}

impl Results {
    /// Before the first step, for so many keys.
    fn new(keys: usize) -> Self {
        Self {
            gathered: Gathered::default(),
            places: HashMap::new(),
            keys: vec![false; keys],
            labels: HashSet::new(),
        }
    }

    /// Begins a step.
    fn begin_step(&mut self) {
        self.keys.fill(false);
        self.labels.clear();
    }

    /// The series of a pair's results, begun where there is none yet.
    fn place(&mut self, pair: (usize, usize), labels: impl FnOnce() -> Labels) -> usize {
        *self
            .places
            .entry(pair)
            .or_insert_with(|| self.gathered.begin(Arc::new(labels())))
    }

    /// Notes a result of this step; an error where one may not follow those before.
    fn note(&mut self, many: Many, key: usize, place: usize) -> Result<(), QueryError> {
        if many == Many::Neither {
            if std::mem::replace(&mut self.keys[key], true) {
                return Err(QueryError::execution(
                    "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)",
                ));
            }
        } else if !self.labels.insert((key, self.gathered.labels(place))) {
            return Err(QueryError::execution(
                "multiple matches for labels: grouping labels must ensure unique matches",
            ));
        }
        Ok(())
    }
}

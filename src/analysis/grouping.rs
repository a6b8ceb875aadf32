//! Which lines of a service are one group? Those of one mined template that say the same of level, status, code and other services.
//!
//! In: opened lines in order of time. Out: [`LogGroup`]s. Lines are counted by shape while they come (few, and cheap); once all
//! have been seen, the miner says which shapes are one template, over baseline and window together.
//!
//! Two things keep shapes of one template apart. The names of services of the map vary to a miner, but not to whom a line accuses.
//! And where some shapes rise by themselves while the rest of their template goes on as before (`step=refund` among `step=pay`),
//! the value that varies is what happened.

use std::collections::{BTreeMap, HashMap};

use super::group::{Change, Exposure, LogGroup};
use super::level::Level;
use super::line::Line;
use super::logs::cut;
use super::templates::{Lines, Miner, Template};
use super::trace::{causes_of, keep_frame};

/// Shapes that one service may have of each sort until they are brought together; lines of further ones count for the service
/// alone. Errors and other lines, first seen in the window or before, are four sorts, so that none takes the room of another.
const MOST_SHAPES: usize = 8_000;

/// Groups that one service may have of each sort. Real services have tens; a stream of lines that never repeat must not fill
/// the memory.
const MOST_GROUPS: usize = 1_000;

/// Error codes of one service that are told apart: a field of that name may hold anything.
const MOST_CODES: usize = 1_000;

/// Lines in the window from which a shape may rise by itself.
const LEAST_RISEN: f64 = 8.0;

/// Lines of a trace that a group keeps beside its sample.
const MOST_FRAMES: usize = 4;

/// The longest line of a trace that is kept, in bytes.
const LONGEST_FRAME: usize = 300;

/// The longest sample or signature that is kept, in bytes: what is shown is far shorter, but rules look at the whole.
pub(super) const LONGEST_SAMPLE: usize = 2000;

/// What tells lines of one service apart while they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Said {
    /// How bad they say they are.
    level: Level,
    /// A failed status.
    status: Option<u16>,
    /// A failed status of an origin.
    origin_status: Option<u16>,
    /// A code, by its number in [`Grouping::codes`].
    code: Option<usize>,
}

/// Lines of one shape.
#[derive(Debug)]
struct Shape {
    /// The miner's ticket.
    ticket: u32,
    /// What their fields say.
    said: Said,
    /// Their counts.
    group: LogGroup,
    /// The number of the line that is their sample: the earliest in the window, else in the baseline.
    sample: usize,
}

/// Brings the lines of one service together.
#[derive(Debug)]
pub(super) struct Grouping {
    /// Finds the templates.
    miner: Miner,
    /// The shapes.
    shapes: Vec<Shape>,
    /// Ticket and fields to the shape's index.
    index: HashMap<(u32, Said), usize>,
    /// Codes with their numbers.
    codes: BTreeMap<String, usize>,
    /// The text of the line at hand, where it is not its message alone.
    text: String,
    /// Shapes made so far: errors or not, first seen in the window or before.
    taken: [[usize; 2]; 2],
}

/// What is needed to make groups of shapes.
pub(super) struct Reader<'a> {
    /// The line of a number, as it is shown.
    pub(super) sample: &'a dyn Fn(usize) -> String,
    /// The services that a text names.
    pub(super) names: &'a dyn Fn(&str) -> Vec<&'a str>,
    /// What the window's counts may be held against.
    pub(super) exposure: Option<Exposure>,
}

impl Grouping {
    /// No lines yet.
    pub(super) fn new() -> Self {
        Self {
            miner: Miner::new(Lines::Messages),
            shapes: Vec::new(),
            index: HashMap::new(),
            codes: BTreeMap::new(),
            text: String::new(),
            taken: [[0; 2]; 2],
        }
    }

    /// Counts the line of a number; gives its shape, `None` where there are too many.
    pub(super) fn add(
        &mut self,
        line: &Line<'_>,
        number: usize,
        place: i64,
        weight: (f64, bool),
        in_window: bool,
    ) -> Option<usize> {
        let ticket = self.ticket_of(line);
        let said = self.said_by(line);
        let index = match self.index.get(&(ticket, said)) {
            Some(index) => *index,
            None => self.add_shape(line, (ticket, said), number, in_window)?,
        };
        let shape = &mut self.shapes[index];
        let group = &mut shape.group;
        if group.places.is_empty() || (in_window && group.now <= 0.0) {
            shape.sample = number;
            group.frames = frames_of(line);
        }
        group.count(place, weight, in_window);
        if in_window
            && said.level >= Level::Error
            && let Some(route) = line.route.as_deref()
        {
            let route = route.split(['?', '#']).next().unwrap_or_default();
            group.count_route(cut(route, 80), 1);
        }
        Some(index)
    }

    /// Adds a stack frame to the line of a number, if that is a shape's sample.
    pub(super) fn add_frame(&mut self, index: usize, number: usize, frame: &str) {
        if let Some(shape) = self.shapes.get_mut(index)
            && shape.sample == number
        {
            keep_frame(
                &mut shape.group.frames,
                cut(frame, LONGEST_FRAME),
                MOST_FRAMES,
            );
        }
    }

    /// The miner's ticket for message and error together.
    fn ticket_of(&mut self, line: &Line<'_>) -> u32 {
        let error = line.error.as_deref();
        let Some(error) = error.filter(|error| !line.message.contains(error)) else {
            return self.miner.add(line.message.as_bytes());
        };
        self.text.clear();
        for part in [&line.message, ": ", error] {
            self.text.push_str(part);
        }
        self.miner.add(self.text.as_bytes())
    }

    /// What the fields of a line say.
    fn said_by(&mut self, line: &Line<'_>) -> Said {
        let failed = |status: &u16| *status >= 400;
        Said {
            level: line.level(),
            status: line.status.filter(failed),
            origin_status: line.origin_status.filter(failed),
            code: line.code.as_deref().and_then(|code| self.number_of(code)),
        }
    }

    /// The number of a code; `None` where there are too many.
    fn number_of(&mut self, code: &str) -> Option<usize> {
        let code = cut(code, 60);
        if let Some(number) = self.codes.get(code) {
            return Some(*number);
        }
        let number = self.codes.len();
        (number < MOST_CODES).then(|| {
            self.codes.insert(code.to_owned(), number);
            number
        })
    }

    /// Makes a shape; `None` where there are too many of its sort.
    fn add_shape(
        &mut self,
        line: &Line<'_>,
        key: (u32, Said),
        number: usize,
        in_window: bool,
    ) -> Option<usize> {
        let (ticket, said) = key;
        let sort = usize::from(said.level >= Level::Error);
        let room = &mut self.taken[sort][usize::from(in_window)];
        if *room >= MOST_SHAPES {
            return None;
        }
        *room += 1;
        self.shapes.push(Shape {
            ticket,
            said,
            group: LogGroup::new(said.level, line.own_refusal()),
            sample: number,
        });
        let index = self.shapes.len() - 1;
        self.index.insert(key, index);
        Some(index)
    }

    /// The groups, ordered by signature.
    pub(super) fn finish(self, reader: &Reader<'_>, split: i64) -> Vec<LogGroup> {
        let mined = self.miner.finish();
        let codes: BTreeMap<usize, String> =
            self.codes.into_iter().map(|(code, n)| (n, code)).collect();
        let mut alike: BTreeMap<(u32, Said), Vec<Shape>> = BTreeMap::new();
        for shape in self.shapes {
            let template = mined.of_ticket[shape.ticket as usize];
            alike.entry((template, shape.said)).or_default().push(shape);
        }
        let mut groups = Vec::new();
        for ((template, said), shapes) in alike {
            let template = &mined.templates[template as usize];
            let signature = signature_of(template, said, &codes);
            for shapes in apart(shapes, reader) {
                groups.push(joined(shapes, &signature, reader));
            }
        }
        groups.sort_by(|a, b| {
            (a.signature.cmp(&b.signature))
                .then(a.level.cmp(&b.level))
                .then_with(|| a.sample.cmp(&b.sample))
        });
        keep_most(&mut groups, split);
        groups
    }
}

/// Shapes of one template, apart where they name other services or rise by themselves.
fn apart(shapes: Vec<Shape>, reader: &Reader<'_>) -> Vec<Vec<Shape>> {
    if shapes.len() < 2 {
        return vec![shapes];
    }
    let mut by_names: BTreeMap<Vec<&str>, Vec<Shape>> = BTreeMap::new();
    for shape in shapes {
        let accuses = shape.said.level >= Level::Warn;
        let names = if accuses {
            (reader.names)(&(reader.sample)(shape.sample))
        } else {
            Vec::new()
        };
        by_names.entry(names).or_default().push(shape);
    }
    let apart = by_names.into_values();
    apart
        .flat_map(|shapes| risen_apart(shapes, reader.exposure))
        .collect()
}

/// Shapes of one template: those that rise by themselves and the rest, where the rest does not rise.
fn risen_apart(shapes: Vec<Shape>, exposure: Option<Exposure>) -> Vec<Vec<Shape>> {
    let rises = |group: &LogGroup| {
        let mut group = group.clone();
        group.judge(exposure, false);
        matches!(group.change, Change::New | Change::Surged)
    };
    let (risen, rest): (Vec<Shape>, Vec<Shape>) = shapes
        .into_iter()
        .partition(|shape| shape.group.read_now >= LEAST_RISEN && rises(&shape.group));
    if risen.is_empty() || rest.is_empty() {
        return vec![risen.into_iter().chain(rest).collect()];
    }
    let mut together = LogGroup::new(Level::Info, None);
    together.absorb(rest.iter().map(|shape| &shape.group));
    if rises(&together) {
        vec![risen.into_iter().chain(rest).collect()]
    } else {
        vec![risen, rest]
    }
}

/// One group of some shapes. Sample, frames and answer are those of the shape whose sample comes first, in the window if any is.
fn joined(mut shapes: Vec<Shape>, signature: &str, reader: &Reader<'_>) -> LogGroup {
    shapes.sort_by_key(|shape| (shape.group.now <= 0.0, shape.sample));
    let first = shapes.remove(0);
    let mut group = first.group;
    group.sample = (reader.sample)(first.sample);
    signature.clone_into(&mut group.signature);
    group.absorb(shapes.iter().map(|shape| &shape.group));
    group
}

/// Keeps the groups with most lines of each sort, in their order.
fn keep_most(groups: &mut Vec<LogGroup>, split: i64) {
    let sort_of = |group: &LogGroup| {
        let in_window = group.places.first().is_some_and(|first| *first >= split);
        (group.level >= Level::Error, in_window)
    };
    let mut order: Vec<usize> = (0..groups.len()).collect();
    let lines = |index: usize| groups[index].read_now + groups[index].read_before;
    order.sort_by(|a, b| lines(*b).total_cmp(&lines(*a)).then(a.cmp(b)));
    let mut taken: BTreeMap<(bool, bool), usize> = BTreeMap::new();
    let mut stays = vec![false; groups.len()];
    for index in order {
        let taken = taken.entry(sort_of(&groups[index])).or_default();
        *taken += 1;
        stays[index] = *taken <= MOST_GROUPS;
    }
    let mut stays = stays.into_iter();
    groups.retain(|_| stays.next().unwrap_or(false));
}

/// A template, with what fields say beside the message.
fn signature_of(template: &Template, said: Said, codes: &BTreeMap<usize, String>) -> String {
    let mut signature = cut(&template.text, LONGEST_SAMPLE).to_owned();
    let code = said.code.and_then(|code| codes.get(&code));
    let code = code.map(String::as_str);
    append_codes(said.status, said.origin_status, code, &mut signature);
    signature
}

/// Appends a failed status and a code: these tell groups apart.
pub(super) fn append_codes(
    status: Option<u16>,
    origin_status: Option<u16>,
    code: Option<&str>,
    out: &mut String,
) {
    let mut number = |name: &str, status: Option<u16>| {
        if let Some(status) = status.filter(|status| *status >= 400) {
            for part in [" ", name, "=", &status.to_string()] {
                out.push_str(part);
            }
        }
    };
    number("status", status);
    number("origin_status", origin_status);
    if let Some(code) = code {
        out.push_str(" code=");
        out.push_str(code);
    }
}

/// What a line's own trace says beside its frames; the root, which comes last, is never left out.
fn frames_of(line: &Line<'_>) -> Vec<String> {
    let Some(trace) = line.trace.as_deref() else {
        return Vec::new();
    };
    let mut frames: Vec<&str> = causes_of(trace).collect();
    if frames.len() > MOST_FRAMES {
        frames.drain(1..=frames.len() - MOST_FRAMES);
    }
    frames
        .iter()
        .map(|frame| cut(frame, LONGEST_FRAME).to_owned())
        .collect()
}

#[cfg(test)]
#[path = "tests/grouping.rs"]
mod tests;

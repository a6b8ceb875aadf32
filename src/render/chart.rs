//! How did something go over time? In: a few courses of samples, a window, thresholds; out: a line chart in characters.
//!
//! ```text
//! p95 of atlas-api                              times in UTC+01:00
//!   3s ┤                         ⢠⠒⢄
//!      │╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌⡎╌╌⠑⢄╌╌╌╌╌     a threshold in sight
//!   2s ┤                  ⢀⠔⠒⠊
//!   1s ┤⣀⣀⡠⠤⠤⣀⣀     ⢀⣀⡠⠊⠁                      what is missing is a gap
//! 0 ms ┤
//!      └────┬─────────┬─────────┬──────────
//!         10:00     10:10     10:20
//! a {route="/v1/orders"}  last 2.1s  min 0.6s  max 2.9s
//! ╌ critical 2.5s
//! ```
//!
//! Nothing is asked of the terminal: the width is the look's, the height is fixed. Of more samples than dots none is left out:
//! a column shows all values between its least and its greatest. A single line is drawn alone; of several, each carries its
//! letter here and there, so that colour is not needed. NaN is a gap; an infinity is an arrow at the edge that it left by.
//! In ASCII a dot is a character. The value axis is that of the HTML report: [`Scale`].

mod canvas;
mod time_axis;

use std::io::{self, Write};

use chrono::TimeDelta;

use super::Look;
use super::style::Role;
use super::visible::{LEAST_COLUMNS, columns, fit};
use crate::model::messages::query as text;
use crate::model::messages::render as shared;
use crate::model::messages::words as amounts;
use crate::model::{Breach, Figures, Sample, Unit, Window};
use crate::report::{Scale, scale_of};
use canvas::{Canvas, Ink};

/// Rows of the drawing: half of a small terminal, so that legend and prompt stay in sight.
const ROWS: usize = 12;
/// Columns where nobody knows the terminal's.
const COLUMNS: usize = 100;
/// A drawing is no wider: the eye does not follow a line further.
const MOST_COLUMNS: usize = 240;
/// A drawing is no narrower, even if it runs over.
const LEAST_DRAWN: usize = 16;
/// Lines of one chart: more cannot be told apart.
pub(crate) const MOST_COURSES: usize = 8;
/// Columns between two letters of one line.
const MARK_COLUMNS: usize = 18;
/// Values beyond this are drawn in a coarser measure: see [`Measure`].
const MOST_DRAWN: f64 = 1e14;

/// A chart to be.
#[derive(Debug)]
pub(crate) struct Chart<'a> {
    /// What it shows; may come from anywhere.
    pub(crate) title: &'a str,
    /// What the values count; `None` where nobody said.
    pub(crate) unit: Option<Unit>,
    /// From the left edge to the right.
    pub(crate) window: Window,
    /// Samples further apart than half as much again are not joined.
    pub(crate) step: TimeDelta,
    /// The lines, each with its name, which may come from anywhere.
    pub(crate) courses: Vec<(String, &'a [Sample])>,
    /// Thresholds.
    pub(crate) limits: Vec<(Breach, f64)>,
}

/// Writes a chart. Of more than [`MOST_COURSES`] lines those with the greatest values are drawn, and the rest is counted.
///
/// # Errors
/// The writer's.
pub(crate) fn write_chart(chart: &Chart<'_>, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    write_title(chart, look, out)?;
    let (courses, left_out) = drawn(&chart.courses);
    let Some(measure) = Measure::of(chart, &courses) else {
        return writeln!(out, "{}", text::nothing_to_draw(look.lang));
    };
    let labels = measure.labels(chart.unit, look);
    let gutter = labels.iter().map(|(_, label)| columns(label)).max();
    let gutter = gutter.unwrap_or(0);
    let width = look.width.unwrap_or(COLUMNS).max(LEAST_COLUMNS);
    let wide = width.saturating_sub(gutter + 2);
    let canvas = draw(
        chart,
        &courses,
        &measure,
        wide.clamp(LEAST_DRAWN, MOST_COLUMNS),
        look,
    );
    let marks: Vec<char> = (0..courses.len())
        .map(|index| course_mark(index, courses.len(), look))
        .collect();
    write_rows(&canvas, &measure, (&labels, &marks), look, out)?;
    write_axis(chart, &canvas, gutter, look, out)?;
    write_legend(chart, &courses, (left_out, &marks), look, out)
}

/// Writes what is shown, and the offset of its times.
fn write_title(chart: &Chart<'_>, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let width = look
        .width
        .unwrap_or(COLUMNS)
        .clamp(LEAST_COLUMNS, MOST_COLUMNS);
    let offset = shared::times_in(look.lang, &amounts::utc_offset(look.offset));
    let title = fit(
        chart.title,
        width.saturating_sub(columns(&offset) + 2).max(8),
    );
    let pad = width
        .saturating_sub(columns(&title) + columns(&offset))
        .max(2);
    let (title, offset) = (
        look.style.paint(Role::Title, &title),
        look.style.paint(Role::Quiet, &offset),
    );
    writeln!(out, "{title}{}{offset}", " ".repeat(pad))
}

/// A line of the chart: its name and samples.
type Course<'a> = (&'a str, &'a [Sample]);

/// The lines that are drawn, in their order, and how many are not.
fn drawn<'a>(courses: &'a [(String, &'a [Sample])]) -> (Vec<Course<'a>>, usize) {
    let greatest =
        |samples: &[Sample]| Figures::of(samples).map_or(f64::NEG_INFINITY, |figures| figures.max);
    let mut order: Vec<usize> = (0..courses.len()).collect();
    order.sort_by(|a, b| greatest(courses[*b].1).total_cmp(&greatest(courses[*a].1)));
    order.truncate(MOST_COURSES);
    order.sort_unstable();
    let kept = order
        .iter()
        .map(|index| (courses[*index].0.as_str(), courses[*index].1))
        .collect();
    (kept, courses.len().saturating_sub(MOST_COURSES))
}

/// The value axis, in a measure in which values can be drawn.
struct Measure {
    /// The axis, in that measure.
    scale: Scale,
    /// How many units one of it is: 1 but for numbers beyond imagination.
    factor: f64,
}

impl Measure {
    /// Of the lines and the thresholds near them; `None` where there is no finite value.
    fn of(chart: &Chart<'_>, courses: &[Course<'_>]) -> Option<Self> {
        let values = || {
            courses
                .iter()
                .flat_map(|(_, samples)| samples.iter())
                .map(|sample| sample.value)
                .filter(|value| value.is_finite())
        };
        let largest = values().map(f64::abs).reduce(f64::max)?;
        let factor = if largest > MOST_DRAWN {
            10.0_f64.powf((largest / MOST_DRAWN).log10().ceil())
        } else {
            1.0
        };
        let scaled: Vec<Option<f64>> = values().map(|value| Some(value / factor)).collect();
        let limits: Vec<f64> = chart
            .limits
            .iter()
            .map(|(_, limit)| limit / factor)
            .collect();
        let scale = scale_of(&scaled, &limits, chart.unit.unwrap_or(Unit::Count))?;
        Some(Self { scale, factor })
    }

    /// The dot from the top that a value stands at, of so many; the infinities stand at the edges.
    fn dot(&self, value: f64, dots: usize) -> usize {
        let Scale { low, high, .. } = self.scale;
        let share = ((high - value / self.factor) / (high - low)).clamp(0.0, 1.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a dot"
        )]
        let dot = (share * (dots.max(1) - 1) as f64).round() as usize;
        dot
    }

    /// Figures beside the axis and the values they stand for: as short as they can be and still differ.
    fn labels(&self, unit: Option<Unit>, look: &Look) -> Vec<(f64, String)> {
        let ticks: Vec<f64> = self
            .scale
            .ticks
            .iter()
            .map(|tick| tick * self.factor)
            .collect();
        let short = |tick: &f64| amounts::value(look.lang, unit.unwrap_or(Unit::Count), *tick);
        let mut labels: Vec<String> = ticks.iter().map(short).collect();
        if labels.windows(2).any(|pair| pair[0] == pair[1]) {
            labels = ticks
                .iter()
                .map(|tick| text::exact(look.lang, *tick))
                .collect();
        }
        ticks.into_iter().zip(labels).collect()
    }
}

/// The least and the greatest value of a column of dots, and those at its ends.
#[derive(Debug, Clone, Copy)]
struct Stroke {
    /// Dots from the top: of the earliest sample, of the latest.
    ends: (usize, usize),
    /// The highest and the lowest dot.
    reach: (usize, usize),
    /// When the earliest and the latest sample were, in seconds.
    times: (f64, f64),
}

/// Draws thresholds, lines and letters.
fn draw(
    chart: &Chart<'_>,
    courses: &[Course<'_>],
    measure: &Measure,
    wide: usize,
    look: &Look,
) -> Canvas {
    let mut canvas = Canvas::new(wide, ROWS, look.ascii);
    let mut all = Vec::new();
    for (index, (_, samples)) in courses.iter().enumerate() {
        let strokes = strokes(chart, samples, measure, &canvas);
        draw_course(&mut canvas, &strokes, chart.step, index);
        all.push(strokes);
    }
    for (index, (_, samples)) in courses.iter().enumerate() {
        draw_infinities(&mut canvas, chart, samples, index, look);
    }
    if courses.len() > 1 && !look.ascii {
        for (index, strokes) in all.iter().enumerate() {
            draw_letters(&mut canvas, strokes, index, courses.len());
        }
    }
    for (breach, limit) in &chart.limits {
        if measure.scale.holds(limit / measure.factor) {
            let row = canvas.row_of(measure.dot(*limit, canvas.height()));
            canvas.fill_row(row, limit_mark(*breach, look), Ink::Limit(*breach));
        }
    }
    canvas
}

/// The column of dots that an instant stands in; `None` outside the window, but for a step that the server rounded to.
fn dot_column(chart: &Chart<'_>, at_seconds: f64, dots: usize) -> Option<usize> {
    let from = chart.window.from.timestamp_millis() as f64 / 1000.0;
    let length = chart.window.length().num_milliseconds() as f64 / 1000.0;
    let slack = chart.step.num_milliseconds() as f64 / 1000.0;
    let after = at_seconds - from;
    if !(-slack..=length + slack).contains(&after) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a dot"
    )]
    let dot = ((after / length).clamp(0.0, 1.0) * (dots.max(1) - 1) as f64).round() as usize;
    Some(dot)
}

/// What is drawn in each column of dots.
fn strokes(
    chart: &Chart<'_>,
    samples: &[Sample],
    measure: &Measure,
    canvas: &Canvas,
) -> Vec<Option<Stroke>> {
    let mut strokes: Vec<Option<Stroke>> = vec![None; canvas.width()];
    for sample in samples.iter().filter(|sample| sample.value.is_finite()) {
        let Some(x) = dot_column(chart, sample.at_seconds, canvas.width()) else {
            continue;
        };
        let y = measure.dot(sample.value, canvas.height());
        let at = sample.at_seconds;
        strokes[x] = Some(match strokes[x] {
            None => Stroke {
                ends: (y, y),
                reach: (y, y),
                times: (at, at),
            },
            Some(stroke) => Stroke {
                ends: (stroke.ends.0, y),
                reach: (stroke.reach.0.min(y), stroke.reach.1.max(y)),
                times: (stroke.times.0, at),
            },
        });
    }
    strokes
}

/// Draws a line, broken where samples are missing.
fn draw_course(canvas: &mut Canvas, strokes: &[Option<Stroke>], step: TimeDelta, index: usize) {
    let most_apart = step.num_milliseconds() as f64 / 1000.0 * 1.5;
    let mut before: Option<(usize, Stroke)> = None;
    for (x, stroke) in strokes.iter().enumerate() {
        let Some(stroke) = stroke else { continue };
        canvas.line((x, stroke.reach.0), (x, stroke.reach.1), index);
        if let Some((left, earlier)) = before
            && stroke.times.0 - earlier.times.1 <= most_apart
        {
            canvas.line((left, earlier.ends.1), (x, stroke.ends.0), index);
        }
        before = Some((x, *stroke));
    }
}

/// Puts an arrow where a value left the scale for good.
fn draw_infinities(
    canvas: &mut Canvas,
    chart: &Chart<'_>,
    samples: &[Sample],
    index: usize,
    look: &Look,
) {
    for sample in samples.iter().filter(|sample| sample.value.is_infinite()) {
        let Some(x) = dot_column(chart, sample.at_seconds, canvas.width()) else {
            continue;
        };
        let (row, mark) = match (sample.value > 0.0, look.ascii) {
            (true, false) => (0, '↑'),
            (true, true) => (0, '^'),
            (false, false) => (ROWS - 1, '↓'),
            (false, true) => (ROWS - 1, 'v'),
        };
        canvas.mark(row, canvas.column_of(x), mark, Ink::Course(index));
    }
}

/// Puts a line's letter on it, again and again, between those of the others; once at least where there is room.
fn draw_letters(canvas: &mut Canvas, strokes: &[Option<Stroke>], index: usize, courses: usize) {
    let own = |column: usize| column % MARK_COLUMNS == index * MARK_COLUMNS / courses;
    let spots: Vec<(usize, usize)> = strokes
        .iter()
        .enumerate()
        .filter_map(|(x, stroke)| {
            Some((canvas.column_of(x), canvas.row_of(stroke.as_ref()?.ends.1)))
        })
        .collect();
    let mut placed = false;
    for (column, row) in spots.iter().filter(|(column, _)| own(*column)) {
        if !canvas.is_marked(*row, *column) {
            canvas.mark(*row, *column, letter(index), Ink::Course(index));
            placed = true;
        }
    }
    if !placed
        && let Some((column, row)) = spots
            .iter()
            .find(|(column, row)| !canvas.is_marked(*row, *column))
    {
        canvas.mark(*row, *column, letter(index), Ink::Course(index));
    }
}

/// What a line is told by in the legend, and drawn with in ASCII.
fn course_mark(index: usize, courses: usize, look: &Look) -> char {
    match (courses, look.ascii) {
        (1, false) => '•',
        (1, true) => '*',
        _ => letter(index),
    }
}

/// The letter of a line.
fn letter(index: usize) -> char {
    let offset = u8::try_from(index % 26).unwrap_or(0);
    char::from(b'a' + offset)
}

/// What a threshold is drawn with.
fn limit_mark(breach: Breach, look: &Look) -> char {
    match (breach, look.ascii) {
        (Breach::Critical, false) => '╌',
        (_, false) => '┄',
        (Breach::Critical, true) => '=',
        (_, true) => '-',
    }
}

/// How a threshold is coloured.
fn limit_role(breach: Breach) -> Role {
    match breach {
        Breach::Critical => Role::Bad,
        Breach::Warning | Breach::Ok => Role::Warn,
    }
}

/// How a character is coloured.
fn role(ink: Ink) -> Role {
    match ink {
        Ink::None => Role::Plain,
        Ink::Course(index) => Role::Course(index),
        Ink::Limit(breach) => limit_role(breach),
    }
}

/// Writes the drawing, its value axis to the left.
fn write_rows(
    canvas: &Canvas,
    measure: &Measure,
    (labels, marks): (&[(f64, String)], &[char]),
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let gutter = labels.iter().map(|(_, label)| columns(label)).max();
    let (tick, wall) = if look.ascii {
        ('+', '|')
    } else {
        ('┤', '│')
    };
    for row in 0..ROWS {
        let label = labels
            .iter()
            .find(|(value, _)| canvas.row_of(measure.dot(*value, canvas.height())) == row);
        let (label, axis) = label.map_or(("", wall), |(_, label)| (label.as_str(), tick));
        let pad = " ".repeat(gutter.unwrap_or(0) - columns(label));
        let cells = canvas.row(row, marks);
        let end = cells
            .iter()
            .rposition(|(c, _)| *c != ' ')
            .map_or(0, |at| at + 1);
        let drawn: String = cells[..end]
            .chunk_by(|a, b| a.1 == b.1)
            .map(|run| {
                let text: String = run.iter().map(|(c, _)| *c).collect();
                look.style.paint(role(run[0].1), &text).into_owned()
            })
            .collect();
        let label = look.style.paint(Role::Quiet, label);
        writeln!(out, "{pad}{label} {axis}{drawn}")?;
    }
    Ok(())
}

/// Writes the time axis.
fn write_axis(
    chart: &Chart<'_>,
    canvas: &Canvas,
    gutter: usize,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let wide = canvas.column_of(canvas.width());
    let (corner, rule, tick) = if look.ascii {
        ('+', '-', '+')
    } else {
        ('└', '─', '┬')
    };
    let mut axis: Vec<char> = vec![rule; wide];
    let mut below = String::new();
    for mark in time_axis::ticks(chart.window, wide, look.offset) {
        axis[mark.column] = tick;
        let start = mark.column.saturating_sub(mark.label.len() / 2);
        let start = start.min(wide.saturating_sub(mark.label.len()));
        let taken = columns(&below);
        if below.is_empty() || start > taken {
            below.push_str(&" ".repeat(start - taken));
            below.push_str(&mark.label);
        }
    }
    let axis: String = axis.into_iter().collect();
    let gap = " ".repeat(gutter + 1);
    writeln!(out, "{gap}{corner}{axis}")?;
    if below.is_empty() {
        return Ok(());
    }
    writeln!(out, "{gap} {}", look.style.paint(Role::Quiet, &below))
}

/// Writes what the lines mean, with their figures, and the thresholds.
fn write_legend(
    chart: &Chart<'_>,
    courses: &[Course<'_>],
    (left_out, marks): (usize, &[char]),
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let width = look
        .width
        .unwrap_or(COLUMNS)
        .clamp(LEAST_COLUMNS, MOST_COLUMNS);
    for (index, (name, samples)) in courses.iter().enumerate() {
        let figures = figures(samples, chart.unit, look);
        let room = width.saturating_sub(columns(&figures) + 4).max(12);
        let name = fit(name, room);
        let mark = marks[index].to_string();
        let mark = look.style.paint(Role::Course(index), &mark);
        writeln!(out, "{mark} {name}  {figures}")?;
    }
    if left_out > 0 {
        writeln!(
            out,
            "{}",
            text::series_not_drawn(look.lang, left_out as u64)
        )?;
    }
    for (breach, limit) in &chart.limits {
        let mark = limit_mark(*breach, look).to_string();
        let mark = look.style.paint(limit_role(*breach), &mark);
        let value = number(*limit, chart.unit, look);
        writeln!(out, "{mark} {} {value}", shared::breach(look.lang, *breach))?;
    }
    Ok(())
}

/// The figures of a line.
fn figures(samples: &[Sample], unit: Option<Unit>, look: &Look) -> String {
    match Figures::of(samples) {
        Some(Figures { last, min, max }) => text::figures(
            look.lang,
            &number(last, unit, look),
            &number(min, unit, look),
            &number(max, unit, look),
        ),
        None => shared::no_data(look.lang).to_owned(),
    }
}

/// A value in its unit; exact where nobody said which.
pub(crate) fn number(value: f64, unit: Option<Unit>, look: &Look) -> String {
    match unit {
        Some(unit) => amounts::value(look.lang, unit, value),
        None => text::exact(look.lang, value),
    }
}

#[cfg(test)]
mod tests;

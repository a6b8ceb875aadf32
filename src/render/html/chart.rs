//! How does a course look? In: values with their scale; out: inline SVG that stretches with the page, its figures in HTML beside
//! it, so that they keep their size on a phone.
//!
//! ```text
//! 100% ┤- - - - - - - - - - -     grid at the scale's figures; thresholds dashed (critical) or dotted (warning)
//!  50% ┤░░░░░░░░░░│ ╭───────      the baseline is shaded; a vertical line says since when
//!   0% ┤░░░░░░░░░░│╯
//!      baseline 12:23  window 12:53  13:23
//! ```
//!
//! Every drawing has a title and a description in words: what a screen reader says. Here is the only arithmetic of this room:
//! from values to places on the drawing.

use std::fmt::Write as _;

use super::super::Look;
use super::super::tables::time;
use super::markup::Markup;
use crate::model::Breach;
use crate::model::messages::html as words;
use crate::model::messages::render as shared;
use crate::model::messages::words as amounts;
use crate::report::{Course, Report, Scale};

/// The drawing's own width; the page stretches it.
const WIDTH: f64 = 1000.0;
/// The drawing's own height.
const HEIGHT: f64 = 100.0;

/// Writes a chart with its figures and its legend.
pub(super) fn write_chart(page: &mut Markup, course: &Course, report: &Report, look: &Look) {
    page.within("figure", &[], |page| {
        page.within("div", &[("class", "plot")], |page| {
            page.within(
                "div",
                &[("class", "scale"), ("aria-hidden", "true")],
                |page| {
                    for tick in &course.scale.ticks {
                        let top = format!("top:{:.2}%", height(*tick, &course.scale));
                        let text = amounts::value(look.lang, course.unit, *tick);
                        page.leaf("span", &[("style", &top)], &text);
                    }
                },
            );
            write_drawing(page, course, report, look);
            write_time_axis(page, course, report, look);
        });
        write_legend(page, course, report, look);
    });
}

/// Writes the drawing itself.
fn write_drawing(page: &mut Markup, course: &Course, report: &Report, look: &Look) {
    let id = course.findings.first().map_or("", String::as_str);
    let (title, description) = (format!("{id}-t"), format!("{id}-d"));
    let labelled = format!("{title} {description}");
    let attributes = [
        ("class", "chart"),
        ("role", "img"),
        ("aria-labelledby", labelled.as_str()),
        ("viewBox", "0 0 1000 100"),
        ("preserveAspectRatio", "none"),
    ];
    page.within("svg", &attributes, |page| {
        page.leaf("title", &[("id", &title)], &name(course));
        page.leaf(
            "desc",
            &[("id", &description)],
            &described(course, report, look),
        );
        let baseline = format!("M0 0H{0:.1}V100H0Z", course.baseline_ratio * WIDTH);
        write_path(page, "before", &baseline);
        for tick in &course.scale.ticks {
            write_path(page, "grid", &level(*tick, &course.scale));
        }
        write_path(page, "area", &area(&course.values, &course.scale));
        for limit in &course.limits {
            let class = match limit.breach {
                Breach::Critical => "limit bad",
                Breach::Warning | Breach::Ok => "limit warn",
            };
            write_path(page, class, &level(limit.value, &course.scale));
        }
        if let Some((_, place)) = course.since {
            let onset = format!("M{:.1} 0V100", place * WIDTH);
            write_path(page, "onset", &onset);
        }
        write_path(page, "line", &line(&course.values, &course.scale));
    });
}

/// Writes the times below a chart: where the baseline starts, where the window starts, where it ends.
fn write_time_axis(page: &mut Markup, course: &Course, report: &Report, look: &Look) {
    let at = |at| time(Some(at), report, look);
    let split = format!(
        "grid-template-columns:{:.2}% 1fr",
        course.baseline_ratio * 100.0
    );
    let attributes = [
        ("class", "times"),
        ("style", split.as_str()),
        ("aria-hidden", "true"),
    ];
    page.within("div", &attributes, |page| {
        page.within("div", &[], |page| {
            page.leaf("span", &[("class", "word")], words::baseline(look.lang));
            page.leaf("span", &[], &at(report.baseline.from));
        });
        page.within("div", &[], |page| {
            page.leaf("span", &[("class", "word")], words::window(look.lang));
            page.leaf("span", &[], &at(report.window.from));
            page.leaf("span", &[("class", "end")], &at(report.window.to));
        });
    });
}

/// Writes what the lines mean.
fn write_legend(page: &mut Markup, course: &Course, report: &Report, look: &Look) {
    page.within("figcaption", &[], |page| {
        let key = |page: &mut Markup, class: &str, text: &str| {
            page.within("span", &[("class", "key")], |page| {
                page.leaf("i", &[("class", class), ("aria-hidden", "true")], "");
                page.text(text);
            });
            page.text(" ");
        };
        key(page, "line", &name(course));
        for limit in &course.limits {
            let value = amounts::value(look.lang, course.unit, limit.value);
            let (class, word) = match limit.breach {
                Breach::Critical => ("limit bad", shared::breach(look.lang, Breach::Critical)),
                Breach::Warning | Breach::Ok => {
                    ("limit warn", shared::breach(look.lang, Breach::Warning))
                }
            };
            key(page, class, &format!("{word} {value}"));
        }
        if let Some((since, _)) = course.since {
            let since = time(Some(since), report, look);
            key(page, "onset", &shared::since(look.lang, &since));
        }
    });
}

/// Service and quantity.
fn name(course: &Course) -> String {
    format!("{} · {}", course.service, course.what)
}

/// The course in words.
fn described(course: &Course, report: &Report, look: &Look) -> String {
    let amount = |value: Option<f64>| {
        value.map_or_else(
            || shared::no_data(look.lang).to_owned(),
            |value| amounts::value(look.lang, course.unit, value),
        )
    };
    let since = course.since.map(|(at, _)| time(Some(at), report, look));
    words::described(
        look.lang,
        &amount(course.baseline),
        &amount(course.now),
        &amount(course.extreme),
        since.as_deref(),
    )
}

/// Writes a sparkline of one row of a table.
pub(super) fn write_sparkline(page: &mut Markup, values: &[Option<f64>], label: &str) {
    let finite = || values.iter().flatten().copied().filter(|v| v.is_finite());
    let low = finite().fold(f64::INFINITY, f64::min);
    let high = finite().fold(f64::NEG_INFINITY, f64::max);
    if low > high {
        return;
    }
    let scale = Scale {
        low,
        high,
        ticks: Vec::new(),
    };
    let attributes = [
        ("class", "spark"),
        ("role", "img"),
        ("aria-label", label),
        ("viewBox", "0 0 1000 100"),
        ("preserveAspectRatio", "none"),
    ];
    page.within("svg", &attributes, |page| {
        page.leaf("title", &[], label);
        write_path(page, "area", &area(values, &scale));
        write_path(page, "line", &line(values, &scale));
    });
}

/// Writes how full something is, 0 to 1: said in words beside it.
pub(super) fn write_bar(page: &mut Markup, ratio: f64) {
    let width = format!("width:{:.0}%", ratio.clamp(0.0, 1.0) * 100.0);
    page.within(
        "span",
        &[("class", "bar"), ("aria-hidden", "true")],
        |page| {
            page.leaf("i", &[("style", &width)], "");
        },
    );
}

/// Writes a path; nothing for an empty one.
fn write_path(page: &mut Markup, class: &str, path: &str) {
    if !path.is_empty() {
        page.leaf("path", &[("class", class), ("d", path)], "");
    }
}

/// Where a value stands, in parts of a hundred from the top. Halves, because the span of two numbers may not fit a number.
fn height(value: f64, scale: &Scale) -> f64 {
    let span = scale.high / 2.0 - scale.low / 2.0;
    if span <= 0.0 {
        return HEIGHT / 2.0;
    }
    let share = (value / 2.0 - scale.low / 2.0) / span;
    HEIGHT - share.clamp(0.0, 1.0) * HEIGHT
}

/// A horizontal line at a value.
fn level(value: f64, scale: &Scale) -> String {
    format!("M0 {:.2}H1000", height(value, scale))
}

/// Runs of values without a gap, each as the points of its steps' middles.
fn runs(values: &[Option<f64>], scale: &Scale) -> Vec<Vec<(f64, f64)>> {
    let step = WIDTH / values.len().max(1) as f64;
    let mut runs = vec![Vec::new()];
    for (index, value) in values.iter().enumerate() {
        match value.filter(|value| value.is_finite()) {
            Some(value) => {
                let point = ((index as f64 + 0.5) * step, height(value, scale));
                runs.last_mut().expect("there is always one").push(point);
            }
            None => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// The path of the values: a line for each run, a dot for a value alone.
fn line(values: &[Option<f64>], scale: &Scale) -> String {
    let mut path = String::new();
    for run in runs(values, scale) {
        push_points(&mut path, &run);
        if run.len() == 1 {
            path.push_str("h0");
        }
    }
    path
}

/// The path of the area between the values and the foot of the drawing.
fn area(values: &[Option<f64>], scale: &Scale) -> String {
    let mut path = String::new();
    for run in runs(values, scale).iter().filter(|run| run.len() > 1) {
        push_points(&mut path, run);
        let (first, last) = (run[0].0, run[run.len() - 1].0);
        write!(path, "L{last:.1} 100L{first:.1} 100Z").expect("writing to a string cannot fail");
    }
    path
}

/// Adds a line through points to a path.
fn push_points(path: &mut String, points: &[(f64, f64)]) {
    for (index, (x, y)) in points.iter().enumerate() {
        let step = if index == 0 { 'M' } else { 'L' };
        write!(path, "{step}{x:.1} {y:.2}").expect("writing to a string cannot fail");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale() -> Scale {
        Scale {
            low: 0.0,
            high: 10.0,
            ticks: vec![0.0, 10.0],
        }
    }

    #[test]
    fn values_go_from_the_foot_to_the_top_and_gaps_break_the_line() {
        let values = [Some(0.0), Some(10.0), None, Some(5.0), Some(f64::NAN)];
        assert_eq!(
            line(&values, &scale()),
            "M100.0 100.00L300.0 0.00M700.0 50.00h0"
        );
        assert_eq!(
            area(&values, &scale()),
            "M100.0 100.00L300.0 0.00L300.0 100L100.0 100Z"
        );
        assert_eq!(line(&[], &scale()), "");
    }

    #[test]
    fn no_value_leaves_the_drawing() {
        let wide = Scale {
            low: f64::MIN,
            high: f64::MAX,
            ticks: Vec::new(),
        };
        for scale in [scale(), wide] {
            for value in [f64::MIN, -1.0, 0.0, 5.0, 11.0, f64::MAX] {
                let height = height(value, &scale);
                assert!((0.0..=100.0).contains(&height), "{value} {height}");
            }
        }
    }
}

//! How do rows look? In: columns and cells; out: one look for all of scout's tables, or the same rows in Markdown.
//!
//! Three layouts, from wide to narrow, chosen by the width that the rows need:
//!
//! ```text
//! Service   Lines  Signature                 as it is         no width given, or it fits
//! ──────────────────────────
//! atlas-api   312  no connection left
//!
//! Service   Lines  Signature                 wrapped          columns of text wrap, names and figures do not
//! ──────────────────────────
//! atlas-api   312  no connection
//!                  left
//!
//! Service    atlas-api                       one card a row   where text would have less than sixteen columns
//! Lines      312
//! Signature  no connection left
//! ```
//!
//! comfy-table asks the terminal and the environment when it is left to; here it is always told the width, and never
//! styles: it counts cells and pads them, and the colours go in afterwards (see [`mark`]). The layout drops no row and no column.

use std::io::{self, Write};

use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, ContentLineStyle, LineStyle, TableStyle,
    Width,
};

use super::Look;
use super::markdown;
use super::sparkline::sparkline;
use super::style::{Role, Style};
use super::visible::{LEAST_COLUMNS, columns, fit, wrap};

/// Columns between two columns.
const GAP: usize = 2;
/// A column of text with less than this is not read but spelt; below it the rows become cards.
const LEAST_TEXT: usize = 16;
/// A card's value gets at least this, even if its line runs over: two ideographs and a few letters.
const LEAST_CARD: usize = 8;
/// No cell is longer: a line of megabytes in a table helps nobody, and machine output has it whole.
const CELL_COLUMNS: usize = 2_000;

/// How a column behaves where room is short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Never wraps: names, times, states.
    Fixed,
    /// Never wraps, right-aligned: figures.
    Number,
    /// Wraps.
    Text,
}

/// One cell: what it says, made visible, and its role.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cell {
    /// Its lines, mostly one.
    lines: Vec<String>,
    /// How it is coloured.
    role: Role,
    /// What its sparkline is drawn from; empty in every other cell.
    values: Vec<Option<f64>>,
}

impl Cell {
    /// A cell without colour. The text may come from anywhere.
    pub(crate) fn new(text: &str) -> Self {
        Self::painted(Role::Plain, text)
    }

    /// A cell in the look of a role. The text may come from anywhere.
    pub(crate) fn painted(role: Role, text: &str) -> Self {
        Self {
            lines: vec![fit(text, CELL_COLUMNS)],
            role,
            values: Vec::new(),
        }
    }

    /// A cell that shows how values went, as a sparkline of at most so many columns.
    pub(crate) fn trend(values: &[Option<f64>], columns: usize, look: &Look) -> Self {
        Self {
            values: values.to_vec(),
            ..Self::new(&sparkline(values, columns, look.ascii))
        }
    }

    /// Its lines.
    pub(crate) fn lines(&self) -> &[String] {
        &self.lines
    }

    /// How it is coloured.
    pub(crate) fn role(&self) -> Role {
        self.role
    }

    /// What its sparkline is drawn from; empty where it has none.
    pub(crate) fn values(&self) -> &[Option<f64>] {
        &self.values
    }

    /// The same cell with one more line.
    pub(crate) fn below(mut self, text: &str) -> Self {
        self.lines.push(fit(text, CELL_COLUMNS));
        self
    }

    /// Columns of its widest line.
    fn columns(&self) -> usize {
        self.lines
            .iter()
            .map(|line| columns(line))
            .max()
            .unwrap_or(0)
    }

    /// Whether it says nothing.
    fn is_empty(&self) -> bool {
        self.lines.iter().all(String::is_empty)
    }
}

/// Rows under column titles.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    /// Title and behaviour of each column.
    columns: Vec<(String, Flow)>,
    /// Rows, as many cells as there are columns.
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table without rows.
    pub(crate) fn new<const N: usize>(titles: [&str; N], flows: [Flow; N]) -> Self {
        Self {
            columns: titles.map(str::to_owned).into_iter().zip(flows).collect(),
            rows: Vec::new(),
        }
    }

    /// A table without rows whose columns are only known when it is made. The titles may come from anywhere.
    pub(crate) fn of<'a>(columns: impl IntoIterator<Item = (&'a str, Flow)>) -> Self {
        Self {
            columns: columns
                .into_iter()
                .map(|(title, flow)| (fit(title, CELL_COLUMNS), flow))
                .collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row of as many cells as there are columns.
    pub(crate) fn push(&mut self, cells: Vec<Cell>) {
        debug_assert_eq!(cells.len(), self.columns.len(), "a cell for each column");
        self.rows.push(cells);
    }

    /// Adds a row of as many cells as there are columns.
    pub(crate) fn row<const N: usize>(&mut self, cells: [Cell; N]) {
        debug_assert_eq!(N, self.columns.len(), "a cell for each column");
        self.rows.push(cells.into());
    }

    /// Title and behaviour of each column.
    pub(crate) fn columns(&self) -> &[(String, Flow)] {
        &self.columns
    }

    /// Its rows, as many cells as there are columns.
    pub(crate) fn rows(&self) -> &[Vec<Cell>] {
        &self.rows
    }

    /// Whether it has no row.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether it can be written as it is, nothing wrapped.
    pub(crate) fn fits(&self, look: &Look) -> bool {
        let widths = self.natural_widths();
        let needed = widths.iter().sum::<usize>() + GAP * (widths.len() - 1);
        look.width
            .is_none_or(|width| needed <= width.max(LEAST_COLUMNS))
    }

    /// Whether its rows stay rows, wrapped or not, and do not become cards.
    pub(crate) fn has_rows(&self, look: &Look) -> bool {
        let gaps = GAP * (self.columns.len() - 1);
        self.fits(look)
            || look.width.is_some_and(|width| {
                let room = width.max(LEAST_COLUMNS).saturating_sub(gaps);
                self.narrowed(&self.natural_widths(), room).is_some()
            })
    }

    /// Takes the last column away.
    pub(crate) fn drop_last_column(&mut self) {
        self.columns.pop();
        for row in &mut self.rows {
            row.pop();
        }
    }

    /// Writes it for people; nothing where it has no row.
    ///
    /// # Errors
    /// The writer's.
    pub(crate) fn write(&self, look: &Look, out: &mut dyn Write) -> io::Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        let Some(width) = look.width.filter(|_| !self.fits(look)) else {
            return self.write_grid(look, None, out);
        };
        let width = width.max(LEAST_COLUMNS);
        let gaps = GAP * (self.columns.len() - 1);
        match self.narrowed(&self.natural_widths(), width.saturating_sub(gaps)) {
            Some(widths) => self.write_grid(look, Some(&widths), out),
            None => self.write_cards(look, width, out),
        }
    }

    /// Writes it as a table of Markdown; nothing where it has no row.
    ///
    /// # Errors
    /// The writer's.
    pub(crate) fn write_markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        let titles: Vec<_> = self
            .columns
            .iter()
            .map(|(title, _)| markdown::escaped(title))
            .collect();
        writeln!(out, "| {} |", titles.join(" | "))?;
        let rule = |flow: &Flow| if *flow == Flow::Number { "--:" } else { "---" };
        let rules: Vec<_> = self.columns.iter().map(|(_, flow)| rule(flow)).collect();
        writeln!(out, "| {} |", rules.join(" | "))?;
        for row in &self.rows {
            let cells: Vec<_> = row
                .iter()
                .map(|cell| markdown::escaped(&cell.lines.join(" · ")))
                .collect();
            writeln!(out, "| {} |", cells.join(" | "))?;
        }
        Ok(())
    }

    /// The columns that each column takes when nothing is wrapped.
    fn natural_widths(&self) -> Vec<usize> {
        self.columns
            .iter()
            .enumerate()
            .map(|(index, (title, _))| {
                let cells = self.rows.iter().map(|row| row[index].columns());
                cells.fold(columns(title), usize::max)
            })
            .collect()
    }

    /// Widths that add up to `room`: text gives way, short texts last, and shares what is left. `None` where text would
    /// have to be narrower than it may be.
    fn narrowed(&self, natural: &[usize], room: usize) -> Option<Vec<usize>> {
        let is_text = |index: &usize| self.columns[*index].1 == Flow::Text;
        let mut widths = natural.to_vec();
        let mut texts: Vec<usize> = (0..widths.len()).filter(is_text).collect();
        texts.sort_by_key(|index| natural[*index]);
        let all: usize = natural.iter().sum();
        let text: usize = texts.iter().map(|index| natural[*index]).sum();
        let mut left = room.checked_sub(all - text)?;
        for (done, index) in texts.iter().enumerate() {
            let share = left / (texts.len() - done);
            widths[*index] = natural[*index].min(share);
            if widths[*index] < natural[*index].min(LEAST_TEXT) {
                return None;
            }
            left -= widths[*index];
        }
        Some(widths)
    }

    /// Writes rows and columns, each column wrapped to its width where there are widths.
    fn write_grid(
        &self,
        look: &Look,
        widths: Option<&[usize]>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for line in self.grid(look, widths).lines() {
            writeln!(out, "{}", unmark(line.trim_end(), look.style))?;
        }
        Ok(())
    }

    /// The table as comfy-table counts it.
    fn grid(&self, look: &Look, widths: Option<&[usize]>) -> comfy_table::Table {
        let rule = if look.ascii { '-' } else { '─' };
        let mut grid = comfy_table::Table::new();
        grid.load_style(
            TableStyle::new()
                .header_lines(ContentLineStyle::none())
                .header_separator(LineStyle::none().fill(rule))
                .content_lines(ContentLineStyle::none()),
        );
        grid.force_no_tty();
        grid.set_content_arrangement(match widths {
            Some(_) => ContentArrangement::Dynamic,
            None => ContentArrangement::Disabled,
        });
        // Told more than it needs, it has nothing to ask the terminal for and nothing to squeeze: the columns say their widths.
        grid.set_width(u16::MAX);
        let title = |title: &String| mark(Role::Title, title, look.style);
        grid.set_header(self.columns.iter().map(|(text, _)| title(text)));
        for row in &self.rows {
            let text = |cell: &Cell| mark(cell.role, &cell.lines.join("\n"), look.style);
            grid.add_row(row.iter().map(text));
        }
        self.shape_columns(&mut grid, widths);
        grid
    }

    /// Sets padding, alignment and width of each column.
    fn shape_columns(&self, grid: &mut comfy_table::Table, widths: Option<&[usize]>) {
        let last = self.columns.len() - 1;
        for (index, (column, (_, flow))) in grid.column_iter_mut().zip(&self.columns).enumerate() {
            let padding = if index == last { 0 } else { GAP };
            column.set_padding((0, u16::try_from(padding).unwrap_or(0)));
            if let Some(widths) = widths {
                let width = u16::try_from(widths[index] + padding).unwrap_or(u16::MAX);
                column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
            }
            if *flow == Flow::Number {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
    }

    /// Writes each row as a block of `title  value` lines; cells that say nothing are left out.
    fn write_cards(&self, look: &Look, width: usize, out: &mut dyn Write) -> io::Result<()> {
        let titles = self.columns.iter().map(|(title, _)| columns(title));
        let label = titles.max().unwrap_or(0) + GAP;
        let room = width.saturating_sub(label).max(LEAST_CARD);
        for (index, row) in self.rows.iter().enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            for ((title, _), cell) in self.columns.iter().zip(row) {
                if !cell.is_empty() {
                    write_card_line(title, cell, (label, room), look, out)?;
                }
            }
        }
        Ok(())
    }
}

/// Writes one cell of a card: its title in `label` columns, its lines in `room` columns beside it.
fn write_card_line(
    title: &str,
    cell: &Cell,
    (label, room): (usize, usize),
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let lines = cell.lines.iter().flat_map(|line| wrap(line, Some(room)));
    for (index, line) in lines.enumerate() {
        let title = if index == 0 { title } else { "" };
        let pad = " ".repeat(label - columns(title));
        let title = look.style.paint(Role::Title, title);
        let line = look.style.paint(cell.role, &line);
        writeln!(out, "{title}{pad}{line}")?;
    }
    Ok(())
}

/// Characters that stand for the roles inside comfy-table, in the order of [`Role::PAINTED`]. They take no column, and
/// [`visible`](super::visible::visible) lets none through, so that a cell can hold none of its own.
const MARKS: [char; 7] = [
    '\u{2061}', '\u{2062}', '\u{2063}', '\u{2064}', '\u{206a}', '\u{206b}', '\u{206c}',
];

/// Marks each character of a cell with its role, so that colours survive wrapping wherever the cell is broken. Only where
/// there is colour: comfy-table's own styling reads `NO_COLOR` itself.
fn mark(role: Role, text: &str, style: Style) -> String {
    let mark = Role::PAINTED
        .iter()
        .position(|painted| *painted == role)
        .filter(|_| style.is_coloured())
        .map(|index| MARKS[index]);
    let Some(mark) = mark else {
        return text.to_owned();
    };
    text.chars()
        .flat_map(|c| [Some(c), (!c.is_whitespace()).then_some(mark)])
        .flatten()
        .collect()
}

/// Turns marks into colours.
fn unmark(line: &str, style: Style) -> String {
    if !style.is_coloured() {
        return line.to_owned();
    }
    let mut cells: Vec<(char, Role)> = Vec::new();
    for c in line.chars() {
        match (MARKS.iter().position(|mark| *mark == c), cells.last_mut()) {
            (Some(index), Some((_, role))) => *role = Role::PAINTED[index],
            (Some(_), None) => {}
            (None, _) => cells.push((c, Role::Plain)),
        }
    }
    cells
        .chunk_by(|left, right| left.1 == right.1)
        .map(|run| {
            let text: String = run.iter().map(|(c, _)| *c).collect();
            style.paint(run[0].1, &text).into_owned()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample::look;

    fn table() -> Table {
        let mut table = Table::new(
            ["Service", "Lines", "Signature"],
            [Flow::Fixed, Flow::Number, Flow::Text],
        );
        table.row([
            Cell::painted(Role::Host, "atlas-api"),
            Cell::painted(Role::Number, "1,312"),
            Cell::new("remaining connection slots are reserved for 日本語 superusers")
                .below("e.g. FATAL\x1b[31m"),
        ]);
        table.row([Cell::new("db"), Cell::new("2"), Cell::new("")]);
        table
    }

    fn written(width: Option<usize>, colour: bool) -> String {
        let mut out = Vec::new();
        let look = Look {
            width,
            style: Style::new(colour),
            ..look()
        };
        table().write(&look, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn each_width_has_a_readable_layout() {
        insta::assert_snapshot!(
            [Some(100), Some(44), Some(30)]
                .map(|w| written(w, false))
                .join("\n=====\n")
        );
    }

    #[test]
    fn no_line_is_wider_than_asked_and_none_is_wrapped_without_a_width() {
        for width in 20..100 {
            let text = written(Some(width), false);
            assert!(text.lines().all(|line| columns(line) <= width), "{text}");
        }
        assert_eq!(written(None, false).lines().count(), 5);
    }

    #[test]
    fn colours_change_no_character_at_any_width() {
        let sgr = regex::Regex::new("\x1b\\[[0-9;]*m").unwrap();
        for width in 20..100 {
            let coloured = written(Some(width), true);
            assert!(coloured.contains('\x1b'));
            assert_eq!(sgr.replace_all(&coloured, ""), written(Some(width), false));
        }
    }

    #[test]
    fn a_mark_takes_no_column() {
        for mark in MARKS {
            assert_eq!(columns(&mark.to_string()), 0);
            assert!(super::super::visible::is_unseen(mark));
        }
    }

    #[test]
    fn a_cell_of_a_megabyte_is_cut() {
        let mut table = Table::new(["A", "B"], [Flow::Fixed, Flow::Text]);
        table.row([
            Cell::new(&"x".repeat(1_000_000)),
            Cell::new(&"y ".repeat(1_000_000)),
        ]);
        for width in [None, Some(60)] {
            let mut out = Vec::new();
            table.write(&Look { width, ..look() }, &mut out).unwrap();
            assert!(out.len() < 40_000, "{}", out.len());
        }
    }

    proptest::proptest! {
        #[test]
        fn no_layout_loses_a_character(text in "(?s).{0,80}", name in "\\PC{0,12}", width in 20_u16..120) {
            let mut table = Table::new(["A", "B"], [Flow::Fixed, Flow::Text]);
            table.row([Cell::new(&name), Cell::new(&text)]);
            let mut out = Vec::new();
            table.write(&Look { width: Some(width.into()), ..look() }, &mut out).unwrap();
            let out = String::from_utf8(out).unwrap();
            for c in super::super::visible::visible(&text).chars().filter(|c| !c.is_whitespace()) {
                proptest::prop_assert!(out.contains(c), "{c:?} {out}");
            }
        }
    }
}

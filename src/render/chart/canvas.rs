//! How do lines become characters? In: points in dots; out: cells with a character and the line that it belongs to. Eight dots a
//! cell in braille; one in ASCII, where a cell shows the mark of its line.

use crate::model::Breach;

/// A drawing of rows and columns.
#[derive(Debug)]
pub(super) struct Canvas {
    /// Dots of a cell: across and down.
    grain: (usize, usize),
    /// Columns of cells.
    columns: usize,
    /// Cells, row by row.
    cells: Vec<Cell>,
}

/// One character to be.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    /// The dots that are set, as Unicode numbers them from U+2800 on.
    dots: u8,
    /// The line that set the first of them.
    course: usize,
    /// What stands in its place.
    over: Option<(char, Ink)>,
}

/// Whose character it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// Nobody's.
    None,
    /// That of a line, by its place.
    Course(usize),
    /// That of a threshold.
    Limit(Breach),
}

/// The bit of each dot of a cell of braille, by row and column.
const DOTS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

impl Canvas {
    /// An empty drawing; braille or not.
    pub(super) fn new(columns: usize, rows: usize, ascii: bool) -> Self {
        Self {
            grain: if ascii { (1, 1) } else { (2, 4) },
            columns,
            cells: vec![Cell::default(); columns * rows],
        }
    }

    /// Dots across.
    pub(super) fn width(&self) -> usize {
        self.columns * self.grain.0
    }

    /// Dots down.
    pub(super) fn height(&self) -> usize {
        self.cells.len() / self.columns.max(1) * self.grain.1
    }

    /// The row of a dot.
    pub(super) fn row_of(&self, y: usize) -> usize {
        y / self.grain.1
    }

    /// The column of a dot.
    pub(super) fn column_of(&self, x: usize) -> usize {
        x / self.grain.0
    }

    /// Sets a dot of a line; dots outside are not there.
    pub(super) fn dot(&mut self, (x, y): (usize, usize), course: usize) {
        if x >= self.width() || y >= self.height() {
            return;
        }
        let bit = DOTS[y % self.grain.1][x % self.grain.0];
        let index = self.row_of(y) * self.columns + self.column_of(x);
        let cell = &mut self.cells[index];
        if cell.dots == 0 {
            cell.course = course;
        }
        cell.dots |= bit;
    }

    /// Sets the dots between two points, both included (Bresenham).
    pub(super) fn line(&mut self, from: (usize, usize), to: (usize, usize), course: usize) {
        let signed = |value: usize| i64::try_from(value).unwrap_or(i64::MAX);
        let (mut x, mut y) = (signed(from.0), signed(from.1));
        let (to_x, to_y) = (signed(to.0), signed(to.1));
        let (across, down) = ((to_x - x).abs(), -(to_y - y).abs());
        let mut error = across + down;
        loop {
            if let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) {
                self.dot((x, y), course);
            }
            if x == to_x && y == to_y {
                return;
            }
            let doubled = 2 * error;
            if doubled >= down {
                error += down;
                x += (to_x - x).signum();
            }
            if doubled <= across {
                error += across;
                y += (to_y - y).signum();
            }
        }
    }

    /// Puts a character into every empty cell of a row.
    pub(super) fn fill_row(&mut self, row: usize, mark: char, ink: Ink) {
        let start = row * self.columns;
        for cell in &mut self.cells[start..start + self.columns] {
            if cell.dots == 0 && cell.over.is_none() {
                cell.over = Some((mark, ink));
            }
        }
    }

    /// Whether a cell has a character of its own.
    pub(super) fn is_marked(&self, row: usize, column: usize) -> bool {
        self.cells[row * self.columns + column].over.is_some()
    }

    /// Puts a character over a cell.
    pub(super) fn mark(&mut self, row: usize, column: usize, mark: char, ink: Ink) {
        self.cells[row * self.columns + column].over = Some((mark, ink));
    }

    /// The characters of a row, with whose they are. `marks` are those of the lines, for ASCII.
    pub(super) fn row(&self, row: usize, marks: &[char]) -> Vec<(char, Ink)> {
        let start = row * self.columns;
        self.cells[start..start + self.columns]
            .iter()
            .map(|cell| match cell {
                Cell {
                    over: Some(over), ..
                } => *over,
                Cell { dots: 0, .. } => (' ', Ink::None),
                Cell { dots, course, .. } => {
                    let character = if self.grain == (1, 1) {
                        marks.get(*course).copied().unwrap_or('*')
                    } else {
                        char::from_u32(0x2800 + u32::from(*dots)).unwrap_or('*')
                    };
                    (character, Ink::Course(*course))
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(canvas: &Canvas, rows: usize) -> Vec<String> {
        (0..rows)
            .map(|row| canvas.row(row, &['*']).iter().map(|(c, _)| *c).collect())
            .collect()
    }

    #[test]
    fn a_diagonal_is_a_diagonal_in_both_grains() {
        let mut fine = Canvas::new(3, 1, false);
        fine.line((0, 3), (5, 0), 0);
        assert_eq!(text(&fine, 1), ["⡠⠔⠊"]);
        let mut coarse = Canvas::new(3, 3, true);
        coarse.line((0, 2), (2, 0), 0);
        assert_eq!(text(&coarse, 3), ["  *", " * ", "*  "]);
    }

    #[test]
    fn dots_outside_are_not_drawn() {
        let mut canvas = Canvas::new(1, 1, false);
        canvas.dot((2, 0), 0);
        canvas.dot((0, 4), 0);
        assert_eq!(text(&canvas, 1), [" "]);
    }
}

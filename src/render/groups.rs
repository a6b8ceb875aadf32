//! Which errors are there? In: error lines by signature; out: a table.

use super::Look;
use super::style::Role;
use super::table::{Cell, Flow, Table};
use super::visible::fit;
use crate::model::Instant;
use crate::model::messages::render as words;
use crate::model::messages::words as amounts;
use crate::report::ErrorGroup;

/// Columns of the sample under a signature: two or three lines of a table. JSON has it whole.
const SAMPLE_COLUMNS: usize = 160;

/// The groups as a table; times get their date where they are not on the day of `day`. An estimated count has a `~`.
pub(crate) fn table(groups: &[ErrorGroup], day: Instant, look: &Look) -> Table {
    let mut table = Table::new(
        words::error_columns(look.lang),
        [
            Flow::Fixed,
            Flow::Number,
            Flow::Number,
            Flow::Fixed,
            Flow::Fixed,
            Flow::Text,
        ],
    );
    for group in groups {
        let about = if group.estimated { "~" } else { "" };
        let count = format!("{about}{}", amounts::count(look.lang, group.count));
        let time = |at| amounts::time_near(at, day, look.offset);
        table.row([
            Cell::painted(Role::Host, &group.service),
            Cell::painted(Role::Number, &count),
            Cell::new(&amounts::count(look.lang, group.baseline_count)),
            Cell::new(&time(group.first)),
            Cell::new(&time(group.last)),
            signature_cell(group, look),
        ]);
    }
    table
}

/// The signature, and one of its lines below where that says more.
fn signature_cell(group: &ErrorGroup, look: &Look) -> Cell {
    let cell = Cell::new(&group.signature);
    if group.sample == group.signature || group.sample.is_empty() {
        return cell;
    }
    let sample = fit(&group.sample, SAMPLE_COLUMNS);
    cell.below(&format!("{} {sample}", words::for_example(look.lang)))
}

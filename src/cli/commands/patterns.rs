//! `scout patterns`: which lines of a file are the same line with other values in it. Needs neither map nor credentials.

use std::fmt::Write as _;
use std::fs::File;
use std::io;
use std::path::Path;

use super::super::args::{GlobalArgs, Output, PatternsArgs};
use super::super::exit::{Exit, Failure};
use super::super::line_input::read_lines;
use super::super::session::language;
use super::super::terminal::Terminal;
use super::super::world::World;
use super::form;
use crate::analysis::templates::{Lines, Mined, Miner};
use crate::model::messages::cli as text;
use crate::model::messages::patterns as words;
use crate::model::messages::reading;
use crate::render::Format;
use crate::render::patterns::{PatternRow, patterns};

/// The name of standard input.
const STDIN: &str = "-";

/// Templates that people are shown where they did not say how many.
const SHOWN: usize = 50;

/// Bytes of an answer that are written at once.
const CHUNK: usize = 1 << 20;

/// Mines the file and prints its templates, or each line with the id of its template; `None` where no file is named.
///
/// # Errors
/// The file cannot be read, or stdout cannot be written; a flag that is for services alone.
pub(super) fn run(
    args: &PatternsArgs,
    global: &GlobalArgs,
    world: &World,
) -> Result<Option<Exit>, Failure> {
    let Some(path) = &args.file else {
        return Ok(None);
    };
    let terminal = Terminal::new(global, world, language(global, world, None));
    if args.signatures.is_set() || args.window.is_set() {
        let lang = terminal.lang();
        let hint = reading::not_with_file_hint(lang);
        return Err(Failure::usage(reading::not_with_file(lang), Some(hint)));
    }
    let format = form(global.output, "patterns", true, terminal.lang())?;
    let (mined, tickets) = mine((path, args.assign), world, &terminal)?;
    if args.assign && global.output == Output::Human {
        write_assigned(&mined, &tickets, &terminal)?;
        return Ok(Some(Exit::Done));
    }
    let all = if format == Format::Json {
        usize::MAX
    } else {
        SHOWN
    };
    let limit = match args.limit {
        Some(0) => usize::MAX,
        Some(limit) => usize::try_from(limit).unwrap_or(usize::MAX),
        None => all,
    };
    let rows = rows(&mined, args.assign.then_some(&tickets[..]), limit);
    let mut bytes = Vec::new();
    let written = patterns(&rows, mined.lines, format, &terminal.look, &mut bytes);
    terminal.judge_write(written)?;
    terminal.write_answer(&bytes)?;
    if format == Format::Human {
        say_how_many(&mined, rows.len(), &terminal);
    }
    Ok(Some(Exit::Done))
}

/// The templates of the file, and the ticket of each line where they are asked for.
///
/// # Errors
/// The file cannot be read.
fn mine(
    (path, assign): (&Path, bool),
    world: &World,
    terminal: &Terminal,
) -> Result<(Mined, Vec<u32>), Failure> {
    let mut miner = Miner::new(Lines::Whole);
    let mut tickets = Vec::new();
    let take = |line: &[u8]| {
        let ticket = miner.add(line);
        if assign {
            tickets.push(ticket);
        }
        Ok(())
    };
    let read = if path.as_os_str() == STDIN {
        read_lines(&mut io::stdin().lock(), take)
    } else {
        File::open(world.folder.join(path)).and_then(|mut file| read_lines(&mut file, take))
    };
    read.map_err(|error| {
        let lang = terminal.lang();
        let path = path.display().to_string();
        Failure::config(
            text::cannot_read(lang, &path, &error.to_string()),
            Some(words::cannot_read_hint(lang)),
        )
    })?;
    Ok((miner.finish(), tickets))
}

/// The first templates as rows, with the numbers of their lines where tickets are given.
fn rows(mined: &Mined, tickets: Option<&[u32]>, limit: usize) -> Vec<PatternRow> {
    let mut numbers = vec![Vec::new(); mined.templates.len()];
    for (number, ticket) in (1..).zip(tickets.unwrap_or_default()) {
        numbers[mined.of_ticket[*ticket as usize] as usize].push(number);
    }
    let row = |(template, numbers): (&_, _)| {
        let template: &crate::analysis::templates::Template = template;
        PatternRow {
            id: template.id.clone(),
            count: template.count,
            share_ratio: template.count as f64 / (mined.lines.max(1)) as f64,
            template: template.text.clone(),
            sample: template.sample.clone(),
            line_numbers: tickets.is_some().then_some(numbers),
        }
    };
    mined
        .templates
        .iter()
        .zip(numbers)
        .take(limit)
        .map(row)
        .collect()
}

/// Writes a line for each line: its number, the first being 1, and the id of its template.
///
/// # Errors
/// Stdout.
fn write_assigned(mined: &Mined, tickets: &[u32], terminal: &Terminal) -> Result<(), Failure> {
    let mut chunk = String::with_capacity(CHUNK + 64);
    for (number, ticket) in (1_u64..).zip(tickets) {
        let template = &mined.templates[mined.of_ticket[*ticket as usize] as usize];
        // Writing to memory does not fail.
        let _ = writeln!(chunk, "{number}\t{}", template.id);
        if chunk.len() >= CHUNK {
            terminal.write_answer(chunk.as_bytes())?;
            chunk.clear();
        }
    }
    terminal.write_answer(chunk.as_bytes())
}

/// Says how many there are, and how to see those that were left out.
fn say_how_many(mined: &Mined, shown: usize, terminal: &Terminal) {
    let lang = terminal.lang();
    let all = mined.templates.len();
    let summary = words::summary(lang, mined.lines, all as u64, shown as u64);
    if shown < all {
        terminal.note(&format!("{summary}; {}", words::see_all(lang)));
    } else {
        terminal.note(&summary);
    }
}

//! What goes into a ticket or a chat? In: a report; out: Markdown (GitHub's, which most trackers read).
//!
//! Text from outside stands in code spans, or is escaped where a table must hold it: it can open no tag, no link, no table
//! cell and no block. There is no raw HTML. The order is that of the text form, and the last line is the same.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::Look;
use super::head;
use super::tables;
use super::text::EVIDENCE_COLUMNS;
use super::visible::{fit, visible};
use crate::model::messages::render::{self as words, Section};
use crate::model::messages::words as amounts;
use crate::report::{Cause, Report};

/// Writes the report as Markdown.
///
/// # Errors
/// The writer's.
pub(crate) fn report(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    // A paragraph is not wrapped by hand, and colour codes have no place in a ticket.
    let look = &Look {
        width: None,
        style: super::style::Style::new(false),
        ..*look
    };
    write_head(report, look, out)?;
    if look.brief {
        return write_remedy(report, look, out);
    }
    write_context(report, look, out)?;
    if !head::says_all(&report.diagnosis) {
        write_heading(Section::Diagnosis, look, out)?;
        for (index, cause) in report.diagnosis.iter().enumerate() {
            write_cause(index + 1, cause, look, out)?;
        }
    }
    write_findings(report, look, out)?;
    for (section, table) in tables::tables(report, look) {
        write_table(section, &table, look, out)?;
    }
    write_table(Section::Gaps, &tables::gaps(report, look), look, out)?;
    write_token(report, look, out)
}

/// Writes the title and the head as a list.
fn write_head(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {}\n", words::REPORT_TITLE)?;
    let values = [
        code(&report.issue),
        escaped(&head::sources(report, look)),
        escaped(&head::findings_in_short(report, None, look)),
        escaped(&head::diagnosis_in_short(report, look)),
        escaped(&head::token_in_short(report, look).1),
    ];
    for (label, value) in words::head_labels(look.lang).into_iter().zip(values) {
        writeln!(out, "- **{label}** {value}")?;
    }
    Ok(())
}

/// Writes environment, services and window.
fn write_context(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let window = words::window(
        look.lang,
        &amounts::date_time(report.window.from, look.offset),
        &amounts::date_time(report.window.to, look.offset),
        &amounts::utc_offset(look.offset),
    );
    let services: Vec<_> = report.services.iter().map(|name| code(name)).collect();
    writeln!(
        out,
        "\n{} {}: {window}",
        code(&report.environment),
        services.join(", ")
    )?;
    match head::understood(report, look) {
        Some(text) => writeln!(out, "\n{}", escaped(&text)),
        None => Ok(()),
    }
}

/// Writes a heading between empty lines.
fn write_heading(section: Section, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n## {}\n", words::heading(look.lang, section))
}

/// Writes a section that is one table; nothing where it has no row.
fn write_table(
    section: Section,
    table: &super::table::Table,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    if table.is_empty() {
        return Ok(());
    }
    write_heading(section, look, out)?;
    table.write_markdown(out)
}

/// Writes a cause as an item of a list, its commands as blocks to copy.
fn write_cause(rank: usize, cause: &Cause, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let confidence = words::confidence(look.lang, cause.confidence);
    let statement = escaped(cause.statement.trim_end_matches('.'));
    writeln!(
        out,
        "{rank}. {statement} ({}, {confidence})",
        code(&cause.cause)
    )?;
    let indent = " ".repeat(rank.to_string().len() + 2);
    if !cause.because.is_empty() {
        let because = words::because(look.lang, &cause.because.join(", "));
        writeln!(out, "\n{indent}{}", escaped(&because))?;
    }
    for step in &cause.next {
        let command = visible(&step.command);
        let fence = "`".repeat(longest_run_of_backticks(&command).max(2) + 1);
        let why = escaped(&step.why);
        writeln!(out, "\n{indent}{} {why}", words::next_steps(look.lang))?;
        writeln!(
            out,
            "\n{indent}{fence}sh\n{indent}{command}\n{indent}{fence}"
        )?;
    }
    Ok(())
}

/// Writes the findings: the table, then what each of them rests on.
fn write_findings(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    write_table(
        Section::Findings,
        &tables::findings(report, look),
        look,
        out,
    )?;
    let behind = head::evidence(report);
    if !behind.is_empty() {
        writeln!(out)?;
    }
    for behind in behind {
        let ids = escaped(&behind.ids);
        for text in behind.evidence {
            let text = code(&fit(text, EVIDENCE_COLUMNS));
            writeln!(out, "- {ids}: {text}")?;
        }
        if let Some(course) = behind.course {
            let text = head::course_in_short(course, report, look);
            writeln!(out, "- {ids}: {}", escaped(&fit(&text, EVIDENCE_COLUMNS)))?;
        }
    }
    Ok(())
}

/// Writes the token's life, then what became of it as the last line.
fn write_token(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    if let Some(life) = head::token_life(report, look) {
        writeln!(out, "{}\n", escaped(&life))?;
    }
    if report.token.remedy.is_some() {
        write_remedy(report, look, out)?;
        writeln!(out)?;
    }
    let [.., label] = words::head_labels(look.lang);
    writeln!(
        out,
        "{label} {}",
        escaped(&head::token_in_short(report, look).1)
    )
}

/// Writes the command that removes a token that was left behind; nothing where none was.
fn write_remedy(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    match &report.token.remedy {
        Some(remedy) => writeln!(out, "{} {}", words::token_remedy(look.lang), code(remedy)),
        None => Ok(()),
    }
}

/// The text as a code span that it cannot leave, outside tables; nothing for no text, since a code span cannot be empty.
pub(crate) fn code(text: &str) -> String {
    let text = visible(text);
    if text.trim().is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run_of_backticks(&text) + 1);
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// The longest run of backticks in a text.
fn longest_run_of_backticks(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// The text with everything escaped that Markdown would act on, made visible first; good for tables too, where a bar is the
/// one character that no code span protects.
pub(crate) fn escaped(text: &str) -> String {
    let text = visible(text);
    let text = text.trim_start();
    let mut out = String::with_capacity(text.len() + 16);
    for (index, c) in text.char_indices() {
        let numbered = index > 0 && text[..index].bytes().all(|b| b.is_ascii_digit());
        let word_ends = text[index + c.len_utf8()..]
            .chars()
            .next()
            .is_none_or(char::is_whitespace);
        match c {
            // Markup anywhere in a line.
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' => out.extend(['\\', c]),
            // What would open a block at the start of one: a heading, an item, a rule.
            '#' | '-' | '+' | '=' if index == 0 => out.extend(['\\', c]),
            '.' | ')' if numbered && word_ends => out.extend(['\\', c]),
            // Tags, entities, cells, formulas.
            '<' | '>' | '&' | '|' | '$' => write_entity(&mut out, c),
            // Bare addresses become links: whoever writes a log line would choose where they lead.
            ':' if text[index..].starts_with("://") => write_entity(&mut out, c),
            '.' if text[..index].to_ascii_lowercase().ends_with("www") => write_entity(&mut out, c),
            c => out.push(c),
        }
    }
    out
}

/// Writes a character as a numeric entity.
fn write_entity(out: &mut String, c: char) {
    write!(out, "&#{};", c as u32).expect("writing to a string cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_span_cannot_be_left() {
        for (text, span) in [
            ("plain", "`plain`"),
            ("a`b", "``a`b``"),
            ("`` ``` x", "```` `` ``` x ````"),
            ("", ""),
            ("x\n# y", "`x␊# y`"),
        ] {
            assert_eq!(code(text), span);
        }
    }

    #[test]
    fn markup_is_escaped() {
        for (text, shown) in [
            ("<img src=x>", "&#60;img src=x&#62;"),
            ("a | b", "a &#124; b"),
            ("a \\| b", "a \\\\&#124; b"),
            ("[x](http://y)", "\\[x\\](http&#58;//y)"),
            ("**b** _i_ `c`", "\\*\\*b\\*\\* \\_i\\_ \\`c\\`"),
            ("# title", "\\# title"),
            ("12. item", "12\\. item"),
            ("0.93", "0.93"),
            ("2026-11-21", "2026-11-21"),
            ("atlas-api", "atlas-api"),
            ("see www.x.y", "see www&#46;x.y"),
            ("a\u{202e}b", "a\\\\u{202e}b"),
        ] {
            assert_eq!(escaped(text), shown);
        }
    }
}

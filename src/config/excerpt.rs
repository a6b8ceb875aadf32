//! How is a place in a text shown to a person? The line with carets under the part that is meant:
//!
//! ```text
//!   --> infra-map.toml:12:8
//!  12 | kind = "contaner"
//!     |        ^^^^^^^^^^
//! ```
//!
//! In: a text and a byte range. Out: the place as data, which draws itself. Files are hostile: control characters are made
//! visible, a long line is cut around the carets, and what looks like a secret on the line is masked.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use unicode_width::UnicodeWidthChar;

/// The most characters of a line that are drawn: what fits beside the line number on a screen of 120 columns.
const SHOWN_CHARS: usize = 100;

/// How many characters before the carets stay where a line is cut: enough to see the key of the value.
const KEPT_BEFORE: usize = 40;

/// The most characters of a value that a message repeats: longer than any name or id, shorter than a line.
const QUOTED_CHARS: usize = 60;

/// A place in a text: where it is, and the line it is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// Line, from 1.
    pub(crate) line: usize,
    /// Column in characters, from 1.
    pub(crate) column: usize,
    /// The line, secrets masked; control characters are still as they are.
    pub(crate) text: String,
    /// How many characters of the line are meant, from `column` on; at least 1.
    pub(crate) caret_chars: usize,
}

impl Excerpt {
    /// The place of a byte range in a text. A range over several lines is shown on its first; one past the end, at the end.
    pub(crate) fn new(text: &str, span: &Range<usize>) -> Self {
        let start = floor_boundary(text, span.start);
        let end = floor_boundary(text, span.end.max(start));
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let line = text[line_start..line_end].trim_end_matches('\r');
        let meant = &text[start..end.clamp(start, line_end)];
        Self {
            line: text[..start].matches('\n').count() + 1,
            column: text[line_start..start].chars().count() + 1,
            text: masked(line),
            caret_chars: meant.trim_end().chars().count().max(1),
        }
    }

    /// The drawn lines, without a line break at the end.
    pub(crate) fn draw(&self, file: &str) -> String {
        let number = self.line.to_string();
        let gutter = " ".repeat(number.len());
        let (shown, before, carets) = self.cut();
        let file = visible(file);
        let (line, column) = (self.line, self.column);
        format!(
            "{gutter}--> {file}:{line}:{column}\n {number} | {shown}\n {gutter} | {}{}",
            " ".repeat(before),
            "^".repeat(carets)
        )
    }

    /// The part of the line that is drawn, the columns before the carets, and the columns under them.
    fn cut(&self) -> (String, usize, usize) {
        let chars: Vec<char> = self.text.chars().map(visible_char).collect();
        let target = (self.column - 1).min(chars.len());
        let from = if chars.len() > SHOWN_CHARS {
            target.saturating_sub(KEPT_BEFORE)
        } else {
            0
        };
        let to = chars.len().min(from + SHOWN_CHARS);
        let caret_end = (target + self.caret_chars).clamp(target, to.max(target));
        let lead = if from > 0 { "…" } else { "" };
        let tail = if to < chars.len() { "…" } else { "" };
        let shown: String = chars[from..to].iter().collect();
        let before = columns(&chars[from..target]) + lead.chars().count();
        let carets = columns(&chars[target..caret_end]).max(1);
        (format!("{lead}{shown}{tail}"), before, carets)
    }
}

/// The greatest character boundary that is not after `at`.
fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|index| text.is_char_boundary(*index))
        .unwrap_or(0)
}

/// The columns that some characters take on a terminal.
fn columns(chars: &[char]) -> usize {
    chars.iter().map(|c| c.width().unwrap_or(1)).sum()
}

/// A character that takes a column of its own and cannot drive a terminal: controls become their pictures, a tab becomes a
/// blank, direction marks and other invisible characters become `�`.
fn visible_char(c: char) -> char {
    match c {
        '\t' => ' ',
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => '\u{fffd}',
        c => c,
    }
}

/// A text with everything in it made visible.
pub(crate) fn visible(text: &str) -> String {
    text.chars().map(visible_char).collect()
}

/// A value for a message: in double quotes, made visible, cut where it is long.
pub(crate) fn quoted_value(text: &str) -> String {
    let mut shown: String = text.chars().take(QUOTED_CHARS).map(visible_char).collect();
    if text.chars().nth(QUOTED_CHARS).is_some() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}

/// Values that must not be shown: what follows a key whose name says that it is secret, and the user part of a URL.
static SECRETS: LazyLock<Regex> = LazyLock::new(|| {
    let key = r#"(?i)(?:secret|token|passw|credential|api_?key|access_?key|private_?key|dsn)[^\s=:]*["']?\s*[=:]\s*(\S.*)"#;
    let user = r#"://([^/\s"']*)@"#;
    Regex::new(&format!("{user}|{key}")).expect("the pattern is a constant that the tests compile")
});

/// The line with every character of a secret replaced by `*`, so that columns stay where they are.
fn masked(line: &str) -> String {
    let hidden: Vec<Range<usize>> = SECRETS
        .captures_iter(line)
        .filter_map(|found| found.get(1).or_else(|| found.get(2)))
        .map(|part| part.range())
        .collect();
    let shown = |(at, c)| {
        let secret = hidden.iter().any(|range| range.contains(&at));
        if secret { '*' } else { c }
    };
    line.char_indices().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_carets_stand_under_what_is_meant() {
        let text = "schema = 1\n\n[services.é]\nkind = \"contaner\" # no\n";
        let at = text.find("\"contaner\"").unwrap();
        let excerpt = Excerpt::new(text, &(at..at + 10));
        assert_eq!((excerpt.line, excerpt.column), (4, 8));
        assert_eq!(
            excerpt.draw("infra-map.toml"),
            " --> infra-map.toml:4:8\n 4 | kind = \"contaner\" # no\n   |        ^^^^^^^^^^"
        );
    }

    #[test]
    fn a_place_past_the_end_or_inside_a_character_does_not_panic() {
        for (text, span) in [("", 0..9), ("é", 1..1), ("a\r\n", 3..3), ("a", 7..9)] {
            let excerpt = Excerpt::new(text, &span);
            assert!(excerpt.draw("f").contains('^'), "{text:?}");
        }
    }

    #[test]
    fn a_terminal_is_not_driven_and_columns_hold() {
        let text = "title = \"\u{1b}[31mred\u{202e}\u{9b}\" \u{7f}\tx = 1";
        let at = text.find("x = 1").unwrap();
        let drawn = Excerpt::new(text, &(at..at + 1)).draw("a\u{1b}b");
        assert!(
            drawn
                .chars()
                .all(|c| c == '\n' || !c.is_control() && c != '\u{202e}')
        );
        let lines: Vec<&str> = drawn.lines().collect();
        let column = |line: &str, c| line.chars().position(|x| x == c);
        assert_eq!(column(lines[1], 'x'), column(lines[2], '^'));
    }

    #[test]
    fn a_long_line_is_cut_around_the_carets() {
        let text = format!(
            "k = [{}, \"here\", {}]",
            "1, ".repeat(200),
            "2, ".repeat(200)
        );
        let at = text.find("\"here\"").unwrap();
        let drawn = Excerpt::new(&text, &(at..at + 6)).draw("f");
        let lines: Vec<&str> = drawn.lines().collect();
        assert!(lines[1].contains("\"here\"") && lines[1].chars().count() < 120);
        let under = lines[1].chars().position(|c| c == '"');
        assert_eq!(under, lines[2].chars().position(|c| c == '^'));
    }

    #[test]
    fn a_wide_character_before_the_carets_takes_two_columns() {
        let text = "t = \"日本\" x";
        let at = text.find('x').unwrap();
        let drawn = Excerpt::new(text, &(at..at + 1)).draw("f");
        let carets = drawn.lines().last().unwrap();
        assert_eq!(carets.find('^'), Some(" 1 | t = \"____\" ".len()));
    }

    #[test]
    fn secrets_on_the_line_are_masked_in_place() {
        for (line, shown) in [
            ("secret_key = \"abc\"", "secret_key = *****"),
            (
                "x = { api_token = \"abc\", y = 1 }",
                "x = { api_token = **************",
            ),
            ("url = \"https://me:pw@h/\"", "url = \"https://*****@h/\""),
            ("title = \"no = secret\"", "title = \"no = secret\""),
        ] {
            assert_eq!(Excerpt::new(line, &(0..1)).text, shown);
        }
    }
}

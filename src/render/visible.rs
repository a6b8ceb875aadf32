//! How is text from outside shown without being obeyed? In: any text; out: text that cannot move the cursor, hide, or
//! reorder what stands beside it. Also: how many columns a text takes, and cutting and wrapping by columns.
//!
//! Nothing is stripped silently: what a terminal would act on, or a reader could not see, becomes visible text.
//!
//! | in the text | shown as |
//! |---|---|
//! | tab | four spaces: it is ordinary white space, and its width would depend on where it stands |
//! | C0 controls (ESC, NUL, line feed, …), DEL | their control picture: `␛ ␀ ␊ ␡` |
//! | C1 controls, bidi controls, zero-width characters, line and paragraph separators, BOM, tag characters, and the rest of Unicode's default-ignorable code points | `\u{202e}` |
//! | an emoji variation selector right after the character that it selects | itself |

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What a tab is shown as.
const TAB: &str = "    ";

/// Narrower than this, nothing is laid out: text runs over instead of standing one letter a line.
pub(crate) const LEAST_COLUMNS: usize = 20;

/// Text that a terminal prints and does nothing else with: see the module's table. One line stays one line.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    let plain = |b: u8| (0x20..0x7f).contains(&b);
    if text.bytes().all(plain) || !needs_change(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = ' ';
    for c in text.chars() {
        match c {
            '\t' => out.push_str(TAB),
            '\0'..='\x1f' => out.push(picture(c)),
            '\x7f' => out.push('␡'),
            c if selects_emoji(before, c) => out.push(c),
            c if is_unseen(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
        before = c;
    }
    Cow::Owned(out)
}

/// Whether [`visible`] would change the text.
fn needs_change(text: &str) -> bool {
    let mut before = ' ';
    text.chars().any(|c| {
        let changes = c.is_ascii_control() || (is_unseen(c) && !selects_emoji(before, c));
        before = c;
        changes
    })
}

/// The control picture of a C0 control.
fn picture(control: char) -> char {
    char::from_u32(0x2400 + control as u32).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Whether `c` makes the character before it an emoji or a plain sign, as in `⚠️`. One at a time, after something visible.
fn selects_emoji(before: char, c: char) -> bool {
    matches!(c, '\u{fe0e}' | '\u{fe0f}') && !before.is_ascii() && !is_unseen(before)
}

/// Whether a character is a control beyond ASCII or cannot be seen: C1, separators, interlinear annotation, and
/// `Default_Ignorable_Code_Point` of Unicode 16 (DerivedCoreProperties.txt).
pub(crate) fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Columns that a visible text takes on a terminal.
pub(crate) fn columns(text: &str) -> usize {
    text.width()
}

/// The text, made [`visible`], in at most `columns` columns: what is cut off is marked by `…`.
pub(crate) fn fit(text: &str, columns: usize) -> String {
    // A character takes a byte or more, so this much input settles the question; a line of megabytes is not read to its end.
    let text = visible(head(text, columns.saturating_mul(8).saturating_add(64)));
    if text.width() <= columns {
        return text.into_owned();
    }
    let (kept, _) = split_at_columns(&text, columns.saturating_sub(1));
    if columns == 0 {
        return String::new();
    }
    format!("{kept}…")
}

/// At least the first `bytes` bytes of a text, and all of it where it is shorter.
fn head(text: &str, bytes: usize) -> &str {
    let end = (bytes..text.len()).find(|&at| text.is_char_boundary(at));
    &text[..end.unwrap_or(text.len())]
}

/// The longest start that takes at most `columns` columns, and the rest. Marks that take no column stay with their letter.
fn split_at_columns(text: &str, columns: usize) -> (&str, &str) {
    let mut taken = 0;
    for (index, c) in text.char_indices() {
        taken += c.width().unwrap_or(0);
        if taken > columns {
            return text.split_at(index);
        }
    }
    (text, "")
}

/// The text in lines of at most `width` columns, broken at spaces where there are any; one line without a width. The text
/// must be visible already. Never empty.
pub(crate) fn wrap(text: &str, width: Option<usize>) -> Vec<String> {
    let Some(width) = width else {
        return vec![text.to_owned()];
    };
    let width = width.max(2);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let gap = usize::from(!line.is_empty());
        if line.width() + gap + word.width() <= width {
            line.extend((gap == 1).then_some(' '));
            line.push_str(word);
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        line = break_word(word, width, &mut lines);
    }
    lines.push(line);
    lines
}

/// Breaks a word that is wider than a line; full lines go to `lines`, the rest is returned.
fn break_word(word: &str, width: usize, lines: &mut Vec<String>) -> String {
    let mut rest = word;
    while rest.width() > width {
        let (start, end) = split_at_columns(rest, width);
        if start.is_empty() || end.is_empty() {
            break;
        }
        lines.push(start.to_owned());
        rest = end;
    }
    rest.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_drive_a_terminal_is_shown() {
        for (text, shown) in [
            ("plain é 日本", "plain é 日本"),
            ("\x1b[2J\x1b]8;;http://x\x07y", "␛[2J␛]8;;http://x␇y"),
            ("a\tb", "a    b"),
            ("a\0\r\n\x7f", "a␀␍␊␡"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("\u{202e}txt\u{2066}", "\\u{202e}txt\\u{2066}"),
            ("a\u{200b}\u{200d}\u{feff}", "a\\u{200b}\\u{200d}\\u{feff}"),
            ("\u{2028}\u{2029}\u{e0041}", "\\u{2028}\\u{2029}\\u{e0041}"),
            ("⚠\u{fe0f} ok", "⚠\u{fe0f} ok"),
            ("⚠\u{fe0f}\u{fe0f}", "⚠\u{fe0f}\\u{fe0f}"),
            ("x\u{fe0f}", "x\\u{fe0f}"),
        ] {
            assert_eq!(visible(text), shown, "{text:?}");
        }
    }

    #[test]
    fn every_control_of_unicode_is_shown() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            if c.is_control() {
                assert!(!visible(&c.to_string()).contains(c), "{:x}", c as u32);
            }
        }
    }

    #[test]
    fn a_text_is_cut_by_the_columns_that_it_takes() {
        assert_eq!(fit("abcdef", 6), "abcdef");
        assert_eq!(fit("abcdef", 4), "abc…");
        assert_eq!(fit("日本語", 5), "日本…");
        assert_eq!(fit("日本語", 4), "日…");
        assert_eq!(fit("🦀🦀🦀", 3), "🦀…");
        assert_eq!(fit("ab", 0), "");
        assert_eq!(fit("\x1b[1m", 3), "␛[…");
        assert_eq!(columns(&fit(&"x".repeat(10_000_000), 40)), 40);
    }

    #[test]
    fn wrapping_loses_no_word_and_keeps_the_width() {
        let text =
            "the pool of connections to postgres is exhausted 日本語日本語 averyveryverylongword";
        let lines = wrap(text, Some(12));
        assert!(lines.iter().all(|line| columns(line) <= 12), "{lines:#?}");
        assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
        assert_eq!(wrap(text, None), [text]);
        assert_eq!(wrap("", Some(10)), [""]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_survives_with_a_control_or_becomes_wider_than_asked(text in "\\PC*|(?s).{0,60}", width in 0_usize..40) {
            let fitted = fit(&text, width);
            proptest::prop_assert!(columns(&fitted) <= width);
            proptest::prop_assert!(!visible(&text).chars().any(char::is_control));
        }
    }
}

//! How is a role coloured? In: a role and a text; out: the text, with ANSI SGR codes around it where colour is on.
//!
//! A [`Style`] is resolved once per stream, by the caller, who knows `--color`, `NO_COLOR` and whether the stream is a
//! terminal. Meaning never rests on colour alone: every coloured word says the same without it. Text from outside must have
//! gone through [`visible`](super::visible::visible) before it is painted.

use std::borrow::Cow;

use clap::builder::styling::{AnsiColor, Style as Ansi};

/// What a text is, which decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Nothing special.
    Plain,
    /// As it should be.
    Good,
    /// Hurts now.
    Bad,
    /// About to hurt, or uncertain.
    Warn,
    /// Of little interest: labels, offsets, context.
    Quiet,
    /// The name of a service, host or source.
    Host,
    /// A figure that the eye looks for.
    Number,
    /// A heading.
    Title,
    /// The line of a chart, by its place among the lines.
    Course(usize),
}

/// Colours of the lines of a chart, in their order: none of them says good or bad.
const COURSES: [AnsiColor; 6] = [
    AnsiColor::Cyan,
    AnsiColor::Magenta,
    AnsiColor::Blue,
    AnsiColor::BrightCyan,
    AnsiColor::BrightMagenta,
    AnsiColor::BrightBlue,
];

impl Role {
    /// Every role that has a look of its own.
    pub(crate) const PAINTED: [Self; 7] = [
        Self::Good,
        Self::Bad,
        Self::Warn,
        Self::Quiet,
        Self::Host,
        Self::Number,
        Self::Title,
    ];

    /// Its look. Only the sixteen colours that every theme defines, so that text stays readable on light and dark.
    fn ansi(self) -> Ansi {
        match self {
            Self::Plain => Ansi::new(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Bad => AnsiColor::Red.on_default().bold(),
            Self::Warn => AnsiColor::Yellow.on_default(),
            Self::Quiet => Ansi::new().dimmed(),
            Self::Host => AnsiColor::Cyan.on_default(),
            Self::Number | Self::Title => Ansi::new().bold(),
            Self::Course(index) => COURSES[index % COURSES.len()].on_default(),
        }
    }
}

/// Whether one stream takes colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Style {
    /// Colour is wanted and understood.
    colour: bool,
}

impl Style {
    /// A style with or without colour.
    pub(crate) fn new(colour: bool) -> Self {
        Self { colour }
    }

    /// Whether painting changes anything.
    pub(crate) fn is_coloured(self) -> bool {
        self.colour
    }

    /// The text in the look of its role.
    pub(crate) fn paint(self, role: Role, text: &str) -> Cow<'_, str> {
        let ansi = role.ansi();
        if !self.colour || ansi.is_plain() || text.is_empty() {
            return Cow::Borrowed(text);
        }
        Cow::Owned(format!("{}{text}{}", ansi.render(), ansi.render_reset()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_colour_the_text_is_untouched() {
        for role in Role::PAINTED {
            assert_eq!(Style::new(false).paint(role, "down"), "down");
        }
    }

    #[test]
    fn every_painted_role_starts_and_ends_its_own_colour() {
        for role in Role::PAINTED {
            let painted = Style::new(true).paint(role, "down");
            assert!(painted.starts_with("\x1b["), "{role:?}");
            assert!(painted.ends_with("down\x1b[0m"), "{role:?}");
        }
        assert_eq!(Style::new(true).paint(Role::Plain, "down"), "down");
    }
}

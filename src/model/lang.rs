//! The two languages that scout speaks.

/// A language for text that people read. JSON keys, flags and ids are always English.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Lang {
    /// English
    En,
    /// French
    Fr,
}

impl Lang {
    /// One of two texts.
    pub(crate) fn pick<T>(self, english: T, french: T) -> T {
        match self {
            Self::En => english,
            Self::Fr => french,
        }
    }

    /// The language of a POSIX locale name such as `fr_FR.UTF-8`; anything but French is English.
    pub(crate) fn of_locale(locale: &str) -> Self {
        let language = locale
            .split(['_', '.', '@', '-'])
            .next()
            .unwrap_or_default();
        if language.eq_ignore_ascii_case("fr") {
            Self::Fr
        } else {
            Self::En
        }
    }
}

//! How bad does a log line say it is?
//!
//! From a level field in words or numbers, from the forms that servers write (`PostgreSQL`, klog, Redis, `MySQL`, nginx, Java,
//! Python), and last from its words, with care: "0 errors" is no error.

use std::sync::LazyLock;

use regex::Regex;

/// The level of a line, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Level {
    /// Debug and trace.
    Debug,
    /// Information, and lines that say nothing about themselves.
    Info,
    /// Warnings.
    Warn,
    /// Errors.
    Error,
    /// What ends a process or a connection.
    Fatal,
}

impl Level {
    /// Its name, as listings show it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::Fatal => "fatal",
        }
    }
}

/// How far into a line a level is looked for: behind a time, a process id and a name, before the text.
const HEAD_BYTES: usize = 120;

/// Words that say that something failed, as parts of a line without a level.
static BAD_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(?:\w*(?:error|exception)s?|err|panic(?:ked)?|fatal|traceback|unhandled|fail(?:ed|ure|ures|s)?|refused|denied|",
        r"timed[ -]out|unreachable|unavailable|unable to|cannot|could not|crash(?:ed|ing)?|segfault|oomkilled|out of memory|",
        r"no space left|[ée]chec|[ée]chou[ée]e?s?|erreurs?)\b"
    ))
    .expect("a constant pattern")
});

/// The same words said of nothing: counted as zero, denied or over.
static NO_HARM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(?:0|no|zero|without(?: any)?|sans|aucune?) (?:\w+ )?(?:error|exception|failure|fail|erreur|[ée]chec|panic|crash)\w*",
        r"|\b\w*(?:error|exception|fail|failure|crash|erreur)\w*[ \x22']*[=:][ \x22']*(?:0(?:\.0+)?|null|none|nil|false|no)\b",
        r"|\b0 failed\b|\berror[- ]free\b|\b(?:error|failure) (?:handler|handling|page|reporting|tracking|budget)\w*"
    ))
    .expect("a constant pattern")
});

/// The level that a word names.
pub(crate) fn level_of_word(word: &str) -> Option<Level> {
    let mut lower = [0_u8; 12];
    let word = word.trim();
    let bytes = lower.get_mut(..word.len())?;
    bytes.copy_from_slice(word.as_bytes());
    bytes.make_ascii_lowercase();
    Some(match &*bytes {
        b"trace" | b"debug" | b"verbose" | b"fine" | b"finer" | b"finest" | b"d" | b"debug1" => {
            Level::Debug
        }
        b"info" | b"information" | b"notice" | b"note" | b"log" | b"i" | b"statement"
        | b"detail" | b"hint" | b"context" | b"default" => Level::Info,
        b"warn" | b"warning" | b"w" => Level::Warn,
        b"error" | b"err" | b"e" | b"severe" | b"erreur" => Level::Error,
        b"fatal" | b"panic" | b"critical" | b"crit" | b"alert" | b"emerg" | b"emergency" | b"f"
        | b"dpanic" => Level::Fatal,
        _ => return None,
    })
}

/// The level that a number names: the tens of pino and bunyan, else syslog's 0 to 7.
pub(crate) fn level_of_number(number: f64) -> Option<Level> {
    if !(0.0..=1000.0).contains(&number) {
        return None;
    }
    Some(if number >= 60.0 {
        Level::Fatal
    } else if number >= 50.0 {
        Level::Error
    } else if number >= 40.0 {
        Level::Warn
    } else if number >= 30.0 {
        Level::Info
    } else if number >= 10.0 {
        Level::Debug
    } else if number <= 2.0 {
        Level::Fatal
    } else if number <= 3.0 {
        Level::Error
    } else if number <= 4.0 {
        Level::Warn
    } else {
        Level::Info
    })
}

/// The level that a line of plain text says, in the forms of servers or in its head; `None` where it says none.
pub(crate) fn level_said(text: &str) -> Option<Level> {
    klog(text)
        .or_else(|| redis(text))
        .or_else(|| named_in_head(text))
}

/// The level of a line that has none of its own: from its words alone.
pub(crate) fn implied_by_words(text: &str) -> Level {
    if !BAD_WORDS.is_match(text) {
        return Level::Info;
    }
    let rest = NO_HARM.replace_all(text, " ");
    if BAD_WORDS.is_match(&rest) {
        Level::Error
    } else {
        Level::Info
    }
}

/// `E1121 09:00:00.123456 …`
fn klog(text: &str) -> Option<Level> {
    let bytes = text.as_bytes();
    let digits = bytes.get(1..5)?.iter().all(u8::is_ascii_digit);
    if !digits || *bytes.get(5)? != b' ' || !bytes.get(6)?.is_ascii_digit() {
        return None;
    }
    match bytes[0] {
        b'I' => Some(Level::Info),
        b'W' => Some(Level::Warn),
        b'E' => Some(Level::Error),
        b'F' => Some(Level::Fatal),
        _ => None,
    }
}

/// `12:M 21 Nov 2026 09:00:00.123 # …`: a process id, a role, perhaps a time, a sign. `#` is Redis's warning.
fn redis(text: &str) -> Option<Level> {
    let (pid, rest) = text.split_once(':')?;
    let digits = !pid.is_empty() && pid.len() <= 8 && pid.bytes().all(|b| b.is_ascii_digit());
    let role = matches!(rest.as_bytes().first()?, b'M' | b'S' | b'C' | b'X');
    if !digits || !role || *rest.as_bytes().get(1)? != b' ' {
        return None;
    }
    let sign = rest
        .split(' ')
        .skip(1)
        .take(6)
        .find(|word| matches!(*word, "#" | "*" | "-" | "."))?;
    Some(match sign {
        "#" => Level::Warn,
        "." => Level::Debug,
        _ => Level::Info,
    })
}

/// A level named before the text: `ERROR`, `[error]`, `Error:`, `FATAL:`, `<warn>`.
fn named_in_head(text: &str) -> Option<Level> {
    let end = text.len().min(HEAD_BYTES);
    let bytes = &text.as_bytes()[..end];
    let mut start = 0;
    while start < bytes.len() {
        if !bytes[start].is_ascii_alphabetic() {
            start += 1;
            continue;
        }
        let length = bytes[start..]
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_')
            .count();
        if let Some(level) = level_at(text, start, length) {
            return Some(level);
        }
        start += length;
    }
    None
}

/// The level that the word at a place names, where its case or its surroundings show that a level is meant.
fn level_at(text: &str, start: usize, length: usize) -> Option<Level> {
    if !(3..=11).contains(&length) {
        return None;
    }
    let word = text.get(start..start + length)?;
    let before = start.checked_sub(1).map(|at| text.as_bytes()[at]);
    let after = text.as_bytes().get(start + length).copied();
    let level = level_of_word(word)?;
    let closed = matches!(
        (before, after),
        (Some(b'['), Some(b']')) | (Some(b'<'), Some(b'>')) | (Some(b'('), Some(b')'))
    );
    let upper = word.bytes().all(|b| b.is_ascii_uppercase());
    let apart = matches!(
        before,
        None | Some(b' ' | b'[' | b'|' | b'\t' | b']' | b':')
    ) && matches!(after, None | Some(b' ' | b']' | b'|' | b'\t' | b':' | b','));
    let weak = matches!(level, Level::Info) && !matches!(word, "INFO" | "NOTICE") && !closed;
    let heads = start == 0 && after == Some(b':');
    if weak {
        return (upper && after == Some(b':')).then_some(level);
    }
    (closed || (upper && apart) || heads).then_some(level)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level_of_text(text: &str) -> Level {
        level_said(text).unwrap_or_else(|| implied_by_words(text))
    }

    #[test]
    fn servers_forms_are_read() {
        for (text, level) in [
            (
                "FATAL:  remaining connection slots are reserved",
                Level::Fatal,
            ),
            (
                "2026-11-21 09:00:00 UTC [412] app@db ERROR:  deadlock detected",
                Level::Error,
            ),
            (
                "LOG:  checkpoint complete: wrote 12 buffers (0.5%)",
                Level::Info,
            ),
            (
                "E1121 09:00:00.123456 1 static_autoscaler.go:274] boom",
                Level::Error,
            ),
            (
                "12:M 21 Nov 2026 09:00:00.123 # Can't save in background: fork: Cannot allocate memory",
                Level::Warn,
            ),
            (
                "1:M * Background saving terminated with success",
                Level::Info,
            ),
            (
                "2026-11-21T09:00:00.1Z 0 [ERROR] [MY-010457] [Server] oops",
                Level::Error,
            ),
            (
                "2026/11/21 09:00:00 [error] 31#31: *1 connect() failed",
                Level::Error,
            ),
            ("ERROR:root:no such thing", Level::Error),
            ("09:00:00.123 [main] WARN  c.e.App - slow", Level::Warn),
            ("panic: runtime error: index out of range [5]", Level::Fatal),
            (
                "TypeError: Cannot read properties of undefined",
                Level::Error,
            ),
        ] {
            assert_eq!(level_of_text(text), level, "{text}");
        }
    }

    #[test]
    fn no_errors_are_no_error() {
        for text in [
            "sync done, 0 errors",
            "finished without errors",
            "error_count=0 failed=0",
            "compiled with no error",
            "{\"errors\": null}",
            "import done: 120 rows, 0 failed",
            "sauvegarde finie, aucune erreur",
            "registered error handler",
            "GET /v1/users 200 12ms",
        ] {
            assert_eq!(level_of_text(text), Level::Info, "{text}");
        }
        assert_eq!(level_of_text("job done: 3 errors"), Level::Error);
        assert_eq!(level_of_text("retry failed, error_count=0"), Level::Error);
    }

    #[test]
    fn numbers_of_pino_and_syslog_are_told_apart() {
        assert_eq!(level_of_number(50.0), Some(Level::Error));
        assert_eq!(level_of_number(30.0), Some(Level::Info));
        assert_eq!(level_of_number(3.0), Some(Level::Error));
        assert_eq!(level_of_number(f64::NAN), None);
    }
}

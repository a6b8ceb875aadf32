//! Which exception does a text name? `java.lang.IllegalStateException: …`, `TypeError: …`, `panic: …`, in the forms of many
//! languages.
//!
//! In: a line's text. Out: the type and what it says; `None` where the text names none.

use std::sync::LazyLock;

use regex::Regex;

/// What is looked at of a text: an exception is named in its head.
const LONGEST: usize = 2000;

/// A type's name as languages write it: parts joined by `.`, `::`, `\` or `$`, the last one in capitals and with an ending that
/// only such types have; then a colon, or the end of the line.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"(?m)(?:^|[\s:(\["'])((?:[A-Za-z_][\w$]*(?:\.|::|\\|/))*[A-Z][\w$]*"#,
        r"(?:Error|Exception|Failure|Fault|Panic|Interrupt|Timeout|Exit)|Error|Exception)(?::[ \t]|:?[ \t]*$)[ \t]*([^\r\n]*)"
    ))
    .expect("a constant pattern")
});

/// A qualified name in front of a colon, where the whole line begins with it: `com.example.QueryTimedOut: late`.
static QUALIFIED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:Exception in thread \S+ |Unhandled exception\. )?((?:[a-z_]\w*\.){2,}[A-Z][\w$]*): ([^\r\n]*)")
        .expect("a constant pattern")
});

/// The panics of Rust and Go.
static PANIC: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:panic: ([^\r\n]*)|thread '[^']*' (?:\(\d+\) )?panicked at ([^\r\n]*))")
        .expect("a constant pattern")
});

/// Ruby names the type last: `undefined method 'x' for nil (NoMethodError)`.
static LAST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"([^\r\n]*) \(((?:\w+::)*[A-Z]\w*(?:Error|Exception))\)\s*$")
        .expect("a constant pattern")
});

/// An exception that a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exception<'a> {
    /// Its type; `panic` for those.
    pub(crate) name: &'a str,
    /// What it says, on its line.
    pub(crate) says: &'a str,
}

impl Exception<'_> {
    /// Whether the name says no more than a level does.
    pub(crate) fn is_vague(&self) -> bool {
        matches!(self.name, "Error" | "Exception")
    }
}

/// The exception that a text names. Of a Python trace it is the last one, which was raised; of any other text the first.
pub(crate) fn exception_of(text: &str) -> Option<Exception<'_>> {
    let text = super::logs::cut(text, LONGEST);
    if let Some(found) = PANIC.captures(text) {
        let says = found.get(1).or(found.get(2))?;
        return Some(Exception {
            name: "panic",
            says: says.as_str(),
        });
    }
    let named = |regex: &Regex, text: &'_ str| {
        let found = regex.captures(text)?;
        Some((found.get(1)?.range(), found.get(2)?.range()))
    };
    let ranges = if text.contains("Traceback (most recent call last)") {
        let last = NAMED.captures_iter(text).last();
        last.and_then(|found| Some((found.get(1)?.range(), found.get(2)?.range())))
    } else {
        named(&QUALIFIED, text)
            .or_else(|| named(&NAMED, text))
            .or_else(|| {
                let (says, name) = named(&LAST, text)?;
                Some((name, says))
            })
    };
    let (name, says) = ranges?;
    Some(Exception {
        name: &text[name],
        says: text[says].trim_end(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_are_found_in_the_forms_of_many_languages() {
        for (text, name, says) in [
            (
                "TypeError: x is not a function",
                "TypeError",
                "x is not a function",
            ),
            (
                "java.lang.IllegalStateException: closed",
                "java.lang.IllegalStateException",
                "closed",
            ),
            (
                "Exception in thread \"main\" java.lang.NullPointerException",
                "java.lang.NullPointerException",
                "",
            ),
            (
                "psycopg2.OperationalError: could not connect",
                "psycopg2.OperationalError",
                "could not connect",
            ),
            (
                "Uncaught ReferenceError: y is not defined",
                "ReferenceError",
                "y is not defined",
            ),
            (
                "Unhandled exception. System.InvalidOperationException: no",
                "System.InvalidOperationException",
                "no",
            ),
            (
                "com.shop.pool.QueryTimedOut: after 3 s",
                "com.shop.pool.QueryTimedOut",
                "after 3 s",
            ),
            (
                "PHP Fatal error:  Uncaught App\\Http\\DbException: gone in /x.php:3",
                "App\\Http\\DbException",
                "gone in /x.php:3",
            ),
            (
                "panic: runtime error: index out of range [5]",
                "panic",
                "runtime error: index out of range [5]",
            ),
            (
                "thread 'main' panicked at src/main.rs:4:5:",
                "panic",
                "src/main.rs:4:5:",
            ),
            (
                "app.rb:3:in `f': undefined method (NoMethodError)",
                "NoMethodError",
                "app.rb:3:in `f': undefined method",
            ),
            (
                "request failed: redis.exceptions.ConnectionError: refused",
                "redis.exceptions.ConnectionError",
                "refused",
            ),
            (
                "Traceback (most recent call last):\n  File \"a.py\", line 1\nKeyError: 'a'\n\nDuring handling\n\nValueError: b",
                "ValueError",
                "b",
            ),
            ("KeyboardInterrupt", "KeyboardInterrupt", ""),
        ] {
            let found = exception_of(text).unwrap_or_else(|| panic!("none in {text}"));
            assert_eq!((found.name, found.says), (name, says), "{text}");
        }
    }

    #[test]
    fn ordinary_texts_name_none() {
        for text in [
            "GET /v1/orders 500 12ms",
            "no ErrorHandler is set",
            "FATAL:  remaining connection slots are reserved",
            "error: cannot open file",
            "listening on 10.0.0.1:80",
            "com.shop.Orders: order 7 placed",
            "",
        ] {
            let found = exception_of(text).filter(|found| !found.is_vague());
            assert!(
                found.is_none() || text.starts_with("com.shop"),
                "{text}: {found:?}"
            );
        }
    }
}

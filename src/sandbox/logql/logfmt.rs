//! Reads logfmt lines the way Loki does: `key=value key="quoted value" bare`.
//!
//! In: a line. Out: pairs, or the fault at a place, after which reading can go on. The rules are those of the decoder
//! that Loki uses: any byte up to a space separates, a key without `=` has an empty value.

use std::borrow::Cow;

use super::json::unescape;

/// A key with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pair<'a> {
    /// As written.
    pub(crate) key: &'a str,
    /// Unquoted.
    pub(crate) value: Cow<'a, str>,
}

/// What is wrong, and where (counted from 1, in bytes).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("logfmt syntax error at pos {position} : {what}")]
pub(crate) struct Fault {
    /// Place in the line.
    position: usize,
    /// What was found there.
    what: String,
}

/// Walks a line.
#[derive(Debug)]
pub(crate) struct Decoder<'a> {
    /// The whole line.
    line: &'a str,
    /// Where reading goes on.
    at: usize,
}

impl<'a> Decoder<'a> {
    /// Starts at the beginning of a line.
    pub(crate) fn new(line: &'a str) -> Self {
        Self { line, at: 0 }
    }

    /// The next pair, or the next fault; `None` at the end. After a fault reading may go on behind it.
    pub(crate) fn next_pair(&mut self) -> Option<Result<Pair<'a>, Fault>> {
        let bytes = self.line.as_bytes();
        self.at += bytes[self.at..].iter().position(|byte| *byte > b' ')?;
        let start = self.at;
        let stop = bytes[start..]
            .iter()
            .position(|byte| *byte <= b' ' || matches!(byte, b'=' | b'"'))
            .map_or(bytes.len(), |length| start + length);
        self.at = stop;
        let key = &self.line[start..stop];
        match bytes.get(stop) {
            Some(b'"') => Some(Err(self.unexpected('"'))),
            Some(b'=') if key.is_empty() => Some(Err(self.unexpected('='))),
            Some(b'=') => {
                self.at += 1;
                Some(self.value().map(|value| Pair { key, value }))
            }
            _ => Some(Ok(Pair {
                key,
                value: Cow::Borrowed(""),
            })),
        }
    }

    /// The value that starts here.
    fn value(&mut self) -> Result<Cow<'a, str>, Fault> {
        let bytes = self.line.as_bytes();
        if bytes.get(self.at) == Some(&b'"') {
            return self.quoted();
        }
        let start = self.at;
        let stop = bytes[start..]
            .iter()
            .position(|byte| *byte <= b' ' || matches!(byte, b'=' | b'"'))
            .map_or(bytes.len(), |length| start + length);
        self.at = stop;
        match bytes.get(stop) {
            Some(found @ (b'=' | b'"')) => Err(self.unexpected(char::from(*found))),
            _ => Ok(Cow::Borrowed(&self.line[start..stop])),
        }
    }

    /// The quoted value that starts here.
    fn quoted(&mut self) -> Result<Cow<'a, str>, Fault> {
        let start = self.at + 1;
        let mut escaped = false;
        for (offset, byte) in self.line.as_bytes()[start..].iter().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    let end = start + offset;
                    self.at = end + 1;
                    return unescape(&self.line[start..end])
                        .ok_or_else(|| self.fault("invalid quoted value"));
                }
                _ => {}
            }
        }
        self.at = self.line.len();
        Err(self.fault("unterminated quoted value"))
    }

    /// A fault at the present place.
    fn fault(&self, what: &str) -> Fault {
        Fault {
            position: self.at + 1,
            what: what.to_owned(),
        }
    }

    /// A fault about one character; the rest of its word is skipped.
    fn unexpected(&mut self, found: char) -> Fault {
        let fault = self.fault(&format!("unexpected '{found}'"));
        let bytes = self.line.as_bytes();
        self.at = bytes[self.at..]
            .iter()
            .position(|byte| *byte <= b' ')
            .map_or(bytes.len(), |length| self.at + length);
        fault
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Vec<String> {
        let mut decoder = Decoder::new(line);
        let mut out = Vec::new();
        while let Some(next) = decoder.next_pair() {
            out.push(match next {
                Ok(pair) => format!("{}={}", pair.key, pair.value),
                Err(fault) => fault.to_string(),
            });
        }
        out
    }

    #[test]
    fn quotes_escapes_and_bare_keys_are_read() {
        assert_eq!(
            read(r#"a=1 b="x \"y\" z"  bare c= d="" "#),
            ["a=1", "b=x \"y\" z", "bare=", "c=", "d="]
        );
        assert!(read("").is_empty());
    }

    #[test]
    fn faults_name_their_place_and_reading_goes_on() {
        assert_eq!(
            read(r#"a=1 b"c d=2=3 e=4 =5 f="open"#),
            [
                "a=1",
                "logfmt syntax error at pos 6 : unexpected '\"'",
                "logfmt syntax error at pos 12 : unexpected '='",
                "e=4",
                "logfmt syntax error at pos 19 : unexpected '='",
                "logfmt syntax error at pos 29 : unterminated quoted value",
            ]
        );
    }
}

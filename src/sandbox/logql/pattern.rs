//! Pattern expressions: `<method> <path> <_>`, as a parser stage and as a line filter.

/// A piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// Text that must be there.
    Literal(String),
    /// Anything, kept under a name; `_` keeps nothing.
    Capture(String),
}

/// A pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    /// Captures and literals in turn; literals never touch, captures neither.
    pieces: Vec<Piece>,
}

impl Pattern {
    /// Reads a pattern for the parser stage, which must capture something by name.
    ///
    /// # Errors
    /// Why Loki refuses it.
    pub(super) fn for_parser(text: &str) -> Result<Self, String> {
        let pattern = Self::read(text)?;
        let names: Vec<&str> = pattern.names().filter(|name| *name != "_").collect();
        if names.is_empty() {
            return Err("at least one capture is required".to_owned());
        }
        for (index, name) in names.iter().enumerate() {
            if names[..index].contains(name) {
                return Err(format!("duplicate capture name ({name}) found"));
            }
        }
        Ok(pattern)
    }

    /// Reads a pattern for a line filter, which must not capture by name.
    ///
    /// # Errors
    /// Why Loki refuses it.
    pub(super) fn for_filter(text: &str) -> Result<Self, String> {
        let pattern = Self::read(text)?;
        if pattern.names().any(|name| name != "_") {
            return Err("named captures are not allowed".to_owned());
        }
        Ok(pattern)
    }

    /// Cuts a pattern into pieces.
    fn read(text: &str) -> Result<Self, String> {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some((name, after)) = capture(rest) {
                if let Some(Piece::Capture(before)) = pieces.last() {
                    return Err(format!("found consecutive capture '<{before}><{name}>'"));
                }
                pieces.push(Piece::Capture(name.to_owned()));
                rest = after;
                continue;
            }
            let first = rest.chars().next().map_or(1, char::len_utf8);
            let length = rest[first..].find('<').map_or(rest.len(), |at| first + at);
            match pieces.last_mut() {
                Some(Piece::Literal(literal)) => literal.push_str(&rest[..length]),
                _ => pieces.push(Piece::Literal(rest[..length].to_owned())),
            }
            rest = &rest[length..];
        }
        if pieces.is_empty() {
            return Err(
                "syntax error: unexpected $end, expecting IDENTIFIER or LITERAL".to_owned(),
            );
        }
        Ok(Self { pieces })
    }

    /// The names of its captures.
    fn names(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Capture(name) => Some(name.as_str()),
            Piece::Literal(_) => None,
        })
    }

    /// What the named captures hold in `line`. Where a literal is missing, the capture before it takes the rest.
    pub(super) fn captures<'t>(&self, line: &'t str) -> Vec<(&str, &'t str)> {
        let mut found = Vec::new();
        let mut pieces = self.pieces.as_slice();
        let mut rest = line;
        if line.is_empty() {
            return found;
        }
        if let [Piece::Literal(literal), after @ ..] = pieces {
            let Some(behind) = rest.strip_prefix(literal.as_str()) else {
                return found;
            };
            (rest, pieces) = (behind, after);
        }
        while let [Piece::Capture(name), after @ ..] = pieces {
            let (value, behind) = match after.first() {
                Some(Piece::Literal(literal)) => match rest.split_once(literal.as_str()) {
                    Some((value, behind)) => (value, Some(behind)),
                    None => (rest, None),
                },
                _ => (rest, None),
            };
            if name != "_" {
                found.push((name.as_str(), value));
            }
            let Some(behind) = behind else { break };
            rest = behind;
            pieces = &after[1..];
        }
        found
    }

    /// Whether the whole line follows the pattern; a capture takes at least one character.
    pub(super) fn matches(&self, line: &str) -> bool {
        if line.is_empty() {
            return false;
        }
        let mut rest = line;
        for (index, piece) in self.pieces.iter().enumerate() {
            let Piece::Literal(literal) = piece else {
                continue;
            };
            let Some(at) = rest.find(literal.as_str()) else {
                return false;
            };
            if (index == 0) != (at == 0) {
                return false;
            }
            rest = &rest[at + literal.len()..];
        }
        let open = matches!(self.pieces.last(), Some(Piece::Capture(_)));
        open != rest.is_empty()
    }
}

/// `<name>` at the start of `text`, and what follows.
fn capture(text: &str) -> Option<(&str, &str)> {
    let (name, after) = text.strip_prefix('<')?.split_once('>')?;
    let mut bytes = name.bytes();
    let first = bytes.next()?;
    let fits = (first == b'_' || first.is_ascii_alphabetic())
        && bytes.all(|byte| byte == b'_' || byte.is_ascii_alphanumeric());
    fits.then_some((name, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captures_lie_between_literals_and_the_last_takes_the_rest() {
        let pattern = Pattern::for_parser("<pid> [<level>] <_>: <msg>").unwrap();
        assert_eq!(
            pattern.captures("311 [LOG] checkpoint complete: wrote 46 buffers"),
            [
                ("pid", "311"),
                ("level", "LOG"),
                ("msg", "wrote 46 buffers")
            ]
        );
        assert_eq!(pattern.captures("no bracket"), [("pid", "no bracket")]);
        assert_eq!(
            Pattern::for_parser("GET <path>")
                .unwrap()
                .captures("PUT /x"),
            []
        );
    }

    #[test]
    fn a_filter_covers_the_whole_line() {
        for (pattern, line, expected) in [
            ("<_> [LOG] <_>", "311 [LOG] x", true),
            ("<_> [LOG] <_>", " [LOG] x", false),
            ("a<_>", "a", false),
            ("a<_>z", "a--z", true),
            ("a<_>z", "a--z!", false),
            ("a", "a", true),
        ] {
            assert_eq!(
                Pattern::for_filter(pattern).unwrap().matches(line),
                expected,
                "{pattern} {line}"
            );
        }
        assert!(Pattern::for_filter("<name>").is_err());
        assert!(Pattern::for_parser("<_>").is_err());
        assert!(Pattern::for_parser("<a><b>").is_err());
    }
}

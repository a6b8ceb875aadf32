//! How do placeholders in a message get their values?
//!
//! In: a text with `{name}` and the names of the variables. Out: pieces that are written with one pass and no search, because a
//! world may have millions of lines. A brace that does not enclose a variable's name stands for itself: log lines are full of
//! braces.

/// A text cut at its placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template(Vec<Piece>);

/// A part of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// Written as it is.
    Text(String),
    /// The value of the variable with this index.
    Var(usize),
}

impl Template {
    /// Cuts `text` at the placeholders that name one of `names`.
    pub(super) fn parse<'a>(text: &str, names: &(impl Iterator<Item = &'a str> + Clone)) -> Self {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            literal.push_str(&rest[..open]);
            let after = &rest[open + 1..];
            let found = after.find('}').and_then(|close| {
                let index = names.clone().position(|name| name == &after[..close])?;
                Some((index, close))
            });
            if let Some((index, close)) = found {
                if !literal.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut literal)));
                }
                pieces.push(Piece::Var(index));
                rest = &after[close + 1..];
            } else {
                literal.push('{');
                rest = after;
            }
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            pieces.push(Piece::Text(literal));
        }
        Self(pieces)
    }

    /// Appends the text, with these values of the variables.
    pub(super) fn write(&self, values: &[String], out: &mut String) {
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Var(index) => {
                    out.push_str(values.get(*index).map_or("", String::as_str));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> String {
        let template = Template::parse(text, &["a", "b"].into_iter());
        let mut out = String::new();
        template.write(&["1".to_owned(), "{a}".to_owned()], &mut out);
        out
    }

    #[test]
    fn known_names_are_replaced_once_and_other_braces_stay() {
        assert_eq!(filled("{a}-{b}-{a}"), "1-{a}-1");
        assert_eq!(filled("{c} {} { {a}} {"), "{c} {} { 1} {");
        assert_eq!(filled(""), "");
    }
}

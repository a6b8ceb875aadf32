//! Reads template text into nodes. The faults are those of Go's template package.

use super::functions::NAMES;
use super::value::Value;
use super::{Call, Node, Pipe, Term};

/// How deep blocks and parentheses may nest.
const MAX_DEPTH: usize = 50;

/// A fault: line, and what is wrong.
type Fault = (usize, String);

/// Reads a whole template.
pub(super) fn parse(text: &str) -> Result<Vec<Node>, Fault> {
    let pieces = pieces(text)?;
    let mut reader = Reader {
        pieces,
        at: 0,
        depth: 0,
    };
    let (nodes, end) = reader.block()?;
    match end {
        None => Ok(nodes),
        Some((line, word)) => Err((line, format!("unexpected {{{{{word}}}}}"))),
    }
}

/// Text, or what stands between braces with its line.
enum Piece<'a> {
    /// Outside.
    Text(&'a str),
    /// Inside.
    Action(&'a str, usize),
}

/// Cuts a template at its braces; trim markers are obeyed and comments dropped.
fn pieces(text: &str) -> Result<Vec<Piece<'_>>, Fault> {
    let mut out = Vec::new();
    let mut rest = text;
    let mut trim_next = false;
    loop {
        let open = rest.find("{{");
        let mut literal = &rest[..open.unwrap_or(rest.len())];
        if trim_next {
            literal = literal.trim_start();
        }
        let Some(open) = open else {
            out.push(Piece::Text(literal));
            return Ok(out);
        };
        let line = 1 + text[..text.len() - rest.len() + open].matches('\n').count();
        let mut inside = &rest[open + 2..];
        if inside.starts_with('-') && inside[1..].starts_with(char::is_whitespace) {
            literal = literal.trim_end();
            inside = &inside[1..];
        }
        out.push(Piece::Text(literal));
        let close = action_end(inside).ok_or((line, "unclosed action".to_owned()))?;
        rest = &inside[close + 2..];
        let mut action = &inside[..close];
        trim_next =
            action.ends_with('-') && action[..action.len() - 1].ends_with(char::is_whitespace);
        if trim_next {
            action = &action[..action.len() - 1];
        }
        let action = action.trim();
        if !action.starts_with("/*") {
            out.push(Piece::Action(action, line));
        }
    }
}

/// Where the action's closing braces are, quotes and comments skipped.
fn action_end(inside: &str) -> Option<usize> {
    if inside.trim_start().starts_with("/*") {
        let comment = inside.find("*/")? + 2;
        return inside[comment..].find("}}").map(|at| comment + at);
    }
    let bytes = inside.as_bytes();
    let mut quote = None;
    let mut at = 0;
    while at < bytes.len() {
        match (quote, bytes[at]) {
            (Some(b'"'), b'\\') => at += 1,
            (Some(open), found) if open == found => quote = None,
            (None, found @ (b'"' | b'`')) => quote = Some(found),
            (None, b'}') if bytes.get(at + 1) == Some(&b'}') => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Builds nodes from pieces.
struct Reader<'a> {
    /// All of them.
    pieces: Vec<Piece<'a>>,
    /// The next one.
    at: usize,
    /// Open blocks.
    depth: usize,
}

/// The word that ended a block, with its line.
type BlockEnd<'a> = Option<(usize, &'a str)>;

impl<'a> Reader<'a> {
    /// Nodes up to `end`, `else …` or the end of the template.
    fn block(&mut self) -> Result<(Vec<Node>, BlockEnd<'a>), Fault> {
        let mut nodes = Vec::new();
        while let Some(piece) = self.pieces.get(self.at) {
            self.at += 1;
            let (action, line) = match *piece {
                Piece::Text("") => continue,
                Piece::Text(text) => {
                    nodes.push(Node::Text(text.to_owned()));
                    continue;
                }
                Piece::Action(action, line) => (action, line),
            };
            let (word, after) = action
                .split_once(char::is_whitespace)
                .unwrap_or((action, ""));
            match word {
                "end" | "else" => return Ok((nodes, Some((line, action)))),
                "if" | "with" => nodes.push(self.branch(word, after, line)?),
                "range" | "define" | "template" | "block" | "break" | "continue" => {
                    return Err((line, format!("{word} is not supported by the sandbox")));
                }
                _ => nodes.push(statement(action).map_err(|why| (line, why))?),
            }
        }
        Ok((nodes, None))
    }

    /// `if` or `with`, behind its word.
    fn branch(&mut self, word: &str, condition: &str, line: usize) -> Result<Node, Fault> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err((line, "blocks are nested too deeply".to_owned()));
        }
        if condition.trim().is_empty() {
            return Err((line, format!("missing value for {word}")));
        }
        let condition = pipe(condition).map_err(|why| (line, why))?;
        let (then, end) = self.block()?;
        let otherwise = match end {
            Some((_, "end")) => Vec::new(),
            Some((_, "else")) => match self.block()? {
                (nodes, Some((_, "end"))) => nodes,
                (_, end) => {
                    return Err((
                        end.map_or(line, |(line, _)| line),
                        "expected end".to_owned(),
                    ));
                }
            },
            Some((line, chained)) => {
                let chained = chained.trim_start_matches("else").trim_start();
                let (inner, condition) = chained
                    .split_once(char::is_whitespace)
                    .unwrap_or((chained, ""));
                if inner != word {
                    return Err((line, format!("unexpected <{chained}> in else")));
                }
                vec![self.branch(word, condition, line)?]
            }
            None => return Err((line, "unexpected EOF".to_owned())),
        };
        self.depth -= 1;
        Ok(Node::Branch {
            condition,
            then,
            otherwise,
            moves_dot: word == "with",
        })
    }
}

/// An action that is no block: an assignment or something to print.
fn statement(action: &str) -> Result<Node, String> {
    if action.is_empty() {
        return Err("missing value for command".to_owned());
    }
    if action.starts_with('$')
        && let Some((name, value)) = action.split_once('=')
    {
        let name = name.trim_end_matches(':').trim();
        if name[1..].chars().all(|c| c == '_' || c.is_alphanumeric()) {
            return Ok(Node::Assign(name.to_owned(), pipe(value)?));
        }
    }
    pipe(action).map(Node::Print)
}

/// Reads a pipe that takes up the whole text.
fn pipe(text: &str) -> Result<Pipe, String> {
    let mut words = Words {
        rest: text,
        depth: 0,
    };
    let pipe = words.pipe()?;
    if words.rest.is_empty() {
        Ok(pipe)
    } else {
        Err("unexpected right paren".to_owned())
    }
}

/// Reads terms.
struct Words<'a> {
    /// What is left.
    rest: &'a str,
    /// Open parentheses.
    depth: usize,
}

impl Words<'_> {
    /// Calls joined by `|`, up to a closing parenthesis or the end.
    fn pipe(&mut self) -> Result<Pipe, String> {
        let mut calls = Vec::new();
        loop {
            calls.push(self.call(!calls.is_empty())?);
            if !self.rest.starts_with('|') {
                return Ok(calls);
            }
            self.rest = &self.rest[1..];
        }
    }

    /// A term with its arguments.
    fn call(&mut self, piped_into: bool) -> Result<Call, String> {
        let Some(head) = self.term()? else {
            return Err("missing value for command".to_owned());
        };
        if piped_into && !matches!(head, Term::Function(_)) {
            return Err("non executable command in pipeline stage 2".to_owned());
        }
        let mut arguments = Vec::new();
        while let Some(term) = self.term()? {
            arguments.push(term);
        }
        if !arguments.is_empty() && !matches!(head, Term::Function(_)) {
            return Err("can't give argument to non-function".to_owned());
        }
        Ok(Call { head, arguments })
    }

    /// The next term; `None` at `|`, `)` and the end.
    fn term(&mut self) -> Result<Option<Term>, String> {
        self.rest = self.rest.trim_start();
        let Some(first) = self.rest.chars().next() else {
            return Ok(None);
        };
        Ok(Some(match first {
            '|' | ')' => return Ok(None),
            '(' => self.group()?,
            '"' => self.quoted()?,
            '`' => {
                let end = self.rest[1..]
                    .find('`')
                    .ok_or("unterminated raw quoted string")?;
                let text = self.rest[1..=end].to_owned();
                self.rest = &self.rest[end + 2..];
                Term::Literal(Value::Text(text))
            }
            '.' if !self.rest[1..].starts_with(|c: char| c.is_ascii_digit()) => self.field()?,
            '$' => Term::Variable(format!("${}", self.name_after(1))),
            '-' | '+' | '.' | '0'..='9' => self.number()?,
            c if c == '_' || c.is_alphabetic() => self.named()?,
            c => return Err(format!("unexpected {c:?} in operand")),
        }))
    }

    /// `(…)`
    fn group(&mut self) -> Result<Term, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("parentheses are nested too deeply".to_owned());
        }
        self.rest = &self.rest[1..];
        let inner = self.pipe()?;
        self.rest = self.rest.strip_prefix(')').ok_or("unclosed left paren")?;
        self.depth -= 1;
        Ok(Term::Group(inner))
    }

    /// `"…"`
    fn quoted(&mut self) -> Result<Term, String> {
        let mut escaped = false;
        for (at, c) in self.rest.char_indices().skip(1) {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => {
                    let text = super::super::json::unescape(&self.rest[1..at]);
                    self.rest = &self.rest[at + 1..];
                    let text = text.ok_or("invalid syntax")?.into_owned();
                    return Ok(Term::Literal(Value::Text(text)));
                }
                _ => {}
            }
        }
        Err("unterminated quoted string".to_owned())
    }

    /// `.`, `.name`; a chain of names has no meaning on labels.
    fn field(&mut self) -> Result<Term, String> {
        let name = self.name_after(1);
        if self.rest.starts_with('.') {
            return Err(format!(
                "can't evaluate field behind .{name} in type string"
            ));
        }
        Ok(if name.is_empty() {
            Term::Dot
        } else {
            Term::Field(name)
        })
    }

    /// Takes `skip` bytes and the name behind them.
    fn name_after(&mut self, skip: usize) -> String {
        let tail = &self.rest[skip..];
        let length = tail
            .find(|c: char| c != '_' && !c.is_alphanumeric())
            .unwrap_or(tail.len());
        let name = tail[..length].to_owned();
        self.rest = &tail[length..];
        name
    }

    /// A number.
    fn number(&mut self) -> Result<Term, String> {
        let length = self
            .rest
            .find(|c: char| c.is_whitespace() || matches!(c, '|' | ')' | '('))
            .unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(length);
        self.rest = rest;
        let value = text
            .parse()
            .map(Value::Int)
            .or_else(|_| text.parse().map(Value::Float));
        value
            .map(Term::Literal)
            .map_err(|_| format!("bad number syntax: {text:?}"))
    }

    /// A constant or a function.
    fn named(&mut self) -> Result<Term, String> {
        let name = self.name_after(0);
        Ok(match name.as_str() {
            "true" => Term::Literal(Value::Bool(true)),
            "false" => Term::Literal(Value::Bool(false)),
            "nil" => return Err("nil is not a command".to_owned()),
            _ => match NAMES.iter().find(|known| **known == name) {
                Some(known) => Term::Function(known),
                None => return Err(format!("function {name:?} not defined")),
            },
        })
    }
}

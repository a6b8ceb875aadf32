//! Go templates, as far as `line_format` and `label_format` need them.
//!
//! In: a template, then the labels, line and time of an entry. Out: text, or why it failed. Covered: text, fields,
//! literals, pipes, parentheses, variables, `if`, `else`, `with`, trim markers, comments, and the functions of
//! `functions`. `range`, `define` and the rest are refused when the template is read; nothing is guessed.

mod date;
mod encoding;
mod functions;
mod printf;
mod read;
mod value;

pub(super) use value::Value;

/// A template that has been read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Template {
    /// In order.
    nodes: Vec<Node>,
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq)]
enum Node {
    /// As it stands.
    Text(String),
    /// `{{ … }}`
    Print(Pipe),
    /// `{{ $x := … }}`, `{{ $x = … }}`
    Assign(String, Pipe),
    /// `{{ if … }}…{{ else }}…{{ end }}`; `with` also moves the dot.
    Branch {
        /// The condition.
        condition: Pipe,
        /// Where it is not empty.
        then: Vec<Node>,
        /// Where it is.
        otherwise: Vec<Node>,
        /// `with`.
        moves_dot: bool,
    },
}

/// Calls, each fed to the next as its last argument.
type Pipe = Vec<Call>;

/// A function with its arguments, or a single value.
#[derive(Debug, Clone, PartialEq)]
struct Call {
    /// What comes first.
    head: Term,
    /// What follows.
    arguments: Vec<Term>,
}

/// An argument.
#[derive(Debug, Clone, PartialEq)]
enum Term {
    /// `.`
    Dot,
    /// `.name`
    Field(String),
    /// `$name`, `$`
    Variable(String),
    /// A literal.
    Literal(Value),
    /// A function's name.
    Function(&'static str),
    /// `(…)`
    Group(Pipe),
}

/// What a template sees of an entry.
pub(super) struct Entry<'a> {
    /// A label's value.
    pub(super) label: &'a dyn Fn(&str) -> Option<String>,
    /// The line.
    pub(super) line: &'a str,
    /// Nanoseconds since 1970.
    pub(super) at: i64,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// What is wrong with it, in the words of Go's template package where it has them.
    pub(super) fn parse(name: &str, text: &str) -> Result<Self, String> {
        let nodes =
            read::parse(text).map_err(|(line, why)| format!("template: {name}:{line}: {why}"))?;
        Ok(Self { nodes })
    }

    /// Fills it in.
    ///
    /// # Errors
    /// A function that could not take its arguments.
    pub(super) fn render(&self, entry: &Entry<'_>) -> Result<String, String> {
        let mut run = Run {
            entry,
            out: String::new(),
            variables: Vec::new(),
        };
        run.nodes(&self.nodes, &Value::Nothing)?;
        Ok(run.out)
    }

    /// The labels that it reads.
    pub(super) fn fields(&self) -> Vec<String> {
        let mut out = Vec::new();
        fields_of(&self.nodes, &mut out);
        out
    }
}

/// Collects the fields of nodes.
fn fields_of(nodes: &[Node], out: &mut Vec<String>) {
    for node in nodes {
        match node {
            Node::Text(_) => {}
            Node::Print(pipe) | Node::Assign(_, pipe) => fields_of_pipe(pipe, out),
            Node::Branch {
                condition,
                then,
                otherwise,
                ..
            } => {
                fields_of_pipe(condition, out);
                fields_of(then, out);
                fields_of(otherwise, out);
            }
        }
    }
}

/// Collects the fields of a pipe.
fn fields_of_pipe(pipe: &Pipe, out: &mut Vec<String>) {
    for term in pipe
        .iter()
        .flat_map(|call| std::iter::once(&call.head).chain(&call.arguments))
    {
        match term {
            Term::Field(name) => out.push(name.clone()),
            Term::Group(pipe) => fields_of_pipe(pipe, out),
            _ => {}
        }
    }
}

/// A template being filled in.
struct Run<'a> {
    /// What it sees.
    entry: &'a Entry<'a>,
    /// What was written.
    out: String,
    /// `$name` and value, latest last.
    variables: Vec<(String, Value)>,
}

impl Run<'_> {
    /// Runs nodes with this dot ([`Value::Nothing`] stands for the labels).
    fn nodes(&mut self, nodes: &[Node], dot: &Value) -> Result<(), String> {
        for node in nodes {
            match node {
                Node::Text(text) => self.out.push_str(text),
                Node::Print(pipe) => {
                    let value = self.pipe(pipe, dot)?;
                    self.out.push_str(&value.text());
                }
                Node::Assign(name, pipe) => {
                    let value = self.pipe(pipe, dot)?;
                    match self
                        .variables
                        .iter_mut()
                        .rev()
                        .find(|(held, _)| held == name)
                    {
                        Some((_, held)) => *held = value,
                        None => self.variables.push((name.clone(), value)),
                    }
                }
                Node::Branch {
                    condition,
                    then,
                    otherwise,
                    moves_dot,
                } => {
                    let value = self.pipe(condition, dot)?;
                    let scope = self.variables.len();
                    if value.is_empty() {
                        self.nodes(otherwise, dot)?;
                    } else {
                        self.nodes(then, if *moves_dot { &value } else { dot })?;
                    }
                    self.variables.truncate(scope);
                }
            }
        }
        Ok(())
    }

    /// The value of a pipe.
    fn pipe(&self, pipe: &Pipe, dot: &Value) -> Result<Value, String> {
        let mut piped = None;
        for call in pipe {
            piped = Some(self.call(call, dot, piped)?);
        }
        Ok(piped.unwrap_or(Value::Nothing))
    }

    /// The value of a call, given what was piped into it.
    fn call(&self, call: &Call, dot: &Value, piped: Option<Value>) -> Result<Value, String> {
        let Term::Function(name) = call.head else {
            return self.term(&call.head, dot);
        };
        let mut arguments = Vec::with_capacity(call.arguments.len() + 1);
        for term in &call.arguments {
            arguments.push(self.term(term, dot)?);
        }
        arguments.extend(piped);
        functions::call(name, &arguments, self.entry)
            .map_err(|why| format!("error calling {name}: {why}"))
    }

    /// The value of a term.
    fn term(&self, term: &Term, dot: &Value) -> Result<Value, String> {
        Ok(match term {
            Term::Dot => dot.clone(),
            Term::Literal(value) => value.clone(),
            Term::Group(pipe) => self.pipe(pipe, dot)?,
            Term::Function(name) => functions::call(name, &[], self.entry)
                .map_err(|why| format!("error calling {name}: {why}"))?,
            Term::Field(name) => match dot {
                Value::Nothing => Value::Text((self.entry.label)(name).unwrap_or_default()),
                _ => {
                    return Err(format!(
                        "can't evaluate field {name} in type {}",
                        dot.type_name()
                    ));
                }
            },
            Term::Variable(name) => self
                .variables
                .iter()
                .rev()
                .find(|(held, _)| held == name)
                .map_or(Value::Nothing, |(_, value)| value.clone()),
        })
    }
}

#[cfg(test)]
mod tests;

//! What does a person page through a long answer with? In: the answer's bytes. Out: the same on the screen, by themselves where they
//! fit, else through `$SCOUT_PAGER`, `$PAGER` or `less`.
//!
//! The pager's environment has no variable whose name tells of a secret or of Scaleway's keys; its arguments are the variable's own. A pager that ends before it has read
//! everything is a quiet end, like a closed pipe.

use std::io::{self, Write};
use std::process::{Child, ChildStdin, Command, Stdio};

use super::terminal::Terminal;
use super::world::World;
use crate::model::Redactor;
use crate::render::visible::columns;

/// What `less` does where `LESS` does not say: leave at once what fits, keep colours, leave the text on the screen.
const LESS: &str = "FRX";

/// Variables that a pager must not see, beside those whose names tell of a secret.
const SECRET_PREFIXES: [&str; 3] = ["SCW_", "SCALEWAY_", "LOKI_"];

/// What starts a pager.
struct Launch {
    /// A line for the shell.
    command: String,
    /// All of its environment.
    vars: Vec<(String, String)>,
}

/// A screen that shows an answer, through a pager once it is longer than the screen.
pub(crate) struct Screen {
    /// Lines that it has.
    height: usize,
    /// Columns that it has.
    width: usize,
    /// What starts the pager; `None` where there is none or none is wanted.
    launch: Option<Launch>,
    /// What has been written and fits so far.
    waiting: Vec<u8>,
    /// Lines of the screen that it takes.
    lines: usize,
    /// The pager, once it runs.
    pager: Option<(Child, Option<ChildStdin>)>,
}

impl Screen {
    /// The screen of this world; without a pager where `plain`, or where the size of the screen is not known.
    pub(crate) fn new(world: &World, plain: bool) -> Self {
        let launch = command(world)
            .filter(|_| !plain && world.height.is_some())
            .map(|command| Launch {
                command,
                vars: variables(world),
            });
        Self {
            height: world.height.unwrap_or(usize::MAX),
            width: world.width.unwrap_or(80).max(1),
            launch,
            waiting: Vec::new(),
            lines: 0,
            pager: None,
        }
    }

    /// Whether a pager runs.
    pub(crate) fn is_paged(&self) -> bool {
        self.pager.is_some()
    }

    /// Whether an answer may go through a pager.
    pub(crate) fn may_page(&self) -> bool {
        self.launch.is_some()
    }

    /// Shows a part of the answer: whole lines.
    ///
    /// # Errors
    /// The stream's, or the pager's.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some((_, stdin)) = &mut self.pager {
            return stdin
                .as_mut()
                .map_or(Ok(()), |stdin| stdin.write_all(bytes));
        }
        let Some(launch) = &self.launch else {
            return Terminal::write_part(bytes);
        };
        self.waiting.extend_from_slice(bytes);
        self.lines += screen_lines(bytes, self.width);
        // The prompt of the shell takes a line too.
        if self.lines < self.height {
            return Ok(());
        }
        match launch.start() {
            Ok(mut child) => {
                let stdin = child.stdin.take();
                self.pager = Some((child, stdin));
            }
            // A pager that does not start is no reason not to answer.
            Err(_) => self.launch = None,
        }
        let waiting = std::mem::take(&mut self.waiting);
        self.write(&waiting)
    }

    /// Shows what waits, and waits until the person has left the pager.
    ///
    /// # Errors
    /// The stream's.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        if let Some((mut child, stdin)) = self.pager.take() {
            drop(stdin);
            return child.wait().map(|_| ());
        }
        Terminal::write_part(&self.waiting)
    }
}

/// The pager's command: `None` where it is empty or `cat`, which is no pager, or where there is not even `less`.
fn command(world: &World) -> Option<String> {
    let named = ["SCOUT_PAGER", "PAGER"]
        .iter()
        .find_map(|name| world.vars.get(*name));
    let command = match named {
        Some(command) => command.trim().to_owned(),
        None => "less".to_owned(),
    };
    let exists = named.is_some()
        || world
            .var("PATH")
            .is_some_and(|path| std::env::split_paths(path).any(|dir| dir.join("less").is_file()));
    (exists && !command.is_empty() && command != "cat").then_some(command)
}

/// The pager's environment.
fn variables(world: &World) -> Vec<(String, String)> {
    let is_secret = |name: &str| {
        SECRET_PREFIXES
            .iter()
            .any(|prefix| name.starts_with(prefix))
            || Redactor::is_secret_name(name)
    };
    let kept = world.vars.iter().filter(|(name, _)| !is_secret(name));
    let defaults = [("LESS", LESS), ("LV", "-c"), ("LESSCHARSET", "utf-8")];
    let unset = defaults
        .iter()
        .filter(|(name, _)| !world.vars.contains_key(*name))
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    kept.map(|(name, value)| (name.clone(), value.clone()))
        .chain(unset)
        .collect()
}

impl Launch {
    /// Starts the pager.
    ///
    /// # Errors
    /// The system's.
    fn start(&self) -> io::Result<Child> {
        Command::new("sh")
            .arg("-c")
            .arg(&self.command)
            .stdin(Stdio::piped())
            .env_clear()
            .envs(self.vars.iter().map(|(name, value)| (name, value)))
            .spawn()
    }
}

/// Lines of a screen that text takes.
fn screen_lines(bytes: &[u8], width: usize) -> usize {
    let text = String::from_utf8_lossy(bytes);
    text.lines()
        .map(|line| columns(line).div_ceil(width).max(1))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A screen of ten lines with this pager.
    fn screen(pager: &str, plain: bool) -> Screen {
        let mut world = World::read();
        world.height = Some(10);
        world.width = Some(40);
        for (name, value) in [("SCW_SECRET_KEY", "secret"), ("DB_PASSWORD", "secret")] {
            world.vars.insert(name.to_owned(), value.to_owned());
        }
        world
            .vars
            .insert("SCOUT_PAGER".to_owned(), pager.to_owned());
        world.vars.insert("PAGER".to_owned(), "false".to_owned());
        Screen::new(&world, plain)
    }

    #[test]
    fn a_long_answer_goes_through_the_pager_whole_and_without_keys() {
        let folder = tempfile::tempdir().unwrap();
        let (text, vars) = (folder.path().join("text"), folder.path().join("vars"));
        let command = format!("env > '{}'; cat > '{}'", vars.display(), text.display());
        let mut screen = screen(&command, false);
        let line = "x".repeat(79) + "\n";
        screen.write(line.repeat(4).as_bytes()).unwrap();
        assert!(!screen.is_paged(), "eight lines fit on ten");
        screen.write(line.repeat(300).as_bytes()).unwrap();
        assert!(screen.is_paged());
        screen.finish().unwrap();
        assert_eq!(std::fs::read_to_string(text).unwrap(), line.repeat(304));
        let vars = std::fs::read_to_string(vars).unwrap();
        assert!(!vars.contains("secret"), "{vars}");
        assert!(vars.contains("PATH="), "{vars}");
        assert!(vars.lines().any(|var| var.starts_with("LESS=")), "{vars}");
    }

    #[test]
    fn a_pager_that_ends_early_is_a_closed_pipe_at_most() {
        let mut screen = screen("head -c 1 > /dev/null", false);
        let text = "line\n".repeat(200_000);
        let written = (0..20).try_for_each(|_| screen.write(text.as_bytes()));
        let error = written.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        screen.finish().unwrap();
    }

    #[test]
    fn there_may_be_no_pager() {
        for (pager, plain) in [("", false), ("cat", false), (" ", false), ("less", true)] {
            assert!(!screen(pager, plain).may_page(), "{pager:?}");
        }
        assert!(screen("most -w", false).may_page());
    }
}

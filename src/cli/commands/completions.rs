//! `scout completions`: the script that teaches a shell scout's commands and flags.

use super::super::args::{CompletionsArgs, GlobalArgs};
use super::super::exit::{Exit, Failure};
use super::super::session::language;
use super::super::terminal::Terminal;
use super::super::world::World;

/// Prints it. Written to memory first: the generator dies on a closed pipe.
///
/// # Errors
/// Stdout.
pub(super) fn run(
    args: &CompletionsArgs,
    global: &GlobalArgs,
    world: &World,
) -> Result<Exit, Failure> {
    let mut bytes = Vec::new();
    clap_complete::generate(
        args.shell,
        &mut super::super::command(),
        "scout",
        &mut bytes,
    );
    let terminal = Terminal::new(global, world, language(global, world, None));
    terminal.write_answer(&bytes)?;
    Ok(Exit::Done)
}

//! The only room that meets the user and the clock. `run` is the whole program, top to bottom.

mod args;
mod cockpit;
mod commands;
mod connection;
mod exit;
mod foreign;
mod hardening;
mod line_input;
mod outlet;
mod pager;
mod query;
mod run;
mod session;
mod signals;
mod terminal;
mod time;
mod watch;
mod world;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use args::{Cli, GlobalArgs, Output};
use exit::{Exit, Failure};
use session::Session;
use terminal::Terminal;
use world::World;

use crate::model::Lang;
use crate::sandbox::DEFAULT_SCENARIO;
use crate::sources::{LeftTokens, REAPER_WORD, run_reaper};

/// Runs scout with the process's arguments and gives its exit code. A panic deletes the token on its way and ends with 70, or
/// with 6 where the token could not be deleted.
pub fn run() -> ExitCode {
    hardening::forbid_core_dumps();
    let args: Vec<OsString> = std::env::args_os().collect();
    if args.len() == 2 && args[1] == REAPER_WORD {
        run_reaper();
        return ExitCode::SUCCESS;
    }
    let exit = catch_unwind(AssertUnwindSafe(|| run_args(&args))).unwrap_or(Exit::Bug);
    ExitCode::from(exit.code())
}

/// Parses, opens a session, runs the command, reports a failure.
fn run_args(args: &[OsString]) -> Exit {
    let world = World::read();
    let cli = match parse(args) {
        Ok(cli) => cli,
        Err(error) => return report_usage(&error, args, &world),
    };
    let terminal = Terminal::new(
        &cli.global,
        &world,
        session::language(&cli.global, &world, None),
    );
    let left = LeftTokens::default();
    let ran = catch_unwind(AssertUnwindSafe(|| run_command(&cli, world, &left)));
    let exit = match ran {
        Ok(Ok(exit)) => exit,
        Ok(Err(failure)) => {
            terminal.fail(&failure);
            failure.exit
        }
        // The panic's own message is on stderr.
        Err(_) => Exit::Bug,
    };
    left.take().iter().fold(exit, |_, token| {
        terminal.fail(&Failure::token_left(token, terminal.lang()));
        Exit::TokenLeft
    })
}

/// One command.
fn run_command(cli: &Cli, world: World, left: &LeftTokens) -> Result<Exit, Failure> {
    if let Some(exit) = commands::run_without_session(cli, &world)? {
        return Ok(exit);
    }
    let lang = commands::question_lang(&cli.command);
    let named = foreign::named(cli, &world, session::language(&cli.global, &world, lang))?;
    let mut session = Session::open(&cli.global, world, lang, named)?;
    session.left = left.clone();
    if cli.command.is_of_logs() {
        session.fall_back_to_logcli(&cli.global)?;
    }
    commands::run(cli, &mut session)
}

/// The command line; `--help` groups the commands.
fn parse(args: &[OsString]) -> Result<Cli, clap::Error> {
    Cli::from_arg_matches(&command().try_get_matches_from(args)?)
}

/// The command tree, its help grouped under headings.
pub(crate) fn command() -> clap::Command {
    let command = Cli::command();
    let mut groups = String::new();
    for (heading, names) in args::HEADINGS {
        groups.extend(["\n", heading, ":\n"]);
        for name in names {
            let about = command
                .find_subcommand(name)
                .and_then(clap::Command::get_about)
                .map(ToString::to_string)
                .unwrap_or_default();
            let padded = format!("{name:<12}");
            groups.extend([
                "  ", &padded, "  ", &about, "
",
            ]);
        }
    }
    command.help_template(format!(
        "{{about}}\n\n{{usage-heading}} {{usage}}\n{groups}\nGlobal options:\n{{options}}{{after-help}}"
    ))
}

/// Shows help, the version, or what is wrong with the command line.
fn report_usage(error: &clap::Error, args: &[OsString], world: &World) -> Exit {
    if !error.use_stderr() {
        // Help and version are answers.
        let terminal = Terminal::new(&GlobalArgs::with_output(Output::Human), world, Lang::En);
        return match terminal.judge_write(error.print()) {
            Ok(()) => Exit::Done,
            Err(failure) => {
                terminal.fail(&failure);
                failure.exit
            }
        };
    }
    if wants_json(args) {
        let cli = GlobalArgs::with_output(Output::Json);
        Terminal::new(&cli, world, Lang::En).fail(&usage_failure(error));
    } else {
        // There is nowhere to report a failure to print to stderr.
        let _ = error.print();
    }
    Exit::Usage
}

/// What is wrong with a command line, in the parser's words; its tips come before the way to the help.
fn usage_failure(error: &clap::Error) -> Failure {
    let text = error.to_string();
    // What is wrong may take several lines, such as the arguments that are missing; usage and tips come after an empty one.
    let message: Vec<&str> = text
        .trim_start_matches("error: ")
        .lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    let tips = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("tip: "));
    let help = crate::model::messages::cli::see_help(Lang::En);
    let hint: Vec<&str> = tips.chain([help.as_str()]).collect();
    Failure::usage(message.join(" "), Some(hint.join("; ")))
}

/// Whether a command line that could not be understood asks for errors that programs can read.
fn wants_json(args: &[OsString]) -> bool {
    let is_form = |form: &str| matches!(form.trim_start_matches('='), "json" | "ndjson");
    let texts: Vec<&str> = args.iter().filter_map(|arg| arg.to_str()).collect();
    let joined = texts.iter().any(|arg| {
        let form = arg
            .strip_prefix("--output=")
            .or_else(|| arg.strip_prefix("-o"));
        form.is_some_and(is_form)
    });
    joined
        || texts
            .windows(2)
            .any(|pair| matches!(pair[0], "-o" | "--output") && is_form(pair[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The command lines that reports suggest, as they stand in the source.
    fn suggested() -> Vec<String> {
        [
            include_str!("../analysis/rules.toml"),
            include_str!("../report/build.rs"),
        ]
        .iter()
        .flat_map(|source| source.split('"'))
        .filter(|text| text.starts_with("scout "))
        .map(str::to_owned)
        .collect()
    }

    #[test]
    fn every_suggested_command_exists() {
        let suggested = suggested();
        assert!(suggested.len() > 20, "{suggested:?}");
        for line in suggested {
            let filled = line
                .replace("{service}", "db")
                .replace("{kind}", "postgres")
                .replace("{window}", "--since 30m")
                .replace("{env}", "-e prod");
            assert!(!filled.contains('{'), "{line}");
            // Quoted words hold no spaces that matter here: only that the whole is one word.
            let quoted = filled.split('\'').enumerate().flat_map(|(index, part)| {
                if index % 2 == 1 {
                    vec![part]
                } else {
                    part.split_whitespace().collect()
                }
            });
            let parsed = command().try_get_matches_from(quoted);
            assert!(parsed.is_ok(), "{line}: {:?}", parsed.err());
        }
    }

    #[test]
    fn the_command_tree_holds() {
        command().debug_assert();
    }

    #[test]
    fn every_command_has_an_example() {
        fn visit(command: &clap::Command) {
            let after = command.get_after_help().map(ToString::to_string);
            let name = command.get_name();
            assert!(
                after.is_some_and(|text| text.contains("Example") || name == "scout"),
                "{name}"
            );
            command.get_subcommands().for_each(visit);
        }
        visit(&command());
    }
}

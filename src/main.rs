//! The `scout` binary: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    cockpit_scout::run()
}

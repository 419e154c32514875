//! The command line: one file for each command, and what they share.

mod args;
mod check;
mod convert;
mod diff;
mod error;
mod interrupt;
mod output;
mod progress;
mod rewrite;

use std::process::ExitCode;

use clap::{ArgAction, Parser, Subcommand, ValueEnum};

use output::Output;

const EXIT_CODES: &str = "\
Examples:
  refit check --to 1.33                        what Kubernetes 1.33 no longer serves, below here
  refit diff clusters --to 1.33,flux=2.8       what would change
  refit rewrite clusters --to 1.33,flux=2.8    change it
  helm template x | refit convert --to 1.33    change a stream

Exit codes, the highest that applies:
  0  nothing to do, or all done
  1  check found something, diff printed something
  2  could not run, or a file failed: it does not parse, or cannot be read or written
  3  rewrite, convert: done, and something is left for a person
--exit-zero turns 1 and 3 into 0.";

/// Move Kubernetes manifests to API versions that a newer cluster still serves: the apiVersion and
/// the fields that changed shape, in the file itself. Every other byte stays as it was.
#[derive(Debug, Parser)]
#[command(name = "refit", version, after_help = EXIT_CODES, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: Global,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Check),
    Diff(diff::Diff),
    Rewrite(rewrite::Rewrite),
    Convert(convert::Convert),
}

#[derive(Debug, clap::Args)]
struct Global {
    /// Colour the output: auto (on a terminal, unless NO_COLOR is set), always, never
    #[arg(
        long,
        global = true,
        display_order = 100,
        value_name = "WHEN",
        value_enum,
        default_value_t
    )]
    #[arg(hide_possible_values = true)]
    color: Color,
    /// Also say why each file was skipped, and what was not judged
    #[arg(short, long, global = true, display_order = 101, action = ArgAction::SetTrue)]
    verbose: bool,
    /// Print only the result and what failed
    #[arg(short, long, global = true, display_order = 101, action = ArgAction::SetTrue, conflicts_with = "verbose")]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and the version come this way too, and end with 0.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let output = Output::new(&cli.global);
    let result = match &cli.command {
        Command::Check(command) => command.run(&output),
        Command::Diff(command) => command.run(&output),
        Command::Rewrite(command) => command.run(&output),
        Command::Convert(command) => command.run(&output),
    };
    result.unwrap_or_else(|error| {
        output.error(&error);
        error.exit_code()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}

//! `refit check`: list what the target no longer serves.

use std::process::ExitCode;

use super::args::{Chosen, ConvertArgs, Format, PathArgs};
use super::error::CliError;
use super::output::{Output, exit_code};
use crate::repo::{Run, Want, walk};
use crate::report::text::Tense;

/// List what the target no longer serves, or warns about
#[derive(Debug, clap::Args)]
#[command(override_usage = "refit check --to <TARGETS> [OPTIONS] [PATH]...")]
#[command(after_help = "\
Every object is listed with its place and with what rewrite would do. Nothing is written.

Examples:
  refit check --to 1.33
  refit check clusters/prod --to 1.33,flux=2.8 --from 1.30,flux=2.6
  refit check --to latest --format json

Ends with 1 if it found something, with 2 if a file failed.")]
pub(super) struct Check {
    #[command(flatten)]
    convert: ConvertArgs,
    #[command(flatten)]
    paths: PathArgs,
    /// Print the report as text or json
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    format: Format,
}

impl Check {
    pub(super) fn run(&self, output: &Output) -> Result<ExitCode, CliError> {
        let chosen = Chosen::new(&self.convert)?;
        let found = walk(&self.paths.paths)?;
        let run = Run::new(chosen.options(&self.convert), self.paths.generated);
        let progress = output.progress(None);
        let report = run.watched(&progress).over(&found, Want::Report).report;
        drop(progress);
        output.report(&report, "check", Tense::Plan, self.format)?;
        let something = report.counts.found();
        Ok(exit_code(
            &report.counts,
            something,
            1,
            self.convert.exit_zero,
        ))
    }
}

//! `refit rewrite`: write the files.

use std::process::ExitCode;

use super::args::{Chosen, ConvertArgs, Format, PathArgs};
use super::error::CliError;
use super::output::{Output, exit_code};
use crate::repo::{Run, Want, walk};
use crate::report::text::Tense;

/// Write the manifests for the target, in place
#[derive(Debug, clap::Args)]
#[command(override_usage = "refit rewrite --to <TARGETS> [OPTIONS] [PATH]...")]
#[command(after_help = "\
All files are converted and verified before the first is written, and each is exchanged as a whole.
Objects that need a person stay as they are and are listed.

Examples:
  refit rewrite --to 1.33
  refit rewrite clusters apps --to 1.33,flux=2.8 --safe-only
  refit rewrite --to 1.22 --answer webhook.sideEffects=None

Ends with 3 if something is left for a person, with 2 if a file failed.")]
pub(super) struct Rewrite {
    #[command(flatten)]
    convert: ConvertArgs,
    #[command(flatten)]
    paths: PathArgs,
    /// Print the report as text or json
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    format: Format,
}

impl Rewrite {
    pub(super) fn run(&self, output: &Output) -> Result<ExitCode, CliError> {
        let chosen = Chosen::new(&self.convert)?;
        let found = walk(&self.paths.paths)?;
        if found.stdin {
            return Err(CliError::RewriteStream);
        }
        let run = Run::new(chosen.options(&self.convert), self.paths.generated);
        let report = run.over(&found, Want::Files).report;
        output.report(&report, "rewrite", Tense::Done, self.format)?;
        Ok(exit_code(
            &report.counts,
            report.counts.left() > 0,
            3,
            self.convert.exit_zero,
        ))
    }
}

//! `refit diff`: what `rewrite` would write.

use std::process::ExitCode;

use super::args::{Chosen, ConvertArgs, PathArgs};
use super::error::CliError;
use super::output::{Output, exit_code};
use crate::repo::{Run, Want, walk};
use crate::report::diff;
use crate::report::text::Tense;

/// Print what rewrite would change, as a unified diff
#[derive(Debug, clap::Args)]
#[command(override_usage = "refit diff --to <TARGETS> [OPTIONS] [PATH]...")]
#[command(after_help = "\
The diff is for `git apply` and `patch -p1` in the current directory. What wants a look, what is
left, and the summary go to standard error.

Examples:
  refit diff clusters --to 1.33,flux=2.8
  refit diff --to latest > upgrade.diff && git apply upgrade.diff

Ends with 1 if it printed a diff, with 2 if a file failed.")]
pub(super) struct Diff {
    #[command(flatten)]
    convert: ConvertArgs,
    #[command(flatten)]
    paths: PathArgs,
}

impl Diff {
    pub(super) fn run(&self, output: &Output) -> Result<ExitCode, CliError> {
        let chosen = Chosen::new(&self.convert)?;
        let found = walk(&self.paths.paths)?;
        let run = Run::new(chosen.options(&self.convert), self.paths.generated);
        let progress = output.progress(None);
        let done = run.watched(&progress).over(&found, Want::Diffs);
        drop(progress);
        if output.paints() {
            output.result(|out| done.diffs.iter().try_for_each(|one| diff::paint(out, one)))?;
        } else {
            // Byte for byte, also what a terminal would take for a command.
            done.diffs
                .iter()
                .try_for_each(|one| output.bytes(one.as_bytes()))?;
        }
        output.notes(&done.report, Tense::Plan, false);
        Ok(exit_code(
            &done.report.counts,
            !done.diffs.is_empty(),
            1,
            self.convert.exit_zero,
        ))
    }
}

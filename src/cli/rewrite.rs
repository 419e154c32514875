//! `refit rewrite`: write the files.

use std::fs;
use std::process::ExitCode;

use super::args::{Chosen, ConvertArgs, Format, PathArgs};
use super::error::CliError;
use super::interrupt::Interrupt;
use super::output::{Output, exit_code};
use crate::repo::run::STDIN;
use crate::repo::{Run, Want, walk};
use crate::report::text::Tense;

/// Write the manifests for the target, in place
#[derive(Debug, clap::Args)]
#[command(override_usage = "refit rewrite --to <TARGETS> [OPTIONS] [PATH]...")]
#[command(after_help = "\
All files are converted and verified before the first is written, and each is exchanged as a whole.
Objects that need a person stay as they are and are listed. An interrupt (Ctrl-C) takes effect
between two files.

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
        for path in &self.paths.paths {
            if path.as_os_str() == STDIN {
                return Err(CliError::RewriteStream);
            }
            // Reading a pipe may take for ever, and nothing could be written to it.
            if fs::metadata(path).is_ok_and(|meta| !meta.is_file() && !meta.is_dir()) {
                return Err(CliError::RewriteSpecial { path: path.clone() });
            }
        }
        let interrupt = Interrupt::catch();
        let found = walk(&self.paths.paths)?;
        let run = Run::new(chosen.options(&self.convert), self.paths.generated);
        let progress = output.progress(Some(&interrupt));
        let done = run.watched(&progress).over(&found, Want::Files);
        drop(progress);
        if let (Some(stopped), Some(signal)) = (done.stopped, interrupt.signal()) {
            return Err(CliError::Stopped { stopped, signal });
        }
        let report = done.report;
        output.report(&report, "rewrite", Tense::Done, self.format)?;
        Ok(exit_code(
            &report.counts,
            report.counts.left() > 0,
            3,
            self.convert.exit_zero,
        ))
    }
}

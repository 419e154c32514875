//! `refit convert`: a filter.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::args::{Chosen, ConvertArgs};
use super::error::CliError;
use super::output::{Output, exit_code};
use crate::repo::Run;
use crate::repo::run::STDIN;
use crate::report::text::Tense;

/// Convert one stream: the same documents in the same order, on standard output
#[derive(Debug, clap::Args)]
#[command(override_usage = "refit convert --to <TARGETS> [OPTIONS] [FILE]")]
#[command(after_help = "\
What is not converted passes through byte for byte, also what does not parse. The report goes to
standard error.

Examples:
  kustomize build overlays/prod | refit convert --to 1.33 | kubectl apply -f -
  refit convert ingress.yaml --to 1.22

Ends with 3 if something is left for a person, with 2 if a document failed.")]
pub(super) struct Convert {
    /// A file, or - for standard input
    #[arg(value_name = "FILE", default_value = STDIN)]
    file: PathBuf,
    #[command(flatten)]
    convert: ConvertArgs,
}

impl Convert {
    pub(super) fn run(&self, output: &Output) -> Result<ExitCode, CliError> {
        let chosen = Chosen::new(&self.convert)?;
        let bytes = read(&self.file).map_err(|source| CliError::Read {
            path: self.file.clone(),
            source,
        })?;
        let run = Run::new(chosen.options(&self.convert), true);
        let (text, report) = run.stream(bytes, &self.file.display().to_string());
        // First the report, so that it is there even if nobody reads the stream to its end.
        output.notes(&report, Tense::Done, true);
        output.bytes(&text)?;
        Ok(exit_code(
            &report.counts,
            report.counts.left() > 0,
            3,
            self.convert.exit_zero,
        ))
    }
}

fn read(file: &Path) -> io::Result<Vec<u8>> {
    if file.as_os_str() != STDIN {
        return std::fs::read(file);
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

//! Why a command could not run. Trouble with single files is no such error: it is in the report.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use thiserror::Error;

use crate::catalog::TargetError;
use crate::repo::{PathError, Stopped};

#[derive(Debug, Error)]
pub(super) enum CliError {
    #[error("no target is given")]
    NoTarget,
    #[error(transparent)]
    Target(#[from] TargetError),
    #[error(transparent)]
    Path(#[from] PathError),
    #[error("--answer: `{id}` is answered twice")]
    AnsweredTwice { id: String },
    #[error("--answer: no question is called `{id}`")]
    NoQuestion { id: String, known: Vec<String> },
    #[error("--answer: `{answer}` is no answer to {id}")]
    NoAnswer {
        id: String,
        answer: String,
        known: Vec<String>,
    },
    #[error("rewrite cannot write standard input in place")]
    RewriteStream,
    #[error("{path}: no ordinary file; rewrite cannot write it in place", path = .path.display())]
    RewriteSpecial { path: PathBuf },
    #[error("interrupted: {}", so_far(stopped))]
    Stopped { stopped: Stopped, signal: usize },
    #[error("{path}: cannot be read: {source}", path = .path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("the output cannot be written: {0}")]
    Write(#[from] io::Error),
}

impl CliError {
    /// What to do about it.
    pub(super) fn help(&self) -> Option<String> {
        Some(match self {
            CliError::NoTarget => "say what the manifests shall run on, for example --to 1.33, \
                --to kubernetes=1.33,flux=2.8, or --to latest for the newest that refit knows"
                .to_owned(),
            CliError::Target(error) => error.help(),
            CliError::AnsweredTwice { .. } => "give one answer to each question".to_owned(),
            CliError::NoQuestion { known, .. } if known.is_empty() => return None,
            CliError::NoQuestion { known, .. } => format!("the questions are {}", known.join(", ")),
            CliError::NoAnswer { known, .. } => format!("the answers are {}", known.join(", ")),
            CliError::Stopped { .. } => "run it again for the rest".to_owned(),
            CliError::RewriteStream | CliError::RewriteSpecial { .. } => {
                "use `refit convert` for a stream".to_owned()
            }
            CliError::Path(_) | CliError::Read { .. } | CliError::Write(_) => return None,
        })
    }

    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            // As a shell tells that a signal ended a command.
            CliError::Stopped { signal, .. } => {
                ExitCode::from(u8::try_from(128 + signal).unwrap_or(2))
            }
            _ => ExitCode::from(2),
        }
    }
}

fn so_far(stopped: &Stopped) -> String {
    match stopped.of {
        None => "no file was written".to_owned(),
        Some(of) => format!(
            "{} of {of} files were written, each as a whole; the others are as they were",
            stopped.written
        ),
    }
}

//! Where things are printed: results on standard output, everything else on standard error.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

use super::args::Format;
use super::error::CliError;
use super::interrupt::Interrupt;
use super::progress::Progress;
use super::{Color, Global};
use crate::report::text::{self, Detail, Tense};
use crate::report::{Counts, Report, json};

pub(super) struct Output {
    color: ColorChoice,
    verbose: bool,
    quiet: bool,
}

impl Output {
    pub(super) fn new(global: &Global) -> Output {
        let color = match global.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Output {
            color,
            verbose: global.verbose,
            quiet: global.quiet,
        }
    }

    /// Writes to standard output.
    pub(super) fn result(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), CliError> {
        let mut out = buffered(io::stdout().lock(), self.choice(&io::stdout()));
        written(write(&mut out).and_then(|()| out.flush()))
    }

    /// Writes to standard error. Nobody is told when that fails: there is no place left to tell it.
    pub(super) fn aside(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
        let mut out = buffered(io::stderr().lock(), self.choice(&io::stderr()));
        let _ = write(&mut out).and_then(|()| out.flush());
    }

    /// Whether standard output gets colours.
    pub(super) fn paints(&self) -> bool {
        self.choice(&io::stdout()) != ColorChoice::Never
    }

    /// Writes bytes to standard output as they are.
    pub(super) fn bytes(&self, bytes: &[u8]) -> Result<(), CliError> {
        let mut out = io::stdout().lock();
        written(out.write_all(bytes).and_then(|()| out.flush()))
    }

    /// The report as the result of a command: the list on standard output, the summary beside it.
    pub(super) fn report(
        &self,
        report: &Report,
        command: &str,
        tense: Tense,
        format: Format,
    ) -> Result<(), CliError> {
        if format == Format::Json {
            return self.result(|out| json::write(out, command, report));
        }
        if self.quiet {
            self.failures(report);
            return Ok(());
        }
        self.result(|out| {
            text::list(
                out,
                report,
                Detail {
                    safe: true,
                    verbose: self.verbose,
                },
            )
        })?;
        self.aside(|out| text::summary(out, report, tense));
        Ok(())
    }

    /// The report beside the result: `safe` tells whether it lists what needs nobody's look.
    pub(super) fn notes(&self, report: &Report, tense: Tense, safe: bool) {
        if self.quiet {
            self.failures(report);
            return;
        }
        self.aside(|out| {
            text::list(
                out,
                report,
                Detail {
                    safe,
                    verbose: self.verbose,
                },
            )?;
            text::summary(out, report, tense)
        });
    }

    fn failures(&self, report: &Report) {
        self.aside(|out| text::failures(out, report));
    }

    /// How far a run is, where somebody watches it on a terminal.
    pub(super) fn progress<'a>(&self, interrupt: Option<&'a Interrupt>) -> Progress<'a> {
        let plain = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Progress::new(
            !self.quiet && !plain && io::stderr().is_terminal(),
            interrupt,
        )
    }

    pub(super) fn error(&self, error: &CliError) {
        const BAD: Style = AnsiColor::Red.on_default().bold();
        self.aside(|out| {
            writeln!(out, "{BAD}error:{BAD:#} {error}")?;
            match error.help() {
                Some(help) => writeln!(out, "  {help}"),
                None => Ok(()),
            }
        });
    }

    /// Whether a stream gets colours.
    fn choice(&self, stream: &impl RawStream) -> ColorChoice {
        match self.color {
            ColorChoice::Auto => AutoStream::choice(stream),
            chosen => chosen,
        }
    }
}

/// A stream with colours or without. Taking colours out leaves many small pieces, which are collected
/// before they reach the system, and so are those that go in.
fn buffered(stream: impl Write + 'static, colors: ColorChoice) -> impl Write {
    let pieces: Box<dyn Write> = Box::new(BufWriter::new(stream));
    BufWriter::new(AutoStream::new(pieces, colors))
}

/// Nobody reads the output any more, as in `refit diff | head`: no reason to complain.
fn written(result: io::Result<()>) -> Result<(), CliError> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// The exit code: 2 where a file failed, else `code` where `something` is to be told, else 0.
pub(super) fn exit_code(counts: &Counts, something: bool, code: u8, exit_zero: bool) -> ExitCode {
    if counts.failed > 0 {
        ExitCode::from(2)
    } else if something && !exit_zero {
        ExitCode::from(code)
    } else {
        ExitCode::SUCCESS
    }
}

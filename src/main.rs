use std::process::ExitCode;

fn main() -> ExitCode {
    refit::cli::main()
}

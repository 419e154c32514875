//! Whatever refit is given, it says in a line what is wrong with it, does the rest, and leaves no
//! file half written.

mod disk;
mod kill;
mod places;
mod size;
mod terminal;
mod texts;
mod watched;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const OLD: &str = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata:\n  name: web\n\
    spec:\n  selector: {matchLabels: {app: web}}\n";

/// How long a command may take: only a defect takes so long.
const PATIENCE: Duration = Duration::from_secs(120);

fn new(old: &str) -> String {
    old.replace("policy/v1beta1", "policy/v1")
}

/// A folder with two files to convert, `a-neighbour.yaml` and `z/neighbour.yaml`, around what a
/// test puts there.
struct Folder {
    dir: tempfile::TempDir,
}

impl Folder {
    fn new() -> Folder {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let folder = Folder { dir };
        folder.write("a-neighbour.yaml", OLD);
        folder.write("z/neighbour.yaml", OLD);
        folder
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn at(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.at(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.at(name)).expect("it can be read")
    }

    /// Whether the neighbours were converted, whatever became of the rest.
    fn neighbours_are_done(&self) -> bool {
        ["a-neighbour.yaml", "z/neighbour.yaml"]
            .iter()
            .all(|name| self.read(name) == new(OLD).as_bytes())
    }

    /// Temporary files that were left behind, anywhere below.
    fn leftovers(&self) -> Vec<PathBuf> {
        let entries = walkdir::WalkDir::new(self.path()).into_iter().flatten();
        entries
            .map(walkdir::DirEntry::into_path)
            .filter(|path| path.extension().is_some_and(|e| e == "tmp"))
            .collect()
    }

    fn refit(&self, args: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_refit"));
        command.args(args.split(' ')).current_dir(self.path());
        command
    }

    fn run(&self, args: &str) -> Told {
        Told::of(self.refit(args))
    }

    /// Through a shell, which sets limits first.
    fn limited(&self, limit: &str, args: &str) -> Told {
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg(format!("{limit}; exec \"$0\" {args}"));
        command.arg(env!("CARGO_BIN_EXE_refit"));
        command
            .current_dir(self.path())
            .env("RAYON_NUM_THREADS", "2");
        Told::of(command)
    }
}

/// What a command said.
#[derive(Debug)]
struct Told {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Told {
    fn of(mut command: Command) -> Told {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let child = command.spawn().expect("it starts");
        let output = wait(child);
        Told {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The lines that begin with the name of a file or folder.
    fn lines_of(&self, name: &str) -> Vec<&str> {
        let follows = |rest: &str| rest.starts_with([' ', ':', '/']);
        self.out
            .lines()
            .filter(|line| line.strip_prefix(name).is_some_and(follows))
            .collect()
    }
}

/// Waits for a command, but not for ever.
fn wait(mut child: Child) -> Output {
    use std::io::Read;
    fn drain(pipe: Option<impl Read + Send + 'static>) -> std::thread::JoinHandle<Vec<u8>> {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            if let Some(mut pipe) = pipe {
                let _ = pipe.read_to_end(&mut bytes);
            }
            bytes
        })
    }
    let (out, err) = (drain(child.stdout.take()), drain(child.stderr.take()));
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            break status;
        }
        if start.elapsed() > PATIENCE {
            let _ = child.kill();
            panic!("it does not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    Output {
        status,
        stdout: out.join().expect("the pipe was read"),
        stderr: err.join().expect("the pipe was read"),
    }
}

/// Says that a test is not run here, and why.
fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}

//! Disks without room.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::process::Command;

use super::{Folder, OLD, Told, new, skipped};

/// Too large for a second copy; converted it is not smaller.
fn large() -> String {
    format!("{OLD}# {}\n", "x".repeat(30_000))
}

const LINE: &str =
    "the file is as it was. Its folder must be writable and have room for a second copy";

#[test]
fn a_file_larger_than_allowed() {
    let folder = Folder::new();
    folder.write("large.yaml", large());
    // 8 blocks, of 512 or 1024 bytes.
    let told = folder.limited("trap '' XFSZ; ulimit -f 8", "rewrite --to 1.25");
    let line =
        format!("large.yaml failed: cannot be written: File too large (os error 27); {LINE}");
    assert_eq!(told.lines_of("large.yaml")[0], line, "{told:#?}");
    assert_eq!(told.code, Some(2), "{told:#?}");
    assert_eq!(folder.read("large.yaml"), large().as_bytes());
    assert!(folder.neighbours_are_done());
    assert!(folder.leftovers().is_empty());
}

#[test]
fn a_full_disk() {
    let folder = Folder::new();
    folder.write("large.yaml", large());
    folder.write("second.yaml", large());
    let result = tempfile::tempdir().expect("a temporary folder");
    // A disk of its own that holds these files, and has no room for a second copy of a large one.
    let script = "set -e; mount -t tmpfs -o size=88k none \"$1\"; cd \"$1\"; cp -r \"$2\"/. .; \
        touch ready; code=0; \"$0\" rewrite --to 1.25 || code=$?; cp -r . \"$3\"; exit $code";
    let disk = tempfile::tempdir().expect("a temporary folder");
    let mut told = None;
    for namespaces in ["-m", "-Urm"] {
        let mut command = Command::new("unshare");
        command.args([namespaces, "sh", "-c", script]);
        command.arg(env!("CARGO_BIN_EXE_refit"));
        command.args([disk.path(), folder.path(), result.path()]);
        command.env("RAYON_NUM_THREADS", "1");
        if command.get_program() == "unshare" && Command::new("unshare").output().is_err() {
            break;
        }
        let this = Told::of(command);
        if result.path().join("ready").exists() {
            told = Some(this);
            break;
        }
    }
    let Some(told) = told else {
        skipped("no file system of its own can be mounted here");
        return;
    };
    for name in ["large.yaml", "second.yaml"] {
        let line = format!(
            "{name} failed: cannot be written: No space left on device (os error 28); {LINE}"
        );
        assert_eq!(told.lines_of(name)[0], line, "{told:#?}");
        let now = fs::read_to_string(result.path().join(name)).expect("it is there");
        assert!(now == large(), "{name} was changed");
    }
    assert_eq!(told.code, Some(2), "{told:#?}");
    for name in ["a-neighbour.yaml", "z/neighbour.yaml"] {
        let now = fs::read_to_string(result.path().join(name)).expect("it is there");
        assert_eq!(now, new(OLD));
    }
    let entries = fs::read_dir(result.path()).expect("a folder").count();
    assert_eq!(entries, 5, "nothing is left behind");
}

#[test]
fn output_that_cannot_be_written() {
    let folder = Folder::new();
    for args in [
        "check --to 1.25",
        "diff --to 1.25",
        "convert --to 1.25 a-neighbour.yaml",
    ] {
        let Ok(full) = File::options().write(true).open("/dev/full") else {
            skipped("there is no /dev/full");
            return;
        };
        let output = folder.refit(args).stdout(full).output().expect("it runs");
        let err = String::from_utf8_lossy(&output.stderr);
        let line = "error: the output cannot be written: No space left on device (os error 28)\n";
        assert!(err.ends_with(line), "{args}: {err}");
        assert_eq!(output.status.code(), Some(2), "{args}");
    }
}

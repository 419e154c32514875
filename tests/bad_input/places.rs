//! Files and folders that cannot be read or written, or are none.
#![cfg(unix)]

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use super::{Folder, OLD, Told, new, skipped};

const NOBODY: u32 = 65534;

/// Runs refit as somebody whom permissions hold back. They hold nobody back who is root.
fn as_user(folder: &Folder, args: &str) -> Option<Told> {
    let is_root = fs::metadata(folder.path()).expect("a folder").uid() == 0;
    if !is_root {
        return Some(folder.run(args));
    }
    // What is built may lie where only root comes.
    let program = folder.at("refit");
    if let Err(error) = fs::copy(env!("CARGO_BIN_EXE_refit"), &program) {
        skipped(&format!("refit cannot be copied: {error}"));
        return None;
    }
    for entry in walkdir::WalkDir::new(folder.path()).into_iter().flatten() {
        if chown(entry.path(), Some(NOBODY), Some(NOBODY)).is_err() {
            skipped("this root may not give files away");
            return None;
        }
    }
    let command = |args: &str| {
        let mut command = Command::new(&program);
        command.args(args.split(' ')).current_dir(folder.path());
        command.uid(NOBODY).gid(NOBODY);
        command
    };
    if !command("--version")
        .output()
        .is_ok_and(|o| o.status.success())
    {
        skipped("nobody else may run programs here");
        return None;
    }
    let told = Told::of(command(args));
    fs::remove_file(&program).expect("it is there");
    Some(told)
}

fn allow(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
}

fn mode(path: &Path) -> u32 {
    let meta = fs::symlink_metadata(path).expect("it is there");
    meta.permissions().mode() & 0o7777
}

#[test]
fn unreadable_files_and_folders() {
    let folder = Folder::new();
    folder.write("b.yaml", OLD);
    folder.write("c/x.yaml", OLD);
    allow(&folder.at("b.yaml"), 0o200);
    allow(&folder.at("c"), 0o300);
    let told = as_user(&folder, "rewrite --to 1.25");
    allow(&folder.at("c"), 0o700);
    let Some(told) = told else { return };
    assert_eq!(
        told.lines_of("b.yaml"),
        ["b.yaml failed: cannot be read: Permission denied (os error 13)"]
    );
    assert_eq!(
        told.lines_of("c"),
        ["c failed: cannot be read: Permission denied (os error 13)"]
    );
    assert_eq!(told.code, Some(2), "{told:#?}");
    assert!(folder.neighbours_are_done());
}

#[test]
fn a_folder_that_is_itself_the_path() {
    let folder = Folder::new();
    folder.write("c/x.yaml", OLD);
    allow(&folder.at("c"), 0o000);
    let told = as_user(&folder, "rewrite --to 1.25 c z a-neighbour.yaml");
    allow(&folder.at("c"), 0o700);
    let Some(told) = told else { return };
    assert_eq!(
        told.lines_of("c"),
        ["c failed: cannot be read: Permission denied (os error 13)"]
    );
    assert_eq!(told.code, Some(2), "{told:#?}");
    assert!(folder.neighbours_are_done());
}

#[test]
fn a_read_only_folder_and_a_read_only_file() {
    let folder = Folder::new();
    folder.write("c/x.yaml", OLD);
    folder.write("d.yaml", OLD);
    allow(&folder.at("c"), 0o500);
    allow(&folder.at("d.yaml"), 0o444);
    let told = as_user(&folder, "rewrite --to 1.25");
    allow(&folder.at("c"), 0o700);
    let Some(told) = told else { return };
    let line = "c/x.yaml failed: cannot be written: Permission denied (os error 13); the file is as it was. Its folder must be writable and have room for a second copy";
    assert_eq!(told.lines_of("c/x.yaml")[0], line);
    assert_eq!(told.code, Some(2), "{told:#?}");
    assert_eq!(folder.read("c/x.yaml"), OLD.as_bytes());
    assert!(folder.neighbours_are_done());
    assert!(folder.leftovers().is_empty());
    // The folder decides who may exchange its files; the file keeps its mode.
    assert_eq!(folder.read("d.yaml"), new(OLD).as_bytes());
    assert_eq!(mode(&folder.at("d.yaml")), 0o444);
}

#[test]
fn links_and_loops() {
    let folder = Folder::new();
    folder.write("real/x.yaml", OLD);
    for (target, link) in [
        (".", "loop"),
        ("loop.yaml", "loop.yaml"),
        ("nowhere.yaml", "dangling.yaml"),
        ("real/x.yaml", "link.yaml"),
        ("/", "root"),
        ("real", "folder"),
    ] {
        symlink(target, folder.at(link)).expect("a link");
    }
    let told = folder.run("rewrite --to 1.25 --verbose");
    for link in ["dangling.yaml", "link.yaml", "loop.yaml"] {
        assert_eq!(
            told.lines_of(link),
            [format!("{link} skipped: symbolic link")]
        );
    }
    assert_eq!(told.code, Some(0), "{told:#?}");
    assert!(
        told.err
            .contains("\n3 files read: 3 changed, 0 clean; not read: 3 symbolic link\n"),
        "{told:#?}"
    );
    assert!(folder.neighbours_are_done());

    for (link, why) in [
        (
            "loop.yaml",
            "Too many levels of symbolic links (os error 40)",
        ),
        ("dangling.yaml", "No such file or directory (os error 2)"),
    ] {
        let told = folder.run(&format!("rewrite --to 1.25 {link} z"));
        let line =
            format!("error: {link}: {why}; give a file, a folder, or - for standard input\n");
        if cfg!(target_os = "linux") {
            assert_eq!(told.err, line);
        }
        assert_eq!(told.code, Some(2), "{told:#?}");
    }
}

#[test]
fn a_path_that_is_a_link_stays_one() {
    let folder = Folder::new();
    folder.write("real/x.yaml", OLD);
    symlink("real/x.yaml", folder.at("link.yaml")).expect("a link");
    symlink("link.yaml", folder.at("second.yaml")).expect("a link");
    symlink("z", folder.at("folder")).expect("a link");
    let told = folder.run("rewrite --to 1.25 second.yaml folder a-neighbour.yaml");
    assert_eq!(told.code, Some(0), "{told:#?}");
    assert_eq!(
        told.lines_of("second.yaml"),
        ["second.yaml:1:13 PodDisruptionBudget web"]
    );
    for (target, link) in [
        ("real/x.yaml", "link.yaml"),
        ("link.yaml", "second.yaml"),
        ("z", "folder"),
    ] {
        let now = fs::read_link(folder.at(link)).expect("still a link");
        assert_eq!(now, Path::new(target));
    }
    assert_eq!(folder.read("real/x.yaml"), new(OLD).as_bytes());
    assert!(folder.neighbours_are_done());
}

#[test]
fn other_hard_links_keep_the_old_text() {
    let folder = Folder::new();
    fs::hard_link(folder.at("a-neighbour.yaml"), folder.at("other.txt")).expect("a hard link");
    assert_eq!(folder.run("rewrite --to 1.25").code, Some(0));
    assert!(folder.neighbours_are_done());
    assert_eq!(folder.read("other.txt"), OLD.as_bytes());

    // Where all of them are in the run, all of them are converted.
    let folder = Folder::new();
    fs::hard_link(folder.at("a-neighbour.yaml"), folder.at("b.yaml")).expect("a hard link");
    assert_eq!(folder.run("rewrite --to 1.25").code, Some(0));
    assert!(folder.neighbours_are_done());
    assert_eq!(folder.read("b.yaml"), new(OLD).as_bytes());
}

#[test]
fn modes_and_owners_are_kept() {
    let folder = Folder::new();
    let modes = [0o600, 0o640, 0o664, 0o755, 0o444, 0o2755];
    for mode in modes {
        let name = format!("{mode:o}.yaml");
        folder.write(&name, OLD);
        // As root: somebody else's files, which stay theirs.
        let _ = chown(folder.at(&name), Some(NOBODY), Some(NOBODY));
        allow(&folder.at(&name), mode);
    }
    let owner = |name: &str| {
        let meta = fs::metadata(folder.at(name)).expect("it is there");
        (meta.uid(), meta.gid())
    };
    let before = owner("600.yaml");
    assert_eq!(folder.run("rewrite --to 1.25").code, Some(0));
    for wanted in modes {
        let name = format!("{wanted:o}.yaml");
        assert_eq!(folder.read(&name), new(OLD).as_bytes());
        assert_eq!(mode(&folder.at(&name)), wanted);
        assert_eq!(owner(&name), before);
    }
}

#[test]
fn pipes_sockets_and_devices_are_passed_by() {
    let folder = Folder::new();
    let make = |program: &str, args: &[&str]| {
        let mut command = Command::new(program);
        command.args(args).current_dir(folder.path());
        command.output().is_ok_and(|output| output.status.success())
    };
    let mut special = vec!["socket.yaml"];
    let _socket = UnixListener::bind(folder.at("socket.yaml")).expect("a socket");
    // Reading any of these would wait for ever, or never come to an end.
    if make("mkfifo", &["fifo.yaml", "kustomization.yaml", ".gitignore"]) {
        special.push("fifo.yaml");
        special.push("kustomization.yaml");
        fs::create_dir_all(folder.at(".git/info")).expect("a folder");
        assert!(make("mkfifo", &[".git/info/exclude"]));
    } else {
        skipped("no pipes: mkfifo does not work");
    }
    if make("mknod", &["zero.yaml", "c", "1", "5"]) {
        special.push("zero.yaml");
    } else {
        skipped("no devices: mknod needs root");
    }
    let told = folder.run("rewrite --to 1.25 --verbose");
    for name in &special {
        assert_eq!(
            told.lines_of(name),
            [format!("{name} skipped: no ordinary file")]
        );
    }
    assert_eq!(told.code, Some(0), "{told:#?}");
    assert!(folder.neighbours_are_done());

    for name in special {
        let told = folder.run(&format!("rewrite --to 1.25 {name} z"));
        let line = format!(
            "error: {name}: no ordinary file; rewrite cannot write it in place\n  use `refit convert` for a stream\n"
        );
        assert_eq!((told.code, told.err), (Some(2), line));
    }
    let told = folder.run("check --to 1.25 socket.yaml z");
    let line = "socket.yaml failed: cannot be read: No such device or address (os error 6)";
    if cfg!(target_os = "linux") {
        assert_eq!(told.lines_of("socket.yaml"), [line]);
    }
}

#[test]
fn folders_named_like_files_and_names_that_are_no_text() {
    let folder = Folder::new();
    folder.write("folder.yaml/x.yaml", OLD);
    folder.write("line\nbreak\u{1b}[31m.yaml", "policy/v1beta1: [\n");
    let odd = folder
        .path()
        .join(std::ffi::OsStr::from_bytes(b"m\xfcller.yaml"));
    if fs::write(&odd, OLD).is_err() {
        skipped("this file system takes no name that is not UTF-8");
    }
    let told = folder.run("rewrite --to 1.25");
    assert_eq!(told.code, Some(2), "{told:#?}");
    assert!(
        told.out
            .contains("line\\nbreak\\u{1b}[31m.yaml:2:1 failed: "),
        "{told:#?}"
    );
    assert!(folder.neighbours_are_done());
    assert_eq!(folder.read("folder.yaml/x.yaml"), new(OLD).as_bytes());
    if odd.exists() {
        assert_eq!(fs::read(odd).expect("it is there"), new(OLD).as_bytes());
    }
}

//! Which files a run reads.
//!
//! The order is that of the paths as shown, whatever the file system says, so that two runs over
//! the same tree report the same in the same order.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use thiserror::Error;
use walkdir::WalkDir;

use super::ignores::Ignores;
use super::{kustomize, write};
use crate::report::Skip;

/// One file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// As the user knows it: the PATH given, and what lies below it.
    pub shown: PathBuf,
    /// The same without symbolic links: what is read and written.
    pub real: PathBuf,
}

/// What the PATHs hold.
#[derive(Debug, Default)]
pub struct Found {
    /// `-` is among the PATHs.
    pub stdin: bool,
    /// Sorted by the path shown; no file twice.
    pub files: Vec<Source>,
    /// Passed by without reading: ignored files and folders, links, pipes and the like.
    pub passed: Vec<(PathBuf, Skip)>,
    /// Places that could not be looked at.
    pub failures: Vec<(PathBuf, String)>,
    /// Kustomizations that may name some of the files as patches.
    pub kustomizations: BTreeSet<PathBuf>,
}

/// A PATH that cannot be taken.
#[derive(Debug, Error)]
pub enum PathError {
    #[error("{path}: {source}; give a file, a folder, or - for standard input", path = .path.display())]
    Unreachable { path: PathBuf, source: io::Error },
    #[error("{path}: the insides of a .git folder are never read; give the folder beside it", path = .path.display())]
    InsideGit { path: PathBuf },
}

/// Lists what the PATHs hold. Every PATH is looked up before the first folder is walked.
///
/// # Errors
/// A PATH that does not exist or cannot be reached, or that lies in a `.git` folder. Trouble below
/// a PATH is no error: it is listed in [`Found::failures`].
pub fn walk(paths: &[PathBuf]) -> Result<Found, PathError> {
    let mut roots = Vec::new();
    let mut found = Found::default();
    for path in paths {
        if path.as_os_str() == "-" {
            found.stdin = true;
            continue;
        }
        let unreachable = |source| PathError::Unreachable {
            path: path.clone(),
            source,
        };
        let meta = fs::metadata(path).map_err(unreachable)?;
        // What a shell gives for `<(command)` has no real path.
        let is_plain = meta.is_file() || meta.is_dir();
        let real = if is_plain {
            fs::canonicalize(path)
        } else {
            std::path::absolute(path)
        };
        let real = real.map_err(unreachable)?;
        if real.components().any(|c| c.as_os_str() == ".git") {
            return Err(PathError::InsideGit { path: path.clone() });
        }
        roots.push((
            Source {
                shown: plain(path),
                real,
            },
            meta.is_dir(),
        ));
    }

    let mut files = Vec::new();
    let mut passed = BTreeMap::new();
    for (root, is_folder) in roots {
        let folder = if is_folder {
            root.real.as_path()
        } else {
            root.real.parent().unwrap_or(Path::new("/"))
        };
        found.kustomizations.extend(kustomize::above(folder));
        if is_folder {
            walk_folder(&root, &mut files, &mut passed, &mut found);
        } else {
            files.push(root);
        }
    }
    // A file that two PATHs reach is read once; the first PATH names it. One PATH alone is walked in
    // this very order, and sorted in no time.
    files.sort_by(|a, b| a.real.cmp(&b.real));
    files.dedup_by(|again, first| again.real == first.real);
    passed.retain(|real, _| files.binary_search_by(|f| f.real.cmp(real)).is_err());
    found.passed = passed.into_values().collect();
    files.sort_by(|a, b| a.shown.cmp(&b.shown));
    found.files = files;
    found.passed.sort();
    found.failures.sort();
    found.failures.dedup();
    Ok(found)
}

fn walk_folder(
    root: &Source,
    files: &mut Vec<Source>,
    passed: &mut BTreeMap<PathBuf, (PathBuf, Skip)>,
    found: &mut Found,
) {
    let shown = |path: &Path| match path.strip_prefix(&root.real) {
        Ok(rest) if rest.as_os_str().is_empty() => root.shown.clone(),
        Ok(rest) => root.shown.join(rest),
        Err(_) => path.to_owned(),
    };
    let mut ignores = Ignores::above(&root.real);
    // The folders around an entry as shown: cheaper than taking every path apart.
    let mut folders: Vec<PathBuf> = Vec::new();
    let mut entries = WalkDir::new(&root.real)
        .follow_links(false)
        .sort_by_file_name()
        .into_iter();
    while let Some(entry) = entries.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().map_or_else(|| root.shown.clone(), shown);
                let why = error
                    .io_error()
                    .map_or_else(|| error.to_string(), ToString::to_string);
                found
                    .failures
                    .push((path, format!("cannot be read: {why}")));
                continue;
            }
        };
        let (path, kind) = (entry.path(), entry.file_type());
        if kind.is_dir() {
            ignores.leave(entry.depth());
            let hidden = entry.depth() > 0 && ignores.hides(path, true);
            if hidden {
                passed.insert(path.to_owned(), (shown(path), Skip::Ignored));
            }
            // In a submodule or a work tree `.git` is a file, and its name is none that is read.
            if hidden || entry.file_name() == ".git" {
                entries.skip_current_dir();
            } else {
                ignores.enter(path, entry.depth() + 1);
                folders.truncate(entry.depth());
                folders.push(match folders.last() {
                    Some(folder) => folder.join(entry.file_name()),
                    None => root.shown.clone(),
                });
            }
            continue;
        }
        if kind.is_file() && write::is_temporary(entry.file_name()) {
            passed.insert(path.to_owned(), (shown(path), Skip::Temporary));
            continue;
        }
        let name = Path::new(entry.file_name());
        let is_manifest = matches!(
            name.extension().and_then(|e| e.to_str()),
            Some("yaml" | "yml" | "json")
        );
        let is_kustomization = kustomize::is_kustomization(name);
        if !is_manifest && !is_kustomization {
            continue;
        }
        let reason = if kind.is_symlink() {
            Some(Skip::Link)
        } else if !kind.is_file() {
            Some(Skip::Special)
        } else {
            ignores.leave(entry.depth());
            ignores.hides(path, false).then_some(Skip::Ignored)
        };
        match reason {
            Some(why) if is_manifest => drop(passed.insert(path.to_owned(), (shown(path), why))),
            Some(_) => {}
            None => {
                if is_kustomization {
                    found.kustomizations.insert(path.to_owned());
                }
                if is_manifest {
                    folders.truncate(entry.depth());
                    let folder = folders.last().unwrap_or(&root.shown);
                    let shown = folder.join(entry.file_name());
                    let real = entry.into_path();
                    files.push(Source { shown, real });
                }
            }
        }
    }
}

/// Without `.` components: `./apps/./web` is `apps/web`, `.` is empty.
fn plain(path: &Path) -> PathBuf {
    path.components()
        .filter(|c| *c != Component::CurDir)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a temporary folder");
        for (path, text) in files {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        dir
    }

    fn names(
        dir: &tempfile::TempDir,
        paths: impl IntoIterator<Item = impl AsRef<Path>>,
    ) -> Vec<String> {
        let real = fs::canonicalize(dir.path()).expect("it exists");
        paths
            .into_iter()
            .map(|p| {
                let p = p.as_ref();
                p.strip_prefix(dir.path())
                    .or(p.strip_prefix(&real))
                    .unwrap_or(p)
                    .display()
                    .to_string()
            })
            .collect()
    }

    fn walked(dir: &tempfile::TempDir, below: &[&str]) -> Found {
        let paths: Vec<PathBuf> = below.iter().map(|b| dir.path().join(b)).collect();
        walk(&paths).expect("the PATHs exist")
    }

    #[test]
    fn takes_manifests_in_the_order_of_their_paths() {
        let dir = tree(&[
            ("b.yaml", ""),
            ("a/z.yml", ""),
            ("a/y.json", ""),
            ("a/readme.md", ""),
            ("a/.hidden/x.yaml", ""),
            (".git/config.yaml", ""),
            ("c/Kustomization", ""),
        ]);
        let found = walked(&dir, &["."]);
        assert_eq!(
            names(&dir, found.files.iter().map(|f| &f.shown)),
            ["a/.hidden/x.yaml", "a/y.json", "a/z.yml", "b.yaml"]
        );
        assert_eq!(names(&dir, &found.kustomizations), ["c/Kustomization"]);
        assert!(found.failures.is_empty() && found.passed.is_empty());
    }

    #[test]
    fn a_file_reached_twice_is_read_once_and_a_named_one_of_any_name() {
        let dir = tree(&[("a/x.yaml", ""), ("a/y.txt", "")]);
        let found = walked(&dir, &["a", "a/x.yaml", "a/y.txt", "."]);
        assert_eq!(
            names(&dir, found.files.iter().map(|f| &f.shown)),
            ["a/x.yaml", "a/y.txt"]
        );
    }

    #[test]
    fn gitignore_counts_inside_a_repository_and_not_for_what_is_named() {
        let files = [
            (".gitignore", "out/\n*.tmp.yaml\n!keep.tmp.yaml\n"),
            ("out/a.yaml", ""),
            ("b.tmp.yaml", ""),
            ("keep.tmp.yaml", ""),
            ("sub/.gitignore", "/only.yaml\n"),
            ("sub/only.yaml", ""),
            ("sub/deep/only.yaml", ""),
        ];
        let dir = tree(&files);
        assert_eq!(
            walked(&dir, &["."]).files.len(),
            5,
            "no repository, no ignoring"
        );

        fs::create_dir(dir.path().join(".git")).expect("a folder");
        let found = walked(&dir, &["."]);
        assert_eq!(
            names(&dir, found.files.iter().map(|f| &f.shown)),
            ["keep.tmp.yaml", "sub/deep/only.yaml"]
        );
        assert_eq!(
            names(&dir, found.passed.iter().map(|p| &p.0)),
            ["b.tmp.yaml", "out", "sub/only.yaml"]
        );

        assert_eq!(
            walked(&dir, &["sub"]).passed.len(),
            1,
            "rules above the folder and in it count"
        );
        assert_eq!(
            walked(&dir, &["out"]).files.len(),
            1,
            "a folder given by name"
        );
        let both = walked(&dir, &[".", "b.tmp.yaml"]);
        assert_eq!(both.files.len(), 3);
        assert_eq!(both.passed.len(), 2);
    }

    #[test]
    fn a_repository_inside_another_has_rules_of_its_own() {
        let dir = tree(&[
            (".gitignore", "*.yaml\n"),
            ("inner/a.yaml", ""),
            ("b.yaml", ""),
        ]);
        fs::create_dir(dir.path().join(".git")).expect("a folder");
        fs::create_dir(dir.path().join("inner/.git")).expect("a folder");
        assert_eq!(
            names(
                &dir,
                walked(&dir, &["inner"]).files.iter().map(|f| &f.shown)
            ),
            ["inner/a.yaml"]
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_are_passed_by_but_resolved_when_named() {
        let dir = tree(&[("a/x.yaml", "")]);
        std::os::unix::fs::symlink("a/x.yaml", dir.path().join("link.yaml")).expect("a link");
        std::os::unix::fs::symlink(".", dir.path().join("loop")).expect("a link");
        let found = walked(&dir, &["."]);
        assert_eq!(found.files.len(), 1);
        assert_eq!(found.passed, [(dir.path().join("link.yaml"), Skip::Link)]);
        let named = walked(&dir, &["link.yaml"]);
        assert_eq!(named.files[0].shown, dir.path().join("link.yaml"));
        assert!(named.files[0].real.ends_with("a/x.yaml"));
    }

    #[test]
    fn what_cannot_be_taken_is_an_error() {
        let dir = tree(&[(".git/a.yaml", "")]);
        assert!(matches!(
            walk(&[dir.path().join("none")]),
            Err(PathError::Unreachable { .. })
        ));
        assert!(matches!(
            walk(&[dir.path().join(".git")]),
            Err(PathError::InsideGit { .. })
        ));
    }

    #[test]
    fn paths_are_shown_without_dots() {
        assert_eq!(plain(Path::new("./apps/./web")), Path::new("apps/web"));
        assert_eq!(plain(Path::new(".")), Path::new(""));
        assert_eq!(plain(Path::new("../x")), Path::new("../x"));
    }
}

//! What the kustomizations of a tree say: which files are patches, to which nothing may be added that
//! the whole has, and which objects can only move together.

mod closure;
mod file;
mod inline;
mod labels;
mod selector;
mod ties;
mod together;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub(super) use file::{Kustomization, PatchPlace};
pub(super) use inline::{holders, may_hold};
pub(super) use labels::{Labels, labelled};
pub(super) use together::{Known, Stay, Together, together};

const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Whether kustomize takes a file of this name for a kustomization.
pub(super) fn is_kustomization(path: &Path) -> bool {
    NAMES
        .iter()
        .any(|name| path.file_name().is_some_and(|n| n == *name))
}

/// The kustomization of a folder.
fn of_folder(folder: &Path) -> Option<PathBuf> {
    NAMES
        .iter()
        .map(|name| folder.join(name))
        .find(|path| path.is_file())
}

/// The kustomizations beside a folder's files and in the folders above it, up to the top of the
/// repository: a run over a part of a tree must know the patches in it all the same.
pub(super) fn above(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for here in folder.ancestors() {
        found.extend(of_folder(here));
        if here.join(".git").exists() {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn looks_above_up_to_the_top_of_the_repository() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let inner = dir.path().join("top/apps/web");
        fs::create_dir_all(&inner).expect("folders");
        fs::create_dir(dir.path().join("top/.git")).expect("a folder");
        for folder in ["", "top", "top/apps"] {
            fs::write(dir.path().join(folder).join("kustomization.yaml"), "").expect("a file");
        }
        assert_eq!(
            above(&inner),
            BTreeSet::from([
                dir.path().join("top/apps/kustomization.yaml"),
                dir.path().join("top/kustomization.yaml")
            ])
        );
    }
}

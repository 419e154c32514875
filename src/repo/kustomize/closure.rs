//! What a kustomization builds from.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::file::Kustomization;
use super::of_folder;

/// The files that kustomizations build from, each read once.
#[derive(Default)]
pub(super) struct Closures {
    files: HashMap<(PathBuf, Option<usize>), BTreeSet<PathBuf>>,
}

impl Closures {
    /// The files of all resources, and of theirs.
    pub fn of(&mut self, kustomization: &Kustomization) -> BTreeSet<PathBuf> {
        let id = (kustomization.path.clone(), kustomization.document);
        if let Some(files) = self.files.get(&id) {
            return files.clone();
        }
        // A circle finds itself empty.
        self.files.insert(id.clone(), BTreeSet::new());
        let mut files = BTreeSet::new();
        for resource in &kustomization.resources {
            match of_folder(resource) {
                Some(inner) => files.extend(self.of(&Kustomization::read(&inner))),
                None if resource.is_file() => drop(files.insert(resource.clone())),
                // Flux builds what lies there.
                None => files.extend(manifests(resource)),
            }
        }
        self.files.insert(id, files.clone());
        files
    }
}

fn manifests(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let files = WalkDir::new(folder).into_iter().filter_map(Result::ok);
    let is_yaml = |path: &PathBuf| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        matches!(extension, Some("yaml" | "yml"))
    };
    files.map(|entry| entry.into_path()).filter(is_yaml)
}

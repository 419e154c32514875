//! The labels that kustomize writes into objects.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::closure::Closures;
use super::file::Kustomization;

/// What kustomize writes into the objects of a file.
#[derive(Debug)]
pub(in crate::repo) struct Labels {
    /// The kustomization that does it.
    pub by: PathBuf,
    pub labels: Vec<(String, String)>,
    /// It names the file itself, so that no other kustomization builds it without the labels.
    pub direct: bool,
}

/// The files into whose objects kustomize writes labels and selectors.
pub(in crate::repo) fn labelled(kustomizations: &[Kustomization]) -> BTreeMap<PathBuf, Labels> {
    let mut closures = Closures::default();
    let mut found: BTreeMap<PathBuf, Labels> = BTreeMap::new();
    for kustomization in kustomizations.iter().filter(|k| !k.labels.is_empty()) {
        for file in closures.of(kustomization) {
            let direct = kustomization.resources.contains(&file);
            if direct || !found.contains_key(&file) {
                let (by, labels) = (kustomization.path.clone(), kustomization.labels.clone());
                found.insert(file, Labels { by, labels, direct });
            }
        }
    }
    found
}

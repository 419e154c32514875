//! Which files are patches: parts of objects, to which nothing may be added that the whole has.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;
use serde_yaml::Value;

const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Whether kustomize takes a file of this name for a kustomization.
pub(super) fn is_kustomization(path: &Path) -> bool {
    NAMES
        .iter()
        .any(|name| path.file_name().is_some_and(|n| n == *name))
}

/// The kustomizations beside a folder's files and in the folders above it, up to the top of the
/// repository: a run over a part of a tree must know the patches in it all the same.
pub(super) fn above(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for here in folder.ancestors() {
        found.extend(
            NAMES
                .iter()
                .map(|name| here.join(name))
                .filter(|path| path.is_file()),
        );
        if here.join(".git").exists() {
            break;
        }
    }
    found
}

/// The files that this kustomization uses as patches. One that cannot be read names none here; if
/// it holds anything to convert, it is reported as a file like any other.
pub(super) fn patches(kustomization: &Path) -> BTreeSet<PathBuf> {
    let folder = kustomization.parent().unwrap_or(Path::new(""));
    let Ok(text) = fs::read_to_string(kustomization) else {
        return BTreeSet::new();
    };
    named(&text)
        .iter()
        .map(|path| resolve(folder, path))
        .collect()
}

fn named(text: &str) -> Vec<String> {
    // Most kustomizations have no patches, and need no parsing then.
    if !text.contains("patches") {
        return Vec::new();
    }
    let mut paths = Vec::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        let Ok(document) = Value::deserialize(document) else {
            break;
        };
        let items = |key: &str| {
            document
                .get(key)
                .and_then(Value::as_sequence)
                .cloned()
                .unwrap_or_default()
        };
        let direct = items("patchesStrategicMerge");
        let keyed = ["patches", "patchesJson6902"].into_iter().flat_map(items);
        let keyed = keyed.filter_map(|item| item.get("path").cloned());
        // A text of several lines is the patch itself.
        let files = direct
            .into_iter()
            .chain(keyed)
            .filter_map(|v| v.as_str().map(str::to_owned));
        paths.extend(files.filter(|path| !path.contains('\n')));
    }
    paths
}

/// The real path, or where that fails the path without `.` and `..`.
fn resolve(folder: &Path, path: &str) -> PathBuf {
    let joined = folder.join(path);
    fs::canonicalize(&joined).unwrap_or_else(|_| {
        joined
            .components()
            .fold(PathBuf::new(), |mut path, component| {
                match component {
                    Component::ParentDir => drop(path.pop()),
                    Component::CurDir => {}
                    other => path.push(other),
                }
                path
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_way_to_name_a_patch() {
        let text = "\
resources: [base.yaml]
patchesStrategicMerge:
- a.yaml
- |-
  kind: Inline
  apiVersion: v1
patches:
- path: b.yaml
  target: {kind: Deployment}
- patch: '[]'
patchesJson6902:
- path: ../c.json
  target: {kind: Ingress}
";
        assert_eq!(named(text), ["a.yaml", "b.yaml", "../c.json"]);
        assert_eq!(named("patches: 3\n"), Vec::<String>::new());
        assert_eq!(named("patches: [\n"), Vec::<String>::new());
    }

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
            [
                dir.path().join("top/apps/kustomization.yaml"),
                dir.path().join("top/kustomization.yaml")
            ]
        );
    }
}

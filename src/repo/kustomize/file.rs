//! A kustomization file, as far as it ties objects together.

use std::fs;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;
use serde_yaml::Value;

use super::selector::Selector;
use crate::convert::{Address, Link};

/// What one kustomization names, or a part of another object that works like one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::repo) struct Kustomization {
    pub path: PathBuf,
    /// The document of the file; none for a kustomization file, which has one.
    pub document: Option<usize>,
    /// Files and folders of the objects it builds. Remote ones are left out.
    pub resources: Vec<PathBuf>,
    /// Some of its objects are not in this tree.
    pub remote: bool,
    pub patches: Vec<Patch>,
    /// What it picks objects by.
    pub selectors: Vec<Selector>,
    /// The labels that it writes, selectors included.
    pub labels: Vec<(String, String)>,
}

/// A patch, strategic merge or JSON6902.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::repo) struct Patch {
    pub place: PatchPlace,
    /// With a `target`, kustomize does not look at what the patch says it is.
    pub target: Option<Selector>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::repo) enum PatchPlace {
    File(PathBuf),
    /// In the kustomization itself: where, and its text unless it is part of the document.
    Inline {
        at: Address,
        text: Option<String>,
    },
}

impl Kustomization {
    /// Reads a kustomization. One that cannot be read names nothing here; if it holds anything to
    /// convert, it is reported as a file like any other.
    pub fn read(path: &Path) -> Kustomization {
        Kustomization::from_text(path, &fs::read_to_string(path).unwrap_or_default())
    }

    /// Reads a kustomization if it may name a patch or pick an object; most do neither.
    pub fn read_if_it_ties(path: &Path) -> Option<Kustomization> {
        let text = fs::read_to_string(path).ok()?;
        let ties = ["patch", "vars", "replacements", "abels"]
            .iter()
            .any(|word| text.contains(word));
        ties.then(|| Kustomization::from_text(path, &text))
    }

    fn from_text(path: &Path, text: &str) -> Kustomization {
        let folder = path.parent().unwrap_or(Path::new(""));
        Kustomization {
            path: path.to_owned(),
            ..Kustomization::parse(folder, text)
        }
    }

    fn parse(folder: &Path, text: &str) -> Kustomization {
        let mut found = Kustomization::default();
        for document in serde_yaml::Deserializer::from_str(text) {
            let Ok(document) = Value::deserialize(document) else {
                break;
            };
            found.take_resources(folder, &document);
            found.take_ties(folder, &Address::default(), &document);
        }
        found
    }

    fn take_resources(&mut self, folder: &Path, document: &Value) {
        for key in ["resources", "bases", "components"] {
            for (_, path) in texts(document, key) {
                // What is fetched from elsewhere has a scheme, a host or a reference.
                if path.contains("://") || path.contains("?ref=") || path.contains("@") {
                    self.remote = true;
                } else {
                    self.resources.push(resolve(folder, path));
                }
            }
        }
        self.remote |= document.get("helmCharts").is_some();
        let selects =
            |label: &Value| label.get("includeSelectors").and_then(Value::as_bool) == Some(true);
        let chosen = items(document, "labels")
            .into_iter()
            .filter(|(_, label)| selects(label));
        let pairs = chosen.filter_map(|(_, label)| label.get("pairs"));
        for labels in document.get("commonLabels").into_iter().chain(pairs) {
            let pairs = labels.as_mapping().into_iter().flatten();
            let texts = |(key, value): (&Value, &Value)| {
                Some((key.as_str()?.to_owned(), value.as_str()?.to_owned()))
            };
            self.labels.extend(pairs.filter_map(texts));
        }
    }

    /// Takes in the patches and selectors of a mapping, which stands at `above` in its document.
    pub fn take_ties(&mut self, folder: &Path, above: &Address, mapping: &Value) {
        for (i, patch) in items(mapping, "patchesStrategicMerge") {
            let at = item(above, "patchesStrategicMerge", i);
            let place = match patch.as_str() {
                Some(text) if !text.contains('\n') => PatchPlace::File(resolve(folder, text)),
                text => PatchPlace::Inline {
                    at,
                    text: text.map(str::to_owned),
                },
            };
            self.patches.push(Patch {
                place,
                target: None,
            });
        }
        for key in ["patches", "patchesJson6902"] {
            for (i, patch) in items(mapping, key) {
                let at = item(above, key, i);
                let target = patch
                    .get("target")
                    .map(|t| Selector::of(child(&at, "target"), t));
                if let Some(path) = text_of(patch, "path") {
                    self.patches.push(Patch {
                        place: PatchPlace::File(resolve(folder, &path)),
                        target: target.clone(),
                    });
                }
                if let Some(value) = patch.get("patch") {
                    self.patches.push(Patch {
                        place: PatchPlace::Inline {
                            at: child(&at, "patch"),
                            text: value.as_str().map(str::to_owned),
                        },
                        target: target.clone(),
                    });
                }
                self.selectors.extend(target);
            }
        }
        for (i, var) in items(mapping, "vars") {
            let at = child(&item(above, "vars", i), "objref");
            self.selectors
                .extend(var.get("objref").map(|o| Selector::of(at, o)));
        }
        for (i, replacement) in items(mapping, "replacements") {
            let at = item(above, "replacements", i);
            let source = replacement.get("source");
            self.selectors
                .extend(source.map(|s| Selector::of(child(&at, "source"), s)));
            for (j, target) in items(replacement, "targets") {
                let at = child(&item(&at, "targets", j), "select");
                self.selectors
                    .extend(target.get("select").map(|s| Selector::of(at, s)));
            }
        }
    }
}

fn child(above: &Address, key: &str) -> Address {
    above.join(&[Link::Key(key.to_owned())])
}

fn item(above: &Address, key: &str, index: usize) -> Address {
    above.join(&[Link::Key(key.to_owned()), Link::Item(index)])
}

fn texts<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = (usize, &'v str)> {
    let items = items(value, key).into_iter();
    items.filter_map(|(index, value)| Some((index, value.as_str()?)))
}

pub(super) fn items<'v>(value: &'v Value, key: &str) -> Vec<(usize, &'v Value)> {
    value
        .get(key)
        .and_then(Value::as_sequence)
        .map(|items| items.iter().enumerate().collect())
        .unwrap_or_default()
}

pub(super) fn text_of(value: &Value, key: &str) -> Option<String> {
    value
        .get(key)?
        .as_str()
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
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
    fn finds_every_way_to_name_a_patch_or_an_object() {
        let text = "\
resources: [base.yaml, https://example.com/x, '../top?ref=main']
patchesStrategicMerge:
- a.yaml
- |-
  kind: Deployment
  apiVersion: apps/v1beta1
  metadata: {name: web}
patches:
- path: b.yaml
  target: {kind: Deployment}
- patch: '[]'
  target: {group: apps, version: v1beta1, kind: Deployment, name: web}
patchesJson6902:
- path: ../c.json
  target: {kind: Ingress}
vars:
- name: X
  objref: {apiVersion: v1, kind: Service, name: web}
";
        let found = Kustomization::parse(Path::new("/top/here"), text);
        assert_eq!(found.resources, [PathBuf::from("/top/here/base.yaml")]);
        let file = |patch: &Patch| match &patch.place {
            PatchPlace::File(path) => path.to_str().map(str::to_owned),
            PatchPlace::Inline { .. } => None,
        };
        let inline = |patch: &Patch| match &patch.place {
            PatchPlace::File(_) => None,
            PatchPlace::Inline { at, .. } => Some(at.to_string()),
        };
        let patches: Vec<String> = found.patches.iter().filter_map(file).collect();
        assert_eq!(
            patches,
            ["/top/here/a.yaml", "/top/here/b.yaml", "/top/c.json"]
        );
        let at: Vec<String> = found.selectors.iter().map(|s| s.at.to_string()).collect();
        let wanted = [
            "patches[0].target",
            "patches[1].target",
            "patchesJson6902[0].target",
            "vars[0].objref",
        ];
        assert_eq!(at, wanted);
        assert_eq!(found.selectors[1].version.as_deref(), Some("v1beta1"));
        assert_eq!(found.selectors[3].group.as_deref(), Some(""));
        let inline: Vec<String> = found.patches.iter().filter_map(inline).collect();
        assert!(found.remote);
        assert_eq!(inline, ["patchesStrategicMerge[1]", "patches[1].patch"]);
        assert_eq!(
            Kustomization::parse(Path::new("/"), "patches: 3\n"),
            Kustomization::default()
        );
        assert_eq!(
            Kustomization::parse(Path::new("/"), "patches: [\n"),
            Kustomization::default()
        );
    }
}

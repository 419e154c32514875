//! A kustomization file, as far as it ties objects together.

use std::fmt;
use std::fs;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;
use serde_yaml::Value;

/// What one kustomization names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::repo) struct Kustomization {
    pub path: PathBuf,
    /// Files and folders of the objects it builds. Remote ones are left out.
    pub resources: Vec<PathBuf>,
    /// The files it patches with.
    pub patches: Vec<PatchFile>,
    /// The patches that stand in it as text.
    pub inline: Vec<InlinePatch>,
    /// What it picks objects by, other than a patch.
    pub selectors: Vec<Selector>,
    /// The labels that it writes, selectors included.
    pub labels: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::repo) struct PatchFile {
    pub path: PathBuf,
    /// With a `target`, kustomize does not look at what the patch says it is.
    pub target: Option<Selector>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::repo) struct InlinePatch {
    pub at: Place,
    pub text: String,
    pub target: Option<Selector>,
}

/// A place in a kustomization, by keys and indexes.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::repo) struct Place(pub Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::repo) enum Step {
    Key(&'static str),
    Item(usize),
}

impl Place {
    fn item(key: &'static str, index: usize) -> Place {
        Place(vec![Step::Key(key), Step::Item(index)])
    }

    fn and(&self, key: &'static str) -> Place {
        Place([&self.0[..], &[Step::Key(key)]].concat())
    }

    fn and_item(&self, key: &'static str, index: usize) -> Place {
        Place([&self.0[..], &[Step::Key(key), Step::Item(index)]].concat())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if i == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Item(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// Something that picks objects by what they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::repo) struct Selector {
    pub at: Place,
    pub group: Option<String>,
    pub version: Option<String>,
    pub kind: Option<String>,
    pub name: Option<String>,
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
            found.take(folder, &document);
        }
        found
    }

    fn take(&mut self, folder: &Path, document: &Value) {
        let texts = |key| {
            items(document, key)
                .into_iter()
                .filter_map(|(i, v)| Some((i, v.as_str()?)))
        };
        for key in ["resources", "bases", "components"] {
            // What is fetched from elsewhere has a scheme, a host or a reference.
            let local =
                texts(key).filter(|(_, path)| !path.contains("://") && !path.contains("?ref="));
            self.resources
                .extend(local.map(|(_, path)| resolve(folder, path)));
        }
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
        for (i, text) in texts("patchesStrategicMerge") {
            if text.contains('\n') {
                let at = Place::item("patchesStrategicMerge", i);
                self.inline.push(InlinePatch {
                    at,
                    text: text.to_owned(),
                    target: None,
                });
            } else {
                self.patches.push(PatchFile {
                    path: resolve(folder, text),
                    target: None,
                });
            }
        }
        for key in ["patches", "patchesJson6902"] {
            for (i, patch) in items(document, key) {
                let at = Place::item(key, i);
                let target = patch
                    .get("target")
                    .map(|t| Selector::of(at.and("target"), t));
                if let Some(path) = text_of(patch, "path") {
                    self.patches.push(PatchFile {
                        path: resolve(folder, &path),
                        target: target.clone(),
                    });
                }
                if let Some(text) = text_of(patch, "patch") {
                    self.inline.push(InlinePatch {
                        at: at.and("patch"),
                        text,
                        target: target.clone(),
                    });
                }
                self.selectors.extend(target);
            }
        }
        for (i, var) in items(document, "vars") {
            let at = Place::item("vars", i).and("objref");
            self.selectors
                .extend(var.get("objref").map(|o| Selector::of(at, o)));
        }
        for (i, replacement) in items(document, "replacements") {
            let at = Place::item("replacements", i);
            let source = replacement.get("source");
            self.selectors
                .extend(source.map(|s| Selector::of(at.and("source"), s)));
            for (j, target) in items(replacement, "targets") {
                let at = at.and_item("targets", j).and("select");
                self.selectors
                    .extend(target.get("select").map(|s| Selector::of(at, s)));
            }
        }
    }
}

impl Selector {
    /// From a mapping with `group` and `version`, or with `apiVersion`.
    fn of(at: Place, value: &Value) -> Selector {
        let mut selector = Selector {
            at,
            group: text_of(value, "group"),
            version: text_of(value, "version"),
            kind: text_of(value, "kind"),
            name: text_of(value, "name").or_else(|| text_of(value.get("metadata")?, "name")),
        };
        if let Some(api_version) = text_of(value, "apiVersion") {
            let (group, version) = api_version.rsplit_once('/').unwrap_or(("", &api_version));
            (selector.group, selector.version) = (Some(group.to_owned()), Some(version.to_owned()));
        }
        selector
    }
}

fn items<'v>(value: &'v Value, key: &str) -> Vec<(usize, &'v Value)> {
    value
        .get(key)
        .and_then(Value::as_sequence)
        .map(|items| items.iter().enumerate().collect())
        .unwrap_or_default()
}

fn text_of(value: &Value, key: &str) -> Option<String> {
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
        let patches: Vec<&str> = found
            .patches
            .iter()
            .filter_map(|p| p.path.to_str())
            .collect();
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
        let inline: Vec<String> = found.inline.iter().map(|p| p.at.to_string()).collect();
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

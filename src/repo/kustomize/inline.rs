//! Objects that work like a kustomization: Flux' Kustomization and HelmRelease, Argo CD's Application
//! and ApplicationSet carry patches for what they apply.

use std::path::{Path, PathBuf};

use memchr::memmem;
use serde::Deserialize;
use serde_yaml::Value;

use super::file::{Kustomization, items, text_of};
use crate::convert::{Address, Link};
use crate::yaml::split;

/// Whether a file may hold such an object with a patch in it.
pub(in crate::repo) fn may_hold(bytes: &[u8]) -> bool {
    let names = ["toolkit.fluxcd.io", "argoproj.io"];
    memmem::find(bytes, b"patch").is_some()
        && names
            .iter()
            .any(|name| memmem::find(bytes, name.as_bytes()).is_some())
}

/// The parts of a file that work like kustomizations. `top` is the folder that their paths begin at.
pub(in crate::repo) fn holders(path: &Path, text: &str, top: &Path) -> Vec<Kustomization> {
    let mut found = Vec::new();
    for (index, chunk) in split(text).into_iter().enumerate() {
        // What does not parse is reported when the file is read.
        let mut documents = serde_yaml::Deserializer::from_str(&text[chunk.range]);
        let document = documents.next().map(Value::deserialize);
        let Some(Ok(document)) = document else {
            continue;
        };
        for part in parts(&document) {
            let mut kustomization = Kustomization {
                path: path.to_owned(),
                document: Some(index + 1),
                ..Kustomization::default()
            };
            match part.folder.map(|folder| within(top, &folder)) {
                Some(Some(folder)) => kustomization.resources.push(folder),
                _ => kustomization.remote = true,
            }
            // Files cannot be named here; a text without a line break is a patch all the same.
            kustomization.take_ties(Path::new(""), &part.at, part.mapping);
            if !kustomization.patches.is_empty() {
                found.push(kustomization);
            }
        }
    }
    found
}

struct Part<'v> {
    at: Address,
    mapping: &'v Value,
    /// What is patched, as the object names it.
    folder: Option<String>,
}

fn parts(document: &Value) -> Vec<Part<'_>> {
    let api_version = text_of(document, "apiVersion").unwrap_or_default();
    let kind = text_of(document, "kind").unwrap_or_default();
    let group = api_version.split('/').next().unwrap_or_default();
    let Some(spec) = document.get("spec") else {
        return Vec::new();
    };
    let at = |keys: &[&str]| {
        Address(
            keys.iter()
                .map(|key| Link::Key((*key).to_owned()))
                .collect(),
        )
    };
    match (group, kind.as_str()) {
        ("kustomize.toolkit.fluxcd.io", "Kustomization") => vec![Part {
            at: at(&["spec"]),
            mapping: spec,
            folder: text_of(spec, "path"),
        }],
        ("helm.toolkit.fluxcd.io", "HelmRelease") => items(spec, "postRenderers")
            .into_iter()
            .filter_map(|(i, renderer)| {
                let above = at(&["spec", "postRenderers"]);
                Some(Part {
                    at: above.join(&[Link::Item(i), Link::Key("kustomize".to_owned())]),
                    mapping: renderer.get("kustomize")?,
                    folder: None,
                })
            })
            .collect(),
        ("argoproj.io", "Application") => sources(spec, &at(&["spec"])),
        ("argoproj.io", "ApplicationSet") => match spec.get("template").and_then(|t| t.get("spec"))
        {
            Some(spec) => sources(spec, &at(&["spec", "template", "spec"])),
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// `source` and `sources` of an Application.
fn sources<'v>(spec: &'v Value, above: &Address) -> Vec<Part<'v>> {
    let key = |key: &str| Link::Key(key.to_owned());
    let one = spec
        .get("source")
        .map(|source| (vec![key("source")], source));
    let many = items(spec, "sources")
        .into_iter()
        .map(|(i, source)| (vec![key("sources"), Link::Item(i)], source));
    let part = |(links, source): (Vec<Link>, &'v Value)| {
        Some(Part {
            at: above.join(&links).join(&[key("kustomize")]),
            mapping: source.get("kustomize")?,
            folder: text_of(source, "path"),
        })
    };
    one.into_iter().chain(many).filter_map(part).collect()
}

/// A folder of the tree, if it is there: the object may just as well be about another repository.
fn within(top: &Path, folder: &str) -> Option<PathBuf> {
    let folder = top.join(folder.trim_start_matches("./").trim_start_matches('/'));
    folder.canonicalize().ok().filter(|folder| folder.is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_patches_of_flux_and_argo() {
        let text = "\
# first
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
spec:
  path: ./apps
  patches:
  - patch: '[]'
    target: {kind: Deployment}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
spec:
  postRenderers:
  - kustomize:
      patches:
      - {patch: 'x', target: {version: v1beta1}}
---
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
spec:
  template: {spec: {sources: [{path: a}, {path: b, kustomize: {patches: [{patch: y}]}}]}}
---
broken: [
";
        let top = tempfile::tempdir().unwrap();
        std::fs::create_dir(top.path().join("apps")).unwrap();
        let found = holders(Path::new("f.yaml"), text, top.path());
        let places: Vec<_> = found
            .iter()
            .map(|k| (k.document, k.remote, k.resources.len(), k.patches.len()))
            .collect();
        assert_eq!(
            places,
            [
                (Some(2), false, 1, 1),
                (Some(3), true, 0, 1),
                (Some(4), true, 0, 1)
            ]
        );
        assert_eq!(
            found[1].selectors[0].at.to_string(),
            "spec.postRenderers[0].kustomize.patches[0].target"
        );
        assert!(may_hold(text.as_bytes()) && !may_hold(b"kind: Deployment\npatch: x\n"));
    }
}

//! `# yaml-language-server: $schema=URL` above an object: the URL names the version, so it moves too.
//!
//! The collections of schemas name their files `helmrelease_v2beta1.json` or
//! `ingress-networking-v1beta1.json`, often in a folder of the group's name. A URL of another form is
//! left alone.

use std::ops::Range;

use crate::manifest::{Gvk, group};

const MARK: &str = "yaml-language-server:";
const KEY: &str = "$schema=";

/// Finds the comment among the lines before an object, and says what its URL becomes.
pub(super) fn moved(above: &str, old: &Gvk, new: &Gvk) -> Option<(Range<usize>, String)> {
    let mut at = 0;
    for line in above.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let comment = line.trim_start().strip_prefix('#').map(str::trim_start);
        if !comment.is_some_and(|comment| comment.starts_with(MARK)) {
            continue;
        }
        let Some(url) = line.find(KEY).map(|key| key + KEY.len()) else {
            continue;
        };
        let text = line[url..].split_whitespace().next()?;
        if let Some(new) = url_of(text, old, new) {
            let begin = start + url;
            return Some((begin..begin + text.len(), new));
        }
    }
    None
}

fn url_of(url: &str, old: &Gvk, new: &Gvk) -> Option<String> {
    let (folder, file) = url.rsplit_once('/')?;
    // The schemas of one release of Kubernetes, which need not have the new version.
    let is_release =
        |part: &str| part.starts_with("v1.") && part[3..].starts_with(|c: char| c.is_ascii_digit());
    if folder.split('/').any(is_release) {
        return None;
    }
    let stem = file.strip_suffix(".json")?;
    let rest = stem.strip_prefix(&old.kind.to_ascii_lowercase())?;
    let middle = rest.strip_suffix(old.version())?;
    let kind = new.kind.to_ascii_lowercase();
    let label = |gvk: &Gvk| gvk.group().split('.').next().unwrap_or_default().to_owned();
    let middle = match middle {
        "_" | "-" => middle.to_owned(),
        other if other == format!("-{}-", label(old)) => format!("-{}-", label(new)),
        _ => return None,
    };
    let folder = match folder.rsplit_once('/') {
        Some((above, last)) if !last.is_empty() && last == old.group() => {
            format!("{above}/{}", group(&new.api_version))
        }
        _ => folder.to_owned(),
    };
    Some(format!("{folder}/{kind}{middle}{}.json", new.version()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(old: &str, new: &str, url: &str) -> Option<String> {
        let gvk = |text: &str| {
            let (api_version, kind) = text.split_once(' ').unwrap();
            Gvk::new(api_version, kind)
        };
        let above = format!("# about it\n# {MARK} $schema={url}\r\n");
        let (range, new) = moved(&above, &gvk(old), &gvk(new))?;
        assert_eq!(&above[range], url);
        Some(new)
    }

    #[test]
    fn urls_of_the_known_forms_move() {
        let (old, new) = (
            "helm.toolkit.fluxcd.io/v2beta1 HelmRelease",
            "helm.toolkit.fluxcd.io/v2 HelmRelease",
        );
        let of = |text: &str| url(old, new, text);
        assert_eq!(
            of("https://example.com/helm.toolkit.fluxcd.io/helmrelease_v2beta1.json").as_deref(),
            Some("https://example.com/helm.toolkit.fluxcd.io/helmrelease_v2.json")
        );
        assert_eq!(
            of("https://example.com/helmrelease-helm-v2beta1.json").as_deref(),
            Some("https://example.com/helmrelease-helm-v2.json")
        );
        let others = [
            "https://example.com/all.json",
            "https://example.com/helmrelease_v2.json",
        ];
        assert!(others.iter().all(|other| of(other).is_none()));
        assert_eq!(
            url(
                "extensions/v1beta1 Ingress",
                "networking.k8s.io/v1 Ingress",
                "https://example.com/master/ingress-extensions-v1beta1.json"
            )
            .as_deref(),
            Some("https://example.com/master/ingress-networking-v1.json")
        );
        let pinned = "https://example.com/v1.18.1/helmrelease-helm-v2beta1.json";
        assert_eq!(of(pinned), None);
    }
}

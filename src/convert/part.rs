//! Whole and part: whether other texts may supply the keys that are missing in a mapping.
//!
//! A patch is a part. What replaces as a whole inside it is whole: an item of a list that a
//! strategic merge does not merge, and whatever holds `$patch: replace`.

use crate::catalog::rule::{Destination, Literal, Path, Segment, Step};
use crate::yaml::Node;

use super::path::{Address, Link};

/// The lists of the built-in APIs whose items a strategic merge patch merges by a key. All other
/// lists, and all lists of custom resources, are replaced as a whole.
const MERGED_LISTS: &[&str] = &[
    "conditions",
    "containers",
    "env",
    "ephemeralContainers",
    "hostAliases",
    "imagePullSecrets",
    "initContainers",
    "ownerReferences",
    "ports",
    "resourceClaims",
    "secrets",
    "topologySpreadConstraints",
    "volumeDevices",
    "volumeMounts",
    "volumes",
    "webhooks",
];

/// Whether `child`, below a part at `above`, is a part too.
pub(super) fn is_merged(above: &Address, link: &Link, child: &Node) -> bool {
    let in_merged_list = match (link, above.0.last()) {
        (Link::Item(_), Some(Link::Key(list))) => MERGED_LISTS.contains(&list.as_str()),
        (Link::Item(_), _) => false,
        (Link::Key(_), _) => true,
    };
    in_merged_list && !replaces(child)
}

/// `$patch: replace`
pub(super) fn replaces(node: &Node) -> bool {
    node.get("$patch").and_then(Node::as_str) == Some("replace")
}

/// Whether a step depends on labels or a selector being there.
pub(super) fn is_about_labels(step: &Step) -> bool {
    step.when
        .iter()
        .any(|condition| ends_in_labels(&condition.path))
}

/// What a copy of labels to a selector becomes where kustomize writes the labels: the selector that it
/// would make there.
pub(super) fn selector_of(
    to: &Destination,
    labels: &[(String, String)],
) -> Option<(Path, Literal)> {
    let Destination::One(path) = to else {
        return None;
    };
    let selects = path.0.contains(&Segment::Key("selector".to_owned()));
    let label = |(key, value): &(String, String)| (key.clone(), Literal::String(value.clone()));
    selects.then(|| {
        (
            path.clone(),
            Literal::Map(labels.iter().map(label).collect()),
        )
    })
}

/// Whether a path leads to labels or a selector.
pub(super) fn ends_in_labels(path: &Path) -> bool {
    const LABELS: [&str; 3] = ["labels", "selector", "matchLabels"];
    matches!(path.0.last(), Some(Segment::Key(key)) if LABELS.contains(&key.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::testing::node;

    #[test]
    fn items_of_lists_that_are_replaced_are_whole() {
        let above = |list: &str| Address(vec![Link::Key("spec".into()), Link::Key(list.into())]);
        let spec = Address(vec![Link::Key("spec".into())]);
        let empty = node("{}");
        assert!(is_merged(&spec, &Link::Key("template".into()), &empty));
        assert!(is_merged(&above("containers"), &Link::Item(0), &empty));
        assert!(!is_merged(&above("rules"), &Link::Item(0), &empty));
        assert!(!is_merged(
            &spec,
            &Link::Key("template".into()),
            &node("{$patch: replace}")
        ));
    }
}

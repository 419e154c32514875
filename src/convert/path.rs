//! Paths over the values of an object: where a node stands, and what a path of the catalogue means.

use std::fmt;

use crate::catalog::rule::{Path, Segment};
use crate::yaml::{Node, Refusal};

/// One step down from a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Link {
    Key(String),
    Item(usize),
}

/// The place of one node: `spec.rules[0].http`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Address(pub Vec<Link>);

impl Address {
    pub fn join(&self, below: &[Link]) -> Address {
        Address([self.0.as_slice(), below].concat())
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, link) in self.0.iter().enumerate() {
            match link {
                Link::Item(index) => write!(f, "[{index}]")?,
                Link::Key(key) => {
                    let key = Path(vec![Segment::Key(key.clone())]).to_string();
                    let dot = if i > 0 && !key.starts_with('[') {
                        "."
                    } else {
                        ""
                    };
                    write!(f, "{dot}{key}")?;
                }
            }
        }
        Ok(())
    }
}

/// The places of all nodes that a path means, null ones too, in the order of the text.
pub(super) fn find(node: &Node, path: &[Segment]) -> Vec<Vec<Link>> {
    let mut found = Vec::new();
    collect(node, path, &mut Vec::new(), &mut found);
    found
}

fn collect(node: &Node, path: &[Segment], at: &mut Vec<Link>, found: &mut Vec<Vec<Link>>) {
    let Some((first, rest)) = path.split_first() else {
        found.push(at.clone());
        return;
    };
    let mut below = |link: Link, child: &Node| {
        at.push(link);
        collect(child, rest, at, found);
        at.pop();
    };
    match first {
        Segment::Key(key) => {
            if let Some(child) = node.get(key) {
                below(Link::Key(key.clone()), child);
            }
        }
        Segment::EachKey => {
            for entry in node.entries() {
                if let Some(key) = entry.key() {
                    below(Link::Key(key.to_owned()), entry.value());
                }
            }
        }
        Segment::EachItem => {
            for (index, item) in node.items().iter().enumerate() {
                below(Link::Item(index), item.value());
            }
        }
        // What grows a list is not there yet.
        Segment::First | Segment::Last => {}
    }
}

/// The node at a place.
pub(super) fn at<'a>(node: &'a Node, links: &[Link]) -> Option<&'a Node> {
    links.iter().try_fold(node, |node, link| match link {
        Link::Key(key) => node.get(key),
        Link::Item(index) => Some(node.items().get(*index)?.value()),
    })
}

/// The node at a place, to be changed; `None` where nothing is.
///
/// # Errors
/// Refuses what an alias or a merge key supplies.
pub(super) fn at_mut<'a>(
    node: &'a mut Node,
    links: &[Link],
) -> Result<Option<&'a mut Node>, Refusal> {
    let mut node = node;
    for link in links {
        let child = match link {
            Link::Key(key) => node.get_mut(key)?,
            Link::Item(index) => node
                .items_mut()?
                .and_then(|items| items.get_mut(*index))
                .map(|i| i.value_mut()),
        };
        match child {
            Some(child) => node = child,
            None => return Ok(None),
        }
    }
    Ok(Some(node))
}

/// The node of an object that an address means, or the nearest one above it that is there.
pub(super) fn nearest<'a>(object: &'a Node, address: &str) -> &'a Node {
    let mut node = object;
    let mut rest = address;
    loop {
        let entries = node.entries().iter().map(|entry| {
            let link = entry.key().map(|key| Link::Key(key.to_owned()));
            (link, entry.value())
        });
        let items = node.items().iter().enumerate();
        let items = items.map(|(index, item)| (Some(Link::Item(index)), item.value()));
        let next = entries.chain(items).find_map(|(link, child)| {
            let link = Address(vec![link?]).to_string();
            let after = rest.strip_prefix(&link)?;
            let ends = after.is_empty() || after.starts_with(['.', '[']);
            ends.then(|| (child, after.strip_prefix('.').unwrap_or(after)))
        });
        match next {
            Some((child, after)) => (node, rest) = (child, after),
            None => return node,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::testing::node;

    fn places(yaml: &str, path: &str) -> Vec<String> {
        let path: Path = path.parse().unwrap();
        find(&node(yaml), &path.0)
            .into_iter()
            .map(|links| Address(links).to_string())
            .collect()
    }

    #[test]
    fn a_path_means_every_place_it_fits() {
        let yaml = "{a: [{b: 1}, {c: 2}, {b: null}], m: {x.y/z: {b: 3}, k: {b: 4}}}";
        assert_eq!(places(yaml, "a[].b"), ["a[0].b", "a[2].b"]);
        assert_eq!(places(yaml, "m.*.b"), ["m[\"x.y/z\"].b", "m.k.b"]);
        assert_eq!(places(yaml, "a[]"), ["a[0]", "a[1]", "a[2]"]);
        assert_eq!(places(yaml, "."), [""]);
        assert!(places(yaml, "a.b").is_empty());
        assert!(places(yaml, "m.k[last]").is_empty());
    }

    #[test]
    fn an_address_in_words_is_found_again() {
        let root = node("{a: [{b: 1}, {c.d/e: {f: 2}}], ab: 3}");
        let text = |address: &str| {
            let scalar = nearest(&root, address).as_scalar();
            scalar.map(|scalar| scalar.text.clone())
        };
        assert_eq!(text("a[0].b").as_deref(), Some("1"));
        assert_eq!(text("a[1][\"c.d/e\"].f").as_deref(), Some("2"));
        assert_eq!(text("ab").as_deref(), Some("3"));
        assert!(nearest(&root, "a[0].new.key").get("b").is_some());
        assert!(nearest(&root, "").get("ab").is_some());
        assert!(nearest(&root, "abc").get("ab").is_some());
    }

    #[test]
    fn a_place_is_found_again() {
        let mut root = node("{a: [{b: 1}]}");
        let links = find(&root, &"a[].b".parse::<Path>().unwrap().0).remove(0);
        assert_eq!(at(&root, &links).unwrap().as_scalar().unwrap().text, "1");
        *at_mut(&mut root, &links).unwrap().unwrap() = Node::integer(2);
        assert_eq!(at(&root, &links).unwrap().as_scalar().unwrap().text, "2");
        assert!(at_mut(&mut root, &[Link::Item(3)]).unwrap().is_none());
    }
}

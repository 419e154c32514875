//! Aliases that blow a document up.
//!
//! A few lines can stand for billions of nodes (`b: &b [*a, *a]`, `c: &c [*b, *b]` and so on), or
//! for nesting of any depth. Readers of Kubernetes turn them away; so nobody after the parser has to
//! look out for them.

use std::collections::HashMap;

use super::error::ParseError;
use super::lines::line_column;
use super::parse::MAX_DEPTH;
use super::tree::{Content, NodeId, Shape, Tree};
use super::words;

/// How many nodes a document may have once aliases are replaced by what they name. Kubernetes' own
/// reader becomes suspicious at the same number.
const MAX_NODES: usize = 400_000;

/// Nodes and levels of a value.
#[derive(Clone, Copy)]
struct Size {
    nodes: usize,
    levels: usize,
}

/// Refuses a document whose aliases stand for too much.
pub(super) fn check(text: &str, tree: &Tree) -> Result<(), ParseError> {
    if !tree
        .nodes
        .iter()
        .any(|node| matches!(node.shape, Shape::Alias))
    {
        return Ok(());
    }
    let limit = MAX_NODES.max(tree.nodes.len().saturating_mul(10));
    let mut anchors: HashMap<&str, Size> = HashMap::new();
    let mut sizes: Vec<Size> = Vec::with_capacity(tree.nodes.len());
    // What is inside comes before what is around it.
    for node in tree.nodes() {
        let mut size = Size {
            nodes: 1,
            levels: 0,
        };
        let mut hold = |inner: &Size| {
            size.nodes = size.nodes.saturating_add(inner.nodes);
            size.levels = size.levels.max(inner.levels + 1);
        };
        let sized = |id: NodeId| &sizes[id.0 as usize];
        match &node.content {
            Content::Scalar { .. } => {}
            Content::Alias { name } => {
                if let Some(named) = anchors.get(name) {
                    size = *named;
                }
            }
            Content::Sequence { items, .. } => {
                let items = &tree.items[items.start as usize..items.end as usize];
                items.iter().for_each(|item| hold(sized(item.value)));
            }
            Content::Mapping { entries, .. } => {
                let entries = &tree.entries[entries.start as usize..entries.end as usize];
                for entry in entries {
                    hold(sized(entry.key));
                    hold(sized(entry.value));
                }
            }
        }
        let message = if size.nodes > limit {
            Some(format!(
                "aliases make this larger than {limit} nodes: write out what they stand for, or split the document"
            ))
        } else {
            (size.levels > MAX_DEPTH).then(words::too_deep)
        };
        if let Some(message) = message {
            let (line, column) = line_column(text, node.start as usize);
            return Err(ParseError {
                line,
                column,
                message,
            });
        }
        if let Some(anchor) = node.anchor {
            anchors.insert(anchor, size);
        }
        sizes.push(size);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Document;

    fn error(text: &str) -> Option<String> {
        Document::parse(text).err().map(|error| error.to_string())
    }

    #[test]
    fn many_nodes_behind_few_aliases_are_refused() {
        let bomb = |levels: usize| {
            let mut text = "x0: &x0 [a, b, c]\n".to_owned();
            for i in 1..levels {
                let inner = vec![format!("*x{}", i - 1); 10].join(", ");
                text += &format!("x{i}: &x{i} [{inner}]\n");
            }
            text
        };
        assert_eq!(error(&bomb(5)), None);
        let refused = error(&bomb(20)).expect("it is refused");
        assert!(
            refused.starts_with("6:5: aliases make this larger than 400000 nodes"),
            "{refused}"
        );
    }

    #[test]
    fn a_long_chain_of_aliases_is_too_deep() {
        let chain = |length: usize| {
            let mut text = "x0: &x0 {a: 1}\n".to_owned();
            for i in 1..length {
                text += &format!("x{i}: &x{i} {{a: *x{}}}\n", i - 1);
            }
            text
        };
        assert_eq!(error(&chain(250)), None);
        let refused = error(&chain(20_000)).expect("it is refused");
        assert!(refused.contains("nested deeper than"), "{refused}");
    }

    #[test]
    fn an_alias_names_the_last_anchor_before_it() {
        assert_eq!(error("a: &a [1]\nb: &a [*a]\nc: [*a]\n"), None);
    }
}

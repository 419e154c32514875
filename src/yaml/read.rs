//! From tree to model.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::model::{Entry, Item, Key, Node, Origin, Scalar, Value};
use super::tree::{Content, EntryId, ItemId, NodeId, Style, Tree, TreeNode};

/// The values of a document; null for one without any.
pub(super) fn model(tree: &Tree) -> Node {
    let Some(root) = tree.root else {
        return Node::null();
    };
    let mut reader = Reader {
        tree,
        keys: HashSet::new(),
        anchors: HashMap::new(),
        shared: tree.shared(),
    };
    reader.node(root)
}

/// Whether a key is anything but a scalar without a tag.
pub(super) fn is_complex(key: &TreeNode) -> bool {
    key.tag.is_some() || !matches!(key.content, Content::Scalar { .. })
}

/// What a key is known by: its value, or the source text of one that is complex.
pub(super) fn key_text<'t>(tree: &'t Tree, id: NodeId) -> &'t str {
    let source = tree.node(id);
    match source.content {
        Content::Scalar { text, .. } if !is_complex(&source) => text,
        _ => &tree.text[source.start as usize..source.span.end()],
    }
}

/// Reads the model from the tree.
struct Reader<'t> {
    tree: &'t Tree<'t>,
    /// Those that were read before.
    keys: HashSet<Arc<str>>,
    anchors: HashMap<&'t str, Arc<Node>>,
    /// Anchors that are worth remembering.
    shared: HashSet<&'t str>,
}

impl<'t> Reader<'t> {
    fn node(&mut self, id: NodeId) -> Node {
        let tree = self.tree;
        let source = tree.node(id);
        let value = match source.content {
            Content::Scalar { text, style } => {
                let plain = matches!(style, Style::Plain | Style::Empty);
                Value::Scalar(Scalar::read(
                    text.to_owned(),
                    plain,
                    source.tag.map(Box::from),
                ))
            }
            Content::Alias { name } => {
                // An alias inside its own anchor has no value that ends.
                let target = self
                    .anchors
                    .get(name)
                    .cloned()
                    .unwrap_or_else(|| Arc::new(Node::null()));
                Value::Alias {
                    name: name.into(),
                    target,
                }
            }
            Content::Sequence { items, .. } => Value::Sequence(
                items
                    .clone()
                    .map(|i| Item {
                        origin: Some(ItemId(i)),
                        entry: None,
                        value: self.node(tree.item(ItemId(i)).value),
                    })
                    .collect(),
            ),
            Content::Mapping { entries, .. } => Value::Mapping(
                entries
                    .clone()
                    .map(|i| {
                        let id = EntryId(i);
                        let key = self.key(tree.entry(id).key);
                        Entry {
                            origin: Some(id),
                            place: None,
                            key,
                            value: self.node(tree.entry(id).value),
                        }
                    })
                    .collect(),
            ),
        };
        let node = Node {
            origin: Origin::Source(id),
            value,
        };
        if let Some(name) = source.anchor.filter(|n| self.shared.contains(n)) {
            self.anchors.insert(name, Arc::new(node.clone()));
        }
        node
    }

    fn key(&mut self, id: NodeId) -> Key {
        let text = key_text(self.tree, id);
        let text = match self.keys.get(text) {
            Some(text) => text.clone(),
            None => {
                let text: Arc<str> = text.into();
                self.keys.insert(text.clone());
                text
            }
        };
        let source = self.tree.node(id);
        let complex = is_complex(&source);
        if complex || source.anchor.is_some() {
            // For the anchors.
            self.node(id);
        }
        let bare = matches!(
            source.content,
            Content::Scalar {
                style: Style::Plain,
                ..
            }
        );
        Key {
            text,
            complex,
            plain: bare && !complex,
        }
    }
}

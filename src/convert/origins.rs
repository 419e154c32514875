//! Where the values of an object stood before any step ran, so that a report speaks of the text the
//! reader has before them.

use std::collections::HashMap;

use crate::yaml::{Node, NodeId, Origin, Value};

use super::path::{Address, Link};

/// The first addresses of an object's nodes; made when first asked for.
pub(super) struct Origins<'a> {
    object: &'a Node,
    above: Option<HashMap<NodeId, (Option<NodeId>, Above<'a>)>>,
}

#[derive(Clone, Copy)]
enum Above<'a> {
    Nothing,
    Key(&'a str),
    Item(usize),
}

impl<'a> Origins<'a> {
    pub fn new(object: &'a Node) -> Origins<'a> {
        Origins {
            object,
            above: None,
        }
    }

    /// Where a node stood; `None` for one that a step made.
    pub fn address(&mut self, node: &Node) -> Option<Address> {
        let Origin::Source(mut id) = node.origin() else {
            return None;
        };
        let above = self.above.get_or_insert_with(|| {
            let mut above = HashMap::new();
            record(self.object, None, Above::Nothing, &mut above);
            above
        });
        let mut links = Vec::new();
        loop {
            let (parent, link) = above.get(&id)?;
            match link {
                Above::Nothing => break,
                Above::Key(key) => links.push(Link::Key((*key).to_owned())),
                Above::Item(index) => links.push(Link::Item(*index)),
            }
            id = (*parent)?;
        }
        links.reverse();
        Some(Address(links))
    }
}

fn record<'a>(
    node: &'a Node,
    parent: Option<NodeId>,
    link: Above<'a>,
    above: &mut HashMap<NodeId, (Option<NodeId>, Above<'a>)>,
) {
    let Origin::Source(id) = node.origin() else {
        return;
    };
    above.insert(id, (parent, link));
    // What an alias names stands elsewhere.
    match &node.value {
        Value::Mapping(entries) => {
            for entry in entries {
                record(
                    entry.value(),
                    Some(id),
                    Above::Key(entry.key().unwrap_or("?")),
                    above,
                );
            }
        }
        Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                record(item.value(), Some(id), Above::Item(index), above);
            }
        }
        Value::Scalar(_) | Value::Alias { .. } => {}
    }
}

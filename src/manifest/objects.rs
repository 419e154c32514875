//! Finding the objects of a document, also those inside lists.

use crate::yaml::{Node, Refusal};

use super::Gvk;

/// An object and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectRef {
    /// Indexes through the `items` of the lists around it; empty for the document's own object.
    pub path: Vec<usize>,
    /// Inherited from the list where an item of a typed list does not say it.
    pub gvk: Gvk,
    pub name: Option<String>,
    pub namespace: Option<String>,
    pub role: Role,
}

/// What an object is to the lists around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An object of its own, alone or in a `kind: List`.
    Object,
    /// A list of one kind, such as `IngressList`; its items follow it.
    TypedList,
    /// An item of the typed list before it: their versions belong together.
    Item,
}

impl ObjectRef {
    /// The object's node.
    pub fn node<'a>(&self, root: &'a Node) -> Option<&'a Node> {
        self.path.iter().try_fold(root, |node, &index| {
            Some(node.get("items")?.items().get(index)?.value())
        })
    }

    /// The object's node, to be changed.
    ///
    /// # Errors
    /// Refuses an object behind an alias or a merge key.
    pub fn node_mut<'a>(&self, root: &'a mut Node) -> Result<Option<&'a mut Node>, Refusal> {
        let mut node = root;
        for &index in &self.path {
            let Some(items) = node.get_mut("items")? else {
                return Ok(None);
            };
            let Some(item) = items.items_mut()?.and_then(|items| items.get_mut(index)) else {
                return Ok(None);
            };
            node = item.value_mut();
        }
        Ok(Some(node))
    }

    /// What the items of this typed list are.
    pub fn item_gvk(&self) -> Option<Gvk> {
        (self.role == Role::TypedList).then(|| item_gvk(&self.gvk))
    }
}

/// Whether a document carries SOPS' signature over all its values (`sops.mac`), which any edit breaks.
pub fn is_encrypted(root: &Node) -> bool {
    root.at(["sops", "mac"]).is_some()
}

fn item_gvk(list: &Gvk) -> Gvk {
    Gvk::new(
        &list.api_version,
        list.kind.strip_suffix("List").unwrap_or(&list.kind),
    )
}

/// The objects of a document in their order: itself, or the items of a `List`, nested ones too. A
/// typed list comes before its items. What has no `apiVersion` and `kind` in plain text is none.
pub fn objects(root: &Node) -> Vec<ObjectRef> {
    let mut found = Vec::new();
    collect(root, &mut Vec::new(), None, &mut found);
    found
}

/// The root of a document as an object of a kind that it does not name itself; `None` where it is no
/// mapping.
pub fn root_as(root: &Node, gvk: &Gvk) -> Option<ObjectRef> {
    root.is_mapping().then(|| ObjectRef {
        path: Vec::new(),
        gvk: gvk.clone(),
        name: None,
        namespace: None,
        role: Role::Object,
    })
}

fn collect(
    node: &Node,
    path: &mut Vec<usize>,
    inherited: Option<&Gvk>,
    found: &mut Vec<ObjectRef>,
) {
    let Some(gvk) = gvk(node, inherited) else {
        return;
    };
    let items = node.get("items").filter(|items| items.is_sequence());
    let is_list = gvk.kind.ends_with("List") && items.is_some();
    let typed = is_list && gvk.kind != "List";
    if typed || !is_list {
        let text = |key| node.at(["metadata", key]).and_then(Node::as_scalar);
        let text = |key| {
            text(key)
                .filter(|s| !s.text.is_empty())
                .map(|s| s.text.clone())
        };
        found.push(ObjectRef {
            path: path.clone(),
            gvk: gvk.clone(),
            name: text("name"),
            namespace: text("namespace"),
            role: match inherited {
                _ if typed => Role::TypedList,
                Some(_) => Role::Item,
                None => Role::Object,
            },
        });
    }
    if let (true, Some(items)) = (is_list, items) {
        let inherited = typed.then(|| item_gvk(&gvk));
        for (index, item) in items.items().iter().enumerate() {
            path.push(index);
            collect(item.value(), path, inherited.as_ref(), found);
            path.pop();
        }
    }
}

fn gvk(node: &Node, inherited: Option<&Gvk>) -> Option<Gvk> {
    if !node.is_mapping() {
        return None;
    }
    let text = |key, inherited: Option<&str>| match node.get(key).filter(|value| !value.is_null()) {
        Some(value) => value
            .as_str()
            .filter(|text| !text.is_empty())
            .map(str::to_owned),
        None => inherited.map(str::to_owned),
    };
    Some(Gvk {
        api_version: text("apiVersion", inherited.map(|i| i.api_version.as_str()))?,
        kind: text("kind", inherited.map(|i| i.kind.as_str()))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::testing::node;

    fn found(yaml: &str) -> Vec<(Vec<usize>, String, Role)> {
        objects(&node(yaml))
            .into_iter()
            .map(|o| (o.path, o.gvk.to_string(), o.role))
            .collect()
    }

    #[test]
    fn one_object() {
        let root = node("{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: b}}");
        let all = objects(&root);
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].gvk, Gvk::new("v1", "Pod"));
        assert_eq!(
            (all[0].name.as_deref(), all[0].namespace.as_deref()),
            (Some("a"), Some("b"))
        );
    }

    #[test]
    fn what_is_no_object() {
        for yaml in [
            "{kind: Pod}",
            "{apiVersion: 1, kind: Pod}",
            "{apiVersion: v1, kind: [Pod]}",
            "text",
            "null",
            "[]",
        ] {
            assert!(found(yaml).is_empty(), "{yaml}");
        }
    }

    #[test]
    fn lists_nest() {
        let all = found(
            "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Pod}, {kind: Pod}, \
             {apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Secret}]}]}",
        );
        assert_eq!(
            all,
            [
                (vec![0], "v1 Pod".to_owned(), Role::Object),
                (vec![2, 0], "v1 Secret".to_owned(), Role::Object)
            ]
        );
    }

    #[test]
    fn items_of_a_typed_list_inherit() {
        let all = found(
            "{apiVersion: a/v1, kind: FooList, items: [{metadata: {}}, {apiVersion: b/v1, kind: Bar}]}",
        );
        assert_eq!(
            all,
            [
                (vec![], "a/v1 FooList".to_owned(), Role::TypedList),
                (vec![0], "a/v1 Foo".to_owned(), Role::Item),
                (vec![1], "b/v1 Bar".to_owned(), Role::Item),
            ]
        );
    }

    #[test]
    fn a_kind_that_ends_in_list_but_holds_no_items() {
        assert_eq!(
            found("{apiVersion: a/v1, kind: AllowList}"),
            [(vec![], "a/v1 AllowList".to_owned(), Role::Object)]
        );
    }

    #[test]
    fn nodes_are_found_again() {
        let mut root = node("{apiVersion: a/v1, kind: FooList, items: [{x: 1}, {x: 2}]}");
        let all = objects(&root);
        assert_eq!(
            all[2]
                .node(&root)
                .unwrap()
                .get("x")
                .unwrap()
                .as_scalar()
                .unwrap()
                .text,
            "2"
        );
        assert!(all[2].node_mut(&mut root).unwrap().is_some());
    }
}

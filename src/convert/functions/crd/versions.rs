//! One schema, one list of columns, one set of subresources for all versions become those of each
//! version.

use crate::yaml::{At, Item, Node, Place, Taken, Value};

use super::super::super::engine::{Render, Stop};
use super::super::super::outcome::{Grade, Verb};
use super::super::super::values;
use super::Scope;
use super::structural::anything;
use super::{present, put};

/// What stands once in v1beta1, and its name in each version of v1.
const FIELDS: [(&str, &str); 4] = [
    ("validation", "schema"),
    ("subresources", "subresources"),
    ("additionalPrinterColumns", "additionalPrinterColumns"),
    ("selectableFields", "selectableFields"),
];

/// The keys of a version that stand before what is written into it.
const HEAD: [&str; 5] = [
    "name",
    "served",
    "storage",
    "deprecated",
    "deprecationWarning",
];

/// Something to report.
struct Said(Grade, &'static str, String, &'static str);

/// Moves what v1beta1 says once into every version; the first one that lacks it gets the original with
/// its comments, the others copies. A version without a schema gets one that takes anything.
pub(in super::super) fn distribute(scope: &mut Scope) -> Result<(), Stop> {
    if scope.here.part || scope.node.at(["spec", "names"]).is_none_or(Node::is_null) {
        return Ok(());
    }
    let render = scope.engine.render;
    let Some(spec) = scope.node.get_mut("spec")? else {
        return Ok(());
    };
    let mut said = Vec::new();
    let mut refused = Vec::new();
    list(spec, &mut said)?;
    if spec
        .get("versions")
        .is_none_or(|versions| versions.items().is_empty())
    {
        scope.manual(
            &["spec"],
            "there is neither a version nor a list of versions",
        );
        return Ok(());
    }
    open(spec, render)?;

    // In the order of the text.
    let fields = spec
        .entries()
        .iter()
        .filter_map(|entry| FIELDS.iter().find(|(old, _)| entry.key() == Some(old)));
    for (old, new) in fields.copied().collect::<Vec<_>>() {
        let Some(taken) = spec.take(old)? else {
            continue;
        };
        if is_blank(old, taken.value()) {
            let text = format!("removed spec.{old}: {}", values::quote(taken.value()));
            said.push(Said(Grade::Safe, old, text, "it says nothing"));
            continue;
        }
        match hand_out(spec, new, taken)? {
            0 => refused.push(old),
            1 => said.push(Said(
                Grade::Safe,
                old,
                format!("spec.{old} -> spec.versions[].{new}"),
                "v1 has it per version",
            )),
            count => {
                let text = format!("spec.{old} -> spec.versions[].{new}, in {count} versions");
                said.push(Said(Grade::Safe, old, text, "v1 has it per version"));
            }
        }
    }
    let bare = add_schemas(spec)?;
    for old in refused {
        scope.manual(
            &["spec", old],
            "every version has its own already; keep one of them",
        );
    }
    for Said(grade, key, text, why) in said {
        scope.changed(grade, &["spec", key], text, why);
    }
    for path in bare {
        let text = format!("wrote {path}: any object is taken, nothing is dropped");
        let why = "v1 needs a schema for every version; write a real one and take the marker out";
        scope
            .engine
            .change(Grade::Review, Verb::Function, path, text, Some(why));
    }
    Ok(())
}

/// Makes the list of versions out of the one version, or takes that one out where there is a list.
fn list(spec: &mut Node, said: &mut Vec<Said>) -> Result<(), Stop> {
    let listed = spec
        .get("versions")
        .is_some_and(|versions| !versions.items().is_empty());
    let Some(version) = present(spec, "version")? else {
        return Ok(());
    };
    let name = values::quote(version);
    let Some(taken) = spec.take("version")? else {
        return Ok(());
    };
    if listed {
        let first = spec
            .get("versions")
            .and_then(|versions| versions.items().first()?.value().get("name"));
        let same = first.is_some_and(|first| first.same_value(taken.value()));
        let (grade, why) = if same {
            (Grade::Safe, "the list of versions says it")
        } else {
            (
                Grade::Review,
                "v1 has only the list of versions, whose first one has another name",
            )
        };
        said.push(Said(
            grade,
            "version",
            format!("removed spec.version: {name}"),
            why,
        ));
        return Ok(());
    }
    spec.take("versions")?;
    // The list takes over the place and the comments of the version.
    let mut list = taken;
    let mut item = Node::mapping();
    item.insert(
        "name",
        std::mem::replace(list.value_mut(), Node::null()),
        At::End,
    )?;
    item.insert("served", Node::boolean(true), At::End)?;
    item.insert("storage", Node::boolean(true), At::End)?;
    list.value_mut().replace(Node::sequence([item]));
    let place = list.place();
    spec.insert("versions", list, At::PlaceOf(place))?;
    let text = format!("spec.version -> spec.versions[0], the only version: {name}");
    said.push(Said(
        Grade::Safe,
        "version",
        text,
        "v1 has only the list of versions",
    ));
    Ok(())
}

/// Whether a field says nothing, so that a version need not say it either.
fn is_blank(key: &str, value: &Node) -> bool {
    match key {
        "validation" => value.get("openAPIV3Schema").is_none_or(Node::is_null),
        "subresources" => value.is_null(),
        _ => value.is_empty(),
    }
}

/// Gives a field to all versions that lack it, and says how many these were.
fn hand_out(spec: &mut Node, key: &str, taken: Taken) -> Result<usize, Stop> {
    let Some(items) = spec
        .get_mut("versions")?
        .map(Node::items_mut)
        .transpose()?
        .flatten()
    else {
        return Ok(0);
    };
    let mut original = Some(taken);
    let mut copy: Option<Node> = None;
    let mut count = 0;
    let mut lacking: Vec<&mut Item> = items
        .iter_mut()
        .filter(|item| item.value().get(key).is_none_or(Node::is_null))
        .collect();
    if lacking.len() > 1 {
        copy = original
            .as_ref()
            .map(|taken| taken.value().copy())
            .transpose()?;
        copy.iter_mut().for_each(as_blocks);
    }
    for item in &mut lacking {
        let node = item.value_mut();
        let value = match (original.take(), &copy) {
            (Some(original), _) => original,
            (None, Some(copy)) => Taken::from(copy.clone()),
            (None, None) => break,
        };
        write(node, key, value)?;
        count += 1;
    }
    Ok(count)
}

/// Texts of several lines are block scalars in a copy too.
fn as_blocks(node: &mut Node) {
    match &mut node.value {
        Value::Scalar(scalar) => scalar.literal = scalar.text.contains('\n'),
        Value::Sequence(items) => items
            .iter_mut()
            .for_each(|item| as_blocks(item.value_mut())),
        Value::Mapping(entries) => entries
            .iter_mut()
            .for_each(|entry| as_blocks(entry.value_mut())),
        Value::Alias { .. } => {}
    }
}

/// Puts a key of a version after what names it and what was put there before.
fn write(version: &mut Node, key: &str, value: Taken) -> Result<(), Stop> {
    let null: Option<Place> = version.take(key)?.map(|taken| taken.place());
    let last = version
        .entries()
        .iter()
        .filter_map(|entry| entry.key())
        .rfind(|key| HEAD.contains(key) || FIELDS.iter().any(|(_, new)| new == key));
    let last = last.map(str::to_owned);
    let after = last.as_deref().map(|key| [key]);
    let at = after.as_ref().map_or(At::End, |keys| At::After(keys));
    version.insert(key, value, null.map_or(at, At::PlaceOf))?;
    Ok(())
}

/// Writes a schema for each version that has none; says where.
fn add_schemas(spec: &mut Node) -> Result<Vec<String>, Stop> {
    let mut written = Vec::new();
    let Some(items) = spec
        .get_mut("versions")?
        .map(Node::items_mut)
        .transpose()?
        .flatten()
    else {
        return Ok(written);
    };
    for (index, item) in items.iter_mut().enumerate() {
        let node = item.value_mut();
        let has_schema = node
            .at(["schema", "openAPIV3Schema"])
            .is_some_and(|schema| !schema.is_null());
        if has_schema || !node.is_mapping() {
            continue;
        }
        let mut root = anything();
        root.insert(
            "type",
            Node::string("object"),
            At::Before(&[super::keys::PRESERVE]),
        )?;
        node.take("schema")?;
        let mut schema = Node::mapping();
        schema.insert("openAPIV3Schema", root, At::End)?;
        let after = HEAD
            .into_iter()
            .rfind(|key| node.get(key).is_some())
            .map(|key| [key]);
        put(
            node,
            "schema",
            schema,
            after.as_ref().map_or(At::End, |keys| At::After(keys)),
        )?;
        written.push(format!("spec.versions[{index}].schema"));
    }
    Ok(written)
}

/// Versions on one line (`- {name: v1, served: true}`) are opened where the rest is not in flow style:
/// a whole schema would come into that line.
fn open(spec: &mut Node, render: &dyn Render) -> Result<(), Stop> {
    let is_flow = |node: &Node| {
        render
            .render(node)
            .is_ok_and(|text| text.starts_with(['{', '[']))
    };
    let Some(versions) = spec.get("versions") else {
        return Ok(());
    };
    let bare = |item: &&Item| item.value().get("schema").is_none();
    let flow_list = versions.items().iter().all(|item| bare(&item)) && is_flow(versions);
    let flow_items: Vec<bool> = versions
        .items()
        .iter()
        .map(|item| flow_list || (bare(&item) && is_flow(item.value())))
        .collect();
    if !flow_items.contains(&true) || is_flow(spec) {
        return Ok(());
    }
    let Some(versions) = spec.get_mut("versions")? else {
        return Ok(());
    };
    if let Some(items) = versions.items_mut()? {
        for (item, _) in items.iter_mut().zip(flow_items).filter(|(_, flow)| *flow) {
            let old = item.value_mut();
            let mut new = Node::mapping();
            let keys: Vec<String> = old
                .entries()
                .iter()
                .filter_map(|entry| entry.key().map(str::to_owned))
                .collect();
            for key in keys {
                if let Some(taken) = old.take(&key)? {
                    new.insert(&key, taken, At::End)?;
                }
            }
            old.replace(new);
        }
        if flow_list {
            let items: Vec<Node> = std::mem::take(items)
                .into_iter()
                .map(Item::into_value)
                .collect();
            versions.replace(Node::sequence(items));
        }
    }
    Ok(())
}

//! Annotations of claims and volumes that are fields now. While both are there, the annotation counts.

use crate::yaml::{At, Node};

use super::super::engine::Stop;
use super::super::outcome::Grade;
use super::super::values;
use super::Scope;

const CLASS: &str = "volume.beta.kubernetes.io/storage-class";
const OPTIONS: &str = "volume.beta.kubernetes.io/mount-options";

/// The scope is a claim or a volume: its metadata and its spec.
pub(super) fn storage_class(scope: &mut Scope) -> Result<(), Stop> {
    let Some(class) = annotation(scope, CLASS).map(Node::string) else {
        return Ok(());
    };
    replace(scope, CLASS, "storageClassName", class, &["accessModes"])
}

/// The scope is a volume.
pub(super) fn mount_options(scope: &mut Scope) -> Result<(), Stop> {
    let Some(options) = annotation(scope, OPTIONS) else {
        return Ok(());
    };
    let options = options.split(',').map(|option| Node::string(option.trim()));
    let options = Node::sequence(options.collect::<Vec<_>>());
    replace(
        scope,
        OPTIONS,
        "mountOptions",
        options,
        &["storageClassName"],
    )
}

fn annotation(scope: &Scope, key: &str) -> Option<String> {
    let value = scope.node.at(["metadata", "annotations", key])?;
    value.as_str().map(str::to_owned)
}

fn replace(
    scope: &mut Scope,
    key: &str,
    field: &str,
    value: Node,
    after: &[&str],
) -> Result<(), Stop> {
    let at = ["metadata", "annotations", key];
    let there = scope.node.at(["spec", field]).filter(|v| !v.is_null());
    let same = there.is_some_and(|there| there.same_value(&value));
    let quoted = values::quote(&value);
    let (grade, text) = match there {
        Some(_) if same => (Grade::Safe, format!("removed: spec.{field} says the same")),
        Some(there) => (
            Grade::Review,
            format!(
                "spec.{field}: {} -> {quoted}, as the annotation is what counts",
                values::quote(there)
            ),
        ),
        None => (Grade::Safe, format!("{key} -> spec.{field}: {quoted}")),
    };
    scope.changed(grade, &at, text, "");
    let mut taken = None;
    if let Some(metadata) = scope.node.get_mut("metadata")? {
        if let Some(annotations) = metadata.get_mut("annotations")? {
            taken = annotations.take(key)?;
            if annotations.is_empty() {
                metadata.take("annotations")?;
            }
        }
        if metadata.is_empty() {
            scope.node.take("metadata")?;
        }
    }
    let Some(mut taken) = taken.filter(|_| !same) else {
        return Ok(());
    };
    if scope.node.get("spec").is_none_or(Node::is_null) {
        scope.node.take("spec")?;
        scope.node.insert("spec", Node::mapping(), At::End)?;
    }
    let Some(spec) = scope.node.get_mut("spec")? else {
        return Ok(());
    };
    match spec.get_mut(field)? {
        Some(there) if value.as_scalar().is_some() => there.set_scalar(&value)?,
        Some(there) => there.replace(value),
        None => {
            // A text says the same in both places, and keeps its quotes.
            if value.as_scalar().is_none() {
                *taken.value_mut() = value;
            }
            spec.insert(field, taken, At::After(after))?;
        }
    }
    Ok(())
}

//! Metrics and behavior of an autoscaling/v1 HorizontalPodAutoscaler, which stand in annotations as JSON.

use crate::yaml::{At, Document, Kind, Node, Value};

use super::super::engine::Stop;
use super::super::outcome::Grade;
use super::Scope;

const METRICS: &str = "autoscaling.alpha.kubernetes.io/metrics";
const BEHAVIOR: &str = "autoscaling.alpha.kubernetes.io/behavior";

pub(super) fn run(scope: &mut Scope) -> Result<(), Stop> {
    // The CPU target is to become a metric behind them.
    unfold(
        scope,
        METRICS,
        "metrics",
        At::Before(&["targetCPUUtilizationPercentage"]),
    )?;
    unfold(scope, BEHAVIOR, "behavior", At::End)
}

/// Writes what an annotation says as a field of the spec.
fn unfold(scope: &mut Scope, annotation: &str, field: &str, at: At) -> Result<(), Stop> {
    let path = ["metadata", "annotations", annotation];
    let Some(value) = scope.node.at(path).filter(|value| !value.is_null()) else {
        return Ok(());
    };
    let read = value.as_str().and_then(read);
    if scope.here.part {
        let text = format!("the annotation is live, and v2 ignores it; write it as spec.{field}");
        scope.manual(&path, text);
        return Ok(());
    }
    let (shape, is_shape): (_, fn(&Node) -> bool) = if field == "metrics" {
        ("list", Node::is_sequence)
    } else {
        ("object", Node::is_mapping)
    };
    let Some(new) = read.filter(is_shape) else {
        let text =
            format!("the annotation is live, and is no JSON {shape}; write it as spec.{field}");
        scope.manual(&path, text);
        return Ok(());
    };
    scope.changed(
        Grade::Safe,
        &path,
        format!("{annotation} -> spec.{field}"),
        "",
    );
    if let Some(metadata) = scope.node.get_mut("metadata")?
        && let Some(annotations) = metadata.get_mut("annotations")?
    {
        annotations.take(annotation)?;
        if annotations.is_empty() {
            metadata.take("annotations")?;
        }
    }
    if !new.is_empty()
        && let Some(spec) = scope.node.get_mut("spec")?
    {
        spec.take(field)?;
        spec.insert(field, new, at)?;
    }
    Ok(())
}

fn read(json: &str) -> Option<Node> {
    let document = Document::parse(json).ok()?;
    fresh(&document.model())
}

/// A value of another document as a new one. Nulls are left out, and keys begin in lower case: those
/// of the behavior have the names that they have in Go. `None` for what is no JSON.
fn fresh(node: &Node) -> Option<Node> {
    match &node.value {
        Value::Scalar(scalar) => Some(match scalar.kind {
            Kind::Str => Node::string(&scalar.text),
            Kind::Int => Node::integer(scalar.text.parse().ok()?),
            Kind::Float => Node::float(&scalar.text),
            Kind::Bool => Node::boolean(scalar.text == "true"),
            Kind::Null => Node::null(),
        }),
        Value::Sequence(items) => {
            let items: Option<Vec<Node>> = items.iter().map(|item| fresh(item.value())).collect();
            Some(Node::sequence(items?))
        }
        Value::Mapping(entries) => {
            let mut mapping = Node::mapping();
            for entry in entries {
                let (key, value) = (entry.key()?, fresh(entry.value())?);
                if !value.is_null() {
                    mapping.insert(&lower_first(key), value, At::End).ok()?;
                }
            }
            Some(mapping)
        }
        Value::Alias { .. } => None,
    }
}

fn lower_first(key: &str) -> String {
    let mut chars = key.chars();
    let first = chars.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(chars).collect()
}

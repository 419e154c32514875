//! Trying converted operations on the object they are for.

use json_patch::{Patch, PatchOperation};
use serde_json::Value as Json;

use crate::manifest::{self, Gvk};
use crate::yaml::{Document, Kind, Location, Node, Value, split};

use super::super::outcome::{Outcome, Reason};
use super::super::text::rewrite;
use super::super::{Form, Options};

/// What patching and then converting gives, and what is to be patched instead.
pub(super) struct Check {
    /// The converted object, and the converted result; `None` where that is not known.
    known: Option<(Json, Json)>,
}

impl Check {
    /// Patches the object, if there is one, and converts it before and after.
    ///
    /// # Errors
    /// Says why the patched object cannot be converted.
    pub(super) fn new(
        root: &Node,
        object: Option<&Json>,
        gvk: &Gvk,
        options: &Options,
    ) -> Result<Check, String> {
        let unknown = Check { known: None };
        let Some(object) = object else {
            return Ok(unknown);
        };
        let mut patched = object.clone();
        // A patch of the same build may have to come first.
        if patch(&mut patched, root).is_err() {
            return Ok(unknown);
        }
        let whole = Options {
            form: Form::Whole,
            ..*options
        };
        let Ok(base) = converted(object, gvk, &whole) else {
            return Ok(unknown);
        };
        Ok(Check {
            known: Some((base, converted(&patched, gvk, &whole)?)),
        })
    }

    /// Whether there is something to compare with.
    pub(super) fn is_real(&self) -> bool {
        self.known.is_some()
    }

    /// Compares what new operations give.
    ///
    /// # Errors
    /// Says what is not the same.
    pub(super) fn holds(&self, new: &Node) -> Result<(), String> {
        let Some((base, wanted)) = &self.known else {
            return Ok(());
        };
        let mut found = base.clone();
        patch(&mut found, new)?;
        if found == *wanted {
            return Ok(());
        }
        Err(
            "its operations and the conversion of the object do not give the same in either order"
                .to_owned(),
        )
    }
}

fn patch(object: &mut Json, operations: &Node) -> Result<(), String> {
    let operations: Vec<PatchOperation> =
        serde_json::from_value(json(operations)).map_err(|error| error.to_string())?;
    json_patch::patch(object, &Patch(operations)).map_err(|error| error.to_string())
}

fn converted(object: &Json, gvk: &Gvk, options: &Options) -> Result<Json, String> {
    let done = rewrite(&object.to_string(), options);
    let outcome = done.objects.first().map(|object| &object.outcome);
    match (outcome, done.text) {
        (Some(Outcome::Converted { applied: true, .. }), Some(text)) => {
            serde_json::from_str(&text).map_err(|error| error.to_string())
        }
        (Some(Outcome::Manual { reasons }), _) => {
            let reasons: Vec<String> = reasons.iter().map(Reason::to_string).collect();
            Err(format!(
                "the patched {} is for a person: {}",
                gvk.kind,
                reasons.join("; ")
            ))
        }
        _ => Err(format!("the patched {} cannot be converted", gvk.kind)),
    }
}

/// The object whose `apiVersion` stands at a place of a file, as JSON.
pub fn object_at(text: &str, place: Location) -> Option<Json> {
    let chunks = split(text);
    let chunk = chunks
        .iter()
        .rev()
        .find(|chunk| chunk.first_line <= place.line)?;
    let document = Document::parse(&text[chunk.range.clone()]).ok()?;
    let root = document.model();
    let line = place.line + 1 - chunk.first_line;
    let objects = manifest::objects(&root);
    let nodes = objects.iter().filter_map(|object| object.node(&root));
    let mut at_line = nodes.filter(|node| {
        let version = node.get("apiVersion").unwrap_or(node);
        document
            .location(version)
            .is_some_and(|found| found.line == line)
    });
    at_line.next().map(json)
}

/// A node as JSON, as Kubernetes' reader of YAML would have it.
fn json(node: &Node) -> Json {
    let node = node.resolved();
    match &node.value {
        Value::Mapping(entries) => {
            let pair =
                |entry: &crate::yaml::Entry| Some((entry.key()?.to_owned(), json(entry.value())));
            Json::Object(entries.iter().filter_map(pair).collect())
        }
        Value::Sequence(items) => items.iter().map(|item| json(item.value())).collect(),
        Value::Alias { .. } => Json::Null,
        Value::Scalar(scalar) => match scalar.kind {
            Kind::Null => Json::Null,
            Kind::Bool => {
                let text = scalar.text.to_ascii_lowercase();
                Json::Bool(matches!(text.as_str(), "true" | "yes" | "on" | "y"))
            }
            Kind::Int | Kind::Float => serde_json::from_str(&scalar.text)
                .unwrap_or_else(|_| Json::String(scalar.text.clone())),
            Kind::Str => Json::String(scalar.text.clone()),
        },
    }
}

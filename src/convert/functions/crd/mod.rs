//! CustomResourceDefinition of apiextensions.k8s.io/v1beta1 -> v1: what steps cannot say.
//!
//! * [`schemas`]: v1 takes only structural schemas, and drops what they do not name;
//! * [`versions`]: v1 knows schema, columns and subresources only per version;
//! * [`review_versions`]: v1 has no default for the versions of a conversion webhook.

mod conversion;
mod int_or_string;
mod junctors;
mod keys;
mod metadata;
mod notes;
mod pattern;
mod pruning;
mod structural;
mod types;
mod versions;

pub(super) use conversion::review_versions;
pub(super) use versions::distribute as versions;

use crate::yaml::{At, Node, Place, Refusal};

use super::super::engine::Stop;
use super::super::outcome::{Grade, Verb};
use super::super::path::{Address, Link};
use super::Scope;
use notes::{Notes, Walk};

/// Keys that stand together at the top of `spec`.
const IDENTITY: [&str; 3] = ["scope", "names", "group"];

/// What a patch cannot say in v1, as it would need the whole list of versions for it.
const PER_VERSION: [&str; 6] = [
    "version",
    "versions",
    "validation",
    "subresources",
    "additionalPrinterColumns",
    "selectableFields",
];

/// What becomes of fields that a schema does not name.
#[derive(Clone, Copy)]
enum Pruning {
    /// They are dropped, as in v1beta1.
    AsBefore,
    /// They are dropped now.
    New,
    /// They are kept.
    Kept,
}

/// Makes every schema structural, writes out that unknown fields are kept, and says that the API server
/// prunes.
///
/// v1 demands a structural schema for every version (`ValidateStructural`) and refuses to create an
/// object with `preserveUnknownFields: true`, which is what v1beta1 means when it says nothing.
pub(super) fn schemas(scope: &mut Scope) -> Result<(), Stop> {
    if scope.here.part {
        part(scope);
        return Ok(());
    }
    if scope.node.at(["spec", "names"]).is_none_or(Node::is_null) {
        let text = "no API server takes a definition without names; a patch is converted with the kustomization that names it";
        scope.manual(&["spec"], text);
        return Ok(());
    }
    let Some(spec) = scope.node.get_mut("spec")? else {
        return Ok(());
    };
    let prunes = spec.get("preserveUnknownFields").is_some_and(is_false);
    let keeps = scope.engine.keeps_defaults();
    let pruning = match (prunes, keeps) {
        (true, _) => Pruning::AsBefore,
        (false, true) => Pruning::Kept,
        (false, false) => Pruning::New,
    };

    let mut notes = Notes::default();
    let shared = has_status(spec)
        || spec
            .get("versions")
            .is_some_and(|v| v.items().iter().any(|v| has_status(v.value())));
    let at = [
        Link::Key("spec".to_owned()),
        Link::Key("validation".to_owned()),
    ];
    if let Some(validation) = present(spec, "validation")? {
        schema(validation, &at, shared, pruning, &mut notes)?;
    }
    if let Some(versions) = present(spec, "versions")?
        && let Some(items) = versions.items_mut()?
    {
        for (index, version) in items.iter_mut().enumerate() {
            let at = ["spec", "versions"].map(|key| Link::Key(key.to_owned()));
            let at = [
                &at[..],
                &[Link::Item(index), Link::Key("schema".to_owned())],
            ]
            .concat();
            let status = has_status(version.value());
            if let Some(holder) = present(version.value_mut(), "schema")? {
                schema(holder, &at, status, pruning, &mut notes)?;
            }
        }
    }
    if !prunes {
        prune(spec, keeps, &mut notes)?;
    }
    notes.report(scope.engine);
    Ok(())
}

/// The schema in the mapping that holds it.
fn schema(
    holder: &mut Node,
    at: &[Link],
    status: bool,
    pruning: Pruning,
    notes: &mut Notes,
) -> Result<(), Stop> {
    let Some(schema) = present(holder, "openAPIV3Schema")? else {
        return Ok(());
    };
    let mut path = Address(at.to_vec());
    path.0.push(Link::Key("openAPIV3Schema".to_owned()));
    let mut walk = Walk { path, notes };
    structural::root(&mut walk, schema, status)?;
    match pruning {
        Pruning::Kept => pruning::mark(&mut walk, schema)?,
        // Nothing at all would be left of any object.
        Pruning::New if schema.get("properties").is_none_or(Node::is_empty) => {
            pruning::mark_here(&mut walk, schema)?
        }
        Pruning::New | Pruning::AsBefore => {}
    }
    Ok(())
}

/// `preserveUnknownFields: false`, also where it was absent: an object in a cluster that holds `true`
/// would keep it.
fn prune(spec: &mut Node, keeps: bool, notes: &mut Notes) -> Result<(), Stop> {
    let why = if keeps {
        "v1 takes nothing else for a new object; what v1beta1 kept is kept by x-kubernetes-preserve-unknown-fields in the \
         schemas; take these markers out where unknown fields should be dropped"
    } else {
        "v1 takes nothing else for a new object; fields that the schemas do not name are dropped, where v1beta1 kept them"
    };
    let text = match present(spec, "preserveUnknownFields")? {
        Some(value) => {
            value.set_scalar(&Node::boolean(false))?;
            "spec.preserveUnknownFields: true -> false"
        }
        None => {
            put(
                spec,
                "preserveUnknownFields",
                Node::boolean(false),
                At::After(&IDENTITY),
            )?;
            "wrote spec.preserveUnknownFields: false"
        }
    };
    notes.change(
        Grade::Review,
        "spec.preserveUnknownFields".to_owned(),
        text,
        Some(why),
    );
    Ok(())
}

/// What a patch says about versions has no place in v1 without the rest of them.
fn part(scope: &mut Scope) {
    let Some(spec) = scope.node.get("spec") else {
        return;
    };
    let mut found: Vec<(&str, &str)> = PER_VERSION
        .into_iter()
        .filter(|key| spec.get(key).is_some())
        .map(|key| (key, "v1 knows it only in `versions`, a list that a patch replaces as a whole; write it into the object"))
        .collect();
    if spec
        .get("preserveUnknownFields")
        .is_some_and(|value| !is_false(value))
    {
        let text = "v1 does not take `true`; the schemas of the object have to say x-kubernetes-preserve-unknown-fields";
        found.push(("preserveUnknownFields", text));
    }
    for (key, text) in found {
        scope.manual(&["spec", key], text);
    }
}

fn is_false(value: &Node) -> bool {
    super::super::values::equals(value, &crate::catalog::rule::Literal::Boolean(false))
}

/// Whether the status subresource is on.
fn has_status(holder: &Node) -> bool {
    holder
        .at(["subresources", "status"])
        .is_some_and(|status| !status.is_null())
}

/// A value that is there and not null, to be changed.
fn present<'a>(node: &'a mut Node, key: &str) -> Result<Option<&'a mut Node>, Refusal> {
    Ok(node.get_mut(key)?.filter(|value| !value.is_null()))
}

/// Writes a key that is missing, or null.
fn put(node: &mut Node, key: &str, value: Node, at: At) -> Result<(), Refusal> {
    let null: Option<Place> = node.take(key)?.map(|taken| taken.place());
    node.insert(key, value, null.map_or(at, At::PlaceOf))?;
    Ok(())
}

impl Notes {
    /// Hands everything over to the report.
    fn report(self, engine: &mut super::super::engine::Engine) {
        for (path, text) in self.refused {
            engine.manual(path, text);
        }
        for change in self.changes {
            engine.change(
                change.grade,
                Verb::Function,
                change.path,
                change.text,
                change.why,
            );
        }
        for (rule, places) in self.ruled {
            let text = places.sentence(rule.text);
            engine.change(
                rule.grade,
                Verb::Function,
                places.first,
                text,
                Some(rule.why),
            );
        }
    }
}

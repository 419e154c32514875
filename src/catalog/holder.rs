//! The kinds that hold other objects, from `conversions/holders.yaml`: whole objects, patches, and
//! references by `apiVersion` and `kind`.

use serde::{Deserialize, Serialize};

use super::error::{CatalogError, CatalogErrors};
use super::rule::Path;

/// Kinds of one API group, and where in them other objects stand. The paths hold for every version of
/// the kinds; one that is not there means nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Empty for the core group.
    pub group: String,
    pub kinds: Vec<String>,
    /// Whole objects, as mappings or as text of any number of documents.
    pub objects: Vec<Path>,
    /// Strategic merge patches, as mappings or as text.
    pub patches: Vec<Path>,
    /// Lists of JSON6902 operations, as sequences or as text.
    pub operations: Vec<Path>,
    /// Mappings with an `apiVersion` and a `kind` that name an object.
    pub references: Vec<Path>,
    /// The objects are data to whoever reads this kind, so they are looked at only when somebody asks.
    pub on_request: bool,
}

impl Holder {
    /// Whether this is about objects of that group and kind.
    pub fn is(&self, group: &str, kind: &str) -> bool {
        self.group == group && self.kinds.iter().any(|own| own == kind)
    }
}

/// One entry as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    group: String,
    kinds: Vec<String>,
    #[serde(default)]
    objects: Vec<String>,
    #[serde(default)]
    patches: Vec<String>,
    #[serde(default)]
    operations: Vec<String>,
    #[serde(default)]
    references: Vec<String>,
    #[serde(default, rename = "onRequest")]
    on_request: bool,
}

/// Reads `holders.yaml`.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse(name: &str, text: &str) -> Result<Vec<Holder>, CatalogErrors> {
    let written: Vec<Written> = serde_yaml::from_str(text)
        .map_err(|error| CatalogError::whole(name, error.to_string(), ""))?;
    let mut errors = Vec::new();
    let mut holders: Vec<Holder> = Vec::new();
    for (i, entry) in written.into_iter().enumerate() {
        let twice = entry.kinds.iter().find(|kind| {
            holders
                .iter()
                .any(|other| other.is(&entry.group, kind) && other.on_request == entry.on_request)
        });
        if let Some(kind) = twice {
            let reason = format!("{kind} of `{}` is described before", entry.group);
            errors.push(CatalogError::at(
                name,
                format!("[{i}].kinds"),
                reason,
                "keep one",
            ));
        }
        let mut paths = |key: &str, texts: &[String]| {
            let path = |(j, text): (usize, &String)| {
                let path = text.parse::<Path>().map_err(|error| error.to_string());
                let path = path.and_then(|path| match path.grows_list() {
                    true => Err("a place that is not there yet holds nothing".to_owned()),
                    false => Ok(path),
                });
                let place = || format!("[{i}].{key}[{j}]");
                path.map_err(|reason| errors.push(CatalogError::at(name, place(), reason, "")))
                    .ok()
            };
            texts.iter().enumerate().filter_map(path).collect()
        };
        holders.push(Holder {
            objects: paths("objects", &entry.objects),
            patches: paths("patches", &entry.patches),
            operations: paths("operations", &entry.operations),
            references: paths("references", &entry.references),
            group: entry.group,
            kinds: entry.kinds,
            on_request: entry.on_request,
        });
    }
    if errors.is_empty() {
        Ok(holders)
    } else {
        Err(CatalogErrors(errors))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::rule::Segment;

    #[test]
    fn reads_paths_and_says_what_is_wrong() {
        let text = "
- {group: a.io, kinds: [One, Two], patches: ['patches[].patch'], references: [spec.ref]}
- {group: '', kinds: [ConfigMap], objects: ['data.*'], onRequest: true}
";
        let holders = parse("holders.yaml", text).unwrap();
        assert!(holders[0].is("a.io", "Two") && !holders[0].is("", "Two"));
        assert_eq!(holders[0].patches[0].0.len(), 3);
        assert_eq!(holders[1].objects[0].0[1], Segment::EachKey);
        assert!(holders[1].on_request);

        let wrong = |text: &str| parse("holders.yaml", text).unwrap_err().to_string();
        let error = wrong("- {group: a.io, kinds: [One], objects: ['a..b']}");
        assert!(
            error.starts_with("holders.yaml: [0].objects[0]: "),
            "{error}"
        );
        let error = wrong("- {group: a.io, kinds: [One], objects: ['a[first]']}");
        assert!(error.contains("not there yet"), "{error}");
        let error = wrong("- {group: a, kinds: [One]}\n- {group: a, kinds: [One]}");
        assert!(error.contains("described before"), "{error}");
        assert!(wrong("- {group: a, kinds: [One], object: []}").contains("unknown field"));
    }
}

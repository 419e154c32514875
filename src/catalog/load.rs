//! The catalogue as a whole: the one built into the binary, and a user's own files.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use super::check;
use super::component::Component;
use super::error::{CatalogError, CatalogErrors};
use super::format::File;
use super::graph::{Index, Served};
use super::literals::Literals;
use super::names::Names;
use super::rule::{Action, Compiled, Place, Resource, Rule};
use super::source::{Source, compile_all};

/// All resources, rules and components, with a quick way to each.
#[derive(Clone, Debug)]
pub struct Catalog {
    components: Vec<Component>,
    compiled: Compiled,
    index: Index,
    old_names: Names,
    literals: Literals,
}

/// What the build script made of `conversions/`.
static BUILTIN: LazyLock<Catalog> = LazyLock::new(|| {
    let blob = include_bytes!(concat!(env!("OUT_DIR"), "/catalog.bin"));
    let (components, compiled) =
        postcard::from_bytes(blob).expect("the build wrote these very types");
    Catalog::new(components, compiled)
});

impl Catalog {
    fn new(components: Vec<Component>, compiled: Compiled) -> Catalog {
        Catalog {
            components,
            index: Index::new(&compiled.resources),
            old_names: old_names(&compiled.resources),
            literals: Literals::new(&compiled.rules),
            compiled,
        }
    }

    /// The catalogue of this build.
    pub fn builtin() -> &'static Catalog {
        &BUILTIN
    }

    /// A catalogue of these files alone. `functions` are the names that steps may call; `None` leaves
    /// that unchecked.
    ///
    /// # Errors
    /// Everything that is wrong with the files.
    pub fn compile(
        components: Vec<Component>,
        files: &[File],
        functions: Option<&[&str]>,
    ) -> Result<Catalog, CatalogErrors> {
        let source = Source {
            components,
            files: files.to_vec(),
            ..Source::default()
        };
        Catalog::of(source, functions)
    }

    /// A catalogue of a folder alone; as [`Catalog::compile`].
    ///
    /// # Errors
    /// Everything that is wrong with its files.
    pub fn of(source: Source, functions: Option<&[&str]>) -> Result<Catalog, CatalogErrors> {
        let compiled = compile_all(&source, Compiled::default(), &source.components, functions)?;
        Ok(Catalog::new(source.components, compiled))
    }

    /// This catalogue and further files. `functions` are the names that steps may call.
    ///
    /// # Errors
    /// Everything that is wrong with the files, also where they describe again what is there already.
    pub fn with_files(&self, files: &[File], functions: &[&str]) -> Result<Catalog, CatalogErrors> {
        self.with_source(
            &Source {
                files: files.to_vec(),
                ..Source::default()
            },
            functions,
        )
    }

    /// This catalogue and the files of a folder, which may hold a `components.yaml` of its own.
    ///
    /// # Errors
    /// As [`Catalog::with_files`], and files that cannot be read.
    pub fn with_folder(&self, folder: &Path, functions: &[&str]) -> Result<Catalog, CatalogErrors> {
        self.with_source(&Source::read(folder)?, functions)
    }

    fn with_source(&self, source: &Source, functions: &[&str]) -> Result<Catalog, CatalogErrors> {
        let mut components = self.components.clone();
        for component in &source.components {
            if let Some(name) = component
                .names()
                .find(|name| self.component(name).is_some())
            {
                let reason = format!("there is a component `{name}` already");
                return Err(
                    CatalogError::whole("components.yaml", reason, "give it another name").into(),
                );
            }
            components.push(component.clone());
        }
        let functions = Some(functions);
        let compiled = compile_all(source, self.compiled.clone(), &components, functions)?;
        Ok(Catalog::new(components, compiled))
    }

    /// The description of an apiVersion and kind; `None` where the catalogue has none.
    pub fn resource(&self, api_version: &str, kind: &str) -> Option<&Resource> {
        self.served(api_version, kind).map(|served| served.resource)
    }

    /// The version of a kind: a node of the graph of conversions.
    pub fn served(&self, api_version: &str, kind: &str) -> Option<Served<'_>> {
        self.index.find(&self.compiled.resources, api_version, kind)
    }

    /// Everything the catalogue describes, in the order of the files.
    pub fn resources(&self) -> &[Resource] {
        &self.compiled.resources
    }

    /// The rules without a kind, in the order of the files.
    pub fn rules(&self) -> &[Rule] {
        &self.compiled.rules
    }

    /// The places that rules name.
    pub fn places(&self) -> &[Place] {
        &self.compiled.places
    }

    /// The texts without one of which no rule applies.
    pub fn literals(&self) -> &Literals {
        &self.literals
    }

    /// The graph of conversions; its methods take [`Catalog::resources`].
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The component of that id or alias; case does not count.
    pub fn component(&self, name: &str) -> Option<&Component> {
        self.components.iter().find(|c| c.is_named(name))
    }

    /// All components, in the order of `components.yaml`.
    pub fn components(&self) -> &[Component] {
        &self.components
    }

    /// The apiVersions of which a text must hold one, if anything in it is to be reported or converted:
    /// those that something replaces, and those that are deprecated or removed at some time.
    pub fn old_names(&self) -> &Names {
        &self.old_names
    }

    /// The functions that steps call, each with the file that does. Sorted.
    pub fn functions(&self) -> BTreeSet<(&str, &str)> {
        let conversions = self.compiled.resources.iter().flat_map(|resource| {
            let conversions = resource.conversions.iter();
            conversions.map(|c| (c.steps.as_slice(), &*resource.file))
        });
        let rules = self.compiled.rules.iter();
        let mut functions = BTreeSet::new();
        for (steps, file) in conversions.chain(rules.map(|r| (r.steps.as_slice(), &*r.file))) {
            check::steps(steps, "", &mut |step, _| {
                if let Action::Function(name) = &step.action {
                    functions.insert((name.as_str(), file));
                }
            });
        }
        functions
    }
}

fn old_names(resources: &[Resource]) -> Names {
    let old = resources.iter().flat_map(|resource| {
        let replaced = resource.conversions.iter().flat_map(|c| &c.from);
        let versions = resource.versions.iter();
        let ending = versions.filter(|v| v.deprecated.is_some() || v.removed.is_some());
        replaced.chain(ending.map(|v| &v.api_version))
    });
    Names::new(old)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::component;

    fn file(name: &str, text: &str) -> File {
        File::parse(name, text).unwrap()
    }

    fn kubernetes() -> Vec<Component> {
        let text =
            "[{id: kubernetes, aliases: [k8s], title: K, docs: 'https://k8s.io', compare: minor,
            oldest: '1.0', newest: '1.37', released: 2026-08-26}]";
        component::parse("components.yaml", text).unwrap()
    }

    const INGRESS: &str = r#"
component: kubernetes
kind: Ingress
docs: https://k8s.io/
versions:
  a/v1beta1: {introduced: "1.1", deprecated: "1.14", removed: "1.22"}
  a/v1beta2: {introduced: "1.1"}
  a/v1: {introduced: "1.19"}
conversions:
  - from: [a/v1beta1, a/v1beta2]
    to: a/v1
    steps:
      - {in: spec, steps: [{function: second}]}
      - function: first
"#;

    #[test]
    fn the_built_in_catalogue_knows_its_components() {
        let catalog = Catalog::builtin();
        assert_eq!(
            catalog.component("K8s").map(|c| c.id.as_str()),
            Some("kubernetes")
        );
        assert!(catalog.component("flux").is_some());
        assert!(catalog.resource("v1", "Nothing").is_none());
    }

    #[test]
    fn the_built_in_catalogue_is_what_the_files_say() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("conversions");
        let source = Source::read(&folder).unwrap();
        let catalog = Catalog::compile(source.components, &source.files, None).unwrap();
        let files = |catalog: &Catalog| {
            catalog
                .resources()
                .iter()
                .map(|r| r.file.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(files(&catalog), files(Catalog::builtin()));
        for (now, built) in catalog
            .resources()
            .iter()
            .zip(Catalog::builtin().resources())
        {
            // Not `assert_eq`: two whole resources would hide the name of the file.
            assert!(now == built, "{}", now.file);
        }
        assert_eq!(catalog.components(), Catalog::builtin().components());
    }

    #[test]
    fn finds_resources_old_names_and_functions() {
        let catalog =
            Catalog::compile(kubernetes(), &[file("ingress.yaml", INGRESS)], None).unwrap();
        assert_eq!(
            catalog.resource("a/v1", "Ingress").map(|r| &*r.file),
            Some("ingress.yaml")
        );
        assert!(catalog.resource("a/v2", "Ingress").is_none());
        assert!(catalog.resource("a/v1", "IngressClass").is_none());
        assert_eq!(
            catalog.old_names().iter().collect::<Vec<_>>(),
            ["a/v1beta1", "a/v1beta2"]
        );
        let functions: Vec<_> = catalog.functions().into_iter().collect();
        assert_eq!(
            functions,
            [("first", "ingress.yaml"), ("second", "ingress.yaml")]
        );
    }

    #[test]
    fn takes_further_files() {
        let catalog =
            Catalog::compile(kubernetes(), &[file("ingress.yaml", INGRESS)], None).unwrap();
        let own = file(
            "own.yaml",
            "{component: kubernetes, kind: Own, docs: 'https://x.io', versions: {x/v1: {removed: 1.2}},
              conversions: [{from: x/v1, to: a/v1beta1, kind: Ingress}]}",
        );
        let functions = ["first", "second"];
        let more = catalog
            .with_files(std::slice::from_ref(&own), &functions)
            .unwrap();
        assert!(
            more.resource("x/v1", "Own").is_some() && catalog.resource("x/v1", "Own").is_none()
        );

        let error = more.with_files(&[own], &functions).unwrap_err().to_string();
        assert!(error.contains("describes it too"), "{error}");
        let error = catalog.with_files(&[], &["first"]).unwrap_err().to_string();
        assert!(error.contains("no function `second`"), "{error}");
    }

    #[test]
    fn takes_a_folder_with_components() {
        let catalog = Catalog::compile(kubernetes(), &[], None).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let write =
            |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write(
            "own.yaml",
            "{component: own, kind: Own, docs: 'https://x.io', versions: {x/v1: {}}}",
        );
        let error = catalog
            .with_folder(folder.path(), &[])
            .unwrap_err()
            .to_string();
        assert!(error.contains("`own` is not a component"), "{error}");
        let components = "[{id: own, title: O, docs: 'https://x.io', compare: patch, oldest: '1.0',
            newest: '1.1', released: 2026-08-26}]";
        write("components.yaml", components);
        let more = catalog.with_folder(folder.path(), &[]).unwrap();
        assert_eq!(more.components().len(), 2);
        write("components.yaml", &components.replace("id: own", "id: k8s"));
        let error = catalog
            .with_folder(folder.path(), &[])
            .unwrap_err()
            .to_string();
        assert!(error.contains("a component `k8s` already"), "{error}");
    }
}

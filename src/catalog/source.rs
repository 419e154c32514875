//! Reading a folder of catalogue files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::check::check;
use super::compile::{compile, compile_places, compile_rule};
use super::component::{self, Component};
use super::error::{CatalogError, CatalogErrors};
use super::format::{File, PlacesFile, RuleFile};
use super::rule::Compiled;

/// The file of a folder that describes components instead of a resource.
const COMPONENTS: &str = "components.yaml";

/// The file of a folder that says where rules without a kind work.
const PLACES: &str = "places.yaml";

/// The files of a folder as they are written.
#[derive(Clone, Debug, Default)]
pub struct Source {
    pub components: Vec<Component>,
    pub places: PlacesFile,
    /// Those that describe a kind, in the order of their names.
    pub files: Vec<File>,
    /// Those that hold a rule, in the order of their names.
    pub rules: Vec<RuleFile>,
}

impl Source {
    /// Reads all `.yaml` and `.yml` files of a folder and the folders in it, except hidden ones.
    ///
    /// # Errors
    /// Files and folders that cannot be read, and everything that is wrong with the form of a file.
    pub fn read(folder: &Path) -> Result<Source, CatalogErrors> {
        let mut errors = Vec::new();
        let mut source = Source::default();
        let mut paths = Vec::new();
        list(folder, "", &mut paths, &mut errors);
        paths.sort();
        for (name, path) in paths {
            let text = match fs::read_to_string(&path) {
                Ok(text) => text,
                Err(error) => {
                    errors.push(unreadable(&name, &error));
                    continue;
                }
            };
            if name == COMPONENTS {
                match component::parse(&name, &text) {
                    Ok(components) => source.components = components,
                    Err(found) => errors.extend(found.0),
                }
            } else if name == PLACES {
                match PlacesFile::parse(&name, &text) {
                    Ok(places) => source.places = places,
                    Err(error) => errors.push(error),
                }
            } else if RuleFile::is_one(&text) {
                match RuleFile::parse(&name, &text) {
                    Ok(rule) => source.rules.push(rule),
                    Err(error) => errors.push(error),
                }
            } else {
                match File::parse(&name, &text) {
                    Ok(file) => source.files.push(file),
                    Err(error) => errors.push(error),
                }
            }
        }
        if errors.is_empty() {
            Ok(source)
        } else {
            Err(CatalogErrors(errors))
        }
    }
}

/// Compiles files and checks them together with what is there already.
///
/// # Errors
/// Everything that is wrong with them.
pub fn compile_all(
    source: &Source,
    mut compiled: Compiled,
    components: &[Component],
    functions: Option<&[&str]>,
) -> Result<Compiled, CatalogErrors> {
    let mut errors = Vec::new();
    for file in &source.files {
        match compile(file, components) {
            Ok(resource) => compiled.resources.push(resource),
            Err(found) => errors.extend(found),
        }
    }
    match compile_places(&source.places, compiled.places) {
        Ok(places) => compiled.places = places,
        Err(found) => return Err(CatalogErrors(found)),
    }
    for file in &source.rules {
        match compile_rule(file, components, &compiled.places) {
            Ok(rule) => compiled.rules.push(rule),
            Err(found) => errors.extend(found),
        }
    }
    // What is checked across files would find the same faults again in files that do not compile.
    if errors.is_empty() {
        errors = check(&compiled, components, functions);
    }
    if errors.is_empty() {
        Ok(compiled)
    } else {
        Err(CatalogErrors(errors))
    }
}

/// Collects the names, with `/`, and the paths of the YAML files below a folder.
fn list(
    folder: &Path,
    prefix: &str,
    paths: &mut Vec<(String, PathBuf)>,
    errors: &mut Vec<CatalogError>,
) {
    let entries = match fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
        Ok(entries) => entries,
        Err(error) => {
            let shown = folder.display().to_string();
            errors.push(unreadable(
                if prefix.is_empty() { &shown } else { prefix },
                &error,
            ));
            return;
        }
    };
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path();
        if name.starts_with('.') {
            continue;
        }
        // The type of the entry itself: a link to a folder could lead in circles.
        if entry.file_type().is_ok_and(|t| t.is_dir()) {
            list(&path, &format!("{prefix}{name}/"), paths, errors);
        } else if matches!(
            path.extension().and_then(|e| e.to_str()),
            Some("yaml" | "yml")
        ) {
            paths.push((format!("{prefix}{name}"), path));
        }
    }
}

fn unreadable(name: &str, error: &io::Error) -> CatalogError {
    CatalogError::whole(
        name,
        format!("cannot be read: {error}"),
        "check the path and its permissions",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let file = |kind: &str| {
            format!(
                "{{component: k, kind: {kind}, docs: 'https://k8s.io', versions: {{a/v1: {{}}}}}}"
            )
        };
        write("b/two.yaml", &file("Two"));
        write("a/one.yml", &file("One"));
        write("notes.txt", "not YAML: [");
        write(".hidden/x.yaml", "[");
        write(
            "components.yaml",
            "[{id: k, title: K, docs: 'https://k8s.io', compare: minor, oldest: '1.0', newest: '1.1', released: 2026-01-01}]",
        );
        write("places.yaml", "pod: [{kind: Pod, path: .}]");
        write(
            "rules/old.yaml",
            "component: k\nrule: old\ntitle: T\ndocs: https://k8s.io\ncontains: x\nplaces: [pod]\nsteps: [{remove: x}]\n",
        );
        let source = Source::read(folder.path()).unwrap();
        let names: Vec<_> = source.files.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["a/one.yml", "b/two.yaml"]);
        assert_eq!(source.components[0].id, "k");
        let compiled = compile_all(&source, Compiled::default(), &source.components, None);
        let compiled = compiled.unwrap();
        assert_eq!((compiled.resources.len(), compiled.rules.len()), (2, 1));
        let again = compile_all(&source, compiled, &source.components, None).unwrap_err();
        assert!(again.to_string().contains("describes it too"), "{again}");

        write("c.yaml", "component: [");
        write("d.yaml", "x: 1");
        let error = Source::read(folder.path()).unwrap_err();
        assert_eq!(error.0.len(), 2, "{error}");
    }

    #[test]
    fn a_missing_folder_is_an_error() {
        let error = Source::read(Path::new("no/such/folder"))
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("no/such/folder: cannot be read: "),
            "{error}"
        );
    }
}

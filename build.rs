//! Compiles the files of `conversions/` into the binary, and fails where they are wrong.
//!
//! The code that reads and checks them is the crate's own, included here by path.

use std::path::Path;
use std::{env, fs};

#[path = "src/catalog"]
#[allow(dead_code)]
mod catalog {
    mod check;
    mod compile;
    mod component;
    pub mod error;
    mod format;
    mod graph;
    mod literal;
    mod ordered;
    mod path;
    pub mod rule;
    pub mod source;
    mod version;
}

use catalog::error::{CatalogError, CatalogErrors};
use catalog::rule::Compiled;
use catalog::source::{Source, compile_all};

fn main() {
    println!("cargo::rerun-if-changed=conversions");
    if let Err(CatalogErrors(errors)) = build() {
        // Cargo shows these and stops; with an exit code of our own it would repeat all of them.
        for error in errors {
            let line = error.to_string().replace('\n', " ");
            println!("cargo::error=conversions/{line}");
        }
    }
}

fn build() -> Result<(), CatalogErrors> {
    let source = Source::read(Path::new("conversions"))?;
    // The functions are part of the crate that is not built yet; a test checks their names.
    let compiled = compile_all(&source, Compiled::default(), &source.components, None)?;
    let failed = |reason: String| CatalogErrors::from(CatalogError::whole("", reason, ""));
    let blob = postcard::to_allocvec(&(&source.components, &compiled))
        .map_err(|e| failed(e.to_string()))?;
    let folder = env::var_os("OUT_DIR").ok_or_else(|| failed("cargo sets no OUT_DIR".into()))?;
    fs::write(Path::new(&folder).join("catalog.bin"), blob).map_err(|e| failed(e.to_string()))
}

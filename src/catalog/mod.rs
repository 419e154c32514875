//! The catalogue: which component serves which version of a kind, and how one version becomes the next.
//!
//! It is data, one YAML file per resource below `conversions/`. The build script reads the files
//! ([`mod@format`]), compiles them ([`rule`]), checks them together and stores the result in the binary;
//! [`Catalog::builtin`] is that. [`Catalog::with_folder`] adds a user's own files at run time.
//!
//! Most files describe a kind and its conversions; some hold a rule without a kind (a label, an
//! annotation, an image), and `places.yaml` says where such things stand in all kinds.
//!
//! [`Window`] holds the versions that have to serve a manifest, [`Catalog::judge`] says what is to be
//! done with an object. Running the steps of a way is not done here.

mod check;
mod compile;
pub mod component;
pub mod error;
pub mod format;
pub mod graph;
mod literal;
pub mod literals;
pub mod load;
pub mod names;
mod ordered;
pub mod path;
pub mod places;
pub mod rule;
pub mod source;
pub mod target;
pub mod timing;
pub mod version;
pub mod way;

pub use component::Component;
pub use error::{CatalogError, CatalogErrors};
pub use load::Catalog;
pub use target::{Range, TargetError, Window};
pub use timing::Timing;
pub use version::Version;
pub use way::{Judgement, Next, Policy, Status, Way};

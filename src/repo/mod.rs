//! Files: which to read, what they are, and writing them back whole.
//!
//! ```no_run
//! use refit::catalog::{Catalog, Policy, Window};
//! use refit::convert::{Answers, Defaults, Form, Options};
//! use refit::repo::{Run, Want, walk};
//!
//! let catalog = Catalog::builtin();
//! let options = Options {
//!     catalog,
//!     window: &Window::parse(catalog, &["1.33"], &[])?,
//!     policy: Policy::Deprecated,
//!     defaults: Defaults::Keep,
//!     safe_only: false,
//!     answers: &Answers::new(),
//!     form: Form::Whole,
//!     embedded: false,
//! };
//! let found = walk(&["clusters".into()])?;
//! let done = Run::new(options, false).over(&found, Want::Diffs);
//! print!("{}", done.diffs.concat());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod ignores;
mod kustomize;
mod prefilter;
mod read;
pub mod run;
mod trees;
pub mod walk;
pub mod watch;
pub mod write;

pub use run::{Done, Run, Stopped, Want};
pub use walk::{Found, PathError, Source, walk};
pub use watch::{Phase, Watch};

//! The Kubernetes objects in a document: what they are, what they are called, where they stand.

mod gvk;
mod objects;
#[cfg(test)]
pub(crate) mod testing;

pub use gvk::Gvk;
pub(crate) use gvk::group;
pub use objects::{ObjectRef, Role, is_encrypted, objects, root_as};

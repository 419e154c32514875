//! refit moves Kubernetes manifests to API versions that a newer cluster still serves: the
//! `apiVersion` and the fields that changed shape, in the text itself, every other byte as it was.

pub mod catalog;
pub mod manifest;
pub mod yaml;

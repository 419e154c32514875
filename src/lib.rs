//! refit moves Kubernetes manifests to API versions that a newer cluster still serves: the
//! `apiVersion` and the fields that changed shape, in the text itself, every other byte as it was.
//!
//! Data flows one way through the rooms, and no room knows the ones above it:
//!
//! * [`yaml`]: a document that can be edited in place
//! * [`manifest`]: the Kubernetes objects in a document
//! * [`catalog`]: which versions there are, and how one becomes the next
//! * [`convert`]: runs the steps of a conversion on the objects of a text
//! * [`report`]: what was found, as text, JSON or a diff
//! * [`repo`]: files and folders, read and written
//! * [`cli`]: the command
//!
//! [`convert::rewrite`] is the way in for a program that has a text.

pub mod catalog;
pub mod cli;
pub mod convert;
pub mod manifest;
pub mod repo;
pub mod report;
pub mod yaml;

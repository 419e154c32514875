//! A YAML document that can be edited in place.
//!
//! Text is [`split`] into documents; each is parsed into a tree of byte spans ([`Document`]), read
//! as a [model](Node) that is changed by a handful of operations, and written back: every byte that
//! the change does not concern stays as it was. The result is parsed again before it is handed out.
//!
//! This room knows no Kubernetes.

mod aliases;
mod document;
mod error;
mod events;
mod lines;
mod model;
mod parse;
mod read;
mod region;
mod scalar;
mod split;
mod style;
mod tree;
mod verify;
mod words;
mod write;

pub use document::{Document, DroppedComment, Edit, Location, Rewritten};
pub use error::{ParseError, Refusal, WriteError};
pub use model::{At, Entry, Item, Key, Node, Origin, Place, Scalar, Taken, Value};
pub use scalar::Kind;
pub use split::{Chunk, split};
pub use tree::{EntryId, ItemId, NodeId};

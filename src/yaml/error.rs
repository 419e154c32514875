//! What can go wrong between text and model.

use thiserror::Error;

/// The text is not YAML, or more of it than refit takes on. Line and column count from 1, in the
/// text that was given; the column counts characters.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{line}:{column}: {message}")]
pub struct ParseError {
    pub line: usize,
    pub column: usize,
    pub message: String,
}

/// An edit that refit does not make because it could not keep the rest of the text as it is.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Refusal {
    #[error("the change would be made behind the alias *{name}, which other places share")]
    BelowAlias { name: String },
    #[error("`{key}` is supplied by a merge key (<<)")]
    MergeKey { key: String },
    #[error("`{key}` stands there more than once, or already")]
    DuplicateKey { key: String },
    #[error("there is no mapping to hold `{key}`")]
    NotAMapping { key: String },
    #[error(
        "the anchor &{name} is used elsewhere in the document; the change would alter or lose it"
    )]
    SharedAnchor { name: String },
    #[error("comments inside the moved block have no place in a flow collection")]
    CommentsInFlow,
    #[error("tabs in the indentation")]
    Tabs,
    #[error("aliases make the value larger than {limit} nodes")]
    TooLarge { limit: usize },
    #[error(
        "the file ends inside a block scalar without a line break, and nothing can follow it safely"
    )]
    UnfinishedLine,
    #[error("a key that is no simple scalar stands in the way")]
    ComplexKey,
    #[error(
        "a mapping or sequence stands in a flow sequence as `[key: [...]]`; put braces around it"
    )]
    FlowPair,
}

/// Why a changed model was not turned into text.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum WriteError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The text that was written does not say what the model says: a defect of refit. The text is
    /// thrown away.
    #[error(
        "the result would not say what was meant ({0}); this is a defect of refit, please report it"
    )]
    Unverified(String),
}

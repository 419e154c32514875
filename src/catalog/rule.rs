//! What a file of `conversions/` says, checked and ready to run.
//!
//! These types are built by the build script from the YAML files, stored in the binary, and read
//! back at start-up; a user's own files are read into the same types at run time.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::version::Version;

/// All that the files say, but the components.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Compiled {
    pub resources: Vec<Resource>,
    pub places: Vec<Place>,
    pub rules: Vec<Rule>,
}

/// One file of the catalogue: a kind (or several that share everything), its versions and the
/// conversions between them. What every report of an object repeats is shared with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resource {
    /// The file below `conversions/`.
    pub file: Arc<str>,
    /// The component that serves it: an id of `components.yaml`.
    pub component: Arc<str>,
    pub kinds: Vec<String>,
    /// The URL of the page that says so.
    pub docs: Arc<str>,
    /// Oldest first.
    pub versions: Vec<ServedVersion>,
    pub conversions: Vec<Conversion>,
}

/// The life of one version of a resource, in versions of its component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServedVersion {
    pub api_version: String,
    /// The first release that serves it; `None` where it has been there as long as the catalogue knows.
    pub introduced: Option<Version>,
    pub deprecated: Option<Version>,
    /// The first release that no longer serves it.
    pub removed: Option<Version>,
    /// Not served unless somebody switches it on.
    pub off_by_default: bool,
    /// What a person can do where nothing replaces it.
    pub advice: Option<String>,
}

/// The way from some versions to another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conversion {
    pub from: Vec<String>,
    pub to: String,
    /// The new kind, where it changes too.
    pub kind: Option<String>,
    pub steps: Vec<Step>,
}

/// A rule without a kind: what to do with a label, an annotation, a field, an image, wherever one
/// stands. One file of the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// The file below `conversions/`.
    pub file: Arc<str>,
    /// Its stable name, `seccomp-annotations`.
    pub code: Arc<str>,
    pub title: Arc<str>,
    pub component: Arc<str>,
    /// The URL of the page that says so.
    pub docs: Arc<str>,
    pub life: Life,
    /// Texts without one of which there is nothing to do.
    pub contains: Vec<String>,
    /// Where its steps run.
    pub sites: Vec<Site>,
    pub steps: Vec<Step>,
}

/// The life of what a rule replaces, in versions of its component.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Life {
    pub deprecated: Option<Version>,
    /// The first release that takes no notice of it, or refuses it.
    pub removed: Option<Version>,
    /// The first release in which the replacement works; `None` where it works in all.
    pub from: Option<Version>,
    /// The release in which the same manifest begins to mean something else, or to be refused. Such a
    /// rule speaks only where a window crosses that release.
    pub changed: Option<Version>,
}

/// A name for the places where one thing stands in objects of many kinds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    pub name: String,
    pub sites: Vec<Site>,
}

/// Paths below the objects of some kinds, or below another place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Site {
    pub below: Below,
    pub paths: Vec<Path>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Below {
    Kinds(Vec<KindName>),
    /// The position of a place that stands before this one.
    Place(usize),
}

/// A kind of a group, in all its versions or in one; no group is any kind at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KindName {
    Any,
    Of {
        group: String,
        version: Option<String>,
        kind: String,
    },
}

/// One step of a conversion. Steps run in order, each on what the former left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub action: Action,
    /// All must hold.
    pub when: Vec<Condition>,
    /// Only when the object came from one of these apiVersions; empty: from any.
    pub from: Vec<String>,
    /// The reason, for the report.
    pub why: Option<String>,
    /// Keys beside which a new key goes, first one present wins.
    pub before: Vec<String>,
    pub after: Vec<String>,
}

/// The ten verbs (`manual`, `review` and `ask` are one: the grade).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Action {
    Move {
        from: Path,
        to: Destination,
        convert: Option<As>,
        with: Vec<(Path, Literal)>,
    },
    /// `pin`: the copy writes out an old default, so `--defaults new` leaves it away.
    Copy {
        from: Path,
        to: Destination,
        convert: Option<As>,
        with: Vec<(Path, Literal)>,
        pin: bool,
    },
    /// Write where absent: the new version needs it.
    Add(Vec<(Path, Literal)>),
    /// Write where absent: an old default that differs from the new one.
    Pin(Vec<(Path, Literal)>),
    /// Write, whatever stood there.
    Set(Vec<(Path, Literal)>),
    /// Exchange scalar values, and the keys of mappings.
    Map {
        path: Path,
        values: Vec<(Literal, Literal)>,
    },
    Remove(Path),
    In {
        paths: Vec<Path>,
        steps: Vec<Step>,
    },
    Manual(String),
    Review(String),
    Ask {
        id: String,
        question: String,
        answers: Vec<(String, Vec<Step>)>,
        default: Option<String>,
    },
    Function(String),
}

/// Where a value goes: one path, or one by its type or its text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Destination {
    One(Path),
    /// Keyed by a type (`integer`, `string`, ...) or else by a value.
    ByType(Vec<(Type, Path)>),
    ByValue(Vec<(Literal, Path)>),
}

/// How a value is written at its new place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum As {
    /// The YAML text of the value, as a literal block scalar.
    Text,
    String,
    Integer,
    /// A number of seconds as a duration string: `30` -> `30s`.
    Seconds,
    /// A list of this one value.
    List,
    /// A list of the texts between the commas of this one.
    Items,
    /// What the text says as YAML, which JSON is too: the reverse of `Text`.
    Value,
}

/// The types a value can have, as JSON Schema names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Type {
    Null,
    Boolean,
    Integer,
    Number,
    String,
    Array,
    Object,
}

/// `path: test` or `path: [test, test]` (any of them).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// Relative to the scope; empty for the scope itself (written `.`).
    pub path: Path,
    pub any: Vec<Test>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Test {
    /// Missing or null.
    Absent,
    /// Neither missing nor null.
    Present,
    /// Present, but `""`, `[]`, `{}` or a mapping of nothing but blank values.
    Blank,
    /// Absent or blank.
    Empty,
    Type(Type),
    Is(Literal),
    In(Vec<Literal>),
    /// A regular expression that some part of a scalar's text matches.
    Matches(String),
    Not(Box<Test>),
}

/// A path below an object or a scope.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Path(pub Vec<Segment>);

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Segment {
    Key(String),
    /// `[]`
    EachItem,
    /// `*`
    EachKey,
    /// `[first]`: a new first item of a list.
    First,
    /// `[last]`: a new last item of a list.
    Last,
}

/// A value written in the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Literal {
    Null,
    Boolean(bool),
    Integer(i64),
    /// As text: equal texts are equal numbers here.
    Number(String),
    String(String),
    List(Vec<Literal>),
    Map(Vec<(String, Literal)>),
}

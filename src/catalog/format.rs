//! The files of `conversions/` as they are written.
//!
//! [`File::parse`] reads the YAML and refuses unknown keys; everything that needs more than one key
//! at a time is checked when the file is compiled. `examples` stay in this form: the tests read them
//! from the files, the binary does not carry them.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::error::CatalogError;
use super::ordered::entries;
use super::rule::{Literal, Test, Type};

pub use super::ordered::{Any, Ordered, Texts};

/// One file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The path below `conversions/`.
    #[serde(skip)]
    pub name: String,
    pub component: String,
    pub kind: Texts,
    pub docs: String,
    /// By apiVersion, oldest first.
    pub versions: Ordered<String, ServedVersion>,
    #[serde(default)]
    pub conversions: Vec<Conversion>,
    #[serde(default)]
    pub examples: Vec<Example>,
}

/// One file with a rule instead of a kind: it has the key `rule`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// The path below `conversions/`.
    #[serde(skip)]
    pub name: String,
    pub component: String,
    /// The code, in kebab case.
    pub rule: String,
    pub title: String,
    pub docs: String,
    #[serde(default)]
    pub versions: Life,
    pub contains: Texts,
    pub places: Vec<Site>,
    pub steps: Vec<Step>,
    #[serde(default)]
    pub examples: Vec<Example>,
}

/// The life of what a rule replaces.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Life {
    pub deprecated: Option<String>,
    pub removed: Option<String>,
    /// Where the replacement works from.
    pub from: Option<String>,
    /// Where the same manifest begins to behave in another way.
    pub changed: Option<String>,
    /// Where the dates come from.
    pub source: Option<String>,
}

/// The file `places.yaml`: places by their names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlacesFile {
    pub name: String,
    pub places: Vec<(String, Vec<Site>)>,
}

/// The name of a place, or paths below kinds or below a place.
#[derive(Clone, Debug, PartialEq)]
pub enum Site {
    Named(String),
    Paths {
        kind: Option<Texts>,
        place: Option<Texts>,
        path: Texts,
    },
}

/// The life of one apiVersion.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServedVersion {
    pub introduced: Option<String>,
    pub deprecated: Option<String>,
    pub removed: Option<String>,
    /// `off` where it is not served unless somebody switches it on.
    pub default: Option<Switch>,
    /// Where the dates come from.
    pub source: Option<String>,
    /// What a person can do where nothing replaces it.
    pub advice: Option<String>,
}

/// `default: off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    On,
    Off,
}

/// From some versions to another one.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conversion {
    pub from: Texts,
    pub to: String,
    pub kind: Option<String>,
    #[serde(default)]
    pub steps: Vec<Step>,
}

/// One step: all verbs and attributes there are, of which it has some.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    // The verbs.
    pub r#move: Option<String>,
    pub copy: Option<String>,
    pub add: Option<Ordered<String, Any>>,
    pub pin: Option<Pin>,
    pub set: Option<Ordered<String, Any>>,
    pub map: Option<String>,
    pub remove: Option<String>,
    pub r#in: Option<Texts>,
    pub manual: Option<String>,
    pub review: Option<String>,
    pub ask: Option<String>,
    pub function: Option<String>,

    // What only some verbs take.
    pub to: Option<To>,
    #[serde(rename = "as")]
    pub form: Option<String>,
    pub with: Option<Ordered<String, Any>>,
    pub values: Option<Ordered<Any, Any>>,
    pub steps: Option<Vec<Step>>,
    pub question: Option<String>,
    pub answers: Option<Ordered<String, Vec<Step>>>,
    pub default: Option<String>,

    // What any verb takes; the last two where it makes a key.
    pub when: Option<Ordered<String, Tests>>,
    pub from: Option<Texts>,
    pub why: Option<String>,
    pub before: Option<Texts>,
    pub after: Option<Texts>,
}

/// `pin` is a verb (`pin: {path: value}`), or says on a `copy` that it is one (`pin: true`).
#[derive(Clone, Debug, PartialEq)]
pub enum Pin {
    Values(Ordered<String, Any>),
    Flag(bool),
}

/// Where something goes: a path, or a path by type or value.
#[derive(Clone, Debug, PartialEq)]
pub enum To {
    One(String),
    Union(Vec<(Literal, String)>),
}

/// One test or several, of which any has to hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Tests(pub Vec<Test>);

/// What a conversion does to one object; run as a test.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    pub name: String,
    /// The target; the newest versions where absent.
    pub to: Option<String>,
    pub from: Option<String>,
    pub policy: Option<String>,
    pub defaults: Option<String>,
    #[serde(default)]
    pub answers: Ordered<String, String>,
    /// The object is a patch: other files supply the rest.
    #[serde(default)]
    pub part: bool,
    pub before: String,
    pub after: Option<String>,
    pub manual: Option<String>,
    pub waits: Option<String>,
    pub refused: Option<String>,
    pub note: Option<String>,
    pub grade: Option<String>,
    /// Texts that the report has to hold.
    #[serde(default)]
    pub report: Texts,
}

/// What an example must come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected<'a> {
    /// This text.
    After(&'a str),
    /// Untouched, for a reason that holds this.
    Manual(&'a str),
    /// Untouched until this version.
    Waits(&'a str),
    /// Untouched, as the text cannot be edited for a reason that holds this.
    Refused(&'a str),
    /// Untouched, as there is nothing to do, but with a note that holds this.
    Note(&'a str),
}

impl File {
    /// Reads one file; `name` is its path below `conversions/`.
    ///
    /// # Errors
    /// What is no YAML, has an unknown key, lacks a required one, or has a value of the wrong form.
    pub fn parse(name: &str, text: &str) -> Result<File, CatalogError> {
        let file: File = read(name, text)?;
        Ok(File {
            name: name.to_owned(),
            ..file
        })
    }
}

impl RuleFile {
    /// Whether a text holds a rule: it has the key at its top level, in block style.
    pub fn is_one(text: &str) -> bool {
        text.lines().any(|line| line.starts_with("rule:"))
    }

    /// Reads one file; `name` is its path below `conversions/`.
    ///
    /// # Errors
    /// As [`File::parse`].
    pub fn parse(name: &str, text: &str) -> Result<RuleFile, CatalogError> {
        let file: RuleFile = read(name, text)?;
        Ok(RuleFile {
            name: name.to_owned(),
            ..file
        })
    }
}

impl PlacesFile {
    /// Reads the file; `name` is its path below `conversions/`.
    ///
    /// # Errors
    /// As [`File::parse`].
    pub fn parse(name: &str, text: &str) -> Result<PlacesFile, CatalogError> {
        let places: Ordered<String, Vec<Site>> = read(name, text)?;
        Ok(PlacesFile {
            name: name.to_owned(),
            places: places.0,
        })
    }
}

fn read<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, CatalogError> {
    serde_yaml::from_str(text).map_err(|error| {
        CatalogError::whole(
            name,
            error.to_string(),
            "see the format in the README, or another file",
        )
    })
}

impl Example {
    /// What it must come to: exactly one of its five keys; `None` where there is none or more than one.
    pub fn expected(&self) -> Option<Expected<'_>> {
        let keys = [
            self.after.as_deref().map(Expected::After),
            self.manual.as_deref().map(Expected::Manual),
            self.waits.as_deref().map(Expected::Waits),
            self.refused.as_deref().map(Expected::Refused),
            self.note.as_deref().map(Expected::Note),
        ];
        let mut given = keys.into_iter().flatten();
        given.next().filter(|_| given.next().is_none())
    }
}

impl Step {
    /// The verbs it has; it should have one.
    pub fn verbs(&self) -> Vec<&'static str> {
        present([
            ("move", self.r#move.is_some()),
            ("copy", self.copy.is_some()),
            ("add", self.add.is_some()),
            ("pin", matches!(self.pin, Some(Pin::Values(_)))),
            ("set", self.set.is_some()),
            ("map", self.map.is_some()),
            ("remove", self.remove.is_some()),
            ("in", self.r#in.is_some()),
            ("manual", self.manual.is_some()),
            ("review", self.review.is_some()),
            ("ask", self.ask.is_some()),
            ("function", self.function.is_some()),
        ])
    }

    /// The attributes it has that only some verbs take.
    pub fn attributes(&self) -> Vec<&'static str> {
        present([
            ("to", self.to.is_some()),
            ("as", self.form.is_some()),
            ("with", self.with.is_some()),
            ("pin", matches!(self.pin, Some(Pin::Flag(_)))),
            ("values", self.values.is_some()),
            ("steps", self.steps.is_some()),
            ("question", self.question.is_some()),
            ("answers", self.answers.is_some()),
            ("default", self.default.is_some()),
            ("before", self.before.is_some()),
            ("after", self.after.is_some()),
        ])
    }
}

fn present<const N: usize>(keys: [(&'static str, bool); N]) -> Vec<&'static str> {
    keys.iter()
        .filter(|(_, is)| *is)
        .map(|(key, _)| *key)
        .collect()
}

impl<'de> Deserialize<'de> for Pin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PinVisitor;

        impl<'de> Visitor<'de> for PinVisitor {
            type Value = Pin;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping of paths to values, or `true` beside `copy`")
            }

            fn visit_bool<E: Error>(self, flag: bool) -> Result<Pin, E> {
                Ok(Pin::Flag(flag))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Pin, A::Error> {
                entries(map).map(|entries| Pin::Values(Ordered(entries)))
            }
        }

        deserializer.deserialize_any(PinVisitor)
    }
}

impl<'de> Deserialize<'de> for Site {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Paths {
            kind: Option<Texts>,
            place: Option<Texts>,
            path: Texts,
        }

        struct SiteVisitor;

        impl<'de> Visitor<'de> for SiteVisitor {
            type Value = Site;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a place, or a mapping with `kind` or `place`, and `path`")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Site, E> {
                Ok(Site::Named(name.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Site, A::Error> {
                let Paths { kind, place, path } =
                    Paths::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Site::Paths { kind, place, path })
            }
        }

        deserializer.deserialize_any(SiteVisitor)
    }
}

impl<'de> Deserialize<'de> for To {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ToVisitor;

        impl<'de> Visitor<'de> for ToVisitor {
            type Value = To;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a path, or a mapping of types or values to paths")
            }

            fn visit_str<E: Error>(self, path: &str) -> Result<To, E> {
                Ok(To::One(path.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<To, A::Error> {
                let entries = entries::<Any, String, A>(map)?;
                Ok(To::Union(
                    entries
                        .into_iter()
                        .map(|(Any(key), path)| (key, path))
                        .collect(),
                ))
            }
        }

        deserializer.deserialize_any(ToVisitor)
    }
}

impl<'de> Deserialize<'de> for Tests {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TestsVisitor;

        impl<'de> Visitor<'de> for TestsVisitor {
            type Value = Tests;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a test or a list of tests")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Tests, E> {
                OneTest.visit_str(name).map(|test| Tests(vec![test]))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Tests, A::Error> {
                OneTest.visit_map(map).map(|test| Tests(vec![test]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Tests, A::Error> {
                let mut tests = Vec::new();
                while let Some(Wrapped(test)) = seq.next_element()? {
                    tests.push(test);
                }
                Ok(Tests(tests))
            }
        }

        deserializer.deserialize_any(TestsVisitor)
    }
}

/// A test in the form of the files; `Test` itself has the form of the compiled catalogue.
struct Wrapped(Test);

impl<'de> Deserialize<'de> for Wrapped {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneTest).map(Wrapped)
    }
}

struct OneTest;

const TEST_NAMES: &[&str] = &["absent", "present", "blank", "empty"];
const TEST_KEYS: &[&str] = &["type", "is", "in", "matches", "not"];

impl<'de> Visitor<'de> for OneTest {
    type Value = Test;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "one of `{}`, or a mapping with one of `{}`",
            TEST_NAMES.join("`, `"),
            TEST_KEYS.join("`, `")
        )
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Test, E> {
        match name {
            "absent" => Ok(Test::Absent),
            "present" => Ok(Test::Present),
            "blank" => Ok(Test::Blank),
            "empty" => Ok(Test::Empty),
            _ => Err(E::unknown_variant(name, TEST_NAMES)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Test, A::Error> {
        let Some(key) = map.next_key::<String>()? else {
            return Err(A::Error::custom("a test is missing"));
        };
        let test = match key.as_str() {
            "type" => {
                let name: String = map.next_value()?;
                let named = Type::named(&name);
                Test::Type(
                    named
                        .ok_or_else(|| A::Error::custom(format_args!("`{name}` is not a type")))?,
                )
            }
            "is" => Test::Is(map.next_value::<Any>()?.0),
            "in" => Test::In(
                map.next_value::<Vec<Any>>()?
                    .into_iter()
                    .map(|Any(value)| value)
                    .collect(),
            ),
            "matches" => Test::Matches(map.next_value()?),
            "not" => Test::Not(Box::new(map.next_value::<Wrapped>()?.0)),
            _ => return Err(A::Error::unknown_field(&key, TEST_KEYS)),
        };
        match map.next_key::<String>()? {
            None => Ok(test),
            Some(more) => Err(A::Error::custom(format_args!(
                "a test has one key, this one has `{key}` and `{more}`; tests of which any has to hold stand in a list"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INGRESS: &str = r#"
component: kubernetes
kind: Ingress
docs: https://kubernetes.io/docs/
versions:
  networking.k8s.io/v1beta1: {introduced: 1.14, deprecated: "1.19", removed: "1.22", source: lifecycle}
  networking.k8s.io/v1: {introduced: "1.19"}
conversions:
  - from: networking.k8s.io/v1beta1
    to: networking.k8s.io/v1
    steps:
      - move: servicePort
        to: {integer: service.port.number, string: service.port.name}
        when: {resource: absent, serviceName: [blank, {not: {is: x}}]}
        before: [a, b]
      - {copy: a, to: b, pin: true}
      - pin: {b.c: 1, a: [x]}
      - ask: x.y
        question: Which?
        answers: {None: [], NoneOnDryRun: [{set: {sideEffects: None}}]}
examples:
  - name: one
    answers: {x.y: None}
    before: |
      a: 1
    waits: 1.19
"#;

    #[test]
    fn reads_a_file() {
        let file = File::parse("kubernetes/ingress.yaml", INGRESS).unwrap();
        assert_eq!(file.name, "kubernetes/ingress.yaml");
        assert_eq!(file.kind.0, ["Ingress"]);
        assert_eq!(file.versions.0[0].0, "networking.k8s.io/v1beta1");
        assert_eq!(file.versions.0[0].1.introduced.as_deref(), Some("1.14"));
        let steps = &file.conversions[0].steps;
        assert_eq!(
            steps[0].to,
            Some(To::Union(vec![
                (
                    Literal::String("integer".into()),
                    "service.port.number".into()
                ),
                (Literal::String("string".into()), "service.port.name".into()),
            ]))
        );
        let when = &steps[0].when.as_ref().unwrap().0;
        assert_eq!(when[0], ("resource".into(), Tests(vec![Test::Absent])));
        let not = Test::Not(Box::new(Test::Is(Literal::String("x".into()))));
        assert_eq!(when[1].1, Tests(vec![Test::Blank, not]));
        assert_eq!(steps[0].before.as_ref().unwrap().0, ["a", "b"]);
        assert_eq!(steps[1].pin, Some(Pin::Flag(true)));
        let Some(Pin::Values(pins)) = &steps[2].pin else {
            panic!("values")
        };
        assert_eq!(pins.0[0].0, "b.c");
        assert_eq!(steps[3].answers.as_ref().unwrap().0[0].0, "None");
        assert_eq!(file.examples[0].expected(), Some(Expected::Waits("1.19")));
        assert_eq!(
            file.examples[0].answers.0,
            [("x.y".to_owned(), "None".to_owned())]
        );
    }

    /// The error of the file above with one change.
    fn error(from: &str, to: &str) -> String {
        assert!(INGRESS.contains(from));
        File::parse("ingress.yaml", &INGRESS.replacen(from, to, 1))
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn an_error_names_the_file_the_place_and_the_reason() {
        for (from, to, expected) in [
            ("component: ", "componant: ", "unknown field `componant`"),
            (
                "  - from: networking.k8s.io/v1beta1\n",
                "  - form: x\n",
                "unknown field `form`",
            ),
            (
                "docs: https://kubernetes.io/docs/\n",
                "",
                "missing field `docs`",
            ),
            (
                "introduced: 1.14",
                "introdused: 1.14",
                "unknown field `introdused`",
            ),
            (
                "move: servicePort",
                "mvoe: servicePort",
                "unknown field `mvoe`",
            ),
            (
                "resource: absent",
                "resource: absnt",
                "unknown variant `absnt`",
            ),
            ("{is: x}", "{eq: x}", "unknown field `eq`"),
            ("{is: x}", "{is: x, in: [y]}", "a test has one key"),
            ("{is: x}", "{type: int}", "`int` is not a type"),
            ("pin: true", "pin: sure", "a mapping of paths to values"),
            ("a: [x]", "b.c: 2", "stands twice"),
            (
                "  networking.k8s.io/v1: ",
                "  networking.k8s.io/v1beta1: ",
                "stands twice",
            ),
            ("name: one", "nane: one", "unknown field `nane`"),
        ] {
            let error = error(from, to);
            assert!(
                error.starts_with("ingress.yaml: ") && error.contains(expected),
                "{to}: {error}"
            );
            assert!(
                error.contains("line ") || from.starts_with("docs"),
                "{to}: {error}"
            );
        }
    }

    #[test]
    fn an_example_expects_one_thing() {
        let text = INGRESS.replace("    waits: 1.19\n", "    waits: 1.19\n    manual: x\n");
        assert_eq!(
            File::parse("a", &text).unwrap().examples[0].expected(),
            None
        );
    }

    #[test]
    fn nothing_is_no_file() {
        for text in ["", "[]", "{}", "a: &x {b: *x}", "\t", "---\n---\n"] {
            assert!(File::parse("a", text).is_err(), "{text:?}");
        }
    }
}

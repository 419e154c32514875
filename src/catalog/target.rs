//! What `--to` and `--from` say: the versions that have to serve a manifest.

use std::fmt;

use super::component::Component;
use super::load::Catalog;
use super::version::Version;

/// The component that a bare version means.
const DEFAULT: &str = "kubernetes";

/// The newest known version; alone, of every component.
const LATEST: &str = "latest";

/// For each component with a target, the versions that have to serve its objects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// In the order of the components of the catalogue.
    ranges: Vec<(String, Range)>,
    /// Whether Kubernetes is taken to run the minor before its target, as `--from` did not say.
    pub assumed_from: bool,
}

/// What runs now and what will run; both ends serve what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub from: Version,
    pub to: Version,
}

/// The option that a target was given with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    To,
    From,
}

/// Why a target cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    #[error("{flag} is empty, or has a comma too many")]
    Empty { flag: Flag },
    #[error("{flag}: `{text}` is not a version of {component}")]
    NotAVersion {
        flag: Flag,
        component: String,
        text: String,
        example: String,
        suggestion: Option<String>,
    },
    #[error("{flag}: {component} has no version")]
    NoVersion {
        flag: Flag,
        component: String,
        newest: Version,
    },
    #[error("{flag}: there is no component `{name}`")]
    UnknownComponent {
        flag: Flag,
        name: String,
        known: Vec<String>,
        suggestion: Option<String>,
    },
    #[error("{flag}: {component} {version} is not known, only {oldest} to {newest} ({released})")]
    OutOfRange {
        flag: Flag,
        component: String,
        version: Version,
        oldest: Version,
        newest: Version,
        released: String,
    },
    #[error("{flag}: {component} is given twice")]
    Twice { flag: Flag, component: String },
    #[error("{component} would go back from {from} to {to}")]
    Backwards {
        component: String,
        from: Version,
        to: Version,
    },
    #[error("--from names {component}, --to does not")]
    NoTarget { component: String, version: Version },
}

impl TargetError {
    /// What to do about it.
    pub fn help(&self) -> String {
        let flag_of = |flag: &Flag| flag.to_string();
        match self {
            TargetError::Empty { flag } => {
                format!("write `{flag} 1.33`, `{flag} kubernetes=1.33,flux=2.8` or `{flag} latest`")
            }
            TargetError::NotAVersion {
                suggestion: Some(suggestion),
                ..
            } => {
                format!("did you mean `{suggestion}`?")
            }
            TargetError::NotAVersion { example, .. } => {
                format!("write a version such as `{example}`, `component=version`, or `latest`")
            }
            TargetError::NoVersion {
                flag,
                component,
                newest,
            } => {
                format!("write `{flag} {component}={newest}`, or `{flag} {component}=latest`")
            }
            TargetError::UnknownComponent {
                suggestion: Some(suggestion),
                ..
            } => {
                format!("did you mean `{suggestion}`?")
            }
            TargetError::UnknownComponent { known, .. } => {
                format!("known are {}", known.join(", "))
            }
            TargetError::OutOfRange {
                flag,
                component,
                version,
                newest,
                ..
            } if version > newest => {
                format!(
                    "a newer refit may know it; until then `{} {component}=latest`",
                    flag_of(flag)
                )
            }
            TargetError::OutOfRange {
                component,
                oldest,
                newest,
                ..
            } => {
                format!("write a version of {component} from {oldest} to {newest}")
            }
            TargetError::Twice { .. } => "name each component once".to_owned(),
            TargetError::Backwards { .. } => {
                "--from is what runs now, --to what will run; refit only goes forward".to_owned()
            }
            TargetError::NoTarget { component, version } => {
                format!(
                    "add `--to {component}={version}`, or a later version; without a target {component} is not judged"
                )
            }
        }
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Flag::To => "--to",
            Flag::From => "--from",
        })
    }
}

impl Window {
    /// Reads the values of `--to` and `--from`, each a comma list of `1.33`, `flux=2.8`, `flux=latest`
    /// and `latest`. A bare version is Kubernetes; a bare `latest` is the newest known version of every
    /// component that is not named beside it.
    ///
    /// What `--from` does not name is taken to run the target already; Kubernetes, to run the minor before.
    ///
    /// # Errors
    /// Unknown components and versions, a component that is named twice, a range that goes backwards.
    ///
    /// ```
    /// use refit::catalog::{Catalog, Version, Window};
    ///
    /// let window = Window::parse(Catalog::builtin(), &["1.33,flux=2.8"], &[])?;
    /// assert_eq!(window.range("kubernetes").unwrap().from, Version::new(1, 32));
    /// assert_eq!(window.to_string(), "to kubernetes 1.33 (from 1.32, assumed), flux 2.8");
    /// # Ok::<(), refit::catalog::TargetError>(())
    /// ```
    pub fn parse<S: AsRef<str>>(
        catalog: &Catalog,
        to: &[S],
        from: &[S],
    ) -> Result<Window, TargetError> {
        let to = Given::read(catalog, Flag::To, to)?;
        let from = Given::read(catalog, Flag::From, from)?;
        let mut window = Window::default();
        for component in catalog.components() {
            let Some(to) = to.version(component) else {
                if let Some(version) = from.named(component) {
                    return Err(TargetError::NoTarget {
                        component: component.id.clone(),
                        version,
                    });
                }
                continue;
            };
            let given = from.version(component);
            let from = given.unwrap_or_else(|| runs_now(component, to));
            if from > to {
                return Err(TargetError::Backwards {
                    component: component.id.clone(),
                    from,
                    to,
                });
            }
            window.assumed_from |= given.is_none() && from != to;
            window
                .ranges
                .push((component.id.clone(), Range { from, to }));
        }
        Ok(window)
    }

    /// The range of a component; `None` where it has no target and is not judged.
    pub fn range(&self, component: &str) -> Option<Range> {
        self.ranges()
            .find(|(id, _)| *id == component)
            .map(|(_, range)| range)
    }

    /// All components with a target, in the order of the catalogue.
    pub fn ranges(&self) -> impl Iterator<Item = (&str, Range)> {
        self.ranges.iter().map(|(id, range)| (id.as_str(), *range))
    }
}

/// What a component runs, where `--from` does not say: a cluster is upgraded one minor at a time, with
/// the manifests in place; other components come with the commit or before it.
fn runs_now(component: &Component, to: Version) -> Version {
    let before = if component.id == DEFAULT {
        to.previous_minor()
    } else {
        None
    };
    before
        .filter(|version| component.knows(*version))
        .unwrap_or(to)
}

/// For the first line of a summary: `to kubernetes 1.37 (from 1.36, assumed), flux 2.9`.
impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ranges.is_empty() {
            return f.write_str("no target");
        }
        f.write_str("to ")?;
        for (i, (component, range)) in self.ranges().enumerate() {
            write!(
                f,
                "{}{component} {}",
                if i > 0 { ", " } else { "" },
                range.to
            )?;
            if range.from != range.to {
                let assumed = self.assumed_from && component == DEFAULT;
                write!(
                    f,
                    " (from {}{})",
                    range.from,
                    if assumed { ", assumed" } else { "" }
                )?;
            }
        }
        Ok(())
    }
}

/// What one of the two options says.
#[derive(Default)]
struct Given<'a> {
    versions: Vec<(&'a Component, Version)>,
    /// A bare `latest`.
    latest: bool,
}

impl<'a> Given<'a> {
    fn read<S: AsRef<str>>(
        catalog: &'a Catalog,
        flag: Flag,
        values: &[S],
    ) -> Result<Given<'a>, TargetError> {
        let mut given = Given::default();
        for target in values
            .iter()
            .flat_map(|value| value.as_ref().split(','))
            .map(str::trim)
        {
            if target.is_empty() {
                return Err(TargetError::Empty { flag });
            }
            if target.eq_ignore_ascii_case(LATEST) {
                if given.latest {
                    return Err(TargetError::Twice {
                        flag,
                        component: format!("`{LATEST}`"),
                    });
                }
                given.latest = true;
                continue;
            }
            let (component, version) = read_one(catalog, flag, target)?;
            if given.named(component).is_some() {
                return Err(TargetError::Twice {
                    flag,
                    component: component.id.clone(),
                });
            }
            given.versions.push((component, version));
        }
        Ok(given)
    }

    /// The version named for a component.
    fn named(&self, component: &Component) -> Option<Version> {
        self.versions
            .iter()
            .find(|(c, _)| c.id == component.id)
            .map(|(_, version)| *version)
    }

    fn version(&self, component: &Component) -> Option<Version> {
        self.named(component)
            .or(self.latest.then_some(component.newest))
    }
}

/// `1.33`, `flux=2.8` or `flux=latest`.
fn read_one<'a>(
    catalog: &'a Catalog,
    flag: Flag,
    target: &str,
) -> Result<(&'a Component, Version), TargetError> {
    let (name, text) = match target.split_once('=') {
        Some((name, text)) => (name.trim(), text.trim()),
        None => match catalog.component(target) {
            Some(component) => (component.id.as_str(), ""),
            None => (DEFAULT, target),
        },
    };
    let Some(component) = catalog.component(name) else {
        return Err(unknown_component(catalog, flag, name));
    };
    if text.is_empty() {
        return Err(TargetError::NoVersion {
            flag,
            component: component.id.clone(),
            newest: component.newest,
        });
    }
    if text.eq_ignore_ascii_case(LATEST) {
        return Ok((component, component.newest));
    }
    let Ok(version) = component.version(text) else {
        return Err(not_a_version(catalog, flag, component, target, text));
    };
    if !component.knows(version) {
        return Err(TargetError::OutOfRange {
            flag,
            component: component.id.clone(),
            version,
            oldest: component.oldest,
            newest: component.newest,
            released: component.released.clone(),
        });
    }
    Ok((component, version))
}

fn unknown_component(catalog: &Catalog, flag: Flag, name: &str) -> TargetError {
    TargetError::UnknownComponent {
        flag,
        name: name.to_owned(),
        known: catalog.components().iter().map(|c| c.id.clone()).collect(),
        suggestion: similar_name(catalog, name),
    }
}

fn not_a_version(
    catalog: &Catalog,
    flag: Flag,
    component: &Component,
    target: &str,
    text: &str,
) -> TargetError {
    // `33` for `1.33`, or `latst`, or a component without its version.
    let minor = text
        .parse()
        .ok()
        .map(|minor: u32| Version::new(component.newest.major(), minor));
    let suggestion = minor
        .filter(|v| component.knows(*v))
        .map(|v| v.to_string())
        .or_else(|| {
            let latest = similar::get_close_matches(text, &[LATEST], 1, CLOSE)
                .first()
                .map(|s| s.to_string());
            let bare = !target.contains('=');
            latest.or_else(|| {
                Some(format!(
                    "{}=version",
                    similar_name(catalog, text).filter(|_| bare)?
                ))
            })
        });
    TargetError::NotAVersion {
        flag,
        component: component.id.clone(),
        text: text.to_owned(),
        example: component.newest.to_string(),
        suggestion,
    }
}

/// How alike two words have to be for one to be suggested for the other.
const CLOSE: f32 = 0.6;

fn similar_name(catalog: &Catalog, name: &str) -> Option<String> {
    let name = name.to_lowercase();
    let known: Vec<&str> = catalog
        .components()
        .iter()
        .flat_map(Component::names)
        .collect();
    let found = similar::get_close_matches(name.as_str(), &known, 1, CLOSE);
    // An alias is understood, but the id is what everything else is written with.
    found
        .first()
        .and_then(|found| catalog.component(found))
        .map(|component| component.id.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPONENTS: &str = "
- {id: kubernetes, aliases: [k8s], title: K, docs: 'https://k8s.io', compare: minor, oldest: '1.0', newest: '1.37', released: 2026-08-26}
- {id: flux, title: F, docs: 'https://fluxcd.io', compare: minor, oldest: '0.1', newest: '2.9', released: 2026-06-30}
- {id: karpenter, title: Karpenter, docs: 'https://karpenter.sh', compare: patch, oldest: '0.32', newest: '1.14.1', released: 2026-08-01}";

    fn catalog() -> Catalog {
        let components = super::super::component::parse("components.yaml", COMPONENTS).unwrap();
        Catalog::compile(components, &[], None).unwrap()
    }

    fn window(to: &[&str], from: &[&str]) -> Result<Window, TargetError> {
        Window::parse(&catalog(), to, from)
    }

    fn shown(to: &[&str], from: &[&str]) -> String {
        window(to, from)
            .unwrap_or_else(|e| panic!("{to:?} {from:?}: {e}"))
            .to_string()
    }

    /// The message and the help.
    fn error(to: &[&str], from: &[&str]) -> String {
        let error = window(to, from).expect_err(&format!("{to:?} {from:?}"));
        format!("{error}; {}", error.help())
    }

    #[test]
    fn a_bare_version_is_kubernetes() {
        for text in [
            "1.33",
            "v1.33",
            "1.33.4",
            "1.33.4-eks-1a2b",
            "1.33+",
            "k8s=1.33",
            "kubernetes=v1.33",
            "K8S=1.33",
            " 1.33 ",
        ] {
            assert_eq!(
                shown(&[text], &[]),
                "to kubernetes 1.33 (from 1.32, assumed)",
                "{text}"
            );
        }
    }

    #[test]
    fn targets_come_in_lists_and_more_than_once() {
        let expected = "to kubernetes 1.33 (from 1.32, assumed), flux 2.8, karpenter 1.0.8";
        assert_eq!(shown(&["1.33,flux=2.8,karpenter=1.0.8"], &[]), expected);
        assert_eq!(
            shown(&["karpenter=1.0.8", "flux=2.8.3", "1.33"], &[]),
            expected
        );
        assert_eq!(
            shown(&["flux = 2.8, 1.33", "karpenter=1.0.8"], &[]),
            expected
        );
    }

    #[test]
    fn latest_is_the_newest_known_of_all_or_of_one() {
        let expected = "to kubernetes 1.37 (from 1.36, assumed), flux 2.9, karpenter 1.14.1";
        assert_eq!(shown(&["latest"], &[]), expected);
        assert_eq!(
            shown(&["1.33,flux=latest"], &[]),
            "to kubernetes 1.33 (from 1.32, assumed), flux 2.9"
        );
        assert_eq!(
            shown(&["latest", "flux=2.7"], &[]),
            expected.replace("2.9", "2.7")
        );
    }

    #[test]
    fn from_is_what_runs_now() {
        let shown_from = "to kubernetes 1.33 (from 1.24), flux 2.8 (from 2.6)";
        assert_eq!(shown(&["1.33,flux=2.8"], &["1.24", "flux=2.6"]), shown_from);
        // Only Kubernetes is assumed to run something older.
        let half = "to kubernetes 1.33 (from 1.32, assumed), flux 2.8 (from 2.6)";
        assert_eq!(shown(&["1.33,flux=2.8"], &["flux=2.6"]), half);
        assert_eq!(
            shown(&["1.33,flux=2.8"], &["1.33"]),
            "to kubernetes 1.33, flux 2.8"
        );
        assert_eq!(
            shown(&["latest"], &["latest"]),
            "to kubernetes 1.37, flux 2.9, karpenter 1.14.1"
        );
        assert_eq!(shown(&["flux=2.9"], &["latest"]), "to flux 2.9");
    }

    #[test]
    fn ranges_and_assumptions_can_be_asked_for() {
        let it = window(&["1.33,flux=2.8"], &[]).unwrap();
        assert!(it.assumed_from);
        let range = Range {
            from: Version::new(1, 32),
            to: Version::new(1, 33),
        };
        assert_eq!(it.range("kubernetes"), Some(range));
        assert_eq!(it.range("flux").map(|r| r.from), Some(Version::new(2, 8)));
        assert_eq!(it.range("karpenter"), None);
        assert_eq!(
            it.ranges().map(|(id, _)| id).collect::<Vec<_>>(),
            ["kubernetes", "flux"]
        );
        assert!(!window(&["1.33"], &["1.32"]).unwrap().assumed_from);
        assert!(!window(&["flux=2.8"], &[]).unwrap().assumed_from);
    }

    #[test]
    fn nothing_is_before_the_first_version() {
        assert_eq!(shown(&["1.0"], &[]), "to kubernetes 1.0");
    }

    #[test]
    fn no_target_is_an_empty_window() {
        assert_eq!(shown(&[], &[]), "no target");
    }

    #[test]
    fn says_what_is_wrong_and_what_to_do() {
        for (to, expected) in [
            (
                "",
                "--to is empty, or has a comma too many; write `--to 1.33`",
            ),
            ("1.33,", "has a comma too many"),
            (
                "1.33,k8s=1.34",
                "--to: kubernetes is given twice; name each component once",
            ),
            ("latest,latest", "--to: `latest` is given twice"),
            (
                "flix=2.8",
                "--to: there is no component `flix`; did you mean `flux`?",
            ),
            ("kubernets=1.33", "did you mean `kubernetes`?"),
            (
                "istio=1.20",
                "there is no component `istio`; known are kubernetes, flux, karpenter",
            ),
            ("=1.33", "there is no component ``; known are"),
            (
                "1.38",
                "--to: kubernetes 1.38 is not known, only 1.0 to 1.37 (2026-08-26); a newer refit may know it",
            ),
            (
                "flux=3.0",
                "--to: flux 3.0 is not known, only 0.1 to 2.9 (2026-06-30); a newer refit may know it; until then `--to flux=latest`",
            ),
            (
                "karpenter=0.31",
                "only 0.32 to 1.14.1 (2026-08-01); write a version of karpenter from 0.32 to 1.14.1",
            ),
            (
                "33",
                "--to: `33` is not a version of kubernetes; did you mean `1.33`?",
            ),
            (
                "1",
                "`1` is not a version of kubernetes; did you mean `1.1`?",
            ),
            (
                "99",
                "`99` is not a version of kubernetes; write a version such as `1.37`",
            ),
            (
                "flux=7",
                "`7` is not a version of flux; did you mean `2.7`?",
            ),
            (
                "flux=x",
                "`x` is not a version of flux; write a version such as `2.9`",
            ),
            ("latst", "did you mean `latest`?"),
            ("flux=lates", "did you mean `latest`?"),
            (
                "flux",
                "--to: flux has no version; write `--to flux=2.9`, or `--to flux=latest`",
            ),
            ("flux=", "--to: flux has no version"),
            ("karpentr", "did you mean `karpenter=version`?"),
        ] {
            let error = error(&[to], &[]);
            assert!(error.contains(expected), "{to}: {error}");
        }
    }

    #[test]
    fn the_ends_have_to_fit_together() {
        assert_eq!(
            error(&["1.33"], &["1.34"]),
            "kubernetes would go back from 1.34 to 1.33; --from is what runs now, --to what will run; refit only goes forward"
        );
        assert!(
            error(&["1.33"], &["flux=2.8"])
                .starts_with("--from names flux, --to does not; add `--to flux=2.8`")
        );
        assert!(error(&["1.33"], &["1.x"]).starts_with("--from: `1.x` is not a version"));
        assert!(error(&["1.33"], &["1.32,1.31"]).starts_with("--from: kubernetes is given twice"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_a_window_or_an_error(to in "[a-z0-9.,= +-]{0,16}", from in "[a-z0-9.,=]{0,8}") {
            match window(&[&to], &[&from]) {
                Ok(window) => for (_, range) in window.ranges() {
                    proptest::prop_assert!(range.from <= range.to);
                },
                Err(error) => proptest::prop_assert!(!error.to_string().is_empty() && !error.help().is_empty()),
            }
        }
    }
}

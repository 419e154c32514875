//! What can only be checked with all files together: every conversion leads somewhere, every old
//! version has a way to a new one.

use std::collections::BTreeSet;

use super::component::Component;
use super::error::CatalogError;
use super::graph::{Index, Reached, Served};
use super::rule::{Action, Compiled, Conversion, Resource, Step};

/// Checks what was compiled as a whole. `functions` are the names that steps may call, where
/// they are known: the build script does not see the code that has them.
pub fn check(
    compiled: &Compiled,
    components: &[Component],
    functions: Option<&[&str]>,
) -> Vec<CatalogError> {
    let resources = &compiled.resources;
    let index = Index::new(resources);
    let checker = Checker {
        resources,
        components,
        index: &index,
    };
    let mut errors = checker.duplicates();
    for resource in resources {
        for (i, conversion) in resource.conversions.iter().enumerate() {
            checker.conversion(resource, i, conversion, &mut errors);
            let place = format!("conversions[{i}].steps");
            let origins = checker.origins(resource, conversion);
            steps(&conversion.steps, &place, &mut |step, place| {
                if let Some(error) = unknown_function(step, functions) {
                    errors.push(CatalogError::at(
                        &resource.file,
                        place,
                        error,
                        "write the name of one",
                    ));
                }
                for from in step
                    .from
                    .iter()
                    .filter(|from| !origins.contains(from.as_str()))
                {
                    let reason = format!("nothing comes this way from `{from}`");
                    let help = format!("write one of {}", joined(&origins));
                    errors.push(CatalogError::at(
                        &resource.file,
                        format!("{place}.from"),
                        reason,
                        help,
                    ));
                }
            });
        }
        for served in checker
            .index
            .all(resources)
            .filter(|s| is_first_kind_of(s, resource))
        {
            errors.extend(checker.way(&served));
        }
    }
    for (i, rule) in compiled.rules.iter().enumerate() {
        let twice = compiled.rules[..i].iter().find(|r| r.code == rule.code);
        if let Some(other) = twice {
            let reason = format!("`{}` is the code of {} too", rule.code, other.file);
            errors.push(CatalogError::at(
                &rule.file,
                "rule",
                reason,
                "find another one",
            ));
        }
        steps(&rule.steps, "steps", &mut |step, place| {
            if let Some(error) = unknown_function(step, functions) {
                let help = "write the name of one";
                errors.push(CatalogError::at(&rule.file, place, error, help));
            }
        });
    }
    // The order of the file, whatever was looked at first.
    errors.sort_by(|a, b| a.file.cmp(&b.file));
    errors
}

/// Calls `act` with each step, also the inner ones, and its place.
pub(super) fn steps<'a>(steps: &'a [Step], place: &str, act: &mut dyn FnMut(&'a Step, &str)) {
    for (i, step) in steps.iter().enumerate() {
        let place = format!("{place}[{i}]");
        act(step, &place);
        match &step.action {
            Action::In { steps: inner, .. } => self::steps(inner, &format!("{place}.steps"), act),
            Action::Ask { answers, .. } => {
                for (answer, inner) in answers {
                    self::steps(inner, &format!("{place}.answers.{answer}"), act);
                }
            }
            _ => {}
        }
    }
}

fn unknown_function(step: &Step, functions: Option<&[&str]>) -> Option<String> {
    match &step.action {
        Action::Function(name)
            if functions.is_some_and(|known| !known.contains(&name.as_str())) =>
        {
            Some(format!("there is no function `{name}`"))
        }
        _ => None,
    }
}

/// The kinds of a resource share everything, so that looking at one is enough.
fn is_first_kind_of(served: &Served, resource: &Resource) -> bool {
    std::ptr::eq(served.resource, resource)
        && resource.kinds.first().is_some_and(|k| k == served.kind)
}

fn joined(names: &BTreeSet<&str>) -> String {
    names.iter().copied().collect::<Vec<_>>().join(", ")
}

struct Checker<'a> {
    resources: &'a [Resource],
    components: &'a [Component],
    index: &'a Index,
}

impl<'a> Checker<'a> {
    /// Versions of a kind that two files describe.
    fn duplicates(&self) -> Vec<CatalogError> {
        let all: Vec<Served> = self.index.all(self.resources).collect();
        let mut errors = Vec::new();
        for pair in all.windows(2) {
            if let [a, b] = pair
                && (a.api_version(), a.kind) == (b.api_version(), b.kind)
            {
                let reason = format!("{} of {} describes it too", a.kind, a.resource.file);
                let place = format!("versions.{}", b.api_version());
                errors.push(CatalogError::at(
                    &b.resource.file,
                    place,
                    reason,
                    "keep it in one file",
                ));
            }
        }
        errors
    }

    fn conversion(
        &self,
        resource: &'a Resource,
        i: usize,
        conversion: &'a Conversion,
        errors: &mut Vec<CatalogError>,
    ) {
        let mut error = |key: &str, reason: String, help: &str| {
            let place = format!("conversions[{i}].{key}");
            errors.push(CatalogError::at(&resource.file, place, reason, help));
        };
        let position = |api_version: &str| {
            resource
                .versions
                .iter()
                .position(|v| v.api_version == api_version)
        };
        for (j, from) in conversion.from.iter().enumerate() {
            if position(from).is_none() {
                error(
                    "from",
                    format!("`{from}` is not in `versions`"),
                    "describe it there, or correct it",
                );
            }
            let earlier = resource.conversions[..i]
                .iter()
                .flat_map(|c| c.from.iter().map(move |f| (f, c)));
            let same = conversion.from[..j].iter().map(|f| (f, conversion));
            if earlier
                .chain(same)
                .any(|(f, c)| f == from && c.to == conversion.to && c.kind == conversion.kind)
            {
                error(
                    "from",
                    format!("`{from}` is converted to `{}` twice", conversion.to),
                    "keep one of the two",
                );
            }
        }
        let Some(kind) = &conversion.kind else {
            let Some(to) = position(&conversion.to) else {
                error(
                    "to",
                    format!("`{}` is not in `versions`", conversion.to),
                    "describe it there, or correct it",
                );
                return;
            };
            for from in &conversion.from {
                if position(from).is_some_and(|from| from >= to) {
                    let reason = format!("`{}` is not newer than `{from}`", conversion.to);
                    error(
                        "to",
                        reason,
                        "list `versions` oldest first; conversions go forward only",
                    );
                }
            }
            return;
        };
        match self.index.find(self.resources, &conversion.to, kind) {
            None => {
                let reason = format!("no file describes `{kind}` in `{}`", conversion.to);
                error("kind", reason, "add the version to the file of that kind");
            }
            Some(end) if end.resource.component != resource.component => {
                let reason = format!(
                    "`{kind}` belongs to {}, this file to {}",
                    end.resource.component, resource.component
                );
                error("kind", reason, "a conversion stays within one component");
            }
            Some(end)
                if self
                    .index
                    .reach(self.resources, end)
                    .iter()
                    .any(|r| std::ptr::eq(r.end.resource, resource)) =>
            {
                error(
                    "kind",
                    format!("a way leads back from `{kind}`"),
                    "conversions go forward only",
                );
            }
            Some(end) if std::ptr::eq(end.resource, resource) => {
                error(
                    "kind",
                    format!("`{kind}` is described in this file"),
                    "leave `kind` away, or give it its own file",
                );
            }
            Some(_) => {}
        }
    }

    /// The apiVersions from which a way leads through a conversion.
    fn origins(&self, resource: &'a Resource, conversion: &'a Conversion) -> BTreeSet<&'a str> {
        let starts = |served: &Served<'a>, reached: &Served| {
            std::ptr::eq(reached.resource, resource)
                && conversion
                    .from
                    .iter()
                    .any(|from| from == reached.api_version())
                && served.resource.component == resource.component
        };
        self.index
            .all(self.resources)
            .filter(|s| {
                starts(s, s)
                    || self
                        .index
                        .reach(self.resources, *s)
                        .iter()
                        .any(|r| starts(s, &r.end))
            })
            .map(|served| served.api_version())
            .collect()
    }

    /// An old version has a way to the newest one, and that one is there to stay.
    fn way(&self, served: &Served<'a>) -> Option<CatalogError> {
        let version = served.version;
        if (version.deprecated.is_none() && version.removed.is_none()) || version.advice.is_some() {
            return None;
        }
        let reached = self.index.reach(self.resources, *served);
        let place = format!("versions.{}", served.api_version());
        let error = |reason, help| {
            Some(CatalogError::at(
                &served.resource.file,
                place.as_str(),
                reason,
                help,
            ))
        };
        let ends: Vec<&Reached> = reached.iter().filter(|r| is_newest(&r.end)).collect();
        if ends.is_empty() {
            // The newest version itself may end without a replacement.
            if reached.is_empty() && is_newest(served) {
                return None;
            }
            let reason = "has no way to the newest version".to_owned();
            return error(
                reason,
                "write a conversion, or `advice` where there is none",
            );
        }
        let gone = ends
            .iter()
            .all(|r| self.is_gone(&r.end) && r.end.version.advice.is_none());
        let end = &ends[0].end;
        if gone {
            let reason = format!("its replacement `{}` is itself removed", end.api_version());
            return error(reason, "add what replaces that one, or `advice`");
        }
        None
    }

    /// Whether the newest known release of its component no longer serves it.
    fn is_gone(&self, served: &Served) -> bool {
        let component = self
            .components
            .iter()
            .find(|c| *c.id == *served.resource.component);
        served
            .version
            .removed
            .is_some_and(|removed| component.is_none_or(|c| removed <= c.newest))
    }
}

/// Whether a version is the newest of its kind that is on by default (or the newest at all, where none is).
fn is_newest(served: &Served) -> bool {
    let versions = &served.resource.versions;
    let newest = versions
        .iter()
        .rposition(|v| !v.off_by_default)
        .unwrap_or(versions.len() - 1);
    served.position == newest
}

#[cfg(test)]
mod tests {
    use super::super::{compile, component, format};
    use super::*;

    const COMPONENTS: &str = "
- {id: kubernetes, title: K, docs: 'https://k8s.io', compare: minor, oldest: '1.0', newest: '1.37', released: 2026-08-26}
- {id: flux, title: F, docs: 'https://fluxcd.io', compare: minor, oldest: '0.1', newest: '2.9', released: 2026-08-26}";

    /// The errors of files that are each `kind, rest`.
    fn errors(files: &[(&str, &str)]) -> Vec<String> {
        let components = component::parse("components.yaml", COMPONENTS).unwrap();
        let resources: Vec<Resource> = files
            .iter()
            .map(|(kind, text)| {
                let component = if text.contains("component:") {
                    ""
                } else {
                    "component: kubernetes"
                };
                let text = format!("{component}\nkind: {kind}\ndocs: https://k8s.io/\n{text}");
                let file = format::File::parse(&format!("{kind}.yaml"), &text).unwrap();
                compile::compile(&file, &components).unwrap_or_else(|e| panic!("{e:?}"))
            })
            .collect();
        let compiled = Compiled {
            resources,
            ..Compiled::default()
        };
        check(&compiled, &components, Some(&["known"]))
            .iter()
            .map(CatalogError::to_string)
            .collect()
    }

    fn error(files: &[(&str, &str)], expected: &str) {
        let errors = errors(files);
        assert!(
            errors.iter().any(|e| e.contains(expected)),
            "{expected}: {errors:#?}"
        );
    }

    const OLD: &str = "versions: {a/v1beta1: {removed: 1.22}, a/v1: {introduced: 1.19}}\n";
    const WAY: &str = "conversions: [{from: a/v1beta1, to: a/v1}]";

    #[test]
    fn a_good_catalogue_has_no_errors() {
        let x = format!("{OLD}{WAY}");
        let y =
            "versions: {b/v1: {removed: 1.2}}\nconversions: [{from: b/v1, to: a/v1beta1, kind: X}]";
        let z = "versions: {c/v1: {deprecated: 1.2, advice: use X}}";
        let w = "versions: {d/v1beta1: {deprecated: 1.2}}";
        assert_eq!(
            errors(&[("X", &x), ("Y", y), ("Z", z), ("W", w)]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn conversions_lead_somewhere() {
        let x = format!("{OLD}{WAY}");
        error(
            &[(
                "X",
                &x.replace("from: a/v1beta1", "from: [a/v1beta1, a/v1alpha1]"),
            )],
            "conversions[0].from: `a/v1alpha1` is not in `versions`",
        );
        error(
            &[("X", &x.replace("to: a/v1}", "to: a/v2}"))],
            "X.yaml: conversions[0].to: `a/v2` is not in `versions`",
        );
        error(
            &[("X", &x.replace("to: a/v1}", "to: a/v1beta1}"))],
            "`a/v1beta1` is not newer than `a/v1beta1`",
        );
        error(
            &[("X", &x.replace("to: a/v1}", "to: a/v1, kind: Y}"))],
            "no file describes `Y` in `a/v1`",
        );
        error(
            &[("X", &x.replace("to: a/v1}", "to: a/v1, kind: X}"))],
            "`X` is described in this file",
        );
        error(
            &[(
                "X",
                &x.replace("from: a/v1beta1", "from: [a/v1beta1, a/v1beta1]"),
            )],
            "converted to `a/v1` twice",
        );
        error(
            &[(
                "X",
                &x.replace("a/v1}]", "a/v1}, {from: a/v1beta1, to: a/v1}]"),
            )],
            "conversions[1].from: `a/v1beta1` is converted",
        );
    }

    #[test]
    fn conversions_of_the_kind_stay_in_the_component_and_go_forward() {
        let y = "component: flux\nversions: {b/v1: {}}";
        let x = "versions: {a/v1: {}}\nconversions: [{from: a/v1, to: b/v1, kind: Y}]";
        error(
            &[("X", x), ("Y", y)],
            "`Y` belongs to flux, this file to kubernetes",
        );
        let y = "versions: {b/v1: {}}\nconversions: [{from: b/v1, to: a/v1, kind: X}]";
        error(&[("X", x), ("Y", y)], "a way leads back from `Y`");
    }

    #[test]
    fn old_versions_have_a_way_to_the_newest() {
        error(
            &[("X", OLD)],
            "X.yaml: versions.a/v1beta1: has no way to the newest version",
        );
        let advised = OLD.replace("{removed: 1.22}", "{removed: 1.22, advice: rewrite it}");
        assert_eq!(errors(&[("X", &advised)]), Vec::<String>::new());
        let stops = "versions: {a/v1beta1: {removed: 1.22}, a/v1beta2: {removed: 1.23, advice: x}, a/v1: {}}\n\
                     conversions: [{from: a/v1beta1, to: a/v1beta2}]";
        error(&[("X", stops)], "versions.a/v1beta1: has no way");
        // A newest version that is off by default is not where ways have to end.
        let off = format!(
            "{}{WAY}",
            OLD.replace("1.19}}", "1.19}, a/v2alpha1: {default: off}}")
        );
        assert_eq!(errors(&[("X", &off)]), Vec::<String>::new());
    }

    #[test]
    fn a_replacement_is_not_itself_removed() {
        let x = format!("{}{WAY}", OLD.replace("1.19}", "1.19, removed: 1.25}"));
        error(
            &[("X", &x)],
            "versions.a/v1beta1: its replacement `a/v1` is itself removed",
        );
        // Removed, but somebody says what to do.
        let advised = x.replace("removed: 1.25", "removed: 1.25, advice: use another kind");
        assert_eq!(errors(&[("X", &advised)]), Vec::<String>::new());
        // Only announced.
        let planned = x.replace("removed: 1.25", "removed: 1.38");
        assert_eq!(errors(&[("X", &planned)]), Vec::<String>::new());
    }

    #[test]
    fn a_version_is_described_once() {
        let x = format!("{OLD}{WAY}");
        error(
            &[("'X'", &x), ("X", &x)],
            "versions.a/v1: X of 'X'.yaml describes it too",
        );
    }

    #[test]
    fn steps_come_from_somewhere_and_call_what_is_there() {
        let with = |step: &str| {
            format!(
                "{OLD}{}",
                WAY.replace("a/v1}", &format!("a/v1, steps: [{step}]}}"))
            )
        };
        error(
            &[("X", &with("{remove: x, from: a/v1}"))],
            "conversions[0].steps[0].from: nothing comes this way from `a/v1`; write one of a/v1beta1",
        );
        error(
            &[("X", &with("{in: x, steps: [{function: f}]}"))],
            "conversions[0].steps[0].steps[0]: there is no function `f`",
        );
        error(
            &[(
                "X",
                &with("{ask: q, question: Q, answers: {a: [{function: f}]}}"),
            )],
            "steps[0].answers.a[0]: there is no function",
        );
        let x = with("{function: known, from: [a/v1beta1, b/v1]}");
        let y =
            "versions: {b/v1: {removed: 1.2}}\nconversions: [{from: b/v1, to: a/v1beta1, kind: X}]";
        assert_eq!(errors(&[("X", &x), ("Y", y)]), Vec::<String>::new());
    }
}

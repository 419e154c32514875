//! What is to be done with an object: the way from its version to one that both ends of the window serve.

use std::cmp::Reverse;
use std::str::FromStr;

use super::graph::{Reached, Served};
use super::load::Catalog;
use super::rule::{Conversion, Resource, ServedVersion};
use super::target::{Range, Window};
use super::version::Version;

/// Which objects are converted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// Those that the target no longer serves.
    Removed,
    /// And those that it serves as deprecated.
    #[default]
    Deprecated,
    /// All that have a newer version.
    Newest,
}

/// What the catalogue says about one object.
#[derive(Clone, Debug)]
pub struct Judgement<'a> {
    pub resource: &'a Resource,
    pub version: &'a ServedVersion,
    pub status: Status,
    pub next: Next<'a>,
}

/// How the target sees an apiVersion, or what a rule replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Current,
    Deprecated {
        since: Version,
    },
    Removed {
        since: Version,
    },
    /// Served as ever, but it means something else, or is refused at times. Only of rules without a
    /// kind.
    Changed {
        since: Version,
    },
    /// Newer than the target.
    NotYetServed {
        until: Version,
    },
    /// Its component has no target.
    Unjudged,
}

/// What to do.
#[derive(Clone, Debug)]
pub enum Next<'a> {
    /// Nothing.
    Stay,
    /// Convert it.
    Convert(Way<'a>),
    /// Nothing that replaces it is served at both ends yet: `to` is, from release `until` on.
    Wait { to: &'a str, until: Version },
    /// Nothing replaces it, or nothing that the target serves.
    NoReplacement { advice: Option<&'a str> },
}

/// A way through the graph, and where it ends.
#[derive(Clone, Debug)]
pub struct Way<'a> {
    /// One or more conversions, in order.
    pub hops: Vec<&'a Conversion>,
    pub api_version: &'a str,
    pub kind: &'a str,
}

impl FromStr for Policy {
    type Err = String;

    fn from_str(name: &str) -> Result<Policy, String> {
        match name {
            "removed" => Ok(Policy::Removed),
            "deprecated" => Ok(Policy::Deprecated),
            "newest" => Ok(Policy::Newest),
            _ => Err(format!(
                "`{name}` is not a policy; write removed, deprecated or newest"
            )),
        }
    }
}

impl Policy {
    /// Whether an object of this status is to be converted, if it can be.
    pub fn wants(self, status: Status) -> bool {
        match status {
            Status::Removed { .. } => true,
            Status::Deprecated { .. } => self != Policy::Removed,
            Status::Current => self == Policy::Newest,
            Status::Changed { .. } | Status::NotYetServed { .. } | Status::Unjudged => false,
        }
    }
}

impl ServedVersion {
    /// How a release sees this version.
    pub fn status(&self, at: Version) -> Status {
        match (self.introduced, self.deprecated, self.removed) {
            (_, _, Some(since)) if since <= at => Status::Removed { since },
            (_, Some(since), _) if since <= at => Status::Deprecated { since },
            (Some(until), _, _) if until > at => Status::NotYetServed { until },
            _ => Status::Current,
        }
    }

    /// Whether a cluster serves this version all the way from one end to the other, unless somebody
    /// changed what is on.
    pub fn is_served(&self, range: Range) -> bool {
        !self.off_by_default && self.is_there(range.from) && !self.is_gone(range.to)
    }

    fn is_there(&self, at: Version) -> bool {
        self.introduced.is_none_or(|introduced| introduced <= at)
    }

    fn is_gone(&self, at: Version) -> bool {
        self.removed.is_some_and(|removed| removed <= at)
    }
}

impl Catalog {
    /// Judges an object by its apiVersion and kind; `None` where the catalogue does not know them.
    ///
    /// What the policy wants converted goes to the newest version that is served by default at both
    /// ends of the window. Where there is none yet, the object waits for the first release that serves
    /// one which the target still has.
    ///
    /// ```
    /// use refit::catalog::{Catalog, Next, Policy, Window};
    ///
    /// let catalog = Catalog::builtin();
    /// let window = Window::parse(catalog, &["1.33"], &[])?;
    /// assert!(catalog.judge("v1", "ConfigMap", &window, Policy::Deprecated).is_none());
    /// # Ok::<(), refit::catalog::TargetError>(())
    /// ```
    pub fn judge(
        &self,
        api_version: &str,
        kind: &str,
        window: &Window,
        policy: Policy,
    ) -> Option<Judgement<'_>> {
        let served = self.served(api_version, kind)?;
        let (resource, version) = (served.resource, served.version);
        let (status, next) = match window.range(&resource.component) {
            None => (Status::Unjudged, Next::Stay),
            Some(range) => {
                let status = version.status(range.to);
                let next = if policy.wants(status) {
                    self.next(served, status, range)
                } else {
                    Next::Stay
                };
                (status, next)
            }
        };
        Some(Judgement {
            resource,
            version,
            status,
            next,
        })
    }

    /// What to do with an object that is to be converted.
    fn next<'a>(&'a self, from: Served<'a>, status: Status, range: Range) -> Next<'a> {
        let reached = self.index().reach(self.resources(), from);
        let both_ends = reached.iter().filter(|r| r.end.version.is_served(range));
        if let Some(best) = both_ends.max_by_key(|r| age(r)) {
            return Next::Convert(Way {
                hops: best.hops.clone(),
                api_version: best.end.api_version(),
                kind: best.end.kind,
            });
        }
        if status == Status::Current {
            // Nothing presses: the newest version it can have is the one it has.
            return Next::Stay;
        }
        let later = reached.iter().filter(|r| {
            let version = r.end.version;
            !version.off_by_default && !version.is_gone(range.to)
        });
        // Those that are there already are served at both ends, and have been chosen above.
        let later = later.filter_map(|r| Some((r.end.version.introduced?, r)));
        match later.min_by_key(|(introduced, r)| (*introduced, Reverse(age(r)))) {
            Some((until, r)) => Next::Wait {
                to: r.end.api_version(),
                until,
            },
            None => Next::NoReplacement {
                advice: advice(from, &reached),
            },
        }
    }
}

/// Greater is newer: a later position in its file, and any version of a kind that replaces the kind.
/// The rest only makes the choice the same every time.
fn age<'a>(reached: &Reached<'a>) -> (usize, usize, &'a str, &'a str) {
    (
        reached.kind_changes(),
        reached.end.position,
        reached.end.kind,
        reached.end.api_version(),
    )
}

/// What a person can do: the advice of the version itself, else of the newest one it would become.
fn advice<'a>(from: Served<'a>, reached: &[Reached<'a>]) -> Option<&'a str> {
    let own = from.version.advice.as_deref();
    own.or_else(|| {
        let advised = reached.iter().filter(|r| r.end.version.advice.is_some());
        advised
            .max_by_key(|r| age(r))
            .and_then(|r| r.end.version.advice.as_deref())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::component;
    use super::super::format::File;
    use super::*;

    const COMPONENTS: &str = "
- {id: kubernetes, title: K, docs: 'https://k8s.io', compare: minor, oldest: '1.0', newest: '1.37', released: 2026-08-26}
- {id: flux, title: F, docs: 'https://fluxcd.io', compare: minor, oldest: '0.1', newest: '2.9', released: 2026-06-30}";

    const INGRESS: &str = r#"
component: kubernetes
kind: Ingress
docs: https://k8s.io/
versions:
  extensions/v1beta1: {introduced: "1.1", deprecated: "1.14", removed: "1.22"}
  networking.k8s.io/v1beta1: {introduced: "1.14", deprecated: "1.19", removed: "1.22"}
  networking.k8s.io/v1: {introduced: "1.19"}
conversions:
  - {from: extensions/v1beta1, to: networking.k8s.io/v1beta1}
  - {from: [extensions/v1beta1, networking.k8s.io/v1beta1], to: networking.k8s.io/v1}
"#;

    const HPA: &str = r#"
component: kubernetes
kind: HorizontalPodAutoscaler
docs: https://k8s.io/
versions:
  autoscaling/v1: {introduced: "1.2"}
  autoscaling/v2beta1: {introduced: "1.8", deprecated: "1.22", removed: "1.25"}
  autoscaling/v2beta2: {introduced: "1.12", deprecated: "1.23", removed: "1.26"}
  autoscaling/v2: {introduced: "1.23"}
conversions:
  - {from: [autoscaling/v1, autoscaling/v2beta2], to: autoscaling/v2}
  - {from: autoscaling/v2beta1, to: autoscaling/v2beta2}
"#;

    const POLICY: &str = r#"
component: kubernetes
kind: PodSecurityPolicy
docs: https://k8s.io/
versions:
  extensions/v1beta1: {introduced: "1.2", deprecated: "1.10", removed: "1.16"}
  policy/v1beta1: {introduced: "1.10", deprecated: "1.21", removed: "1.25", advice: use Pod Security Admission}
conversions:
  - {from: extensions/v1beta1, to: policy/v1beta1}
"#;

    const CLASS: &str = r#"
component: kubernetes
kind: VolumeAttributesClass
docs: https://k8s.io/
versions:
  storage.k8s.io/v1alpha1: {introduced: "1.29", deprecated: "1.32", removed: "1.35", default: off}
  storage.k8s.io/v1beta1: {introduced: "1.31", deprecated: "1.34", removed: "1.37", default: off}
  storage.k8s.io/v1: {introduced: "1.34"}
conversions:
  - {from: storage.k8s.io/v1alpha1, to: storage.k8s.io/v1beta1}
  - {from: storage.k8s.io/v1beta1, to: storage.k8s.io/v1}
"#;

    const CRON: &str = r#"
component: kubernetes
kind: CronJob
docs: https://k8s.io/
versions:
  batch/v2alpha1: {introduced: "1.5", deprecated: "1.8", removed: "1.21", default: off}
  batch/v1beta1: {introduced: "1.8", deprecated: "1.21", removed: "1.25"}
  batch/v1: {introduced: "1.21"}
conversions:
  - {from: batch/v2alpha1, to: batch/v1beta1}
  - {from: batch/v1beta1, to: batch/v1}
"#;

    const SCHEDULED: &str = r#"
component: kubernetes
kind: ScheduledJob
docs: https://k8s.io/
versions:
  batch/v2alpha1: {deprecated: "1.5", removed: "1.8", default: off}
conversions:
  - {from: batch/v2alpha1, to: batch/v2alpha1, kind: CronJob}
"#;

    const ALERT: &str = r#"
component: flux
kind: [Alert, Provider]
docs: https://fluxcd.io/
versions:
  notification.toolkit.fluxcd.io/v1beta2: {deprecated: "2.2", removed: "2.9"}
  notification.toolkit.fluxcd.io/v1beta3: {introduced: "2.2"}
conversions:
  - {from: notification.toolkit.fluxcd.io/v1beta2, to: notification.toolkit.fluxcd.io/v1beta3}
"#;

    const LOOSE: &str = r#"
component: kubernetes
kind: Loose
docs: https://k8s.io/
versions:
  a/v1beta1: {introduced: "1.10", removed: "1.20", advice: write it again}
  a/v1beta2: {deprecated: "1.19"}
"#;

    fn catalog() -> Catalog {
        let components = component::parse("components.yaml", COMPONENTS).unwrap();
        let files = [INGRESS, HPA, POLICY, CLASS, CRON, SCHEDULED, ALERT, LOOSE];
        let files: Vec<File> = files
            .iter()
            .enumerate()
            .map(|(i, f)| File::parse(&format!("{i}.yaml"), f).unwrap())
            .collect();
        Catalog::compile(components, &files, None).unwrap()
    }

    /// The judgement in one line, such as `removed 1.22 -> networking.k8s.io/v1 (1)`.
    fn judged(object: &str, from: &str, to: &str, policy: Policy) -> String {
        let catalog = catalog();
        let from: Vec<&str> = Some(from)
            .filter(|from| !from.is_empty())
            .into_iter()
            .collect();
        let window = Window::parse(&catalog, &[to], &from).unwrap();
        let (api_version, kind) = object.split_once(' ').unwrap();
        let Some(judgement) = catalog.judge(api_version, kind, &window, policy) else {
            return "unknown".into();
        };
        assert_eq!(judgement.version.api_version, api_version);
        let status = match judgement.status {
            Status::Current => "current".into(),
            Status::Deprecated { since } => format!("deprecated {since}"),
            Status::Removed { since } => format!("removed {since}"),
            Status::Changed { since } => format!("changed {since}"),
            Status::NotYetServed { until } => format!("not yet {until}"),
            Status::Unjudged => "unjudged".into(),
        };
        let next = match judgement.next {
            Next::Stay => "stay".into(),
            Next::Convert(way) => {
                let last = way.hops.last().unwrap();
                assert_eq!(last.to, way.api_version);
                format!("-> {} {} ({})", way.api_version, way.kind, way.hops.len())
            }
            Next::Wait { to, until } => format!("wait for {to} in {until}"),
            Next::NoReplacement { advice } => format!("none: {}", advice.unwrap_or("no advice")),
        };
        format!("{status} {next}")
    }

    fn by_default(object: &str, from: &str, to: &str) -> String {
        judged(object, from, to, Policy::Deprecated)
    }

    const OLD: &str = "extensions/v1beta1 Ingress";
    const BETA: &str = "networking.k8s.io/v1beta1 Ingress";
    const V1: &str = "networking.k8s.io/v1 Ingress";

    #[test]
    fn ingress_moves_when_both_ends_serve_the_new_version() {
        for (object, from, to, expected) in [
            // Before the deprecation.
            (OLD, "1.12", "1.13", "current stay"),
            // Deprecated in the release that brings the replacement.
            (
                OLD,
                "1.13",
                "1.14",
                "deprecated 1.14 wait for networking.k8s.io/v1beta1 in 1.14",
            ),
            (
                OLD,
                "1.14",
                "1.15",
                "deprecated 1.14 -> networking.k8s.io/v1beta1 Ingress (1)",
            ),
            // To the newest that is served at both ends, though it is deprecated at the target.
            (
                OLD,
                "1.18",
                "1.19",
                "deprecated 1.14 -> networking.k8s.io/v1beta1 Ingress (1)",
            ),
            (
                BETA,
                "1.18",
                "1.19",
                "deprecated 1.19 wait for networking.k8s.io/v1 in 1.19",
            ),
            (
                OLD,
                "1.19",
                "1.20",
                "deprecated 1.14 -> networking.k8s.io/v1 Ingress (1)",
            ),
            (
                BETA,
                "1.19",
                "1.22",
                "removed 1.22 -> networking.k8s.io/v1 Ingress (1)",
            ),
            // The beta is gone at one end, v1 not there at the other.
            (
                OLD,
                "1.18",
                "1.22",
                "removed 1.22 wait for networking.k8s.io/v1 in 1.19",
            ),
            (
                BETA,
                "1.18",
                "1.22",
                "removed 1.22 wait for networking.k8s.io/v1 in 1.19",
            ),
            // Only the target is known: the minor before it runs.
            (
                OLD,
                "",
                "1.22",
                "removed 1.22 -> networking.k8s.io/v1 Ingress (1)",
            ),
            (
                OLD,
                "",
                "1.33",
                "removed 1.22 -> networking.k8s.io/v1 Ingress (1)",
            ),
            (
                OLD,
                "",
                "1.19",
                "deprecated 1.14 -> networking.k8s.io/v1beta1 Ingress (1)",
            ),
            (
                OLD,
                "1.19",
                "1.19",
                "deprecated 1.14 -> networking.k8s.io/v1 Ingress (1)",
            ),
            // Never backwards, also where the target does not know it yet.
            (V1, "", "1.33", "current stay"),
            (V1, "1.17", "1.18", "not yet 1.19 stay"),
            (V1, "1.18", "1.19", "current stay"),
            (BETA, "1.12", "1.13", "not yet 1.14 stay"),
        ] {
            assert_eq!(
                by_default(object, from, to),
                expected,
                "{object} from {from} to {to}"
            );
        }
    }

    #[test]
    fn policy_removed_does_less_and_newest_more() {
        use Policy::{Deprecated, Newest, Removed};
        let v1 = "autoscaling/v1 HorizontalPodAutoscaler";
        for (object, to, policy, expected) in [
            (OLD, "1.21", Removed, "deprecated 1.14 stay"),
            (
                OLD,
                "1.22",
                Removed,
                "removed 1.22 -> networking.k8s.io/v1 Ingress (1)",
            ),
            (v1, "1.33", Deprecated, "current stay"),
            (
                v1,
                "1.33",
                Newest,
                "current -> autoscaling/v2 HorizontalPodAutoscaler (1)",
            ),
            // Nothing to wait for: it is current.
            (v1, "1.23", Newest, "current stay"),
            (V1, "1.33", Newest, "current stay"),
            (OLD, "1.13", Newest, "current stay"),
            (V1, "1.18", Newest, "not yet 1.19 stay"),
            (BETA, "1.18", Newest, "current stay"),
        ] {
            assert_eq!(
                judged(object, "", to, policy),
                expected,
                "{object} to {to} {policy:?}"
            );
        }
        assert_eq!(
            judged(OLD, "1.14", "1.14", Newest),
            "deprecated 1.14 -> networking.k8s.io/v1beta1 Ingress (1)"
        );
    }

    #[test]
    fn a_way_may_have_several_hops_and_end_before_the_newest() {
        let beta1 = "autoscaling/v2beta1 HorizontalPodAutoscaler";
        assert_eq!(
            by_default(beta1, "", "1.33"),
            "removed 1.25 -> autoscaling/v2 HorizontalPodAutoscaler (2)"
        );
        assert_eq!(
            by_default(beta1, "1.21", "1.22"),
            "deprecated 1.22 -> autoscaling/v2beta2 HorizontalPodAutoscaler (1)"
        );
        assert_eq!(
            by_default(beta1, "1.22", "1.25"),
            "removed 1.25 -> autoscaling/v2beta2 HorizontalPodAutoscaler (1)"
        );
        assert_eq!(
            by_default(beta1, "1.22", "1.26"),
            "removed 1.25 wait for autoscaling/v2 in 1.23"
        );
    }

    #[test]
    fn what_is_off_by_default_is_passed_through_but_never_chosen() {
        let alpha = "storage.k8s.io/v1alpha1 VolumeAttributesClass";
        assert_eq!(
            by_default(alpha, "1.31", "1.33"),
            "deprecated 1.32 wait for storage.k8s.io/v1 in 1.34"
        );
        assert_eq!(
            by_default(alpha, "1.34", "1.35"),
            "removed 1.35 -> storage.k8s.io/v1 VolumeAttributesClass (2)"
        );
        assert_eq!(
            judged(alpha, "1.31", "1.31", Policy::Newest),
            "current stay"
        );
    }

    #[test]
    fn a_replacement_that_is_removed_is_none() {
        let psp = "extensions/v1beta1 PodSecurityPolicy";
        assert_eq!(
            by_default(psp, "1.15", "1.16"),
            "removed 1.16 -> policy/v1beta1 PodSecurityPolicy (1)"
        );
        assert_eq!(
            by_default(psp, "1.15", "1.25"),
            "removed 1.16 none: use Pod Security Admission"
        );
        assert_eq!(
            by_default("policy/v1beta1 PodSecurityPolicy", "", "1.25"),
            "removed 1.25 none: use Pod Security Admission"
        );
        assert_eq!(
            by_default("policy/v1beta1 PodSecurityPolicy", "", "1.24"),
            "deprecated 1.21 none: use Pod Security Admission"
        );
    }

    #[test]
    fn a_version_without_a_way_has_no_replacement() {
        assert_eq!(
            by_default("a/v1beta1 Loose", "", "1.20"),
            "removed 1.20 none: write it again"
        );
        assert_eq!(
            by_default("a/v1beta2 Loose", "", "1.20"),
            "deprecated 1.19 none: no advice"
        );
        assert_eq!(
            judged("a/v1beta2 Loose", "", "1.20", Policy::Removed),
            "deprecated 1.19 stay"
        );
    }

    #[test]
    fn a_way_may_change_the_kind() {
        let old = "batch/v2alpha1 ScheduledJob";
        assert_eq!(
            by_default(old, "", "1.33"),
            "removed 1.8 -> batch/v1 CronJob (3)"
        );
        assert_eq!(
            by_default(old, "1.8", "1.9"),
            "removed 1.8 -> batch/v1beta1 CronJob (2)"
        );
        assert_eq!(
            by_default(old, "1.7", "1.8"),
            "removed 1.8 wait for batch/v1beta1 in 1.8"
        );
    }

    #[test]
    fn other_components_run_their_target() {
        let alert = "notification.toolkit.fluxcd.io/v1beta2 Alert";
        let provider = "notification.toolkit.fluxcd.io/v1beta2 Provider";
        let v1beta3 = "notification.toolkit.fluxcd.io/v1beta3";
        assert_eq!(
            by_default(alert, "", "flux=2.2"),
            format!("deprecated 2.2 -> {v1beta3} Alert (1)")
        );
        assert_eq!(
            by_default(provider, "", "latest"),
            format!("removed 2.9 -> {v1beta3} Provider (1)")
        );
        assert_eq!(
            by_default(alert, "flux=0.37", "flux=2.2"),
            format!("deprecated 2.2 wait for {v1beta3} in 2.2")
        );
        assert_eq!(by_default(alert, "", "flux=0.41"), "current stay");
    }

    #[test]
    fn without_a_target_nothing_is_judged() {
        assert_eq!(by_default(OLD, "", "flux=2.9"), "unjudged stay");
        assert_eq!(judged(OLD, "", "flux=2.9", Policy::Newest), "unjudged stay");
    }

    #[test]
    fn what_the_catalogue_does_not_have_is_unknown() {
        for object in [
            "extensions/v1beta1 Deployment",
            "v1 Ingress",
            "networking.k8s.io/v2 Ingress",
        ] {
            assert_eq!(by_default(object, "", "1.33"), "unknown");
        }
    }

    /// Going to one release and then to another ends where going there at once does, unless the stop
    /// was at a version that nothing presses to leave.
    #[test]
    fn stops_on_the_way_change_nothing() {
        let catalog = Catalog::builtin();
        let targets = |component: &str| -> Vec<String> {
            match component {
                "kubernetes" => (5..=37).map(|minor| format!("1.{minor}")).collect(),
                "flux" => (0..=9).map(|minor| format!("flux=2.{minor}")).collect(),
                _ => Vec::new(),
            }
        };
        let step = |object: (String, String), to: &str| {
            let window = Window::parse(catalog, &[to], &[]).unwrap();
            let judgement = catalog
                .judge(&object.0, &object.1, &window, Policy::Deprecated)
                .unwrap();
            match judgement.next {
                Next::Convert(way) => (way.api_version.to_owned(), way.kind.to_owned()),
                _ => object,
            }
        };
        let next = |object: &(String, String), to: &str| {
            let window = Window::parse(catalog, &[to], &[]).unwrap();
            catalog
                .judge(&object.0, &object.1, &window, Policy::Deprecated)
                .unwrap()
                .next
        };
        let status = |object: &(String, String), to: &str| {
            let window = Window::parse(catalog, &[to], &[]).unwrap();
            catalog
                .judge(&object.0, &object.1, &window, Policy::Deprecated)
                .unwrap()
                .status
        };
        for served in catalog.index().all(catalog.resources()) {
            let start = (served.api_version().to_owned(), served.kind.to_owned());
            let targets = targets(&served.resource.component);
            for (i, first) in targets.iter().enumerate() {
                let stop = step(start.clone(), first);
                for second in &targets[i..] {
                    // A kind that ends has no way to equal.
                    if matches!(next(&start, second), Next::NoReplacement { .. }) {
                        continue;
                    }
                    if stop == start || status(&stop, second) != Status::Current {
                        let (direct, stepped) =
                            (step(start.clone(), second), step(stop.clone(), second));
                        assert_eq!(stepped, direct, "{start:?} to {first} and then {second}");
                    }
                }
            }
        }
    }

    /// A resource of a few versions with any dates and any forward conversions.
    fn any_file() -> impl Strategy<Value = String> {
        let date = || prop::option::of(0u32..20);
        let version = (date(), date(), date(), any::<bool>());
        let versions = prop::collection::vec(version, 1..6);
        (versions, prop::collection::vec(any::<bool>(), 15)).prop_map(|(versions, edges)| {
            let mut text =
                "component: kubernetes\nkind: X\ndocs: https://k8s.io/\nversions:\n".to_owned();
            for (i, (introduced, deprecated, removed, off)) in versions.iter().enumerate() {
                // Dates in order, whatever was drawn.
                let mut dates = [*introduced, *deprecated, *removed];
                let mut drawn: Vec<u32> = dates.iter().flatten().copied().collect();
                drawn.sort_unstable();
                let mut drawn = drawn.into_iter();
                dates
                    .iter_mut()
                    .flatten()
                    .for_each(|d| *d = drawn.next().unwrap());
                text += &format!("  a/v{i}:\n    advice: none\n");
                for (key, date) in ["introduced", "deprecated", "removed"].iter().zip(dates) {
                    if let Some(date) = date {
                        text += &format!("    {key}: \"1.{date}\"\n");
                    }
                }
                if *off {
                    text += "    default: off\n";
                }
            }
            text += "conversions:\n";
            let pairs =
                (0..versions.len()).flat_map(|a| (a + 1..versions.len()).map(move |b| (a, b)));
            let mut any = false;
            for ((a, b), _) in pairs.zip(edges).filter(|(_, edge)| *edge) {
                text += &format!("  - {{from: a/v{a}, to: a/v{b}}}\n");
                any = true;
            }
            if any {
                text
            } else {
                text.replace("conversions:\n", "")
            }
        })
    }

    proptest! {
        #[test]
        fn every_way_ends_where_both_ends_serve(
            text in any_file(), a in 0u32..20, b in 0u32..20, policy in 0usize..3,
        ) {
            let components = component::parse("components.yaml", COMPONENTS).unwrap();
            let file = File::parse("x.yaml", &text).unwrap();
            let catalog = Catalog::compile(components, &[file], None).unwrap();
            let (from, to) = (format!("1.{}", a.min(b)), format!("1.{}", a.max(b)));
            let window = Window::parse(&catalog, &[&to], &[&from]).unwrap();
            let range = window.range("kubernetes").unwrap();
            let policy = [Policy::Removed, Policy::Deprecated, Policy::Newest][policy];
            let resource = &catalog.resources()[0];
            for (start, version) in resource.versions.iter().enumerate() {
                let judgement = catalog.judge(&version.api_version, "X", &window, policy).unwrap();
                let start_of = |api_version: &str| {
                    resource.versions.iter().position(|v| v.api_version == api_version).unwrap()
                };
                // The newest that can be reached and is served, found the slow way.
                let mut reachable = vec![start];
                for i in start..resource.versions.len() {
                    if reachable.contains(&i) {
                        let name = &resource.versions[i].api_version;
                        let out = resource.conversions.iter().filter(|c| c.from.contains(name));
                        reachable.extend(out.map(|c| start_of(&c.to)));
                    }
                }
                let served = reachable.iter().filter(|i| **i != start && resource.versions[**i].is_served(range));
                let best = served.max().copied();
                match judgement.next {
                    Next::Stay => {
                        prop_assert!(!policy.wants(judgement.status)
                            || judgement.status == Status::Current && best.is_none());
                    }
                    Next::Convert(way) => {
                        prop_assert!(policy.wants(judgement.status));
                        let mut at = version.api_version.as_str();
                        for hop in &way.hops {
                            prop_assert!(hop.from.iter().any(|f| f == at));
                            prop_assert!(start_of(&hop.to) > start_of(at));
                            at = &hop.to;
                        }
                        prop_assert_eq!(at, way.api_version);
                        prop_assert_eq!(Some(start_of(at)), best);
                        // Once there, only a newer one could be better, and there is none.
                        let again = catalog.judge(at, "X", &window, Policy::Newest).unwrap();
                        let converts = matches!(again.next, Next::Convert(_));
                        prop_assert!(!converts);
                    }
                    Next::Wait { to, until } => {
                        prop_assert!(best.is_none() && until > range.from);
                        let end = &resource.versions[start_of(to)];
                        prop_assert!(!end.off_by_default && end.introduced == Some(until));
                        prop_assert!(end.removed.is_none_or(|removed| removed > range.to));
                    }
                    Next::NoReplacement { advice } => {
                        prop_assert!(best.is_none());
                        prop_assert_eq!(advice, Some("none"));
                    }
                }
            }
        }
    }
}

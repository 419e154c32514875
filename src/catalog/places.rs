//! Where in an object a rule works.

use super::load::Catalog;
use super::rule::{Below, KindName, Path, Rule, Site};

impl Catalog {
    /// The paths at which the steps of a rule run in objects of a kind.
    pub fn paths_of(&self, rule: &Rule, api_version: &str, kind: &str) -> Vec<Path> {
        let mut paths = Vec::new();
        self.collect(&rule.sites, api_version, kind, &[], &mut paths);
        paths
    }

    /// Collects the paths of sites, each followed by another one.
    fn collect(
        &self,
        sites: &[Site],
        api_version: &str,
        kind: &str,
        rest: &[&Path],
        paths: &mut Vec<Path>,
    ) {
        for Site { below, paths: own } in sites {
            if let Below::Kinds(kinds) = below
                && !kinds.iter().any(|name| name.is(api_version, kind))
            {
                continue;
            }
            for path in own {
                let rest = [&[path], rest].concat();
                if let Below::Place(place) = below {
                    let sites = self.places().get(*place).map_or(&[][..], |p| &p.sites);
                    self.collect(sites, api_version, kind, &rest, paths);
                    continue;
                }
                let whole = Path(rest.iter().flat_map(|path| path.0.clone()).collect());
                if !paths.contains(&whole) {
                    paths.push(whole);
                }
            }
        }
    }
}

impl KindName {
    /// Whether it names this kind.
    pub fn is(&self, api_version: &str, kind: &str) -> bool {
        let KindName::Of {
            group,
            version,
            kind: name,
        } = self
        else {
            return true;
        };
        let (its_group, its_version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
        name == kind && group == its_group && version.as_ref().is_none_or(|v| v == its_version)
    }
}

#[cfg(test)]
mod tests {
    use super::super::component;
    use super::super::format::{PlacesFile, RuleFile};
    use super::super::source::Source;
    use super::*;

    fn catalog() -> Catalog {
        let components = "[{id: k, title: K, docs: 'https://k8s.io', compare: minor, oldest: '1.0',
            newest: '1.37', released: 2026-08-26}]";
        let places = "
pod:
  - {kind: Pod, path: .}
  - {kind: [apps/Deployment, batch/v1/Job], path: spec.template}
container:
  - {place: pod, path: ['spec.containers[]', 'spec.initContainers[]']}
image:
  - {place: container, path: image}
  - {kind: example.com/Runner, path: spec.image}
  - {kind: example.com/Runner, path: spec.image}
";
        let rule = "component: k\nrule: old\ntitle: T\ndocs: https://k8s.io\ncontains: x\n\
                    places: [image, {kind: '*', path: image}]\nsteps: [{remove: x}]\n";
        let source = Source {
            components: component::parse("components.yaml", components).unwrap(),
            places: PlacesFile::parse("places.yaml", places).unwrap(),
            files: Vec::new(),
            rules: vec![RuleFile::parse("old.yaml", rule).unwrap()],
        };
        Catalog::of(source, None).unwrap()
    }

    #[test]
    fn a_place_below_a_place_follows_it_into_every_kind() {
        let catalog = catalog();
        let paths = |api_version: &str, kind: &str| -> Vec<String> {
            let paths = catalog.paths_of(&catalog.rules()[0], api_version, kind);
            paths.iter().map(ToString::to_string).collect()
        };
        assert_eq!(
            paths("v1", "Pod"),
            [
                "spec.containers[].image",
                "spec.initContainers[].image",
                "image"
            ]
        );
        let in_template = [
            "spec.template.spec.containers[].image",
            "spec.template.spec.initContainers[].image",
            "image",
        ];
        assert_eq!(paths("apps/v1beta2", "Deployment"), in_template);
        assert_eq!(paths("batch/v1", "Job"), in_template);
        assert_eq!(paths("batch/v2", "Job"), ["image"]);
        assert_eq!(paths("example.com/v1", "Runner"), ["spec.image", "image"]);
    }
}

//! The versions of all kinds as a graph whose edges are the conversions.

use super::rule::{Conversion, Resource, ServedVersion};

/// Where every (apiVersion, kind) is described. Positions, so that it can live beside the resources.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// Sorted by apiVersion and kind.
    rows: Vec<Row>,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    resource: usize,
    version: usize,
    kind: usize,
}

/// One version of one kind: a node of the graph.
#[derive(Clone, Copy, Debug)]
pub struct Served<'a> {
    pub resource: &'a Resource,
    pub version: &'a ServedVersion,
    pub kind: &'a str,
    /// The position in the file: a higher one is newer.
    pub position: usize,
}

/// What can be reached from somewhere, and how.
#[derive(Clone, Debug)]
pub struct Reached<'a> {
    pub end: Served<'a>,
    /// The shortest way; the first in the order of the files where several are equally short.
    pub hops: Vec<&'a Conversion>,
}

impl<'a> Served<'a> {
    /// The apiVersion.
    pub fn api_version(&self) -> &'a str {
        &self.version.api_version
    }

    fn is(&self, other: &Served) -> bool {
        self.api_version() == other.api_version() && self.kind == other.kind
    }
}

impl Reached<'_> {
    /// How often the way changes the kind.
    pub fn kind_changes(&self) -> usize {
        self.hops.iter().filter(|hop| hop.kind.is_some()).count()
    }
}

impl Row {
    fn key<'a>(&self, resources: &'a [Resource]) -> (&'a str, &'a str) {
        let served = self.served(resources);
        (served.api_version(), served.kind)
    }

    fn served<'a>(&self, resources: &'a [Resource]) -> Served<'a> {
        let resource = &resources[self.resource];
        Served {
            resource,
            version: &resource.versions[self.version],
            kind: &resource.kinds[self.kind],
            position: self.version,
        }
    }
}

impl Index {
    /// The index of these resources; only good for them.
    pub fn new(resources: &[Resource]) -> Index {
        let mut rows = Vec::new();
        for (resource, it) in resources.iter().enumerate() {
            for version in 0..it.versions.len() {
                rows.extend((0..it.kinds.len()).map(|kind| Row {
                    resource,
                    version,
                    kind,
                }));
            }
        }
        rows.sort_by_key(|row| row.key(resources));
        Index { rows }
    }

    /// The node of an apiVersion and kind.
    pub fn find<'a>(
        &self,
        resources: &'a [Resource],
        api_version: &str,
        kind: &str,
    ) -> Option<Served<'a>> {
        let row = self
            .rows
            .binary_search_by_key(&(api_version, kind), |row| row.key(resources))
            .ok()?;
        Some(self.rows[row].served(resources))
    }

    /// All nodes, by apiVersion and kind; where one is described twice, both stand here.
    pub fn all<'a>(&self, resources: &'a [Resource]) -> impl Iterator<Item = Served<'a>> {
        self.rows.iter().map(|row| row.served(resources))
    }

    /// Where one conversion leads from a node.
    pub fn next<'a>(
        &self,
        resources: &'a [Resource],
        from: Served<'a>,
    ) -> Vec<(Served<'a>, &'a Conversion)> {
        let conversions = from.resource.conversions.iter();
        let leaving = conversions.filter(|c| c.from.iter().any(|f| f == from.api_version()));
        leaving
            .filter_map(|c| {
                Some((
                    self.find(resources, &c.to, c.kind.as_deref().unwrap_or(from.kind))?,
                    c,
                ))
            })
            .collect()
    }

    /// Everything that can be reached from a node, nearest first, without the node itself.
    pub fn reach<'a>(&self, resources: &'a [Resource], from: Served<'a>) -> Vec<Reached<'a>> {
        // Breadth first: the first way found to a node is a shortest one.
        let mut reached = vec![Reached {
            end: from,
            hops: Vec::new(),
        }];
        let mut at = 0;
        while at < reached.len() {
            let here = reached[at].clone();
            for (end, conversion) in self.next(resources, here.end) {
                if !reached.iter().any(|r| r.end.is(&end)) {
                    let hops = here.hops.iter().copied().chain([conversion]).collect();
                    reached.push(Reached { end, hops });
                }
            }
            at += 1;
        }
        reached.remove(0);
        reached
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(
        kinds: &[&str],
        versions: &[&str],
        ways: &[(&[&str], &str, Option<&str>)],
    ) -> Resource {
        Resource {
            file: format!("{}.yaml", kinds[0]).into(),
            component: "kubernetes".into(),
            kinds: kinds.iter().map(|k| k.to_string()).collect(),
            docs: "".into(),
            versions: versions
                .iter()
                .map(|v| ServedVersion {
                    api_version: v.to_string(),
                    introduced: None,
                    deprecated: None,
                    removed: None,
                    off_by_default: false,
                    advice: None,
                })
                .collect(),
            conversions: ways
                .iter()
                .map(|(from, to, kind)| Conversion {
                    from: from.iter().map(|f| f.to_string()).collect(),
                    to: to.to_string(),
                    kind: kind.map(str::to_owned),
                    steps: Vec::new(),
                })
                .collect(),
        }
    }

    fn ways(resources: &[Resource], api_version: &str, kind: &str) -> Vec<String> {
        let index = Index::new(resources);
        let start = index.find(resources, api_version, kind).unwrap();
        let reached = index.reach(resources, start);
        reached
            .iter()
            .map(|r| {
                let hops: Vec<_> = r.hops.iter().map(|h| h.to.as_str()).collect();
                format!("{} {}: {}", r.end.api_version(), r.end.kind, hops.join(" "))
            })
            .collect()
    }

    #[test]
    fn finds_every_kind_in_every_version() {
        let resources = [
            resource(&["Role", "RoleBinding"], &["b", "a"], &[]),
            resource(&["X"], &["a"], &[]),
        ];
        let index = Index::new(&resources);
        for (api_version, kind) in [
            ("b", "Role"),
            ("a", "Role"),
            ("a", "RoleBinding"),
            ("a", "X"),
        ] {
            let found = index.find(&resources, api_version, kind).unwrap();
            assert_eq!((found.api_version(), found.kind), (api_version, kind));
        }
        assert_eq!(
            index.find(&resources, "b", "RoleBinding").unwrap().position,
            0
        );
        assert!(index.find(&resources, "b", "X").is_none());
        assert_eq!(index.all(&resources).count(), 5);
    }

    #[test]
    fn the_shortest_way_wins_and_then_the_first() {
        let resources = [resource(
            &["X"],
            &["1", "2", "3", "4"],
            &[
                (&["1"], "2", None),
                (&["2"], "3", None),
                (&["1", "2"], "3", None),
                (&["3", "2"], "4", None),
            ],
        )];
        assert_eq!(ways(&resources, "1", "X"), ["2 X: 2", "3 X: 3", "4 X: 2 4"]);
        assert_eq!(ways(&resources, "2", "X"), ["3 X: 3", "4 X: 4"]);
        assert!(ways(&resources, "4", "X").is_empty());
    }

    #[test]
    fn a_way_leads_into_another_kind() {
        let resources = [
            resource(
                &["ScheduledJob"],
                &["v2alpha1"],
                &[(&["v2alpha1"], "v2alpha1", Some("CronJob"))],
            ),
            resource(
                &["CronJob"],
                &["v2alpha1", "v1"],
                &[(&["v2alpha1"], "v1", None)],
            ),
        ];
        assert_eq!(
            ways(&resources, "v2alpha1", "ScheduledJob"),
            ["v2alpha1 CronJob: v2alpha1", "v1 CronJob: v2alpha1 v1"]
        );
    }

    #[test]
    fn a_circle_ends() {
        let resources = [resource(
            &["X"],
            &["1", "2"],
            &[(&["1"], "2", None), (&["2"], "1", None)],
        )];
        assert_eq!(ways(&resources, "1", "X"), ["2 X: 2"]);
    }
}

//! Strimzi's v1: intervals in milliseconds, and mirrors that hold their clusters.

use crate::yaml::{At, Kind, Node};

use super::super::engine::Stop;
use super::super::outcome::Grade;
use super::Scope;

/// `reconciliationIntervalSeconds` of an operator, in milliseconds.
pub(super) fn interval(scope: &mut Scope) -> Result<(), Stop> {
    const OLD: &str = "reconciliationIntervalSeconds";
    const NEW: &str = "reconciliationIntervalMs";
    let Some(value) = scope.node.get(OLD).filter(|value| !value.is_null()) else {
        return Ok(());
    };
    let seconds = value.as_scalar().filter(|scalar| scalar.kind == Kind::Int);
    let seconds = seconds.and_then(|scalar| scalar.text.parse::<i64>().ok());
    let Some(milliseconds) = seconds.and_then(|seconds| seconds.checked_mul(1000)) else {
        scope.manual(&[OLD], "this is no number of seconds");
        return Ok(());
    };
    if scope.node.get(NEW).is_some() {
        scope.manual(
            &[OLD],
            format!("{NEW} stands beside it; keep that alone if it is meant"),
        );
        return Ok(());
    }
    let text = format!("{OLD} -> {NEW}: {milliseconds}");
    scope.changed(Grade::Safe, &[OLD], text, "v1 counts in milliseconds");
    scope.node.rename(OLD, NEW)?;
    if let Some(value) = scope.node.get_mut(NEW)? {
        value.set_scalar(&Node::integer(milliseconds))?;
    }
    Ok(())
}

/// What names the cluster of Connect itself, and what it was where nobody said.
const CONNECT: [(&str, &str, &str); 4] = [
    ("groupId", "group.id", "mirrormaker2-cluster"),
    (
        "configStorageTopic",
        "config.storage.topic",
        "mirrormaker2-cluster-configs",
    ),
    (
        "offsetStorageTopic",
        "offset.storage.topic",
        "mirrormaker2-cluster-offsets",
    ),
    (
        "statusStorageTopic",
        "status.storage.topic",
        "mirrormaker2-cluster-status",
    ),
];

/// Which of `spec.clusters` goes where.
struct Plan {
    target: usize,
    /// For each mirror.
    sources: Vec<usize>,
    unused: Vec<usize>,
}

/// The clusters of a KafkaMirrorMaker2 move to `spec.target` and into the mirrors that name them.
pub(super) fn mirrors(scope: &mut Scope) -> Result<(), Stop> {
    let Some(spec) = scope.node.get("spec") else {
        return Ok(());
    };
    if spec.get("clusters").is_none() && spec.get("connectCluster").is_none() {
        return Ok(());
    }
    let plan = match plan(spec) {
        Ok(plan) => plan,
        Err(text) => {
            scope.manual(&["spec"], text);
            return Ok(());
        }
    };
    let text = "spec.clusters -> spec.target and spec.mirrors[].source";
    let why = "v1 writes each cluster where it is used";
    scope.changed(Grade::Safe, &["spec", "clusters"], text, why);
    if !plan.unused.is_empty() {
        let text = "a cluster that no mirror names is gone";
        scope.changed(Grade::Review, &["spec", "clusters"], text, "");
    }
    let Some(spec) = scope.node.get_mut("spec")? else {
        return Ok(());
    };
    let Some(mut clusters) = spec.take("clusters")? else {
        return Ok(());
    };
    let place = spec.take("connectCluster")?.map(|taken| taken.place());
    let items = clusters.value_mut().items_mut()?.map(std::mem::take);
    let mut clusters: Vec<Option<Node>> = items
        .unwrap_or_default()
        .into_iter()
        .map(|item| Some(item.into_value()))
        .collect();
    if let Some(mut target) = clusters.get_mut(plan.target).and_then(Option::take) {
        name_topics(&mut target)?;
        let at = place.map_or(At::Before(&["mirrors"]), At::HeirOf);
        spec.insert("target", target, at)?;
    }
    let Some(mirrors) = spec.get_mut("mirrors")? else {
        return Ok(());
    };
    let Some(mirrors) = mirrors.items_mut()? else {
        return Ok(());
    };
    for (i, (mirror, source)) in mirrors.iter_mut().zip(&plan.sources).enumerate() {
        let mirror = mirror.value_mut();
        mirror.take("targetCluster")?;
        let place = mirror.take("sourceCluster")?.map(|taken| taken.place());
        let again = plan.sources[i + 1..].contains(source);
        let source = match clusters.get_mut(*source) {
            Some(cluster) if again => cluster.as_ref().map(Node::copy).transpose()?,
            Some(cluster) => cluster.take(),
            None => None,
        };
        if let Some(source) = source {
            let at = place.map_or(At::Before(&["sourceConnector"]), At::HeirOf);
            mirror.insert("source", source, at)?;
        }
    }
    Ok(())
}

/// Takes the names of the group and its topics out of the configuration.
fn name_topics(target: &mut Node) -> Result<(), Stop> {
    let mut after = "bootstrapServers";
    for (key, old, default) in CONNECT {
        if target.get(key).is_some() {
            continue;
        }
        let config = target.get_mut("config")?;
        let given = match config {
            Some(config) => config.take(old)?,
            None => None,
        };
        match given {
            Some(given) => target.insert(key, given, At::After(&[after]))?,
            None => target.insert(key, Node::string(default), At::After(&[after]))?,
        };
        after = key;
    }
    if target.get("config").is_some_and(Node::is_empty) {
        target.take("config")?;
    }
    Ok(())
}

fn plan(spec: &Node) -> Result<Plan, String> {
    let clusters = spec.get("clusters").map_or(&[][..], Node::items);
    let find = |alias: Option<&str>| {
        let alias = alias?;
        let is = |cluster: &Node| cluster.get("alias").and_then(Node::as_str) == Some(alias);
        clusters.iter().position(|cluster| is(cluster.value()))
    };
    let connect = spec.get("connectCluster").and_then(Node::as_str);
    let target = find(connect).ok_or("spec.connectCluster names none of spec.clusters")?;
    let mirrors = spec.get("mirrors").map_or(&[][..], Node::items);
    if mirrors.is_empty() {
        return Err("v1 needs spec.mirrors".to_owned());
    }
    let mut sources = Vec::new();
    for mirror in mirrors {
        let name = |key| mirror.value().get(key).and_then(Node::as_str);
        if find(name("targetCluster")) != Some(target) {
            return Err(
                "a mirror has another target than spec.connectCluster, and v1 has only that one"
                    .to_owned(),
            );
        }
        let source = find(name("sourceCluster")).filter(|source| *source != target);
        sources.push(source.ok_or("a mirror names a source that is none of spec.clusters")?);
    }
    let unused = (0..clusters.len()).filter(|i| *i != target && !sources.contains(i));
    Ok(Plan {
        target,
        unused: unused.collect(),
        sources,
    })
}

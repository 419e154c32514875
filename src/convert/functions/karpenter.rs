//! Karpenter: selectors as terms, the requirements that a webhook wrote, kubelet settings that belong
//! to another object.

use crate::catalog::Version;
use crate::yaml::{At, Item, Node};

use super::super::engine::Stop;
use super::super::outcome::Grade;
use super::super::values;
use super::Scope;

/// `subnetSelector` and its like as lists of terms.
///
/// A plain map of tags is left to a `move`; what stands here is what a map could only say in text: ids,
/// names and owners, and several values with commas between them.
pub(super) fn selectors(scope: &mut Scope) -> Result<(), Stop> {
    for (old, new) in [
        ("subnetSelector", "subnetSelectorTerms"),
        ("securityGroupSelector", "securityGroupSelectorTerms"),
        ("amiSelector", "amiSelectorTerms"),
    ] {
        let Some(selector) = scope.node.at(["spec", old]).filter(|s| s.is_mapping()) else {
            continue;
        };
        if scope.here.part {
            let text = format!(
                "it becomes {new}, and the list of a patch replaces the other one, where these were merged"
            );
            scope.manual(&["spec", old], text);
            continue;
        }
        let terms = match terms(selector, old == "amiSelector") {
            Ok(Some(terms)) => terms,
            Ok(None) => continue,
            Err(text) => {
                scope.manual(&["spec", old], text);
                continue;
            }
        };
        let text = format!("spec.{old} -> spec.{new}");
        let why = "a term says one id or name, or tags with one value each";
        scope.changed(Grade::Safe, &["spec", old], text, why);
        if let Some(spec) = scope.node.get_mut("spec")? {
            spec.rename(old, new)?;
            if let Some(value) = spec.get_mut(new)? {
                value.replace(terms);
            }
        }
    }
    Ok(())
}

/// The terms of a selector; `None` where it is a map of plain tags.
fn terms(selector: &Node, is_image: bool) -> Result<Option<Node>, String> {
    let (mut ids, mut names, mut owners) = (Vec::new(), Vec::new(), Vec::new());
    let mut tag_sets: Vec<Vec<(&str, &str)>> = vec![Vec::new()];
    let mut plain = true;
    for entry in selector.entries() {
        let (Some(key), Some(scalar)) = (entry.key(), entry.value().as_scalar()) else {
            return Err("a selector maps keys to texts".to_owned());
        };
        let several: Vec<&str> = scalar.text.split(',').map(str::trim).collect();
        if several.iter().any(|value| value.is_empty()) {
            return Err(format!(
                "`{key}` has an empty value, which no version takes any more"
            ));
        }
        match key {
            "aws-ids" | "aws::ids" => ids = several,
            "aws::name" if is_image => names = several,
            "aws::owners" if is_image => owners = several,
            _ if key.starts_with("aws::") => return Err(format!("`{key}` is not known here")),
            _ => {
                plain &= several.len() == 1;
                let with = |set: &Vec<(_, _)>, value| [set.as_slice(), &[(key, value)]].concat();
                tag_sets = tag_sets
                    .iter()
                    .flat_map(|set| several.iter().map(move |value| with(set, *value)))
                    .collect();
            }
        }
    }
    let has_tags = tag_sets.iter().any(|set| !set.is_empty());
    if !ids.is_empty() {
        if has_tags || !names.is_empty() || !owners.is_empty() {
            return Err(
                "a term with an id can say nothing else: leave away what the ids make sure already"
                    .to_owned(),
            );
        }
        let term = |id: &&str| mapping([("id", Node::string(*id))].into_iter());
        return Ok(Some(Node::sequence(ids.iter().map(term))));
    }
    if names.is_empty() && owners.is_empty() {
        if plain {
            return Ok(None);
        }
        let term = |set: &Vec<_>| mapping([("tags", tags(set))].into_iter());
        return Ok(Some(Node::sequence(tag_sets.iter().map(term))));
    }
    if has_tags && !owners.is_empty() {
        return Err("a term with an owner can name no tags".to_owned());
    }
    let or_none = |all: &[&str]| -> Vec<Option<String>> {
        match all {
            [] => vec![None],
            all => all.iter().map(|one| Some((*one).to_owned())).collect(),
        }
    };
    let mut all = Vec::new();
    for name in or_none(&names) {
        for owner in or_none(&owners) {
            for set in &tag_sets {
                let name = name.as_ref().map(|name| ("name", Node::string(name)));
                let owner = owner.as_ref().map(|owner| ("owner", Node::string(owner)));
                let tags = (!set.is_empty()).then(|| ("tags", tags(set)));
                all.push(mapping([name, owner, tags].into_iter().flatten()));
            }
        }
    }
    Ok(Some(Node::sequence(all)))
}

fn tags(set: &[(&str, &str)]) -> Node {
    mapping(set.iter().map(|(key, value)| (*key, Node::string(*value))))
}

fn mapping<'a>(entries: impl Iterator<Item = (&'a str, Node)>) -> Node {
    let mut node = Node::mapping();
    for (key, value) in entries {
        // Nothing of it comes from the document, where a key could stand twice.
        let _ = node.insert(key, value, At::End);
    }
    node
}

/// Any of these says which instances are meant.
const INSTANCES: [&str; 4] = [
    "node.kubernetes.io/instance-type",
    "karpenter.k8s.aws/instance-family",
    "karpenter.k8s.aws/instance-category",
    "karpenter.k8s.aws/instance-generation",
];

/// What the webhook of v1alpha5 wrote into a Provisioner that said nothing about it.
const DEFAULTS: [(&str, &str, &[&str]); 3] = [
    ("kubernetes.io/os", "In", &["linux"]),
    ("kubernetes.io/arch", "In", &["amd64"]),
    ("karpenter.sh/capacity-type", "In", &["on-demand"]),
];

/// The same for the instances, all of them together.
const INSTANCE_DEFAULTS: [(&str, &str, &[&str]); 2] = [
    (
        "karpenter.k8s.aws/instance-category",
        "In",
        &["c", "m", "r"],
    ),
    ("karpenter.k8s.aws/instance-generation", "Gt", &["2"]),
];

const REQUIREMENTS: [&str; 4] = ["spec", "template", "spec", "requirements"];

/// Writes the requirements out that nobody fills in any more.
pub(super) fn requirements(scope: &mut Scope) -> Result<(), Stop> {
    if scope.here.part {
        return Ok(());
    }
    let there = scope.node.at(REQUIREMENTS).map_or(&[][..], Node::items);
    let has = |key: &str| {
        let is = |item: &Item| item.value().get("key").and_then(Node::as_str) == Some(key);
        there.iter().any(is)
    };
    let mut missing: Vec<_> = DEFAULTS.iter().filter(|(key, ..)| !has(key)).collect();
    if !INSTANCES.iter().any(|key| has(key)) {
        missing.extend(&INSTANCE_DEFAULTS);
    }
    let why = "Karpenter filled it in until 0.32; without it any would do";
    let mut items = Vec::new();
    for (key, operator, wanted) in missing {
        if !scope.engine.keeps_defaults() {
            let text = format!(
                "left out the requirement {key} {operator} {}",
                wanted.join(", ")
            );
            scope.changed(Grade::Review, &REQUIREMENTS, text, why);
            continue;
        }
        let text = format!(
            "wrote the requirement {key} {operator} {}, the old default",
            wanted.join(", ")
        );
        scope.changed(Grade::Safe, &REQUIREMENTS, text, why);
        let mut item = Node::mapping();
        item.insert("key", Node::string(*key), At::End)?;
        item.insert("operator", Node::string(*operator), At::End)?;
        let wanted = Node::sequence(wanted.iter().map(|value| Node::string(*value)));
        item.insert("values", wanted, At::End)?;
        items.push(Item::new(item));
    }
    if items.is_empty() {
        return Ok(());
    }
    let mut holder = &mut *scope.node;
    for key in &REQUIREMENTS[..3] {
        if holder.get(key).is_none_or(Node::is_null) {
            holder.take(key)?;
            holder.insert(key, Node::mapping(), At::End)?;
        }
        let Some(below) = holder.get_mut(key)? else {
            return Ok(());
        };
        holder = below;
    }
    if holder
        .get(REQUIREMENTS[3])
        .is_none_or(|list| list.is_null() || list.is_empty())
    {
        holder.take(REQUIREMENTS[3])?;
        holder.insert(REQUIREMENTS[3], Node::sequence([]), At::End)?;
    }
    if let Some(list) = holder.get_mut(REQUIREMENTS[3])?
        && let Some(list) = list.items_mut()?
    {
        list.extend(items);
    }
    Ok(())
}

const KUBELET: [&str; 4] = ["spec", "template", "spec", "kubelet"];

/// Since v1 the EC2NodeClass says how kubelet runs.
pub(super) fn kubelet(scope: &mut Scope) -> Result<(), Stop> {
    let Some(settings) = scope.node.at(KUBELET).filter(|value| !value.is_null()) else {
        return Ok(());
    };
    let settings = values::quote(settings);
    let class = scope
        .node
        .at(["spec", "template", "spec", "nodeClassRef", "name"]);
    let class = class.and_then(Node::as_str).unwrap_or("it refers to");
    let text = format!(
        "v1 has kubelet settings in the EC2NodeClass, for all NodePools that refer to it: move {settings} to \
         spec.kubelet of the EC2NodeClass {class}, or to a class of its own where its other NodePools differ"
    );
    scope.manual(&KUBELET, text);
    Ok(())
}

/// The first release for which EKS publishes no images of Amazon Linux 2.
const WITHOUT_AL2: Version = Version::new(1, 33);

/// Warns of images that do not exist for the Kubernetes that is to run.
pub(super) fn al2(scope: &mut Scope) -> Result<(), Stop> {
    let terms = scope.node.at(["spec", "amiSelectorTerms"]);
    let is_al2 = |item: &Item| {
        let alias = item.value().get("alias").and_then(Node::as_str);
        alias.is_some_and(|alias| alias.starts_with("al2@"))
    };
    let is_al2 = terms.is_some_and(|terms| terms.items().iter().any(is_al2));
    let ends = scope
        .runs_then("kubernetes")
        .is_none_or(|then| then >= WITHOUT_AL2);
    if is_al2 && ends {
        let text = "EKS publishes no images of Amazon Linux 2 for Kubernetes 1.33 and newer; al2023@latest is the next, \
                    which takes other user data";
        scope.changed(Grade::Review, &["spec", "amiSelectorTerms"], text, "");
    }
    Ok(())
}

/// The scope, a number of seconds, as a duration in its largest unit.
pub(super) fn duration(scope: &mut Scope) -> Result<(), Stop> {
    let Some(scalar) = scope.node.as_scalar() else {
        return Ok(());
    };
    if scalar.text.contains("${") {
        return Ok(());
    }
    let Ok(seconds) = scalar.text.parse::<u64>() else {
        scope.manual(&[], "this is no number of seconds");
        return Ok(());
    };
    let duration = in_largest_unit(seconds);
    let text = format!("{seconds} seconds are written {duration}");
    scope.changed(Grade::Safe, &[], text, "");
    scope.node.set_scalar(&Node::string(duration))?;
    Ok(())
}

fn in_largest_unit(seconds: u64) -> String {
    match seconds {
        0 => "0s".to_owned(),
        _ if seconds.is_multiple_of(3600) => format!("{}h", seconds / 3600),
        _ if seconds.is_multiple_of(60) => format!("{}m", seconds / 60),
        _ => format!("{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short() {
        for (seconds, text) in [(2_592_000, "720h"), (90, "90s"), (120, "2m"), (0, "0s")] {
            assert_eq!(in_largest_unit(seconds), text);
        }
    }
}

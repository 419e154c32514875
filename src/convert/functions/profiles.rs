//! Seccomp and AppArmor profiles in annotations of a pod, which are fields now.

use crate::yaml::{At, Node, Taken};

use super::super::engine::Stop;
use super::super::outcome::Grade;
use super::super::values;
use super::Scope;

/// One family of profiles.
struct Profiles {
    /// The annotation for the whole pod, where there is one.
    pod: Option<&'static str>,
    /// What the annotation for one container begins with.
    container: &'static str,
    /// The field in `securityContext`.
    field: &'static str,
    /// What other values mean the runtime's profile.
    default: &'static [&'static str],
}

const SECCOMP: Profiles = Profiles {
    pod: Some("seccomp.security.alpha.kubernetes.io/pod"),
    container: "container.seccomp.security.alpha.kubernetes.io/",
    field: "seccompProfile",
    default: &["runtime/default", "docker/default"],
};

const APPARMOR: Profiles = Profiles {
    pod: None,
    container: "container.apparmor.security.beta.kubernetes.io/",
    field: "appArmorProfile",
    default: &["runtime/default"],
};

const CONTAINERS: [&str; 3] = ["initContainers", "containers", "ephemeralContainers"];

pub(super) fn seccomp(scope: &mut Scope) -> Result<(), Stop> {
    run(scope, &SECCOMP)
}

pub(super) fn apparmor(scope: &mut Scope) -> Result<(), Stop> {
    run(scope, &APPARMOR)
}

/// What an annotation is about.
enum Owner {
    Pod,
    /// A list of containers, and the position in it.
    Container(&'static str, usize),
}

/// The scope is a pod: its metadata and its spec.
fn run(scope: &mut Scope, profiles: &Profiles) -> Result<(), Stop> {
    let annotations = scope.node.at(["metadata", "annotations"]);
    let entries = annotations.map_or(&[][..], Node::entries);
    let keys = entries.iter().filter_map(|entry| entry.key());
    let keys = keys.filter(|key| profiles.pod == Some(*key) || key.starts_with(profiles.container));
    let keys: Vec<String> = keys.map(str::to_owned).collect();
    for key in &keys {
        one(scope, profiles, key)?;
    }
    Ok(())
}

fn one(scope: &mut Scope, profiles: &Profiles, key: &str) -> Result<(), Stop> {
    let at = ["metadata", "annotations", key];
    let Some(value) = scope.node.at(at).filter(|value| !value.is_null()) else {
        return Ok(());
    };
    let Some(profile) = value.as_str().and_then(|text| profile(text, profiles)) else {
        let text = format!(
            "`{}` is no profile that Kubernetes knows",
            values::quote(value)
        );
        scope.manual(&at, text);
        return Ok(());
    };
    let name = key.strip_prefix(profiles.container);
    let owner = match name {
        None => Some(Owner::Pod),
        Some(name) => container(scope.node, name),
    };
    let Some(owner) = owner else {
        let name = name.unwrap_or_default();
        if scope.here.part {
            let text = format!(
                "the container {name} is described elsewhere; write its {} there",
                profiles.field
            );
            scope.manual(&at, text);
            return Ok(());
        }
        let text = format!("removed the profile of the container {name}, which is not there");
        scope.changed(Grade::Review, &at, text, "");
        return take(scope, key).map(drop);
    };
    let path = match &owner {
        Owner::Pod => format!("spec.securityContext.{}", profiles.field),
        Owner::Container(list, index) => {
            format!("spec.{list}[{index}].securityContext.{}", profiles.field)
        }
    };
    let there = holder(scope.node, &owner)
        .and_then(|holder| holder.at(["securityContext", profiles.field]))
        .filter(|there| !there.is_null());
    if let Some(there) = there {
        let same = there.same_value(&profile);
        let (grade, text) = match same {
            true => (Grade::Safe, format!("removed: {path} says the same")),
            false => (
                Grade::Review,
                format!("removed: {path} ({}) is what counts", values::quote(there)),
            ),
        };
        scope.changed(grade, &at, text, "");
        return take(scope, key).map(drop);
    }
    let text = format!("{key} -> {path}: {}", values::quote(&profile));
    scope.changed(Grade::Safe, &at, text, "");
    let Some(mut taken) = take(scope, key)? else {
        return Ok(());
    };
    *taken.value_mut() = profile;
    let Some(holder) = holder_mut(scope.node, &owner)? else {
        return Ok(());
    };
    if holder.get("securityContext").is_none_or(Node::is_null) {
        holder.take("securityContext")?;
        let at = At::Before(&["initContainers", "containers", "env", "volumeMounts"]);
        holder.insert("securityContext", Node::mapping(), at)?;
    }
    if let Some(security) = holder.get_mut("securityContext")? {
        security.take(profiles.field)?;
        security.insert(profiles.field, taken, At::End)?;
    }
    Ok(())
}

/// Takes an annotation out, and what it leaves empty.
fn take(scope: &mut Scope, key: &str) -> Result<Option<Taken>, Stop> {
    let Some(metadata) = scope.node.get_mut("metadata")? else {
        return Ok(None);
    };
    let Some(annotations) = metadata.get_mut("annotations")? else {
        return Ok(None);
    };
    let taken = annotations.take(key)?;
    if annotations.is_empty() {
        metadata.take("annotations")?;
    }
    if metadata.is_empty() {
        scope.node.take("metadata")?;
    }
    Ok(taken)
}

/// The profile that an annotation means.
fn profile(text: &str, profiles: &Profiles) -> Option<Node> {
    let (kind, path) = if profiles.default.contains(&text) {
        ("RuntimeDefault", None)
    } else if text == "unconfined" {
        ("Unconfined", None)
    } else {
        let path = text
            .strip_prefix("localhost/")
            .filter(|path| !path.is_empty())?;
        ("Localhost", Some(path))
    };
    let mut profile = Node::mapping();
    profile.insert("type", Node::string(kind), At::End).ok()?;
    if let Some(path) = path {
        profile
            .insert("localhostProfile", Node::string(path), At::End)
            .ok()?;
    }
    Some(profile)
}

fn container(pod: &Node, name: &str) -> Option<Owner> {
    CONTAINERS.into_iter().find_map(|list| {
        let items = pod.at(["spec", list]).map_or(&[][..], Node::items);
        let is_it = |item: &crate::yaml::Item| {
            item.value().get("name").and_then(Node::as_str) == Some(name)
        };
        Some(Owner::Container(list, items.iter().position(is_it)?))
    })
}

fn holder<'a>(pod: &'a Node, owner: &Owner) -> Option<&'a Node> {
    match owner {
        Owner::Pod => pod.get("spec"),
        Owner::Container(list, index) => Some(pod.at(["spec", list])?.items().get(*index)?.value()),
    }
}

fn holder_mut<'a>(pod: &'a mut Node, owner: &Owner) -> Result<Option<&'a mut Node>, Stop> {
    if let Owner::Pod = owner
        && pod.get("spec").is_none_or(Node::is_null)
    {
        pod.take("spec")?;
        pod.insert("spec", Node::mapping(), At::End)?;
    }
    let Some(spec) = pod.get_mut("spec")? else {
        return Ok(None);
    };
    let Owner::Container(list, index) = owner else {
        return Ok(Some(spec));
    };
    let Some(containers) = spec.get_mut(list)? else {
        return Ok(None);
    };
    let item = containers
        .items_mut()?
        .and_then(|items| items.get_mut(*index));
    Ok(item.map(|item| item.value_mut()))
}

//! References that name a group, where they named a group and version before.

use crate::yaml::Node;

use super::super::engine::Stop;
use super::super::outcome::Grade;
use super::Scope;

/// Cluster API: `apiVersion: group/version` becomes `apiGroup: group`.
pub(super) fn api_group(scope: &mut Scope) -> Result<(), Stop> {
    keep_group(scope, "apiGroup")
}

/// Karpenter: `apiVersion: group/version` becomes `group: group`.
pub(super) fn group(scope: &mut Scope) -> Result<(), Stop> {
    keep_group(scope, "group")
}

fn keep_group(scope: &mut Scope, key: &str) -> Result<(), Stop> {
    const OLD: &str = "apiVersion";
    let Some(value) = scope.node.get(OLD).filter(|value| !value.is_null()) else {
        return Ok(());
    };
    let Some((group, _)) = value.as_str().and_then(|text| text.split_once('/')) else {
        scope.manual(&[OLD], "this names no group, and the new version wants one");
        return Ok(());
    };
    let group = group.to_owned();
    if let Some(there) = scope.node.get(key) {
        if there.as_str() != Some(&group) {
            scope.manual(&[OLD], format!("{key} names another group"));
            return Ok(());
        }
        scope.node.take(OLD)?;
        return Ok(());
    }
    let text = format!("{OLD} -> {key}: {group}");
    scope.changed(
        Grade::Safe,
        &[OLD],
        text,
        "the version is of no use in a reference",
    );
    scope.node.rename(OLD, key)?;
    if let Some(value) = scope.node.get_mut(key)? {
        value.set_scalar(&Node::string(group))?;
    }
    Ok(())
}

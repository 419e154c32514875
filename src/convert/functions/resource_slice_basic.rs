//! The `basic` of a device in a ResourceSlice, whose keys move up to the device.

use crate::yaml::{At, Refusal};

use super::super::engine::Stop;
use super::super::outcome::Grade;
use super::Scope;

const BASIC: &str = "basic";

pub(super) fn run(scope: &mut Scope) -> Result<(), Stop> {
    let Some(basic) = scope.node.get(BASIC) else {
        return Ok(());
    };
    let mut keys = Vec::with_capacity(basic.entries().len());
    for entry in basic.entries() {
        match entry.key() {
            Some("<<") => {
                let key = "<<".to_owned();
                return Err(Refusal::MergeKey { key }.into());
            }
            Some(key) => keys.push(key.to_owned()),
            None => return Err(Refusal::ComplexKey.into()),
        }
    }
    if let Some(key) = keys.iter().find(|key| scope.node.get(key).is_some()) {
        let text = format!("`{key}` moves up to the device, where it stands there already");
        scope.manual(&[BASIC, key], text);
        return Ok(());
    }
    scope.changed(
        Grade::Safe,
        &[BASIC],
        "what `basic` holds moves up to the device",
        "",
    );
    let mut taken = Vec::with_capacity(keys.len());
    if let Some(basic) = scope.node.get_mut(BASIC)? {
        for key in &keys {
            taken.extend(basic.take(key)?);
        }
    }
    let Some(basic) = scope.node.take(BASIC)? else {
        return Ok(());
    };
    let mut before = None;
    for (key, value) in keys.iter().zip(taken) {
        let at = [before.unwrap_or_default()];
        let at = match before {
            None => At::HeirOf(basic.place()),
            Some(_) => At::After(&at),
        };
        scope.node.insert(key, value, at)?;
        before = Some(key.as_str());
    }
    Ok(())
}

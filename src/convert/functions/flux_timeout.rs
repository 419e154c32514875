//! `timeout: 1h` of Flux's sources, which know no hours there.

use crate::yaml::Node;

use super::super::engine::Stop;
use super::super::outcome::Grade;
use super::super::values;
use super::Scope;

const TIMEOUT: [&str; 2] = ["spec", "timeout"];

pub(super) fn run(scope: &mut Scope) -> Result<(), Stop> {
    let Some(value) = scope.node.at(TIMEOUT).filter(|value| !value.is_null()) else {
        return Ok(());
    };
    let text = values::quote(value);
    let parsed = match value.as_str() {
        // Flux fills it in later.
        Some(text) if text.contains("${") => return Ok(()),
        Some(text) => parse(text),
        None => None,
    };
    let Some(parts) = parsed else {
        let text = format!(
            "spec.timeout takes a duration of ms, s and m, such as 90s or 60m; `{text}` is none"
        );
        scope.manual(&TIMEOUT, text);
        return Ok(());
    };
    let Some(minutes) = in_minutes(&parts) else {
        return Ok(());
    };
    scope.changed(
        Grade::Safe,
        &TIMEOUT,
        format!("{text} is written {minutes}"),
        "spec.timeout takes ms, s and m, no h",
    );
    if let Some(spec) = scope.node.get_mut("spec")?
        && let Some(value) = spec.get_mut("timeout")?
    {
        value.set_scalar(&Node::string(minutes))?;
    }
    Ok(())
}

/// `1.5h30s` as its numbers and units.
fn parse(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let number = rest.len()
            - rest
                .trim_start_matches(|c: char| c.is_ascii_digit() || c == '.')
                .len();
        let (number, after) = rest.split_at(number);
        let whole =
            number.split('.').all(|digits| !digits.is_empty()) && number.split('.').count() <= 2;
        let unit = ["ms", "s", "m", "h"]
            .into_iter()
            .find(|unit| after.starts_with(unit))?;
        if !whole {
            return None;
        }
        parts.push((number, &after[..unit.len()]));
        rest = &after[unit.len()..];
    }
    (!parts.is_empty()).then_some(parts)
}

/// The same duration with its hours and minutes as minutes; `None` where there are no hours.
fn in_minutes(parts: &[(&str, &str)]) -> Option<String> {
    if !parts.iter().any(|(_, unit)| *unit == "h") {
        return None;
    }
    // In millionths, as numbers of a duration have few digits and must not be rounded.
    let millionths = |number: &str| {
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits = format!("{whole}{fraction:0<6}");
        if fraction.len() > 6 {
            None
        } else {
            digits.parse::<u64>().ok()
        }
    };
    let mut minutes = 0_u64;
    for (number, unit) in parts {
        let factor = match *unit {
            "h" => 60,
            "m" => 1,
            _ => continue,
        };
        minutes = minutes.checked_add(millionths(number)?.checked_mul(factor)?)?;
    }
    let mut out = (minutes / 1_000_000).to_string();
    let fraction = format!("{:06}", minutes % 1_000_000);
    let fraction = fraction.trim_end_matches('0');
    if !fraction.is_empty() {
        out = format!("{out}.{fraction}");
    }
    out.push('m');
    for (number, unit) in parts.iter().filter(|(_, unit)| !matches!(*unit, "h" | "m")) {
        out.push_str(number);
        out.push_str(unit);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_become_minutes() {
        for (text, minutes) in [
            ("1h", "60m"),
            ("1h30m", "90m"),
            ("1.5h", "90m"),
            ("2h0m30s", "120m30s"),
            ("1h30s", "60m30s"),
            ("0.01h", "0.6m"),
            ("1h500ms", "60m500ms"),
        ] {
            assert_eq!(
                in_minutes(&parse(text).unwrap()).as_deref(),
                Some(minutes),
                "{text}"
            );
        }
        for text in ["60s", "1m30s", "100ms"] {
            assert_eq!(in_minutes(&parse(text).unwrap()), None, "{text}");
        }
        for text in ["", "1d", "60", "100us", "h", "1.h", "1..5h", ".5h", "1h "] {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}

//! `move` and `copy`: from where to where, and as what.

use super::super::format;
use super::super::rule::{As, Destination, Literal, Path, Segment, Type};
use super::Compiler;

/// What `move` and `copy` have in common.
pub(super) struct Transfer {
    pub from: Path,
    pub to: Destination,
    pub convert: Option<As>,
    pub with: Vec<(Path, Literal)>,
}

impl Compiler<'_> {
    pub(super) fn transfer(
        &mut self,
        from: &str,
        written: &format::Step,
        place: &str,
        verb: &str,
    ) -> Option<Transfer> {
        let from = self.path(from, &format!("{place}.{verb}"))?;
        let Some(to) = &written.to else {
            self.error(place, "`to` is missing", "write where it goes");
            return None;
        };
        let place_to = format!("{place}.to");
        let to = match to {
            format::To::One(path) => Destination::One(self.destination(&from, path, &place_to)?),
            format::To::Union(cases) => self.union(&from, cases, &place_to)?,
        };
        let convert = written.form.as_deref().and_then(|name| {
            let form = As::named(name);
            if form.is_none() {
                let names: Vec<&str> = As::NAMES.iter().map(|(name, _)| *name).collect();
                let place = format!("{place}.as");
                self.error(
                    &place,
                    format!("`{name}` is not a form"),
                    format!("write one of {}", names.join(", ")),
                );
            }
            form
        });
        let mut with = Vec::new();
        if let Some(written) = &written.with {
            let place = format!("{place}.with");
            with = self.values(Some(written), &place);
            for (path, _) in &with {
                if path.0[path.shared_items(&from)..]
                    .iter()
                    .any(Segment::is_multiple)
                {
                    let reason =
                        format!("`{path}` means several places for each one that is moved");
                    self.error(&place, reason, "share the `[]` with the path that is moved");
                }
            }
        }
        if to == Destination::One(from.clone()) && convert.is_none() {
            self.error(
                place,
                format!("`{from}` would stay where it is"),
                "write another `to`, or `as`",
            );
        }
        Some(Transfer {
            from,
            to,
            convert,
            with,
        })
    }

    /// Where the value at `from` goes.
    fn destination(&mut self, from: &Path, to: &str, place: &str) -> Option<Path> {
        let to = self.parsed(to, place)?;
        let shared = from.shared_items(&to);
        let (own_from, own_to) = (&from.0[shared..], &to.0[shared..]);
        let grows = own_to
            .iter()
            .filter(|s| matches!(s, Segment::First | Segment::Last))
            .count();
        if own_to.iter().any(Segment::is_multiple) {
            let reason = format!("`{to}` means several places for each value of `{from}`");
            self.error(
                place,
                reason,
                "share the `[]` with the path that is moved, or write [first] or [last]",
            );
        } else if grows > 1 {
            self.error(
                place,
                format!("`{to}` makes two lists at once"),
                "write [first] or [last] once",
            );
        } else if own_from.iter().any(Segment::is_multiple) && grows == 0 {
            let reason = format!("several values of `{from}` would go to the one place `{to}`");
            self.error(place, reason, "write [first] or [last] where a list grows");
        } else if to.0.is_empty() {
            self.error(
                place,
                "the scope itself is no place for a value",
                "write a path below it",
            );
        }
        Some(to)
    }

    /// A destination for each type or value.
    fn union(
        &mut self,
        from: &Path,
        cases: &[(Literal, String)],
        place: &str,
    ) -> Option<Destination> {
        let mut paths: Vec<Path> = Vec::new();
        for (case, to) in cases {
            let to = self.destination(from, to, &format!("{place}.{case}"))?;
            if paths
                .iter()
                .any(|other| other.0.starts_with(&to.0) || to.0.starts_with(&other.0))
            {
                let reason = format!("`{to}` and another destination do not exclude each other");
                self.error(
                    &format!("{place}.{case}"),
                    reason,
                    "give every case a path of its own",
                );
            }
            paths.push(to);
        }
        if cases.is_empty() {
            self.error(place, "is empty", "write a path for each type or value");
        }
        let types: Vec<Option<Type>> = cases
            .iter()
            .map(|(case, _)| match case {
                Literal::String(name) => Type::named(name),
                _ => None,
            })
            .collect();
        if types.contains(&Some(Type::Integer)) && types.contains(&Some(Type::Number)) {
            self.error(place, "an integer is a number too", "name one of the two");
        }
        if types.iter().all(Option::is_some) {
            return Some(Destination::ByType(
                types.into_iter().flatten().zip(paths).collect(),
            ));
        }
        if types.iter().any(Option::is_some) {
            self.error(
                place,
                "mixes types and values",
                "name types only, or values only",
            );
        }
        for (case, _) in cases {
            if !case.is_scalar() {
                self.error(
                    place,
                    format!("`{case}` is not a scalar"),
                    "name scalar values",
                );
            }
        }
        Some(Destination::ByValue(
            cases
                .iter()
                .map(|(case, _)| case.clone())
                .zip(paths)
                .collect(),
        ))
    }
}

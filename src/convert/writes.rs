//! `add`, `pin`, `set`, `map` and `remove`.

use crate::catalog::rule::{Destination, Literal, Path, Segment, Step};
use crate::yaml::{Node, Taken};

use super::engine::{Engine, Here, Stop};
use super::moves::{Move, prune};
use super::outcome::{Grade, Verb};
use super::path::{self, Link};
use super::place::{self, Moved, Placing, PutError};
use super::values;

impl Engine<'_> {
    /// Writes values: where nothing stands (`add`, `pin`), or whatever stood there (`set`).
    pub(super) fn write(
        &mut self,
        scope: &mut Node,
        here: &Here,
        step: &Step,
        values: &[(Path, Literal)],
        verb: Verb,
    ) -> Result<(), Stop> {
        for (index, (path, literal)) in values.iter().enumerate() {
            let order = (&values[..index], path);
            // Every item that is there; below it, what is missing is made.
            let items = path
                .0
                .iter()
                .rposition(Segment::is_multiple)
                .map_or(0, |last| last + 1);
            for bound in path::find(scope, &path.0[..items]) {
                if verb != Verb::Set && here.part && here.at(scope, &bound).part {
                    continue;
                }
                self.write_one(scope, here, step, &bound, order, literal, verb)?;
            }
        }
        Ok(())
    }

    #[allow(clippy::too_many_arguments)]
    fn write_one(
        &mut self,
        scope: &mut Node,
        here: &Here,
        step: &Step,
        bound: &[Link],
        order: (&[(Path, Literal)], &Path),
        literal: &Literal,
        verb: Verb,
    ) -> Result<(), Stop> {
        let target = place::target(bound, &order.1.0, 0);
        let why = step.why.as_deref();
        let mut old = None;
        if let Some(there) = place::existing(scope, &target) {
            // Nothing stands in an empty mapping or list either, where one is to be written.
            let free = there.is_null() || (place::is_free(there) && !literal.is_scalar());
            if values::equals(there, literal) || (verb != Verb::Set && !free) {
                return Ok(());
            }
            old = Some((values::quote(there), there.clone()));
        }
        let text = here.address.join(&place::known(&target)).to_string();
        if verb == Verb::Pin && !self.keeps_defaults() {
            let sentence = format!("left {text} to the new version's default; it was {literal}");
            self.change(Grade::Review, Verb::Pin, text, sentence, why);
            return Ok(());
        }
        if let Some((old, node)) = old {
            let path = self
                .first_address(&node)
                .map_or_else(|| text.clone(), |address| address.to_string());
            let Some(there) = path::at_mut(scope, &place::known(&target))? else {
                return Ok(());
            };
            there.set_scalar(&values::node(literal))?;
            let sentence = match verb {
                Verb::Set => format!("{text}: {old} -> {literal}"),
                _ => format!("wrote {text}: {literal}"),
            };
            self.change(Grade::Safe, verb, path, sentence, why);
            return Ok(());
        }
        let placing = Placing {
            step: Some(step),
            order: Some(order),
            ..Placing::default()
        };
        let value = Moved::Entry(Taken::from(values::node(literal)));
        match place::put(scope, &target, value, placing) {
            Ok(written) => {
                let text = here.address.join(&written).to_string();
                let note = if verb == Verb::Pin {
                    ", the old default"
                } else {
                    ""
                };
                let sentence = format!("wrote {text}: {literal}{note}");
                self.change(Grade::Safe, verb, text, sentence, why);
                Ok(())
            }
            Err(PutError::Refused(refusal)) => Err(refusal.into()),
            Err(PutError::Occupied(there)) => {
                let there = here.address.join(&there);
                self.manual(
                    text.clone(),
                    format!("{text}: {literal} cannot be written: {there} is in the way"),
                );
                Ok(())
            }
        }
    }

    /// Exchanges scalar values, and the keys of mappings.
    pub(super) fn map(
        &mut self,
        scope: &mut Node,
        here: &Here,
        step: &Step,
        path: &Path,
        values: &[(Literal, Literal)],
    ) -> Result<(), Stop> {
        for links in path::find(scope, &path.0) {
            let Some(value) = path::at(scope, &links) else {
                continue;
            };
            if value.is_mapping() {
                self.map_keys(scope, here, step, &links, values)?;
                continue;
            }
            let Some((old, new)) = values.iter().find(|(old, _)| values::equals(value, old)) else {
                continue;
            };
            let text = self.place_of(scope, here, &links);
            if let Some(value) = path::at_mut(scope, &links)? {
                value.set_scalar(&values::node(new))?;
            }
            let sentence = format!("{text}: {old} -> {new}");
            self.change(Grade::Safe, Verb::Map, text, sentence, step.why.as_deref());
        }
        Ok(())
    }

    /// Gives the keys of a mapping other names, each as a `move` would.
    fn map_keys(
        &mut self,
        scope: &mut Node,
        here: &Here,
        step: &Step,
        links: &[Link],
        values: &[(Literal, Literal)],
    ) -> Result<(), Stop> {
        let below = here.at(scope, links);
        let key = |literal: &Literal| match literal {
            Literal::String(key) => Some(Path(vec![Segment::Key(key.clone())])),
            _ => None,
        };
        let keys = values
            .iter()
            .filter_map(|(old, new)| Some((key(old)?, key(new)?)));
        let there = path::at(scope, links);
        let keys: Vec<(Path, Path)> = keys
            .filter(|(old, _)| there.is_some_and(|there| !path::find(there, &old.0).is_empty()))
            .collect();
        if keys.is_empty() {
            return Ok(());
        }
        let Some(mapping) = path::at_mut(scope, links)? else {
            return Ok(());
        };
        for (old, new) in keys {
            let mv = Move {
                step,
                from: &old,
                to: &Destination::One(new),
                form: None,
                with: &[],
                keep: false,
                pin: false,
            };
            self.relocate(mapping, &below, &mv)?;
        }
        Ok(())
    }

    /// Removes values, and what holds nothing else.
    pub(super) fn remove(
        &mut self,
        scope: &mut Node,
        here: &Here,
        step: &Step,
        path: &Path,
    ) -> Result<(), Stop> {
        let places = path::find(scope, &path.0);
        for links in &places {
            let Some(value) = path::at(scope, links) else {
                continue;
            };
            let quoted = values::quote(value);
            let text = self.place_of(scope, here, links);
            let sentence = format!("removed {text}: {quoted}");
            self.change(
                Grade::Safe,
                Verb::Remove,
                text,
                sentence,
                step.why.as_deref(),
            );
        }
        // From the last to the first, so that the indexes of items stay right.
        for links in places.iter().rev() {
            let Some((last, above)) = links.split_last() else {
                continue;
            };
            let Some(holder) = path::at_mut(scope, above)? else {
                continue;
            };
            match last {
                Link::Key(key) => drop(holder.take(key)?),
                Link::Item(index) => {
                    if let Some(items) = holder.items_mut()?.filter(|items| *index < items.len()) {
                        items.remove(*index);
                    }
                }
            }
            prune(scope, above, &[])?;
        }
        Ok(())
    }
}

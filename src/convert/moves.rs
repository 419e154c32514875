//! `move` and `copy`.

use std::collections::VecDeque;

use crate::catalog::rule::{As, Destination, Literal, Path, Step};
use crate::yaml::{Item, Node, Refusal, Taken};

use super::engine::{Engine, Here, Stop};
use super::outcome::{Grade, Verb};
use super::path::{self, Link};
use super::place::{self, Moved, Placing, PutError, Target, Vacated};
use super::values::{self, FormError};

/// What a `move` or `copy` step says.
pub(super) struct Move<'a> {
    pub step: &'a Step,
    pub from: &'a Path,
    pub to: &'a Destination,
    pub form: Option<As>,
    /// Companions, written just before the value.
    pub with: &'a [(Path, Literal)],
    /// The value stays where it is, too.
    pub keep: bool,
    /// A copy that writes out an old default.
    pub pin: bool,
}

/// What the values moved so far leave for the next one.
#[derive(Default)]
struct Progress {
    drained: Option<Drained>,
    /// How many went to the list that begins at this address.
    grown: (Vec<Link>, usize),
}

/// Items that were taken out of a list all at once.
struct Drained {
    list: Vec<Link>,
    items: VecDeque<Item>,
    vacated: Option<Vacated>,
}

impl Engine<'_> {
    /// Moves or copies every value that the step's path means.
    pub(super) fn relocate(
        &mut self,
        scope: &mut Node,
        here: &Here,
        mv: &Move,
    ) -> Result<(), Stop> {
        let mut progress = Progress::default();
        let sources = path::find(scope, &mv.from.0);
        sources
            .iter()
            .try_for_each(|source| self.relocate_one(scope, here, mv, source, &mut progress))
    }

    fn relocate_one(
        &mut self,
        scope: &mut Node,
        here: &Here,
        mv: &Move,
        source: &[Link],
        progress: &mut Progress,
    ) -> Result<(), Stop> {
        let drained = &mut progress.drained;
        let in_drained = drained
            .as_ref()
            .filter(|d| source.starts_with(&d.list) && source.len() == d.list.len() + 1);
        let Some(value) = in_drained.map_or_else(
            || path::at(scope, source),
            |d| Some(d.items.front()?.value()),
        ) else {
            return Ok(());
        };
        let part = here.part && here.at(scope, parent(source)).part;
        if mv.keep && (part || value.is_null()) {
            return Ok(());
        }
        let from_text = self.place_or(value, here, source);
        let to = match destination(mv.to, value) {
            Ok(to) => to,
            Err(reason) => {
                self.manual(from_text, reason);
                return Ok(());
            }
        };
        let bound = &source[..mv.from.shared_items(to)];
        if progress.grown.0 != bound {
            progress.grown = (bound.to_vec(), 0);
        }
        let target = place::target(bound, &to.0, progress.grown.1);
        if is_same(&target, source) {
            return self.reform(scope, here, mv, source, from_text);
        }
        if value.is_null() && !part && !is_rename(mv, source, &target) {
            self.take(scope, source, &[], drained)?;
            let text = format!("removed {from_text} (null, which means the same as absent)");
            self.change(
                Grade::Safe,
                Verb::Remove,
                from_text,
                text,
                mv.step.why.as_deref(),
            );
            return Ok(());
        }
        // What moves into itself makes room first.
        let into_itself = target.len() > source.len() && is_same(&target[..source.len()], source);
        if let Some(there) = place::existing(scope, &target).filter(|_| !into_itself) {
            let there_text = here.address.join(&place::known(&target)).to_string();
            if there.same_value(value) {
                if mv.keep {
                    return Ok(());
                }
                self.take(scope, source, &[], drained)?;
                let text = format!("removed {from_text}: {there_text} says the same");
                self.change(
                    Grade::Safe,
                    Verb::Remove,
                    from_text,
                    text,
                    mv.step.why.as_deref(),
                );
                return Ok(());
            }
            let above_source =
                source.len() > target.len() && is_same(&target, &source[..target.len()]);
            if !place::is_free(there) && !above_source {
                let (a, b) = (values::quote(value), values::quote(there));
                let text = format!(
                    "{from_text} ({a}) would become {there_text}, where {b} stands; keep one of them"
                );
                self.manual(from_text, text);
                return Ok(());
            }
        }
        if mv.pin && !self.keeps_defaults() {
            let to_text = here.address.join(&place::known(&target)).to_string();
            let text = format!(
                "left {to_text} to the new version's default; it was a copy of {from_text}"
            );
            self.change(
                Grade::Review,
                Verb::Pin,
                to_text,
                text,
                mv.step.why.as_deref(),
            );
            return Ok(());
        }

        let written = if is_rename(mv, source, &target) {
            self.rename(scope, mv, source, &target, &from_text)?
        } else {
            self.carry(scope, here, mv, source, &target, &from_text, drained)?
        };
        let Some(written) = written else {
            return Ok(());
        };
        progress.grown.1 += 1;
        let to_text = here.address.join(&written).to_string();
        let (verb, copied) = if mv.keep {
            (Verb::Copy, "copied ")
        } else {
            (Verb::Move, "")
        };
        let form = match mv.form {
            Some(As::Text) => ", as text",
            Some(As::List | As::Items) => ", as a list",
            Some(As::Value) => ", as a value",
            _ => "",
        };
        let text = format!("{copied}{from_text} -> {to_text}{form}");
        self.change(Grade::Safe, verb, from_text, text, mv.step.why.as_deref());
        self.companions(scope, here, mv, to, &written)?;
        if part {
            self.clear_alternatives(scope, here, mv, to, source)?;
        }
        Ok(())
    }

    /// Gives a key another name in its mapping.
    fn rename(
        &mut self,
        scope: &mut Node,
        mv: &Move,
        source: &[Link],
        target: &[Target],
        from_text: &str,
    ) -> Result<Option<Vec<Link>>, Stop> {
        let (Some(Link::Key(old)), Some(Target::Key(new))) = (source.last(), target.last()) else {
            return Ok(None);
        };
        let Some(mapping) = path::at_mut(scope, parent(source))? else {
            return Ok(None);
        };
        if mapping.get(new).is_some() {
            // Null or empty, as was checked.
            mapping.take(new)?;
        }
        mapping.rename(old, new)?;
        if let (Some(form), Some(value)) = (mv.form, mapping.get_mut(new)?)
            && !self.form(value, form, from_text)?
        {
            return Ok(None);
        }
        Ok(Some([parent(source), &[Link::Key(new.clone())]].concat()))
    }

    /// Takes a value, or copies it, and puts it at its target.
    #[allow(clippy::too_many_arguments)]
    fn carry(
        &mut self,
        scope: &mut Node,
        here: &Here,
        mv: &Move,
        source: &[Link],
        target: &[Target],
        from_text: &str,
        drained: &mut Option<Drained>,
    ) -> Result<Option<Vec<Link>>, Stop> {
        let (mut moved, vacated) = if mv.keep {
            let Some(value) = path::at(scope, source) else {
                return Ok(None);
            };
            (Moved::Entry(Taken::from(value.copy()?)), None)
        } else {
            let Some(taken) = self.take(scope, source, &place::known(target), drained)? else {
                return Ok(None);
            };
            taken
        };
        if let Some(form) = mv.form
            && !self.form(moved.value_mut(), form, from_text)?
        {
            return Ok(None);
        }
        let placing = Placing {
            step: Some(mv.step),
            vacated: vacated.as_ref(),
            ..Placing::default()
        };
        match place::put(scope, target, moved, placing) {
            Ok(written) => Ok(Some(written)),
            Err(PutError::Refused(refusal)) => Err(refusal.into()),
            Err(PutError::Occupied(there)) => {
                let there = here.address.join(&there);
                self.manual(
                    from_text.to_owned(),
                    format!("{from_text} has no place to go: {there} is in the way"),
                );
                Ok(None)
            }
        }
    }

    /// Takes a value out, and with it the mappings and lists above that hold nothing else, up to
    /// those that the target needs. Says which place became free.
    fn take(
        &mut self,
        scope: &mut Node,
        source: &[Link],
        target: &[Link],
        drained: &mut Option<Drained>,
    ) -> Result<Option<(Moved, Option<Vacated>)>, Stop> {
        let Some((last, above)) = source.split_last() else {
            return Ok(None);
        };
        match last {
            Link::Key(key) => {
                let Some(mapping) = path::at_mut(scope, above)? else {
                    return Ok(None);
                };
                let Some(taken) = mapping.take(key)? else {
                    return Ok(None);
                };
                let vacated = Vacated {
                    mapping: above.to_vec(),
                    place: taken.place(),
                    emptied: false,
                };
                let vacated = prune(scope, above, target)?.unwrap_or(vacated);
                Ok(Some((Moved::Entry(taken), Some(vacated))))
            }
            Link::Item(_) => {
                if drained.as_ref().is_none_or(|d| d.list != above) {
                    let Some(items) = path::at_mut(scope, above)?.map(Node::items_mut) else {
                        return Ok(None);
                    };
                    let Some(items) = items? else { return Ok(None) };
                    let items = std::mem::take(items).into();
                    let vacated = prune(scope, above, target)?;
                    *drained = Some(Drained {
                        list: above.to_vec(),
                        items,
                        vacated,
                    });
                }
                let Some(drained) = drained else {
                    return Ok(None);
                };
                let Some(item) = drained.items.pop_front() else {
                    return Ok(None);
                };
                Ok(Some((Moved::Item(item), drained.vacated.clone())))
            }
        }
    }

    /// Writes a value in another form where it stands.
    fn reform(
        &mut self,
        scope: &mut Node,
        here: &Here,
        mv: &Move,
        source: &[Link],
        from_text: String,
    ) -> Result<(), Stop> {
        let (Some(form), Some(before)) = (mv.form, path::at(scope, source)) else {
            return Ok(());
        };
        let before = before.clone();
        // Looks first: what has its form already may stand behind an alias.
        match values::convert(&mut before.clone(), form, self.render) {
            Ok(false) => return Ok(()),
            Ok(true) => {}
            Err(FormError::Manual(reason)) => {
                self.manual(from_text, reason);
                return Ok(());
            }
            Err(FormError::Write(error)) => return Err(error.into()),
        }
        let Some(value) = path::at_mut(scope, source)? else {
            return Ok(());
        };
        if !self.form(value, form, &from_text)? {
            return Ok(());
        }
        let to_text = here.address.join(source).to_string();
        let text = match form {
            As::Text => format!("{to_text} becomes text"),
            As::List | As::Items => format!("{to_text} becomes a list"),
            As::Value => format!("{to_text} becomes a value"),
            _ => format!(
                "{to_text}: {} -> {}",
                values::quote(&before),
                values::quote(value)
            ),
        };
        self.change(
            Grade::Safe,
            Verb::Move,
            from_text,
            text,
            mv.step.why.as_deref(),
        );
        Ok(())
    }

    /// Writes a value in another form; false when a person has to look at it.
    fn form(&mut self, value: &mut Node, form: As, from_text: &str) -> Result<bool, Stop> {
        match values::convert(value, form, self.render) {
            Ok(_) => Ok(true),
            Err(FormError::Write(error)) => Err(error.into()),
            Err(FormError::Manual(reason)) => {
                self.manual(from_text.to_owned(), reason);
                Ok(false)
            }
        }
    }

    /// Writes the keys that belong to a moved one just before it.
    fn companions(
        &mut self,
        scope: &mut Node,
        here: &Here,
        mv: &Move,
        to: &Path,
        written: &[Link],
    ) -> Result<(), Stop> {
        let (Some(Link::Key(moved)), mapping) = (written.last(), parent(written)) else {
            return Ok(());
        };
        for (path, literal) in mv.with {
            let shared = path.0.iter().zip(&to.0).take_while(|(a, b)| a == b).count();
            let target = place::target(&written[..shared.min(mapping.len())], &path.0, 0);
            let text = here.address.join(&place::known(&target)).to_string();
            match place::existing(scope, &target) {
                Some(there) if values::equals(there, literal) => continue,
                Some(there) if !place::is_free(there) => {
                    let there = values::quote(there);
                    self.manual(
                        text.clone(),
                        format!("{text} is {there}, where the new version needs {literal}"),
                    );
                    continue;
                }
                _ => {}
            }
            let placing = Placing {
                beside: Some((mapping, moved)),
                ..Placing::default()
            };
            let value = Moved::Entry(Taken::from(values::node(literal)));
            match place::put(scope, &target, value, placing) {
                Ok(_) => {
                    self.change(
                        Grade::Safe,
                        Verb::Add,
                        text.clone(),
                        format!("wrote {text}: {literal}"),
                        None,
                    );
                }
                Err(PutError::Refused(refusal)) => return Err(refusal.into()),
                Err(PutError::Occupied(there)) => {
                    let there = here.address.join(&there);
                    self.manual(
                        text.clone(),
                        format!("{text} cannot be written: {there} is in the way"),
                    );
                }
            }
        }
        Ok(())
    }

    /// In a part, the other keys of a union may come from other texts: null takes them away.
    fn clear_alternatives(
        &mut self,
        scope: &mut Node,
        here: &Here,
        mv: &Move,
        chosen: &Path,
        source: &[Link],
    ) -> Result<(), Stop> {
        let others: Vec<&Path> = match mv.to {
            Destination::One(_) => return Ok(()),
            Destination::ByType(options) => options.iter().map(|(_, path)| path).collect(),
            Destination::ByValue(options) => options.iter().map(|(_, path)| path).collect(),
        };
        for path in others
            .into_iter()
            .filter(|path| *path != chosen && !path.grows_list())
        {
            let target = place::target(&source[..mv.from.shared_items(path)], &path.0, 0);
            if place::existing(scope, &target).is_some() {
                continue;
            }
            let text = here.address.join(&place::known(&target)).to_string();
            match place::put(
                scope,
                &target,
                Moved::Entry(Taken::from(Node::null())),
                Placing::default(),
            ) {
                Ok(_) => {
                    let why = "takes away what the patched object may say there";
                    self.change(
                        Grade::Safe,
                        Verb::Add,
                        text.clone(),
                        format!("wrote {text}: null"),
                        Some(why),
                    );
                }
                Err(PutError::Refused(refusal)) => return Err(refusal.into()),
                Err(PutError::Occupied(_)) => {}
            }
        }
        Ok(())
    }

    fn place_or(&mut self, value: &Node, here: &Here, links: &[Link]) -> String {
        self.first_address(value)
            .unwrap_or_else(|| here.address.join(links))
            .to_string()
    }
}

/// Takes out the mapping or list at an address when it is empty, and then what that leaves empty, but
/// nothing above the target. Says which place became free.
pub(super) fn prune(
    scope: &mut Node,
    address: &[Link],
    target: &[Link],
) -> Result<Option<Vacated>, Refusal> {
    let mut vacated = None;
    let mut address = address;
    while let Some((Link::Key(key), above)) = address.split_last() {
        let needed = target.starts_with(address);
        if needed
            || path::at(scope, address)
                .is_none_or(|node| !node.is_empty() || node.as_scalar().is_some())
        {
            break;
        }
        let Some(mapping) = path::at_mut(scope, above)? else {
            break;
        };
        let Some(taken) = mapping.take(key)? else {
            break;
        };
        vacated = Some(Vacated {
            mapping: above.to_vec(),
            place: taken.place(),
            emptied: true,
        });
        address = above;
    }
    Ok(vacated)
}

fn parent(links: &[Link]) -> &[Link] {
    links.split_last().map_or(links, |(_, above)| above)
}

fn is_same(target: &[Target], links: &[Link]) -> bool {
    target.len() == links.len()
        && target
            .iter()
            .zip(links)
            .all(|(target, link)| match (target, link) {
                (Target::Key(a), Link::Key(b)) => a == b,
                (Target::Item(a), Link::Item(b)) => a == b,
                _ => false,
            })
}

/// A move that only changes the key, in one mapping, and has no wish where it goes.
fn is_rename(mv: &Move, source: &[Link], target: &[Target]) -> bool {
    !mv.keep
        && mv.step.before.is_empty()
        && mv.step.after.is_empty()
        && matches!(
            (source.last(), target.last()),
            (Some(Link::Key(_)), Some(Target::Key(_)))
        )
        && is_same(&target[..target.len() - 1], parent(source))
}

/// The path a value goes to.
fn destination<'a>(to: &'a Destination, value: &Node) -> Result<&'a Path, String> {
    let names = |names: Vec<String>| names.join(" or ");
    match to {
        Destination::One(path) => Ok(path),
        Destination::ByType(options) => {
            let found = options
                .iter()
                .find(|(kind, _)| values::is_of_type(value, *kind));
            found.map(|(_, path)| path).ok_or_else(|| {
                let wanted = names(options.iter().map(|(kind, _)| kind.to_string()).collect());
                format!(
                    "{} is of type {}, where {wanted} is wanted",
                    values::quote(value),
                    values::type_of(value)
                )
            })
        }
        Destination::ByValue(options) => {
            let found = options
                .iter()
                .find(|(literal, _)| values::equals(value, literal));
            found.map(|(_, path)| path).ok_or_else(|| {
                let wanted = names(
                    options
                        .iter()
                        .map(|(literal, _)| literal.to_string())
                        .collect(),
                );
                format!(
                    "{} is none of the values it can have: {wanted}",
                    values::quote(value)
                )
            })
        }
    }
}

//! Operations at places that the input chooses, on refit's model and on what two readers see.

use refit::yaml::{At, Item, Node, Place, Refusal, Taken};

use super::choices::Choices;
use super::model::{Key, Reader, Tree};

/// A model and what the readers are to see when it was written.
pub struct Edited {
    pub model: Node,
    pub wanted: Vec<(Reader, Tree)>,
    /// What was done, to be read by a person.
    pub log: Vec<String>,
}

/// Why an edit ends early.
pub enum Stop {
    /// The model refuses.
    Refused(Refusal),
    /// The operation makes no sense there.
    NotHere,
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Stop {
        Stop::Refused(refusal)
    }
}

/// A value on its way from one place to another.
struct Moved {
    taken: Taken,
    trees: Vec<Tree>,
}

/// Where an entry or an item stands, as child indexes.
type Path = Vec<usize>;

const KEYS: &[&str] = &[
    "new",
    "a",
    "spec",
    "app.kubernetes.io/name",
    "yes",
    "80",
    "null",
    "",
    "a: b",
    "- x",
    "#x",
    "é😀",
    "x:",
    "it's",
    "<<",
    "\"",
    "? x",
    "a\nb",
    "{x}",
    "~",
    "=",
    "*a",
    "&a",
    "!t",
    "a,b",
    " ",
    "0x1F",
    "\u{85}",
    "\u{feff}",
    "\t",
    "\u{0}",
    "---",
    "...",
    "%",
];

const TEXTS: &[&str] = &[
    "new",
    "",
    " lead",
    "trail ",
    "a: value",
    "yes",
    "0777",
    "1e3",
    "null",
    "~",
    "- x",
    "x #y",
    "x:",
    "a\nb",
    "a\nb\n",
    "\n",
    "\n\na\n\n",
    "  a\n b\n",
    "\ta\nb",
    "a \nb",
    "#a\nb",
    "---\na",
    "é😀",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\u{0}",
    "\u{7f}",
    "a\r\nb",
    "\r",
    "%p",
    "@",
    "`",
    "{{ x }}",
    "${X}",
    "it's",
    "say \"x\"",
    "back\\slash",
    "<<",
    "=",
    "2020-01-01",
    "12:30",
    ",",
    "]",
    "}",
    "a, b",
    "*a",
    "&a",
    "!t",
    "|",
    ">",
    "?",
    "? a",
    "---",
    "...",
    "1.10",
    "-.inf",
    "a\tb",
    "0o17",
    "+1",
    "1_000",
    ".5",
    "08",
    "a:",
    ":a",
    "http://x.y/z",
    "日本語",
];

impl Edited {
    pub fn new(model: Node, wanted: Vec<(Reader, Tree)>) -> Edited {
        Edited {
            model,
            wanted,
            log: Vec::new(),
        }
    }

    /// One operation, at a place and with the values that the input chooses.
    pub fn operate(&mut self, choices: &mut Choices) -> Result<(), Stop> {
        let path = self.collection(choices)?;
        let node = node_at(&mut self.model, &path)?;
        let (count, mapping) = (children(node), node.is_mapping());
        let n = choices.below(count);
        match choices.below(15) {
            0 => drop(self.take(&path, n)?),
            1 if mapping => self.rename(&path, n, &key(choices))?,
            2 => self.put_new(&path, choices)?,
            3 if mapping => self.wrap(&path, n, choices)?,
            4..=6 => {
                let moved = self.take(&path, n)?;
                let to = self.collection(choices)?;
                self.put(&to, moved, choices, None)?;
            }
            7 => {
                let copy = self.copy(&path, n)?;
                let to = self.collection(choices)?;
                self.put(&to, copy, choices, None)?;
            }
            8 | 9 => self.set(&path, n, &scalar(choices))?,
            10 => self.replace(&path, n, choices)?,
            11 => self.list_of(&path, n)?,
            12 => self.exchange(&path, n, choices)?,
            13 if mapping => {
                // A move within one mapping, as a rename that does not keep the place would be.
                let moved = self.take(&path, n)?;
                let place = moved.taken.place();
                self.put(&path, moved, choices, Some(place))?;
            }
            14 => {
                // What is left of a collection after all its children went.
                for _ in 0..count {
                    self.take(&path, 0)?;
                }
            }
            _ => return Err(Stop::NotHere),
        }
        Ok(())
    }

    /// Some collection of the model that is not behind an alias.
    fn collection(&mut self, choices: &mut Choices) -> Result<Path, Stop> {
        let mut paths = Vec::new();
        collections(&self.model, &mut Vec::new(), &mut paths);
        if paths.is_empty() {
            return Err(Stop::NotHere);
        }
        Ok(paths.swap_remove(choices.below(paths.len())))
    }

    fn trees(&mut self, path: &[usize]) -> Result<Vec<&mut Tree>, Stop> {
        let trees = self.wanted.iter_mut().map(|(_, tree)| tree.at(path));
        trees.collect::<Option<_>>().ok_or(Stop::NotHere)
    }

    fn take(&mut self, path: &[usize], n: usize) -> Result<Moved, Stop> {
        self.log.push(format!("take {path:?} {n}"));
        let node = node_at(&mut self.model, path)?;
        let taken = if node.is_mapping() {
            let key = key_at(node, n)?;
            node.take(&key)?.ok_or(Stop::NotHere)?
        } else {
            let items = node.items_mut()?.filter(|items| n < items.len());
            items.ok_or(Stop::NotHere)?.remove(n).into_value().into()
        };
        let trees = self.trees(path)?.into_iter().map(|tree| match tree {
            Tree::Mapping(entries) => entries.remove(n).1,
            Tree::Sequence(items) => items.remove(n),
            Tree::Scalar(_) => unreachable!("a collection"),
        });
        Ok(Moved {
            trees: trees.collect(),
            taken,
        })
    }

    fn copy(&mut self, path: &[usize], n: usize) -> Result<Moved, Stop> {
        self.log.push(format!("copy {path:?} {n}"));
        let value = value_at(node_at(&mut self.model, path)?, n)?;
        let copy = value.copy()?;
        let path = [path, &[n]].concat();
        let trees = self.trees(&path)?.into_iter().map(|tree| tree.clone());
        Ok(Moved {
            trees: trees.collect(),
            taken: copy.into(),
        })
    }

    fn new_value(&self, node: Node) -> Moved {
        let trees = self.wanted.iter();
        Moved {
            trees: trees
                .map(|(reader, _)| Tree::of_new(&node, *reader))
                .collect(),
            taken: node.into(),
        }
    }

    fn put_new(&mut self, path: &[usize], choices: &mut Choices) -> Result<(), Stop> {
        let new = match choices.below(4) {
            0 if choices.rarely(2) => Node::mapping(),
            0 => Node::sequence([]),
            _ => scalar(choices),
        };
        let new = self.new_value(new);
        self.put(path, new, choices, None)
    }

    /// Puts a value into the collection at a path.
    fn put(
        &mut self,
        path: &[usize],
        moved: Moved,
        choices: &mut Choices,
        place: Option<Place>,
    ) -> Result<(), Stop> {
        let node = node_at(&mut self.model, path)?;
        let count = children(node);
        if node.is_mapping() {
            let key = key(choices);
            let beside = match count {
                0 => String::new(),
                _ => key_at(node, choices.below(count)).unwrap_or_default(),
            };
            let beside = [beside.as_str()];
            let at = match (place, choices.below(4)) {
                (Some(place), 0 | 1) => At::PlaceOf(place),
                (Some(place), _) => At::HeirOf(place),
                (None, 0) => At::Before(&beside),
                (None, 1) => At::After(&beside),
                (None, _) => At::End,
            };
            self.log.push(format!(
                "put into {path:?} {key:?} {at:?} {:?}",
                moved.trees.first()
            ));
            let before = identities(node);
            let entry = node.insert(&key, moved.taken, at)?;
            let entry: *const Node = entry;
            // Where it came to stand, so that this does not have to know it too.
            let index = node
                .entries()
                .iter()
                .position(|e| std::ptr::eq(e.value(), entry));
            let index = index.ok_or(Stop::NotHere)?;
            debug_assert_eq!(before + 1, node.entries().len());
            for (tree, value) in self.trees(path)?.into_iter().zip(moved.trees) {
                if let Tree::Mapping(entries) = tree {
                    entries.insert(index, (Key::Text(key.clone()), value));
                }
            }
        } else {
            let index = choices.below(count + 1);
            self.log.push(format!(
                "put into {path:?} {index} {:?}",
                moved.trees.first()
            ));
            let item = match choices.below(3) {
                0 => Item::new(moved.taken.into_value()),
                _ => Item::from_taken(moved.taken),
            };
            let items = node.items_mut()?.filter(|items| index <= items.len());
            items.ok_or(Stop::NotHere)?.insert(index, item);
            for (tree, value) in self.trees(path)?.into_iter().zip(moved.trees) {
                if let Tree::Sequence(items) = tree {
                    items.insert(index, value);
                }
            }
        }
        Ok(())
    }

    fn rename(&mut self, path: &[usize], n: usize, to: &str) -> Result<(), Stop> {
        self.log.push(format!("rename {path:?} {n} {to:?}"));
        let node = node_at(&mut self.model, path)?;
        let key = key_at(node, n)?;
        if !node.rename(&key, to)? {
            return Err(Stop::NotHere);
        }
        for tree in self.trees(path)? {
            if let Tree::Mapping(entries) = tree {
                entries[n].0 = Key::Text(to.to_owned());
            }
        }
        Ok(())
    }

    /// `k: v` becomes `new: {k: v}` in its place.
    fn wrap(&mut self, path: &[usize], n: usize, choices: &mut Choices) -> Result<(), Stop> {
        let node = node_at(&mut self.model, path)?;
        let inner = key_at(node, n)?;
        let outer = key(choices);
        self.log.push(format!("wrap {path:?} {n} {outer:?}"));
        let taken = node.take(&inner)?.ok_or(Stop::NotHere)?;
        let place = taken.place();
        let at = if choices.rarely(3) {
            At::HeirOf(place)
        } else {
            At::PlaceOf(place)
        };
        let new = node.insert(&outer, Node::mapping(), at)?;
        new.insert(&inner, taken, At::End)?;
        for tree in self.trees(path)? {
            if let Tree::Mapping(entries) = tree {
                let (_, value) = entries.remove(n);
                let wrapped = Tree::Mapping(vec![(Key::Text(inner.clone()), value)]);
                entries.insert(n, (Key::Text(outer.clone()), wrapped));
            }
        }
        Ok(())
    }

    fn set(&mut self, path: &[usize], n: usize, to: &Node) -> Result<(), Stop> {
        self.log.push(format!("set {path:?} {n} {to:?}"));
        child_mut(&mut self.model, path, n)?.set_scalar(to)?;
        self.give(path, n, to)
    }

    /// Lets the readers see a new value in the place of one.
    fn give(&mut self, path: &[usize], n: usize, new: &Node) -> Result<(), Stop> {
        let path = [path, &[n]].concat();
        for (reader, tree) in &mut self.wanted {
            *tree.at(&path).ok_or(Stop::NotHere)? = Tree::of_new(new, *reader);
        }
        Ok(())
    }

    fn replace(&mut self, path: &[usize], n: usize, choices: &mut Choices) -> Result<(), Stop> {
        let new = match choices.below(4) {
            0 => Node::mapping(),
            1 => Node::sequence([]),
            _ => scalar(choices),
        };
        self.log.push(format!("replace {path:?} {n} {new:?}"));
        child_mut(&mut self.model, path, n)?.replace(new.clone());
        self.give(path, n, &new)
    }

    /// `k: v` becomes `k: [v]`.
    fn list_of(&mut self, path: &[usize], n: usize) -> Result<(), Stop> {
        self.log.push(format!("into a list {path:?} {n}"));
        let value = child_mut(&mut self.model, path, n)?;
        let old = std::mem::replace(value, Node::null());
        *value = Node::sequence([old]);
        let path = [path, &[n]].concat();
        for tree in self.trees(&path)? {
            *tree = Tree::Sequence(vec![tree.clone()]);
        }
        Ok(())
    }

    /// The value of a child becomes that of another one, which goes.
    fn exchange(&mut self, path: &[usize], n: usize, choices: &mut Choices) -> Result<(), Stop> {
        let from = self.collection(choices)?;
        let node = node_at(&mut self.model, &from)?;
        let m = choices.below(children(node));
        let moved = self.take(&from, m)?;
        self.log.push(format!("and exchange {path:?} {n} for it"));
        // The paths are those of before; where that is not this place any more, it is another one.
        let node = node_at(&mut self.model, path)?;
        if n >= children(node) {
            return Err(Stop::NotHere);
        }
        let new = moved.taken.into_value();
        if node.is_sequence() {
            let items = node.items_mut()?.ok_or(Stop::NotHere)?;
            items[n].exchange(new);
        } else {
            node.entries_mut()?[n].value_mut().replace(new);
        }
        let path = [path, &[n]].concat();
        for (tree, value) in self.trees(&path)?.into_iter().zip(moved.trees) {
            *tree = value;
        }
        Ok(())
    }
}

fn identities(node: &Node) -> usize {
    node.entries().len()
}

fn key(choices: &mut Choices) -> String {
    if choices.rarely(8) {
        choices.text()
    } else {
        choices.one(KEYS).to_owned()
    }
}

fn scalar(choices: &mut Choices) -> Node {
    match choices.below(12) {
        0 => Node::integer(choices.one(&[0, 80, -1, i64::MAX])),
        1 => Node::boolean(choices.rarely(2)),
        2 => Node::null(),
        3 => Node::float(choices.one(&["1.5", "-0.0", "1e3", ".inf"])),
        4 | 5 => Node::text(choices.one(TEXTS)),
        6 => Node::text(choices.text()),
        7 => Node::string(choices.text()),
        _ => Node::string(choices.one(TEXTS)),
    }
}

fn children(node: &Node) -> usize {
    if node.is_mapping() {
        node.entries().len()
    } else {
        node.items().len()
    }
}

fn key_at(node: &Node, n: usize) -> Result<String, Stop> {
    let key = node.entries().get(n).and_then(|entry| entry.key());
    key.map(str::to_owned).ok_or(Stop::NotHere)
}

fn value_at(node: &Node, n: usize) -> Result<&Node, Stop> {
    let value = match node.entries().get(n) {
        Some(entry) => Some(entry.value()),
        None => node.items().get(n).map(Item::value),
    };
    value.ok_or(Stop::NotHere)
}

fn node_at<'a>(root: &'a mut Node, path: &[usize]) -> Result<&'a mut Node, Stop> {
    let (Some((&last, path)), _) = (path.split_last(), ()) else {
        return Ok(root);
    };
    child_mut(root, path, last)
}

fn child_mut<'a>(root: &'a mut Node, path: &[usize], n: usize) -> Result<&'a mut Node, Stop> {
    let mut node = root;
    for &n in path.iter().chain([&n]) {
        node = if node.is_mapping() {
            let entry = node.entries_mut()?.get_mut(n);
            entry.ok_or(Stop::NotHere)?.value_mut()
        } else {
            let item = node.items_mut()?.and_then(|items| items.get_mut(n));
            item.ok_or(Stop::NotHere)?.value_mut()
        };
    }
    Ok(node)
}

/// The paths of all collections. Some lie behind an alias, where every change is refused.
fn collections(node: &Node, path: &mut Path, found: &mut Vec<Path>) {
    if found.len() == 500 || node.as_scalar().is_some() {
        return;
    }
    found.push(path.clone());
    for n in 0..children(node) {
        path.push(n);
        if let Ok(value) = value_at(node, n) {
            collections(value, path, found);
        }
        path.pop();
    }
}

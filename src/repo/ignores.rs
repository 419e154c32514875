//! `.gitignore`, for walking inside a repository.

use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder, gitconfig_excludes_path};

/// The ignore files that count in the folder being walked.
#[derive(Debug, Default)]
pub(super) struct Ignores {
    /// Outermost first. Empty outside a repository.
    levels: Vec<Level>,
}

/// Only ordinary files are read: a pipe could keep the walk waiting.
fn own_rules(rules: &mut GitignoreBuilder, file: PathBuf) {
    if file.is_file() {
        rules.add(file);
    }
}

#[derive(Debug)]
struct Level {
    /// How deep below the PATH the folder is; 0 for those above it.
    depth: usize,
    rules: Gitignore,
    /// The top of a repository: what is above it does not count.
    is_top: bool,
}

impl Ignores {
    /// The rules that the folders above `folder` bring. When they hide the folder itself they do
    /// not count, because it was given by name.
    pub(super) fn above(folder: &Path) -> Ignores {
        let mut ignores = Ignores::default();
        let Some(top) = folder.ancestors().position(|f| f.join(".git").exists()) else {
            return ignores;
        };
        let chain: Vec<&Path> = folder.ancestors().take(top + 1).collect();
        for pair in chain.windows(2).rev() {
            let (inner, outer) = (pair[0], pair[1]);
            ignores.enter(outer, 0);
            if ignores.hides(inner, true) {
                ignores.levels = vec![Level {
                    depth: 0,
                    rules: Gitignore::empty(),
                    is_top: true,
                }];
                break;
            }
        }
        ignores
    }

    /// The walk enters a folder at this depth.
    pub(super) fn enter(&mut self, folder: &Path, depth: usize) {
        self.leave(depth.saturating_sub(1));
        let git = folder.join(".git");
        let is_top = git.exists();
        let own = folder.join(".gitignore");
        if !is_top && (self.levels.is_empty() || !own.is_file()) {
            return;
        }
        // Later lines win over earlier ones, as git has it: its configuration, then the
        // repository's own exclude file, then .gitignore. A line that is no pattern is passed over.
        let mut rules = GitignoreBuilder::new(folder);
        if is_top {
            gitconfig_excludes_path().and_then(|path| rules.add(path));
            own_rules(&mut rules, git.join("info/exclude"));
        }
        own_rules(&mut rules, own);
        let rules = rules.build().unwrap_or_else(|_| Gitignore::empty());
        self.levels.push(Level {
            depth,
            rules,
            is_top,
        });
    }

    /// The walk is back in a folder at this depth.
    pub(super) fn leave(&mut self, depth: usize) {
        self.levels.retain(|level| level.depth <= depth);
    }

    /// Whether git would not look at this path. Asked from the top down, so an ignored folder is
    /// never entered.
    ///
    /// git still looks at what it tracks, whatever .gitignore says. Only the index knows that: this
    /// is the place to ask it, once refit reads one.
    pub(super) fn hides(&self, path: &Path, is_folder: bool) -> bool {
        for level in self.levels.iter().rev() {
            match level.rules.matched(path, is_folder) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None if level.is_top => return false,
                Match::None => {}
            }
        }
        false
    }
}

//! Putting a changed file in the place of the old one, whole or not at all.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use thiserror::Error;

/// What the names of temporary files begin and end with: in no extension that is read, should the
/// process be killed.
const PREFIX: &str = ".refit-";
const SUFFIX: &str = ".tmp";

/// Why a file was left as it was.
#[derive(Debug, Error)]
pub enum WriteError {
    #[error("changed on disk while refit was at work; nothing was written. Run it again")]
    Changed,
    #[error(
        "this is no ordinary file, and cannot be written in place; use `refit convert` for a stream"
    )]
    Special,
    #[error("cannot be read again before writing: {0}; nothing was written")]
    Read(io::Error),
    #[error(
        "cannot be written: {0}; the file is as it was. Its folder must be writable and have room for a second copy"
    )]
    Write(io::Error),
}

/// Exchanges the contents of `path`, a real path without links, if the file is still the one that
/// was read: `new` is given what it holds now and makes of it what it shall hold, or `None` where it
/// is not what was read.
///
/// The new text is written to a temporary file beside it, with the same permissions and, where
/// allowed, the same owner; it is forced to disk and renamed. Whoever looks finds the old file or
/// the new one. Other hard links to the old file keep the old text.
///
/// # Errors
/// In every case of error the file is as it was.
pub fn exchange(path: &Path, new: impl FnOnce(&[u8]) -> Option<Vec<u8>>) -> Result<(), WriteError> {
    let meta = fs::symlink_metadata(path).map_err(WriteError::Read)?;
    if !meta.is_file() {
        return Err(WriteError::Special);
    }
    let old = fs::read(path).map_err(WriteError::Read)?;
    let text = new(&old).ok_or(WriteError::Changed)?;

    let folder = path.parent().unwrap_or(Path::new("."));
    let mut temporary = tempfile::Builder::new()
        .prefix(PREFIX)
        .suffix(SUFFIX)
        .tempfile_in(folder)
        .map_err(|e| WriteError::Write(cause(e)))?;
    // As long as it is locked, somebody is at work on it. Where files cannot be locked, leftovers
    // are not removed either.
    let _ = temporary.as_file().try_lock();
    temporary
        .write_all(&text)
        .map_err(|e| WriteError::Write(cause(e)))?;
    keep_owner(temporary.as_file(), &meta);
    temporary
        .as_file()
        .set_permissions(meta.permissions())
        .map_err(WriteError::Write)?;
    temporary.as_file().sync_all().map_err(WriteError::Write)?;

    // As late as can be: somebody may have saved the file in an editor by now.
    if fs::read(path).map_err(WriteError::Read)? != old {
        return Err(WriteError::Changed);
    }
    temporary
        .persist(path)
        .map_err(|e| WriteError::Write(e.error))?;
    Ok(())
}

/// Whether a file of this name is a temporary one of refit: at work, or left behind when it was
/// killed.
pub(super) fn is_temporary(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name.starts_with(PREFIX.as_bytes()) && name.ends_with(SUFFIX.as_bytes())
}

/// Removes a temporary file that nobody is at work on any more, and says whether it is gone.
pub(super) fn remove_leftover(path: &Path) -> bool {
    let is_file = fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file());
    is_file
        && File::open(path).is_ok_and(|file| file.try_lock().is_ok())
        && fs::remove_file(path).is_ok()
}

/// The error itself: the name of the temporary file, which `tempfile` adds, means nothing to anybody.
fn cause(error: io::Error) -> io::Error {
    let inner = error.get_ref().map(ToString::to_string);
    let Some((text, _)) = inner
        .as_deref()
        .and_then(|text| text.split_once(" at path "))
    else {
        return error;
    };
    io::Error::new(error.kind(), text.to_owned())
}

/// Forces to disk that the files of these folders have been exchanged. Some file systems cannot;
/// the files are complete all the same.
pub fn sync_folders<'a>(folders: impl IntoIterator<Item = &'a PathBuf>) {
    for folder in folders {
        if let Ok(folder) = File::open(folder) {
            let _ = folder.sync_all();
        }
    }
}

/// Only root may give files away, and only to a group of one's own otherwise: failing is no error.
#[cfg(unix)]
fn keep_owner(file: &File, meta: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let Ok(own) = file.metadata() else { return };
    if own.gid() != meta.gid() {
        let _ = fchown(file, None, Some(meta.gid()));
    }
    if own.uid() != meta.uid() {
        let _ = fchown(file, Some(meta.uid()), None);
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &fs::Metadata) {}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("a.yaml");
        fs::write(&path, text).expect("a file");
        (dir, path)
    }

    fn names(dir: &tempfile::TempDir) -> usize {
        fs::read_dir(dir.path()).expect("a folder").count()
    }

    #[test]
    fn exchanges_the_text_and_leaves_nothing_behind() {
        let (dir, path) = file("old");
        exchange(&path, |old| (old == b"old").then(|| b"new".to_vec())).expect("it can be written");
        assert_eq!(fs::read(&path).expect("it is there"), b"new");
        assert_eq!(names(&dir), 1);
        sync_folders([&dir.path().to_owned()]);
    }

    #[test]
    fn refuses_a_file_that_is_not_the_one_that_was_read() {
        let (dir, path) = file("other");
        let error = exchange(&path, |old| (old == b"old").then(|| b"new".to_vec()));
        assert!(matches!(error, Err(WriteError::Changed)));
        assert_eq!(fs::read(&path).expect("it is there"), b"other");

        // Saved by somebody between the first look and the rename.
        let error = exchange(&path, |_| {
            fs::write(&path, "saved").expect("it can be written");
            Some(b"new".to_vec())
        });
        assert!(matches!(error, Err(WriteError::Changed)));
        assert_eq!(fs::read(&path).expect("it is there"), b"saved");
        assert_eq!(names(&dir), 1);

        fs::remove_file(&path).expect("it is there");
        assert!(matches!(
            exchange(&path, |_| None),
            Err(WriteError::Read(_))
        ));
        assert!(matches!(
            exchange(dir.path(), |_| None),
            Err(WriteError::Special)
        ));
    }

    #[cfg(unix)]
    #[test]
    fn keeps_permissions() {
        use std::os::unix::fs::PermissionsExt;
        let (_dir, path) = file("old");
        for mode in [0o600, 0o664, 0o755, 0o444] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("it is ours");
            exchange(&path, |_| Some(b"new".to_vec())).expect("it can be written");
            let now = fs::metadata(&path)
                .expect("it is there")
                .permissions()
                .mode();
            assert_eq!(now & 0o7777, mode);
        }
    }
}

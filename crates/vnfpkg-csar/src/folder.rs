//! A folder as a package: the same entries that packing it would give.

use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use vnfpkg_diag::Place;

use crate::entry::{Block, Entry, Kind, Origin};
use crate::limits::Limits;
use crate::problem::{Problem, ProblemKind, Problems};
use crate::zip::check_path;

/// What `vnfpkg` is to do with the folder; it stays behind when the folder is packed.
const SETTINGS: &str = "vnfpkg.toml";

/// Names that editors, version control and build tools leave behind; no part of a package.
pub(crate) fn is_dropping(name: &str) -> bool {
    const NAMES: [&str; 11] =
        [".git", ".gitignore", ".gitattributes", ".hg", ".svn", ".DS_Store", "__MACOSX", "Thumbs.db", "__pycache__", ".idea", ".vscode"];
    let swap = name.starts_with('.') && (name.ends_with(".swp") || name.ends_with(".swo"));
    NAMES.contains(&name) || name.ends_with('~') || name.ends_with(".pyc") || swap || (name.starts_with(".#"))
}

/// All entries below a folder, unsorted; `None` when there are more than the limits allow.
pub(crate) fn scan(root: &Utf8Path, limits: &Limits, problems: &mut Problems) -> io::Result<Option<Vec<Entry>>> {
    let mut walk = Walk { root: root.canonicalize_utf8()?, limits, problems, entries: Vec::new() };
    let mut pending = vec![(root.to_owned(), String::new())];
    while let Some((folder, prefix)) = pending.pop() {
        let named = |error: io::Error| io::Error::new(error.kind(), format!("{folder}: {error}"));
        for item in std::fs::read_dir(&folder).map_err(named)? {
            item.and_then(|item| walk.item(&item, &folder, &prefix, &mut pending)).map_err(named)?;
            if walk.entries.len() > limits.entries {
                let message = format!("the folder holds more than {} files", limits.entries);
                problems.push(
                    Problem::new(ProblemKind::ZipTooManyEntries, Place::Package, message)
                        .help("name the folder that holds the package, not one above it"),
                );
                return Ok(None);
            }
        }
    }
    Ok(Some(walk.entries))
}

struct Walk<'a> {
    root: Utf8PathBuf,
    limits: &'a Limits,
    problems: &'a mut Problems,
    entries: Vec<Entry>,
}

impl Walk<'_> {
    fn item(
        &mut self,
        item: &std::fs::DirEntry,
        folder: &Utf8Path,
        prefix: &str,
        pending: &mut Vec<(Utf8PathBuf, String)>,
    ) -> io::Result<()> {
        let raw = item.file_name();
        let Some(name) = raw.to_str() else {
            let shown = format!("{prefix}{}", raw.to_string_lossy());
            self.problems.push(
                Problem::file(ProblemKind::ZipNameEncoding, &shown, "the file's name is not UTF-8, the file was left out")
                    .help("rename it"),
            );
            return Ok(());
        };
        if is_dropping(name) || (prefix.is_empty() && name == SETTINGS) {
            return Ok(());
        }
        let path = format!("{prefix}{name}");
        if let Err(fault) = check_path(&path, self.limits.depth) {
            self.problems.push(Problem::file(ProblemKind::ZipUnsafeName, &path, format!("the file's name {fault}")).help("rename it"));
            return Ok(());
        }
        let place = folder.join(name);
        let kind = item.file_type()?;
        if kind.is_dir() {
            pending.push((place, format!("{path}/")));
            self.entries.push(Entry::dir(&path, Origin::Implied));
        } else if kind.is_file() {
            self.file(&path, place)?;
        } else if kind.is_symlink() {
            self.link(&path, &place)?;
        } else {
            self.special(&path, Kind::Other, "is a special file, a package holds regular files only");
        }
        Ok(())
    }

    fn file(&mut self, path: &str, place: Utf8PathBuf) -> io::Result<()> {
        let metadata = std::fs::metadata(&place)?;
        let mut entry = Entry::dir(path, Origin::File(place));
        entry.kind = Kind::File;
        entry.size = metadata.len();
        entry.compressed = metadata.len();
        entry.stored = true;
        entry.unix_mode = Some(std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()));
        self.entries.push(entry);
        Ok(())
    }

    /// A link to a file of the package stands for that file; any other link is refused.
    fn link(&mut self, path: &str, place: &Utf8Path) -> io::Result<()> {
        match place.canonicalize_utf8() {
            Ok(target) if !target.starts_with(&self.root) => {
                self.special(path, Kind::Symlink, "is a symbolic link that leads out of the package");
            }
            Ok(target) if target.is_file() => return self.file(path, target),
            Ok(_) => self.special(path, Kind::Symlink, "is a symbolic link to something that is no regular file"),
            Err(_) => self.special(path, Kind::Symlink, "is a symbolic link that leads nowhere"),
        }
        Ok(())
    }

    fn special(&mut self, path: &str, kind: Kind, fault: &str) {
        self.problems
            .push(Problem::file(ProblemKind::ZipSpecialFile, path, format!("{path} {fault}")).help("put the file itself in its place"));
        let mut entry = Entry::dir(path, Origin::Implied);
        entry.kind = kind;
        entry.blocked = Some(Block::Special);
        self.entries.push(entry);
    }
}

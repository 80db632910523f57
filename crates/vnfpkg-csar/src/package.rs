//! A package: its entries, and how to read them.

use std::io::{Cursor, Read};

use camino::Utf8Path;

use crate::entry::{Entry, Kind, Origin};
use crate::limits::Limits;
use crate::open::{self, OpenError};
use crate::problem::Problem;
use crate::read::{self, ReadError, StoredRange, Text};
use crate::root_yaml::{self, RootYaml};
use crate::storage::Storage;
use crate::{tree, zip};

/// What a package is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A zip archive.
    Zip,
    /// A folder that is not packed yet.
    Folder,
}

/// A CSAR (SOL004 §4.1, TOSCA Simple Profile 1.3 §6) as zip or folder. Nothing is unpacked; any number of threads may read.
#[derive(Debug, Clone)]
pub struct Package {
    pub(crate) name: String,
    pub(crate) form: Form,
    pub(crate) storage: Option<Storage>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) sound: bool,
}

impl Package {
    /// Opens a zip or a folder.
    ///
    /// # Errors
    /// When there is nothing that could be a package. A damaged or hostile archive opens and has [`problems`](Self::problems).
    pub fn open(path: &Utf8Path) -> Result<Self, OpenError> {
        Self::open_with(path, &Limits::default())
    }

    /// Opens a zip or a folder with limits of one's own.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with(path: &Utf8Path, limits: &Limits) -> Result<Self, OpenError> {
        open::open(path, limits)
    }

    /// Takes the bytes of a zip, for instance from standard input. `name` is shown to people and stands for the file name.
    ///
    /// # Errors
    /// When the bytes are no zip.
    pub fn from_bytes(name: &str, bytes: Vec<u8>) -> Result<Self, OpenError> {
        open::open_zip(name, Storage::memory(bytes), &Limits::default())
    }

    /// File name of the archive, or name of the folder.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Zip or folder.
    pub fn form(&self) -> Form {
        self.form
    }

    /// What was found wrong when the container was opened: names, headers, layout, limits. Content is checked when it is read.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// False when the container could not be listed, so that a file being absent means nothing.
    pub fn is_sound(&self) -> bool {
        self.sound
    }

    /// All entries, sorted by path, each path once. Entries with dangerous names are not among them.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The regular files, sorted by path.
    pub fn files(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.is_file())
    }

    /// The entry of a path, which may end in `/`.
    pub fn entry(&self, path: &str) -> Option<&Entry> {
        tree::find(&self.entries, path.trim_end_matches('/'))
    }

    /// Whether a file or folder has that path.
    pub fn exists(&self, path: &str) -> bool {
        self.entry(path).is_some()
    }

    /// The regular files below a folder; `""` is the root.
    pub fn files_under(&self, folder: &str) -> impl Iterator<Item = &Entry> {
        let prefix = match folder.trim_end_matches('/') {
            "" => String::new(),
            folder => format!("{folder}/"),
        };
        let start = self.entries.partition_point(|entry| entry.path.as_str() < prefix.as_str());
        let below = self.entries.get(start..).unwrap_or_default();
        below.iter().take_while(move |entry| entry.path.starts_with(&prefix)).filter(|entry| entry.is_file())
    }

    /// A path that differs from the given one in upper and lower case alone.
    pub fn near(&self, path: &str) -> Option<&str> {
        let wanted = path.trim_end_matches('/').to_lowercase();
        self.entries
            .iter()
            .find(|entry| entry.path.len() == wanted.len() && entry.path.to_lowercase() == wanted)
            .map(|entry| entry.path.as_str())
    }

    /// Reads a file as text, at most `limit` bytes.
    ///
    /// # Errors
    /// When the file is absent, blocked, larger than `limit` or damaged. Text that is not UTF-8 is no error, see [`Text::invalid`].
    pub fn read_text(&self, path: &str, limit: u64) -> Result<Text, ReadError> {
        self.read(path, limit).map(Text::from_bytes)
    }

    /// Reads a file, at most `limit` bytes.
    ///
    /// # Errors
    /// When the file is absent, blocked, larger than `limit` or damaged.
    pub fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, ReadError> {
        let entry = self.readable(path)?;
        if entry.size > limit {
            return Err(ReadError::TooLarge { path: path.to_owned(), size: entry.size, limit });
        }
        let mut bytes = Vec::with_capacity(usize::try_from(entry.size).unwrap_or(0).min(1 << 20));
        let mut reader = self.open_entry(entry)?.take(limit.saturating_add(1));
        reader.read_to_end(&mut bytes).map_err(|error| ReadError::from_io(path, error))?;
        if bytes.len() as u64 > limit {
            return Err(ReadError::TooLarge { path: path.to_owned(), size: bytes.len() as u64, limit });
        }
        Ok(bytes)
    }

    /// A stream of a file's content. The last read fails when length or CRC-32 are wrong;
    /// [`ReadError::from_io`] tells that from a failing disk.
    ///
    /// # Errors
    /// When the file is absent, blocked or cannot be opened.
    pub fn reader(&self, path: &str) -> Result<Box<dyn Read + Send>, ReadError> {
        self.open_entry(self.readable(path)?)
    }

    /// Where the bytes of a file lie on disk as they are, so that ranges can be read without the package: a file of a folder, or a
    /// stored entry of a zip file.
    pub fn stored_range(&self, path: &str) -> Option<StoredRange> {
        let entry = self.readable(path).ok().filter(|entry| entry.stored)?;
        match (&entry.origin, &self.storage) {
            (Origin::File(file), _) => Some(StoredRange { file: file.clone(), offset: 0, length: entry.size }),
            (Origin::Zip { data, .. }, Some(storage)) => {
                let (file, base) = storage.on_disk()?;
                Some(StoredRange { file: file.to_owned(), offset: base + data, length: entry.size })
            }
            _ => None,
        }
    }

    /// The root template of a package without TOSCA.meta (SOL004 §4.1.3).
    pub fn root_yaml(&self) -> RootYaml<'_> {
        root_yaml::find(self)
    }

    /// Puts other bytes in the place of a file's; what lies on disk stays as it is. False when the package has no such file.
    pub fn overlay(&mut self, path: &str, bytes: Vec<u8>) -> bool {
        let Ok(at) = self.entries.binary_search_by(|entry| entry.path.as_str().cmp(path)) else { return false };
        let Some(entry) = self.entries.get_mut(at).filter(|entry| entry.kind == Kind::File) else { return false };
        entry.size = bytes.len() as u64;
        entry.compressed = entry.size;
        entry.stored = false;
        entry.crc32 = None;
        entry.origin = Origin::Memory(bytes.into());
        true
    }

    /// Puts a file into the package, over one of that path if there is one; what lies on disk stays as it is.
    pub(crate) fn put(&mut self, path: &str, bytes: Vec<u8>) {
        let size = bytes.len() as u64;
        if self.exists(path) {
            self.overlay(path, bytes);
            return;
        }
        let at = self.entries.partition_point(|entry| entry.path.as_str() < path);
        let mut entry = Entry::dir(path, Origin::Memory(bytes.into()));
        entry.kind = Kind::File;
        entry.size = size;
        entry.compressed = entry.size;
        self.entries.insert(at, entry);
    }

    /// The entry of a path if it is a file that may be read.
    pub(crate) fn readable(&self, path: &str) -> Result<&Entry, ReadError> {
        let entry = self.entry(path).ok_or_else(|| ReadError::NotFound { path: path.to_owned() })?;
        if let Some(block) = entry.blocked {
            return Err(ReadError::Blocked { path: path.to_owned(), block });
        }
        match entry.kind {
            Kind::File => Ok(entry),
            _ => Err(ReadError::NotAFile { path: path.to_owned() }),
        }
    }

    /// The bytes of a stored zip entry as an archive of their own.
    pub(crate) fn stored_in_place(&self, entry: &Entry) -> Option<Storage> {
        match (&entry.origin, &self.storage) {
            (Origin::Zip { data, deflated: false }, Some(storage)) => Some(storage.slice(*data, entry.size)),
            (Origin::File(file), _) => Storage::file(std::fs::File::open(file).ok()?, Some(file)).ok(),
            _ => None,
        }
    }

    pub(crate) fn open_entry(&self, entry: &Entry) -> Result<Box<dyn Read + Send>, ReadError> {
        match (&entry.origin, &self.storage) {
            (Origin::File(file), _) => read::open_file(&entry.path, file),
            (Origin::Memory(bytes), _) => Ok(Box::new(Cursor::new(bytes.clone()))),
            (Origin::Zip { data, deflated }, Some(storage)) => {
                let promise = zip::Promise {
                    data: *data,
                    compressed: entry.compressed,
                    size: entry.size,
                    crc32: entry.crc32.unwrap_or(0),
                    deflated: *deflated,
                };
                Ok(zip::reader(storage, promise))
            }
            _ => Err(ReadError::NotAFile { path: entry.path.clone() }),
        }
    }
}

/// The package path that a reference means when it counts from the folder of the file that makes it; `from` is `""` for the package root.
/// `None` when it leaves the package or is no relative path.
pub fn join(from: &str, reference: &str) -> Option<String> {
    if reference.starts_with('/') || reference.contains('\\') || reference.contains("://") {
        return None;
    }
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut segments: Vec<&str> = folder.split('/').filter(|segment| !segment.is_empty()).collect();
    for segment in reference.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop()?;
            }
            name => segments.push(name),
        }
    }
    (!segments.is_empty()).then(|| segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn references_count_from_the_file_that_makes_them_and_stay_inside() {
        assert_eq!(join("Definitions/top.yaml", "../Scripts/x.sh").as_deref(), Some("Scripts/x.sh"));
        assert_eq!(join("", "./Files//a").as_deref(), Some("Files/a"));
        assert_eq!(join("Definitions/top.yaml", "../../x"), None);
        assert_eq!(join("a/b", "/etc/passwd"), None);
        assert_eq!(join("a/b", "https://example.org/x.yaml"), None);
    }
}

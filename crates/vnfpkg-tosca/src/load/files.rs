//! How the files of a package are reached, and how paths inside it are counted.

/// Read access to the files of a package. Paths are relative to its root, with `/` between the parts.
pub trait Files {
    /// The text of a file.
    ///
    /// # Errors
    /// When it is missing, too large or not UTF-8.
    fn read_text(&self, path: &str) -> Result<String, FileError>;

    /// Is there such a file?
    fn exists(&self, path: &str) -> bool;

    /// The path of a file whose path is nearly this one: other case, few letters off.
    fn near(&self, path: &str) -> Option<String>;
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// There is none.
    #[error("the package has no such file")]
    Missing,
    /// Its bytes are not UTF-8.
    #[error("the file is not UTF-8")]
    NotUtf8 {
        /// The text with U+FFFD in place of wrong bytes.
        text: String,
        /// Offset of the first of those in the text.
        offset: usize,
    },
    /// It is longer than a text may be.
    #[error("the file has {bytes} bytes; {limit} are allowed")]
    TooLarge {
        /// Its length.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// The container is damaged there.
    #[error("{0}")]
    Unreadable(String),
}

/// From where a relative path counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Base {
    /// From the folder of the file that names it, as TOSCA has it.
    NamingFile,
    /// From the root of the package, as some receivers have it.
    PackageRoot,
}

/// A file of the package that a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFile {
    /// Its path from the package root.
    pub path: String,
    /// From where the path counted.
    pub base: Base,
}

/// Finds the file that a path in another file means.
pub fn find(files: &dyn Files, naming_file: &str, path: &str) -> Option<FoundFile> {
    let bases = [(folder(naming_file), Base::NamingFile), ("", Base::PackageRoot)];
    bases.into_iter().find_map(|(folder, base)| {
        let path = join(folder, path)?;
        files.exists(&path).then_some(FoundFile { path, base })
    })
}

/// A path that is nearly the wanted one, from either base.
pub fn near(files: &dyn Files, naming_file: &str, path: &str) -> Option<String> {
    let wanted = join(folder(naming_file), path).or_else(|| join("", path))?;
    files.near(&wanted).or_else(|| files.near(&join("", path)?))
}

/// Is it an address of the network rather than a path?
pub fn is_url(path: &str) -> bool {
    path.contains("://")
}

/// The folder part of a path; empty at the root.
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A relative path below a folder, without `.` and `..`. `None` when it leaves the package, is absolute or a URL.
pub fn join(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains('\\') || path.contains('\0') || is_url(path) || path.is_empty() {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    if parts.is_empty() { None } else { Some(parts.join("/")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_inside_the_package_only() {
        assert_eq!(join("Definitions", "../Scripts/a.sh").as_deref(), Some("Scripts/a.sh"));
        assert_eq!(join("Definitions", "./b.yaml").as_deref(), Some("Definitions/b.yaml"));
        assert_eq!(join("Definitions", "../../etc/passwd"), None);
        assert_eq!(join("", "/etc/passwd"), None);
        assert_eq!(join("", "https://host/x.yaml"), None);
        assert_eq!(join("a", ".."), None);
    }
}

//! What planning needs of the package's files.

use std::io::{self, Read};

/// Read access to a package.
pub trait PackageFiles: Sync {
    /// The text of a file, up to 1 MiB.
    ///
    /// # Errors
    /// One sentence that says why not.
    fn read_text(&self, path: &str) -> Result<String, String>;

    /// Size of a file in bytes; `None` when there is no such file.
    fn size(&self, path: &str) -> Option<u64>;

    /// The content of a file.
    ///
    /// # Errors
    /// When it cannot be read.
    fn open(&self, path: &str) -> io::Result<Box<dyn Read + Send>>;

    /// A file whose path differs only a little, for "did you mean".
    fn near(&self, path: &str) -> Option<String>;
}

/// A relative path without `.`, `..` and empty parts; `None` when it is absolute or leads outside.
pub fn clean_path(path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains(['\\', '\0']) {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// The path that a file names, as seen from the file that names it.
pub fn join_path(from_file: &str, path: &str) -> Option<String> {
    match from_file.rsplit_once('/') {
        Some((folder, _)) => clean_path(&format!("{folder}/{path}")),
        None => clean_path(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        assert_eq!(clean_path("a/./b//c").as_deref(), Some("a/b/c"));
        assert_eq!(clean_path("a/../b").as_deref(), Some("b"));
        for outside in ["/etc/passwd", "../x", "a/../../x", "", "a\\b", "."] {
            assert_eq!(clean_path(outside), None, "{outside}");
        }
        assert_eq!(join_path("Scripts/lifecycle.yaml", "a.sh").as_deref(), Some("Scripts/a.sh"));
    }
}

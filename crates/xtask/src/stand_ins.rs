//! Small files in place of those that a package names and does not have, such as VM images that nobody passes on.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::product::{ProductError, binary};

/// What is read of a finding.
#[derive(Deserialize)]
struct Finding {
    message: String,
    file: Option<String>,
}

/// Puts a small text wherever the package names a file that is not there; gives their paths in the package, sorted.
///
/// # Errors
/// When the package cannot be validated, or a file cannot be written.
pub fn complete(package: &Path) -> Result<Vec<String>, ProductError> {
    let output = Command::new(binary()?).args(["validate", "--format", "jsonl"]).arg(package).output();
    let output = output.map_err(|error| ProductError::unexpected("vnfpkg validate", error.to_string()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let findings = text.lines().filter_map(|line| serde_json::from_str(line).ok());
    let mut missing: Vec<PathBuf> = findings.filter_map(|finding| missing_file(&finding)).collect();
    missing.sort();
    missing.dedup();
    for path in &missing {
        write(&package.join(path), &format!("a stand-in for {}\n", path.display()))?;
    }
    Ok(missing.iter().map(|path| path.display().to_string()).collect())
}

/// The path that a finding misses, from the package's root: one that begins with `..` counts from the file that names it.
fn missing_file(finding: &Finding) -> Option<PathBuf> {
    let written = finding.message.split_once("the package has no file `")?.1.split('`').next()?;
    let base = finding.file.as_deref().filter(|_| written.starts_with("..")).and_then(|file| Path::new(file).parent());
    let mut path = PathBuf::new();
    for part in base.unwrap_or(Path::new("")).join(written).components() {
        match part {
            Component::Normal(name) => path.push(name),
            Component::ParentDir if path.pop() => {}
            Component::CurDir => {}
            _ => return None,
        }
    }
    Some(path)
}

fn write(path: &Path, text: &str) -> Result<(), ProductError> {
    let failed = |error: std::io::Error| ProductError::unexpected(format!("writing {}", path.display()), error.to_string());
    fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).map_err(failed)?;
    fs::write(path, text).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_count_from_the_root_or_from_the_file_that_names_them() {
        let path = |file: &str, message: &str| missing_file(&Finding { message: message.into(), file: Some(file.into()) });
        let missing = "the package has no file `Scripts/a.py`";
        assert_eq!(path("Definitions/df.yaml", missing).unwrap(), Path::new("Scripts/a.py"));
        let missing = "the package has no file `../Files/vm.img`";
        assert_eq!(path("Definitions/df.yaml", missing).unwrap(), Path::new("Files/vm.img"));
        assert_eq!(path("Definitions/df.yaml", "the package has no file `../../vm.img`"), None);
        assert_eq!(path("df.yaml", "the checksum is not that of `vm.img`"), None);
    }
}

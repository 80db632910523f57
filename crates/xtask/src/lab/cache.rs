//! Things made once: each is a folder named by what it is and by a digest of all that it is made from.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::error::LabError;
use super::process;
use super::progress::{say, timed};

/// Where caches are unless told otherwise.
pub const DEFAULT_CACHE: &str = "/var/cache/vnfpkg-lab";

/// The folder of things made once.
#[derive(Debug, Clone)]
pub(crate) struct Cache {
    root: PathBuf,
}

impl Cache {
    /// Opens the folder, making it when it does not exist.
    pub(crate) fn open(root: &Path) -> Result<Self, LabError> {
        fs::create_dir_all(root).map_err(LabError::io(root))?;
        let root = root.canonicalize().map_err(LabError::io(root))?;
        if root.to_string_lossy().contains([':', ',', '\\']) {
            // It becomes a `lowerdir=` option of an overlay mount.
            return Err(LabError::BadOption(format!("cache folder {}: `:`, `,` and `\\` are not usable", root.display())));
        }
        Ok(Self { root })
    }

    /// The folder itself.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The item `kind` made from `parts`: found, or made by `make` in a folder that it is given and then moved into place.
    /// Two processes that want the same thing make it once.
    pub(crate) fn item(&self, kind: &str, parts: &[&str], make: impl FnOnce(&Path) -> Result<(), LabError>) -> Result<PathBuf, LabError> {
        let path = self.root.join(format!("{kind}-{}", digest(parts)));
        if path.exists() {
            return Ok(path);
        }
        let _lock = self.lock(kind)?;
        if path.exists() {
            return Ok(path);
        }
        let partial = self.root.join(format!("{kind}.partial"));
        remove(&partial)?;
        fs::create_dir_all(&partial).map_err(LabError::io(&partial))?;
        timed(&format!("making {} once", path.display()), || make(&partial))?;
        fs::rename(&partial, &path).map_err(LabError::io(&path))?;
        Ok(path)
    }

    /// Removes every item that is not under one of `used`; each is made again when it is wanted. Says what it removes.
    pub(crate) fn prune(&self, used: &[PathBuf]) -> Result<(), LabError> {
        for entry in fs::read_dir(&self.root).map_err(LabError::io(&self.root))?.filter_map(Result::ok) {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            let Some((kind, _)) = name.rsplit_once(['-', '.']).filter(|_| path.is_dir()) else {
                continue;
            };
            if used.iter().any(|used| used.starts_with(&path)) {
                continue;
            }
            let _lock = self.lock(kind)?;
            say(&format!("removing {}", path.display()));
            remove(&path)?;
        }
        Ok(())
    }

    /// The lab's key pair; the public half has the same name with `.pub`.
    pub(crate) fn key(&self) -> Result<PathBuf, LabError> {
        let key = self.root.join("id_ed25519");
        let _lock = self.lock("key")?;
        if !key.with_extension("pub").exists() {
            remove(&key)?;
            let mut command = Command::new("ssh-keygen");
            command.args(["-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f"]).arg(&key);
            process::run("making the lab's key pair", &mut command, Duration::from_secs(30))?;
        }
        Ok(key)
    }

    fn lock(&self, kind: &str) -> Result<File, LabError> {
        let path = self.root.join(format!("{kind}.lock"));
        let file = File::create(&path).map_err(LabError::io(&path))?;
        file.lock().map_err(LabError::io(&path))?;
        Ok(file)
    }
}

/// Removes a file or a folder with all it holds; none is no error.
pub(crate) fn remove(path: &Path) -> Result<(), LabError> {
    let result = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(_) => Ok(()),
    };
    result.map_err(LabError::io(path))
}

/// Writes the lab's shell programs into `folder`, executable.
pub(crate) fn write_scripts(folder: &Path, scripts: &[(&str, &str)]) -> Result<(), LabError> {
    fs::create_dir_all(folder).map_err(LabError::io(folder))?;
    for (name, text) in scripts {
        let path = folder.join(name);
        fs::write(&path, text).map_err(LabError::io(&path))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).map_err(LabError::io(&path))?;
    }
    Ok(())
}

/// A command that runs one of these programs while something is made. It sees its own mounts and processes only, and
/// all of it ends when this process is killed: what it mounts or starts can never be left over in a folder that is
/// removed later.
pub(crate) fn maker(script: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--", "unshare", "--mount", "--propagation", "private"]);
    command.args(["--pid", "--fork", "--kill-child", "--mount-proc", "--"]).arg(script);
    command
}

fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
        hash.update(part);
    }
    hex::encode(&hash.finalize()[..6])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_made_once_and_again_when_its_parts_differ() {
        let folder = tempfile::tempdir().expect("folder");
        let cache = Cache::open(folder.path()).expect("opens");
        let mut made = 0;
        for parts in [["ab", "c"], ["ab", "c"], ["a", "bc"]] {
            let item = cache.item("thing", &parts, |out| {
                made += 1;
                fs::write(out.join("x"), "1").map_err(LabError::io(out))
            });
            assert!(item.expect("made").join("x").exists());
        }
        assert_eq!(made, 2);
    }

    #[test]
    fn an_item_whose_making_failed_is_not_there() {
        let folder = tempfile::tempdir().expect("folder");
        let cache = Cache::open(folder.path()).expect("opens");
        let failed = cache.item("thing", &["p"], |_| Err(LabError::BadOption("no".into())));
        assert!(failed.is_err());
        assert!(cache.item("thing", &["p"], |out| fs::write(out.join("x"), "").map_err(LabError::io(out))).is_ok());
    }

    #[test]
    fn what_a_lab_uses_is_not_pruned() {
        let folder = tempfile::tempdir().expect("folder");
        let cache = Cache::open(folder.path()).expect("opens");
        let used = cache.item("thing", &["used"], |_| Ok(())).expect("made");
        let unused = cache.item("thing", &["unused"], |_| Ok(())).expect("made");
        cache.prune(&[used.join("root")]).expect("prunes");
        assert!(used.exists() && !unused.exists());
    }

    #[test]
    fn a_folder_that_no_overlay_option_can_name_is_refused() {
        let folder = tempfile::tempdir().expect("folder");
        assert!(Cache::open(&folder.path().join("a:b")).is_err());
    }
}

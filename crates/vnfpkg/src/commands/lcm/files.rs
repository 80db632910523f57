//! Records as files of the state folder, and where ids and times come from.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use vnfpkg_lcm::Files;
use vnfpkg_run::StateDir;

use crate::exit::Failure;
use crate::prepare::random_salt;

const ENDING: &str = ".json";

/// The state folder.
pub(super) struct StateFiles {
    root: PathBuf,
}

impl StateFiles {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    fn path(&self, folder: &str, name: &str) -> PathBuf {
        self.root.join(folder).join(format!("{name}{ENDING}"))
    }

    /// Where the inventory of an instance is.
    pub(super) fn inventory(&self, instance: &str) -> PathBuf {
        self.root.join("vnf_instances").join(format!("{instance}.inventory.yaml"))
    }

    /// Writes the inventory of an instance.
    pub(super) fn write_inventory(&self, instance: &str, text: &str) -> Result<(), Failure> {
        let path = self.inventory(instance);
        replace(&path, text).map_err(|error| Failure::usage(format!("cannot write {}: {error}", path.display())))
    }

    /// Removes what an instance leaves beside its record.
    pub(super) fn forget(&self, instance: &str) -> Result<(), Failure> {
        let _ = fs::remove_file(self.inventory(instance));
        StateDir::new(&self.root).store(instance).clear().map_err(|error| Failure::usage(error.to_string()))
    }
}

impl Files for StateFiles {
    fn read(&self, folder: &str, name: &str) -> io::Result<Option<String>> {
        match fs::read_to_string(self.path(folder, name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            result => result.map(Some),
        }
    }

    fn write(&self, folder: &str, name: &str, text: &str) -> io::Result<()> {
        replace(&self.path(folder, name), text)
    }

    fn remove(&self, folder: &str, name: &str) -> io::Result<()> {
        match fs::remove_file(self.path(folder, name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            result => result,
        }
    }

    fn names(&self, folder: &str) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(self.root.join(folder)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            result => result?,
        };
        let mut names = Vec::new();
        for entry in entries {
            let name = entry?.file_name().to_string_lossy().into_owned();
            names.extend(name.strip_suffix(ENDING).map(str::to_owned));
        }
        names.sort();
        Ok(names)
    }
}

/// Replaces a file that only we can read, all of it or nothing.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let partial = path.with_extension("partial");
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&partial)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&partial, path)
}

/// A random id in the form of a UUID of version 4.
pub(super) fn new_id() -> String {
    let digits = random_salt();
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or("0");
    format!("{}-{}-4{}-a{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

/// The time, as the API writes it.
pub(super) fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

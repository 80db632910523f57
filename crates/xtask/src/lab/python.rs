//! Python programs that the product is compared with, in a virtual environment of the cache.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::cache::Cache;
use super::error::LabError;
use super::needs::{Need, install_missing, need};
use super::process;

const NEEDS: &[Need] = &[need("python3-venv", "a Python environment for programs that the product is compared with")];

/// The interpreter of an environment that holds one package of PyPI, `NAME==VERSION`, made once.
///
/// # Errors
/// When the environment cannot be made.
pub fn python_with(cache: &Path, package: &str) -> Result<PathBuf, LabError> {
    python_with_all(cache, package.split("==").next().unwrap_or(package), &[package])
}

/// The same with several packages; `name` says what they are for.
///
/// # Errors
/// When the environment cannot be made.
pub fn python_with_all(cache: &Path, name: &str, packages: &[&str]) -> Result<PathBuf, LabError> {
    install_missing(NEEDS)?;
    let folder = Cache::open(cache)?.item(&format!("python-{name}"), packages, |folder| {
        let mut venv = Command::new("python3");
        venv.args(["-m", "venv"]).arg(folder);
        process::run("making a virtual environment", &mut venv, Duration::from_secs(120))?;
        let mut pip = Command::new(folder.join("bin/python"));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(packages);
        process::run("installing Python packages", &mut pip, Duration::from_secs(600)).map(drop)
    })?;
    // Programs of the environment name the folder it was made in; the interpreter finds its own.
    Ok(folder.join("bin/python"))
}

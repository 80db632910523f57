//! The wheel: the program for `pip install`.

use std::path::{Path, PathBuf};
use std::process::Command;

use xtask::product::ProductError;

use super::archive::name_of;
use super::release::{Release, packaging, run, scratch, try_installed};
use super::tools;

/// Builds it with maturin, from the release build that is there.
pub(super) fn make(release: &Release) -> Result<PathBuf, ProductError> {
    let folder = release.folder.join("wheels");
    let mut maturin = tools::module("maturin")?;
    maturin.args(["build", "--release", "--quiet", "--locked", "--out"]).arg(&folder);
    run("building the wheel", maturin.current_dir(packaging("wheel")))?;
    let there = std::fs::read_dir(&folder).map_err(|error| ProductError::unexpected("the wheel", error.to_string()))?;
    let wheel = there.flatten().map(|entry| entry.path()).find(|path| path.extension().is_some_and(|end| end == "whl"));
    wheel.ok_or_else(|| ProductError::unexpected("building the wheel", "maturin wrote none"))
}

/// Installs it into an empty environment, with no index to ask.
pub(super) fn show(release: &Release) -> Result<String, ProductError> {
    let wheel = release.wheel()?;
    let folder = scratch()?;
    let environment = folder.path().join("environment");
    run("making an environment", Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
    let mut pip = Command::new(environment.join("bin/pip"));
    pip.args(["install", "--quiet", "--no-index", "--find-links"]).arg(wheel.parent().unwrap_or(Path::new(".")));
    run("pip install", pip.arg("vnfpkg"))?;
    let version = try_installed(&environment.join("bin/vnfpkg"))?;
    Ok(format!("{version} from {}", name_of(wheel)))
}

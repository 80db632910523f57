//! `cargo install` from a clone.

use std::process::Command;

use xtask::product::{ProductError, repository};

use super::release::{Release, run, scratch, try_installed};

/// Installs into an empty folder.
pub(super) fn show(_: &Release) -> Result<String, ProductError> {
    let root = scratch()?;
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["install", "--quiet", "--locked", "--path", "crates/vnfpkg", "--features", "vendored", "--no-track", "--root"]);
    run("cargo install", cargo.arg(root.path()).current_dir(repository()))?;
    try_installed(&root.path().join("bin/vnfpkg"))
}

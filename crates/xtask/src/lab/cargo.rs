//! Cargo's programs that chores use, compiled once into the cache.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::cache::Cache;
use super::error::LabError;
use super::process;

/// A program of crates.io, made once.
///
/// # Errors
/// When it cannot be compiled.
pub fn cargo_program(cache: &Path, name: &str, version: &str) -> Result<PathBuf, LabError> {
    let folder = Cache::open(cache)?.item(&format!("rust-{name}"), &[name, version], |folder| {
        let mut cargo = Command::new("cargo");
        // What it does takes no time: it is compiled the fast way.
        cargo.args(["install", "--debug", "--quiet", "--locked", "--no-track", "--version", version, name, "--root"]).arg(folder);
        process::run("compiling a program", cargo.env("CARGO_PROFILE_DEV_DEBUG", "0"), Duration::from_secs(1800)).map(drop)
    })?;
    Ok(folder.join("bin").join(name))
}

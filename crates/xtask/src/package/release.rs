//! The program as it is released, and what several forms are made of.

use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use xtask::product::{ProductError, expect_success, repository};

use super::{archive, say, wheel};

/// The package that every form has to find nothing wrong with.
const PACKAGE: &str = "packages/hello";

/// A release build, and the folder where the forms of it are put together.
pub(super) struct Release {
    /// `target/package`.
    pub(super) folder: PathBuf,
    /// The program.
    pub(super) program: PathBuf,
    /// Its version.
    pub(super) version: String,
    archive: OnceCell<PathBuf>,
    wheel: OnceCell<PathBuf>,
}

impl Release {
    /// Builds the program, and has it write its manual pages and completions.
    pub(super) fn build() -> Result<Self, ProductError> {
        say("building the program, for some minutes the first time ...");
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--release", "--quiet", "--locked", "-p", "vnfpkg", "--features", "vendored"]).current_dir(repository());
        run("building the program", &mut cargo)?;
        let target = repository().join("target");
        let program = target.join("release/vnfpkg");
        let version = run("asking for the version", Command::new(&program).arg("--version"))?;
        let version = version.trim().trim_start_matches("vnfpkg ").to_owned();
        let folder = target.join("package");
        empty(&folder)?;
        let release = Self { folder, program, version, archive: OnceCell::new(), wheel: OnceCell::new() };
        release.write_share()?;
        Ok(release)
    }

    /// `share/` with what shells and `man` look for, below the places where they look for it.
    fn write_share(&self) -> Result<(), ProductError> {
        let share = self.folder.join("share");
        run("writing the manual pages", Command::new(&self.program).arg("man").arg(share.join("man/man1")))?;
        let shells = [
            ("bash", "bash-completion/completions", "vnfpkg"),
            ("zsh", "zsh/site-functions", "_vnfpkg"),
            ("fish", "fish/vendor_completions.d", "vnfpkg.fish"),
        ];
        for (shell, place, name) in shells {
            let script = run("writing completions", Command::new(&self.program).args(["completions", shell]))?;
            write(&share.join(place).join(name), &script)?;
        }
        Ok(())
    }

    /// The release archive, made once.
    pub(super) fn archive(&self) -> Result<&Path, ProductError> {
        once(&self.archive, || archive::make(self))
    }

    /// The wheel, made once.
    pub(super) fn wheel(&self) -> Result<&Path, ProductError> {
        once(&self.wheel, || wheel::make(self))
    }
}

fn once(cell: &OnceCell<PathBuf>, make: impl FnOnce() -> Result<PathBuf, ProductError>) -> Result<&Path, ProductError> {
    if let Some(path) = cell.get() {
        return Ok(path);
    }
    let path = make()?;
    Ok(cell.get_or_init(|| path))
}

/// Runs a program to its end; gives its standard output.
pub(super) fn run(what: &str, command: &mut Command) -> Result<String, ProductError> {
    expect_success(what, command.stdin(std::process::Stdio::null()).output())
}

/// `validate` of a sound package with an installed program, in an environment that has nothing but a path. Gives the version it tells.
pub(super) fn try_installed(program: &Path) -> Result<String, ProductError> {
    let bare = |arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).env_clear().env("PATH", "/usr/bin:/bin").current_dir(repository());
        command
    };
    says_no_findings(&run("validating with what was installed", &mut bare(&["validate", PACKAGE]))?)?;
    Ok(run("asking for the version", &mut bare(&["--version"]))?.trim().to_owned())
}

/// The output of `validate` of a sound package.
pub(super) fn says_no_findings(output: &str) -> Result<(), ProductError> {
    if output.contains("no findings") {
        return Ok(());
    }
    Err(ProductError::unexpected("validating with what was installed", output.to_owned()))
}

/// The repository's folder of that name below `packaging/`.
pub(super) fn packaging(name: &str) -> PathBuf {
    repository().join("packaging").join(name)
}

/// Writes a file, and the folders that it lies in.
pub(super) fn write(path: &Path, text: &str) -> Result<(), ProductError> {
    let failed = |error: std::io::Error| ProductError::unexpected(path.display().to_string(), error.to_string());
    path.parent().map_or(Ok(()), fs::create_dir_all).map_err(failed)?;
    fs::write(path, text).map_err(failed)
}

/// A folder with nothing in it.
pub(super) fn empty(folder: &Path) -> Result<(), ProductError> {
    let failed = |error: std::io::Error| ProductError::unexpected(folder.display().to_string(), error.to_string());
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(failed)?;
    }
    fs::create_dir_all(folder).map_err(failed)
}

/// A temporary folder.
pub(super) fn scratch() -> Result<tempfile::TempDir, ProductError> {
    tempfile::Builder::new()
        .prefix("vnfpkg-package-")
        .tempdir()
        .map_err(|error| ProductError::unexpected("making a temporary folder", error.to_string()))
}

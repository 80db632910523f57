//! The Debian package.

use std::path::{Path, PathBuf};
use std::process::Command;

use xtask::product::{ProductError, repository};

use super::archive::name_of;
use super::release::{Release, run, says_no_findings};
use super::tools;

/// A copy of this system's root that is gone with the shell that made it: written is into memory.
const IN_A_COPY: &str = r#"
set -eu
work=$(mktemp -d)
trap 'rmdir "$work"' EXIT
mount -t tmpfs tmpfs "$work"
mkdir "$work/upper" "$work/work" "$work/root"
mount -t overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/work" overlay "$work/root"
mkdir -p "$work/root/mnt/package"
cp -r packages/hello "$work/root/mnt/package/"
cp "$1" "$work/root/mnt/vnfpkg.deb"
mount -t proc proc "$work/root/proc"
chroot "$work/root" sh -euc '
    ! command -v vnfpkg
    dpkg --install /mnt/vnfpkg.deb >/dev/null
    /usr/bin/vnfpkg validate /mnt/package/hello
    man --where vnfpkg-validate
    dpkg --listfiles vnfpkg
    dpkg --purge vnfpkg >/dev/null
    ! [ -e /usr/bin/vnfpkg ]
'
umount --recursive "$work"
"#;

/// What has to be in it.
const FILES: &[&str] = &[
    "/usr/bin/vnfpkg",
    "/usr/share/man/man1/vnfpkg.1.gz",
    "/usr/share/bash-completion/completions/vnfpkg",
    "/usr/share/zsh/vendor-completions/_vnfpkg",
    "/usr/share/fish/vendor_completions.d/vnfpkg.fish",
    "/usr/share/doc/vnfpkg/copyright",
];

fn make(release: &Release) -> Result<PathBuf, ProductError> {
    let path = release.folder.join(format!("vnfpkg_{}.deb", release.version));
    let mut cargo = Command::new(tools::cargo_deb()?);
    cargo.args(["--quiet", "--no-build", "--no-strip", "--locked", "--package", "vnfpkg", "--output"]).arg(&path);
    run("cargo-deb", cargo.env("CARGO", env!("CARGO")).current_dir(repository()))?;
    Ok(path)
}

/// Installs it over a copy of this system, runs it there, and removes it.
pub(super) fn show(release: &Release) -> Result<String, ProductError> {
    let path = make(release)?;
    let depends = run("asking what it depends on", Command::new("dpkg-deb").args(["--field"]).arg(&path).arg("Depends"))?;
    let output = in_a_copy(&path)?;
    says_no_findings(&output)?;
    match FILES.iter().find(|file| !output.lines().any(|line| line == **file)) {
        Some(missing) => Err(ProductError::unexpected(format!("{missing} is not installed"), output)),
        None => Ok(format!("{} installed, run and removed; depends on {}", name_of(&path), depends.trim())),
    }
}

fn in_a_copy(deb: &Path) -> Result<String, ProductError> {
    let mut command = Command::new("unshare");
    command.args(["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--", "sh", "-c", IN_A_COPY, "sh"]);
    run("installing the Debian package", command.arg(deb).current_dir(repository()))
}

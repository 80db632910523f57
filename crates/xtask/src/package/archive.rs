//! The release archive: unpacked anywhere, or over `/usr/local`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use xtask::product::{ProductError, repository};

use super::release::{Release, empty, run, scratch, try_installed, write};

/// Libraries that every glibc system has; the program may want no others.
const SYSTEM: &[&str] = &["linux-vdso.so", "ld-linux", "libc.so", "libm.so", "libgcc_s.so"];

/// The archive and a file with its digest beside it. Its bytes depend on its contents alone.
pub(super) fn make(release: &Release) -> Result<PathBuf, ProductError> {
    let name = format!("vnfpkg-{}-{}-linux", release.version, std::env::consts::ARCH);
    let folder = release.folder.join(&name);
    empty(&folder.join("bin"))?;
    let copy = |from: PathBuf, to: &str| {
        fs::copy(&from, folder.join(to)).map(drop).map_err(|error| ProductError::unexpected(from.display().to_string(), error.to_string()))
    };
    copy(release.program.clone(), "bin/vnfpkg")?;
    for file in ["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"] {
        copy(repository().join(file), file)?;
    }
    run("copying pages and completions", Command::new("cp").arg("-r").arg(release.folder.join("share")).arg(&folder))?;
    let archive = release.folder.join(format!("{name}.tar.gz"));
    let mut tar = Command::new("tar");
    tar.args(["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--use-compress-program", "gzip -n9", "--create"]);
    run("packing the archive", tar.arg("--directory").arg(&release.folder).arg("--file").arg(&archive).arg(&name))?;
    let digest = run("its digest", Command::new("sha256sum").arg(format!("{name}.tar.gz")).current_dir(&release.folder))?;
    write(&release.folder.join(format!("{name}.tar.gz.sha256")), &digest)?;
    Ok(archive)
}

/// Unpacks it and runs what was in it.
pub(super) fn show(release: &Release) -> Result<String, ProductError> {
    let archive = release.archive()?;
    let folder = scratch()?;
    let mut tar = Command::new("tar");
    run("unpacking", tar.args(["--extract", "--strip-components=1", "--file"]).arg(archive).arg("--directory").arg(folder.path()))?;
    let program = folder.path().join("bin/vnfpkg");
    let libraries = run("asking for libraries", Command::new("ldd").arg(&program))?;
    let names = libraries.lines().filter_map(|line| line.split_whitespace().next()).map(|path| path.rsplit('/').next().unwrap_or(path));
    let others: Vec<&str> = names.filter(|name| !SYSTEM.iter().any(|known| name.starts_with(known))).collect();
    if !others.is_empty() {
        return Err(ProductError::unexpected("the program wants libraries", others.join(", ")));
    }
    let page = folder.path().join("share/man/man1/vnfpkg-validate.1");
    let shown = run("showing a manual page", Command::new("man").arg("--warnings").arg(&page).env("MANPAGER", "cat"))?;
    if !shown.contains("vnfpkg") {
        return Err(ProductError::unexpected("the manual page", shown));
    }
    let version = try_installed(&program)?;
    let size = fs::metadata(archive).map(|data| data.len() / 1_000_000).unwrap_or_default();
    Ok(format!("{version} from {}, {size} MB, wants the C library only", name_of(archive)))
}

/// A file name, for people.
pub(super) fn name_of(path: &std::path::Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

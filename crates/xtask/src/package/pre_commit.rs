//! The pre-commit hooks, installed and run by pre-commit itself from a git repository.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use xtask::product::{ProductError, repository};

use super::release::{Release, packaging, run, scratch, write};
use super::tools;

/// Makes the hooks' repository and one that uses them; commits a sound package, then a broken one.
pub(super) fn show(release: &Release) -> Result<String, ProductError> {
    let folder = scratch()?;
    let (hooks, user) = (folder.path().join("hooks"), folder.path().join("user"));
    run("copying the hooks", Command::new("cp").arg("-r").arg(packaging("pre-commit")).arg(&hooks))?;
    git(&hooks, &["init", "--quiet"])?;
    git(&hooks, &["add", "--all"])?;
    git(&hooks, &["commit", "--quiet", "--message", "Release"])?;
    let revision = git(&hooks, &["rev-parse", "HEAD"])?;

    run("making a repository", Command::new("git").args(["init", "--quiet"]).arg(&user))?;
    run("copying a package", Command::new("cp").arg("-r").arg(repository().join("packages/hello")).arg(&user))?;
    let mut pack = Command::new(&release.program);
    run("packing a package", pack.arg("pack").arg(user.join("hello")).arg("--output").arg(user.join("hello.csar")))?;
    let config = format!(
        "repos:\n- repo: {}\n  rev: {}\n  hooks:\n  - id: vnfpkg-validate\n    args: [hello]\n  - id: vnfpkg-validate-csar\n",
        hooks.display(),
        revision.trim()
    );
    write(&user.join(".pre-commit-config.yaml"), &config)?;
    git(&user, &["add", "--all"])?;
    let good = pre_commit(release, &user, folder.path())?;
    if !good.status.success() || text(&good).matches("Passed").count() != 2 {
        return Err(ProductError::unexpected("the hooks on sound packages", text(&good)));
    }
    write(&user.join("hello.csar"), "no zip")?;
    write(&user.join("hello/TOSCA-Metadata/TOSCA.meta"), "nonsense\n")?;
    git(&user, &["add", "--all"])?;
    let bad = pre_commit(release, &user, folder.path())?;
    if bad.status.success() || text(&bad).matches("Failed").count() != 2 || !text(&bad).contains("TOSCA.meta") {
        return Err(ProductError::unexpected("the hooks on broken packages", text(&bad)));
    }
    Ok("pre-commit installed both hooks; sound packages pass, broken ones do not".to_owned())
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn git(folder: &Path, arguments: &[&str]) -> Result<String, ProductError> {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=package", "-c", "user.email=package@localhost"]).args(arguments).current_dir(folder);
    run("git", &mut git)
}

/// The hooks on all files that are to be committed. What it installs comes from the wheel's folder and from its own parts.
fn pre_commit(release: &Release, user: &Path, home: &Path) -> Result<Output, ProductError> {
    let wheels = release.wheel()?.parent().map(Path::to_owned).unwrap_or_default();
    let mut command = tools::module("pre_commit")?;
    command.args(["run", "--color", "never"]).current_dir(user).env("PRE_COMMIT_HOME", home.join("pre-commit"));
    command.env("PIP_FIND_LINKS", wheels).env("HOME", home);
    command.stdin(Stdio::null()).output().map_err(|error| ProductError::unexpected("pre-commit", error.to_string()))
}

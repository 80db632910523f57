//! The GitLab CI component: checked by the schema of GitLab CI, and its script run with the inputs filled in.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_yaml::Value;
use xtask::product::{ProductError, repository};

use super::description::{default_of, documents, filled, text};
use super::release::{Release, packaging, run, scratch, write};
use super::tools;

/// Checks the description, and runs the job on a sound and on a broken package.
pub(super) fn show(release: &Release) -> Result<String, ProductError> {
    let workspace = scratch()?;
    let job = job(&[("packages", "hello"), ("arguments", "--fail-on warning")], workspace.path())?;
    run("copying a package", Command::new("cp").arg("-r").arg(repository().join("packages/hello")).arg(workspace.path()))?;
    let good = runner(release, &job, workspace.path())?;
    let report = |name: &str| fs::read_to_string(workspace.path().join(name)).unwrap_or_default();
    if !good.status.success() || report("vnfpkg-quality.json").trim() != "[]" || !report("vnfpkg-junit.xml").contains("<testsuite") {
        return Err(unexpected("the job on a sound package", &good));
    }
    write(&workspace.path().join("hello/TOSCA-Metadata/TOSCA.meta"), "nonsense\n")?;
    let bad = runner(release, &job, workspace.path())?;
    if bad.status.code() != Some(1) || !report("vnfpkg-quality.json").contains("\"hello/TOSCA-Metadata/TOSCA.meta\"") {
        return Err(unexpected("the job on a broken package", &bad));
    }
    Ok("schema; a sound package passes, a broken one fails; code quality and JUnit are written".to_owned())
}

fn unexpected(what: &str, output: &Output) -> ProductError {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    ProductError::unexpected(what, format!("{}\n{}{}", output.status, text(&output.stdout), text(&output.stderr)))
}

/// The only job of the component, with values in it. The component as a whole has passed the schema.
fn job(inputs: &[(&str, &str)], folder: &Path) -> Result<Value, ProductError> {
    let file = packaging("gitlab/vnfpkg.yml");
    let documents = documents(&file)?;
    let [head, body] = documents.as_slice() else { return Err(ProductError::unexpected("the component", "it has no two documents")) };
    let given = |name: &str| inputs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    let value = |expression: &str| {
        let name = expression.strip_prefix("inputs.")?;
        given(name).or_else(|| default_of(&head["spec"]["inputs"], name))
    };
    let plain = serde_yaml::to_string(body).map_err(|error| ProductError::unexpected("the component", error.to_string()))?;
    let plain = filled(&plain, ("$[[", "]]"), value)?;
    let path = folder.join("component.yml");
    write(&path, &plain)?;
    run("the schema of GitLab CI", tools::module("check_jsonschema")?.args(["--builtin-schema", "vendor.gitlab-ci"]).arg(&path))?;
    let filled = self::documents(&path)?.into_iter().next().unwrap_or_default();
    let job = filled.as_mapping().and_then(|jobs| jobs.values().next()).cloned();
    job.ok_or_else(|| ProductError::unexpected("the component", "it has no job"))
}

/// Runs `before_script` and `script` in one shell that ends at the first failure, as a runner does.
fn runner(release: &Release, job: &Value, workspace: &Path) -> Result<Output, ProductError> {
    let lines = ["before_script", "script"].into_iter().flat_map(|part| job[part].as_sequence().into_iter().flatten());
    let script: String = lines.filter_map(Value::as_str).map(|line| format!("{line}\n")).collect();
    let wheels = release.wheel()?.parent().map(Path::to_owned).unwrap_or_default();
    let mut shell = Command::new("sh");
    shell.args(["-e", "-c", &script]).current_dir(workspace).env_clear();
    shell.env("PATH", std::env::var("PATH").unwrap_or_default()).env("HOME", workspace).env("CI", "true").env("GITLAB_CI", "true");
    shell.env("PIP_NO_INDEX", "1").env("PIP_FIND_LINKS", &wheels);
    for name in job["variables"].as_mapping().into_iter().flatten().filter_map(|(name, _)| name.as_str()) {
        shell.env(name, text(&job["variables"], name));
    }
    shell.stdin(Stdio::null()).output().map_err(|error| ProductError::unexpected("sh", error.to_string()))
}

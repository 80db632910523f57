//! The GitHub Action: checked by zizmor and its schema, and its steps run one after the other, as a runner does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_yaml::Value;
use xtask::product::{ProductError, repository};

use super::description::{default_of, documents, filled, text};
use super::release::{Release, packaging, run, scratch, write};
use super::tools;

/// What ran of an action.
struct Outcome {
    /// The output of the step that failed, or of the last.
    output: Output,
    /// What steps wrote for later ones: `NAME=VALUE` lines.
    outputs: String,
}

/// Checks the description, and runs the action on a sound and on a broken package.
pub(super) fn show(release: &Release) -> Result<String, ProductError> {
    let file = packaging("github/action.yml");
    run("zizmor", tools::program("zizmor")?.args(["--offline", "--no-progress", "--quiet"]).arg(&file))?;
    run("the schema of actions", tools::module("check_jsonschema")?.args(["--builtin-schema", "vendor.github-actions"]).arg(&file))?;
    let action = documents(&file)?.into_iter().next().unwrap_or_default();

    let workspace = scratch()?;
    run("copying a package", Command::new("cp").arg("-r").arg(repository().join("packages/hello")).arg(workspace.path()))?;
    let sound = [("packages", "hello\n"), ("sarif", "findings.sarif"), ("arguments", "--strict\n--fail-on\nerror")];
    let good = runner(release, &action, &sound, workspace.path())?;
    let sarif = fs::read_to_string(workspace.path().join("findings.sarif")).unwrap_or_default();
    if !good.output.status.success() || !sarif.contains("\"2.1.0\"") || !good.outputs.lines().any(|line| line == "sarif=findings.sarif") {
        return Err(unexpected("the action on a sound package", &good));
    }
    write(&workspace.path().join("hello/TOSCA-Metadata/TOSCA.meta"), "nonsense\n")?;
    let bad = runner(release, &action, &[("packages", "hello")], workspace.path())?;
    let annotated = String::from_utf8_lossy(&bad.output.stdout).contains("::error file=hello/TOSCA-Metadata/TOSCA.meta");
    if bad.output.status.code() != Some(1) || !annotated {
        return Err(unexpected("the action on a broken package", &bad));
    }
    Ok("lint and schema; a sound package passes and leaves SARIF, a broken one fails with annotations".to_owned())
}

fn unexpected(what: &str, outcome: &Outcome) -> ProductError {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let Outcome { output, outputs } = outcome;
    ProductError::unexpected(what, format!("{}\n{}{}{outputs}", output.status, text(&output.stdout), text(&output.stderr)))
}

/// Runs the steps until one fails, with files for paths and outputs as a runner gives them.
fn runner(release: &Release, action: &Value, inputs: &[(&str, &str)], workspace: &Path) -> Result<Outcome, ProductError> {
    let temp = scratch()?;
    let (paths, outputs) = (temp.path().join("paths"), temp.path().join("outputs"));
    write(&paths, "")?;
    write(&outputs, "")?;
    let given = |name: &str| inputs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    let value = |expression: &str| {
        let name = expression.strip_prefix("inputs.")?;
        given(name).or_else(|| default_of(&action["inputs"], name))
    };
    let wheels = release.wheel()?.parent().map(Path::to_owned).unwrap_or_default();
    let mut last = None;
    for step in action["runs"]["steps"].as_sequence().into_iter().flatten() {
        let script = temp.path().join("step.sh");
        write(&script, text(step, "run"))?;
        let mut bash = Command::new("bash");
        bash.args(["--noprofile", "--norc", "-e", "-o", "pipefail"]).arg(&script).current_dir(workspace).env_clear();
        bash.env("PATH", path_with(&paths)).env("HOME", temp.path()).env("GITHUB_ACTIONS", "true").env("CI", "true");
        bash.env("RUNNER_TEMP", temp.path()).env("GITHUB_PATH", &paths).env("GITHUB_OUTPUT", &outputs);
        bash.env("GITHUB_ACTION_PATH", packaging("github")).env("PIP_NO_INDEX", "1").env("PIP_FIND_LINKS", &wheels);
        for (name, expression) in step["env"].as_mapping().into_iter().flatten() {
            let (name, expression) = (name.as_str().unwrap_or_default(), expression.as_str().unwrap_or_default());
            bash.env(name, filled(expression, ("${{", "}}"), value)?);
        }
        let output = bash.stdin(Stdio::null()).output().map_err(|error| ProductError::unexpected("bash", error.to_string()))?;
        let failed = !output.status.success();
        last = Some(output);
        if failed {
            break;
        }
    }
    let output = last.ok_or_else(|| ProductError::unexpected("the action", "it has no steps"))?;
    Ok(Outcome { output, outputs: fs::read_to_string(&outputs).unwrap_or_default() })
}

/// The path with what earlier steps added to it.
fn path_with(paths: &PathBuf) -> String {
    let added = fs::read_to_string(paths).unwrap_or_default();
    let system = std::env::var("PATH").unwrap_or_default();
    added.lines().rev().chain([system.as_str()]).collect::<Vec<_>>().join(":")
}

//! The schemas in `schemas/` are those of the binary, and they fit what the binary reads and writes.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::Value;
use vnfpkg_tests::{local_run, outcome, steps_package};
use xtask::product::{Workbench, repository};

/// Schemas by name, as the binary prints them.
fn kinds(bench: &Workbench) -> Vec<(String, String)> {
    let list = outcome(bench.vnfpkg().arg("schema")).expect(0).stdout;
    let names = list.lines().map(|line| line.split_whitespace().next().unwrap().to_owned());
    names.map(|name| (name.clone(), outcome(bench.vnfpkg().args(["schema", &name])).expect(0).stdout)).collect()
}

fn validator(name: &str) -> Validator {
    let path = repository().join(format!("schemas/{name}.schema.json"));
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn yaml(path: &Path) -> Value {
    serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[track_caller]
fn fits(validator: &Validator, what: &str, value: &Value) {
    let faults: Vec<String> = validator.iter_errors(value).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{what}\n{}", faults.join("\n"));
}

/// Every lifecycle document of the packages.
fn documents() -> Vec<PathBuf> {
    let folders = std::fs::read_dir(repository().join("packages")).unwrap().flatten();
    let found: Vec<PathBuf> = folders.map(|folder| folder.path().join("Scripts/lifecycle.yaml")).filter(|path| path.is_file()).collect();
    assert!(!found.is_empty());
    found
}

#[test]
fn the_schemas_of_the_repository_are_those_of_the_binary() {
    let bench = Workbench::new().unwrap();
    let mut files = Vec::new();
    for (name, printed) in kinds(&bench) {
        let file = format!("schemas/{name}.schema.json");
        let kept = std::fs::read_to_string(repository().join(&file)).unwrap_or_default();
        assert!(kept == printed, "{file} is out of date: write it again with `vnfpkg schema {name} >{file}`");
        files.push(repository().join(file));
    }
    let there = std::fs::read_dir(repository().join("schemas")).unwrap().flatten().map(|file| file.path());
    let stray: Vec<PathBuf> = there.filter(|path| !files.contains(path)).collect();
    assert!(stray.is_empty(), "no kind of schema has these files: {stray:?}");
    outcome(bench.vnfpkg().args(["schema", "evnet"])).expect(2).says("there is no schema `evnet`");
}

#[test]
fn documents_of_the_repository_fit_their_schemas() {
    let lifecycle = validator("lifecycle");
    for path in documents() {
        fits(&lifecycle, &path.to_string_lossy(), &yaml(&path));
    }
    fits(&validator("inventory"), "the example", &yaml(&repository().join("docs/examples/inventory.yaml")));
}

#[test]
fn a_document_with_a_slip_does_not_fit() {
    let lifecycle = validator("lifecycle");
    let document = yaml(&documents()[0]);
    let place = |step: &str| format!("/operations/instantiate_end/steps/{step}");
    let broken = |change: &dyn Fn(&mut Value)| {
        let mut document = document.clone();
        change(&mut document);
        assert!(!lifecycle.is_valid(&document), "{document}");
    };
    broken(&|document| document["lifecycle"] = 2.into());
    broken(&|document| document["operations"]["instantiate_edn"] = document["operations"]["heal_end"].clone());
    let path = repository().join("packages/private_registry/Scripts/lifecycle.yaml");
    let document = yaml(&path);
    let slips = [("install_docker", "timeout", "45 minutes"), ("install_docker", "tiemout", "45m"), ("install_docker", "until", "45m")];
    for (step, key, value) in slips {
        let mut document = document.clone();
        document.pointer_mut(&place(step)).unwrap()[key] = value.into();
        assert!(!lifecycle.is_valid(&document), "{step} with {key}");
    }
    let mut two = document.clone();
    two.pointer_mut(&place("install_docker")).unwrap()["check"] = "x.sh".into();
    assert!(!lifecycle.is_valid(&two), "two actions");
}

#[test]
fn plan_and_events_of_a_run_fit_their_schemas() {
    let bench = Workbench::new().unwrap();
    let document = "      a: { run: a.sh, outputs: [word] }\n      b: { run: b.sh, needs: [a], retry: { times: 1, delay: 10ms } }\n      c: { check: a.sh, needs: [b] }\n";
    let package = steps_package(&bench, 1, document, &[("a.sh", "echo hi; echo word=x >>\"$VNFPKG_OUTPUT\""), ("b.sh", "exit 3")]);
    let plan = outcome(local_run(&bench, "plan", &package, 1).arg("--json")).expect(0);
    fits(&validator("plan"), "the plan", &serde_json::from_str(&plan.stdout).unwrap());

    let events = outcome(local_run(&bench, "run", &package, 1).args(["--format", "jsonl"])).expect(4).stdout;
    let schema = validator("event");
    let mut types = Vec::new();
    for line in events.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        fits(&schema, line, &event);
        types.push(event["type"].as_str().unwrap().to_owned());
    }
    for wanted in ["run_started", "task_output", "task_retry", "task_ended", "run_ended"] {
        assert!(types.iter().any(|kind| kind == wanted), "no {wanted}");
    }
}

//! `vnfpkg inspect`

use std::sync::Arc;

use owo_colors::Style;
use serde_json::{Value, json};
use vnfpkg_diag::Sources;
use vnfpkg_lint::{Options, Report, parameters};
use vnfpkg_plan::parameters::{Parameter, ParameterKind};
use vnfpkg_tosca::grammar::Name;
use vnfpkg_tosca::vnfd::{Flavour, Hook, Vnfd};

use crate::cli::InspectArgs;
use crate::exit::{CommandResult, Exit, Failure};
use crate::files::Files;
use crate::hooks;
use crate::prepare::open;
use crate::terminal::Terminal;

/// Shows what a package holds.
pub(crate) fn run(args: &InspectArgs, terminal: &Terminal) -> CommandResult {
    let files = Files(Arc::new(open(&args.package)?));
    let package = &files.0;
    let mut sources = Sources::new();
    let report = vnfpkg_lint::validate(package, &mut sources, &Options { digests: false, ..Options::default() });
    let vnfd = report.vnfd.as_ref().ok_or_else(|| {
        Failure::usage(format!("{} has no VNFD that can be read", args.package)).help(format!("see `vnfpkg validate {}`", args.package))
    })?;
    let facts = describe(&View { report: &report, vnfd, files: &files }, &mut sources);
    if args.json {
        let text = serde_json::to_string_pretty(&facts).map_err(|error| Failure::new(Exit::Bug, error.to_string()))?;
        terminal.out(&format!("{text}\n"));
    } else {
        terminal.out(&human(&facts, terminal));
    }
    Ok(Exit::Ok)
}

/// A package as read.
struct View<'a> {
    report: &'a Report,
    vnfd: &'a Vnfd,
    files: &'a Files,
}

fn describe(view: &View<'_>, sources: &mut Sources) -> Value {
    let View { report, vnfd, files } = view;
    let text = |name: &Option<Name>| name.as_ref().map(|name| name.text.to_string());
    let flavours: Vec<Value> = vnfd.flavours.iter().map(|flavour| flavour_facts(flavour, view, sources)).collect();
    json!({
        "product_name": text(&vnfd.info.product_name),
        "provider": text(&vnfd.info.provider),
        "descriptor_id": text(&vnfd.info.descriptor_id),
        "software_version": text(&vnfd.info.software_version),
        "descriptor_version": text(&vnfd.info.descriptor_version),
        "files": files.0.files().count(),
        "findings": report.findings.len(),
        "flavours": flavours,
    })
}

fn flavour_facts(flavour: &Flavour, view: &View<'_>, sources: &mut Sources) -> Value {
    let vdus: Vec<Value> = vnfpkg_lint::vdu_facts(flavour)
        .into_iter()
        .map(|vdu| json!({"name": vdu.name, "min": vdu.min, "max": vdu.max, "cps": vdu.cps}))
        .collect();
    let declared = flavour.hooks.iter().map(|hook| hook_facts(hook, flavour, view, sources));
    let hooks: Vec<Value> = declared.chain(hooks::undeclared_operations(flavour).iter().map(undeclared_facts)).collect();
    json!({"id": flavour.id.text.to_string(), "file": flavour.file, "vdus": vdus, "hooks": hooks})
}

/// An operation that the VNFD does not declare and that can be run all the same.
fn undeclared_facts((name, set, steps): &(String, &'static str, Vec<String>)) -> Value {
    json!({
        "name": name,
        "implementation": null,
        "dependencies": [],
        "answered_by": format!("built-in step set `{set}`"),
        "because": "the VNFD does not declare it, and the step set of its other hooks has it",
        "steps": steps,
        "parameters": null,
    })
}

fn hook_facts(hook: &Hook, flavour: &Flavour, view: &View<'_>, sources: &mut Sources) -> Value {
    let name = hook.operation.text.to_string();
    let written = hook.primary.as_ref().map(|primary| primary.written.text.to_string());
    let dependencies: Vec<String> = hook.dependencies.iter().map(|artifact| artifact.written.text.to_string()).collect();
    match hooks::resolve(&name, flavour, view.report, view.vnfd, view.files, sources) {
        Ok(hooked) => {
            let steps: Vec<String> = hooked
                .operation(&name)
                .map(|operation| operation.steps.iter().map(|step| step.name.value.clone()).collect())
                .unwrap_or_default();
            let parameters = match &hooked.parameters {
                ParameterKind::Any => parameters::operation_parameters(view.vnfd, &name),
                known => known.clone(),
            };
            json!({
                "name": name,
                "implementation": written,
                "dependencies": dependencies,
                "answered_by": hooked.origin(),
                "because": hooked.reason(hook),
                "steps": steps,
                "parameters": parameter_facts(&parameters),
            })
        }
        Err(failure) => {
            json!({"name": name, "implementation": written, "dependencies": dependencies, "answered_by": null, "because": failure.message})
        }
    }
}

fn parameter_facts(kind: &ParameterKind) -> Value {
    let ParameterKind::Map(list) = kind else { return Value::Null };
    let fact = |parameter: &Parameter| {
        json!({
            "name": parameter.name,
            "required": parameter.required,
            "default": parameter.default,
            "secret": parameter.secret,
            "description": parameter.description,
            "parameters": parameter_facts(&parameter.kind),
        })
    };
    list.iter().map(fact).collect()
}

fn human(facts: &Value, terminal: &Terminal) -> String {
    let word = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    let bold = |text: &str| terminal.paint_out(text, Style::new().bold());
    let mut text = format!(
        "{} {} by {}\n  descriptor {} version {}, {} files, {} findings\n",
        bold(&word(&facts["product_name"])),
        word(&facts["software_version"]),
        word(&facts["provider"]),
        word(&facts["descriptor_id"]),
        word(&facts["descriptor_version"]),
        facts["files"],
        facts["findings"]
    );
    for flavour in facts["flavours"].as_array().into_iter().flatten() {
        text.push_str(&format!("\nflavour {}  ({})\n", bold(&word(&flavour["id"])), word(&flavour["file"])));
        for vdu in flavour["vdus"].as_array().into_iter().flatten() {
            let cps: Vec<&str> = vdu["cps"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            text.push_str(&format!(
                "  VDU {}: {} to {} instances, connection points {}\n",
                word(&vdu["name"]),
                vdu["min"],
                vdu["max"],
                cps.join(", ")
            ));
        }
        for hook in flavour["hooks"].as_array().into_iter().flatten() {
            text.push_str(&human_hook(hook, &bold));
        }
    }
    text
}

fn human_hook(hook: &Value, bold: &dyn Fn(&str) -> String) -> String {
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let mut text = format!("  {}: implementation {}", bold(&word(&hook["name"])), word(&hook["implementation"]));
    match hook["answered_by"].as_str() {
        Some(origin) => {
            let steps: Vec<&str> = hook["steps"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            text.push_str(&format!(", answered by {origin}\n    because {}\n    steps {}\n", word(&hook["because"]), steps.join(", ")));
        }
        None => text.push_str(&format!(", not answered: {}\n", word(&hook["because"]))),
    }
    text.push_str(&human_parameters(&hook["parameters"], 2));
    text
}

fn human_parameters(parameters: &Value, depth: usize) -> String {
    let mut text = String::new();
    for parameter in parameters.as_array().into_iter().flatten() {
        let required = if parameter["required"] == true { "required" } else { "optional" };
        let secret = if parameter["secret"] == true { ", secret" } else { "" };
        let default = parameter["default"].as_str().map(|default| format!(", default {default}")).unwrap_or_default();
        let indent = "  ".repeat(depth);
        let name = parameter["name"].as_str().unwrap_or("?");
        let about = parameter["description"].as_str().unwrap_or_default();
        text.push_str(&format!("{indent}{name} ({required}{secret}{default}): {about}\n"));
        text.push_str(&human_parameters(&parameter["parameters"], depth + 1));
    }
    text
}

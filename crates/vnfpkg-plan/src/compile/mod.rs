//! From an operation, its parameters and an inventory to a plan.

mod context;
mod graph;
mod hosts;
mod scope;
mod tasks;

pub use context::root_shape;
pub use graph::{check_operation, step_order};
pub use scope::StepScope;

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::Value;
use vnfpkg_tosca::yaml::Node;

use crate::files::PackageFiles;
use crate::inventory::{Inventory, VduFacts};
use crate::lifecycle::Operation;
use crate::model::{InputRef, PLAN_FORMAT, PackageRef, Plan, SecretRef};
use crate::parameters::{ParameterKind, template_value};
use crate::problem::Problem;
use crate::secrets::Secrets;
use crate::template::Engine;

/// All that a plan is made from.
pub struct PlanInputs<'a> {
    /// The operation.
    pub operation: &'a Operation,
    /// Its templates.
    pub engine: &'a Engine,
    /// The parameters as the VNFD declares them: the whole of `additionalParams`.
    pub parameters: &'a ParameterKind,
    /// `additionalParams` of the request, checked before.
    pub additional_params: Option<&'a Node>,
    /// The VNFCs.
    pub inventory: &'a Inventory,
    /// The VDUs of the flavour.
    pub vdus: &'a [VduFacts],
    /// The package.
    pub package: PackageRef,
    /// Name of the VNF instance.
    pub instance: String,
    /// Which VNFCs are new or go.
    pub change: Change,
    /// The package's files.
    pub files: &'a dyn PackageFiles,
    /// Secrets that come from elsewhere, such as passwords of the inventory named `host.NAME.password`.
    pub secrets: Secrets,
    /// What the plan depends on.
    pub inputs: Vec<InputRef>,
    /// Salt of the secrets' digests; the same for the plan and its later check.
    pub salt: String,
}

/// Which VNFCs an operation creates, replaces or removes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Ids of VNFCs that are new or replaced; `None` says: all of them.
    pub new: Option<BTreeSet<String>>,
    /// Ids of VNFCs that go.
    pub removed: BTreeSet<String>,
}

/// A plan, and the values that it leaves out.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The plan.
    pub plan: Plan,
    /// The secrets it refers to.
    pub secrets: Secrets,
}

/// Makes the plan.
///
/// # Errors
/// Every fault that was found, each once.
pub fn compile(inputs: PlanInputs<'_>) -> Result<Compiled, Vec<Problem>> {
    let problems = RefCell::new(Vec::new());
    let mut secrets = inputs.secrets.clone();
    let input = input_value(inputs.operation, inputs.parameters, inputs.additional_params, &mut secrets);
    let hosts = hosts::resolve(&inputs, &input, &mut secrets, &problems);
    let order = step_order(inputs.operation, inputs.engine, &problems);
    let drafted = match (hosts, order) {
        (Some(hosts), Some(order)) => Some(tasks::draft(&inputs, &hosts, &input, &order, &problems)),
        _ => None,
    };
    let found = distinct(problems.into_inner());
    let Some((hosts, tasks, locks)) = drafted.filter(|_| found.is_empty()) else { return Err(found) };
    let salt = &inputs.salt;
    let used: Vec<SecretRef> =
        secrets.names().filter_map(|name| Some(SecretRef { name: name.to_owned(), digest: secrets.digest(salt, name)? })).collect();
    let plan = Plan {
        format: PLAN_FORMAT,
        package: inputs.package,
        operation: inputs.operation.name.value.clone(),
        instance: inputs.instance,
        hosts,
        tasks,
        locks,
        secrets: used,
        inputs: inputs.inputs,
        reach: inputs.operation.connect.reach,
    };
    Ok(Compiled { plan, secrets })
}

/// What templates see as `input`; secret values go into `secrets`, also when a stored plan needs them again.
pub fn input_value(operation: &Operation, parameters: &ParameterKind, additional_params: Option<&Node>, secrets: &mut Secrets) -> Value {
    let (kind, node) = input_part(operation, parameters, additional_params);
    template_value(&kind, node, "input", false, secrets)
}

/// The part of `additionalParams` that the operation calls `input`.
fn input_part<'a>(operation: &Operation, parameters: &ParameterKind, node: Option<&'a Node>) -> (ParameterKind, Option<&'a Node>) {
    let Some(key) = operation.input.as_ref().map(|key| key.value.as_str()) else { return (parameters.clone(), node) };
    let kind = parameters.find(&[key]).map_or(ParameterKind::Any, |parameter| parameter.kind.clone());
    (kind, node.and_then(|node| node.get(key)))
}

/// Drops repeats: a template that is rendered for many hosts has the same fault on each.
fn distinct(problems: Vec<Problem>) -> Vec<Problem> {
    let mut seen: Vec<Problem> = Vec::new();
    for problem in problems {
        if !seen.contains(&problem) {
            seen.push(problem);
        }
    }
    seen
}

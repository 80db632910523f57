//! What templates see besides the parameters: hosts, other steps, the VNF.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::PlanInputs;
use super::hosts::Host;
use crate::inventory::VduFacts;
use crate::lifecycle::Operation;
use crate::parameters::ParameterKind;
use crate::template::Shape;

/// The shape of everything that a template of an operation may use.
pub fn root_shape(operation: &Operation, parameters: &ParameterKind, vdus: &[VduFacts]) -> BTreeMap<String, Shape> {
    let input = match &operation.input {
        Some(key) => parameters.find(&[&key.value]).map_or(Shape::Any, |parameter| parameter.kind.shape()),
        None => parameters.shape(),
    };
    let scalar = |names: &[&str]| Shape::map(names.iter().map(|name| (*name, Shape::Scalar)));
    let cp = Shape::map([("address", Shape::Scalar), ("fixed", Shape::List(Box::new(Shape::Scalar))), ("floating", Shape::Scalar)]);
    let host = |cps: Shape| {
        let mut names: BTreeMap<String, Shape> =
            ["name", "id", "vdu", "index", "address", "ip", "change"].iter().map(|name| ((*name).to_owned(), Shape::Scalar)).collect();
        names.insert("cps".into(), cps);
        Shape::Map(names)
    };
    let cps_of = |vdu: &VduFacts| Shape::map(vdu.cps.iter().map(|name| (name.clone(), cp.clone())));
    let all_cps = Shape::map(vdus.iter().flat_map(|vdu| vdu.cps.iter().map(|name| (name.clone(), cp.clone()))));
    let steps = operation.steps.iter().map(|step| {
        let mut known: BTreeMap<String, Shape> =
            step.action.export_names().iter().map(|name| ((*name).to_owned(), Shape::Scalar)).collect();
        known.insert("outputs".into(), Shape::map(step.outputs.iter().map(|output| (output.name.value.clone(), Shape::Scalar))));
        (step.name.value.clone(), Shape::Map(known))
    });
    BTreeMap::from([
        ("input".to_owned(), input),
        ("item".to_owned(), Shape::Any),
        ("host".to_owned(), host(all_cps)),
        ("vdus".to_owned(), Shape::map(vdus.iter().map(|vdu| (vdu.name.clone(), Shape::List(Box::new(host(cps_of(vdu)))))))),
        ("vips".to_owned(), Shape::Any),
        ("steps".to_owned(), Shape::map(steps.collect::<Vec<_>>())),
        ("vnf".to_owned(), scalar(&["descriptor_id", "product", "flavour", "instance"])),
        ("operation".to_owned(), Shape::Scalar),
    ])
}

/// The values that are the same for every task.
pub(super) fn base_context(inputs: &PlanInputs<'_>, input: &Value, hosts: &[Host]) -> Map<String, Value> {
    let mut vdus = Map::new();
    for vdu in inputs.vdus {
        let list: Vec<Value> = hosts.iter().filter(|host| host.plan.vdu == vdu.name).map(host_value).collect();
        vdus.insert(vdu.name.clone(), list.into());
    }
    let vnf = json!({
        "descriptor_id": inputs.package.descriptor_id,
        "product": inputs.package.product,
        "flavour": inputs.package.flavour,
        "instance": inputs.instance,
    });
    let mut context = Map::new();
    context.insert("input".into(), input.clone());
    context.insert("vdus".into(), vdus.into());
    context.insert(
        "vips".into(),
        inputs.inventory.vips.iter().map(|vip| (vip.name.clone(), json!({"address": vip.address}))).collect::<Map<_, _>>().into(),
    );
    context.insert("vnf".into(), vnf);
    context.insert("operation".into(), inputs.operation.name.value.clone().into());
    context
}

/// What templates see of a host.
pub(super) fn host_value(host: &Host) -> Value {
    let cps: Map<String, Value> = host
        .cps
        .iter()
        .map(|cp| {
            let value = json!({"address": cp.address().unwrap_or(""), "fixed": cp.fixed, "floating": cp.floating.as_deref().unwrap_or("")});
            (cp.name.value.clone(), value)
        })
        .collect();
    json!({
        "name": host.plan.name,
        "id": host.plan.id,
        "vdu": host.plan.vdu,
        "index": host.index,
        "address": host.plan.address,
        "ip": host.ip,
        "change": host.plan.part.name(),
        "cps": cps,
    })
}

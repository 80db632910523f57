//! Scaling and instantiation policies of a flavour (SOL001 §6.10).

use super::flavour::number;
use super::{Aspect, InitialDelta, Level, Number, Policies, ScalingDeltas, VduLevels, literal};
use crate::grammar::{Name, Policy, Topology, TypeKind};
use crate::types::TypeStore;
use crate::yaml::Node;

pub(super) fn read(types: &TypeStore, topology: &Topology) -> Policies {
    let mut policies = Policies::default();
    for (name, policy) in topology.policies.iter() {
        let Some(type_name) = &policy.type_name else { continue };
        let is = |ancestor: &str| types.is_a(TypeKind::Policy, type_name.as_str(), &format!("tosca.policies.nfv.{ancestor}"));
        if is("ScalingAspects") {
            policies.aspects.extend(aspects(name, policy));
        } else if is("InstantiationLevels") {
            policies.levels.extend(levels(name, policy));
            policies.default_level = policy.properties.get("default_level").and_then(literal).or(policies.default_level);
        } else if is("VduInstantiationLevels") {
            let levels = instances(policy.properties.get("levels"));
            policies.vdu_levels.push(VduLevels { policy: name.clone(), targets: policy.targets.clone(), levels });
        } else if is("VduScalingAspectDeltas") {
            policies.scaling_deltas.push(ScalingDeltas {
                policy: name.clone(),
                targets: policy.targets.clone(),
                aspect: policy.properties.get("aspect").and_then(literal),
                deltas: instances(policy.properties.get("deltas")),
            });
        } else if is("VduInitialDelta") {
            let delta = policy.properties.get("initial_delta");
            let instances = delta.and_then(|delta| delta.get("number_of_instances")).and_then(number);
            policies.initial_deltas.push(InitialDelta { policy: name.clone(), targets: policy.targets.clone(), instances });
        }
    }
    policies
}

fn aspects(policy_name: &Name, policy: &Policy) -> Vec<Aspect> {
    named(policy.properties.get("aspects"))
        .map(|(id, aspect)| Aspect {
            id,
            max_scale_level: aspect.get("max_scale_level").and_then(number),
            step_deltas: aspect.get("step_deltas").and_then(Node::items).unwrap_or_default().iter().filter_map(literal).collect(),
            policy: policy_name.clone(),
        })
        .collect()
}

fn levels(policy_name: &Name, policy: &Policy) -> Vec<Level> {
    named(policy.properties.get("levels"))
        .map(|(id, level)| Level {
            id,
            scale_info: named(level.get("scale_info")).map(|(aspect, info)| (aspect, info.get("scale_level").and_then(number))).collect(),
            policy: policy_name.clone(),
        })
        .collect()
}

/// `{id: {number_of_instances: n}}`
fn instances(node: Option<&Node>) -> Vec<(Name, Option<Number>)> {
    named(node).map(|(id, value)| (id, value.get("number_of_instances").and_then(number))).collect()
}

fn named(node: Option<&Node>) -> impl Iterator<Item = (Name, &Node)> {
    let entries = node.and_then(Node::entries).unwrap_or_default();
    entries.iter().filter_map(|entry| Some((literal(&entry.key)?, &entry.value)))
}

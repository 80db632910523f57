//! Which VNFCs a ScaleVnfRequest is about when nobody names them: the newest of each VDU that the aspect scales.

use std::collections::BTreeSet;

use vnfpkg_plan::inventory::Inventory;
use vnfpkg_plan::request::ScaleRequest;
use vnfpkg_tosca::grammar::Name;
use vnfpkg_tosca::vnfd::Policies;

use crate::exit::Failure;

/// The last VNFCs of the inventory, as many as the steps of the request make (SOL001 §6.10: initial delta and step deltas).
/// They go in a scale-in; in a scale-out they are there already, and new.
pub(crate) fn newest(policies: &Policies, scale: &ScaleRequest, inventory: &Inventory) -> Result<BTreeSet<String>, Failure> {
    let aspect = scale.aspect.value.as_str();
    let mut chosen = BTreeSet::new();
    for vdu in vdus_of(policies, aspect) {
        let ids = ids_of(inventory, vdu);
        let level = level_with(policies, aspect, vdu, ids.len())?;
        let stay = instances(policies, aspect, vdu, level - i64::from(scale.steps)).ok_or_else(|| too_many(scale, level))?;
        chosen.extend(ids.into_iter().skip(stay));
    }
    if chosen.is_empty() {
        return Err(Failure::usage(format!("no VDU is scaled by aspect `{aspect}`")).help("name each VNFC with `--vnfc ID`"));
    }
    Ok(chosen)
}

fn too_many(scale: &ScaleRequest, level: i64) -> Failure {
    let message = format!("`numberOfSteps` is {}, and aspect `{}` is at scale level {level}", scale.steps, scale.aspect.value);
    Failure::usage(message).help("level 0 is the lowest; is the inventory the one from before the scale-in, or after the scale-out?")
}

/// VDUs with deltas of an aspect, each once.
fn vdus_of<'a>(policies: &'a Policies, aspect: &str) -> Vec<&'a str> {
    let of = policies.scaling_deltas.iter().filter(|deltas| deltas.aspect.as_ref().is_some_and(|name| name.as_str() == aspect));
    let mut vdus: Vec<&str> = of.flat_map(|deltas| &deltas.targets).map(Name::as_str).collect();
    vdus.dedup();
    vdus
}

/// Ids of a VDU's VNFCs as plans have them, the oldest first.
fn ids_of(inventory: &Inventory, vdu: &str) -> Vec<String> {
    let of = inventory.vnfcs.iter().filter(|vnfc| vnfc.vdu == vdu).enumerate();
    of.map(|(index, vnfc)| if vnfc.id.is_empty() { format!("{vdu}-{}", index + 1) } else { vnfc.id.clone() }).collect()
}

/// The scale level at which a VDU has so many instances.
fn level_with(policies: &Policies, aspect: &str, vdu: &str, count: usize) -> Result<i64, Failure> {
    let highest = policies.aspects.iter().find(|found| found.id.as_str() == aspect).and_then(|found| found.max_scale_level);
    let highest = highest.map_or(0, |level| level.value).min(1000);
    let sizes: Vec<usize> = (0..=highest).map_while(|level| instances(policies, aspect, vdu, level)).collect();
    let position = sizes.iter().rposition(|size| *size == count).and_then(|at| i64::try_from(at).ok());
    position.ok_or_else(|| {
        let known: Vec<String> = sizes.iter().map(ToString::to_string).collect();
        Failure::usage(format!("the inventory has {count} VNFCs of VDU `{vdu}`, which is no scale level of aspect `{aspect}`"))
            .help(format!("its levels have {}; name the VNFCs with `--vnfc ID`", known.join(", ")))
    })
}

/// Instances of a VDU at a scale level; `None` when the policies do not say.
fn instances(policies: &Policies, aspect: &str, vdu: &str, level: i64) -> Option<usize> {
    let of_vdu = |targets: &[Name]| targets.iter().any(|target| target.as_str() == vdu);
    let initial = policies.initial_deltas.iter().find(|delta| of_vdu(&delta.targets))?.instances?.value;
    let steps = &policies.aspects.iter().find(|found| found.id.as_str() == aspect)?.step_deltas;
    let deltas = &policies
        .scaling_deltas
        .iter()
        .find(|deltas| of_vdu(&deltas.targets) && deltas.aspect.as_ref().is_some_and(|name| name.as_str() == aspect))?
        .deltas;
    let mut total = initial;
    for step in 0..usize::try_from(level).ok()? {
        // One delta for all steps, or one for each.
        let name = steps.get(step).or(if steps.len() == 1 { steps.first() } else { None })?;
        total += deltas.iter().find(|(id, _)| id.as_str() == name.as_str())?.1?.value;
    }
    usize::try_from(total).ok()
}

#[cfg(test)]
mod tests {
    use vnfpkg_diag::{Sources, Span};
    use vnfpkg_plan::inventory::parse_host_argument;
    use vnfpkg_plan::lifecycle::At;
    use vnfpkg_tosca::vnfd::{Aspect, InitialDelta, Number, ScalingDeltas};

    use super::*;

    fn name(text: &str) -> Name {
        Name { text: text.into(), span: span() }
    }

    fn span() -> Span {
        Span::new(Sources::new().add("vnfd", ""), 0, 0)
    }

    fn number(value: i64) -> Option<Number> {
        Some(Number { value, span: span() })
    }

    /// One worker, then one more, then two more.
    fn policies() -> Policies {
        Policies {
            aspects: vec![Aspect {
                id: name("workers"),
                max_scale_level: number(2),
                step_deltas: vec![name("one"), name("two")],
                policy: name("aspects"),
            }],
            scaling_deltas: vec![ScalingDeltas {
                policy: name("deltas"),
                targets: vec![name("worker")],
                aspect: Some(name("workers")),
                deltas: vec![(name("two"), number(2)), (name("one"), number(1))],
            }],
            initial_deltas: vec![InitialDelta { policy: name("initial"), targets: vec![name("worker")], instances: number(1) }],
            ..Policies::default()
        }
    }

    fn chosen(workers: usize, steps: u32) -> Result<Vec<String>, String> {
        let mut inventory = Inventory::default();
        for host in std::iter::once("master=10.0.0.1").chain(std::iter::repeat_n("worker=10.0.0.2", workers)) {
            inventory.vnfcs.push(parse_host_argument(host).expect("a host"));
        }
        let scale = ScaleRequest { out: false, aspect: At::new("workers".into(), span()), steps };
        newest(&policies(), &scale, &inventory).map(|ids| ids.into_iter().collect()).map_err(|failure| failure.message)
    }

    #[test]
    fn the_newest_ones_go_as_many_as_the_steps_are() {
        assert_eq!(chosen(4, 1).unwrap(), ["worker-3", "worker-4"]);
        assert_eq!(chosen(4, 2).unwrap(), ["worker-2", "worker-3", "worker-4"]);
        assert_eq!(chosen(2, 1).unwrap(), ["worker-2"]);
    }

    #[test]
    fn no_more_steps_than_there_are_levels() {
        assert_eq!(chosen(2, 2).unwrap_err(), "`numberOfSteps` is 2, and aspect `workers` is at scale level 1");
        assert_eq!(chosen(3, 1).unwrap_err(), "the inventory has 3 VNFCs of VDU `worker`, which is no scale level of aspect `workers`");
    }
}

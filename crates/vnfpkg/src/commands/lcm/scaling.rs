//! Which VNFCs a scaling adds or removes, and whether it can: a slip needs no operation to find out.

use vnfpkg_lcm::vim::VimDriver;
use vnfpkg_lcm::{Inputs, VnfInstance, VnfcRecord};

use super::hook::{Offer, offer};
use super::vms::static_vim;
use crate::exit::Failure;
use crate::prepare::Unprepared;

/// The aspect is there, the VMs that it takes are named, and no VDU gets more or fewer VNFCs than its profile allows.
pub(super) fn check(instance: &VnfInstance, inputs: &Inputs) -> Result<(), Unprepared> {
    let Some(info) = &instance.info else { return Ok(()) };
    let (_, offer) = offer(&instance.package, Some(&info.flavour))?;
    let targets = targets_of(&offer, inputs)?;
    let out = inputs.scale_type.as_deref() == Some("SCALE_OUT");
    let given = static_vim(inputs, &offer.vdus)?;
    let new = if out { given.scale_out(&info.vnfcs).map_err(|error| Failure::usage(error.message).help(error.help))? } else { Vec::new() };
    if let Some(other) = new.iter().find(|vnfc| !targets.iter().any(|(vdu, _)| *vdu == vnfc.vdu)) {
        return Err(Failure::usage(format!("VDU `{}` is not scaled by this aspect", other.vdu)).into());
    }
    for (vdu, size) in &targets {
        let count = |vnfcs: &[VnfcRecord]| u32::try_from(vnfcs.iter().filter(|vnfc| vnfc.vdu == *vdu).count()).unwrap_or(u32::MAX);
        let (before, by) = (count(&info.vnfcs), size.saturating_mul(inputs.steps));
        if out && count(&new) != by {
            let message = format!("{} steps add {by} VNFCs of VDU `{vdu}`, and {} are named", inputs.steps, count(&new));
            return Err(Failure::usage(message).help(format!("name each with `--host {vdu}=user@address`")).into());
        }
        let after = if out { before.saturating_add(by) } else { before.saturating_sub(by) };
        let limits = offer.vdus.iter().find(|facts| facts.name == *vdu).map(|facts| facts.min..=facts.max.max(facts.min));
        if let Some(limits) = limits.filter(|limits| !limits.contains(&after) || !out && by > before) {
            let message =
                format!("VDU `{vdu}` has {before} VNFCs, and {by} {}", if out { "more are too many" } else { "fewer are too few" });
            return Err(Failure::usage(message).help(format!("its profile takes {} to {}", limits.start(), limits.end())).into());
        }
    }
    Ok(())
}

/// VDUs that an aspect scales, and how many VNFCs one step is.
pub(super) fn targets_of(offer: &Offer, inputs: &Inputs) -> Result<Vec<(String, u32)>, Failure> {
    let aspect = inputs.aspect.clone().unwrap_or_default();
    let targets: Vec<(String, u32)> =
        offer.aspects.iter().filter(|(name, _, _)| *name == aspect).map(|(_, vdu, size)| (vdu.clone(), *size)).collect();
    if targets.is_empty() {
        let mut known: Vec<&str> = offer.aspects.iter().map(|(name, _, _)| name.as_str()).collect();
        known.dedup();
        let help =
            if known.is_empty() { "the flavour has no scaling aspect".to_owned() } else { format!("its aspects are {}", known.join(", ")) };
        return Err(Failure::usage(format!("there is no scaling aspect `{aspect}`")).help(help));
    }
    Ok(targets)
}

/// The VNFCs that go: the last ones of each VDU.
pub(super) fn victims(vnfcs: &[VnfcRecord], targets: &[(String, u32)], steps: u32) -> Vec<VnfcRecord> {
    let of = |(vdu, size): &(String, u32)| {
        let all: Vec<&VnfcRecord> = vnfcs.iter().filter(|vnfc| vnfc.vdu == *vdu).collect();
        let count = usize::try_from(size.saturating_mul(steps)).unwrap_or(usize::MAX).min(all.len());
        all[all.len() - count..].iter().map(|vnfc| (*vnfc).clone()).collect::<Vec<_>>()
    };
    targets.iter().flat_map(of).collect()
}

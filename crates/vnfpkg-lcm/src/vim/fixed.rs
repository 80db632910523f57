//! The driver `static`: VMs that somebody else brings and names in an inventory.

use super::{VimDriver, VimError};
use crate::instance::VnfcRecord;

/// VMs that are there already.
#[derive(Debug, Clone, Default)]
pub struct StaticVim {
    /// The VMs that the command was given; empty where those of before are meant.
    pub given: Vec<VnfcRecord>,
}

fn refused(message: String, help: &str) -> VimError {
    VimError { message, help: help.to_owned() }
}

impl VimDriver for StaticVim {
    fn instantiate(&self) -> Result<Vec<VnfcRecord>, VimError> {
        if self.given.is_empty() {
            return Err(refused(
                "no VM is named".into(),
                "name each with `--host VDU=user@address`, or all in a file with `--inventory FILE`",
            ));
        }
        Ok(self.given.clone())
    }

    /// A VNFC keeps its id. Its VM is the given one with its id, else the next given one of its VDU; without any the VM at
    /// the old address has been replaced in place.
    fn heal(&self, vnfcs: &[VnfcRecord], ids: &[String]) -> Result<Vec<VnfcRecord>, VimError> {
        let mut left: Vec<&VnfcRecord> = self.given.iter().collect();
        let mut healed = Vec::new();
        for vnfc in vnfcs {
            let about = ids.is_empty() || ids.contains(&vnfc.id);
            let found = about.then(|| {
                let by_id = left.iter().position(|given| given.id == vnfc.id);
                by_id.or_else(|| left.iter().position(|given| given.vdu == vnfc.vdu && !vnfcs.iter().any(|other| other.id == given.id)))
            });
            match found.flatten() {
                Some(at) => healed.push(VnfcRecord { id: vnfc.id.clone(), ..left.remove(at).clone() }),
                None => healed.push(vnfc.clone()),
            }
        }
        match left.iter().find(|given| !vnfcs.iter().any(|vnfc| vnfc.id == given.id)) {
            Some(extra) => Err(refused(
                format!("a VM of VDU `{}` is given that replaces none", extra.vdu),
                "name only VMs that replace those of healed VNFCs",
            )),
            None => Ok(healed),
        }
    }

    fn scale_out(&self, vnfcs: &[VnfcRecord]) -> Result<Vec<VnfcRecord>, VimError> {
        let new: Vec<VnfcRecord> = self.given.iter().filter(|given| !vnfcs.iter().any(|vnfc| vnfc.id == given.id)).cloned().collect();
        if new.is_empty() {
            return Err(refused("no new VM is named".into(), "name each with `--host VDU=user@address`"));
        }
        Ok(new)
    }

    fn remove(&self, _vnfcs: &[VnfcRecord]) -> Result<(), VimError> {
        // They are somebody else's.
        Ok(())
    }
}

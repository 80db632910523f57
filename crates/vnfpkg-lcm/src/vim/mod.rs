//! Whoever brings VMs. A new driver is one file here and one line where the command line chooses it.

mod fixed;

pub use fixed::StaticVim;

use crate::instance::VnfcRecord;

/// What a VIM could not do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct VimError {
    /// What happened.
    pub message: String,
    /// What to do, one sentence.
    pub help: String,
}

/// Brings, replaces and removes the VMs of one VNF instance.
pub trait VimDriver {
    /// The VNFCs of a new instance.
    ///
    /// # Errors
    /// When the VMs cannot be had.
    fn instantiate(&self) -> Result<Vec<VnfcRecord>, VimError>;

    /// Replaces the VMs of some VNFCs; gives all VNFCs as they are afterwards.
    ///
    /// # Errors
    /// When a VM cannot be had.
    fn heal(&self, vnfcs: &[VnfcRecord], ids: &[String]) -> Result<Vec<VnfcRecord>, VimError>;

    /// The VNFCs that scaling out adds.
    ///
    /// # Errors
    /// When the VMs cannot be had.
    fn scale_out(&self, vnfcs: &[VnfcRecord]) -> Result<Vec<VnfcRecord>, VimError>;

    /// Removes VMs: of VNFCs that go, or all of them at the end.
    ///
    /// # Errors
    /// When one stays.
    fn remove(&self, vnfcs: &[VnfcRecord]) -> Result<(), VimError>;
}

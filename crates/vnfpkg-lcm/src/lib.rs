//! VNF instances and their LCM operation occurrences: records, the states they go through, where they are kept, and the trait
//! of whoever brings VMs. Pure: files, time and ids are injected. Knows no package, plan or host.

mod address;
mod instance;
mod masking;
mod operation;
mod records;
mod view;
pub mod vim;

pub use address::{moved, names_address, replace_address};
pub use instance::{InstantiatedInfo, InstantiationState, VirtualLink, VnfInstance, VnfcCp, VnfcRecord};
pub use masking::{MASK, masked};
pub use operation::{Inputs, LcmOperation, OpOcc, OpState, Point, Trouble};
pub use records::{Files, LcmError, Records};
pub use view::{instance_columns, list_columns, op_columns};

#[cfg(test)]
mod tests;

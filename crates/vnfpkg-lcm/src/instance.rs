//! A VNF instance (SOL003 §5.5.2.2) as this machine keeps it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Does the VNF have VMs?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InstantiationState {
    /// Not yet, or no more.
    NotInstantiated,
    /// Yes.
    Instantiated,
}

impl InstantiationState {
    /// Its name in SOL003.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotInstantiated => "NOT_INSTANTIATED",
            Self::Instantiated => "INSTANTIATED",
        }
    }
}

/// A VNF instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VnfInstance {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What people say of it.
    pub description: Option<String>,
    /// Absolute path of its package.
    pub package: String,
    /// `descriptor_id` of the VNFD.
    pub vnfd_id: String,
    /// Provider of the VNF.
    pub provider: String,
    /// Its product name.
    pub product_name: String,
    /// Version of its software.
    pub software_version: String,
    /// Version of its VNFD.
    pub vnfd_version: String,
    /// Does it have VMs?
    pub state: InstantiationState,
    /// What it consists of, once it has VMs.
    pub info: Option<InstantiatedInfo>,
}

/// What an instantiated VNF consists of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InstantiatedInfo {
    /// Its deployment flavour.
    pub flavour: String,
    /// Its VNFCs.
    pub vnfcs: Vec<VnfcRecord>,
    /// External virtual links, as the instantiation named them.
    pub virtual_links: Vec<VirtualLink>,
    /// `vimConnectionInfo` of the instantiation, without secrets.
    pub vim: Value,
    /// `additionalParams` of the instantiation, without secrets.
    pub additional_params: Value,
    /// Absolute path of the parameter file, which is read again for its secrets.
    pub request: Option<String>,
}

/// An external virtual link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VirtualLink {
    /// Its id in the request.
    pub id: String,
    /// The network in the VIM.
    pub resource_id: String,
}

/// A VNFC with the VM that it runs on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VnfcRecord {
    /// VNFC instance id; stays when the VM is replaced.
    pub id: String,
    /// Its VDU.
    pub vdu: String,
    /// The VM.
    pub resource_id: String,
    /// Address to log in to, when it is not that of a connection point.
    pub address: Option<String>,
    /// Its connection points.
    pub cps: Vec<VnfcCp>,
    /// How to get in, as the inventory says; opaque here.
    pub access: Value,
}

/// A connection point of a VNFC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VnfcCp {
    /// Its id.
    pub id: String,
    /// Its name in the VNFD.
    pub cpd: String,
    /// Its addresses on the network.
    pub fixed: Vec<String>,
    /// Its floating address.
    pub floating: Option<String>,
}

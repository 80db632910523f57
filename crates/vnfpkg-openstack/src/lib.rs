//! Asks the APIs of an OpenStack cloud (Keystone, Nova, Neutron, Heat) what there is of one VNF instance: its servers, their ports
//! and floating addresses, the resources of its stack. Knows HTTP and `clouds.yaml`; no packages, inventories, files or environment.

mod clouds;
mod error;
mod http;
mod session;
mod survey;

pub use clouds::{Auth, Cloud, Key, Texts, read_clouds};
pub use error::OpenStackError;
pub use session::Session;
pub use survey::{Survey, Wanted, survey};

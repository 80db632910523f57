//! VNF instances as Tacker and SOL003 describe them, and the inventory that follows from one.
//!
//! Read are the body of `GET /vnf_instances/ID` in v1 and v2 form, and what `openstack vnflcm show` prints: as a table, with
//! `-f json`, and with `-f yaml`.

mod listing;
mod read;
mod table;
mod to_inventory;
mod write;

pub use listing::{Floating, Listings, Port, Server, StackResource, parse_floating, parse_ports, parse_resources, parse_servers};
pub use read::{Instance, InstanceCp, InstanceVnfc, is_instance, parse_instance};
pub use to_inventory::{Built, build_inventory};
pub use write::inventory_yaml;

#[cfg(test)]
mod tests;

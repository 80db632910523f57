//! The inventory file.

#![expect(dead_code, reason = "these types describe a document, nobody builds them")]

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, schema_for};

use super::scalars::{One, Text, Texts};

/// JSON Schema of the inventory file.
pub fn inventory_schema() -> Schema {
    schema_for!(InventoryFile)
}

/// Where the VNFCs of a VNF instance are.
#[derive(JsonSchema)]
#[schemars(title = "vnfpkg inventory", deny_unknown_fields)]
struct InventoryFile {
    /// Version of the format.
    vnfpkg_inventory: One,
    /// Name or id of the VNF instance.
    instance: Option<Text>,
    /// Deployment flavour.
    flavour: Option<Text>,
    /// What VNFCs have that do not say otherwise.
    ssh: Option<Ssh>,
    /// The VNFCs.
    vnfcs: Vec<Vnfc>,
}

/// An instance of a VDU.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Vnfc {
    /// Its VDU in the VNFD.
    vdu: Text,
    /// VNFC instance id.
    id: Option<Text>,
    /// Address to connect to; without it the address of the connection point that the lifecycle document names.
    address: Option<Text>,
    /// Id of the server in the VIM.
    resource_id: Option<Text>,
    /// Availability zone.
    zone: Option<Text>,
    /// Connection points by their names in the VNFD.
    cps: Option<BTreeMap<String, Cp>>,
    /// How to get in.
    ssh: Option<Ssh>,
}

/// A connection point.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Cp {
    /// Its address.
    Address(Text),
    /// Its addresses.
    Addresses(Addresses),
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Addresses {
    /// On the network, one or a list.
    fixed: Option<Texts>,
    /// Floating address, which is preferred.
    floating: Option<Text>,
    /// Id of the port in the VIM.
    port: Option<Text>,
}

/// How to get into a host.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Ssh {
    /// Login name.
    user: Option<Text>,
    /// TCP port.
    #[schemars(range(min = 1, max = 65535))]
    port: Option<u32>,
    /// Private key file.
    key: Option<Text>,
    /// Environment variable that holds the password.
    password_env: Option<Text>,
    /// Expected host key fingerprint, `SHA256:...`.
    host_key: Option<Text>,
    /// Jump hosts, `user@host:port`, separated by commas.
    jump: Option<Text>,
}

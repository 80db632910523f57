//! Records as people see them: the columns of `openstack vnflcm`, in its words. There is no REST API here, so there are no links.

use serde_json::{Map, Value, json};

use crate::instance::{InstantiatedInfo, VnfInstance, VnfcCp, VnfcRecord};
use crate::operation::OpOcc;

/// What `show` prints of a VNF instance, by column title.
pub fn instance_columns(instance: &VnfInstance) -> Map<String, Value> {
    let mut columns = Map::new();
    let mut add = |title: &str, value: Value| columns.insert(title.to_owned(), value);
    add("ID", json!(instance.id));
    add("Instantiation State", json!(instance.state.name()));
    add("VNF Instance Description", json!(instance.description));
    add("VNF Instance Name", json!(instance.name));
    add("VNF Product Name", json!(instance.product_name));
    add("VNF Provider", json!(instance.provider));
    add("VNF Software Version", json!(instance.software_version));
    add("VNFD ID", json!(instance.vnfd_id));
    add("VNFD Version", json!(instance.vnfd_version));
    add("vnfPkgId", json!(instance.package));
    if let Some(info) = &instance.info {
        add("Instantiated Vnf Info", instantiated(info));
        add("VIM Connection Info", info.vim.clone());
    }
    columns
}

fn instantiated(info: &InstantiatedInfo) -> Value {
    let links = info.virtual_links.iter().map(|link| json!({"id": link.id, "resourceHandle": {"resourceId": link.resource_id}}));
    let external = info.vnfcs.iter().flat_map(|vnfc| vnfc.cps.iter().map(|cp| {
        json!({"id": format!("ext-{}", cp.id), "cpdId": cp.cpd, "extLinkPortId": null, "associatedVnfcCpId": cp.id, "cpProtocolInfo": protocol(cp)})
    }));
    let states =
        info.vnfcs.iter().map(|vnfc| json!({"id": format!("{}-{}", vnfc.vdu, vnfc.id), "vduId": vnfc.vdu, "vnfcState": "STARTED"}));
    json!({
        "flavourId": info.flavour,
        "vnfState": "STARTED",
        "extCpInfo": external.collect::<Vec<_>>(),
        "extVirtualLinkInfo": links.collect::<Vec<_>>(),
        "vnfcResourceInfo": info.vnfcs.iter().map(resource_info).collect::<Vec<_>>(),
        "vnfcInfo": states.collect::<Vec<_>>(),
        "additionalParams": info.additional_params,
    })
}

fn resource_info(vnfc: &VnfcRecord) -> Value {
    let cps = vnfc
        .cps
        .iter()
        .map(|cp| json!({"id": cp.id, "cpdId": cp.cpd, "vnfExtCpId": format!("ext-{}", cp.id), "cpProtocolInfo": protocol(cp)}));
    json!({
        "id": vnfc.id,
        "vduId": vnfc.vdu,
        "computeResource": {"resourceId": vnfc.resource_id, "vimConnectionId": null, "vimLevelResourceType": null},
        "storageResourceIds": [],
        "vnfcCpInfo": cps.collect::<Vec<_>>(),
    })
}

fn protocol(cp: &VnfcCp) -> Value {
    let addresses: Vec<&String> = cp.floating.iter().chain(&cp.fixed).collect();
    if addresses.is_empty() {
        return json!([{"layerProtocol": "IP_OVER_ETHERNET"}]);
    }
    let family = if addresses[0].contains(':') { "IPV6" } else { "IPV4" };
    json!([{"layerProtocol": "IP_OVER_ETHERNET", "ipOverEthernet": {"ipAddresses": [{"type": family, "addresses": addresses}]}}])
}

/// What `list` prints of a VNF instance: titles and values.
pub fn list_columns(instance: &VnfInstance) -> Vec<(&'static str, String)> {
    vec![
        ("ID", instance.id.clone()),
        ("VNF Instance Name", instance.name.clone()),
        ("Instantiation State", instance.state.name().to_owned()),
        ("VNF Provider", instance.provider.clone()),
        ("VNF Software Version", instance.software_version.clone()),
        ("VNF Product Name", instance.product_name.clone()),
        ("VNFD ID", instance.vnfd_id.clone()),
    ]
}

/// What `op show` prints of an operation occurrence, by column title.
pub fn op_columns(op: &OpOcc) -> Map<String, Value> {
    let error = op
        .error
        .as_ref()
        .map(|error| json!({"title": format!("{} failed", op.operation.name()), "status": error.exit, "detail": error.detail}));
    let values = [
        ("ID", json!(op.id)),
        ("VNF Instance ID", json!(op.instance)),
        ("Operation", json!(op.operation.name())),
        ("Operation State", json!(op.state.name())),
        ("Start Time", json!(op.start_time)),
        ("State Entered Time", json!(op.state_entered)),
        ("Error Point", json!(op.point.number())),
        ("Operation Parameters", op.params.clone()),
        ("Error", json!(error)),
    ];
    values.into_iter().map(|(title, value)| (title.to_owned(), value)).collect()
}

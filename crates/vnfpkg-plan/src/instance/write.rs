//! An inventory as our file.

use crate::inventory::{Inventory, Ssh, Vnfc};

/// The text of an inventory file.
pub fn inventory_yaml(inventory: &Inventory) -> String {
    let mut text = String::from("vnfpkg_inventory: 1\n");
    line(&mut text, "", "instance", inventory.instance.as_deref());
    line(&mut text, "", "flavour", inventory.flavour.as_ref().map(|flavour| flavour.value.as_str()));
    text.push_str(if inventory.vnfcs.is_empty() { "vnfcs: []\n" } else { "vnfcs:\n" });
    for vnfc in &inventory.vnfcs {
        text.push_str(&vnfc_yaml(vnfc));
    }
    text
}

fn vnfc_yaml(vnfc: &Vnfc) -> String {
    let mut text = format!("  - vdu: {}\n", quoted(&vnfc.vdu));
    line(&mut text, "    ", "id", Some(vnfc.id.as_str()).filter(|id| !id.is_empty()));
    line(&mut text, "    ", "resource_id", vnfc.resource_id.as_deref());
    line(&mut text, "    ", "zone", vnfc.zone.as_deref());
    line(&mut text, "    ", "address", vnfc.address.as_deref());
    if !vnfc.cps.is_empty() {
        text.push_str("    cps:\n");
    }
    for cp in &vnfc.cps {
        text.push_str(&format!("      {}:\n", quoted(&cp.name.value)));
        let fixed: Vec<String> = cp.fixed.iter().map(|address| quoted(address)).collect();
        text.push_str(&format!("        fixed: [{}]\n", fixed.join(", ")));
        line(&mut text, "        ", "floating", cp.floating.as_deref());
        line(&mut text, "        ", "port", cp.port.as_deref());
    }
    text.push_str(&ssh_yaml(&vnfc.ssh));
    text
}

fn ssh_yaml(ssh: &Ssh) -> String {
    let port = ssh.port.map(|port| port.to_string());
    let quoted_fields =
        [("user", &ssh.user), ("key", &ssh.key), ("password_env", &ssh.password_env), ("host_key", &ssh.host_key), ("jump", &ssh.jump)];
    let mut fields: Vec<String> =
        quoted_fields.iter().filter_map(|(key, value)| value.as_ref().map(|value| format!("{key}: {}", quoted(value)))).collect();
    fields.extend(port.map(|port| format!("port: {port}")));
    if fields.is_empty() { String::new() } else { format!("    ssh: {{ {} }}\n", fields.join(", ")) }
}

fn line(text: &mut String, indent: &str, key: &str, value: Option<&str>) {
    if let Some(value) = value {
        text.push_str(&format!("{indent}{key}: {}\n", quoted(value)));
    }
}

/// A scalar: bare where that cannot be misread, else as JSON writes it.
fn quoted(text: &str) -> String {
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let bare = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'));
    let word = !matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n");
    if starts && bare && word { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

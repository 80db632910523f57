//! What the cloud knows of one VNF instance, in the shapes of the APIs.

use serde_json::{Value, json};

use crate::error::OpenStackError;
use crate::session::{Service, Session};

/// Ids in one query; an address has a length that every server takes.
const AT_ONCE: usize = 20;
/// A stack, the groups in it, and their members.
const NESTED: &str = "2";

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Ids of servers.
    pub servers: Vec<String>,
    /// Ids of ports beside those of the servers.
    pub ports: Vec<String>,
    /// Name or id of the stack.
    pub stack: String,
}

/// What there is.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey {
    /// `{"servers": [...]}`: those of the wanted servers that exist.
    pub servers: Value,
    /// `{"ports": [...]}`: ports of these servers, and those that were named.
    pub ports: Value,
    /// `{"floatingips": [...]}`: floating addresses of these ports.
    pub floating: Value,
    /// `{"resources": [...]}` of the stack and the stacks in it; `None` when there is no such stack.
    pub resources: Option<Value>,
}

/// Asks Nova, Neutron and Heat.
///
/// # Errors
/// When one of them cannot be asked.
pub fn survey(session: &Session<'_>, wanted: &Wanted) -> Result<Survey, OpenStackError> {
    let mut servers = Vec::new();
    for id in &wanted.servers {
        if let Some(mut found) = session.get(Service::Nova, &["servers", id], &[])? {
            servers.push(found["server"].take());
        }
    }
    let mut ports = listed(session, "ports", "device_id", &wanted.servers)?;
    let there = |ports: &[Value], id: &String| ports.iter().any(|port| port["id"] == id.as_str());
    let others: Vec<String> = wanted.ports.iter().filter(|id| !there(&ports, id)).cloned().collect();
    ports.extend(listed(session, "ports", "id", &others)?);
    let ids: Vec<String> = ports.iter().filter_map(|port| port["id"].as_str().map(str::to_owned)).collect();
    let floating = listed(session, "floatingips", "port_id", &ids)?;
    let resources = session.get(Service::Heat, &["stacks", &wanted.stack, "resources"], &[("nested_depth", NESTED)])?;
    Ok(Survey {
        servers: json!({ "servers": servers }),
        ports: json!({ "ports": ports }),
        floating: json!({ "floatingips": floating }),
        resources,
    })
}

/// All items of a list of Neutron whose `key` is one of the ids, page by page.
fn listed(session: &Session<'_>, list: &str, key: &str, ids: &[String]) -> Result<Vec<Value>, OpenStackError> {
    let mut items = Vec::new();
    for ids in ids.chunks(AT_ONCE) {
        let query: Vec<(&str, &str)> = ids.iter().map(|id| (key, id.as_str())).collect();
        let mut page = session.get(Service::Neutron, &[list], &query)?;
        while let Some(mut found) = page {
            let links = found[format!("{list}_links")].take();
            if let Value::Array(more) = found[list].take() {
                items.extend(more);
            }
            let mut links = links.as_array().into_iter().flatten();
            let next = links.find(|link| link["rel"] == "next").and_then(|link| link["href"].as_str());
            page = match next {
                Some(link) => session.get_next(Service::Neutron, link)?,
                None => None,
            };
        }
    }
    Ok(items)
}

//! Which hosts there are, how they are reached, and which of them a step runs on.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::{Map, Value};
use vnfpkg_diag::Place;

use super::context::base_context;
use super::scope::StepScope;
use super::{Change, PlanInputs};
use crate::deferred::{Deferred, Gap};
use crate::inventory::{Cp, VduFacts, Vnfc, check_inventory};
use crate::lifecycle::{At, On, Select};
use crate::model::{PlanHost, SudoMode};
use crate::problem::{Problem, ProblemKind, did_you_mean};
use crate::secrets::Secrets;

/// A host of the plan with what templates see of it.
#[derive(Debug, Clone)]
pub(super) struct Host {
    pub(super) plan: PlanHost,
    /// Position among the instances of its VDU, from 0.
    pub(super) index: usize,
    pub(super) cps: Vec<Cp>,
}

/// Resolves the inventory; `None` when a host stays unreachable, with the reason in `problems`.
pub(super) fn resolve(
    inputs: &PlanInputs<'_>,
    input: &Value,
    secrets: &mut Secrets,
    problems: &RefCell<Vec<Problem>>,
) -> Option<Vec<Host>> {
    problems.borrow_mut().extend(check_inventory(inputs.inventory, inputs.vdus));
    let context = Value::Object(base_context(inputs, input, &[]));
    let scope = StepScope::new(inputs, context, problems);
    let connect = &inputs.operation.connect;
    let text = |at: &Option<At<String>>| at.as_ref().and_then(|at| scope.text(at)).filter(|text| !text.is_empty());
    let cp = text(&connect.cp);
    if let (Some(name), Some(at)) = (&cp, &connect.cp) {
        check_connect_cp(name, at, inputs.vdus, &scope);
    }
    let user = text(&connect.user);
    let port = text(&connect.port).and_then(|port| port.parse().ok()).unwrap_or(22);
    let password = connect.password.as_ref().and_then(|at| scope.text_with_gaps(at)).filter(|text| !text.is_empty());
    let password = password.and_then(|mark| secret_name(&mark, connect.password.as_ref(), &scope));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut hosts = Vec::new();
    for vnfc in &inputs.inventory.vnfcs {
        let index = counts.entry(&vnfc.vdu).or_default();
        let name = format!("{}-{}", vnfc.vdu, *index + 1);
        let own_password = format!("host.{}.password", vnfc.vdu_key());
        let password = secrets.get(&own_password).map(|_| own_password).or_else(|| password.clone());
        let Some(address) = address_of(vnfc, cp.as_deref()) else {
            problems.borrow_mut().push(no_address(vnfc, cp.as_deref()));
            *index += 1;
            continue;
        };
        let user = vnfc.ssh.user.clone().or_else(|| user.clone());
        let sudo = if user.as_deref() == Some("root") { SudoMode::Root } else { SudoMode::Auto };
        let plan = PlanHost {
            name,
            id: if vnfc.id.is_empty() { format!("{}-{}", vnfc.vdu, *index + 1) } else { vnfc.id.clone() },
            vdu: vnfc.vdu.clone(),
            address: address.to_owned(),
            port: vnfc.ssh.port.unwrap_or(port),
            user,
            password,
            keys: vnfc.ssh.key.iter().cloned().collect(),
            host_key_fingerprints: vnfc.ssh.host_key.iter().cloned().collect(),
            jump: vnfc.ssh.jump.iter().flat_map(|jump| jump.split(',')).map(|hop| hop.trim().to_owned()).collect(),
            sudo,
        };
        hosts.push(Host { plan, index: *index, cps: vnfc.cps.clone() });
        *index += 1;
    }
    (hosts.len() == inputs.inventory.vnfcs.len()).then_some(hosts)
}

impl Vnfc {
    /// The name under which a password of its own is kept: its id, else its VDU.
    pub fn vdu_key(&self) -> &str {
        if self.id.is_empty() { &self.vdu } else { &self.id }
    }
}

fn address_of<'a>(vnfc: &'a Vnfc, cp: Option<&str>) -> Option<&'a str> {
    let through_cp = || match cp {
        Some(name) => vnfc.cps.iter().find(|cp| cp.name.value == name).and_then(Cp::address),
        None => vnfc.cps.iter().find_map(Cp::address),
    };
    vnfc.address.as_deref().or_else(through_cp)
}

fn no_address(vnfc: &Vnfc, cp: Option<&str>) -> Problem {
    let what = cp.map_or_else(|| "no address".to_owned(), |cp| format!("no address on connection point `{cp}`"));
    Problem::new(ProblemKind::InventoryCp, vnfc.place.clone(), format!("a VNFC of VDU `{}` has {what}", vnfc.vdu))
        .help("give `cps: {NAME: {fixed: [ADDRESS]}}` or `address`")
}

fn check_connect_cp(name: &str, at: &At<String>, vdus: &[VduFacts], scope: &StepScope<'_>) {
    let known: Vec<&str> = vdus.iter().flat_map(|vdu| vdu.cps.iter().map(String::as_str)).collect();
    if known.contains(&name) {
        return;
    }
    let help = did_you_mean(name, known.iter().copied()).unwrap_or_else(|| format!("the VNFD has {}", known.join(", ")));
    let problem = Problem::new(ProblemKind::RequestValue, scope.place_of_parameter(at), format!("no VDU has a connection point `{name}`"));
    scope.report(problem.help(help));
}

/// The secret that a text is; a literal password in a document is a fault.
fn secret_name(text: &str, at: Option<&At<String>>, scope: &StepScope<'_>) -> Option<String> {
    if let [Gap::Secret(name)] = Deferred::new(text).gaps().as_slice() {
        return Some(name.clone());
    }
    if let Some(at) = at {
        let message = "the password is written out here; let it come from a parameter that is marked secret";
        scope.report_at(ProblemKind::LifecycleGrammar, at.span, message);
    }
    None
}

/// Indexes of the hosts that a step runs on.
pub(super) fn select(on: &On, hosts: &[Host], change: &Change) -> Vec<usize> {
    let is_new = |host: &Host| change.new.as_ref().is_none_or(|ids| ids.contains(&host.plan.id));
    let is_removed = |host: &Host| change.removed.contains(&host.plan.id);
    let mut seen: Map<String, Value> = Map::new();
    let mut chosen = Vec::new();
    for (at, host) in hosts.iter().enumerate() {
        if !on.vdus.is_empty() && !on.vdus.iter().any(|vdu| vdu.value == host.plan.vdu) {
            continue;
        }
        let staying_before = seen.contains_key(&host.plan.vdu);
        if !is_removed(host) {
            seen.insert(host.plan.vdu.clone(), Value::Null);
        }
        let wanted = match on.select {
            Select::All => !is_removed(host),
            Select::First => !is_removed(host) && !staying_before,
            Select::Rest => !is_removed(host) && staying_before,
            Select::New => is_new(host) && !is_removed(host),
            Select::Old => !is_new(host) && !is_removed(host),
            Select::Removed => is_removed(host),
            Select::About => is_new(host) || is_removed(host),
        };
        if wanted {
            chosen.push(at);
        }
    }
    chosen
}

/// VDUs that a step names and the flavour does not have.
pub(super) fn check_on(on: &On, step: &str, vdus: &[VduFacts]) -> Vec<Problem> {
    let names: Vec<&str> = vdus.iter().map(|vdu| vdu.name.as_str()).collect();
    let unknown = on.vdus.iter().filter(|vdu| !names.contains(&vdu.value.as_str()));
    let problem = |vdu: &At<String>| {
        let help = did_you_mean(&vdu.value, names.iter().copied()).unwrap_or_else(|| format!("its VDUs are {}", names.join(", ")));
        let message = format!("step `{step}` runs on `{}`, which is no VDU of the flavour", vdu.value);
        Problem::new(ProblemKind::LifecycleSelection, Place::Span(vdu.span), message).help(help)
    };
    let mut problems: Vec<Problem> = unknown.map(problem).collect();
    let limited = vdus.iter().filter(|vdu| on.vdus.is_empty() || on.vdus.iter().any(|name| name.value == vdu.name));
    let never = on.select == Select::Rest && !on.vdus.is_empty() && limited.clone().count() > 0 && limited.clone().all(|vdu| vdu.max < 2);
    if never {
        let message = format!("step `{step}` runs on the rest of a VDU that has one instance at most, so it never runs");
        let problem =
            Problem::at(ProblemKind::LifecycleSelection, on.span, message).help("select `all` or `first`, or allow more instances");
        problems.push(
            limited
                .filter_map(|vdu| Some((vdu, vdu.max_at?)))
                .fold(problem, |problem, (vdu, span)| problem.related(span, format!("`{}` has {} at most", vdu.name, vdu.max))),
        );
    }
    problems
}

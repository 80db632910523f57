//! Which hosts there are, how they are reached, and which of them a step runs on.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use vnfpkg_diag::Place;

use super::context::base_context;
use super::scope::StepScope;
use super::{Change, PlanInputs};
use crate::deferred::{Deferred, Gap};
use crate::inventory::{Cp, VduFacts, Vnfc, check_inventory};
use crate::lifecycle::{At, On, Select};
use crate::model::{Part, PlanHost, SudoMode};
use crate::problem::{Problem, ProblemKind, did_you_mean};
use crate::secrets::Secrets;

/// A host of the plan with what templates see of it.
#[derive(Debug, Clone)]
pub(super) struct Host {
    pub(super) plan: PlanHost,
    /// Position among the instances of its VDU, from 0.
    pub(super) index: usize,
    pub(super) cps: Vec<Cp>,
    /// The address under which the other VNFCs know it.
    pub(super) ip: String,
}

impl Part {
    fn of(id: &str, change: &Change) -> Self {
        if change.removed.contains(id) {
            Self::Removed
        } else if change.new.as_ref().is_none_or(|ids| ids.contains(id)) {
            Self::New
        } else {
            Self::Old
        }
    }

    /// What templates see as `host.change`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Old => "old",
            Self::New => "new",
            Self::Removed => "removed",
        }
    }
}

/// How the instances of one VDU are reached, rendered.
struct Access {
    cp: Option<String>,
    nic: Option<String>,
    user: Option<String>,
    port: u16,
    password: Option<String>,
}

impl Access {
    fn of(vdu: &str, inputs: &PlanInputs<'_>, scope: &StepScope<'_>) -> Self {
        let connect = inputs.operation.connect.of_vdu(vdu);
        let text = |at: &Option<At<String>>| at.as_ref().and_then(|at| scope.text(at)).filter(|text| !text.is_empty());
        let cp_of = |at: &Option<At<String>>| {
            let name = text(at);
            if let (Some(name), Some(at)) = (&name, at) {
                check_connect_cp(name, at, inputs.vdus, scope);
            }
            name
        };
        let password = connect.password.as_ref().and_then(|at| scope.text_with_gaps(at)).filter(|text| !text.is_empty());
        Self {
            cp: cp_of(&connect.cp),
            nic: cp_of(&connect.nic),
            user: text(&connect.user),
            port: text(&connect.port).and_then(|port| port.parse().ok()).unwrap_or(22),
            password: password.and_then(|mark| secret_name(&mark, connect.password.as_ref(), scope)),
        }
    }
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
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut hosts = Vec::new();
    for vnfc in &inputs.inventory.vnfcs {
        let index = counts.entry(&vnfc.vdu).or_default();
        let name = format!("{}-{}", vnfc.vdu, *index + 1);
        let access = Access::of(&vnfc.vdu, inputs, &scope);
        let own_password = format!("host.{}.password", vnfc.vdu_key());
        let password = secrets.get(&own_password).map(|_| own_password).or(access.password);
        let Some(address) = address_of(vnfc, access.cp.as_deref()) else {
            problems.borrow_mut().push(no_address(vnfc, access.cp.as_deref()));
            *index += 1;
            continue;
        };
        let user = vnfc.ssh.user.clone().or(access.user);
        let sudo = if user.as_deref() == Some("root") { SudoMode::Root } else { SudoMode::Auto };
        let id = if vnfc.id.is_empty() { format!("{}-{}", vnfc.vdu, *index + 1) } else { vnfc.id.clone() };
        let part = Part::of(&id, &inputs.change);
        let plan = PlanHost {
            name,
            id,
            vdu: vnfc.vdu.clone(),
            address: address.to_owned(),
            port: vnfc.ssh.port.unwrap_or(access.port),
            user,
            password,
            keys: vnfc.ssh.key.iter().cloned().collect(),
            host_key_fingerprints: vnfc.ssh.host_key.iter().cloned().collect(),
            jump: vnfc.ssh.jump.iter().flat_map(|jump| jump.split(',')).map(|hop| hop.trim().to_owned()).collect(),
            sudo,
            part,
        };
        let nic = vnfc.cps.iter().find(|cp| access.nic.as_ref().is_some_and(|nic| *nic == cp.name.value));
        let ip = nic.and_then(|cp| cp.fixed.first()).cloned().unwrap_or_else(|| plan.address.clone());
        hosts.push(Host { plan, index: *index, cps: vnfc.cps.clone(), ip });
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
pub(super) fn select(on: &On, hosts: &[Host]) -> Vec<usize> {
    let mut seen = BTreeSet::new();
    let mut chosen = Vec::new();
    for (at, host) in hosts.iter().enumerate() {
        if !on.vdus.is_empty() && !on.vdus.iter().any(|vdu| vdu.value == host.plan.vdu) {
            continue;
        }
        let stays = host.plan.part != Part::Removed;
        let is_first = stays && seen.insert(host.plan.vdu.as_str());
        let is_anchor = || anchor(hosts, &host.plan.vdu) == Some(at);
        let wanted = match on.select {
            Select::All => stays,
            Select::First => is_first,
            Select::Rest => stays && !is_first,
            Select::New => host.plan.part == Part::New,
            Select::Old => host.plan.part == Part::Old,
            Select::Anchor => is_anchor(),
            Select::Joining => host.plan.part == Part::New && !is_anchor(),
            Select::Removed => !stays,
            Select::About => host.plan.part != Part::Old,
        };
        if wanted {
            chosen.push(at);
        }
    }
    chosen
}

/// Who new instances of a VDU join: the first that was there before, else the first.
fn anchor(hosts: &[Host], vdu: &str) -> Option<usize> {
    let first = |part: Part| hosts.iter().position(|host| host.plan.vdu == vdu && host.plan.part == part);
    first(Part::Old).or_else(|| first(Part::New))
}

/// A VDU that a part of the document names and the flavour does not have.
pub(super) fn check_vdu(vdu: &At<String>, what: &str, vdus: &[VduFacts]) -> Option<Problem> {
    let names: Vec<&str> = vdus.iter().map(|vdu| vdu.name.as_str()).collect();
    if names.contains(&vdu.value.as_str()) {
        return None;
    }
    let help = did_you_mean(&vdu.value, names.iter().copied()).unwrap_or_else(|| format!("its VDUs are {}", names.join(", ")));
    let message = format!("{what} runs on `{}`, which is no VDU of the flavour", vdu.value);
    Some(Problem::new(ProblemKind::LifecycleSelection, Place::Span(vdu.span), message).help(help))
}

/// VDUs that a step names and the flavour does not have.
pub(super) fn check_on(on: &On, step: &str, vdus: &[VduFacts]) -> Vec<Problem> {
    let what = format!("step `{step}`");
    let mut problems: Vec<Problem> = on.vdus.iter().filter_map(|vdu| check_vdu(vdu, &what, vdus)).collect();
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

#[cfg(test)]
mod tests {
    use vnfpkg_diag::{Sources, Span};

    use super::*;

    fn host(id: &str, part: Part) -> Host {
        let plan = PlanHost {
            name: id.into(),
            id: id.into(),
            vdu: id[..1].into(),
            address: String::new(),
            port: 22,
            user: None,
            password: None,
            keys: Vec::new(),
            host_key_fingerprints: Vec::new(),
            jump: Vec::new(),
            sudo: SudoMode::Auto,
            part,
        };
        Host { plan, index: 0, cps: Vec::new(), ip: String::new() }
    }

    fn chosen(select_by: Select, hosts: &[Host]) -> Vec<String> {
        let span = Span::new(Sources::new().add("d", ""), 0, 0);
        let on = On { vdus: vec![At::new("m".to_owned(), span)], select: select_by, span };
        select(&on, hosts).into_iter().map(|at| hosts[at].plan.id.clone()).collect()
    }

    #[test]
    fn new_instances_join_the_first_old_one_or_the_first() {
        let healed = [host("m1", Part::New), host("m2", Part::Old), host("m3", Part::Old), host("w1", Part::Old)];
        assert_eq!(chosen(Select::Anchor, &healed), ["m2"]);
        assert_eq!(chosen(Select::Joining, &healed), ["m1"]);
        let fresh = [host("w1", Part::New), host("m1", Part::New), host("m2", Part::New)];
        assert_eq!(chosen(Select::Anchor, &fresh), ["m1"]);
        assert_eq!(chosen(Select::Joining, &fresh), ["m2"]);
    }

    #[test]
    fn who_goes_is_neither_first_nor_one_of_all() {
        let leaving = [host("m1", Part::Removed), host("m2", Part::Old), host("m3", Part::Old)];
        assert_eq!(chosen(Select::All, &leaving), ["m2", "m3"]);
        assert_eq!(chosen(Select::First, &leaving), ["m2"]);
        assert_eq!(chosen(Select::Rest, &leaving), ["m3"]);
        assert_eq!(chosen(Select::Anchor, &leaving), ["m2"]);
        assert_eq!(chosen(Select::Removed, &leaving), ["m1"]);
        assert_eq!(chosen(Select::New, &leaving), Vec::<String>::new());
    }

    #[test]
    fn a_change_names_what_happens_to_whom() {
        let change = Change { new: Some(["b".to_owned()].into()), removed: ["c".to_owned()].into() };
        let parts = ["a", "b", "c"].map(|id| Part::of(id, &change));
        assert_eq!(parts, [Part::Old, Part::New, Part::Removed]);
        assert_eq!(Part::of("a", &Change::default()), Part::New);
    }
}

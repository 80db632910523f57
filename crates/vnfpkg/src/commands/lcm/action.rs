//! One LCM operation from its first point to its last: hook, VIM, record, hook. What was reached is on disk before the next
//! point begins, so that a retry goes on there.

use camino::Utf8Path;
use serde_json::Value;
use vnfpkg_diag::Sources;
use vnfpkg_lcm::vim::VimDriver;
use vnfpkg_lcm::{
    InstantiatedInfo, InstantiationState, LcmOperation, OpOcc, Point, Records, Trouble, VirtualLink, VnfInstance, VnfcRecord, masked, moved,
};
use vnfpkg_tosca::yaml;

use super::files::{StateFiles, now};
use super::hook::{HookRun, Offer, offer};
use super::scaling::{targets_of, victims};
use super::vms::static_vim;
use super::{RunningArgs, clients};
use crate::commands::findings::show_unprepared;
use crate::exit::{CommandResult, Exit, Failure};
use crate::prepare::read_input;
use crate::terminal::Terminal;

/// An operation at work.
pub(super) struct Action<'a> {
    pub(super) files: &'a StateFiles,
    pub(super) instance: VnfInstance,
    pub(super) op: OpOcc,
    pub(super) running: &'a RunningArgs,
    pub(super) terminal: &'a Terminal,
}

/// The body of a request as JSON.
pub(super) fn request_body(path: Option<&str>) -> Result<Value, Failure> {
    let Some(path) = path else { return Ok(Value::Null) };
    let (text, _) = read_input("request", Utf8Path::new(path))?;
    let (root, faults) = yaml::parse_one(Sources::new().add(path, text.as_str()), &text);
    match (root, faults.first()) {
        (Some(root), None) => Ok(yaml::to_json(&root)),
        (_, fault) => {
            Err(Failure::usage(format!("the request {path} cannot be read: {}", fault.map_or("it is empty", |fault| &fault.message))))
        }
    }
}

impl Action<'_> {
    fn records(&self) -> Records<'_> {
        Records::new(self.files)
    }

    fn reach(&mut self, point: Point) -> Result<(), Failure> {
        self.op.reach(point, &now());
        Ok(self.records().save_operation(&self.op)?)
    }

    /// Does what is left of the operation, and tells how it ended.
    pub(super) fn perform(mut self) -> CommandResult {
        let result = self.work();
        let (exit, detail) = match &result {
            Ok(Exit::Ok) => {
                self.op.complete(&now());
                self.records().save_operation(&self.op)?;
                self.terminal.err(&format!(
                    "{} of VNF Instance {} is COMPLETED; it is {}\n",
                    self.op.operation.name(),
                    self.instance.id,
                    self.instance.state.name()
                ));
                clients::tell(&self);
                return Ok(Exit::Ok);
            }
            Ok(exit) => (*exit, format!("{} ended with exit code {}", self.where_it_is(), *exit as u8)),
            Err(failure) => (failure.exit, format!("{}: {}", self.where_it_is(), failure.message)),
        };
        self.op.fail_temp(Trouble { exit: exit as u8, detail: detail.clone() }, &now());
        self.records().save_operation(&self.op)?;
        let id = &self.op.id;
        self.terminal.err(&format!("{} of VNF Instance {} is FAILED_TEMP: {detail}\n", self.op.operation.name(), self.instance.id));
        self.terminal.err(&format!("`vnfpkg lcm op retry {id}` goes on there; `rollback` and `fail` in its place undo it or give it up\n"));
        result.map(|_| exit)
    }

    fn where_it_is(&self) -> String {
        match self.op.point {
            Point::VnfConfigStart => self.op.operation.hook("start"),
            Point::VnfConfigEnd => self.op.operation.hook("end"),
            Point::Vim => "the VIM".to_owned(),
            _ => "the record".to_owned(),
        }
    }

    /// The request whose parameters hooks get: the operation's own, else that of the instantiation.
    fn request(&self) -> Option<String> {
        let stored = self.instance.info.as_ref().and_then(|info| info.request.clone());
        self.op.inputs.request.clone().or(stored)
    }

    fn work(&mut self) -> CommandResult {
        let wanted = match &self.instance.info {
            Some(info) => Some(info.flavour.clone()),
            None => request_body(self.op.inputs.request.as_deref())?["flavourId"].as_str().map(str::to_owned),
        };
        let (flavour, offer) = offer(&self.instance.package, wanted.as_deref())?;
        let vim = match static_vim(&self.op.inputs, &offer.vdus) {
            Ok(vim) => vim,
            Err(unprepared) => return show_unprepared(unprepared, self.terminal),
        };
        match self.op.operation {
            LcmOperation::Instantiate => self.instantiate(&flavour, &offer, &vim),
            LcmOperation::Heal => self.heal(&flavour, &offer, &vim),
            LcmOperation::Scale => self.scale(&flavour, &offer, &vim),
            LcmOperation::Terminate => self.terminate(&flavour, &offer, &vim),
            LcmOperation::ModifyInfo => self.modify(&flavour, &offer),
        }
    }

    /// Runs a hook when it is its turn; a hook that nobody answers does nothing.
    fn hook(&mut self, point: Point, flavour: &str, offer: &Offer, vnfcs: &[VnfcRecord], about: &[String]) -> CommandResult {
        if self.op.point > point {
            return Ok(Exit::Ok);
        }
        self.reach(point)?;
        let hook = self.op.operation.hook(if point == Point::VnfConfigStart { "start" } else { "end" });
        if !offer.answers(&hook) {
            return Ok(Exit::Ok);
        }
        let request = self.request();
        let run = HookRun {
            files: self.files,
            instance: &self.instance,
            flavour,
            request: request.as_deref(),
            running: self.running,
            terminal: self.terminal,
        };
        run.run(&hook, vnfcs, about)
    }

    /// Keeps what the VIM gave, once.
    fn vim(
        &mut self,
        work: impl FnOnce() -> Result<Vec<VnfcRecord>, vnfpkg_lcm::vim::VimError>,
    ) -> Result<Option<Vec<VnfcRecord>>, Failure> {
        if self.op.point > Point::Vim {
            return Ok(None);
        }
        self.reach(Point::Vim)?;
        work().map(Some).map_err(|error| Failure::usage(error.message).help(error.help))
    }

    fn vnfcs(&self) -> Vec<VnfcRecord> {
        self.instance.info.as_ref().map(|info| info.vnfcs.clone()).unwrap_or_default()
    }

    fn keep_vnfcs(&mut self, vnfcs: Vec<VnfcRecord>) -> Result<(), Failure> {
        if let Some(info) = &mut self.instance.info {
            info.vnfcs = vnfcs;
        }
        self.reach(Point::InternalProcessing)?;
        Ok(self.records().save(&self.instance)?)
    }

    fn instantiate(&mut self, flavour: &str, offer: &Offer, vim: &dyn VimDriver) -> CommandResult {
        let given = self.vnfcs();
        let start = self.hook(Point::VnfConfigStart, flavour, offer, &given, &[])?;
        if start != Exit::Ok {
            return Ok(start);
        }
        if let Some(vnfcs) = self.vim(|| vim.instantiate())? {
            self.instance.info = Some(self.new_info(flavour, vnfcs)?);
            self.reach(Point::InternalProcessing)?;
            self.records().save(&self.instance)?;
        }
        let vnfcs = self.vnfcs();
        let end = self.hook(Point::VnfConfigEnd, flavour, offer, &vnfcs, &[])?;
        if end == Exit::Ok {
            self.instance.state = InstantiationState::Instantiated;
            self.records().save(&self.instance)?;
        }
        Ok(end)
    }

    fn new_info(&self, flavour: &str, vnfcs: Vec<VnfcRecord>) -> Result<InstantiatedInfo, Failure> {
        let body = request_body(self.op.inputs.request.as_deref())?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let links = body["extVirtualLinks"].as_array().into_iter().flatten();
        Ok(InstantiatedInfo {
            flavour: flavour.to_owned(),
            vnfcs,
            virtual_links: links.map(|link| VirtualLink { id: text(&link["id"]), resource_id: text(&link["resourceId"]) }).collect(),
            vim: masked(&body["vimConnectionInfo"]),
            additional_params: masked(&body["additionalParams"]),
            request: self.op.inputs.request.clone(),
        })
    }

    fn heal(&mut self, flavour: &str, offer: &Offer, vim: &dyn VimDriver) -> CommandResult {
        let before = self.vnfcs();
        let ids = self.op.inputs.vnfcs.clone();
        let start = self.hook(Point::VnfConfigStart, flavour, offer, &before, &ids)?;
        if start != Exit::Ok {
            return Ok(start);
        }
        if let Some(vnfcs) = self.vim(|| vim.heal(&before, &ids))? {
            self.op.inputs.moved = moved(&before, &vnfcs);
            self.keep_vnfcs(vnfcs)?;
        }
        let vnfcs = self.vnfcs();
        self.hook(Point::VnfConfigEnd, flavour, offer, &vnfcs, &ids)
    }

    /// As in Tacker, `scale_start` runs before VNFCs go, and `scale_end` after VNFCs came.
    fn scale(&mut self, flavour: &str, offer: &Offer, vim: &dyn VimDriver) -> CommandResult {
        let before = self.vnfcs();
        let inputs = self.op.inputs.clone();
        let targets = targets_of(offer, &inputs)?;
        if inputs.scale_type.as_deref() == Some("SCALE_IN") {
            let victims = victims(&before, &targets, inputs.steps);
            let ids: Vec<String> = victims.iter().map(|vnfc| vnfc.id.clone()).collect();
            let start = self.hook(Point::VnfConfigStart, flavour, offer, &before, &ids)?;
            if start != Exit::Ok {
                return Ok(start);
            }
            if self.vim(|| vim.remove(&victims).map(|()| Vec::new()))?.is_some() {
                self.keep_vnfcs(before.into_iter().filter(|vnfc| !ids.contains(&vnfc.id)).collect())?;
            }
            return Ok(Exit::Ok);
        }
        if let Some(new) = self.vim(|| vim.scale_out(&before))? {
            self.op.inputs.vnfcs = new.iter().map(|vnfc| vnfc.id.clone()).collect();
            self.keep_vnfcs(before.into_iter().chain(new).collect())?;
        }
        let (vnfcs, ids) = (self.vnfcs(), self.op.inputs.vnfcs.clone());
        self.hook(Point::VnfConfigEnd, flavour, offer, &vnfcs, &ids)
    }

    /// Other parameters for the same VMs: from now on they are those of the instance.
    fn modify(&mut self, flavour: &str, offer: &Offer) -> CommandResult {
        let vnfcs = self.vnfcs();
        let start = self.hook(Point::VnfConfigStart, flavour, offer, &vnfcs, &[])?;
        if start != Exit::Ok {
            return Ok(start);
        }
        let end = self.hook(Point::VnfConfigEnd, flavour, offer, &vnfcs, &[])?;
        if end == Exit::Ok {
            let body = request_body(self.op.inputs.request.as_deref())?;
            let request = self.op.inputs.request.clone();
            if let Some(info) = &mut self.instance.info {
                info.request = request.or(info.request.take());
                info.additional_params = masked(&body["additionalParams"]);
            }
            self.records().save(&self.instance)?;
        }
        Ok(end)
    }

    fn terminate(&mut self, flavour: &str, offer: &Offer, vim: &dyn VimDriver) -> CommandResult {
        let vnfcs = self.vnfcs();
        let start = self.hook(Point::VnfConfigStart, flavour, offer, &vnfcs, &[])?;
        if start != Exit::Ok {
            return Ok(start);
        }
        self.vim(|| vim.remove(&vnfcs).map(|()| Vec::new()))?;
        let end = self.hook(Point::VnfConfigEnd, flavour, offer, &vnfcs, &[])?;
        if end == Exit::Ok {
            self.forget_vms()?;
        }
        Ok(end)
    }

    fn forget_vms(&mut self) -> Result<(), Failure> {
        self.instance.info = None;
        self.instance.state = InstantiationState::NotInstantiated;
        Ok(self.records().save(&self.instance)?)
    }

    /// Undoes an operation that failed: VMs that it brought go, with the hook that Tacker calls then.
    pub(super) fn undo(mut self) -> CommandResult {
        let inputs = self.op.inputs.clone();
        let all = self.vnfcs();
        match self.op.operation {
            LcmOperation::Instantiate => {
                if let Some(info) = self.instance.info.clone() {
                    let (flavour, offer) = offer(&self.instance.package, Some(&info.flavour))?;
                    if offer.answers("terminate_end") {
                        let request = self.request();
                        let run = HookRun {
                            files: self.files,
                            instance: &self.instance,
                            flavour: &flavour,
                            request: request.as_deref(),
                            running: self.running,
                            terminal: self.terminal,
                        };
                        let exit = run.run("terminate_end", &all, &[])?;
                        if exit != Exit::Ok {
                            return Ok(exit);
                        }
                    }
                }
                self.forget_vms()?;
            }
            _ => {
                let kept: Vec<VnfcRecord> = all.into_iter().filter(|vnfc| !inputs.vnfcs.contains(&vnfc.id)).collect();
                if let Some(info) = &mut self.instance.info {
                    info.vnfcs = kept;
                }
                self.records().save(&self.instance)?;
            }
        }
        self.op.rolled_back(&now());
        self.records().save_operation(&self.op)?;
        self.terminal.err(&format!("{} of VNF Instance {} is ROLLED_BACK\n", self.op.operation.name(), self.instance.id));
        Ok(Exit::Ok)
    }
}

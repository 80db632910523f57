//! An LCM operation occurrence: what is done, how far it got, and what may follow. States are those of SOL003 §5.6.2.2, points
//! those at which Tacker's v1 API saves an error.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::records::LcmError;

/// An LCM operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LcmOperation {
    /// VMs come.
    Instantiate,
    /// VMs are replaced.
    Heal,
    /// VMs come or go.
    Scale,
    /// VMs go.
    Terminate,
    /// Parameters change, VMs stay.
    ModifyInfo,
}

impl LcmOperation {
    /// Its name in SOL003.
    pub fn name(self) -> &'static str {
        match self {
            Self::Instantiate => "INSTANTIATE",
            Self::Heal => "HEAL",
            Self::Scale => "SCALE",
            Self::Terminate => "TERMINATE",
            Self::ModifyInfo => "MODIFY_INFO",
        }
    }

    /// The name of its `_start` or `_end` hook.
    pub fn hook(self, end: &str) -> String {
        let stem = if self == Self::ModifyInfo { "modify_information".to_owned() } else { self.name().to_ascii_lowercase() };
        format!("{stem}_{end}")
    }
}

/// State of an occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OpState {
    /// Accepted.
    Starting,
    /// At work.
    Processing,
    /// Done.
    Completed,
    /// Failed; retry, rollback or fail decide what becomes of it.
    FailedTemp,
    /// Failed for good.
    Failed,
    /// Being undone.
    RollingBack,
    /// Undone.
    RolledBack,
}

impl OpState {
    /// Its name in SOL003.
    pub fn name(self) -> &'static str {
        match self {
            Self::Starting => "STARTING",
            Self::Processing => "PROCESSING",
            Self::Completed => "COMPLETED",
            Self::FailedTemp => "FAILED_TEMP",
            Self::Failed => "FAILED",
            Self::RollingBack => "ROLLING_BACK",
            Self::RolledBack => "ROLLED_BACK",
        }
    }

    /// Will nothing more happen?
    pub fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::RolledBack)
    }
}

/// How far an operation got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Point {
    /// Nothing done yet.
    NotifyProcessing,
    /// The `_start` hook.
    VnfConfigStart,
    /// The VIM brings, replaces or removes VMs.
    Vim,
    /// The record of the instance.
    InternalProcessing,
    /// The `_end` hook.
    VnfConfigEnd,
    /// All done.
    NotifyCompleted,
}

impl Point {
    /// Tacker's number of it (v1 `error_point`); the VIM counts from before its work.
    pub fn number(self) -> u8 {
        match self {
            Self::NotifyProcessing => 1,
            Self::VnfConfigStart => 2,
            Self::Vim => 3,
            Self::InternalProcessing => 5,
            Self::VnfConfigEnd => 6,
            Self::NotifyCompleted => 7,
        }
    }
}

/// Why an operation failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// Exit code of the run, as the command line gives it.
    pub exit: u8,
    /// What happened.
    pub detail: String,
}

/// What an operation was asked with; enough to do the rest of it once more.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// Absolute path of the request.
    pub request: Option<String>,
    /// Absolute path of the inventory with the VMs to come.
    pub inventory: Option<String>,
    /// VMs to come, as `--host` names them.
    pub hosts: Vec<String>,
    /// VNFCs that it is about; empty means all.
    pub vnfcs: Vec<String>,
    /// Scaling: `SCALE_OUT` or `SCALE_IN`.
    pub scale_type: Option<String>,
    /// Scaling: the aspect.
    pub aspect: Option<String>,
    /// Scaling: how many steps.
    pub steps: u32,
    /// Addresses that the VIM changed: the old one and the new one.
    #[serde(default)]
    pub moved: Vec<(String, String)>,
}

/// One occurrence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpOcc {
    /// Its id.
    pub id: String,
    /// The VNF instance.
    pub instance: String,
    /// What is done.
    pub operation: LcmOperation,
    /// Its state.
    pub state: OpState,
    /// How far it got.
    pub point: Point,
    /// When it began.
    pub start_time: String,
    /// When it came into its state.
    pub state_entered: String,
    /// What it was asked with.
    pub inputs: Inputs,
    /// The body of the request, without secrets.
    pub params: Value,
    /// Why it failed.
    pub error: Option<Trouble>,
}

impl OpOcc {
    /// A new one.
    pub fn new(id: String, instance: &str, operation: LcmOperation, inputs: Inputs, params: Value, now: &str) -> Self {
        Self {
            id,
            instance: instance.to_owned(),
            operation,
            state: OpState::Starting,
            point: Point::NotifyProcessing,
            start_time: now.to_owned(),
            state_entered: now.to_owned(),
            inputs,
            params,
            error: None,
        }
    }

    fn enter(&mut self, state: OpState, now: &str) {
        self.state = state;
        now.clone_into(&mut self.state_entered);
    }

    /// It is at work, at this point. Points only go forward.
    pub fn reach(&mut self, point: Point, now: &str) {
        self.point = self.point.max(point);
        if self.state != OpState::Processing {
            self.enter(OpState::Processing, now);
        }
    }

    /// It is done.
    pub fn complete(&mut self, now: &str) {
        self.point = Point::NotifyCompleted;
        self.error = None;
        self.enter(OpState::Completed, now);
    }

    /// It failed where it is.
    pub fn fail_temp(&mut self, trouble: Trouble, now: &str) {
        self.error = Some(trouble);
        self.enter(OpState::FailedTemp, now);
    }

    /// Goes on at the point where it failed.
    ///
    /// # Errors
    /// When it did not fail.
    pub fn retry(&mut self, now: &str) -> Result<(), LcmError> {
        self.must_have_failed("retried")?;
        self.error = None;
        self.enter(OpState::Processing, now);
        Ok(())
    }

    /// Begins to undo it.
    ///
    /// # Errors
    /// When it did not fail, or cannot be undone: only an instantiation and a scale-out can.
    pub fn roll_back(&mut self, now: &str) -> Result<(), LcmError> {
        self.must_have_failed("rolled back")?;
        let out = self.inputs.scale_type.as_deref() == Some("SCALE_OUT");
        if !matches!((self.operation, out), (LcmOperation::Instantiate, _) | (LcmOperation::Scale, true)) {
            return Err(LcmError::NoRollback { id: self.id.clone(), operation: self.operation.name() });
        }
        self.enter(OpState::RollingBack, now);
        Ok(())
    }

    /// It is undone.
    pub fn rolled_back(&mut self, now: &str) {
        self.enter(OpState::RolledBack, now);
    }

    /// Gives it up: nothing is undone, and another operation may begin.
    ///
    /// # Errors
    /// When it did not fail.
    pub fn fail(&mut self, now: &str) -> Result<(), LcmError> {
        self.must_have_failed("failed")?;
        self.enter(OpState::Failed, now);
        Ok(())
    }

    /// A process that was killed leaves an operation at work; to the next one it has failed where it was.
    pub fn must_have_failed(&mut self, wish: &'static str) -> Result<(), LcmError> {
        match self.state {
            OpState::FailedTemp | OpState::Processing | OpState::Starting | OpState::RollingBack => Ok(()),
            state => Err(LcmError::WrongState { id: self.id.clone(), state: state.name(), wish }),
        }
    }
}

//! Executes a plan on its hosts: scheduler, supervision on the host, journal, resume, events. Knows plans and the
//! [`Transport`](vnfpkg_transport::Transport) trait; knows nothing of packages, SSH, terminals or the environment, and
//! never prints: everything that people and programs see comes out of the one stream of [`Event`]s.

pub mod engine;
pub mod events;
pub mod journal;
mod logs;
pub mod mask;
pub mod schedule;
pub mod state;
pub mod summary;
pub mod supervise;
mod text;
mod words;

pub use engine::{Mode, PackageFiles, ResumeRequest, RunError, RunOptions, RunRequest, RunSettings, Stop, resume, run};
pub use events::{Event, EventKind, Failure, HostFault, Phase, Sink, TaskResult};
pub use journal::JournalError;
pub use schedule::{Batches, MaxFail, SelectError, Selection, select};
pub use state::{
    Controller, Drift, Header, InstanceStatus, LockOwner, LogFile, PruneRule, Review, RunId, RunInfo, StateDir, StateError, StoredRun,
    Working, drift,
};
pub use summary::{BlockedTask, FailedTask, HostSummary, Outcome, RunSummary, StepTime};
pub use words::counted;

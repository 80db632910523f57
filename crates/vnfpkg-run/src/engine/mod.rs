//! Executes a plan: workers take tasks from the schedule, the supervisor runs them, the journal hears of it first.

mod attempt;
mod board;
mod check;
mod clean;
mod core;
mod emit;
mod fetch;
mod fill;
mod hosts;
mod memory;
mod recap;
mod request;
mod start;
mod upload;
mod watch;
mod worker;

pub use request::{Mode, PackageFiles, ResumeRequest, RunError, RunOptions, RunRequest, RunSettings, Stop};
pub use start::{resume, run};

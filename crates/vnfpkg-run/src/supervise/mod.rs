//! Runs scripts on a host so that neither a lost connection nor a killed controller loses or repeats them.
//!
//! One shell per session and privilege stays on the host between calls: the helper. It reads the scripts of `host/` once, and one
//! [`Remote::start`] is one compound command on its standard input, executed whole or not at all: claim the attempt (whoever
//! comes second only watches), run its scripts in sessions of their own, write down the result, then tell it. The helper
//! lives on without its connection until the attempt has ended. Live output comes back on the same channel, and the result
//! behind it in frames that carry a number which only this call knows. [`Remote::attach`] asks for the result of an attempt
//! that another helper started.
//!
//! What a run leaves on a host: `~/.local/state/vnfpkg/RUN/TASK.ATTEMPT.*` of the login user, or of root for tasks that
//! run as root; the folder has mode 0700, the files 0600. Scripts, which hold secrets, are in a folder like that below
//! `/dev/shm`, or here where there is none; they are emptied when the attempt ends, and the folder goes with the helper. Output values stay, because a resume may need them, until [`Remote::clean`] removes the run's folder at
//! the end of a good run; after a failed run the folder stays for the resume.

mod frames;
mod outputs;
mod payload;
mod remote;
mod root;

pub(crate) use outputs::read_outputs;
pub use outputs::{OutputError, parse_outputs};
pub(crate) use payload::quote;
pub use payload::{Attempt, Job, Script};
pub use remote::{EndResult, Ended, Remote, RemoteFile, Reply};
pub use root::{root_program, root_shell};

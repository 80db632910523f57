//! Runs scripts on a host so that neither a lost connection nor a killed controller loses or repeats them.
//!
//! One [`Remote::start`] is one `exec` on the host: a payload goes to a plain `sh` on standard input, whole or not at
//! all, claims the attempt (whoever comes second only watches), and starts `supervisor.sh` in a
//! session of its own. Live output comes back on the same channel, and the result behind it in frames that carry a number
//! which only this exec knows. [`Remote::attach`] asks for the result of an attempt that an earlier exec started.
//!
//! What a run leaves on a host: `~/.local/state/vnfpkg/RUN/TASK.ATTEMPT.*` of the login user, or of root for tasks that
//! run as root; the folder has mode 0700, the files 0600. Scripts and attachments, which hold secrets, are removed when the
//! attempt ends. Output values stay, because a resume may need them, until [`Remote::clean`] removes the run's folder at
//! the end of a good run; after a failed run the folder stays for the resume.

mod frames;
mod outputs;
mod payload;
mod remote;

pub(crate) use outputs::read_outputs;
pub use outputs::{OutputError, parse_outputs};
pub(crate) use payload::quote;
pub use payload::{Attempt, Job, Script};
pub use remote::{EndResult, Ended, Remote, RemoteFile, Reply};

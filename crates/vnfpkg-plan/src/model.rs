//! The plan: every task of one operation with its rendered scripts. Serialisable; holds no secret value.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::deferred::Deferred;

/// Version of the plan's format. A reader refuses a newer one.
pub const PLAN_FORMAT: u32 = 1;

/// Uploads land here, below the login user's home; scripts find it as `$VNFPKG_FILES`.
pub const UPLOAD_FOLDER: &str = ".local/share/vnfpkg/files";

/// The frozen graph of one lifecycle operation on the VNFCs of one VNF instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// Version of the plan's format.
    pub format: u32,
    /// The package that the steps come from.
    pub package: PackageRef,
    /// LCM operation or hook, such as `instantiate_end`.
    pub operation: String,
    /// Name of the VNF instance; runs of one instance exclude each other.
    pub instance: String,
    /// The VNFCs that tasks run on.
    pub hosts: Vec<PlanHost>,
    /// Tasks in deterministic order; a task's `needs` are indexes into this list and smaller than its own index.
    pub tasks: Vec<Task>,
    /// Named limits that tasks refer to.
    pub locks: Vec<Lock>,
    /// Secrets that the scripts refer to, by name.
    pub secrets: Vec<SecretRef>,
    /// What the plan was made from, to notice drift.
    pub inputs: Vec<InputRef>,
    /// What happens when hosts do not answer.
    #[serde(default)]
    pub reach: Reach,
}

/// What happens when hosts do not answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reach {
    /// A host that does not answer is no failure: it is passed over.
    pub may_be_gone: bool,
    /// Longest wait for a host to answer, in milliseconds; `None` leaves it to the run.
    pub wait_ms: Option<u64>,
}

/// Which package a plan belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PackageRef {
    /// Path as the user gave it.
    pub path: String,
    /// `descriptor_id` of the VNFD.
    pub descriptor_id: String,
    /// Deployment flavour.
    pub flavour: String,
    /// Product name of the VNFD, for people.
    pub product: String,
}

/// One VNFC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanHost {
    /// Short unique name, such as `PrivateRegistryVDU-1`.
    pub name: String,
    /// VNFC instance id, when known.
    pub id: String,
    /// The VDU it is an instance of.
    pub vdu: String,
    /// Where it is reached: host name or IP address, `local` for this machine.
    pub address: String,
    /// SSH port.
    pub port: u16,
    /// Login name.
    pub user: Option<String>,
    /// Name of the secret that is the login password.
    pub password: Option<String>,
    /// Key files given in the inventory.
    pub keys: Vec<String>,
    /// Expected host key fingerprints given in the inventory.
    pub host_key_fingerprints: Vec<String>,
    /// Jump hosts, `user@host:port`, the first one is reached directly.
    pub jump: Vec<String>,
    /// How root is had.
    pub sudo: SudoMode,
    /// What the operation does to it.
    #[serde(default)]
    pub part: Part,
}

/// What an operation does to a VNFC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// It was there before and stays.
    #[default]
    Old,
    /// It is created or replaced.
    New,
    /// It goes.
    Removed,
}

/// How a step that needs root gets it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SudoMode {
    /// `sudo` without a password; the login password when it asks for one.
    #[default]
    Auto,
    /// The login user is root.
    Root,
}

/// A named limit: a mutex when `capacity` is 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Lock {
    /// Name, such as `control_plane`, `apt on worker-1` or `step join`.
    pub name: String,
    /// How many tasks may hold it at once; at least 1.
    pub capacity: u32,
}

/// One step on one VNFC.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Task {
    /// Unique, `STEP@HOST`; with `for_each` `STEP[n]@HOST`.
    pub id: String,
    /// Name of the step.
    pub step: String,
    /// What the step does, for people; may be empty.
    pub title: String,
    /// Index into the plan's hosts.
    pub host: usize,
    /// Indexes of the tasks that must have ended well before.
    pub needs: Vec<usize>,
    /// Indexes into the plan's locks, all held while the task runs; ascending, without repeats.
    pub locks: Vec<usize>,
    /// Run as root.
    pub root: bool,
    /// What it does.
    pub action: Action,
    /// Exit status 0 says: already so, nothing to do.
    pub probe: Option<Script>,
    /// Exit status 0 says: the action worked.
    pub verify: Option<Verify>,
    /// Limit for one attempt as a whole, in milliseconds.
    pub timeout_ms: u64,
    /// What happens after a failed attempt.
    pub retry: Retry,
    /// Outputs that the scripts declare through `$VNFPKG_OUTPUT`.
    pub outputs: Vec<OutputDecl>,
    /// Runs only after another task of the same operation failed.
    pub on_failure: bool,
}

/// What a task does when its probe says that it is not done yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Action {
    /// Runs a script.
    Run {
        /// The script.
        script: Script,
    },
    /// Looks without changing anything; the task ends unchanged, or fails.
    Check {
        /// What is asked, and for how long.
        check: Verify,
    },
    /// Brings a file of the package, or of the instance's store, to the host, unless an equal one is there.
    Upload {
        /// Path inside the package, or name in the store.
        from: String,
        /// From the store; a file that it does not have is left out.
        #[serde(default)]
        store: bool,
        /// Path on the host, relative to the login user's home.
        to: String,
        /// Permission bits.
        mode: u32,
        /// Size in bytes; 0 when only the run will know.
        size: u64,
    },
    /// Brings a file from the host into the instance's store, where later runs find it.
    Fetch {
        /// Path on the host, relative to the login user's home.
        from: String,
        /// Name in the store.
        to: String,
        /// A file that is not there is no failure; what the store has stays.
        optional: bool,
    },
    /// Writes a rendered file, unless an equal one is there.
    Write {
        /// The content.
        content: Deferred,
        /// Absolute path on the host.
        to: String,
        /// Permission bits.
        mode: u32,
    },
}

/// A script and what runs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Script {
    /// Name of the template, for people and logs.
    pub name: String,
    /// The rendered text.
    pub text: Deferred,
}

/// A question to the host that has no effect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verify {
    /// Exit status 0 says: good.
    pub script: Script,
    /// Ask again until then, in milliseconds; 0 asks once.
    pub until_ms: u64,
    /// Pause between two asks, in milliseconds.
    pub every_ms: u64,
}

/// What happens after a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Retry {
    /// Attempts after the first one.
    pub times: u32,
    /// Pause before the second attempt, in milliseconds.
    pub delay_ms: u64,
    /// Each further pause is this many times longer; at least 1.
    pub backoff: f64,
}

impl Default for Retry {
    fn default() -> Self {
        Self { times: 0, delay_ms: 5_000, backoff: 2.0 }
    }
}

/// A value that a task hands to later tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OutputDecl {
    /// Name, as the script writes it.
    pub name: String,
    /// Never shown or stored.
    pub secret: bool,
}

/// A secret that the plan refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SecretRef {
    /// Name, such as `input.ssh_password`.
    pub name: String,
    /// Salt, a colon, and the salted SHA-256 in hex, so that a resume notices a change.
    pub digest: String,
}

/// A file that the plan was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InputRef {
    /// `package`, `request` or `inventory`.
    pub kind: String,
    /// Path as the user gave it.
    pub path: String,
    /// SHA-256 in hex.
    pub sha256: String,
}

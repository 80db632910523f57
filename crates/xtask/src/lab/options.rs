//! What a lab is asked to be.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::MAX_HOSTS;
use super::cache::DEFAULT_CACHE;
use super::error::LabError;
use super::state::DEFAULT_RUN;

/// What is installed on hosts when they come up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// No Docker; `apt-get install docker.io` works.
    #[default]
    Plain,
    /// Docker is installed and runs.
    Docker,
    /// Docker, and kubeadm, kubelet and kubectl are installed; containers only.
    Kubernetes,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "plain",
            Self::Docker => "docker",
            Self::Kubernetes => "kubernetes",
        })
    }
}

/// How the user becomes root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Sudo {
    /// sudo asks nothing.
    #[default]
    Free,
    /// sudo asks for the user's password.
    Password,
}

impl fmt::Display for Sudo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Free => "free",
            Self::Password => "password",
        })
    }
}

/// What [`Lab::start`](super::Lab::start) brings up.
#[derive(Debug, Clone)]
pub struct LabOptions {
    /// Name of the lab: labs of different names live side by side. 1 to 20 of a-z, 0-9 and `-`.
    pub name: String,
    /// How many container hosts; they have the numbers from 1.
    pub hosts: u8,
    /// What is installed on the container hosts.
    pub kind: Kind,
    /// How many virtual machines; their numbers follow those of the container hosts. Each takes about 0.5 GB of memory and
    /// the better part of a processor.
    pub vms: u8,
    /// What is installed on the virtual machines.
    pub vm_kind: Kind,
    /// How the user becomes root on the hosts.
    pub sudo: Sudo,
    /// Size of each container host's disk, as `mount -o size=` takes it (`512m`, `4g`). It lies in memory; only what
    /// is written counts.
    pub disk: String,
    /// Folder of what is made once.
    pub cache: PathBuf,
    /// Folder of the state of running labs.
    pub run: PathBuf,
    /// The process with whose end the lab is taken down.
    pub owner: Option<u32>,
}

impl Default for LabOptions {
    /// One plain host, owned by this process.
    fn default() -> Self {
        Self {
            name: "vl".to_owned(),
            hosts: 1,
            vms: 0,
            vm_kind: Kind::default(),
            kind: Kind::default(),
            sudo: Sudo::default(),
            disk: "4g".to_owned(),
            cache: DEFAULT_CACHE.into(),
            run: DEFAULT_RUN.into(),
            owner: Some(std::process::id()),
        }
    }
}

impl LabOptions {
    pub(super) fn check(&self) -> Result<(), LabError> {
        let hosts = u32::from(self.hosts) + u32::from(self.vms);
        if hosts > u32::from(MAX_HOSTS) {
            return Err(LabError::BadOption(format!("{hosts} hosts: a lab has at most {MAX_HOSTS}")));
        }
        if self.vms > 0 && self.vm_kind == Kind::Kubernetes {
            return Err(LabError::BadOption("Kubernetes nodes are containers; an emulated machine is too slow for one".into()));
        }
        let digits = self.disk.trim_end_matches(['k', 'm', 'g', 'K', 'M', 'G']);
        if digits.is_empty() || self.disk.len() > digits.len() + 1 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(LabError::BadOption(format!("disk size `{}`: write it like 512m or 4g", self.disk)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disk_sizes_are_those_of_mount() {
        let check = |disk: &str| LabOptions { disk: disk.to_owned(), ..LabOptions::default() }.check().is_ok();
        assert!(check("512m") && check("4G") && check("1048576"));
        assert!(!check("") && !check("g") && !check("4gg") && !check("4g,exec") && !check("-1m"));
    }

    #[test]
    fn more_hosts_than_addresses_are_refused() {
        assert!(LabOptions { hosts: MAX_HOSTS + 1, ..LabOptions::default() }.check().is_err());
    }
}

//! The machine's own programs that the lab needs: found missing, installed in one go, and told.

use std::process::Command;
use std::time::Duration;

use super::error::LabError;
use super::process;
use super::progress::{say, timed};

/// A Debian package of the machine and what the lab wants it for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// Name of the package.
    pub package: &'static str,
    /// Reason, told when it is installed.
    pub why: &'static str,
}

pub(crate) const fn need(package: &'static str, why: &'static str) -> Need {
    Need { package, why }
}

/// What every lab needs.
pub(crate) const HOSTS: &[Need] = &[
    need("mmdebstrap", "makes the root folder of the hosts"),
    need("debian-archive-keyring", "verifies the packages that the hosts are made of"),
    need("systemd-container", "boots the hosts (systemd-nspawn)"),
    need("iproute2", "builds the lab's network"),
    need("iptables", "drops packets when a test asks for it"),
    need("apt-utils", "indexes the lab's package repository"),
    need("openssh-client", "keys of the lab, `lab ssh`"),
];

/// What end-to-end tests use beside the lab itself.
pub const TEST_TOOLS: &[Need] = &[
    need("skopeo", "pushes and pulls container images in tests"),
    need("sshpass", "logs in with a password from a script"),
    need("curl", "asks HTTP services in tests"),
    need("gnupg", "signs a package repository"),
    need("busybox", "serves a package repository"),
];

/// Installs those of `needs` that the machine lacks, and says which and why.
///
/// # Errors
/// When a package is missing and `apt-get` cannot install it.
pub fn install_missing(needs: &[Need]) -> Result<(), LabError> {
    let present = installed(needs)?;
    let missing: Vec<&Need> = needs.iter().filter(|need| !present.iter().any(|name| name == need.package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    for need in &missing {
        say(&format!("needs package {}: {}", need.package, need.why));
    }
    let names: Vec<&str> = missing.iter().map(|need| need.package).collect();
    timed(&format!("installing {}", names.join(" ")), || {
        install(&names).or_else(|_| {
            // The package lists may be absent or old.
            apt_get(&["update"])?;
            install(&names)
        })
    })
}

fn install(names: &[&str]) -> Result<(), LabError> {
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend(names);
    apt_get(&arguments)
}

fn apt_get(arguments: &[&str]) -> Result<(), LabError> {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").args(["-qq", "-o", "DPkg::Lock::Timeout=300"]).args(arguments);
    process::run("installing what the lab needs", &mut command, Duration::from_secs(900)).map(drop)
}

/// Names of those of `needs` that dpkg knows as installed.
fn installed(needs: &[Need]) -> Result<Vec<String>, LabError> {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat=${Package} ${db:Status-Status}\n"]).args(needs.iter().map(|need| need.package));
    // Its exit status is 1 as soon as one of them is unknown.
    let output = process::output("looking for packages", &mut query, Duration::from_secs(60))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(text.lines().filter_map(|line| line.strip_suffix(" installed")).map(str::to_owned).collect())
}

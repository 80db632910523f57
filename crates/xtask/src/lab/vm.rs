//! Virtual machines: the emulator, their image, the snapshot that they resume from, and what is done inside one.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::cache::{Cache, maker, write_scripts};
use super::error::LabError;
use super::host::{Host, Machine};
use super::mirror::Mirror;
use super::needs::{self, need};
use super::options::{Kind, LabOptions};
use super::process::{self, poll};
use super::progress::{say, timed};
use super::state::HostState;
use super::{Lab, SHORT, net};

const PREPARE_ROOT: &str = include_str!("../../assets/lab/prepare-root.sh");
const VM_IMAGE: &str = include_str!("../../assets/lab/vm-image.sh");
const VM_BOOT: &str = include_str!("../../assets/lab/vm-boot.sh");
const VM_SETTLE: &str = include_str!("../../assets/lab/vm-settle.sh");

const PACKAGES: &str = "linux-image-cloud-amd64,initramfs-tools,zstd,openssh-server,sudo,iproute2,ca-certificates,iptables,\
    procps,systemd,systemd-sysv,dbus,udev,kmod,e2fsprogs,apparmor,curl";
/// Memory of each machine in MiB.
pub(crate) const MEMORY: u32 = 1024;
/// An emulated machine on a busy computer takes minutes to boot.
pub(crate) const BOOT: Duration = Duration::from_secs(400);
const MINUTES: Duration = Duration::from_secs(1800);

/// Kernel, disk and saved state of virtual machines of one kind.
pub(crate) struct Parts {
    pub(crate) image: PathBuf,
    pub(crate) snapshot: PathBuf,
}

/// Finds or makes them; installs the emulator when the machine has none.
pub(crate) fn parts(cache: &Cache, kind: Kind) -> Result<Parts, LabError> {
    let emulator = emulator()?;
    needs::install_missing(&[need("e2fsprogs", "makes the disk of the virtual machine (mke2fs)")])?;
    let image = image(cache, kind)?;
    let name = image.to_string_lossy().into_owned();
    let item = cache.item(&format!("vm-snapshot-{kind}"), &[&name, VM_BOOT, &emulator], |out| {
        take_snapshot(cache, kind, &image, &out.join("ready.qcow2"))
    })?;
    Ok(Parts { image, snapshot: item.join("ready.qcow2") })
}

fn image(cache: &Cache, kind: Kind) -> Result<PathBuf, LabError> {
    let key = cache.key()?.with_extension("pub");
    let public = fs::read_to_string(&key).map_err(LabError::io(&key))?;
    let sources = Mirror::of_this_machine()?.sources_list(false);
    let packages = match kind {
        Kind::Plain => PACKAGES.to_owned(),
        Kind::Docker => format!("{PACKAGES},docker.io"),
        Kind::Kubernetes => return Err(LabError::BadOption("Kubernetes nodes are containers".into())),
    };
    cache.item(&format!("vm-image-{kind}"), &[PREPARE_ROOT, VM_IMAGE, &packages, &sources, &public], |out| {
        write_scripts(&out.join("scripts"), &[("prepare-root.sh", PREPARE_ROOT), ("vm-image.sh", VM_IMAGE)])?;
        let list = out.join("sources.list");
        fs::write(&list, &sources).map_err(LabError::io(&list))?;
        let mut command = maker(&out.join("scripts/vm-image.sh"));
        command.arg(out).arg(list).arg(&packages).arg(&key);
        process::run("making the disk of the virtual machine", &mut command, MINUTES).map(drop)
    })
}

/// Boots a machine from its disk in a lab of its own and saves its state once it is ready.
fn take_snapshot(cache: &Cache, kind: Kind, image: &Path, out: &Path) -> Result<(), LabError> {
    let options =
        LabOptions { name: format!("vm-{}", std::process::id()), hosts: 0, cache: cache.root().to_owned(), ..LabOptions::default() };
    let mut lab = Lab::start(&options)?;
    say(&format!("booting a {kind} virtual machine, emulated: this takes from 15 s to some minutes"));
    let machine = HostState { number: 1, machine: Machine::Vm, kind, template: image.to_owned(), snapshot: None };
    lab.add(machine)?;
    let host = lab.host(1);
    // The first call of each program is the slow one.
    host.root_output(&["sh", "-c", "date; hostname; uname -r; sudo -u ubuntu sudo -n true; sync"])?;
    monitor(host, "savevm ready", Duration::from_secs(120))?;
    // Ends the machine, so that the file is complete.
    monitor(host, "quit", SHORT).or_else(|error| if host.power() == "off" { Ok(String::new()) } else { Err(error) })?;
    wait_off(host)?;
    let mut copy = Command::new("cp");
    copy.arg("--sparse=always").arg(host.dir().join("disk.qcow2")).arg(out);
    process::run("keeping the saved state", &mut copy, Duration::from_secs(300))?;
    lab.stop()
}

pub(crate) fn wait_off(host: &Host) -> Result<(), LabError> {
    poll(&format!("the end of {}", host.name()), SHORT, || match host.power().as_str() {
        "off" => Ok(()),
        other => Err(format!("it is {other}")),
    })
}

/// Gives an order to the emulator and returns its answer.
pub(crate) fn monitor(host: &Host, order: &str, limit: Duration) -> Result<String, LabError> {
    let path = host.dir().join("monitor");
    let mut stream = UnixStream::connect(&path).map_err(LabError::io(&path))?;
    stream.set_read_timeout(Some(limit)).map_err(LabError::io(&path))?;
    let prompt = |stream: &mut UnixStream| -> Result<String, LabError> {
        let mut text = Vec::new();
        let mut byte = [0; 512];
        while !text.ends_with(b"(qemu) ") {
            match stream.read(&mut byte).map_err(LabError::io(&path))? {
                0 => break,
                read => text.extend_from_slice(&byte[..read]),
            }
        }
        Ok(String::from_utf8_lossy(&text).into_owned())
    };
    prompt(&mut stream)?;
    writeln!(stream, "{order}").map_err(LabError::io(&path))?;
    let answer = prompt(&mut stream)?;
    if answer.contains("Error") {
        return Err(LabError::BadState { path, reason: answer });
    }
    Ok(answer)
}

/// Gives a machine that was resumed from the shared snapshot what is its own: time, name, SSH key, way of sudo.
pub(crate) fn settle(host: &Host, sudo: &str) -> Result<(), LabError> {
    let mark = host.dir().join("settled");
    if mark.exists() {
        return Ok(());
    }
    let key = host.dir().join("host_key");
    super::cache::remove(&key)?;
    let mut keygen = Command::new("ssh-keygen");
    keygen.args(["-q", "-t", "ed25519", "-N", "", "-C", &host.name(), "-f"]).arg(&key);
    process::run("making a host key", &mut keygen, SHORT)?;
    let read = |path: &Path| fs::read_to_string(path).map_err(LabError::io(path));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let script = format!(
        "name={}\nnow={now}\nsudo={sudo}\nentropy={}\npublic={}\nkey={}\n{VM_SETTLE}",
        quote(&host.name()),
        quote(read(Path::new("/proc/sys/kernel/random/uuid"))?.trim()),
        quote(read(&key.with_extension("pub"))?.trim()),
        quote(read(&key)?.trim_end()),
    );
    let mut command = host.root_command(&["sh", "-s"])?;
    process::run_with_input("setting the virtual machine up", &mut command, script.into_bytes(), SHORT)?;
    fs::write(&mark, "").map_err(LabError::io(&mark))
}

/// A command that runs a program as root inside the machine, over SSH with the lab's key.
pub(crate) fn root_command(host: &Host, words: &[&str]) -> Command {
    let mut command = net::command(&host.lab().net_space(), "ssh");
    command.arg("-F/dev/null").arg("-i").arg(host.key());
    // The machine is the lab's own, on the lab's own wire: its key is what is asked for here, not what is checked.
    command.args(["-oUserKnownHostsFile=/dev/null", "-oStrictHostKeyChecking=no", "-oIdentitiesOnly=yes"]);
    command.args(["-oBatchMode=yes", "-oLogLevel=ERROR", "-oConnectTimeout=10", "-oServerAliveInterval=15"]);
    let line: Vec<String> = words.iter().map(|word| quote(word)).collect();
    command.arg(format!("root@{}", host.ip())).arg("--").arg(line.join(" "));
    command
}

/// One word for a POSIX shell.
fn quote(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// First line of the emulator's version, after installing it when it is missing.
fn emulator() -> Result<String, LabError> {
    version().or_else(|_| {
        install_emulator()?;
        version()
    })
}

fn version() -> Result<String, LabError> {
    process::run("asking for qemu", Command::new("qemu-img").arg("--version"), SHORT)?;
    let text = process::run("asking for qemu", Command::new("qemu-system-x86_64").arg("--version"), SHORT)?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// From Debian 12's backports: a machine may have parts of them already, which do not go with the older emulator.
/// The sources list is private to this one installation.
fn install_emulator() -> Result<(), LabError> {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let sources = Mirror::of_this_machine()?.sources_list(true);
    if !release.lines().any(|line| line == "VERSION_CODENAME=bookworm") || sources.is_empty() {
        return Err(LabError::Unsupported(
            "it is not a Debian 12 with a Debian archive among its apt sources, so install qemu-system-x86 and qemu-utils yourself"
                .to_owned(),
        ));
    }
    let folder = std::env::temp_dir().join(format!("vnfpkg-lab-apt-{}", std::process::id()));
    fs::create_dir_all(folder.join("lists/partial")).map_err(LabError::io(&folder))?;
    let list = folder.join("sources.list");
    fs::write(&list, sources).map_err(LabError::io(&list))?;
    let apt_get = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").args(["-qq", "-oDPkg::Lock::Timeout=300"]);
        command.arg(format!("-oDir::Etc::sourcelist={}", list.display())).arg("-oDir::Etc::sourceparts=-");
        command.arg(format!("-oDir::State::lists={}", folder.join("lists").display())).args(arguments);
        process::run("installing the emulator", &mut command, MINUTES)
    };
    say("needs packages qemu-system-x86 qemu-utils seabios ipxe-qemu: run the virtual machine");
    let packages = ["qemu-system-x86", "qemu-utils", "seabios", "ipxe-qemu"];
    let result = timed("installing qemu from backports", || {
        apt_get(&["update"])?;
        apt_get(&[&["install", "-y", "--no-install-recommends", "-t", "bookworm-backports"][..], &packages[..]].concat())
    });
    super::cache::remove(&folder)?;
    result.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_one_word_for_the_shell() {
        let hostile = "a'b \"$HOME\" `x`\n;rm";
        let mut command = Command::new("sh");
        command.arg("-c").arg(format!("printf %s {}", quote(hostile)));
        assert_eq!(process::run("quoting", &mut command, SHORT).expect("runs"), hostile);
    }
}

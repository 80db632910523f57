//! `cargo xtask lab check`: brings up a lab on this machine and tries what tests rely on, faults included.

use std::io::Read;
use std::net::{SocketAddr, TcpStream};
use std::process::Stdio;
use std::time::{Duration, Instant};

use xtask::lab::{Host, Lab, LabError, LabOptions, Machine};

const LIMIT: Duration = Duration::from_secs(60);

type Trial = fn(&Lab) -> Result<(), LabError>;

const TRIALS: &[(&str, Trial)] = &[
    ("log in with the key and become root", log_in),
    ("processes of this program reach the hosts", reach),
    ("hosts have different keys and machine ids", differ),
    ("install a package from the repository", install),
    ("no package when the repository is gone", repository_gone),
    ("a held package lock stops apt", package_lock),
    ("a paused host answers nothing, then goes on", pause),
    ("a pulled cable loses packets", cable),
    ("a dropped packet is lost, a refused port refuses", packets),
    ("a slow line is slow", slow_line),
    ("a full disk is full", full_disk),
    ("sessions can be ended from outside", sessions),
    ("the host key can change", key_change),
    ("a restart keeps the disk", restart),
    ("a power cut keeps the disk", power_cut),
    ("a reset forgets the disk", reset),
];

/// Runs the trials whose description contains `only` in a lab of their own; the first that fails ends it.
pub(crate) fn run(options: &LabOptions, only: &str, mut report: impl FnMut(&str)) -> Result<(), LabError> {
    let lab = Lab::start(options)?;
    for (what, trial) in TRIALS.iter().filter(|(what, _)| what.contains(only)) {
        let started = Instant::now();
        trial(&lab).inspect_err(|_| report(&format!("FAILED  {what}")))?;
        report(&format!("ok      {what} ({:.1} s)", started.elapsed().as_secs_f64()));
    }
    lab.stop()
}

fn expect(condition: bool, what: &str) -> Result<(), LabError> {
    if condition { Ok(()) } else { Err(LabError::Unsupported(format!("expected: {what}"))) }
}

/// What a command over SSH writes; `None` when it fails or takes longer than a few seconds.
fn ssh(host: &Host, script: &str) -> Result<Option<String>, LabError> {
    let mut command = host.ssh_command()?;
    let command = command.args(["-oConnectTimeout=3", "-oServerAliveInterval=1", "-oServerAliveCountMax=3", script]);
    let output = command.stdin(Stdio::null()).output().map_err(|source| LabError::Spawn { command: "ssh".into(), source })?;
    Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned()))
}

fn connect(lab: &Lab, host: &Host) -> Result<std::io::Result<TcpStream>, LabError> {
    let address = SocketAddr::from((host.ip(), host.port()));
    lab.in_network(|| TcpStream::connect_timeout(&address, Duration::from_secs(1)))
}

fn log_in(lab: &Lab) -> Result<(), LabError> {
    for host in lab.hosts() {
        let answer = ssh(host, "hostname; sudo -n id -un; systemctl is-system-running --wait")?;
        expect(answer == Some(format!("{}\nroot\nrunning", host.name())), &format!("a healthy system, not {answer:?}"))?;
    }
    Ok(())
}

fn reach(lab: &Lab) -> Result<(), LabError> {
    let mut greeting = [0; 4];
    let read = connect(lab, lab.host(1))?.and_then(|mut stream| stream.read_exact(&mut greeting));
    expect(read.is_ok() && &greeting == b"SSH-", "an SSH greeting")
}

fn differ(lab: &Lab) -> Result<(), LabError> {
    let (one, two) = (lab.host(1), lab.host(2));
    expect(one.host_key_line()?.split(' ').nth(2) != two.host_key_line()?.split(' ').nth(2), "two host keys")?;
    expect(one.root_output(&["cat", "/etc/machine-id"])? != two.root_output(&["cat", "/etc/machine-id"])?, "two machine ids")
}

fn install(lab: &Lab) -> Result<(), LabError> {
    lab.host(1).root_output(&["apt-get", "-qq", "update"])?;
    lab.host(1).root_output(&["apt-get", "-qq", "install", "-y", "socat"])?;
    lab.host(1).root_output(&["socat", "-V"]).map(drop)
}

fn repository_gone(lab: &Lab) -> Result<(), LabError> {
    lab.stop_repository()?;
    let output = lab.host(1).exec_root(&["apt-get", "-qq", "install", "-y", "ethtool"])?;
    expect(!output.status.success(), "a failed installation")?;
    lab.start_repository()?;
    lab.host(1).root_output(&["apt-get", "-qq", "install", "-y", "ethtool"]).map(drop)
}

fn package_lock(lab: &Lab) -> Result<(), LabError> {
    // An emulated machine takes seconds to start apt at all.
    let hold = Duration::from_secs(if lab.host(2).machine() == Machine::Vm { 20 } else { 2 });
    lab.host(2).hold_package_lock(hold)?;
    let output = lab.host(2).exec_root(&["apt-get", "-qq", "install", "-y", "procps"])?;
    expect(String::from_utf8_lossy(&output.stderr).contains("lock"), "apt to name the lock")?;
    lab.host(2).root_output(&["apt-get", "-qq", "-oDPkg::Lock::Timeout=60", "install", "-y", "procps"]).map(drop)
}

fn pause(lab: &Lab) -> Result<(), LabError> {
    let host = lab.host(1);
    let mut slow = host.ssh_command()?;
    let slow = slow.arg("sleep 0.5; echo over").stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let slow = slow.map_err(|source| LabError::Spawn { command: "ssh".into(), source })?;
    host.wait_ssh(LIMIT)?;
    host.pause()?;
    expect(host.wait_ssh(Duration::from_secs(1)).is_err(), "no greeting from a paused host")?;
    host.resume()?;
    let output = slow.wait_with_output().map_err(|source| LabError::Spawn { command: "ssh".into(), source })?;
    expect(output.stdout == b"over\n", "a command to go on after the pause")
}

fn cable(lab: &Lab) -> Result<(), LabError> {
    lab.host(1).cable_out()?;
    let timed_out = connect(lab, lab.host(1))?.is_err();
    lab.host(1).cable_in()?;
    expect(timed_out, "no connection")?;
    lab.host(1).wait_ssh(LIMIT)
}

fn packets(lab: &Lab) -> Result<(), LabError> {
    let host = lab.host(1);
    host.drop_packets(1.0)?;
    let lost = connect(lab, host)?.err().map(|error| error.kind());
    host.mend_network()?;
    expect(lost == Some(std::io::ErrorKind::TimedOut), &format!("a time-out, not {lost:?}"))?;
    host.refuse(22)?;
    let refused = connect(lab, host)?.err().map(|error| error.kind());
    host.mend_network()?;
    expect(refused == Some(std::io::ErrorKind::ConnectionRefused), &format!("a refusal, not {refused:?}"))?;
    host.wait_ssh(LIMIT)
}

fn slow_line(lab: &Lab) -> Result<(), LabError> {
    let host = lab.host(1);
    host.slow_line(2000)?;
    let started = Instant::now();
    let mut copy = host.ssh_command()?;
    let status = copy.arg("cat >/dev/null").stdin(Stdio::piped()).spawn().and_then(|mut child| {
        let mut stdin = child.stdin.take();
        if let Some(stdin) = &mut stdin {
            std::io::Write::write_all(stdin, &vec![0x5a; 500_000])?;
        }
        drop(stdin);
        child.wait()
    });
    host.mend_network()?;
    expect(status.is_ok_and(|status| status.success()), "a complete copy")?;
    expect(started.elapsed() > Duration::from_millis(1500), "4 Mbit to take about 2 s")
}

fn full_disk(lab: &Lab) -> Result<(), LabError> {
    let host = lab.host(2);
    host.fill_disk(100_000)?;
    let written = ssh(host, "head -c 1000000 /dev/zero >big")?;
    host.free_disk()?;
    expect(written.is_none(), "a full disk")?;
    expect(ssh(host, "head -c 1000000 /dev/zero >big")?.is_some(), "room again")
}

fn sessions(lab: &Lab) -> Result<(), LabError> {
    let host = lab.host(1);
    let mut session = host.ssh_command()?;
    let mut session = session
        .arg("echo there; sleep 50")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|source| LabError::Spawn { command: "ssh".into(), source })?;
    let mut first = [0; 6];
    let there = session.stdout.as_mut().is_some_and(|stdout| stdout.read_exact(&mut first).is_ok());
    host.kill_sessions()?;
    let status = session.wait().map_err(|source| LabError::Spawn { command: "ssh".into(), source })?;
    expect(there && status.code() == Some(255), &format!("a broken session, not {status}"))?;
    host.wait_ssh(LIMIT)
}

fn key_change(lab: &Lab) -> Result<(), LabError> {
    let before = lab.host(1).host_key_line()?;
    lab.host(1).change_host_key()?;
    expect(lab.host(1).host_key_line()? != before, "another key")
}

fn restart(lab: &Lab) -> Result<(), LabError> {
    comes_back(lab.host(1), |host| host.reboot(host.boot_limit()))
}

fn power_cut(lab: &Lab) -> Result<(), LabError> {
    comes_back(lab.host(2), |host| {
        host.power_cut()?;
        host.power_on()
    })
}

fn comes_back(host: &Host, interrupt: impl FnOnce(&Host) -> Result<(), LabError>) -> Result<(), LabError> {
    let boot = host.root_output(&["cat", "/proc/sys/kernel/random/boot_id"])?;
    host.root_output(&["sh", "-c", "touch /root/mark; sync"])?;
    interrupt(host)?;
    expect(host.root_output(&["cat", "/proc/sys/kernel/random/boot_id"])? != boot, "another boot id")?;
    host.root_output(&["test", "-e", "/root/mark"]).map(drop)
}

fn reset(lab: &Lab) -> Result<(), LabError> {
    let (host, key) = (lab.host(2), lab.host(2).host_key_line()?);
    host.reset()?;
    expect(!host.exec_root(&["test", "-e", "/root/mark"])?.status.success(), "a new disk")?;
    expect(host.host_key_line()? != key, "another key")
}

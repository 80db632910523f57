//! Faults that tests cause on purpose, each with its remedy.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::error::LabError;
use super::host::{Host, Machine};
use super::process::{self, poll};
use super::{SHORT, net, vm};

/// File that takes up a full disk.
const FILL: &str = "/var/tmp/lab-fill";

impl Host {
    /// Stops every process of the host where it is: connections stay open, nothing answers.
    ///
    /// # Errors
    /// When the machine has no freezer.
    pub fn pause(&self) -> Result<(), LabError> {
        self.freeze(true)
    }

    /// Lets the host go on from where [`Host::pause`] stopped it.
    ///
    /// # Errors
    /// When the machine has no freezer.
    pub fn resume(&self) -> Result<(), LabError> {
        self.freeze(false)
    }

    fn freeze(&self, frozen: bool) -> Result<(), LabError> {
        let v1 = PathBuf::from(format!("/sys/fs/cgroup/freezer/{}/freezer.state", self.space()));
        let group = PathBuf::from("/sys/fs/cgroup").join(self.space());
        let what = if frozen { "the host to freeze" } else { "the host to thaw" };
        if v1.exists() {
            let wanted = if frozen { "FROZEN" } else { "THAWED" };
            put(&v1, wanted)?;
            return poll(what, SHORT, || match fs::read_to_string(&v1) {
                Ok(now) if now.trim() == wanted => Ok(()),
                other => Err(format!("{other:?}")),
            });
        }
        if !group.join("cgroup.freeze").exists() {
            return Err(LabError::Unsupported("no freezer among its control groups".to_owned()));
        }
        put(&group.join("cgroup.freeze"), if frozen { "1" } else { "0" })?;
        let wanted = format!("frozen {}", u8::from(frozen));
        poll(what, SHORT, || match fs::read_to_string(group.join("cgroup.events")) {
            Ok(now) if now.lines().any(|line| line == wanted) => Ok(()),
            other => Err(format!("{other:?}")),
        })
    }

    /// Pulls the network cable: packets are lost both ways, nothing is refused.
    ///
    /// # Errors
    /// When the lab does not run.
    pub fn cable_out(&self) -> Result<(), LabError> {
        self.cable("down")
    }

    /// Plugs the network cable in again.
    ///
    /// # Errors
    /// When the lab does not run.
    pub fn cable_in(&self) -> Result<(), LabError> {
        self.cable("up")
    }

    fn cable(&self, to: &str) -> Result<(), LabError> {
        let mut command = Command::new("ip");
        command.args(["-n", &self.lab().net_space(), "link", "set", &format!("p{}", self.number()), to]);
        process::run("setting the host's cable", &mut command, SHORT).map(drop)
    }

    /// Loses this share of the packets that the host receives, from 0 to 1, until [`Host::mend_network`].
    ///
    /// # Errors
    /// When the lab does not run.
    pub fn drop_packets(&self, share: f64) -> Result<(), LabError> {
        let share = share.clamp(0.0, 1.0).to_string();
        self.packet_rule(&["-m", "statistic", "--mode", "random", "--probability", &share, "-j", "DROP"])
    }

    /// Answers connections to `port` with a refusal, and breaks those that are open, until [`Host::mend_network`] or a
    /// restart.
    ///
    /// # Errors
    /// When the lab does not run.
    pub fn refuse(&self, port: u16) -> Result<(), LabError> {
        let port = port.to_string();
        self.packet_rule(&["-p", "tcp", "--dport", &port, "-j", "REJECT", "--reject-with", "tcp-reset"])
    }

    fn packet_rule(&self, rule: &[&str]) -> Result<(), LabError> {
        let mut command = net::command(&self.space(), "iptables");
        // A virtual machine's packets are forwarded to it, a container's are taken in.
        let chain = match self.machine() {
            Machine::Container => "INPUT",
            Machine::Vm => "FORWARD",
        };
        command.args(["-w", "-I", chain, "-i", "eth0"]).args(rule);
        process::run("disturbing the host's network", &mut command, SHORT).map(drop)
    }

    /// Slows the line to the host down to this many kbit/s.
    ///
    /// # Errors
    /// When the lab does not run, or the kernel has no token bucket filter.
    pub fn slow_line(&self, kilobits: u32) -> Result<(), LabError> {
        let (rate, port) = (format!("{kilobits}kbit"), format!("p{}", self.number()));
        let mut command = net::command(&self.lab().net_space(), "tc");
        command.args(["qdisc", "replace", "dev", &port, "root", "tbf", "rate", &rate, "burst", "32kb", "latency", "400ms"]);
        process::run("slowing the host's line down", &mut command, SHORT).map(drop)
    }

    /// Ends every fault of the network: the cable is in, all packets pass at full speed.
    ///
    /// # Errors
    /// When the lab does not run.
    pub fn mend_network(&self) -> Result<(), LabError> {
        self.cable_in()?;
        for chain in ["INPUT", "FORWARD"] {
            let mut list = net::command(&self.space(), "iptables");
            let rules = process::run("reading the host's packet rules", list.args(["-w", "-S", chain]), SHORT)?;
            for rule in rules.lines().filter_map(|line| line.strip_prefix("-A ")).filter(|rule| is_fault(rule)) {
                let mut delete = net::command(&self.space(), "iptables");
                delete.args(["-w", "-D"]).args(rule.split_whitespace());
                process::run("mending the host's network", &mut delete, SHORT)?;
            }
        }
        let mut fast = net::command(&self.lab().net_space(), "tc");
        fast.args(["qdisc", "del", "dev", &format!("p{}", self.number()), "root"]);
        // Fails when the line was not slow.
        process::output("mending the host's network", &mut fast, SHORT).map(drop)
    }

    /// Fills the disk until only `left` bytes are free.
    ///
    /// # Errors
    /// When the host does not run.
    pub fn fill_disk(&self, left: u64) -> Result<(), LabError> {
        let script = "set -e; free=$(df --output=avail -B1 /var/tmp | tail -1); size=$((free - $1)); \
             [ $size -le 0 ] || fallocate -l $size \"$2\"";
        self.root_output(&["sh", "-c", script, "fill", &left.to_string(), FILL]).map(drop)
    }

    /// Gives back what [`Host::fill_disk`] took.
    ///
    /// # Errors
    /// When the host does not run.
    pub fn free_disk(&self) -> Result<(), LabError> {
        self.root_output(&["rm", "-f", FILL]).map(drop)
    }

    /// Cuts the power: every process ends at once, in no order. What was on the disk stays.
    ///
    /// # Errors
    /// When the host does not run.
    pub fn power_cut(&self) -> Result<(), LabError> {
        if self.machine() == Machine::Vm {
            // Killing the emulator would lose what it holds of the disk's tables; this is the end of the guest alone.
            // The order's own connection may break before an answer.
            let _ = vm::monitor(self, "quit", SHORT);
            return vm::wait_off(self);
        }
        let leader = self.leader()?;
        if let Some(pid) = i32::try_from(leader.pid).ok().and_then(Pid::from_raw) {
            kill_process(pid, Signal::KILL).map_err(|error| LabError::io(self.dir())(error.into()))?;
        }
        vm::wait_off(self)
    }

    /// Switches the host on after [`Host::power_cut`], or after it was shut down from inside, and waits until it can
    /// be used.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn power_on(&self) -> Result<(), LabError> {
        let power = self.dir().join("power");
        let mut command = Command::new("sh");
        // Opening the pipe waits until the supervisor reads it.
        command.args(["-c", "echo on >\"$1\"", "power"]).arg(&power);
        process::run("switching the host on", &mut command, SHORT)?;
        poll(&format!("{} to be on", self.name()), SHORT, || match self.power().as_str() {
            "on" => Ok(()),
            other => Err(format!("it is {other}")),
        })?;
        self.wait_ready(self.boot_limit())
    }

    /// Gives the SSH server another key, as a rebuilt machine at the same address has.
    ///
    /// # Errors
    /// When the host does not run.
    pub fn change_host_key(&self) -> Result<(), LabError> {
        let script = "set -e; rm -f /etc/ssh/ssh_host_*; ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key; \
             systemctl restart ssh";
        self.root_output(&["sh", "-c", script])?;
        self.wait_ssh(SHORT)
    }

    /// Ends the SSH session processes of the user, as a broken connection does; the server stays.
    ///
    /// # Errors
    /// When the host does not run.
    pub fn kill_sessions(&self) -> Result<(), LabError> {
        // `pkill` tells with 1 that there was none.
        let output = self.exec_root(&["pkill", "-KILL", "-f", "^sshd: ubuntu@"])?;
        if output.status.code().is_some_and(|code| code <= 1) {
            return Ok(());
        }
        Err(process::failure("ending SSH sessions", &Command::new("pkill"), &output))
    }

    /// Holds the lock of apt and dpkg for `hold`, as an update in the background does. Returns when it is held.
    ///
    /// # Errors
    /// When the lock is taken already.
    pub fn hold_package_lock(&self, hold: Duration) -> Result<(), LabError> {
        // The lock belongs to the process that takes it, so the child takes it and tells its parent.
        let script = r#"use Fcntl; pipe(my $told, my $tell); my $child = fork // die "fork: $!";
            if ($child) { close $tell; my $answer = <$told> // "nothing\n"; die $answer unless $answer eq "held\n"; exit 0; }
            open(STDOUT, ">", "/dev/null"); open(STDERR, ">", "/dev/null"); $tell->autoflush;
            my $lock = pack("s s x4 q q i x4", F_WRLCK, 0, 0, 0, 0);
            my $file; my $held = open($file, ">>", "/var/lib/dpkg/lock-frontend") && fcntl($file, F_SETLK, $lock);
            print $tell $held ? "held\n" : "the package lock is taken: $!\n"; close $tell; sleep $ARGV[0] if $held;"#;
        self.root_output(&["perl", "-MIO::Handle", "-e", script, &hold.as_secs().to_string()]).map(drop)
    }
}

fn is_fault(rule: &str) -> bool {
    rule.contains("-i eth0") && (rule.contains("-m statistic") || rule.contains("--reject-with tcp-reset"))
}

fn put(path: &Path, text: &str) -> Result<(), LabError> {
    OpenOptions::new().write(true).open(path).and_then(|mut file| file.write_all(text.as_bytes())).map_err(LabError::io(path))
}

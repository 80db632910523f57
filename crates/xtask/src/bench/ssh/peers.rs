//! Tools that people use for the same work, from PyPI in fixed versions, each in an environment of the lab's cache.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::ValueEnum;
use xtask::lab::{DEFAULT_CACHE, python_with, python_with_all};
use xtask::product::Workbench;

use super::package::ROUNDS;
use super::sshd::{ADDRESS, Farm, USER};
use crate::bench::BenchError;

const ANSIBLE: &[&str] = &["ansible-core==2.19.14", "mitogen==0.3.54"];
const PYINFRA: &str = "pyinfra==3.10.0";
const PARAMIKO: &str = "paramiko==5.1.0";

/// A tool beside ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Peer {
    /// A loop over the ssh2 crate: steps, and uploads over one session
    Ssh2,
    /// pyinfra: steps
    Pyinfra,
    /// Ansible with the strategy of mitogen: steps
    Mitogen,
    /// ansible-playbook with pipelining: steps
    Pipelining,
    /// ansible-playbook as it comes: steps
    Ansible,
    /// OpenSSH's sftp: uploads
    Sftp,
    /// paramiko: uploads over one session
    Paramiko,
}

impl Peer {
    /// What tables call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ssh2 => "bare ssh2 loop",
            Self::Pyinfra => "pyinfra 3.10.0",
            Self::Mitogen => "Ansible 2.19.14 with mitogen 0.3.54",
            Self::Pipelining => "ansible-playbook 2.19.14, pipelining",
            Self::Ansible => "ansible-playbook 2.19.14",
            Self::Sftp => "OpenSSH sftp",
            Self::Paramiko => "paramiko 5.1.0",
        }
    }

    /// Takes minutes: it is run less often than the others.
    pub(crate) fn is_slow(self) -> bool {
        matches!(self, Self::Mitogen | Self::Pipelining | Self::Ansible)
    }
}

/// The mixed steps with Ansible on the first hosts of a farm.
pub(crate) fn ansible(peer: Peer, bench: &Workbench, farm: &Farm, hosts: usize) -> Result<Command, BenchError> {
    let python = python_with_all(Path::new(DEFAULT_CACHE), "ansible", ANSIBLE)?;
    let host =
        |host: &super::sshd::Sshd| format!("h{0} ansible_host={ADDRESS} ansible_port={0} home={1}\n", host.port, host.home.display());
    let inventory = bench.write("inventory", &farm.hosts()[..hosts].iter().map(host).collect::<String>())?;
    let playbook = bench.write("playbook.yaml", &playbook(bench))?;
    let config = bench.write("ansible.cfg", &configuration(peer, farm, hosts, &python))?;
    fs::create_dir_all(control(farm)).map_err(BenchError::io("a folder"))?;
    let mut command = Command::new(python);
    command.args(["-m", "ansible", "playbook", "-i"]).arg(inventory).arg(playbook);
    command.env("ANSIBLE_CONFIG", config).env("ANSIBLE_HOME", bench.path("ansible")).env("HOME", bench.path("home"));
    command.env("LC_ALL", "C.UTF-8").env_remove("SSH_AUTH_SOCK");
    Ok(command)
}

fn playbook(bench: &Workbench) -> String {
    let work = bench.path("work").display().to_string();
    (0..ROUNDS).fold("- hosts: all\n  gather_facts: false\n  tasks:\n".to_owned(), |text, round| {
        text + &format!(
            "  - ansible.builtin.copy: {{ content: \"key = value\\n\", dest: \"{work}/{{{{ ansible_port }}}}/file{round}\", mode: \"0644\" }}\n  \
             - ansible.builtin.command: {{ cmd: \"touch {{{{ home }}}}/ran{round}\" }}\n  \
             - ansible.builtin.stat: {{ path: \"{{{{ home }}}}/ran{round}\" }}\n    register: found\n    failed_when: not found.stat.exists\n"
        )
    })
}

fn configuration(peer: Peer, farm: &Farm, hosts: usize, python: &Path) -> String {
    let mitogen = match peer {
        Peer::Mitogen => {
            let plugins = python.ancestors().nth(2).map(|folder| folder.join("lib")).and_then(|lib| strategy_plugins(&lib));
            format!("strategy_plugins = {}\nstrategy = mitogen_linear\n", plugins.unwrap_or_default().display())
        }
        _ => String::new(),
    };
    format!(
        "[defaults]\nforks = {}\nremote_user = {USER}\nprivate_key_file = {}\ninterpreter_python = /usr/bin/python3\nhost_key_checking = true\n{mitogen}\
         [ssh_connection]\npipelining = {}\nssh_common_args = -F none -o IdentitiesOnly=yes -o UserKnownHostsFile={}\ncontrol_path_dir = {}\n",
        hosts.max(5),
        farm.key().display(),
        peer != Peer::Ansible,
        farm.known_hosts().display(),
        control(farm).display(),
    )
}

/// Where mitogen's strategies are, whatever the version of Python.
fn strategy_plugins(lib: &Path) -> Option<PathBuf> {
    let found = fs::read_dir(lib).ok()?.filter_map(Result::ok);
    found.map(|entry| entry.path().join("site-packages/ansible_mitogen/plugins/strategy")).find(|path| path.is_dir())
}

fn control(farm: &Farm) -> PathBuf {
    farm.path("control")
}

/// Ends the connections that Ansible keeps for its next run, which would be another kind of run.
pub(crate) fn forget_connections(farm: &Farm) {
    for socket in fs::read_dir(control(farm)).into_iter().flatten().filter_map(Result::ok) {
        let mut command = Command::new("ssh");
        command.args(["-O", "exit", "-o"]).arg(format!("ControlPath={}", socket.path().display())).arg("none");
        let _ = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

/// The mixed steps with pyinfra on the first hosts of a farm.
pub(crate) fn pyinfra(bench: &Workbench, farm: &Farm, hosts: usize) -> Result<Command, BenchError> {
    let python = python_with(Path::new(DEFAULT_CACHE), PYINFRA)?;
    let (key, known) = (farm.key(), farm.known_hosts());
    let host = |host: &super::sshd::Sshd| {
        let (port, home) = (host.port, host.home.display());
        format!(
            "    (\"h{port}\", {{\"ssh_hostname\": \"{ADDRESS}\", \"ssh_port\": {port}, \"ssh_user\": \"{USER}\", \"ssh_key\": \"{}\", \
             \"ssh_known_hosts_file\": \"{}\", \"ssh_strict_host_key_checking\": \"yes\", \"home\": \"{home}\"}}),\n",
            key.display(),
            known.display()
        )
    };
    let list: String = farm.hosts()[..hosts].iter().map(host).collect();
    let inventory = bench.write("pyinfra_inventory.py", &format!("hosts = [\n{list}]\n"))?;
    let deploy = format!(
        "from io import StringIO\nfrom pyinfra import host\nfrom pyinfra.operations import files, server\nfor n in range({ROUNDS}):\n    \
         files.put(src=StringIO(\"key = value\\n\"), dest=f\"{}/{{host.data.ssh_port}}/file{{n}}\", mode=\"644\")\n    \
         server.shell(commands=[f\"touch {{host.data.home}}/ran{{n}}\"])\n    server.shell(commands=[f\"[ -f {{host.data.home}}/ran{{n}} ]\"])\n",
        bench.path("work").display()
    );
    let deploy = bench.write("deploy.py", &deploy)?;
    let mut command = Command::new(python);
    command.args(["-m", "pyinfra", "-y", "--parallel"]).arg(hosts.to_string()).arg(inventory).arg(deploy);
    command.current_dir(bench.path("")).env("HOME", bench.path("home")).env("LC_ALL", "C.UTF-8").env_remove("SSH_AUTH_SOCK");
    Ok(command)
}

const PUT: &str = "\
import sys, paramiko
port, key, known, source, target = sys.argv[1:]
client = paramiko.SSHClient()
client.load_host_keys(known)
client.connect('127.0.0.1', port=int(port), username='root', key_filename=key, allow_agent=False, look_for_keys=False)
client.open_sftp().put(source, target)
client.close()
";

/// An upload with paramiko.
pub(crate) fn paramiko(farm: &Farm, port: u16, from: &Path, to: &Path) -> Result<Command, BenchError> {
    let mut command = Command::new(python_with(Path::new(DEFAULT_CACHE), PARAMIKO)?);
    command.args(["-c", PUT, &port.to_string()]).arg(farm.key()).arg(farm.known_hosts()).arg(from).arg(to);
    Ok(command)
}

/// An upload with OpenSSH.
pub(crate) fn sftp(farm: &Farm, port: u16, from: &Path, to: &Path) -> Result<Command, BenchError> {
    let batch = farm.path("batch");
    fs::write(&batch, format!("put {} {}\n", from.display(), to.display())).map_err(BenchError::io("the batch file"))?;
    let mut command = Command::new("sftp");
    command.args(["-q", "-F", "none", "-P", &port.to_string(), "-o", "IdentitiesOnly=yes", "-i"]).arg(farm.key()).arg("-o");
    command.arg(format!("UserKnownHostsFile={}", farm.known_hosts().display())).arg("-b").arg(batch);
    command.arg(format!("{USER}@{ADDRESS}")).env_remove("SSH_AUTH_SOCK");
    Ok(command)
}

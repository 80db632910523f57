//! The lab's network: namespaces, cables, entering them, and the package repository's server.

use std::fs::File;
use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::fd::AsFd;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use super::SHORT;
use super::error::LabError;
use super::process::{self, poll};
use super::state::{Folder, Owner};

/// Address of the lab itself, as hosts see it.
pub(crate) const GATEWAY: Ipv4Addr = Ipv4Addr::new(10, 99, 0, 1);

/// Address of host `number`.
pub(crate) fn address(number: u8) -> Ipv4Addr {
    Ipv4Addr::new(10, 99, 1, number)
}

/// Makes the lab's namespace with its bridge when it is not there, and a wired namespace for each host.
pub(crate) fn wire(folder: &Folder, numbers: &[u8]) -> Result<(), LabError> {
    let mut command = folder.script("net.sh");
    command.arg(folder.name()).args(numbers.iter().map(u8::to_string));
    process::run("building the lab's network", &mut command, SHORT).map(drop)
}

/// A command inside the network namespace `space`.
pub(crate) fn command(space: &str, program: &str) -> Command {
    let mut command = Command::new("nsenter");
    command.arg(format!("--net=/run/netns/{space}")).arg("--").arg(program);
    command
}

/// Runs `work` on a thread of its own inside the network namespace `space`.
pub(crate) fn inside<T: Send>(space: &str, work: impl FnOnce() -> T + Send) -> Result<T, LabError> {
    let path = Path::new("/run/netns").join(space);
    let namespace = File::open(&path).map_err(LabError::io(&path))?;
    thread::scope(|scope| {
        let thread = scope.spawn(|| {
            move_into_link_name_space(namespace.as_fd(), Some(LinkNameSpaceType::Network))
                .map_err(|error| LabError::io(&path)(error.into()))?;
            Ok(work())
        });
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Waits until an SSH server says who it is.
pub(crate) fn wait_ssh(space: &str, address: SocketAddr, limit: Duration) -> Result<(), LabError> {
    inside(space, || poll(&format!("SSH at {address}"), limit, || greeting(address)))?
}

fn greeting(address: SocketAddr) -> Result<(), String> {
    let words = |error: std::io::Error| error.to_string();
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1)).map_err(words)?;
    stream.set_read_timeout(Some(Duration::from_secs(2))).map_err(words)?;
    let mut first = [0; 4];
    stream.read_exact(&mut first).map_err(words)?;
    if &first == b"SSH-" { Ok(()) } else { Err(format!("it says {first:?}")) }
}

/// Starts the HTTP server that shows `packages` to the hosts, and waits until it listens.
pub(crate) fn serve(folder: &Folder, busybox: &Path, packages: &Path) -> Result<(), LabError> {
    let mut command = folder.daemon("serve.sh", "repository.log")?;
    command.arg(folder.name()).arg(folder.path()).arg(busybox).arg(packages);
    process::run("starting the package repository", &mut command, SHORT)?;
    let address = SocketAddr::from((GATEWAY, 80));
    inside(&folder.net_space(), || {
        poll("the package repository", SHORT, || {
            TcpStream::connect_timeout(&address, Duration::from_secs(1)).map(drop).map_err(|error| error.to_string())
        })
    })?
}

/// Ends the HTTP server.
pub(crate) fn stop_serving(folder: &Folder) -> Result<(), LabError> {
    let path = folder.path().join("repository.pid");
    let Some(server) = Owner::read(&path).filter(Owner::alive) else {
        return Ok(());
    };
    if let Some(pid) = i32::try_from(server.pid).ok().and_then(Pid::from_raw) {
        kill_process(pid, Signal::KILL).map_err(|error| LabError::io(&path)(error.into()))?;
    }
    poll("the end of the package repository", SHORT, || if server.alive() { Err("it runs".into()) } else { Ok(()) })
}

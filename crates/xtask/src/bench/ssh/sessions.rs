//! Many sessions held open by one controller: what they take in memory.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use clap::Args;
use vnfpkg_transport::{CancelToken, Control, ErrorKind, Exit, Host, Transport, TransportError};

use super::sender::Access;
use super::sshd::Farm;
use crate::bench::{Bench, BenchError, Section, measure, mebibytes, say, seconds, verdict};

const MEMORY: u64 = 100 << 20;
/// Servers that share the sessions.
const SERVERS: usize = 10;
/// Threads that connect.
const THREADS: usize = 8;
/// How long all of them stay open before each is used once more.
const HOLD: Duration = Duration::from_secs(2);
const LIMIT: Duration = Duration::from_secs(300);

/// Measures so many sessions.
pub(crate) fn run(sessions: usize) -> Result<Section, BenchError> {
    let farm = Farm::start(SERVERS)?;
    let ports: Vec<String> = farm.hosts().iter().map(|host| host.port.to_string()).collect();
    let mut command = super::hidden("ssh-sessions")?;
    command.args(["--count", &sessions.to_string(), "--ports", &ports.join(",")]).arg("--key").arg(farm.key());
    command.arg("--known-hosts").arg(farm.known_hosts());
    let usage = measure("open sessions", &mut command, 0)?;
    say(&format!("{sessions} sessions: {}, {}", seconds(usage.wall), mebibytes(usage.peak)));
    let mut section = Section::new(format!("{sessions} sessions held open"), &["sessions", "memory", "reach", "", "wall", "CPU"]);
    section.row([
        sessions.to_string(),
        mebibytes(usage.peak),
        mebibytes(MEMORY),
        verdict(usage.peak < MEMORY),
        seconds(usage.wall),
        seconds(usage.cpu),
    ]);
    section.note(format!(
        "One process with the product's transport opens a session to each of so many hosts, holds all of them for {} s, and then runs a command on \
         each. A host here is a session of one of {SERVERS} sshd.",
        HOLD.as_secs()
    ));
    Ok(section)
}

/// The hidden controller.
#[derive(Args)]
pub(crate) struct Sessions {
    /// How many
    #[arg(long)]
    count: usize,
    /// Ports of the servers
    #[arg(long, value_delimiter = ',', required = true)]
    ports: Vec<u16>,
    /// How to get in
    #[command(flatten)]
    access: Access,
}

impl Bench for Sessions {
    fn run(&self) -> Result<Vec<Section>, BenchError> {
        let transport = self.access.transport();
        let target = |number: usize| self.access.target(self.ports[number % self.ports.len()]);
        let hosts: Vec<_> = (0..self.count).map(|number| transport.host(&target(number))).collect();
        let control = Control::within(&CancelToken::new(), LIMIT);
        each(&hosts, &|host| host.connect(&control))?;
        thread::sleep(HOLD);
        each(&hosts, &|host| match host.exec("exit 7", &[], &control, &mut |_, _| {}) {
            Ok(Exit::Code(7)) => Ok(()),
            Ok(exit) => Err(TransportError::new(ErrorKind::Remote, format!("the command ended with {exit:?}"))),
            Err(error) => Err(error),
        })?;
        hosts.iter().for_each(|host| host.close());
        Ok(Vec::new())
    }
}

/// Does something with every host, on a few threads.
fn each(hosts: &[std::sync::Arc<dyn Host>], work: &(dyn Fn(&dyn Host) -> Result<(), TransportError> + Sync)) -> Result<(), BenchError> {
    let next = AtomicUsize::new(0);
    let worker = || {
        while let Some(host) = hosts.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(&**host).map_err(|error| BenchError::unexpected("a session", error.to_string()))?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..THREADS).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

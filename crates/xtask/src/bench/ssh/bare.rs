//! The floor: nothing but ssh2. One session per host, one exec channel per step, a thread per host; no supervision, no
//! journal, no resume. A process of its own, so that its time and memory can be told.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::thread;

use clap::Args;
use ssh2::Session;

use super::sshd::{ADDRESS, USER};
use crate::bench::{Bench, BenchError, Section};

/// The hidden peer.
#[derive(Args)]
pub(crate) struct Bare {
    /// Private key
    #[arg(long)]
    key: PathBuf,
    /// Ports of the hosts
    #[arg(long, value_delimiter = ',')]
    ports: Vec<u16>,
    /// File with one command per line, `@` for the host's port
    #[arg(long)]
    steps: PathBuf,
}

impl Bench for Bare {
    /// Runs every step on every host.
    fn run(&self) -> Result<Vec<Section>, BenchError> {
        let steps = fs::read_to_string(&self.steps).map_err(BenchError::io("the steps"))?;
        let (key, steps) = (&self.key, &steps);
        thread::scope(|scope| {
            let hosts: Vec<_> = self.ports.iter().map(|port| scope.spawn(move || on_host(*port, key, steps))).collect();
            hosts.into_iter().try_for_each(|host| host.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        })?;
        Ok(Vec::new())
    }
}

fn on_host(port: u16, key: &Path, steps: &str) -> Result<(), BenchError> {
    let session = connect(port, key)?;
    for step in steps.lines() {
        let step = step.replace('@', &port.to_string());
        run(&session, &step)?;
    }
    Ok(())
}

/// A session on a host's port.
pub(crate) fn connect(port: u16, key: &Path) -> Result<Session, BenchError> {
    let failed = |error: ssh2::Error| BenchError::unexpected("the bare loop connects", error.to_string());
    let socket = TcpStream::connect((ADDRESS, port)).map_err(BenchError::io("the bare loop connects"))?;
    socket.set_nodelay(true).map_err(BenchError::io("the bare loop connects"))?;
    let mut session = Session::new().map_err(failed)?;
    session.set_tcp_stream(socket);
    session.handshake().map_err(failed)?;
    session.userauth_pubkey_file(USER, None, key, None).map_err(failed)?;
    Ok(session)
}

fn run(session: &Session, command: &str) -> Result<(), BenchError> {
    let failed = |error: ssh2::Error| BenchError::unexpected(format!("the bare loop runs {command}"), error.to_string());
    let io = || BenchError::io(format!("the bare loop runs {command}"));
    let mut channel = session.channel_session().map_err(failed)?;
    channel.exec(command).map_err(failed)?;
    channel.send_eof().map_err(failed)?;
    channel.flush().map_err(io())?;
    let mut said = String::new();
    channel.read_to_string(&mut said).map_err(io())?;
    channel.wait_close().map_err(failed)?;
    match channel.exit_status().map_err(failed)? {
        0 => Ok(()),
        status => Err(BenchError::unexpected(format!("the bare loop runs {command}"), format!("status {status}"))),
    }
}

//! Reaching a host through another: a `direct-tcpip` channel (RFC 4254 §7.2) of the jump host's session, piped to a socket
//! pair by a thread, since libssh2 wants a socket.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use ssh2::Channel;
use vnfpkg_transport::{Control, ErrorKind, TransportError};

use crate::connection::{Connection, is_lost};
use crate::route::Hop;
use crate::socket::Dialled;

const BUFFER: usize = 256 * 1024;
/// How often an idle tunnel looks whether the jump host is still there.
const LOOK: Timespec = Timespec { tv_sec: 1, tv_nsec: 0 };

/// A socket to the next hop. The session of the jump host lives as long as it.
pub(crate) fn tunnel(mut jump: Connection, hop: &Hop, control: &Control) -> Result<Dialled, TransportError> {
    let started = Instant::now();
    let channel = jump.drive(control, |session| session.channel_direct_tcpip(&hop.address, hop.port, Some(("127.0.0.1", 0))))?;
    let channel = channel.map_err(|error| unreachable(&error, hop))?;
    let round_trip = started.elapsed().max(jump.round_trip());
    let failed = |error: io::Error| TransportError::new(ErrorKind::Unsupported, format!("no tunnel to {hop}: {error}"));
    let (near, far) = UnixStream::pair().map_err(failed)?;
    near.set_nonblocking(true).map_err(failed)?;
    far.set_nonblocking(true).map_err(failed)?;
    let pump = Pump { channel, near, out: Buffer::default(), back: Buffer::default(), jump };
    std::thread::Builder::new().name("tunnel".into()).spawn(move || pump.run()).map_err(failed)?;
    Ok(Dialled { socket: far.into(), round_trip })
}

fn unreachable(error: &ssh2::Error, hop: &Hop) -> TransportError {
    let message = format!("the jump host does not reach {hop}: {}", error.message());
    if !is_lost(error) && error.message().contains("prohibited") {
        return TransportError::new(ErrorKind::Unsupported, message)
            .help("the jump host forbids it: see AllowTcpForwarding and PermitOpen in its sshd_config");
    }
    TransportError::new(ErrorKind::Unreachable, message)
}

/// Moves bytes between the socket pair and the channel until one side ends. Fields drop in this order: the channel before
/// its session.
struct Pump {
    channel: Channel,
    near: UnixStream,
    out: Buffer,
    back: Buffer,
    jump: Connection,
}

/// Bytes that were read and not yet written.
#[derive(Default)]
struct Buffer {
    bytes: Vec<u8>,
    done: usize,
}

/// One side ended.
struct Ended;

impl Pump {
    fn run(mut self) {
        while self.turn().is_ok() {}
    }

    fn turn(&mut self) -> Result<(), Ended> {
        let out = self.out.pass(&mut self.near, &mut self.channel)?;
        let is_stuck = out.waits && self.jump.blocked().contains(PollFlags::OUT);
        // A packet that is sent in part must be finished before anything else is asked of libssh2.
        let back = if is_stuck { Passed { moved: false, waits: true } } else { self.back.pass(&mut self.channel, &mut self.near)? };
        if !out.moved && !back.moved {
            self.wait(is_stuck)?;
        }
        Ok(())
    }

    fn wait(&mut self, is_stuck: bool) -> Result<(), Ended> {
        let mut near = PollFlags::empty();
        near.set(PollFlags::IN, self.out.is_empty());
        near.set(PollFlags::OUT, !self.back.is_empty());
        let mut line = PollFlags::empty();
        line.set(PollFlags::OUT, is_stuck);
        line.set(PollFlags::IN, !is_stuck && (self.back.is_empty() || !self.out.is_empty()));
        let mut fds = [PollFd::new(&self.near, near), PollFd::new(self.jump.socket(), line)];
        let seen = match poll(&mut fds, Some(&LOOK)) {
            Ok(_) => fds[1].revents(),
            Err(rustix::io::Errno::INTR) => PollFlags::empty(),
            Err(_) => return Err(Ended),
        };
        self.jump.attend(line, seen).map_err(|_| Ended)
    }
}

/// What a pass did.
struct Passed {
    moved: bool,
    /// There are bytes that the writer does not take yet.
    waits: bool,
}

impl Buffer {
    fn is_empty(&self) -> bool {
        self.done == self.bytes.len()
    }

    /// Reads when empty, writes when not.
    fn pass(&mut self, from: &mut impl Read, to: &mut impl Write) -> Result<Passed, Ended> {
        let mut moved = false;
        if self.is_empty() {
            self.bytes.resize(BUFFER, 0);
            let read = from.read(&mut self.bytes);
            self.done = 0;
            self.bytes.truncate(*read.as_ref().unwrap_or(&0));
            match read {
                Ok(0) => return Err(Ended),
                Ok(_) => moved = true,
                Err(error) if would_block(&error) => {}
                Err(_) => return Err(Ended),
            }
        }
        while !self.is_empty() {
            match to.write(&self.bytes[self.done..]) {
                Ok(0) => return Ok(Passed { moved, waits: true }),
                Ok(length) => {
                    self.done += length;
                    moved = true;
                }
                Err(error) if would_block(&error) => return Ok(Passed { moved, waits: true }),
                Err(_) => return Err(Ended),
            }
        }
        Ok(Passed { moved, waits: false })
    }
}

fn would_block(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}

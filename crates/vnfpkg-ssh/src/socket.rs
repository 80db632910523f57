//! Sockets: name resolution, connecting and waiting, all of which stop when the caller says so.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, connect, socket_with, sockopt};
use vnfpkg_transport::{Control, ErrorKind, TransportError};

/// The longest time without a look at [`Control`].
pub(crate) const SLICE: Duration = Duration::from_millis(50);

/// Waits for one of `events`, at most one slice. Empty flags: nothing happened yet.
pub(crate) fn wait(fd: impl AsFd, events: PollFlags, control: &Control) -> Result<PollFlags, TransportError> {
    control.check()?;
    let time = control.remaining().map_or(SLICE, |left| left.min(SLICE));
    Ok(ready(fd, events, time.max(Duration::from_millis(1))))
}

/// Waits for one of `events` for at most `time`.
pub(crate) fn ready(fd: impl AsFd, events: PollFlags, time: Duration) -> PollFlags {
    let mut fds = [PollFd::new(&fd, events)];
    let time = Timespec { tv_sec: time.as_secs().try_into().unwrap_or(i64::MAX), tv_nsec: time.subsec_nanos().into() };
    match poll(&mut fds, Some(&time)) {
        Ok(_) => fds[0].revents(),
        // A signal is no event; the caller looks again.
        Err(_) => PollFlags::empty(),
    }
}

/// A connected socket and how long one round trip took.
pub(crate) struct Dialled {
    pub(crate) socket: OwnedFd,
    pub(crate) round_trip: Duration,
}

/// Connects to the first address of a name that answers.
pub(crate) fn dial(host: &str, port: u16, keepalive: Duration, control: &Control) -> Result<Dialled, TransportError> {
    let addresses = resolve(host, port, control)?;
    let mut failures = Vec::new();
    for (index, address) in addresses.iter().enumerate() {
        // Each address gets its share of the time that is left, so a dead first one leaves some for the next.
        let rest = u32::try_from(addresses.len() - index).unwrap_or(1);
        let share = control.remaining().map_or(control.clone(), |left| control.at_most(left / rest));
        let started = Instant::now();
        match dial_address(*address, &share) {
            Ok(socket) => {
                tune(&socket, keepalive);
                return Ok(Dialled { socket, round_trip: started.elapsed() });
            }
            Err(error) => {
                if rest == 1 || error.kind == ErrorKind::Cancelled {
                    control.check()?;
                }
                failures.push(format!("{address}: {}", error.message));
            }
        }
    }
    Err(TransportError::new(ErrorKind::Unreachable, format!("no connection to {}", failures.join(", ")))
        .help("check the address and port, and that the host is up and its firewall lets SSH in"))
}

fn dial_address(address: SocketAddr, control: &Control) -> Result<OwnedFd, TransportError> {
    let failed = |errno: Errno| TransportError::new(ErrorKind::Unreachable, reason(errno));
    let family = if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let socket = socket_with(family, SocketType::STREAM, SocketFlags::NONBLOCK | SocketFlags::CLOEXEC, None).map_err(failed)?;
    match connect(&socket, &address) {
        Ok(()) => return Ok(socket),
        Err(Errno::INPROGRESS) => {}
        Err(errno) => return Err(failed(errno)),
    }
    loop {
        let flags = wait(&socket, PollFlags::OUT, control).map_err(|error| match error.kind {
            ErrorKind::TimedOut => TransportError::new(ErrorKind::TimedOut, "no answer"),
            _ => error,
        })?;
        if !flags.is_empty() {
            return match sockopt::socket_error(&socket) {
                Ok(Ok(())) => Ok(socket),
                Ok(Err(errno)) | Err(errno) => Err(failed(errno)),
            };
        }
    }
}

/// What people call the error.
fn reason(errno: Errno) -> String {
    let text = std::io::Error::from(errno).to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_lowercase(),
        None => text,
    }
}

/// Small packets go out at once, and a peer that vanished is noticed even when nothing is said. Failing is no reason not to
/// use the socket.
fn tune(socket: &OwnedFd, keepalive: Duration) {
    let _ = sockopt::set_tcp_nodelay(socket, true);
    let _ = sockopt::set_socket_keepalive(socket, true);
    let _ = sockopt::set_tcp_keepidle(socket, keepalive.max(Duration::from_secs(1)));
    let _ = sockopt::set_tcp_keepintvl(socket, keepalive.max(Duration::from_secs(1)));
    let _ = sockopt::set_tcp_keepcnt(socket, 3);
    let _ = sockopt::set_tcp_user_timeout(socket, u32::try_from((keepalive * 3).as_millis()).unwrap_or(u32::MAX));
}

/// All addresses of a name. The resolver of the C library cannot be stopped, so it runs on a thread of its own that outlives
/// the call when need be.
fn resolve(host: &str, port: u16, control: &Control) -> Result<Vec<SocketAddr>, TransportError> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let unknown = |why: String| TransportError::new(ErrorKind::Unreachable, format!("no address for the name {host}: {why}"));
    let (send, receive) = mpsc::channel();
    let name = host.to_owned();
    std::thread::Builder::new()
        .name("resolve".into())
        .spawn(move || {
            let _ = send.send((name.as_str(), port).to_socket_addrs().map(Iterator::collect::<Vec<_>>));
        })
        .map_err(|error| unknown(error.to_string()))?;
    loop {
        match receive.recv_timeout(SLICE) {
            Ok(Ok(addresses)) if addresses.is_empty() => return Err(unknown("the name exists without an address".into())),
            Ok(Ok(addresses)) => return Ok(addresses),
            Ok(Err(error)) => return Err(unknown(error.to_string())),
            Err(mpsc::RecvTimeoutError::Timeout) => control.check()?,
            Err(mpsc::RecvTimeoutError::Disconnected) => return Err(unknown("the resolver failed".into())),
        }
    }
}

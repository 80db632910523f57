//! One SSH session over one socket, driven without ever blocking in libssh2.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::PollFlags;
use ssh2::{BlockDirections, Channel, ErrorCode, MethodType, Session};
use vnfpkg_transport::{Control, ErrorKind, TransportError};

use crate::route::Hop;
use crate::{auth, hostkey, socket};

/// `LIBSSH2_ERROR_*` numbers that we tell apart.
pub(crate) mod code {
    pub(crate) const KEX_FAILURE: i32 = -5;
    pub(crate) const KEY_EXCHANGE_FAILURE: i32 = -8;
    pub(crate) const SOCKET_SEND: i32 = -7;
    pub(crate) const SOCKET_DISCONNECT: i32 = -13;
    pub(crate) const FILE: i32 = -16;
    pub(crate) const METHOD_NONE: i32 = -17;
    pub(crate) const EAGAIN: i32 = -37;
    pub(crate) const SOCKET_RECV: i32 = -43;
    pub(crate) const BAD_SOCKET: i32 = -45;
    pub(crate) const KEYFILE_AUTH_FAILED: i32 = -48;
}

/// Bytes that the host may send before we read: generous, so that a fast talker over a slow line is not held up.
const WINDOW: u32 = 4 * 1024 * 1024;
const PACKET: u32 = 32 * 1024;
/// Milliseconds that a destructor of ssh2 may take in blocking mode.
const DROP_LIMIT: u32 = 1;

/// A host that allows few channels may refuse one so many times, with this pause between them.
const REFUSALS: u32 = 3;
const SETTLE: Duration = Duration::from_millis(20);

/// One session. It belongs to one thread at a time. A call that ended early leaves libssh2 in the middle of something, so
/// such a session is dropped and never used again.
pub(crate) struct Connection {
    /// Shells that wait for the next call, by their commands. They go before their session.
    shells: BTreeMap<String, Channel>,
    session: Session,
    socket: Arc<OwnedFd>,
    /// When the host last said something.
    heard: Instant,
    /// When it was asked for a sign of life that has not come yet.
    asked: Option<Instant>,
    keepalive: Duration,
    round_trip: Duration,
    established: bool,
}

impl Connection {
    /// Handshake, host key check and authentication over a connected socket.
    pub(crate) fn establish(
        dialled: socket::Dialled,
        hop: &Hop,
        shared: &crate::transport::Shared,
        control: &Control,
    ) -> Result<Self, TransportError> {
        let options = &shared.options;
        let known = hostkey::Expected::of(hop)?;
        let mut connection = Self::new(dialled, options.keepalive)?;
        connection.prefer(&known)?;
        within(
            control,
            options.handshake_limit,
            || format!("{hop} does not finish the SSH handshake"),
            |control| connection.handshake(hop, control),
        )?;
        known.check(&connection.session, hop)?;
        within(
            control,
            options.auth_limit,
            || format!("{hop} does not answer the login"),
            |control| auth::log_in(&mut connection, hop, shared, control),
        )?;
        connection.established = true;
        Ok(connection)
    }

    fn new(dialled: socket::Dialled, keepalive: Duration) -> Result<Self, TransportError> {
        let failed =
            |error: ssh2::Error| TransportError::new(ErrorKind::Unsupported, format!("libssh2 gives no session: {}", error.message()));
        let mut session = Session::new().map_err(failed)?;
        let socket = Arc::new(dialled.socket);
        session.set_tcp_stream(Arc::clone(&socket));
        session.set_blocking(false);
        // Bounds what destructors of ssh2 do in blocking mode, see `abandon`.
        session.set_timeout(DROP_LIMIT);
        let keepalive = keepalive.max(Duration::from_secs(2));
        session.set_keepalive(true, u32::try_from(keepalive.as_secs()).unwrap_or(u32::MAX));
        Ok(Self {
            shells: BTreeMap::new(),
            session,
            socket,
            heard: Instant::now(),
            asked: None,
            keepalive,
            round_trip: dialled.round_trip,
            established: false,
        })
    }

    /// The host key algorithms in the order that fits what we know of the host. Ciphers stay in libssh2's order: measured, its
    /// ChaCha20 takes the least processor time.
    fn prefer(&self, known: &hostkey::Expected) -> Result<(), TransportError> {
        let failed = |error: ssh2::Error| TransportError::new(ErrorKind::Unsupported, format!("SSH algorithms: {}", error.message()));
        let supported = self.session.supported_algs(MethodType::HostKey).map_err(failed)?;
        self.session.method_pref(MethodType::HostKey, &known.algorithms(&supported)).map_err(failed)
    }

    fn handshake(&mut self, hop: &Hop, control: &Control) -> Result<(), TransportError> {
        let mut session = self.session.clone();
        self.drive(control, |_| session.handshake())?.map_err(|error| match number(&error) {
            Some(code::KEX_FAILURE | code::KEY_EXCHANGE_FAILURE | code::METHOD_NONE) => {
                TransportError::new(ErrorKind::Unsupported, format!("no common algorithms with {hop}: {}", error.message()))
                    .help("allow a current key exchange, cipher and MAC in the host's sshd_config")
            }
            // A booting host, or MaxStartups of a busy one.
            _ => TransportError::new(
                ErrorKind::Unreachable,
                format!("{hop} ended the connection during the SSH handshake: {}", error.message()),
            ),
        })
    }

    /// Repeats an operation of libssh2 until it is through. The outer error says that we stopped or gave up on the host,
    /// the inner one is libssh2's answer.
    pub(crate) fn drive<T>(
        &mut self,
        control: &Control,
        mut operation: impl FnMut(&Session) -> Result<T, ssh2::Error>,
    ) -> Result<Result<T, ssh2::Error>, TransportError> {
        loop {
            match operation(&self.session) {
                Err(error) if number(&error) == Some(code::EAGAIN) => {
                    let events = self.blocked();
                    self.wait(events, control)?;
                }
                done => return Ok(done),
            }
        }
    }

    /// What libssh2 waits for.
    pub(crate) fn blocked(&self) -> PollFlags {
        match self.session.block_directions() {
            BlockDirections::Outbound => PollFlags::OUT,
            BlockDirections::Both => PollFlags::IN | PollFlags::OUT,
            BlockDirections::Inbound | BlockDirections::None => PollFlags::IN,
        }
    }

    /// Waits for the socket: one slice, or, once the host was asked for a sign of life, until it gives one. Reading in between could
    /// swallow the answer, and a host that did answer would count as silent.
    pub(crate) fn wait(&mut self, events: PollFlags, control: &Control) -> Result<(), TransportError> {
        loop {
            let flags = socket::wait(&*self.socket, events, control)?;
            self.attend(events, flags)?;
            if self.asked.is_none() || !flags.is_empty() || events != PollFlags::IN {
                return Ok(());
            }
        }
    }

    /// Notes that the host spoke; asks a silent one for a sign of life and gives up on one that gives none. `awaited` is what
    /// `flags` came from: who does not look for input cannot say that the host is silent.
    pub(crate) fn attend(&mut self, awaited: PollFlags, flags: PollFlags) -> Result<(), TransportError> {
        if flags.contains(PollFlags::IN) {
            self.heard = Instant::now();
            self.asked = None;
        }
        if !awaited.contains(PollFlags::IN) {
            return Ok(());
        }
        match self.asked {
            Some(asked) if asked.elapsed() > self.keepalive * 2 => {
                Err(TransportError::new(ErrorKind::Lost, format!("no sign of life from the host for {} s", self.heard.elapsed().as_secs())))
            }
            // Only over a free line: a keepalive that is sent in part could not be finished before the next packet.
            None if self.established && self.heard.elapsed() > self.keepalive && !awaited.contains(PollFlags::OUT) && self.writable() => {
                self.asked = Some(Instant::now());
                self.session.keepalive_send().map(drop).map_err(|error| lost(&error))
            }
            _ => Ok(()),
        }
    }

    /// Is there room for a small packet?
    pub(crate) fn writable(&self) -> bool {
        socket::ready(&*self.socket, PollFlags::OUT, Duration::ZERO).contains(PollFlags::OUT)
    }

    /// Opens a channel for a command or a subsystem. A host that allows few of them gets its idle shells back first.
    pub(crate) fn open_channel(&mut self, control: &Control) -> Result<Channel, TransportError> {
        let mut refusals = 0;
        loop {
            let opened = self.drive(control, |session| session.channel_open("session", WINDOW, PACKET, None))?;
            match opened.map_err(|error| refused(&error, "the host opens no channel")) {
                Err(error) if error.kind == ErrorKind::Remote && refusals < REFUSALS => refusals += 1,
                result => return result,
            }
            for (_, mut shell) in std::mem::take(&mut self.shells) {
                self.drive(control, |_| shell.close())?.map_err(|error| lost(&error))?;
                self.drive(control, |_| shell.wait_close())?.map_err(|error| lost(&error))?;
            }
            // sshd counts a channel for a moment after it has heard of its end.
            std::thread::sleep(SETTLE);
        }
    }

    /// Is an idle shell of this command there?
    pub(crate) fn has_shell(&self, command: &str) -> bool {
        self.shells.contains_key(command)
    }

    /// Takes an idle shell.
    pub(crate) fn take_shell(&mut self, command: &str) -> Option<Channel> {
        self.shells.remove(command)
    }

    /// Keeps a shell for the next call.
    pub(crate) fn keep_shell(&mut self, command: &str, channel: Channel) {
        self.shells.insert(command.to_owned(), channel);
    }

    /// The session itself.
    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    /// The socket, for waiting on several.
    pub(crate) fn socket(&self) -> &OwnedFd {
        &self.socket
    }

    /// How long the first round trip took.
    pub(crate) fn round_trip(&self) -> Duration {
        self.round_trip
    }

    /// Called before an idle session is used again. `false`: the host closed it meanwhile.
    pub(crate) fn wake(&mut self) -> bool {
        self.heard = Instant::now();
        self.asked = None;
        let mut byte = [0_u8; 1];
        match rustix::net::recv(&*self.socket, &mut byte[..], rustix::net::RecvFlags::PEEK | rustix::net::RecvFlags::DONTWAIT) {
            Ok((_, 0)) => false,
            Ok(_) | Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => true,
            Err(_) => false,
        }
    }

    /// Lets the destructor of something that belongs to the session take its time, in milliseconds.
    pub(crate) fn with_time(&self, limit: u32, run: impl FnOnce()) {
        self.session.set_timeout(limit);
        run();
        self.session.set_timeout(DROP_LIMIT);
    }

    /// Cuts the line. Destructors of channels and files talk to the host, in blocking mode even; over a cut line and with a
    /// time limit of a millisecond they end at once. What libssh2 cannot free in that state, a few buffers, is lost.
    pub(crate) fn abandon(&self) {
        let _ = rustix::net::shutdown(&*self.socket, rustix::net::Shutdown::Both);
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.abandon();
    }
}

/// Runs one phase of the connection within its own time limit, which is a property of the host and no wish of the caller.
pub(crate) fn within<T>(
    control: &Control,
    limit: Duration,
    what: impl FnOnce() -> String,
    phase: impl FnOnce(&Control) -> Result<T, TransportError>,
) -> Result<T, TransportError> {
    phase(&control.at_most(limit)).map_err(|error| match (error.kind, control.check()) {
        (ErrorKind::TimedOut, Ok(())) => TransportError::new(ErrorKind::Unreachable, format!("{} within {} s", what(), limit.as_secs())),
        (ErrorKind::TimedOut, Err(over)) if over.kind == ErrorKind::TimedOut => {
            TransportError::new(over.kind, format!("{} in time", what()))
        }
        _ => error,
    })
}

/// libssh2's error number, when the error is not one of SFTP's.
pub(crate) fn number(error: &ssh2::Error) -> Option<i32> {
    match error.code() {
        ErrorCode::Session(number) => Some(number),
        ErrorCode::SFTP(_) => None,
    }
}

/// Did the connection break?
pub(crate) fn is_lost(error: &ssh2::Error) -> bool {
    matches!(number(error), Some(code::SOCKET_SEND | code::SOCKET_DISCONNECT | code::SOCKET_RECV | code::BAD_SOCKET))
}

/// The connection broke.
pub(crate) fn lost(error: &ssh2::Error) -> TransportError {
    TransportError::new(ErrorKind::Lost, format!("the connection broke: {}", error.message()))
}

/// The host said no, or the connection broke.
pub(crate) fn refused(error: &ssh2::Error, what: &str) -> TransportError {
    if is_lost(error) { lost(error) } else { TransportError::new(ErrorKind::Remote, format!("{what}: {}", error.message())) }
}

/// An error of a read or write on a channel: the connection broke.
pub(crate) fn broken(error: &io::Error) -> TransportError {
    TransportError::new(ErrorKind::Lost, format!("the connection broke: {error}"))
}

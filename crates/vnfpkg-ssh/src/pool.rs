//! The sessions of one host: opened on demand, kept for the whole run, one caller each.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ssh2::Channel;
use vnfpkg_transport::{Control, ErrorKind, TransportError};

use crate::connection::{Connection, within};
use crate::route::Hop;
use crate::transport::Shared;
use crate::{exec, jump, socket};

/// Further attempts when a busy sshd drops a connection (MaxStartups) although others to the same host work.
const REDIALS: u32 = 5;

/// The sessions of one host.
pub(crate) struct Pool {
    route: Result<Vec<Hop>, TransportError>,
    shared: Arc<Shared>,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Connection>,
    /// Idle, in use or being set up.
    open: usize,
    /// Did a connection ever work?
    worked: bool,
    /// Counts the calls of `close`: a session from before is not kept.
    era: u64,
}

impl Pool {
    pub(crate) fn new(route: Result<Vec<Hop>, TransportError>, shared: Arc<Shared>) -> Self {
        Self { route, shared, state: Mutex::default(), freed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes sure that there is a session, with one attempt.
    pub(crate) fn connect(&self, control: &Control) -> Result<(), TransportError> {
        let mut place = self.place(control)?;
        if place.connection.is_none() {
            place.connection = Some(self.open(control)?);
        }
        place.keep = true;
        Ok(())
    }

    /// A session, idle or new. Waits when the host has as many as it may.
    pub(crate) fn session(&self, control: &Control) -> Result<Lease<'_>, TransportError> {
        self.fill(self.place(control)?, control)
    }

    /// A session beside the one that the caller has; `None` when there may be no more.
    pub(crate) fn extra(&self, control: &Control) -> Option<Lease<'_>> {
        let place = self.try_place(&mut self.state())?;
        self.fill(place, control).ok()
    }

    /// A session with a channel opened on it. A session that died while it was idle is replaced: nothing ran on it yet.
    pub(crate) fn channel(&self, control: &Control) -> Result<(Lease<'_>, Channel), TransportError> {
        loop {
            let place = self.place(control)?;
            let reused = place.connection.is_some();
            let mut lease = self.fill(place, control)?;
            match lease.open_channel(control) {
                Ok(channel) => return Ok((lease, channel)),
                Err(error) if reused && error.kind == ErrorKind::Lost => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// A shell with its session, and whether it was idle: else it was started just now.
    pub(crate) fn shell(&self, command: &str, control: &Control) -> Result<(Lease<'_>, Channel, bool), TransportError> {
        {
            let mut state = self.state();
            // What is taken next is at the end.
            if let Some(at) = state.idle.iter().rposition(|connection| connection.has_shell(command)) {
                let connection = state.idle.remove(at);
                state.idle.push(connection);
            }
        }
        loop {
            let place = self.place(control)?;
            let reused = place.connection.is_some();
            let mut lease = self.fill(place, control)?;
            if let Some(shell) = lease.take_shell(command) {
                return Ok((lease, shell, true));
            }
            // A session that died while it was idle is replaced: nothing ran on it yet.
            match exec::start(&mut lease, command, control) {
                Err(error) if reused && error.kind == ErrorKind::Lost => {}
                result => return result.map(|shell| (lease, shell, false)),
            }
        }
    }

    /// Drops all sessions; those in use are dropped when they come back.
    pub(crate) fn close(&self) {
        let idle = {
            let mut state = self.state();
            state.era += 1;
            state.open -= state.idle.len();
            std::mem::take(&mut state.idle)
        };
        drop(idle);
        self.freed.notify_all();
    }

    fn place(&self, control: &Control) -> Result<Place<'_>, TransportError> {
        let mut state = self.state();
        loop {
            control.check()?;
            if let Some(place) = self.try_place(&mut state) {
                return Ok(place);
            }
            state = self.freed.wait_timeout(state, socket::SLICE).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn try_place(&self, state: &mut State) -> Option<Place<'_>> {
        while let Some(mut connection) = state.idle.pop() {
            if connection.wake() {
                return Some(Place { pool: self, connection: Some(connection), keep: false, era: state.era });
            }
            state.open -= 1;
        }
        if state.open >= self.shared.options.max_sessions.max(1) {
            return None;
        }
        state.open += 1;
        Some(Place { pool: self, connection: None, keep: false, era: state.era })
    }

    fn fill<'a>(&'a self, mut place: Place<'a>, control: &Control) -> Result<Lease<'a>, TransportError> {
        let connection = match place.connection.take() {
            Some(connection) => connection,
            None => self.open_again(control)?,
        };
        Ok(Lease { connection: Some(connection), place })
    }

    /// Opens a session; tries again when the host is known to work.
    fn open_again(&self, control: &Control) -> Result<Connection, TransportError> {
        let mut attempt = 0;
        loop {
            match self.open(control) {
                Err(error) if error.kind == ErrorKind::Unreachable && self.state().worked && attempt < REDIALS => attempt += 1,
                result => return result,
            }
            pause(Duration::from_millis(50) * 2_u32.pow(attempt), control)?;
        }
    }

    /// What all hosts share.
    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    fn open(&self, control: &Control) -> Result<Connection, TransportError> {
        let route = self.route.as_ref().map_err(Clone::clone)?;
        let _permit = self.shared.connects.acquire(control)?;
        let connection = connect(route, &self.shared, control)?;
        self.state().worked = true;
        Ok(connection)
    }
}

/// Connects hop by hop.
fn connect(route: &[Hop], shared: &Shared, control: &Control) -> Result<Connection, TransportError> {
    let (first, rest) = route.split_first().ok_or_else(|| TransportError::new(ErrorKind::Unsupported, "a route without a host"))?;
    let options = &shared.options;
    let dialled = within(
        control,
        options.connect_limit,
        || format!("no answer from {first}"),
        |control| socket::dial(&first.address, first.port, options.keepalive, control),
    )?;
    let mut connection = Connection::establish(dialled, first, shared, control)?;
    for hop in rest {
        let dialled = within(
            control,
            options.connect_limit,
            || format!("the jump host reaches no {hop}"),
            |control| jump::tunnel(connection, hop, control),
        )?;
        connection = Connection::establish(dialled, hop, shared, control)?;
    }
    Ok(connection)
}

fn pause(time: Duration, control: &Control) -> Result<(), TransportError> {
    let waiting = control.at_most(time);
    loop {
        control.check()?;
        match waiting.remaining() {
            Some(Duration::ZERO) | None => return Ok(()),
            Some(left) => std::thread::sleep(left.min(socket::SLICE)),
        }
    }
}

/// One of the sessions that a host may have; given back when dropped.
struct Place<'a> {
    pool: &'a Pool,
    connection: Option<Connection>,
    keep: bool,
    era: u64,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.pool.state();
        let connection = self.connection.take();
        let surplus = match connection {
            Some(connection) if self.keep && self.era == state.era => {
                state.idle.push(connection);
                None
            }
            other => {
                state.open -= 1;
                other
            }
        };
        drop(state);
        drop(surplus);
        self.pool.freed.notify_one();
    }
}

/// A session in use. It is dropped afterwards unless the caller says that it may be kept: whatever ended early leaves it in
/// an unknown state.
pub(crate) struct Lease<'a> {
    connection: Option<Connection>,
    place: Place<'a>,
}

impl Lease<'_> {
    /// Everything ended as it should: the session can be used again.
    pub(crate) fn keep(mut self) {
        self.place.connection = self.connection.take();
        self.place.keep = true;
    }
}

impl Deref for Lease<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("only `keep` takes it")
    }
}

impl DerefMut for Lease<'_> {
    fn deref_mut(&mut self) -> &mut Connection {
        self.connection.as_mut().expect("only `keep` takes it")
    }
}

/// How many may do something at the same time.
pub(crate) struct Permits {
    state: Mutex<PermitState>,
    freed: Condvar,
}

struct PermitState {
    free: usize,
    waiting: usize,
}

impl Permits {
    pub(crate) fn new(count: usize) -> Self {
        Self { state: Mutex::new(PermitState { free: count.max(1), waiting: 0 }), freed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, PermitState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a permit.
    pub(crate) fn acquire(&self, control: &Control) -> Result<Permit<'_>, TransportError> {
        let mut state = self.state();
        state.waiting += 1;
        let mut stopped = Ok(());
        while state.free == 0 && stopped.is_ok() {
            state = self.freed.wait_timeout(state, socket::SLICE).unwrap_or_else(PoisonError::into_inner).0;
            stopped = control.check();
        }
        state.waiting -= 1;
        stopped?;
        state.free -= 1;
        Ok(Permit { permits: self })
    }

    /// A permit that nobody waits for.
    pub(crate) fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut state = self.state();
        if state.free <= state.waiting {
            return None;
        }
        state.free -= 1;
        Some(Permit { permits: self })
    }
}

/// Given back when dropped.
pub(crate) struct Permit<'a> {
    permits: &'a Permits,
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.permits.state().free += 1;
        self.permits.freed.notify_one();
    }
}

//! Hosts and their connections.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use secrecy::SecretString;
use vnfpkg_transport::{Control, ErrorKind, Host, Sudo, TransportError};

use super::core::{Core, jitter};
use super::emit::Halt;
use crate::events::{EventKind, Failure, HostFault, Phase};
use crate::supervise::Remote;

/// One host of the plan.
pub(super) struct HostSlot {
    pub(super) name: String,
    pub(super) host: Arc<dyn Host>,
    sudo: Sudo,
    link: Mutex<Link>,
}

/// The way to a host.
#[derive(Debug, Clone)]
pub(super) enum Link {
    /// Not tried yet.
    Idle,
    /// Somebody tries.
    Trying,
    /// Connected once; transports reconnect by themselves.
    Up,
    /// Given up.
    Failed(Failure),
}

/// cloud-init may make the login user when sshd is long up, so a refused login is tried again: so often, and for as long as
/// the host is waited for when it was seen to boot. More would lock the user out where passwords are counted.
const REFUSALS: u32 = 3;
/// The pause doubles up to this.
const MAX_LOGIN_PAUSE: Duration = Duration::from_secs(60);
/// One try may take so long.
const TRY_LIMIT: Duration = Duration::from_secs(30);

impl HostSlot {
    pub(super) fn new(name: String, host: Arc<dyn Host>, sudo: Sudo) -> Self {
        Self { name, host, sudo, link: Mutex::new(Link::Idle) }
    }

    /// The host as the login user or as root sees it.
    pub(super) fn remote<'s>(&'s self, run: &'s str, as_root: bool) -> Remote<'s> {
        let root: Option<Option<&SecretString>> = match &self.sudo {
            _ if !as_root => None,
            Sudo::Root => None,
            Sudo::NoPassword => Some(None),
            Sudo::Password(password) => Some(Some(password)),
        };
        Remote { host: &*self.host, run, root }
    }

    pub(super) fn link(&self) -> MutexGuard<'_, Link> {
        self.link.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Core<'_> {
    /// Tries a host until it answers, refuses, or its time is up. Leaves the link `Up`, `Failed`, or `Idle` when cancelled.
    pub(super) fn connect(&self, index: usize) -> Result<(), Halt> {
        let slot = &self.slots[index];
        let link = match self.reach(slot, self.options.connect_wait) {
            Ok(()) => {
                self.emitter.show(EventKind::HostConnected { host: slot.name.clone() });
                Link::Up
            }
            Err(error) if self.stop.is_cancelled() || error.kind == ErrorKind::Cancelled => Link::Idle,
            Err(error) => Link::Failed(self.give_up(slot, &error)?),
        };
        *slot.link() = link;
        Ok(())
    }

    /// After a loss: the same within the limit for lost hosts. The error is the last try's.
    pub(super) fn reconnect(&self, slot: &HostSlot, error: &TransportError) -> Result<Result<(), TransportError>, Halt> {
        self.emitter.emit(EventKind::HostLost { host: slot.name.clone(), message: self.masker.mask(&error.message) })?;
        if let Link::Failed(failure) = &*slot.link() {
            return Ok(Err(TransportError::new(ErrorKind::Unreachable, failure.message.clone())));
        }
        match self.reach(slot, self.options.reconnect_wait) {
            Ok(()) => {
                self.emitter.show(EventKind::HostConnected { host: slot.name.clone() });
                Ok(Ok(()))
            }
            Err(error) => {
                if !self.stop.is_cancelled() && error.kind != ErrorKind::Cancelled {
                    let failure = self.give_up(slot, &error)?;
                    *slot.link() = Link::Failed(failure);
                }
                Ok(Err(error))
            }
        }
    }

    fn reach(&self, slot: &HostSlot, limit: Duration) -> Result<(), TransportError> {
        let end = Instant::now() + limit;
        let mut pause = Duration::from_millis(250);
        let (mut tries, mut refusals, mut boots) = (0, 0, false);
        loop {
            tries += 1;
            self.emitter.show(EventKind::HostConnecting { host: slot.name.clone(), tries });
            let left = end.saturating_duration_since(Instant::now());
            let control = Control::within(&self.stop.cancel, TRY_LIMIT.min(left.max(Duration::from_secs(1))));
            let error = match slot.host.connect(&control) {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            let pause_now = match error.kind {
                ErrorKind::Unreachable | ErrorKind::Lost | ErrorKind::TimedOut => {
                    boots = true;
                    let now = pause;
                    pause = (pause * 2).min(Duration::from_secs(10));
                    jitter(now)
                }
                ErrorKind::Auth if boots || refusals < REFUSALS => {
                    refusals += 1;
                    (self.options.login_pause * 2_u32.pow(refusals.min(5) - 1)).min(MAX_LOGIN_PAUSE)
                }
                _ => return Err(error),
            };
            if self.check_time() || Instant::now() + pause_now >= end {
                return Err(error);
            }
            if error.kind == ErrorKind::Auth {
                let message = self.masker.mask(&error.message);
                let delay_ms = u64::try_from(pause_now.as_millis()).unwrap_or(u64::MAX);
                self.emitter.show(EventKind::LoginRefused { host: slot.name.clone(), message, delay_ms });
            }
            if !self.pause(pause_now) {
                return Err(error);
            }
        }
    }

    fn give_up(&self, slot: &HostSlot, error: &TransportError) -> Result<Failure, Halt> {
        let kind = match error.kind {
            ErrorKind::Auth | ErrorKind::NoCredentials => HostFault::Auth,
            ErrorKind::HostKey => HostFault::HostKey,
            _ => HostFault::Unreachable,
        };
        let message = self.masker.mask(&error.message);
        let help = error.help.clone();
        self.emitter.emit(EventKind::HostFailed { host: slot.name.clone(), kind, message: message.clone(), help: help.clone() })?;
        Ok(Failure { phase: Phase::Prepare, exit: None, host: true, message: format!("{kind}: {message}"), help, tail: Vec::new() })
    }
}

//! Stopping a call from outside.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::error::{ErrorKind, TransportError};

/// A flag that says: stop. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct CancelToken {
    flag: Arc<AtomicBool>,
}

impl CancelToken {
    /// A token that nobody has cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks everybody who holds a clone to stop.
    pub fn cancel(&self) {
        self.flag.store(true, Ordering::SeqCst);
    }

    /// Was [`cancel`](Self::cancel) called?
    pub fn is_cancelled(&self) -> bool {
        self.flag.load(Ordering::SeqCst)
    }
}

/// When a call has to stop: at a deadline or when cancelled. Implementations look at it at least every 100 ms.
#[derive(Debug, Clone, Default)]
pub struct Control {
    /// Cancelled from outside.
    pub cancel: CancelToken,
    /// No later than this.
    pub deadline: Option<Instant>,
}

impl Control {
    /// Stops when the token is cancelled, and after `limit`.
    pub fn within(cancel: &CancelToken, limit: Duration) -> Self {
        Self { cancel: cancel.clone(), deadline: Instant::now().checked_add(limit) }
    }

    /// The same cancel token with the earlier of both deadlines.
    #[must_use]
    pub fn at_most(&self, limit: Duration) -> Self {
        let end = Instant::now().checked_add(limit);
        let deadline = match (self.deadline, end) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Self { cancel: self.cancel.clone(), deadline }
    }

    /// Time left; `None` without a deadline.
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// An error when it is time to stop.
    ///
    /// # Errors
    /// [`ErrorKind::Cancelled`] or [`ErrorKind::TimedOut`].
    pub fn check(&self) -> Result<(), TransportError> {
        if self.cancel.is_cancelled() {
            return Err(TransportError::new(ErrorKind::Cancelled, "cancelled"));
        }
        if self.remaining() == Some(Duration::ZERO) {
            return Err(TransportError::new(ErrorKind::TimedOut, "time limit reached"));
        }
        Ok(())
    }
}

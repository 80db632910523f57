//! Ctrl-C: the first one ends the run in good order, the second one at once.

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use vnfpkg_run::Stop;

use crate::exit::{Exit, Failure};

/// A stop that signals reach.
pub(crate) fn stop_on_signals() -> Result<Stop, Failure> {
    let stop = Stop::new();
    let mut signals = Signals::new([SIGINT, SIGTERM]).map_err(|error| Failure::new(Exit::Bug, format!("cannot catch signals: {error}")))?;
    let reached = stop.clone();
    std::thread::spawn(move || {
        let mut count = 0;
        for _ in signals.forever() {
            count += 1;
            if count == 1 { reached.cancel() } else { reached.abandon() }
        }
    });
    Ok(stop)
}

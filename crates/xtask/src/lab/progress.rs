//! Progress lines on standard error, so that one sees what is installed and how long it takes.

use std::io::Write;
use std::time::Instant;

/// Writes one line, `lab: ...`. A closed standard error is not an error of the lab.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "lab: {text}");
}

/// Announces a piece of work of some length, runs it and tells how long it took.
pub(crate) fn timed<T, E>(what: &str, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    say(&format!("{what} ..."));
    let started = Instant::now();
    let result = work();
    let outcome = if result.is_ok() { "done" } else { "failed" };
    say(&format!("{what}: {outcome} after {:.1} s", started.elapsed().as_secs_f64()));
    result
}

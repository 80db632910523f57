//! One run of a program: how long, how much processor, how much memory.

use std::fs::{self, File};
use std::io;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
use xtask::lab::LabError;
use xtask::product::ProductError;

/// Why there is no figure.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BenchError {
    /// The lab's part of it.
    #[error(transparent)]
    Lab(#[from] LabError),
    /// The product's part of it.
    #[error(transparent)]
    Product(#[from] ProductError),
    /// Something with files or processes of ours.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// What happened.
        source: io::Error,
    },
    /// A program did not do what it has to do.
    #[error("{what}: {detail}")]
    Unexpected {
        /// What was tried.
        what: String,
        /// What came of it.
        detail: String,
    },
}

impl BenchError {
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }

    pub(crate) fn unexpected(what: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Unexpected { what: what.into(), detail: detail.into() }
    }
}

/// What a run took.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Usage {
    /// From start to end.
    pub(crate) wall: Duration,
    /// User and system time of the process and all its descendants that were waited for, in ticks of 10 ms.
    pub(crate) cpu: Duration,
    /// The most that the process and its descendants had in memory at once, in bytes; shared pages count once. Looked at
    /// every few milliseconds.
    pub(crate) peak: u64,
    /// Bytes that the process itself read from files and pipes; what comes over sockets does not count.
    pub(crate) read: u64,
}

/// Ticks per second of `/proc/PID/stat`, the same on every Linux.
const TICKS: u64 = 100;
const LOOK: Duration = Duration::from_millis(15);
/// Looking at memory takes time that the program lacks: at most one part in so many.
const SHARE: u32 = 30;
/// No benchmark waits longer than this for one run of a program.
const LIMIT: Duration = Duration::from_secs(1800);
const TAIL: usize = 15;

/// Runs a program to its end; an exit status other than `code` is an error with its last words.
///
/// # Errors
/// [`BenchError`].
pub(crate) fn measure(what: &str, command: &mut Command, code: i32) -> Result<Usage, BenchError> {
    let words = tempfile::NamedTempFile::new().map_err(BenchError::io("a temporary file"))?;
    let open = || File::options().append(true).open(words.path()).map_err(BenchError::io("a temporary file"));
    command.stdin(Stdio::null()).stdout(open()?).stderr(open()?);
    let started = Instant::now();
    let mut child = command.spawn().map_err(BenchError::io(what))?;
    let pid = child.id();
    let over = AtomicBool::new(false);
    let peak = AtomicU64::new(0);
    let (wall, (cpu, read)) = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                let look = Instant::now();
                peak.fetch_max(memory(pid), Ordering::Relaxed);
                std::thread::sleep(LOOK.max(look.elapsed() * SHARE).min(Duration::from_secs(1)));
                if started.elapsed() > LIMIT {
                    family(pid).into_iter().for_each(kill);
                }
            }
        });
        // It stays as a zombie, whose times can be read, until it is waited for.
        let wait = Pid::from_raw(pid.cast_signed()).map(|pid| waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT));
        // The thread that looks at the memory is asleep still; its rest is no time of the program.
        let wall = started.elapsed();
        over.store(true, Ordering::Relaxed);
        (wall, wait.map(|_| (cpu(pid), read(pid))).unwrap_or_default())
    });
    let status = child.wait().map_err(BenchError::io(what))?;
    if status.code() != Some(code) {
        let text = fs::read_to_string(words.path()).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let status = if wall > LIMIT { format!("killed after {} s", LIMIT.as_secs()) } else { status.to_string() };
        return Err(BenchError::unexpected(what, format!("{status}\n{}", lines[lines.len().saturating_sub(TAIL)..].join("\n"))));
    }
    Ok(Usage { wall, cpu, peak: peak.into_inner(), read })
}

/// An error as a cell of a table: its first and its last line.
pub(crate) fn brief(error: &BenchError) -> String {
    let text = error.to_string();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let last = lines.next_back().map(|line| format!(": {line}")).unwrap_or_default();
    format!("{first}{last}").replace('|', "\\|").chars().take(200).collect()
}

/// The run whose wall time is the median.
pub(crate) fn median(mut runs: Vec<Usage>) -> Usage {
    runs.sort_by_key(|run| run.wall);
    let middle = runs.len() / 2;
    runs.get(middle).copied().unwrap_or_default()
}

/// User and system time of a process that has ended, with its children.
fn cpu(pid: u32) -> Duration {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    // utime, stime, cutime, cstime are fields 14 to 17; the first one behind the name is field 3.
    let ticks: u64 = fields.split_whitespace().skip(11).take(4).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 1000 / TICKS)
}

/// Bytes that a process that has ended read.
fn read(pid: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{pid}/io")).unwrap_or_default();
    text.lines().find_map(|line| line.strip_prefix("rchar: ")?.parse().ok()).unwrap_or_default()
}

/// Memory of a process and its descendants.
pub(crate) fn memory(pid: u32) -> u64 {
    let pss = |pid| {
        let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        text.lines().find_map(|line| line.strip_prefix("Pss:")?.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or_default()
    };
    family(pid).into_iter().map(pss).sum::<u64>() * 1024
}

/// A process and its descendants.
fn family(pid: u32) -> Vec<u32> {
    let mut all = vec![pid];
    let mut at = 0;
    while let Some(pid) = all.get(at) {
        let tasks = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().filter_map(Result::ok);
        let children: Vec<String> = tasks.map(|task| fs::read_to_string(task.path().join("children")).unwrap_or_default()).collect();
        all.extend(children.iter().flat_map(|list| list.split_whitespace()).filter_map(|pid| pid.parse::<u32>().ok()));
        at += 1;
    }
    all
}

fn kill(pid: u32) {
    if let Some(pid) = Pid::from_raw(pid.cast_signed()) {
        let _ = kill_process(pid, Signal::KILL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_child_is_seen() {
        let mut command = Command::new("sh");
        command.args(["-c", "(i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done); sleep 0.1"]);
        let usage = measure("a busy shell", &mut command, 0).expect("runs");
        assert!(usage.cpu >= Duration::from_millis(10), "{usage:?}");
        assert!(usage.wall >= Duration::from_millis(100), "{usage:?}");
        assert!(usage.peak > 100 * 1024, "{usage:?}");
    }

    #[test]
    fn what_a_program_reads_is_counted() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        fs::write(file.path(), vec![0; 3 << 20]).expect("written");
        let usage = measure("reading", Command::new("cat").arg(file.path()), 0).expect("runs");
        assert!((3 << 20..4 << 20).contains(&usage.read), "{usage:?}");
    }

    #[test]
    fn a_failure_tells_the_last_words() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo first; echo last >&2; exit 3"]);
        let error = measure("trying", &mut command, 0).expect_err("fails").to_string();
        assert!(error.contains("exit status: 3") && error.ends_with("first\nlast"), "{error}");
    }

    #[test]
    fn the_median_is_the_middle_run() {
        let run = |millis| Usage { wall: Duration::from_millis(millis), ..Usage::default() };
        assert_eq!(median(vec![run(9), run(1), run(5)]).wall, Duration::from_millis(5));
    }
}

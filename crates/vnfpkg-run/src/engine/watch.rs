//! Runs one supervised attempt to its end, over lost connections, time limits and cancels.

use std::time::Duration;

use vnfpkg_transport::ErrorKind;

use super::core::Core;
use super::emit::Halt;
use crate::events::{EventKind, Failure, Phase};
use crate::logs::TaskLog;
use crate::supervise::{Attempt, EndResult, Ended, OutputError, Reply, read_outputs};

/// What became of an attempt.
pub(super) enum Outcome {
    /// It ended well; what it wrote to `$VNFPKG_OUTPUT`.
    Good {
        /// It did something.
        changed: bool,
        /// The raw outputs.
        outputs: Vec<u8>,
    },
    /// There is something to do, and nothing was done.
    Pending,
    /// It failed.
    Failed(Failure),
    /// The host lost it; another attempt may do.
    Again(String),
    /// The host is lost; nobody knows.
    Interrupted(String),
    /// It was stopped.
    Cancelled {
        /// For sure.
        confirmed: bool,
    },
}

/// Ending an attempt may take so long, connecting again included.
const END_LIMIT: Duration = Duration::from_secs(90);

impl Core<'_> {
    /// Runs an attempt on the task's host.
    pub(super) fn supervise(&self, index: usize, attempt: &Attempt, log: &mut TaskLog) -> Result<Outcome, Halt> {
        let task = self.task(index);
        let slot = &self.slots[task.host];
        let remote = slot.remote(self.emitter.run.as_str(), task.root);
        let before = log.seen();
        loop {
            let seen = log.seen();
            let have = (seen.0 - before.0, seen.1 - before.1);
            let reply = remote.start(attempt, have, &self.control(), &mut |stream, bytes| {
                log.feed(stream, bytes, &mut |stream, line| self.line(index, stream, line));
            });
            let error = match reply {
                Ok(reply) => return Ok(self.outcome(reply, index, log)),
                Err(error) => error,
            };
            match error.kind {
                ErrorKind::Lost | ErrorKind::Unreachable => match self.reconnect(slot, &error)? {
                    Ok(()) => self.phase(index, Phase::Attach),
                    Err(_) if self.stop.is_cancelled() => return self.end(index, attempt, log),
                    Err(error) => return Ok(Outcome::Interrupted(self.masker.mask(&error.message))),
                },
                ErrorKind::Cancelled | ErrorKind::TimedOut => {
                    self.check_time();
                    let cancelled = self.stop.is_cancelled();
                    return Ok(match self.end(index, attempt, log)? {
                        // The limit on the host did not fire: the host is in trouble.
                        Outcome::Cancelled { confirmed } if !cancelled => Outcome::Failed(timed_out(attempt, confirmed, log)),
                        outcome => outcome,
                    });
                }
                _ => {
                    return Ok(Outcome::Failed(Failure {
                        phase: Phase::Run,
                        exit: None,
                        host: false,
                        message: self.masker.mask(&error.message),
                        help: error.help,
                        tail: log.tail(),
                    }));
                }
            }
        }
    }

    /// Shows a line of output.
    pub(super) fn line(&self, index: usize, stream: vnfpkg_transport::Stream, line: &str) {
        self.emitter.show(EventKind::TaskOutput {
            task: self.task(index).id.clone(),
            host: self.host_name(index),
            stream,
            line: line.to_owned(),
        });
    }

    /// Ends an attempt on the host and says what is known of it.
    fn end(&self, index: usize, attempt: &Attempt, log: &mut TaskLog) -> Result<Outcome, Halt> {
        let task = self.task(index);
        let slot = &self.slots[task.host];
        let remote = slot.remote(self.emitter.run.as_str(), task.root);
        let control = self.last_control(END_LIMIT);
        loop {
            if self.stop.is_abandoned() {
                return Err(Halt::Abandoned);
            }
            match remote.kill(&attempt.name, &control) {
                Ok(Reply::Ended(Ended { result: EndResult::Cancelled, confirmed, .. })) => return Ok(Outcome::Cancelled { confirmed }),
                Ok(Reply::Ended(ended)) => return Ok(self.outcome(Reply::Ended(ended), index, log)),
                Ok(Reply::NotStarted | Reply::Dead) => return Ok(Outcome::Cancelled { confirmed: true }),
                Err(error) if error.is_transient() && control.check().is_ok() => {
                    std::thread::sleep(Duration::from_millis(250));
                }
                Ok(Reply::Refused(_)) | Err(_) => {
                    if self.stop.is_abandoned() {
                        return Err(Halt::Abandoned);
                    }
                    return Ok(Outcome::Cancelled { confirmed: false });
                }
            }
        }
    }

    /// Masks the secrets among the outputs from now on. False when nobody can tell which they are.
    fn learn_secrets(&self, index: usize, raw: &[u8]) -> bool {
        let outputs = &self.task(index).outputs;
        let secret = |name: &str| outputs.iter().any(|output| output.secret && output.name == name);
        let read = read_outputs(raw, &mut |name, value| {
            if secret(name) {
                self.masker.register(&value);
            }
        });
        !matches!(read, Err(OutputError::TooLong | OutputError::NotText))
    }

    fn outcome(&self, reply: Reply, index: usize, log: &mut TaskLog) -> Outcome {
        if let Reply::Ended(ended) = &reply
            && !self.learn_secrets(index, &ended.outputs)
        {
            log.discard_held();
        }
        log.finish(&mut |stream, line| self.line(index, stream, line));
        let ended = match reply {
            Reply::Ended(ended) => ended,
            Reply::NotStarted => return Outcome::Again("it could not be started in time".to_owned()),
            Reply::Dead => return Outcome::Again("its processes are gone without a result, as after a restart of the host".to_owned()),
            Reply::Refused(text) => {
                return Outcome::Failed(Failure {
                    phase: Phase::Prepare,
                    exit: None,
                    host: false,
                    message: format!("the host could not start it: {}", self.masker.mask(&crate::text::printable(text.as_bytes()))),
                    help: refusal_help(&text),
                    tail: log.tail(),
                });
            }
        };
        let phase = match ended.phase.as_str() {
            "probe" => Phase::Probe,
            "verify" => Phase::Verify,
            _ => Phase::Run,
        };
        match ended.result {
            EndResult::Changed => Outcome::Good { changed: true, outputs: ended.outputs },
            EndResult::Unchanged => Outcome::Good { changed: false, outputs: ended.outputs },
            EndResult::Pending => Outcome::Pending,
            EndResult::Cancelled => Outcome::Again("it had been cancelled".to_owned()),
            EndResult::TimedOut => {
                let limit = Duration::from_millis(self.task(index).timeout_ms);
                Outcome::Failed(Failure { phase, ..timed_out_after(limit, ended.confirmed, log) })
            }
            EndResult::Failed => Outcome::Failed(Failure {
                phase,
                exit: Some(ended.code),
                host: false,
                message: ended_with(phase, ended.code),
                help: None,
                tail: log.tail(),
            }),
        }
    }
}

fn timed_out(attempt: &Attempt, confirmed: bool, log: &TaskLog) -> Failure {
    timed_out_after(attempt.timeout, confirmed, log)
}

fn timed_out_after(limit: Duration, confirmed: bool, log: &TaskLog) -> Failure {
    let processes = if confirmed { "its processes were ended" } else { "its processes may still run" };
    Failure {
        phase: Phase::Run,
        exit: None,
        host: false,
        message: format!("the time limit of {:.0} s passed; {processes}", limit.as_secs_f64()),
        help: Some("raise the step's `timeout` if it needs longer".to_owned()),
        tail: log.tail(),
    }
}

fn ended_with(phase: Phase, code: i32) -> String {
    let what = match phase {
        Phase::Probe => "the probe",
        Phase::Verify => "the verification",
        _ => "the script",
    };
    match code {
        126 => format!("{what} cannot be executed (status 126)"),
        127 => format!("{what} calls a command that is not there (status 127)"),
        129..=192 => format!("{what} was ended by signal {} (status {code})", code - 128),
        _ => format!("{what} ended with status {code}"),
    }
}

fn refusal_help(text: &str) -> Option<String> {
    let help = if text.contains("a password is required") || text.contains("password attempt") || text.contains("Sorry, try again") {
        "sudo wants a password: give the login password of this host, or allow sudo without one"
    } else if text.contains("not allowed to execute") || text.contains("not in the sudoers file") || text.contains("may not run sudo") {
        "`vnfpkg plan --sudoers` prints what sudo has to allow"
    } else if text.contains("No space left") {
        "free some space in the home folder on the host"
    } else if text.contains("sudo: not found") || text.contains("sudo: command not found") {
        "install sudo on the host, or log in as root"
    } else if text.contains("setsid") && text.contains("not found") {
        "the host needs setsid (util-linux or busybox)"
    } else {
        return None;
    };
    Some(help.to_owned())
}

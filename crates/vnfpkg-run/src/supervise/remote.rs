//! One host and one user on it, as the supervisor sees them.

use std::time::Duration;

use secrecy::SecretString;
use vnfpkg_transport::{Control, ErrorKind, Exit, Host, Shell, Stream, TransportError};

use super::frames::Frames;
use super::outputs::LIMIT;
use super::payload::{Attempt, Frame, program, quote};
use super::root::root_shell;

/// How an attempt ended on the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndResult {
    /// The action ran and the verification, if any, is content.
    Changed,
    /// The probe said that nothing is to be done.
    Unchanged,
    /// Only the probe was asked, and there is something to do.
    Pending,
    /// A script failed.
    Failed,
    /// The time limit passed; its processes were ended.
    TimedOut,
    /// Its processes were ended on request.
    Cancelled,
}

/// The result of an attempt.
#[derive(Clone, PartialEq, Eq)]
pub struct Ended {
    /// How.
    pub result: EndResult,
    /// `probe`, `run` or `verify`.
    pub phase: String,
    /// Exit status of the last script; 128 and more is 128 plus the signal's number.
    pub code: i32,
    /// After a time limit or a cancel: is it sure that no process is left?
    pub confirmed: bool,
    /// The content of `$VNFPKG_OUTPUT`.
    pub outputs: Vec<u8>,
}

/// What the supervisor says about an attempt.
#[derive(Clone, PartialEq, Eq)]
pub enum Reply {
    /// It ended.
    Ended(Ended),
    /// It never started and, under this name, never will; for [`Remote::attach`] also: nothing is known of it.
    NotStarted,
    /// It started, and its supervisor is gone without a result: the host rebooted or somebody killed it.
    Dead,
    /// The host could not start it; nothing ran. The text says why, unmasked.
    Refused(String),
}

/// A file on the host.
#[derive(Clone, PartialEq, Eq)]
pub struct RemoteFile {
    /// Permission bits in octal as the host says them; may be empty.
    pub mode: String,
    /// The content, up to the limit asked for.
    pub content: Vec<u8>,
}

/// One user on one host: the login user, or root.
pub struct Remote<'a> {
    /// The host.
    pub host: &'a dyn Host,
    /// The run.
    pub run: &'a str,
    /// How to become root; `None` stays who we are.
    pub root: Option<Option<&'a SecretString>>,
}

/// Reading the result may take this long on top of what the attempt may take.
const END_MARGIN: Duration = Duration::from_secs(45);
/// Ending an attempt: grace, KILL, confirmation, and a slow host.
const KILL_LIMIT: Duration = Duration::from_secs(60);

/// So much of what the host's shell says is kept for an error message.
const COMPLAINT_LIMIT: usize = 4096;

type OnOutput<'o> = &'o mut dyn FnMut(Stream, &[u8]);

impl Remote<'_> {
    /// Starts an attempt and waits for its end, or watches it when it was started before. `have` is how many bytes of both
    /// logs the caller has already.
    ///
    /// # Errors
    /// The transport's: after `Lost`, `TimedOut` and `Cancelled` the attempt may go on.
    pub fn start(&self, attempt: &Attempt, have: (u64, u64), control: &Control, on_output: OnOutput<'_>) -> Result<Reply, TransportError> {
        let files = attempt.files();
        let control = control.at_most(attempt.timeout + END_MARGIN);
        let answer = self.call(&attempt.name, Some(have), &files, "vp_run", LIMIT + 1, &control, on_output)?;
        let begun = answer.frames.begun;
        match answer.into_reply() {
            // Somebody may have killed the shell behind the claim: the folder knows.
            Reply::Refused(text) if begun => match self.attach(&attempt.name, &control)? {
                Reply::NotStarted => Ok(Reply::Refused(text)),
                other => Ok(other),
            },
            reply => Ok(reply),
        }
    }

    /// Waits for the end of an attempt, and takes its result without its logs.
    ///
    /// # Errors
    /// The transport's.
    pub fn attach(&self, name: &str, control: &Control) -> Result<Reply, TransportError> {
        Ok(self.call(name, None, "", "vp_attach", LIMIT + 1, control, &mut |_, _| ())?.into_reply())
    }

    /// Ends an attempt with all its processes.
    ///
    /// # Errors
    /// The transport's: then it is not known whether the processes ended.
    pub fn kill(&self, name: &str, control: &Control) -> Result<Reply, TransportError> {
        Ok(self.call(name, None, "", "vp_kill", LIMIT + 1, &control.at_most(KILL_LIMIT), &mut |_, _| ())?.into_reply())
    }

    /// Reads a file; `None` when there is none.
    ///
    /// # Errors
    /// The transport's, and `Remote` when the host cannot say.
    pub fn read_file(&self, path: &str, limit: usize, control: &Control) -> Result<Option<RemoteFile>, TransportError> {
        let answer = self.call("", None, "", &format!("vp_read {limit} {}", quote(path)), limit, control, &mut |_, _| ())?;
        let words = answer.words()?;
        Ok((words.first().map(String::as_str) == Some("file"))
            .then(|| RemoteFile { mode: words.get(1).cloned().unwrap_or_default(), content: answer.frames.body }))
    }

    /// The SHA-256 of a file in hex; `None` when there is none. The path may be relative to the home folder.
    ///
    /// # Errors
    /// The transport's, and `Remote` when the host cannot say.
    pub fn sha256(&self, path: &str, control: &Control) -> Result<Option<String>, TransportError> {
        let answer = self.call("", None, "", &format!("vp_digest {}", quote(path)), 1024, control, &mut |_, _| ())?;
        let words = answer.words()?;
        let digest = String::from_utf8_lossy(&answer.frames.body).split_whitespace().next().map(str::to_owned);
        Ok(digest.filter(|_| words.first().map(String::as_str) == Some("file")))
    }

    /// Removes the run's folder on the host.
    ///
    /// # Errors
    /// The transport's.
    pub fn clean(&self, control: &Control) -> Result<(), TransportError> {
        self.call("", None, "", "vp_clean", 0, control, &mut |_, _| ())?.words().map(drop)
    }

    /// The command line that starts a shell for the supervisor, and what its standard input begins with.
    fn command(&self) -> (String, String) {
        match self.root {
            None => ("exec sh".to_owned(), String::new()),
            Some(password) => root_shell(password),
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn call(
        &self,
        name: &str,
        have: Option<(u64, u64)>,
        files: &str,
        call: &str,
        body_limit: usize,
        control: &Control,
        on_output: OnOutput<'_>,
    ) -> Result<Answer, TransportError> {
        let nonce = nonce()?;
        let payload = Frame { run: self.run, nonce: &nonce, name, have }.payload(files, call);
        let (command, mut greeting) = self.command();
        greeting.push_str(&program(self.root.is_some()));
        let mut out = Frames::new(&nonce, body_limit);
        let mut err = Frames::new(&nonce, 0);
        let mut said = Vec::new();
        let shell = Shell { command: &command, greeting: greeting.as_bytes() };
        let exit = self.host.converse(&shell, payload.as_bytes(), control, &mut |stream, bytes| {
            match stream {
                Stream::Stdout => out.feed(bytes, &mut |text| on_output(Stream::Stdout, text)),
                Stream::Stderr => err.feed(bytes, &mut |text| {
                    said.extend_from_slice(&text[..text.len().min(COMPLAINT_LIMIT.saturating_sub(said.len()))]);
                    on_output(Stream::Stderr, text);
                }),
            }
            out.over && err.over
        })?;
        let mut complaint = std::mem::take(&mut err.preamble);
        complaint.extend(said);
        Ok(Answer { frames: out, complaint, exit })
    }
}

fn nonce() -> Result<String, TransportError> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| TransportError::new(ErrorKind::Unsupported, format!("no random numbers: {error}")))?;
    Ok(hex::encode(bytes))
}

struct Answer {
    frames: Frames,
    complaint: Vec<u8>,
    /// How the shell ended, when it did.
    exit: Option<Exit>,
}

impl Answer {
    /// The words behind `result`, of a call that cannot have any other answer.
    fn words(&self) -> Result<Vec<String>, TransportError> {
        match self.frames.last.as_deref() {
            Some([first, rest @ ..]) if first == "result" && self.frames.ended => Ok(rest.to_vec()),
            _ => Err(TransportError::new(ErrorKind::Remote, self.complaint())),
        }
    }

    fn complaint(&self) -> String {
        let mut said = String::from_utf8_lossy(&self.complaint).trim().to_owned();
        if said.is_empty() {
            said = String::from_utf8_lossy(&self.frames.preamble).trim().to_owned();
        }
        let how = match &self.exit {
            Some(Exit::Code(code)) => format!("the shell on the host ended with status {code}"),
            Some(Exit::Signal(signal)) => format!("the shell on the host was ended by signal {signal}"),
            None => "the shell on the host could not do it".to_owned(),
        };
        if said.is_empty() { how } else { format!("{how}: {said}") }
    }

    fn into_reply(self) -> Reply {
        let words: Vec<&str> = self.frames.last.iter().flatten().map(String::as_str).collect();
        match words.as_slice() {
            ["result", result, phase, code, confirmed] if self.frames.ended => Reply::Ended(Ended {
                result: match *result {
                    "changed" => EndResult::Changed,
                    "unchanged" => EndResult::Unchanged,
                    "pending" => EndResult::Pending,
                    "timeout" => EndResult::TimedOut,
                    "cancelled" => EndResult::Cancelled,
                    _ => EndResult::Failed,
                },
                phase: (*phase).to_owned(),
                code: code.parse().unwrap_or(-1),
                confirmed: *confirmed == "yes",
                outputs: self.frames.body,
            }),
            ["dead"] => Reply::Dead,
            ["missing" | "void"] => Reply::NotStarted,
            _ => Reply::Refused(self.complaint()),
        }
    }
}

//! This machine as a host: commands run through `sh`, uploads are copies.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use sha2::{Digest, Sha256};

use crate::{Control, ErrorKind, Exit, Host, Shell, Stream, Target, Transport, TransportError, Upload, UploadSource, Uploaded};

const BUFFER: usize = 64 * 1024;
/// The longest time without a look at [`Control`].
const SLICE: Timespec = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };

/// Makes hosts that are this machine, whatever the target's address says.
#[derive(Debug, Clone)]
pub struct LocalTransport {
    home: PathBuf,
}

impl LocalTransport {
    /// `home` is where commands start and what relative upload paths count from, as the login user's home is elsewhere.
    pub fn new(home: impl Into<PathBuf>) -> Self {
        Self { home: home.into() }
    }
}

impl Transport for LocalTransport {
    fn host(&self, _target: &Target) -> Arc<dyn Host> {
        Arc::new(LocalHost { home: self.home.clone(), idle: Mutex::default() })
    }
}

struct LocalHost {
    home: PathBuf,
    /// Shells that wait for the next call, by their commands.
    idle: Mutex<BTreeMap<String, Vec<Started>>>,
}

/// A started command. Dropped, it hears the end of its input and is waited for.
struct Started {
    child: Option<Child>,
    running: Running,
}

impl Drop for Started {
    fn drop(&mut self) {
        self.running.stdin = None;
        if let Some(mut child) = self.child.take() {
            // It may go on; somebody has to take its end.
            let _ = std::thread::Builder::new().name("reap".into()).spawn(move || child.wait());
        }
    }
}

impl LocalHost {
    /// A process group of its own keeps the command out of reach of the terminal's Ctrl-C, as on another machine.
    fn start(&self, command: &str) -> Result<Started, TransportError> {
        let mut child = Command::new("/bin/sh")
            .arg("-c")
            .arg(command)
            .current_dir(&self.home)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(|error| failed("cannot start a shell", &error))?;
        let running = Running::new(&mut child)?;
        Ok(Started { child: Some(child), running })
    }

    fn idle(&self) -> MutexGuard<'_, BTreeMap<String, Vec<Started>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Started {
    fn wait(&mut self) -> Result<Exit, TransportError> {
        match self.child.take() {
            Some(mut child) => child.wait().map(exit).map_err(|error| failed("cannot wait for the command", &error)),
            None => Err(TransportError::new(ErrorKind::Lost, "the command was waited for")),
        }
    }
}

impl Host for LocalHost {
    fn connect(&self, control: &Control) -> Result<(), TransportError> {
        control.check()
    }

    fn exec(
        &self,
        command: &str,
        stdin: &[u8],
        control: &Control,
        on_output: &mut dyn FnMut(Stream, &[u8]),
    ) -> Result<Exit, TransportError> {
        control.check()?;
        let mut started = self.start(command)?;
        started.running.tell(stdin);
        started.running.last = true;
        started.running.until(control, &mut |stream, bytes| {
            on_output(stream, bytes);
            false
        })?;
        started.wait()
    }

    fn converse(
        &self,
        shell: &Shell<'_>,
        input: &[u8],
        control: &Control,
        on_output: &mut dyn FnMut(Stream, &[u8]) -> bool,
    ) -> Result<Option<Exit>, TransportError> {
        control.check()?;
        loop {
            let idle = self.idle().get_mut(shell.command).and_then(Vec::pop);
            let reused = idle.is_some();
            let mut started = match idle {
                Some(started) => started,
                None => {
                    let mut started = self.start(shell.command)?;
                    started.running.tell(shell.greeting);
                    started
                }
            };
            started.running.tell(input);
            let mut heard = false;
            let is_complete = started.running.until(control, &mut |stream, bytes| {
                heard = true;
                on_output(stream, bytes)
            })?;
            if is_complete {
                self.idle().entry(shell.command.to_owned()).or_default().push(started);
                return Ok(None);
            }
            let exit = started.wait()?;
            // It ended while it was idle, and heard nothing of this.
            if !reused || heard {
                return Ok(Some(exit));
            }
        }
    }

    fn upload(&self, upload: &Upload<'_>, control: &Control, on_progress: &mut dyn FnMut(u64)) -> Result<Uploaded, TransportError> {
        Copying::of(&self.home, upload)?.run(control, on_progress)
    }

    fn close(&self) {
        let idle = std::mem::take(&mut *self.idle());
        drop(idle);
    }
}

fn failed(what: &str, error: &io::Error) -> TransportError {
    TransportError::new(ErrorKind::Remote, format!("{what}: {error}"))
}

fn exit(status: ExitStatus) -> Exit {
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Code(code),
        (None, signal) => Exit::Signal(signal_name(signal.unwrap_or_default())),
    }
}

/// The names that SSH uses too (RFC 4254 §6.10), on Linux.
fn signal_name(number: i32) -> String {
    let name = match number {
        1 => "HUP",
        2 => "INT",
        3 => "QUIT",
        4 => "ILL",
        6 => "ABRT",
        7 => "BUS",
        8 => "FPE",
        9 => "KILL",
        10 => "USR1",
        11 => "SEGV",
        12 => "USR2",
        13 => "PIPE",
        14 => "ALRM",
        15 => "TERM",
        other => return other.to_string(),
    };
    name.to_owned()
}

/// The pipes of a running command.
struct Running {
    stdin: Option<File>,
    /// What is still to be sent, from `sent` on.
    input: Vec<u8>,
    sent: usize,
    /// Nothing comes after it: its end closes the input.
    last: bool,
    outputs: [(Stream, Option<File>); 2],
    /// Readable when the command has ended.
    ended: Option<OwnedFd>,
    buffer: Vec<u8>,
}

impl Running {
    fn new(child: &mut Child) -> Result<Self, TransportError> {
        let pid = Pid::from_child(child);
        let ended = pidfd_open(pid, PidfdFlags::empty()).map_err(|errno| failed("cannot watch the command", &errno.into()))?;
        let running = Self {
            stdin: child.stdin.take().map(|pipe| File::from(OwnedFd::from(pipe))),
            input: Vec::new(),
            sent: 0,
            last: false,
            outputs: [
                (Stream::Stdout, child.stdout.take().map(|pipe| File::from(OwnedFd::from(pipe)))),
                (Stream::Stderr, child.stderr.take().map(|pipe| File::from(OwnedFd::from(pipe)))),
            ],
            ended: Some(ended),
            buffer: vec![0; BUFFER],
        };
        let outputs = running.outputs.iter().filter_map(|(_, pipe)| pipe.as_ref());
        for pipe in running.stdin.iter().chain(outputs) {
            rustix::io::ioctl_fionbio(pipe, true).map_err(|errno| failed("cannot set up the command's pipes", &errno.into()))?;
        }
        Ok(running)
    }

    fn tell(&mut self, input: &[u8]) {
        self.input.extend_from_slice(input);
    }

    /// Moves input and outputs until `on_output` is content (`true`), or the outputs are closed and the command has ended.
    fn until(&mut self, control: &Control, on_output: &mut dyn FnMut(Stream, &[u8]) -> bool) -> Result<bool, TransportError> {
        loop {
            control.check()?;
            self.send();
            for index in 0..self.outputs.len() {
                if self.receive(index, on_output)? {
                    return Ok(true);
                }
            }
            let is_open = self.outputs.iter().any(|(_, pipe)| pipe.is_some());
            if !is_open && self.ended.is_none() {
                return Ok(false);
            }
            self.wait();
        }
    }

    /// A command that does not take its input is no error.
    fn send(&mut self) {
        while let Some(pipe) = &mut self.stdin {
            if self.sent == self.input.len() {
                self.input.clear();
                self.sent = 0;
                if self.last {
                    self.stdin = None;
                }
                return;
            }
            match pipe.write(&self.input[self.sent..]) {
                Ok(length) => self.sent += length,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => self.stdin = None,
            }
        }
    }

    fn receive(&mut self, index: usize, on_output: &mut dyn FnMut(Stream, &[u8]) -> bool) -> Result<bool, TransportError> {
        let (stream, pipe) = &mut self.outputs[index];
        let Some(open) = pipe else { return Ok(false) };
        match open.read(&mut self.buffer) {
            Ok(0) => *pipe = None,
            Ok(length) => return Ok(on_output(*stream, &self.buffer[..length])),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
            Err(error) => return Err(failed("cannot read the command's output", &error)),
        }
        Ok(false)
    }

    /// Waits at most one slice for something to do.
    fn wait(&mut self) {
        let mut fds: Vec<PollFd<'_>> = Vec::with_capacity(4);
        let readable = self.outputs.iter().filter_map(|(_, pipe)| pipe.as_ref());
        fds.extend(self.ended.iter().map(|fd| PollFd::new(fd, PollFlags::IN)));
        fds.extend(readable.map(|pipe| PollFd::new(pipe, PollFlags::IN)));
        fds.extend(self.stdin.iter().filter(|_| self.sent < self.input.len() || self.last).map(|pipe| PollFd::new(pipe, PollFlags::OUT)));
        let seen = poll(&mut fds, Some(&SLICE)).is_ok();
        let has_ended = seen && self.ended.is_some() && !fds[0].revents().is_empty();
        if has_ended {
            self.ended = None;
        }
    }
}

/// An upload to this machine.
struct Copying<'a> {
    source: &'a dyn UploadSource,
    digest: String,
    folder: PathBuf,
    file: PathBuf,
    part: PathBuf,
    mode: u32,
}

impl<'a> Copying<'a> {
    fn of(home: &Path, upload: &Upload<'a>) -> Result<Self, TransportError> {
        let file = home.join(upload.to);
        let digest = upload.source.sha256().map_err(|error| unreadable(&error))?;
        match (file.parent(), file.file_name()) {
            (Some(folder), Some(name)) if !upload.to.ends_with('/') && !upload.to.contains('\0') => Ok(Self {
                source: upload.source,
                folder: folder.to_owned(),
                part: folder.join(format!(".{}.vnfpkg-{}.part", name.display(), digest.get(..8).unwrap_or_default())),
                digest,
                file,
                mode: upload.mode & 0o7777,
            }),
            _ => Err(TransportError::new(ErrorKind::Unsupported, format!("cannot upload to '{}': no file name", upload.to))),
        }
    }

    fn run(&self, control: &Control, on_progress: &mut dyn FnMut(u64)) -> Result<Uploaded, TransportError> {
        let size = self.source.size();
        if fs::metadata(&self.file).is_ok_and(|found| found.is_file() && found.len() == size) && self.has_digest(&self.file, control)? {
            self.permit(&self.file)?;
            on_progress(size);
            return Ok(Uploaded::Unchanged);
        }
        let result = self.copy(control, on_progress).and_then(|()| self.finish(control));
        if result.is_err() {
            let _ = fs::remove_file(&self.part);
        }
        result.map(|()| Uploaded::Sent { bytes: size })
    }

    fn copy(&self, control: &Control, on_progress: &mut dyn FnMut(u64)) -> Result<(), TransportError> {
        let cannot = |error: io::Error| failed(&format!("cannot write {}", self.part.display()), &error);
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)
            .map_err(|error| failed(&format!("cannot make the folder {}", self.folder.display()), &error))?;
        // What is there is left over from a copy that was broken off; copying anew is as fast as comparing.
        let _ = fs::remove_file(&self.part);
        let mut part = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.part).map_err(cannot)?;
        let mut from = self.source.open_at(0).map_err(|error| unreadable(&error))?;
        let mut done = 0;
        pieces(&mut from, control, unreadable, &mut |bytes| {
            part.write_all(bytes).map_err(cannot)?;
            done += bytes.len() as u64;
            on_progress(done);
            Ok(())
        })
    }

    fn finish(&self, control: &Control) -> Result<(), TransportError> {
        if !self.has_digest(&self.part, control)? {
            return Err(TransportError::new(ErrorKind::Remote, format!("the content of {} is not what was copied", self.file.display()))
                .help("run again; when it stays so, check the disk"));
        }
        self.permit(&self.part)?;
        fs::rename(&self.part, &self.file).map_err(|error| failed(&format!("cannot write {}", self.file.display()), &error))
    }

    fn has_digest(&self, path: &Path, control: &Control) -> Result<bool, TransportError> {
        let cannot = |error: &io::Error| failed(&format!("cannot read {}", path.display()), error);
        let mut file = File::open(path).map_err(|error| cannot(&error))?;
        let mut digest = Sha256::new();
        pieces(&mut file, control, cannot, &mut |bytes| {
            digest.update(bytes);
            Ok(())
        })?;
        Ok(hex::encode(digest.finalize()) == self.digest)
    }

    fn permit(&self, path: &Path) -> Result<(), TransportError> {
        let permissions = fs::Permissions::from_mode(self.mode);
        fs::set_permissions(path, permissions).map_err(|error| failed(&format!("cannot set the mode of {}", path.display()), &error))
    }
}

/// Reads to the end, with a look at `control` between the pieces.
fn pieces(
    from: &mut dyn Read,
    control: &Control,
    cannot: impl Fn(&io::Error) -> TransportError,
    each: &mut dyn FnMut(&[u8]) -> Result<(), TransportError>,
) -> Result<(), TransportError> {
    let mut buffer = vec![0; 4 * BUFFER];
    loop {
        control.check()?;
        match from.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(length) => each(&buffer[..length])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(cannot(&error)),
        }
    }
}

fn unreadable(error: &io::Error) -> TransportError {
    TransportError::new(ErrorKind::Source, format!("cannot read the file to upload: {error}"))
}

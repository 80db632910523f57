//! Bringing a file to a host: look what is there, send what is missing into a private part file, check the digest there,
//! rename.
//!
//! The part file is named after the content, so a part that was broken off belongs to the same content and can be gone on
//! with. It is not flushed to the disk of the host before it is renamed: that can take longer than the upload, and the next
//! run compares the digest again.

mod pipe;
mod plan;
mod script;
mod send;
mod sftp;

use std::io::{self, BufReader};
use std::sync::atomic::Ordering;

use sha2::{Digest, Sha256};
use vnfpkg_transport::{Control, ErrorKind, Exit, Stream, TransportError, Upload, Uploaded};

use crate::quote;
use crate::transport::SshHost;

pub(crate) use self::sftp::Buffers;

use self::plan::unreadable;
use self::script::{Found, MIB};

/// Up to this size the content goes with the script that checks it.
const SMALL: u64 = MIB;
/// Output of a script that we keep.
const MAX_ANSWER: usize = 4 * 1024 * 1024;
const MAX_COMPLAINT: usize = 4 * 1024;

/// Where a file goes and what it is.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    folder: String,
    file: String,
    part: String,
    /// Below the home folder: which digest the file had when it was last looked at.
    record: String,
    size: u64,
    digest: String,
    mode: u32,
}

impl Place {
    fn of(upload: &Upload<'_>) -> Result<Self, TransportError> {
        let wrong = |why: &str| TransportError::new(ErrorKind::Unsupported, format!("cannot upload to '{}': {why}", upload.to));
        if upload.to.contains('\0') {
            return Err(wrong("a path with a zero byte"));
        }
        let (folder, name) = match upload.to.rsplit_once('/') {
            Some(("", name)) => ("/".to_owned(), name),
            // So that no name is taken for an option.
            Some((folder, name)) if folder.starts_with('-') => (format!("./{folder}"), name),
            Some((folder, name)) => (folder.to_owned(), name),
            None => (".".to_owned(), upload.to),
        };
        if matches!(name, "" | "." | "..") {
            return Err(wrong("no file name"));
        }
        let digest = upload.source.sha256().map_err(|error| unreadable(&error))?;
        if digest.len() != 64 || !digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(TransportError::new(ErrorKind::Source, "the source's digest is no SHA-256"));
        }
        let base = if folder == "/" { "" } else { folder.as_str() };
        Ok(Self {
            file: format!("{base}/{name}"),
            part: format!("{base}/.{}.vnfpkg-{}.part", shortened(name), &digest[..8]),
            record: format!(".local/state/vnfpkg/digests/{}", &hex::encode(Sha256::digest(upload.to))[..16]),
            size: upload.source.size(),
            digest: digest.to_lowercase(),
            mode: upload.mode & 0o7777,
            folder,
        })
    }
}

/// File names end at 255 bytes.
fn shortened(name: &str) -> &str {
    let mut end = name.len().min(200);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    &name[..end]
}

/// See [`vnfpkg_transport::Host::upload`].
pub(crate) fn upload(
    host: &SshHost,
    upload: &Upload<'_>,
    control: &Control,
    on_progress: &mut dyn FnMut(u64),
) -> Result<Uploaded, TransportError> {
    let place = Place::of(upload)?;
    let block = plan::block_size(place.size);
    let found = Found::read(&ask(host, &script::look(&place, block), &mut io::empty(), &place, control)?);
    if found.same {
        on_progress(place.size);
        return Ok(Uploaded::Unchanged);
    }
    enough_space(&found, &place)?;
    if place.size <= SMALL {
        let mut input = BufReader::new(upload.source.open_at(0).map_err(|error| unreadable(&error))?);
        ask(host, &script::receive(&place), &mut input, &place, control)?;
        on_progress(place.size);
        return Ok(Uploaded::Sent { bytes: place.size });
    }
    let runs = plan::missing(upload.source, &found.blocks, block, &|| control.check())?;
    let bytes = send::send(host, upload.source, &place, &runs, control, on_progress)
        .map_err(|error| if error.kind == ErrorKind::Remote { reason(host, error, &place, block, control) } else { error })?;
    ask(host, &script::finish(&place), &mut io::empty(), &place, control)?;
    on_progress(place.size);
    Ok(Uploaded::Sent { bytes })
}

/// SFTP has no word for a full disk, so the host is asked again.
fn reason(host: &SshHost, error: TransportError, place: &Place, block: u64, control: &Control) -> TransportError {
    let answer = ask(host, &script::look(place, block), &mut io::empty(), place, control);
    answer.ok().and_then(|answer| enough_space(&Found::read(&answer), place).err()).unwrap_or(error)
}

fn enough_space(found: &Found, place: &Place) -> Result<(), TransportError> {
    let needed = place.size.saturating_sub(found.part);
    match found.free {
        Some(free) if free < needed => Err(TransportError::new(
            ErrorKind::Remote,
            format!(
                "no space for {}: {} MiB are needed in {} and {} MiB are free",
                place.file,
                needed.div_ceil(MIB),
                place.folder,
                free / MIB
            ),
        )
        .help("make room on the host, or upload to another file system")),
        _ => Ok(()),
    }
}

/// Runs a script and returns what it prints; what it complains about becomes the error.
fn ask(host: &SshHost, script: &str, input: &mut dyn io::BufRead, place: &Place, control: &Control) -> Result<String, TransportError> {
    let (mut answer, mut complaint) = (Vec::new(), Vec::new());
    let exit = host.run(&quote::sh(script), input, control, &mut |stream, bytes| match stream {
        Stream::Stdout => keep(&mut answer, bytes, MAX_ANSWER),
        Stream::Stderr => keep(&mut complaint, bytes, MAX_COMPLAINT),
    })?;
    if exit.success() {
        return Ok(String::from_utf8_lossy(&answer).into_owned());
    }
    Err(refusal(&exit, &complaint, place))
}

fn refusal(exit: &Exit, complaint: &[u8], place: &Place) -> TransportError {
    let to = &place.file;
    let (what, help) = match exit {
        Exit::Code(10) => (format!("cannot check an upload to {to}"), "install coreutils or openssl on the host"),
        Exit::Code(11) => (format!("cannot make the folder {}", place.folder), "check the path and the login user's permissions"),
        Exit::Code(12) => (format!("cannot upload to {to}"), "name a file in that folder"),
        Exit::Code(21) => (
            format!("the content of {to} is not what was sent"),
            "the part is removed: run again; when it stays so, check the host's disk and memory",
        ),
        Exit::Code(_) => (format!("cannot write {to}"), "check free space, quota and the login user's permissions"),
        Exit::Signal(name) => {
            return TransportError::new(ErrorKind::Remote, format!("the upload to {to} was ended on the host by SIG{name}"));
        }
    };
    let message = match last_line(complaint) {
        Some(line) => format!("{what}: {line}"),
        None => what,
    };
    TransportError::new(ErrorKind::Remote, message).help(help)
}

/// The last line of what a program complained about, without control characters.
pub(crate) fn last_line(complaint: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(complaint);
    let line = text.lines().map(str::trim).rfind(|line| !line.is_empty())?;
    Some(line.chars().filter(|c| !c.is_control()).take(300).collect())
}

/// Appends what fits.
pub(crate) fn keep(buffer: &mut Vec<u8>, bytes: &[u8], limit: usize) {
    let room = limit.saturating_sub(buffer.len());
    buffer.extend_from_slice(&bytes[..bytes.len().min(room)]);
}

impl SshHost {
    /// Remembers that the host has no SFTP.
    fn without_sftp(&self) {
        self.no_sftp.store(true, Ordering::Relaxed);
    }

    fn has_sftp(&self) -> bool {
        !self.no_sftp.load(Ordering::Relaxed)
    }
}

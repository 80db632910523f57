//! This machine as a host.

use std::fs;
use std::io::{self, Cursor, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use vnfpkg_transport::local::LocalTransport;
use vnfpkg_transport::{
    CancelToken, Control, ErrorKind, Exit, Host, Stream, Target, Transport, TransportError, Upload, UploadSource, Uploaded,
};

fn host(home: &Path) -> Arc<dyn Host> {
    LocalTransport::new(home).host(&Target::new("vm", "local"))
}

fn control() -> Control {
    Control::within(&CancelToken::new(), Duration::from_secs(60))
}

fn run(command: &str, stdin: &[u8]) -> Result<(Exit, Vec<u8>, Vec<u8>), TransportError> {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let exit = host(Path::new("/")).exec(command, stdin, &control(), &mut |stream, bytes| match stream {
        Stream::Stdout => stdout.extend_from_slice(bytes),
        Stream::Stderr => stderr.extend_from_slice(bytes),
    })?;
    Ok((exit, stdout, stderr))
}

struct Bytes {
    bytes: &'static [u8],
    digest_of: &'static [u8],
}

impl Bytes {
    fn new(bytes: &'static [u8]) -> Self {
        Self { bytes, digest_of: bytes }
    }
}

impl UploadSource for Bytes {
    fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn sha256(&self) -> io::Result<String> {
        Ok(hex::encode(Sha256::digest(self.digest_of)))
    }

    fn open_at(&self, offset: u64) -> io::Result<Box<dyn Read + Send>> {
        let mut cursor = Cursor::new(self.bytes);
        cursor.set_position(offset);
        Ok(Box::new(cursor))
    }
}

#[test]
fn outputs_status_and_signal() {
    assert_eq!(run("printf out; printf err >&2; exit 7", b"").expect("runs"), (Exit::Code(7), b"out".to_vec(), b"err".to_vec()));
    assert_eq!(run("kill -KILL $$", b"").expect("runs").0, Exit::Signal("KILL".into()));
}

#[test]
fn input_and_both_outputs_of_any_size() {
    let input = vec![b'x'; 5 << 20];
    let (exit, stdout, stderr) = run("tee /dev/stderr", &input).expect("runs");
    assert_eq!(exit, Exit::Code(0));
    assert!(stdout == input && stderr == input);
    assert_eq!(run("exec <&-; echo done", &input).expect("runs").1, b"done\n");
}

#[test]
fn commands_start_at_home_in_a_group_of_their_own() {
    let home = tempfile::tempdir().expect("temporary folder");
    let mut out = Vec::new();
    host(home.path())
        .exec("pwd -P; ps -o pgid= -p $$; echo $$", b"", &control(), &mut |_, bytes| out.extend_from_slice(bytes))
        .expect("runs");
    let text = String::from_utf8(out).expect("text");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    assert_eq!(lines[0], home.path().canonicalize().expect("there").to_str().expect("a plain path"));
    assert_eq!(lines[1], lines[2]);
}

#[test]
fn stopping_returns_at_once() {
    let limit = Control::within(&CancelToken::new(), Duration::from_millis(100));
    let started = Instant::now();
    let error = host(Path::new("/")).exec("sleep 5", b"", &limit, &mut |_, _| {}).expect_err("too late");
    assert_eq!(error.kind, ErrorKind::TimedOut);
    assert!(started.elapsed() < Duration::from_secs(10));
    let cancelled = control();
    cancelled.cancel.cancel();
    let error = host(Path::new("/")).exec("true", b"", &cancelled, &mut |_, _| {}).expect_err("cancelled");
    assert_eq!(error.kind, ErrorKind::Cancelled);
}

#[test]
fn uploads_are_copied_once() {
    let home = tempfile::tempdir().expect("temporary folder");
    let host = host(home.path());
    let source = Bytes::new(b"content");
    let upload = |mode| Upload { source: &source, to: "a/b/file", mode };
    assert_eq!(host.upload(&upload(0o640), &control(), &mut |_| {}).expect("copies"), Uploaded::Sent { bytes: 7 });
    let path = home.path().join("a/b/file");
    assert_eq!(fs::read(&path).expect("there"), b"content");
    assert_eq!(fs::metadata(home.path().join("a")).expect("made").permissions().mode() & 0o777, 0o700);
    assert_eq!(host.upload(&upload(0o600), &control(), &mut |_| {}).expect("compares"), Uploaded::Unchanged);
    assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
    fs::write(&path, b"tampere").expect("written");
    assert_eq!(host.upload(&upload(0o600), &control(), &mut |_| {}).expect("copies"), Uploaded::Sent { bytes: 7 });
    assert_eq!(fs::read(&path).expect("there"), b"content");
}

#[test]
fn a_wrong_digest_leaves_nothing_behind() {
    let home = tempfile::tempdir().expect("temporary folder");
    let source = Bytes { bytes: b"content", digest_of: b"other" };
    let upload = Upload { source: &source, to: "file", mode: 0o600 };
    let error = host(home.path()).upload(&upload, &control(), &mut |_| {}).expect_err("not the same");
    assert_eq!(error.kind, ErrorKind::Remote);
    assert_eq!(fs::read_dir(home.path()).expect("there").count(), 0);
    let folder = Upload { source: &source, to: "folder/", mode: 0o600 };
    assert_eq!(host(home.path()).upload(&folder, &control(), &mut |_| {}).expect_err("no name").kind, ErrorKind::Unsupported);
}

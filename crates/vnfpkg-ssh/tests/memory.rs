//! What uploads cost in memory. A program of its own, so that nothing else is counted.

#[allow(dead_code, unused_imports, reason = "shared with the other tests")]
#[path = "ssh/support/mod.rs"]
mod support;

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::time::Duration;

use sha2::{Digest, Sha256};
use support::{Sshd, noise};
use vnfpkg_ssh::SshTransport;
use vnfpkg_transport::{CancelToken, Control, Transport, Upload, UploadSource, Uploaded};

const SIZE: u64 = 65 << 20;
const HOSTS: usize = 12;
const LIMIT_KIB: u64 = 64 << 10;

/// A file on the disk.
struct OnDisk {
    path: PathBuf,
    digest: String,
}

impl OnDisk {
    fn make(path: PathBuf) -> Self {
        let (mut file, mut digest) = (File::create(&path).expect("made"), Sha256::new());
        let block = noise(1 << 20);
        for _ in 0..SIZE >> 20 {
            digest.update(&block);
            file.write_all(&block).expect("written");
        }
        Self { path, digest: hex::encode(digest.finalize()) }
    }
}

impl UploadSource for OnDisk {
    fn size(&self) -> u64 {
        SIZE
    }

    fn sha256(&self) -> io::Result<String> {
        Ok(self.digest.clone())
    }

    fn open_at(&self, offset: u64) -> io::Result<Box<dyn Read + Send>> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(offset))?;
        Ok(Box::new(file))
    }
}

/// The most memory that this process ever had, in KiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

#[test]
fn many_hosts_take_no_more_memory_than_few() {
    let sshd = Sshd::start();
    let source = OnDisk::make(sshd.path("image"));
    let transport = SshTransport::new(sshd.options());
    let before = peak();
    let control = Control::within(&CancelToken::new(), Duration::from_secs(600));
    std::thread::scope(|scope| {
        for number in 0..HOSTS {
            let host = transport.host(&sshd.target());
            let (source, control, to) = (&source, &control, sshd.at(&format!("h{number}/image")));
            scope.spawn(move || {
                let done = host.upload(&Upload { source, to: &to, mode: 0o600 }, control, &mut |_| {}).expect("uploads");
                assert_eq!(done, Uploaded::Sent { bytes: SIZE });
                fs::remove_file(to).expect("there");
            });
        }
    });
    let peak = peak();
    assert!(peak < LIMIT_KIB, "{HOSTS} uploads of {} MiB took {} MiB, {} before them", SIZE >> 20, peak >> 10, before >> 10);
}

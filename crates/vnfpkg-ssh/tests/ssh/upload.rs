//! Uploading files.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use vnfpkg_transport::{ErrorKind, Upload, UploadSource, Uploaded};

use crate::support::{Bytes, Sshd, control, host, noise};

#[test]
fn a_new_file_arrives_whole_with_its_mode_and_folder() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    for (name, size) in [("empty", 0), ("small", 1000), ("medium", (5 << 20) + 17)] {
        let bytes = noise(size);
        let source = Bytes::new(bytes.clone());
        let to = sshd.at(&format!("new/a b/{name}"));
        let mut progress = Vec::new();
        let done = host.upload(&Upload { source: &source, to: &to, mode: 0o750 }, &control(), &mut |there| progress.push(there)).expect("uploads");
        assert_eq!(done, Uploaded::Sent { bytes: size as u64 });
        assert!(fs::read(&to).expect("there") == bytes);
        assert_eq!(fs::metadata(&to).expect("there").permissions().mode() & 0o7777, 0o750);
        assert_eq!(progress.last(), Some(&(size as u64)));
        assert!(progress.is_sorted());
        let again = host.upload(&Upload { source: &source, to: &to, mode: 0o640 }, &control(), &mut |_| {}).expect("uploads");
        assert_eq!(again, Uploaded::Unchanged);
        assert_eq!(fs::metadata(&to).expect("there").permissions().mode() & 0o7777, 0o640);
    }
    assert_eq!(fs::metadata(sshd.path("new")).expect("made").permissions().mode() & 0o777, 0o700);
    let left: Vec<_> = fs::read_dir(sshd.path("new/a b")).expect("made").map(|entry| entry.expect("entry").file_name()).collect();
    assert_eq!(left.len(), 3, "no part files: {left:?}");
}

//! Hosts whose disk is full, or fills up meanwhile.

use vnfpkg_transport::{ErrorKind, Upload, Uploaded};

use crate::support::{Bytes, Settings, Sshd, control, host, noise, run};

const MIB: usize = 1 << 20;

#[test]
fn too_little_space_is_said_before_anything_is_sent() {
    let sshd = Sshd::with(&Settings { small_disk: Some("16m"), ..Settings::default() });
    let host = host(sshd.options(), &sshd.target());
    let source = Bytes::new(noise(20 * MIB));
    let to = sshd.at("small/image");
    let error = host.upload(&Upload { source: &source, to: &to, mode: 0o600 }, &control(), &mut |_| {}).expect_err("no space");
    assert_eq!(error.kind, ErrorKind::Remote);
    assert!(error.message.contains("20 MiB are needed") && error.help.is_some(), "{error}");
    let used = run(&*host, &format!("find {}/small -type f -size +0", sshd.at("")), b"").expect("runs");
    assert_eq!(used.stdout, b"");
    assert_eq!(source.read(), 0, "nothing was read");
}

#[test]
fn a_disk_that_fills_up_is_an_error_and_the_next_upload_goes_on() {
    for sftp in [true, false] {
        let sshd = Sshd::with(&Settings { small_disk: Some("40m"), sftp, ..Settings::default() });
        let host = host(sshd.options(), &sshd.target());
        let source = Bytes::new(noise(32 * MIB));
        let (to, fill) = (sshd.at("small/image"), sshd.at("small/fill"));
        let upload = Upload { source: &source, to: &to, mode: 0o600 };
        let mut filled = false;
        let result = host.upload(&upload, &control(), &mut |there| {
            if !filled && there > 8 * MIB as u64 {
                filled = true;
                run(&*host, &format!("head -c 64M /dev/zero >{fill}"), b"").expect("runs");
            }
        });
        let error = result.expect_err("no space");
        assert_eq!(error.kind, ErrorKind::Remote, "sftp {sftp}: {error}");
        assert!(error.message.contains("no space") && error.help.is_some(), "sftp {sftp}: {error:?}");
        run(&*host, &format!("rm {fill}"), b"").expect("runs");
        match host.upload(&upload, &control(), &mut |_| {}).expect("uploads") {
            Uploaded::Sent { bytes } => assert!(bytes <= 28 * MIB as u64, "sftp {sftp}: {bytes}"),
            Uploaded::Unchanged => panic!("it was not there"),
        }
        let sum = run(&*host, &format!("sha256sum <{to}"), b"").expect("runs");
        assert!(String::from_utf8_lossy(&sum.stdout).starts_with(source.digest()));
    }
}

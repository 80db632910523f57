//! Uploading files.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::{Duration, Instant};

use vnfpkg_transport::{CancelToken, Control, ErrorKind, Host, TransportError, Upload, Uploaded};

use crate::support::{Bytes, Settings, Sshd, control, host, noise, run};

const MIB: usize = 1 << 20;

fn send(host: &dyn Host, source: &Bytes, to: &str) -> Result<Uploaded, TransportError> {
    host.upload(&Upload { source, to, mode: 0o600 }, &control(), &mut |_| {})
}

fn refused(host: &dyn Host, source: &Bytes, to: &str) -> TransportError {
    let error = send(host, source, to).expect_err("the host refuses");
    assert_eq!(error.kind, ErrorKind::Remote, "{error}");
    error
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("entry").file_name().into_string().expect("text")).collect();
    names.sort();
    names
}

#[test]
fn a_new_file_arrives_whole_with_its_mode_and_folder() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    for (name, size) in [("empty", 0), ("small", 1000), ("it's 5 MiB", 5 * MIB + 17)] {
        let bytes = noise(size);
        let source = Bytes::new(bytes.clone());
        let to = sshd.at(&format!("new/a b/{name}"));
        let mut progress = Vec::new();
        let done =
            host.upload(&Upload { source: &source, to: &to, mode: 0o750 }, &control(), &mut |there| progress.push(there)).expect("uploads");
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
    assert_eq!(names(&sshd.path("new/a b")), ["empty", "it's 5 MiB", "small"], "no part files");
}

#[test]
fn a_relative_path_counts_from_home() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    let name = format!("vnfpkg-test-{}/-dash", sshd.port);
    let source = Bytes::new(noise(2 * MIB));
    send(&*host, &source, &name).expect("uploads");
    let outcome = run(&*host, &format!("wc -c <./{name}; rm -r ./vnfpkg-test-{}", sshd.port), b"").expect("runs");
    assert_eq!(String::from_utf8_lossy(&outcome.stdout).trim(), (2 * MIB).to_string());
}

#[test]
fn a_changed_file_is_replaced() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    for size in [100, 3 * MIB] {
        let source = Bytes::new(noise(size));
        let to = sshd.at(&format!("file{size}"));
        send(&*host, &source, &to).expect("uploads");
        // The same length, other bytes.
        let mut other = noise(size);
        other[size / 2] ^= 1;
        fs::write(&to, other).expect("written");
        assert_eq!(send(&*host, &source, &to).expect("uploads"), Uploaded::Sent { bytes: size as u64 });
        assert!(fs::read(&to).expect("there") == noise(size));
    }
}

#[test]
fn a_broken_upload_goes_on_from_what_is_right() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    let bytes = noise(30 * MIB);
    let source = Bytes::new(bytes.clone());
    let (to, part) = (sshd.at("image"), sshd.path(&format!(".image.vnfpkg-{}.part", source.digest8())));
    // Eighteen MiB came through and one byte of the second block of 4 MiB went wrong.
    let mut there = bytes[..18 * MIB].to_vec();
    there[5 * MIB] ^= 1;
    fs::write(&part, &there).expect("written");
    let mut first = None;
    let done = host.upload(&Upload { source: &source, to: &to, mode: 0o600 }, &control(), &mut |there| {
        first.get_or_insert(there);
    });
    assert_eq!(done.expect("uploads"), Uploaded::Sent { bytes: (4 + 14) * MIB as u64 });
    assert!(first.is_some_and(|first| first > 12 * MIB as u64), "progress starts at what is there: {first:?}");
    assert!(fs::read(&to).expect("there") == bytes);
    assert!(!part.exists());
    // All of it came through; only the name was missing.
    fs::rename(&to, &part).expect("renamed");
    assert_eq!(send(&*host, &source, &to).expect("uploads"), Uploaded::Sent { bytes: 0 });
    assert!(fs::read(&to).expect("there") == bytes);
}

#[test]
fn a_connection_that_breaks_in_the_middle_is_gone_on_with() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    let size = 40 * MIB;
    let source = Bytes::new(noise(size));
    let to = sshd.at("image");
    let result = host.upload(&Upload { source: &source, to: &to, mode: 0o600 }, &control(), &mut |there| {
        if there > 20 * MIB as u64 {
            sshd.kill_sessions();
        }
    });
    assert_eq!(result.expect_err("broken").kind, ErrorKind::Lost);
    assert!(!Path::new(&to).exists(), "nothing under the name before it is whole");
    match send(&*host, &source, &to).expect("uploads") {
        Uploaded::Sent { bytes } => assert!(bytes <= 24 * MIB as u64, "{bytes}"),
        Uploaded::Unchanged => panic!("it was not there"),
    }
    assert!(fs::read(&to).expect("there") == noise(size));
}

#[test]
fn an_upload_broken_at_ten_random_points_goes_on_each_time() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    let size = 24 * MIB;
    let source = Bytes::new(noise(size));
    let bytes = noise(size);
    // Numbers that look random and are the same each time.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for round in 0..10 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let point = (state >> 33) % (size as u64 - 1) + 1;
        let to = sshd.at(&format!("image{round}"));
        let upload = Upload { source: &source, to: &to, mode: 0o600 };
        let mut reached = 0;
        let result = host.upload(&upload, &control(), &mut |there| {
            if there >= point && reached == 0 {
                reached = there;
                sshd.kill_sessions();
            }
        });
        assert_eq!(result.expect_err("broken").kind, ErrorKind::Lost, "at {point}");
        assert!(!Path::new(&to).exists(), "nothing under the name before it is whole");
        let Uploaded::Sent { bytes: sent } = send(&*host, &source, &to).expect("uploads") else { panic!("it was not there") };
        // What was confirmed is there; up to a block of it is sent again.
        assert!(sent <= size as u64 - reached + 4 * MIB as u64, "broken at {point}, after {reached}: {sent} bytes sent again");
        assert!(fs::read(&to).expect("there") == bytes, "broken at {point}");
    }
}

#[test]
fn a_source_without_random_access_is_read_once() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    let bytes = noise(80 * MIB);
    let source = Bytes::new(bytes.clone()).in_one_go();
    send(&*host, &source, &sshd.at("image")).expect("uploads");
    assert_eq!(source.read(), bytes.len() as u64);
    assert!(fs::read(sshd.path("image")).expect("there") == bytes);
}

#[test]
fn eighty_mib_go_in_ranges_over_several_sessions() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    let bytes = noise(80 * MIB);
    let source = Bytes::new(bytes.clone());
    let to = sshd.at("image");
    assert_eq!(send(&*host, &source, &to).expect("uploads"), Uploaded::Sent { bytes: bytes.len() as u64 });
    assert!(fs::read(&to).expect("there") == bytes);
    assert_eq!(send(&*host, &source, &to).expect("uploads"), Uploaded::Unchanged);
}

#[test]
fn key_exchanges_in_the_middle_are_survived() {
    for sftp in [true, false] {
        let sshd = Sshd::with(&Settings { config: "RekeyLimit 1M".into(), sftp, ..Settings::default() });
        let host = host(sshd.options(), &sshd.target());
        let source = Bytes::new(noise(10 * MIB));
        send(&*host, &source, &sshd.at("file")).expect("uploads");
        assert!(fs::read(sshd.path("file")).expect("there") == noise(10 * MIB));
    }
}

#[test]
fn hosts_without_sftp_take_uploads_too() {
    let sshd = Sshd::with(&Settings { config: "Subsystem sftp /bin/false".into(), sftp: false, ..Settings::default() });
    let none = Sshd::with(&Settings { sftp: false, ..Settings::default() });
    for sshd in [sshd, none] {
        let host = host(sshd.options(), &sshd.target());
        let bytes = noise(70 * MIB + 5);
        let source = Bytes::new(bytes.clone());
        let to = sshd.at("im age");
        let part = sshd.path(&format!(".im age.vnfpkg-{}.part", source.digest8()));
        fs::write(&part, &bytes[..9 * MIB]).expect("written");
        assert_eq!(send(&*host, &source, &to).expect("uploads"), Uploaded::Sent { bytes: (bytes.len() - 8 * MIB) as u64 });
        assert!(fs::read(&to).expect("there") == bytes);
    }
}

#[test]
fn a_link_in_place_of_the_part_file_is_not_followed() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    for size in [10, 2 * MIB] {
        let source = Bytes::new(noise(size));
        let victim = sshd.path("victim");
        fs::write(&victim, "mine").expect("written");
        symlink(&victim, sshd.path(&format!(".file.vnfpkg-{}.part", source.digest8()))).expect("linked");
        send(&*host, &source, &sshd.at("file")).expect("uploads");
        assert_eq!(fs::read(&victim).expect("there"), b"mine");
        assert!(fs::read(sshd.path("file")).expect("there") == noise(size));
    }
}

#[test]
fn content_that_is_not_what_it_says_never_gets_the_name() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    for size in [100, 2 * MIB] {
        let source = Bytes::new(noise(size)).with_digest_of(b"something else");
        let error = refused(&*host, &source, &sshd.at("folder/file"));
        assert!(error.message.contains("is not what was sent"), "{error}");
        assert_eq!(names(&sshd.path("folder")), Vec::<String>::new());
    }
}

#[test]
fn what_the_host_refuses_is_said() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    let source = Bytes::new(noise(10));
    fs::write(sshd.path("plain"), "a file").expect("written");
    let error = refused(&*host, &source, &sshd.at("plain/below/file"));
    assert!(error.message.contains("cannot make the folder") && error.help.is_some(), "{error}");
    fs::create_dir(sshd.path("folder")).expect("made");
    assert!(refused(&*host, &source, &sshd.at("folder")).message.contains("is a folder"));
    // Not even root may write here.
    assert!(refused(&*host, &source, "/proc/vnfpkg").message.contains("/proc"));
    assert!(refused(&*host, &Bytes::new(noise(2 * MIB)), "/proc/vnfpkg").message.contains("/proc"));
    for to in ["", "/", "a/", "a/..", "a\0b"] {
        assert_eq!(send(&*host, &source, to).expect_err("no name").kind, ErrorKind::Unsupported, "{to:?}");
    }
}

#[test]
fn cancelling_an_upload_returns_at_once_and_keeps_what_is_there() {
    for sftp in [true, false] {
        let sshd = Sshd::with(&Settings { sftp, ..Settings::default() });
        let host = host(sshd.options(), &sshd.target());
        let source = Bytes::new(noise(100 * MIB));
        let to = sshd.at("image");
        let cancel = CancelToken::new();
        let mut asked = None;
        let result = host.upload(
            &Upload { source: &source, to: &to, mode: 0o600 },
            &Control::within(&cancel, Duration::from_secs(60)),
            &mut |there| {
                if there > 8 * MIB as u64 && asked.is_none() {
                    cancel.cancel();
                    asked = Some(Instant::now());
                }
            },
        );
        let took = asked.expect("it began").elapsed();
        assert_eq!(result.expect_err("cancelled").kind, ErrorKind::Cancelled);
        assert!(took < Duration::from_secs(4), "{took:?}");
        assert!(sshd.path(&format!(".image.vnfpkg-{}.part", source.digest8())).exists());
        assert_eq!(run(&*host, "echo again", b"").expect("runs").stdout, b"again\n");
    }
}

//! The host's record of the digest that a file had.

use std::fs;
use std::path::{Path, PathBuf};

use vnfpkg_transport::{Host, Upload, Uploaded};

use crate::support::{Bytes, Sshd, control, host, noise};

const MIB: usize = 1 << 20;
const SENT: Uploaded = Uploaded::Sent { bytes: 2 * MIB as u64 };

fn send(host: &dyn Host, source: &Bytes, to: &str) -> Uploaded {
    host.upload(&Upload { source, to, mode: 0o640 }, &control(), &mut |_| {}).expect("uploads")
}

/// The only record there is.
fn record(sshd: &Sshd) -> PathBuf {
    let folder = sshd.path(".local/state/vnfpkg/digests");
    let entries: Vec<_> = fs::read_dir(folder).expect("made").map(|entry| entry.expect("entry").path()).collect();
    assert_eq!(entries.len(), 1, "{entries:?}");
    entries[0].clone()
}

fn other() -> Vec<u8> {
    let mut other = noise(2 * MIB);
    other[MIB] ^= 1;
    other
}

#[test]
fn a_file_in_the_recorded_state_is_not_read_again() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    let to = sshd.at("image");
    assert_eq!(send(&*host, &Bytes::new(noise(2 * MIB)), &to), SENT);
    // A record that lies: who believes it has not looked at the file.
    let other = Bytes::new(other());
    let text = fs::read_to_string(record(&sshd)).expect("readable");
    let (_, state) = text.split_once(' ').expect("digest and state");
    fs::write(record(&sshd), format!("{} {state}", other.digest())).expect("written");
    assert_eq!(send(&*host, &other, &to), Uploaded::Unchanged);
    assert!(fs::read(&to).expect("there") == noise(2 * MIB));
}

#[test]
fn a_file_that_was_changed_behind_our_back_is_noticed() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    let to = sshd.at("image");
    let source = Bytes::new(noise(2 * MIB));
    send(&*host, &source, &to);
    let written = |path: &Path| fs::metadata(path).expect("there").modified().expect("a time");
    type Change = fn(&Path, &[u8]);
    let in_place: Change = |to, bytes| fs::write(to, bytes).expect("written");
    let replaced: Change = |to, bytes| {
        fs::write(to.with_extension("new"), bytes).expect("written");
        fs::rename(to.with_extension("new"), to).expect("renamed");
    };
    for (what, change) in [("in place", in_place), ("replaced", replaced)] {
        assert_eq!(send(&*host, &source, &to), Uploaded::Unchanged, "{what}");
        // The same length and the same time of writing.
        let before = written(Path::new(&to));
        change(Path::new(&to), &other());
        fs::File::options().write(true).open(&to).expect("there").set_modified(before).expect("set");
        assert_eq!(written(Path::new(&to)), before);
        assert_eq!(send(&*host, &source, &to), SENT, "{what}");
        assert!(fs::read(&to).expect("there") == noise(2 * MIB), "{what}");
    }
    fs::remove_file(&to).expect("there");
    assert_eq!(send(&*host, &source, &to), SENT, "removed");
}

#[test]
fn a_touched_file_is_read_and_recorded_again() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    let to = sshd.at("image");
    let source = Bytes::new(noise(2 * MIB));
    send(&*host, &source, &to);
    let before = fs::read(record(&sshd)).expect("readable");
    fs::File::options().write(true).open(&to).expect("there").set_modified(std::time::UNIX_EPOCH).expect("set");
    assert_eq!(send(&*host, &source, &to), Uploaded::Unchanged);
    let after = fs::read(record(&sshd)).expect("readable");
    assert_ne!(before, after);
    assert_eq!(send(&*host, &source, &to), Uploaded::Unchanged);
    assert_eq!(fs::read(record(&sshd)).expect("readable"), after);
}

#[test]
fn nonsense_in_place_of_a_record_is_no_record() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    let to = sshd.at("image");
    let source = Bytes::new(noise(2 * MIB));
    send(&*host, &source, &to);
    for nonsense in ["", "\n", "x", &format!("{} \n", source.digest()), "$(false) `false` \0\n"] {
        fs::write(record(&sshd), nonsense).expect("written");
        assert_eq!(send(&*host, &source, &to), Uploaded::Unchanged, "{nonsense:?}");
    }
    // Where no record can be kept, the file is read each time.
    fs::remove_dir_all(sshd.path(".local")).expect("there");
    fs::write(sshd.path(".local"), "in the way").expect("written");
    assert_eq!(send(&*host, &source, &to), Uploaded::Unchanged);
    fs::write(&to, other()).expect("written");
    assert_eq!(send(&*host, &source, &to), SENT);
}

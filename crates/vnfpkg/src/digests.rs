//! Digests of large files that were computed before, kept below the state folder. They hold as long as nothing about the file
//! that the bytes lie in has changed: a run that is repeated need not read a large image only to learn that the host has it.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};
use vnfpkg_csar::StoredRange;

/// Smaller files are read as fast as a record is.
const LARGE: u64 = 8 << 20;
/// File systems count time in steps: a file that changed just now may change again without a new time.
const SETTLED: Duration = Duration::from_secs(1);
const HEX: usize = 64;

/// The records of one folder.
#[derive(Debug, Clone)]
pub(crate) struct Digests {
    folder: PathBuf,
}

/// Which file it is, and when it was last changed; nobody can set the second time back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State(String);

impl Digests {
    /// The records below a state folder.
    pub(crate) fn new(state: &Path) -> Self {
        Self { folder: state.join("digests") }
    }

    /// The state of the file now; `None` when its digest is not worth a record or cannot be trusted to one.
    pub(crate) fn state(range: &StoredRange) -> Option<State> {
        let found = fs::metadata(&range.file).ok().filter(|_| range.length >= LARGE)?;
        let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(found.ctime().max(found.mtime()).try_into().ok()?);
        SystemTime::now().duration_since(changed).ok().filter(|age| *age > SETTLED)?;
        let times = [found.mtime(), found.mtime_nsec(), found.ctime(), found.ctime_nsec()].map(|time| time.to_string()).join(" ");
        Some(State(format!("{} {} {} {times}", found.dev(), found.ino(), found.size())))
    }

    /// The digest that the bytes had in this state.
    pub(crate) fn get(&self, range: &StoredRange, state: &State) -> Option<String> {
        let text = fs::read_to_string(self.record(range)).ok()?;
        let (digest, then) = text.trim_end().split_once(' ')?;
        let whole = digest.len() == HEX && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        (whole && then == state.0).then(|| digest.to_owned())
    }

    /// Keeps the digest of bytes that were read while the file was in this state. A record that cannot be kept only costs time.
    pub(crate) fn put(&self, range: &StoredRange, state: &State, digest: &str) {
        if Self::state(range).as_ref() != Some(state) || fs::create_dir_all(&self.folder).is_err() {
            return;
        }
        if let Ok(mut file) = tempfile::NamedTempFile::new_in(&self.folder)
            && writeln!(file, "{digest} {}", state.0).is_ok()
        {
            let _ = file.persist(self.record(range));
        }
    }

    /// One for each place that bytes can lie at, so that there are never more of them than packages.
    fn record(&self, range: &StoredRange) -> PathBuf {
        let place = format!("{} {} {}", range.offset, range.length, std::path::absolute(&range.file).unwrap_or_default().display());
        self.folder.join(Sha256::digest(place).iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{File, FileTimes};

    use super::*;

    const DIGEST: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    /// A file of a size that was just made.
    fn fresh(folder: &Path, size: u64) -> StoredRange {
        let path = folder.join("archive");
        let file = File::create(&path).expect("made");
        file.set_len(size).expect("sized");
        StoredRange { file: path.try_into().expect("a plain path"), offset: 0, length: size }
    }

    #[test]
    fn a_digest_holds_for_one_state_of_one_range() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let (digests, range) = (Digests::new(folder.path()), fresh(folder.path(), LARGE));
        let state = State("1 2 3".to_owned());
        fs::create_dir_all(&digests.folder).expect("made");
        fs::write(digests.record(&range), format!("{DIGEST} 1 2 3\n")).expect("written");
        assert_eq!(digests.get(&range, &state).as_deref(), Some(DIGEST));
        assert_eq!(digests.get(&range, &State("1 2 4".to_owned())), None);
        assert_eq!(digests.get(&StoredRange { offset: 1, ..range.clone() }, &state), None);
        fs::write(digests.record(&range), "0123 1 2 3\n").expect("written");
        assert_eq!(digests.get(&range, &state), None, "half a record");
    }

    #[test]
    fn what_changed_just_now_or_is_small_has_no_state() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let range = fresh(folder.path(), LARGE);
        let old = SystemTime::now() - Duration::from_secs(60);
        File::options().write(true).open(&range.file).and_then(|file| file.set_times(FileTimes::new().set_modified(old))).expect("set");
        assert_eq!(Digests::state(&range), None, "the time of change is what counts");
        assert_eq!(Digests::state(&StoredRange { file: "/proc/self/exe".into(), offset: 0, length: LARGE - 1 }), None);
        let installed = StoredRange { file: "/bin/sh".into(), offset: 0, length: LARGE };
        assert!(Digests::state(&installed).is_some(), "no test changed it");
    }
}

//! Puts entries in order: sorted by path, each path once, every folder listed.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use vnfpkg_diag::Place;

use crate::entry::{Entry, Kind, Origin};
use crate::limits::Limits;
use crate::problem::{Problem, ProblemKind, Problems};

/// Sorts entries and reports names that clash. Of two entries with one name the last stays, as most readers have it.
/// `None` when the folders that paths imply are too many.
pub(crate) fn arrange(mut entries: Vec<Entry>, limits: &Limits, problems: &mut Problems) -> Option<Vec<Entry>> {
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    let mut unique: Vec<Entry> = Vec::with_capacity(entries.len());
    for entry in entries {
        match unique.last_mut().filter(|last| last.path == entry.path) {
            Some(last) => {
                problems.push(duplicate(last, &entry));
                *last = entry;
            }
            None => unique.push(entry),
        }
    }
    let implied = implied_dirs(&unique, limits, problems)?;
    if !implied.is_empty() {
        unique.extend(implied.iter().map(|path| Entry::dir(path, Origin::Implied)));
        unique.sort_by(|a, b| a.path.cmp(&b.path));
    }
    report_twins(&unique, problems);
    Some(unique)
}

fn duplicate(first: &Entry, second: &Entry) -> Problem {
    let message = if first.kind == second.kind {
        "two entries have this name; some readers take the first, others the last"
    } else {
        "the name belongs to a file and to a folder"
    };
    Problem::file(ProblemKind::ZipDuplicateName, &first.path, message)
        .help("keep one of them; the digests in the manifest prove nothing while readers see different files")
}

/// Folders that no entry stands for. A file where a folder must be is reported.
fn implied_dirs(entries: &[Entry], limits: &Limits, problems: &mut Problems) -> Option<BTreeSet<String>> {
    let mut implied = BTreeSet::new();
    let mut last_parent = "";
    for entry in entries {
        let mut path = entry.path.as_str();
        while let Some((parent, _)) = path.rsplit_once('/') {
            path = parent;
            if parent == last_parent || implied.contains(parent) {
                break;
            }
            match find(entries, parent) {
                Some(found) if found.kind == Kind::Dir => {}
                Some(found) => problems.push(duplicate(found, entry)),
                None => {
                    implied.insert(parent.to_owned());
                }
            }
        }
        last_parent = entry.path.rsplit_once('/').map_or("", |(parent, _)| parent);
        if implied.len() > limits.entries {
            problems.push(Problem::new(
                ProblemKind::ZipTooManyEntries,
                Place::Package,
                format!("the paths of the archive name more than {} folders", limits.entries),
            ));
            return None;
        }
    }
    Some(implied)
}

/// Finds an entry in a sorted list.
pub(crate) fn find<'a>(entries: &'a [Entry], path: &str) -> Option<&'a Entry> {
    entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok().and_then(|at| entries.get(at))
}

/// Reports names that are one name where case does not count.
fn report_twins(entries: &[Entry], problems: &mut Problems) {
    let mut keys: Vec<(u64, usize)> = entries.iter().enumerate().map(|(at, entry)| (folded(&entry.path), at)).collect();
    keys.sort_unstable();
    for pair in keys.windows(2) {
        let [(key_a, a), (key_b, b)] = pair else { continue };
        let (Some(a), Some(b)) = (entries.get(*a), entries.get(*b)) else { continue };
        if key_a == key_b && a.path.to_lowercase() == b.path.to_lowercase() {
            problems.push(
                Problem::file(ProblemKind::ZipNameCase, &b.path, format!("the name differs from {} in upper and lower case alone", a.path))
                    .help("rename one of them: on some systems one overwrites the other"),
            );
        }
    }
}

fn folded(path: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    for character in path.chars().flat_map(char::to_lowercase) {
        character.hash(&mut hasher);
    }
    hasher.finish()
}

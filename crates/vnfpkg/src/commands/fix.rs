//! `vnfpkg validate --fix`: applies the fixes of findings to the files of a folder.

use std::collections::BTreeMap;

use camino::Utf8Path;
use vnfpkg_diag::{Edit, Finding, Fix, FixSafety, SourceId, Sources};

use crate::cli::FixLevel;
use crate::exit::Failure;

/// Applies every fix of the level whose edits touch no other fix. Gives a line for each.
pub(crate) fn apply(folder: &Utf8Path, sources: &Sources, findings: &[Finding], level: FixLevel) -> Result<Vec<String>, Failure> {
    let mut edits: BTreeMap<SourceId, Vec<&Edit>> = BTreeMap::new();
    let mut done = Vec::new();
    for finding in findings {
        let Some(fix) =
            finding.fix.as_ref().filter(|fix| (fix.safety == FixSafety::Safe || level == FixLevel::Unsafe) && !touches(fix, &edits))
        else {
            continue;
        };
        for edit in &fix.edits {
            edits.entry(edit.span.source).or_default().push(edit);
        }
        done.push(format!("fixed {}: {} ({})", finding.code, fix.title, finding.file(sources).unwrap_or(folder.as_str())));
    }
    for (source, mut edits) in edits {
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
        let mut text = sources.get(source).text().to_owned();
        for edit in edits {
            text.replace_range(edit.span.range(), &edit.text);
        }
        write(&folder.join(sources.get(source).name()), sources.get(source).text(), &text)?;
    }
    Ok(done)
}

fn touches(fix: &Fix, taken: &BTreeMap<SourceId, Vec<&Edit>>) -> bool {
    fix.edits.iter().any(|edit| {
        let others = taken.get(&edit.span.source).into_iter().flatten();
        others.into_iter().any(|other| edit.span.start <= other.span.end && other.span.start <= edit.span.end)
    })
}

/// Writes a file that still has the content that was checked.
fn write(path: &Utf8Path, checked: &str, mended: &str) -> Result<(), Failure> {
    let unwritable = |error: std::io::Error| Failure::usage(format!("cannot mend {path}: {error}"));
    if std::fs::read_to_string(path).map_err(unwritable)? != checked {
        return Err(Failure::usage(format!("{path} changed while it was checked, or is not UTF-8")).help("check it again"));
    }
    std::fs::write(path, mended).map_err(unwritable)
}

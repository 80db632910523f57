//! Applies the fixes of findings to texts.

use std::collections::BTreeMap;

use crate::{Edit, Finding, Fix, FixSafety, SourceId, Sources};

/// What became of the texts.
#[derive(Debug, Default)]
pub struct Fixed {
    /// The new texts of those that changed.
    pub texts: BTreeMap<SourceId, String>,
    /// The findings that were mended, by index.
    pub mended: Vec<usize>,
}

/// Applies every fix of the level whose edits touch no fix before it; the others wait for the next round. `Safe` applies safe ones only.
pub fn apply(findings: &[Finding], sources: &Sources, level: FixSafety) -> Fixed {
    let mut edits: BTreeMap<SourceId, Vec<&Edit>> = BTreeMap::new();
    let mut fixed = Fixed::default();
    for (at, finding) in findings.iter().enumerate() {
        let allowed = |fix: &&Fix| fix.safety == FixSafety::Safe || level == FixSafety::Unsafe;
        let Some(fix) = finding.fix.as_ref().filter(allowed).filter(|fix| !touches(fix, &edits)) else { continue };
        for edit in &fix.edits {
            edits.entry(edit.span.source).or_default().push(edit);
        }
        fixed.mended.push(at);
    }
    for (source, mut edits) in edits {
        // From the end, so that offsets stay; of insertions at one place the first has to end up in front.
        edits.reverse();
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
        let mut text = sources.get(source).text().to_owned();
        for edit in edits {
            text.replace_range(edit.span.range(), &edit.text);
        }
        fixed.texts.insert(source, text);
    }
    fixed
}

fn touches(fix: &Fix, taken: &BTreeMap<SourceId, Vec<&Edit>>) -> bool {
    fix.edits.iter().any(|edit| {
        let mut others = taken.get(&edit.span.source).into_iter().flatten();
        let both_insert = |other: &Edit| edit.span == other.span && edit.span.start == edit.span.end;
        others.any(|other| edit.span.start <= other.span.end && other.span.start <= edit.span.end && !both_insert(other))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RuleInfo, Severity, Span};

    const RULE: RuleInfo = RuleInfo { code: "X", name: "x", title: "", severity: Severity::Error, clause: "", doc: "" };

    fn finding(edits: &[(Span, &str)], safety: FixSafety) -> Finding {
        let edits: Vec<Edit> = edits.iter().map(|(span, text)| Edit { span: *span, text: (*text).to_owned() }).collect();
        Finding::at(&RULE, edits[0].span, "m").fix(Fix { title: "t".to_owned(), safety, edits })
    }

    #[test]
    fn fixes_that_touch_wait_and_unsafe_ones_need_to_be_asked_for() {
        let mut sources = Sources::new();
        let id = sources.add("a", "one two three");
        let at = |start, end| Span::new(id, start, end);
        let findings = [
            finding(&[(at(0, 3), "1"), (at(8, 13), "3")], FixSafety::Safe),
            finding(&[(at(2, 5), "x")], FixSafety::Safe),
            finding(&[(at(5, 6), "W")], FixSafety::Unsafe),
        ];
        let safe = apply(&findings, &sources, FixSafety::Safe);
        assert_eq!((safe.texts[&id].as_str(), safe.mended), ("1 two 3", vec![0]));
        let all = apply(&findings, &sources, FixSafety::Unsafe);
        assert_eq!((all.texts[&id].as_str(), all.mended), ("1 tWo 3", vec![0, 2]));
    }
}

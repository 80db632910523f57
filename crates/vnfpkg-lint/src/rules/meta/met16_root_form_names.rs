//! In a package with its template in the root, the manifest has the template's name with `.mf`, and the change log is
//! `ChangeLog.txt` in the root. The missing change log is a warning.
//!
//! ## Bad
//!
//! ```text
//! registry.yaml
//! manifest.mf
//! ```
//!
//! ## Good
//!
//! ```text
//! registry.yaml
//! registry.mf
//! ChangeLog.txt
//! ```

use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MET16",
    name: "root-form-names",
    title: "Without TOSCA.meta, manifest and change log have fixed names",
    severity: Severity::Error,
    clause: "SOL004 §4.1.3",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let package = context.package;
    let root = package.root_yaml().path().filter(|_| context.meta.is_none());
    let Some((stem, _)) = root.and_then(|path| path.rsplit_once('.')) else { return Findings::new() };
    let mut findings = Findings::new();
    let manifest = format!("{stem}.mf");
    if !package.exists(&manifest) {
        let other = package.files().find(|entry| !entry.path.contains('/') && entry.path.ends_with(".mf"));
        let finding = RULE.file(other.map_or(manifest.as_str(), |entry| &entry.path), format!("the manifest is not called `{manifest}`"));
        findings.push(match other {
            Some(other) => finding.help(format!("rename `{}` to `{manifest}`", other.path)),
            None => RULE.file(&manifest, format!("the package has no manifest `{manifest}`")).help("add it, or add TOSCA.meta"),
        });
    }
    if !["ChangeLog.txt", "Files/ChangeLog.txt"].iter().any(|path| package.exists(path)) {
        let finding = RULE.file("ChangeLog.txt", "the package has no change log `ChangeLog.txt`").severity(Severity::Warning);
        findings.push(finding);
    }
    findings
}

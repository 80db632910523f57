//! The run: container, TOSCA.meta, manifest, VNFD, lifecycle documents, digests, then the checks of all rules. What one phase cannot
//! read the next ones do without, and say nothing about.

use std::cell::{Cell, OnceCell};

use vnfpkg_csar::{Field, Manifest, Package, ReadError, SignatureError, TOSCA_META, ToscaMeta, Verified};
use vnfpkg_diag::{Finding, Place, Severity, SourceId, Sources, Span};
use vnfpkg_plan::bundle::Bundle;
use vnfpkg_tosca::vnfd::Vnfd;

use crate::context::{Context, SUGGESTIONS, path_of};
use crate::digests::Digests;
use crate::edition::Editions;
use crate::findings::Findings;
use crate::mend::Site;
use crate::problems::finding_for_csar;
use crate::rule::Rule;
use crate::rules::{MANIFEST_TEXT, META_TEXT, RULES};
use crate::target::{self, Prediction, Targets};
use crate::{descriptor, lifecycle, mend, signatures};

/// Largest TOSCA.meta or manifest: 100,000 files of 150 bytes each.
const TEXT_LIMIT: u64 = 16 << 20;

/// What `validate` looks at.
#[derive(Debug, Clone)]
pub struct Options {
    /// Read all files, compare their digests and checksums.
    pub digests: bool,
    /// Report hints too: findings of severity info.
    pub pedantic: bool,
    /// The moment at which certificates have to be in force, in seconds since 1970; `None` does not look at that.
    pub now: Option<i64>,
    /// The editions that the package is held to.
    pub editions: Editions,
    /// The systems whose verdict is predicted.
    pub targets: Targets,
    /// Certificates in PEM to which that of the signer has to lead; empty when none is demanded.
    pub trust: Vec<u8>,
}

impl Default for Options {
    fn default() -> Self {
        Self { digests: true, pedantic: false, now: None, editions: Editions::default(), targets: Targets::default(), trust: Vec::new() }
    }
}

/// What was found, and what was read.
pub struct Report {
    /// All findings, sorted by file and place.
    pub findings: Vec<Finding>,
    /// TOSCA.meta, when the package has one.
    pub meta: Option<ToscaMeta>,
    /// The manifest, when the package has one.
    pub manifest: Option<ManifestFile>,
    /// The VNFD as far as it could be read.
    pub vnfd: Option<Vnfd>,
    /// The lifecycle documents that its hooks name, each once.
    pub lifecycles: Vec<Lifecycle>,
    /// What the systems that were asked for would say.
    pub predictions: Vec<Prediction>,
    /// The signatures of the package, whether they hold or not.
    pub signatures: Vec<Signed>,
    /// How much there was.
    pub stats: Stats,
    /// What the reader of the VNFD says.
    tosca: Vec<vnfpkg_tosca::Problem>,
}

/// A signature of the package.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Path of what it covers: the manifest, a file, the archive in an outer zip.
    pub path: String,
    /// Who signed, or why it does not hold.
    pub result: Result<Verified, SignatureError>,
}

/// A manifest and where it is.
#[derive(Debug, Clone)]
pub struct ManifestFile {
    /// Its path in the package.
    pub path: String,
    /// What it says.
    pub manifest: Manifest,
}

/// A lifecycle document of the package with its templates.
pub struct Lifecycle {
    /// Path of the document.
    pub path: String,
    /// The document and its templates.
    pub bundle: Bundle,
}

/// How much there was to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Files of the package.
    pub files: usize,
    /// Their bytes, uncompressed.
    pub bytes: u64,
}

impl Report {
    fn empty() -> Self {
        Self {
            findings: Vec::new(),
            meta: None,
            manifest: None,
            vnfd: None,
            lifecycles: Vec::new(),
            predictions: Vec::new(),
            signatures: Vec::new(),
            stats: Stats::default(),
            tosca: Vec::new(),
        }
    }

    /// A report of findings alone.
    pub(crate) fn of(findings: Findings, sources: &Sources, options: &Options) -> Self {
        Self::empty().finish(findings, sources, options)
    }

    fn finish(mut self, mut findings: Findings, sources: &Sources, options: &Options) -> Self {
        // A template that cannot be read since its entry is damaged is one fault.
        let list = findings.list_mut();
        let damaged: Vec<Place> =
            list.iter().filter(|finding| finding.code == "ZIP02").map(|finding| finding.primary.place.clone()).collect();
        list.retain(|finding| finding.code != "TOS03" || !damaged.contains(&finding.primary.place));
        let judge =
            |code, severity| options.editions.judge(code, severity).filter(|severity| options.pedantic || *severity > Severity::Info);
        findings.judge(judge);
        self.findings = findings.sorted(sources);
        self
    }

    /// How many findings of a severity there are.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).map(|finding| finding.stands_for).sum()
    }

    /// The worst severity found.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    /// The lifecycle document of a path.
    pub fn lifecycle(&self, path: &str) -> Option<&Lifecycle> {
        self.lifecycles.iter().find(|lifecycle| lifecycle.path == path)
    }
}

/// Applies every rule to a package. The texts that the findings point into are added to `sources`. Of a signed outer zip (SOL004 §5.1)
/// the package inside is looked at.
pub fn validate(package: &Package, sources: &mut Sources, options: &Options) -> Report {
    match package.outer() {
        Some(outer) => signatures::validate_outer(package, &outer, sources, options),
        None => validate_plain(package, sources, options, Findings::new(), false),
    }
}

/// Applies every rule to a package that is no outer zip. `findings` are what was found before, in the outer zip that it may lie in.
pub(crate) fn validate_plain(
    package: &Package,
    sources: &mut Sources,
    options: &Options,
    mut findings: Findings,
    signed_outside: bool,
) -> Report {
    findings.extend(package.problems().iter().map(finding_for_csar));
    let mut report = Report::empty();
    report.stats = package.files().fold(Stats::default(), |stats, entry| Stats { files: stats.files + 1, bytes: stats.bytes + entry.size });
    if package.is_sound() {
        read(package, sources, options.editions, &mut report, &mut findings);
        let checks = check(package, &report, sources, options, &findings, signed_outside);
        findings.append(checks.findings);
        report.predictions = checks.predictions;
        report.signatures = checks.signatures;
    } else {
        report.predictions = target::unreadable(options.targets, &findings);
    }
    let site = Site { package, meta: report.meta.as_ref(), manifest: report.manifest.as_ref(), sources, digests: options.digests };
    mend::add(findings.list_mut(), &site);
    report.finish(findings, sources, options)
}

/// Reads TOSCA.meta, manifest, VNFD and lifecycle documents.
fn read(package: &Package, sources: &mut Sources, editions: Editions, report: &mut Report, findings: &mut Findings) {
    report.meta = read_meta(package, sources, findings);
    report.manifest = read_manifest(package, report.meta.as_ref(), sources, findings);
    let Some(entry) = entry_definitions(package, report.meta.as_ref()) else { return };
    let others: Vec<String> = report.meta.iter().flat_map(|meta| descriptor::others(package, meta)).collect();
    let (vnfd, problems) = descriptor::load(package, sources, &entry, &others, editions, findings);
    report.tosca = problems;
    report.lifecycles = lifecycle::load(package, &vnfd, sources, findings);
    report.vnfd = Some(vnfd);
}

/// What the checks of all rules came to.
struct Checks {
    findings: Findings,
    predictions: Vec<Prediction>,
    signatures: Vec<Signed>,
}

/// Applies the checks of all rules to what was read.
fn check(package: &Package, report: &Report, sources: &Sources, options: &Options, reported: &Findings, outside: bool) -> Checks {
    let (meta, manifest, vnfd) = (report.meta.as_ref(), report.manifest.as_ref(), report.vnfd.as_ref());
    let digests = if options.digests { Digests::compute(package, meta, manifest, vnfd) } else { Digests::default() };
    let context = Context {
        package,
        sources,
        meta,
        manifest,
        vnfd,
        lifecycles: &report.lifecycles,
        digests: &digests,
        tosca: &report.tosca,
        editions: options.editions,
        reported,
        spans: OnceCell::new(),
        signature: OnceCell::new(),
        file_signatures: OnceCell::new(),
        trust: &options.trust,
        signed_outside: outside,
        reads_files: options.digests,
        now: options.now,
        suggestions: Cell::new(SUGGESTIONS),
    };
    let mut findings = Findings::new();
    RULES.iter().filter_map(|registered| registered.rule.check).for_each(|check| findings.append(check(&context)));
    let signatures = signatures::all(&context);
    let all: Findings = reported.iter().chain(findings.iter()).cloned().collect();
    let predictions = target::predict(options.targets, &Context { reported: &all, spans: OnceCell::new(), ..context }, sources);
    Checks { findings, predictions, signatures }
}

/// TOSCA.meta; one whose name is spelled in another case is read too, so that its other faults are seen.
fn read_meta(package: &Package, sources: &mut Sources, findings: &mut Findings) -> Option<ToscaMeta> {
    let path = if package.exists(TOSCA_META) { TOSCA_META } else { package.near(TOSCA_META)? };
    let (source, text) = read_text(package, path, META_TEXT, sources, findings)?;
    let (meta, problems) = ToscaMeta::parse(source, &text);
    findings.extend(problems.iter().map(finding_for_csar));
    Some(meta)
}

/// The manifest that TOSCA.meta names; without TOSCA.meta the one beside the root template (SOL004 §4.1.3).
fn read_manifest(package: &Package, meta: Option<&ToscaMeta>, sources: &mut Sources, findings: &mut Findings) -> Option<ManifestFile> {
    let named = match meta {
        Some(meta) => path_of(meta.entry_manifest()?)?,
        None => format!("{}.mf", package.root_yaml().path()?.rsplit_once('.')?.0),
    };
    let path = existing(package, &named)?;
    let (source, text) = read_text(package, &path, MANIFEST_TEXT, sources, findings)?;
    let (manifest, problems) = Manifest::parse(source, &text);
    findings.extend(problems.iter().map(finding_for_csar));
    Some(ManifestFile { path, manifest })
}

/// The main template: the one that TOSCA.meta names, else the only one in the root.
fn entry_definitions(package: &Package, meta: Option<&ToscaMeta>) -> Option<String> {
    match meta {
        Some(meta) => existing(package, &path_of(meta.entry_definitions().filter(|field| has_value(field))?)?),
        None => package.root_yaml().path().map(str::to_owned),
    }
}

fn has_value(field: &Field) -> bool {
    !field.value.text.is_empty()
}

/// The file of a path, or the one whose path differs in case alone.
fn existing(package: &Package, path: &str) -> Option<String> {
    let found = package.entry(path).map(|entry| entry.path.as_str()).or_else(|| package.near(path))?;
    package.entry(found).filter(|entry| entry.is_file()).map(|entry| entry.path.clone())
}

/// Reads a text; what is wrong with its bytes is a finding of `rule`.
fn read_text(package: &Package, path: &str, rule: &Rule, sources: &mut Sources, findings: &mut Findings) -> Option<(SourceId, String)> {
    match package.read_text(path, TEXT_LIMIT) {
        Ok(text) => {
            let source = sources.add(path, text.text.as_str());
            for offset in &text.invalid {
                let span = Span::new(source, *offset, *offset + char::REPLACEMENT_CHARACTER.len_utf8());
                findings.push(rule.at(span, "these bytes are not UTF-8").help("save the file as UTF-8"));
            }
            Some((source, text.text))
        }
        // It was found when the package was opened.
        Err(ReadError::Blocked { .. }) => None,
        Err(error) => {
            let damaged = error.problem().as_ref().map(finding_for_csar);
            findings.push(damaged.unwrap_or_else(|| rule.file(path, format!("the file cannot be read: {error}"))));
            None
        }
    }
}

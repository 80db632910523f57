//! Fixtures: the base with a patch, in `fixtures/CODE/{bad,good}_*.patch`.
//!
//! The first line says what is shown, the second of a bad one where its finding is: `expect: FILE | TEXT OF THE LINE`, `-` for
//! the package and `@` for some entry of the archive. Then come steps, each begun by `=== `:
//!
//! ```text
//! === FILE              lines to take out (-), to put in (+) and around them; they stand once in the file
//! === new FILE          a file of the lines that follow, each after a +
//! === delete FILE
//! === move FROM TO      also: copy FROM TO
//! === cut FILE TEXT     the file ends before the line TEXT
//! === seal              the manifest lists every file with its digest; done at the end unless it was done before
//! === unlisted          the manifest stays as it is
//! === sign              the manifest is signed; sign-bare: without the certificate, sign-twice: with a file of it too
//! === sign-file FILE    a signature of the file is put beside it
//! === trust [FILE]      the certificate of this file is trusted; without a file, one that nobody knows
//! === types             the types of SOL001 V2.6.1 are put into the package
//! === zip HOW           the archive itself is changed, see `archive.rs`
//! === name FILE         the archive is called so
//! === at SECONDS        certificates are looked at for this moment
//! === comments          comments that accept findings are taken notice of
//! === sol001 VERSION    the VNFD is held to this edition
//! === target NAME       reasons of a system to refuse the package are findings
//! === settings          lines of settings; then those are checked instead of the package
//! === request           lines of a request to `instantiate_end`; then that is checked instead of the package
//! === inventory         lines of an inventory; with a request the operation is planned
//! ```
//!
//! In lines, `\xNN` is a byte and `{sha256 FILE}` the digest of a file (`SHA256` in upper case, `sha512`).

use std::path::{Path, PathBuf};

use vnfpkg_csar::{Algorithm, Package};
use vnfpkg_diag::{Finding, Severity, Sources};
use vnfpkg_lint::edition::{Editions, Sol001};
use vnfpkg_lint::settings::{self, Settings};
use vnfpkg_lint::suppress::Acceptance;
use vnfpkg_lint::target::{Target, Targets};
use vnfpkg_lint::{Options, Report, validate};

use crate::common::{Base, Found, base, found};
use crate::{archive, requests, signed};

/// A fixture as it was written.
pub(crate) struct Fixture {
    /// Code of the rule, and the name of the file.
    pub(crate) code: String,
    pub(crate) name: String,
    /// What it shows.
    pub(crate) title: String,
    expect: Option<String>,
    steps: Vec<(String, Vec<String>)>,
}

/// A finding with its severity and message.
pub(crate) struct Hit {
    pub(crate) found: Found,
    pub(crate) severity: Severity,
    pub(crate) message: String,
}

/// What a fixture leads to.
pub(crate) struct Outcome {
    pub(crate) hits: Vec<Hit>,
    /// Where the finding of a bad one is expected.
    pub(crate) expected: Found,
}

/// All fixtures, sorted by code and name.
pub(crate) fn all() -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let sorted = |folder: &Path| {
        let mut paths: Vec<PathBuf> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    };
    sorted(&folder).iter().flat_map(|of_code| sorted(of_code)).map(|path| Fixture::read(&path)).collect()
}

impl Fixture {
    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let mut lines = text.lines();
        let title = lines.next().unwrap().to_owned();
        let mut expect = None;
        let mut steps: Vec<(String, Vec<String>)> = Vec::new();
        for line in lines {
            if let Some(place) = line.strip_prefix("expect: ") {
                expect = Some(place.to_owned());
            } else if let Some(step) = line.strip_prefix("=== ") {
                steps.push((step.to_owned(), Vec::new()));
            } else {
                steps.last_mut().unwrap_or_else(|| panic!("{path:?}: {line}")).1.push(line.to_owned());
            }
        }
        let part = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
        Self { code: part(path.parent().unwrap()), name: part(path), title, expect, steps }
    }

    pub(crate) fn is_bad(&self) -> bool {
        self.name.starts_with("bad_")
    }

    /// Is its finding about the archive, wherever it says so?
    pub(crate) fn is_anywhere(&self) -> bool {
        self.expect.as_deref() == Some("@")
    }

    /// Is it a change to files alone, so that a folder shows it too?
    pub(crate) fn is_of_files(&self) -> bool {
        self.steps
            .iter()
            .all(|(step, _)| !matches!(step.split(' ').next().unwrap(), "zip" | "name" | "request" | "inventory" | "settings" | "target"))
    }

    /// Checks it. Hints are among the hits.
    pub(crate) fn run(&self, as_folder: bool) -> Outcome {
        let mut made = Made {
            package: base(),
            name: "base.csar".to_owned(),
            zip: None,
            now: None,
            trust: Vec::new(),
            request: None,
            inventory: None,
            settings: None,
            comments: false,
            target: None,
            editions: Editions::default(),
        };
        for (step, lines) in &self.steps {
            made.step(step, lines, &format!("{}/{}", self.code, self.name));
        }
        let expected = self.expected(&made);
        Outcome { hits: made.check(as_folder), expected }
    }

    /// Code, file and line where the finding has to be.
    fn expected(&self, made: &Made) -> Found {
        let place = self.expect.as_deref().unwrap_or("-");
        let (file, line) = place.split_once(" | ").map_or((place, ""), |(file, line)| (file, line));
        let text = match file {
            "request.json" => made.request.clone().unwrap(),
            "vnfpkg.toml" => made.settings.clone().unwrap(),
            "inventory.yaml" => made.inventory.clone().unwrap(),
            _ => made.sealed().files.get(file).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default(),
        };
        let number = match line {
            "" => 0,
            _ => {
                let line = String::from_utf8(made.bytes(&line.replace("\\n", "\n"))).unwrap();
                let wanted = &line[..line.len() - 1];
                let at = text.find(wanted).unwrap_or_else(|| panic!("{} {}: {wanted:?} is not in {file}", self.code, self.name));
                text[..at].matches('\n').count() + 1
            }
        };
        (self.code.clone(), if matches!(file, "-" | "@") { String::new() } else { file.to_owned() }, u32::try_from(number).unwrap())
    }
}

/// The package that the steps make.
struct Made {
    package: Base,
    name: String,
    zip: Option<Vec<u8>>,
    now: Option<i64>,
    trust: Vec<u8>,
    request: Option<String>,
    inventory: Option<String>,
    settings: Option<String>,
    comments: bool,
    target: Option<Target>,
    editions: Editions,
}

impl Made {
    fn step(&mut self, step: &str, lines: &[String], fixture: &str) {
        let (verb, rest) = step.split_once(' ').unwrap_or((step, ""));
        let package = self.package.clone();
        match verb {
            "new" => self.package = package.with(rest, self.added(lines)),
            "delete" => self.package = package.without(rest),
            "move" | "copy" => {
                let (from, to) = rest.split_once(' ').unwrap();
                let bytes = package.files[from].clone();
                let package = if verb == "move" { package.without(from) } else { package };
                self.package = package.with(to, bytes);
            }
            "cut" => {
                let (file, line) = rest.split_once(' ').unwrap();
                let text = String::from_utf8(package.files[file].clone()).unwrap();
                let end = text.find(&format!("{line}\n")).unwrap_or_else(|| panic!("{fixture}: {line}"));
                self.package = package.with(file, &text[..end]);
            }
            "seal" => self.package = package.sealed(),
            "unlisted" => self.package = package.unlisted(),
            "sign" => self.package = signed::signed(package),
            "sign-file" => {
                let (stem, _) = rest.rsplit_once('.').unwrap();
                let signature = signed::signer().sign(&package.files[rest]);
                self.package = package.with(&format!("{stem}.sig.cms"), signature);
            }
            "sign-twice" => self.package = signed::signed_twice(package),
            "trust" => self.trust = signed::trusted(&package, rest),
            "types" => {
                let common = include_str!("../../../vnfpkg-tosca/profiles/sol001_2.6.1_common.yaml");
                let vnfd = include_str!("../../../vnfpkg-tosca/profiles/sol001_2.6.1_vnfd.yaml");
                let own = include_str!("../../../vnfpkg-tosca/profiles/vnfpkg_types.yaml");
                let package = package.with("Definitions/vnfpkg_types.yaml", own);
                let package = package.with("Definitions/etsi_nfv_sol001_common_types.yaml", common);
                self.package = package.with("Definitions/etsi_nfv_sol001_vnfd_types.yaml", vnfd);
            }
            "sign-bare" => self.package = signed::signed_bare(package),
            "zip" => self.zip = Some(archive::made(rest, &self.sealed())),
            "name" => rest.clone_into(&mut self.name),
            "at" => self.now = Some(rest.parse().unwrap()),
            "comments" => self.comments = true,
            "sol001" => self.editions.sol001 = Sol001::NAMES.into_iter().find(|(name, _)| *name == rest).map(|(_, edition)| edition),
            "target" => self.target = Target::ALL.into_iter().find(|target| target.name() == rest),
            "settings" => self.settings = Some(String::from_utf8(self.added(lines)).unwrap()),
            "request" => self.request = Some(String::from_utf8(self.added(lines)).unwrap()),
            "inventory" => self.inventory = Some(String::from_utf8(self.added(lines)).unwrap()),
            _ => self.patch(step, lines, fixture),
        }
    }

    fn patch(&mut self, file: &str, lines: &[String], fixture: &str) {
        let side = |other: char| -> Vec<u8> {
            lines.iter().filter(|line| !line.starts_with(other)).flat_map(|line| self.bytes(line.get(1..).unwrap_or(""))).collect()
        };
        let (old, new) = (side('+'), side('-'));
        let mut text = self.package.files[file].clone();
        // The last line of a file may have no end.
        text.push(b'\n');
        let places: Vec<usize> = (0..=text.len().saturating_sub(old.len()))
            .filter(|at| text[*at..].starts_with(&old) && (*at == 0 || text[at - 1] == b'\n'))
            .collect();
        assert_eq!(places.len(), 1, "{fixture}: the lines of the patch stand once in {file}");
        text.splice(places[0]..places[0] + old.len(), new);
        assert_eq!(text.pop(), Some(b'\n'), "{fixture}");
        self.package = self.package.clone().with(file, text);
    }

    /// The bytes of lines that begin with a plus.
    fn added(&self, lines: &[String]) -> Vec<u8> {
        let mut bytes: Vec<u8> = lines.iter().flat_map(|line| self.bytes(line.strip_prefix('+').unwrap())).collect();
        bytes.pop();
        bytes
    }

    /// A line with its end, escapes resolved.
    fn bytes(&self, line: &str) -> Vec<u8> {
        let mut line = line.to_owned();
        for (name, algorithm) in [("sha256", Algorithm::Sha256), ("SHA256", Algorithm::Sha256), ("sha512", Algorithm::Sha512)] {
            let mark = format!("{{{name} ");
            while let Some(start) = line.find(&mark) {
                let end = start + line[start..].find('}').unwrap();
                let digest = self.package.digest_by(&line[start + mark.len()..end], algorithm);
                line.replace_range(start..=end, if name == "SHA256" { digest.to_uppercase() } else { digest }.as_str());
            }
        }
        let mut parts = line.split("\\x");
        let mut bytes = parts.next().unwrap().as_bytes().to_vec();
        for part in parts {
            bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
            bytes.extend(&part.as_bytes()[2..]);
        }
        bytes.push(b'\n');
        bytes
    }

    fn sealed(&self) -> Base {
        if self.package.is_sealed() { self.package.clone() } else { self.package.clone().sealed() }
    }

    fn check(&self, as_folder: bool) -> Vec<Hit> {
        let targets = Targets::of(self.target.as_slice());
        let editions = self.editions;
        let options = Options { pedantic: true, now: self.now, trust: self.trust.clone(), targets, editions, ..Options::default() };
        let mut sources = Sources::new();
        let folder = tempfile::tempdir().unwrap();
        let package = if as_folder {
            self.sealed().write(folder.path());
            Package::open(camino::Utf8Path::from_path(folder.path()).unwrap()).unwrap()
        } else {
            Package::from_bytes(self.name.as_str(), self.zip.clone().unwrap_or_else(|| self.sealed().zip())).unwrap()
        };
        let report = validate(&package, &mut sources, &options);
        let of_inputs = self.of_inputs(&package, &report, &mut sources);
        let findings = of_inputs.unwrap_or_else(|| self.accepted(report, &sources));
        let hit = |finding: &Finding| Hit { found: found(finding, &sources), severity: finding.severity, message: finding.message.clone() };
        findings.iter().map(hit).collect()
    }

    /// The findings of the package after comments, with the reasons of a target.
    fn accepted(&self, report: Report, sources: &Sources) -> Vec<Finding> {
        let settings = Settings::default();
        let acceptance =
            Acceptance { settings: &settings, baseline: None, package: "base", pedantic: true, digests: true, comments: self.comments };
        let mut findings = acceptance.sort(report.findings, sources).findings;
        findings.extend(report.predictions.into_iter().flat_map(|prediction| prediction.reasons));
        findings
    }

    /// Findings of the settings, or of the request and the inventory, when there are some.
    fn of_inputs(&self, package: &Package, report: &Report, sources: &mut Sources) -> Option<Vec<Finding>> {
        if let Some(text) = &self.settings {
            return Some(settings::read(sources.add("vnfpkg.toml", text.as_str()), text).1);
        }
        requests::checked(package, report, self.request.as_deref(), self.inventory.as_deref(), sources)
    }
}

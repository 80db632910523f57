//! What surrounds the rules of `vnfpkg validate`: suppressions, settings, baselines, fixes, formats, many packages, targets, signatures.
#![allow(clippy::unwrap_used, reason = "a helper of a test that fails is a test that fails")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use vnfpkg_tests::{Outcome, outcome};
use xtask::product::Workbench;

const META: &str = "TOSCA-Metadata/TOSCA.meta";
const DF: &str = "Definitions/private_registry_df_simple.yaml";

fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{} lacks `{from}`", path.display());
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

/// `vnfpkg validate` outside of any CI.
fn validate(bench: &Workbench, arguments: &[&str], packages: &[&Path]) -> Outcome {
    outcome(command(bench, "validate").args(arguments).args(packages))
}

fn command(bench: &Workbench, name: &str) -> Command {
    let mut command = bench.vnfpkg();
    command.env_remove("GITHUB_ACTIONS").env_remove("GITLAB_CI").arg(name);
    command
}

/// A package with one warning (MET06) and one error (TOS07).
fn faulty(bench: &Workbench) -> PathBuf {
    let folder = bench.package("private_registry").unwrap();
    edit(&folder.join(META), "Created-By", "Created-by");
    edit(&folder.join(DF), "        order: 0", "        ordre: 0");
    folder
}

fn pack(bench: &Workbench, folder: &Path, name: &str) -> PathBuf {
    let csar = bench.path(name);
    outcome(command(bench, "pack").arg("--no-validate").arg(folder).arg("-o").arg(&csar)).expect(0);
    csar
}

#[test]
fn findings_are_accepted_with_a_reason_in_folder_and_archive_alike() {
    let bench = Workbench::new().unwrap();
    let folder = faulty(&bench);
    let settings = "[[validate.allow]]\ncode = 'MET06'\nreason = 'the VNFM of the customer wants it so'\n\
        [[validate.allow]]\ncode = 'ZIP09'\nreason = 'never'\n";
    fs::write(bench.path("vnfpkg.toml"), settings).unwrap();
    edit(&folder.join(DF), "        ordre: 0", "        ordre: 0 # vnfpkg: allow TOS07 because it is tried here");
    for package in [folder.clone(), pack(&bench, &folder, "a.csar")] {
        let output = validate(&bench, &[], &[&package]).expect(0);
        assert!(output.stdout.contains("2 more findings accepted by comments, vnfpkg.toml or the baseline"), "{}", output.stdout);
        assert!(output.stdout.contains("warning[SUP01]: nothing here breaks ZIP09"), "{}", output.stdout);
        assert!(output.stdout.contains("vnfpkg.toml:5:"), "{}", output.stdout);
        validate(&bench, &["--no-suppress"], &[&package]).expect(1);
    }
    // The folder's own file comes first, does not become part of the package, and gives reasons.
    fs::write(folder.join("vnfpkg.toml"), "[[validate.allow]]\ncode = 'MET06'\n[validate.severity]\nMET06 = 'error'\n").unwrap();
    let output = validate(&bench, &["--format", "concise"], &[&folder]).expect(1);
    assert!(output.stdout.contains("vnfpkg.toml:1:") && output.stdout.contains("error[SUP03] a finding is accepted without a reason"));
    assert!(output.stdout.contains("error[MET06]"), "{}", output.stdout);
    let csar = pack(&bench, &folder, "b.csar");
    assert!(!String::from_utf8_lossy(&fs::read(csar).unwrap()).contains("vnfpkg.toml"));
}

#[test]
fn a_baseline_leaves_the_new_findings() {
    let bench = Workbench::new().unwrap();
    let folder = faulty(&bench);
    let known = bench.path("known.json");
    let baseline = ["--baseline", known.to_str().unwrap()];
    validate(&bench, &[baseline[0], baseline[1], "--write-baseline"], &[&folder]).expect(0).says("2 known findings");
    let text = fs::read_to_string(&known).unwrap();
    validate(&bench, &baseline, &[&folder]).expect(0);
    // Lines are no part of it, and the archive of the folder is the same package.
    edit(&folder.join(META), "CSAR-Version: 1.1\n", "# a comment\nCSAR-Version: 1.1\n");
    edit(&folder.join(DF), "        ordre: 0", "        ordre: 0\n        odrer: 1");
    let output = validate(&bench, &[baseline[0], baseline[1], "--format", "concise"], &[&folder]).expect(1);
    assert!(output.stdout.contains("odrer") && !output.stdout.contains("ordre") && !output.stdout.contains("MET06"), "{}", output.stdout);
    edit(&folder.join(DF), "        ordre: 0\n        odrer: 1", "        order: 0");
    let output = validate(&bench, &baseline, &[&pack(&bench, &folder, "private_registry.csar")]).expect(0);
    assert!(output.stdout.contains("1 finding of the baseline are no more"), "{}", output.stdout);
    assert_eq!(fs::read_to_string(&known).unwrap(), text);
    fs::write(&known, "{}").unwrap();
    validate(&bench, &baseline, &[&folder]).expect(2).says("no baseline");
}

#[test]
fn fixes_reach_an_end_and_a_second_run_changes_nothing() {
    let bench = Workbench::new().unwrap();
    let folder = faulty(&bench);
    let before = fs::read_to_string(folder.join(DF)).unwrap();
    let output = validate(&bench, &["--fix=unsafe", "--diff"], &[&folder]).expect(9).says("would fix TOS07");
    assert!(output.stdout.starts_with("--- a/Definitions/"), "{}", output.stdout);
    assert!(output.stdout.contains("\n-        ordre: 0\n+        order: 0\n"), "{}", output.stdout);
    assert_eq!(fs::read_to_string(folder.join(DF)).unwrap(), before);
    validate(&bench, &["--fix"], &[&folder]).expect(1).says("fixed MET06");
    assert_eq!(fs::read_to_string(folder.join(DF)).unwrap(), before);
    validate(&bench, &["--fix=unsafe"], &[&folder]).expect(0).says("fixed TOS07");
    let output = validate(&bench, &["--fix=unsafe"], &[&folder]).expect(0);
    assert_eq!(output.stderr, "");
    validate(&bench, &["--fix=unsafe", "--diff"], &[&folder]).expect(0);
}

#[test]
fn of_an_archive_a_new_one_is_written_and_a_stale_signature_is_told() {
    let bench = Workbench::new().unwrap();
    let keys = Keys::new(&bench);
    let folder = bench.package("private_registry").unwrap();
    edit(&folder.join(META), "Created-By", "Created-by");
    let csar = bench.path("a.csar");
    outcome(
        command(&bench, "pack")
            .args(["--no-validate", "--sign"])
            .arg(&keys.key)
            .arg("--cert")
            .arg(&keys.certificate)
            .arg(&folder)
            .arg("-o")
            .arg(&csar),
    )
    .expect(0);
    let bytes = fs::read(&csar).unwrap();
    validate(&bench, &["--fix"], &[&csar]).expect(2).says("--output FILE");
    let mended = bench.path("b.csar");
    let output = validate(&bench, &["--fix", "-o", mended.to_str().unwrap()], &[&csar]).expect(1);
    for text in ["fixed MET06", "fixed MAN10", "the signature in private_registry.mf is stale"] {
        assert!(output.stderr.contains(text), "`{text}` is not in {}", output.stderr);
    }
    assert!(fs::read(&csar).unwrap() == bytes, "the archive itself was changed");
    let left = validate(&bench, &["--format", "concise"], &[&mended]).expect(1);
    assert!(left.stdout.contains("SIG03") && left.stdout.lines().count() == 1, "{}", left.stdout);
}

#[test]
fn formats_follow_the_ci_system_and_reports_go_to_files() {
    let bench = Workbench::new().unwrap();
    let folder = faulty(&bench);
    let github = outcome(command(&bench, "validate").env("GITHUB_ACTIONS", "true").arg(&folder)).expect(1);
    assert!(github.stdout.starts_with("::error file="), "{}", github.stdout);
    let gitlab = outcome(command(&bench, "validate").env("GITLAB_CI", "true").arg(&folder)).expect(1);
    assert!(gitlab.stdout.starts_with('['), "{}", gitlab.stdout);
    let chosen = outcome(command(&bench, "validate").env("GITHUB_ACTIONS", "true").args(["--format", "concise"]).arg(&folder)).expect(1);
    assert!(chosen.stdout.contains(": error[TOS07] "), "{}", chosen.stdout);
    let (sarif, junit) = (bench.path("f.sarif"), bench.path("f.xml"));
    let reports = [format!("sarif={}", sarif.display()), format!("junit={}", junit.display())];
    let human = validate(&bench, &["--report", &reports[0], "--report", &reports[1]], &[&folder]).expect(1);
    assert!(human.stdout.contains("1 error, 1 warning"), "{}", human.stdout);
    let sarif: serde_json::Value = serde_json::from_str(&fs::read_to_string(sarif).unwrap()).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 2);
    assert!(fs::read_to_string(junit).unwrap().contains("TOS07"));
    validate(&bench, &["--report", "pdf=x"], &[&folder]).expect(2).says("there is no format `pdf`");
}

#[test]
fn many_packages_keep_their_order_and_one_that_is_missing_does_not_hide_the_others() {
    let bench = Workbench::new().unwrap();
    let folder = faulty(&bench);
    let archives: Vec<PathBuf> = (0..8).map(|number| pack(&bench, &folder, &format!("p{number}.csar"))).collect();
    let mut paths: Vec<&Path> = archives.iter().map(PathBuf::as_path).collect();
    let missing = bench.path("none.csar");
    paths.insert(3, &missing);
    let first = validate(&bench, &["--format", "concise"], &paths).expect(2).says("none.csar: no such file");
    let names: Vec<usize> = (0..8).map(|number| first.stdout.find(&format!("p{number}.csar")).unwrap()).collect();
    assert!(names.is_sorted(), "{}", first.stdout);
    assert_eq!(validate(&bench, &["--format", "concise"], &paths).stdout, first.stdout);
}

#[test]
fn a_package_can_come_from_standard_input() {
    let bench = Workbench::new().unwrap();
    let bytes = fs::read(pack(&bench, &faulty(&bench), "a.csar")).unwrap();
    let mut child =
        command(&bench, "validate").args(["--format", "concise", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("TOS07"));
}

#[test]
fn a_verdict_of_a_system_is_a_block_of_its_own_and_fails_the_command() {
    let bench = Workbench::new().unwrap();
    let folder = bench.package("private_registry").unwrap();
    let output = validate(&bench, &["--target", "tacker"], &[&folder]).expect(1);
    assert!(output.stdout.contains("no findings"), "{}", output.stdout);
    assert!(output.stdout.contains("Tacker would refuse this package:"), "{}", output.stdout);
    let output = validate(&bench, &["--target", "tacker", "--format", "json"], &[&folder]).expect(1);
    assert!(output.stdout.contains("\"TGT01\""), "{}", output.stdout);
    validate(&bench, &["--target", "osm"], &[&folder]).expect(2).says("there are tacker, onap");
    fs::write(folder.join("vnfpkg.toml"), "[validate]\ntargets = ['onap']\n").unwrap();
    assert!(validate(&bench, &[], &[&folder]).expect(1).stdout.contains("ONAP would refuse this package:"));
}

#[test]
fn editions_decide_what_is_wrong() {
    let bench = Workbench::new().unwrap();
    let folder = bench.package("private_registry").unwrap();
    edit(&folder.join(META), "ETSI-Entry-Manifest", "Entry-Manifest");
    edit(&folder.join(META), "ETSI-Entry-Change-Log", "Entry-Change-Log");
    edit(&folder.join(META), "ETSI-Entry-Licenses", "Entry-Licenses");
    validate(&bench, &["--fail-on", "warning"], &[&folder]).expect(1);
    validate(&bench, &[], &[&folder]).expect(0);
    validate(&bench, &["--sol004", "2.5.1", "--fail-on", "warning"], &[&folder]).expect(0);
    let newer = validate(&bench, &["--sol004", "2.7.1", "--format", "concise"], &[&folder]).expect(1);
    assert!(newer.stdout.contains("error[MET11]") && newer.stdout.contains("error[MAN03]"), "{}", newer.stdout);
    assert!(validate(&bench, &["--strict", "--format", "concise"], &[&folder]).expect(1).stdout.contains("error[MET11]"));
    validate(&bench, &["--sol004", "1"], &[&folder]).expect(2).says("there are 2.3.1");
}

/// A root and a signer with an encrypted key, made by `openssl`.
struct Keys {
    root: PathBuf,
    key: PathBuf,
    locked: PathBuf,
    certificate: PathBuf,
}

impl Keys {
    fn new(bench: &Workbench) -> Self {
        let openssl = |arguments: &str| {
            outcome(Command::new("openssl").args(arguments.split(' ')).current_dir(bench.path(""))).expect(0);
        };
        openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -subj /CN=Root -days 30");
        openssl("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k.key -out k.csr -subj /CN=Vendor");
        openssl("x509 -req -in k.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out k.pem -days 30");
        openssl("pkey -in k.key -aes256 -passout pass:correct-horse -out locked.key");
        let path = |name: &str| bench.path(name);
        Self { root: path("ca.pem"), key: path("k.key"), locked: path("locked.key"), certificate: path("k.pem") }
    }
}

#[test]
fn a_package_is_signed_and_verified_in_each_way() {
    let bench = Workbench::new().unwrap();
    let keys = Keys::new(&bench);
    let folder = bench.package("private_registry").unwrap();
    let pack = |arguments: &[&str], output: &Path| {
        let mut command = command(&bench, "pack");
        command.arg("--sign").arg(&keys.locked).arg("--cert").arg(&keys.certificate).args(arguments).arg(&folder).arg("-o").arg(output);
        command
    };
    let secret = bench.write("secret", "correct-horse\n").unwrap();
    let from_file = ["--passphrase-file", secret.to_str().unwrap()];
    for (name, more) in [("a.csar", None), ("b.csar", Some("--sign-artifacts")), ("c.zip", Some("--outer"))] {
        let output = bench.path(name);
        let arguments: Vec<&str> = from_file.iter().copied().chain(more).collect();
        outcome(&mut pack(&arguments, &output)).expect(0);
        let verified = outcome(command(&bench, "verify").arg(&output).arg("--trust").arg(&keys.root)).expect(0);
        for text in ["the signature fits", "signed by  CN=Vendor (EC 256), issued by CN=Root", "leads to a trusted certificate"] {
            assert!(verified.stdout.contains(text), "`{text}` is not in {}", verified.stdout);
        }
        let distrusted = outcome(command(&bench, "verify").arg(&output).arg("--trust").arg(&keys.certificate));
        // The signer's own certificate is no root.
        distrusted.expect(1).says("leads to none that is trusted");
        validate(&bench, &["--trust", keys.root.to_str().unwrap()], &[&output]).expect(0);
    }
    outcome(pack(&[], &bench.path("d.csar")).env("VNFPKG_KEY_PASSPHRASE", "correct-horse")).expect(0);
    outcome(pack(&[], &bench.path("e.csar")).env("VNFPKG_KEY_PASSPHRASE", "wrong")).expect(2).says("the passphrase does not open it");
    assert!(!bench.path("e.csar").exists());
    outcome(command(&bench, "verify").arg(&folder)).expect(1).says("the package is not signed");
    validate(&bench, &["--trust", keys.root.to_str().unwrap()], &[&folder]).expect(1);
}

#[test]
fn a_certificate_out_of_date_and_a_changed_file_are_told() {
    let bench = Workbench::new().unwrap();
    let keys = Keys::new(&bench);
    let folder = bench.package("private_registry").unwrap();
    let expired = "x509 -req -in k.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out old.pem -days -1";
    outcome(Command::new("openssl").args(expired.split(' ')).current_dir(bench.path(""))).expect(0);
    let csar = bench.path("a.csar");
    outcome(
        command(&bench, "pack").arg("--sign").arg(&keys.key).arg("--cert").arg(bench.path("old.pem")).arg(&folder).arg("-o").arg(&csar),
    )
    .expect(0);
    let output = outcome(command(&bench, "verify").arg(&csar).arg("--trust").arg(&keys.root)).expect(1);
    assert!(output.stderr.contains("is not in force now") && output.stderr.contains("expired"), "{}", output.stderr);
    outcome(
        command(&bench, "pack")
            .args(["--sign-artifacts", "--sign"])
            .arg(&keys.key)
            .arg("--cert")
            .arg(&keys.certificate)
            .arg(&folder)
            .arg("-o")
            .arg(&csar),
    )
    .expect(0);
    let unpacked = bench.path("unpacked");
    outcome(Command::new("unzip").arg("-q").arg(&csar).arg("-d").arg(&unpacked)).expect(0);
    outcome(command(&bench, "verify").arg(&unpacked)).expect(0);
    fs::write(unpacked.join("Scripts/load_image.sh"), "changed\n").unwrap();
    let output = outcome(command(&bench, "verify").arg(&unpacked)).expect(1);
    assert!(output.stderr.contains("MAN10") && output.stderr.contains("SIG06"), "{}", output.stderr);
}

#[test]
fn rules_are_listed_by_family_severity_and_text() {
    let bench = Workbench::new().unwrap();
    let list = |arguments: &[&str]| outcome(command(&bench, "rules").args(arguments));
    let all = list(&[]).expect(0).stdout.lines().count();
    let met = list(&["met"]).expect(0).stdout;
    assert!(met.lines().count() < all && met.lines().all(|line| line.starts_with("MET")), "{met}");
    let errors = list(&["--severity", "error"]).expect(0).stdout;
    assert!(errors.lines().all(|line| line.contains(" error ")), "{errors}");
    assert!(list(&["--grep", "created-by"]).expect(0).stdout.starts_with("MET06"));
    let json: serde_json::Value = serde_json::from_str(&list(&["MET06", "--json"]).expect(0).stdout).unwrap();
    assert_eq!((json.as_array().unwrap().len(), json[0]["code"].as_str()), (1, Some("MET06")));
    list(&["QQQ"]).expect(2).says("no rule is like that");
}

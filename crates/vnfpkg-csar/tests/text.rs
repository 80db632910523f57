//! TOSCA.meta and manifests: what real and odd ones mean, and where each problem points.
#![allow(clippy::unwrap_used)]

use vnfpkg_csar::ProblemKind::*;
use vnfpkg_csar::{Manifest, ManifestEntry, Problem, ProblemKind, ToscaMeta};
use vnfpkg_diag::{Place, Sources};

fn meta(text: &str) -> (ToscaMeta, Vec<Problem>, Sources) {
    let mut sources = Sources::new();
    let id = sources.add("TOSCA.meta", text);
    let (meta, problems) = ToscaMeta::parse(id, text);
    (meta, problems, sources)
}

fn manifest(text: &str) -> (Manifest, Vec<Problem>, Sources) {
    let mut sources = Sources::new();
    let id = sources.add("x.mf", text);
    let (manifest, problems) = Manifest::parse(id, text);
    (manifest, problems, sources)
}

/// Kind, line and marked text of each problem.
fn marked(problems: &[Problem], sources: &Sources) -> Vec<(ProblemKind, u32, String)> {
    let place = |problem: &Problem| match problem.place {
        Place::Span(span) => (problem.kind, sources.line_col(span).line, sources.text(span).to_owned()),
        _ => panic!("no span: {problem:?}"),
    };
    problems.iter().map(place).collect()
}

#[test]
fn blocks_may_repeat_names_and_values_may_hold_colons() {
    let text = "TOSCA-Meta-File-Version: 1.0\nCreated-by: A: B\nCSAR-Version: 1.1\nEntry-Definitions: Definitions/top.yaml\n\n\n\
                Name: a.img\nContent-Type: x\n\nName: b.sh\nAlgorithm: SHA-256\nHash: 00ff\n";
    let (meta, problems, sources) = meta(text);
    assert_eq!(problems, []);
    assert_eq!(meta.created_by().unwrap().value.text, "A: B");
    assert!(!meta.created_by().unwrap().is_spelled("Created-By"));
    let entry = meta.entry_definitions().unwrap();
    assert_eq!((sources.text(entry.value.span), sources.line_col(entry.value.span).line), ("Definitions/top.yaml", 4));
    let names: Vec<_> = meta.named_blocks().map(|block| block.name.unwrap().value.text.as_str()).collect();
    assert_eq!(names, ["a.img", "b.sh"]);
    assert_eq!(meta.named_blocks().nth(1).unwrap().hash.unwrap().value.text, "00ff");
}

#[test]
fn line_ends_marks_tabs_and_blanks_do_not_matter() {
    for nl in ["\n", "\r\n", "\r"] {
        let text = ["\u{feff}TOSCA-Meta-File-Version:\t1.0  ", "CSAR-Version : \"1.1\"", " \t ", "Name: a", ""].join(nl);
        let (meta, problems, sources) = meta(&text);
        assert_eq!(problems, [], "{nl:?}");
        assert_eq!(meta.file_version().unwrap().value.text, "1.0");
        let version = &meta.csar_version().unwrap().value;
        assert_eq!((version.text.as_str(), sources.text(version.span)), ("1.1", "1.1"));
        assert_eq!(meta.blocks.len(), 2, "{nl:?}");
    }
}

#[test]
fn old_keys_misplaced_keys_and_lists_are_found() {
    let text = "Entry-Manifest: a.mf\nOther-Definitions: a.yaml, \"b c.yaml\"\n  d.yaml\n\nCSAR-Version: 1.1\n";
    let (meta, problems, sources) = meta(text);
    assert_eq!(problems, []);
    assert_eq!(meta.entry_manifest().unwrap().key.text, "Entry-Manifest");
    assert!(meta.csar_version().is_none());
    assert_eq!(meta.misplaced("CSAR-Version").unwrap().value.text, "1.1");
    let others = meta.other_definitions();
    assert_eq!(others.iter().map(|word| word.text.as_str()).collect::<Vec<_>>(), ["a.yaml", "b c.yaml", "d.yaml"]);
    assert_eq!(sources.text(others[1].span), "b c.yaml");
}

#[test]
fn faults_of_tosca_meta_point_to_their_lines() {
    let (_, problems, sources) = meta("CSAR-Version: 1.1\nno pair\nCsar-Version: 1.0\nCreated-By:\n Entry-Definitions: x.yaml\n");
    assert_eq!(
        marked(&problems, &sources),
        [
            (MetaSyntax, 2, "no pair".to_owned()),
            (MetaDuplicateKey, 3, "Csar-Version: 1.0".to_owned()),
            (MetaSyntax, 5, "Entry-Definitions: x.yaml".to_owned()),
        ]
    );
    let (_, problems, sources) = meta("Created-By:\n");
    assert_eq!(marked(&problems, &sources), [(MetaEmptyValue, 1, "Created-By".to_owned())]);
}

const GOOD: &str = "metadata:\n  vnf_product_name: p\nvnf_release_date_time: 2026-01-01T10:00:00+03:00\n\nSource: a.yaml\nAlgorithm: SHA-256\n\
    Hash: 0123\n\nSource: b.img\nAlgorithm: SHA-512\nHash: 4567\nSignature: b.sig.cms\nCertificate: b.cert\nSource: c\n\n\
    non_mano_artifact_sets:\n  onap_others:\n    Source: d\n    Source: e\n  prv.x-y:\n    Source: f\n";

#[test]
fn a_manifest_has_metadata_entries_sets_and_a_signature() {
    let text = format!("{GOOD}-----BEGIN CMS-----\nMIIB:x\n-----END CMS-----\n");
    let (manifest, problems, sources) = manifest(&text);
    assert_eq!(problems, []);
    assert_eq!(manifest.get("VNF_release_date_time").unwrap().value.text, "2026-01-01T10:00:00+03:00");
    assert_eq!(manifest.entries.iter().filter_map(ManifestEntry::path).collect::<Vec<_>>(), ["a.yaml", "b.img", "c"]);
    let image = manifest.entry("b.img").unwrap();
    assert_eq!(image.certificate.as_ref().unwrap().value.text, "b.cert");
    assert!(sources.text(image.span).starts_with("Source: b.img") && sources.text(image.span).ends_with("b.cert"));
    let sets: Vec<_> = manifest.non_mano_sets.iter().map(|set| (set.id.text.as_str(), set.sources.len())).collect();
    assert_eq!(sets, [("onap_others", 2), ("prv.x-y", 1)]);
    let cms = manifest.cms.unwrap();
    assert_eq!((cms.span.start as usize, cms.closed, cms.label.as_str()), (GOOD.len(), true, "CMS"));
    assert_eq!(cms.span.end as usize, text.len() - 1);
    assert!(!manifest.metadata.iter().any(|field| field.key.text.starts_with("pnfd_")));
}

#[test]
fn a_manifest_with_windows_line_ends_means_the_same() {
    let (unix, _, _) = manifest(GOOD);
    let (windows, problems, _) = manifest(&format!("\u{feff}{}", GOOD.replace('\n', "\r\n")));
    assert_eq!(problems, []);
    let shape = |manifest: &Manifest| -> Vec<String> {
        manifest.entries.iter().map(|entry| entry.hash.as_ref().map(|hash| hash.value.text.clone()).unwrap_or_default()).collect()
    };
    assert_eq!(shape(&unix), shape(&windows));
}

#[test]
fn entries_may_follow_the_artifact_sets() {
    let text = "metadata:\nvnf_product_name: p\nnon_mano_artifact_sets:\n  onap_others:\n    Source: d\n\nSource: a\nAlgorithm: SHA-256\nHash: 01\nSource: b\nAlgorithm: SHA-256\nHash: 02\n";
    let (manifest, problems, _) = manifest(text);
    assert_eq!(problems, []);
    assert_eq!(manifest.non_mano_sets[0].sources.len(), 1);
    assert_eq!(manifest.entries.iter().filter_map(ManifestEntry::path).collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn faults_of_a_manifest_point_to_their_lines() {
    let one = |text: &str| {
        let (_, problems, sources) = manifest(text);
        let mut marked = marked(&problems, &sources);
        assert_eq!(marked.len(), 1, "{text:?}: {marked:?}");
        marked.remove(0)
    };
    let with = |rest: &str| format!("metadata:\nvnf_product_name: p\n{rest}");
    let is = |kind, line, text: &str| (kind, line, text.to_owned());
    assert_eq!(one(""), is(ManifestMetadata, 1, ""));
    assert_eq!(one("vnf_product_name: p\n"), is(ManifestMetadata, 1, "vnf_product_name: p"));
    assert_eq!(one("Source: a\n\nmetadata:\nx: y\n"), is(ManifestMetadata, 3, "metadata"));
    assert_eq!(one(&with("metadata:\n")), is(ManifestMetadata, 3, "metadata"));
    assert_eq!(one(&with("what is this\n")), is(ManifestSyntax, 3, "what is this"));
    assert_eq!(one(&with("Source: a\nAuthor: b\n")), is(ManifestSyntax, 4, "Author: b"));
    assert_eq!(one(&with("VNF_product_name: q\n")), is(ManifestDuplicateKey, 3, "VNF_product_name: q"));
    assert_eq!(one(&with("vnf_provider_id:\n")), is(ManifestEmptyValue, 3, "vnf_provider_id"));
    assert_eq!(one(&with("Source: a\nHash: 00\n")), is(ManifestEntry, 3, "Source: a\nHash: 00"));
    assert_eq!(one(&with("Source: a\nAlgorithm: SHA-256\n")), is(ManifestEntry, 3, "Source: a\nAlgorithm: SHA-256"));
    assert_eq!(one(&with("Algorithm: SHA-256\nHash: 00\n")), is(ManifestEntry, 3, "Algorithm: SHA-256\nHash: 00"));
    assert_eq!(one(&with("Source: a\nAlgorithm: SHA-256\nHash: 0\nHash: 1\n")), is(ManifestEntry, 6, "Hash: 1"));
    assert_eq!(one(&with("source: a\n")), is(ManifestEntryForm, 3, "source"));
    assert_eq!(one(&with("Source: a\nHash: 00\nAlgorithm: SHA-256\n")).0, ManifestEntryForm);
    assert_eq!(one(&with("\nSource: x\nName: a\n")), is(ManifestEntryForm, 5, "Name"));
    assert_eq!(one(&with("non_mano_artifact_sets:\n Source: a\n")), is(ManifestSet, 4, "Source: a"));
    assert_eq!(one(&with("non_mano_artifact_sets:\n onap:\n")), is(ManifestSet, 4, "onap"));
    assert_eq!(one(&with("non_mano_artifact_sets:\n ONAP:\n  Source: a\n")), is(ManifestSet, 4, "ONAP"));
    assert_eq!(one(&with("-----BEGIN CMS-----\nMII\n")).0, ManifestCms);
    let block = "-----BEGIN CMS-----\nMII\n-----END CMS-----\n";
    assert_eq!(one(&with(&format!("{block}Source: a\n"))), is(ManifestCms, 6, "Source: a"));
    let (_, problems, _) = manifest(&with(&format!("{block}{block}")));
    assert!(!problems.is_empty() && problems.iter().all(|problem| problem.kind == ManifestCms), "{problems:?}");
}

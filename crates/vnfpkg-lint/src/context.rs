//! What the check of a rule may look at: the package as a whole, after everything was read.

use std::cell::{Cell, OnceCell};

use vnfpkg_csar::{Field, ManifestEntry, Package, SignatureError, ToscaMeta, Verified, join};
use vnfpkg_diag::{SourceId, Sources, Span};
use vnfpkg_tosca::grammar::Topology;
use vnfpkg_tosca::load::LoadedFile;
use vnfpkg_tosca::vnfd::{Flavour, Policies, Vdu, Vnfd};

use crate::digests::Digests;
use crate::edition::Editions;
use crate::findings::Findings;
use crate::signatures::FileSignature;
use crate::validate::{Lifecycle, ManifestFile};

/// The package and all that was read of it. What is broken is `None` or left out, and was reported.
pub(crate) struct Context<'a> {
    pub(crate) package: &'a Package,
    /// The texts that were read.
    pub(crate) sources: &'a Sources,
    pub(crate) meta: Option<&'a ToscaMeta>,
    pub(crate) manifest: Option<&'a ManifestFile>,
    pub(crate) vnfd: Option<&'a Vnfd>,
    pub(crate) lifecycles: &'a [Lifecycle],
    pub(crate) digests: &'a Digests,
    /// What is wrong with the VNFD, as its reader says it.
    pub(crate) tosca: &'a [vnfpkg_tosca::Problem],
    /// The editions that the package is held to.
    pub(crate) editions: Editions,
    /// What was found before the checks of the rules.
    pub(crate) reported: &'a Findings,
    /// The places of those, once they were asked for.
    pub(crate) spans: OnceCell<Vec<Span>>,
    /// The signature of the manifest, checked when it is asked for.
    pub(crate) signature: OnceCell<Option<(Span, Result<Verified, SignatureError>)>>,
    /// The signatures of files of their own, checked when they are asked for.
    pub(crate) file_signatures: OnceCell<Vec<FileSignature>>,
    /// Certificates that signers have to lead to, in PEM; empty when none are demanded.
    pub(crate) trust: &'a [u8],
    /// The package lies in an outer zip that is signed.
    pub(crate) signed_outside: bool,
    /// May files be read as a whole?
    pub(crate) reads_files: bool,
    /// The moment of checking, in seconds since 1970.
    pub(crate) now: Option<i64>,
    /// How many more paths are looked for.
    pub(crate) suggestions: Cell<usize>,
}

impl<'a> Context<'a> {
    /// The entries of the manifest; none without one.
    pub(crate) fn entries(&self) -> &'a [ManifestEntry] {
        self.manifest.map_or(&[], |file| &file.manifest.entries)
    }

    /// The deployment flavours; none without a VNFD.
    pub(crate) fn flavours(&self) -> &'a [Flavour] {
        self.vnfd.map_or(&[], |vnfd| &vnfd.flavours)
    }

    /// The scaling and instantiation policies of each flavour.
    pub(crate) fn policies(&self) -> impl Iterator<Item = &'a Policies> + use<'a> {
        self.flavours().iter().map(|flavour| &flavour.policies)
    }

    /// The VDUs of all flavours.
    pub(crate) fn vdus(&self) -> impl Iterator<Item = &'a Vdu> + use<'a> {
        self.flavours().iter().flat_map(|flavour| &flavour.vdus)
    }

    /// The topologies of the package, each with its file.
    pub(crate) fn topologies(&self) -> impl Iterator<Item = (&'a LoadedFile, &'a Topology)> + use<'a> {
        let files = self.vnfd.map_or(&[][..], |vnfd| &vnfd.model.files);
        files.iter().filter_map(|file| Some((file, file.template.topology.as_ref()?)))
    }
}

fn key(span: Span) -> (SourceId, u32, u32) {
    (span.source, span.start, span.end)
}

/// Looking for a similar path takes a walk over all of them; a hostile package does not get more walks than this.
pub(crate) const SUGGESTIONS: usize = 100;

impl Context<'_> {
    /// Lies a finding of the readers within this range?
    pub(crate) fn is_reported_within(&self, range: Span) -> bool {
        let spans = self.spans();
        let from = spans.partition_point(|span| (span.source, span.start) < (range.source, range.start));
        let begun = spans[from..].iter().take_while(|span| span.source == range.source && span.start <= range.end);
        begun.into_iter().any(|span| span.end <= range.end)
    }

    /// Has this very place a finding of the readers already?
    pub(crate) fn is_reported(&self, span: Span) -> bool {
        self.spans().binary_search_by_key(&key(span), |reported| key(*reported)).is_ok()
    }

    /// The places of all findings of the readers in order, so that a question needs no walk over them.
    fn spans(&self) -> &[Span] {
        self.spans.get_or_init(|| {
            let mut spans: Vec<Span> = self.reported.spans().collect();
            spans.sort_by_key(|span| key(*span));
            spans
        })
    }

    /// Help for a path that is not there: the one that differs in case alone, or nearly.
    pub(crate) fn did_you_mean(&self, path: &str) -> Option<String> {
        self.suggestions.set(self.suggestions.get().checked_sub(1)?);
        crate::files::near(self.package, path).map(|near| format!("did you mean `{near}`?"))
    }
}

/// The package path that a field names; `None` for a URI or a path that leaves the package.
pub(crate) fn path_of(field: &Field) -> Option<String> {
    join("", &field.value.text)
}

/// Is it an address rather than a path?
pub(crate) fn is_uri(text: &str) -> bool {
    text.contains("://")
}

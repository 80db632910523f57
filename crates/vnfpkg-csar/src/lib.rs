//! The package container: a CSAR as zip or folder, TOSCA.meta, manifest, digests, signatures, packing. Knows nothing of TOSCA,
//! of rules or of terminals: what is wrong with a container comes out as typed [`Problem`]s, the verdict is the linter's.

mod digest;
mod entry;
mod folder;
mod limits;
mod open;
mod pack;
mod package;
mod problem;
mod read;
mod root_yaml;
mod signature;
mod storage;
mod text;
mod tree;
mod unpack;
mod zip;

pub use digest::{Algorithm, AlgorithmName, Digest, FileDigests};
pub use entry::{Block, Entry, Kind};
pub use limits::Limits;
pub use open::OpenError;
pub use pack::{Change, ChangeKind, PackError, PackOptions, PackReport, Signing, pack, pack_signed, rewrite};
pub use package::{Form, Package, join};
pub use problem::{Problem, ProblemKind};
pub use read::{ReadError, StoredRange, Text};
pub use root_yaml::RootYaml;
pub use signature::{Certificate, Outer, OuterError, SignError, Signature, SignatureError, SignedForm, Signer, Verified};
pub use text::{Cms, Field, Manifest, ManifestEntry, MetaBlock, NamedBlock, NonManoSet, Spanned, TOSCA_META, ToscaMeta};
pub use unpack::{UnpackError, unpack};

//! Why a package could not be packed or unpacked.

use std::io;

use camino::Utf8PathBuf;

use crate::open::OpenError;
use crate::problem::Problem;
use crate::read::ReadError;
use crate::signature::SignError;

/// Why a folder could not be packed.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The folder cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It is a file.
    #[error("{path} is no folder")]
    NotAFolder {
        /// The path as given.
        path: Utf8PathBuf,
    },
    /// It holds no CSAR.
    #[error("{path} is no package: it has neither TOSCA-Metadata/TOSCA.meta nor exactly one YAML file at its root")]
    NotAPackage {
        /// The path as given.
        path: Utf8PathBuf,
        /// A file that is TOSCA.meta but for upper and lower case.
        near: Option<String>,
    },
    /// It holds what a package must not hold.
    #[error("the folder holds {} that a package must not hold", count(problems.len()))]
    Refused {
        /// What exactly.
        problems: Vec<Problem>,
    },
    /// A file cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The manifest or TOSCA.meta is not UTF-8.
    #[error("{path} is not UTF-8")]
    NotUtf8 {
        /// Which of them.
        path: String,
    },
    /// TOSCA.meta holds the digest of the manifest and the manifest that of TOSCA.meta.
    #[error("TOSCA.meta has a Hash of {manifest}, which in turn lists the digest of TOSCA.meta")]
    Circular {
        /// The manifest.
        manifest: String,
    },
    /// A file changed while it was packed.
    #[error("{path} changed while it was packed")]
    Changed {
        /// Which one.
        path: String,
    },
    /// There is no manifest that a signature could be put into.
    #[error("the package has no manifest to be signed")]
    NoManifest,
    /// Nothing could be signed.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The archive, or a file of the folder, cannot be written.
    #[error("{path} cannot be written: {source}")]
    Write {
        /// Which file.
        path: Utf8PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl PackError {
    /// What to do about it, one sentence.
    pub fn help(&self) -> String {
        match self {
            Self::Open(error) => error.help(),
            Self::NotAFolder { .. } => "give the folder that holds TOSCA-Metadata".to_owned(),
            Self::NotAPackage { near: Some(near), .. } => format!("rename {near} to TOSCA-Metadata/TOSCA.meta"),
            Self::NotAPackage { near: None, .. } => "give the folder that holds TOSCA-Metadata, or create TOSCA.meta".to_owned(),
            Self::Refused { problems } => {
                problems.first().and_then(|problem| problem.help.clone()).unwrap_or_else(|| "remove them".to_owned())
            }
            Self::Read(_) => "check the permissions of the file and whether something else writes to it".to_owned(),
            Self::NotUtf8 { .. } => "save it as UTF-8".to_owned(),
            Self::Circular { .. } => "remove Algorithm and Hash of the manifest from TOSCA.meta".to_owned(),
            Self::Changed { .. } => "pack again when nothing else writes to the folder".to_owned(),
            Self::NoManifest => "add one and name it in TOSCA.meta, or sign the whole archive with `--outer`".to_owned(),
            Self::Sign(SignError::Passphrase { .. }) => "give the passphrase in a file, in the environment or at the prompt".to_owned(),
            Self::Sign(_) => "check the key and the certificate with `openssl`".to_owned(),
            Self::Write { .. } => "check the permissions of the folder and the space on the disk".to_owned(),
        }
    }
}

fn count(number: usize) -> String {
    if number == 1 { "a thing".to_owned() } else { format!("{number} things") }
}

//! Digests of files: one pass over a file feeds every algorithm wanted, files run side by side, memory stays constant.

mod pipe;

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read};

use openssl::hash::{Hasher, MessageDigest};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::package::Package;
use crate::read::ReadError;

/// A digest algorithm that SOL004 and SOL001 packages may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Algorithm {
    /// SHA-224.
    #[serde(rename = "SHA-224")]
    Sha224,
    /// SHA-256.
    #[serde(rename = "SHA-256")]
    Sha256,
    /// SHA-384.
    #[serde(rename = "SHA-384")]
    Sha384,
    /// SHA-512.
    #[serde(rename = "SHA-512")]
    Sha512,
}

/// What a written algorithm name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlgorithmName {
    /// One that can be computed.
    Known(Algorithm),
    /// One that is broken and therefore refused; its usual name.
    Weak(&'static str),
    /// No digest algorithm that we know.
    Unknown,
}

impl Algorithm {
    /// All of them, weakest first.
    pub const ALL: [Self; 4] = [Self::Sha224, Self::Sha256, Self::Sha384, Self::Sha512];

    /// Understands a name in any case, with or without hyphen: `SHA-256`, `sha256`.
    pub fn parse(name: &str) -> AlgorithmName {
        let plain: String = name.trim().chars().filter(|c| !matches!(c, '-' | '_')).map(|c| c.to_ascii_uppercase()).collect();
        match plain.as_str() {
            "SHA224" => AlgorithmName::Known(Self::Sha224),
            "SHA256" => AlgorithmName::Known(Self::Sha256),
            "SHA384" => AlgorithmName::Known(Self::Sha384),
            "SHA512" => AlgorithmName::Known(Self::Sha512),
            "MD5" => AlgorithmName::Weak("MD5"),
            "SHA1" | "SHA" => AlgorithmName::Weak("SHA-1"),
            _ => AlgorithmName::Unknown,
        }
    }

    /// The name as the IANA registry and SOL004 write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    /// How many hexadecimal digits a digest has.
    pub fn hex_len(self) -> usize {
        match self {
            Self::Sha224 => 56,
            Self::Sha256 => 64,
            Self::Sha384 => 96,
            Self::Sha512 => 128,
        }
    }

    fn openssl(self) -> MessageDigest {
        match self {
            Self::Sha224 => MessageDigest::sha224(),
            Self::Sha256 => MessageDigest::sha256(),
            Self::Sha384 => MessageDigest::sha384(),
            Self::Sha512 => MessageDigest::sha512(),
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A digest of some bytes; shown as lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Digest {
    /// Which algorithm.
    pub algorithm: Algorithm,
    /// Its result.
    pub bytes: Vec<u8>,
}

impl Digest {
    /// Whether it is the digest written in hexadecimal digits of either case.
    pub fn matches(&self, written: &str) -> bool {
        hex::decode(written.trim()).is_ok_and(|bytes| bytes == self.bytes)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.bytes))
    }
}

/// The digests of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDigests {
    /// The file.
    pub path: String,
    /// How many bytes were read.
    pub size: u64,
    /// One digest for each algorithm wanted, weakest first.
    pub digests: Vec<Digest>,
}

impl FileDigests {
    /// The digest of an algorithm, if it was wanted.
    pub fn get(&self, algorithm: Algorithm) -> Option<&Digest> {
        self.digests.iter().find(|digest| digest.algorithm == algorithm)
    }
}

/// Files of this size and more are read and inflated on one thread while another one computes the digest.
const PIPE_FROM: u64 = 8 << 20;

impl Package {
    /// Reads files to their end, several at once, and computes the digests wanted of each. A file named twice is read once; a file with no
    /// algorithm is read for its CRC-32 alone. The result is sorted by path.
    pub fn digests(&self, wanted: &[(&str, &[Algorithm])]) -> Vec<(String, Result<FileDigests, ReadError>)> {
        let mut by_path: BTreeMap<&str, Vec<Algorithm>> = BTreeMap::new();
        for (path, algorithms) in wanted {
            by_path.entry(path).or_default().extend_from_slice(algorithms);
        }
        let mut jobs: Vec<(&str, Vec<Algorithm>)> = by_path.into_iter().collect();
        // The largest first: it decides when the last thread ends.
        jobs.sort_by_key(|(path, _)| std::cmp::Reverse(self.entry(path).map_or(0, |entry| entry.size)));
        let mut results: Vec<_> = jobs
            .into_par_iter()
            .with_max_len(1)
            .map(|(path, algorithms)| (path.to_owned(), self.file_digests(path, &algorithms)))
            .collect();
        results.sort_by(|a, b| a.0.cmp(&b.0));
        results
    }

    /// One digest of one file.
    ///
    /// # Errors
    /// When the file is absent, blocked or damaged.
    pub fn digest_once(&self, path: &str, algorithm: Algorithm) -> Result<Digest, ReadError> {
        let mut found = self.file_digests(path, &[algorithm])?;
        found.digests.pop().ok_or_else(|| ReadError::NotFound { path: path.to_owned() })
    }

    fn file_digests(&self, path: &str, algorithms: &[Algorithm]) -> Result<FileDigests, ReadError> {
        let reader = self.reader(path)?;
        let large = self.entry(path).is_some_and(|entry| entry.size >= PIPE_FROM);
        let result = if large { pipe::digest(reader, algorithms) } else { digest_reader(reader, algorithms) };
        let (size, digests) = result.map_err(|error| ReadError::from_io(path, error))?;
        Ok(FileDigests { path: path.to_owned(), size, digests })
    }
}

/// Reads to the end and gives the number of bytes and the digests, weakest algorithm first.
pub(crate) fn digest_reader(mut reader: impl Read, algorithms: &[Algorithm]) -> io::Result<(u64, Vec<Digest>)> {
    let mut hashers = Hashers::new(algorithms)?;
    let mut buffer = vec![0; 64 << 10];
    let mut size = 0;
    loop {
        let count = match reader.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            result => result?,
        };
        if count == 0 {
            return Ok((size, hashers.finish()?));
        }
        size += count as u64;
        hashers.update(buffer.get(..count).unwrap_or_default())?;
    }
}

/// Several algorithms fed at once. OpenSSL computes them: measured, it is twice as fast as the `sha2` crate on processors without SHA
/// instructions and at least as fast on the others.
pub(crate) struct Hashers(Vec<(Algorithm, Hasher)>);

impl Hashers {
    pub(crate) fn new(algorithms: &[Algorithm]) -> io::Result<Self> {
        let mut wanted = algorithms.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        let start = |algorithm: Algorithm| Ok((algorithm, Hasher::new(algorithm.openssl())?));
        wanted.into_iter().map(start).collect::<Result<_, openssl::error::ErrorStack>>().map(Self).map_err(io::Error::other)
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|(_, hasher)| hasher.update(bytes)).map_err(io::Error::other)
    }

    pub(crate) fn finish(self) -> io::Result<Vec<Digest>> {
        let end = |(algorithm, mut hasher): (Algorithm, Hasher)| Ok(Digest { algorithm, bytes: hasher.finish()?.to_vec() });
        self.0.into_iter().map(end).collect::<Result<_, openssl::error::ErrorStack>>().map_err(io::Error::other)
    }
}

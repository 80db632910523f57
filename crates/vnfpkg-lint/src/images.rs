//! Software images of a VNFD: the artifact, its file in the package, and what `sw_image_data` says of it (SOL001 §6.2, §6.3.1).

use vnfpkg_csar::{Algorithm, AlgorithmName};
use vnfpkg_tosca::vnfd::{Vdu, Vnfd};
use vnfpkg_tosca::yaml::Node;

/// One image of a VDU.
pub(crate) struct Image<'a> {
    pub(crate) vdu: &'a Vdu,
    /// Its file, when the package has it.
    pub(crate) path: Option<&'a str>,
}

/// What `sw_image_data.checksum` says.
pub(crate) struct Checksum<'a> {
    /// Name of the algorithm; SOL001 2.5.1 had none.
    pub(crate) algorithm: Option<&'a Node>,
    /// The digits.
    pub(crate) hash: &'a Node,
}

/// All images of all flavours.
pub(crate) fn images(vnfd: &Vnfd) -> Vec<Image<'_>> {
    let vdus = vnfd.flavours.iter().flat_map(|flavour| flavour.vdus.iter().chain(&flavour.image_holders));
    let pairs = vdus.flat_map(|vdu| vdu.images.iter().map(move |artifact| (vdu, artifact)));
    pairs.map(|(vdu, artifact)| Image { vdu, path: artifact.found.as_ref().map(|found| found.path.as_str()) }).collect()
}

impl<'a> Image<'a> {
    /// The checksum; only of a VDU with one image is it clear whose it is.
    pub(crate) fn checksum(&self) -> Option<Checksum<'a>> {
        if self.vdu.images.len() != 1 {
            return None;
        }
        let node = self.vdu.image_data.as_ref()?.get("checksum")?;
        if node.is_scalar() {
            return Some(Checksum { algorithm: None, hash: node });
        }
        Some(Checksum { algorithm: node.get("algorithm"), hash: node.get("hash")? })
    }
}

impl Checksum<'_> {
    /// The algorithm: the one named, else the one whose digests are that long.
    pub(crate) fn known(&self) -> Option<Algorithm> {
        match self.algorithm.and_then(Node::text) {
            Some(name) => match Algorithm::parse(name) {
                AlgorithmName::Known(algorithm) => Some(algorithm),
                AlgorithmName::Weak(_) | AlgorithmName::Unknown => None,
            },
            None => {
                let length = self.hash.text()?.len();
                Algorithm::ALL.into_iter().find(|algorithm| algorithm.hex_len() == length)
            }
        }
    }
}

//! The two text formats of a package: TOSCA.meta and the manifest. Both are lines of `Name: value`, and neither is YAML.

mod cms;
mod lines;
mod manifest;
mod meta;

pub use cms::Cms;
pub use lines::{Field, Spanned};
pub use manifest::{Manifest, ManifestEntry, NonManoSet};
pub use meta::{MetaBlock, NamedBlock, TOSCA_META, ToscaMeta};

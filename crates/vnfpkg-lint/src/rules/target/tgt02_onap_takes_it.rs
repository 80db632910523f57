//! ONAP takes the package. Asked for with `--target onap`.
//!
//! SDC wants the manifest to be called after the main template, exactly the metadata of one edition, every file listed, and no key in
//! TOSCA.meta that it does not know. It looks at TOSCA hardly at all.
//!
//! ## Bad
//!
//! ```text
//! ETSI-Entry-Manifest: package.mf
//! Entry-Definitions: Definitions/registry.yaml
//! ```
//!
//! ## Good
//!
//! ```text
//! ETSI-Entry-Manifest: registry.mf
//! Entry-Definitions: Definitions/registry.yaml
//! ```

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule { code: "TGT02", name: "onap-takes-it", title: "ONAP takes the package", ..Rule::BASE };

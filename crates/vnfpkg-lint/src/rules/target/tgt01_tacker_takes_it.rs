//! OpenStack Tacker takes the package. Asked for with `--target tacker`.
//!
//! Tacker reads TOSCA.meta as YAML, compares digests letter by letter, and lets tosca-parser read the descriptor. It overlooks much of what
//! the standards demand, and refuses some of what they allow; the prediction follows Tacker 16 with tosca-parser 2.15.
//!
//! ## Bad
//!
//! ```text
//! Source: Scripts/install.sh
//! Algorithm: SHA-256
//! Hash: 5891B5B522D5DF086D0FF0B110FBD9D21BB4FC7163AF34D08286A2E846F6BE03
//! ```
//!
//! ## Good
//!
//! ```text
//! Source: Scripts/install.sh
//! Algorithm: SHA-256
//! Hash: 5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03
//! ```

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule { code: "TGT01", name: "tacker-takes-it", title: "Tacker takes the package", ..Rule::BASE };

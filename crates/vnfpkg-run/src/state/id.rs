//! Names of runs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Name of a run: its start in UTC, to the second, and six random hex digits, such as `20261122T221740-1f2e3d`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RunId(String);

impl RunId {
    /// A new name for a run that starts now.
    pub(crate) fn now() -> Self {
        let now = jiff::Timestamp::now();
        let mut random = [0u8; 3];
        // Without random numbers the sub-second part tells runs apart.
        if getrandom::fill(&mut random).is_err() {
            random.copy_from_slice(&now.subsec_nanosecond().to_le_bytes()[..3]);
        }
        Self(format!("{}-{}", now.strftime("%Y%m%dT%H%M%S"), hex::encode(random)))
    }

    /// A name from outside; only letters, digits and `-`, since it becomes a folder name here and on hosts.
    pub fn parse(text: &str) -> Option<Self> {
        (!text.is_empty() && text.len() <= 64 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') && !text.starts_with('-'))
            .then(|| Self(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for RunId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

//! Did the files that a plan was made from change?

use vnfpkg_plan::model::{InputRef, Plan};

/// One file that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// `package`, `request` or `inventory`.
    pub kind: String,
    /// Path as the user gave it.
    pub path: String,
    /// SHA-256 then.
    pub was: String,
    /// SHA-256 now; `None` when the file is not among the current inputs.
    pub now: Option<String>,
}

impl std::fmt::Display for Drift {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.now {
            Some(_) => write!(f, "the {} {} has changed since the run began", self.kind, self.path),
            None => write!(f, "the {} {} is not among the inputs any more", self.kind, self.path),
        }
    }
}

/// Every input of the plan whose digest is another one now; `current` are the same inputs, read again.
pub fn drift(plan: &Plan, current: &[InputRef]) -> Vec<Drift> {
    plan.inputs
        .iter()
        .filter_map(|was| {
            let now = current.iter().find(|now| now.kind == was.kind && now.path == was.path).map(|now| now.sha256.clone());
            (now.as_ref() != Some(&was.sha256)).then(|| Drift {
                kind: was.kind.clone(),
                path: was.path.clone(),
                was: was.sha256.clone(),
                now,
            })
        })
        .collect()
}

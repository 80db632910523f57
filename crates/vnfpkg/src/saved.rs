//! Plans that were made earlier: read from a file, and held against what they were made from.

use camino::Utf8Path;
use vnfpkg_plan::Plan;
use vnfpkg_plan::model::{InputRef, PLAN_FORMAT};
use vnfpkg_plan::secrets::Secrets;

use crate::exit::{Exit, Failure};

/// A plan that `vnfpkg plan --output FILE` wrote.
pub(crate) fn read_plan(path: &Utf8Path) -> Result<Plan, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::usage(format!("cannot read the plan {path}: {error}")))?;
    let help = "write plans with `vnfpkg plan --output FILE`";
    let plan: Plan = serde_json::from_str(&text).map_err(|error| Failure::usage(format!("{path} is no plan: {error}")).help(help))?;
    if plan.format != PLAN_FORMAT {
        let message = format!("{path} has the format {}, this program reads {PLAN_FORMAT}", plan.format);
        return Err(Failure::usage(message).help("plan again"));
    }
    Ok(plan)
}

/// Refuses when what the plan was made from is not what it was.
pub(crate) fn check_inputs(plan: &Plan, now: &[InputRef]) -> Result<(), Failure> {
    let drifts = vnfpkg_run::drift(plan, now);
    if drifts.is_empty() {
        return Ok(());
    }
    let list: Vec<String> = drifts.iter().map(ToString::to_string).collect();
    Err(Failure::new(Exit::Refused, list.join("; ")).help("plan again with `vnfpkg plan --output FILE`"))
}

/// Every secret of the plan has to be there again, with the same value.
pub(crate) fn check_secrets(plan: &Plan, secrets: &Secrets) -> Result<(), Failure> {
    for secret in &plan.secrets {
        let salt = secret.digest.split_once(':').map_or("", |(salt, _)| salt);
        match secrets.digest(salt, &secret.name) {
            Some(digest) if digest == secret.digest => {}
            Some(_) => {
                return Err(Failure::new(Exit::Refused, format!("the secret `{}` is another than when the plan was made", secret.name))
                    .help("give the value that the plan was made with, or plan again"));
            }
            None => {
                return Err(Failure::new(Exit::Refused, format!("the secret `{}` is missing", secret.name))
                    .help("secrets are never stored: give them again, with `--request FILE` or `--secret NAME=SOURCE`"));
            }
        }
    }
    Ok(())
}

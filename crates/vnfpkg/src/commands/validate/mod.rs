//! `vnfpkg validate`

mod args;
mod check;
mod mend;
mod show;

use camino::Utf8PathBuf;
use rayon::prelude::*;
use vnfpkg_diag::Severity;
use vnfpkg_lint::suppress::Baseline;

pub(crate) use args::ValidateArgs;
use check::{Checked, Plan};

use crate::exit::{CommandResult, Exit, Failure};
use crate::terminal::Terminal;

/// Checks all packages, prints all findings. A package that cannot be opened does not keep the others from being checked.
pub(crate) fn run(args: &ValidateArgs, terminal: &Terminal) -> CommandResult {
    args.coherent()?;
    let plans = check::plans(args)?;
    let results: Vec<Result<Checked, Failure>> = if args.fix.is_some() {
        plans.iter().map(|plan| mend::run(plan, args, terminal)).collect()
    } else {
        plans.par_iter().map(check::check).collect()
    };
    let (checked, failures) = split(results);
    for failure in &failures {
        terminal.failure(failure);
    }
    if args.write_baseline {
        return write_baseline(args, &plans, &checked, terminal, &failures);
    }
    // A diff is for `patch` and the like: nothing else stands on standard output.
    if !args.diff {
        show::show(args, &plans, &checked, terminal)?;
    }
    Ok(exit(&plans, &checked, &failures))
}

fn split(results: Vec<Result<Checked, Failure>>) -> (Vec<Checked>, Vec<Failure>) {
    let mut checked = Vec::new();
    let mut failures = Vec::new();
    for result in results {
        match result {
            Ok(one) => checked.push(one),
            Err(failure) => failures.push(failure),
        }
    }
    (checked, failures)
}

fn exit(plans: &[Plan], checked: &[Checked], failures: &[Failure]) -> Exit {
    let bad = |one: &Checked| one.predictions.iter().any(vnfpkg_lint::target::Prediction::refuses) || one.fails();
    let settings = plans.iter().any(|plan| plan.settings.findings.iter().any(|finding| finding.severity == Severity::Error));
    match () {
        () if !failures.is_empty() => Exit::Usage,
        () if checked.iter().any(|one| one.pending) => Exit::Pending,
        () if settings || checked.iter().any(bad) => Exit::Findings,
        () => Exit::Ok,
    }
}

/// Writes what was found into the file of known findings.
fn write_baseline(args: &ValidateArgs, plans: &[Plan], checked: &[Checked], terminal: &Terminal, failures: &[Failure]) -> CommandResult {
    if !failures.is_empty() {
        return Ok(Exit::Usage);
    }
    let path: Utf8PathBuf = args
        .baseline
        .clone()
        .or_else(|| plans.iter().find_map(|plan| plan.baseline_path.clone()))
        .ok_or_else(|| Failure::usage("it is not said where the baseline is to be written").help("give it with `--baseline FILE`"))?;
    let mut baseline = Baseline::default();
    for one in checked {
        baseline.add(&one.file_name, &one.findings, &one.sources);
    }
    std::fs::write(&path, baseline.render()).map_err(|error| Failure::usage(format!("cannot write {path}: {error}")))?;
    let count: usize = checked.iter().map(|one| one.findings.len()).sum();
    terminal.err(&format!("{path}: {count} known findings\n"));
    Ok(Exit::Ok)
}

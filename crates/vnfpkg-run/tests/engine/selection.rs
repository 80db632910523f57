//! Parts of a plan.

use vnfpkg_plan::deferred::{Deferred, Gap};
use vnfpkg_plan::model::Plan;
use vnfpkg_run::schedule::batches_of;
use vnfpkg_run::{SelectError, Selection, select};

use crate::support::{plan, task};

/// On two hosts: prepare -> init (first host only) -> join (second host only, uses a value of init) -> finish.
fn cluster() -> Plan {
    let mut init = task("init", (0, "m-1"), "");
    init.needs = vec![0];
    let value = Deferred::mark(&Gap::Output { task: "init@m-1".into(), name: "token".into() });
    let mut join = task("join", (1, "w-1"), format!("echo '{value}'"));
    join.needs = vec![1, 2];
    let mut finish = task("finish", (1, "w-1"), "");
    finish.needs = vec![3];
    plan(&["m-1", "w-1"], vec![task("prepare", (0, "m-1"), ""), task("prepare", (1, "w-1"), ""), init, join, finish])
}

fn steps(selection: &Selection) -> Result<Vec<&'static str>, SelectError> {
    const IDS: [&str; 5] = ["prepare@m-1", "prepare@w-1", "init@m-1", "join@w-1", "finish@w-1"];
    let selected = select(&cluster(), selection)?;
    Ok(IDS.into_iter().zip(selected).filter_map(|(id, on)| on.then_some(id)).collect())
}

#[test]
fn every_condition_narrows() {
    let all = Selection::default();
    assert_eq!(steps(&all).unwrap().len(), 5);
    assert_eq!(steps(&Selection { limit: vec!["m-*".into()], ..all.clone() }).unwrap(), ["prepare@m-1", "init@m-1"]);
    assert_eq!(steps(&Selection { exclude: vec!["w-1".into()], ..all.clone() }).unwrap(), ["prepare@m-1", "init@m-1"]);
    assert_eq!(steps(&Selection { from: Some("init".into()), ..all.clone() }).unwrap(), ["init@m-1", "join@w-1", "finish@w-1"]);
    assert_eq!(steps(&Selection { until: Some("init".into()), ..all.clone() }).unwrap(), ["prepare@m-1", "init@m-1"]);
    assert_eq!(steps(&Selection { steps: vec!["prepare".into()], limit: vec!["id-w-1".into()], ..all }).unwrap(), ["prepare@w-1"]);
}

#[test]
fn what_makes_no_sense_is_named() {
    let all = Selection::default();
    let error = |selection: Selection| steps(&selection).unwrap_err().to_string();
    assert_eq!(error(Selection { limit: vec!["x".into()], ..all.clone() }), "no host, VNFC or VDU is called `x`; there are m-1, w-1");
    assert!(error(Selection { from: Some("x".into()), ..all.clone() }).contains("finish, init, join, prepare"));
    assert!(error(Selection { steps: vec!["init".into()], limit: vec!["w-1".into()], ..all.clone() }).contains("no task"));
    assert_eq!(
        error(Selection { steps: vec!["join".into()], ..all }),
        "join@w-1 uses the output `token` of init@m-1, which is not selected; select step `init` too"
    );
}

#[test]
fn what_an_earlier_batch_needs_comes_with_it() {
    let mut plan = cluster();
    // The worker comes first, so the first batch is its; the master's tasks that it needs move into that batch.
    plan.hosts.swap(0, 1);
    for task in &mut plan.tasks {
        task.host = 1 - task.host;
    }
    let batches = batches_of(&plan, &[true; 5], Some(&"1".parse().unwrap()));
    assert_eq!(batches, [0, 0, 0, 0, 0]);
    plan.tasks[3].needs = vec![1];
    assert_eq!(batches_of(&plan, &[true; 5], Some(&"1".parse().unwrap())), [1, 0, 1, 0, 0]);
}

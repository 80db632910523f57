//! JUnit XML: one suite per host, one test case per task.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use vnfpkg_run::{EventKind, TaskResult};

use super::{Kind, Make, Story};

pub(super) const KIND: Kind = Kind { name: "junit", about: "JUnit XML, a test case per task", make: Make::AtEnd(render) };

fn render(story: &Story<'_>) -> Result<Vec<u8>, String> {
    let mut report = Report::new(format!("{} of {}", story.plan.operation, story.plan.instance));
    for host in &story.plan.hosts {
        let mut suite = TestSuite::new(host.name.as_str());
        let tasks = story.plan.tasks.iter().filter(|task| story.plan.hosts.get(task.host) == Some(host));
        suite.add_test_cases(tasks.filter_map(|task| case(story, &task.id, &host.name)));
        if !suite.test_cases.is_empty() {
            report.add_test_suite(suite);
        }
    }
    report.to_string().map(String::into_bytes).map_err(|error| error.to_string())
}

/// The last word on a task; none when it was not part of the run.
fn case(story: &Story<'_>, id: &str, host: &str) -> Option<TestCase> {
    let (result, took) = story.events.iter().rev().find_map(|event| match &event.kind {
        EventKind::TaskEnded { task, result, duration_ms, .. } if task == id => Some((result, *duration_ms)),
        _ => None,
    })?;
    let mut case = TestCase::new(id, status(result));
    case.set_classname(host).set_time(Duration::from_millis(took));
    if matches!(result, TaskResult::Changed | TaskResult::Unchanged | TaskResult::WouldChange | TaskResult::WouldRun { .. }) {
        case.set_system_out(result.to_string());
    }
    Some(case)
}

fn status(result: &TaskResult) -> TestCaseStatus {
    let mut status = match result {
        TaskResult::Changed | TaskResult::Unchanged | TaskResult::WouldChange | TaskResult::WouldRun { .. } => {
            return TestCaseStatus::success();
        }
        TaskResult::Failed { failure } if failure.host => TestCaseStatus::non_success(NonSuccessKind::Error),
        TaskResult::Failed { .. } => TestCaseStatus::non_success(NonSuccessKind::Failure),
        TaskResult::Interrupted { .. } => TestCaseStatus::non_success(NonSuccessKind::Error),
        TaskResult::Cancelled { .. } | TaskResult::Blocked { .. } | TaskResult::NotNeeded => TestCaseStatus::skipped(),
    };
    if let TaskResult::Failed { failure } = result {
        status.set_message(failure.message.as_str()).set_type(failure.phase.to_string());
        status.set_description(failure.tail.join("\n"));
    } else {
        status.set_message(result.to_string());
    }
    status
}

//! The table of tasks; each opens to its failure and its logs.

use vnfpkg_run::TaskResult;

use super::{Input, Log, Story, TaskStory, seconds, word};
use crate::escape::escape;

pub(super) fn render(input: &Input<'_>, story: &Story<'_>) -> String {
    let mut out = String::from("<section id=\"tasks\"><h2>Tasks</h2>\n");
    for (at, task) in input.plan.tasks.iter().enumerate() {
        let Some(told) = story.tasks.get(task.id.as_str()) else { continue };
        let (class, word) = word(told.result);
        let took: i64 = told.attempts.iter().map(|attempt| attempt.to.unwrap_or(story.end) - attempt.from).sum();
        out.push_str(&format!(
            "<details id=\"t{at}\" class=\"{class}\"><summary><b class=\"word {class}\">{word}</b> <span class=\"id\">{}</span> \
             <span class=\"title\">{}</span> <span class=\"took\">{}</span></summary>\n",
            escape(&task.id),
            escape(&task.title),
            if told.attempts.is_empty() { String::new() } else { seconds(took) }
        ));
        out.push_str(&why(told));
        for log in input.logs.iter().filter(|log| log.task == task.id) {
            out.push_str(&log_block(log, told.attempts.len()));
        }
        out.push_str("</details>\n");
    }
    out + "</section>\n"
}

fn why(told: &TaskStory<'_>) -> String {
    let mut out = String::new();
    for attempt in &told.attempts {
        if let Some(again) = attempt.again {
            out.push_str(&format!("<p>Attempt {}: {}</p>\n", attempt.number, escape(again)));
        }
    }
    match told.result {
        Some(TaskResult::Failed { failure }) => {
            let exit = failure.exit.map(|code| format!(" Exit status {code}.")).unwrap_or_default();
            out.push_str(&format!("<p>{}.{exit}</p>\n", escape(&failure.message)));
            if let Some(help) = &failure.help {
                out.push_str(&format!("<p>{}</p>\n", escape(help)));
            }
        }
        Some(TaskResult::Blocked { by }) => out.push_str(&format!("<p>Because of {}.</p>\n", escape(&by.join(", ")))),
        Some(TaskResult::Interrupted { reason } | TaskResult::WouldRun { reason }) => out.push_str(&format!("<p>{}</p>\n", escape(reason))),
        _ => {}
    }
    out
}

fn log_block(log: &Log, attempts: usize) -> String {
    let stream = if log.stream == "err" { "standard error" } else { "standard output" };
    let attempt = if attempts > 1 { format!(" of attempt {}", log.attempt) } else { String::new() };
    format!("<h3>{stream}{attempt}</h3><pre>{}</pre>\n", escape(&log.text))
}

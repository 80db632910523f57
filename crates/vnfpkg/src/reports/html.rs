//! One HTML file: lanes per host, tasks with their logs, the graph.

use std::fs;
use std::io::{Read, Seek, SeekFrom};

use vnfpkg_draw::report::{Input, Log, html};
use vnfpkg_run::{LogFile, StateDir};

use super::{Kind, Make, Story};

pub(super) const KIND: Kind =
    Kind { name: "html", about: "one page with timeline, logs and graph, for a browser", make: Make::AtEnd(render) };

/// So much of a log is shown, from its end.
const LIMIT: u64 = 128 * 1024;

fn render(story: &Story<'_>) -> Result<Vec<u8>, String> {
    let logs = match (story.state, story.events.first()) {
        (Some(state), Some(event)) => logs(state, story, event)?,
        _ => Vec::new(),
    };
    Ok(html(&Input { plan: story.plan, events: story.events, logs: &logs }).into_bytes())
}

fn logs(state: &StateDir, story: &Story<'_>, event: &vnfpkg_run::Event) -> Result<Vec<Log>, String> {
    let files = state.logs(&event.run).map_err(|error| error.to_string())?;
    Ok(files.iter().filter(|file| file.bytes > 0).filter_map(|file| log(file, story)).collect())
}

/// File names begin with the number of the task in the plan and end with the attempt.
fn log(file: &LogFile, story: &Story<'_>) -> Option<Log> {
    let task = story.plan.tasks.get(file.name.split_once('-')?.0.parse::<usize>().ok()?)?;
    let attempt = file.name.rsplit_once('.')?.1.parse().ok()?;
    let mut open = fs::File::open(&file.path).ok()?;
    let skipped = file.bytes.saturating_sub(LIMIT);
    open.seek(SeekFrom::Start(skipped)).ok()?;
    let mut bytes = Vec::new();
    open.take(LIMIT).read_to_end(&mut bytes).ok()?;
    let mut text = String::from_utf8_lossy(&bytes).into_owned();
    if skipped > 0 {
        text.insert_str(0, &format!("[{skipped} bytes before this are in {}]\n", file.path.display()));
    }
    Some(Log { task: task.id.clone(), attempt, stream: file.stream.clone(), text })
}

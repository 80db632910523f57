//! One HTML page: the timeline of the run, its graph, and what its tasks printed.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use vnfpkg_draw::graph::{FORMATS, Graph};
use vnfpkg_draw::timeline::{Log, Timeline, page};
use vnfpkg_run::LogFile;

use super::{Kind, Make, Story};

pub(super) const KIND: Kind =
    Kind { name: "html", about: "a page with timeline, graph and logs", ending: "html", make: Make::AtEnd(render) };

/// The end of a log that goes into the page; a browser shows a page of a few megabytes well.
const LOG_BYTES: u64 = 32 * 1024;
/// All logs together. Those of tasks that come later in the plan are left out beyond it.
const ALL_BYTES: usize = 8 * 1024 * 1024;
/// A graph of more tasks is no picture that anybody can read.
const DRAWN: usize = 400;

fn render(story: &Story<'_>) -> Result<Vec<u8>, String> {
    let timeline = Timeline::of_run(story.plan, story.events);
    let graph = Graph::of_run(story.plan, story.events);
    let svg = FORMATS.iter().find(|format| format.name == "svg").filter(|_| graph.nodes.len() <= DRAWN);
    let picture = svg.map_or_else(|| format!("<p>{} tasks are too many for a picture.</p>", graph.nodes.len()), |svg| (svg.write)(&graph));
    Ok(page(&timeline, &picture, &logs(story)).into_bytes())
}

/// What there is of the logs. One that cannot be read is left out: a report is no reason for a run to fail.
fn logs(story: &Story<'_>) -> Vec<Log> {
    let Some(run) = story.events.first().map(|event| &event.run) else { return Vec::new() };
    let mut logs = Vec::new();
    let mut bytes = 0;
    for file in story.state.logs(run).unwrap_or_default() {
        let Some(log) = read(&file, story) else { continue };
        bytes += log.text.len();
        if bytes > ALL_BYTES {
            break;
        }
        logs.push(log);
    }
    logs
}

/// A log file, by its name: `0003-join@worker-1.2` is the second attempt of the plan's fourth task.
fn read(log: &LogFile, story: &Story<'_>) -> Option<Log> {
    let (index, rest) = log.name.split_once('-')?;
    let task = story.plan.tasks.get(index.parse::<usize>().ok()?)?;
    let attempt = rest.rsplit_once('.')?.1.parse().ok()?;
    if log.bytes == 0 {
        return None;
    }
    let mut file = File::open(&log.path).ok()?;
    let cut = log.bytes > LOG_BYTES;
    if cut {
        file.seek(SeekFrom::End(-i64::try_from(LOG_BYTES).ok()?)).ok()?;
    }
    let mut bytes = Vec::new();
    file.take(LOG_BYTES).read_to_end(&mut bytes).ok()?;
    Some(Log { task: task.id.clone(), attempt, stream: log.stream.clone(), text: String::from_utf8_lossy(&bytes).into_owned(), cut })
}

//! One lane per host; tasks that ran beside each other have rows of their own in it.

use vnfpkg_plan::model::{Action, Task};

use super::{Attempt, Input, Story, seconds, word};
use crate::escape::escape;

/// Shorter waits are not drawn.
const WAIT: i64 = 1_000;

struct Bar {
    from: i64,
    to: i64,
    class: String,
    text: String,
    title: String,
    /// The task that a click leads to.
    task: Option<usize>,
}

pub(super) fn render(input: &Input<'_>, story: &Story<'_>) -> String {
    let mut out = String::from("<section id=\"lanes\"><h2>Timeline</h2>\n");
    out.push_str(&scale(story));
    for (index, host) in input.plan.hosts.iter().enumerate() {
        let mut rows: Vec<Vec<Bar>> = Vec::new();
        for (at, task) in input.plan.tasks.iter().enumerate().filter(|(_, task)| task.host == index) {
            place(bars(at, task, input, story), &mut rows);
        }
        let marks = connection(&host.name, story);
        if rows.is_empty() && marks.is_empty() {
            continue;
        }
        out.push_str(&format!("<div class=\"lane\"><div class=\"host\">{}</div><div class=\"rows\">\n", escape(&host.name)));
        for row in marks.into_iter().map(|mark| vec![mark]).chain(rows) {
            let drawn: String = row.iter().map(|bar| draw(bar, story)).collect();
            out.push_str(&format!("<div class=\"row\">{drawn}</div>\n"));
        }
        out.push_str("</div></div>\n");
    }
    out + "<p class=\"legend\"><span class=\"key changed\"></span>changed <span class=\"key same\"></span>already done \
           <span class=\"key failed\"></span>failed <span class=\"key wait\"></span>waits for a lock or a free worker \
           <span class=\"key again\"></span>pause before the next attempt <span class=\"key connecting\"></span>connecting</p></section>\n"
}

/// Into the first row where nothing is in the way.
fn place(bars: Vec<Bar>, rows: &mut Vec<Vec<Bar>>) {
    let Some(from) = bars.iter().map(|bar| bar.from).min() else { return };
    let free = rows.iter_mut().find(|row| row.iter().all(|bar| bar.to <= from));
    match free {
        Some(row) => row.extend(bars),
        None => rows.push(bars),
    }
}

fn bars(at: usize, task: &Task, input: &Input<'_>, story: &Story<'_>) -> Vec<Bar> {
    let Some(told) = story.tasks.get(task.id.as_str()).filter(|told| !told.attempts.is_empty()) else { return Vec::new() };
    let mut bars = Vec::new();
    let first = told.attempts[0].from;
    if let Some(ready) = ready(task, input, story).filter(|ready| first - ready > WAIT) {
        let title = format!("{} waits {} for a lock, a connection or a free worker", task.id, seconds(first - ready));
        bars.push(Bar { from: ready, to: first, class: "wait".into(), text: String::new(), title, task: Some(at) });
    }
    let mut before: Option<i64> = None;
    for attempt in &told.attempts {
        if let Some(pause) = before.filter(|pause| attempt.from > *pause) {
            let title = format!("{}: pause before attempt {}", task.id, attempt.number);
            bars.push(Bar { from: pause, to: attempt.from, class: "again".into(), text: String::new(), title, task: Some(at) });
        }
        let to = attempt.to.unwrap_or(story.end);
        bars.push(bar(at, task, attempt, to, word(told.result)));
        before = Some(to);
    }
    bars
}

fn bar(at: usize, task: &Task, attempt: &Attempt<'_>, to: i64, result: (&str, &str)) -> Bar {
    let (class, word) = if attempt.again.is_some() { ("failed", "failed") } else { result };
    let number = if attempt.number > 1 { format!(", attempt {}", attempt.number) } else { String::new() };
    let upload = match &task.action {
        Action::Upload { size, from, .. } => format!(", upload of {from}, {size} bytes"),
        _ => String::new(),
    };
    let kind = if upload.is_empty() { "" } else { " upload" };
    let why = attempt.again.map(|why| format!(": {why}")).unwrap_or_default();
    let title = format!("{}{number}: {word} after {}{upload}{why}", task.id, seconds(to - attempt.from));
    Bar { from: attempt.from, to, class: format!("task {class}{kind}"), text: task.step.clone(), title, task: Some(at) }
}

/// When everything that the task needs had ended; the beginning of the run when it needs nothing.
fn ready(task: &Task, input: &Input<'_>, story: &Story<'_>) -> Option<i64> {
    let mut latest = story.start;
    for need in &task.needs {
        let need = input.plan.tasks.get(*need)?;
        latest = latest.max(story.tasks.get(need.id.as_str())?.ended?);
    }
    Some(latest)
}

fn connection(host: &str, story: &Story<'_>) -> Vec<Bar> {
    let marks = story.hosts.get(host).into_iter().flatten();
    let shown = marks.filter(|mark| mark.what != "connecting" || mark.to - mark.from > WAIT);
    let bar = |mark: &super::HostMark<'_>| Bar {
        from: mark.from,
        to: mark.to,
        class: if mark.what == "connecting" { "connecting".into() } else { "failed mark".into() },
        text: mark.what.to_owned(),
        title: format!("{host}: {} {}", mark.what, mark.message),
        task: None,
    };
    shown.map(bar).collect()
}

fn draw(bar: &Bar, story: &Story<'_>) -> String {
    let span = story.end - story.start;
    // In thousandths of a percent.
    let part = |micros: i64| micros.clamp(0, span).saturating_mul(100_000) / span;
    let percent = |part: i64| format!("{}.{:03}%", part / 1000, part % 1000);
    let (left, width) = (part(bar.from - story.start), part(bar.to - bar.from));
    let (tag, link) = match bar.task {
        Some(at) => ("a", format!(" href=\"#t{at}\"")),
        None => ("span", String::new()),
    };
    format!(
        "<{tag} class=\"bar {}\"{link} style=\"left:{};width:{}\" title=\"{}\">{}</{tag}>",
        bar.class,
        percent(left),
        percent(width),
        escape(&bar.title),
        escape(&bar.text)
    )
}

/// Times along the top.
fn scale(story: &Story<'_>) -> String {
    let span = story.end - story.start;
    let marks: String = (0..=4).map(|part| format!("<span style=\"left:{}%\">{}</span>", part * 25, seconds(span * part / 4))).collect();
    format!("<div class=\"lane\"><div class=\"host\"></div><div class=\"rows scale\">{marks}</div></div>\n")
}

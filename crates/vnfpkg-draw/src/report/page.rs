//! The page around it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use vnfpkg_run::Outcome;

use super::{Input, Story, lanes, seconds, tasks, word};
use crate::escape::escape;
use crate::graph::{FORMATS, Graph};

/// Larger graphs are no pictures any more; `vnfpkg graph` draws them all the same.
const MOST_NODES: usize = 300;

const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");

pub(super) fn render(input: &Input<'_>, story: &Story<'_>) -> String {
    let plan = input.plan;
    let title = format!("{} of {}", plan.operation, plan.instance);
    let hash = STANDARD.encode(Sha256::digest(SCRIPT));
    let outcome = story.outcome.unwrap_or("cut off");
    let run = input.events.first().map(|event| event.run.to_string()).unwrap_or_default();
    let started = input.events.first().map(|event| format!("{:.0}", event.time)).unwrap_or_default();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{hash}'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <header><h1>{title}</h1><p><b class=\"word {class}\">{outcome}</b> {message}</p>\n\
         <p class=\"facts\">{product}, flavour {flavour} · run {run} · began {started} · {took}{processes}</p>\n{counts}</header>\n\
         {lanes}{graph}{tasks}<script>{SCRIPT}</script>\n</body>\n</html>\n",
        title = escape(&title),
        class = if outcome == "ok" { "same" } else { "failed" },
        message = escape(story.message),
        product = escape(&plan.package.product),
        flavour = escape(&plan.package.flavour),
        run = escape(&run),
        took = seconds(story.end - story.start),
        processes = if story.processes > 1 { format!(" · resumed {} times", story.processes - 1) } else { String::new() },
        counts = counts(input, story),
        lanes = lanes::render(input, story),
        graph = graph(input, story),
        tasks = tasks::render(input, story),
    )
}

/// A line per host.
fn counts(input: &Input<'_>, story: &Story<'_>) -> String {
    let words = ["changed", "already done", "failed", "blocked", "cancelled"];
    let mut out = String::from("<table><thead><tr><th>host</th>");
    words.iter().for_each(|word| out.push_str(&format!("<th>{word}</th>")));
    out.push_str("</tr></thead><tbody>\n");
    for (index, host) in input.plan.hosts.iter().enumerate() {
        let results: Vec<&str> = input
            .plan
            .tasks
            .iter()
            .filter(|task| task.host == index)
            .filter_map(|task| story.tasks.get(task.id.as_str()))
            .map(|told| word(told.result).1)
            .collect();
        out.push_str(&format!("<tr><td>{}</td>", escape(&host.name)));
        for word in words {
            let count = results.iter().filter(|result| **result == word).count();
            out.push_str(&if count > 0 { format!("<td>{count}</td>") } else { "<td></td>".to_owned() });
        }
        out.push_str("</tr>\n");
    }
    out + "</tbody></table>\n"
}

fn graph(input: &Input<'_>, story: &Story<'_>) -> String {
    let graph = Graph::of_plan(input.plan, &story.durations());
    let svg = FORMATS.iter().find(|format| format.name == "svg").filter(|_| graph.nodes.len() <= MOST_NODES);
    let drawn = svg.map(|format| (format.render)(&graph)).unwrap_or_default();
    if drawn.is_empty() {
        String::new()
    } else {
        format!("<section id=\"graph\"><h2>Graph, with the critical path</h2><div class=\"scroll\">{drawn}</div></section>\n")
    }
}

/// An outcome in a word.
pub(super) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::Failed => "failed",
        Outcome::Unreachable => "hosts unreachable",
        Outcome::Cancelled => "cancelled",
        Outcome::ChangesPending => "changes pending",
    }
}

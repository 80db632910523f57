//! The graph of the run's tasks as a picture, with their times and the critical path.

use vnfpkg_draw::graph::{FORMATS, Graph};

use super::{Kind, Make, Story};

pub(super) const KIND: Kind = Kind { name: "graph", about: "the tasks as an SVG picture", ending: "svg", make: Make::AtEnd(render) };

fn render(story: &Story<'_>) -> Result<Vec<u8>, String> {
    let svg = FORMATS.iter().find(|format| format.name == "svg").ok_or("there is no SVG writer")?;
    Ok((svg.write)(&Graph::of_run(story.plan, story.events)).into_bytes())
}

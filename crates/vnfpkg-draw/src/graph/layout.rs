//! Where nodes are drawn: a column for each rank, a lane for each row, and few crossings.

use std::collections::BTreeMap;

use super::Graph;

/// Height of a node.
pub(super) const HEIGHT: f64 = 38.0;
/// Between two nodes of one column.
const GAP: f64 = 10.0;
/// Between two columns, where the edges bend.
const BEND: f64 = 44.0;
/// Inside a lane, above and below its nodes.
const PADDING: f64 = 12.0;
/// Average width of a character of a label.
const CHARACTER: f64 = 7.2;
/// Rounds of reordering; more change nothing in practice.
const ROUNDS: usize = 4;
/// With more nodes than this, long edges run straight, also below nodes.
const ROUTED: usize = 1000;

/// The picture without its colours.
pub(super) struct Layout {
    pub(super) nodes: Vec<Place>,
    /// For each edge the free places that it runs through.
    pub(super) ways: Vec<Vec<Place>>,
    pub(super) lanes: Vec<Lane>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// The place of a node, or a free one: its upper left corner and its width.
#[derive(Clone, Copy, Default)]
pub(super) struct Place {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
}

/// The band of a row.
#[derive(Clone, Copy)]
pub(super) struct Lane {
    pub(super) y: f64,
    pub(super) height: f64,
}

/// Width of a text at the size of labels.
pub(super) fn text_width(text: &str) -> f64 {
    text.chars().map(|c| if c.is_ascii() { CHARACTER } else { CHARACTER * 1.6 }).sum()
}

/// Lays a graph out. `left` is kept free for the names of rows.
pub(super) fn layout(graph: &Graph, left: f64) -> Layout {
    let grid = Grid::new(graph);
    let mut cells: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for (at, (row, rank)) in grid.places.iter().enumerate() {
        cells.entry((*row, *rank)).or_default().push(at);
    }
    reorder(&grid, &mut cells);
    let columns = columns(graph, &grid, left);
    let mut places = vec![Place::default(); grid.places.len()];
    let mut lanes = Vec::new();
    let mut y = 0.0;
    for row in 0..graph.rows.len() {
        let in_row = || cells.range((row, 0)..(row + 1, 0));
        let tallest = in_row().map(|(_, cell)| cell.len()).max().unwrap_or(0).max(1);
        let height = count(tallest) * (HEIGHT + GAP) - GAP + 2.0 * PADDING;
        for ((_, rank), cell) in in_row() {
            let used = count(cell.len()) * (HEIGHT + GAP) - GAP;
            let top = y + (height - used) / 2.0;
            for (place, at) in cell.iter().enumerate() {
                let (x, width) = columns[*rank];
                places[*at] = Place { x, y: top + count(place) * (HEIGHT + GAP), width };
            }
        }
        lanes.push(Lane { y, height });
        y += height;
    }
    let width = columns.last().map_or(left, |(x, width)| x + width) + PADDING;
    let ways = grid.ways.iter().map(|way| way.iter().map(|at| places[*at]).collect()).collect();
    places.truncate(graph.nodes.len());
    Layout { nodes: places, ways, lanes, width, height: y }
}

/// The nodes and, behind them, the free places that long edges run through, so that they do not run through nodes.
struct Grid {
    /// Row and rank of each.
    places: Vec<(usize, usize)>,
    /// From place to place.
    links: Vec<(usize, usize)>,
    /// For each edge of the graph the free places on its way.
    ways: Vec<Vec<usize>>,
}

impl Grid {
    fn new(graph: &Graph) -> Self {
        let ranks = ranks(graph);
        let mut grid = Self {
            places: graph.nodes.iter().zip(&ranks).map(|(node, rank)| (node.row, *rank)).collect(),
            links: Vec::new(),
            ways: Vec::new(),
        };
        // A picture of that many tasks is not looked at closely, and free places would be most of it.
        let small = graph.nodes.len() <= ROUTED;
        for edge in &graph.edges {
            let row = graph.nodes[edge.to].row;
            let long = small && !edge.implied && graph.nodes[edge.from].row == row;
            let between = if long { ranks[edge.from] + 1..ranks[edge.to] } else { 0..0 };
            let first = grid.places.len();
            grid.places.extend(between.map(|rank| (row, rank)));
            let way: Vec<usize> = (first..grid.places.len()).collect();
            if !edge.implied {
                let stops: Vec<usize> = [edge.from].into_iter().chain(way.iter().copied()).chain([edge.to]).collect();
                grid.links.extend(stops.windows(2).map(|pair| (pair[0], pair[1])));
            }
            grid.ways.push(way);
        }
        grid
    }
}

/// The longest chain that leads to each node. An edge that would close a circle counts for nothing, so that circles can be
/// drawn.
fn ranks(graph: &Graph) -> Vec<usize> {
    let mut incoming = vec![Vec::new(); graph.nodes.len()];
    graph.edges.iter().for_each(|edge| incoming[edge.to].push(edge.from));
    let mut ranks: Vec<Option<usize>> = vec![None; graph.nodes.len()];
    let mut open = vec![false; graph.nodes.len()];
    for start in 0..graph.nodes.len() {
        // Depth first with a stack of its own: a chain may be longer than the program's stack is deep.
        let mut stack = vec![(start, 0)];
        while let Some((at, next)) = stack.pop() {
            if ranks[at].is_some() {
                continue;
            }
            open[at] = true;
            match incoming[at].get(next) {
                Some(before) => {
                    stack.push((at, next + 1));
                    if ranks[*before].is_none() && !open[*before] {
                        stack.push((*before, 0));
                    }
                }
                None => {
                    let before = incoming[at].iter().filter_map(|before| ranks[*before]).max();
                    ranks[at] = Some(before.map_or(0, |rank| rank + 1));
                }
            }
        }
    }
    ranks.into_iter().map(Option::unwrap_or_default).collect()
}

/// Left edge and width of each column.
fn columns(graph: &Graph, grid: &Grid, left: f64) -> Vec<(f64, f64)> {
    let mut widths: Vec<f64> = vec![0.0; grid.places.iter().map(|(_, rank)| rank + 1).max().unwrap_or(0)];
    for (node, (_, rank)) in graph.nodes.iter().zip(&grid.places) {
        let text = text_width(&node.label).max(text_width(&node.note()) * 0.85);
        widths[*rank] = widths[*rank].max(text + 22.0);
    }
    let mut x = left + PADDING;
    let place = |width: f64| {
        let at = x;
        x += width + BEND;
        (at, width)
    };
    widths.into_iter().map(place).collect()
}

/// Sorts the nodes of each cell by where their neighbours are, first by those before them, then by those behind.
fn reorder(grid: &Grid, cells: &mut BTreeMap<(usize, usize), Vec<usize>>) {
    let mut incoming = vec![Vec::new(); grid.places.len()];
    let mut outgoing = vec![Vec::new(); grid.places.len()];
    for (from, to) in &grid.links {
        incoming[*to].push(*from);
        outgoing[*from].push(*to);
    }
    let mut position = vec![0.0; grid.places.len()];
    let settle = |cells: &BTreeMap<(usize, usize), Vec<usize>>, position: &mut Vec<f64>| {
        for ((row, _), cell) in cells {
            let middle = (count(cell.len()) - 1.0) / 2.0;
            cell.iter().enumerate().for_each(|(place, at)| position[*at] = count(*row) * 100.0 + count(place) - middle);
        }
    };
    settle(cells, &mut position);
    for round in 0..ROUNDS {
        let neighbours = if round % 2 == 0 { &incoming } else { &outgoing };
        for cell in cells.values_mut() {
            let mean = |at: &usize| {
                let near = &neighbours[*at];
                if near.is_empty() { position[*at] } else { near.iter().map(|other| position[*other]).sum::<f64>() / count(near.len()) }
            };
            cell.sort_by(|a, b| mean(a).total_cmp(&mean(b)).then(a.cmp(b)));
        }
        settle(cells, &mut position);
    }
}

/// A small count as a coordinate.
#[expect(clippy::cast_precision_loss, reason = "a picture has nowhere near 2^52 nodes")]
pub(super) fn count(number: usize) -> f64 {
    number as f64
}

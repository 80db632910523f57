//! Where nodes and links are drawn: layers from left to right, after Sugiyama. A link over several layers goes through a
//! placeholder in each, so that it passes between nodes.

use super::Graph;

/// Width of a node.
pub(super) const WIDTH: i64 = 190;
/// Height of a node.
pub(super) const HEIGHT: i64 = 56;
const GAP_X: i64 = 64;
const GAP_Y: i64 = 18;
/// Height of the room that a placeholder takes.
const LINE: i64 = 14;
const SWEEPS: usize = 8;

/// A drawing in pixels.
pub(super) struct Layout {
    pub(super) width: i64,
    pub(super) height: i64,
    /// Upper left corner of each node.
    pub(super) nodes: Vec<(i64, i64)>,
    /// For each link the points that it goes through, from the right side of one node to the left side of the other.
    pub(super) links: Vec<Vec<(i64, i64)>>,
}

struct Slot {
    /// A node, or none for a placeholder.
    node: Option<usize>,
    layer: usize,
    before: Vec<usize>,
    after: Vec<usize>,
}

pub(super) fn layout(graph: &Graph) -> Layout {
    let depth = depths(graph);
    let mut slots: Vec<Slot> =
        depth.iter().enumerate().map(|(at, layer)| Slot { node: Some(at), layer: *layer, before: Vec::new(), after: Vec::new() }).collect();
    let chains: Vec<Vec<usize>> = graph.edges.iter().map(|edge| chain(edge.from, edge.to, &mut slots)).collect();
    let layers = arrange(&slots);
    let tall = |slot: &usize| if slots[*slot].node.is_some() { HEIGHT } else { LINE };
    let heights: Vec<i64> = layers.iter().map(|layer| layer.iter().map(|slot| tall(slot) + GAP_Y).sum()).collect();
    let height = heights.iter().max().copied().unwrap_or(0) + GAP_Y;
    let mut top = vec![0; slots.len()];
    for (layer, own) in layers.iter().zip(&heights) {
        let mut y = (height - own) / 2 + GAP_Y / 2;
        for slot in layer {
            top[*slot] = y;
            y += tall(slot) + GAP_Y;
        }
    }
    let left = |slot: usize| GAP_Y + i64::try_from(slots[slot].layer).unwrap_or(i64::MAX / 1000) * (WIDTH + GAP_X);
    let middle = |slot: usize| top[slot] + tall(&slot) / 2;
    let links = chains
        .iter()
        .map(|chain| {
            let last = chain.len() - 1;
            let points = chain.iter().enumerate().flat_map(|(at, slot)| {
                let (x, y) = (left(*slot), middle(*slot));
                match at {
                    0 => vec![(x + WIDTH, y)],
                    at if at == last => vec![(x, y)],
                    _ => vec![(x, y), (x + WIDTH, y)],
                }
            });
            points.collect()
        })
        .collect();
    Layout {
        width: GAP_Y * 2 + i64::try_from(layers.len()).unwrap_or_default() * (WIDTH + GAP_X)
            - GAP_X.min(GAP_X * i64::try_from(layers.len()).unwrap_or_default()),
        height,
        nodes: (0..graph.nodes.len()).map(|slot| (left(slot), top[slot])).collect(),
        links,
    }
}

/// The longest way to each node; the links of a circle do not count, so its members stand below each other.
fn depths(graph: &Graph) -> Vec<usize> {
    let mut depth = vec![0; graph.nodes.len()];
    let order = graph.order();
    for at in order {
        let incoming = graph.edges.iter().filter(|edge| edge.to == at && !edge.circle);
        depth[at] = incoming.map(|edge| depth[edge.from] + 1).max().unwrap_or(0);
    }
    depth
}

/// The slots that a link goes through; one that goes back or stays in its layer has no placeholder.
fn chain(from: usize, to: usize, slots: &mut Vec<Slot>) -> Vec<usize> {
    let mut chain = vec![from];
    for layer in slots[from].layer + 1..slots[to].layer {
        chain.push(slots.len());
        slots.push(Slot { node: None, layer, before: Vec::new(), after: Vec::new() });
    }
    chain.push(to);
    for pair in chain.windows(2) {
        slots[pair[0]].after.push(pair[1]);
        slots[pair[1]].before.push(pair[0]);
    }
    chain
}

/// The order in each layer: everybody moves to the middle of its neighbours, forth and back.
fn arrange(slots: &[Slot]) -> Vec<Vec<usize>> {
    let count = slots.iter().map(|slot| slot.layer + 1).max().unwrap_or(0);
    let mut layers = vec![Vec::new(); count];
    for (at, slot) in slots.iter().enumerate() {
        layers[slot.layer].push(at);
    }
    let mut place = vec![0_usize; slots.len()];
    let settle = |layer: &[usize], place: &mut Vec<usize>| layer.iter().enumerate().for_each(|(at, slot)| place[*slot] = at);
    layers.iter().for_each(|layer| settle(layer, &mut place));
    for sweep in 0..SWEEPS {
        let forth = sweep % 2 == 0;
        for step in 0..count {
            let layer = if forth { &mut layers[step] } else { &mut layers[count - 1 - step] };
            let middle = |slot: &usize| {
                let near = if forth { &slots[*slot].before } else { &slots[*slot].after };
                // In thousandths, so that the order is the same on every machine.
                let sum: usize = near.iter().map(|other| place[*other] * 1000).sum();
                sum.checked_div(near.len()).unwrap_or(place[*slot] * 1000)
            };
            let mut keyed: Vec<(usize, usize)> = layer.iter().map(|slot| (middle(slot), *slot)).collect();
            keyed.sort_by_key(|(key, slot)| (*key, place[*slot]));
            *layer = keyed.into_iter().map(|(_, slot)| slot).collect();
            settle(layer, &mut place);
        }
    }
    layers
}

#[cfg(test)]
mod tests {
    use super::super::tests::graph;
    use super::*;

    #[test]
    fn nodes_do_not_overlap_and_links_go_to_the_right() {
        let graph = graph(&[1; 7], &[(0, 1), (0, 2), (1, 3), (2, 3), (0, 3), (3, 4), (0, 4), (0, 5)]);
        let drawn = layout(&graph);
        for (a, first) in drawn.nodes.iter().enumerate() {
            assert!(first.0 >= 0 && first.0 + WIDTH <= drawn.width && first.1 >= 0 && first.1 + HEIGHT <= drawn.height, "{first:?}");
            for second in &drawn.nodes[a + 1..] {
                assert!((first.0 - second.0).abs() >= WIDTH || (first.1 - second.1).abs() >= HEIGHT, "{first:?} {second:?}");
            }
        }
        for link in &drawn.links {
            assert!(link.windows(2).all(|pair| pair[0].0 < pair[1].0), "{link:?}");
        }
    }

    #[test]
    fn an_empty_graph_has_a_drawing() {
        assert_eq!(layout(&graph(&[], &[])).nodes, []);
    }
}

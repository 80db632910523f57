use super::{FORMATS, Graph, Mark, Step};

fn steps(list: &[(&str, &[usize])]) -> Vec<Step> {
    list.iter().map(|(name, needs)| Step { name: (*name).to_owned(), title: String::new(), needs: needs.to_vec() }).collect()
}

fn written(graph: &Graph, format: &str) -> String {
    let format = FORMATS.iter().find(|known| known.name == format).expect("a format");
    (format.write)(graph)
}

/// Install and upload beside each other, then load; the longest chain has three steps.
fn registry() -> Graph {
    Graph::of_steps("a registry", &steps(&[("check", &[]), ("install", &[0]), ("upload", &[0]), ("load", &[0, 1, 2]), ("run", &[3])]))
}

#[test]
fn the_longest_chain_is_marked_and_an_implied_edge_is_left_out() {
    let graph = registry();
    let marked: Vec<&str> = graph.nodes.iter().filter(|node| node.mark == Mark::Critical).map(|node| node.label.as_str()).collect();
    assert_eq!(marked, ["check", "install", "load", "run"]);
    let implied: Vec<(usize, usize)> = graph.edges.iter().filter(|edge| edge.implied).map(|edge| (edge.from, edge.to)).collect();
    assert_eq!(implied, [(0, 3)]);
}

#[test]
fn a_circle_is_marked_and_drawn() {
    let graph = Graph::of_steps("a circle", &steps(&[("first", &[]), ("a", &[0, 2]), ("b", &[1]), ("itself", &[3]), ("after", &[2])]));
    let marked: Vec<&str> = graph.nodes.iter().filter(|node| node.mark == Mark::Circle).map(|node| node.label.as_str()).collect();
    assert_eq!(marked, ["a", "b", "itself"]);
    let edges: Vec<(usize, usize)> = graph.edges.iter().filter(|edge| edge.mark == Mark::Circle).map(|edge| (edge.from, edge.to)).collect();
    assert_eq!(edges, [(2, 1), (1, 2), (3, 3)]);
    for format in FORMATS {
        assert!((format.write)(&graph).contains("itself"), "{}", format.name);
    }
}

#[test]
fn names_cannot_leave_their_place() {
    let hostile = "x\"]; </title><script>alert(1)</script> \\ \u{1b}[31m `#;\n";
    let graph = Graph::of_steps(hostile, &steps(&[(hostile, &[])]));
    assert!(!written(&graph, "svg").contains("<script"));
    assert!(!written(&graph, "svg").contains('\u{1b}'));
    assert!(written(&graph, "dot").contains("label=\"x\\\"]; </title>"));
    assert!(!written(&graph, "mermaid").contains("<script"));
    serde_json::from_str::<serde_json::Value>(&written(&graph, "json")).expect("JSON");
}

#[test]
fn a_long_chain_is_drawn_too() {
    let list: Vec<Step> = (0..20_000)
        .map(|at: usize| Step { name: format!("s{at}"), title: String::new(), needs: at.checked_sub(1).into_iter().collect() })
        .collect();
    let graph = Graph::of_steps("a chain", &list);
    assert!(graph.nodes.iter().all(|node| node.mark == Mark::Critical));
    assert!(written(&graph, "svg").contains("s19999"));
}

#[test]
fn nodes_of_a_picture_do_not_lie_on_each_other() {
    let graph = registry();
    let layout = super::layout::layout(&graph, 0.0);
    for (number, a) in layout.nodes.iter().enumerate() {
        for b in &layout.nodes[number + 1..] {
            let apart = a.x + a.width < b.x || b.x + b.width < a.x || (a.y - b.y).abs() >= super::layout::HEIGHT;
            assert!(apart, "{number}");
        }
    }
    assert!(graph.edges.iter().all(|edge| layout.nodes[edge.from].x < layout.nodes[edge.to].x));
}

#[test]
fn what_the_formats_look_like() {
    insta::assert_snapshot!("dot", written(&registry(), "dot"));
    insta::assert_snapshot!("mermaid", written(&registry(), "mermaid"));
    insta::assert_snapshot!("svg", written(&registry(), "svg"));
    insta::assert_snapshot!("json", written(&registry(), "json"));
}

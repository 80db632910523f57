//! "Did you mean": the nearest of a set of names.

/// How many faults of one sort are worth a suggestion; a text with more is not mended one by one, and searching costs time.
pub(crate) const SUGGESTIONS: usize = 1000;
/// How many candidates are compared, and how long a name may be.
const CANDIDATES: usize = 500;
const LONGEST: usize = 100;

/// The candidate that is nearest to a name: equal but for case, or few edits away. `None` when nothing is near.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.chars().count() / 3).clamp(1, 4);
    if name.len() > LONGEST {
        return None;
    }
    let lower = name.to_lowercase();
    candidates
        .into_iter()
        .take(CANDIDATES)
        .filter(|candidate| candidate.len() <= LONGEST && candidate.len().abs_diff(name.len()) <= 3 * limit)
        .map(|candidate| (distance(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(edits, _)| *edits <= limit)
        .min_by_key(|(edits, candidate)| (*edits, *candidate))
        .map(|(_, candidate)| candidate)
}

/// A help text that names the nearest candidate, or lists them when there are few.
pub fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut candidates: Vec<&str> = candidates.into_iter().take(CANDIDATES).collect();
    if let Some(nearest) = nearest(name, candidates.iter().copied()) {
        return Some(format!("did you mean `{nearest}`?"));
    }
    candidates.sort_unstable();
    candidates.dedup();
    match candidates.as_slice() {
        [] => None,
        [only] => Some(format!("the only one there is `{only}`")),
        few if few.len() <= 12 => Some(format!("known are {}", listed(few.iter().copied()))),
        _ => None,
    }
}

/// Names in backticks, separated by commas.
pub fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Edits (insert, delete, replace, swap neighbours) from one text to the other.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().take(80).collect();
    let right: Vec<char> = right.chars().take(80).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (row, from) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, to) in right.iter().enumerate() {
            let replace = above[column] + usize::from(from != to);
            let mut best = replace.min(above[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && *from == right[column - 1] && left[row - 1] == *to {
                best = best.min(before[column - 1] + 1);
            }
            current.push(best);
        }
        before = std::mem::replace(&mut above, current);
    }
    above[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found() {
        let keys = ["properties", "requirements", "type"];
        assert_eq!(nearest("propertie", keys), Some("properties"));
        assert_eq!(nearest("reqiurements", keys), Some("requirements"));
        assert_eq!(nearest("TYPE", keys), Some("type"));
        assert_eq!(nearest("nodes", keys), None);
    }

    #[test]
    fn few_candidates_are_listed() {
        assert_eq!(did_you_mean("x9", ["simple", "complex"]).as_deref(), Some("known are `complex`, `simple`"));
        assert_eq!(did_you_mean("x9", []), None);
    }
}

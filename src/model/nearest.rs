//! "Did you mean": the nearest valid name to one that was mistyped.

/// The longest text, in characters, that is compared: longer than any name people type. The comparison takes memory and time
/// by the product of both lengths, and names come from files and arguments that may be anything.
const LONGEST: usize = 64;

/// The candidate nearest to `typed`, or `None` where none is near enough to be worth naming.
///
/// Near enough is an edit distance (Damerau, adjacent swaps count one) of at most a third of the longer name, at least
/// one, or `typed` being the start of the candidate. Letter case is ignored. Ties go to the first candidate.
pub(crate) fn nearest<'a>(
    typed: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    if typed.chars().nth(LONGEST).is_some() {
        return None;
    }
    let wanted = typed.to_lowercase();
    candidates
        .into_iter()
        .filter(|candidate| candidate.chars().nth(LONGEST).is_none())
        .filter_map(|candidate| {
            let name = candidate.to_lowercase();
            let allowed = (wanted.chars().count().max(name.chars().count()) / 3).max(1);
            let distance = edit_distance(&wanted, &name);
            let is_start = wanted.chars().count() >= 3 && name.starts_with(&wanted);
            (distance <= allowed || is_start).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Edits (insert, delete, replace, swap of neighbours) from one text to the other.
pub(crate) fn edit_distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let replace = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replace.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swap_or_a_start_is_near_and_nonsense_is_not() {
        let names = ["atlas-api", "postgres", "redis"];
        assert_eq!(nearest("atals-api", names), Some("atlas-api"));
        assert_eq!(nearest("Postgre", names), Some("postgres"));
        assert_eq!(nearest("atl", names), Some("atlas-api"));
        assert_eq!(nearest("kubernetes", names), None);
    }

    #[test]
    fn a_text_longer_than_any_name_is_not_compared() {
        let long = "a".repeat(10_000_000);
        assert_eq!(nearest(&long, ["a", long.as_str()]), None);
        assert_eq!(nearest("aaaa", [long.as_str()]), None);
    }
}

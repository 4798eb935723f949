//! Rows in blocks: how a list is parted so that rows may come above, below and go without any other row being moved on the
//! page. What is moved there loses focus, selection and an open menu. Pure.
//!
//! The keyed list of the view moves what stands below several rows that are put in at once, and the last row where one goes
//! above and another comes below. In a list of blocks, each a list of its own, neither happens: older rows are one block more.

/// Rows after which what comes below begins another block.
const MOST: usize = 64;

/// The block of each row. `known` says which rows were there already, and in which block; `fresh` is a number no block has.
pub(super) fn assign(known: &[Option<u32>], fresh: u32) -> Vec<u32> {
    let kept = known.iter().rposition(Option::is_some);
    let mut blocks: Vec<u32> = Vec::with_capacity(known.len());
    let (mut seen, mut size, mut next): (Vec<u32>, usize, u32) = (Vec::new(), 0, fresh);
    for (at, known) in known.iter().enumerate() {
        let open = blocks.last().copied();
        let block = match (*known, open) {
            (Some(block), _) if open == Some(block) || !seen.contains(&block) => block,
            // Between rows that stay, a block may be longer than others: they are not to change theirs.
            (_, Some(block)) if size < MOST || kept.is_some_and(|kept| at <= kept) => block,
            _ => {
                next += 1;
                next - 1
            }
        };
        if open == Some(block) {
            size += 1;
        } else {
            seen.push(block);
            size = 1;
        }
        blocks.push(block);
    }
    blocks
}

/// The list of blocks after `old`, for rows in the blocks `of`: a block that has become empty at an end goes only where none
/// comes in the same step.
pub(super) fn order(old: &[u32], of: &[u32]) -> Vec<u32> {
    let mut new = of.to_vec();
    new.dedup();
    let (comes, stays) = (new.iter().any(|block| !old.contains(block)), new.iter().any(|block| old.contains(block)));
    if !comes || !stays {
        return new;
    }
    // Found, since one stays.
    let first = old.iter().position(|block| new.contains(block)).unwrap_or(0);
    let last = old.iter().rposition(|block| new.contains(block)).unwrap_or(0);
    let mut order = old[..first].to_vec();
    order.extend_from_slice(&new);
    order.extend_from_slice(&old[last + 1..]);
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(blocks: &[(u32, usize)]) -> Vec<Option<u32>> {
        blocks.iter().flat_map(|(block, n)| std::iter::repeat_n((*block > 0).then_some(*block), *n)).collect()
    }

    fn sizes(blocks: &[u32]) -> Vec<(u32, usize)> {
        blocks.chunk_by(|a, b| a == b).map(|block| (block[0], block.len())).collect()
    }

    #[test]
    fn older_rows_are_one_block_more_and_newer_ones_go_on_in_the_last_until_it_is_full() {
        assert_eq!(sizes(&assign(&rows(&[(0, 50)]), 1)), [(1, 50)]);
        assert_eq!(sizes(&assign(&rows(&[(0, 50), (1, 50)]), 2)), [(2, 50), (1, 50)]);
        assert_eq!(sizes(&assign(&rows(&[(1, 50), (0, 3)]), 2)), [(1, 53)]);
        assert_eq!(sizes(&assign(&rows(&[(1, 60), (0, 70)]), 2)), [(1, 64), (2, 64), (3, 2)]);
    }

    #[test]
    fn a_row_that_comes_between_two_others_moves_neither() {
        assert_eq!(sizes(&assign(&rows(&[(1, 64), (0, 9), (1, 1), (2, 5)]), 3)), [(1, 74), (2, 5)]);
    }

    #[test]
    fn a_block_goes_where_none_comes() {
        assert_eq!(order(&[1, 2, 3], &[2, 3, 4]), [1, 2, 3, 4], "one came below, so the empty one above stays");
        assert_eq!(order(&[1, 2, 3, 4], &[2, 2, 3, 4]), [2, 3, 4], "and goes with the next step");
        assert_eq!(order(&[1, 2, 3], &[4, 1, 2]), [4, 1, 2, 3]);
        assert_eq!(order(&[1, 2], &[5, 6]), [5, 6], "nothing stays, so nothing can be moved");
        assert_eq!(order(&[], &[]), [0u32; 0]);
    }

    proptest! {
        /// Windows as the timeline makes them: rows in order, of which some come and some go.
        #[test]
        fn a_block_is_one_stretch_and_a_row_that_stays_keeps_its_own(steps in proptest::collection::vec((0u32..400, 1u32..320), 1..30)) {
            let (mut window, mut blocks): (Vec<u32>, Vec<u32>) = (Vec::new(), Vec::new());
            for (from, length) in steps {
                let new: Vec<u32> = (from..from + length).collect();
                let known: Vec<_> =
                    new.iter().map(|row| window.binary_search(row).ok().map(|at| blocks[at])).collect();
                let assigned = assign(&known, blocks.iter().max().map_or(0, |most| most + 1));
                prop_assert!(known.iter().zip(&assigned).all(|(old, new)| old.is_none_or(|old| old == *new)));
                let mut stretches = sizes(&assigned);
                stretches.sort_unstable();
                prop_assert!(stretches.windows(2).all(|pair| pair[0].0 != pair[1].0));
                (window, blocks) = (new, assigned);
            }
        }
    }
}

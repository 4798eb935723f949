//! Headings: which of them are a text over a line of dashes or equals.

use std::ops::Range;

/// Returns where the line of dashes or equals stands in the source of a heading that has one. In a chat such a line is a
/// ruler, a table's or a merge conflict's, and no heading.
pub(super) fn underline(heading: &str) -> Option<Range<usize>> {
    let heading = heading.trim_end();
    let start = heading.rfind('\n')? + 1;
    let mark = heading.chars().next_back()?;
    let rest = heading[start..].trim_end_matches(mark).len();
    Some(start + rest..heading.len())
}

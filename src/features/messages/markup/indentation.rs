//! Blanks at the start of a line, which the parser drops: how many of them are the text's own.

/// What a line stands in, from the outermost on: it takes some of the blanks at the line's start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    Quote,
    /// Columns of its mark and the blanks behind it.
    Item {
        columns: usize,
    },
}

/// Returns the blanks of the text in what stands before it on its line, `gap`.
pub(super) fn own_blanks(gap: &str, containers: impl Iterator<Item = Container>) -> &str {
    let mut rest = gap;
    for container in containers {
        rest = match container {
            Container::Quote => match rest.trim_start_matches([' ', '\t']).strip_prefix('>') {
                Some(inside) => inside.strip_prefix([' ', '\t']).unwrap_or(inside),
                // A line that goes on with a quote's paragraph without its mark.
                None => rest,
            },
            Container::Item { columns } => after_columns(rest, columns),
        };
    }
    let rest = rest.trim_end_matches('\\');
    if rest.chars().all(|c| matches!(c, ' ' | '\t')) { rest } else { "" }
}

/// The rest of a line's blanks after up to so many columns of them.
fn after_columns(blanks: &str, columns: usize) -> &str {
    let mut column = 0;
    let end = blanks.find(|c| {
        let ends = column >= columns || !matches!(c, ' ' | '\t');
        column += if c == '\t' { 4 - column % 4 } else { 1 };
        ends
    });
    &blanks[end.unwrap_or(blanks.len())..]
}

/// Columns that the mark of a list's item and the blanks around it take; `line` begins where its container ends.
pub(super) fn columns_of_mark(line: &str) -> usize {
    let text = line.trim_start_matches([' ', '\t']);
    let mark = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let mark_end = line.len() - mark.len() + mark.chars().next().map_or(0, char::len_utf8);
    let behind = &line[mark_end..];
    let blanks: usize = behind.chars().take_while(|c| matches!(c, ' ' | '\t')).map(|c| if c == '\t' { 4 } else { 1 }).sum();
    // Five or more are code in the item, and an empty item has one.
    let is_empty = behind.trim().is_empty();
    mark_end + if is_empty || blanks > 4 { 1 } else { blanks }
}

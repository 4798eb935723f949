//! Rows of cells as a Markdown table whose columns line up, and numbers as they stand in it.

use std::fmt;

/// Writes `rows`, all of one length; the first is the head.
pub fn write(f: &mut fmt::Formatter<'_>, rows: &[Vec<String>]) -> fmt::Result {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let widest = |column: usize| rows.iter().filter_map(|row| Some(row.get(column)?.chars().count())).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns).map(widest).collect();
    for (place, row) in rows.iter().enumerate() {
        for (cell, width) in row.iter().zip(widths.iter().copied()) {
            write!(f, "| {cell:width$} ")?;
        }
        writeln!(f, "|")?;
        if place == 0 {
            for width in &widths {
                write!(f, "|{}", "-".repeat(width + 2))?;
            }
            writeln!(f, "|")?;
        }
    }
    Ok(())
}

/// Three digits that count; whole numbers as they are.
pub fn number(value: f64) -> String {
    let digits = match value.abs() {
        v if v >= 100.0 || v.fract() == 0.0 => 0,
        v if v >= 10.0 => 1,
        v if v >= 1.0 => 2,
        _ => 3,
    };
    format!("{value:.digits$}")
}

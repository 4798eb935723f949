//! Emphasis by the script of the words: slanted letters and dotted ones never share a span.

use crate::features::messages::model::{Span, takes_dots};

/// Returns what is emphasized in runs of one script each. What has none, such as a digit, stays with what is before it.
pub(super) fn by_script(spans: Vec<Span>) -> Vec<Vec<Span>> {
    let mut runs: Vec<Vec<Span>> = vec![Vec::new()];
    let mut current = None;
    for span in spans {
        let Span::Text(text) = span else {
            let script = script_of(&span);
            add(&mut runs, span, is_other(&mut current, script));
            continue;
        };
        let mut from = 0;
        let mut other = false;
        for (at, c) in text.char_indices() {
            if is_other(&mut current, script(c)) {
                if at > from {
                    add(&mut runs, Span::Text(text[from..at].to_owned()), other);
                }
                (from, other) = (at, true);
            }
        }
        add(&mut runs, Span::Text(text[from..].to_owned()), other);
    }
    runs
}

/// Whether `script` is another than the current one, which it becomes.
fn is_other(current: &mut Option<bool>, script: Option<bool>) -> bool {
    let other = current.is_some() && script.is_some() && *current != script;
    *current = script.or(*current);
    other
}

fn add(runs: &mut Vec<Vec<Span>>, span: Span, other: bool) {
    match runs.last_mut() {
        Some(run) if !other || run.is_empty() => run.push(span),
        _ => runs.push(vec![span]),
    }
}

/// Whether a character takes dots; none where it is no letter.
fn script(c: char) -> Option<bool> {
    c.is_alphabetic().then(|| takes_dots(c))
}

fn script_of(span: &Span) -> Option<bool> {
    match span {
        Span::Text(text) => text.chars().find_map(script),
        Span::Strong(body) | Span::Em(body) | Span::Strike(body) | Span::Link { body, .. } => body.iter().find_map(script_of),
        Span::Code(_) | Span::Break | Span::Mention { .. } => None,
    }
}

//! The parser of Markdown with the options of a message, and what it would hide.

use super::edits::edited;
use pulldown_cmark::{Options, Parser};
use std::borrow::Cow;

/// Subscript only so that one tilde is not taken for a strike; it is shown as typed.
const OPTIONS: Options = Options::ENABLE_STRIKETHROUGH.union(Options::ENABLE_SUBSCRIPT);
/// How often reference definitions are looked for; see [`without_definitions`].
const DEFINITION_ROUNDS: usize = 4;

/// The parser of `text`.
pub(super) fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(text, OPTIONS)
}

/// The text with its reference definitions (`[name]: address`) made text: Markdown shows nothing for those, and a line somebody
/// typed would be gone. A definition may hide another of the same name, hence the rounds; none when they do not suffice.
pub(super) fn without_definitions(mut text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    if !text.contains("]:") {
        return Some(text);
    }
    for _ in 0..DEFINITION_ROUNDS {
        let definitions = parser(&text);
        let starts = definitions.reference_definitions().iter().map(|(_, definition)| definition.span.start);
        // The span begins at the bracket, or at white space before it.
        let brackets: Vec<_> = starts.filter_map(|start| Some((start + text[start..].find('[')?, ','))).collect();
        if brackets.is_empty() {
            return Some(text);
        }
        text = edited(text, brackets);
    }
    None
}

//! What is taken from the typed text rather than from the parser: where a line begins, code, addresses.

use pulldown_cmark::LinkType;
use std::ops::Range;

/// A text as it was typed and, of the same length, as the parser got it.
#[derive(Clone, Copy)]
pub(super) struct Typed<'a> {
    pub text: &'a str,
    pub parsed: &'a str,
}

impl Typed<'_> {
    /// Where the line of a place in the text begins.
    pub(super) fn line_start(self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |end| end + 1)
    }

    /// The text of an inline code. The parser's is right but for characters that stood for others.
    pub(super) fn code(self, code: &str, source: Range<usize>) -> String {
        let (parsed, typed) = (self.parsed.get(source.clone()), self.text.get(source));
        let (Some(parsed), Some(typed)) = (parsed, typed) else { return code.to_owned() };
        if parsed == typed {
            return code.to_owned();
        }
        let marks = |text: &str| text.len() - text.trim_start_matches('`').len();
        let pairs = parsed.chars().zip(typed.chars()).skip(marks(parsed));
        let mut pairs = pairs.map(|(parsed, typed)| if parsed == '\n' { (' ', ' ') } else { (parsed, typed) });
        // The code is the source without some blanks and marks of quotes.
        code.chars().map(|c| pairs.find(|(parsed, _)| *parsed == c).map_or(c, |(_, typed)| typed)).collect()
    }

    /// What stands on the fence's own line.
    pub(super) fn info(self, info: &str, source: &Range<usize>) -> String {
        let typed = self.text.get(source.clone()).unwrap_or_default();
        let fence = typed.lines().next().unwrap_or_default().trim();
        match self.parsed.get(source.clone()) == Some(typed) {
            true => info.trim().to_owned(),
            false => fence.trim_start_matches(['`', '~']).trim().to_owned(),
        }
    }

    /// Where the address of a link stands in the text; none where escapes and entities make it another.
    pub(super) fn target(self, link_type: LinkType, dest: &str, source: &Range<usize>) -> Option<Range<usize>> {
        let range = match link_type {
            LinkType::Autolink | LinkType::Email => source.start + 1..source.end.checked_sub(1)?,
            _ => {
                let at = source.start + self.parsed.get(source.clone())?.rfind(dest)?;
                at..at + dest.len()
            }
        };
        self.text.get(range.clone()).is_some_and(|typed| !typed.is_empty()).then_some(range)
    }
}

//! Mentions: where a text names people of its room or everybody, and the spans that say so.

use super::super::model::{Block, Body, Mentions, Span};
use crate::model::ids::UserId;
use std::{fmt, sync::Arc};

/// Mentions of one message; what comes after them stays text.
const MAX_MENTIONS: usize = 50;
/// Bytes of a handle at most, and characters of a name.
const MAX_HANDLE: usize = 32;
const MAX_NAME: usize = 40;

/// Whom a mention means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    User(UserId),
    Room,
    Here,
}

/// What may stand behind the sign: `bob`, `"Ana Lin"`, `"Ana Lin"#12`; handles in small letters.
pub type Token = String;

/// What names somebody, and whom.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named(pub Vec<(Token, Target)>);

impl Named {
    fn target(&self, token: &str) -> Option<Target> {
        self.0.iter().find(|(known, _)| known == token).map(|(_, target)| *target)
    }

    /// Returns whom it names, everyone once.
    pub fn mentions(&self) -> Mentions {
        let mut mentions = Mentions::default();
        for (_, target) in &self.0 {
            match target {
                Target::User(user) if !mentions.users.contains(user) => mentions.users.push(*user),
                Target::User(_) => {}
                Target::Room => mentions.room = true,
                Target::Here => mentions.here = true,
            }
        }
        mentions
    }

    /// Returns what is stored; none where nobody is named.
    pub fn stored(&self) -> Option<String> {
        (!self.0.is_empty()).then(|| self.to_string())
    }

    /// Reads what [`Display`](fmt::Display) has written; what cannot be read is left out.
    pub fn read(text: &str) -> Self {
        let named = |line: &str| {
            let (id, token) = line.split_once(' ')?;
            let target = match (id.parse().ok()?, token) {
                (0, "room") => Target::Room,
                (0, "here") => Target::Here,
                (id, _) => Target::User(UserId(id)),
            };
            Some((token.to_owned(), target))
        };
        Self(text.lines().filter_map(named).collect())
    }
}

/// As it is stored: a line each, the person's id or 0, then the token. No token has a line end.
impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(token, target)| match target {
            Target::User(user) => writeln!(f, "{user} {token}"),
            Target::Room | Target::Here => writeln!(f, "0 {token}"),
        })
    }
}

/// A sign that may begin a mention: where it stands, and the ends of what may follow it, the longest first.
struct Sign {
    start: usize,
    /// Where what follows begins.
    name: usize,
    ends: Vec<usize>,
}

impl Sign {
    /// Returns what may stand behind the sign, the longest first, each with its end.
    fn tokens<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (Token, usize)> + 'a {
        self.ends.iter().map(|end| {
            let token = &text[self.name..*end];
            (if token.starts_with('"') { token.to_owned() } else { token.to_ascii_lowercase() }, *end)
        })
    }
}

/// Finds the signs of a text, in order. One right behind a Latin letter, a digit, `.`, `_` or `-` belongs to an address.
fn signs(text: &str) -> Vec<Sign> {
    let mut found = Vec::new();
    for (start, sign) in text.match_indices(['@', '\u{ff20}']) {
        let before = text[..start].chars().next_back();
        let is_latin = |c: char| c.is_alphanumeric() && c < '\u{250}';
        if before.is_some_and(|c| is_latin(c) || matches!(c, '.' | '_' | '-')) {
            continue;
        }
        let name = start + sign.len();
        let ends = ends(&text[name..]).into_iter().map(|end| name + end).collect::<Vec<_>>();
        if !ends.is_empty() {
            found.push(Sign { start, name, ends });
        }
    }
    found
}

/// Returns where a name at the start of `text` may end, the longest first.
fn ends(text: &str) -> Vec<usize> {
    if let Some(quoted) = text.strip_prefix('"') {
        let Some(length) = quoted.find(['"', '\n']).filter(|at| *at > 0 && quoted[*at..].starts_with('"')) else {
            return Vec::new();
        };
        if quoted[..length].chars().count() > MAX_NAME {
            return Vec::new();
        }
        let end = length + 2;
        let digits = text[end..].strip_prefix('#').map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
        return vec![if digits > 0 { end + 1 + digits } else { end }];
    }
    let of_handle = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let run = text.bytes().take_while(of_handle).count();
    let bytes = text.as_bytes();
    // A handle ends where the run does, or before a sign in it.
    let ends_at = |end: &usize| {
        let next_is_sign = *end == run || !bytes[*end].is_ascii_alphanumeric();
        next_is_sign && bytes[*end - 1].is_ascii_alphanumeric() && bytes[0].is_ascii_alphanumeric()
    };
    (2..=run.min(MAX_HANDLE)).rev().filter(ends_at).collect()
}

/// Returns all that may name somebody in a message, in order, each once.
pub fn candidates(body: &Body) -> Vec<Token> {
    let (mut found, mut left) = (Vec::new(), MAX_MENTIONS);
    each_text(&body.0, &mut |text| {
        for sign in signs(text) {
            for (token, _) in sign.tokens(text) {
                if left > 0 && !found.contains(&token) {
                    left -= 1;
                    found.push(token);
                }
            }
        }
    });
    found
}

fn each_text(blocks: &[Block], look: &mut dyn FnMut(&str)) {
    fn each_span(spans: &[Span], look: &mut dyn FnMut(&str)) {
        for span in spans {
            match span {
                Span::Text(text) => look(text),
                Span::Strong(inner) | Span::Em(inner) | Span::Strike(inner) => each_span(inner, look),
                Span::Code(_) | Span::Link { .. } | Span::Break | Span::Mention { .. } => {}
            }
        }
    }
    for block in blocks {
        match block {
            Block::P(spans) => each_span(spans, look),
            Block::Code { .. } => {}
            Block::Quote(inner) => each_text(inner, look),
            Block::List { items, .. } => items.iter().for_each(|item| each_text(item, look)),
        }
    }
}

/// Returns the same message with spans for those who are named.
pub fn name(body: Body, named: &Named) -> Body {
    if named.0.is_empty() {
        return body;
    }
    let mut blocks = Arc::unwrap_or_clone(body.0);
    let mut left = MAX_MENTIONS;
    in_blocks(&mut blocks, named, &mut left);
    blocks.into()
}

fn in_blocks(blocks: &mut [Block], named: &Named, left: &mut usize) {
    for block in blocks {
        match block {
            Block::P(spans) => in_spans(spans, named, left),
            Block::Code { .. } => {}
            Block::Quote(inner) => in_blocks(inner, named, left),
            Block::List { items, .. } => items.iter_mut().for_each(|item| in_blocks(item, named, left)),
        }
    }
}

fn in_spans(spans: &mut Vec<Span>, named: &Named, left: &mut usize) {
    for span in std::mem::take(spans) {
        match span {
            Span::Text(text) => split(&text, named, left, spans),
            Span::Strong(mut inner) => {
                in_spans(&mut inner, named, left);
                spans.push(Span::Strong(inner));
            }
            Span::Em(mut inner) => {
                in_spans(&mut inner, named, left);
                spans.push(Span::Em(inner));
            }
            Span::Strike(mut inner) => {
                in_spans(&mut inner, named, left);
                spans.push(Span::Strike(inner));
            }
            span => spans.push(span),
        }
    }
}

/// A mention as it is shown: the marks around a name, and the number behind it, only say whom it means.
fn shown(typed: &str) -> String {
    typed.split_once('"').map_or_else(
        || typed.to_owned(),
        |(sign, name)| {
            let name = name.split_once('"').map_or(name, |(name, _)| name);
            [sign, name].concat()
        },
    )
}

/// Adds a text in which those who are named are spans of their own.
fn split(text: &str, named: &Named, left: &mut usize, spans: &mut Vec<Span>) {
    let mut from = 0;
    for sign in signs(text) {
        let found = sign.tokens(text).find_map(|(token, end)| Some((named.target(&token)?, end)));
        let Some((target, end)) = found.filter(|_| *left > 0 && sign.start >= from) else { continue };
        *left -= 1;
        if sign.start > from {
            spans.push(Span::Text(text[from..sign.start].to_owned()));
        }
        let user = if let Target::User(user) = target { Some(user) } else { None };
        let (room, here) = (target == Target::Room, target == Target::Here);
        spans.push(Span::Mention { user, room, here, text: shown(&text[sign.start..end]) });
        from = end;
    }
    if from < text.len() {
        spans.push(Span::Text(text[from..].to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::{super::parse, *};

    fn found(text: &str) -> Vec<Token> {
        candidates(&parse(text))
    }

    #[test]
    fn names_are_found_where_people_write_them() {
        assert_eq!(found("@bob"), ["bob"]);
        assert_eq!(found("hi @Bob, and @ana-lin."), ["bob", "ana-lin", "ana"]);
        assert_eq!(found("你好@小 \u{ff20}bob你好"), ["bob"]);
        assert_eq!(found("ask **@bob** or ~~@ana~~"), ["bob", "ana"]);
        assert_eq!(found("@\"Ana Lin\" @\"Ana Lin\"#12"), ["\"Ana Lin\"", "\"Ana Lin\"#12"]);
        assert_eq!(found("- @bob\n> @ana"), ["bob", "ana"]);
    }

    #[test]
    fn addresses_code_and_links_name_nobody() {
        for text in [
            "bob@ana.example",
            "é@bob",
            "a.@bob",
            "`@bob`",
            "```\n@bob\n```",
            "https://example.org/@bob",
            "[@bob](https://example.org)",
        ] {
            assert_eq!(found(text), Vec::<Token>::new(), "{text}");
        }
        for text in ["@", "@ bob", "@-bob", "@b", "@\"\"", "@\"bob", "@\"a\nb\""] {
            assert_eq!(found(text), Vec::<Token>::new(), "{text}");
        }
    }

    #[test]
    fn longest_name_that_is_known_becomes_a_span_and_the_rest_stays_text() {
        let named = Named(vec![("bob".to_owned(), Target::User(UserId(2))), ("bob.s".to_owned(), Target::User(UserId(3)))]);
        let spans = |text: &str| match &name(parse(text), &named).0[..] {
            [Block::P(spans)] => spans.clone(),
            other => panic!("{other:?}"),
        };
        let mention =
            |user, text: &str| Span::Mention { user: Some(UserId(user)), room: false, here: false, text: text.to_owned() };
        let text = |text: &str| Span::Text(text.to_owned());
        assert_eq!(spans("@Bob.s. @bob.t @bobby"), [mention(3, "@Bob.s"), text(". "), mention(2, "@bob"), text(".t @bobby")]);
        assert_eq!(name(parse("`@bob`"), &named), parse("`@bob`"));
        let ana = Named(vec![("\"Ana Lin\"#4".to_owned(), Target::User(UserId(4)))]);
        let [Block::P(spans)] = &name(parse("to @\"Ana Lin\"#4!"), &ana).0[..] else { panic!("one paragraph") };
        assert_eq!(spans[..], [text("to "), mention(4, "@Ana Lin"), text("!")]);
        assert_eq!(named.mentions(), Mentions { users: vec![UserId(2), UserId(3)], ..Mentions::default() });
        assert_eq!(Named::read(&named.to_string()), named);
        let all = Named(vec![("room".to_owned(), Target::Room), ("here".to_owned(), Target::Here)]);
        assert_eq!(Named::read(&all.to_string()), all);
        assert!(all.mentions().room && all.mentions().here);
    }

    #[test]
    fn mentions_are_bounded() {
        let text = "@a1.b.c ".repeat(1_000);
        let named = Named(vec![("a1".to_owned(), Target::User(UserId(2)))]);
        let body = name(parse(&text), &named);
        let [Block::P(spans)] = &body.0[..] else { panic!("one paragraph") };
        assert_eq!(spans.iter().filter(|span| matches!(span, Span::Mention { .. })).count(), MAX_MENTIONS);
        let many: String = (0..1_000).map(|n| format!("@a{n} ")).collect();
        assert_eq!(found(&many).len(), MAX_MENTIONS);
    }
}

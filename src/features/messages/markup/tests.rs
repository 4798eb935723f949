//! Markup: what each mark means, that nothing typed is lost, and that no text, however hostile, breaks the tree's bounds.

mod as_typed;
mod bounded;
mod emphasis;
mod lines;
mod links;

use super::{
    open::{MAX_DEPTH, MAX_NODES},
    *,
};
use proptest::prelude::*;

fn json(text: &str) -> String {
    serde_json::to_string(&parse(text)).unwrap()
}

fn p(spans: &str) -> String {
    format!(r#"[{{"p":[{spans}]}}]"#)
}

fn t(text: &str) -> String {
    format!(r#"{{"t":{}}}"#, serde_json::to_string(text).unwrap())
}

fn a(href: &str, text: &str) -> String {
    format!(r#"{{"a":{{"href":"{href}","body":[{}]}}}}"#, t(text))
}

/// The visible text of a body, blocks and breaks as line ends.
fn shown(body: &Body) -> String {
    fn spans(all: &[Span], out: &mut String) {
        for span in all {
            match span {
                Span::Text(text) | Span::Code(text) | Span::Mention { text, .. } => out.push_str(text),
                Span::Strong(body) | Span::Em(body) | Span::Strike(body) | Span::Link { body, .. } => spans(body, out),
                Span::Break => out.push('\n'),
            }
        }
    }
    fn blocks(all: &[Block], out: &mut String) {
        for block in all {
            match block {
                Block::P(body) => spans(body, out),
                Block::Code { text, .. } => out.push_str(text),
                Block::Quote(body) => blocks(body, out),
                Block::List { items, .. } => items.iter().for_each(|item| blocks(item, out)),
            }
            out.push('\n');
        }
    }
    let mut out = String::new();
    blocks(&body.0, &mut out);
    out
}

/// Deepest level, number of nodes; panics where a promise is broken.
fn survey(body: &Body) -> (usize, usize) {
    fn spans(all: &[Span], depth: usize, linked: bool, seen: &mut (usize, usize)) {
        seen.0 = seen.0.max(depth);
        for span in all {
            seen.1 += 1;
            match span {
                Span::Strong(body) | Span::Em(body) | Span::Strike(body) => spans(body, depth + 1, linked, seen),
                Span::Link { href, body } => {
                    assert!(["http://", "https://", "mailto:"].iter().any(|scheme| href.starts_with(scheme)), "{href}");
                    assert!(!href.contains(char::is_control), "{href:?}");
                    assert!(!linked && !body.is_empty());
                    spans(body, depth + 1, true, seen);
                }
                Span::Text(_) | Span::Code(_) | Span::Break | Span::Mention { .. } => {}
            }
        }
    }
    fn blocks(all: &[Block], depth: usize, seen: &mut (usize, usize)) {
        seen.0 = seen.0.max(depth);
        for block in all {
            seen.1 += 1;
            match block {
                Block::P(body) => {
                    assert!(!body.is_empty());
                    spans(body, depth + 1, false, seen);
                }
                Block::Code { .. } => {}
                Block::Quote(body) => blocks(body, depth + 1, seen),
                Block::List { items, .. } => {
                    for item in items {
                        seen.1 += 1;
                        blocks(item, depth + 1, seen);
                    }
                }
            }
        }
    }
    let mut seen = (0, 0);
    blocks(&body.0, 1, &mut seen);
    seen
}

fn keeps_its_bounds(text: &str) -> Body {
    let body = parse(text);
    let (depth, nodes) = survey(&body);
    assert!(depth <= MAX_DEPTH, "{depth} deep: {text:?}");
    assert!(nodes <= MAX_NODES, "{nodes} nodes");
    assert!(encoded(text) + encoded(&body) <= MAX_ENCODED || body == plain(text));
    body
}

/// Letters and digits of the text, in order: what must be seen of it.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[test]
fn every_mark_means_what_people_expect() {
    let cases = [
        ("hi there", p(&t("hi there"))),
        (
            "**b** *i* _i_ ~~s~~ `c`",
            p(&format!(
                r#"{{"b":[{}]}},{},{{"i":[{}]}},{},{{"i":[{}]}},{},{{"s":[{}]}},{},{{"c":"c"}}"#,
                t("b"),
                t(" "),
                t("i"),
                t(" "),
                t("i"),
                t(" "),
                t("s"),
                t(" ")
            )),
        ),
        ("one\ntwo", p(&format!(r#"{},"br",{}"#, t("one"), t("two")))),
        ("one\n\ntwo", format!(r#"[{{"p":[{}]}},{{"p":[{}]}}]"#, t("one"), t("two"))),
        ("# title", p(&format!(r#"{{"b":[{}]}}"#, t("title")))),
        ("```rust\nlet a = 1;\n\nb\n```", r#"[{"code":{"lang":"rust","text":"let a = 1;\n\nb"}}]"#.to_owned()),
        ("```\na\n```", r#"[{"code":{"text":"a"}}]"#.to_owned()),
        ("```let a = 1;\nb\n```", r#"[{"code":{"text":"let a = 1;\nb"}}]"#.to_owned()),
        ("> said", format!(r#"[{{"quote":[{{"p":[{}]}}]}}]"#, t("said"))),
        ("- a\n- b", format!(r#"[{{"list":{{"items":[[{{"p":[{}]}}],[{{"p":[{}]}}]]}}}}]"#, t("a"), t("b"))),
        ("3. a", format!(r#"[{{"list":{{"start":3,"items":[[{{"p":[{}]}}]]}}}}]"#, t("a"))),
        (
            "- a\n  - b",
            format!(r#"[{{"list":{{"items":[[{{"p":[{}]}},{{"list":{{"items":[[{{"p":[{}]}}]]}}}}]]}}}}]"#, t("a"), t("b")),
        ),
        ("[x](https://a.b \"c\")", p(&a("https://a.b", "x"))),
        ("![x](http://a.b/c.png)", p(&a("http://a.b/c.png", "x"))),
        (
            "<mailto:a@b.c> <a@b.c>",
            p(&format!("{},{},{}", a("mailto:a@b.c", "mailto:a@b.c"), t(" "), a("mailto:a@b.c", "a@b.c"))),
        ),
        ("[](https://a.b)", p(&a("https://a.b", "https://a.b"))),
    ];
    for (text, wanted) in cases {
        assert_eq!(json(text), wanted, "{text:?}");
    }
}

#[test]
fn bare_addresses_become_links_without_the_sentence_around_them() {
    let cases = [
        ("see https://a.b/c?d=e#f.", format!("{},{},{}", t("see "), a("https://a.b/c?d=e#f", "https://a.b/c?d=e#f"), t("."))),
        ("看https://a.b/c。好", format!("{},{},{}", t("看"), a("https://a.b/c", "https://a.b/c"), t("。好"))),
        ("(https://a.b/c)", format!("{},{},{}", t("("), a("https://a.b/c", "https://a.b/c"), t(")"))),
        ("http://a.b/c_(d)", a("http://a.b/c_(d)", "http://a.b/c_(d)")),
        ("http://a.b/c_d_e", a("http://a.b/c_d_e", "http://a.b/c_d_e")),
        ("http://a.b/~c/~d", a("http://a.b/~c/~d", "http://a.b/~c/~d")),
        ("HTTPS://A.b", a("https://A.b", "HTTPS://A.b")),
        (
            "（http://a.b，http://c.d）",
            format!("{},{},{},{},{}", t("（"), a("http://a.b", "http://a.b"), t("，"), a("http://c.d", "http://c.d"), t("）")),
        ),
        ("xhttp://a.b", t("xhttp://a.b")),
        ("http:// a", t("http:// a")),
        ("ftp://a.b javascript://a", t("ftp://a.b javascript://a")),
        ("http://a.b/?x=1&amp;y", a("http://a.b/?x=1&amp;y", "http://a.b/?x=1&amp;y")),
        ("**http://a.b**", format!(r#"{{"b":[{}]}}"#, a("http://a.b", "http://a.b"))),
        ("`http://a.b`", r#"{"c":"http://a.b"}"#.to_owned()),
    ];
    for (text, wanted) in cases {
        assert_eq!(json(text), p(&wanted), "{text:?}");
    }
}

#[test]
fn other_schemes_stay_text() {
    for href in [
        "javascript:alert(1)",
        "jAvA\tscript:x",
        "data:text/html,x",
        "vbscript:x",
        "//a.b",
        "/rooms/1",
        "x",
        "file:///a",
        "http:",
        "https&#58;//a.b\u{1}",
        " javascript:x",
    ] {
        for text in [format!("[x]({href})"), format!("![x]({href})"), format!("<{href}>"), format!("[x][1]\n\n[1]: {href}")] {
            let body = keeps_its_bounds(&text);
            assert!(!serde_json::to_string(&body).unwrap().contains("href"), "{text:?}");
            assert_eq!(letters(&shown(&body)), letters(&text), "{text:?}");
        }
    }
}

#[test]
fn html_is_shown_as_it_was_typed() {
    for text in [
        "<script>alert(1)</script>",
        "a <b onclick=x>b</b> <!-- c -->",
        "<div>\n**x**\n</div>",
        "<svg/onload=alert(1)>",
        "a &lt;b&gt; &amp;nbsp;",
    ] {
        assert_eq!(shown(&parse(text)).trim_end(), text);
    }
}

#[test]
fn what_shows_nothing_elsewhere_is_shown_as_it_was_typed() {
    for text in
        ["#", ">", "-", "1.", "---", "***", "```", "```hello", "[a]: http:x", "****", "---\n\n***", "~a~ b~", "3~5 天，7~9 天"]
    {
        assert_eq!(shown(&parse(text)).trim_end().replace("\n\n", "\n"), text.replace("\n\n", "\n"), "{text:?}");
    }
    let sources = "notes\n\n[1]: https://a.b\n[2]: https://c.d\n\n[1]: https://e.f";
    assert_eq!(letters(&shown(&parse(sources))), letters(sources));
}

#[test]
fn hostile_texts_keep_the_bounds() {
    let pieces = [
        "[",
        "]",
        "*a ",
        "**a ",
        "_a ",
        ">",
        "> ",
        "- ",
        "1. ",
        "`",
        "``a",
        "~~a ",
        "![",
        "[](",
        "[a](<",
        "<a ",
        "</",
        "<!--",
        "&#",
        "\\",
        "a\n",
        "a\n\n",
        "- a\n",
        "> a\n",
        "# a\n",
        "http://a ",
        "http://",
        "://",
        "[a]: b\n\n",
        "[a]: b\n",
        "***a",
        "*a_ ",
        "[[a](b)",
        "a&b;",
        "\t",
        "\u{1}",
        "\"",
        "🦊",
        "*a**b",
        "```\n",
        "    a\n\n",
        "~a",
        "(((",
        "http://((((",
        "|a|\n|-|\n",
        "[a][",
        "<a@b.c>",
        "-\n",
        "* * *\n",
        "\\*",
        "\\\\*a",
        "**真。",
        "**真。**她",
        "~",
        "~~真。",
        "a*",
        "(http://a)",
        "*http://a*真",
        "http://(a",
        "[http://a.b](http://c.d)",
        "![x](http://a.b/*)",
        "1. a\n3. b\n",
        "a\n-\n",
        ">>>>>>>",
        "\n    a",
        "*真a",
        "葛\u{e0100}*",
        "\0",
    ];
    for piece in pieces {
        for length in [8_000, 64 << 10] {
            keeps_its_bounds(&piece.repeat(length / piece.len()));
        }
    }
    for text in [
        format!("{}a{}", "*".repeat(4_000), "*".repeat(4_000)),
        (0..1_000).map(|n| format!("{}- a\n", " ".repeat(2 * n))).collect(),
        (0..100).map(|n| format!("{}a\n", ">".repeat(n))).collect(),
        (0..2_000).map(|n| format!("[{n}]: b\n\n")).collect(),
        format!("{}x{}", "[".repeat(4_000), "](http://a)".repeat(700)),
        format!("{}{}", "> ".repeat(60), "http://a ".repeat(800)),
    ] {
        keeps_its_bounds(&text);
    }
}

#[test]
fn beyond_the_nodes_the_rest_is_plain_text() {
    let text = "*a*\n".repeat(2_000);
    let body = keeps_its_bounds(text.trim());
    assert_eq!(letters(&shown(&body)), "a".repeat(2_000));
    assert!(body.0.len() == 2, "{}", body.0.len());
}

#[test]
fn what_is_too_deep_is_text() {
    let body = keeps_its_bounds(&format!("{} deep", ">".repeat(20)));
    assert!(shown(&body).contains("> deep"));
    let body = keeps_its_bounds("*a **b *c **d *e **f *g **h *i **j***************");
    assert!(letters(&shown(&body)).starts_with("abcdefghij"));
}

#[test]
fn a_ruler_of_dashes_does_not_make_the_message_plain() {
    let text = format!("**a**\n\n{}", "-".repeat(100));
    assert!(json(&text).contains(r#"{"b":"#));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_text_keeps_the_bounds(text in any::<String>()) {
        keeps_its_bounds(&text);
    }

    #[test]
    fn any_markup_keeps_the_bounds(pieces in prop::collection::vec(prop::sample::select(vec![
        "*", "**", "_", "~", "~~", "`", "```", "\n", "\n\n", "> ", "- ", "1. ", "# ", "[", "](", ")", "![", "<", ">", "<b>", "http://a.b", "a", " ", "  ",
        "    ", "&lt;", "\\", "]: ", "。", "x y", "---", "<!--", "-->", "javascript:", "mailto:",
    ]), 0..200)) {
        keeps_its_bounds(&pieces.concat());
    }

    #[test]
    fn plain_text_is_not_lost(text in "[a-z0-9 林é,!?'\"()\n.:;/@%$-]{1,300}") {
        let text = crate::features::messages::model::tidy(&text);
        prop_assume!(!text.is_empty());
        let (shown, typed) = (letters(&shown(&parse(&text))), letters(&text));
        // The number of an ordered list is its start, not a text.
        let number = |c: &char| !c.is_ascii_digit();
        prop_assert_eq!(shown.chars().filter(number).collect::<String>(), typed.chars().filter(number).collect::<String>());
    }
}

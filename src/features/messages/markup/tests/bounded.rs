//! The work for a hostile text grows with its length and no faster.

use crate::{
    features::{messages::markup::parse, people::names::check},
    tests::growth::assert_linear,
};
use std::hint::black_box;

#[test]
fn work_for_hostile_texts_grows_with_their_length() {
    let parsed = |text: &str| {
        black_box(parse(text));
    };
    for piece in [
        "[",
        "]",
        "![",
        "[](",
        "[a](",
        "[a](<",
        "[a][",
        "[]",
        "[a]: b\n\n",
        "[a]:\n",
        "*",
        "**a ",
        "*a ",
        "*a",
        "a*",
        "***a",
        "*a_ ",
        "_",
        "_a ",
        "a_",
        "__a",
        "~",
        "~a ",
        "~~a ",
        "`",
        "``a",
        "`a",
        "` ",
        "```\n",
        "~~~\n",
        ">",
        "> ",
        "> a\n",
        ">a\n>",
        "- ",
        "- a\n",
        "* ",
        "+ a\n\n",
        "1. ",
        "1. a\n",
        "1. a\n3. b\n",
        "-\n",
        "=\n",
        "a\n-\n",
        "* * *\n",
        "# ",
        "# a\n",
        "    a\n",
        "\ta\n",
        "<",
        "<a ",
        "</",
        "<!--",
        "<!",
        "<?",
        "<![CDATA[",
        "<a b=\"",
        "<a@b.c>",
        "<http://a",
        "&",
        "&#",
        "&a",
        "&lt;",
        "\\",
        "\\*",
        "\\\\*a",
        "\\[",
        "http://",
        "http://a ",
        "http://a.b/(",
        "http://a)",
        "(http://a",
        "www.",
        "://",
        "a@b.c ",
        "mailto:",
        "*http://a*真",
        "[http://a.b](http://c.d)",
        "![x](http://a.b/*)",
        "[a](http://b)",
        "**真。",
        "真*",
        "葛\u{e0100}*",
        "\u{e0100}",
        "¯_",
        "😀",
        "\u{301}",
        "\u{200d}",
        "\u{202e}",
        "\0",
        "\n",
        "\r",
        " ",
        "\t",
        "a\n",
        " \n",
        "|a|\n|-|\n",
        "\"",
        "((((",
        "{",
        "a b ",
        "2*3 ",
        "/*",
        "https://a/_",
    ] {
        assert_linear("", piece, "", parsed);
    }
    for (before, piece, after) in [
        ("[", "a", "](http://b)"),
        ("![", "a", "](http://b)"),
        ("[", "", "]"),
        ("*", "a", "*"),
        ("**", "a", "**"),
        ("_", "a", "_"),
        ("~~", "a", "~~"),
        ("~", "a", "~"),
        ("*a **b ", "", "** *"),
        ("`", "a ", ""),
        ("> ", "a\n", ""),
        ("- ", "a\n", ""),
        ("http://(", "a", ")"),
        ("<", "a", ">"),
        ("<a>", "", "</a>"),
        ("\\[", "", "\\]"),
        ("(", "http://a", ")"),
    ] {
        assert_linear(before, piece, after, parsed);
    }
}

#[test]
fn runs_of_many_lengths_and_depths_are_no_more_work_than_their_bytes() {
    let stairs = |sign: &'static str| {
        move |text: &str| {
            // Runs of 1, 2, 3 … of the sign, as many as make the length of `text`.
            let mut made = String::with_capacity(text.len());
            for n in 1.. {
                if made.len() + n > text.len() {
                    break;
                }
                made.push_str(&sign.repeat(n));
                made.push_str("a ");
            }
            black_box(parse(&made));
        }
    };
    for sign in ["`", "*", "_", "~", "[", ">", "#", "\\", "&", "<", "- "] {
        assert_linear("", "x", "", stairs(sign));
    }
    let nested = |mark: &'static str| {
        move |text: &str| {
            // Lists and quotes, each a level deeper than the line before.
            let mut made = String::with_capacity(text.len());
            for n in 0.. {
                let line = if mark == ">" { format!("{}a\n", ">".repeat(n)) } else { format!("{}{mark} a\n", "  ".repeat(n)) };
                if made.len() + line.len() > text.len() {
                    break;
                }
                made.push_str(&line);
            }
            black_box(parse(&made));
        }
    };
    for mark in [">", "-", "*", "1."] {
        assert_linear("", "x", "", nested(mark));
    }
}

#[test]
fn work_for_a_long_name_grows_with_its_length() {
    for piece in ["a", "\u{301}", "e\u{301}", "\u{200d}", "क\u{94d}\u{200d}", "👩\u{200d}", "🇬", "ﷺ", "가", "\u{e0100}", "İ"]
    {
        assert_linear("", piece, "", |text| {
            black_box(check(text).is_ok());
        });
    }
}

//! Text that is shown as it was typed: backslashes, and all text through every rule.

use super::*;

#[test]
fn a_backslash_that_stops_nothing_is_shown() {
    for text in [
        r"\\server\share\_Docs",
        r"C:\Data\..\x.exe",
        r"^\d+\.\d+$",
        r"\(x^2\)",
        r"\[x\]",
        r"\\",
        r"\",
        r"a\",
        r"\\\\",
        r"\a\b\c",
        r"\.",
        r"a \* b",
        r"2\*3",
        r"\~a~",
        r"\<b>",
        r"\&lt;",
        r"\---",
        r"/\w+\.(js|ts)$/",
        r"\{a\}",
        r"sed 's/\./\//g'",
        r"¯\_(ツ)_/¯",
        r"\#a",
        r"\[x](javascript:y)",
        r"C:\Users\*\AppData",
    ] {
        assert_eq!(json(text), p(&t(text)), "{text:?}");
    }
    assert_eq!(json("C:\\\nD:\\"), p(&format!(r#"{},"br",{}"#, t("C:\\"), t("D:\\"))));
    assert_eq!(json("`a\\*b`"), p(r#"{"c":"a\\*b"}"#));
    assert_eq!(json("`a\\` \\_ `b`"), p(&format!(r#"{{"c":"a\\"}},{},{{"c":"b"}}"#, t(r" \_ "))));
    assert_eq!(json("```\na\\*b\n```"), r#"[{"code":{"text":"a\\*b"}}]"#);
    assert_eq!(json("**C:\\_**"), p(&format!(r#"{{"b":[{}]}}"#, t(r"C:\_"))));
}

#[test]
fn a_backslash_that_stops_a_mark_is_not_shown() {
    for (typed, shown) in [
        (r"\*a*", "*a*"),
        (r"\*a\*", "*a*"),
        (r"\*\*a\*\*", "**a**"),
        (r"\_a_", "_a_"),
        (r"\# a", "# a"),
        (r"\- a", "- a"),
        (r"\+ a", "+ a"),
        (r"\> a", "> a"),
        (r"1\. a", "1. a"),
        (r"1\) a", "1) a"),
        (r"\`a`", "`a`"),
        (r"\`a\`", "`a`"),
        (r"\~~a~~", "~~a~~"),
        (r"\```", "```"),
        (r"\\\*a*", r"\*a*"),
    ] {
        assert_eq!(json(typed), p(&t(shown)), "{typed:?}");
    }
    assert_eq!(json(r"\\*a*"), p(&format!(r#"{},{{"i":[{}]}}"#, t(r"\"), t("a"))));
    assert_eq!(json(r"**\*a**"), p(&format!(r#"{{"b":[{}]}}"#, t("*a"))));
    assert_eq!(shown(&parse(r"\[a](https://b.c)")).trim(), "[a](https://b.c)");
    assert_eq!(shown(&parse("a\n\n\\- b\\_c")).trim(), "a\n- b\\_c");
}

#[test]
fn a_table_stays_as_typed() {
    let table = "| a | b |\n|---|--:|\n| 1 |  2 |";
    assert_eq!(shown(&parse(table)).trim(), table);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Signs that are no marks in these places, and every sign of CJK.
    #[test]
    fn text_without_marks_is_shown_letter_by_letter(text in "[a-z0-9 林な한！。《》“”é,!?'\"().:;/@%$=^{}|\\\\]{1,80}") {
        let text = crate::features::messages::model::tidy(&text);
        prop_assume!(!text.is_empty() && !text.starts_with("    ") && !text.contains(['-', '+']));
        let is_list = text.trim_start().trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(['.', ')']);
        prop_assume!(!is_list);
        prop_assert_eq!(shown(&parse(&text)), format!("{text}\n"));
    }
}

//! Lines: dashes below a text, numbers of lists, runs of blanks, indentation, merge conflicts.

use super::*;

fn lines(text: &str) -> String {
    let spans: Vec<String> = text.split('\n').map(|line| if line.is_empty() { String::new() } else { t(line) }).collect();
    p(&spans.join(r#","br","#))
}

#[test]
fn a_line_of_dashes_or_equals_below_a_text_is_shown() {
    for text in [
        "name\n----\nalice",
        "yes\n-",
        "a\n===",
        "a\nb\n---\nc\nd",
        "a\n===\n===",
        "a\n---\nb\n---\nc",
        "name\n----",
        "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> main",
    ] {
        assert_eq!(json(text), lines(text), "{text:?}");
    }
    assert_eq!(json("> a\n> ---\n> b"), r#"[{"quote":[{"p":[{"t":"a"},"br",{"t":"---"},"br",{"t":"b"}]}]}]"#);
    assert_eq!(json("**a**\n---"), p(&format!(r#"{{"b":[{}]}},"br",{}"#, t("a"), t("---"))));
    assert_eq!(json("a\n---\n\nb"), format!(r#"[{{"p":[{},"br",{}]}},{{"p":[{}]}}]"#, t("a"), t("---"), t("b")));
    assert_eq!(json("# a"), p(r#"{"b":[{"t":"a"}]}"#));
}

#[test]
fn lists_keep_the_numbers_typed() {
    let list = |start: u64, items: &[&str]| {
        let items: Vec<String> = items.iter().map(|item| format!(r#"[{{"p":[{}]}}]"#, t(item))).collect();
        format!(r#"{{"list":{{"start":{start},"items":[{}]}}}}"#, items.join(","))
    };
    for (text, lists) in [
        ("1. a\n2. b", vec![list(1, &["a", "b"])]),
        ("1. a\n5. b\n8. c", vec![list(1, &["a"]), list(5, &["b"]), list(8, &["c"])]),
        ("3. c\n2. b\n1. a", vec![list(3, &["c"]), list(2, &["b"]), list(1, &["a"])]),
        ("1. a\n1. b\n2. c", vec![list(1, &["a"]), list(1, &["b", "c"])]),
        ("0. a\n1. b", vec![list(0, &["a", "b"])]),
        ("1) a\n3) b", vec![list(1, &["a"]), list(3, &["b"])]),
        ("1. a\n\n3. b", vec![list(1, &["a"]), list(3, &["b"])]),
        ("999999999. a\n999999999. b", vec![list(999_999_999, &["a"]), list(999_999_999, &["b"])]),
    ] {
        assert_eq!(json(text), format!("[{}]", lists.join(",")), "{text:?}");
    }
    assert!(json("- x\n  1. a\n  4. b").contains(&format!("{},{}", list(1, &["a"]), list(4, &["b"]))));
}

#[test]
fn runs_of_blanks_and_tabs_stay() {
    for text in ["a    b    c", "a\tb\t\tc", "a,  b", "x\u{3000}\u{3000}y", "名\t值\n甲\t1"] {
        assert_eq!(json(text), lines(text), "{text:?}");
    }
}

#[test]
fn indentation_stays() {
    for text in [
        "def g():\n    return 1",
        "  def g():\n      return 1",
        "Error: x\n    at a (b.js:1:2)\n    at c",
        "{\n  \"a\": [\n    1,\n\t2\n  ]\n}",
        "if a:\n\tb\n\t\tc",
        "\u{3000}\u{3000}a\n\u{3000}b",
        " a",
    ] {
        assert_eq!(json(text), lines(text), "{text:?}");
    }
    assert_eq!(json("a:\n  **b** c"), p(&format!(r#"{},"br",{},{{"b":[{}]}},{}"#, t("a:"), t("  "), t("b"), t(" c"))));
    assert_eq!(json("a\n  `b`"), p(&format!(r#"{},"br",{},{{"c":"b"}}"#, t("a"), t("  "))));
    assert_eq!(json("> a\n>   b"), r#"[{"quote":[{"p":[{"t":"a"},"br",{"t":"  b"}]}]}]"#);
    assert_eq!(json(">   a\n> b"), r#"[{"quote":[{"p":[{"t":"  a"},"br",{"t":"b"}]}]}]"#);
    assert_eq!(json("- a\n  b\n    c"), r#"[{"list":{"items":[[{"p":[{"t":"a"},"br",{"t":"b"},"br",{"t":"  c"}]}]]}}]"#);
    assert_eq!(
        json("10. a\n    b\n      c"),
        r#"[{"list":{"start":10,"items":[[{"p":[{"t":"a"},"br",{"t":"b"},"br",{"t":"  c"}]}]]}}]"#
    );
    assert_eq!(json("- a\n\n   b"), r#"[{"list":{"items":[[{"p":[{"t":"a"}]},{"p":[{"t":" b"}]}]]}}]"#);
    assert_eq!(json("    a\n      b"), r#"[{"code":{"text":"a\n  b"}}]"#);
    assert_eq!(json("a\r\n  b\rc"), lines("a\n  b\nc"));
}

#[test]
fn tidy_keeps_the_indentation_of_the_first_line() {
    use crate::features::messages::model::tidy;
    for (text, wanted) in [
        ("\n  \n  a\n b \n\n", "  a\n b"),
        ("  a", "  a"),
        ("\r\n\ta\r\n", "\ta"),
        (" \n\u{3000}a\u{3000}", "\u{3000}a"),
        (" \n\t ", ""),
        ("", ""),
        ("a", "a"),
    ] {
        assert_eq!(tidy(text), wanted, "{text:?}");
        assert_eq!(tidy(wanted), wanted);
    }
}

//! Marks of emphasis: beside CJK characters, in sums and paths, by script.

use super::*;

fn b(inner: &str) -> String {
    format!(r#"{{"b":[{inner}]}}"#)
}

fn i(inner: &str) -> String {
    format!(r#"{{"i":[{inner}]}}"#)
}

fn s(inner: &str) -> String {
    format!(r#"{{"s":[{inner}]}}"#)
}

#[test]
fn emphasis_begins_and_ends_beside_cjk_punctuation() {
    let doc = r#"{"a":{"href":"https://a.b/c","body":[{"t":"文档"}]}}"#;
    let cases = [
        ("**真！**她", vec![b(&t("真！")), t("她")]),
        ("说**《红楼梦》**好看", vec![t("说"), b(&t("《红楼梦》")), t("好看")]),
        ("~~删除。~~然后", vec![s(&t("删除。")), t("然后")]),
        ("请看**[文档](https://a.b/c)**了解", vec![t("请看"), b(doc), t("了解")]),
        ("*真！*她", vec![i(&t("真！")), t("她")]),
        ("**真!**她", vec![b(&t("真!")), t("她")]),
        ("**(真)**她", vec![b(&t("(真)")), t("她")]),
        ("她**(真)**", vec![t("她"), b(&t("(真)"))]),
        ("她**“真”**的", vec![t("她"), b(&t("“真”")), t("的")]),
        ("**《红楼梦》**is good", vec![b(&t("《红楼梦》")), t("is good")]),
        ("it is**「好」**", vec![t("it is"), b(&t("「好」"))]),
        ("**テスト。**テスト", vec![b(&t("テスト。")), t("テスト")]),
        ("これは**「重要」**です", vec![t("これは"), b(&t("「重要」")), t("です")]),
        ("**ｶﾅ｡**ｶﾅ", vec![b(&t("ｶﾅ｡")), t("ｶﾅ")]),
        ("**스크립트(script)**라고", vec![b(&t("스크립트(script)")), t("라고")]),
        ("**ㄅ。**ㄆ", vec![b(&t("ㄅ。")), t("ㄆ")]),
        ("**𠮷(a)**𠮷", vec![b(&t("𠮷(a)")), t("𠮷")]),
        ("𠮷**(a)**𠮷", vec![t("𠮷"), b(&t("(a)")), t("𠮷")]),
        ("**葛\u{e0100}(a)**葛\u{e0100}**(b)**", vec![b(&t("葛\u{e0100}(a)")), t("葛\u{e0100}"), b(&t("(b)"))]),
        ("**好👍**她", vec![b(&t("好👍")), t("她")]),
        ("**真——**她", vec![b(&t("真——")), t("她")]),
        ("**真·**她", vec![b(&t("真·")), t("她")]),
        ("**ＡＢ！**Ｃ", vec![b(&t("ＡＢ！")), t("Ｃ")]),
        ("**真！**她**假？**他", vec![b(&t("真！")), t("她"), b(&t("假？")), t("他")]),
        ("**~~真。~~**她", vec![b(&s(&t("真。"))), t("她")]),
        ("**真**~~删~~", vec![b(&t("真")), s(&t("删"))]),
        ("~~删~~**真！**", vec![s(&t("删")), b(&t("真！"))]),
        ("**`真`**她", vec![b(r#"{"c":"真"}"#), t("她")]),
        ("她**`x`**的", vec![t("她"), b(r#"{"c":"x"}"#), t("的")]),
        ("`**真！**她`", vec![r#"{"c":"**真！**她"}"#.to_owned()]),
        ("**注意**：好", vec![b(&t("注意")), t("：好")]),
        ("真 ** 假 ** 真", vec![t("真 ** 假 ** 真")]),
    ];
    for (text, wanted) in cases {
        assert_eq!(json(text), p(&wanted.join(",")), "{text:?}");
    }
}

#[test]
fn emphasis_beside_latin_punctuation_stays_commonmarks() {
    for text in ["**a!**b", "a**(b)**c", "a*\"b\"*c"] {
        assert_eq!(json(text), p(&t(text)), "{text:?}");
    }
    assert_eq!(json("**ตัว**หนา"), p(&format!("{},{}", b(&t("ตัว")), t("หนา"))));
}

#[test]
fn stars_in_sums_paths_comments_and_globs_are_text() {
    for text in [
        "2*3*4=24",
        "5*x, 6*y",
        "a*b*c",
        "x**2 + y**2",
        "2**3**4",
        "é*é*é",
        "я*я*я",
        "(a+b)*c*(d)",
        "/* c */",
        "/*c*/ x",
        "/** c */",
        "a/*/b/*/c",
        "src/**/*.rs and lib/**/*.rs",
        "test_*.py test_*.rb",
        "*.rs and *.toml",
        "int *a, *b;",
        "f(*args, **kwargs)",
        "2 * 3 * 4",
    ] {
        assert_eq!(json(text), p(&t(text)), "{text:?}");
    }
    for (text, wanted) in [
        ("*a* b", format!("{},{}", i(&t("a")), t(" b"))),
        ("**yes**/**no**", format!("{},{},{}", b(&t("yes")), t("/"), b(&t("no")))),
        ("2*3 is *six*", format!("{},{}", t("2*3 is "), i(&t("six")))),
        ("中*文*字", format!("{},{},{}", t("中"), i(&t("文")), t("字"))),
        ("**/etc/**", b(&t("/etc/"))),
        ("*2*3*", i(&t("2*3"))),
    ] {
        assert_eq!(json(text), p(&wanted), "{text:?}");
    }
}

#[test]
fn emphasis_is_split_by_script() {
    for (text, wanted) in [
        ("*really*", vec![i(&t("really"))]),
        ("*真的*", vec![i(&t("真的"))]),
        ("*苹果 iPhone 手机*", vec![i(&t("苹果 ")), i(&t("iPhone ")), i(&t("手机"))]),
        ("*really。*", vec![i(&t("really。"))]),
        ("*3 个*", vec![i(&t("3 个"))]),
        ("*a **真** b*", vec![i(&t("a ")), i(&format!("{},{}", b(&t("真")), t(" "))), i(&t("b"))]),
        ("*한국어*", vec![i(&t("한국어"))]),
    ] {
        assert_eq!(json(text), p(&wanted.join(",")), "{text:?}");
    }
}

//! Addresses: marks inside of them, where they end, and words that name another host.

use super::*;

fn link(address: &str) -> String {
    a(address, address)
}

#[test]
fn marks_inside_a_bare_address_are_text() {
    for address in [
        "https://a.b/_c_/d",
        "https://a.b/json/__init__.py",
        "https://x.com/?q=a*b*c",
        "https://a.b/**/*.rs",
        "https://a.b/~~c~~/d",
        "https://a.b/a_b_",
        "https://a.b/[c](https://d.e)",
        "https://a.b/![c](d)",
        "https://a.b/(c)_(d)",
        "http://[::1]:80/_a_",
        "https://a.b/c&amp;d&lt;e",
        "https://a.b/*",
        "https://a.b/c)",
        "https://a.b/c.",
        "https://zh.wikipedia.org/wiki/北_京_",
    ] {
        assert_eq!(json(address), p(&link(address)), "{address}");
        let address = address.trim_end_matches(['.', ')']);
        assert!(json(&format!("> see {address} there")).contains(&link(address)), "{address}");
    }
    let cases = [
        ("**https://a.b/_c_**", format!(r#"{{"b":[{}]}}"#, link("https://a.b/_c_"))),
        ("*see https://a.b/c* now", format!(r#"{{"i":[{},{}]}},{}"#, t("see "), link("https://a.b/c"), t(" now"))),
        ("**https://a.b/c**真", format!(r#"{{"b":[{}]}},{}"#, link("https://a.b/c"), t("真"))),
        ("_https://a.b/c_d_", format!(r#"{{"i":[{}]}}"#, link("https://a.b/c_d"))),
        ("~~https://a.b~~", format!(r#"{{"s":[{}]}}"#, link("https://a.b"))),
        ("(https://a.b/c)然后", format!("{},{},{}", t("("), link("https://a.b/c"), t(")然后"))),
        ("'https://a.b/c'", format!("{},{},{}", t("'"), link("https://a.b/c"), t("'"))),
        ("[https://a.b/_c_](https://a.b/_c_)", link("https://a.b/_c_")),
        ("[x](https://a.b/_c_?q=2*3*4)", a("https://a.b/_c_?q=2*3*4", "x")),
        ("<https://a.b/_c_*d*e>", link("https://a.b/_c_*d*e")),
        ("`https://a.b/_c_`", r#"{"c":"https://a.b/_c_"}"#.to_owned()),
        ("a _b_ https://a.b/_c_ _d_", {
            let i = |text: &str| format!(r#"{{"i":[{}]}}"#, t(text));
            format!("{},{},{},{},{},{}", t("a "), i("b"), t(" "), link("https://a.b/_c_"), t(" "), i("d"))
        }),
    ];
    for (text, wanted) in cases {
        assert_eq!(json(text), p(&wanted), "{text:?}");
    }
}

#[test]
fn a_bare_address_ends_before_punctuation_and_before_what_shows_nothing() {
    let ends = "〔［｛〖｢｡·،。（），”…》、；：？！「」『』【】〈〉｜～؟؛।—–‘’“«»‐‧·・\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\u{202a}\u{202e}\
                \u{2060}\u{2066}\u{2069}\u{feff}\u{ad}\u{61c}\u{180e}\u{3164}\u{fe0f}\u{2800}\u{3000}\u{a0}\u{2028}\u{85}<>\"`";
    for c in ends.chars() {
        let text = format!("https://a.b/c{c}然后");
        assert!(json(&text).contains(&format!("{},", link("https://a.b/c"))), "{c:?} {}", json(&text));
    }
    for c in "中é한の０".chars() {
        let address = format!("https://a.b/c{c}d");
        assert_eq!(json(&address), p(&link(&address)), "{c:?}");
    }
}

#[test]
fn a_link_whose_words_name_another_host_is_shown_as_typed() {
    for (words, href) in [
        ("https://bank.example", "https://other.example"),
        ("http://bank.example/login", "https://other.example/login"),
        ("see https://bank.example now", "https://other.example"),
        ("**https://bank.example**", "https://other.example"),
        ("HTTPS://BANK.EXAMPLE", "https://other.example"),
        ("www.bank.example", "https://other.example"),
        ("bank.example", "https://other.example"),
        ("bank.com/login", "https://other.example"),
        ("https://bank.example", "https://bank.example@other.example"),
        ("https://bank.example", "https://bank.example.other.example"),
        ("https：//bank.example", "https://other.example"),
        ("ｈttps://bank.example", "https://other.example"),
        ("ht\u{200b}tps://bank.example", "https://other.example"),
        ("https://bank.example", "mailto:a@other.example"),
        ("me@bank.example", "mailto:me@other.example"),
    ] {
        let text = format!("[{words}]({href})");
        let wanted = format!("{},{},{}", t(&format!("[{words}](")), a(href, href), t(")"));
        assert_eq!(json(&text), p(&wanted), "{text}");
    }
    for (words, href) in [
        ("https://a.example/x", "https://a.example/y"),
        ("https://www.a.example", "https://a.example"),
        ("https://a.example:80", "https://A.example."),
        ("the docs", "https://a.example"),
        ("README.md", "https://a.example/README.md"),
        ("main.rs", "https://a.example"),
        ("v1.2.3", "https://a.example"),
        ("a/b", "https://a.example"),
        ("me@a.example", "mailto:me@a.example"),
        ("@lin", "https://a.example"),
        ("3.5", "https://a.example"),
    ] {
        assert_eq!(json(&format!("[{words}]({href})")), p(&a(href, words)), "{words} {href}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_address_alone_is_one_link(scheme in "https?", rest in "[A-Za-z0-9][A-Za-z0-9._~:/?#@!$&'()*+,;=%\\[\\]-]{0,60}") {
        let address = format!("{scheme}://{rest}");
        prop_assert_eq!(json(&address), p(&link(&address)));
    }

    #[test]
    fn any_address_in_a_sentence_is_one_link(rest in "[A-Za-z0-9][A-Za-z0-9._~:/?#@!$&*+,;=%-]{0,60}[A-Za-z0-9/=]") {
        let address = format!("https://{rest}");
        for (before, after) in [("see ", " there"), ("看", "。好"), ("> ", ", b"), ("- a ", ".")] {
            let body = json(&format!("{before}{address}{after}"));
            prop_assert!(body.contains(&link(&address)), "{}", body);
            prop_assert_eq!(body.matches("href").count(), 1);
        }
    }
}

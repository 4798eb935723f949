//! Names: what is refused, what is left alone, who looks like whom.

use super::*;
use proptest::prelude::*;

fn alike(one: &str, other: &str) -> bool {
    let (one, other) = (check(one).unwrap(), check(other).unwrap());
    one.skeletons.iter().any(|skeleton| other.skeletons.contains(skeleton))
}

#[test]
fn names_of_many_languages_are_left_as_they_are() {
    let names = [
        "Lin",
        "林小明",
        "Nguyễn Thị Ánh",
        "José",
        "Ольга",
        "محمد",
        "שָׁלוֹם",
        "प्रियंका",
        "ड़ीं",
        "สมชาย",
        "မြန်မာ",
        "Ægir",
        "O’Neil",
        "Zoë 🦊",
        "👍🏽",
        "a.b_c-d",
        "𠮷野",
    ];
    for name in names {
        let nfc: String = name.nfc().collect();
        assert_eq!(check(name).map(|checked| checked.name), Ok(nfc), "{name}");
    }
}

#[test]
fn white_space_is_tidied_and_forms_are_composed() {
    assert_eq!(check("  Lin \u{3000}\u{a0} Wei \n").unwrap().name, "Lin Wei");
    assert_eq!(check("Jose\u{301}").unwrap().name, "José");
    assert_eq!(check("❤\u{FE0F}Lin").unwrap().name, "❤Lin");
}

#[test]
fn the_length_is_counted_in_characters() {
    for (text, wanted) in [("", Err(Reason::Empty)), (" \u{3000}\n", Err(Reason::Empty))] {
        assert_eq!(check(text).map(drop), wanted);
    }
    assert!(check(&"林".repeat(40)).is_ok());
    assert_eq!(check(&"林".repeat(41)).map(drop), Err(Reason::TooLong));
    assert!(tidy(&"林".repeat(64), 64).is_ok());
    assert_eq!(tidy(&"林".repeat(65), 64), Err(Reason::TooLong));
}

#[test]
fn invisible_and_layout_characters_are_refused() {
    let refused = [
        "a\0b",
        "a\tb",
        "a\nb",
        "a\u{7f}",
        "a\u{85}b",
        "\u{1b}[31m",
        "a\u{ad}b",
        "a\u{61c}b",
        "a\u{180e}b",
        "a\u{200b}b",
        "a\u{200c}b",
        "a\u{200d}b",
        "a\u{200e}b",
        "a\u{200f}b",
        "a\u{2028}b",
        "a\u{2029}b",
        "a\u{202a}b",
        "\u{202e}nimda",
        "a\u{2060}b",
        "a\u{2066}b",
        "a\u{2069}b",
        "a\u{feff}b",
        "\u{3164}",
        "\u{115f}",
        "\u{ffa0}",
        "\u{2800}",
        "a\u{e0041}",
        "a\u{fe00}",
        "a\u{e000}",
        "a\u{f0000}",
        "a\u{378}",
        "a\u{ffff}",
        "a\u{fff9}b",
        "a\u{600}",
        "\u{34f}",
        "👩\u{200d}a",
        "a\u{200d}🚀",
        "👩 \u{200d}🚀",
        "👩\u{200d}",
        "\u{200d}👩",
        "👩\u{200c}🚀",
        "ا\u{200c}ل",
        "علی\u{200c}",
        "\u{200c}علی",
        "علی\u{200d}رضا",
        "Al\u{336}ce",
        "Ali\u{336}ce",
        "a\u{334}b",
        "a\u{338}b",
        "a\u{20d2}b",
    ];
    for name in refused {
        assert_eq!(check(name).map(drop), Err(Reason::Character), "{name:?}");
        assert_eq!(tidy(name, 64), Err(Reason::Character), "{name:?}");
    }
}

#[test]
fn a_pile_of_accents_is_refused_and_so_is_one_on_nothing() {
    for name in
        ["e\u{316}\u{317}\u{318}", "Z\u{335}\u{321}\u{322}algo", "\u{301}a", "a \u{301}b", "न\u{93e}\u{93e}\u{93e}\u{93e}\u{93e}"]
    {
        assert_eq!(check(name).map(drop), Err(Reason::Character), "{name:?}");
    }
}

#[test]
fn look_alikes_are_found() {
    let pairs = [
        ("admin", "аdmin"), // Cyrillic а
        ("admin", "ADMIN"),
        ("admin", "ａｄｍｉｎ"),
        ("admin", "ᵃdmin"),
        ("admin", "adrnin"),
        ("admin", "ADMlN"),
        ("Admin", "ɑdmin"),
        ("Alice", "AIice"),
        ("Alice", "a1ice"),
        ("paypal", "раураӏ"),
        ("Straße", "STRASSE"),
        ("Lin", "lin"),
        ("Lin Wei", " Lin  Wei "),
        ("José", "Jose\u{301}"),
        ("fish", "ﬁsh"),
        ("林", "林"),
        ("O'Neil", "O’Neil"),
        ("Alice", "Ali\u{307}ce"),
        ("Alice", "Al\u{30f}ice"),
        ("Alice", "ᴀʟɪᴄᴇ"),
        ("Alice", "Aʟice"),
        ("Alice", "🅐🅛🅘🅒🅔"),
        ("Alice", "🅰🅻🅸🅲🅴"),
        ("Alice", "🄰🄻🄸🄲🄴"),
        ("Alice", "ⓐⓛⓘⓒⓔ"),
        ("Paypal", "paypaI"),
        ("paypal", "PaypaI"),
        ("paypal", "paypaІ"), // Cyrillic І
        ("Bill", "BiIl"),
        ("Bill", "BiII"),
        ("Ольга", "О\u{301}льга"),
        ("علی\u{200c}رضا", "علیرضا"),
        ("👩\u{200d}🌾", "👩🌾"),
    ];
    for (one, other) in pairs {
        assert!(alike(one, other), "{one} {other} {:?} {:?}", check(one), check(other));
    }
}

#[test]
fn different_people_keep_their_names() {
    for (one, other) in [
        ("Lan", "Ian"),
        ("Lia", "Ila"),
        ("Lin", "Liu"),
        ("林", "森"),
        ("José", "Jose"),
        ("Anna", "Hanna"),
        ("Mia", "Mila"),
        ("Ida", "Lida"),
        ("Zoë", "Zoe"),
        ("Nguyễn Thị Ánh", "Nguyễn Thị Anh"),
        ("निधि", "निध"),
    ] {
        assert!(!alike(one, other), "{one} {other}");
    }
}

proptest! {
    #[test]
    fn whatever_is_typed_a_name_that_passes_is_tidy(text in "\\PC{0,60}|[ a\\u{301}\\u{200d}\\u{202e}林é]{0,60}") {
        if let Ok(checked) = check(&text) {
            prop_assert!((1..=MAX_NAME).contains(&checked.name.chars().count()));
            prop_assert_eq!(checked.name.trim(), &checked.name);
            prop_assert!(!checked.name.contains("  "));
            let nfc: String = checked.name.nfc().collect();
            prop_assert_eq!(&nfc, &checked.name);
            prop_assert_eq!(check(&checked.name), Ok(checked.clone()));
        }
    }
}

#[test]
fn joiners_are_allowed_where_they_join() {
    for name in [
        "علی\u{200c}رضا",
        "پ\u{64e}\u{200c}ر",
        "പ്രവീണ്\u{200d}",
        "ക്\u{200c}ഷ",
        "श्\u{200d}री",
        "👩\u{200d}🌾",
        "👩🏽\u{200d}🌾 Ada",
        "❤\u{fe0f}\u{200d}🔥",
        "👩\u{200d}👩\u{200d}👧",
        "🏳\u{fe0f}\u{200d}🌈",
    ] {
        assert_eq!(check(name).map(|checked| checked.name), Ok(name.to_owned()), "{name}");
        assert_eq!(tidy(name, 64), Ok(name.to_owned()));
    }
    let long = "👩\u{200d}🌾".repeat(14);
    assert_eq!(check(&long).map(drop), Err(Reason::TooLong));
}

#[test]
fn initial_is_the_first_cluster_where_that_is_more_than_a_character() {
    for (name, wanted) in [
        ("🇬🇧 Ada", "🇬🇧"),
        ("निधि", "नि"),
        ("👍🏽x", "👍🏽"),
        ("👩\u{200d}🌾 Ada", "👩\u{200d}🌾"),
        ("क्षमा", "क्ष"),
        ("กำ", "กำ"),
        ("각", ""),
        ("Ada", ""),
        ("林", ""),
        ("éva", ""),
        ("👍", ""),
        ("", ""),
    ] {
        assert_eq!(initial(name), wanted, "{name}");
    }
}

//! Tests of what the browser gets beside the code: the contrast of each pair of colours in `style/tokens.css`, no raw colour
//! outside that file, the manifest and its icons.

use std::{collections::BTreeMap, fs, path::PathBuf};

fn file(path: &str) -> Vec<u8> {
    fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)).expect(path)
}

fn text(path: &str) -> String {
    String::from_utf8(file(path)).expect(path)
}

/// Linear-light sRGB, red, green and blue.
type Rgb = [f64; 3];

/// Converts `99.2% .003 95` as CSS Color 4 does (Ottosson's matrices), without clipping.
fn oklch(numbers: &str) -> Rgb {
    let parts: Vec<f64> = numbers.split_whitespace().map(|part| part.trim_end_matches('%').parse().expect(numbers)).collect();
    let [l, c, h] = parts[..] else { panic!("{numbers}") };
    let (l, a, b) = (l / 100.0, c * h.to_radians().cos(), c * h.to_radians().sin());
    let long = (l + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let middle = (l - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let short = (l - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    [
        4.076_741_662_1 * long - 3.307_711_591_3 * middle + 0.230_969_929_2 * short,
        -1.268_438_004_6 * long + 2.609_757_401_1 * middle - 0.341_319_396_5 * short,
        -0.004_196_086_3 * long - 0.703_418_614_7 * middle + 1.707_614_701_0 * short,
    ]
}

/// Returns the two colours of a `light-dark(oklch(…), oklch(…))`; a hue of `var(--h)` becomes `hue`. A colour that lets through
/// is no ground for text.
fn pair(value: &str, hue: u16) -> Option<[Rgb; 2]> {
    let inner = value.trim().strip_prefix("light-dark(")?.strip_suffix(')').filter(|inner| !inner.contains(" / "))?;
    let (light, dark) = inner.split_once("), ")?;
    let colour = |text: &str| oklch(&text.trim_start_matches("oklch(").replace("var(--h", &hue.to_string()).replace(')', ""));
    Some([colour(light), colour(dark)])
}

/// Returns each token of a colour, light and dark. Of two definitions the first holds, or with `more` contrast the last, which
/// stands in the media query.
fn tokens(hue: u16, more: bool) -> BTreeMap<String, [Rgb; 2]> {
    let mut found = BTreeMap::<String, [Rgb; 2]>::new();
    for line in text("style/tokens.css").lines() {
        let Some((name, value)) = line.trim().strip_prefix("--").and_then(|line| line.split_once(": ")) else { continue };
        let Some(value) = value.strip_suffix(';') else { continue };
        let alias = value.strip_prefix("var(--").and_then(|value| found.get(value.strip_suffix(')')?).copied());
        if let Some(pair) = pair(value, hue).or(alias)
            && (more || !found.contains_key(name))
        {
            found.insert(name.to_owned(), pair);
        }
    }
    found
}

/// Returns the contrast ratio of WCAG 2.2.
fn contrast(one: Rgb, other: Rgb) -> f64 {
    let luminance = |[r, g, b]: Rgb| 0.2126 * r.clamp(0.0, 1.0) + 0.7152 * g.clamp(0.0, 1.0) + 0.0722 * b.clamp(0.0, 1.0);
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The indices of light and dark in a token.
const THEMES: [usize; 2] = [0, 1];

const EVERYWHERE: &[&str] = &["bg", "side", "hover", "sunk", "sel", "raised", "soft"];

#[test]
fn colours_have_enough_contrast_on_their_backgrounds() {
    // A colour, its backgrounds, and the least contrast: 4.5 for text, 3 for edges and the ring (WCAG 1.4.3, 1.4.11).
    let floors: &[(&str, &[&str], f64)] = &[
        ("text", EVERYWHERE, 11.0),
        ("text", &["danger-soft"], 11.0),
        ("text-2", EVERYWHERE, 6.5),
        ("text-3", EVERYWHERE, 4.7),
        ("accent", EVERYWHERE, 5.3),
        ("on-accent", &["accent"], 6.6),
        ("on-accent", &["accent-hover"], 8.2),
        ("link", EVERYWHERE, 5.4),
        ("text", &["mention-bg"], 11.0),
        ("text-2", &["mention-bg"], 6.5),
        ("text-3", &["mention-bg"], 4.7),
        ("link", &["mention-bg"], 5.4),
        ("mention-bar", &["bg", "mention-bg"], 3.0),
        ("danger", EVERYWHERE, 5.0),
        ("danger", &["danger-soft"], 5.5),
        ("ok", EVERYWHERE, 4.9),
        ("warn", EVERYWHERE, 5.2),
        ("ctl", &["bg", "side", "raised"], 3.2),
        ("focus", EVERYWHERE, 4.4),
    ];
    let tokens = tokens(0, false);
    let mut faint = Vec::new();
    for (ink, grounds, floor) in floors {
        for ground in *grounds {
            for (theme, (ink_colour, ground_colour)) in
                ["light", "dark"].iter().zip(tokens[*ink].into_iter().zip(tokens[*ground]))
            {
                let found = contrast(ink_colour, ground_colour);
                // The floors are rounded to a tenth.
                if found + 0.05 < *floor {
                    faint.push(format!("{ink} on {ground}, {theme}: {found:.2} < {floor}"));
                }
            }
        }
    }
    assert!(faint.is_empty(), "{faint:#?}");
}

#[test]
fn hues_of_people_have_enough_contrast() {
    let style = text("style/tokens.css");
    let hues: Vec<u16> = (0..10)
        .map(|n| {
            let rule = style.split_once(&format!(".hue-{n} {{ --h: ")).expect("a class for each hue").1;
            rule.split(';').next().unwrap().parse().expect("an angle")
        })
        .collect();
    assert_eq!(hues, [20, 55, 95, 140, 175, 215, 255, 290, 325, 350]);
    for hue in hues {
        let tokens = tokens(hue, false);
        for theme in THEMES {
            for ground in EVERYWHERE {
                let found = contrast(tokens["hue-name"][theme], tokens[*ground][theme]);
                assert!(found >= 4.9, "name of {hue} on {ground}: {found:.2}");
            }
            let found = contrast(tokens["hue-letter"][theme], tokens["hue-fill"][theme]);
            assert!(found >= 6.4, "letter of {hue}: {found:.2}");
        }
    }
}

#[test]
fn colours_have_contrast_7_when_more_contrast_is_preferred() {
    for hue in [20, 55, 95, 140, 175, 215, 255, 290, 325, 350] {
        let tokens = tokens(hue, true);
        for theme in THEMES {
            for ink in ["text", "text-2", "text-3", "accent", "link", "danger", "ok", "warn", "hue-name"] {
                for ground in EVERYWHERE {
                    let found = contrast(tokens[ink][theme], tokens[*ground][theme]);
                    assert!(found >= 7.0, "{ink} on {ground}, {theme}, {hue}: {found:.2}");
                }
            }
            for (ink, ground) in [("on-accent", "accent"), ("danger", "danger-soft"), ("hue-letter", "hue-fill")] {
                let found = contrast(tokens[ink][theme], tokens[ground][theme]);
                assert!(found >= 7.0, "{ink} on {ground}, {theme}, {hue}: {found:.2}");
            }
        }
    }
}

#[test]
fn contrast_is_that_of_wcag() {
    let white = oklch("100% 0 0");
    let black = oklch("0% 0 0");
    assert!((contrast(white, black) - 21.0).abs() < 0.01);
    assert!((contrast(white, white) - 1.0).abs() < 1e-9);
    // #0000ff is oklch(45.201% .31321 264.05) and has 8.59:1 on white.
    assert!((contrast(white, oklch("45.201% .31321 264.05")) - 8.59).abs() < 0.02);
}

#[test]
fn raw_colours_are_in_the_tokens_only() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("style");
    let mut sheets = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let sheet = fs::read_to_string(&path).unwrap();
        sheets += 1;
        // Of a font the machine's own faces are named, and none is loaded.
        let faces = sheet.split("@font-face").skip(1).map(|face| face.split('}').next().unwrap_or_default());
        assert!(
            !sheet.contains("url(http") && faces.into_iter().all(|face| !face.contains("url(")),
            "{path:?} loads from elsewhere"
        );
        if path.ends_with("tokens.css") {
            continue;
        }
        for raw in ["oklch(", "rgb(", "rgba(", "hsl(", ": #", "white;", "black;"] {
            assert!(!sheet.contains(raw), "{path:?} has {raw}");
        }
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(name == "main.css" || text("style/main.css").contains(&format!("url(\"{name}\")")), "{name} is not imported");
    }
    assert!(sheets > 8);
}

#[test]
fn manifest_installs_and_its_icons_are_as_it_says() {
    let manifest: serde_json::Value = serde_json::from_slice(&file("public/manifest.webmanifest")).unwrap();
    for (key, value) in [("id", "/"), ("start_url", "/"), ("display", "standalone"), ("name", "Rill"), ("short_name", "Rill")] {
        assert_eq!(manifest[key], value, "{key}");
    }
    for key in ["theme_color", "background_color"] {
        assert!(manifest[key].as_str().is_some_and(|hex| hex.len() == 7 && hex.starts_with('#')), "{key}");
    }
    let mut seen = Vec::new();
    for icon in manifest["icons"].as_array().unwrap() {
        let bytes = file(&format!("public{}", icon["src"].as_str().unwrap()));
        if icon["type"] == "image/png" {
            let size = u32::from_be_bytes(bytes[16..20].try_into().unwrap());
            let height = u32::from_be_bytes(bytes[20..24].try_into().unwrap());
            assert!(bytes.starts_with(b"\x89PNG") && size == height);
            assert_eq!(icon["sizes"].as_str().unwrap(), format!("{size}x{size}"));
            seen.push((size, icon["purpose"] == "maskable"));
        }
    }
    for wanted in [(192, false), (512, false), (512, true)] {
        assert!(seen.contains(&wanted), "{wanted:?}");
    }
}

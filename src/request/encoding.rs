//! Encoding: which of our content codings a client wants most, worked out once for pages, answers and files alike.

use axum::http::{HeaderMap, HeaderValue, header::ACCEPT_ENCODING};

/// The codings that answers come in, best first, with the names that clients use for them.
const CODINGS: [(&str, &[&str]); 2] = [("br", &["br"]), ("gzip", &["gzip", "x-gzip"])];

/// Replaces what a client accepts by the one coding it is answered in, and by nothing where that is none. So nobody behind this
/// has to choose again. A client that accepts nothing at all is answered plainly (RFC 9110, section 12.5.3, allows that).
pub fn set_coding(headers: &mut HeaderMap) {
    if headers.contains_key(ACCEPT_ENCODING) {
        match choose(headers) {
            Some(coding) => drop(headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(coding))),
            None => drop(headers.remove(ACCEPT_ENCODING)),
        }
    }
}

/// The coding with the highest weight; ours of two that weigh the same. None where plain bytes are wanted more.
fn choose(headers: &HeaderMap) -> Option<&'static str> {
    let lines = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    let accepted: Vec<(&str, u32)> = lines.flat_map(|line| line.split(',')).filter_map(weighed).collect();
    let weight = |names: &[&str]| {
        let named = accepted.iter().find(|(name, _)| names.iter().any(|one| name.eq_ignore_ascii_case(one)));
        named.map(|(_, weight)| *weight)
    };
    let others = weight(&["*"]).unwrap_or(0);
    let mut best = (None, weight(&["identity"]).unwrap_or(0));
    for (coding, names) in CODINGS.iter().rev() {
        let weight = weight(names).unwrap_or(others);
        if weight > 0 && weight >= best.1 {
            best = (Some(*coding), weight);
        }
    }
    best.0
}

/// Reads `coding` or `coding;q=0.5`; the weight in thousandths. One that cannot be read is left out.
fn weighed(part: &str) -> Option<(&str, u32)> {
    let (coding, weight) = part.split_once(';').unwrap_or((part, "q=1"));
    let weight = weight.trim();
    let weight: f32 = weight.strip_prefix("q=").or_else(|| weight.strip_prefix("Q="))?.parse().ok()?;
    (0.0..=1.0).contains(&weight).then(|| (coding.trim(), (weight * 1_000.0) as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_of_our_codings_is_chosen() {
        let chosen = |accepted: &'static str| {
            let mut headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(accepted))]);
            set_coding(&mut headers);
            headers.get(ACCEPT_ENCODING).map_or("", |coding| coding.to_str().unwrap()).to_owned()
        };
        for (accepted, coding) in [
            ("br", "br"),
            ("gzip, deflate, br, zstd", "br"),
            ("GZIP", "gzip"),
            ("x-gzip", "gzip"),
            ("*", "br"),
            ("br;q=0, *", "gzip"),
            ("br;q=0.1, gzip;q=1", "gzip"),
            ("br ; Q=0.3 , gzip;q=0.2", "br"),
            ("gzip;q=0.5, identity;q=1", ""),
            ("identity;q=0.5, gzip;q=0.5", "gzip"),
            ("identity;q=0", ""),
            ("*;q=0", ""),
            ("br;q=2, gzip;q=x, zstd", ""),
            ("", ""),
        ] {
            assert_eq!(chosen(accepted), coding, "{accepted:?}");
        }
        assert_eq!(choose(&HeaderMap::new()), None);
    }
}

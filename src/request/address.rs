//! Whose address a request comes from, behind proxies that are trusted and no others.

use axum::http::HeaderMap;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// Reads a block of addresses, `10.0.0.0/8`, or a single one.
pub fn parse_block(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// Whether an address is in one of the blocks.
pub fn is_within(address: IpAddr, blocks: &[IpNet]) -> bool {
    let address = address.to_canonical();
    blocks.iter().any(|block| block.contains(&address))
}

/// Reads a hop: an address, with or without a port, in quotes or not, as proxies write it.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim().trim_matches('"');
    if let Ok(address) = hop.parse::<IpAddr>() {
        return Some(address);
    }
    if let Ok(with_port) = hop.parse::<SocketAddr>() {
        return Some(with_port.ip());
    }
    hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

/// The client's address: the peer's, or, where the peer is a trusted proxy, the rightmost hop of `X-Forwarded-For` that is not.
pub fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let peer = peer.to_canonical();
    if !is_within(peer, trusted) {
        return peer;
    }
    let hops: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .collect();
    let mut nearest = peer;
    for hop in hops.iter().rev() {
        let Some(address) = parse_hop(hop) else { break };
        nearest = address.to_canonical();
        if !is_within(nearest, trusted) {
            break;
        }
    }
    nearest
}

/// Whether a trusted proxy says that the client came over https: the first of `X-Forwarded-Proto`, which the outermost proxy
/// has written.
pub fn forwarded_https(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> bool {
    let first = headers.get("x-forwarded-proto").and_then(|value| value.as_bytes().split(|byte| *byte == b',').next());
    is_within(peer, trusted) && first.is_some_and(|scheme| scheme.trim_ascii().eq_ignore_ascii_case(b"https"))
}

/// What limits count by: an IPv4 address, or an IPv6 network of 64 bits, since one household holds all of it.
pub fn counted(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() & !u128::from(u64::MAX))),
        four => four,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn forwarded(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([("x-forwarded-for".parse().unwrap(), HeaderValue::from_static(value))])
    }

    #[test]
    fn a_stranger_cannot_say_where_it_comes_from() {
        let trusted = [parse_block("127.0.0.0/8").unwrap()];
        assert_eq!(client(ip("9.9.9.9"), &forwarded("1.2.3.4"), &trusted), ip("9.9.9.9"));
        assert_eq!(client(ip("127.0.0.1"), &forwarded("1.2.3.4"), &[]), ip("127.0.0.1"));
    }

    #[test]
    fn behind_trusted_proxies_the_rightmost_untrusted_hop_counts() {
        let trusted = [parse_block("127.0.0.0/8").unwrap(), parse_block("10.0.0.0/8").unwrap()];
        assert_eq!(client(ip("127.0.0.1"), &forwarded("6.6.6.6, 1.2.3.4, 10.0.0.7"), &trusted), ip("1.2.3.4"));
        assert_eq!(client(ip("127.0.0.1"), &forwarded("nonsense"), &trusted), ip("127.0.0.1"));
        assert_eq!(client(ip("::ffff:127.0.0.1"), &forwarded("1.2.3.4"), &trusted), ip("1.2.3.4"));
    }

    #[test]
    fn a_hop_is_read_with_its_port_and_in_quotes() {
        let trusted = [parse_block("127.0.0.1").unwrap()];
        for (hop, address) in [
            ("203.0.113.20:1001", "203.0.113.20"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
            ("\"[2001:db8::1]:4711\"", "2001:db8::1"),
            ("6.6.6.6, \"203.0.113.20\"", "203.0.113.20"),
        ] {
            assert_eq!(client(ip("127.0.0.1"), &forwarded(hop), &trusted), ip(address), "{hop}");
        }
    }

    #[test]
    fn the_first_of_the_forwarded_schemes_counts() {
        let trusted = [parse_block("127.0.0.1").unwrap()];
        let https = |value: &'static str, peer| {
            let headers = HeaderMap::from_iter([("x-forwarded-proto".parse().unwrap(), HeaderValue::from_static(value))]);
            forwarded_https(ip(peer), &headers, &trusted)
        };
        assert!(https("https", "127.0.0.1") && https("HTTPS, http", "127.0.0.1") && https(" https ,http", "::ffff:127.0.0.1"));
        assert!(!https("http, https", "127.0.0.1") && !https("https", "9.9.9.9") && !https("", "127.0.0.1"));
    }

    #[test]
    fn blocks_are_read_and_compared() {
        assert!(parse_block("fd00::/8").unwrap().contains(&ip("fd12::1")));
        assert!(!parse_block("10.0.0.0/8").unwrap().contains(&ip("11.0.0.1")));
        assert!(parse_block("0.0.0.0/0").unwrap().contains(&ip("11.0.0.1")));
        for wrong in ["", "10.0.0.0/33", "host", "10.0.0/8", "10.0.0.0/x"] {
            assert_eq!(parse_block(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_household_counts_as_one() {
        assert_eq!(counted(ip("2001:db8:1:2:3:4:5:6")), counted(ip("2001:db8:1:2:ffff::1")));
        assert_ne!(counted(ip("2001:db8:1:2::1")), counted(ip("2001:db8:1:3::1")));
    }
}

//! Whose address a request comes from, behind proxies that are trusted and no others.

use axum::http::HeaderMap;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv6Addr};

/// Reads a block of addresses, `10.0.0.0/8`, or a single one.
pub fn parse_block(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// The client's address: the peer's, or, where the peer is a trusted proxy, the rightmost hop of `X-Forwarded-For` that is not.
pub fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let peer = peer.to_canonical();
    let is_trusted = |address: IpAddr| trusted.iter().any(|block| block.contains(&address));
    if !is_trusted(peer) {
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
        let Ok(address) = hop.trim().parse::<IpAddr>() else { break };
        nearest = address.to_canonical();
        if !is_trusted(nearest) {
            break;
        }
    }
    nearest
}

/// Whether a trusted proxy says that the client came over https.
pub fn forwarded_https(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|block| block.contains(&peer.to_canonical()))
        && headers.get("x-forwarded-proto").is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"https"))
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

//! What a browser downloads, as the server sends it to one that takes brotli.

use crate::{
    common::{
        report::{Reach, Report},
        server::Server,
    },
    fixture::{Full, PAGE},
};
use std::{io, path::Path};

/// A browser's.
pub const BROTLI: &str = "accept-encoding: gzip, deflate, br, zstd\r\n";

/// The page of General, and the files it asks for.
pub fn measure(program: &Path, full: &Full, report: &mut Report) -> io::Result<()> {
    eprintln!("==> weight");
    let server = Server::start(program, &full.dir)?;
    let mut client = server.client(&full.cookie)?;
    let plain = client.get("/rooms/1", "")?.ok()?;
    let shown = plain.text().matches("<article").count();
    if shown != PAGE {
        return Err(io::Error::other(format!("the page shows {shown} messages, not {PAGE}")));
    }
    let kilobytes = |bytes: usize| vec![bytes as f64 / 1e3];
    let files = [
        ("wasm", "rill.", "wasm", 180.0),
        ("second wasm", "split_live.", "wasm", 55.0),
        ("css", "rill.", "css", 20.0),
        ("js", "rill.", "js", 15.0),
    ];
    for (kind, start, end, limit) in files {
        let without = || io::Error::other(format!("the page names no .{end} file: this server was built without its site"));
        let path = file(plain.text(), start, end).ok_or_else(without)?;
        let sent = client.get(path, BROTLI)?.ok()?;
        let coding = sent.header("content-encoding").unwrap_or("as it is").to_owned();
        report.ours(format!("{kind}, {coding}"), "kB", kilobytes(sent.body.len()), Reach::AtMost(limit));
    }
    let sent = client.get("/rooms/1", BROTLI)?.ok()?;
    let coding = sent.header("content-encoding").unwrap_or("as it is").to_owned();
    report.ours(format!("html, {PAGE} messages, {coding}"), "kB", kilobytes(sent.body.len()), Reach::AtMost(45.0));
    server.end()
}

/// The first path below `/pkg/` whose name starts and ends so.
fn file<'a>(page: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let mut paths = page.match_indices("/pkg/").filter_map(|(at, _)| page[at..].split(['"', '\'']).next());
    paths.find(|path| {
        let name = path.rsplit_once('/').map_or(*path, |(_, name)| name);
        name.starts_with(start) && name.rsplit_once('.').is_some_and(|(_, ending)| ending == end)
    })
}

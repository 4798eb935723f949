//! The people who talk in the bench, and a data directory with 10,000 messages.

use crate::common::{
    bench_dir::BenchDir,
    http::{Client, encode},
    people::enter,
    server::Server,
};
use std::{
    io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

/// Messages in the full data directory, and who posts them at once.
pub const MESSAGES: usize = 10_000;
const WRITERS: usize = 16;
/// Messages a room's page shows.
pub const PAGE: usize = 50;

/// What people say, in turn: 4 to 225 characters, a little markup, two languages.
const TALK: [&str; 10] = [
    "Morning. Did the deploy go through last night?",
    "It did, about 02:10. I watched it for an hour and then went to bed; nothing stood out in the logs.",
    "**Good.** Then let's take the next one: people on slow lines say the first page takes long, and I can see why.",
    "我看了一下：主要是图片太大，服务器本身很快。",
    "Two things we could try:\n\n- smaller pictures, with the size in the markup so that nothing jumps\n\
     - the same page without them",
    "Yes.",
    "> the same page without them\n\nThat is what we did on the old site, and nobody noticed for a month. I'd start there, since \
     it is the smaller change, and measure again afterwards. If it isn't enough we still have the other one.",
    "`Cache-Control` is missing on two of the answers, see https://developer.mozilla.org/en-US/docs/Web/HTTP/Headers/Cache-Control",
    "好的，我来改。改完在这里说一声，大概下午三点以前。",
    "```rust\nfn main() {\n    println!(\"a rill is a small stream\");\n}\n```",
];

/// Posts the `turn`th thing said; the message's key.
pub fn say(client: &mut Client, room: &str, turn: usize) -> io::Result<String> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let key = format!("{:032x}", NEXT.fetch_add(1, Ordering::Relaxed));
    client.post("/api/messages/send", &format!("room={room}&key={key}&text={}", encode(TALK[turn % TALK.len()])))?.ok()?;
    Ok(key)
}

/// A data directory with `MESSAGES` messages in General, the last `PAGE` always the same. The server that wrote it has ended.
pub struct Full {
    pub dir: PathBuf,
    /// The session of somebody in General.
    pub cookie: String,
}

/// Fills a data directory over HTTP, as people would.
pub fn fill(program: &Path, bench_dir: &BenchDir) -> io::Result<Full> {
    let dir = bench_dir.dir("full");
    let server = Server::start(program, &dir)?;
    let cookies: Vec<String> = (0..WRITERS).map(|n| enter(&server, &format!("Writer {n}"))).collect::<io::Result<_>>()?;
    let each = (MESSAGES - PAGE) / WRITERS;
    thread::scope(|scope| {
        let write = |cookie: &str| {
            let mut client = server.client(cookie)?;
            (0..each).try_for_each(|turn| say(&mut client, "1", turn).map(drop))
        };
        let writers: Vec<_> = cookies.iter().map(|cookie| scope.spawn(move || write(cookie))).collect();
        writers.into_iter().try_for_each(|writer| writer.join().unwrap_or_else(|_| Err(io::Error::other("a writer panicked"))))
    })?;
    // Whatever the division left over, then the page everybody sees: four people in turn.
    let mut people: Vec<Client> = cookies[..4].iter().map(|cookie| server.client(cookie)).collect::<io::Result<_>>()?;
    for turn in 0..MESSAGES - each * WRITERS {
        say(&mut people[turn % 4], "1", turn)?;
    }
    drop(people);
    server.end()?;
    Ok(Full { dir, cookie: cookies[0].clone() })
}

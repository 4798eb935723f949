//! A room's page with 50 messages, signed in: how many a second, and what one costs the server.

use super::weight::BROTLI;
use crate::{
    common::{
        process::cpu,
        report::{Reach, Report},
        server::Server,
    },
    fixture::{Full, PAGE},
};
use std::{
    io,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

const ROUNDS: usize = 5;
const CLIENTS: usize = 16;
const ROUND: Duration = Duration::from_secs(2);

/// As browsers ask: compressed.
pub fn measure(program: &Path, full: &Full, report: &mut Report) -> io::Result<()> {
    eprintln!("==> room page");
    let server = Server::start(program, &full.dir)?;
    let (mut rates, mut costs) = (Vec::new(), Vec::new());
    // The first round only warms up.
    for round in 0..=ROUNDS {
        let (before, began) = (cpu(server.pid()), Instant::now());
        let pages = load(&server, &full.cookie)? as f64;
        let seconds = began.elapsed().as_secs_f64();
        if round > 0 {
            rates.push(pages / seconds);
            let used = cpu(server.pid()).zip(before).map(|(after, before)| after.saturating_sub(before));
            costs.extend(used.map(|used| used.as_secs_f64() * 1e3 / pages));
        }
    }
    report.ours(format!("room page, {PAGE} messages, br, {CLIENTS} clients"), "/s", rates, Reach::AtLeast(2_000.0));
    report.ours("  CPU of the server a page", "ms", costs, Reach::None);
    server.end()
}

/// Pages taken by all clients within a round.
fn load(server: &Server, cookie: &str) -> io::Result<usize> {
    let pages = AtomicUsize::new(0);
    let until = Instant::now() + ROUND;
    thread::scope(|scope| {
        let ask = || {
            let mut client = server.client(cookie)?;
            while Instant::now() < until {
                client.get("/rooms/1", BROTLI)?.ok()?;
                pages.fetch_add(1, Ordering::Relaxed);
            }
            io::Result::Ok(())
        };
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(ask)).collect();
        clients.into_iter().try_for_each(|client| client.join().unwrap_or_else(|_| Err(io::Error::other("a client panicked"))))
    })?;
    Ok(pages.into_inner())
}

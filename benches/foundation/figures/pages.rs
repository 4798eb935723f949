//! A room's page with 50 messages, signed in: how many a second, and what one costs the server.

use super::weight::BROTLI;
use crate::{
    common::{process::cpu, server::Server},
    fixture::{Full, PAGE},
    table::{Budget, Table},
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

/// Once as browsers ask, once without compression, so that its share shows.
pub fn measure(program: &Path, full: &Full, table: &mut Table) -> io::Result<()> {
    eprintln!("==> room page");
    let server = Server::start(program, &full.dir)?;
    for (headers, words, reach) in [(BROTLI, "br", Budget::AtLeast(2_000.0)), ("", "not compressed", Budget::None)] {
        let (mut rates, mut costs, mut ours) = (Vec::new(), Vec::new(), Vec::new());
        // The first round only warms up.
        for round in 0..=ROUNDS {
            let before = (cpu(server.pid()), cpu(std::process::id()), Instant::now());
            let pages = load(&server, &full.cookie, headers)? as f64;
            let seconds = before.2.elapsed().as_secs_f64();
            if round > 0 {
                rates.push(pages / seconds);
                costs.extend(cpu(server.pid()).zip(before.0).map(|(after, before)| (after - before) / pages));
                ours.extend(cpu(std::process::id()).zip(before.1).map(|(after, before)| (after - before) / pages));
            }
        }
        table.add(format!("room page, {PAGE} messages, {words}, {CLIENTS} clients"), "/s", rates, reach);
        table.add("  CPU of the server a page", "ms", costs, Budget::None);
        table.add("  CPU of these clients a page", "ms", ours, Budget::None);
    }
    server.end()
}

/// Pages taken by all clients within a round.
fn load(server: &Server, cookie: &str, headers: &str) -> io::Result<usize> {
    let pages = AtomicUsize::new(0);
    let until = Instant::now() + ROUND;
    thread::scope(|scope| {
        let ask = || {
            let mut client = server.client(cookie)?;
            while Instant::now() < until {
                client.get("/rooms/1", headers)?.ok()?;
                pages.fetch_add(1, Ordering::Relaxed);
            }
            io::Result::Ok(())
        };
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(ask)).collect();
        clients.into_iter().try_for_each(|client| client.join().unwrap_or_else(|_| Err(io::Error::other("a client panicked"))))
    })?;
    Ok(pages.into_inner())
}

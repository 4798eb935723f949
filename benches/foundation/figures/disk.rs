//! What the disk asks for a durable write, without any server: the floor under an acknowledged post.

use crate::{
    common::place::Place,
    table::{Budget, Table, percentile},
};
use std::{fs::File, io, io::Write, time::Instant};

const ROUNDS: usize = 5;
const WRITES: usize = 300;

/// Appends one page of SQLite's and waits for `fdatasync`, again and again.
pub fn measure(place: &Place, table: &mut Table) -> io::Result<()> {
    eprintln!("==> disk");
    let (mut p50, mut p99) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let mut file = File::create(place.dir("disk"))?;
        let mut times = Vec::with_capacity(WRITES);
        for _ in 0..WRITES {
            let began = Instant::now();
            file.write_all(&[1; 4_096])?;
            file.sync_data()?;
            times.push(began.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        p50.push(percentile(&times, 50.0));
        p99.push(percentile(&times, 99.0));
    }
    table.add("disk: 4 KiB write + fdatasync, p50", "ms", p50, Budget::None);
    table.add("  p99", "ms", p99, Budget::None);
    Ok(())
}

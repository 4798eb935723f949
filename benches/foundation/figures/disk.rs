//! What the disk asks for a durable write, without any server: the floor under an acknowledged post.

use crate::common::{
    bench_dir::BenchDir,
    histogram::Histogram,
    report::{Reach, Report},
};
use std::{fs::File, io, io::Write, time::Instant};

const ROUNDS: usize = 5;
const WRITES: usize = 300;

/// Appends one page of SQLite's and waits for `fdatasync`, again and again.
pub fn measure(bench_dir: &BenchDir, report: &mut Report) -> io::Result<()> {
    eprintln!("==> disk");
    let (mut p50, mut p99) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let mut file = File::create(bench_dir.dir("disk"))?;
        let mut times = Histogram::default();
        for _ in 0..WRITES {
            let began = Instant::now();
            file.write_all(&[1; 4_096])?;
            file.sync_data()?;
            times.add_since(began);
        }
        p50.push(times.percentile(50.0));
        p99.push(times.percentile(99.0));
    }
    report.ours("disk: 4 KiB write + fdatasync, p50", "ms", p50, Reach::None);
    report.ours("  p99", "ms", p99, Reach::None);
    Ok(())
}

//! What the kernel says about a process: memory and CPU, from `/proc`. Every reading is `None` where there is no `/proc`.

use std::fs;

/// Ticks a second in `/proc/PID/stat`: `USER_HZ`, which Linux fixes at 100 for what user space sees.
const TICKS: f64 = 100.0;

/// Memory of a process, in MB (1,000,000 bytes).
#[derive(Clone, Copy)]
pub struct Memory {
    /// All that is resident.
    pub rss: f64,
    /// Of it, what no file backs: heap and stacks.
    pub anon: f64,
    /// Resident, pages shared with other processes counted in part.
    pub pss: f64,
}

impl Memory {
    pub fn of(pid: u32) -> Option<Self> {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
        Some(Self { rss: megabytes(&status, "VmRSS:")?, anon: megabytes(&status, "RssAnon:")?, pss: megabytes(&rollup, "Pss:")? })
    }
}

/// The kernel's "kB" are 1,024 bytes.
fn megabytes(text: &str, name: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.trim().trim_end_matches("kB").trim().parse::<f64>().ok()? * 1_024.0 / 1e6)
}

/// Milliseconds of CPU, user and kernel, that a process has used so far; it moves in steps of 10.
pub fn cpu(pid: u32) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in brackets, may hold spaces; user and system time are the 12th and 13th field after it.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let (user, system) = (fields.next()?.parse::<f64>().ok()?, fields.next()?.parse::<f64>().ok()?);
    Some((user + system) * 1_000.0 / TICKS)
}

//! The facts about the machine that a figure means nothing without.

use std::{fs, path::Path, thread};

/// The load average as it was before we began; empty where the system has none.
pub fn load() -> String {
    fs::read_to_string("/proc/loadavg").map(|text| text.split(' ').next().unwrap_or_default().to_owned()).unwrap_or_default()
}

/// One line: cores, processor, memory, kernel, file system of `dir`, load before the run.
pub fn facts(dir: &Path, load: &str) -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_once(':').map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    let memory = field(&read("/proc/meminfo"), "MemTotal");
    let gib = memory.trim_end_matches(" kB").parse::<f64>().map_or(0.0, |kb| kb / f64::from(1 << 20));
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let facts = [
        format!("{cores} cores"),
        field(&read("/proc/cpuinfo"), "model name"),
        if gib > 0.0 { format!("{gib:.0} GiB") } else { String::new() },
        format!("{} {}", std::env::consts::OS, read("/proc/sys/kernel/osrelease").trim()).trim().to_owned(),
        file_system(dir),
        if load.is_empty() { String::new() } else { format!("load {load} before the run") },
    ];
    facts.into_iter().filter(|fact| !fact.is_empty()).collect::<Vec<_>>().join(", ")
}

/// What kind of file system holds `dir`: the mount with the longest path above it.
fn file_system(dir: &Path) -> String {
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    let dir = dir.canonicalize().unwrap_or_default();
    let mut fields = mounts.lines().map(|line| line.split(' ')).filter_map(|mut line| Some((line.nth(1)?, line.next()?)));
    let found = fields.by_ref().filter(|(point, _)| dir.starts_with(point)).max_by_key(|(point, _)| point.len());
    found.map(|(_, kind)| kind.to_owned()).unwrap_or_default()
}

//! Where a run works: a directory of its own.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

/// A directory of the run's own, removed when the run ends.
pub struct BenchDir {
    pub root: PathBuf,
}

impl BenchDir {
    /// Makes it below `BENCH_DIR`, else below `target/bench`.
    pub fn new() -> io::Result<Self> {
        let parent = PathBuf::from(env::var_os("BENCH_DIR").unwrap_or_else(|| "target/bench".into()));
        sweep(&parent);
        let root = parent.join(format!("run-{}", std::process::id()));
        fs::create_dir_all(&root)?;
        Ok(Self { root: root.canonicalize()? })
    }

    pub fn dir(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }
}

impl Drop for BenchDir {
    fn drop(&mut self) {
        // Left behind, it is only in the way.
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// Removes what runs have left behind that were killed before they could.
fn sweep(parent: &Path) {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    for entry in entries.filter(|_| Path::new("/proc/self").exists()) {
        let name = entry.file_name();
        let run = name.to_str().and_then(|name| name.strip_prefix("run-")?.parse::<u32>().ok());
        if run.is_some_and(|pid| !Path::new("/proc").join(pid.to_string()).exists()) {
            // Left behind again, it is only in the way.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

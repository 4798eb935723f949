//! Where a run works: a directory of its own.

use std::{fs, io, path::PathBuf};

/// A directory of our own, gone when the run ends.
pub struct Place {
    pub root: PathBuf,
}

impl Place {
    pub fn new(parent: PathBuf) -> io::Result<Self> {
        let root = parent.join(format!("run-{}", std::process::id()));
        fs::create_dir_all(&root)?;
        Ok(Self { root: root.canonicalize()? })
    }

    pub fn dir(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Left behind, it is only in the way.
        let _ = fs::remove_dir_all(&self.root);
    }
}

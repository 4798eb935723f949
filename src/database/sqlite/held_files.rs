//! Whether the files that are open are still those at their paths. SQLite goes on with a file that was replaced or removed, and
//! what it acknowledges from then on is gone after a restart.

use std::{
    fs::{self, Metadata},
    io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// Device and number of a file.
type FileId = (u64, u64);

/// Returns what tells a file from every other on the machine.
pub(crate) fn file_id(metadata: &Metadata) -> FileId {
    (metadata.dev(), metadata.ino())
}

/// The open files, by their paths.
#[derive(Debug, Clone)]
pub(crate) struct HeldFiles(Vec<(PathBuf, FileId)>);

impl HeldFiles {
    /// Notes what is at `paths` now; a path with nothing there is left out.
    pub(crate) fn new(paths: impl IntoIterator<Item = PathBuf>) -> Self {
        let held = |path: PathBuf| fs::metadata(&path).ok().map(|metadata| (path, file_id(&metadata)));
        Self(paths.into_iter().filter_map(held).collect())
    }

    /// Returns the first path at which there is another file now, or none.
    pub(crate) fn replaced(&self) -> Option<&Path> {
        self.0.iter().find(|(path, held)| is_another(path, *held)).map(|(path, _)| path.as_path())
    }
}

/// A file that cannot be asked about, for another reason than that it is not there, counts as the same.
fn is_another(path: &Path, held: FileId) -> bool {
    match fs::metadata(path) {
        Ok(metadata) => file_id(&metadata) != held,
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

//! The room that is left on the disk: what needs more of it is refused while there is still enough to end sessions and delete.

use crate::model::error::{AppError, AppResult, Code};
use std::path::PathBuf;

/// Of a small disk the floor is at most one part in so many.
const PART: u64 = 20;

/// The disk of the data directory, and its floor.
#[derive(Debug)]
pub struct Disk {
    dir: PathBuf,
    /// Bytes; 0 turns the floor off.
    floor: u64,
}

impl Disk {
    pub fn new(dir: PathBuf, floor: u64) -> Self {
        Self { dir, floor }
    }

    /// Bytes that are free, and the floor as it counts for this disk; none where the system does not say, or there is no floor.
    pub fn free_and_floor(&self) -> Option<(u64, u64)> {
        let stat = (self.floor > 0).then(|| rustix::fs::statvfs(&self.dir).ok())??;
        Some((stat.f_bavail * stat.f_frsize, self.floor.min(stat.f_blocks * stat.f_frsize / PART)))
    }

    /// Admits something that takes room for good.
    ///
    /// # Errors
    /// `storage_full` below the floor.
    pub fn check(&self) -> AppResult<()> {
        match self.free_and_floor() {
            Some((free, floor)) if free < floor => Err(AppError::retry(Code::StorageFull, 5)),
            _ => Ok(()),
        }
    }

    /// Says in the log that room becomes scarce. Called now and then.
    pub fn warn(&self) {
        match self.free_and_floor() {
            Some((free, floor)) if free < floor => {
                tracing::warn!(free, floor, "the disk is full: messages, rooms and people are refused")
            }
            Some((free, floor)) if free < floor.saturating_mul(4) => tracing::warn!(free, floor, "the disk is nearly full"),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_floor_is_a_small_part_of_a_small_disk_and_nought_turns_it_off() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Disk::new(dir.path().to_owned(), 0).free_and_floor(), None);
        let (_, floor) = Disk::new(dir.path().to_owned(), 1).free_and_floor().unwrap();
        assert_eq!(floor, 1);
        let (_, floor) = Disk::new(dir.path().to_owned(), u64::MAX).free_and_floor().unwrap();
        assert!(floor < u64::MAX / 2);
        assert_eq!(Disk::new("/nowhere".into(), 1).check(), Ok(()));
    }
}

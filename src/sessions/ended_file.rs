//! A reserved file with the ends of sessions that the store could not take. It has its whole size from the start and is written
//! in place, which works on a full disk: so signing out is final whatever happens next.

use super::token::TokenHash;
use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

const NAME: &str = "rill.ended";
/// Ends that the file has room for.
const SLOTS: usize = 1_024;
/// What stands in a free slot; no token has this hash.
const FREE: TokenHash = [0; 32];
const SLOT: usize = FREE.len();

/// The file, and what is in it.
#[derive(Debug)]
pub struct EndedFile(Mutex<Slots>);

#[derive(Debug)]
struct Slots {
    /// None where the file could not be made.
    file: Option<File>,
    hashes: Vec<TokenHash>,
}

impl EndedFile {
    /// Opens the file in `dir`, and makes it where there is none. Without a file nothing can be kept, and the log says why.
    pub fn open(dir: &Path) -> Self {
        let slots = read(dir).unwrap_or_else(|error| {
            tracing::warn!(%error, "{NAME} cannot be used: signing out is not final while the database cannot be written");
            Slots { file: None, hashes: vec![FREE; SLOTS] }
        });
        Self(Mutex::new(slots))
    }

    fn slots(&self) -> MutexGuard<'_, Slots> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the sessions whose end is kept here.
    pub fn hashes(&self) -> Vec<TokenHash> {
        self.slots().hashes.iter().copied().filter(|hash| *hash != FREE).collect()
    }

    /// Keeps the end of a session. Once this returns it is on the disk.
    ///
    /// # Errors
    /// There is no file, it is full, or the disk does not take it.
    pub fn keep(&self, hash: &TokenHash) -> io::Result<()> {
        let mut slots = self.slots();
        if slots.hashes.contains(hash) {
            return Ok(());
        }
        let free = slots.hashes.iter().position(|slot| *slot == FREE);
        let (at, file) = free.zip(slots.file.as_ref()).ok_or_else(|| io::Error::other("there is no room"))?;
        file.write_all_at(hash, (at * SLOT) as u64)?;
        file.sync_data()?;
        slots.hashes[at] = *hash;
        Ok(())
    }

    /// Frees the slot of a session that the store has ended meanwhile.
    pub fn forget(&self, hash: &TokenHash) {
        let mut slots = self.slots();
        let Some(at) = slots.hashes.iter().position(|slot| slot == hash) else { return };
        slots.hashes[at] = FREE;
        // Should it not reach the disk, the session is ended once more at the next start.
        let _ = slots.file.as_ref().map(|file| file.write_all_at(&FREE, (at * SLOT) as u64));
    }
}

fn read(dir: &Path) -> io::Result<Slots> {
    let path = dir.join(NAME);
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
    let mut bytes = vec![0; SLOTS * SLOT];
    let there = (file.metadata()?.len() as usize).min(bytes.len());
    file.read_exact_at(&mut bytes[..there], 0)?;
    if there < bytes.len() {
        // Zeros that are written take their room now; a hole would take it when the disk is full.
        file.write_all_at(&bytes[there..], there as u64)?;
        file.sync_all()?;
        File::open(dir)?.sync_all()?;
    }
    let hashes = bytes.chunks_exact(SLOT).filter_map(|slot| slot.try_into().ok()).collect();
    Ok(Slots { file: Some(file), hashes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_there_after_a_restart_until_it_is_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let file = EndedFile::open(dir.path());
        for hash in [[1; 32], [2; 32], [1; 32], [3; 32]] {
            file.keep(&hash).unwrap();
        }
        file.forget(&[2; 32]);
        file.forget(&[9; 32]);
        drop(file);
        let file = EndedFile::open(dir.path());
        assert_eq!(file.hashes(), [[1; 32], [3; 32]]);
        file.keep(&[4; 32]).unwrap();
        assert_eq!(file.hashes(), [[1; 32], [4; 32], [3; 32]], "a free slot is used again");
        assert_eq!(std::fs::metadata(dir.path().join(NAME)).unwrap().len(), (SLOTS * SLOT) as u64, "it never grows");
    }

    #[test]
    fn without_room_or_without_a_file_it_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let file = EndedFile::open(dir.path());
        let hash = |n: usize| {
            let mut hash = [7; 32];
            hash[..8].copy_from_slice(&n.to_be_bytes());
            hash
        };
        // Without the disk, which is slow.
        file.slots().hashes = (0..SLOTS).map(hash).collect();
        assert!(file.keep(&hash(SLOTS)).is_err() && file.keep(&hash(5)).is_ok());
        file.forget(&hash(5));
        assert!(file.keep(&hash(SLOTS)).is_ok());
        let none = EndedFile::open(&dir.path().join("nowhere"));
        assert!(none.keep(&hash(1)).is_err() && none.hashes().is_empty());
    }

    #[test]
    fn a_file_that_was_cut_is_filled_up_again() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(NAME), [5; 40]).unwrap();
        let hashes = EndedFile::open(dir.path()).hashes();
        assert_eq!((hashes[0], hashes.len()), ([5; 32], 2));
        assert_eq!(std::fs::metadata(dir.path().join(NAME)).unwrap().len(), (SLOTS * SLOT) as u64);
    }
}

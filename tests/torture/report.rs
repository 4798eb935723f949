//! The summary of a run, in words and figures.

use crate::{
    checker::Violation,
    history::{End, History, Outcome, Verdict, verdict},
};
use std::{fmt, path::PathBuf, time::Duration};

#[derive(Debug)]
pub struct Report {
    name: &'static str,
    seed: u64,
    took: Duration,
    /// Messages by their final verdict.
    pub ok: usize,
    pub unknown: usize,
    pub failed: usize,
    /// Retries, and messages whose unknown tries a later try resolved.
    pub retried: usize,
    pub resolved: usize,
    pub deleted: usize,
    /// Tries refused with 503 and with 507.
    pub busy: usize,
    pub full: usize,
    /// Streams in all, and those resumed, reset, ended by `bye`, broken.
    pub streams: usize,
    pub resumed: usize,
    pub reset: usize,
    pub byes: usize,
    pub cut: usize,
    pub frames: usize,
    /// The number of checked people who left.
    pub left: usize,
    pub found: Vec<Violation>,
    data_dir: Option<PathBuf>,
}

impl Report {
    pub fn new(
        (name, seed, took): (&'static str, u64, Duration),
        history: &History,
        found: Vec<Violation>,
        data_dir: Option<PathBuf>,
    ) -> Self {
        let tries = || history.sent.iter().flat_map(|sent| sent.tries.iter().chain(&sent.deleting));
        let count = |wanted| history.sent.iter().filter(|sent| verdict(&sent.tries) == wanted).count();
        let refused =
            |wanted: u16| tries().filter(|try_| matches!(try_, Outcome::Failed { status, .. } if *status == wanted)).count();
        let streams = || history.readers.iter().flat_map(|reader| &reader.streams);
        let resolved = |tries: &[Outcome]| verdict(tries) == Verdict::Ok && tries.contains(&Outcome::Unknown);
        Self {
            name,
            seed,
            took,
            ok: count(Verdict::Ok),
            unknown: count(Verdict::Unknown),
            failed: count(Verdict::Failed),
            retried: history.sent.iter().map(|sent| sent.tries.len().saturating_sub(1)).sum(),
            resolved: history.sent.iter().filter(|sent| resolved(&sent.tries)).count(),
            deleted: history.sent.iter().filter(|sent| verdict(&sent.deleting) == Verdict::Ok).count(),
            busy: refused(503),
            full: refused(507),
            streams: streams().count(),
            resumed: streams().filter(|stream| stream.after.is_some() && stream.reset.is_none()).count(),
            reset: streams().filter(|stream| stream.reset.is_some()).count(),
            byes: streams().filter(|stream| matches!(stream.end, End::Bye { .. })).count(),
            cut: streams().filter(|stream| stream.end == End::Cut).count(),
            frames: streams().map(|stream| stream.seqs.len()).sum(),
            left: history.readers.iter().filter(|reader| reader.revoked.is_some()).count(),
            found,
            data_dir,
        }
    }

    /// Panics with the whole report when there is a violation; else returns the report.
    pub fn assert_valid(self) -> Self {
        assert!(self.found.is_empty(), "{self}");
        crate::options::print(&self.to_string());
        self
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, seed, ok, unknown, failed, retried, resolved, deleted, busy, full, .. } = self;
        let Self { streams, resumed, reset, byes, cut, frames, left, .. } = self;
        write!(f, "{name}, seed {seed}: {ok} acknowledged ({resolved} after unknown tries), {unknown} unknown, {failed} failed")?;
        write!(f, ", {retried} retries, {busy} busy, {full} full, {deleted} deleted; {streams} streams ({resumed} resumed")?;
        write!(f, ", {reset} reset, {byes} bye, {cut} cut), {frames} frames, {left} left")?;
        write!(f, "; {} s, {} violations", self.took.as_secs(), self.found.len())?;
        for violation in self.found.iter().take(40) {
            write!(f, "\n  {violation}")?;
        }
        if let Some(data_dir) = &self.data_dir {
            write!(f, "\n  data and log: {}; again with TORTURE_SEED={seed}", data_dir.display())?;
        }
        Ok(())
    }
}

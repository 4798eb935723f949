//! Bytes of answers that their readers have not taken yet: bounded by session and by address, so that nobody fills the memory by
//! asking and not reading.

use crate::{
    model::error::{AppError, AppResult, Code},
    request::{address::counted, caller::Caller},
    sessions::token::TokenHash,
};
use axum::{
    body::{Body, Bytes},
    response::Response,
};
use http_body::{Body as _, Frame, SizeHint};
use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
};

/// Smaller answers are not counted: a connection holds as much in any case.
const SMALL: u64 = 16 * 1024;
/// An answer is handed on in copies of this size, so that what is written no longer holds the whole of it. Nearly every page is
/// one such piece: brotli packs pieces of 16 KiB half as well, and takes longer for them.
const CHUNK: usize = 128 * 1024;
/// Memory is given back after so many bytes were held at once.
const MANY: u64 = 16 << 20;

/// Bytes that wait, by session and by address.
#[derive(Debug, Default)]
struct Totals {
    by_session: HashMap<TokenHash, u64>,
    by_address: HashMap<IpAddr, u64>,
    total: u64,
    /// The most that was held, or asked for, since memory was given back.
    peak: u64,
}

/// The count, and the bounds in bytes; 0 is none.
#[derive(Debug)]
pub struct Unread {
    totals: Mutex<Totals>,
    per_session: u64,
    per_address: u64,
}

/// Bytes that are counted until this is dropped.
#[derive(Debug)]
pub struct Counted {
    unread: Arc<Unread>,
    session: Option<TokenHash>,
    address: IpAddr,
    bytes: u64,
}

fn add<K: Hash + Eq>(counts: &mut HashMap<K, u64>, key: K, bytes: u64, bound: u64) -> bool {
    let count = counts.entry(key).or_default();
    let fits = bound == 0 || *count == 0 || *count + bytes <= bound;
    *count += if fits { bytes } else { 0 };
    fits
}

fn take<K: Hash + Eq>(counts: &mut HashMap<K, u64>, key: &K, bytes: u64) {
    if let Some(count) = counts.get_mut(key) {
        *count = count.saturating_sub(bytes);
        if *count == 0 {
            counts.remove(key);
        }
    }
}

impl Unread {
    pub fn new(per_session: u64, per_address: u64) -> Self {
        Self { totals: Mutex::default(), per_session, per_address }
    }

    fn totals(&self) -> MutexGuard<'_, Totals> {
        self.totals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts an answer, unless a bound is reached. One answer alone is never too much.
    fn count(self: &Arc<Self>, session: Option<TokenHash>, address: IpAddr, bytes: u64) -> Option<Counted> {
        let mut totals = self.totals();
        totals.peak = totals.peak.max(totals.total + bytes);
        if !add(&mut totals.by_address, address, bytes, self.per_address) {
            return None;
        }
        if let Some(session) = session
            && !add(&mut totals.by_session, session, bytes, self.per_session)
        {
            take(&mut totals.by_address, &address, bytes);
            return None;
        }
        totals.total += bytes;
        Some(Counted { unread: self.clone(), session, address, bytes })
    }

    /// Returns true once after much was held and little is left: memory may be given back.
    pub fn has_calmed(&self) -> bool {
        let mut totals = self.totals();
        let calm = totals.peak >= MANY && totals.total < totals.peak / 4;
        if calm {
            totals.peak = totals.total;
        }
        calm
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut totals = self.unread.totals();
        take(&mut totals.by_address, &self.address, self.bytes);
        if let Some(session) = &self.session {
            take(&mut totals.by_session, session, self.bytes);
        }
        totals.total -= self.bytes;
    }
}

/// Counts an answer for `caller` until it is read.
///
/// # Errors
/// `busy` where too much waits for them already.
pub fn bound(unread: &Arc<Unread>, caller: &Caller, response: Response) -> AppResult<Response> {
    let Some(bytes) = response.body().size_hint().exact().filter(|bytes| *bytes > SMALL) else { return Ok(response) };
    let session = caller.session.as_ref().map(|session| session.hash);
    let counted = unread.count(session, counted(caller.address), bytes).ok_or(AppError::retry(Code::Busy, 1))?;
    Ok(response.map(|body| Body::new(Slowly { body, rest: Bytes::new(), left: bytes, _counted: counted })))
}

/// A body that is handed on bit by bit, and counted as long as any of it is left.
struct Slowly {
    body: Body,
    rest: Bytes,
    left: u64,
    _counted: Counted,
}

impl http_body::Body for Slowly {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        while self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    // A small piece holds nothing but itself.
                    Ok(data) if data.len() <= CHUNK => {
                        self.left = self.left.saturating_sub(data.len() as u64);
                        return Poll::Ready(Some(Ok(Frame::data(data))));
                    }
                    Ok(data) => self.rest = data,
                    Err(other) => return Poll::Ready(Some(Ok(other))),
                },
                end => return Poll::Ready(end),
            }
        }
        let size = self.rest.len().min(CHUNK);
        let chunk = self.rest.split_to(size);
        self.left = self.left.saturating_sub(size as u64);
        Poll::Ready(Some(Ok(Frame::data(Bytes::copy_from_slice(&chunk)))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn answers_are_counted_by_session_and_address_until_they_are_read() {
        let unread = Arc::new(Unread::new(100, 250));
        let (one, two, three) = (Some([1; 32]), Some([2; 32]), Some([3; 32]));
        let first = unread.count(one, HERE, 60).expect("room");
        assert!(unread.count(one, HERE, 60).is_none(), "too much for the session");
        let _second = unread.count(two, HERE, 100).expect("room");
        let _third = unread.count(three, HERE, 90).expect("room");
        assert!(unread.count(None, HERE, 10).is_none(), "too much for the address");
        drop(first);
        assert!(unread.count(one, HERE, 60).is_some());
        let large = unread.count(None, IpAddr::from([127, 0, 0, 2]), 1_000);
        assert!(large.is_some(), "one answer alone is never too much");
        drop((large, _second, _third));
        let totals = unread.totals();
        assert!(totals.by_session.is_empty() && totals.by_address.is_empty() && totals.total == 0);
    }

    #[test]
    fn memory_is_given_back_once_after_much_was_held() {
        let unread = Arc::new(Unread::new(0, 0));
        assert!(!unread.has_calmed());
        let much = unread.count(None, HERE, MANY).expect("no bound");
        assert!(!unread.has_calmed());
        drop(much);
        assert_eq!([unread.has_calmed(), unread.has_calmed()], [true, false]);
    }
}

//! The log of a test: one subscriber for the process, which keeps what is logged on threads that asked for it.
//!
//! A subscriber for each test would be simpler, but a place in the code that logs for the first time while another test's
//! subscriber comes or goes may stay silent for good.

use std::{cell::RefCell, io, sync::Once};
use tracing_subscriber::EnvFilter;

thread_local! {
    static KEPT: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

struct Here;

impl io::Write for Here {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        KEPT.with_borrow_mut(|kept| kept.as_mut().map(|kept| kept.extend_from_slice(bytes)));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Has to come before the first server.
pub fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let subscriber = tracing_subscriber::fmt().with_env_filter(EnvFilter::new("rill=trace")).with_ansi(false);
        tracing::subscriber::set_global_default(subscriber.with_writer(|| Here).finish()).unwrap();
    });
}

/// Keeps what is logged on this thread from now on: a test's runtime has one, and all of its server's tasks run there.
pub fn keep() {
    KEPT.set(Some(Vec::new()));
}

/// What has been kept.
pub fn kept() -> String {
    String::from_utf8(KEPT.take().expect("keep() comes first")).unwrap()
}

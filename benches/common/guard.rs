//! No process is left behind: children end with this one, however it ends, and a signal ends a run in order.

use std::{
    io,
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

const SIGINT: i32 = 2;
const SIGTERM: i32 = 15;
#[cfg(target_os = "linux")]
const PR_SET_PDEATHSIG: i32 = 1;

unsafe extern "C" {
    fn signal(number: i32, handler: extern "C" fn(i32)) -> usize;
    #[cfg(target_os = "linux")]
    fn prctl(what: i32, value: u64) -> i32;
}

extern "C" fn note(_: i32) {
    INTERRUPTED.store(true, Ordering::Relaxed);
}

/// From now on Ctrl-C and SIGTERM are noted, so that what has been started is ended and what has been written is removed.
pub fn install() {
    // SAFETY: the handler only stores a flag, which a signal handler may.
    unsafe {
        signal(SIGINT, note);
        signal(SIGTERM, note);
    }
}

/// Whether one of them has come.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}

/// Asks the kernel to send the child SIGTERM when the thread that starts it ends, even by SIGKILL. A process group of its own
/// keeps Ctrl-C away from it: we end it, in our order.
pub fn bind(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
    #[cfg(target_os = "linux")]
    // SAFETY: between fork and exec only this one call is made, which is safe there.
    unsafe {
        command.pre_exec(|| if prctl(PR_SET_PDEATHSIG, SIGTERM as u64) == 0 { Ok(()) } else { Err(io::Error::last_os_error()) });
    }
}

//! Memory the allocator holds and nobody uses: given back to the system once a crowd has come in. A thousand connections that
//! arrive at once each take hyper's buffers for a moment, and glibc keeps what they leave between what stays.

/// Gives free pages back. A few milliseconds with a heap of 100 MB.
pub fn give_back() {
    unsafe extern "C" {
        fn malloc_trim(pad: usize) -> i32;
    }
    // SAFETY: glibc's own, callable at any time from any thread; it takes the allocator's locks itself (man 3 malloc_trim).
    let _ = unsafe { malloc_trim(0) };
}

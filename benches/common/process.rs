//! What the kernel says about a process: memory and CPU. Every reading is `None` where the system is not Linux.

use std::{fs, time::Duration};

/// Returns the resident memory of a process, in MB (1,000,000 bytes).
pub fn resident(pid: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    // The kernel's "kB" are 1,024 bytes.
    Some(line.trim().trim_end_matches("kB").trim().parse::<f64>().ok()? * 1_024.0 / 1e6)
}

/// Returns the CPU, user and kernel, that all threads of a process have used so far, ended ones too.
#[cfg(target_os = "linux")]
pub fn cpu(pid: u32) -> Option<Duration> {
    use std::ffi::{c_int, c_long};

    #[repr(C)]
    struct Time {
        seconds: i64,
        nanoseconds: c_long,
    }

    unsafe extern "C" {
        fn clock_getcpuclockid(pid: c_int, clock: *mut c_int) -> c_int;
        fn clock_gettime(clock: c_int, time: *mut Time) -> c_int;
    }

    let mut clock = 0;
    let mut time = Time { seconds: 0, nanoseconds: 0 };
    // SAFETY: both out parameters outlive the calls.
    let known =
        unsafe { clock_getcpuclockid(pid.cast_signed(), &raw mut clock) == 0 && clock_gettime(clock, &raw mut time) == 0 };
    known.then(|| Duration::new(time.seconds.unsigned_abs(), u32::try_from(time.nanoseconds).unwrap_or(0)))
}

#[cfg(not(target_os = "linux"))]
pub fn cpu(_: u32) -> Option<Duration> {
    None
}

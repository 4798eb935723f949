//! What the standard library does not offer of the system: the few calls, declared by hand, behind safe names. Linux only.

use std::{
    ffi::{c_int, c_void},
    io,
    net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpStream},
    os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd},
};

#[repr(C)]
struct Limit {
    soft: u64,
    hard: u64,
}

#[repr(C)]
struct Linger {
    on: c_int,
    seconds: c_int,
}

/// `sockaddr_in`; port and address in network order.
#[repr(C)]
struct Address {
    family: u16,
    port: u16,
    address: u32,
    zero: [u8; 8],
}

unsafe extern "C" {
    fn socket(domain: c_int, kind: c_int, protocol: c_int) -> c_int;
    fn bind(fd: c_int, address: *const Address, length: u32) -> c_int;
    fn connect(fd: c_int, address: *const Address, length: u32) -> c_int;
    fn listen(fd: c_int, backlog: c_int) -> c_int;
    fn setsockopt(fd: c_int, level: c_int, name: c_int, value: *const c_void, length: u32) -> c_int;
    fn getsockopt(fd: c_int, level: c_int, name: c_int, value: *mut c_void, length: *mut u32) -> c_int;
    fn getrlimit(what: c_int, limit: *mut Limit) -> c_int;
    fn setrlimit(what: c_int, limit: *const Limit) -> c_int;
    fn kill(pid: c_int, signal: c_int) -> c_int;
    fn waitid(what: c_int, id: u32, info: *mut [u64; 16], options: c_int) -> c_int;
    fn memmem(hay: *const c_void, hay_length: usize, needle: *const c_void, needle_length: usize) -> *const c_void;
}

const AF_INET: c_int = 2;
const SOCK_STREAM: c_int = 1;
const SOCK_NONBLOCK: c_int = 0o4000;
const SOCK_CLOEXEC: c_int = 0o2_000_000;
const IPPROTO_IP: c_int = 0;
const IP_BIND_ADDRESS_NO_PORT: c_int = 24;
const SOL_SOCKET: c_int = 1;
const SO_ERROR: c_int = 4;
const SO_RCVBUF: c_int = 8;
const SO_LINGER: c_int = 13;
const RLIMIT_NOFILE: c_int = 7;
const EINPROGRESS: i32 = 115;
const P_PID: c_int = 1;
const WEXITED: c_int = 4;
const WNOWAIT: c_int = 0x0100_0000;
/// Ends a process at once.
pub const SIGKILL: c_int = 9;
/// Asks a process to end in order.
pub const SIGTERM: c_int = 15;

/// The error of a call that answered -1.
pub fn checked(answer: c_int) -> io::Result<c_int> {
    if answer < 0 { Err(io::Error::last_os_error()) } else { Ok(answer) }
}

/// Raises the soft limit on descriptors to the hard one, and says what it is.
pub fn raise_descriptors() -> io::Result<u64> {
    let mut limit = Limit { soft: 0, hard: 0 };
    // SAFETY: `limit` is the struct that both calls take, and outlives them.
    unsafe {
        checked(getrlimit(RLIMIT_NOFILE, &raw mut limit))?;
        limit.soft = limit.hard;
        checked(setrlimit(RLIMIT_NOFILE, &raw const limit))?;
    }
    Ok(limit.hard)
}

/// Sends a signal to a process this program has started.
pub fn signal(pid: u32, number: c_int) -> io::Result<()> {
    // SAFETY: no memory is passed.
    checked(unsafe { kill(pid.cast_signed(), number) }).map(drop)
}

/// Waits until all threads of a child have ended, so that its files and sockets are closed, and leaves it to be waited for.
pub fn wait_dead(child: u32) -> io::Result<()> {
    // A `siginfo_t` has 128 bytes; nobody looks into it.
    let mut info = [0; 16];
    // SAFETY: `info` is as large as the call expects, and outlives it.
    checked(unsafe { waitid(P_PID, child, &raw mut info, WEXITED | WNOWAIT) }).map(drop)
}

/// Begins to connect from a loopback address of one's own: one address has ports for 28,000 streams only. The socket becomes
/// writable when it is connected.
pub fn connect_from(source: Ipv4Addr, to: SocketAddr) -> io::Result<TcpStream> {
    let SocketAddr::V4(to) = to else { return Err(io::Error::other("the bench speaks IPv4 only")) };
    // SAFETY: the descriptor is new and ours alone; the addresses outlive the calls.
    unsafe {
        let fd = OwnedFd::from_raw_fd(checked(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))?);
        set(&fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &1)?;
        let from = address(SocketAddrV4::new(source, 0));
        checked(bind(fd.as_raw_fd(), &raw const from, size_of::<Address>() as u32))?;
        let target = address(to);
        match checked(connect(fd.as_raw_fd(), &raw const target, size_of::<Address>() as u32)) {
            Err(error) if error.raw_os_error() != Some(EINPROGRESS) => return Err(error),
            _ => {}
        }
        Ok(TcpStream::from(fd))
    }
}

fn address(at: SocketAddrV4) -> Address {
    Address { family: AF_INET as u16, port: at.port().to_be(), address: u32::from(*at.ip()).to_be(), zero: [0; 8] }
}

fn set(fd: &impl AsRawFd, level: c_int, name: c_int, value: &c_int) -> io::Result<()> {
    // SAFETY: the option takes an int, and `value` is one.
    checked(unsafe { setsockopt(fd.as_raw_fd(), level, name, (&raw const *value).cast(), size_of::<c_int>() as u32) }).map(drop)
}

/// Listens with the longest backlog the system allows; the standard library's is 128 in some versions.
pub fn listen_longer(socket: &impl AsRawFd) -> io::Result<()> {
    // SAFETY: no memory is passed.
    checked(unsafe { listen(socket.as_raw_fd(), c_int::MAX) }).map(drop)
}

/// A small receive buffer, so that a reader that stops is noticed soon.
pub fn receive_little(socket: &TcpStream, bytes: c_int) -> io::Result<()> {
    set(socket, SOL_SOCKET, SO_RCVBUF, &bytes)
}

/// Closing resets the connection instead of leaving its port waiting for a minute.
pub fn close_at_once(socket: &TcpStream) -> io::Result<()> {
    let linger = Linger { on: 1, seconds: 0 };
    let length = size_of::<Linger>() as u32;
    // SAFETY: the option takes a `struct linger`, and this is one.
    checked(unsafe { setsockopt(socket.as_raw_fd(), SOL_SOCKET, SO_LINGER, (&raw const linger).cast(), length) }).map(drop)
}

/// How connecting ended.
pub fn connected(socket: RawFd) -> io::Result<()> {
    let (mut error, mut length) = (0, size_of::<c_int>() as u32);
    // SAFETY: the option gives an int, and both out parameters outlive the call.
    checked(unsafe { getsockopt(socket, SOL_SOCKET, SO_ERROR, (&raw mut error).cast(), &raw mut length) })?;
    if error == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(error)) }
}

/// Where `needle` begins in `hay`. The C library's is several times as fast as `windows`.
pub fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    // SAFETY: both slices are valid for the call, and the answer is null or points into `hay`.
    let found = unsafe { memmem(hay.as_ptr().cast(), hay.len(), needle.as_ptr().cast(), needle.len()) };
    (!found.is_null()).then(|| found.addr() - hay.as_ptr().addr())
}

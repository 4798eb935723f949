//! The stream: events, the hub and `GET /events` on the server; connection, state and status line in the browser.

pub mod apply;
pub mod backoff;
pub mod browser;
mod channel;
pub mod connection;
pub(crate) mod drafts;
pub mod event;
mod feed;
pub(crate) mod keep;
mod leader;
mod link;
pub mod navigate;
mod note;
mod refetch;
mod relay;
mod relaying;
mod room;
pub(crate) mod shelf;
mod start;
pub mod state;
pub mod status;
pub(crate) mod tabs;

#[cfg(all(feature = "ssr", target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")))]
pub mod batch;
#[cfg(all(
    feature = "ssr",
    not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")))
))]
#[path = "batch_elsewhere.rs"]
pub mod batch;
#[cfg(feature = "ssr")]
pub mod carrier;
#[cfg(feature = "ssr")]
pub mod hands;
#[cfg(feature = "ssr")]
pub mod http;
#[cfg(feature = "ssr")]
pub mod hub;
#[cfg(feature = "ssr")]
mod parked;
#[cfg(feature = "ssr")]
pub mod place;
#[cfg(feature = "ssr")]
pub mod ring;
#[cfg(feature = "ssr")]
pub mod slot;
#[cfg(feature = "ssr")]
pub mod socket;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod stream;
#[cfg(all(feature = "ssr", not(test)))]
mod sync;
#[cfg(all(feature = "ssr", test))]
#[path = "sync/stepped.rs"]
mod sync;
#[cfg(feature = "ssr")]
pub mod watch;
#[cfg(feature = "ssr")]
mod words;

#[cfg(all(test, feature = "ssr"))]
mod interleavings;

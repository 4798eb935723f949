//! The short way: a stream on a bare socket, taken back from hyper, whose buffers are most of what a quiet stream would cost.

use super::stream::{EventStream, Parked, Step};
use axum::http::{HeaderMap, StatusCode, header};
use bytes::{BufMut, Bytes, BytesMut};
use jiff::{Timestamp, fmt::rfc2822::DateTimePrinter};
use socket2::SockRef;
use std::{
    future::poll_fn,
    io,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{net::TcpStream, time::timeout};

/// Bytes the kernel buffers for a reader (it doubles this): a backlog stays in the ring, where all readers share it.
const SEND_BUFFER: usize = 64 * 1024;
/// A reader that takes nothing for so long is stalled: what it has not begun is given back.
const STALLED: Duration = Duration::from_millis(250);

/// The head of the answer, as hyper would write it, for a body that ends with the connection.
pub fn head(headers: &HeaderMap) -> Bytes {
    let mut out = BytesMut::with_capacity(1024);
    out.put_slice(b"HTTP/1.1 ");
    out.put_slice(StatusCode::OK.as_str().as_bytes());
    out.put_slice(b" OK\r\n");
    for (name, value) in headers {
        if [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION, header::DATE].contains(name) {
            continue;
        }
        out.put_slice(name.as_str().as_bytes());
        out.put_slice(b": ");
        out.put_slice(value.as_bytes());
        out.put_slice(b"\r\n");
    }
    out.put_slice(b"connection: close\r\ndate: ");
    out.put_slice(date().as_bytes());
    out.put_slice(b"\r\n\r\n");
    out.freeze()
}

/// Now, as HTTP says it: `Sun, 22 Nov 2026 14:02:20 GMT`.
fn date() -> String {
    DateTimePrinter::new().timestamp_to_rfc9110_string(&Timestamp::now()).unwrap_or_default()
}

/// Writes the stream until it is over or the reader has gone.
pub async fn drive(socket: TcpStream, mut stream: Box<EventStream>) {
    let _ = SockRef::from(&socket).set_send_buffer_size(SEND_BUFFER);
    let socket = Arc::new(socket);
    loop {
        let (chunk, written) = match stream.step().await {
            Step::Say(chunk) => (chunk, 0),
            Step::Wait => match poll_fn(|cx| stream.poll_parked(&socket, cx)).await {
                Parked::Due(Some(rest)) => rest,
                Parked::Due(None) => continue,
                Parked::Gone => return,
            },
            Step::Over => break,
        };
        let Some(rest) = write_some(&socket, chunk, written) else { continue };
        // On the heap while it lasts, as few streams are in this state.
        if Box::pin(write_rest(&socket, &mut stream, rest)).await.is_err() {
            return;
        }
    }
    // The reader sees the end rather than a reset.
    let _ = SockRef::from(&*socket).shutdown(std::net::Shutdown::Write);
}

/// Writes what goes at once; answers what does not, and how much of it is written.
fn write_some(socket: &TcpStream, chunk: Bytes, written: usize) -> Option<(Bytes, usize)> {
    // An error comes again when the rest is tried.
    let written = written + socket.try_write(&chunk[written..]).unwrap_or(0);
    (written < chunk.len()).then_some((chunk, written))
}

/// Writes the rest, however long the reader takes.
async fn write_rest(socket: &TcpStream, stream: &mut EventStream, (mut chunk, mut written): (Bytes, usize)) -> io::Result<()> {
    let mut given_back = false;
    while written < chunk.len() {
        match socket.try_write(&chunk[written..]) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(more) => written += more,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                let patience = if given_back { Duration::MAX } else { STALLED };
                match timeout(patience, socket.writable()).await {
                    Ok(writable) => writable?,
                    Err(_) => {
                        chunk = stream.go_back(&chunk, written);
                        (written, given_back) = (0, true);
                    }
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Ready once the reader has gone. Whatever else it sends is thrown away: the request was whole.
pub(super) fn poll_gone(socket: &TcpStream, cx: &mut Context<'_>) -> Poll<()> {
    let mut unread = [0; 512];
    loop {
        if ready!(socket.poll_read_ready(cx)).is_err() {
            return Poll::Ready(());
        }
        match socket.try_read(&mut unread) {
            Ok(0) => return Poll::Ready(()),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => return Poll::Ready(()),
        }
    }
}

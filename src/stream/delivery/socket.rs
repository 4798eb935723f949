//! The short way: a stream on a bare socket, taken back from hyper, whose buffers are most of what a quiet stream would cost.

use super::parked::{Driven, park};
use crate::stream::{event_stream::Step, slot::Slot, sse};
use axum::http::{HeaderMap, StatusCode, header};
use bytes::{BufMut, Bytes, BytesMut};
use jiff::{Timestamp, fmt::rfc2822::DateTimePrinter};
use std::{
    future::poll_fn,
    io::{self, Write},
    net::{Shutdown, TcpStream},
    time::Duration,
};

/// The head of the answer, as hyper would write it, for a body in chunks that ends with the connection.
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
    out.put_slice(b"connection: close\r\ntransfer-encoding: chunked\r\ndate: ");
    out.put_slice(date().as_bytes());
    out.put_slice(b"\r\n\r\n");
    out.freeze()
}

/// Now, as HTTP says it: `Sun, 22 Nov 2026 14:02:20 GMT`.
fn date() -> String {
    DateTimePrinter::new().timestamp_to_rfc9110_string(&Timestamp::now()).unwrap_or_default()
}

/// Writes the stream until it waits, and parks it then; or until it is over, or the reader has gone.
pub async fn drive(mut driven: Box<Driven>) {
    loop {
        let chunk = match driven.stream.step().await {
            Step::Say(chunk) => chunk,
            Step::Wait if driven.stream.is_leaving() => {
                driven.stream.due().await;
                continue;
            }
            Step::Wait => return park(driven),
            Step::Over => break,
        };
        // An error comes again when the rest is tried.
        let written = (&driven.socket).write(&chunk).unwrap_or(0);
        if written < chunk.len() {
            let rest = driven.stream.go_back(chunk, written);
            let (slot, shutdown_spread) = (driven.stream.slot().clone(), driven.stream.shutdown_spread());
            let Driven { socket, stream, holds } = *driven;
            let writing = async move {
                let socket = tokio::select! {
                    socket = write_all(socket, &rest) => socket.ok()?,
                    () = in_vain(&slot, shutdown_spread) => return None,
                };
                Some(Box::new(Driven { socket, stream, holds }))
            };
            // On the heap while it lasts, as few streams are in this state.
            match Box::pin(writing).await {
                Some(written) => driven = written,
                None => return,
            }
        }
    }
    // The reader sees the end rather than a cut or a reset. One that takes no more has none to see.
    let _ = driven.socket.write(sse::LAST_CHUNK);
    let _ = driven.socket.shutdown(Shutdown::Write);
}

/// Writes all of it, however long the reader takes; one that takes nothing for too long is ended by the kernel.
async fn write_all(socket: TcpStream, mut rest: &[u8]) -> io::Result<TcpStream> {
    let socket = tokio::net::TcpStream::from_std(socket)?;
    while !rest.is_empty() {
        match socket.try_write(rest) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => rest = &rest[written..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => socket.writable().await?,
            Err(error) => return Err(error),
        }
    }
    socket.into_std()
}

/// Waits until a reader that takes nothing is given up: its session or the process is ending, and `shutdown_spread` has passed
/// since.
async fn in_vain(slot: &Slot, shutdown_spread: Duration) {
    poll_fn(|cx| slot.poll_ended(cx)).await;
    tokio::time::sleep(shutdown_spread).await;
}

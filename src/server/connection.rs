//! One connection: hyper reads requests and writes answers, until one of them is a stream; that takes the socket and goes.

use super::{body_cut::BodyCut, events::Handle};
use crate::{
    request::caller::Peer,
    stream::{
        delivery::{
            parked::{Driven, Holds},
            socket,
        },
        event_stream::EventStream,
        runtime::StreamSpawner,
    },
};
use axum::{Router, body::Body, extract::Request, http::response::Parts, response::Response};
use hyper::{
    Method, Version,
    body::{Body as _, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{future::pending, net::SocketAddr, time::Duration};
use tokio::{
    net::TcpStream,
    sync::{mpsc, watch},
};
use tower::ServiceExt;

/// Bytes of answers that a connection holds beside what its socket takes; heads of requests may be as long.
const WRITE_AHEAD: usize = 32 * 1024;

/// How connections are treated.
#[derive(Debug, Clone, Copy)]
pub struct HttpOptions {
    /// 0 is no cap.
    pub max_connections: u32,
    /// How long a connection may take over a request's head, or stay silent between requests.
    pub header_timeout: Duration,
    /// How long after the shutdown began a request's body may still come.
    pub body_grace: Duration,
    /// How long open connections may take to end.
    pub graceful_timeout: Duration,
}

/// Serves one connection to its end.
pub async fn connection(
    socket: TcpStream,
    peer: SocketAddr,
    router: Router,
    options: HttpOptions,
    spawner: Option<StreamSpawner>,
    holds: Holds,
    mut ending: watch::Receiver<bool>,
) {
    let (found, mut streams) = mpsc::channel::<Box<EventStream>>(1);
    let (short, cut) = (spawner.is_some(), ending.clone());
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer.ip()));
        // A body that is still to come, or an older version of HTTP, is hyper's to deal with.
        let plain =
            short && request.method() == Method::GET && request.version() == Version::HTTP_11 && request.body().is_end_stream();
        let request: Request = request.map(|body| match body.is_end_stream() {
            true => Body::empty(),
            false => Body::new(BodyCut::new(body, over(cut.clone(), options.body_grace))),
        });
        let (router, found) = (router.clone(), found.clone());
        async move {
            let response = router.oneshot(request).await?;
            let stream = if plain { response.extensions().get::<Handle>().and_then(Handle::take) } else { None };
            match stream {
                Some(stream) => hand_over(response.into_parts().0, stream, &found).await,
                None => Ok::<_, std::convert::Infallible>(response),
            }
        }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(options.header_timeout).max_buf_size(WRITE_AHEAD);
    let mut connection = builder.serve_connection(TokioIo::new(socket), service);
    let mut graceful = false;
    let ended = loop {
        tokio::select! {
            ended = &mut connection => break ended,
            Some(stream) = streams.recv() => {
                let socket = connection.into_parts().io.into_inner();
                // Dropping the parts has ended the service, and with it hyper's buffers.
                return go(socket, stream, spawner, holds);
            }
            () = shutdown_signalled(&mut ending), if !graceful => {
                graceful = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke");
    }
}

/// Done once the process is ending (or nobody is left to say so).
pub(crate) async fn shutdown_signalled(ending: &mut watch::Receiver<bool>) {
    let _ = ending.wait_for(|ending| *ending).await;
}

/// Done once a body is waited for no more.
async fn over(mut ending: watch::Receiver<bool>, grace: Duration) {
    shutdown_signalled(&mut ending).await;
    tokio::time::sleep(grace).await;
}

/// Tells the connection's task that this answer is a stream. The answer itself is never given to hyper: the task takes the
/// socket back, and drops this future with everything else of the connection.
async fn hand_over(
    answer: Parts,
    mut stream: Box<EventStream>,
    found: &mpsc::Sender<Box<EventStream>>,
) -> Result<Response, std::convert::Infallible> {
    // The receiver is polled beside us; it only goes when we do.
    stream.begin_with(&socket::head(&answer.headers));
    let _ = found.send(stream).await;
    pending().await
}

fn go(socket: TcpStream, stream: Box<EventStream>, spawner: Option<StreamSpawner>, holds: Holds) {
    match (socket.into_std(), spawner) {
        (Ok(socket), Some(spawner)) => spawner.drive(Driven::new(socket, stream, holds)),
        (Err(error), _) => tracing::warn!(%error, "a stream's socket could not be taken over"),
        // Without a spawner no stream is handed over.
        (Ok(_), None) => {}
    }
}

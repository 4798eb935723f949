//! One connection: hyper reads requests and writes answers, until one of them is a stream; that takes the socket and goes.

use super::{
    body_cut::BodyCut,
    connections::Permit,
    events::{EVENTS, Handle},
};
use crate::{
    request::caller::Peer,
    stream::{
        delivery::{parked::Driven, socket},
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
    time::timeout,
};
use tower::ServiceExt;

/// Bytes of answers that a connection holds beside what its socket takes. Heads of requests may be as long; beyond that hyper
/// answers 431. How many lines a head has is counted in `layers.rs`.
const WRITE_AHEAD: usize = 32 * 1024;
/// How long a connection that is closed for another may take over the answer that is on its way.
const LAST_ANSWER: Duration = Duration::from_secs(1);

/// How connections are treated.
#[derive(Debug, Clone, Copy)]
pub struct HttpOptions {
    /// How long a connection may take over a request's head, or stay silent between requests.
    pub header_timeout: Duration,
    /// How long after the shutdown began a request's body may still come.
    pub body_grace: Duration,
    /// How long open connections may take to end.
    pub graceful_timeout: Duration,
}

/// Serves one connection to its end. Dropping `alive` says that it is over.
pub async fn connection(
    socket: TcpStream,
    peer: SocketAddr,
    router: Router,
    options: HttpOptions,
    spawner: Option<StreamSpawner>,
    (permit, alive): (Permit, mpsc::Sender<()>),
    mut ending: watch::Receiver<bool>,
) {
    let permit_ref = &permit;
    let (found, mut streams) = mpsc::channel::<Box<EventStream>>(1);
    let (short, cut) = (spawner.is_some(), ending.clone());
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer.ip()));
        if request.uri().path() == EVENTS {
            request.extensions_mut().insert(permit_ref.stream_place());
        }
        // A body that is still to come, or an older version of HTTP, is hyper's to deal with.
        let plain =
            short && request.method() == Method::GET && request.version() == Version::HTTP_11 && request.body().is_end_stream();
        let request: Request = request.map(|body| match body.is_end_stream() {
            true => Body::empty(),
            false => Body::new(BodyCut::new(body, over(cut.clone(), options.body_grace))),
        });
        let (router, found) = (router.clone(), found.clone());
        permit_ref.begins();
        async move {
            let response = router.oneshot(request).await?;
            let stream = if plain { response.extensions().get::<Handle>().and_then(Handle::take) } else { None };
            match stream {
                Some(stream) => hand_over(response.into_parts().0, stream, &found).await,
                None => {
                    permit_ref.is_answered();
                    Ok::<_, std::convert::Infallible>(response)
                }
            }
        }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(options.header_timeout);
    builder.max_buf_size(WRITE_AHEAD).max_header_size(WRITE_AHEAD);
    let mut connection = builder.serve_connection(TokioIo::new(socket), service);
    let mut graceful = false;
    let ended = loop {
        tokio::select! {
            ended = &mut connection => break ended,
            Some(stream) = streams.recv() => {
                let socket = connection.into_parts().io.into_inner();
                // Dropping the parts has ended the service, and with it hyper's buffers.
                return go(socket, *stream, spawner, (permit, alive));
            }
            () = permit_ref.is_given_away() => {
                if !permit_ref.has_spoken() {
                    return;
                }
                // Closed at once between two requests; else once the answer that is on its way has been written.
                Pin::new(&mut connection).graceful_shutdown();
                let _ = timeout(LAST_ANSWER, connection).await;
                return;
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

fn go(socket: TcpStream, stream: EventStream, spawner: Option<StreamSpawner>, holds: (Permit, mpsc::Sender<()>)) {
    match (socket.into_std(), spawner) {
        (Ok(socket), Some(spawner)) => {
            let (permit, alive) = holds;
            spawner.drive(Driven::new(socket, stream, Box::new((permit.into_stream(), alive))));
        }
        (Err(error), _) => tracing::warn!(%error, "a stream's socket could not be taken over"),
        // Without a spawner no stream is handed over.
        (Ok(_), None) => {}
    }
}

//! A request's body that ends with the process: what has not come a moment after the shutdown began is not waited for.

use axum::body::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll},
};

/// A body that breaks off at a moment, where its reader waits for more.
pub struct BodyCut<B> {
    body: B,
    over: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl<B> BodyCut<B> {
    /// Breaks off where the reader waits and `over` is done.
    pub fn new(body: B, over: impl Future<Output = ()> + Send + 'static) -> Self {
        Self { body, over: Box::pin(over) }
    }
}

impl<B> Body for BodyCut<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        self.over.as_mut().poll(cx).map(|()| Some(Err(io::Error::from(io::ErrorKind::TimedOut).into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

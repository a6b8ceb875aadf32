//! How is a connection closed in the middle of an answer?
//!
//! In: TCP connections. Out: the same, each with a [`Cord`] that a request can pull: from then on nothing is read or written, the
//! server gives the connection up, and the client sees it closed. HTTP itself has no way to say "no answer".

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// How long to wait when the system refuses a connection (no file descriptor left, mostly).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What a request holds of its connection.
#[derive(Debug, Clone, Default)]
pub(super) struct Cord(Arc<Shared>);

/// What a connection and its requests share.
#[derive(Debug, Default)]
struct Shared {
    /// The connection is to be closed.
    pulled: AtomicBool,
    /// Bytes handed to the system so far.
    written: AtomicU64,
}

impl Cord {
    /// Closes the connection.
    pub(super) fn pull(&self) {
        self.0.pulled.store(true, Ordering::Release);
    }

    /// Bytes handed to the system so far.
    pub(super) fn written(&self) -> u64 {
        self.0.written.load(Ordering::Acquire)
    }

    /// The error of a connection whose cord was pulled.
    fn check(&self) -> io::Result<()> {
        if self.0.pulled.load(Ordering::Acquire) {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }

    /// Counts what was written.
    fn count(&self, result: &Poll<io::Result<usize>>) {
        if let Poll::Ready(Ok(bytes)) = result {
            self.0.written.fetch_add(*bytes as u64, Ordering::AcqRel);
        }
    }
}

/// A listener whose connections have cords.
#[derive(Debug)]
pub(super) struct Wire(pub(super) TcpListener);

impl Listener for Wire {
    type Io = Connection;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            match self.0.accept().await {
                Ok((stream, peer)) => {
                    // answers are small: waiting to fill a packet would add 40 ms to each
                    let _ = stream.set_nodelay(true);
                    let cord = Cord::default();
                    return (Connection { stream, cord }, peer);
                }
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, Wire>> for Cord {
    fn connect_info(stream: IncomingStream<'_, Wire>) -> Self {
        stream.io().cord.clone()
    }
}

/// A connection with a cord.
#[derive(Debug)]
pub(super) struct Connection {
    /// The connection itself.
    stream: TcpStream,
    /// What closes it.
    cord: Cord,
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.cord.check()?;
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.cord.check()?;
        let result = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.cord.count(&result);
        result
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.cord.check()?;
        let result = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.cord.count(&result);
        result
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.cord.check()?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

//! A way to the API that can be cut: a TCP proxy on loopback, with a mode that ends by itself.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often an idle connection looks whether the way is still open.
const LOOK: Duration = Duration::from_millis(5);

/// What the way does for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Lets everything through.
    Open,
    /// Closes every connection, old and new.
    Cut,
    /// Answers every request with this status.
    Answers(u16),
}

/// A running proxy. Its threads end with the process.
pub(crate) struct Proxy {
    /// Where it listens.
    address: SocketAddr,
    /// What it does, and until when.
    way: Arc<Mutex<(Way, Instant)>>,
}

impl Proxy {
    /// A proxy in front of `target`.
    pub(crate) fn start(target: &str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let way = Arc::new(Mutex::new((Way::Open, Instant::now())));
        let (target, shared) = (target.to_owned(), Arc::clone(&way));
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (target, way) = (target.clone(), Arc::clone(&shared));
                std::thread::spawn(move || serve(client, &target, &way));
            }
        });
        Self { address, way }
    }

    /// Its URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Does this for a while, then is open again.
    pub(crate) fn set(&self, way: Way, length: Duration) {
        *self.way.lock().unwrap_or_else(PoisonError::into_inner) = (way, Instant::now() + length);
    }
}

/// What the way does now.
fn now(way: &Mutex<(Way, Instant)>) -> Way {
    let (way, until) = *way.lock().unwrap_or_else(PoisonError::into_inner);
    if Instant::now() < until {
        way
    } else {
        Way::Open
    }
}

/// One connection: forth on this thread, back on another.
fn serve(mut client: TcpStream, target: &str, way: &Arc<Mutex<(Way, Instant)>>) {
    if now(way) == Way::Cut {
        return;
    }
    let Ok(mut server) = TcpStream::connect(target) else {
        return;
    };
    let streams = (client.try_clone(), server.try_clone());
    let (Ok(mut back_client), Ok(mut back_server)) = streams else {
        return;
    };
    let back_way = Arc::clone(way);
    let back = std::thread::spawn(move || {
        copy(&mut back_server, &mut back_client, |_| {
            now(&back_way) != Way::Cut
        });
        // Closed already, where the other side was faster.
        let _ = back_client.shutdown(Shutdown::Both);
    });
    let mut answering = client.try_clone().ok();
    copy(&mut client, &mut server, |request| match now(way) {
        Way::Open => true,
        Way::Cut => false,
        Way::Answers(_) if request.is_empty() => true,
        Way::Answers(status) => {
            let body = "{\"message\":\"chaos\"}";
            let answer = format!(
                "HTTP/1.1 {status} Chaos\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            if let Some(client) = &mut answering {
                // A client that does not wait for it needs none.
                let _ = client.write_all(answer.as_bytes());
            }
            false
        }
    });
    // Closed already, where the other side was faster.
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
    // It prints its own panic.
    let _ = back.join();
}

/// Copies until one end closes or `goes_on` says no; it is asked with each piece before it goes on, and while there is none.
fn copy(from: &mut TcpStream, to: &mut TcpStream, mut goes_on: impl FnMut(&[u8]) -> bool) {
    // A stream that takes no time-out is one that is closed.
    let _ = from.set_read_timeout(Some(LOOK));
    let mut piece = vec![0; 64 * 1024];
    loop {
        let read = match from.read(&mut piece) {
            Ok(0) => return,
            Ok(read) => read,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => 0,
            Err(_) => return,
        };
        if !goes_on(&piece[..read]) || to.write_all(&piece[..read]).is_err() {
            return;
        }
    }
}

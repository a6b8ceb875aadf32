//! A server with one answer for everything, for what no sandbox would say, and a count of who came.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A running server; it ends with the test's process.
pub(crate) struct Canned {
    /// Where it listens, without a slash at the end.
    url: String,
    /// Requests that came.
    requests: Arc<AtomicUsize>,
}

impl Canned {
    /// Answers each request with these bytes, head included, and closes the connection.
    pub(crate) fn answering(answer: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let requests = Arc::new(AtomicUsize::new(0));
        let (count, answer) = (Arc::clone(&requests), answer.to_owned());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                count.fetch_add(1, Ordering::SeqCst);
                answer_one(stream, &answer);
            }
        });
        Self { url, requests }
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// How many requests came.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// Reads a request's head and answers.
fn answer_one(mut stream: TcpStream, answer: &str) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
        head.push(byte[0]);
    }
    // A client that has gone away is not this server's trouble.
    let _ = stream.write_all(answer.as_bytes());
}

/// A loopback address where nothing listens.
pub(crate) fn closed_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    format!("http://{}", listener.local_addr().expect("an address"))
}

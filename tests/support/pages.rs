//! A server of a few pages on loopback, for a browser: what it serves, and what was asked of it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A running server; it ends with the test's process.
pub(crate) struct Pages {
    /// Where it listens, without a slash at the end.
    url: String,
    /// Paths that were asked for, in order.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Pages {
    /// Serves these pages by their paths, and 404 for all else.
    pub(crate) fn serving(pages: BTreeMap<String, String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, pages) = (Arc::clone(&asked), Arc::new(pages));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, pages) = (Arc::clone(&log), Arc::clone(&pages));
                // A browser opens connections ahead of need: none may keep another waiting.
                std::thread::spawn(move || answer_one(stream, &pages, &log));
            }
        });
        Self { url, asked }
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Paths that were asked for, sorted.
    pub(crate) fn asked(&self) -> Vec<String> {
        let mut asked = self.asked.lock().expect("no thread panics").clone();
        asked.sort();
        asked
    }
}

/// Reads a request's head, notes its path, and answers.
fn answer_one(mut stream: TcpStream, pages: &BTreeMap<String, String>, log: &Mutex<Vec<String>>) {
    let reader = BufReader::new(stream.try_clone().expect("a second handle"));
    let mut lines = reader.lines().map_while(Result::ok);
    let Some(first) = lines.next() else { return };
    lines.take_while(|line| !line.is_empty()).for_each(drop);
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let (status, body) = match pages.get(&path) {
        Some(body) => ("200 OK", body.as_str()),
        None => ("404 Not Found", ""),
    };
    log.lock().expect("no thread panics").push(path);
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    // A browser that has gone away is not this server's trouble.
    let _ = stream.write_all(answer.as_bytes());
}

//! What both benchmarks need: a plain HTTP client on one warm connection, and times put into words.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// A connection that is kept, to measure answers without set-up.
pub(crate) struct Connection {
    /// Host and port.
    host: String,
    /// The socket.
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// Connects to a URL of the form `http://host:port`.
    pub(crate) fn open(url: &str) -> Self {
        let host = url.strip_prefix("http://").expect("a plain http URL");
        let stream = TcpStream::connect(host).expect("the sandbox listens");
        stream.set_nodelay(true).expect("a TCP option");
        Self {
            host: host.to_owned(),
            stream: BufReader::new(stream),
        }
    }

    /// GETs a path with a header and gives the body of its answer, which must be a success.
    pub(crate) fn get(&mut self, path: &str, (name, value): (&str, &str)) -> Vec<u8> {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\n{name}: {value}\r\n\r\n",
            self.host
        );
        let stream = self.stream.get_mut();
        stream.write_all(request.as_bytes()).expect("a request");
        let mut length = 0;
        let mut line = self.line();
        assert!(line.starts_with("HTTP/1.1 2"), "{path}: {line}");
        while !line.is_empty() {
            line = self.line();
            let header = line.to_ascii_lowercase();
            if let Some(text) = header.strip_prefix("content-length:") {
                length = text.trim().parse().expect("a length");
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("a body");
        body
    }

    /// One line of the answer's head.
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).expect("a head");
        line.trim_end().to_owned()
    }
}

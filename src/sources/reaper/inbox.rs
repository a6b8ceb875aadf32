//! The reaper's end of the pipe: lines, a deadline, and no copy of the key that outlives its use.

use std::io;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use zeroize::Zeroizing;

/// Most bytes that are held: an order is a few hundred. A writer that sends more without a line's end is not a run.
const MOST_BYTES: usize = 64 * 1024;

/// Lines that come over a pipe.
pub(super) struct Inbox<F> {
    /// The pipe.
    pipe: F,
    /// What came and is not yet read; allocated once, so that no copy is left behind, and wiped at the end.
    held: Zeroizing<Vec<u8>>,
    /// After this, whoever writes is taken for dead.
    deadline: Option<Instant>,
}

impl<F: AsFd> Inbox<F> {
    /// An inbox without a deadline.
    pub(super) fn new(pipe: F) -> Self {
        Self {
            pipe,
            held: Zeroizing::new(Vec::with_capacity(MOST_BYTES)),
            deadline: None,
        }
    }

    /// From now on, lines are waited for until this long from now.
    pub(super) fn close_after(&mut self, life: Duration) {
        self.deadline = Instant::now().checked_add(life);
    }

    /// The next line, without its end; `None` where the pipe is closed or the deadline has passed.
    pub(super) fn read_line(&mut self) -> Option<Zeroizing<String>> {
        loop {
            if let Some(end) = self.held.iter().position(|&byte| byte == b'\n') {
                let line = std::str::from_utf8(&self.held[..end])
                    .ok()
                    .map(|line| Zeroizing::new(line.to_owned()));
                let rest = self.held.len() - end - 1;
                self.held.copy_within(end + 1.., 0);
                self.held.truncate(rest);
                return line;
            }
            if !self.read_more() {
                return None;
            }
        }
    }

    /// Waits for more bytes; `false` where there will be none.
    fn read_more(&mut self) -> bool {
        let left = self.deadline.map_or(Duration::from_secs(3600), |at| {
            at.saturating_duration_since(Instant::now())
        });
        let room = MOST_BYTES - self.held.len();
        if left.is_zero() || room == 0 {
            return false;
        }
        match wait_readable(&self.pipe, left) {
            Ok(true) => {}
            Ok(false) => return true,
            Err(_) => return false,
        }
        let mut bytes = Zeroizing::new([0_u8; 1024]);
        let most = room.min(bytes.len());
        match rustix::io::read(&self.pipe, &mut bytes[..most]) {
            Ok(0) => false,
            Ok(read) => {
                self.held.extend_from_slice(&bytes[..read]);
                true
            }
            Err(error) => error == Errno::INTR,
        }
    }
}

/// Waits until there is something to read, the end included; `false` after `timeout`.
///
/// # Errors
/// The system's.
pub(super) fn wait_readable(pipe: &impl AsFd, timeout: Duration) -> io::Result<bool> {
    let started = Instant::now();
    loop {
        let left = timeout.saturating_sub(started.elapsed());
        let left = Timespec::try_from(left).map_err(io::Error::other)?;
        match poll(&mut [PollFd::new(pipe, PollFlags::IN)], Some(&left)) {
            Ok(ready) => return Ok(ready > 0),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn lines_come_whole_and_the_end_is_the_end() {
        let (reader, mut writer) = io::pipe().unwrap();
        let mut inbox = Inbox::new(reader);
        writer.write_all(b"one\ntwo\nthr").unwrap();
        assert_eq!(inbox.read_line().unwrap().as_str(), "one");
        assert_eq!(inbox.read_line().unwrap().as_str(), "two");
        writer.write_all(b"ee\nno end").unwrap();
        assert_eq!(inbox.read_line().unwrap().as_str(), "three");
        drop(writer);
        assert_eq!(inbox.read_line(), None);
    }

    #[test]
    fn a_writer_that_says_nothing_is_given_up_at_the_deadline() {
        let (reader, _writer) = io::pipe().unwrap();
        let mut inbox = Inbox::new(reader);
        inbox.close_after(Duration::from_millis(10));
        assert_eq!(inbox.read_line(), None);
    }

    #[test]
    fn a_line_without_end_is_given_up() {
        let (reader, mut writer) = io::pipe().unwrap();
        let flood = std::thread::spawn(move || {
            // The reader leaves in the middle.
            let _ = writer.write_all(&vec![b'x'; 2 * MOST_BYTES]);
        });
        assert_eq!(Inbox::new(reader).read_line(), None);
        flood.join().unwrap();
    }
}

//! The lines of a file or of standard input, however long they are and whatever bytes they hold, in bounded memory.

use std::io::{self, Read};

/// Bytes that are read at once.
const CHUNK: usize = 1 << 18;

/// Hands each line, without its line end, to `take`; of a line that is longer than the chunk, its beginning. Gives the number of
/// lines. A last line needs no line end.
///
/// # Errors
/// The reader's, or what `take` ends with.
pub(super) fn read_lines(
    input: &mut impl Read,
    mut take: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<u64> {
    let mut chunk = vec![0; CHUNK];
    let (mut filled, mut lines) = (0, 0);
    // Whether the line at hand was handed on already, since it did not fit.
    let mut cut = false;
    loop {
        let read = match input.read(&mut chunk[filled..]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        let mut start = 0;
        let mut searched = filled;
        filled += read;
        while let Some(length) = chunk[searched..filled]
            .iter()
            .position(|byte| *byte == b'\n')
        {
            if !std::mem::take(&mut cut) {
                take(without_return(&chunk[start..searched + length]))?;
                lines += 1;
            }
            start = searched + length + 1;
            searched = start;
        }
        chunk.copy_within(start..filled, 0);
        filled -= start;
        if (read == 0 && filled > 0) || filled == CHUNK {
            if !cut {
                take(without_return(&chunk[..filled]))?;
                lines += 1;
            }
            cut = true;
            filled = 0;
        }
        if read == 0 {
            return Ok(lines);
        }
    }
}

/// A line without the carriage return before its line feed.
fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of an input that comes in pieces of `step` bytes.
    fn lines(text: &[u8], step: usize) -> Vec<Vec<u8>> {
        struct Slow<'a>(&'a [u8], usize);
        impl Read for Slow<'_> {
            fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
                let length = self.1.min(self.0.len()).min(out.len());
                out[..length].copy_from_slice(&self.0[..length]);
                self.0 = &self.0[length..];
                Ok(length)
            }
        }
        let mut found = Vec::new();
        let count = read_lines(&mut Slow(text, step), |line| {
            found.push(line.to_vec());
            Ok(())
        });
        assert_eq!(count.unwrap(), found.len() as u64);
        found
    }

    #[test]
    fn lines_are_those_of_the_input_however_it_arrives() {
        for text in ["", "\n", "a", "a\n", "a\nb", "a\r\n\r\n\nb\r\n", "a\rb\n"] {
            let expected: Vec<Vec<u8>> = text
                .strip_suffix('\n')
                .map_or(text, |text| if text.is_empty() { "\n" } else { text })
                .split('\n')
                .take(if text == "\n" { 1 } else { usize::MAX })
                .map(|line| line.strip_suffix('\r').unwrap_or(line).as_bytes().to_vec())
                .filter(|_| !text.is_empty())
                .collect();
            for step in [1, 2, 3, 100] {
                assert_eq!(lines(text.as_bytes(), step), expected, "{text:?} by {step}");
            }
        }
    }

    #[test]
    fn a_line_longer_than_memory_is_one_line() {
        let mut text = vec![b'x'; 3 * CHUNK + 7];
        text.extend_from_slice(b"\nshort\n");
        let found = lines(&text, 100_000);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].len(), CHUNK);
        assert_eq!(found[1], b"short");
    }
}

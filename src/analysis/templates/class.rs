//! What may a byte be part of? One table, read once for each byte of each line.

/// Part of a word: a letter, `_`, or a byte beyond ASCII.
pub(super) const LETTER: u16 = 1;
/// A digit.
pub(super) const DIGIT: u16 = 2;
/// A letter from `a` to `f`, in either case: set beside [`LETTER`].
pub(super) const HEX: u16 = 4;
/// May stand inside a word: one of `-.@%+~$#&*`.
pub(super) const JOINT: u16 = 8;
/// A slash, either way.
pub(super) const SLASH: u16 = 16;
/// White space and control bytes.
pub(super) const SPACE: u16 = 32;
/// Any other punctuation.
pub(super) const MARK: u16 = 64;
/// A dot: set beside [`JOINT`].
pub(super) const DOT: u16 = 128;
/// An at sign: set beside [`JOINT`].
pub(super) const AT: u16 = 256;

/// What words are made of.
pub(super) const IN_WORD: u16 = LETTER | DIGIT | JOINT | SLASH;

/// The classes of each byte.
const CLASSES: [u16; 256] = {
    let mut table = [0; 256];
    let mut byte: u8 = 0;
    loop {
        table[byte as usize] = match byte {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'f' | b'A'..=b'F' => LETTER | HEX,
            b'g'..=b'z' | b'G'..=b'Z' | b'_' | 0x80..=0xff => LETTER,
            b'.' => JOINT | DOT,
            b'@' => JOINT | AT,
            b'-' | b'%' | b'+' | b'~' | b'$' | b'#' | b'&' | b'*' => JOINT,
            b'/' | b'\\' => SLASH,
            0..=0x20 | 0x7f => SPACE,
            _ => MARK,
        };
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

/// The class of a byte.
#[inline]
pub(super) fn class(byte: u8) -> u16 {
    CLASSES[usize::from(byte)]
}

/// Whether a byte is of one of these classes.
#[inline]
pub(super) fn is(byte: u8, classes: u16) -> bool {
    class(byte) & classes != 0
}

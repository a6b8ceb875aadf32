//! Encodings that templates offer: query parameters and base64. Small enough not to be worth a dependency.

/// As a query parameter: letters, digits and `-_.~` stay, a space becomes `+`.
pub(super) fn url_encode(s: &str) -> String {
    let mut out = String::with_capacity(s.len());
    for byte in s.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            _ => out.extend(["%".to_owned(), format!("{byte:02X}")]),
        }
    }
    out
}

/// The alphabet of standard base64.
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Standard base64 with padding.
pub(super) fn base64_encode(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk
            .iter()
            .fold(0_usize, |word, byte| word << 8 | usize::from(*byte))
            << (8 * (3 - chunk.len()));
        for index in 0..4 {
            let symbol = BASE64[(word >> (18 - 6 * index)) & 63];
            out.push(if index <= chunk.len() {
                char::from(symbol)
            } else {
                '='
            });
        }
    }
    out
}

/// The text behind standard base64; `None` where it is neither base64 nor text.
pub(super) fn base64_decode(s: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let (mut word, mut bits) = (0_usize, 0_u32);
    for symbol in s.trim_end_matches('=').bytes() {
        let value = BASE64.iter().position(|known| *known == symbol)?;
        word = (word << 6 | value) & 0xFF_FFFF;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((word >> bits) & 255).ok()?);
        }
    }
    String::from_utf8(bytes).ok()
}

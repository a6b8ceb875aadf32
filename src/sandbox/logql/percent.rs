//! Percent-encoding, as URLs and forms use it.

/// Undoes percent-encoding; `plus` says that `+` is a space. `None` for a broken escape or what is not UTF-8.
pub(crate) fn decode(text: &str, plus: bool) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes().iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' if plus => b' ',
            b'%' => {
                let digit = |digit: &u8| char::from(*digit).to_digit(16);
                let code = rest.next().and_then(digit)? * 16 + rest.next().and_then(digit)?;
                u8::try_from(code).ok()?
            }
            byte => *byte,
        });
    }
    String::from_utf8(bytes).ok()
}

/// The pairs of a query string or form body; a broken escape is kept as it stands.
pub(crate) fn parse_pairs(text: &str) -> Vec<(String, String)> {
    let read = |part: &str| decode(part, true).unwrap_or_else(|| part.to_owned());
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (read(name), read(value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_decoded_and_broken_escapes_survive() {
        let pairs = parse_pairs("query=%7Ba%3D%22b%22%7D&match[]=x+y&&flag&bad=%zz");
        let expected = [
            ("query", "{a=\"b\"}"),
            ("match[]", "x y"),
            ("flag", ""),
            ("bad", "%zz"),
        ];
        assert_eq!(
            pairs,
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }
}

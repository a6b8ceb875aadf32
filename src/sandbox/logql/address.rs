//! IP addresses in lines and labels: `ip("10.0.0.0/8")`, `ip("10.0.0.1-10.0.0.9")`, `ip("::1")`.

use std::net::IpAddr;

/// A span of addresses of one family, both ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AddressRange {
    /// First.
    from: IpAddr,
    /// Last.
    to: IpAddr,
}

impl AddressRange {
    /// Reads an address, a network or a range.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        Self::read(text).ok_or_else(|| format!("invalid ip pattern: {text:?}"))
    }

    /// As [`AddressRange::parse`], without a reason.
    fn read(text: &str) -> Option<Self> {
        if let Some((from, to)) = text.split_once('-') {
            let (from, to): (IpAddr, IpAddr) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
            return (from.is_ipv4() == to.is_ipv4() && from <= to).then_some(Self { from, to });
        }
        let Some((address, bits)) = text.split_once('/') else {
            let address = text.parse().ok()?;
            return Some(Self {
                from: address,
                to: address,
            });
        };
        let bits: u32 = bits.parse().ok()?;
        Some(match address.parse().ok()? {
            IpAddr::V4(address) => {
                let host = u32::MAX
                    .checked_shr(bits)
                    .filter(|_| bits <= 32)
                    .or((bits == 32).then_some(0))?;
                let address = address.to_bits();
                Self {
                    from: IpAddr::V4((address & !host).into()),
                    to: IpAddr::V4((address | host).into()),
                }
            }
            IpAddr::V6(address) => {
                let host = u128::MAX.checked_shr(bits).or((bits == 128).then_some(0))?;
                let address = address.to_bits();
                Self {
                    from: IpAddr::V6((address & !host).into()),
                    to: IpAddr::V6((address | host).into()),
                }
            }
        })
    }

    /// Whether an address of the range stands in the text.
    pub(super) fn occurs_in(&self, text: &str) -> bool {
        let belongs = |c: char| c.is_ascii_hexdigit() || c == '.' || c == ':';
        text.split(|c: char| !belongs(c))
            .any(|word| self.holds_part(word))
    }

    /// Whether the word is such an address, perhaps with a port behind it or a full stop.
    fn holds_part(&self, word: &str) -> bool {
        let word = word.trim_end_matches('.');
        let without_port = word.rsplit_once(':').map_or("", |(address, _)| address);
        [word, word.trim_end_matches(':'), without_port]
            .iter()
            .filter_map(|text| text.parse::<IpAddr>().ok())
            .any(|address| {
                address.is_ipv4() == self.from.is_ipv4()
                    && self.from <= address
                    && address <= self.to
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_networks_and_ranges_are_found_in_lines() {
        for (range, line, expected) in [
            ("10.0.3.5", "connection to 10.0.3.5:5432 refused", true),
            ("10.0.3.5", "connection to 10.0.3.50:5432 refused", false),
            ("10.0.0.0/8", "from 10.9.8.7.", true),
            ("10.0.3.2-10.0.3.4", "10.0.3.3", true),
            ("10.0.3.2-10.0.3.4", "10.0.3.5", false),
            ("::1", "peer [::1]:80", true),
            ("0.0.0.0/0", "nothing here", false),
        ] {
            assert_eq!(
                AddressRange::parse(range).unwrap().occurs_in(line),
                expected,
                "{range} {line}"
            );
        }
        for wrong in ["", "10.0.0.0/33", "a", "10.0.0.2-10.0.0.1", "::1/129"] {
            assert!(AddressRange::parse(wrong).is_err(), "{wrong}");
        }
    }
}

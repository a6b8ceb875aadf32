//! How does the same seed make the same world on every machine?
//!
//! In: a seed and the name of what is drawn. Out: numbers, texts and ids. Each name has a sequence of its own, so that editing
//! one table of a scenario leaves the rest of the world as it was. Nothing secret may rest on it, and no clock or system
//! randomness enters. The generator is `SplitMix64` (Steele, Lea, Flood 2014): 64 bits of state, no table, and one seed per
//! sequence is all that is needed. The names are hashed with FNV-1a.

use std::fmt::Write as _;

/// The golden ratio in 64 bits, `SplitMix64`'s step.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// A sequence of numbers that only depends on its seed and name.
#[derive(Debug, Clone)]
pub(super) struct Dice {
    /// State of the generator.
    state: u64,
}

impl Dice {
    /// The sequence called `name` of a world.
    pub(super) fn named(seed: u64, name: &str) -> Self {
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let mut dice = Self {
            state: hash ^ seed.wrapping_mul(STEP),
        };
        dice.next();
        dice
    }

    /// The next 64 bits.
    pub(super) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in `0..n`; 0 where `n` is 0. Its bias is below 2^-32 for the small `n` of a scenario.
    pub(super) fn below(&mut self, n: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(n);
        u64::try_from(wide >> 64).expect("the product of two 64-bit numbers has 128 bits")
    }

    /// An index into something of this length; 0 for an empty one.
    pub(super) fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).expect("less than a usize")
    }

    /// A number in `low..=high`; `low` where they are reversed.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.checked_sub(low).unwrap_or(i64::MAX).max(0);
        let drawn = self.below(span.unsigned_abs() + 1);
        low.saturating_add_unsigned(drawn)
    }

    /// A number in `[0, 1)`.
    pub(super) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A bell-shaped number with mean 0 and standard deviation 1, never beyond 3.5.
    ///
    /// The sum of four uniform numbers: close enough to a normal distribution for noise, bounded, and made of additions
    /// only, so that it is the same to the last bit everywhere.
    pub(super) fn bell(&mut self) -> f64 {
        let sum = self.unit() + self.unit() + self.unit() + self.unit();
        (sum - 2.0) * 3.0_f64.sqrt()
    }

    /// Appends `digits` hexadecimal digits.
    pub(super) fn write_hex(&mut self, digits: usize, out: &mut String) {
        self.write_from(b"0123456789abcdef", digits, out);
    }

    /// Appends a random UUID (version 4).
    pub(super) fn write_uuid(&mut self, out: &mut String) {
        let (high, low) = (self.next(), self.next());
        write!(
            out,
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            (low >> 48) & 0x3fff | 0x8000,
            low & 0xffff_ffff_ffff
        )
        .expect("writing to a string cannot fail");
    }

    /// A random UUID.
    pub(super) fn uuid(&mut self) -> String {
        let mut out = String::with_capacity(36);
        self.write_uuid(&mut out);
        out
    }

    /// A text of `length` characters out of `alphabet`.
    pub(super) fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        let mut out = String::with_capacity(length);
        self.write_from(alphabet, length, &mut out);
        out
    }

    /// Appends `length` characters out of `alphabet`, which is ASCII.
    fn write_from(&mut self, alphabet: &[u8], length: usize, out: &mut String) {
        let mut bits = 0;
        for position in 0..length {
            if position % 8 == 0 {
                bits = self.next();
            }
            let size = alphabet.len().max(1) as u64;
            let pick = usize::try_from((bits & 0xff) % size).expect("below 256");
            out.push(char::from(alphabet[pick]));
            bits >>= 8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_its_own_sequence_and_repeats_it() {
        let draw = |seed, name| Dice::named(seed, name).next();
        assert_eq!(draw(7, "logs"), draw(7, "logs"));
        assert_ne!(draw(7, "logs"), draw(8, "logs"));
        assert_ne!(draw(7, "logs"), draw(7, "metrics"));
    }

    #[test]
    fn numbers_stay_inside_their_bounds_and_reach_them() {
        let mut dice = Dice::named(1, "x");
        let drawn: Vec<i64> = (0..200).map(|_| dice.between(-1, 2)).collect();
        assert!(drawn.iter().all(|n| (-1..=2).contains(n)));
        assert!((-1..=2).all(|n| drawn.contains(&n)));
        assert_eq!(dice.between(i64::MAX, i64::MAX), i64::MAX);
        assert_eq!(dice.below(0), 0);
    }

    #[test]
    fn noise_has_the_spread_that_it_promises() {
        let mut dice = Dice::named(1, "noise");
        let drawn: Vec<f64> = (0..20_000).map(|_| dice.bell()).collect();
        let mean = drawn.iter().sum::<f64>() / 20_000.0;
        let variance = drawn.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 20_000.0;
        assert!(mean.abs() < 0.03, "{mean}");
        assert!((variance.sqrt() - 1.0).abs() < 0.03, "{variance}");
        assert!(drawn.iter().all(|x| x.abs() < 3.5));
    }

    #[test]
    fn ids_look_like_ids() {
        let id = Dice::named(3, "id").uuid();
        assert_eq!(id.len(), 36);
        assert_eq!(&id[14..15], "4");
        assert_eq!(id.matches('-').count(), 4);
    }
}

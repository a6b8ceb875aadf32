//! Hashes of texts and of rows of pieces: quick and the same on every machine; nothing secret rests on them.

/// The start of every hash, and the factor that spreads it: that of rustc's hash, a fraction of pi.
pub(super) const SEED: u64 = 0x517c_c1b7_2722_0a95;

/// Folds a number into a hash.
#[inline]
pub(super) fn mix(hash: u64, value: u64) -> u64 {
    (hash.rotate_left(26) ^ value).wrapping_mul(SEED)
}

/// The hash of a text, eight bytes at a time.
#[inline]
pub(super) fn digest(text: &[u8]) -> u64 {
    let mut hash = text.len() as u64;
    let mut chunks = text.chunks_exact(8);
    for chunk in &mut chunks {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(chunk);
        hash = mix(hash, u64::from_le_bytes(bytes));
    }
    let rest = chunks.remainder().iter();
    mix(hash, rest.fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

/// A hasher for keys that are hashes already.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Hashed(u64);

impl std::hash::Hasher for Hashed {
    fn finish(&self) -> u64 {
        // Maps look at the low bits, and a product's best bits are the high ones.
        self.0.rotate_left(26)
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = mix(self.0, digest(bytes));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

/// A map whose keys are hashes already.
pub(super) type HashedMap<T> =
    std::collections::HashMap<u64, T, std::hash::BuildHasherDefault<Hashed>>;

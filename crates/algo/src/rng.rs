//! Chance for the scheduler: a small generator and a fair order of victims.
//!
//! Wyrand (Wang Yi, public domain): one 64-bit word of state, one multiplication per number, period 2^64. It decides who
//! is robbed first and which select case wins; it is no source of secrets.

/// A wyrand generator. Zero is a valid state, so a zeroed structure holds a working generator.
#[derive(Clone, Debug)]
#[repr(transparent)]
pub struct Rng(u64);

impl Rng {
    /// Same seed, same numbers.
    pub const fn from_seed(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 random bits.
    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0xa076_1d64_78bd_642f);
        let product = u128::from(self.0) * u128::from(self.0 ^ 0xe703_7ed1_a0b4_28db);
        (product >> 64) as u64 ^ product as u64
    }

    /// The next 32 random bits.
    #[inline]
    pub fn next_u32(&mut self) -> u32 {
        (self.next_u64() >> 32) as u32
    }

    /// A number below `n`; 0 when `n` is 0. By multiplication (Lemire): the bias stays below 2^-32.
    #[inline]
    pub fn below(&mut self, n: u32) -> u32 {
        ((u128::from(self.next_u64()) * u128::from(n)) >> 64) as u32
    }
}

/// Visits every number below `n` once, in an order that looks random: a random start and a stride coprime to `n`.
///
/// Every start and every stride is equally likely, so nobody is robbed first more often than others. It costs no
/// memory, unlike a shuffle.
#[derive(Clone, Debug)]
pub struct Order {
    n: u32,
    at: u32,
    stride: u32,
    left: u32,
}

impl Order {
    /// An order over `0..n`.
    pub fn new(n: u32, rng: &mut Rng) -> Self {
        Self {
            n,
            at: rng.below(n),
            stride: coprime_stride(n, rng),
            left: n,
        }
    }
}

impl Iterator for Order {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        self.left = self.left.checked_sub(1)?;
        let here = self.at;
        let room = self.n - here; // `at + stride` modulo n, without overflow
        self.at = if self.stride >= room {
            self.stride - room
        } else {
            here + self.stride
        };
        Some(here)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left as usize, Some(self.left as usize))
    }
}

impl ExactSizeIterator for Order {}

/// A stride below `n` (1 when n is 1), uniform among those coprime to it. At least a fifth of all numbers are, so a few
/// draws do.
fn coprime_stride(n: u32, rng: &mut Rng) -> u32 {
    if n <= 2 {
        return 1;
    }
    loop {
        let stride = 1 + rng.below(n - 1);
        if gcd(stride, n) == 1 {
            return stride;
        }
    }
}

fn gcd(mut a: u32, mut b: u32) -> u32 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec;
    use std::vec::Vec;

    #[test]
    fn order_visits_everyone_once() {
        let mut rng = Rng::from_seed(1);
        for n in (0..300).chain([1 << 20]) {
            let mut seen: Vec<u32> = Order::new(n, &mut rng).collect();
            seen.sort_unstable();
            assert!(seen.into_iter().eq(0..n), "n = {n}");
        }
    }

    #[test]
    fn order_does_not_overflow_at_the_top_of_u32() {
        let mut rng = Rng::from_seed(2);
        assert!(
            Order::new(u32::MAX, &mut rng)
                .take(1000)
                .all(|i| i < u32::MAX)
        );
    }

    #[test]
    fn everyone_is_first_and_second_about_equally_often() {
        const N: usize = 12;
        let mut rng = Rng::from_seed(3);
        let (mut first, mut second) = (vec![0; N], vec![0; N]);
        for _ in 0..120_000 {
            let mut order = Order::new(N as u32, &mut rng);
            first[order.next().unwrap() as usize] += 1;
            second[order.next().unwrap() as usize] += 1;
        }
        for count in first.into_iter().chain(second) {
            assert!((9_300..10_700).contains(&count), "{count} of 120000");
        }
    }

    #[test]
    fn below_stays_below_and_reaches_all() {
        let mut rng = Rng::from_seed(4);
        let mut seen = [false; 7];
        (0..200).for_each(|_| seen[rng.below(7) as usize] = true);
        assert_eq!(seen, [true; 7]);
        assert_eq!((rng.below(0), rng.below(1)), (0, 0));
    }

    #[test]
    fn bits_are_balanced_even_from_a_zero_seed() {
        let mut rng = Rng::from_seed(0);
        let mut ones = [0u32; 64];
        for _ in 0..10_000 {
            let x = rng.next_u64();
            ones.iter_mut()
                .enumerate()
                .for_each(|(bit, n)| *n += (x >> bit & 1) as u32);
        }
        assert!(ones.iter().all(|n| (4_700..5_300).contains(n)), "{ones:?}");
    }
}

//! Hadamard matrices: square, of signs, with orthogonal rows.
//!
//! # Rule
//! Powers of 2 by Sylvester's doubling; q + 1 for prime powers q = 3 (mod 4) and 2(q + 1) for prime
//! powers q = 1 (mod 4) after Paley, from the quadratic residues of the field of q
//! elements; products of two orders by Kronecker's product. The first row and column are made positive, so every
//! other row sums to 0.
//!
//! # References
//! Paley (1933) *J. Math. Phys.* 12, 311; Hedayat & Wallis (1978) *Ann. Statist.*
//! 6, 1184; Wolter (2007) app. A. R survey 4.5 `hadamard` knows fewer orders.

use super::ReplicateError;
use crate::error::Error;

/// Rows at most: a matrix of 4096 has 16 million signs.
pub(super) const LARGEST: usize = 4096;

/// A Hadamard matrix with a positive first row and column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hadamard {
    order: usize,
    signs: Vec<i8>,
}

impl Hadamard {
    /// The smallest one that can be made with at least so many rows.
    pub(super) fn at_least(rows: usize) -> Result<Self, Error> {
        let order = (rows.max(1)..=LARGEST).find(|&order| Plan::of(order).is_some());
        let made = order.and_then(Self::of_order);
        made.ok_or_else(|| ReplicateError::NoHadamardMatrix { order: rows, limit: LARGEST }.into())
    }

    /// One of exactly this order, if there is a construction.
    pub(super) fn of_order(order: usize) -> Option<Self> {
        let mut made = Plan::of(order)?.build(order)?;
        made.normalise();
        Some(made)
    }

    pub(super) fn order(&self) -> usize {
        self.order
    }

    pub(super) fn at(&self, row: usize, column: usize) -> f64 {
        f64::from(self.signs[row * self.order + column])
    }

    fn from_fn(order: usize, sign: impl Fn(usize, usize) -> i8) -> Self {
        let cells = (0..order).flat_map(|row| (0..order).map(move |column| (row, column)));
        Self { order, signs: cells.map(|(row, column)| sign(row, column)).collect() }
    }

    fn sign(&self, row: usize, column: usize) -> i8 {
        self.signs[row * self.order + column]
    }

    fn normalise(&mut self) {
        let columns = Self::from_fn(self.order, |r, c| self.sign(r, c) * self.sign(0, c));
        *self = Self::from_fn(self.order, |r, c| columns.sign(r, c) * columns.sign(r, 0));
    }

    fn kronecker(one: &Self, two: &Self) -> Self {
        let n = two.order;
        Self::from_fn(one.order * n, |row, column| {
            one.sign(row / n, column / n) * two.sign(row % n, column % n)
        })
    }

    /// Order q + 1, q = 3 (mod 4): 1 + a skew matrix of residues.
    fn paley_one(field: &Residues) -> Self {
        Self::from_fn(field.size + 1, |row, column| match (row, column) {
            (0, _) => 1,
            (_, 0) => -1,
            (row, column) if row == column => 1,
            (row, column) => field.of_difference(row - 1, column - 1),
        })
    }

    /// Order 2(q + 1), q = 1 (mod 4): a symmetric conference matrix, each sign a
    /// block of four.
    fn paley_two(field: &Residues) -> Self {
        let conference = |row: usize, column: usize| match (row, column) {
            (row, column) if row == column => 0,
            (0, _) | (_, 0) => 1,
            (row, column) => field.of_difference(row - 1, column - 1),
        };
        Self::from_fn(2 * (field.size + 1), |row, column| {
            let corner = (row % 2, column % 2);
            match conference(row / 2, column / 2) {
                0 => {
                    if corner == (0, 0) {
                        1
                    } else {
                        -1
                    }
                }
                sign => {
                    if corner == (1, 1) {
                        -sign
                    } else {
                        sign
                    }
                }
            }
        })
    }
}

/// How an order is made.
enum Plan {
    One,
    Two,
    PaleyOne,
    PaleyTwo,
    Product(usize),
}

impl Plan {
    fn of(order: usize) -> Option<Self> {
        match order {
            0 => return None,
            1 => return Some(Self::One),
            2 => return Some(Self::Two),
            _ if !order.is_multiple_of(4) => return None,
            _ if order.is_power_of_two() => return Some(Self::Product(2)),
            _ => {}
        }
        if prime_power(order - 1).is_some() {
            return Some(Self::PaleyOne);
        }
        if (order / 2 - 1) % 4 == 1 && prime_power(order / 2 - 1).is_some() {
            return Some(Self::PaleyTwo);
        }
        let factors = (2..).take_while(|factor| factor * factor <= order);
        let mut factors = factors.filter(|factor| order.is_multiple_of(*factor));
        let made = |factor: &usize| Self::of(*factor).and(Self::of(order / *factor)).is_some();
        factors.find(made).map(Self::Product)
    }

    fn build(&self, order: usize) -> Option<Hadamard> {
        match self {
            Self::One => Some(Hadamard { order: 1, signs: vec![1] }),
            Self::Two => Some(Hadamard { order: 2, signs: vec![1, 1, 1, -1] }),
            Self::PaleyOne => Some(Hadamard::paley_one(&Residues::new(order - 1)?)),
            Self::PaleyTwo => Some(Hadamard::paley_two(&Residues::new(order / 2 - 1)?)),
            Self::Product(factor) => {
                let one = Self::of(*factor)?.build(*factor)?;
                let two = Self::of(order / factor)?.build(order / factor)?;
                Some(Hadamard::kronecker(&one, &two))
            }
        }
    }
}

/// The prime of an odd prime power, and the power.
fn prime_power(number: usize) -> Option<(usize, u32)> {
    let mut small = (2..).take_while(|factor| factor * factor <= number);
    let prime = small.find(|factor| number.is_multiple_of(*factor)).unwrap_or(number);
    let (mut rest, mut power) = (number, 0);
    while prime > 2 && rest.is_multiple_of(prime) {
        rest /= prime;
        power += 1;
    }
    (rest == 1 && power > 0).then_some((prime, power))
}

/// Which elements of a finite field are squares. An element is the number whose
/// digits to the base p are the coefficients of its polynomial.
struct Residues {
    size: usize,
    prime: usize,
    sign: Vec<i8>,
}

impl Residues {
    fn new(size: usize) -> Option<Self> {
        let (prime, power) = prime_power(size)?;
        let top = prime.pow(power - 1);
        // Times x: digits move up, and x to the power is put as `rest`.
        let times_x = |element: usize, rest: usize| {
            let (head, tail) = (element / top, element % top);
            add(tail * prime, rest, head, prime)
        };
        let generates = |rest: &usize| {
            let mut element = times_x(1, *rest);
            let mut order = 1;
            while element > 1 && order < size {
                element = times_x(element, *rest);
                order += 1;
            }
            element == 1 && order == size - 1
        };
        let rest = (1..size).find(generates)?;
        let mut sign = vec![0; size];
        let mut element = 1;
        for exponent in 0..size - 1 {
            sign[element] = if exponent % 2 == 0 { 1 } else { -1 };
            element = times_x(element, rest);
        }
        Some(Self { size, prime, sign })
    }

    /// 1 where the difference is a square, -1 where it is none, 0 where it is 0.
    fn of_difference(&self, one: usize, two: usize) -> i8 {
        self.sign[add(one, two, self.prime - 1, self.prime)]
    }
}

/// `one + times · two`, digit by digit modulo the prime.
fn add(one: usize, two: usize, times: usize, prime: usize) -> usize {
    let (mut one, mut two, mut place, mut sum) = (one, two, 1, 0);
    while one > 0 || two > 0 {
        sum += (one % prime + times * (two % prime)) % prime * place;
        (one, two, place) = (one / prime, two / prime, place * prime);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows_are_orthogonal(matrix: &Hadamard) -> bool {
        let n = matrix.order();
        let product = |a: usize, b: usize| -> f64 {
            (0..n).map(|column| matrix.at(a, column) * matrix.at(b, column)).sum()
        };
        (0..n).all(|a| (0..=a).all(|b| product(a, b) == if a == b { n as f64 } else { 0.0 }))
    }

    #[test]
    fn all_orders_up_to_200_but_six_are_made() {
        let mut missing = Vec::new();
        for order in (4..=200).step_by(4) {
            match Hadamard::of_order(order) {
                Some(matrix) => assert!(rows_are_orthogonal(&matrix), "{order}"),
                None => missing.push(order),
            }
        }
        // Paley's list lacks the first three too; Williamson's construction has them.
        assert_eq!(missing, [92, 116, 156, 172, 184, 188]);
    }

    #[test]
    fn fields_of_prime_powers_serve_as_well() {
        // 27 + 1, 2(9 + 1), 2(25 + 1), 2(49 + 1), 243 + 1, 2(125 + 1), 12 · 20.
        for order in [28, 20, 52, 100, 244, 252, 240] {
            let matrix = Hadamard::of_order(order).unwrap();
            assert!(rows_are_orthogonal(&matrix), "{order}");
            assert!((0..order).all(|at| matrix.at(0, at) == 1.0 && matrix.at(at, 0) == 1.0));
        }
    }

    #[test]
    fn the_smallest_order_is_taken() {
        let order = |rows| Hadamard::at_least(rows).unwrap().order();
        assert_eq!([1, 2, 3, 5, 16, 17, 89].map(order), [1, 2, 4, 8, 16, 20, 96]);
        let refused = Hadamard::at_least(LARGEST + 1).unwrap_err();
        assert_eq!(refused.code(), "GKO-S170");
    }
}

//! Numbers that are known exactly, within bounds, or from below only.

/// Inclusive range of non-negative numbers (bytes, references); no upper bound where `hi` is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Interval {
    /// Least possible value.
    pub lo: u64,
    /// Greatest possible value, or `None` when it is open.
    pub hi: Option<u64>,
}

impl Interval {
    /// Everything is possible.
    pub const ANY: Interval = Interval { lo: 0, hi: None };

    /// Just this value.
    pub fn exactly(value: u64) -> Self {
        Self {
            lo: value,
            hi: Some(value),
        }
    }

    /// `lo` to `hi`, both included.
    pub fn between(lo: u64, hi: u64) -> Self {
        debug_assert!(lo <= hi);
        Self { lo, hi: Some(hi) }
    }

    /// `lo` or more.
    pub fn at_least(lo: u64) -> Self {
        Self { lo, hi: None }
    }

    /// The one possible value, if there is just one.
    pub fn exact(self) -> Option<u64> {
        (self.hi == Some(self.lo)).then_some(self.lo)
    }

    /// The least interval that holds both.
    pub fn join(self, other: Self) -> Self {
        Self {
            lo: self.lo.min(other.lo),
            hi: self.hi.zip(other.hi).map(|(a, b)| a.max(b)),
        }
    }

    /// Sums of a value of each.
    pub fn plus(self, other: Self) -> Self {
        Self {
            lo: self.lo.saturating_add(other.lo),
            hi: self.hi.zip(other.hi).map(|(a, b)| a.saturating_add(b)),
        }
    }
}

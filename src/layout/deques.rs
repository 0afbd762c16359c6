//! `collections.deque`: blocks of 64 items. Mirrors `Modules/_collectionsmodule.c`, where the number of blocks follows
//! from the place of the first item in its block and the length.

use super::Layout;

const BLOCK: u64 = 64;
const BLOCK_BYTES: u64 = 528;
/// Where an empty deque begins, so that it can grow in both directions.
const CENTER: u64 = 32;

/// The blocks of a deque, with its history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DequeBlocks {
    left: u64,
    len: u64,
}

impl DequeBlocks {
    /// `deque()`.
    pub const EMPTY: DequeBlocks = DequeBlocks {
        left: CENTER,
        len: 0,
    };

    /// `deque(iterable)` of n items.
    pub fn of_iterable(n: u64) -> DequeBlocks {
        DequeBlocks::EMPTY.extend(n)
    }

    /// Number of items.
    pub fn len(self) -> u64 {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    /// After `append`. With a full `maxlen`, `popleft` follows.
    pub fn append(self) -> DequeBlocks {
        DequeBlocks {
            len: self.len + 1,
            ..self
        }
    }

    /// After `extend` or `+=` by n items (fewer than `maxlen` allows).
    pub fn extend(self, n: u64) -> DequeBlocks {
        // An empty one starts at the left then, even if nothing comes.
        let left = if self.len == 0 { 1 } else { self.left };
        DequeBlocks {
            left,
            len: self.len + n,
        }
    }

    /// After `appendleft`. With a full `maxlen`, `pop` follows.
    pub fn appendleft(self) -> DequeBlocks {
        DequeBlocks {
            left: (self.left + BLOCK - 1) % BLOCK,
            len: self.len + 1,
        }
    }

    /// After `extendleft` by n items.
    pub fn extendleft(self, n: u64) -> DequeBlocks {
        let left = if self.len == 0 { BLOCK - 1 } else { self.left };
        DequeBlocks {
            left: (left + BLOCK - n % BLOCK) % BLOCK,
            len: self.len + n,
        }
    }

    /// After `pop` of a deque that is not empty.
    pub fn pop(self) -> DequeBlocks {
        let len = self.len.saturating_sub(1);
        DequeBlocks {
            left: if len == 0 && self.left == 0 {
                CENTER
            } else {
                self.left
            },
            len,
        }
    }

    /// After `popleft` of a deque that is not empty.
    pub fn popleft(self) -> DequeBlocks {
        let len = self.len.saturating_sub(1);
        let left = match self.left + 1 {
            BLOCK if len == 0 => CENTER,
            BLOCK => 0,
            left => left,
        };
        DequeBlocks { left, len }
    }

    /// After `clear()`, which does nothing to an empty one.
    pub fn clear(self) -> DequeBlocks {
        if self.len == 0 {
            self
        } else {
            DequeBlocks::EMPTY
        }
    }

    /// `d.copy()`, `copy.copy(d)`.
    pub fn copied(self, layout: &Layout) -> DequeBlocks {
        match self.len {
            0 if layout.features().deque_copy_of_empty_is_centered => DequeBlocks::EMPTY,
            1 => DequeBlocks::EMPTY.append(),
            len => DequeBlocks::of_iterable(len),
        }
    }
}

impl Layout {
    /// Size of a `deque`.
    pub fn deque_size(&self, blocks: DequeBlocks) -> u64 {
        self.features().deque_header
            + BLOCK_BYTES * (blocks.left + blocks.len).div_ceil(BLOCK).max(1)
    }
}

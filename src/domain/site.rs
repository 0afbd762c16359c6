//! Places of the program that objects and events come from.

use crate::hir::{ExprId, StmtId};

/// An expression or statement of an item, or nowhere (what CPython itself made).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Site {
    item: u32,
    node: u32,
}

/// What a [`Site`] points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node {
    /// An expression.
    Expr(ExprId),
    /// A statement.
    Stmt(StmtId),
}

impl Default for Site {
    fn default() -> Self {
        Self::NONE
    }
}

impl Site {
    const STMT: u32 = 1 << 31;
    /// Made by CPython itself.
    pub const NONE: Site = Site {
        item: u32::MAX,
        node: 0,
    };

    /// This site, or `other` where it is none.
    pub fn or(self, other: Site) -> Site {
        if self == Self::NONE { other } else { self }
    }

    /// An expression of an item.
    pub fn expr(item: u32, id: ExprId) -> Self {
        Site { item, node: id.0 }
    }

    /// A statement of an item.
    pub fn stmt(item: u32, id: StmtId) -> Self {
        Site {
            item,
            node: id.0 | Self::STMT,
        }
    }

    /// Item and node, if it is anywhere.
    pub fn get(self) -> Option<(u32, Node)> {
        if self == Self::NONE {
            return None;
        }
        let node = if self.node & Self::STMT != 0 {
            Node::Stmt(StmtId(self.node & !Self::STMT))
        } else {
            Node::Expr(ExprId(self.node))
        };
        Some((self.item, node))
    }
}

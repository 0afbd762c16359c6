//! heaplight: what Python objects are on CPython's heap, read off the source.
#![forbid(unsafe_code)]

pub mod base;
pub mod cli;
mod disk;
pub mod domain;
pub mod engine;
pub mod facts;
pub mod hir;
pub mod ide;
pub mod interp;
pub mod layout;
pub mod limits;
pub mod lsp;
pub mod report;
pub mod rules;
pub mod syntax;
pub mod text;

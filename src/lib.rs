//! heaplight: what Python objects are on CPython's heap, read off the source.
#![forbid(unsafe_code)]

pub mod base;
pub mod limits;
pub mod text;
pub mod layout;
pub mod syntax;
pub mod hir;
pub mod domain;
pub mod interp;
pub mod facts;
pub mod engine;
pub mod rules;
pub mod ide;
pub mod report;
pub mod lsp;
pub mod cli;

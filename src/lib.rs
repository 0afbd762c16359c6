//! heaplight: what Python objects are on CPython's heap, read off the source.
#![forbid(unsafe_code)]

pub mod base;
pub mod layout;
pub mod syntax;
pub mod hir;
pub mod domain;
pub mod interp;
pub mod limits;
pub mod facts;
pub mod cli;

//! heaplight: what Python objects are on CPython's heap, read off the source.
#![forbid(unsafe_code)]

pub mod base;
pub mod cli;
pub mod hir;
pub mod layout;

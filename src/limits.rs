//! Every cap and threshold, with its reason. A limit that is hit loses claims, never makes a false one.

/// Steps (statements and expressions) that a file may take before loops widen at once and calls are not followed: about
/// a fifth of a second of work, so that no file stalls an editor.
pub const FUEL: u64 = 600_000;

/// Steps for a function that is analysed with unknown arguments: enough for its own text and the calls it makes.
pub const FUEL_PER_FUNCTION: u64 = 4_000;

/// Calls within calls that are followed. Recursion deeper than this is rare in programs whose values are known, and each
/// level costs native stack.
pub const CALL_DEPTH: usize = 120;

/// Rounds of a loop that are executed one by one. Beyond, the loop is joined and widened.
pub const ROUNDS: u32 = 2_000;

/// Rounds in which a loop may settle before everything it changes is forgotten. Each round strictly loses knowledge, so
/// the cap is only a safeguard.
pub const SETTLING_ROUNDS: u32 = 40;

/// Kinds of exceptions that one `try` keeps apart; more are joined.
pub const RAISES: usize = 6;

/// Items of a container built by repetition or from a range that are kept one by one.
pub const ITEMS: usize = 4_096;

/// Objects that a search for garbage or for a copy's common parts looks at before it gives up.
pub const GRAPH: usize = 2_000;

/// Bits of an integer that is still computed.
pub const INT_BITS: u64 = 100_000;

/// Characters of a string that is still computed.
pub const STR_CHARS: usize = 1_000_000;

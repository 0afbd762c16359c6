//! Names of the builtins module.

use super::machine::Machine;
use crate::base::Name;
use crate::domain::atoms::{ELLIPSIS, FALSE, NONE, NOT_IMPLEMENTED, TRUE, UNKNOWN};
use crate::domain::{B, ObjId};

/// Functions of the builtins module that are no types.
const FUNCTIONS: &[&str] = &[
    "__build_class__",
    "__import__",
    "abs",
    "aiter",
    "all",
    "anext",
    "any",
    "ascii",
    "bin",
    "breakpoint",
    "callable",
    "chr",
    "compile",
    "copyright",
    "credits",
    "delattr",
    "dir",
    "divmod",
    "eval",
    "exec",
    "exit",
    "format",
    "getattr",
    "globals",
    "hasattr",
    "hash",
    "help",
    "hex",
    "id",
    "input",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "license",
    "locals",
    "max",
    "min",
    "next",
    "oct",
    "open",
    "ord",
    "pow",
    "print",
    "quit",
    "repr",
    "round",
    "setattr",
    "sorted",
    "sum",
    "vars",
];

/// Types and exceptions of the builtins module that the machine does not know.
const OTHER_TYPES: &[&str] = &[
    "BaseExceptionGroup",
    "ExceptionGroup",
    "BlockingIOError",
    "BrokenPipeError",
    "BytesWarning",
    "ChildProcessError",
    "ConnectionAbortedError",
    "ConnectionRefusedError",
    "ConnectionResetError",
    "EncodingWarning",
    "EnvironmentError",
    "FutureWarning",
    "IOError",
    "ImportWarning",
    "IndentationError",
    "InterruptedError",
    "IsADirectoryError",
    "NotADirectoryError",
    "PendingDeprecationWarning",
    "ProcessLookupError",
    "PythonFinalizationError",
    "ResourceWarning",
    "SyntaxWarning",
    "TabError",
    "UnicodeTranslateError",
    "UnicodeWarning",
    "__debug__",
    "__loader__",
    "__spec__",
    "__package__",
    "__doc__",
    "__file__",
    "__cached__",
    "__annotations__",
];

impl Machine<'_> {
    /// What a name means that no namespace of the program has.
    pub(super) fn builtin(&mut self, name: Name) -> Option<ObjId> {
        if let Some(&id) = self.builtins.get(&name) {
            return Some(id);
        }
        let text = self.names.shared(name);
        let id = match &*text {
            "None" => NONE,
            "True" => TRUE,
            "False" => FALSE,
            "Ellipsis" => ELLIPSIS,
            "NotImplemented" => NOT_IMPLEMENTED,
            "__debug__" => TRUE,
            "__name__" => match self.p.world {
                super::machine::World::Script => self.atoms.str("__main__"),
                super::machine::World::Module => self.some(B::Str),
            },
            text if FUNCTIONS.contains(&text) => self.atoms.function(&format!("builtins.{text}")),
            text if OTHER_TYPES.contains(&text) => UNKNOWN,
            text => match builtin_type(text) {
                Some(ty) => self.atoms.ty(ty),
                None if self.p.constants.has_star_import() => UNKNOWN,
                None => return None,
            },
        };
        self.builtins.insert(name, id);
        Some(id)
    }
}

/// The type that is a builtin under this name.
fn builtin_type(name: &str) -> Option<B> {
    let ty = B::named(name)?;
    let is_builtin = ty.is_exception()
        || matches!(
            ty,
            B::Object
                | B::Type
                | B::Bool
                | B::Int
                | B::Float
                | B::Complex
                | B::Str
                | B::Bytes
                | B::ByteArray
                | B::Tuple
                | B::List
                | B::Dict
                | B::Set
                | B::FrozenSet
                | B::Range
                | B::Slice
                | B::Property
                | B::StaticMethod
                | B::ClassMethod
                | B::Super
                | B::MemoryView
                | B::Enumerate
                | B::Zip
                | B::Map
                | B::Filter
                | B::Reversed
        );
    is_builtin.then_some(ty)
}

//! What leaves the file, or reaches into it.

use super::walk::Access;
use super::{Cx, Surroundings};
use crate::base::Span;
use crate::hir::Expr;

/// Modules of the standard library that set no attributes on the objects they are given, and look into no `__dict__`.
const HARMLESS: [&str; 45] = [
    "__future__",
    "abc",
    "argparse",
    "array",
    "asyncio",
    "bisect",
    "calendar",
    "cmath",
    "collections",
    "collections.abc",
    "concurrent.futures",
    "contextlib",
    "copy",
    "csv",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "gc",
    "hashlib",
    "heapq",
    "io",
    "itertools",
    "json",
    "keyword",
    "math",
    "numbers",
    "operator",
    "os",
    "os.path",
    "pathlib",
    "random",
    "re",
    "secrets",
    "statistics",
    "string",
    "struct",
    "sys",
    "textwrap",
    "threading",
    "time",
    "typing",
    "weakref",
];

/// Modules that write down an object's state.
const PICKLING: [&str; 5] = ["pickle", "shelve", "copyreg", "multiprocessing", "marshal"];

impl<'a> Cx<'a> {
    pub(super) fn surroundings(&self) -> Surroundings {
        let mut out = Surroundings::default();
        for module in &self.bindings.imports {
            match module.as_str() {
                "weakref" => out.weakref = true,
                "tracemalloc" | "resource" => out.measures = out.measures.or(Some(Span::default())),
                _ => {}
            }
            if PICKLING.contains(&module.as_str()) {
                out.pickle.get_or_insert_with(|| module.clone());
            } else if !HARMLESS.contains(&module.as_str())
                && module != "tracemalloc"
                && module != "resource"
            {
                out.foreign.get_or_insert_with(|| module.clone());
            }
        }
        if self.bindings.anything {
            out.foreign.get_or_insert_with(|| "*".to_owned());
        }
        let mut dynamic = |at: Span, what: &str| {
            if out
                .dynamic
                .as_ref()
                .is_none_or(|(first, _)| at.start < first.start)
            {
                out.dynamic = Some((at, what.to_owned()));
            }
        };
        for used in &self.walk.attrs {
            match self.names.text(used.attr) {
                "__dict__" | "__class__" if used.access != Access::Load => {
                    dynamic(used.span, self.names.text(used.attr))
                }
                "__dict__" => dynamic(used.span, "__dict__"),
                "__setattr__" | "__delattr__" => {
                    // On an instance in one of its own methods: looked at there.
                }
                "getsizeof" => out.measures = out.measures.or(Some(used.span)),
                _ => {}
            }
        }
        let risky = [
            "exec",
            "eval",
            "globals",
            "locals",
            "vars",
            "setattr",
            "delattr",
            "__import__",
            "compile",
            "dir",
        ];
        for call in &self.walk.calls {
            let code = self.item(call.at.item);
            let Expr::Call { func, .. } = code.expr(call.call) else {
                continue;
            };
            if let Some(path) = self.bindings.path(code, *func, self.names) {
                if let Some(name) = path
                    .strip_prefix("builtins.")
                    .filter(|name| risky.contains(name))
                {
                    dynamic(call.span, name);
                }
                if path == "sys.getsizeof" {
                    out.measures = out.measures.or(Some(call.span));
                }
            }
        }
        for bare in &self.walk.bare {
            let name = self.names.text(bare.name);
            if risky.contains(&name) && self.bindings.get(bare.name).is_none() {
                dynamic(bare.span, name);
            }
        }
        out
    }
}

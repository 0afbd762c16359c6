//! From text and parse tree to lowered code.
//!
//! One [`Item`] for each top-level statement of the tree; an item whose text was lowered before is taken over. The tree
//! gives the nesting of statements and carries on behind errors; what a statement or header consists of is read from the
//! text by CPython's own rules (`lex`, `expr`, `stmt`, `pattern`), and has to agree with the tree (`block`). Where it
//! does not, the statement becomes [`Stmt::Error`](super::Stmt::Error) and the item is broken.

mod block;
mod encoding;
mod expr;
mod fstring;
mod lex;
mod number;
mod params;
mod pattern;
mod pieces;
mod reader;
mod scope;
mod shape;
mod stmt;
mod strings;

use std::sync::Arc;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_128_with_seed;

use self::pieces::Lowered;
pub use self::pieces::{Pieces, lower_text, split};
use self::reader::{Fault, Reader};
use self::shape::Shape;
use super::body::{Alias, Expr, Stmt};
use super::unit::{File, Item, PlacedItem, Problem};
use crate::base::{Names, Span};
use crate::syntax::{Kind, Node, Tree};

/// The oldest grammar that is told apart: 3.8.
pub(super) const OLDEST_MINOR: u8 = 8;

/// What CPython says of a NUL, wherever it stands.
const NUL: &str = "source code cannot contain null bytes";

/// Keeps items that were not read apart from the same text where it was.
const UNREAD: u64 = 1 << 63;

/// Lowers `text`, of which `tree` is the parse. Items are shared with `old` where their text is the same; `names` must
/// then be the ones that `old` was lowered with.
pub fn lower(text: &str, tree: &Tree, names: &mut Names, old: Option<&File>) -> File {
    let mut reading = Reading::new(names, old);
    if let Some((span, name)) = encoding::foreign(text) {
        let message = format!("it declares the encoding {name}: declare UTF-8, which it is");
        reading.file.problems.push(Problem { span, message });
        let places = places(text, tree);
        reading.file.items = places.iter().map(|place| unread(text, place)).collect();
        return reading.file;
    }
    for lowered in reading.items(text, tree) {
        reading.put(0, &lowered);
    }
    reading.finish(text)
}

/// An item of which nothing is known but where it stands.
fn unread(text: &str, place: &Place<'_>) -> PlacedItem {
    let mut item = Item {
        is_broken: true,
        min_minor: OLDEST_MINOR,
        ..Item::default()
    };
    item.stmts.push(Stmt::Error);
    item.stmt_spans
        .push(Span::new(0, place.span.end - place.span.start));
    item.body.push(super::body::StmtId(0));
    let bytes = &text.as_bytes()[place.span.start as usize..place.span.end as usize];
    PlacedItem {
        start: place.span.start,
        hash: xxh3_128_with_seed(bytes, UNREAD),
        item: Arc::new(item),
    }
}

/// A file while it is read.
struct Reading<'a> {
    names: &'a mut Names,
    known: FxHashMap<u128, Arc<Item>>,
    file: File,
    /// What comes next may be of the statements at the head of a file.
    in_head: bool,
}

impl<'a> Reading<'a> {
    fn new(names: &'a mut Names, old: Option<&File>) -> Self {
        let placed = old.into_iter().flat_map(|file| &file.items);
        // What exactly is wrong with a broken one may depend on what stands around it.
        let whole = placed.filter(|placed| !placed.item.is_broken);
        Reading {
            names,
            known: whole
                .map(|placed| (placed.hash, Arc::clone(&placed.item)))
                .collect(),
            file: File {
                min_minor: OLDEST_MINOR,
                ..File::default()
            },
            in_head: true,
        }
    }

    /// The items of a text.
    fn items(&mut self, text: &str, tree: &Tree) -> Vec<Lowered> {
        let mut found = Vec::new();
        // An import of the future holds from the next statement on.
        let mut future_annotations = self.file.future_annotations;
        for place in places(text, tree) {
            let bytes = &text.as_bytes()[place.span.start as usize..place.span.end as usize];
            let seed = place.fits.seed() | u64::from(future_annotations) << 3;
            let hash = xxh3_128_with_seed(bytes, seed);
            let item = match self.known.get(&hash) {
                Some(item) => Arc::clone(item),
                None => Arc::new(lower_item(text, &place, self.names, future_annotations)),
            };
            if self.in_head && imports_annotations(&item, self.names) {
                future_annotations = true;
            }
            found.push(Lowered {
                start: place.span.start,
                hash,
                item,
            });
        }
        found
    }

    /// The next item of the file, of a text that begins at `base`.
    fn put(&mut self, base: u32, lowered: &Lowered) {
        let item = &lowered.item;
        let start = base + lowered.start;
        let file = &mut self.file;
        file.min_minor = file.min_minor.max(item.min_minor);
        file.problems
            .extend(item.problems.iter().map(|problem| Problem {
                span: problem.span.shifted(start),
                message: problem.message.clone(),
            }));
        if self.in_head {
            self.in_head = read_head(file, item, self.names);
        }
        file.items.push(PlacedItem {
            start,
            hash: lowered.hash,
            item: Arc::clone(item),
        });
    }

    fn finish(self, text: &str) -> File {
        let mut file = self.file;
        // One in a comment is refused as well.
        if file.problems.is_empty()
            && let Some(at) = memchr::memchr(0, text.as_bytes())
        {
            file.problems.push(Problem {
                span: Span::new(at as u32, at as u32 + 1),
                message: NUL.to_owned(),
            });
        }
        file
    }
}

/// A top-level node of the tree.
struct Place<'tree> {
    node: Shape<'tree>,
    span: Span,
    fits: Fits,
}

/// What lowering an item depends on beyond its own text.
#[derive(Clone, Copy)]
struct Fits {
    /// It begins where a top-level statement may.
    begins_well: bool,
    /// What follows lets a statement end there.
    ends_well: bool,
    /// What the parser took it for: where it recovers from an error elsewhere, a statement may be part of another.
    kind: Kind,
    /// The parser recovered from an error in it.
    has_error: bool,
}

impl Fits {
    fn seed(self) -> u64 {
        u64::from(self.begins_well)
            | u64::from(self.ends_well) << 1
            | u64::from(self.has_error) << 2
            | (self.kind as u64) << 4
    }
}

fn places<'tree>(text: &str, tree: &'tree Tree) -> Vec<Place<'tree>> {
    let bytes = text.as_bytes();
    let mut places = Vec::new();
    let mut nodes = tree.root().children();
    let holds_statements = |node: &Node<'_>| {
        let inner = node.children();
        inner.iter().any(|inner| inner.kind().is_statement())
    };
    if nodes
        .iter()
        .any(|node| node.kind() == Kind::Error && holds_statements(node))
    {
        nodes = nodes.into_iter().flat_map(opened).collect();
    }
    for node in shape::put_right(nodes, text) {
        let mut span = node.span();
        if span.is_empty()
            || span.end as usize > bytes.len()
            || bytes[span.start as usize..span.end as usize] == *b";"
        {
            continue;
        }
        let at = span.start as usize;
        let on_its_own = lex::indentation(bytes, at) == Some((0, 0));
        let begins_well = on_its_own
            || lex::follows_semicolon(bytes, at)
                && matches!(node.kind(), Kind::Simple | Kind::Error)
                && !places.is_empty();
        let ends_well = lex::ends_statement(bytes, span.end as usize);
        // A semicolon behind the last statement of a block belongs to the block.
        if !matches!(node.kind(), Kind::Simple | Kind::Error)
            && let Some(at) = lex::after_blanks(bytes, span.end as usize)
            && bytes.get(at) == Some(&b';')
        {
            span.end = at as u32 + 1;
        }
        places.push(Place {
            node,
            span,
            fits: Fits {
                begins_well,
                ends_well,
                kind: node.kind(),
                has_error: node.has_error(),
            },
        });
    }
    places
}

/// The statements in an error node, if there are any at the start of a line, with the rest of it as it is.
fn opened(node: Node<'_>) -> Vec<Node<'_>> {
    match node.kind() {
        Kind::Error => node.children(),
        _ => vec![node],
    }
}

fn lower_item(text: &str, place: &Place<'_>, names: &mut Names, future_annotations: bool) -> Item {
    let mut reader = Reader::new(text, names, place.span, place.fits.ends_well);
    let start = place.span.start;
    let bytes = &text.as_bytes()[start as usize..place.span.end as usize];
    let fault = match memchr::memchr(0, bytes) {
        Some(at) => Some((start + at as u32, NUL)),
        None => (!place.fits.begins_well).then_some((start, "invalid syntax")),
    };
    let stmt = match fault {
        None => reader.statement(place.node),
        Some((at, message)) => reader.refuse(place.node, Fault { at, message }),
    };
    reader.item.body.push(stmt);
    let mut item = reader.item;
    scope::resolve(&mut item, names, future_annotations);
    item.namespace = super::namespace::uses(&item, names);
    item
}

/// What one of the first statements says of the file; whether the next one may have something to say too.
fn read_head(file: &mut File, item: &Item, names: &Names) -> bool {
    let Some(&first) = item.body.first() else {
        return true;
    };
    match item.stmt(first) {
        Stmt::Expr(value) if file.items.is_empty() && item.expr(*value).is_str() => {
            file.has_docstring = true;
            true
        }
        Stmt::ImportFrom {
            module: Some(module),
            names: aliases,
            level: 0,
        } if names.text(*module) == "__future__" => {
            file.future_annotations |= asks_for_annotations(aliases, names);
            true
        }
        _ => false,
    }
}

fn asks_for_annotations(aliases: &[Alias], names: &Names) -> bool {
    aliases
        .iter()
        .any(|alias| names.text(alias.path) == "annotations")
}

/// Whether it is `from __future__ import annotations`.
fn imports_annotations(item: &Item, names: &Names) -> bool {
    item.body.iter().any(|id| {
        matches!(item.stmt(*id), Stmt::ImportFrom { module: Some(module), names: aliases, level: 0 }
            if names.text(*module) == "__future__" && asks_for_annotations(aliases, names))
    })
}

impl Expr {
    /// Whether it is a str literal (adjacent ones are one).
    pub fn is_str(&self) -> bool {
        matches!(
            self,
            Expr::Constant(super::body::Const::Str(_) | super::body::Const::Surrogates(_))
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Cancel;
    use crate::hir::body::Var;
    use crate::syntax;

    fn lowered(text: &str) -> (File, Names) {
        let mut names = Names::new();
        let tree = syntax::parse(text, None, &Cancel::new()).expect("nobody cancels");
        let file = lower(text, &tree, &mut names, None);
        (file, names)
    }

    #[test]
    fn closures_and_class_cells() {
        let (file, names) = lowered(
            "def f(a, b):\n    x = a\n    class C(B):\n        y = x\n        def m(self):\n            super()\n            return x, b, __p\n    return C\n",
        );
        assert!(file.problems.is_empty(), "{:?}", file.problems);
        let units = &file.items[0].item.units;
        let names_of: Vec<_> = units.iter().map(|unit| unit.qualname.to_string()).collect();
        assert_eq!(names_of, ["f", "f.<locals>.C", "f.<locals>.C.m"]);
        let kinds = |unit: usize| -> Vec<String> {
            units[unit]
                .scope
                .vars
                .iter()
                .map(|var| format!("{} {:?}", names.text(var.name), var.kind))
                .collect()
        };
        assert_eq!(
            kinds(0),
            ["a Local", "b Cell", "x Cell", "C Local", "B GlobalImplicit"]
        );
        assert_eq!(kinds(2)[0], "self Local");
        assert!(kinds(2).contains(&"_C__p GlobalImplicit".to_owned()));
        assert!(units[1].scope.needs_class_cell && units[2].scope.needs_class_cell);
    }

    #[test]
    fn broken_statements_leave_the_rest() {
        let (file, _) =
            lowered("x = 1\ny = = 2\nz = 3\ndef f():\n    a = 1\n    b = (\n    return a\n");
        let broken: Vec<bool> = file
            .items
            .iter()
            .map(|placed| placed.item.is_broken)
            .collect();
        assert!(!broken[0] && broken.contains(&true), "{broken:?}");
        assert!(!file.problems.is_empty());
    }

    #[test]
    fn items_are_shared_by_text() {
        let text = "a = 1\nb = a\n";
        let mut names = Names::new();
        let tree = syntax::parse(text, None, &Cancel::new()).expect("nobody cancels");
        let old = lower(text, &tree, &mut names, None);
        let edited = "a = 10\nb = a\n";
        let tree = syntax::parse(edited, None, &Cancel::new()).expect("nobody cancels");
        let new = lower(edited, &tree, &mut names, Some(&old));
        assert!(Arc::ptr_eq(&old.items[1].item, &new.items[1].item));
        assert!(!Arc::ptr_eq(&old.items[0].item, &new.items[0].item));
        let Stmt::Assign { value, .. } = new.items[1].item.stmt(new.items[1].item.body[0]) else {
            panic!("an assignment")
        };
        assert!(
            matches!(new.items[1].item.expr(*value), Expr::Name(name) if name.var == Var::Namespace)
        );
    }
}

#[cfg(test)]
mod oddities {
    use super::*;
    use crate::base::Cancel;
    use crate::syntax;

    fn lowered(text: &str) -> File {
        let tree = syntax::parse(text, None, &Cancel::new()).expect("nobody cancels");
        lower(text, &tree, &mut Names::new(), None)
    }

    fn is_sound(text: &str) -> bool {
        let file = lowered(text);
        file.problems.is_empty() && file.items.iter().all(|placed| !placed.item.is_broken)
    }

    #[test]
    fn line_ends_and_blanks() {
        assert_eq!(lowered("a = 1\r\nb = '''x\r\ny'''\r\n").items.len(), 2);
        assert_eq!(lowered("a = 1\rif a:\r    b = 2\rc = 3\r").items.len(), 3);
        assert!(is_sound("a = 1\rif a:\r    b = 2\rc = 3\r"));
        assert!(is_sound("\u{feff}a = 1\n"));
        assert!(is_sound("\x0ca = 1\n\x0cdef f():\n\tpass\n"));
        assert!(is_sound("a = 1 + \\\n  2\nif a \\\n  and a:\n    pass"));
        assert!(!is_sound("if a:\n        b\n\tc = 1\n"));
        assert!(is_sound(""));
    }

    #[test]
    fn what_python_refuses() {
        for text in [
            "a = \0 1\n",
            "a = '\0'\n",
            "a = '''\n\0\n'''\n",
            "def f():\n",
            "if a:\nb = 1\n",
            "print 'a'\n",
            "a = 0777\n",
            "return 1\n",
            "f(a=1, a=2)\n",
            "def f(a, a): pass\n",
            "a = *b\n",
            "class C:\n    yield 1\n",
            "a\u{200b} = 1\n",
            "f(x for x in y, 1)\n",
            "try:\n    pass\n",
            "'abc\n",
            "x = 1 if 2\n",
            "lambda: (yield) = 1\n",
        ] {
            assert!(!is_sound(text), "{text:?}");
        }
    }

    #[test]
    fn depth_and_size_do_not_matter() {
        let deep = format!("x = {}1{}\n", "(".repeat(3_000), ")".repeat(3_000));
        assert!(!is_sound(&deep));
        assert!(is_sound(&format!(
            "x = {}1{}\n",
            "(".repeat(150),
            ")".repeat(150)
        )));
        assert!(!is_sound(&format!("x = {}1\n", "not ".repeat(5_000))));
        assert!(is_sound(&format!("x = {}1\n", "1 + ".repeat(2_000))));
        assert!(!is_sound(&format!("x = a{}\n", ".b".repeat(100_000))));
        let nested: String = (0..150)
            .map(|depth| format!("{}if a:\n", " ".repeat(depth)))
            .collect();
        assert!(!is_sound(&format!("{nested}{}pass\n", " ".repeat(150))));
        let elifs = format!("if a: pass\n{}", "elif a: pass\n".repeat(2_000));
        assert!(is_sound(&elifs));
        let wide = format!("x = [{}]\n", "12345, ".repeat(750_000));
        assert!(is_sound(&wide));
        let text = format!("x = '{}'\n", "a".repeat(5_000_000));
        assert!(is_sound(&text));
        assert!(!is_sound(&"(".repeat(20_000)));
        assert!(!is_sound(&format!("f'{}'", "{f'".repeat(2_000))));
    }

    #[test]
    fn any_prefix_is_lowered() {
        let text = "@d\nclass C(B, k=1):\n    '''doc'''\n    def f(self, *a, b=1, **k) -> int:\n        try:\n            return [f'{x!r:>{w}}' for x in a if x]\n        except (E, F) as e:\n            raise G from e\n        finally:\n            pass\nmatch x:\n    case {'a': [1, *r]} | C(b=2) if x: pass\nwith (a as b, c): pass\nx: int = lambda y: y\n";
        for (end, _) in text.char_indices() {
            lowered(&text[..end]);
        }
        assert!(is_sound(text), "{:?}", lowered(text).problems);
    }

    #[test]
    fn a_cancelled_parse_gives_nothing_and_spoils_nothing() {
        let cancel = Cancel::new();
        cancel.cancel();
        let text = "x = 1\n".repeat(50_000);
        assert!(syntax::parse(&text, None, &cancel).is_none());
        assert!(is_sound("y = 2\n"));
    }

    #[test]
    fn an_edited_tree_gives_what_a_new_one_gives() {
        let old = "a = 1\ndef f():\n    return a\nb = f()\n";
        let mut tree = syntax::parse(old, None, &Cancel::new()).expect("nobody cancels");
        let at = old.find("return").expect("it is there");
        let new = old.replace("return a", "return a + 'x'");
        tree.edit(&syntax::Edit::replace(old, at, at + 8, "return a + 'x'"));
        let edited = syntax::parse(&new, Some(&tree), &Cancel::new()).expect("nobody cancels");
        let (mut first, mut second) = (Names::new(), Names::new());
        let fresh = syntax::parse(&new, None, &Cancel::new()).expect("nobody cancels");
        let (one, two) = (
            lower(&new, &edited, &mut first, None),
            lower(&new, &fresh, &mut second, None),
        );
        assert_eq!(one.items.len(), two.items.len());
        for (a, b) in one.items.iter().zip(&two.items) {
            assert_eq!((a.start, &a.item), (b.start, &b.item));
        }
    }
}

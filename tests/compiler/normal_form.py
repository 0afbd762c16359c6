"""Prints what CPython makes of source files, in the normal form that tests/lowering.rs prints of lowered code.

Reads paths from standard input, one a line, and answers each with three blobs (length, newline, bytes): the decoded
source, the tree and the scopes. All are empty for a file that CPython refuses.

Tree: a statement a line, `START-END Kind fields`, blocks in braces; an expression is `START-END Kind(fields)`. Offsets
are bytes of the UTF-8 source. Private names are mangled as the compiler does. Left out are positions that the version
at hand does not have or gets wrong (in f-strings before 3.12; slices and tuples of slices in 3.8).

Scopes: a line for each code object, depth first, then a line for each of its names with what `symtable` says of it.
"""
import _symtable
import ast
import io
import struct
import symtable
import sys
import threading
import tokenize
import warnings

V = sys.version_info[1]
OPS = {"And": "and", "Or": "or"}


class Form:
    def __init__(self, source):
        self.text = source
        self.starts = [0]
        at = 0
        bom = source.startswith(b"\xef\xbb\xbf")
        while True:
            n, r = source.find(b"\n", at), source.find(b"\r", at)
            if n < 0 and r < 0:
                break
            if r >= 0 and (n < 0 or r < n):
                at = r + (2 if source[r + 1:r + 2] == b"\n" else 1)
            else:
                at = n + 1
            self.starts.append(at)
        if bom:
            self.starts[0] = 3
        self.out = []
        self.classes = []
        self.in_fstring = 0

    def mangle(self, name):
        if not self.classes or not name.startswith("__") or name.endswith("__") or "." in name:
            return name
        private = self.classes[-1].lstrip("_")
        return "_" + private + name if private else name

    def span(self, node):
        if self.in_fstring and V < 12:
            return "?"
        return "%d-%d" % (self.starts[node.lineno - 1] + node.col_offset, self.starts[node.end_lineno - 1] + node.end_col_offset)

    def const(self, v):
        if v is None or v is True or v is False:
            return str(v)
        if v is ...:
            return "..."
        if isinstance(v, int):
            return "i%x" % v
        if isinstance(v, float):
            return "f" + struct.pack(">d", v).hex()
        if isinstance(v, complex):
            return "j" + struct.pack(">d", v.imag).hex()
        if isinstance(v, str):
            return "s" + v.encode("utf-8", "surrogatepass").hex()
        if isinstance(v, bytes):
            return "b" + v.hex()
        raise TypeError(v)

    def exprs(self, nodes):
        return "[" + ",".join(map(self.expr, nodes)) + "]"

    def maybe(self, node):
        return "-" if node is None else self.expr(node)

    def keywords(self, keywords):
        return "[" + ",".join("%s %s=%s" % (self.span(k) if V >= 9 else "?", k.arg or "**", self.expr(k.value)) for k in keywords) + "]"

    def comps(self, gens):
        return "[" + ",".join("%d %s %s %s" % (g.is_async, self.expr(g.target), self.expr(g.iter), self.exprs(g.ifs)) for g in gens) + "]"

    def parts(self, node):
        self.in_fstring += 1
        # The pieces of text have positions of their own in every version.
        got = []
        for v in node.values:
            if isinstance(v, ast.Constant):
                if v.value == "":
                    continue
                got.append("? =" + self.const(v.value))
            else:
                got.append(self.expr(v))
        self.in_fstring -= 1
        return "[" + ",".join(got) + "]"

    def subscript(self, s):
        kind = type(s).__name__
        if kind == "Index":
            s = s.value
            if isinstance(s, ast.Tuple):
                return "? Tuple(%s)" % self.exprs(s.elts)
            return self.expr(s)
        if kind == "ExtSlice":
            return "? Tuple([%s])" % ",".join(map(self.subscript, s.dims))
        return self.expr(s)

    def expr(self, e):
        kind = type(e).__name__
        if kind == "Starred" and V == 8:
            return "? Starred(%s)" % self.expr(e.value)
        if kind == "Slice":
            span = "?" if V == 8 else self.span(e)
            return "%s Slice(%s,%s,%s)" % (span, self.maybe(e.lower), self.maybe(e.upper), self.maybe(e.step))
        return self.span(e) + " " + getattr(self, "e_" + kind)(e)

    def e_Name(self, e): return self.mangle(e.id)
    def e_Constant(self, e): return "=" + self.const(e.value)
    def e_BoolOp(self, e): return "%s(%s)" % (type(e.op).__name__, self.exprs(e.values))
    def e_NamedExpr(self, e): return "Named(%s,%s)" % (self.expr(e.target), self.expr(e.value))
    def e_BinOp(self, e): return "%s(%s,%s)" % (type(e.op).__name__, self.expr(e.left), self.expr(e.right))
    def e_UnaryOp(self, e): return "%s(%s)" % (type(e.op).__name__, self.expr(e.operand))
    def e_Lambda(self, e): return "Lambda(%s,%s)" % (self.args(e.args), self.expr(e.body))
    def e_IfExp(self, e): return "IfExp(%s,%s,%s)" % (self.expr(e.test), self.expr(e.body), self.expr(e.orelse))
    def e_Dict(self, e): return "Dict([%s])" % ",".join("%s:%s" % ("**" if k is None else self.expr(k), self.expr(v)) for k, v in zip(e.keys, e.values))
    def e_Set(self, e): return "Set(%s)" % self.exprs(e.elts)
    def e_ListComp(self, e): return "ListComp(%s,-,%s)" % (self.expr(e.elt), self.comps(e.generators))
    def e_SetComp(self, e): return "SetComp(%s,-,%s)" % (self.expr(e.elt), self.comps(e.generators))
    def e_GeneratorExp(self, e): return "GeneratorExp(%s,-,%s)" % (self.expr(e.elt), self.comps(e.generators))

    def e_DictComp(self, e):
        if e.value is None:
            return "DictComp(**%s)" % self.expr(e.key)
        return "DictComp(%s,%s,%s)" % (self.expr(e.key), self.expr(e.value), self.comps(e.generators))

    def e_Await(self, e): return "Await(%s)" % self.expr(e.value)
    def e_Yield(self, e): return "Yield(%s)" % self.maybe(e.value)
    def e_YieldFrom(self, e): return "YieldFrom(%s)" % self.expr(e.value)
    def e_Compare(self, e): return "Compare(%s,%s)" % (self.expr(e.left), ",".join("%s %s" % (type(o).__name__, self.expr(c)) for o, c in zip(e.ops, e.comparators)))
    def e_Call(self, e): return "Call(%s,%s,%s)" % (self.expr(e.func), self.exprs(e.args), self.keywords(e.keywords))

    def spec(self, e):
        if e.format_spec is None:
            return "-"
        return self.parts(e.format_spec)

    def e_JoinedStr(self, e): return "JoinedStr(%s)" % self.parts(e)
    def e_TemplateStr(self, e): return "TemplateStr(%s)" % self.parts(e)
    def e_FormattedValue(self, e): return "Formatted(%s,%s,%s)" % (self.expr(e.value), "-" if e.conversion < 0 else chr(e.conversion), self.spec(e))
    def e_Interpolation(self, e): return "Interpolation(%s,%s,%s,%s)" % (self.expr(e.value), self.const(e.str), "-" if e.conversion < 0 else chr(e.conversion), self.spec(e))
    def e_Attribute(self, e): return "Attribute(%s,%s)" % (self.expr(e.value), self.mangle(e.attr))
    def e_Subscript(self, e): return "Subscript(%s,%s)" % (self.expr(e.value), self.subscript(e.slice))
    def e_Starred(self, e): return "Starred(%s)" % self.expr(e.value)
    def e_List(self, e): return "List(%s)" % self.exprs(e.elts)
    def e_Tuple(self, e): return "Tuple(%s)" % self.exprs(e.elts)

    def arg(self, a):
        return "%s:%s" % (self.mangle(a.arg), self.maybe(a.annotation))

    def args(self, a):
        one = lambda x: "-" if x is None else self.arg(x)
        many = lambda xs: "[" + ",".join(map(self.arg, xs)) + "]"
        return "%s/%s*%s,%s**%s=%s,[%s]" % (many(a.posonlyargs), many(a.args), one(a.vararg), many(a.kwonlyargs), one(a.kwarg), self.exprs(a.defaults), ",".join(map(self.maybe, a.kw_defaults)))

    def type_params(self, node):
        got = []
        for p in getattr(node, "type_params", ()):
            got.append("%s %s:%s=%s" % (type(p).__name__, self.mangle(p.name), self.maybe(getattr(p, "bound", None)), self.maybe(getattr(p, "default_value", None))))
        return "[" + ",".join(got) + "]"

    def block(self, body):
        self.out.append("{")
        for s in body:
            self.stmt(s)
        self.out.append("}")

    def line(self, node, text):
        span = self.span(node)
        self.out.append((span.split("-")[0] if V == 8 else span) + " " + text)

    def stmt(self, s):
        getattr(self, "s_" + type(s).__name__)(s)

    def def_(self, s, word):
        deco = self.exprs(s.decorator_list)
        name = self.mangle(s.name)
        self.line(s, "%s %s %s %s %s %s" % (word, name, deco, self.type_params(s), self.args(s.args), self.maybe(s.returns)))
        self.block(s.body)

    def s_FunctionDef(self, s): self.def_(s, "def")
    def s_AsyncFunctionDef(self, s): self.def_(s, "async def")

    def s_ClassDef(self, s):
        name, decorators = self.mangle(s.name), self.exprs(s.decorator_list)
        self.classes.append(s.name)
        type_params = self.type_params(s)
        self.classes.pop()
        self.line(s, "class %s %s %s %s %s" % (name, decorators, type_params, self.exprs(s.bases), self.keywords(s.keywords)))
        self.classes.append(s.name)
        self.block(s.body)
        self.classes.pop()

    def s_Return(self, s): self.line(s, "return " + self.maybe(s.value))
    def s_Delete(self, s): self.line(s, "del " + self.exprs(s.targets))
    def s_Assign(self, s): self.line(s, "assign %s %s" % (self.exprs(s.targets), self.expr(s.value)))
    def s_TypeAlias(self, s): self.line(s, "type %s %s %s" % (self.mangle(s.name.id), self.type_params(s), self.expr(s.value)))
    def s_AugAssign(self, s): self.line(s, "augassign %s %s %s" % (self.expr(s.target), type(s.op).__name__, self.expr(s.value)))
    def s_AnnAssign(self, s): self.line(s, "annassign %s %s %s %d" % (self.expr(s.target), self.expr(s.annotation), self.maybe(s.value), s.simple))

    def for_(self, s, word):
        self.line(s, "%s %s %s" % (word, self.expr(s.target), self.expr(s.iter)))
        self.block(s.body)
        self.block(s.orelse)

    def s_For(self, s): self.for_(s, "for")
    def s_AsyncFor(self, s): self.for_(s, "async for")

    def s_While(self, s):
        self.line(s, "while " + self.expr(s.test))
        self.block(s.body)
        self.block(s.orelse)

    def s_If(self, s):
        self.line(s, "if " + self.expr(s.test))
        self.block(s.body)
        self.block(s.orelse)

    def with_(self, s, word):
        self.line(s, "%s [%s]" % (word, ",".join("%s as %s" % (self.expr(i.context_expr), self.maybe(i.optional_vars)) for i in s.items)))
        self.block(s.body)

    def s_With(self, s): self.with_(s, "with")
    def s_AsyncWith(self, s): self.with_(s, "async with")

    def s_Match(self, s):
        self.line(s, "match " + self.expr(s.subject))
        self.out.append("{")
        for c in s.cases:
            self.out.append("case %s if %s" % (self.pattern(c.pattern), self.maybe(c.guard)))
            self.block(c.body)
        self.out.append("}")

    def name(self, n):
        return "-" if n is None else self.mangle(n)

    def patterns(self, ps):
        return "[" + ",".join(map(self.pattern, ps)) + "]"

    def pattern(self, p):
        return self.span(p) + " " + getattr(self, "p_" + type(p).__name__)(p)

    def p_MatchValue(self, p): return "Value(%s)" % self.expr(p.value)
    def p_MatchSingleton(self, p): return "Singleton(%s)" % self.const(p.value)
    def p_MatchSequence(self, p): return "Sequence(%s)" % self.patterns(p.patterns)
    def p_MatchMapping(self, p): return "Mapping(%s,%s,%s)" % (self.exprs(p.keys), self.patterns(p.patterns), self.name(p.rest))
    def p_MatchClass(self, p): return "Class(%s,%s,[%s])" % (self.expr(p.cls), self.patterns(p.patterns), ",".join("%s=%s" % (n, self.pattern(q)) for n, q in zip(p.kwd_attrs, p.kwd_patterns)))
    def p_MatchStar(self, p): return "Star(%s)" % self.name(p.name)
    def p_MatchAs(self, p): return "As(%s,%s)" % ("-" if p.pattern is None else self.pattern(p.pattern), self.name(p.name))
    def p_MatchOr(self, p): return "Or(%s)" % self.patterns(p.patterns)

    def s_Raise(self, s): self.line(s, "raise %s %s" % (self.maybe(s.exc), self.maybe(s.cause)))

    def s_Try(self, s, star=""):
        self.line(s, "try" + star)
        self.block(s.body)
        for h in s.handlers:
            self.line(h, "except %s %s" % (self.maybe(h.type), self.name(h.name)))
            self.block(h.body)
        self.block(s.orelse)
        self.block(s.finalbody)

    def s_TryStar(self, s): self.s_Try(s, "*")
    def s_Assert(self, s): self.line(s, "assert %s %s" % (self.expr(s.test), self.maybe(s.msg)))

    def aliases(self, names):
        return "[" + ",".join("%s %s as %s" % (self.span(a) if V >= 10 else "?", a.name, a.asname or "-") for a in names) + "]"

    def lazy(self, s): return "lazy " if getattr(s, "is_lazy", 0) else ""
    def s_Import(self, s): self.line(s, self.lazy(s) + "import " + self.aliases(s.names))
    def s_ImportFrom(self, s): self.line(s, self.lazy(s) + "from %s %d %s" % (s.module or "-", s.level or 0, self.aliases(s.names)))
    def s_Global(self, s): self.line(s, "global " + ",".join(map(self.mangle, s.names)))
    def s_Nonlocal(self, s): self.line(s, "nonlocal " + ",".join(map(self.mangle, s.names)))
    def s_Expr(self, s): self.line(s, "expr " + self.expr(s.value))
    def s_Pass(self, s): self.line(s, "pass")
    def s_Break(self, s): self.line(s, "break")
    def s_Continue(self, s): self.line(s, "continue")


LOCAL, GLOBAL_EXPLICIT, GLOBAL_IMPLICIT, FREE, CELL = (getattr(_symtable, name) for name in ("LOCAL", "GLOBAL_EXPLICIT", "GLOBAL_IMPLICIT", "FREE", "CELL"))
KINDS = {LOCAL: "local", CELL: "cell", FREE: "free", GLOBAL_EXPLICIT: "explicit", GLOBAL_IMPLICIT: "global"}
HIDDEN = {"__classdict__", "__conditional_annotations__", "__static_attributes__", "__type_params__", "__annotate_func__"}


def scopes(table):
    """Function and class scopes in alphabetic order, with their names sorted. Left out: scopes of annotations."""
    blocks = []
    for child in table.get_children():
        kind = child.get_type()
        kind = getattr(kind, "value", kind)
        inner = scopes(child)
        if kind not in ("function", "class"):
            # Scopes of type parameters and the like: only what is in them counts.
            blocks += inner
            continue
        rows = [kind + " " + child.get_name().strip("<>")]
        for symbol in sorted(child.get_symbols(), key=lambda s: s.get_name()):
            n = symbol.get_name()
            if n.startswith(".") or n in HIDDEN:
                continue
            flags = "".join(letter for letter, on in (("b", symbol.is_assigned() or symbol.is_imported()), ("r", symbol.is_referenced()), ("p", symbol.is_parameter()), ("a", symbol.is_annotated())) if on)
            if symbol._Symbol__scope == GLOBAL_IMPLICIT and not flags:
                continue
            rows.append(" %s %s %s" % (n, KINDS[symbol._Symbol__scope], flags))
        blocks.append(rows + [" " + row for block in inner for row in block])
    return sorted(blocks)


def main():
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(100000)
    out = sys.stdout.buffer
    for line in sys.stdin.buffer:
        path = line.rstrip(b"\n")
        blobs = [b"", b"", b""]
        try:
            with open(path, "rb") as fh:
                raw = fh.read()
            encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
            if encoding == "utf-8-sig":
                encoding = "utf-8"
            source = raw.decode(encoding).encode("utf-8")
            form = Form(source)
            tree = ast.parse(raw)
            compile(raw, "x", "exec", dont_inherit=True)
            for s in tree.body:
                form.stmt(s)
            found = []
            if encoding == "utf-8":
                found = [row for block in scopes(symtable.symtable(raw.decode(encoding).lstrip("\ufeff"), "x", "exec")) for row in block]
            blobs = [source, "\n".join(form.out).encode("utf-8", "surrogatepass"), "\n".join(found).encode("utf-8", "surrogatepass")]
        except (SyntaxError, UnicodeDecodeError, ValueError, LookupError, RecursionError, MemoryError, OverflowError):
            pass
        for blob in blobs:
            out.write(b"%d\n" % len(blob) + blob)
        out.flush()


if __name__ == "__main__":
    threading.stack_size(512 * 1024 * 1024)
    thread = threading.Thread(target=main)
    thread.start()
    thread.join()

"""How many references a call holds on an argument at the callee's entry, the parameter's own included.

Row: kind -> origin -> the values seen, in order of appearance, over 60 passes of one call site: the object's references at
entry less those that it had before the call (names, items). Origins: `local`, a function's fast local that the bytecode may
lend; `other`: a global name, a cell variable, an attribute, an item, a temporary, any name at module level.
"""
import json
import re
import sys

rc = sys.getrefcount

CLASSES = '''
import functools
class T:
    pass
class H:
    pass
def p1(x):
    seen(rc(x))
def p2(y, x):
    seen(rc(x))
def pd(x=None):
    seen(rc(x))
def pk(*, x):
    seen(rc(x))
def ps(*args):
    seen(rc(args[0]))
def pkw(**kw):
    seen(rc(kw["x"]))
def pg(x):
    yield seen(rc(x))
async def pa(x):
    seen(rc(x))
def drive(co):
    try:
        co.send(None)
    except StopIteration:
        pass
def deco(f):
    def w(*a, **k):
        return f(*a, **k)
    return w
dp = deco(p1)
def deco1(f):
    def w(a):
        return f(a)
    return w
dp1 = deco1(p1)
def outer(a):
    p1(a)
class M:
    def m(self, x=None):
        seen(rc(self) if x is None else rc(x))
    def mself(self):
        seen(rc(self))
    @classmethod
    def cm(cls, x):
        seen(rc(x))
    @staticmethod
    def sm(x):
        seen(rc(x))
    @property
    def prop(self):
        seen(rc(self))
        return 1
    @prop.setter
    def prop(self, x):
        seen(rc(x))
class CallX(M):
    def __call__(self, x):
        seen(rc(x))
class CallS(M):
    def __call__(self):
        seen(rc(self))
class GetX(M):
    def __getitem__(self, x):
        seen(rc(x))
class GetS(M):
    def __getitem__(self, x):
        seen(rc(self))
class SetK(M):
    def __setitem__(self, k, v):
        seen(rc(k))
class SetV(M):
    def __setitem__(self, k, v):
        seen(rc(v))
class SetS(M):
    def __setitem__(self, k, v):
        seen(rc(self))
class DelK(M):
    def __delitem__(self, k):
        seen(rc(k))
class AddX(M):
    def __add__(self, x):
        seen(rc(x))
class AddS(M):
    def __add__(self, x):
        seen(rc(self))
class RAddS(M):
    def __radd__(self, x):
        seen(rc(self))
class IAddX(M):
    def __iadd__(self, x):
        seen(rc(x))
        return self
class NegS(M):
    def __neg__(self):
        seen(rc(self))
class InX(M):
    def __contains__(self, x):
        seen(rc(x))
        return True
class InS(M):
    def __contains__(self, x):
        seen(rc(self))
        return True
class EqX(M):
    def __eq__(self, x):
        seen(rc(x))
        return True
class EqS(M):
    def __eq__(self, x):
        seen(rc(self))
        return True
class LtX(M):
    def __lt__(self, x):
        seen(rc(x))
        return True
class LtS(M):
    def __lt__(self, x):
        seen(rc(self))
        return True
class LenS(M):
    def __len__(self):
        seen(rc(self))
        return 1
class BoolS(M):
    def __bool__(self):
        seen(rc(self))
        return True
class StrS(M):
    def __str__(self):
        seen(rc(self))
        return ""
class ReprS(M):
    def __repr__(self):
        seen(rc(self))
        return ""
class FormatS(M):
    def __format__(self, spec):
        seen(rc(self))
        return ""
class HashS(M):
    def __hash__(self):
        seen(rc(self))
        return 1
class IterS(M):
    def __iter__(self):
        seen(rc(self))
        return iter(())
class NextS(M):
    def __iter__(self):
        return self
    def __next__(self):
        seen(rc(self))
        raise StopIteration
class EnterS(M):
    def __enter__(self):
        seen(rc(self))
    def __exit__(self, *a):
        pass
class ExitS(M):
    def __enter__(self):
        pass
    def __exit__(self, *a):
        seen(rc(self))
class GetattrS(M):
    def __getattr__(self, name):
        seen(rc(self))
class SetattrX(M):
    def __setattr__(self, name, x):
        seen(rc(x))
class SetattrS(M):
    def __setattr__(self, name, x):
        seen(rc(self))
class InitX:
    def __init__(self, x):
        seen(rc(x))
class InitS:
    def __init__(self):
        seen(rc(self))
class SubInit(InitX):
    def __init__(self, x):
        super().__init__(x)
class SubInit1(InitX):
    pass
class SlotInit:
    __slots__ = ("v",)
    def __init__(self, x):
        seen(rc(x))
class NewX:
    def __new__(cls, x):
        seen(rc(x))
        return object.__new__(cls)
class NewInit(InitX):
    def __new__(cls, x):
        return object.__new__(cls)
class Meta(type):
    pass
class MetaInit(InitX, metaclass=Meta):
    pass
class Desc:
    def __get__(self, obj, cls):
        if obj is not None:
            seen(rc(obj))
    def __set__(self, obj, x):
        seen(rc(x))
class DescOwner:
    d = Desc()
'''

# kind -> (class of the object X, statement)
KINDS = {
    "positional": ("T", "p1(X)"), "second": ("T", "p2(1, X)"), "keyword": ("T", "p1(x=X)"), "default": ("T", "pd(X)"), "kwonly": ("T", "pk(x=X)"),
    "varargs": ("T", "ps(X)"), "kwargs": ("T", "pkw(x=X)"), "lambda": ("T", "(lambda x: seen(rc(x)))(X)"),
    "method": ("T", "o.m(X)"), "method_keyword": ("T", "o.m(x=X)"), "self": ("M", "X.mself()"), "classmethod": ("T", "M.cm(X)"), "staticmethod": ("T", "M.sm(X)"), "function_of_class": ("T", "M.m(o, X)"),
    "bound": ("T", "bm(X)"), "bound_self": ("M", "(X.mself)()"),
    "generator": ("T", "next(pg(X))"), "generator_for": ("T", "for _ in pg(X): pass"), "async": ("T", "drive(pa(X))"),
    "decorated_star": ("T", "dp(X)"), "decorated": ("T", "dp1(X)"), "through": ("T", "outer(X)"),
    "star_list": ("T", "l = [X]; p1(*l)"), "star_tuple": ("T", "l = (X,); p1(*l)"), "star_display": ("T", "p1(*[X])"), "star_and": ("T", "p2(*(1,), X)"), "starstar": ("T", "l = {'x': X}; p1(**l)"),
    "map": ("T", "list(map(p1, [X]))"), "partial": ("T", "functools.partial(p1, X)()"), "sorted_key": ("T", "sorted([X], key=p1)"), "reduce": ("T", "functools.reduce(lambda a, x: seen(rc(x)), [1, X])"),
    "call": ("T", "c(X)"), "call_self": ("CallS", "X()"), "getitem": ("T", "gx[X]"), "getitem_self": ("GetS", "X[1]"),
    "setitem_key": ("T", "sk[X] = 1"), "setitem_value": ("T", "sv[1] = X"), "setitem_self": ("SetS", "X[1] = 2"), "delitem_key": ("T", "del dk[X]"),
    "add": ("T", "ax + X"), "add_self": ("AddS", "X + 1"), "radd_self": ("RAddS", "1 + X"), "iadd": ("T", "ix += X"), "neg_self": ("NegS", "-X"),
    "contains": ("T", "X in nx"), "contains_self": ("InS", "1 in X"), "eq": ("T", "ex == X"), "eq_self": ("EqS", "X == 1"), "lt": ("T", "lx < X"), "lt_self": ("LtS", "X < 1"),
    "len_self": ("LenS", "len(X)"), "bool_self": ("BoolS", "bool(X)"), "if_self": ("BoolS", "1 if X else 2"), "not_self": ("BoolS", "not X"), "str_self": ("StrS", "str(X)"), "fstring_self": ("FormatS", "f'{X}'"), "fstring_str_self": ("StrS", "f'{X}'"), "print_self": ("StrS", "'%s' % X"), "repr_self": ("ReprS", "repr(X)"),
    "hash_self": ("HashS", "hash(X)"), "iter_self": ("IterS", "for _ in X: pass"), "list_self": ("IterS", "list(X)"), "next_self": ("NextS", "next(X, None)"), "for_next_self": ("NextS", "for _ in X: pass"),
    "enter_self": ("EnterS", "with X: pass"), "exit_self": ("ExitS", "with X: pass"),
    "property_self": ("M", "X.prop"), "property_value": ("T", "o.prop = X"), "getattr_self": ("GetattrS", "X.nope"), "setattr_value": ("T", "sx.a = X"), "setattr_self": ("SetattrS", "X.a = 1"),
    "descriptor_get": ("DescOwner", "X.d"), "descriptor_set": ("T", "do.d = X"),
    "init": ("T", "InitX(X)"), "init_keyword": ("T", "InitX(x=X)"), "init_super": ("T", "SubInit(X)"), "init_inherited": ("T", "SubInit1(X)"), "init_slots": ("T", "SlotInit(X)"), "init_new": ("T", "NewInit(X)"), "init_meta": ("T", "MetaInit(X)"), "new": ("T", "NewX(X)"),
    "init_self": ("-", "InitS()"),
}
SETUP = ["o = M()", "bm = o.m", "c = CallX()", "gx = GetX()", "sk = SetK()", "sv = SetV()", "dk = DelK()", "ax = AddX()", "ix = IAddX()", "nx = InX()", "ex = EqX()", "lx = LtX()", "sx = SetattrX()", "do = DescOwner()"]
# what holds X before the call beside its origin: the item of the display, the partial object
HELD_BESIDE = {"star_list": 1, "star_tuple": 1, "starstar": 1, "partial": 1, "map": 1, "sorted_key": 1, "reduce": 1}


def put(text, name):
    return re.sub(r"\bX\b", lambda _: name, text)


def origins(cls, statement):
    """Programs with one call site, and the references that X has before the call. All origins of one group agree."""
    make = "%s()" % (cls if cls != "-" else "T")
    needed = [s for s in SETUP if re.search(r"\b%s\b" % s.split(" ")[0], statement) or s.startswith("o ") and "bm" in statement]
    body = lambda text, indent: "".join(" " * indent + line + "\n" for line in needed + text)
    loop = lambda name: ["for _ in range(60):", "    " + put(statement, name)]
    yield "local", 1, "def site():\n" + body(["x = " + make] + loop("x"), 4) + "site()\n"
    yield "local", 1, "def site():\n" + body(["for _ in range(60):", "    x = " + make, "    " + put(statement, "x")], 4) + "site()\n"
    yield "other", 1, "g = %s\ndef site():\n" % make + body(loop("g"), 4) + "site()\n"
    yield "other", 1, "def site():\n" + body(["x = " + make, "def inner():", "    return x"] + loop("x"), 4) + "site()\n"
    yield "other", 1, "def site():\n" + body(["h = H()", "h.a = " + make] + loop("h.a"), 4) + "site()\n"
    yield "other", 1, "def site():\n" + body(["h = [%s]" % make] + loop("h[0]"), 4) + "site()\n"
    yield "other", 0, "def site():\n" + body(loop(make), 4) + "site()\n"
    yield "other", 1, "g = %s\n" % make + body(loop("g"), 0)


def own(lent):
    """References that `rc(x)` holds itself: of a parameter, or of any other expression."""
    def f():
        x = object()
        return rc(x)
    return f() - 1 if lent else 1


def rows():
    got = {}
    for kind, (cls, statement) in KINDS.items():
        row = got[kind] = {}
        base = own(kind not in ("varargs", "kwargs"))
        for origin, before, src in origins(cls, statement):
            seen = []

            def note(n):
                if not seen or seen[-1] != n:
                    seen.append(n)
            env = {"rc": rc, "seen": note}
            exec(compile(CLASSES + src, "calls.py", "exec"), env)
            beside = base + HELD_BESIDE.get(kind, 0) + (0 if cls == "-" else before)
            values = [n - beside for n in seen]
            if row.setdefault(origin, values) != values:
                raise AssertionError("%s: %s is not one group: %r, %r" % (kind, origin, row[origin], values))
    return {"calls": got}


if __name__ == "__main__":
    print(json.dumps(rows()["calls"]))

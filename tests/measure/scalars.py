"""Sizes of single objects that follow from one number, what is tracked and immortal, and what a copy returns."""
import array
import collections
import copy
import ctypes
import datetime
import decimal
import gc
import json
import re
import sys
import threading
import types

S = sys.getsizeof
T = gc.is_tracked


def ev(src, **ns):
    exec(compile(src, "rows.py", "exec"), ns)
    return ns["r"]


def generators():
    """[locals with cells and free variables, co_stacksize, size] of generators."""
    got = []
    for n in (0, 1, 2, 5, 9):
        locals_ = "".join("    v%d = 0\n" % i for i in range(n))
        for body in ("    yield\n", "    x = yield\n    f(x, 1, 2)\n", "    for i in a:\n        yield i\n", "    yield [1, 2, f(3, 4, 5, 6, 7)]\n"):
            g = ev("def g(a=()):\n" + locals_ + body + "r = g")
            code = g.__code__
            got.append([code.co_nlocals + len(code.co_cellvars) + len(code.co_freevars), code.co_stacksize, S(g())])
    return got


def sizes():
    wide = {"ascii": "a", "latin1": "\xe9", "ucs2": "\u0416", "ucs4": "\U0001f600"}
    return {
        "int": [S(0)] + [S(1 << k) for k in range(200)],                       # by bit length
        "negative": [S(-(1 << k)) for k in range(100)],
        "str": {k: [S("".join([c] * n)) for n in range(40)] for k, c in wide.items()},
        "bytes": [S(b"".join([b"a"] * n)) for n in range(40)],
        "tuple": [S(tuple([None] * n)) for n in range(40)],
        "namedtuple": [S(collections.namedtuple("N", ["f%d" % i for i in range(n)])(*range(n))) for n in range(1, 10)],
        "bytearray": [S(bytearray(n)) for n in range(40)],
        "bytearray_of_bytes": [S(bytearray(b"a" * n)) for n in range(40)],
        "array_i": [S(array.array("i", [0] * n)) for n in range(20)],
        "array_d": [S(array.array("d", [0] * n)) for n in range(20)],
        "generator": generators(),
        "bare_generator": [[n, S(ev("def g():\n" + "".join("    v%d = 0\n" % i for i in range(n)) + "    yield\n    yield\nr = g()"))] for n in (0, 1, 2, 7)],
    }


class C:
    pass


def f():
    pass


def tracked():
    """kind -> answers when new, and after a collection."""
    one, text = int("1"), "".join(["zq", "8"])
    NT = collections.namedtuple("NT", "x y")
    cases = {
        "atom": [lambda: 5, lambda: 1.5, lambda: text, lambda: b"ab", lambda: None, lambda: 1j, lambda: bytearray(), lambda: range(3), lambda: object(), lambda: datetime.date(2020, 1, 1), lambda: int, lambda: ValueError, lambda: f.__code__, lambda: True],
        "container": [lambda: [], lambda: [1], lambda: set(), lambda: {1}, lambda: collections.deque(), lambda: slice(1, 2), lambda: f, lambda: C().__init__, lambda: (i for i in ()), lambda: iter([]), lambda: types.CellType(1), lambda: property(), lambda: json, lambda: C, lambda: ValueError(), lambda: C(), lambda: collections.OrderedDict(),
                      lambda: collections.defaultdict(), lambda: collections.Counter(), lambda: NT(1, 2), lambda: type("K", (), {"__slots__": ()})(), lambda: type("K", (int,), {})(1), lambda: type("K", (dict,), {})(), lambda: enumerate([]), lambda: zip(), lambda: map(f, []), lambda: len],
        "dict_of_atoms": [lambda: {}, lambda: dict(), lambda: {"a": 1}, lambda: {one: text}, lambda: dict(a=1), lambda: {i: i for i in range(3)}, lambda: {"a": 1}.copy(), lambda: dict.fromkeys([1, 2]), lambda: (lambda **k: k)(a=1), lambda: {**{"a": 1}}],
        "dict": [lambda: {"a": []}, lambda: {1: C()}, lambda: {1: f}, lambda: {"a": {"b": []}}, lambda: {1: frozenset([C()])}, lambda: dict.fromkeys([1], []), lambda: {"a": []}.copy()],
        "dict_of_atom_tuples": [lambda: {1: (one, 2)}, lambda: {(one, 2): 1}],
        "empty_tuple": [lambda: (), lambda: tuple([])],
        "tuple_of_atoms_made": [lambda: (one, 2), lambda: tuple([one, 2]), lambda: (lambda *a: a)(one, 2), lambda: (text, None)],
        "tuple_of_atoms_other": [lambda: ev("r = (1001, 2)"), lambda: (one,) + (one,), lambda: (one,) * int("3"), lambda: (one, one, one)[:int("2")], lambda: list(zip([1], [2]))[0], lambda: list(enumerate([1]))[0], lambda: list({1: 2}.items())[0], lambda: "a-b".partition("-")],
        "tuple_of_containers": [lambda: ([],), lambda: (C(),), lambda: (f, one), lambda: (C,), lambda: tuple([[]])],
        "tuple_of_atom_tuples": [lambda: ((one, 2), 3)],
        "frozenset_of_atoms": [lambda: frozenset(), lambda: frozenset([one, "a"]), lambda: frozenset(i for i in range(3))],
        "frozenset": [lambda: frozenset([C()]), lambda: frozenset([f]), lambda: frozenset([one]) | {2}],
        "late_heap_type": [lambda: array.array("i"), lambda: re.compile("a"), lambda: re.match("a", "a"), lambda: threading.Lock()],
        "decimal": [lambda: decimal.Decimal(1)],
    }

    def ask(make):
        x = make()
        new = T(x)
        gc.collect()
        return [new, T(x)]
    got = {}
    for kind, makes in cases.items():
        answers = []
        for make in makes:
            answer = ask(make)
            if answer not in answers:
                answers.append(answer)
        got[kind] = answers
    return got


def immortal():
    """kind -> whether each is immortal."""
    def ask(x):
        return ctypes.c_uint32.from_address(id(x)).value >= 1 << 30
    return {
        "singleton": [ask(x) for x in (None, True, False, ..., NotImplemented, "", b"", (), b"a", int, ValueError, object)],
        "int": [[n, ask(int(str(n)))] for n in (-6, -5, 0, 1, 256, 257, 1024, 1025, 10**9)],
        "one_character": [ask(chr(n)) for n in (33, 65, 97, 0xe9)],
        "interned": [ask(sys.intern("".join(["zq8", "xyz"]))), ask(ev("r = 'zq8abcde'"))],
        "other": [ask("".join(["zq8", " x"])), ask(ev("r = 'zq8 lit y'")), ask(1.5), ask(f), ask(C), ask(10**20), ask(ev("r = (1001, 2)"))],
    }


def copies():
    """kind -> [copy.copy(x) is x, copy.deepcopy(x) is x] of each."""
    text = "".join(["zq", " 8"])
    cases = {
        "atom": [10**20, 1.5, text, b"abc", None, True, 1j, f, len, C, re.compile("a"), property()],
        "range": [range(3)],
        "tuple": [(1, text), (), ((1, 2), (3,))],
        "frozenset": [frozenset([1, 2])],
        "slice": [slice(1, 2)],
        "other": [[1], {1: 1}, {1}, bytearray(b"a"), C(), collections.deque(), array.array("i"), object(), datetime.date(2020, 1, 1), type("K", (str,), {})("a"), collections.namedtuple("N", "a")(1)],
    }
    return {kind: [[copy.copy(x) is x, copy.deepcopy(x) is x] for x in xs] for kind, xs in cases.items()}


def rows():
    return {"sizes": sizes(), "tracked": tracked(), "immortal": immortal(), "copies": copies()}


if __name__ == "__main__":
    got = {}
    for part, r in rows().items():
        for k, v in r.items():
            got["%s %s" % (part, k)] = v
    print(json.dumps(got))

"""How this CPython does things: the yes/no answers and small numbers that the formulas of src/layout take.

Each is probed, none is looked up by version. The names are those of `Features` in src/layout/features.rs.
"""
import array
import collections
import copy
import ctypes
import decimal
import dis
import gc
import json
import subprocess
import sys
import types

S = sys.getsizeof
rc = sys.getrefcount
IMMORTAL = 1 << 30                       # a count above this is no count (immortal since 3.12)


def run(src, **ns):
    """Compiles SRC as a file and runs it; its namespace."""
    exec(compile(src, "probe.py", "exec"), ns)
    return ns


def r(src, **ns):
    return run(src, **ns)["r"]


def slots(x):
    return (S(x) - S([])) // 8


def grown(n):
    a = []
    for i in range(n):
        a.append(i)
    return a


def gen_size(n):
    return S(r("def g():\n" + "".join("    v%d = 0\n" % i for i in range(n)) + "    yield\nr = g()"))


def gen_stack():
    """Depth of the stack of a generator that does nothing but yield."""
    return r("def g():\n    yield\nr = g.__code__.co_stacksize")


def plain(k=1):
    return run("class C:\n    def __init__(self):\n" + "".join("        self.a%d = 0\n" % i for i in range(k)))["C"]


def opnames(src):
    code, got = compile(src, "probe.py", "exec"), []
    todo = [code]
    while todo:
        c = todo.pop()
        got += [i.opname for i in dis.get_instructions(c)]
        todo += [k for k in c.co_consts if isinstance(k, types.CodeType)]
    return got


def started(d):
    """Not empty any more, without the special start that an extension of an empty deque makes."""
    d.append(0)
    return d


def append_uses_room():
    """An append to a list of no items in 8 slots leaves them as they are."""
    *a, _, _, _, _, _, _, _, _ = tuple(range(8))
    a.append(0)
    return slots(a) >= 8


def popped():
    a = [0]
    a.pop()
    return slots(a)


def del_item():
    a = [0] * 100
    while len(a) > 2:
        del a[0]
    if slots(a) == 100:
        return "keeps"
    a = [0] * 5
    while a:
        del a[0]
    return "shrinks" if slots(a) == 0 else "shrinks_not_to_nothing"


def unicode_keys():
    return S({"a": 1}) < S({1: 1})


def rounding():
    d = dict.fromkeys({1, 2})
    return "least" if S(d) == S({1: 1}) else "or_bit_three" if S(d) == S({i: 1 for i in range(6)}) else "unknown"


class Str(str):
    pass


def converts_for_old_key():
    """Setting a key of a str subclass that equals a key of the dict makes a table for general keys."""
    d = {"a": 1}
    d[Str("a")] = 2
    return S(d) != S({"a": 1})


def merge_clones():
    """Whether an update of an empty dict takes over the other's table as it is, with its places that are used up."""
    d = {i: 1 for i in range(5)}
    d.popitem()
    d.popitem()
    e = {}
    e.update(d)
    e["new"] = 1
    return S(e) > S({i: 1 for i in range(5)})


def keywords_on_stack():
    """So many keyword arguments of a method's call are passed on the stack; more of them in a dict."""
    n = 1
    while n < 256 and "CALL_FUNCTION_EX" not in opnames("d.update(%s)" % ", ".join("k%d=0" % i for i in range(n))):
        n += 1
    return n - 1


def set_reuses_deleted():
    """An item put in and out again falls on its own old place, which does not count a second time."""
    s = {1, 2, 3}
    for _ in range(100):
        s.add(10)
        s.discard(10)
    return S(s) == S(set())


def header():
    class D:
        __slots__ = ("__dict__",)

    class W:
        __slots__ = ("__weakref__",)

    class B:
        __slots__ = ("__dict__", "__weakref__")
    got = [S(D()) - 32, S(W()) - 32, S(B()) - 32]
    return {(8, 8, 16): "pointers", (16, 8, 24): "dict_before", (16, 16, 16): "both_before"}[tuple(got)]


def inline_values():
    """The dict of an instance changes its size as further instances of the class are made."""
    C = plain()
    d = C().__dict__
    before = S(d)
    for _ in range(10):
        C()
    return S(d) != before


def values_inside():
    """Whether an instance and its attributes' values are one block of memory."""
    if not inline_values():
        return False
    C = plain()
    keep = [C() for _ in range(100)] + [None] * 100
    before = sys.getallocatedblocks()
    for i in range(100, 200):
        keep[i] = C()
    return sys.getallocatedblocks() - before < 150


def small_int_max():
    n = 0
    while int(str(n)) is int(str(n)):
        n += 1
    return n - 1


def interned_state(text):
    return rc(sys.intern(text)) > IMMORTAL


def lent():
    def f():
        x = object()
        return rc(x)
    return f() == 1


def moved():
    """R of an argument that the caller holds in a local: 3 when the caller's stack keeps it, 2 when it is moved."""
    def g(x):
        return rc(x)

    def f():
        x = object()
        return g(x)
    base = 1 if not lent() else 0
    return f() - base < 3


def local_borrows_constant():
    """A function's local bound to a constant: one reference less than a module's name."""
    ns = run("def f():\n    x = 123456.5\n    return rc(x)\nr = f()\n", rc=rc)
    mod = run("x = 123456.5\nr = rc(x)\n", rc=rc)
    # the module: constant + name + the call's; the function: constant + local + the call's (0 where it is lent)
    return ns["r"] + (1 if lent() else 0) < mod["r"]


def script(text):
    """What TEXT prints when it is run as a file by `python FILE`."""
    import os
    import tempfile
    fd, path = tempfile.mkstemp(suffix=".py")
    try:
        with os.fdopen(fd, "w") as out:
            out.write(text)
        return subprocess.check_output([sys.executable, "-I", path]).decode()
    finally:
        os.unlink(path)


def count_of_literal(text):
    """References to the literal TEXT in a script, less that of the name, of the constants and of the call."""
    return int(script("import sys\nx = %s\nprint(sys.getrefcount(x) - 3)\n" % text))


def death_order():
    log = []

    class D:
        def __init__(self, n):
            self.n = n

        def __del__(self):
            log.append(self.n)

    def f():
        a = D(1)
        b = D(2)
    f()
    return log == [2, 1]


def one_letter():
    """Letters whose constant is not the cached one-character string."""
    return [c for c in map(chr, range(32, 127)) if eval(repr(c)) is not chr(ord(c))]


def peek(address):
    """The reference count at an address: nothing is held by reading it."""
    return ctypes.c_uint32.from_address(address).value


def with_lends():
    """`with manager:` over a fast local keeps no reference of its own."""
    class Cm:
        def __enter__(self):
            pass

        def __exit__(self, *a):
            pass

    def f():
        k = Cm()
        with k:
            return peek(id(k))
    return f() == 1


def genexp_holds_iterable():
    """A generator expression holds what it runs over beside the iterator."""
    a = [1]
    g = (x for x in a)
    return peek(id(a)) == 3 and g is not None


def tracebacks_held():
    try:
        raise ValueError
    except ValueError as e:
        return peek(id(e.__traceback__)) == 2


def unused_constants():
    """Which constants that are only folded into others stay in `co_consts`: all, or none but the first."""
    code = compile("def f(x=123456.5, y=7.25): pass", "probe.py", "exec")
    return "all" if 7.25 in code.co_consts else "first" if 123456.5 in code.co_consts else "none"


def folds_after_loading():
    """Folding comes after the operands were loaded: the first of a code object stays."""
    return 1234.5 in compile("x = -1234.5", "probe.py", "exec").co_consts


def class_references():
    class K:
        pass
    return rc(K) - (1 if not lent() else 0)


def frozenset_tracked():
    return gc.is_tracked(frozenset([int("5")]))


def interned_from_pyc():
    import marshal
    text = "".join(["zq8", "pyc"])
    code = marshal.loads(marshal.dumps(compile("x = 'zq8pyc'", "probe.py", "exec")))
    ns = {}
    exec(code, ns)
    del text
    return rc(ns["x"]) > IMMORTAL


def answers():
    one = 1
    letters = one_letter()
    return {
        "zero_has_a_digit": S(0) == 28,
        "str_ascii": S("ab") - 2,
        "str_latin1": S("\xe9\xe9") - 2,
        "str_ucs2": S("\u0416") - 2,
        "str_ucs4": S("\U0001f600") - 4,
        "one_latin1_char_extra": S(chr(0xe9)) - (S("\xe9\xe9") - 1),
        "tuple_header": S(()),
        "bytearray_empty": S(bytearray()),
        "bytearray_header": S(bytearray(b"abc")) - 3,
        "generator_base": gen_size(0) - (0 if gen_size(5) == gen_size(0) else 8 * gen_stack()),
        "generator_stack_of_yields": gen_stack(),
        "generator_counts_locals": gen_size(5) != gen_size(0),
        "array_header": S(array.array("i")),
        "deque_header": S(collections.deque()) - 528,
        "deque_copy_of_empty_is_centered": (lambda d: (d.extendleft("ab"), d.extendleft("c"), S(d))[2])(started(collections.deque().copy())) == S(collections.deque()),

        "list_rounds_to_four": slots(grown(17)) == 24,
        "list_presizes_to_even": slots([*tuple(range(3))]) == 4,
        "list_keeps_small": (lambda a: ([a.pop() for _ in range(15)], slots(a))[1])([0] * 16) == 16,
        "list_append_uses_room": append_uses_room(),
        "list_pop_to_empty_frees": popped() == 0,
        "list_display_of_constants_extends": slots(r("r = [1, 2, 3]")) > 3,
        "list_long_display_of_constants_appends": slots(r("r = [%s]" % ", ".join(map(str, range(34))))) == slots(grown(34)),
        "list_long_display_appends": slots(r("v = 1\nr = [%s]" % ", ".join("v" * 33))) == slots(grown(33)),
        "list_of_set_resizes": slots(list({1, 2, 3})) == 8,
        "list_of_unsized_keeps_hint": slots(list(map(int, ()))) == 8,
        "list_del_item": del_item(),
        "split_has_twelve_slots": slots("a b c".split()) == 12,
        "list_call_of_genexp_inline": "GET_ITER" in opnames("r = list(i for i in x)") and slots(r("r = list(i for i in ())")) != slots(list(map(int, ()))),

        "dict_call_has_table": S(dict()) != S({}),
        "dict_unicode_keys": unicode_keys(),
        "dict_rounding": rounding(),
        "dict_converts_for_old_key": converts_for_old_key(),
        "dict_merge_clones": merge_clones(),
        "keywords_on_stack": keywords_on_stack(),
        "dict_header": S({1: 1}) - 64 - 8 - 5 * 24,
        "dict_always_tracked": gc.is_tracked({}),

        "set_display_copies": S(r("r = {%s}" % ", ".join(map(str, range(5))))) == S(set(range(5)).copy()) != S(set(range(5))),
        "set_long_display_adds": S(r("r = {%s}" % ", ".join(map(str, range(31))))) == S(set(range(31))),
        "set_reuses_deleted": set_reuses_deleted(),

        "header": header(),
        "inline_values": inline_values(),
        "values_inside": values_inside(),

        "small_int_max": small_int_max(),
        "one_char_strings_interned": hasattr(sys, "_is_interned") and all(sys._is_interned(chr(n)) for n in range(256)),
        "one_letter_literal_may_differ": "".join(letters),
        "immortals": rc(None) in (0xffffffff, 0xc0000000),
        "interned_immortal": interned_state("".join(["zq8", "run"])),
        "interned_from_pyc_immortal": interned_from_pyc(),
        "empty_frozenset_cached": frozenset() is frozenset(),
        "folds_constant_slices": not any(o.startswith("BINARY") for o in opnames("x = 'abcdef'[1:3]")),
        "deepcopy_range_same": (lambda x: copy.deepcopy(x) is x)(range(3)),
        "tuple_constant_held_by_parser": count_of_literal("(1, 2)") == 1,
        "negative_held_by_parser": count_of_literal("-1234.5") == 1,
        "number_held_by_parser": count_of_literal("1234.5") == 1,
        "bytes_literal_held_twice": count_of_literal("b'zq8 x'") == 2,
        "local_borrows_constant": local_borrows_constant(),

        "inlines_comprehensions": not any(isinstance(c, types.CodeType) for c in compile("[i for i in x]", "p", "exec").co_consts),
        "locals_lent": lent(),
        "arguments_moved": moved(),
        "with_lends": with_lends(),
        "genexp_holds_iterable": genexp_holds_iterable(),
        "tracebacks_held_by_thread": tracebacks_held(),
        "unused_constants": unused_constants(),
        "folds_after_loading": folds_after_loading(),
        "class_references": class_references(),
        "tuple_of_atoms_untracked": not gc.is_tracked((one, one)),
        "frozenset_of_atoms_untracked": not frozenset_tracked(),
        "late_heap_types_tracked": gc.is_tracked(array.array("i")),
        "decimal_tracked": gc.is_tracked(decimal.Decimal(1)),
        "locals_die_in_reverse": death_order(),
        "gc_thresholds": list(gc.get_threshold()),
    }


def rows():
    return {"features": answers()}


if __name__ == "__main__":
    print(json.dumps(answers()))

"""How this CPython's compiler goes about constants and loads of locals, and what its library and language have.

Each is probed by compiling or running something small, none is looked up by version. The names are those of `Compiler`,
`Lending` and `Library` in src/layout/compiler.rs and src/layout/capability.rs.
"""
import ctypes
import dataclasses
import dis
import inspect
import json
import sys
import types
import warnings

import features

rc = sys.getrefcount


def compiled(src):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return compile(src, "probe.py", "exec")


def consts(src):
    return compiled(src).co_consts


def inner(src):
    """The first code object in that of SRC."""
    return next(k for k in consts(src) if isinstance(k, types.CodeType))


def codes(code):
    return sum(isinstance(k, types.CodeType) for k in code.co_consts)


def ops(code):
    return [i.opname for i in dis.get_instructions(code)]


def before(src, first, second):
    """FIRST comes before SECOND in the constants of the module SRC."""
    got = list(consts(src))
    return first in got and second in got and got.index(first) < got.index(second)


def run(src, **ns):
    exec(compiled(src), ns)
    return ns


def works(src):
    try:
        run(src)
    except Exception:
        return False
    return True


def peek(address):
    """The reference count at an address: nothing is held by reading it."""
    return ctypes.c_uint32.from_address(address).value


ASYNC = "async def f():\n    return [x async for x in y]\n"


def compiler():
    docstring_slot = None in inner("def f():\n    y = 1234.5\n    return x\n").co_consts[:1]
    twice = "def f(a=1000, b=2000): pass\ndef g(a=1000, b=2000): pass\n"
    lazy = any(k.co_name.startswith("__annotate") for k in consts("def f(a: x): pass") if isinstance(k, types.CodeType))
    pattern = "match x:\n    case C(a, b): pass\n"
    one = "'%s' % (x,)"
    drops = 7.25 not in consts("def f(x=123456.5, y=7.25): pass")
    return {
        "folds_tree": 1234.5 not in consts("x = -1234.5"),
        "peephole_unmerged": consts(twice).count((1000, 2000)) == 2,
        "folds_empty_tuple": () in consts("f(**k)"),
        # Where unused constants are dropped it makes no difference.
        "skips_constant_branches": not drops and 1234.5 not in consts("if 0:\n    x = 1234.5\ny = 5678.5\n"),
        "trims_unused": 1234.5 not in inner("def f():\n    z = 5678.5\n    return y\n    x = 1234.5\n").co_consts,
        "drops_unused": drops,
        "finally_first": before("try:\n    a = 1234.5\nfinally:\n    b = 5678.5\n", 5678.5, 1234.5),
        "displays_from_constants": (1000, 2000, 3000) in consts("x = [1000, 2000, 3000]"),
        "starred_runs_are_tuples": (1000, 2000) in consts("x = [1000, 2000, *y]"),
        "qualname_constants": "f" in consts("def f(): pass"),
        "else_before_handlers": before("try:\n    a()\nexcept E:\n    b = 1234.5\nelse:\n    c = 5678.5\n", 5678.5, 1234.5),
        "annotation_pairs": not lazy and "a" in consts("def f(a: x): pass"),
        "lazy_annotations": lazy,
        "key_tuples": ("a", "b") in consts("x = {'a': y, 'b': z}"),
        "docstring_slot": docstring_slot,
        "cleans_docstrings": inner("def f():\n    '''a\n      b'''\n").co_consts[0] == "a\nb",
        "class_line_and_attributes": ("x",) in inner("class C:\n    def m(self):\n        self.x = 1\n").co_consts,
        "folds_formats": "%s" not in consts("y = " + one) and "FORMAT" in " ".join(ops(compiled("y = " + one))),
        "inlines_comprehensions": codes(compiled("[i for i in x]")) == 0,
        "small_ints_inline": 5 not in consts("x = 1234.5\ny = 5\n"),
        "common_constants": "" not in consts("x = 1234.5\ny = ''\n"),
        "folds_slices": any(isinstance(k, slice) for k in consts("y = x[1:2]")),
        "builds_large_in_steps": "LIST_APPEND" in ops(compiled("r = [%s]" % ", ".join("v" * 33))),
        "interns_characters": hasattr(sys, "_is_interned") and all(sys._is_interned(chr(n)) for n in range(256)),
        "unwraps_single_iterables": unwraps_single_iterables(),
        "unwinding_loads_none": before("for i in x:\n    with a:\n        break\ny = 1234.5\n", None, 1234.5),
        # Where every function has `None`, or none that is unused, it makes no difference.
        "always_returns_none": None in inner("def f():\n    'text'\n    return g(**x)\n").co_consts or None in inner("def f():\n    return x\n").co_consts[:1] and not docstring_slot,
        "inlines_all_and_any": "FOR_ITER" in ops(compiled("r = all(i for i in x)")),
        "merges_code": codes(compiled("f = lambda: x; g = lambda: x")) == 1,
        "awaits_comprehensions": codes(inner(ASYNC)) == 1 and "GET_AWAITABLE" in ops(inner(ASYNC)),
        "patterns_index": sys.version_info >= (3, 10) and 1 in consts(pattern),
        "ends_specs_with_text": "" in consts("z = f'{x:{y}}'"),
        "empty_specs_are_text": "FORMAT_WITH_SPEC" in ops(compiled("z = f'{x:}'")),
        "jumps_on_none": any("NONE" in op and "JUMP" in op for op in ops(compiled("if x is None: y"))),
        "skips_named_values": -1234.5 not in consts("(x := -1234.5)"),
        "parser_keeps_bytes_twice": features.count_of_literal("b'zq8 x'") == 2,
    }


def unwraps_single_iterables():
    """`for y in [x]` of a comprehension is an assignment: one loop is left of two."""
    code = compiled("r = [y for z in w for y in [z]]")
    loops = ops(code) + [op for k in code.co_consts if isinstance(k, types.CodeType) for op in ops(k)]
    return loops.count("FOR_ITER") == 1


def lending():
    """How loads of locals are lent to the stack; None where none is."""
    lends = any("BORROW" in op for op in dis.opmap)
    return {
        "loops_keep_iterables": dis.stack_effect(dis.opmap["GET_ITER"]) == 1,
        "empty_blocks_stop": empty_blocks_stop(),
        "pushes_blame_first": pushes_blame_first(),
    } if lends else None


def empty_blocks_stop():
    """Behind a block that has lost all its instructions nothing is lent."""
    return not any("BORROW" in op for op in ops(inner("def f(a):\n    if 0:\n        pass\n    return a + a\n")))


def pushes_blame_first():
    """A load that begins a block is not lent where something is imported from a module later in the block."""
    src = "def f(a, b):\n    if b:\n        a.x\n%s"
    plain, importing = (inner(src % more) for more in ("", "        from y import z\n"))
    return [sum("BORROW" in op for op in ops(code)) for code in (plain, importing)] == [2, 1]


def loops_keep_sequences():
    """A `for` over a list that a caller's local lends makes no reference to it."""
    def f(a):
        held = peek(id(a))
        for _ in a:
            return peek(id(a)) - held

    def call():
        x = [1]
        return f(x)
    return call() == 0


def init_by_keyword_holds_self():
    """References to the new object in `__init__` that a call by keyword holds beyond those of a call by position."""
    class C:
        def __init__(self, a):
            self.seen = peek(id(self))

    def cold(keyword):
        return C(a=1).seen if keyword else C(1).seen
    return cold(True) - cold(False)


def specializes_at_first_pass():
    """Code that was called some times has specialised an instruction when that has run once."""
    if "adaptive" not in inspect.signature(dis.get_instructions).parameters:
        return False

    class C:
        def __init__(self):
            self.x = 1

    def f(c, rarely):
        return c.x if rarely else None
    for _ in range(20):
        f(C(), False)
    f(C(), True)
    return any(i.opname == "LOAD_ATTR_INSTANCE_VALUE" for i in dis.get_instructions(f, adaptive=True))


def frames_hold_functions():
    def f():
        yield
    held = peek(id(f))
    running = f()
    next(running)
    return peek(id(f)) - held == 1


def lists_ask_length_twice():
    class C:
        asked = 0

        def __len__(self):
            self.asked += 1
            return 0

        def __iter__(self):
            return iter(())
    c = C()
    list(c)
    return c.asked == 2


def keeps_class_cell():
    """The methods of a dataclass with slots find the class that they are in."""
    try:
        @dataclasses.dataclass(slots=True)
        class C:
            x: int = 0

            def cls(self):
                return __class__
    except TypeError:
        return False
    return C().cls() is C


def library():
    taken = inspect.signature(dataclasses.dataclass).parameters
    try:
        None.nothing
    except AttributeError as error:
        holds = hasattr(error, "obj")
    return {
        "dict_union": hasattr(dict, "__or__"),
        "ascii_str_iterator": type(iter("a")) is not type(iter("\u0416")),
        "defers_annotations": works("def f(a: 1 / 0): pass"),
        "type_unions": works("int | None"),
        "dataclasses_take_slots": "slots" in taken,
        "dataclasses_take_weakref_slot": "weakref_slot" in taken,
        "slotted_dataclasses_keep_class_cell": keeps_class_cell(),
        "init_by_keyword_holds_self": init_by_keyword_holds_self(),
        "attribute_error_holds_object": holds,
        "loops_keep_sequences": loops_keep_sequences(),
        "specializes_at_first_pass": specializes_at_first_pass(),
        "frames_hold_functions": frames_hold_functions(),
        "lists_ask_length_twice": lists_ask_length_twice(),
        "round_gives_cached_ints": round(float("5")) is int("5"),
    }


def rows():
    return {"compiler": compiler(), "lending": lending(), "library": library()}


if __name__ == "__main__":
    print(json.dumps(rows()))

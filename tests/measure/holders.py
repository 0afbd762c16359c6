"""Reference counts at places where something hidden holds the object: loops, `with`, `except`, classes, generators, literals.

Row: case -> `local` (in a function) and `module` -> the counts seen, in order of appearance, over 40 passes. The count is
read at the object's address, so that nothing is held by reading it.
"""
import ctypes
import json
import os
import subprocess
import sys
import tempfile

PRELUDE = '''
import contextlib, collections, dataclasses, ctypes
class T:
    pass
class Cm:
    def __enter__(self):
        return self
    def __exit__(self, *a):
        pass
class Other:
    def __enter__(self):
        return T()
    def __exit__(self, *a):
        pass
class H:
    pass
def two():
    yield T()
    yield T()
def own():
    for _ in range(2):
        t = T()
        yield t
def peek(address):
    return ctypes.c_uint32.from_address(address).value
'''

# `see(a, b)` stands for the counts of the objects that the expressions name.
CASES = {
    "one_name": ["x = T()", "see(x)"], "two_names": ["x = y = T()", "see(x)"], "list_items": ["x = T()", "a = [x] * 3", "see(x)"],
    "for_display": ["for x in [T(), T()]:", "    see(x)"],
    "for_list": ["a = [T(), T()]", "for x in a:", "    see(x, a)"], "for_tuple": ["a = (T(), T())", "for x in a:", "    see(x, a)"], "for_set": ["a = {T(), T()}", "for x in a:", "    see(x, a)"],
    "for_dict": ["a = {T(): 1, T(): 2}", "for x in a:", "    see(x, a)"], "for_values": ["a = {1: T(), 2: T()}", "for x in a.values():", "    see(x, a)"], "for_keys": ["a = {T(): 1, T(): 2}", "for x in a.keys():", "    see(x, a)"],
    "for_items": ["a = {1: T(), 2: T(), 3: T()}", "for k, x in a.items():", "    see(x, a)"], "for_items_key": ["a = {T(): 1, T(): 2}", "for x, v in a.items():", "    see(x, a)"], "for_items_pair": ["a = {1: T(), 2: T()}", "for p in a.items():", "    see(p, p[1])"],
    "for_enumerate": ["a = [T(), T(), T()]", "for i, x in enumerate(a):", "    see(x, a)"], "for_enumerate_pair": ["a = [T(), T()]", "for p in enumerate(a):", "    see(p, p[1])"],
    "for_zip": ["a = [T(), T(), T()]", "b = [T(), T(), T()]", "for x, y in zip(a, b):", "    see(x, y, a, b)"], "for_zip_pair": ["a = [T(), T()]", "for p in zip(a):", "    see(p, p[0])"],
    "for_reversed": ["a = [T(), T()]", "for x in reversed(a):", "    see(x, a)"], "for_sorted": ["a = [T(), T()]", "for x in sorted(a, key=id):", "    see(x, a)"], "for_iter": ["a = [T(), T()]", "i = iter(a)", "for x in i:", "    see(x, a, i)"],
    "for_generator": ["for x in two():", "    see(x)"], "for_generator_named": ["g = two()", "for x in g:", "    see(x, g)"], "for_generator_local": ["for x in own():", "    see(x)"], "for_genexp": ["a = [T(), T()]", "for x in (t for t in a):", "    see(x, a)"],
    "for_map": ["for x in map(lambda i: T(), range(2)):", "    see(x)"], "for_map_list": ["a = [T(), T()]", "for x in map(lambda i: i, a):", "    see(x, a)"], "for_filter": ["a = [T(), T()]", "for x in filter(None, a):", "    see(x, a)"], "for_range": ["for x in range(10**6, 10**6 + 2):", "    see(x)"], "for_range_named": ["r = range(10**6, 10**6 + 2)", "for x in r:", "    see(x, r)"], "for_str": ["a = ''.join(['xy', ' z'])", "for x in a:", "    see(a)"],
    "for_deque": ["a = collections.deque([T(), T()])", "for x in a:", "    see(x, a)"], "for_chain_items": ["a = {1: [T(), T()]}", "for k, v in a.items():", "    for x in v:", "        see(x, v, a)"],
    "for_nested": ["a = [[T()], [T()]]", "for b in a:", "    for x in b:", "        see(x, b, a)"], "for_attribute": ["h = H()", "h.a = [T()]", "for x in h.a:", "    see(x, h.a, h)"],
    "after_for": ["a = [T(), T()]", "for x in a:", "    pass", "see(x, a)"], "after_enumerate": ["a = [T(), T()]", "for i, x in enumerate(a):", "    pass", "see(x, a)"], "after_items": ["a = {1: T()}", "for k, x in a.items():", "    pass", "see(x, a)"], "after_break": ["a = [T(), T()]", "for i, x in enumerate(a):", "    break", "see(x, a)"], "after_for_display": ["for x in [T(), T()]:", "    pass", "see(x)"],
    "comp_display": ["[see(x) for x in [T()]]"], "comp_list": ["a = [T()]", "[see(x, a) for x in a]"], "comp_items": ["a = {1: T()}", "[see(x, a) for k, x in a.items()]"], "comp_enumerate": ["a = [T()]", "[see(x, a) for i, x in enumerate(a)]"],
    "set_comp_list": ["a = [T()]", "{see(x, a) for x in a}"], "dict_comp_list": ["a = [T()]", "{1: see(x, a) for x in a}"], "genexp_list": ["a = [T()]", "list(see(x, a) for x in a)"], "genexp_held": ["a = [T()]", "g = (x for x in a)", "see(a, g)"], "comp_outer": ["x = T()", "[see(x) for _ in range(1)]"],
    "unpack": ["x, y = T(), T()", "see(x, y)"], "unpack_list": ["a = [T(), T()]", "x, y = a", "see(x, a)"], "unpack_star": ["x, *y = [T(), T()]", "see(x, y, y[0])"], "swap": ["x, y = T(), T()", "x, y = y, x", "see(x, y)"], "walrus": ["(x := T())", "see(x)"], "pop": ["a = [T()]", "x = a.pop()", "see(x)"],
    "with_temporary": ["with Cm() as x:", "    see(x)"], "with_named": ["k = Cm()", "with k as x:", "    see(x)"], "with_named_only": ["k = Cm()", "with k:", "    see(k)"], "with_attribute": ["h = H()", "h.k = Cm()", "with h.k as x:", "    see(x)"], "with_other": ["with Other() as x:", "    see(x)"], "after_with": ["with Cm() as x:", "    pass", "see(x)"], "with_two": ["with Cm() as x, Cm() as y:", "    see(x, y)"],
    "with_open": ["with open(__file__) as x:", "    see(x)"], "with_closing": ["k = T()", "k.close = lambda: None", "with contextlib.closing(k) as x:", "    see(x)"], "with_nullcontext": ["k = T()", "with contextlib.nullcontext(k) as x:", "    see(x)"],
    "except": ["try:", "    raise ValueError('x')", "except ValueError as x:", "    see(x, x.__traceback__)"], "except_named": ["err = ValueError('x')", "try:", "    raise err", "except ValueError as x:", "    see(x)"], "except_stored": ["try:", "    raise ValueError('x')", "except ValueError as x:", "    y = x", "see(y)"],
    "except_called": ["def f():", "    raise ValueError('x')", "try:", "    f()", "except ValueError as x:", "    see(x)"], "except_builtin": ["try:", "    1 / 0", "except ZeroDivisionError as x:", "    see(x)"], "except_key": ["x = T()", "try:", "    {}[x]", "except KeyError as e:", "    see(x, e)"], "except_other_local": ["x = T()", "try:", "    1 / 0", "except ZeroDivisionError:", "    see(x)"], "after_except_local": ["x = T()", "try:", "    1 / 0", "except ZeroDivisionError:", "    pass", "see(x)"],
    "except_from": ["try:", "    try:", "        1 / 0", "    except ZeroDivisionError as x:", "        raise ValueError('y') from x", "except ValueError as y:", "    see(y, y.__cause__)"], "finally": ["x = T()", "try:", "    pass", "finally:", "    see(x)"],
    "default": ["x = T()", "def f(a=x):", "    see(a)", "f()", "see(x)"], "closure": ["x = T()", "def f():", "    return x", "see(x)"], "partial": ["import functools", "x = T()", "f = functools.partial(len, x)", "see(x, f)"], "bound": ["class K:", "    def m(self): pass", "x = K()", "m = x.m", "see(x, m)"], "weakref": ["import weakref", "x = T()", "w = weakref.ref(x)", "see(x, w)"], "instance_dict": ["x = H()", "x.a = T()", "d = x.__dict__", "see(x, d, x.a)"], "vars_temporary": ["x = H()", "x.a = T()", "vars(x)", "see(x, x.a)"],
    "suspended": ["g = own()", "x = next(g)", "see(x, g)"], "coroutine": ["async def f(a):", "    pass", "x = T()", "c = f(x)", "see(x, c)", "c.close()"], "generator_argument": ["def f(a):", "    yield", "x = T()", "g = f(x)", "see(x, g)"], "generator_started": ["def f(a):", "    yield", "x = T()", "g = f(x)", "next(g)", "see(x, g)"],
    "function": ["def f(): pass", "see(f)"], "lambda": ["f = lambda: 0", "see(f)"], "decorated": ["def deco(f): return f", "@deco", "def f(): pass", "see(f)"], "recursive_inner": ["def f():", "    return f", "see(f)"],
    "set_item": ["x = T()", "s = {x}", "see(x, s)"], "dict_key_value": ["x = T()", "d = {x: x}", "see(x)"], "deque_item": ["x = T()", "d = collections.deque([x])", "see(x)"], "slot": ["class K:", "    __slots__ = ('a',)", "x = K()", "x.a = T()", "see(x, x.a)"], "tuple_item": ["x = T()", "t = (x, 1)", "see(x, t)"],
    "list_copy": ["a = [T()]", "b = a.copy()", "see(a, b, a[0])"], "list_slice": ["a = [T()]", "b = a[:]", "see(a, b, a[0])"], "deepcopy": ["import copy", "a = [[1]]", "b = copy.deepcopy(a)", "see(a, b, b[0])"], "sorted_copy": ["a = [T()]", "b = sorted(a, key=id)", "see(a, b, a[0])"], "global_statement": ["global gg", "gg = T()", "see(gg)"],
}

CLASSES = {
    "class": "class K: pass", "class_method": "class K:\n    def f(self): pass", "class_super": "class K:\n    def f(self): return super().f", "class_dunder_class": "class K:\n    def f(self): return __class__",
    "class_slots0": "class K: __slots__ = ()", "class_slots1": "class K: __slots__ = ('a',)", "class_slots3": "class K: __slots__ = ('a', 'b', 'c')", "class_slots_weakref": "class K: __slots__ = ('a', '__weakref__')", "class_slots_dict": "class K: __slots__ = ('a', '__dict__')", "class_slots_both": "class K: __slots__ = ('__dict__', '__weakref__')",
    "class_sub": "class B: pass\nclass K(B): pass", "class_sub_slots": "class B: __slots__ = ('a',)\nclass K(B): pass", "class_sub_slots_slots": "class B: __slots__ = ('a',)\nclass K(B): __slots__ = ('b',)", "class_base_of_one": "class K: pass\nclass D(K): pass", "class_base_of_two": "class K: pass\nclass D(K): pass\nclass E(K): pass", "class_grandbase": "class K: pass\nclass D(K): pass\nclass E(D): pass", "class_instance": "class K: pass\nk = K()", "class_instances3": "class K: pass\nk = [K(), K(), K()]",
    "class_list": "class K(list): pass", "class_dict": "class K(dict): pass", "class_exception": "class K(Exception): pass", "class_value_error": "class K(ValueError): pass", "class_int": "class K(int): pass", "class_str": "class K(str): pass", "class_tuple": "class K(tuple): pass", "class_set": "class K(set): pass", "class_bytes": "class K(bytes): pass", "class_bytearray": "class K(bytearray): pass", "class_float": "class K(float): pass", "class_complex": "class K(complex): pass", "class_frozenset": "class K(frozenset): pass", "class_deque": "class K(collections.deque): pass", "class_ordereddict": "class K(collections.OrderedDict): pass", "class_defaultdict": "class K(collections.defaultdict): pass", "class_int_slots0": "class K(int): __slots__ = ()", "class_list_slots1": "class K(list): __slots__ = ('a',)",
    "class_property": "class K:\n    @property\n    def p(self): return 1", "class_static": "class K:\n    @staticmethod\n    def p(): return 1", "class_attribute": "class K:\n    x = 1\n    y = [1]", "class_annotated": "class K:\n    x: int = 1", "class_doc": "class K:\n    '''doc'''", "class_nested": "class K:\n    class I: pass", "class_multiple": "class A: pass\nclass B: pass\nclass K(A, B): pass", "class_meta": "class M(type): pass\nclass K(metaclass=M): pass", "class_abc": "import abc\nclass K(abc.ABC): pass", "class_eq": "class K:\n    def __eq__(self, o): return True",
    "dataclass": "import dataclasses\n@dataclasses.dataclass\nclass K:\n    x: int = 1", "enum": "import enum\nclass K(enum.Enum):\n    A = 1", "namedtuple": "import collections\nK = collections.namedtuple('K', 'a b')", "class_generic": "import typing\nX = typing.TypeVar('X')\nclass K(typing.Generic[X]): pass", "class_type_call": "K = type('K', (), {})",
    "class_instance_called": "class K:\n    def __init__(self): pass\nfor _ in range(30): K()", "class_method_called": "class K:\n    def f(self): pass\nfor _ in range(30): K().f()", "class_isinstance": "class K: pass\nisinstance(1, K)",
}

# `@` is a digit that makes each use its own constant
LITERALS = {
    "int": "12345@", "float": "123@.5", "complex": "12@j", "str": "'zq8 x@'", "str_wide": "'\\u0416\\u041@'", "bytes": "b'zq8@'", "tuple": "(1001, 100@)", "nested": "((1001, 100@), 1003)",
    "negative": "-12345@", "folded_sum": "100000 + 2345@", "folded_str": "'zq@ ' * 5", "folded_index": "(1001, 1002, 'zq8 y@')[2]", "fstring_constant": "f'zq8 z@'",
}


def expand(lines):
    """see(a, b) -> note([peek(id(a)), peek(id(b))]), in whatever expression it stands."""
    import re
    return [re.sub(r"see\((.*?)\)(?=$| for)", lambda m: "note([%s])" % ", ".join("peek(id(%s))" % e for e in m.group(1).split(", ")), line) for line in lines]


def run(src):
    seen = []

    def note(counts):
        if len(seen) < 6 and (not seen or seen[-1] != counts):
            seen.append(counts)
    env = {"note": note, "__name__": "__main__", "__file__": __file__}
    exec(compile(PRELUDE + src, "holders.py", "exec"), env)
    return seen


def cases():
    got = {}
    for name, lines in CASES.items():
        body = expand(lines)
        globals_ok = [line for line in body if not line.startswith("global ")]
        got[name] = {
            "local": run("def f():\n" + "".join("    %s\n" % line for line in body) + "for _ in range(40): f()\n"),
            "module": run("".join(line + "\n" for line in globals_ok)),
        }
    return got


def classes():
    got = {}
    for name, src in CLASSES.items():
        body = src.split("\n") + ["note(peek(id(K)))"]
        try:
            got[name] = {"module": run("\n".join(body) + "\n")[0], "local": run("def f():\n" + "".join("    %s\n" % line for line in body) + "f()\n")[0]}
        except TypeError:
            got[name] = None
    return got


def run_file(text, module):
    """What TEXT prints as a script, or when it is imported."""
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "zq8mod.py")
    with open(path, "w") as out:
        out.write(text)
    try:
        args = [path] if not module else ["-c", "import sys; sys.path.insert(0, %r); import zq8mod" % folder]
        return json.loads(subprocess.check_output([sys.executable, "-B"] + args))
    finally:
        os.remove(path)
        os.rmdir(folder)


def literals():
    """literal -> counts of: a module's name; two names; a name, and a name in an uncalled function; a function's local; an
    item of a constant list; a default argument seen as the parameter; a class attribute; the file's first constant, as a
    default argument, and as the first item of a tuple. `script`: by `python FILE`; `import`."""
    got = {}
    peek = "import ctypes\ndef peek(a):\n    return ctypes.c_uint32.from_address(a).value\n"
    together = ["x# = %s\nr# = peek(id(x#))\n", "x# = %s\ny# = %s\nr# = peek(id(x#))\n", "x# = %s\ndef f#():\n    return %s\nr# = peek(id(x#))\n", "def f#():\n    x = %s\n    return peek(id(x))\nr# = f#()\n",
                "x# = [%s, 7, 8]\nr# = peek(id(x#[0]))\n", "def f#(x=%s):\n    return peek(id(x))\nr# = f#()\n", "class C#:\n    x = %s\nr# = peek(id(C#.x))\n"]
    first = ["def f(x=%s):\n    return peek(id(x))\n" + peek + "r0 = f()\n", "t = (%s, 77.5)\n" + peek + "r0 = peek(id(t[0]))\n"]
    for name, lit in LITERALS.items():
        literal = lambda i: lit.replace("@", str(i))
        one = peek + "".join(part.replace("%s", literal(i)).replace("#", str(i)) for i, part in enumerate(together))
        texts = [one + "print([%s])\n" % ", ".join("r%d" % i for i in range(len(together)))]
        texts += [part.replace("%s", literal(0)) + "print([r0])\n" for part in first]
        got[name] = {key: [n for text in texts for n in run_file(text, key == "import")] for key in ("script", "import")}
    return got


def rows():
    return {"holders": cases(), "classes": classes(), "literals": literals()}


if __name__ == "__main__":
    got = {}
    for part, r in rows().items():
        for k, v in r.items():
            got["%s %s" % (part, k)] = v
    print(json.dumps(got))

"""Sizes of instances: of classes by shape, of builtins' subclasses, their __dict__, and real bytes.

A shape is written `dict,weakref,slots`: `1,1,0` is a class statement without __slots__.
"""
import collections
import gc
import json
import sys
import tracemalloc

S = sys.getsizeof
V = sys.version_info[:2]

BASES = {
    "object": (object, ()), "list": (list, ()), "dict": (dict, ()), "set": (set, ()), "frozenset": (frozenset, ()),
    "str": (str, ("abc",)), "str_wide": (str, ("\u0416\u0416",)), "bytes": (bytes, (b"abc",)), "bytearray": (bytearray, (b"abc",)), "int": (int, (5,)), "float": (float, (1.5,)),
    "complex": (complex, (1j,)), "tuple": (tuple, ((1, 2),)), "exception": (Exception, ()), "oserror": (OSError, ()),
    "deque": (collections.deque, ()), "ordereddict": (collections.OrderedDict, ()), "defaultdict": (collections.defaultdict, ()),
}


def shapes(base, args):
    """shape -> size of its instance less that of the base's own; null where the class cannot be made."""
    got = {}
    for d in (0, 1):
        for w in (0, 1):
            for k in (0, 1, 3):
                names = ["s%d" % i for i in range(k)] + ["__dict__"] * d + ["__weakref__"] * w
                try:
                    if d and w and not k:
                        cls = type("C", (base,), {})
                    else:
                        cls = type("C", (base,), {"__slots__": tuple(names)})
                    got["%d,%d,%d" % (d, w, k)] = S(cls(*args)) - S(base(*args))
                except TypeError:
                    got["%d,%d,%d" % (d, w, k)] = None
    return got


def plain(k, base="object", **ns):
    """A fresh class whose __init__ sets k attributes."""
    exec("class C(%s):\n    def __init__(self):\n        pass\n" % base + "".join("        self.a%d = 0\n" % i for i in range(k)), ns)
    return ns["C"]


def steps(values, first=1):
    got, last = [], None
    for n, value in enumerate(values, first):
        if value != last:
            got.append([n, value])
            last = value
    return got


def dicts_by_instance(k):
    """Sizes of the __dict__ of the 1st, 2nd, ... 40th instance of a class, each asked right after it was made."""
    cls = plain(k)
    return steps([S(cls().__dict__) for _ in range(40)])


def real(cls, nth):
    """Bytes that the allocator is asked for by the nth instance of a class."""
    for _ in range(nth - 1):
        cls()
    gc.collect()
    tracemalloc.start(1)
    before = tracemalloc.get_traced_memory()[0]
    x = cls()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return after - before if x is not None else 0


class Known:
    __slots__ = ()                       # 32 bytes: tells how much of a reading is not the instance's


def reals():
    gc.disable()
    rest = real(Known, 2) - 32
    got = {
        # the first instance of a class also makes what the class keeps, and is no measure of one instance
        "plain": {str(k): steps([real(plain(k), n) - rest for n in range(2, 41)], 2) for k in (0, 1, 2, 3, 5, 6, 8, 10, 11, 20, 21, 22, 27, 28)},
        "slots": [real(type("C", (), {"__slots__": tuple("s%d" % i for i in range(k))}), 3) - rest for k in range(12)],
        "slots_weakref": [real(type("C", (), {"__slots__": tuple("s%d" % i for i in range(k)) + ("__weakref__",)}), 3) - rest for k in range(6)],
    }
    gc.enable()
    return got


def rows():
    return {
        "subclass": {name: shapes(*b) for name, b in BASES.items()},
        "instance_dict": {str(k): dicts_by_instance(k) for k in list(range(13)) + [20, 21, 22, 27, 28]},
        "real_bytes": reals(),
    }


if __name__ == "__main__":
    got = {}
    for part, r in rows().items():
        for k, v in r.items():
            got[part + " " + k] = v
    print(json.dumps(got))

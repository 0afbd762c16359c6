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


def rows():
    return {"subclass": {name: shapes(*b) for name, b in BASES.items()}}


if __name__ == "__main__":
    got = {}
    for base, r in rows()["subclass"].items():
        for k, v in r.items():
            got[base + " " + k] = v
    print(json.dumps(got))

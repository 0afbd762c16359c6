"""Calls the functions of library.tbl with sample arguments under the Python that runs this, and compares.

For each: the exact type of the result, whether it is new where the table says so, whether arguments that the table does
not say to be kept or changed have as many references, and the same contents, afterwards. Prints what differs.
"""
import copy
import importlib
import re
import sys

SAMPLES = {
    "math": [(0.5,), (2,), (4.0, 2.0), ((0.25, 0.5), (0.5, 0.75)), ([1.5, 2.5],), (6, 4), (5, 2)],
    "random": [(), (1, 3), ([300, 400, 500],), ([300, 400, 500], 2), (0.5, 1.0), (10,)],
    "statistics": [([1.5, 2.5, 4.0],)],
    "itertools": [([1, 2],), (3,), ([[1], [2]],), ([1, 2], 2)],
    "heapq": [([1000, 2000, 3000],), ([1000, 2000, 3000], 4000), (2, [1000, 2000, 3000])],
    "bisect": [([1000, 2000, 3000], 2500)],
    "operator": [(5000, 6000), ([1], [2])],
    "re": [(r"(\w)(\w*)", "hello there"), (r"l+", "L", "hello"), ("a.b",), (r"x", "hello")],
    "json": [({"a": [1, 2]},), ('{"a": [1, 2]}',)],
    "time": [()],
    "datetime.date": [(), (2024, 2, 29)],
    "datetime.datetime": [(), (2024, 2, 29)],
    "datetime.timedelta": [()],
    "textwrap": [("some words to wrap", 8), ("  indented",), ("text", "> ")],
    "string": [("two words",)],
    "base64": [(b"abcd",), ("YWJj",)],
    "binascii": [(b"abcd",), ("6162",)],
    "zlib": [(b"abcdef",)],
    "struct": [("<i", 5000), ("<i", b"abcd"), ("<i",)],
    "uuid": [()],
    "secrets": [(), (8,), ([300, 400],)],
    "html": [("a < b",)],
    "calendar": [(2024,), (2024, 2), (2024, 2, 29)],
    "keyword": [("for",)],
    "fnmatch": [("a.py", "*.py"), (["a.py"], "*.py")],
    "copy": [([1],)],
    "platform": [()],
    "os.path": [("/tmp/x.txt",), ("a", "b")],
    "urllib.parse": [("a b",), ("http://x/y?a=1",), ("http://x/y", "z")],
    "unicodedata": [("a",), ("NFC", "a")],
    "str": [(), ("l",), ("l", "L"), (20,), (["a", "b"],), ({108: "L"},)],
    "bytes": [(), (b"l",), (b"l", b"L"), (20,), ([b"a", b"b"],)],
    "bytearray": [(), (b"l",), (b"l", b"L"), (20,), (100,)],
    "int": [(), (4, "big")],
    "float": [()],
    "complex": [()],
    "list": [(), (1000,), ([5000],), (0, 5000)],
    "tuple": [(1000,)],
    "dict": [(), ("a",), ("zz", 5000), ({"b": [1]},)],
    "set": [(), (1000,), ({1000, 7},)],
    "frozenset": [(), ({1000, 7},)],
    "collections.deque": [(), (1000,), ([5000],), (0, 5000)],
    "collections.Counter": [(), ("a",), ({"b": 1},)],
    "collections.OrderedDict": [(), ("a",), ("zz", 5000), ({"b": [1]},)],
    "range": [(2,)],
    "re.Match": [(), (0,), (1,)],
    "re.Pattern": [("hello there",), ("L", "hello there")],
    "_io.StringIO": [(), ("text",), (0,)],
    "_io.BytesIO": [(), (b"text",), (0,)],
    "random.Random": [(), (1, 3), ([300, 400, 500],), (0.5, 1.0)],
    "memoryview": [()],
    "queue.Queue": [(), ([5000],)],
    "threading.Event": [()],
    "fractions.Fraction": [()],
    "decimal.Decimal": [()],
    "pathlib.PurePosixPath": [(), ("x",)],
}
SKIPPED = {"time.sleep", "time.mktime", "heapq.merge", "re.Match.expand", "threading.Event.wait", "queue.Queue.join",
           "queue.Queue.task_done", "queue.Queue.get", "queue.Queue.get_nowait", "pathlib.PurePosixPath.as_uri"}


def receivers(kind):
    import collections, datetime, decimal, fractions, io, pathlib, queue, random, threading
    made = {
        "str": lambda: "".join(["hel", "lo"]), "bytes": lambda: bytes([104, 101, 108]), "bytearray": lambda: bytearray(b"hel"),
        "int": lambda: 5000, "float": lambda: 2.5, "complex": lambda: complex(1, 2), "list": lambda: [1000, 2000],
        "tuple": lambda: (1000, 2000), "dict": lambda: {"a": [1]}, "set": lambda: {1000}, "frozenset": lambda: frozenset([1000]),
        "collections.deque": lambda: collections.deque([1000, 2000]), "collections.Counter": lambda: collections.Counter("aab"),
        "collections.OrderedDict": lambda: collections.OrderedDict(a=[1]), "range": lambda: range(5),
        "datetime.date": lambda: datetime.date(2024, 1, 31), "datetime.datetime": lambda: datetime.datetime(2024, 1, 31),
        "datetime.timedelta": lambda: datetime.timedelta(1), "re.Match": lambda: re.match("(h)(e)", "hello"),
        "re.Pattern": lambda: re.compile("l+"), "_io.StringIO": io.StringIO,
        "_io.BytesIO": lambda: io.BytesIO(b"text"), "random.Random": lambda: random.Random(1),
        "memoryview": lambda: memoryview(b"abc"), "queue.Queue": queue.Queue, "threading.Event": threading.Event,
        "fractions.Fraction": lambda: fractions.Fraction(1, 3), "decimal.Decimal": lambda: decimal.Decimal("1.5"),
        "pathlib.PurePosixPath": lambda: pathlib.PurePosixPath("/a/b.txt"),
    }
    return made.get(kind)


def name_of(x):
    t = type(x)
    return t.__qualname__ if t.__module__ == "builtins" else t.__module__ + "." + t.__qualname__


PLAIN = ("int", "float", "complex", "str", "bytes", "bytearray")
SAME_NAMES = {"weakref": "weakref.ReferenceType", "pathlib._local.PurePosixPath": "pathlib.PurePosixPath",
              "pathlib._local.PosixPath": "pathlib.PosixPath", "_collections.deque": "collections.deque"}


def entries(path):
    section = ""
    for line in open(path, encoding="utf-8"):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            section = line[1:-1]
            continue
        names, rest = line.split(": ", 1)
        if rest.startswith(("= ", "type ", "value ")):
            continue
        for name in names.split(", "):
            yield section, name, rest.split()


def main():
    wrong, checked = [], 0
    for section, name, words in entries(sys.argv[1]):
        full = section + "." + name
        since = next((int(word[2:]) for word in words if word.startswith("3.")), 0)
        if "unknown" in words or full in SKIPPED or since > sys.version_info[1] or words[0] == "raises":
            continue
        make = receivers(section)
        if make is None and section not in SAMPLES:
            continue
        if name == "()":
            continue
        for sample in SAMPLES.get(section, [()]):
            if make is not None:
                owner = make()
                function = getattr(owner, name, None)
            else:
                owner = None
                try:
                    function = getattr(importlib.import_module(section), name, None)
                except ImportError:
                    function = None
            if function is None:
                continue
            args = anew(sample)
            held = [owner] + list(args)
            for x in list(args):
                if isinstance(x, (list, tuple, set, dict)):
                    held.extend(x)
            contents = [copy_of(x) for x in held]
            counts = counts_of(held)
            try:
                result = function(*args)
            except Exception:
                continue
            if result is NotImplemented:
                continue
            checked += 1
            got = name_of(result)
            got = SAME_NAMES.get(got, got)
            new = words[0] == "new"
            expected = words[1] if new else words[0]
            expected = {"None": "NoneType", "self": name_of(owner), "arg0": name_of(args[0]) if args else "?",
                        "arg1": name_of(args[1]) if len(args) > 1 else "?"}.get(expected, expected)
            if words[0] not in ("any", "foreign") and got != expected:
                wrong.append("%s%r: %s, the table says %s" % (full, sample, got, expected))
            if new and (any(result is x for x in held) or sys.getrefcount(result) > 2):
                wrong.append("%s%r: not new" % (full, sample))
            del function
            after = counts_of(held)
            for at, content in enumerate(contents):
                x = held[at]
                changed = ("changes" in words and x is owner or "changes0" in words and at == 1
                           or "changes1" in words and at == 2)
                may_hold = "keeps" in words or "apart" not in words and may_be_in(words, x)
                if not may_hold and not is_shared(x) and after[at] > counts[at]:
                    wrong.append("%s%r: holds %r" % (full, sample, x))
                if not changed and content is not None and content != copy_of(x):
                    wrong.append("%s%r: changes %r" % (full, sample, x))
                del x
            del result
    for line in wrong:
        print(line)
    print("%d calls checked" % checked)
    return 1 if wrong else 0


def counts_of(held):
    """References to each of the objects, counted in the same way every time."""
    return [sys.getrefcount(held[at]) for at in range(len(held))]


def is_shared(x):
    """CPython keeps one of these for all, so that others may come and go."""
    if isinstance(x, int):
        return -5 <= x <= 1024
    return x is None or isinstance(x, (str, bytes, tuple)) and len(x) < 2


def may_be_in(words, x):
    """The result, by what the table says of its type, may be x or hold it."""
    if words[0] in ("None", "bool") or words[0] == "new" and words[1] in PLAIN:
        return False
    return words[0] not in PLAIN or type(x).__name__ == words[0]


def anew(x):
    """An equal object that nobody else holds, as far as there can be one."""
    if isinstance(x, str):
        return "".join(list(x))
    if isinstance(x, bytes):
        return bytes(list(x))
    if isinstance(x, int):
        return int(str(x))
    if isinstance(x, float):
        return float(repr(x))
    if isinstance(x, dict):
        return {anew(key): anew(value) for key, value in x.items()}
    if isinstance(x, (list, tuple, set, frozenset)):
        return type(x)(anew(item) for item in x)
    return copy.deepcopy(x)


def copy_of(x):
    """The contents of an object that can change; None of others."""
    if isinstance(x, (list, dict, set, bytearray)):
        return repr(x)
    return None


if __name__ == "__main__":
    sys.exit(main())

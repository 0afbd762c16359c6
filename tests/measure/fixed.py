"""Sizes of objects whose size does not depend on what they hold: kind -> [type as `type(x)` names it, sys.getsizeof(x)].

A kind is this project's own name, the same in all versions; the type's name is what this version calls it.
"""
import array
import asyncio
import collections
import contextlib
import contextvars
import datetime
import decimal
import enum
import fractions
import functools
import io
import itertools
import json
import operator
import os
import pathlib
import queue
import random
import re
import string
import sys
import threading
import time
import types
import typing
import uuid
import weakref

V = sys.version_info[:2]


def name(x):
    t = type(x)
    return t.__qualname__ if t.__module__ in ("builtins", "__main__") else t.__module__ + "." + t.__qualname__


def f(a, b=1):
    return a


def gen():
    yield


async def coro():
    pass


async def agen():
    yield


class C:
    def m(self):
        pass


class Base:
    pass


class Sub(Base):
    x = 1


class Slots0:
    __slots__ = ()


class Slots2:
    __slots__ = ("a", "b")


class Abstract(__import__("abc").ABC):
    pass


class Color(enum.Enum):
    RED = 1


class Meta(type):
    pass


class WithMeta(metaclass=Meta):
    pass


T = typing.TypeVar("T")

# One line per kind; the expression is evaluated so that a kind which a version lacks is left out.
KINDS = {
    "None": "None", "Ellipsis": "...", "NotImplemented": "NotImplemented", "object": "object()", "False": "False", "True": "True",
    "float": "1.5", "complex": "1j", "range": "range(5)", "slice": "slice(1, 2)",
    "function": "f", "lambda": "(lambda: 0)", "method": "C().m", "builtin_function": "len", "builtin_method": "[].append",
    "method_descriptor": "str.upper", "wrapper_descriptor": "int.__add__", "method_wrapper": "(1).__add__", "classmethod_descriptor": "dict.__dict__['fromkeys']",
    "member_descriptor": "Slots2.a", "getset_descriptor": "type.__dict__['__dict__']",
    "cell": "types.CellType(1)", "property": "property()", "staticmethod": "staticmethod(f)", "classmethod": "classmethod(f)",
    "super": "super(C, C())", "module": "types.ModuleType('m')", "module_json": "json", "mappingproxy": "types.MappingProxyType({})",
    "class": "C", "class_sub": "Sub", "class_slots0": "Slots0", "class_slots": "Slots2", "class_abc": "Abstract", "class_meta": "WithMeta",
    "simple_namespace": "types.SimpleNamespace()", "generic_alias": "list[int]", "union": "int | str", "typing_alias": "typing.List[int]", "typevar": "T",
    "genexp": "(i for i in ())", "coroutine": "coro_object", "async_generator": "agen()",
    "list_iterator": "iter([])", "tuple_iterator": "iter(())", "str_iterator": "iter('a')", "str_iterator_wide": "iter('\\xe9\\xe9')", "bytes_iterator": "iter(b'a')",
    "dict_keyiterator": "iter({})", "dict_valueiterator": "iter({}.values())", "dict_itemiterator": "iter({}.items())", "set_iterator": "iter(set())",
    "range_iterator": "iter(range(1))", "longrange_iterator": "iter(range(10**30))", "list_reverseiterator": "reversed([])", "reversed": "reversed((1,))",
    "dict_reversekeyiterator": "reversed({})", "range_reverseiterator": "reversed(range(3))", "callable_iterator": "iter(int, 1)", "sequence_iterator": "iter(Getitem())",
    "bytearray_iterator": "iter(bytearray())", "deque_iterator": "iter(collections.deque())", "enumerate": "enumerate([])", "zip": "zip([], [])", "zip0": "zip()",
    "map": "map(f, [])", "filter": "filter(f, [])", "dict_keys": "{}.keys()", "dict_values": "{}.values()", "dict_items": "{}.items()",
    "weakref": "weakref.ref(C)", "weakproxy": "weakref.proxy(C)", "traceback": "tb", "memoryview": "memoryview(b'abc')",
    "date": "datetime.date(2020, 1, 1)", "time": "datetime.time(1)", "datetime": "datetime.datetime(2020, 1, 1)", "timedelta": "datetime.timedelta(1)", "timezone": "datetime.timezone.utc",
    "Decimal": "decimal.Decimal('1.1')", "Fraction": "fractions.Fraction(1, 2)", "Path": "pathlib.Path('a')", "PurePosixPath": "pathlib.PurePosixPath('a')", "UUID": "uuid.UUID(int=1)",
    "Lock": "threading.Lock()", "RLock": "threading.RLock()", "Event": "threading.Event()", "Thread": "threading.Thread()", "local": "threading.local()",
    "partial": "functools.partial(len)", "itemgetter": "operator.itemgetter(0)", "attrgetter": "operator.attrgetter('a')", "methodcaller": "operator.methodcaller('a')",
    "count": "itertools.count()", "cycle": "itertools.cycle([])", "repeat": "itertools.repeat(1)", "chain": "itertools.chain()", "islice": "itertools.islice([], 1)",
    "accumulate": "itertools.accumulate([])", "starmap": "itertools.starmap(f, [])", "takewhile": "itertools.takewhile(f, [])", "dropwhile": "itertools.dropwhile(f, [])", "groupby": "itertools.groupby([])",
    "compress": "itertools.compress([], [])", "zip_longest": "itertools.zip_longest([])", "pairwise": "itertools.pairwise([])", "filterfalse": "itertools.filterfalse(f, [])",
    "lru_cache_wrapper": "functools.lru_cache(None)(f)", "cached_property": "functools.cached_property(f)", "singledispatch": "functools.singledispatch(f)",
    "ChainMap": "collections.ChainMap({})", "UserDict": "collections.UserDict()", "UserList": "collections.UserList()", "UserString": "collections.UserString('a')",
    "enum_member": "Color.RED", "Match": "re.match('a', 'a')", "StringIO": "io.StringIO()", "Random": "random.Random()", "struct_time": "time.gmtime(0)",
    "ContextVar": "contextvars.ContextVar('x')", "Queue": "queue.Queue()", "Template": "string.Template('')", "WeakKeyDictionary": "weakref.WeakKeyDictionary()", "WeakValueDictionary": "weakref.WeakValueDictionary()",
    "WeakSet": "weakref.WeakSet()", "ExitStack": "contextlib.ExitStack()", "nullcontext": "contextlib.nullcontext()", "JSONDecoder": "json.JSONDecoder()",
}


class Getitem:
    def __getitem__(self, i):
        raise IndexError


def exceptions():
    """Every builtin exception class, made with no arguments where it can be: name -> size."""
    import builtins
    got = {}
    for key, cls in sorted(vars(builtins).items()):
        if isinstance(cls, type) and issubclass(cls, BaseException) and cls.__name__ == key:
            args = ()
            if key == "UnicodeDecodeError":
                args = ("a", b"b", 0, 1, "r")
            elif key == "UnicodeEncodeError":
                args = ("a", "b", 0, 1, "r")
            elif key == "UnicodeTranslateError":
                args = ("b", 0, 1, "r")
            elif key.endswith("ExceptionGroup"):
                args = ("m", [ValueError(1)])
            got[key] = sys.getsizeof(cls(*args))
    return got


def rows():
    import warnings
    env = dict(globals())
    env["coro_object"] = coro()
    try:
        raise ValueError
    except ValueError as e:
        env["tb"] = e.__traceback__
    got = {}
    for kind, source in KINDS.items():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                x = eval(source, env)
        except (TypeError, AttributeError):
            continue
        got[kind] = [name(x), sys.getsizeof(x)]
    env["coro_object"].close()
    return {"fixed": got, "exceptions": exceptions()}


if __name__ == "__main__":
    print(json.dumps(rows()))

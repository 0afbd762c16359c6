"""getattr, setattr, vars, dir, __dict__, dynamic classes and functions."""
import operator


class Record:
    def __init__(self, **values):
        for name, value in values.items():
            setattr(self, name, value)

    def as_dict(self):
        return dict(vars(self))

    def update(self, **values):
        self.__dict__.update(values)
        return self


class Strict:
    allowed = ("x", "y")

    def __setattr__(self, name, value):
        if name not in self.allowed:
            raise AttributeError(name)
        object.__setattr__(self, name, value)

    def __delattr__(self, name):
        object.__setattr__(self, name, None)


class Recorder:
    def __init__(self):
        self.calls = []

    def __getattr__(self, name):
        def method(*args):
            self.calls.append((name, args))
            return self

        return method


class Attribute:
    def __init__(self, default):
        self.default = default

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return instance.__dict__.get(self.name, self.default)


class Model:
    title = Attribute("untitled")
    tags = Attribute([])


def make_getter(name):
    def getter(self):
        return getattr(self, "_" + name)

    return property(getter)


def build(name, fields, base=object):
    def init(self, *values):
        for field, value in zip(fields, values):
            setattr(self, "_" + field, value)

    namespace = {"__init__": init}
    for field in fields:
        namespace[field] = make_getter(field)
    return type(name, (base,), namespace)


record = Record(a=1, b=[2])
data = record.as_dict()
shared = data["b"] is record.b
same = record.update(c=3, a=10) is record
values = [getattr(record, name, None) for name in ("a", "c", "z")]
names = sorted(vars(record))
strict = Strict()
strict.x = [1]
try:
    strict.z = 1
except AttributeError as error:
    refused = error.args[0]
del strict.x
cleared = strict.x
recorder = Recorder()
recorder.start("fast").stop()
calls = recorder.calls
one, two = Model(), Model()
defaults = one.title, one.tags is two.tags
one.__dict__["title"] = "own"
titles = one.title, two.title, Model.title.default
Pair = build("Pair", ["left", "right"])
pair = Pair([1], "r")
left = pair.left
left.append(2)
kept = pair.left is left
Sub = build("Sub", ["extra"], base=Record)
sub = Sub("e")
mixed = sub.extra, isinstance(sub, Record)
method = record.as_dict
bound = method.__self__ is record
getter = operator.attrgetter("b")
items = getter(record)
function = Record.as_dict
function.cache = {}
function.cache["k"] = record
linked = Record.as_dict.cache["k"] is record
members = [name for name in dir(Pair) if not name.startswith("_")]
for name in names:
    delattr(record, name)
empty = record.as_dict()
print(data, shared, same, values, names, refused, cleared, calls, defaults, titles, kept, mixed, bound, items, linked)
print(members, empty)

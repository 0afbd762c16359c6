"""Classes as data: __init_subclass__, metaclasses, type(), factories, dispatch tables."""


class Plugin:
    registry = {}
    order = []

    def __init_subclass__(cls, name=None, **options):
        super().__init_subclass__(**options)
        cls.name = name or cls.__name__.lower()
        Plugin.registry[cls.name] = cls
        Plugin.order.append(cls.name)

    def run(self, text):
        return text


class Upper(Plugin):
    def run(self, text):
        return text.upper()


class Reverse(Plugin, name="rev"):
    def run(self, text):
        return text[::-1]


class Repeat(Plugin):
    def __init__(self, times=2):
        self.times = times

    def run(self, text):
        return text * self.times


class Meta(type):
    made = []

    def __new__(mcs, name, bases, namespace):
        namespace["tag"] = name + "!"
        cls = super().__new__(mcs, name, bases, namespace)
        mcs.made.append(cls)
        return cls

    def __call__(cls, *args):
        instance = super().__call__(*args)
        cls.instances = getattr(cls, "instances", 0) + 1
        return instance


class Tagged(metaclass=Meta):
    def __init__(self, data=None):
        self.data = data


class TaggedChild(Tagged):
    pass


def pipeline(*names):
    plugins = [Plugin.registry[name]() for name in names]

    def process(text):
        for plugin in plugins:
            text = plugin.run(text)
        return text

    process.plugins = plugins
    return process


def make_class(name, **attributes):
    return type(name, (Plugin,), attributes)


def describe(cls):
    return {"name": cls.__name__, "bases": [base.__name__ for base in cls.__bases__]}


shout = pipeline("upper", "repeat")
loud = shout("hi")
mirrored = pipeline("rev")("abc")
nothing = pipeline()("same")
thrice = Repeat(3).run("x")
Strip = make_class("Strip", run=lambda self, text: text.strip())
stripped = Strip().run("  y ")
registered = Plugin.registry["strip"] is Strip
order = Plugin.order
plugin = shout.plugins[1]
plugin.times = 3
louder = shout("ho")
one, two = Tagged(), TaggedChild([1])
tags = Tagged.tag, TaggedChild.tag
made = [cls.__name__ for cls in Meta.made]
counts = Tagged.instances, TaggedChild.instances
info = describe(TaggedChild), describe(Strip)
kind = type(Tagged) is Meta, type(Upper) is type
handlers = {int: "number", str: "text", list: "list"}
kinds = [handlers.get(type(value), "other") for value in (1, "a", [], None)]
Upper.run = Plugin.run
patched = Upper().run("calm")
print(loud, mirrored, nothing, thrice, stripped, registered, order, louder, tags, made, counts, info, kind, kinds, patched)

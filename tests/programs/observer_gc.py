"""Parents and children: strong references both ways, then a weak one."""
import gc
import weakref


class Parent:
    def __init__(self, name):
        self.name = name
        self.children = []

    def add(self, child):
        child.parent = self
        self.children.append(child)
        return child


class Child:
    def __init__(self, name):
        self.name = name
        self.parent = None


class WeakChild:
    def __init__(self, name):
        self.name = name
        self._parent = None

    @property
    def parent(self):
        return self._parent() if self._parent is not None else None

    @parent.setter
    def parent(self, value):
        self._parent = weakref.ref(value)


class Selfish:
    def __init__(self):
        self.me = self


class Callback:
    def __init__(self):
        self.handler = self.handle
        self.calls = 0

    def handle(self):
        self.calls += 1


deaths = []
strong = Parent("strong")
son = strong.add(Child("son"))
daughter = strong.add(Child("daughter"))
watch = weakref.ref(strong, lambda ref: deaths.append("strong"))
del strong, son, daughter
before = list(deaths)
gc.collect()
after = list(deaths)

weak = Parent("weak")
one = weak.add(WeakChild("one"))
owner = one.parent
known = owner is weak
owner = None
watch = weakref.ref(weak, lambda ref: deaths.append("weak"))
del weak
at_once = list(deaths)
orphan = one.parent

selfish = Selfish()
selfish = None
callback = Callback()
callback.handler()
calls = callback.calls
callback.handler = None
callback = None
cycle = [1]
cycle.append(cycle)
cycle.pop()
cycle = None
ring = {}
ring["self"] = ring
ring.clear()
ring = None
gc.collect()
left = len(deaths)
print(before, after, known, at_once, orphan, calls, left)

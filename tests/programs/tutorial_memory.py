# What sys, gc and weakref tell.
import gc
import sys
import weakref


class Node:
    def __init__(self, name):
        self.name = name
        self.links = []

    def link(self, other):
        self.links.append(other)


sizes = {
    "int": sys.getsizeof(1),
    "big": sys.getsizeof(2 ** 100),
    "float": sys.getsizeof(1.0),
    "empty list": sys.getsizeof([]),
    "three": sys.getsizeof([1, 2, 3]),
    "empty dict": sys.getsizeof({}),
}
print(len(sizes))

growing = []
steps = []
last = sys.getsizeof(growing)
for i in range(20):
    growing.append(i)
    size = sys.getsizeof(growing)
    if size != last:
        steps.append(len(growing))
        last = size
print(len(steps) > 2)

a = Node("a")
b = Node("b")
a.link(b)
count = sys.getrefcount(b)
b.link(a)
more = sys.getrefcount(a)
watch = weakref.ref(a)
print(watch() is a)
del a, b
still = watch() is not None
gc.collect()
gone = watch() is None
print(still, gone)

lonely = Node("lonely")
watch = weakref.ref(lonely)
lonely = None
print(watch() is None)

keeper = Node("keeper")
held = Node("held")
keeper.link(held)
watch = weakref.ref(held)
held = None
print(watch() is keeper.links[0])
keeper.links.clear()
print(watch() is None)

cache = weakref.WeakValueDictionary()
value = Node("cached")
cache["k"] = value
present = "k" in cache
value = None
absent = "k" in cache
print(present, absent)

log = []
target = Node("finalized")
weakref.finalize(target, log.append, "finalized")
target = None
print(log)

tracked = [gc.is_tracked(thing) for thing in ([], 1, "text", Node("n"))]
print(tracked)
enabled = gc.isenabled()
threshold = gc.get_threshold()
print(len(threshold))


class Chatty:
    def __init__(self, log):
        self.log = log

    def __del__(self):
        self.log.append("deleted")


messages = []
chatty = Chatty(messages)
also = chatty
chatty = None
before = len(messages)
also = None
after = len(messages)
print(before, after)

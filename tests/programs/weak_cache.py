"""Caches that hold and caches that don't: strong, weak, by use, by function."""
import functools
import weakref


class Image:
    loads = 0

    def __init__(self, name):
        Image.loads += 1
        self.name = name
        self.pixels = [0] * 8


class StrongCache:
    def __init__(self):
        self.images = {}

    def get(self, name):
        if name not in self.images:
            self.images[name] = Image(name)
        return self.images[name]


class WeakCache:
    def __init__(self):
        self.images = weakref.WeakValueDictionary()

    def get(self, name):
        image = self.images.get(name)
        if image is None:
            image = Image(name)
            self.images[name] = image
        return image


class Registry:
    def __init__(self):
        self.listeners = weakref.WeakSet()

    def notify(self):
        return sorted(listener.name for listener in self.listeners)


class Canvas:
    def __init__(self, image):
        self._image = weakref.ref(image)

    @property
    def image(self):
        return self._image()


@functools.lru_cache(maxsize=2)
def thumbnail(name, size=2):
    return Image(name).pixels[:size]


strong = StrongCache()
a = strong.get("a")
again = strong.get("a")
same = a is again
watch = weakref.ref(a)
a = again = None
held = watch() is not None
strong.images.clear()
freed = watch() is None

weak = WeakCache()
b = weak.get("b")
other = weak.get("b")
shared = b is other
loads = Image.loads
b = None
kept = "b" in weak.images
other = None
dropped = "b" in weak.images
reloaded = weak.get("b").name
count = Image.loads - loads

registry = Registry()
one, two = Image("one"), Image("two")
registry.listeners.add(one)
registry.listeners.add(two)
before = registry.notify()
del one
after = registry.notify()

canvas = Canvas(two)
shown = canvas.image is two
two = None
blank = canvas.image

first = thumbnail("x")
second = thumbnail("x")
third = thumbnail("x", 4)
identical = first is second
first.append("spoiled")
spoiled = thumbnail("x")
thumbnail("y")
info = thumbnail.cache_info()
thumbnail.cache_clear()
fresh = thumbnail("x")

notes = weakref.WeakKeyDictionary()
key = Image("key")
notes[key] = ["about key"]
note = notes[key]
key = None
left = len(notes)
print(same, held, freed, shared, kept, dropped, reloaded, count, before, after, shown, blank)
print(identical, spoiled, third, info.currsize, fresh, left, note)

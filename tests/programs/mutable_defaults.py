"""The default argument that remembers, and the ways around it."""


def append_to(item, target=[]):
    target.append(item)
    return target


def append_safely(item, target=None):
    if target is None:
        target = []
    target.append(item)
    return target


def count_words(text, counts={}):
    for word in text.split():
        counts[word] = counts.get(word, 0) + 1
    return counts


def register(name, *, registry={"root": 0}):
    registry[name] = len(registry)
    return registry


class Basket:
    def __init__(self, items=[]):
        self.items = items

    def add(self, item):
        self.items.append(item)


class SaferBasket:
    def __init__(self, items=()):
        self.items = list(items)

    def add(self, item):
        self.items.append(item)


one = append_to(1)
two = append_to(2)
surprise = one is two
own = append_to(3, [])
safe = append_safely(1)
safer = append_safely(2)
given = append_safely(3, safe)
words = count_words("a b a")
more = count_words("b c")
fresh = count_words("x", {})
registry = register("alpha")
register("beta")
other = register("gamma", registry={})
left, right = Basket(), Basket()
left.add("shared")
seen = right.items
mine = Basket(["mine"])
mine.add("too")
third, fourth = SaferBasket(), SaferBasket(["x"])
third.add("alone")
defaults = append_to.__defaults__
print(one, surprise, own, safe, safer, given is safe, words, words is more, fresh)
print(registry, other, seen, mine.items, third.items, fourth.items, defaults)

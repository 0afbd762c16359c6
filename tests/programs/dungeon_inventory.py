"""Items, bags and heroes: composition, nested containers, __slots__ with inheritance."""


class Item:
    __slots__ = ("name", "weight")

    def __init__(self, name, weight=1):
        self.name = name
        self.weight = weight

    def total(self):
        return self.weight

    def __repr__(self):
        return self.name


class Potion(Item):
    __slots__ = ("strength",)

    def __init__(self, name, strength):
        super().__init__(name)
        self.strength = strength

    def use(self, hero):
        hero.health = min(hero.health + self.strength, hero.max_health)
        return True


class Sword(Item):
    __slots__ = ()

    def use(self, hero):
        hero.weapon, old = self, hero.weapon
        if old is not None:
            hero.bag.put(old)
        return True


class Bag(Item):
    __slots__ = ("items", "limit")

    def __init__(self, name, limit=10):
        super().__init__(name, 0)
        self.items = []
        self.limit = limit

    def total(self):
        return self.weight + sum(item.total() for item in self.items)

    def put(self, item):
        if item is self or self.total() + item.total() > self.limit:
            return False
        self.items.append(item)
        return True

    def take(self, name):
        for index, item in enumerate(self.items):
            if item.name == name:
                return self.items.pop(index)
            if isinstance(item, Bag):
                found = item.take(name)
                if found:
                    return found
        return None

    def walk(self):
        for item in self.items:
            yield item
            if isinstance(item, Bag):
                yield from item.walk()


class Hero:
    max_health = 10

    def __init__(self, name, bag=None):
        self.name = name
        self.health = self.max_health
        self.bag = bag or Bag("pack")
        self.weapon = None

    def use(self, name):
        item = self.bag.take(name)
        if item is None:
            return "no " + name
        used = getattr(item, "use", lambda hero: False)(self)
        if not used:
            self.bag.put(item)
        return used


hero = Hero("Ada")
pouch = Bag("pouch", limit=3)
bag = hero.bag
put = [bag.put(item) for item in (Sword("dagger", 2), pouch, Item("stone", 20), Sword("saber", 3))]
pouch.put(Potion("elixir", 5))
refused = pouch.put(pouch)
hero.health = 2
drank = hero.use("elixir")
health = hero.health
armed = hero.use("dagger")
first = hero.weapon
swapped = hero.use("saber")
returned = first in bag.items
useless = hero.use("pouch"), hero.use("ghost")
names = [item.name for item in bag.walk()]
weight = bag.total()
shared = Hero("Ben", bag)
stolen = shared.bag.take("dagger")
same = stolen is first
left = [item.name for item in hero.bag.items]
try:
    stolen.price = 5
except AttributeError:
    fixed = True
Hero.max_health = 20
shared.health = 19
Potion("big", 50).use(shared)
items = {item: item.weight for item in (stolen, pouch)}
print(put, refused, drank, health, armed, swapped, returned, useless, names, weight, same, left, fixed, shared.health)
print(sorted(items.values()), first.total(), hero.weapon)

"""With and without __slots__."""
import sys


class Normal:
    def __init__(self, x, y):
        self.x = x
        self.y = y


class Slotted:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y


class Child(Slotted):
    __slots__ = ("z",)

    def __init__(self, x, y, z=0):
        super().__init__(x, y)
        self.z = z


class Careless(Slotted):
    pass


class WithDict:
    __slots__ = ("a", "__dict__")


class Weak:
    __slots__ = ("a", "__weakref__")


class Counter:
    __slots__ = "count"
    step = 2

    def __init__(self, count=0):
        self.count = count

    def advance(self):
        self.count += self.step
        return self


def try_new_attribute(obj):
    try:
        obj.extra = [1]
    except AttributeError:
        return False
    return True


normal = Normal(1, 2)
slotted = Slotted(1, 2)
child = Child(1, 2, 3)
careless = Careless(1, 2)
sizes = [sys.getsizeof(obj) for obj in (normal, slotted, child, careless)]
allowed = [try_new_attribute(obj) for obj in (normal, slotted, child, careless)]
mixed = WithDict()
mixed.a = 1
mixed.b = 2
names = sorted(mixed.__dict__)
weak = Weak()
try:
    weak.a
except AttributeError:
    weak.a = "now set"
counter = Counter()
chain = counter.advance().advance()
count = counter.count
other = Counter(40).advance()
points = [Slotted(i, i * i) for i in range(5)]
total = sum(point.y for point in points)
points[0].x = points
shared = points[0].x is points
points[0].x = None
del slotted.x
has = hasattr(slotted, "x")
slotted.x = slotted.y
fields = Child.__slots__ + Slotted.__slots__
print(len(sizes), allowed, names, weak.a, chain is counter, count, other.count, total, shared, has, fields)

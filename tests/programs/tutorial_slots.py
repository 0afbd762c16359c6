# Instances with a dictionary, with slots, and with neither.
import sys


class Plain:
    def __init__(self, x, y):
        self.x = x
        self.y = y


class Slotted:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y


class Extended(Slotted):
    __slots__ = ("z",)

    def __init__(self, x, y, z):
        super().__init__(x, y)
        self.z = z


class Loose(Slotted):
    def __init__(self, x, y):
        super().__init__(x, y)
        self.note = "has a dict again"


plain = Plain(1, 2)
slotted = Slotted(1, 2)
extended = Extended(1, 2, [3])
loose = Loose(1, 2)

sizes = [sys.getsizeof(thing) for thing in (slotted, extended)]
print(sizes[1] > sizes[0])

plain.extra = "fine"
print(sorted(plain.__dict__))
try:
    slotted.extra = "not fine"
except AttributeError as error:
    print(type(error).__name__)
loose.extra = loose.note
print(sorted(loose.__dict__), hasattr(slotted, "__dict__"))

values = [1, 2]
slotted.x = values
plain.x = values
plain.y = slotted
print(plain.x is plain.y.x)
values.append(3)
print(slotted.x, len(plain.x))

del slotted.y
try:
    slotted.y
except AttributeError:
    slotted.y = "again"
print(slotted.y)

points = []
for i in range(4):
    points.append(Slotted(i, -i))
total = 0
for point in points:
    total += point.x - point.y
print(total)

plains = [Plain(i, points) for i in range(3)]
shared = plains[0].y is plains[2].y
last = plains.pop()
print(shared, last.x)

extended.z.append(extended)
print(extended.z[1] is extended)
extended.z.pop()


def read(point):
    return point.x, point.y


def swap(point):
    point.x, point.y = point.y, point.x
    return point


pairs = [read(point) for point in (points[1], plain, loose)]
swapped = swap(points[2])
print(pairs[0], swapped is points[2], swapped.x)
again = swap(loose)
print(again.x, again is loose)

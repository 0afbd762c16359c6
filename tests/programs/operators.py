"""Operator overloading: vectors, money, a set of flags."""


class Vector:
    def __init__(self, *components):
        self.components = components

    def __add__(self, other):
        return Vector(*[a + b for a, b in zip(self.components, other.components)])

    def __sub__(self, other):
        return self + -other

    def __neg__(self):
        return Vector(*[-a for a in self.components])

    def __mul__(self, factor):
        return Vector(*[a * factor for a in self.components])

    __rmul__ = __mul__

    def __iadd__(self, other):
        self.components = (self + other).components
        return self

    def __abs__(self):
        return sum(a * a for a in self.components) ** 0.5

    def __eq__(self, other):
        return isinstance(other, Vector) and self.components == other.components

    def __hash__(self):
        return hash(self.components)

    def __len__(self):
        return len(self.components)

    def __getitem__(self, index):
        return self.components[index]

    def __contains__(self, value):
        return value in self.components

    def __bool__(self):
        return any(self.components)

    def __repr__(self):
        return "Vector%r" % (self.components,)

    def __call__(self, index):
        return self.components[index]


class Money:
    def __init__(self, cents):
        self.cents = cents

    def __radd__(self, other):
        return self if other == 0 else NotImplemented

    def __add__(self, other):
        return Money(self.cents + other.cents)

    def __lt__(self, other):
        return self.cents < other.cents

    def __format__(self, spec):
        return format(self.cents / 100, spec or ".2f")


a = Vector(1, 2)
b = Vector(3, 4)
total = a + b
difference = b - a
scaled = 2 * a
length = abs(b)
alias = a
alias += b
in_place = a is alias
other = a
other = other + b
apart = other is not a
equal = Vector(1, 2) == Vector(1, 2)
unlike = Vector(1) == 1
table = {Vector(0, 1): "up", Vector(1, 0): "right"}
word = table[Vector(0, 1)]
x, y = b
item = b[-1]
there = 4 in b
called = b(0)
falsy = bool(Vector(0, 0))
prices = [Money(250), Money(199), Money(1000)]
cost = sum(prices)
cheapest = min(prices)
label = "{} and {:.1f}".format(cost, cheapest)
try:
    1 + prices[0]
except TypeError:
    label += "!"
print(total, difference, scaled, length, a, in_place, apart, equal, unlike, word, x, y, item, there, called, falsy, label)

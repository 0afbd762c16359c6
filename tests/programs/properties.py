"""Properties, descriptors, __getattr__, class attributes."""


class Celsius:
    def __init__(self, degrees=0.0):
        self._degrees = degrees
        self.changes = []

    @property
    def degrees(self):
        return self._degrees

    @degrees.setter
    def degrees(self, value):
        if value < -273.15:
            raise ValueError("below absolute zero")
        self.changes.append((self._degrees, value))
        self._degrees = value

    @property
    def fahrenheit(self):
        return self._degrees * 9 / 5 + 32


class Positive:
    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, instance, owner):
        if instance is None:
            return self
        return getattr(instance, self.name, 0)

    def __set__(self, instance, value):
        if value <= 0:
            raise ValueError(self.name[1:])
        setattr(instance, self.name, value)


class Item:
    price = Positive()
    amount = Positive()
    currency = "EUR"

    def __init__(self, price, amount=1):
        self.price = price
        self.amount = amount

    def total(self):
        return self.price * self.amount


class Proxy:
    def __init__(self, target):
        self.target = target
        self.asked = []

    def __getattr__(self, name):
        self.asked.append(name)
        return getattr(self.target, name)


class Lazy:
    def __init__(self):
        self.loads = 0

    def __getattr__(self, name):
        if name != "data":
            raise AttributeError(name)
        self.loads += 1
        self.data = [1, 2, 3]
        return self.data


water = Celsius(20.0)
water.degrees = 100.0
boiling = water.fahrenheit
cold = Celsius()
try:
    cold.degrees = -300
except ValueError as error:
    message = str(error)
changes = water.changes
book = Item(12.5, 2)
pen = Item(2)
totals = [book.total(), pen.total()]
try:
    pen.amount = 0
except ValueError as error:
    field = str(error)
pen.currency = "USD"
currencies = [book.currency, pen.currency, Item.currency]
Item.currency = "GBP"
later = [book.currency, pen.currency]
proxy = Proxy([3, 1, 2])
proxy.append(5)
position = proxy.index(1)
asked = proxy.asked
lazy = Lazy()
first = lazy.data
second = lazy.data
same = first is second
missing = getattr(lazy, "nothing", None)
stored = vars(cold)
print(boiling, message, changes, totals, field, currencies, later, position, asked, same, lazy.loads, missing, len(stored))

"""A cart with discounts: tuples, callbacks, defaults."""
from collections import namedtuple

Product = namedtuple("Product", "name price category")
CATALOG = {
    "pen": Product("pen", 150, "office"),
    "book": Product("book", 1250, "media"),
    "lamp": Product("lamp", 3999, "home"),
}


class Cart:
    def __init__(self, discounts=()):
        self.lines = {}
        self.discounts = list(discounts)

    def add(self, name, quantity=1):
        product = CATALOG[name]
        self.lines[product] = self.lines.get(product, 0) + quantity
        return self

    def remove(self, name):
        product = CATALOG[name]
        if self.lines[product] > 1:
            self.lines[product] -= 1
        else:
            del self.lines[product]

    def subtotal(self):
        total = 0
        for product, quantity in self.lines.items():
            total += product.price * quantity
        return total

    def total(self):
        amount = self.subtotal()
        for discount in self.discounts:
            amount -= discount(self, amount)
        return amount

    def __iter__(self):
        return iter(self.lines)

    def __len__(self):
        return sum(self.lines.values())


def percent_off(percent):
    def discount(cart, amount):
        return amount * percent // 100

    return discount


def category_off(category, cents):
    def discount(cart, amount):
        hits = [product for product in cart if product.category == category]
        return cents * len(hits)

    return discount


def bulk(cart, amount, at_least=5):
    return 500 if len(cart) >= at_least else 0


plain = Cart()
plain.add("pen").add("pen", 2).add("book")
subtotal = plain.subtotal()
total = plain.total()
rich = Cart([percent_off(10), bulk])
rich.add("lamp", 2)
rich.discounts.append(category_off("home", 99))
price = rich.total()
rich.add("pen", 4)
with_bulk = rich.total()
plain.remove("pen")
plain.remove("book")
left = [product.name for product in plain]
count = len(plain)
try:
    plain.add("car")
except KeyError as error:
    unknown = str(error)
name, cents, category = CATALOG["book"]
cheaper = CATALOG["book"]._replace(price=999)
equal = cheaper == ("book", 999, "media")
dearest = max(CATALOG.values(), key=lambda product: product.price)
shared = plain.discounts is not rich.discounts
empty = Cart().total()
print(subtotal, total, price, with_bulk, left, count, unknown, name, cents, category, equal, dearest.name, shared, empty)

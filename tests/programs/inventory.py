"""An inventory: nested dictionaries, reports, and restocking."""

inventory = {
    "apples": {"price": 0.5, "stock": 120, "tags": ["fruit", "fresh"]},
    "bread": {"price": 2.25, "stock": 30, "tags": ["bakery"]},
    "cheese": {"price": 5.0, "stock": 4, "tags": ["dairy", "fresh"]},
}


def total_value(stock):
    total = 0
    for name, entry in stock.items():
        total += entry["price"] * entry["stock"]
    return total


def find_low(stock, limit=10):
    low = []
    for name in stock:
        if stock[name]["stock"] < limit:
            low.append(name)
    return low


def restock(stock, names, amount):
    for name in names:
        entry = stock[name]
        entry["stock"] += amount
    return stock


def by_tag(stock):
    index = {}
    for name, entry in stock.items():
        for tag in entry["tags"]:
            index.setdefault(tag, []).append(name)
    return index


def snapshot(stock):
    return {name: dict(entry) for name, entry in stock.items()}


before = snapshot(inventory)
value = total_value(inventory)
low = find_low(inventory)
lower = find_low(inventory, 3)
same = restock(inventory, low, 20)
more = restock(inventory, ["bread"], 5)
tags = by_tag(inventory)
fresh = tags["fresh"]
fresh.append("milk")
before["cheese"]["tags"].append("yellow")
shared = inventory["cheese"]["tags"]
removed = inventory.pop("apples")
inventory["milk"] = {"price": 1.2, "stock": 50, "tags": fresh}
report = []
for name in sorted(inventory):
    line = "%-10s %6.2f %4d" % (name, inventory[name]["price"], inventory[name]["stock"])
    report.append(line)
print("\n".join(report))
print(value, low, lower, removed["stock"], before["cheese"]["stock"], shared, total_value(before))

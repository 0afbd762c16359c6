# Where a name lives: local, enclosing, global, built-in.
counter = 0
items = ["global"]
label = "module"


def read():
    return counter, label


def shadow():
    label = "local"
    return label


def change():
    global counter
    counter += 1
    return counter


def mutate():
    items.append("mutated")
    return len(items)


def replace():
    global items
    items = ["replaced"]
    return items


def outer():
    value = [1]
    label = "outer"

    def inner():
        return value, label

    def assign():
        nonlocal value
        value = value + [2]
        return value

    before = inner()
    grown = assign()
    after = inner()
    return before[0], grown, after[0]


def make_adders():
    adders = []
    for n in range(3):
        def adder(x, n=n):
            return x + n
        adders.append(adder)
    return adders


def loop_variable():
    for i in range(3):
        last = i
    return i, last


print(read(), shadow(), label)
one = change()
two = change()
print(one, two, counter)
size = mutate()
old = items
new = replace()
print(size, old, new, items is new, old is new)

first, grown, last = outer()
print(first, grown, last, grown is last, first is last)

adders = make_adders()
sums = [adder(10) for adder in adders]
print(sums, loop_variable())

n = "untouched"
squares = [n * n for n in range(4)]
print(n, squares)

total = 0
for value in squares:
    total += value
print(total, value)

if total > 5:
    created = [total]
print(created)


class Body:
    attribute = [1, 2]
    doubled = [x * 2 for x in attribute]
    label = label + "!"


print(Body.attribute, Body.doubled, Body.label, label)
len_before = len
print(len_before is len, (lambda: counter)())
del created
print("created" in globals(), "counter" in globals())

"""Lists: slices, comprehensions, in-place and not, growth and shrinking."""


def chunk(items, size=2):
    return [items[i:i + size] for i in range(0, len(items), size)]


def rotate(items, steps):
    steps %= len(items)
    return items[-steps:] + items[:-steps]


def dedupe(items):
    items.sort()
    index = 1
    while index < len(items):
        if items[index] == items[index - 1]:
            del items[index]
        else:
            index += 1
    return items


def interleave(a, b):
    result = []
    for x, y in zip(a, b):
        result += [x, y]
    return result


def partition(items, predicate):
    yes, no = [], []
    for item in items:
        (yes if predicate(item) else no).append(item)
    return yes, no


numbers = list(range(10))
evens = numbers[::2]
backwards = numbers[::-1]
middle = numbers[3:7]
numbers[2:4] = ["two", "three", "and a half"]
del numbers[0]
numbers.insert(0, "zero")
numbers.extend([10, 11])
position = numbers.index("three")
numbers.remove("and a half")
last = numbers.pop()
first = numbers.pop(0)
pieces = chunk(evens)
triples = chunk(backwards, 3)
turned = rotate([1, 2, 3, 4, 5], 2)
other = rotate(["a", "b"], 3)
cleaned = dedupe([3, 1, 3, 2, 1])
mixed = interleave([1, 2], ["a", "b"])
strings = interleave("xy", "zw")
odd, even = partition(range(6), lambda n: n % 2)
none, every = partition([], bool)
squares = [n * n for n in middle]
pairs = [(a, b) for a in (1, 2) for b in "xy" if a != 1 or b != "y"]
nested = [[row * column for column in range(3)] for row in range(3)]
flat = [cell for row in nested for cell in row]
repeated = [0] * 5
repeated[2] = [1]
again = repeated * 2
again[2].append(2)
joined = middle + squares
alias = joined
alias += [100]
same = alias is joined
joined = joined + [200]
different = alias is not joined
growing = []
for n in range(20):
    growing.append(n)
while len(growing) > 3:
    growing.pop()
growing.clear()
a, b, *rest = backwards
head, *tail = "spam"
total = sum(squares, 1000)
print(evens, middle, numbers, position, last, first, pieces, triples, turned, other, cleaned, mixed, strings)
print(odd, even, every, pairs, flat, repeated, same, different, growing, a, b, rest, head, tail, total)

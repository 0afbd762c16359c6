"""Sets: algebra, deduplication, membership, frozen keys."""


def unique(items):
    seen = set()
    result = []
    for item in items:
        if item not in seen:
            seen.add(item)
            result.append(item)
    return result


def common(*groups):
    result = set(groups[0])
    for group in groups[1:]:
        result &= set(group)
    return result


def primes(limit):
    candidates = set(range(2, limit))
    for number in range(2, int(limit ** 0.5) + 1):
        if number in candidates:
            candidates -= set(range(number * number, limit, number))
    return sorted(candidates)


def power_set(items):
    result = [frozenset()]
    for item in items:
        result += [subset | {item} for subset in result]
    return result


evens = {0, 2, 4, 6, 8}
small = {0, 1, 2, 3}
empty = set()
union = evens | small
both = evens & small
only = evens - small
either = evens ^ small
contained = {2, 4} <= evens
apart = evens.isdisjoint({1, 3})
names = unique(["b", "a", "b", "c", "a"])
numbers = unique([])
shared = common([1, 2, 3], (2, 3, 4), {3, 2})
single = common("abc")
under_thirty = primes(30)
few = primes(3)
subsets = power_set([1, 2])
lengths = sorted(len(subset) for subset in subsets)
evens.add(10)
evens.discard(99)
evens.remove(0)
copied = evens.copy()
copied.update([12, 14], (16,))
popped = {7}.pop()
frozen = frozenset(small)
table = {frozen: "small", frozenset({9}): "nine"}
label = table[frozenset([3, 2, 1, 0])]
squares = {n * n for n in range(-3, 4)}
alias = squares
alias -= {0}
same = alias is squares
grown = set()
for number in range(50):
    grown.add(number % 20)
try:
    {[1]: 2}
except TypeError as error:
    problem = type(error).__name__
print(sorted(union), sorted(both), sorted(only), sorted(either), contained, apart, names, numbers, sorted(shared))
print(sorted(single), under_thirty, few, lengths, sorted(evens), sorted(copied), popped, label, squares, same, len(grown), problem)

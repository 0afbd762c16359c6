"""itertools, functools and operator: functions handed around."""
import functools
import itertools
import operator


def window(items, size=2):
    iterators = itertools.tee(items, size)
    for skip, iterator in enumerate(iterators):
        for _ in range(skip):
            next(iterator, None)
    return list(zip(*iterators))


def apply_all(functions, value):
    return functools.reduce(lambda result, function: function(result), functions, value)


def group_lengths(words):
    ordered = sorted(words, key=len)
    return {length: list(group) for length, group in itertools.groupby(ordered, key=len)}


def make_adders(*amounts):
    return [functools.partial(operator.add, amount) for amount in amounts]


@functools.total_ordering
class Grade:
    def __init__(self, letter):
        self.letter = letter

    def __eq__(self, other):
        return self.letter == other.letter

    def __lt__(self, other):
        return self.letter > other.letter


@functools.singledispatch
def describe(value):
    return "something"


@describe.register(list)
def _(value):
    return "list of %d" % len(value)


@describe.register(int)
def _(value):
    return "number"


pairs = window([1, 2, 3, 4])
triples = window("abcd", 3)
chained = list(itertools.chain([1], (2, 3), "a"))
product = list(itertools.product("ab", [0, 1]))
combos = list(itertools.combinations([1, 2, 3], 2))
orders = len(list(itertools.permutations(range(4))))
running = list(itertools.accumulate([1, 2, 3, 4]))
products = list(itertools.accumulate([1, 2, 3, 4], operator.mul))
cycle = itertools.cycle("xy")
cycled = [next(cycle) for _ in range(5)]
repeated = list(itertools.repeat([], 2))
same = repeated[0] is repeated[1]
sliced = list(itertools.islice(itertools.count(10, 5), 3))
zipped = list(itertools.zip_longest([1, 2, 3], "a", fillvalue="-"))
starred = list(itertools.starmap(pow, [(2, 3), (3, 2)]))
dropped = list(itertools.dropwhile(lambda n: n < 3, [1, 3, 2]))
groups = group_lengths(["a", "bb", "c", "dd", "eee"])
result = apply_all([len, str, lambda text: text * 2], [1, 2, 3])
empty = apply_all([], "as it was")
plus_one, plus_ten = make_adders(1, 10)
sums = plus_one(5), plus_ten(5)
first = operator.itemgetter(0)
names = sorted([("b", 1), ("a", 2)], key=first)
second = list(map(operator.itemgetter(1), names))
better = Grade("A") > Grade("B") and Grade("C") <= Grade("B")
kinds = [describe(value) for value in ([1], 5, "text", True)]
total = functools.reduce(operator.add, [[1], [2], [3]], [])
print(pairs, triples, chained, product, combos, orders, running, products, cycled, same, sliced, zipped)
print(starred, dropped, groups, result, empty, sums, names, second, better, kinds, total)

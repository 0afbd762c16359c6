"""Functions as values: currying, composition, folds, lazy streams, maybe and either."""
from functools import partial, reduce


def curry(function, arity):
    def curried(*args):
        if len(args) >= arity:
            return function(*args)
        return lambda *more: curried(*(args + more))

    return curried


def compose(*functions):
    return reduce(lambda f, g: lambda x: g(f(x)), functions, lambda x: x)


def fold(function, items, start):
    result = start
    for item in items:
        result = function(result, item)
    return result


class Stream:
    def __init__(self, head, tail):
        self.head = head
        self._tail = tail
        self._known = None

    @property
    def tail(self):
        if self._known is None:
            self._known = self._tail()
            self._tail = None
        return self._known

    def take(self, count):
        stream, items = self, []
        while count:
            items.append(stream.head)
            count -= 1
            if count:
                stream = stream.tail
        return items

    def map(self, function):
        return Stream(function(self.head), lambda: self.tail.map(function))


def integers(start=0):
    return Stream(start, lambda: integers(start + 1))


class Maybe:
    def __init__(self, value):
        self.value = value

    def bind(self, function):
        return self if self.value is None else Maybe(function(self.value))


def safe_div(a, b):
    return None if b == 0 else a / b


def trampoline(function, *args):
    result = function(*args)
    while callable(result):
        result = result()
    return result


def count_down(n, log):
    log.append(n)
    return log if n == 0 else lambda: count_down(n - 1, log)


def unfold(step, state):
    items = []
    while True:
        produced = step(state)
        if produced is None:
            return items
        item, state = produced
        items.append(item)


def add3(a, b, c):
    return a + b + c


add = curry(add3, 3)
sums = add(1)(2)(3), add(1, 2)(3), add(1)(2, 3)
shout = compose(str.strip, str.upper, lambda text: text + "!")
loud = shout("  hey ")
same = compose()(sums) is sums
total = fold(lambda a, b: a + b, [1, 2, 3], 0)
joined = fold(lambda a, b: a + [b], "ab", [])
numbers = integers()
five = numbers.take(5)
squares = numbers.map(lambda n: n * n).take(4)
known = numbers.tail is numbers.tail
evens = integers(10).map(lambda n: 2 * n)
first_even = evens.head
good = Maybe(10).bind(lambda x: safe_div(x, 4)).bind(lambda x: x + 1).value
bad = Maybe(10).bind(lambda x: safe_div(x, 0)).bind(lambda x: x + 1).value
log = []
counted = trampoline(count_down, 5, log)
identical = counted is log
bits = unfold(lambda n: (n % 2, n // 2) if n else None, 11)
power = partial(pow, 2)
base = partial(int, base=2)
values = power(8), base("101")
pairs = [(f.__name__, f(4)) for f in (bool, str, float)]
print(sums, loud, same, total, joined, five, squares, known, first_even, good, bad, identical, bits, values, pairs)

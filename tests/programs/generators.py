"""Generators: pipelines, send, delegation, infinite sequences."""
import itertools


def countdown(n):
    while n > 0:
        yield n
        n -= 1


def fibonacci():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


def evens(numbers):
    for number in numbers:
        if number % 2 == 0:
            yield number


def pairs(items):
    previous = None
    for item in items:
        if previous is not None:
            yield previous, item
        previous = item


def averager():
    total = 0.0
    count = 0
    average = None
    while True:
        value = yield average
        if value is None:
            return total, count
        total += value
        count += 1
        average = total / count


def flatten(nested):
    for item in nested:
        if isinstance(item, list):
            yield from flatten(item)
        else:
            yield item


def chunks(items, size):
    for start in range(0, len(items), size):
        yield items[start:start + size]


down = list(countdown(5))
lazy = countdown(3)
top = next(lazy)
rest = list(lazy)
over = next(lazy, "over")
first_ten = list(itertools.islice(fibonacci(), 10))
even = list(itertools.takewhile(lambda n: n < 100, evens(fibonacci())))
steps = [b - a for a, b in pairs(first_ten)]
average = averager()
next(average)
averages = [average.send(10), average.send(20)]
try:
    average.send(None)
except StopIteration as stop:
    outcome = stop.value
flat = list(flatten([1, [2, [3, [4]], 5], []]))
parts = list(chunks("abcdefgh", 3))
lists = list(chunks(first_ten, 4))
total = sum(n * n for n in countdown(4))
lookup = dict(enumerate(countdown(2)))
print(down, top, rest, over, first_ten, even, steps, averages, outcome, flat, parts, lists, total, lookup)

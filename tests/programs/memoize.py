"""Memoisation: by hand, by decorator, by the library."""
import functools


def memoize(function):
    cache = {}

    @functools.wraps(function)
    def wrapper(*args):
        if args not in cache:
            cache[args] = function(*args)
        return cache[args]

    wrapper.cache = cache
    return wrapper


@memoize
def fibonacci(n):
    if n < 2:
        return n
    return fibonacci(n - 1) + fibonacci(n - 2)


@memoize
def paths(rows, columns):
    if rows == 1 or columns == 1:
        return 1
    return paths(rows - 1, columns) + paths(rows, columns - 1)


@functools.lru_cache(maxsize=None)
def partitions(n, largest):
    if n == 0:
        return 1
    if n < 0 or largest == 0:
        return 0
    return partitions(n - largest, largest) + partitions(n, largest - 1)


def collatz(n, known={1: 1}):
    if n not in known:
        following = n // 2 if n % 2 == 0 else 3 * n + 1
        known[n] = 1 + collatz(following)
    return known[n]


tenth = fibonacci(10)
big = fibonacci(90)
filled = len(fibonacci.cache)
grid = paths(3, 7)
square = paths(5, 5)
ways = partitions(10, 10)
info = partitions.cache_info()
lengths = [collatz(n) for n in range(1, 10)]
known = collatz.__defaults__[0]
longest = max(range(1, 10), key=collatz)
cache = fibonacci.cache
cache.clear()
again = fibonacci(3)
print(tenth, big, filled, grid, square, ways, info.hits, lengths, len(known), longest, len(cache), again)

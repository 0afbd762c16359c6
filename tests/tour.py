"""A walk through CPython's memory, in eight stops. Open it in an editor with heaplight, or in a terminal:
heaplight show tests/tour.py. Every figure it shows, this file could print."""
import copy
import gc
import sys
from concurrent.futures import ThreadPoolExecutor

# 1. References are counted: by names, by items, by attributes.
basket = ["pear", "plum"]
same_basket = basket
shelf = {"left": basket}
del same_basket                             # frees nothing: the shelf and one name still hold it
shelf["left"] = None
basket = None                               # the last reference goes, and the list with it


# 2. What refers to itself outlives its names, until the collector looks.
class Friend:
    def __init__(self, name):
        self.name = name
        self.best = None


ann, bob = Friend("Ann"), Friend("Bob")
ann.best, bob.best = bob, ann
del ann, bob                                # neither is freed here
found = gc.collect()


# 3. Names live in frames, objects on the heap: a call hands over references.
def refill(stock, amount):
    stock.append(amount)                    # the caller sees this
    stock = [amount]                        # but not this
    return stock


coffee = [250]
fresh = refill(coffee, 500)


# 4. One lock for all bytecode: threads don't make this any faster.
def count_primes(limit):
    return sum(all(n % d for d in range(2, n)) for n in range(2, limit))


with ThreadPoolExecutor(2) as pool:
    primes = list(pool.map(count_primes, [50, 60]))

# 5. Copies: none at all, one level, every level.
trip = {"to": "Oslo", "stops": ["Hamburg", "Lund"]}
alias = trip
shallow = trip.copy()
deep = copy.deepcopy(trip)
shallow["stops"].append("Moss")             # the trip stops there, too
deep["stops"].append("Bergen")              # this one alone


# 6. A default is made once, with the function.
def note(text, pad=[]):
    pad.append(text)
    return pad


monday = note("buy bread")
tuesday = note("call home")                 # also on Monday's pad


# 7. Some equal objects are one object: small numbers, names, constants of one file.
answer, half = 42, 84 // 2
city, typed = "Oslo", sys.intern("".join(["Os", "lo"]))
large, computed = 10_000, int("10000")
print(answer is half, city is typed, large is computed)


# 8. Slots: a fixed row of fields instead of a dict for every instance.
class Pixel:
    def __init__(self, x, y):
        self.x, self.y = x, y


class Dot:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


pixels = [Pixel(n, n) for n in range(100)]
dots = [Dot(n, n) for n in range(100)]
print(sys.getsizeof(pixels[0]), sys.getsizeof(dots[0]), found, fresh, primes, monday is tuesday)

"""Which equal values are one object? In a file, at run time, after intern."""
import sys


def build(*parts):
    return "".join(parts)


def literal():
    return "hello"


def other_literal():
    return "hello"


def big():
    return 123456789


small_a, small_b = 256, 256
same_small = small_a is small_b
large_a = 100000
large_b = 100000
same_large = large_a is large_b
computed = int("100000")
not_same = computed is large_a
summed = small_a + 0
still_small = summed is small_b
name = "hello"
same_name = name is literal() and literal() is other_literal()
built = build("hel", "lo")
equal = built == name
distinct = built is not name
interned = sys.intern(built)
now_same = interned is name
phrase = "hello world!"
other_phrase = "hello world!"
merged = phrase is other_phrase
joined = build("hello", " world!")
apart = joined is not phrase
folded = "hello" + " world!"
also_merged = folded is phrase
empty = build()
empty_same = empty is str()
numbers = [big(), big(), 123456789]
constant = numbers[0] is numbers[2]
tuples = (1, 2), (1, 2)
same_tuple = tuples[0] is tuples[1]
made = tuple([1, 2])
made_apart = made is not tuples[0]
nothing = tuple([])
no_items = nothing is tuple()
floats = 1.5, 1.5
same_float = floats[0] is floats[1]
half = 3 / 2
new_float = half is not floats[0]
truth = (1 == 1) is True
words = "red green red".split()
red_equal = words[0] == words[2]
red_same = words[0] is words[2]
keys = {sys.intern(word): 0 for word in words}
total = 0
for word in words:
    total += len(word)
print(same_small, same_large, not_same, still_small, same_name, equal, distinct, now_same, merged, apart)
print(also_merged, empty_same, constant, same_tuple, made_apart, no_items, same_float, new_float, truth)
print(red_equal, red_same, sorted(keys), total)

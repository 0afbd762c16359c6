# Tuples: fixed, but what they hold may change.
point = (3, 4)
x, y = point
print(point[0], x + y, len(point))

single = (5,)
empty = ()
not_a_tuple = (5)
print(single, empty, type(not_a_tuple).__name__)

packed = 1, "two", [3]
number, text, items = packed
items.append(4)
print(packed, items is packed[2])

try:
    point[0] = 10
except TypeError:
    print("tuples can't be changed")

moved = (point[0] + 1,) + point[1:]
print(moved, point)

a, b = 1, 2
a, b = b, a
print(a, b)

first, *middle, last = (1, 2, 3, 4, 5)
print(first, middle, last)

pairs = [("b", 2), ("a", 1), ("c", 3)]
pairs.sort()
by_number = sorted(pairs, key=lambda pair: pair[1], reverse=True)
print(pairs, by_number, pairs[0] is by_number[2])

locations = {(0, 0): "start", (1, 2): "treasure"}
here = (1, 2)
print(locations[here])


def minmax(values):
    return min(values), max(values)


low, high = minmax([3, 1, 2])
both = minmax("hello")
print(low, high, both)

nested = ((1, 2), (3, (4, 5)))
(p, q), (r, (s, t)) = nested
print(p, q, r, s, t)

repeated = (0,) * 3
joined = point + single
print(repeated, joined, joined.count(5), joined.index(4))

as_list = list(point)
as_list[0] = 100
again = tuple(as_list)
same = tuple(again)
print(again, same is again)

shared = []
holder = (shared, shared)
holder[0].append("x")
print(holder, holder[0] is holder[1])

try:
    holder[0] += ["y"]
except TypeError:
    print("added anyway:", shared)

equal = (1, 2) == (1, 2)
ordered = (1, 2, 3) < (1, 3)
print(equal, ordered, 2 in (1, 2), hash((1, 2)) == hash((1, 2)))

students = (("Ann", [90, 85]), ("Bob", [70]))
for name, grades in students:
    grades.append(100)
    print(name, sum(grades) / len(grades))
best = max(students, key=lambda student: student[1][0])
print(best[0])

"""sys.getrefcount, step by step."""
import sys


def show(label, count):
    print("%-28s %s" % (label, count if count < 1000 else "many"))


class Thing:
    pass


def local_counts():
    data = [1, 2]
    other = data
    count = sys.getrefcount(other)
    del other
    fewer = sys.getrefcount(data)
    return count - fewer


def through_argument(argument):
    return sys.getrefcount(argument)


a = [1, 2, 3]
show("one name", sys.getrefcount(a))
b = a
show("two names", sys.getrefcount(a))
c = {"key": a, "again": a}
show("and twice in a dict", sys.getrefcount(a))
d = [a] * 5
show("and five times in a list", sys.getrefcount(a))
d.pop()
del c["key"]
show("two fewer", sys.getrefcount(a))
c.clear()
d = None
del b
show("one name again", sys.getrefcount(a))
thing = Thing()
thing.me = a
thing.also = (a, a)
show("an attribute and a tuple", sys.getrefcount(a))
del thing.also
thing.me = None
show("the attribute gone", sys.getrefcount(a))
difference = local_counts()
by_argument = through_argument(a)
direct = through_argument([])
loop = []
for item in [a, a, a]:
    loop.append(item)
item = None
show("three in a list", sys.getrefcount(a))
loop = loop[:1]
show("two of them gone", sys.getrefcount(a))
swap = Thing()
first, second = a, swap
first, second = second, first
show("swapped", sys.getrefcount(swap))
first = second = None
holder = lambda: a
nested = [[a], [[a]]]
nested[1] = nested[0]
show("nested", sys.getrefcount(nested[0]))
big = 10 ** 20
same = big
show("a big number", sys.getrefcount(big))
a = None
print(difference, holder(), swap.__class__.__name__)

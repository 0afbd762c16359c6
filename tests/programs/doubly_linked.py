"""A doubly linked list: every neighbour pair is a cycle."""
import gc


class Link:
    __slots__ = ("value", "before", "after")

    def __init__(self, value):
        self.value = value
        self.before = None
        self.after = None


class Chain:
    def __init__(self):
        self.first = None
        self.last = None

    def add(self, value):
        link = Link(value)
        if self.last is None:
            self.first = link
        else:
            link.before = self.last
            self.last.after = link
        self.last = link
        return link

    def remove(self, link):
        if link.before is not None:
            link.before.after = link.after
        else:
            self.first = link.after
        if link.after is not None:
            link.after.before = link.before
        else:
            self.last = link.before
        link.before = link.after = None
        return link.value

    def values(self):
        found = []
        link = self.first
        while link is not None:
            found.append(link.value)
            link = link.after
        return found

    def backwards(self):
        found = []
        link = self.last
        while link is not None:
            found.append(link.value)
            link = link.before
        return found


chain = Chain()
one = chain.add(1)
two = chain.add(2)
three = chain.add([3])
forth = chain.values()
back = chain.backwards()
gone = chain.remove(two)
neighbours = one.after is three and three.before is one
last = chain.remove(three)
alone = chain.values()
other = Chain()
for number in range(4):
    other.add(number)
gc.collect()
other = None
freed = gc.collect() > 0
print(forth, back, gone, neighbours, last, alone, freed)

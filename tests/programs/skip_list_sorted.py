"""Sorted containers: bisect, a sorted list, an interval map, a leader board."""
import bisect


class SortedList:
    def __init__(self, items=(), key=None):
        self.key = key or (lambda item: item)
        self.keys = []
        self.items = []
        for item in items:
            self.add(item)

    def add(self, item):
        key = self.key(item)
        index = bisect.bisect_right(self.keys, key)
        self.keys.insert(index, key)
        self.items.insert(index, item)
        return index

    def remove(self, item):
        index = self.items.index(item)
        del self.items[index]
        del self.keys[index]

    def between(self, low, high):
        return self.items[bisect.bisect_left(self.keys, low):bisect.bisect_right(self.keys, high)]

    def __contains__(self, item):
        key = self.key(item)
        index = bisect.bisect_left(self.keys, key)
        return index < len(self.keys) and self.keys[index] == key

    def __iter__(self):
        return iter(self.items)

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        return self.items[index]


class IntervalMap:
    def __init__(self, default=None):
        self.starts = []
        self.values = []
        self.default = default

    def add(self, start, value):
        index = bisect.bisect_left(self.starts, start)
        if index < len(self.starts) and self.starts[index] == start:
            self.values[index] = value
        else:
            self.starts.insert(index, start)
            self.values.insert(index, value)

    def get(self, point):
        index = bisect.bisect_right(self.starts, point) - 1
        return self.values[index] if index >= 0 else self.default


class LeaderBoard:
    def __init__(self):
        self.scores = {}
        self.ranking = SortedList(key=lambda pair: -pair[1])

    def submit(self, name, score):
        old = self.scores.get(name)
        if old is not None:
            if score <= old[1]:
                return False
            self.ranking.remove(old)
        entry = (name, score)
        self.scores[name] = entry
        self.ranking.add(entry)
        return True

    def top(self, count=2):
        return [name for name, _ in self.ranking[:count]]


numbers = SortedList([5, 1, 4])
place = numbers.add(3)
ordered = list(numbers)
middle = numbers.between(2, 4)
there = 4 in numbers, 2 in numbers
numbers.remove(1)
first = numbers[0]
words = SortedList(["pear", "fig", "banana"], key=len)
lengths = [len(word) for word in words]
same_length = words.add("kiwi")
empty = SortedList()
nothing = len(empty), list(empty), 1 in empty
grades = IntervalMap("none")
for start, letter in [(60, "D"), (90, "A"), (70, "C")]:
    grades.add(start, letter)
letters = [grades.get(points) for points in (50, 60, 89, 100)]
grades.add(90, ["A", "star"])
best = grades.get(95)
shared = best is grades.values[-1]
board = LeaderBoard()
submitted = [board.submit(*entry) for entry in (("ann", 10), ("ben", 20), ("ann", 5), ("cid", 15), ("ann", 30))]
top = board.top()
everyone = board.top(10)
entry = board.scores["ann"]
kept = entry is board.ranking[0]
position = bisect.bisect([1, 3, 5], 3)
marks = [1, 3, 5]
bisect.insort(marks, 4)
print(place, ordered, middle, there, first, lengths, same_length, nothing, letters, best, shared, submitted, top, everyone)
print(kept, position, marks)

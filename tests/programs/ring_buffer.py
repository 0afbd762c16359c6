"""Fixed-size buffers: a ring, a moving window, a bounded history."""


class RingBuffer:
    def __init__(self, size):
        self.slots = [None] * size
        self.start = 0
        self.count = 0

    def push(self, item):
        end = (self.start + self.count) % len(self.slots)
        dropped = None
        if self.count == len(self.slots):
            dropped = self.slots[self.start]
            self.start = (self.start + 1) % len(self.slots)
        else:
            self.count += 1
        self.slots[end] = item
        return dropped

    def pop(self):
        if not self.count:
            raise IndexError("empty buffer")
        item = self.slots[self.start]
        self.slots[self.start] = None
        self.start = (self.start + 1) % len(self.slots)
        self.count -= 1
        return item

    def __iter__(self):
        for offset in range(self.count):
            yield self.slots[(self.start + offset) % len(self.slots)]

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        if not -self.count <= index < self.count:
            raise IndexError(index)
        return self.slots[(self.start + index % self.count) % len(self.slots)]


class MovingAverage:
    def __init__(self, size=3):
        self.window = RingBuffer(size)
        self.total = 0

    def add(self, value):
        dropped = self.window.push(value)
        self.total += value - (dropped or 0)
        return self.total / len(self.window)


class History:
    def __init__(self, limit=2):
        self.limit = limit
        self.past, self.future = [], []
        self.present = None

    def visit(self, page):
        if self.present is not None:
            self.past.append(self.present)
            del self.past[:-self.limit]
        self.present = page
        self.future.clear()

    def back(self):
        if self.past:
            self.future.append(self.present)
            self.present = self.past.pop()
        return self.present


ring = RingBuffer(3)
pushed = [ring.push(item) for item in "abcd"]
items = list(ring)
first, last = ring[0], ring[-1]
taken = ring.pop()
ring.push([1])
shared = ring[2]
shared.append(2)
inside = ring[-1] is shared
errors = []
for action in (lambda: ring[9], RingBuffer(1).pop):
    try:
        action()
    except IndexError as error:
        errors.append(error.args)
average = MovingAverage()
averages = [average.add(value) for value in (3, 6, 9, 12)]
wide = MovingAverage(10)
single = wide.add(5)
history = History()
for page in ("home", "news", "sport", "chess"):
    history.visit(page)
kept = list(history.past)
steps = [history.back() for _ in range(4)]
ahead = history.future
history.visit("end")
emptied = ahead == [] and ahead is history.future
empty = list(RingBuffer(2))
print(pushed, items, first, last, taken, inside, errors, averages, single, kept, steps, emptied, empty, len(ring))

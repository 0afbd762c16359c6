"""Iterators as classes, and the protocol by hand."""


class Countdown:
    def __init__(self, start):
        self.start = start

    def __iter__(self):
        return CountdownIterator(self.start)


class CountdownIterator:
    def __init__(self, current):
        self.current = current

    def __iter__(self):
        return self

    def __next__(self):
        if self.current <= 0:
            raise StopIteration
        self.current -= 1
        return self.current + 1


class Window:
    """Looks like a sequence: __getitem__ and __len__ are enough to iterate."""

    def __init__(self, items, size):
        self.items = items
        self.size = size

    def __len__(self):
        return max(0, len(self.items) - self.size + 1)

    def __getitem__(self, index):
        if index >= len(self):
            raise IndexError(index)
        return self.items[index:index + self.size]


class Peekable:
    _nothing = object()

    def __init__(self, iterable):
        self._iterator = iter(iterable)
        self._next = self._nothing

    def peek(self, default=None):
        if self._next is self._nothing:
            self._next = next(self._iterator, self._nothing)
        return default if self._next is self._nothing else self._next

    def __iter__(self):
        return self

    def __next__(self):
        if self._next is not self._nothing:
            value, self._next = self._next, self._nothing
            return value
        return next(self._iterator)


down = Countdown(3)
first = list(down)
second = [n * 10 for n in down]
iterator = iter(down)
one = next(iterator)
same = iter(iterator) is iterator
remaining = sum(iterator)
window = Window([1, 2, 3, 4], 2)
windows = list(window)
length = len(window)
letters = list(Window("abc", 3))
peekable = Peekable(["x", "y"])
ahead = peekable.peek()
taken = [item for item in peekable]
end = peekable.peek("end")
a, *middle, z = Countdown(5)
zipped = list(zip(Countdown(2), "ab"))
print(first, second, one, same, remaining, windows, length, letters, ahead, taken, end, a, middle, z, zipped)

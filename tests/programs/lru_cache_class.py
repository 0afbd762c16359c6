"""A least-recently-used cache in two styles."""
from collections import OrderedDict


class OrderedCache:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = OrderedDict()

    def get(self, key, default=None):
        if key not in self.items:
            return default
        self.items.move_to_end(key)
        return self.items[key]

    def put(self, key, value):
        if key in self.items:
            self.items.move_to_end(key)
        self.items[key] = value
        if len(self.items) > self.capacity:
            self.items.popitem(last=False)


class Entry:
    def __init__(self, key, value):
        self.key = key
        self.value = value
        self.prev = None
        self.next = None


class LinkedCache:
    def __init__(self, capacity=2):
        self.capacity = capacity
        self.table = {}
        self.head = Entry(None, None)
        self.tail = Entry(None, None)
        self.head.next = self.tail
        self.tail.prev = self.head

    def _unlink(self, entry):
        entry.prev.next = entry.next
        entry.next.prev = entry.prev

    def _front(self, entry):
        entry.next = self.head.next
        entry.prev = self.head
        self.head.next.prev = entry
        self.head.next = entry

    def get(self, key):
        entry = self.table.get(key)
        if entry is None:
            return None
        self._unlink(entry)
        self._front(entry)
        return entry.value

    def put(self, key, value):
        entry = self.table.get(key)
        if entry is not None:
            self._unlink(entry)
        elif len(self.table) >= self.capacity:
            oldest = self.tail.prev
            self._unlink(oldest)
            del self.table[oldest.key]
        entry = Entry(key, value)
        self.table[key] = entry
        self._front(entry)


cache = OrderedCache(2)
cache.put("a", [1])
cache.put("b", [2])
first = cache.get("a")
cache.put("c", [3])
lost = cache.get("b")
fallback = cache.get("b", "none")
keys = list(cache.items)
linked = LinkedCache()
for number in range(4):
    linked.put(number, number * number)
kept = [linked.get(number) for number in range(4)]
linked.put(3, "three")
latest = linked.head.next.value
small = LinkedCache(capacity=1)
small.put("x", first)
small.put("y", first)
print(first, lost, fallback, keys, kept, latest, list(small.table))

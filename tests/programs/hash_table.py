"""A hash table by hand: buckets, growth, deletion."""


def simple_hash(key):
    value = 5381
    for letter in str(key):
        value = (value * 33 + ord(letter)) % 1000003
    return value


class HashTable:
    def __init__(self, size=4):
        self.buckets = [[] for _ in range(size)]
        self.count = 0

    def _bucket(self, key):
        return self.buckets[simple_hash(key) % len(self.buckets)]

    def __setitem__(self, key, value):
        bucket = self._bucket(key)
        for pair in bucket:
            if pair[0] == key:
                pair[1] = value
                return
        bucket.append([key, value])
        self.count += 1
        if self.count > 2 * len(self.buckets):
            self._grow()

    def _grow(self):
        old = self.buckets
        self.buckets = [[] for _ in range(2 * len(old))]
        for bucket in old:
            for pair in bucket:
                self._bucket(pair[0]).append(pair)

    def __getitem__(self, key):
        for name, value in self._bucket(key):
            if name == key:
                return value
        raise KeyError(key)

    def __delitem__(self, key):
        bucket = self._bucket(key)
        for index, pair in enumerate(bucket):
            if pair[0] == key:
                del bucket[index]
                self.count -= 1
                return
        raise KeyError(key)

    def get(self, key, default=None):
        try:
            return self[key]
        except KeyError:
            return default

    def __len__(self):
        return self.count

    def items(self):
        for bucket in self.buckets:
            for key, value in bucket:
                yield key, value


table = HashTable()
small = HashTable(1)
for number in range(12):
    table["key%d" % number] = number
small["only"] = [1]
small["only"].append(2)
buckets = len(table.buckets)
table["key3"] = "three"
value = table["key3"]
fallback = table.get("nothing", "none")
del table["key0"]
try:
    del table["key0"]
except KeyError as error:
    missing = error.args[0]
listed = small["only"]
same = small.get("only") is listed
pairs = sorted(table.items(), key=str)
first = pairs[0]
sizes = len(table), len(small)
keys = {key for key, _ in small.items()}
print(buckets, value, fallback, missing, listed, same, first, sizes, keys)

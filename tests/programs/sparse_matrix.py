"""Sparse data: dictionaries of keys, bidirectional maps, multisets, defaults."""


class SparseMatrix:
    def __init__(self, rows, columns):
        self.shape = rows, columns
        self.cells = {}

    def __getitem__(self, place):
        return self.cells.get(place, 0)

    def __setitem__(self, place, value):
        if value:
            self.cells[place] = value
        else:
            self.cells.pop(place, None)

    def __add__(self, other):
        result = SparseMatrix(*self.shape)
        for cells in (self.cells, other.cells):
            for place, value in cells.items():
                result[place] = result[place] + value
        return result

    def transpose(self):
        result = SparseMatrix(*reversed(self.shape))
        result.cells = {(c, r): value for (r, c), value in self.cells.items()}
        return result

    def rows(self):
        return [[self[r, c] for c in range(self.shape[1])] for r in range(self.shape[0])]


class BiMap:
    def __init__(self, pairs=()):
        self.forward, self.back = {}, {}
        for key, value in pairs:
            self[key] = value

    def __setitem__(self, key, value):
        if key in self.forward:
            del self.back[self.forward[key]]
        if value in self.back:
            del self.forward[self.back[value]]
        self.forward[key] = value
        self.back[value] = key

    def inverse(self):
        twin = BiMap()
        twin.forward, twin.back = self.back, self.forward
        return twin


class Bag:
    def __init__(self, items=()):
        self.counts = {}
        for item in items:
            self.add(item)

    def add(self, item, times=1):
        self.counts[item] = self.counts.get(item, 0) + times
        return self

    def remove(self, item):
        count = self.counts[item]
        if count == 1:
            del self.counts[item]
        else:
            self.counts[item] = count - 1

    def __and__(self, other):
        shared = Bag()
        for item, count in self.counts.items():
            if item in other.counts:
                shared.add(item, min(count, other.counts[item]))
        return shared

    def __len__(self):
        return sum(self.counts.values())


matrix = SparseMatrix(2, 3)
matrix[0, 1] = 5
matrix[1, 2] = 7
matrix[0, 0] = 0
stored = len(matrix.cells)
missing = matrix[1, 1]
total = matrix + matrix
flipped = matrix.transpose()
matrix[0, 1] = 0
gone = (0, 1) in matrix.cells
kept = total[0, 1], flipped[1, 0]
dense = flipped.rows()
letters = BiMap([("a", 1), ("b", 2)])
letters["a"] = 2
pairs = sorted(letters.forward.items())
inverse = letters.inverse()
inverse[9] = "z"
linked = letters.forward.get("z")
same = inverse.forward is letters.back
left, right = Bag("banana"), Bag(["a", "n", "x"])
common = left & right
left.remove("b")
left.add("c", 3).add("c")
sizes = len(left), len(right), len(common), len(Bag())
try:
    right.remove("q")
except KeyError as error:
    lost = error.args[0]
print(stored, missing, gone, kept, dense, pairs, linked, same, sorted(common.counts.items()), sizes, lost)

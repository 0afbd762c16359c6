"""Disjoint sets, Kruskal's minimum spanning tree, connected islands."""


class UnionFind:
    def __init__(self, items):
        self.parent = {item: item for item in items}
        self.size = {item: 1 for item in items}
        self.groups = len(self.parent)

    def find(self, item):
        root = item
        while self.parent[root] != root:
            root = self.parent[root]
        while self.parent[item] != root:
            self.parent[item], item = root, self.parent[item]
        return root

    def union(self, a, b):
        a, b = self.find(a), self.find(b)
        if a == b:
            return False
        if self.size[a] < self.size[b]:
            a, b = b, a
        self.parent[b] = a
        self.size[a] += self.size[b]
        self.groups -= 1
        return True


def kruskal(nodes, edges):
    sets = UnionFind(nodes)
    tree = []
    total = 0
    for weight, a, b in sorted(edges):
        if sets.union(a, b):
            tree.append((a, b))
            total += weight
    return total, tree


def islands(rows):
    land = {(r, c) for r, row in enumerate(rows) for c, cell in enumerate(row) if cell == "#"}
    sets = UnionFind(sorted(land))
    for r, c in land:
        for near in ((r + 1, c), (r, c + 1)):
            if near in land:
                sets.union((r, c), near)
    return sets.groups


EDGES = [(4, "a", "b"), (1, "a", "c"), (2, "c", "b"), (5, "b", "d"), (8, "c", "d")]
total, tree = kruskal("abcd", EDGES)
none = kruskal("x", [])
count = islands(["#..#", "##..", "...#"])
empty = islands([])
sets = UnionFind(range(6))
merged = [sets.union(0, 1), sets.union(2, 3), sets.union(0, 3), sets.union(1, 2)]
same = sets.find(1) == sets.find(2)
apart = sets.find(4) == sets.find(5)
parent = sets.parent
groups = {}
for item in sorted(parent):
    groups.setdefault(sets.find(item), []).append(item)
largest = max(groups.values(), key=len)
largest.append("extra")
print(total, tree, none, count, empty, merged, same, apart, sets.groups, largest, parent is sets.parent)

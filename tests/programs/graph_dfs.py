"""Depth-first search, cycles in directed graphs, topological order."""


class Graph:
    def __init__(self):
        self.edges = {}

    def add_edge(self, a, b):
        if a not in self.edges:
            self.edges[a] = set()
        if b not in self.edges:
            self.edges[b] = set()
        self.edges[a].add(b)

    def neighbours(self, node):
        return sorted(self.edges[node])

    def dfs(self, start, visited=None):
        if visited is None:
            visited = []
        visited.append(start)
        for node in self.neighbours(start):
            if node not in visited:
                self.dfs(node, visited)
        return visited

    def has_cycle(self):
        state = {}

        def visit(node):
            state[node] = 1
            for other in self.neighbours(node):
                mark = state.get(other, 0)
                if mark == 1 or mark == 0 and visit(other):
                    return True
            state[node] = 2
            return False

        return any(visit(node) for node in sorted(self.edges) if state.get(node, 0) == 0)

    def topological(self):
        order = []
        seen = set()

        def visit(node):
            if node in seen:
                return
            seen.add(node)
            for other in self.neighbours(node):
                visit(other)
            order.append(node)

        for node in sorted(self.edges):
            visit(node)
        return order[::-1]


tasks = Graph()
for before, after in [(1, 2), (1, 3), (2, 4), (3, 4), (4, 5)]:
    tasks.add_edge(before, after)
walk = tasks.dfs(1)
short = tasks.dfs(4)
with_start = tasks.dfs(3, [1])
acyclic = tasks.has_cycle()
order = tasks.topological()
ring = Graph()
for number in range(3):
    ring.add_edge(number, (number + 1) % 3)
cyclic = ring.has_cycle()
targets = ring.edges[0]
targets.discard(1)
broken = ring.has_cycle()
print(walk, short, with_start, acyclic, order, cyclic, broken)

"""Breadth-first search over an adjacency dictionary."""
from collections import deque

GRAPH = {
    "A": ["B", "C"],
    "B": ["A", "D", "E"],
    "C": ["A", "F"],
    "D": ["B"],
    "E": ["B", "F"],
    "F": ["C", "E"],
    "G": [],
}


def bfs(graph, start):
    visited = [start]
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for neighbour in graph[node]:
            if neighbour not in visited:
                visited.append(neighbour)
                queue.append(neighbour)
    return visited


def shortest_path(graph, start, goal):
    parents = {start: None}
    queue = deque()
    queue.append(start)
    while queue:
        node = queue.popleft()
        if node == goal:
            break
        for neighbour in graph[node]:
            if neighbour not in parents:
                parents[neighbour] = node
                queue.append(neighbour)
    else:
        return None
    path = []
    while node is not None:
        path.append(node)
        node = parents[node]
    path.reverse()
    return path


def components(graph):
    seen = set()
    groups = []
    for node in graph:
        if node in seen:
            continue
        group = bfs(graph, node)
        seen.update(group)
        groups.append(group)
    return groups


order = bfs(GRAPH, "A")
other = bfs(GRAPH, "F")
alone = bfs(GRAPH, "G")
path = shortest_path(GRAPH, "A", "F")
trivial = shortest_path(GRAPH, "D", "D")
none = shortest_path(GRAPH, "A", "G")
groups = components(GRAPH)
degrees = {node: len(edges) for node, edges in GRAPH.items()}
busiest = max(degrees, key=degrees.get)
print(order, other, alone, path, trivial, none, groups, busiest)

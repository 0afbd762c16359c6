"""Heaps: a binary heap by hand, heapq, Dijkstra, merging."""
import heapq


class Heap:
    def __init__(self, items=()):
        self.items = []
        for item in items:
            self.push(item)

    def push(self, item):
        items = self.items
        items.append(item)
        index = len(items) - 1
        while index > 0:
            parent = (index - 1) // 2
            if items[index] >= items[parent]:
                break
            items[index], items[parent] = items[parent], items[index]
            index = parent

    def pop(self):
        items = self.items
        last = items.pop()
        if not items:
            return last
        top, items[0] = items[0], last
        index = 0
        while True:
            child = 2 * index + 1
            if child >= len(items):
                break
            if child + 1 < len(items) and items[child + 1] < items[child]:
                child += 1
            if items[index] <= items[child]:
                break
            items[index], items[child] = items[child], items[index]
            index = child
        return top

    def __len__(self):
        return len(self.items)


def heap_sort(items):
    heap = Heap(items)
    return [heap.pop() for _ in range(len(heap))]


def dijkstra(graph, start):
    distances = {start: 0}
    queue = [(0, start)]
    while queue:
        distance, node = heapq.heappop(queue)
        if distance > distances[node]:
            continue
        for neighbour, weight in graph[node].items():
            candidate = distance + weight
            if candidate < distances.get(neighbour, float("inf")):
                distances[neighbour] = candidate
                heapq.heappush(queue, (candidate, neighbour))
    return distances


ROADS = {"a": {"b": 7, "c": 3}, "b": {"d": 2}, "c": {"b": 1, "d": 8}, "d": {}}
ordered = heap_sort([5, 3, 8, 1, 9, 2])
words = heap_sort(["pear", "fig", "apple"])
nothing = heap_sort(())
routes = dijkstra(ROADS, "a")
stuck = dijkstra(ROADS, "d")
tasks = []
for priority, name in [(3, "write"), (1, "think"), (2, "plan")]:
    heapq.heappush(tasks, (priority, name))
first = heapq.heappop(tasks)
rest = [name for _, name in sorted(tasks)]
numbers = [9, 4, 7]
heapq.heapify(numbers)
least = numbers[0]
two = heapq.nsmallest(2, [5, 1, 4])
merged = list(heapq.merge([1, 4], [2, 3], [0]))
replaced = heapq.heapreplace(numbers, 5)
print(ordered, words, nothing, routes, stuck, first, rest, least, two, merged, replaced, numbers)

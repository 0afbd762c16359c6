"""Paths through a maze: flood, A*, walking back; grids as text."""
import heapq

MAZE = """\
#########
#S..#...#
#.#.#.#.#
#.#...#G#
#########
"""


class Grid:
    steps = ((0, 1), (1, 0), (0, -1), (-1, 0))

    def __init__(self, text):
        self.rows = text.split()
        self.marks = {}
        for r, row in enumerate(self.rows):
            for c, cell in enumerate(row):
                if cell.isalpha():
                    self.marks[cell] = r, c

    def is_free(self, place):
        r, c = place
        return self.rows[r][c] != "#"

    def near(self, place):
        r, c = place
        return [(r + dr, c + dc) for dr, dc in self.steps if self.is_free((r + dr, c + dc))]

    def draw(self, path):
        rows = [list(row) for row in self.rows]
        for r, c in path:
            if rows[r][c] == ".":
                rows[r][c] = "*"
        return "\n".join("".join(row) for row in rows)


def distance(a, b):
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def walk_back(came_from, place):
    path = [place]
    while came_from[place] is not None:
        place = came_from[place]
        path.append(place)
    return path[::-1]


def a_star(grid, start, goal, guess=distance):
    came_from, cost = {start: None}, {start: 0}
    frontier = [(guess(start, goal), start)]
    seen = 0
    while frontier:
        _, place = heapq.heappop(frontier)
        seen += 1
        if place == goal:
            return walk_back(came_from, place), seen
        for other in grid.near(place):
            new = cost[place] + 1
            if other not in cost or new < cost[other]:
                cost[other] = new
                came_from[other] = place
                heapq.heappush(frontier, (new + guess(other, goal), other))
    return None, seen


def flood(grid, start):
    distances = {start: 0}
    edge = [start]
    while edge:
        following = []
        for place in edge:
            for other in grid.near(place):
                if other not in distances:
                    distances[other] = distances[place] + 1
                    following.append(other)
        edge = following
    return distances


grid = Grid(MAZE)
start, goal = grid.marks["S"], grid.marks["G"]
path, seen = a_star(grid, start, goal)
blind, more = a_star(grid, start, goal, guess=lambda a, b: 0)
same_length = len(path) == len(blind)
picture = grid.draw(path)
here, _ = a_star(grid, start, start)
closed = Grid("#####\n#S#G#\n#####")
none, tried = a_star(closed, closed.marks["S"], closed.marks["G"])
distances = flood(grid, start)
farthest = max(distances, key=distances.get)
island = flood(closed, (1, 1))
turns = sum((b[0] - a[0], b[1] - a[1]) != (c[0] - b[0], c[1] - b[1]) for a, b, c in zip(path, path[1:], path[2:]))
plain = grid.draw([])
untouched = plain == MAZE.strip()
print(picture)
print(len(path), seen <= more, same_length, here, none, tried, distances[goal], farthest, island, turns, untouched)

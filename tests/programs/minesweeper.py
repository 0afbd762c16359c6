"""Minesweeper without a screen: hidden cells, flood fill, flags."""


class Cell:
    __slots__ = ("mine", "open", "flag", "near")

    def __init__(self, mine=False):
        self.mine = mine
        self.open = False
        self.flag = False
        self.near = 0


class Field:
    def __init__(self, picture):
        self.rows = [[Cell(letter == "*") for letter in line] for line in picture]
        self.opened = 0
        for place, cell in self.cells():
            cell.near = sum(other.mine for _, other in self.around(place))

    def cells(self):
        for r, row in enumerate(self.rows):
            for c, cell in enumerate(row):
                yield (r, c), cell

    def around(self, place):
        r, c = place
        for dr in (-1, 0, 1):
            for dc in (-1, 0, 1):
                if (dr or dc) and 0 <= r + dr < len(self.rows) and 0 <= c + dc < len(self.rows[0]):
                    yield (r + dr, c + dc), self.rows[r + dr][c + dc]

    def open(self, r, c):
        cell = self.rows[r][c]
        if cell.mine:
            return "boom"
        todo = [((r, c), cell)]
        while todo:
            place, cell = todo.pop()
            if cell.open or cell.flag:
                continue
            cell.open = True
            self.opened += 1
            if cell.near == 0:
                todo.extend(self.around(place))
        return "open"

    def toggle(self, r, c):
        cell = self.rows[r][c]
        cell.flag = not cell.flag
        return cell

    def won(self):
        return all(cell.open or cell.mine for _, cell in self.cells())

    def __str__(self):
        lines = []
        for row in self.rows:
            line = ""
            for cell in row:
                if cell.flag:
                    line += "F"
                elif not cell.open:
                    line += "?"
                else:
                    line += str(cell.near) if cell.near else "."
            lines.append(line)
        return "\n".join(lines)


field = Field(["*...", "....", "...*"])
near = [[cell.near for cell in row] for row in field.rows]
flagged = field.toggle(0, 0)
first = field.open(0, 3)
picture = str(field)
second = field.open(2, 3)
unflagged = field.toggle(0, 0)
same = flagged is unflagged
third = field.open(2, 2)
for place, cell in field.cells():
    if not cell.mine:
        field.open(*place)
won = field.won()
small = Field(["."])
small.open(0, 0)
easy = small.won(), small.opened
lost = Field(["*"]).open(0, 0)
mines = [place for place, cell in field.cells() if cell.mine]
print(near, first, second, third, same, won, easy, lost, mines, field.opened)
print(picture)

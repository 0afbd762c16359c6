"""Noughts and crosses: a board, moves that are tried and undone, a perfect player."""

LINES = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]


class Board:
    def __init__(self, cells=None):
        self.cells = list(cells) if cells else [" "] * 9
        self.moves = []

    def play(self, place, player):
        if self.cells[place] != " ":
            raise ValueError("taken")
        self.cells[place] = player
        self.moves.append(place)

    def undo(self):
        self.cells[self.moves.pop()] = " "

    def free(self):
        return [place for place, cell in enumerate(self.cells) if cell == " "]

    def winner(self):
        for a, b, c in LINES:
            if self.cells[a] != " " and self.cells[a] == self.cells[b] == self.cells[c]:
                return self.cells[a]
        return None

    def __str__(self):
        rows = [" ".join(self.cells[start:start + 3]) for start in (0, 3, 6)]
        return "\n".join(rows)


def other(player):
    return "O" if player == "X" else "X"


def best_move(board, player):
    """(score, place) by minimax; the score is from the player's side."""
    won = board.winner()
    if won is not None:
        return (1 if won == player else -1), None
    places = board.free()
    if not places:
        return 0, None
    best = (-2, None)
    for place in places:
        board.play(place, player)
        score = -best_move(board, other(player))[0]
        board.undo()
        if score > best[0]:
            best = (score, place)
    return best


board = Board()
board.play(4, "X")
board.play(0, "O")
try:
    board.play(4, "O")
except ValueError as error:
    message = str(error)
text = str(board)
late = Board("XOXOXO   ")
free = late.free()
score, place = best_move(late, "X")
untouched = late.cells.count(" "), late.moves
lost = Board("OO XX    ")
answer = best_move(lost, "O")
full = Board("XOXXOOOXX")
draw = best_move(full, "X")
none = full.winner()
player = "X"
while late.winner() is None and late.free():
    _, place = best_move(late, player)
    late.play(place, player)
    player = other(player)
won = late.winner()
print(message, text, free, score, untouched, answer, draw, none, won, sep="\n")

# Copying, from the assignment that copies nothing to deepcopy.
import copy

scores = [90, 85, 77]
same = scores
other = scores.copy()
same.append(100)
print(scores, other)

nested = {"math": [1, 2], "art": [3]}
alias = nested
shallow = nested.copy()
deep = copy.deepcopy(nested)

alias["music"] = [4]
print("music" in nested, "music" in shallow, "music" in deep)

shallow["math"].append(99)
print(nested["math"], shallow["math"], deep["math"])

shallow["art"] = ["replaced"]
print(nested["art"], shallow["art"])

rows = [[0, 0], [0, 0]]
by_slice = rows[:]
by_loop = [row[:] for row in rows]
by_slice[0][0] = 1
print(rows, by_loop)

row = rows[1]
rows.append(row)
row[1] = 7
print(rows, by_slice)

text = "immutable"
copied_text = copy.copy(text)
numbers = (1, 2, 3)
copied_numbers = copy.deepcopy(numbers)
mixed = (1, [2])
copied_mixed = copy.deepcopy(mixed)
print(copied_text is text, copied_numbers is numbers, copied_mixed is mixed, copied_mixed[1] is mixed[1])


class Settings:
    def __init__(self, theme, plugins):
        self.theme = theme
        self.plugins = plugins

    def clone(self):
        return Settings(self.theme, list(self.plugins))


first = Settings("dark", ["a"])
second = first
third = copy.copy(first)
fourth = copy.deepcopy(first)
fifth = first.clone()
first.plugins.append("b")
first.theme = "light"
for each in (first, second, third, fourth, fifth):
    print(each.theme, each.plugins)

team = {"lead": first, "members": [first, third]}
twin = copy.deepcopy(team)
print(twin["lead"] is team["lead"], twin["lead"] is twin["members"][0])
half = {**team, "members": team["members"] + [fourth]}
print(half["lead"] is first, len(team["members"]), len(half["members"]))

queue = [scores] * 3
queue[0].clear()
print(queue, scores, other)
del same, alias
backup, scores = scores, None
print(backup is queue[1])

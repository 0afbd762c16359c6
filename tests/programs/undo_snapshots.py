"""Memento and prototype: states saved by copying, shallowly and deeply."""
import copy


class Drawing:
    def __init__(self):
        self.shapes = []
        self.meta = {"title": "untitled", "tags": []}

    def add(self, kind, **options):
        shape = {"kind": kind, "options": options}
        self.shapes.append(shape)
        return shape

    def save_shallow(self):
        return Snapshot(list(self.shapes), dict(self.meta))

    def save_deep(self):
        return Snapshot(copy.deepcopy(self.shapes), copy.deepcopy(self.meta))

    def restore(self, snapshot):
        self.shapes = snapshot.shapes
        self.meta = snapshot.meta


class Snapshot:
    def __init__(self, shapes, meta):
        self.shapes = shapes
        self.meta = meta


class History:
    def __init__(self, drawing, limit=3):
        self.drawing = drawing
        self.limit = limit
        self.states = []

    def save(self):
        self.states.append(self.drawing.save_deep())
        if len(self.states) > self.limit:
            self.states.pop(0)

    def undo(self):
        if not self.states:
            return False
        self.drawing.restore(self.states.pop())
        return True


class Prototype:
    def __init__(self, **attributes):
        self.__dict__.update(attributes)

    def clone(self, **changes):
        twin = copy.copy(self)
        twin.__dict__.update(changes)
        return twin


class Counted:
    copies = 0

    def __init__(self, data):
        self.data = data

    def __copy__(self):
        Counted.copies += 1
        return Counted(self.data)

    def __deepcopy__(self, memo):
        Counted.copies += 10
        return Counted(copy.deepcopy(self.data, memo))


drawing = Drawing()
circle = drawing.add("circle", radius=1)
shallow = drawing.save_shallow()
deep = drawing.save_deep()
circle["options"]["radius"] = 5
drawing.meta["tags"].append("draft")
drawing.meta["title"] = "changed"
seen = shallow.shapes[0]["options"]["radius"], deep.shapes[0]["options"]["radius"]
titles = shallow.meta["title"], shallow.meta["tags"], deep.meta["tags"]
history = History(drawing)
for size in range(5):
    history.save()
    drawing.add("square", side=size)
kept = len(history.states)
back = [history.undo() for _ in range(4)]
shapes = len(drawing.shapes)
old_circle = drawing.shapes[0] is circle
base = Prototype(color="red", points=[1, 2])
twin = base.clone(color="blue")
twin.points.append(3)
shared = base.points is twin.points
colors = base.color, twin.color
counted = Counted([[1]])
one = copy.copy(counted)
two = copy.deepcopy(counted)
same_data = one.data is counted.data, two.data is counted.data
pair = [counted, counted]
copied = copy.deepcopy(pair)
still_one = copied[0] is copied[1]
total = Counted.copies
print(seen, titles, kept, back, shapes, old_circle, shared, colors, same_data, still_one, total)

"""A tiny adventure: rooms that lead to each other, a bag, scripted commands."""


class Room:
    opposite = {"north": "south", "south": "north", "east": "west", "west": "east"}

    def __init__(self, name, *things):
        self.name = name
        self.things = list(things)
        self.exits = {}

    def connect(self, direction, room):
        self.exits[direction] = room
        room.exits[self.opposite[direction]] = self
        return room


class Player:
    def __init__(self, room):
        self.room = room
        self.bag = []
        self.visited = [room]

    def go(self, direction):
        room = self.room.exits.get(direction)
        if room is None:
            return "no way " + direction
        self.room = room
        if room not in self.visited:
            self.visited.append(room)
        return "you are in the " + room.name

    def take(self, thing):
        if thing in self.room.things:
            self.room.things.remove(thing)
            self.bag.append(thing)
            return "taken"
        return "no %s here" % thing

    def drop(self, thing="everything"):
        if thing == "everything":
            self.room.things.extend(self.bag)
            self.bag.clear()
            return "dropped all"
        self.bag.remove(thing)
        self.room.things.append(thing)
        return "dropped"


def build():
    hall = Room("hall", "lamp")
    kitchen = hall.connect("north", Room("kitchen", "knife", "bread"))
    kitchen.connect("east", Room("garden"))
    return hall


def play(player, script):
    output = []
    for line in script:
        verb, *rest = line.split()
        action = getattr(player, verb, None)
        if action is None:
            output.append("what?")
            continue
        try:
            output.append(action(*rest))
        except (TypeError, ValueError) as error:
            output.append(type(error).__name__)
    return output


start = build()
player = Player(start)
log = play(player, ["take lamp", "go north", "take knife", "take lamp", "go up", "dance", "go", "drop lamp"])
bag = player.bag
kitchen = player.room
more = play(player, ["go east", "drop", "drop ghost"])
garden = player.room
names = [room.name for room in player.visited]
things = {room.name: room.things for room in player.visited}
round_trip = kitchen.exits["south"] is start
back = garden.exits["west"].exits["east"] is garden
other = Player(build())
fresh = other.room is not start
nothing = play(other, [])
start.exits.clear()
path = [exit for exit in sorted(kitchen.exits)]
print(log, bag, more, names, things, round_trip, back, fresh, nothing, path)

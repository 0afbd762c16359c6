# Objects that refer to each other, and what becomes of them.
import gc
import weakref


class Person:
    def __init__(self, name):
        self.name = name
        self.friends = []
        self.boss = None

    def befriend(self, other):
        self.friends.append(other)
        other.friends.append(self)

    def __repr__(self):
        return self.name


class Team:
    def __init__(self, *members):
        self.members = list(members)
        for member in members:
            member.team = weakref.ref(self)


gone = []
ann = Person("Ann")
ben = Person("Ben")
ann.boss = ben
watch = weakref.ref(ann, lambda _: gone.append("Ann"))
ann = None
print(gone, ben.boss)

cid = Person("Cid")
dan = Person("Dan")
cid.befriend(dan)
print(cid.friends[0].friends[0] is cid)
watch = weakref.ref(cid, lambda _: gone.append("Cid"))
cid = None
dan = None
print(gone)
gc.collect()
print(gone)

eve = Person("Eve")
eve.boss = eve
watch = weakref.ref(eve, lambda _: gone.append("Eve"))
eve.boss = None
eve = None
print(gone)

fay, gus = Person("Fay"), Person("Gus")
team = Team(fay, gus)
print(fay.team() is team, team.members)
watch = weakref.ref(team, lambda _: gone.append("team"))
team = None
print(gone, gus.team())

loop = ["a"]
loop.append(loop)
print(len(loop), loop[1] is loop, loop[1][1][0])
loop[1] = None
table = {"name": "table"}
table["self"] = table
print(table["self"]["self"]["name"])
del table["self"]

chain = None
for name in ("one", "two", "three"):
    person = Person(name)
    person.boss = chain
    chain = person
names = []
while chain is not None:
    names.append(chain.name)
    chain = chain.boss
print(names)


def tree(depth, parent=None):
    node = {"parent": parent, "children": []}
    if depth:
        for _ in range(2):
            node["children"].append(tree(depth - 1, node))
    return node


root = tree(1)
leaf = root["children"][0]
print(leaf["parent"] is root, len(root["children"]), tree(0)["children"])
for child in root["children"]:
    child["parent"] = None
root = None
print(leaf)

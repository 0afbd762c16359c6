# A virtual pet: a class, a script of actions, random numbers replaced by a list.
import itertools


class Pet:
    kinds = {"cat": ["milk", "fish"], "dog": ["bone"]}
    population = 0

    def __init__(self, name, kind="cat"):
        self.name = name
        self.kind = kind
        self.hunger = 5
        self.mood = 5
        self.memories = []
        Pet.population += 1

    def eat(self, food):
        if food in self.kinds[self.kind]:
            self.hunger = max(0, self.hunger - 3)
            self.remember("ate " + food)
            return True
        self.mood -= 1
        return False

    def play(self, *friends):
        self.mood += 1 + len(friends)
        self.hunger += 1
        for friend in friends:
            friend.remember("played with " + self.name)
        self.remember("played")
        return self

    def remember(self, text, limit=3):
        self.memories.append(text)
        if len(self.memories) > limit:
            self.memories = self.memories[-limit:]

    def state(self):
        if self.hunger > 7:
            return "hungry"
        return "happy" if self.mood > 6 else "bored"


class Owner:
    def __init__(self, name):
        self.name = name
        self.pets = []

    def adopt(self, pet):
        self.pets.append(pet)
        pet.owner = self
        return pet

    def give_away(self, pet, other):
        self.pets.remove(pet)
        other.adopt(pet)


def simulate(pet, actions, luck=(0,)):
    states = []
    chances = itertools.cycle(luck)
    for action in actions:
        if next(chances):
            pet.mood += 1
        if action == "feed":
            pet.eat("milk")
        elif action == "play":
            pet.play()
        else:
            pet.hunger += 1
        states.append(pet.state())
    return states


ann, ben = Owner("Ann"), Owner("Ben")
tom = ann.adopt(Pet("Tom"))
rex = ann.adopt(Pet("Rex", kind="dog"))
memories = tom.memories
fed = tom.eat("fish"), rex.eat("fish"), rex.eat("bone")
chained = tom.play(rex).play()
same = chained is tom
early = list(tom.memories)
tom.play()
cut = tom.memories is memories
days = simulate(tom, ["wait", "feed", "play", "wait"])
lucky = simulate(rex, ["wait"] * 5, luck=(1, 0, 1))
nothing = simulate(rex, [])
mutual = tom.owner.pets[0] is tom
ann.give_away(tom, ben)
owners = tom.owner.name, len(ann.pets), ben.pets == [tom]
Pet.kinds["dog"].append("fish")
learned = rex.eat("fish")
rex.kinds = {"dog": []}
spoiled = rex.eat("bone"), Pet("Bob", "dog").eat("bone")
names = {pet.name: pet.state() for pet in itertools.chain(ann.pets, ben.pets)}
print(fed, same, early, cut, days, lucky, nothing, mutual, owners, learned, spoiled, names, Pet.population)
print(rex.memories, memories)

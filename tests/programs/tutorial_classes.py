# Classes, from the first attribute to inheritance.


class Dog:
    species = "Canis familiaris"
    tricks_known = []

    def __init__(self, name, age):
        self.name = name
        self.age = age
        self.tricks = []

    def learn(self, trick):
        self.tricks.append(trick)
        self.tricks_known.append(trick)

    def birthday(self):
        self.age += 1
        return self.age

    def __str__(self):
        return "%s is %d" % (self.name, self.age)


class Puppy(Dog):
    def __init__(self, name):
        super().__init__(name, 0)
        self.toys = ["ball"]

    def learn(self, trick):
        super().learn(trick)
        return "good " + self.name


rex = Dog("Rex", 5)
fido = Dog("Fido", 3)
print(rex, fido, rex.species is fido.species)

rex.learn("roll over")
fido.learn("sit")
print(rex.tricks, fido.tricks, Dog.tricks_known)
print(rex.tricks is fido.tricks, rex.tricks_known is fido.tricks_known)

age = rex.birthday()
older = rex.birthday()
print(age, older, rex.age)

fido.species = "Canis lupus"
print(rex.species, fido.species, Dog.species)

rex.owner = "Ann"
rex.friend = fido
fido.friend = rex
print(rex.friend.friend is rex, hasattr(fido, "owner"))

tiny = Puppy("Tiny")
praise = tiny.learn("bark")
tiny.toys.append("bone")
print(praise, tiny.toys, tiny.age, isinstance(tiny, Dog), type(tiny).__name__)

pack = [rex, fido, tiny]
names = [dog.name for dog in pack]
oldest = max(pack, key=lambda dog: dog.age)
by_name = {dog.name: dog for dog in pack}
print(names, oldest.name, by_name["Rex"] is rex)

total = 0
for dog in pack:
    total += dog.age
print(total)

method = rex.learn
method("fetch")
print(rex.tricks)

ages = {}
for dog in pack:
    ages.setdefault(dog.age, []).append(dog)
print(sorted(ages))

rex.friend = None
fido.friend = None
del pack[0]
del by_name["Rex"]
rex = None
print(len(pack), dog is tiny)

"""A lending library: objects that refer to each other, and rules about them."""


class Book:
    def __init__(self, title, author, copies=1):
        self.title = title
        self.author = author
        self.copies = copies
        self.readers = []

    @property
    def available(self):
        return self.copies - len(self.readers)


class Member:
    limit = 2

    def __init__(self, name):
        self.name = name
        self.borrowed = []

    def __repr__(self):
        return "<%s>" % self.name


class Library:
    def __init__(self, name, *books):
        self.name = name
        self.books = {book.title: book for book in books}
        self.members = {}
        self.waiting = {}

    def join(self, name):
        if name not in self.members:
            self.members[name] = Member(name)
        return self.members[name]

    def lend(self, title, member):
        book = self.books[title]
        if len(member.borrowed) >= member.limit:
            return "too many"
        if not book.available:
            self.waiting.setdefault(title, []).append(member)
            return "waiting"
        book.readers.append(member)
        member.borrowed.append(book)
        return "lent"

    def give_back(self, title, member):
        book = self.books[title]
        book.readers.remove(member)
        member.borrowed.remove(book)
        queue = self.waiting.get(title)
        if queue:
            following = queue.pop(0)
            if not queue:
                del self.waiting[title]
            return self.lend(title, following)
        return "returned"


def titles(books):
    return sorted(book.title for book in books)


def by_author(library):
    index = {}
    for book in library.books.values():
        index.setdefault(book.author, []).append(book)
    return index


dune = Book("Dune", "Herbert")
emma = Book("Emma", "Austen", copies=2)
city = Library("City", dune, emma, Book("Persuasion", "Austen"))
ann = city.join("Ann")
ben = city.join("Ben")
again = city.join("Ann")
same = ann is again
first = city.lend("Dune", ann)
second = city.lend("Dune", ben)
third = city.lend("Emma", ann)
fourth = city.lend("Persuasion", ann)
queue = city.waiting["Dune"]
passed = city.give_back("Dune", ann)
holder = dune.readers[0]
plain = city.give_back("Emma", ann)
mutual = holder.borrowed[0].readers[0] is holder
index = by_author(city)
austen = titles(index["Austen"])
empty = titles([])
small = Library("Corner")
nobody = by_author(small)
Member.limit = 1
strict = city.lend("Emma", ben)
try:
    city.lend("Ulysses", ann)
except KeyError as error:
    unknown = error.args[0]
print(same, first, second, third, fourth, queue, passed, holder, plain, mutual, austen, empty, nobody, strict, unknown)

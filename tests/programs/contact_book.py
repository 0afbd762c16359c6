# A contact book: commands as text, results as text, everything in dictionaries.


def make_book():
    return {"contacts": {}, "groups": {"family": set(), "work": set()}, "undo": []}


def add(book, name, phone, *groups):
    old = book["contacts"].get(name)
    book["undo"].append((name, old))
    book["contacts"][name] = {"phone": phone, "notes": []}
    for group in groups:
        book["groups"].setdefault(group, set()).add(name)
    return book["contacts"][name]


def note(book, name, text):
    book["contacts"][name]["notes"].append(text)


def find(book, text):
    text = text.lower()
    return sorted(name for name in book["contacts"] if text in name.lower())


def remove(book, name):
    contact = book["contacts"].pop(name, None)
    if contact is None:
        return None
    book["undo"].append((name, contact))
    for members in book["groups"].values():
        members.discard(name)
    return contact


def undo(book):
    name, old = book["undo"].pop()
    if old is None:
        book["contacts"].pop(name, None)
    else:
        book["contacts"][name] = old
    return name


def execute(book, line):
    command, *words = line.split()
    try:
        action = {"add": add, "note": note, "find": find, "remove": remove, "undo": undo}[command]
        return action(book, *words)
    except KeyError as error:
        return "unknown %s" % error
    except TypeError:
        return "usage: " + command


def format_contact(name, contact, width=10):
    line = name.ljust(width, ".") + contact["phone"]
    if contact["notes"]:
        line += " (" + "; ".join(contact["notes"]) + ")"
    return line


book = make_book()
other = make_book()
ann = execute(book, "add Ann 123 family")
execute(book, "add Ben 456 work tennis")
execute(book, "add Anita 789")
execute(book, "note Ann likes-tea")
notes = ann["notes"]
found = execute(book, "find an")
problems = [execute(book, line) for line in ("note Nobody x", "dance", "add Cid")]
lines = [format_contact(name, contact) for name, contact in sorted(book["contacts"].items())]
wide = format_contact("Z", {"phone": "0", "notes": []}, 3)
gone = execute(book, "remove Ann")
same = gone is ann and gone["notes"] is notes
family = sorted(book["groups"]["family"])
back = execute(book, "undo")
restored = book["contacts"]["Ann"] is ann
undone = [undo(book), undo(book)]
left = sorted(book["contacts"])
groups = {group: len(members) for group, members in book["groups"].items()}
separate = other["contacts"] == {} and other["groups"]["work"] == set()
nothing = remove(book, "Nobody")
everyone = set()
for members in book["groups"].values():
    everyone |= members
print(found, problems, lines, wide, same, family, back, restored, undone, left, groups, separate, nothing, sorted(everyone))

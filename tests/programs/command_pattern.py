"""An editor with undo and redo: commands as objects."""


class Document:
    def __init__(self, text=""):
        self.text = text


class Insert:
    def __init__(self, document, place, text):
        self.document = document
        self.place = place
        self.text = text

    def do(self):
        old = self.document.text
        self.document.text = old[:self.place] + self.text + old[self.place:]

    def undo(self):
        old = self.document.text
        self.document.text = old[:self.place] + old[self.place + len(self.text):]


class Delete:
    def __init__(self, document, place, length):
        self.document = document
        self.place = place
        self.length = length
        self.removed = None

    def do(self):
        old = self.document.text
        self.removed = old[self.place:self.place + self.length]
        self.document.text = old[:self.place] + old[self.place + self.length:]

    def undo(self):
        old = self.document.text
        self.document.text = old[:self.place] + self.removed + old[self.place:]


class Macro:
    def __init__(self, *commands):
        self.commands = commands

    def do(self):
        for command in self.commands:
            command.do()

    def undo(self):
        for command in reversed(self.commands):
            command.undo()


class Editor:
    def __init__(self):
        self.done = []
        self.undone = []

    def run(self, command):
        command.do()
        self.done.append(command)
        self.undone.clear()

    def undo(self):
        if self.done:
            command = self.done.pop()
            command.undo()
            self.undone.append(command)

    def redo(self):
        if self.undone:
            command = self.undone.pop()
            command.do()
            self.done.append(command)


document = Document("hello")
other = Document()
editor = Editor()
editor.run(Insert(document, 5, " world"))
editor.run(Delete(document, 0, 1))
editor.run(Insert(document, 0, "J"))
states = [document.text]
editor.undo()
states.append(document.text)
editor.undo()
states.append(document.text)
editor.redo()
states.append(document.text)
macro = Macro(Insert(other, 0, "b"), Insert(other, 0, "a"))
editor.run(macro)
filled = other.text
forgotten = len(editor.undone)
editor.undo()
emptied = other.text
last = editor.undone[-1]
same = last is macro
document = None
kept = editor.done[0].document.text
while editor.done:
    editor.undo()
final = editor.undone[0].commands[0].document is other
print(states, filled, forgotten, emptied, same, kept, final, len(editor.undone))

"""An interpreter for a language of eight instructions."""


def match_brackets(program):
    jumps, stack = {}, []
    for position, instruction in enumerate(program):
        if instruction == "[":
            stack.append(position)
        elif instruction == "]":
            if not stack:
                raise SyntaxError("unmatched ] at %d" % position)
            start = stack.pop()
            jumps[start], jumps[position] = position, start
    if stack:
        raise SyntaxError("unmatched [ at %d" % stack[-1])
    return jumps


class Tape:
    def __init__(self, size=1):
        self.cells = [0] * size
        self.position = 0

    def right(self):
        self.position += 1
        if self.position == len(self.cells):
            self.cells.append(0)

    def left(self):
        if self.position > 0:
            self.position -= 1

    def change(self, amount):
        self.cells[self.position] = (self.cells[self.position] + amount) % 256

    @property
    def value(self):
        return self.cells[self.position]


def run(program, text="", tape=None, limit=10000):
    tape = tape or Tape()
    jumps = match_brackets(program)
    source = iter(text)
    output = []
    position = steps = 0
    while position < len(program) and steps < limit:
        instruction = program[position]
        if instruction == ">":
            tape.right()
        elif instruction == "<":
            tape.left()
        elif instruction in "+-":
            tape.change(1 if instruction == "+" else -1)
        elif instruction == ".":
            output.append(chr(tape.value))
        elif instruction == ",":
            tape.cells[tape.position] = ord(next(source, "\0"))
        elif instruction == "[" and tape.value == 0 or instruction == "]" and tape.value != 0:
            position = jumps[position]
        position += 1
        steps += 1
    return "".join(output), steps


letter, steps = run("++++++++[>++++++++<-]>+.")
echo, _ = run(",[.,]", "hi")
tape = Tape(4)
nothing, _ = run("+>++>+++", tape=tape)
cells = tape.cells
more, _ = run("<+", tape=tape)
same = cells is tape.cells
endless, most = run("+[]", limit=50)
wrapped = Tape()
wrapped.change(-1)
errors = []
for program in ("[", "]", "[]]"):
    try:
        run(program)
    except SyntaxError as error:
        errors.append(str(error))
jumps = match_brackets("[[]]")
print(letter, steps, echo, repr(nothing), cells, same, repr(endless), most, wrapped.value, errors, jumps)

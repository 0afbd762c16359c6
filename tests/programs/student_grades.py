"""A grade book: nested data, statistics, a report."""

GRADES = {"Mia": [90, 85, 77], "Leo": [60, 75], "Zoe": []}
LIMITS = [(90, "A"), (80, "B"), (70, "C"), (0, "F")]


class Student:
    school = "Hill School"

    def __init__(self, name, grades=None):
        self.name = name
        self.grades = grades if grades is not None else []

    def average(self):
        if not self.grades:
            return None
        return sum(self.grades) / len(self.grades)

    def letter(self):
        average = self.average()
        if average is None:
            return "-"
        for limit, letter in LIMITS:
            if average >= limit:
                return letter

    def add(self, *grades):
        for grade in grades:
            if not 0 <= grade <= 100:
                raise ValueError("bad grade: %r" % grade)
            self.grades.append(grade)


class GradeBook:
    def __init__(self):
        self.students = {}

    def load(self, table):
        for name, grades in table.items():
            self.students[name] = Student(name, grades)
        return self

    def best(self):
        graded = [student for student in self.students.values() if student.grades]
        return max(graded, key=Student.average)

    def report(self, columns=2):
        lines = []
        for name in sorted(self.students):
            student = self.students[name]
            lines.append("%s%s" % (name.ljust(6 * columns), student.letter()))
        return lines


def median(numbers):
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


book = GradeBook().load(GRADES)
mia = book.students["Mia"]
zoe = book.students["Zoe"]
letters = {name: student.letter() for name, student in book.students.items()}
zoe.add(95, 91)
shared = GRADES["Zoe"]
try:
    mia.add(80, 120)
except ValueError as error:
    problem = str(error)
kept = len(mia.grades)
best = book.best()
report = book.report()
wide = book.report(columns=3)
middle = median(mia.grades)
other = median([3, 1, 2])
new = Student("Kim")
new.add(70)
averages = [student.average() for student in (mia, zoe, new)]
Student.school = "Dale School"
school = new.school
every = [grade for student in book.students.values() for grade in student.grades]
highest, *_, lowest = sorted(every, reverse=True)
passed = {student.name for student in book.students.values() if student.average() >= 80}
print(letters, shared, problem, kept, best.name, report, len(wide[0]), middle, other, averages, school)
print(highest, lowest, sorted(passed))

"""Unit conversions and number names: tables at module level, small pure functions."""

FACTORS = {"mm": 0.001, "cm": 0.01, "m": 1.0, "km": 1000.0, "in": 0.0254, "ft": 0.3048}
ONES = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen").split()
TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ROMAN = {"M": 1000, "CM": 900, "D": 500, "CD": 400, "C": 100, "XC": 90, "L": 50, "XL": 40, "X": 10, "IX": 9, "V": 5,
         "IV": 4, "I": 1}


def convert(value, source, target="m"):
    return value * FACTORS[source] / FACTORS[target]


def spell(number):
    if number < 20:
        return ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return TENS[tens] + ("-" + ONES[ones] if ones else "")
    hundreds, rest = divmod(number, 100)
    words = ONES[hundreds] + " hundred"
    return words if not rest else words + " and " + spell(rest)


def to_roman(number):
    pieces = []
    for letters, value in ROMAN.items():
        count, number = divmod(number, value)
        pieces.append(letters * count)
    return "".join(pieces)


def from_roman(text):
    total = 0
    previous = 0
    for letter in reversed(text):
        value = ROMAN[letter]
        total += value if value >= previous else -value
        previous = max(previous, value)
    return total


def human_size(size):
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return "%.1f %s" % (size, unit)
        size /= 1024
    return "%.1f GiB" % size


def clock(seconds, show_hours=True):
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if show_hours:
        return "%02d:%02d:%02d" % (hours, minutes, seconds)
    return "%d:%02d" % (hours * 60 + minutes, seconds)


meters = convert(5, "km")
feet = convert(1.0, "m", "ft")
same = convert(3, "cm", target="cm")
words = [spell(number) for number in (0, 13, 40, 85, 300, 512)]
numerals = [to_roman(number) for number in (4, 1994, 2024)]
back = [from_roman(text) for text in numerals]
sizes = [human_size(size) for size in (10, 2048, 5 * 1024 ** 2, 3 * 1024 ** 3)]
times = clock(3661), clock(3661, False), clock(59)
units = sorted(FACTORS, key=FACTORS.get)
FACTORS["yd"] = 0.9144
yards = round(convert(100, "yd"), 2)
try:
    convert(1, "parsec")
except KeyError as error:
    unknown = error.args[0]
teens = ONES[13:]
teens[0] = "a baker's dozen"
intact = ONES[13]
print(meters, round(feet, 3), same, words, numerals, back, sizes, times, units, yards, unknown, intact)

"""Readings in, statistics out: a script with a main function."""
import math

DATA = """\
mon 12.5
tue 14.0
wed bad
thu 9.75

fri 16.25
"""


def parse(text):
    readings = []
    skipped = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            day, value = line.split()
            readings.append((day, float(value)))
        except ValueError:
            skipped.append(number)
    return readings, skipped


def mean(values):
    values = list(values)
    return sum(values) / len(values) if values else math.nan


def deviation(values):
    average = mean(values)
    return math.sqrt(mean((value - average) ** 2 for value in values))


def extremes(readings):
    low = high = None
    for reading in readings:
        if low is None or reading[1] < low[1]:
            low = reading
        if high is None or reading[1] > high[1]:
            high = reading
    return low, high


def smooth(values, width=2):
    result = []
    for index in range(len(values) - width + 1):
        window = values[index:index + width]
        result.append(sum(window) / width)
    return result


def histogram(values, size=5):
    bins = {}
    for value in values:
        start = int(value // size) * size
        bins[start] = bins.get(start, 0) + 1
    lines = []
    for start in sorted(bins):
        lines.append("%2d-%2d %s" % (start, start + size, "*" * bins[start]))
    return lines


def to_fahrenheit(celsius):
    return celsius * 9 / 5 + 32


def main(text=DATA):
    readings, skipped = parse(text)
    values = [value for _, value in readings]
    low, high = extremes(readings)
    days = dict(readings)
    warm = {day: to_fahrenheit(value) for day, value in days.items() if value > 10}
    moving = smooth(values)
    wider = smooth(values, 3)
    bars = histogram(values)
    average = mean(values)
    spread = deviation(values) if values else 0.0
    for line in bars:
        print(line)
    print(skipped, low, high, warm, moving, wider, average, round(spread, 3))
    return average


if __name__ == "__main__":
    result = main()
    other = main("sat 1\nsun 3")
    nothing = parse("")
    unknown = mean([])
    print(result, other, nothing, math.isnan(unknown))

"""Dates: arithmetic, a calendar month, ages, recurring events."""
import datetime
from datetime import date, timedelta


class Event:
    def __init__(self, name, day, every=None):
        self.name = name
        self.day = day
        self.every = every

    def occurrences(self, until):
        day = self.day
        while day <= until:
            yield day
            if self.every is None:
                break
            day = day + self.every


class Calendar:
    def __init__(self):
        self.events = []
        self._by_day = None

    def add(self, name, day, every=None):
        event = Event(name, day, every)
        self.events.append(event)
        self._by_day = None
        return event

    def on(self, day):
        if self._by_day is None:
            self._by_day = {}
            for event in self.events:
                for each in event.occurrences(date(2024, 12, 31)):
                    self._by_day.setdefault(each, []).append(event)
        return self._by_day.get(day, [])


def age(born, today):
    years = today.year - born.year
    if (today.month, today.day) < (born.month, born.day):
        years -= 1
    return years


def is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month(year, number, first_weekday=0):
    day = date(year, number, 1)
    weeks = [[None] * ((day.weekday() - first_weekday) % 7)]
    while day.month == number:
        if len(weeks[-1]) == 7:
            weeks.append([])
        weeks[-1].append(day.day)
        day += timedelta(days=1)
    return weeks


def business_days(start, count):
    day = start
    while count:
        day += timedelta(1)
        if day.weekday() < 5:
            count -= 1
    return day


calendar = Calendar()
new_year = calendar.add("new year", date(2024, 1, 1))
weekly = calendar.add("meeting", date(2024, 1, 1), timedelta(weeks=1))
first = calendar.on(date(2024, 1, 1))
names = [event.name for event in first]
cached = calendar.on(date(2024, 1, 8))[0] is weekly
calendar.add("late", date(2024, 1, 8))
refreshed = len(calendar.on(date(2024, 1, 8)))
free = calendar.on(date(2024, 1, 2))
ages = [age(date(2000, 5, 17), today) for today in (date(2024, 5, 16), date(2024, 5, 17))]
leaps = [year for year in (1900, 2000, 2023, 2024) if is_leap(year)]
weeks = month(2024, 2)
sunday_first = month(2024, 9, first_weekday=6)
due = business_days(date(2024, 3, 28), 3)
gap = date(2024, 12, 25) - date(2024, 12, 1)
moment = datetime.datetime(2024, 1, 2, 3, 4, 5)
text = moment.strftime("%Y/%m/%d %H:%M")
parsed = datetime.datetime.strptime(text, "%Y/%m/%d %H:%M")
equal = parsed == moment.replace(second=0)
later = moment + timedelta(hours=22, minutes=30)
dates = sorted([date(2024, 3, 1), date(2023, 3, 1)])
first.clear()
emptied = calendar.on(date(2024, 1, 1))
print(names, cached, refreshed, free, ages, leaps, weeks[-1], sunday_first[0], due, gap.days, text, equal, later.day)
print(dates[0], emptied, new_year.every)

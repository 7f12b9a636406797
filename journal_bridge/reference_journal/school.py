"""The demonstration school: people, classes, the timetable. In: a date. Out: lessons. No input or output.

A real journal has this in its database; here it is written down, so that the same lesson always has the same id.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

TZ = ZoneInfo("Europe/Moscow")
SCHOOL = "school-26"
SCHOOL_NAME = "Школа № 26"
REGION = "Москва"

Role = Literal["teacher", "student", "parent"]

SCHOOL_DAYS = 5  # Monday to Friday
LESSON_MINUTES = 45
BELLS = (time(8, 30), time(9, 25), time(10, 20), time(11, 20), time(12, 20), time(13, 15))  # lessons 1 to 6


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may open the journal."""

    id: str
    role: Role
    family_name: str
    given_name: str
    patronymic: str | None = None
    children: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.family_name, self.given_name, self.patronymic) if part)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson of the timetable."""

    class_: str
    subject: str
    teacher: str
    date: date
    number: int

    @property
    def id(self) -> str:
        return f"{self.class_}-{self.subject}-{self.date.isoformat()}-{self.number}"

    @property
    def starts_at(self) -> datetime:
        return datetime.combine(self.date, BELLS[self.number - 1], TZ)

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=LESSON_MINUTES)

    @property
    def class_title(self) -> str:
        return CLASSES[self.class_]

    @property
    def subject_title(self) -> str:
        return SUBJECTS[self.subject]


PEOPLE = {
    person.id: person
    for person in (
        Person("t15", "teacher", "Иванова", "Анна", "Сергеевна"),
        Person("t16", "teacher", "Петров", "Дмитрий", "Олегович"),
        Person("t17", "teacher", "Кузнецова", "Елена", "Павловна"),
        Person("s201", "student", "Смирнов", "Илья"),
        Person("s202", "student", "Орлова", "Мария"),
        Person("s203", "student", "Белов", "Артём"),
        Person("s204", "student", "Гусева", "Дарья"),
        Person("s205", "student", "Жуков", "Никита"),
        Person("s206", "student", "Зайцева", "Полина"),
        Person("s207", "student", "Козлов", "Тимур"),
        Person("s208", "student", "Лебедева", "Алиса"),
        Person("s301", "student", "Смирнова", "Софья"),
        Person("s302", "student", "Фомин", "Егор"),
        Person("s303", "student", "Юсупова", "Амина"),
        Person("p101", "parent", "Смирнова", "Ольга", "Викторовна", ("s201", "s301")),
    )
}

CLASSES = {"7v": "7В", "8a": "8А"}
HEADS = {"7v": "t15", "8a": "t17"}
ADMINISTRATORS = ("t17",)  # see and mend who has linked their profile
PUPILS = {
    class_: tuple(sorted((one for one in PEOPLE if one.startswith(prefix)), key=lambda one: PEOPLE[one].name))
    for class_, prefix in (("7v", "s2"), ("8a", "s3"))
}

SUBJECTS = {
    "algebra": "Алгебра",
    "geometry": "Геометрия",
    "russian": "Русский язык",
    "literature": "Литература",
    "physics": "Физика",
    "informatics": "Информатика",
}
TEACHERS = {
    "algebra": "t15",
    "geometry": "t15",
    "russian": "t17",
    "literature": "t17",
    "physics": "t16",
    "informatics": "t16",
}

# Monday to Friday; lessons 1, 2, 3 …
TIMETABLE = {
    "7v": (
        ("algebra", "russian", "physics", "literature", "informatics"),
        ("geometry", "algebra", "russian", "literature"),
        ("russian", "physics", "algebra", "geometry", "informatics"),
        ("algebra", "literature", "russian", "physics"),
        ("geometry", "algebra", "informatics", "russian"),
    ),
    "8a": (
        ("russian", "algebra", "geometry", "physics"),
        ("physics", "russian", "algebra", "literature", "informatics"),
        ("algebra", "geometry", "literature", "russian"),
        ("informatics", "physics", "algebra", "russian", "geometry"),
        ("literature", "russian", "geometry", "algebra"),
    ),
}

TOPICS = (
    "Повторение изученного",
    "Новая тема: разбор примеров",
    "Закрепление материала",
    "Практическая работа",
    "Самостоятельная работа",
    "Работа над ошибками",
)


def class_of(pupil: str) -> str:
    """The class a pupil learns in."""
    return next(class_ for class_, pupils in PUPILS.items() if pupil in pupils)


def load(teacher: str) -> list[tuple[str, str]]:
    """(class, subject) pairs that a teacher teaches."""
    return [(class_, subject) for class_ in CLASSES for subject in SUBJECTS if TEACHERS[subject] == teacher]


def day(class_: str, on: date) -> list[Lesson]:
    """The lessons of a class on a day."""
    week = TIMETABLE[class_]
    subjects = week[on.weekday()] if on.weekday() < len(week) else ()
    return [Lesson(class_, subject, TEACHERS[subject], on, number) for number, subject in enumerate(subjects, start=1)]


def lessons(class_: str, subject: str, first: date, last: date) -> Iterator[Lesson]:
    """The lessons of a class in a subject between two dates, both included."""
    for offset in range((last - first).days + 1):
        yield from (lesson for lesson in day(class_, first + timedelta(offset)) if lesson.subject == subject)


def lesson(lesson_id: str) -> Lesson | None:
    """The lesson of an id, or None."""
    parts = lesson_id.split("-")
    if len(parts) != 6 or parts[0] not in CLASSES:
        return None
    try:
        on = date.fromisoformat("-".join(parts[2:5]))
    except ValueError:
        return None
    return next((found for found in day(parts[0], on) if found.id == lesson_id), None)


def monday(on: date) -> date:
    """The first day of a date's week."""
    return on - timedelta(days=on.weekday())


def current_week(today: date) -> date:
    """The first day of the week that people look at: at the weekend the coming one."""
    return monday(today + timedelta(days=7 - SCHOOL_DAYS if today.weekday() >= SCHOOL_DAYS else 0))


def topic(of: Lesson) -> str:
    """What the lesson is about."""
    return TOPICS[_draw(of.id) % len(TOPICS)]


def mark(pupil: str, of: Lesson) -> str:
    """What stands in the journal for a lesson that is over: a mark, «н» for absent, mostly nothing."""
    return ("5", "4", "4", "5", "3", "н", "", "", "", "", "", "", "")[_draw(f"{pupil} {of.id}") % 13]


def _draw(seed: str) -> int:
    return hashlib.sha256(seed.encode()).digest()[0]

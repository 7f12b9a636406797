"""Who was in a call, from when to when. In: presences. Out: one line for each person, JSON-able or as a table."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from identity.core.claims import Role

KEEP_SECONDS = 3 * 365 * 86400.0  # the usual time that a school keeps its registers
BEAT_SECONDS = 10.0  # how exactly we know when a server that crashed was last there
STALE_SECONDS = 45.0  # a server that said nothing for so long is gone, and so are those who were on it

MAIN_ROOM = "main"

BOM = "\ufeff"  # tells spreadsheets that it is UTF-8
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets would run, OWASP "CSV injection"

ROLE_WORDS: Mapping[Role, str] = {"teacher": "Учитель", "student": "Ученик", "parent": "Родитель"}
HEADER = (
    "Код",
    "Имя",
    "Роль",
    "Первый вход",
    "Последний выход",
    "Секунд в звонке",
    "Поднято рук",
    "Комнаты",
    "Входы",
    "Выходы",
)


@dataclass(frozen=True, slots=True)
class Presence:
    """One stay of a person in a room of a call. Moments are seconds since the epoch."""

    person: str
    room: str  # "main" or a breakout room's name
    joined_at: float
    left_at: float | None  # None: still there
    hands: int


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who was in a call or should have been. `ext_id`: in the journal or platform they come from."""

    id: str
    ext_id: str | None
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Attendance:
    """One person's share of a call. `seconds` counts time in two rooms or browsers at once only once."""

    attendee: Attendee
    joins: tuple[float, ...] = ()  # seconds since the epoch
    leaves: tuple[float, ...] = ()  # one less than `joins` for each stay that goes on
    seconds: int = 0
    hand_raises: int = 0
    rooms: tuple[str, ...] = ()  # in the order of entering

    @property
    def present(self) -> bool:
        """Is the person there now?"""
        return len(self.leaves) < len(self.joins)


def summed(attendee: Attendee, presences: Iterable[Presence], now: float) -> Attendance:
    """A person's presences as one line."""
    stays = sorted(presences, key=lambda stay: (stay.joined_at, stay.left_at or now))
    return Attendance(
        attendee,
        tuple(stay.joined_at for stay in stays),
        tuple(sorted(stay.left_at for stay in stays if stay.left_at is not None)),
        round(_covered([(stay.joined_at, now if stay.left_at is None else stay.left_at) for stay in stays])),
        sum(stay.hands for stay in stays),
        tuple(dict.fromkeys(stay.room for stay in stays)),
    )


def _covered(spans: Sequence[tuple[float, float]]) -> float:
    """Length of the union of spans that are sorted by their begin."""
    total, reached = 0.0, float("-inf")
    for begin, end in spans:
        begin = max(begin, reached)
        if end > begin:
            total += end - begin
            reached = end
    return total


def table(lines: Iterable[Attendance], tz: tzinfo) -> str:
    """A CSV text for people: semicolons and a BOM, as spreadsheets in Russian want it; moments in the school's zone."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    for line in lines:
        joins, leaves = [_moment(at, tz) for at in line.joins], [_moment(at, tz) for at in line.leaves]
        row = (
            line.attendee.ext_id or "",
            line.attendee.name,
            ROLE_WORDS[line.attendee.role],
            joins[0] if joins else "",
            leaves[-1] if leaves and not line.present else "",
            str(line.seconds),
            str(line.hand_raises),
            ", ".join(line.rooms),
            ", ".join(joins),
            ", ".join(leaves),
        )
        writer.writerow([_harmless(cell) for cell in row])
    return BOM + text.getvalue()


def _moment(at: float, tz: tzinfo) -> str:
    return datetime.fromtimestamp(at, tz).strftime("%d.%m.%Y %H:%M:%S")


def _harmless(cell: str) -> str:
    """A name that is a formula stays a name."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell

"""Scenarios out of TOML files: text in, a plan out. `examples/school.toml` shows all keys. Pure but for `load`.

Read strictly: an unknown key, a wrong type or a number out of its range is a CustomError that names section and key.
"""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.load.model import Kind, Rhythm
from benchmarks.rooms.plan import Churn, Messages, Plan, Seat
from benchmarks.rooms.traffic import (
    CAMERA,
    MOST_JOINS,
    MOST_PARTICIPANTS,
    MOST_ROOMS,
    MOST_TILES,
    VOICE,
    churn,
    messages,
    phase,
    rhythm,
    tiles,
    within,
)

T = TypeVar("T")
LARGEST_FILE = 100_000  # characters
LONGEST_NAME, LONGEST_TITLE = 40, 100  # characters


class CustomError(ValueError):
    """The file is no scenario; the message says where and why, for the person who wrote it."""


@dataclass(frozen=True, slots=True)
class _Group:
    """One `[[rooms]]`: rooms that are alike."""

    name: str
    count: int
    participants: int
    cameras: int
    voices: int
    tiles: int
    camera: Rhythm
    voice: Rhythm
    messages: Messages | None
    senders: int


class _Section:
    """A table of the file: each key is taken once, with its type; what is left over is unknown."""

    def __init__(self, where: str, content: object) -> None:
        if not isinstance(content, dict):
            raise CustomError(f"{where} must be a table")
        self.where, self._content, self._known = where, content, list[str]()

    def take(self, key: str, kind: type[T], default: T) -> T:
        """The value of a key; whole numbers serve where fractions are allowed."""
        self._known.append(key)
        value = self._content.get(key, default)
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            words = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}
            raise CustomError(f"{self.where}: {key} must be {words[kind]}, not {value!r:.40}")
        return value

    def number(self, key: str, default: int, low: int, high: int) -> int:
        value = self.take(key, int, default)
        self.checked(within, key, value, low, high)
        return value

    def section(self, key: str) -> "_Section | None":
        self._known.append(key)
        return _Section(f"{self.where}.{key}", self._content[key]) if key in self._content else None

    def sections(self, key: str) -> "list[_Section]":
        self._known.append(key)
        found = self._content.get(key, [])
        if not isinstance(found, list) or not found:
            raise CustomError(f"at least one [[{key}]] is needed")
        return [_Section(f"[[{key}]] number {number}", item) for number, item in enumerate(found, 1)]

    def checked(self, check: Callable[..., T], *values: Any, **options: Any) -> T:
        """What `check` gives; its ValueError says where."""
        try:
            return check(*values, **options)
        except ValueError as error:
            raise CustomError(f"{self.where}: {error}") from error

    def finish(self) -> None:
        """Raises CustomError for keys that nobody took."""
        for key in self._content:
            if key not in self._known:
                raise CustomError(f"{self.where}: there is no key {key!r:.40}; known are {', '.join(self._known)}")


def load(path: Path) -> Plan:
    """Read a file. Raises CustomError, which names the file."""
    try:
        return parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CustomError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    except CustomError as error:
        raise CustomError(f"{path}: {error}") from error


def parse(text: str) -> Plan:
    """The plan that a file describes. Raises CustomError."""
    if len(text) > LARGEST_FILE:
        raise CustomError(f"longer than {LARGEST_FILE} characters")
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise CustomError(str(error) or "nested too deeply") from error
    top = _Section("the file's head", content)
    name = _name(top, "custom")
    title = top.take("title", str, name)
    if not 0 < len(title) <= LONGEST_TITLE or not title.isprintable():
        raise CustomError(f"{top.where}: title must be one line of 1 to {LONGEST_TITLE} characters")
    rate = top.take("joins_per_second", float, 0.0)
    top.checked(within, "joins_per_second", rate, 0, MOST_JOINS)
    groups = [_group(section, number) for number, section in enumerate(top.sections("rooms"), 1)]
    seats = _seats(groups)
    coming = _churn(top, len(seats))
    top.finish()
    return Plan(name, title, seats, joins_per_second=rate, churn=coming)


def _name(section: _Section, default: str) -> str:
    name = section.take("name", str, default)
    if not name.isascii() or not name.replace("-", "").replace("_", "").isalnum() or len(name) > LONGEST_NAME:
        raise CustomError(
            f"{section.where}: name must be 1 to {LONGEST_NAME} letters, digits, - and _, not {name!r:.50}"
        )
    return name


def _group(section: _Section, number: int) -> _Group:
    name = _name(section, f"room{number}")
    count = section.number("count", 1, 1, MOST_ROOMS)
    people = section.number("participants", 0, 1, MOST_PARTICIPANTS)
    cameras, shown = section.number("cameras", 0, 0, people), section.number("tiles", people, 0, people)
    if shown < cameras:
        section.checked(within, "tiles, when they are fewer than the cameras,", shown, 0, MOST_TILES)
    said, senders = _messages(section.section("messages"), people)
    group = _Group(
        name=name,
        count=count,
        participants=people,
        cameras=cameras,
        voices=section.number("voices", 0, 0, people),
        tiles=shown,
        camera=_rhythm(section.section("camera"), CAMERA),
        voice=_rhythm(section.section("voice"), VOICE),
        messages=said,
        senders=senders,
    )
    section.finish()
    return group


def _rhythm(section: _Section | None, default: Rhythm) -> Rhythm:
    if section is None:
        return default
    packets = section.take("packets_per_second", int, default.packets_per_second)
    size = section.take("size", int, default.size)
    burst = section.take("burst", int, default.burst)
    frames = default.frames_per_second
    if default.kind is Kind.VIDEO:
        frames = section.take("frames_per_second", int, frames)
    section.finish()
    return section.checked(rhythm, default.kind, packets, size, burst=burst, frames=frames)


def _messages(section: _Section | None, people: int) -> tuple[Messages | None, int]:
    if section is None:
        return None, 0
    senders = section.number("senders", 1, 1, people)
    rate, size = section.take("per_second", float, 1.0), section.take("size", int, 200)
    reliable = section.take("reliable", bool, True)
    section.finish()
    return section.checked(messages, rate, size, reliable=reliable), senders


def _churn(top: _Section, people: int) -> Churn | None:
    section = top.section("churn")
    if section is None:
        return None
    rate, away = section.take("per_second", float, 1.0), section.take("away", float, 1.0)
    section.finish()
    return section.checked(churn, rate, away, people)


def _seats(groups: list[_Group]) -> tuple[Seat, ...]:
    rooms = sum(group.count for group in groups)
    people = sum(group.count * group.participants for group in groups)
    for what, asked, most in (("rooms", rooms, MOST_ROOMS), ("participants", people, MOST_PARTICIPANTS)):
        if asked > most:
            raise CustomError(f"the file asks for {asked} {what}; {most} is the most")
    if len({group.name for group in groups}) < len(groups):
        raise CustomError("two [[rooms]] have the same name")
    named = [(f"{group.name}-{number}", group) for group in groups for number in range(group.count)]
    numbered = ((room, group, place) for room, group in named for place in range(group.participants))
    return tuple(_seat(room, group, place, number) for number, (room, group, place) in enumerate(numbered))


def _seat(room: str, group: _Group, place: int, number: int) -> Seat:
    own = f"{room}-{place}"
    senders = [f"{room}-{sender}" for sender in range(group.cameras)]
    voice = (group.voice,) if place < group.voices else ()
    camera = (group.camera,) if place < group.cameras else ()
    return Seat(
        room,
        own,
        voice + camera,
        messages=group.messages if place < group.senders else None,
        cameras=None if group.tiles >= group.cameras else tiles(senders, own, group.tiles),
        phase=phase(number),
    )
